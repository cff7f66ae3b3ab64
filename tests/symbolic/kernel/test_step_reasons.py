"""What laws of signs, traces and limits accept and refuse, and the reason that they give."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.symbolic.kernel import real_functions, sequence_laws
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.form_laws import NONNEGATIVE
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    FINITE,
    LIMIT_OF_CONSTANT,
    LIMIT_OF_ROOT,
    MODULI_OF_SCALED_MATRIX,
    NONNEGATIVE_DIFFERENCE,
    NORM_OF_NUMBERS,
    TRACE_ALGEBRA,
)
from gradproof.symbolic.kernel.limit_laws import geometric_limit
from gradproof.symbolic.kernel.real_functions import POSITIVE_NUMBER
from gradproof.symbolic.kernel.sequence_laws import exponential_of, limit_above_constant
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    LimitSuperior,
    ScalarDerivative,
    SpectralNorm,
    SpectralRadius,
    State,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.language.row_sums import EntrywiseModulus

EQ, LE, LT, GE, GT = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.GT
D, K = sp.symbols("d k", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
X, Y, Z = sp.symbols("x y z", real=True)
P, C, R = sp.symbols("p c r", positive=True)
F, G = sp.symbols("f g", nonnegative=True)
ANY = sp.Symbol("w", complex=True)
A, B = (sp.MatrixSymbol(name, D, D) for name in "AB")
U = sp.MatrixSymbol("u", D, 1)
SINGLE, OTHER = (sp.MatrixSymbol(name, 1, 1) for name in "ab")
ZERO, ONE, TWO = sp.Integer(0), sp.Integer(1), sp.Integer(2)
GROWN = sp.MatrixSymbol("A", N + 1, N + 1)
NOWHERE = "it applies nowhere in the left side"
NOT_STRICT = "it gives “≤”, not “<”"
norm = SpectralNorm


def h(k):
    return State("h", k, D)


def given(left, relation, right):
    left, right = sp.sympify(left), sp.sympify(right)
    chain = start(left)._add(relation, right, assume(Hypothesis.of(left, relation, right)))
    return Theorem.of("given", chain)


def slopes(name="phi", order=1, vector=U):
    return Diagonal(Elementwise(name, order, vector))


def limit(term, index=N):
    return LimitSuperior(term, index)


def d(f):
    return ScalarDerivative(f, Z)


def relu(vector, order=0):
    return Elementwise("relu", order, vector)


LAWS = {
    "algebra": lambda: ALGEBRA,
    "finite": lambda: FINITE,
    "positive": lambda: POSITIVE_NUMBER,
    "nonnegative": lambda: NONNEGATIVE,
    "difference": lambda: NONNEGATIVE_DIFFERENCE,
    "traces": lambda: TRACE_ALGEBRA,
    "moduli": lambda: MODULI_OF_SCALED_MATRIX,
    "numbers": lambda: NORM_OF_NUMBERS,
    "constant": lambda: LIMIT_OF_CONSTANT,
    "roots": lambda: LIMIT_OF_ROOT,
    "geometric": lambda: geometric_limit(Hypothesis.of(R, LT, ONE)),
    "not below one": lambda: geometric_limit(Hypothesis.of(R, LE, ONE)),
    "below two": lambda: geometric_limit(Hypothesis.of(R, LT, TWO)),
    "in words": lambda: geometric_limit(Hypothesis("r is small")),
    "signed": lambda: geometric_limit(Hypothesis.of(X, LT, ONE)),
    "above a constant": lambda: limit_above_constant(given(R, LT, ONE)),
    "logarithms": lambda: exponential_of(
        Hypothesis.of(sp.log(C) + X * sp.log(R), LE, 2 * sp.log(P))
    ),
}

ACCEPTED = [
    ("numbers", norm(SINGLE * OTHER), EQ, norm(SINGLE) * norm(OTHER)),
    ("algebra", X + X, EQ, 2 * X),
    ("finite", X, LT, sp.oo),
    ("positive", ZERO, LT, P),
    ("positive", ZERO, LE, P),
    ("positive", P, GT, ZERO),
    ("nonnegative", ZERO, LE, norm(A)),
    ("nonnegative", norm(A), GE, ZERO),
    ("difference", F, LE, F + G),
    ("difference", F + G, GE, F),
    ("difference", F, LT, F + P),
    ("traces", Trace(A), EQ, Trace(A.T)),
    ("traces", Trace(A + B), EQ, Trace(A.T) + Trace(B)),
    ("traces", Trace(A * B), EQ, Trace(B * A)),
    (
        "moduli",
        SpectralRadius(EntrywiseModulus(sp.MatMul(slopes(), A, slopes().I))),
        EQ,
        SpectralRadius(EntrywiseModulus(A)),
    ),
    ("constant", limit(X), EQ, X),
    ("roots", limit((C * R**K) ** (1 / K), K), EQ, R),
    ("roots", limit(C ** (1 / K), K), EQ, ONE),
    ("geometric", limit(C * R**N), EQ, ZERO),
    ("geometric", limit(norm(A) * R**N), EQ, ZERO),
    ("above a constant", limit(F + C * R**N), EQ, F),
    ("above a constant", limit(F + C * R**N), LE, F),
    ("logarithms", C * R**X, LE, P**2),
]

REFUSED = [
    ("numbers", norm(A * B), EQ, norm(A) * norm(B), NOWHERE),
    ("numbers", norm(SINGLE), EQ, norm(OTHER), NOWHERE),
    ("numbers", norm(SINGLE * OTHER), LT, norm(SINGLE) * norm(OTHER), "it gives “=”, not “<”"),
    ("algebra", X + X, LE, 2 * X, "it gives “=”, not “≤”"),
    ("algebra", X + X, EQ, X, "the difference of the two sides isn't identically 0"),
    ("algebra", A * B, EQ, B * A, "the two sides have different normal forms"),
    (
        "finite",
        X,
        LE,
        sp.oo,
        "the left side isn't known to be a real number, or the step isn't “< ∞”",
    ),
    ("finite", X, LT, Y, "the left side isn't known to be a real number, or the step isn't “< ∞”"),
    (
        "finite",
        ANY,
        LT,
        sp.oo,
        "the left side isn't known to be a real number, or the step isn't “< ∞”",
    ),
    (
        "finite",
        ANY,
        LE,
        X,
        "the left side isn't known to be a real number, or the step isn't “< ∞”",
    ),
    ("positive", ZERO, LT, F, "it isn't 0 < x with an x known to be positive"),
    ("positive", ONE, LT, P, "it isn't 0 < x with an x known to be positive"),
    ("positive", ZERO, EQ, P, "it isn't 0 < x with an x known to be positive"),
    ("nonnegative", ZERO, LT, norm(A), "the step isn't “0 ≤ x” with an x known to be ≥ 0"),
    ("nonnegative", ZERO, EQ, norm(A), "the step isn't “0 ≤ x” with an x known to be ≥ 0"),
    ("nonnegative", ONE, LE, norm(A), "the step isn't “0 ≤ x” with an x known to be ≥ 0"),
    ("nonnegative", ZERO, LE, X, "the step isn't “0 ≤ x” with an x known to be ≥ 0"),
    ("difference", F, LT, F + G, "the difference of the sides isn't known to be > 0"),
    ("difference", F + G, LE, F, "the difference of the sides isn't known to be ≥ 0"),
    ("difference", F, EQ, F, "it gives inequalities"),
    ("difference", ANY, LE, ANY + P, "a side isn't known to be a real number"),
    ("traces", Trace(A.I), EQ, Trace(A), "the traces of the two sides have different cyclic words"),
    ("traces", Trace(A), EQ, Trace(B), "the traces of the two sides have different cyclic words"),
    (
        "traces",
        Trace(A * A),
        EQ,
        Trace(A),
        "the traces of the two sides have different cyclic words",
    ),
    ("traces", Trace(A), LE, Trace(A), "it gives equations of numbers"),
    ("traces", A, EQ, A, "it gives equations of numbers"),
    ("traces", Trace(A), EQ, A, "it gives equations of numbers"),
    ("traces", A, EQ, Trace(A), "it gives equations of numbers"),
    ("moduli", SpectralRadius(EntrywiseModulus(sp.MatMul(slopes(), slopes().I))), EQ, ONE, NOWHERE),
    (
        "moduli",
        SpectralRadius(EntrywiseModulus(sp.MatMul(slopes(), A, slopes("psi").I))),
        EQ,
        SpectralRadius(EntrywiseModulus(A)),
        NOWHERE,
    ),
    ("constant", limit(X + N), EQ, X + N, NOWHERE),
    ("constant", limit(norm(GROWN)), EQ, norm(GROWN), NOWHERE),
    ("roots", limit((C * R**K) ** (1 / K), K), EQ, C, "from the left side it gives r"),
    ("roots", limit((C * R ** (K**2)) ** (1 / K), K), EQ, R, NOWHERE),
    ("roots", limit((C * R**K) ** (2 / K), K), EQ, R, NOWHERE),
    ("roots", limit((F * R**K) ** (1 / K), K), EQ, R, NOWHERE),
    ("roots", limit((C + R**K) ** (1 / K), K), EQ, R, NOWHERE),
    ("roots", limit(((1 + norm(sp.MatrixSymbol("A", K, K))) * R**K) ** (1 / K), K), EQ, R, NOWHERE),
    (
        "roots",
        limit((2 * (1 + norm(sp.MatrixSymbol("A", K, K))) ** K) ** (1 / K), K),
        EQ,
        1 + norm(sp.MatrixSymbol("A", K, K)),
        NOWHERE,
    ),
    ("geometric", limit(C * R**N), EQ, C, "from the left side it gives 0"),
    ("geometric", limit(C + R**N), EQ, ZERO, NOWHERE),
    ("geometric", limit(C / R**N), EQ, ZERO, NOWHERE),
    ("geometric", limit(C * P**N), EQ, ZERO, NOWHERE),
    ("geometric", limit(N * R**N), EQ, ZERO, NOWHERE),
    ("geometric", limit(norm(GROWN) * R**N), EQ, ZERO, NOWHERE),
    ("geometric", C * R**N, EQ, ZERO, NOWHERE),
    ("not below one", limit(C * R**N), EQ, ZERO, NOWHERE),
    ("below two", limit(C * R**N), EQ, ZERO, NOWHERE),
    ("in words", limit(C * R**N), EQ, ZERO, NOWHERE),
    ("signed", limit(X ** (2 * N)), EQ, ZERO, NOWHERE),
    ("signed", limit(X**N), EQ, ZERO, NOWHERE),
    ("above a constant", limit(F + C * R**N), EQ, ZERO, "from the left side it gives f"),
    ("above a constant", limit(X + C * R**N), EQ, X, NOWHERE),
    ("above a constant", limit(F + X * R**N), EQ, F, NOWHERE),
    ("logarithms", C * R**X, LT, P**2, NOT_STRICT),
    ("logarithms", C * R**X, LE, P, "from the left side it gives p²"),
    ("logarithms", R**X, LE, P**2, NOWHERE),
]


@pytest.mark.parametrize(("which", "left", "relation", "right"), ACCEPTED, ids=str)
def test_an_instance_is_accepted(which, left, relation, right):
    assert LAWS[which]().refuses(left, relation, right) is None


@pytest.mark.parametrize(("which", "left", "relation", "right", "reason"), REFUSED, ids=str)
def test_a_near_miss_is_refused_with_the_reason(which, left, relation, right, reason):
    assert LAWS[which]().refuses(left, relation, right) == reason


def test_only_sums_of_logarithms_of_positive_numbers_are_powers():
    powers = sequence_laws._exponential
    assert powers(sp.log(C) + X * sp.log(R)) == C * R**X
    for other in (sp.log(F), ANY * sp.log(R), X * sp.log(F), sp.log(C) + X, sp.log(C) * sp.log(R)):
        assert powers(other) is None


def test_what_the_rules_do_not_speak_of_has_no_derivative():
    derivative, value = real_functions._derivative, ActivationValue("tanh", 0, X)
    assert derivative(sp.exp(2 * Z), Z) == 2 * sp.exp(2 * Z)
    inside = ScalarDerivative(value, X)
    for f in (sp.exp(sp.Abs(Z)), sp.Abs(Z), Z + sp.Abs(Z), Z * sp.Abs(Z), inside, Z * inside):
        assert derivative(f, Z) is None
