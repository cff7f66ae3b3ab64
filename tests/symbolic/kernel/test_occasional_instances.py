"""What laws made for the occasion accept and refuse, and the reason that they give."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume, assume_at, define
from gradproof.symbolic.kernel.at_zero import elementwise_at_zero
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
from gradproof.symbolic.kernel.kinks import jacobian_of_kinked
from gradproof.symbolic.kernel.laws import (
    NONNEGATIVE_DIFFERENCE,
    SUBMULTIPLICATIVE,
    norm_by_gram,
)
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.kernel.real_functions import exponential_above_line
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    Jacobian,
    Preactivation,
    ScalarDerivative,
    SpectralNorm,
    SpectralRadius,
    State,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.language.row_sums import InfinityNorm

EQ, LE, LT, GE, GT = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.GT
D, K = sp.symbols("d k", integer=True, positive=True)
X, Y, Z = sp.symbols("x y z", real=True)
P, C = sp.symbols("p c", positive=True)
F, G = sp.symbols("f g", nonnegative=True)
ANY = sp.Symbol("w", complex=True)
A, B, W = (sp.MatrixSymbol(name, D, D) for name in "ABW")
U, V = (sp.MatrixSymbol(name, D, 1) for name in "uv")
ZERO, ONE, TWO = sp.Integer(0), sp.Integer(1), sp.Integer(2)
NOTHING, EYE = sp.ZeroMatrix(D, 1), sp.Identity(D)
PHI = ActivationValue("phi", 1, Z)
E_P = sp.exp(P)
NOWHERE = "it applies nowhere in the left side"
NOT_STRICT, NO_EQUATION = "it gives “≤”, not “<”", "it gives “≤”, not “=”"
norm, inf = SpectralNorm, InfinityNorm


def h(k):
    return State("h", k, D)


def given(left, relation, right):
    left, right = sp.sympify(left), sp.sympify(right)
    chain = start(left)._add(relation, right, assume(Hypothesis.of(left, relation, right)))
    return Theorem.of("given", chain)


def at_origin(order, value):
    return elementwise_at_zero(given(ActivationValue("phi", order, ZERO), EQ, value))


def constant_slope():
    everywhere = Hypothesis.of(ActivationValue("phi", 1, Y), EQ, C, for_all=(Y,))
    return constant_slopes_by(
        Theorem.of("flat", start(PHI).eq(C, by=assume_at(everywhere, {Y: Z})))
    )


def root():
    powers = Theorem.of("powers", start(F**2).le(F**2 + G, by=NONNEGATIVE_DIFFERENCE))
    return root_by(powers, {})


def by_all_vectors():
    image, right = norm(A * V) ** 2, norm(A) ** 2 * norm(V) ** 2
    shrinks = Theorem.of("shrinks", start(image).le(right, by=SUBMULTIPLICATIVE))
    return norm_by_vectors(shrinks, matrix=A, vector=V, factor=norm(A) ** 2)


def in_sector():
    lower, upper = (Hypothesis.of(*h, for_all=(Z,)) for h in ((X, LE, PHI), (PHI, LE, Y)))
    return sector_by(lower, upper, slopes=slopes(), vector=V)


def slopes(name="phi", order=1, vector=U):
    return Diagonal(Elementwise(name, order, vector))


def square(matrix, vector=V):
    return Trace(sp.MatMul(vector.T, matrix, matrix, vector))


def sector(matrix, a=X, b=Y):
    between = Trace(sp.MatMul(V.T, matrix, V))
    return (a + b) * between - a * b * Trace(sp.MatMul(V.T, V))


def d(f):
    return ScalarDerivative(f, Z)


def moved(vector):
    return Jacobian(vector, h(K))


def relu(vector, order=0):
    return Elementwise("relu", order, vector)


def pre(k, name="z"):
    return Preactivation(name, k, D)


LAWS = {
    "assumed": lambda: assume(Hypothesis.of(X, GE, norm(A))),
    "equation": lambda: assume(Hypothesis.of(X, EQ, Z)),
    "strict": lambda: assume(Hypothesis.of(F, LT, G)),
    "definition": lambda: define(h(K), W * h(K - 1)),
    "theorem": lambda: given(X, GE, Y).law({X: P}),
    "value at zero": lambda: at_origin(0, ZERO),
    "two at zero": lambda: at_origin(0, TWO),
    "slope at zero": lambda: at_origin(1, TWO),
    "exponential": lambda: range_of_exponential(P),
    "line": lambda: range_of_real(Z),
    "range": lambda: range_of(X, above=given(-1, LT, X), below=given(X, LT, TWO)),
    "absolute value": lambda: absolute_value_by(given(ZERO, LE, X)),
    "root": root,
    "diagonal": lambda: diagonal_norm_by(Hypothesis.of(sp.Abs(PHI), LE, C, for_all=(Z,))),
    "sector": in_sector,
    "constant slope": constant_slope,
    "all vectors": by_all_vectors,
    "product": lambda: product_by(given(F, LE, G), given(Y, GE, X)),
    "cancelled": lambda: cancelled_by(given(F**2, LE, F * G), left=F, right=G),
    "kinked": lambda: jacobian_of_kinked(relu(pre(K))),
    "tangent": lambda: exponential_above_line(2),
    "gram": lambda: norm_by_gram(A),
    "modulus": lambda: modulus_by(X, C, above=given(-C, LE, X), below=given(X, LE, C)),
}

ACCEPTED = [
    ("assumed", X, GE, norm(A)),
    ("assumed", norm(A), LE, X),
    ("assumed", norm(A) + 1, LE, X + 1),
    ("equation", Z, EQ, X),
    ("equation", X, LE, Z),
    ("strict", F, LE, G),
    ("strict", F * P, LT, G * P),
    ("definition", h(K + 1), EQ, W * h(K)),
    ("theorem", P, GE, Y),
    ("theorem", Y, LE, P),
    ("value at zero", Elementwise("phi", 0, NOTHING), EQ, NOTHING),
    ("value at zero", Elementwise("phi", 0, W * NOTHING), EQ, NOTHING),
    ("value at zero", slopes(order=0, vector=NOTHING), EQ, sp.ZeroMatrix(D, D)),
    ("two at zero", slopes(order=0, vector=NOTHING), EQ, 2 * EYE),
    ("slope at zero", slopes(vector=NOTHING), EQ, 2 * EYE),
    ("slope at zero", slopes(vector=NOTHING), LE, 2 * EYE),
    ("exponential", ONE, LT, E_P),
    ("line", 2 * Z, LE, Z**2 + 1),
    ("range", X**2, LT, sp.Integer(4)),
    ("absolute value", sp.Abs(X), EQ, X),
    ("root", F, LE, sp.sqrt(F**2 + G)),
    ("root", F + ONE, LE, sp.sqrt(F**2 + G) + ONE),
    ("diagonal", norm(slopes()), LE, C),
    ("diagonal", inf(slopes(vector=V)), LE, C),
    ("sector", square(slopes()), LE, sector(slopes())),
    ("constant slope", slopes(), EQ, C * EYE),
    ("constant slope", slopes(vector=V), EQ, C * EYE),
    ("all vectors", norm(A), LE, norm(A)),
    ("product", ZERO, LE, (G - F) * (Y - X)),
    ("cancelled", F, LE, G),
    ("kinked", moved(relu(pre(K))), EQ, sp.MatMul(Diagonal(relu(pre(K), 1)), moved(pre(K)))),
    (
        "kinked",
        moved(relu(pre(K + 1))),
        EQ,
        sp.MatMul(Diagonal(relu(pre(K + 1), 1)), moved(pre(K + 1))),
    ),
    ("tangent", X, LE, sp.exp(2 * X - 1) / 2),
    ("gram", norm(A), EQ, sp.sqrt(norm(A.T * A))),
    ("gram", norm(A), LE, sp.sqrt(norm(A.T * A))),
    ("modulus", sp.Abs(X), LE, C),
]

REFUSED = [
    ("assumed", norm(A), EQ, X, NO_EQUATION),
    ("assumed", norm(A), LT, X, NOT_STRICT),
    ("assumed", X, LE, norm(A), NOWHERE),
    ("assumed", norm(B), LE, X, NOWHERE),
    ("assumed", -norm(A), LE, -X, NOWHERE),
    ("equation", d(Z**2), EQ, d(X**2), NOWHERE),
    ("strict", F * X, LT, G * X, NOWHERE),
    ("definition", h(K + 1), EQ, W * h(K + 1), "from the left side it gives W h_k"),
    ("definition", h(0), EQ, W * h(-1), NOWHERE),
    ("definition", State("g", K, D), EQ, W * h(K - 1), NOWHERE),
    ("theorem", X, GE, Y, "from the left side it gives p"),
    ("theorem", P, LE, Y, NOWHERE),
    ("value at zero", Elementwise("phi", 0, U), EQ, NOTHING, NOWHERE),
    ("value at zero", Elementwise("phi", 1, NOTHING), EQ, NOTHING, NOWHERE),
    ("value at zero", Elementwise("psi", 0, NOTHING), EQ, NOTHING, NOWHERE),
    ("value at zero", Diagonal(NOTHING), EQ, sp.ZeroMatrix(D, D), NOWHERE),
    ("value at zero", moved(Elementwise("phi", 0, NOTHING)), EQ, moved(NOTHING), NOWHERE),
    ("two at zero", Elementwise("phi", 0, NOTHING), EQ, NOTHING, NOWHERE),
    ("slope at zero", slopes(vector=NOTHING), EQ, EYE, "from the left side it gives 2 I"),
    ("slope at zero", slopes(), EQ, 2 * EYE, NOWHERE),
    ("slope at zero", slopes("psi", vector=NOTHING), EQ, 2 * EYE, NOWHERE),
    ("slope at zero", slopes(order=2, vector=NOTHING), EQ, 2 * EYE, NOWHERE),
    ("exponential", E_P, EQ, E_P, "it gives inequalities"),
    ("exponential", TWO, LT, E_P, "it is false for some e^p in (1, ∞)"),
    ("exponential", ONE, LT, E_P * X, "the sides aren't rational functions of e^p alone"),
    ("exponential", ONE, LT, E_P + sp.sqrt(2), "the sides aren't rational functions of e^p alone"),
    ("exponential", 1 / (E_P - 2), LT, TWO, "a denominator vanishes or changes sign"),
    ("exponential", sp.exp(P / 2), LE, E_P, "the sides aren't rational functions of e^p alone"),
    ("line", 2 * Z, LT, Z**2 + 1, "it is false for some z in (−∞, ∞)"),
    ("line", ZERO, LE, sp.sin(Z), "the sides aren't rational functions of z alone"),
    ("range", X**2, LT, sp.Integer(3), "it is false for some x in (−1, 2)"),
    ("range", X, LE, Y, "the sides aren't rational functions of x alone"),
    ("absolute value", sp.Abs(Y), EQ, Y, NOWHERE),
    ("absolute value", sp.Abs(X), EQ, -X, "from the left side it gives x"),
    ("absolute value", sp.Abs(X), LT, X, "it gives “=”, not “<”"),
    ("root", F, EQ, sp.sqrt(F**2 + G), NO_EQUATION),
    ("root", F, LE, F**2 + G, "from the left side it gives √(f² + g)"),
    ("root", P, LE, sp.sqrt(F**2 + G), NOWHERE),
    ("diagonal", norm(slopes()), LT, C, NOT_STRICT),
    ("diagonal", norm(slopes()), EQ, C, NO_EQUATION),
    ("diagonal", norm(slopes()), LE, P, "from the left side it gives c"),
    ("diagonal", norm(slopes("psi")), LE, C, NOWHERE),
    ("diagonal", norm(slopes(order=2)), LE, C, NOWHERE),
    ("diagonal", norm(Diagonal(U)), LE, C, NOWHERE),
    ("diagonal", SpectralRadius(slopes()), LE, C, NOWHERE),
    ("sector", square(slopes()), EQ, sector(slopes()), NO_EQUATION),
    (
        "sector",
        square(slopes()),
        LE,
        sector(slopes(), X, X),
        "from the left side it gives (x + y) vᵀ diag(φ′(u)) v − x y vᵀ v",
    ),
    ("sector", square(slopes("psi")), LE, sector(slopes("psi")), NOWHERE),
    ("sector", square(slopes(), U), LE, sector(slopes()), NOWHERE),
    ("constant slope", slopes(), EQ, EYE, "from the left side it gives c I"),
    ("constant slope", slopes("psi"), EQ, C * EYE, NOWHERE),
    ("constant slope", slopes(order=2), EQ, C * EYE, NOWHERE),
    ("constant slope", Elementwise("phi", 1, U), EQ, C * U, NOWHERE),
    ("all vectors", norm(A), EQ, norm(A) / 2, NO_EQUATION),
    ("all vectors", norm(B), LE, norm(A), NOWHERE),
    ("product", ZERO, LE, (G - F) * (X - Y), "from the left side it gives (g − f) (y − x)"),
    ("product", ZERO, LT, (G - F) * (Y - X), NOT_STRICT),
    ("product", ONE, LE, (G - F) * (Y - X), NOWHERE),
    ("cancelled", F, LT, G, NOT_STRICT),
    ("cancelled", G, LE, F, NOWHERE),
    ("cancelled", F, LE, G / 2, "from the left side it gives g"),
    (
        "kinked",
        moved(relu(pre(K))),
        EQ,
        sp.MatMul(Diagonal(relu(pre(K))), moved(pre(K))),
        "from the left side it gives diag(relu′(z_k)) ∂z_k/∂h_k",
    ),
    (
        "kinked",
        moved(relu(pre(K, "y"))),
        EQ,
        sp.MatMul(Diagonal(relu(pre(K, "y"), 1)), moved(pre(K, "y"))),
        NOWHERE,
    ),
    ("tangent", X, LT, sp.exp(2 * X - 1) / 2, NOT_STRICT),
    ("tangent", X, LE, sp.exp(2 * X) / 2, "from the left side it gives e^(2x−1)/2"),
    ("tangent", ANY, LE, sp.exp(2 * ANY - 1) / 2, NOWHERE),
    ("gram", norm(A), EQ, norm(A.T * A), "from the left side it gives √‖Aᵀ A‖"),
    ("gram", norm(A), EQ, sp.sqrt(norm(A * A.T)), "from the left side it gives √‖Aᵀ A‖"),
    ("gram", norm(B), EQ, sp.sqrt(norm(B.T * B)), NOWHERE),
    ("gram", inf(A), EQ, sp.sqrt(inf(A.T * A)), NOWHERE),
    ("modulus", sp.Abs(X), LT, C, NOT_STRICT),
    ("modulus", sp.Abs(X), EQ, C, NO_EQUATION),
    ("modulus", sp.Abs(Y), LE, C, NOWHERE),
    ("modulus", sp.Abs(X), LE, P, "from the left side it gives c"),
    ("modulus", X, LE, C, NOWHERE),
]


@pytest.mark.parametrize(("which", "left", "relation", "right"), ACCEPTED, ids=str)
def test_an_instance_is_accepted(which, left, relation, right):
    assert LAWS[which]().refuses(left, relation, right) is None


@pytest.mark.parametrize(("which", "left", "relation", "right", "reason"), REFUSED, ids=str)
def test_a_near_miss_is_refused_with_the_reason(which, left, relation, right, reason):
    assert LAWS[which]().refuses(left, relation, right) == reason


ANYWHERE = ("theorem", "definition")  # these may act inside derivatives; they are tested elsewhere


@pytest.mark.parametrize("which", [name for name in LAWS if name not in ANYWHERE])
def test_none_acts_inside_a_derivative(which):
    law = LAWS[which]()
    starts = [left for name, left, *_ in ACCEPTED if name == which and hasattr(law, "rule")]
    acting = [left for left in starts if list(law.rule(left, ()))]
    assert acting or not starts
    for left in acting:
        assert not list(law.rule(left, (moved(h(K + 1)),)))
