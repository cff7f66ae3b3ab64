"""Expressions are written as people write them, and no two different ones alike."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    ActivationValue,
    Determinant,
    Diagonal,
    Elementwise,
    Jacobian,
    LimitSuperior,
    OrderedProduct,
    Preactivation,
    ScalarDerivative,
    SmallestSingularValue,
    SpectralNorm,
    SpectralRadius,
    State,
)
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)
from gradproof.symbolic.language.notation import domain, latex, text

D, K = sp.symbols("d k", integer=True, positive=True)
N, T = sp.symbols("n t", integer=True, nonnegative=True)
X, Z = sp.symbols("x z", real=True)
GAMMA = sp.Symbol("gamma", positive=True)
W, A, B = (sp.MatrixSymbol(name, D, D) for name in "WAB")
H, BEFORE, PRE = State("h", K, D), State("h", K - 1, D), Preactivation("z", K, D)
SLOPES = Diagonal(Elementwise("tanh", 1, PRE))
PRODUCT = OrderedProduct(
    Diagonal(Elementwise("phi", 1, Preactivation("z", BOUND_INDEX, D))) * W, T + 1, T + N
)

WRITTEN = [
    (H, "h_k", "h_{k}"),
    (State("h", T + N + 1, D), "h_{t+n+1}", "h_{t+n+1}"),
    (SLOPES * W, "diag(tanh′(z_k)) W", None),
    (Jacobian(H, BEFORE), "∂h_k/∂h_{k−1}", r"\frac{\partial h_{k}}{\partial h_{k-1}}"),
    (Jacobian(W * BEFORE, BEFORE), "∂[W h_{k−1}]/∂h_{k−1}", None),
    (PRODUCT, "∏_{k=t+1}^{t+n} [diag(φ′(z_k)) W]", None),
    (
        ParameterDifferential(H, W, A, 0),
        "∂h_k/∂W[A]",
        r"\frac{\partial h_{k}}{\partial W}\left[A\right]",
    ),
    (
        ParameterDifferential(H, W, A, K - 1),
        "∂⁺h_k/∂W[A]",
        r"\frac{\partial^{+} h_{k}}{\partial W}\left[A\right]",
    ),
    (
        ParameterDifferential(H, W, A, T),
        "∂h_k/∂W|h_t[A]",
        r"\left.\frac{\partial h_{k}}{\partial W}\right|_{h_{t}}\left[A\right]",
    ),
    (ParameterDifferential(W * H, W, A, 0), "∂[W h_k]/∂W[A]", None),
    (Loss("ell", K, H), "ℓ_k(h_k)", r"\ell_{k}\left(h_{k}\right)"),
    (LossGradient("ell", K, H), "∇ℓ_k(h_k)", r"\nabla \ell_{k}\left(h_{k}\right)"),
    (
        Gradient(Loss("ell", K, H), W, 0),
        "∂ℓ_k(h_k)/∂W",
        r"\frac{\partial \ell_{k}\left(h_{k}\right)}{\partial W}",
    ),
    (Gradient(Loss("ell", K, H), W, T), "∂ℓ_k(h_k)/∂W|h_t", None),
    (
        MatrixSum(State("h", BOUND_INDEX, D), 1, N),
        "∑_{k=1}^{n} [h_k]",
        r"\sum_{k=1}^{n}\left[h_{k}\right]",
    ),
    (ScalarSum(SpectralNorm(W), 1, N), "∑_{k=1}^{n} [‖W‖]", None),
    (SpectralNorm(W), "‖W‖", r"\left\lVert W \right\rVert"),
    (SpectralRadius(W) ** N, "ρ(W)ⁿ", r"\rho\left(W\right)^{n}"),
    (Determinant(W) ** N, "det(W)ⁿ", r"\det\left(W\right)^{n}"),
    (SpectralNorm(W**N), "‖Wⁿ‖", r"\left\lVert W^{n} \right\rVert"),
    (GAMMA**N * SpectralNorm(W) ** N, "(γ ‖W‖)ⁿ", None),
    (A - B, "A − B", "A - B"),
    (A - 2 * B, "A − 2 B", None),
    (-A - B, "−A − B", None),
    (SpectralNorm(A - A * B), "‖A − A B‖", None),
    (A * (A - B), "A (A − B)", r"A\,\left(A - B\right)"),
    (sp.sqrt(GAMMA), "√γ", r"\sqrt{\gamma}"),
    (1 / sp.sqrt(GAMMA), "1/√γ", None),
    (sp.sqrt(1 + SpectralNorm(W)), "√(‖W‖ + 1)", None),
    ((A + B) ** 2, "(A + B)²", r"\left(A + B\right)^{2}"),
    (A * (A + B), "A (A + B)", r"A\,\left(A + B\right)"),
    ((A * B).T, "Bᵀ Aᵀ", None),
    ((A + B).T, "Aᵀ + Bᵀ", None),
    (A.I, "A⁻¹", None),
    (W**N, "Wⁿ", "W^{n}"),
    (W ** (N + 1), "Wⁿ⁺¹", "W^{n + 1}"),
    (1 - ActivationValue("tanh", 0, Z) ** 2, "1 − tanh(z)²", None),
    (ActivationValue("tanh", 3, Z), "tanh‴(z)", r"\tanh'''\left(z\right)"),
    (ActivationValue("hard_tanh", 1, Z), "hard_tanh′(z)", None),
    (
        ActivationValue("leaky_relu", 1, Z),
        "leaky_relu_a′(z)",
        r"\operatorname{LeakyReLU}_{a}'\left(z\right)",
    ),
    (ActivationValue("scaled_elu", 0, Z), "elu_α(z)", r"\operatorname{ELU}_{\alpha}\left(z\right)"),
    (1 / (1 + Z) ** 2, "1/(z + 1)²", None),
    (sp.pi * Z, "π z", None),
    (ScalarDerivative(sp.exp(-Z), Z), "d/dz [e^(−z)]", None),
    (LimitSuperior(SpectralNorm(W**N), N), "limsup_n ‖Wⁿ‖", None),
    (sp.Abs(X), "|x|", None),
    (sp.oo, "∞", r"\infty"),
    ((-2) ** N, "(−2)ⁿ", None),
    (sp.Pow(X, 2) * 3, "3 x²", None),
]


@pytest.mark.parametrize(("expression", "plain", "mathematical"), WRITTEN, ids=str)
def test_it_is_written_as_people_write_it(expression, plain, mathematical):
    assert text(expression) == plain
    if mathematical is not None:
        assert latex(expression) == mathematical


def test_no_two_expressions_are_written_alike():
    expressions = [
        *(expression for expression, _, _ in WRITTEN),
        A * B,
        B * A,
        A.T * B,
        (A * B) ** 2,
        A * B**2,
        SpectralNorm(A) ** 2,
        SpectralNorm(A**2),
        SpectralNorm(A + B),
        SpectralNorm(A) + SpectralNorm(B),
        X**2,
        2**X,
        -X,
        1 / (1 + X),
        1 + 1 / X if X.is_nonzero else 1 + X,
        X * (1 + Z),
        X + Z,
        sp.exp(2 * Z),
        sp.exp(Z) ** N,
        ActivationValue("tanh", 1, Z),
        ActivationValue("phi", 1, Z),
        Elementwise("tanh", 0, PRE),
    ]
    for first, second in itertools.combinations(expressions, 2):
        assert text(first) != text(second)
        assert latex(first) != latex(second)


def test_latex_has_balanced_braces_and_delimiters():
    for expression, _, _ in WRITTEN:
        written = latex(expression)
        assert written.count("{") == written.count("}")
        assert written.count(r"\left") == written.count(r"\right")


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        (GAMMA, "γ > 0"),
        (K, "integer k ≥ 1"),
        (N, "integer n ≥ 0"),
        (Z, "real z"),
        (sp.Symbol("z", negative=True), "z < 0"),
        (sp.Symbol("lambda", complex=True, zero=False), "complex λ ≠ 0"),
        (sp.Symbol("m", integer=True), "integer m"),
    ],
)
def test_a_symbol_says_what_it_stands_for(symbol, words):
    assert domain(symbol) == words


def test_values_of_matrices_are_written_with_their_matrix():
    A = sp.MatrixSymbol("A", 2, 2)
    assert text(SmallestSingularValue(A)) == "σ_min(A)"
    assert text(SpectralRadius(A)) == "ρ(A)"
