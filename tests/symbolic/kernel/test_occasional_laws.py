"""Laws made for the occasion: what they say of themselves, and what they accept and refuse."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume, assume_at, define
from gradproof.symbolic.kernel.at_zero import elementwise_at_zero
from gradproof.symbolic.kernel.calculus import chain_rule_through
from gradproof.symbolic.kernel.conditional import (
    absolute_value_by,
    diagonal_norm_by,
    range_of,
    range_of_exponential,
    range_of_real,
    root_by,
)
from gradproof.symbolic.kernel.conditional_forms import (
    cancelled_by,
    constant_slopes_by,
    norm_by_vectors,
    product_by,
    sector_by,
)
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.enclosed import enclosed_on_line, enclosed_value
from gradproof.symbolic.kernel.kinks import jacobian_of_kinked
from gradproof.symbolic.kernel.laws import (
    NONNEGATIVE_DIFFERENCE,
    SUBMULTIPLICATIVE,
    norm_by_gram,
)
from gradproof.symbolic.kernel.limit_laws import geometric_limit
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.kernel.real_functions import exponential_above_line
from gradproof.symbolic.kernel.sequence_laws import exponential_of, limit_above_constant
from gradproof.symbolic.kernel.sum_laws import TRANSPOSE_OF_SUM, termwise
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    Preactivation,
    SpectralNorm,
    State,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.verdict import Grade

EQ, LE, LT, GE, GT = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.GT
D, K = sp.symbols("d k", integer=True, positive=True)
X, Y, Z = sp.symbols("x y z", real=True)
P, C, R = sp.symbols("p c r", positive=True)
F, G = sp.symbols("f g", nonnegative=True)
A, W = (sp.MatrixSymbol(name, D, D) for name in "AW")
U, V = (sp.MatrixSymbol(name, D, 1) for name in "uv")
ZERO, ONE, TWO = map(sp.Integer, range(3))
PHI, SLOPES = ActivationValue("phi", 1, Z), Diagonal(Elementwise("phi", 1, U))
FLAT = Hypothesis.of(sp.Abs(PHI), LE, C, for_all=(Z,))
LOWER = Hypothesis.of(X, LE, PHI, for_all=(Z,))
UPPER = Hypothesis.of(PHI, LE, Y, for_all=(Z,))
LOGARITHMS = Hypothesis.of(sp.log(C) + X * sp.log(R), LE, 2 * sp.log(P))
norm = SpectralNorm


def h(k):
    return State("h", k, D)


def given(left, relation, right, name="given"):
    left, right = sp.sympify(left), sp.sympify(right)
    chain = start(left)._add(relation, right, assume(Hypothesis.of(left, relation, right)))
    return Theorem.of(name, chain)


def at_origin(order, value):
    return elementwise_at_zero(given(ActivationValue("phi", order, ZERO), EQ, value))


def squares():
    return Theorem.of("squares", start(F**2).le(F**2 + G, by=NONNEGATIVE_DIFFERENCE))


def below_and_above():
    return {"above": given(-1, LT, X, "one"), "below": given(X, LT, TWO, "other")}


def constant_slope():
    everywhere = Hypothesis.of(ActivationValue("phi", 1, Y), EQ, C, for_all=(Y,))
    return Theorem.of("flat", start(PHI).eq(C, by=assume_at(everywhere, {Y: Z})))


def by_all_vectors():
    image, right = norm(A * V) ** 2, norm(A) ** 2 * norm(V) ** 2
    shrinks = Theorem.of("shrinks", start(image).le(right, by=SUBMULTIPLICATIVE))
    return norm_by_vectors(shrinks, matrix=A, vector=V, factor=norm(A) ** 2)


def in_sector():
    return sector_by(LOWER, UPPER, slopes=SLOPES, vector=V)


def modulus():
    return modulus_by(X, C, above=given(-C, LE, X, "one"), below=given(X, LE, C, "other"))


def cancelled():
    return cancelled_by(given(F**2, LE, F * G), left=F, right=G)


RELU = Elementwise("relu", 0, Preactivation("z", K, D))

LAWS = {
    "assumed": (
        lambda: assume(Hypothesis.of(X, GE, norm(A.I))),
        "hypothesis x ≥ ‖A⁻¹‖",
        "x ≥ ‖A⁻¹‖",
        "None",
        "A is invertible; x ≥ ‖A⁻¹‖",
        "",
        LE,
    ),
    "named": (
        lambda: assume(Hypothesis.of(X, LE, Y), name="by the way"),
        "by the way",
        "x ≤ y",
        "None",
        "x ≤ y",
        "",
        LE,
    ),
    "instance": (
        lambda: assume_at(Hypothesis.of(norm(V), LE, C, for_all=(V,)), {V: W * U}),
        "hypothesis ‖v‖ ≤ c for all real v",
        "‖W u‖ ≤ c",
        "None",
        "W is real; u is real; ‖v‖ ≤ c for all real v",
        "",
        LE,
    ),
    "definition": (
        lambda: define(h(K), W * h(K - 1)),
        "definition of h_k",
        "h_k = W h_{k−1} for all k ≥ 1",
        "None",
        "h_k = W h_{k−1} for all k ≥ 1",
        "",
        EQ,
    ),
    "kinked definition": (
        lambda: define(h(K), Elementwise("relu", 0, h(K - 1))),
        "definition of h_k",
        "h_k = relu(h_{k−1}) for all k ≥ 1",
        "None",
        "h_k = relu(h_{k−1}) for all k ≥ 1; no entry of h_{k−1} is a kink of relu, for all k",
        "",
        EQ,
    ),
    "theorem": (
        lambda: given(X, GE, Y).law({X: P}),
        "given",
        "p ≥ y",
        "None",
        "p ≥ y",
        "given",
        LE,
    ),
    "chain rule": (
        lambda: chain_rule_through(h(K)),
        "chain rule",
        "∂h_s/∂h_t = ∂h_s/∂h_r ∂h_r/∂h_t for t ≤ r ≤ s, h the whole state",
        "MagnusNeudecker2019, Chapter 5: chain rule, first identification theorem",
        "the whole state is h",
        "",
        EQ,
    ),
    "value at zero": (
        lambda: at_origin(0, ZERO),
        "an elementwise function at the zero vector",
        "every entry is c, and φ(0) = 0",
        "None",
        "φ(0) = 0",
        "given",
        EQ,
    ),
    "slope at zero": (
        lambda: at_origin(1, TWO),
        "an elementwise function at the zero vector",
        "every entry is c, and φ′(0) = 2",
        "None",
        "φ′(0) = 2",
        "given",
        EQ,
    ),
    "exponential": (
        lambda: range_of_exponential(P),
        "exact range for e^p in (1, ∞)",
        "p(e^z) ≤ q(e^z), decided by exact root counting",
        "None",
        "",
        "",
        None,
    ),
    "line": (
        lambda: range_of_real(Z),
        "exact range for z in (−∞, ∞)",
        "p(z) ≤ q(z), decided by exact root counting",
        "None",
        "",
        "",
        None,
    ),
    "range": (
        lambda: range_of(X, **below_and_above()),
        "exact range for x in (−1, 2)",
        "p(g) ≤ q(g) for all g in an interval, decided by exact root counting",
        "None",
        "x < 2; −1 < x",
        "one, other",
        None,
    ),
    "absolute value": (
        lambda: absolute_value_by(given(ZERO, LE, X)),
        "absolute value of a positive number",
        "|x| = x, and 0 ≤ x",
        "None",
        "0 ≤ x",
        "given",
        EQ,
    ),
    "root": (
        lambda: root_by(squares(), {}),
        "the n-th root is increasing",
        "x ≤ y^(1/n), and f² ≤ f² + g",
        "None",
        "",
        "squares",
        LE,
    ),
    "diagonal": (
        lambda: diagonal_norm_by(FLAT),
        "the norm of a diagonal matrix",
        "‖diag(a)‖ = max |aᵢ|, and |φ′(z)| ≤ c for all z",
        "HornJohnson2013, Section 5.6, the spectral norm",
        "|φ′(z)| ≤ c for all z",
        "",
        LE,
    ),
    "sector": (
        in_sector,
        "slopes in a sector",
        (
            "vᵀ D D v ≤ (α + β) vᵀ D v − α β vᵀ v for D = diag(φ′(z)), x ≤ φ′(z) for all z "
            "and φ′(z) ≤ y for all z"
        ),
        "None",
        "u is real; v is real; x ≤ φ′(z) for all z; φ′(z) ≤ y for all z",
        "",
        LE,
    ),
    "constant slope": (
        lambda: constant_slopes_by(constant_slope()),
        "a constant slope",
        "diag(φ′(v)) = c I, and φ′(z) = c",
        "None",
        "φ′(y) = c for all y",
        "flat",
        EQ,
    ),
    "all vectors": (
        by_all_vectors,
        "the norm of a real matrix by all real vectors",
        "‖A‖ ≤ √c for real A, and ‖A v‖² ≤ ‖A‖² ‖v‖² for every real v",
        "HornJohnson2013, Section 5.6, the spectral norm as an induced norm",
        "A is real",
        "shrinks",
        LE,
    ),
    "product": (
        lambda: product_by(given(F, LE, G, "one"), given(Y, GE, X, "other")),
        "a product of numbers that aren't negative",
        "0 ≤ (b − a)(y − x), f ≤ g and y ≥ x",
        "None",
        "f ≤ g; y ≥ x",
        "one, other",
        LE,
    ),
    "cancelled": (
        cancelled,
        "a common factor cancels",
        "x ≤ y for x ≥ 0 and y ≥ 0, and f² ≤ f g",
        "None",
        "f² ≤ f g",
        "given",
        LE,
    ),
    "balls": (
        enclosed_value,
        "ball arithmetic",
        "x ≤ y for real constants, decided by balls",
        "None",
        "",
        "",
        None,
    ),
    "balls on the line": (
        lambda: enclosed_on_line(Z),
        "ball arithmetic for all z",
        "f(z) ≤ g(z) on an interval, decided by balls on parts of it and monotone tails",
        "None",
        "",
        "",
        None,
    ),
    "kinked": (
        lambda: jacobian_of_kinked(RELU),
        "chain rule for an elementwise function, away from kinks",
        "∂φ(z_k)/∂h_t = diag(φ′(z_k)) ∂z_k/∂h_t where no entry of z_k is a kink of φ",
        "None",
        "no entry of z_k is a kink of relu, for all k",
        "",
        EQ,
    ),
    "tangent": (
        lambda: exponential_above_line(2),
        "the exponential lies above its tangents",
        "x ≤ e^(2x−1)/2 for real x",
        "None",
        "",
        "",
        LE,
    ),
    "termwise": (
        lambda: termwise(TRANSPOSE_OF_SUM),
        "transpose of a sum, term by term",
        "(Σ F_k)ᵀ = Σ F_kᵀ",
        "None",
        "",
        "",
        EQ,
    ),
    "geometric": (
        lambda: geometric_limit(Hypothesis.of(R, LT, ONE)),
        "limit of a geometric sequence",
        "limsup c rⁿ = 0 for 0 ≤ r < 1",
        "None",
        "r < 1",
        "",
        EQ,
    ),
    "above a constant": (
        lambda: limit_above_constant(given(R, LT, ONE)),
        "limit of a constant and a geometric sequence",
        "limsup (a + c rⁿ) = a for a ≥ 0, c ≥ 0, 0 ≤ r < 1, and r < 1",
        "None",
        "r < 1",
        "given",
        EQ,
    ),
    "logarithms": (
        lambda: exponential_of(LOGARITHMS),
        "the exponential function is increasing",
        "∏ x^a ≤ ∏ y^b, and x log(r) + log(c) ≤ 2 log(p)",
        "None",
        "x log(r) + log(c) ≤ 2 log(p)",
        "",
        LE,
    ),
    "gram": (
        lambda: norm_by_gram(A),
        "the norm of a real matrix by its Gram matrix",
        "‖A‖ = ‖Aᵀ A‖^(1/2) for real A",
        "HornJohnson2013, Section 5.6, the spectral norm: ‖A* A‖ = ‖A‖²",
        "A is real",
        "",
        EQ,
    ),
    "modulus": (
        modulus,
        "bounds on both sides bound the modulus",
        "|x| ≤ γ, and −c ≤ x, x ≤ c",
        "None",
        "x ≤ c; −c ≤ x",
        "one, other",
        LE,
    ),
}


@pytest.mark.parametrize("which", LAWS)
def test_a_law_says_what_it_is_and_what_it_assumes(which):
    make, name, statement, source, hypotheses, uses, relation = LAWS[which]
    law = make()
    assert (law.name, law.statement, str(law.source)) == (name, statement, source)
    assert "; ".join(sorted(map(str, law.hypotheses))) == hypotheses
    assert ", ".join(law.uses) == uses
    assert getattr(law, "relation", None) is relation
    assert law.is_of_kernel
    assert law.grade is (Grade.ENCLOSED if which.startswith("balls") else Grade.EXACT)
