"""Laws made from theorems about real vectors: each refuses what its theorem doesn't say."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.conditional_forms import (
    cancelled_by,
    constant_slopes_by,
    norm_by_vectors,
    product_by,
    sector_by,
)
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import ALGEBRA, HOMOGENEOUS, SUBMULTIPLICATIVE
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    LimitSuperior,
    SpectralNorm,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation, is_real
from gradproof.symbolic.theorems.activations.elementary import identity_derivative
from gradproof.symbolic.theorems.activations.logistic import logistic_derivative_range
from gradproof.symbolic.theorems.activations.tanh import (
    tanh_bounds,
    tanh_derivative_range,
    tanh_slope_bound,
)

LE, EQ, GE, LT = Relation.LE, Relation.EQ, Relation.GE, Relation.LT
D, E = sp.symbols("d e", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
Z = sp.Symbol("z", real=True)
X, Y, ALPHA, BETA = sp.symbols("x y alpha beta", real=True)
P, Q, A0, B0 = sp.symbols("p q a b", nonnegative=True)
C = sp.Symbol("c", complex=True)
A, B = (sp.MatrixSymbol(name, D, D) for name in "AB")
U, V, ZED = (sp.MatrixSymbol(name, D, 1) for name in ("u", "v", "Z"))
ONE, ZERO = sp.Integer(1), sp.Integer(0)
norm = SpectralNorm


def assumed(left, relation, right, name="t"):
    law = assume(Hypothesis.of(left, relation, right))
    chain = start(sp.sympify(left))
    return Theorem.of(name, chain._add(relation, sp.sympify(right), law))


# --- Slopes in a sector ---------------------------------------------------------------------------

TANH = Diagonal(Elementwise("tanh", 1, ZED))
LOGISTIC = Diagonal(Elementwise("logistic", 1, ZED))
PHI = Diagonal(Elementwise("phi", 1, ZED))
SLOPE = ActivationValue("phi", 1, Z)
LOWER = Hypothesis.of(ALPHA, LE, SLOPE, for_all=(Z,))
UPPER = Hypothesis.of(SLOPE, LE, BETA, for_all=(Z,))


def square(slopes, v=V):
    return Trace(sp.MatMul(sp.Transpose(v), slopes, slopes, v))


def between(slopes, v=V):
    return Trace(sp.MatMul(sp.Transpose(v), slopes, v))


def length(v=V):
    return Trace(sp.MatMul(sp.Transpose(v), v))


def ranged(derivative_range):
    lower, upper, *_ = derivative_range()
    return lower, upper


def test_the_sector_of_a_known_slope_comes_from_its_theorems():
    law = sector_by(*ranged(tanh_derivative_range), slopes=TANH, vector=V)
    theorem = Theorem.of("t", start(square(TANH)).le(between(TANH), by=law))
    assert theorem.hypotheses == {is_real(V), is_real(ZED)}
    assert theorem.uses == ("tanh_derivative_range",)
    quarter = sector_by(*ranged(logistic_derivative_range), slopes=LOGISTIC, vector=V)
    assert start(square(LOGISTIC)).le(between(LOGISTIC) / 4, by=quarter).steps


def test_the_sector_of_an_abstract_slope_is_assumed():
    law = sector_by(LOWER, UPPER, slopes=PHI, vector=V)
    right = (ALPHA + BETA) * between(PHI) - ALPHA * BETA * length()
    theorem = Theorem.of("t", start(square(PHI)).le(right, by=law))
    assert theorem.hypotheses == {LOWER, UPPER, is_real(V), is_real(ZED)}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (square(TANH), between(TANH) / 2),
        (between(TANH), square(TANH)),
        (-square(TANH), -between(TANH)),
        (square(TANH), ZERO),
        (square(TANH, U), between(TANH, U)),
        (square(PHI), between(PHI)),
        (square(LOGISTIC), between(LOGISTIC)),
        (square(Diagonal(U)), between(Diagonal(U))),
        (square(Diagonal(Elementwise("tanh", 1, U))), between(TANH)),
        (Trace(V.T * A * A * V), Trace(V.T * A * V)),
        (norm(TANH) ** 2, norm(TANH)),
    ],
    ids=str,
)
def test_a_sector_says_nothing_else(left, right):
    law = sector_by(*ranged(tanh_derivative_range), slopes=TANH, vector=V)
    with pytest.raises(StepRefusedError):
        start(left).le(right, by=law)


def test_a_sector_is_neither_strict_nor_turned_round():
    law = sector_by(*ranged(tanh_derivative_range), slopes=TANH, vector=V)
    for relation in ("lt", "eq", "ge", "gt"):
        with pytest.raises(StepRefusedError):
            getattr(start(square(TANH)), relation)(between(TANH), by=law)


def other_slope(activation="phi", order=1, z=Z):
    return ActivationValue(activation, order, z)


SOME = sp.Symbol("z", positive=True)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (UPPER, LOWER),
        (UPPER, UPPER),
        (LOWER, LOWER),
        (LOWER, Hypothesis.of(SLOPE, LE, BETA)),  # at one z
        (LOWER, Hypothesis.of(SLOPE, LE, Z + BETA, for_all=(Z,))),  # a bound that moves
        (LOWER, Hypothesis.of(SLOPE, LE, BETA, for_all=(Z, BETA))),
        (LOWER, Hypothesis.of(other_slope(z=SOME), LE, BETA, for_all=(SOME,))),
        (LOWER, Hypothesis.of(other_slope(order=2), LE, BETA, for_all=(Z,))),
        (LOWER, Hypothesis.of(other_slope("tanh"), LE, BETA, for_all=(Z,))),
        (LOWER, Hypothesis.of(sp.Abs(SLOPE), LE, BETA, for_all=(Z,))),
        (LOWER, Hypothesis.of(2 * SLOPE, LE, BETA, for_all=(Z,))),
        (LOWER, Hypothesis.of(other_slope(z=2 * Z), LE, BETA, for_all=(Z,))),
        (LOWER, tanh_bounds()[1]),
        (LOWER, assumed(SLOPE, LE, BETA)),  # a theorem that assumes something about z
        (LOWER, Hypothesis.of(SLOPE, LE, sp.oo, for_all=(Z,))),
        (Hypothesis.of(ALPHA, LE, other_slope("tanh"), for_all=(Z,)), UPPER),
        (Hypothesis.of(ALPHA, LE, other_slope(order=0), for_all=(Z,)), UPPER),
        (Hypothesis("0 ≤ φ′"), UPPER),
        (None, UPPER),
    ],
    ids=str,
)
def test_a_sector_needs_both_bounds_for_all_real_z(lower, upper):
    with pytest.raises(InputError):
        sector_by(lower, upper, slopes=PHI, vector=V)


@pytest.mark.parametrize(
    ("slopes", "vector"),
    [
        (TANH, V),
        (Diagonal(Elementwise("phi", 0, ZED)), V),
        (Diagonal(U), V),
        (A, V),
        (PHI, A),
        (PHI, V.T),
        (PHI, C * V),
        (PHI, sp.MatrixSymbol("v", E, 1)),
        (PHI, X),
    ],
    ids=str,
)
def test_a_sector_is_one_of_diagonal_slopes_and_a_real_column(slopes, vector):
    with pytest.raises(InputError):
        sector_by(LOWER, UPPER, slopes=slopes, vector=vector)


def test_a_sector_assumes_what_its_theorems_assume():
    weaker = Hypothesis.of(BETA, LE, Q)
    chain = start(SLOPE).le(BETA, by=assume_at(UPPER, {Z: Z})).le(Q, by=assume(weaker))
    upper = Theorem.of("upper", chain)
    law = sector_by(LOWER, upper, slopes=PHI, vector=V)
    assert law.hypotheses == {LOWER, UPPER, weaker, is_real(V), is_real(ZED)}
    assert law.uses == ("upper",)


def test_bounds_may_be_written_from_right_to_left():
    lower = Hypothesis.of(SLOPE, GE, ALPHA, for_all=(Z,))
    upper = Hypothesis.of(BETA, GE, SLOPE, for_all=(Z,))
    law = sector_by(lower, upper, slopes=PHI, vector=V)
    right = (ALPHA + BETA) * between(PHI) - ALPHA * BETA * length()
    assert start(square(PHI)).le(right, by=law).steps
    with pytest.raises(InputError):
        sector_by(upper, lower, slopes=PHI, vector=V)


def test_a_constant_slope_makes_a_multiple_of_the_identity():
    law = constant_slopes_by(identity_derivative()[0])
    slopes = Diagonal(Elementwise("identity", 1, ZED))
    assert start(slopes).eq(sp.Identity(D), by=law).steps
    for other in (Diagonal(Elementwise("identity", 0, ZED)), TANH, Diagonal(ZED), A):
        with pytest.raises(StepRefusedError):
            start(other).eq(sp.Identity(D), by=law)
    with pytest.raises(StepRefusedError):
        start(slopes).eq(2 * sp.Identity(D), by=law)
    doubled = Hypothesis.of(SLOPE, EQ, ALPHA, for_all=(Z,))
    theorem = Theorem.of("t", start(SLOPE).eq(ALPHA, by=assume_at(doubled, {Z: Z})))
    by = constant_slopes_by(theorem)
    assert start(PHI).eq(ALPHA * sp.Identity(D), by=by).hypotheses == {doubled}
    with pytest.raises(StepRefusedError):
        start(PHI).eq(sp.Identity(D), by=by)
    for theorem in (*tanh_derivative_range()[:3], identity_derivative, LOWER):
        with pytest.raises(InputError):
            constant_slopes_by(theorem)


# --- The norm by all real vectors -----------------------------------------------------------------


def shrinks():
    """Return the chain to ‖A v‖² ≤ p ‖v‖², given ‖A‖² ≤ p."""
    return (
        start(norm(A * V) ** 2)
        .le((norm(A) * norm(V)) ** 2, by=SUBMULTIPLICATIVE)
        .le(P * norm(V) ** 2, by=assume(Hypothesis.of(norm(A) ** 2, LE, P)))
    )


def test_a_bound_at_every_real_vector_bounds_the_norm():
    theorem = Theorem.of("t", shrinks())
    law = norm_by_vectors(theorem, matrix=A, vector=V, factor=P)
    concluded = Theorem.of("norm", start(norm(A)).le(sp.sqrt(P), by=law))
    assert concluded.hypotheses == {is_real(A), *theorem.hypotheses}
    for wrong in (P, sp.sqrt(P) / 2, P**2):
        with pytest.raises(StepRefusedError):
            start(norm(A)).le(wrong, by=law)
    for other in (norm(B), norm(A * A), norm(A.T)):
        with pytest.raises(StepRefusedError):
            start(other).le(sp.sqrt(P), by=law)


def test_the_vector_is_every_real_one():
    # Of a single v, or of all v in some set, nothing follows about the norm.
    about_v = Hypothesis.of(norm(A * V) ** 2, LE, P * norm(V) ** 2)
    single = Theorem.of("t", start(norm(A * V) ** 2).le(P * norm(V) ** 2, by=assume(about_v)))
    with pytest.raises(InputError, match="isn't every real column"):
        norm_by_vectors(single, matrix=A, vector=V, factor=P)
    for_all = Hypothesis.of(norm(A * U) ** 2, LE, P * norm(U) ** 2, for_all=(U,))
    law = assume_at(for_all, {U: V})
    general = Theorem.of("t", start(norm(A * V) ** 2).le(P * norm(V) ** 2, by=law))
    assert general.hypotheses == {for_all, is_real(V)}
    by = norm_by_vectors(general, matrix=A, vector=V, factor=P)
    assert Theorem.of("n", start(norm(A)).le(sp.sqrt(P), by=by)).hypotheses == {
        for_all,
        is_real(A),
    }


@pytest.mark.parametrize(
    ("matrix", "vector", "factor"),
    [
        (B, V, P),
        (A, U, P),
        (A, V, Q),
        (A, V, 2 * P),
        (A, V, -P),
        (A.T, V, P),
        (A, 2 * V, P / 4),
        (A * A, V, P),
    ],
    ids=str,
)
def test_the_theorem_has_to_say_so(matrix, vector, factor):
    with pytest.raises(InputError):
        norm_by_vectors(Theorem.of("t", shrinks()), matrix=matrix, vector=vector, factor=factor)


def test_neither_the_matrix_nor_the_factor_may_follow_the_vector():
    # ‖(v vᵀ) v‖² = ‖v‖⁴ ‖v‖², so c = ‖v‖⁴ bounds nothing.
    outer = sp.MatMul(V, sp.Transpose(V))
    chain = start(norm(sp.MatMul(V, sp.Transpose(V), V)) ** 2).le(
        norm(V) ** 2 * norm(sp.Transpose(V)) ** 2 * norm(V) ** 2, by=SUBMULTIPLICATIVE
    )
    factor = norm(V) ** 2 * norm(sp.Transpose(V)) ** 2
    with pytest.raises(InputError, match="isn't every real column"):
        norm_by_vectors(Theorem.of("t", chain), matrix=outer, vector=V, factor=factor)


def test_a_matrix_that_follows_the_vector_is_bounded_at_that_vector_only():
    slopes = Diagonal(Elementwise("tanh", 1, V))
    chain = start(norm(sp.MatMul(slopes, V)) ** 2)
    chain = chain.le((norm(slopes) * norm(V)) ** 2, by=SUBMULTIPLICATIVE)
    chain = chain.le(norm(V) ** 2, by=diagonal_norm_by(tanh_slope_bound()))
    theorem = Theorem.of("t", chain)
    with pytest.raises(InputError, match="isn't every real column"):
        norm_by_vectors(theorem, matrix=slopes, vector=V, factor=ONE)


def test_a_factor_that_follows_the_vector_bounds_nothing():
    cubic = Hypothesis.of(norm(A * U) ** 2, LE, norm(U) ** 3, for_all=(U,))
    chain = start(norm(A * V) ** 2).le(norm(V) ** 3, by=assume_at(cubic, {U: V}))
    with pytest.raises(InputError, match="isn't every real column"):
        norm_by_vectors(Theorem.of("t", chain), matrix=A, vector=V, factor=norm(V))


def test_a_range_is_not_the_whole_space():
    # ‖A x‖ ≤ √p ‖x‖ for x = A u says nothing about other x.
    image = A * U
    bound = Hypothesis.of(norm(A * image) ** 2, LE, P * norm(image) ** 2)
    theorem = Theorem.of(
        "t", start(bound.proposition.left).le(P * norm(image) ** 2, by=assume(bound))
    )
    with pytest.raises(InputError, match="give a symbol of a column"):
        norm_by_vectors(theorem, matrix=A, vector=image, factor=P)


def test_the_factor_is_known_to_have_a_root():
    for_all = Hypothesis.of(norm(A * U) ** 2, LE, X * norm(U) ** 2, for_all=(U,))
    chain = start(norm(A * V) ** 2).le(X * norm(V) ** 2, by=assume_at(for_all, {U: V}))
    with pytest.raises(InputError, match="c ≥ 0"):
        norm_by_vectors(Theorem.of("t", chain), matrix=A, vector=V, factor=X)


def test_a_complex_matrix_is_not_measured_by_real_vectors():
    # (1, i) maps real v to v₁ + i v₂ of modulus ‖v‖, but has norm √2.
    scaled = C * A
    chain = start(norm(sp.MatMul(C, A, V)) ** 2)
    chain = chain.eq((sp.Abs(C) * norm(A * V)) ** 2, by=HOMOGENEOUS)
    bound = Hypothesis.of(sp.Abs(C) ** 2 * norm(A * U) ** 2, LE, P * norm(U) ** 2, for_all=(U,))
    chain = chain.le(P * norm(V) ** 2, by=assume_at(bound, {U: V}))
    with pytest.raises(InputError, match="use real scalars"):
        norm_by_vectors(Theorem.of("t", chain), matrix=scaled, vector=V, factor=P)


def test_a_lower_bound_of_images_is_no_upper_bound():
    below = Hypothesis.of(norm(A * U) ** 2, GE, P * norm(U) ** 2, for_all=(U,))
    chain = start(norm(A * V) ** 2).ge(P * norm(V) ** 2, by=assume_at(below, {U: V}))
    with pytest.raises(InputError):
        norm_by_vectors(Theorem.of("t", chain), matrix=A, vector=V, factor=P)


# --- Products of inequalities, and a common factor ------------------------------------------------


def test_differences_of_the_same_sign_have_a_product_that_is_not_negative():
    law = product_by(assumed(X, LE, Y, "first"), assumed(P, LT, Q, "second"))
    theorem = Theorem.of("t", start(ZERO).le((Y - X) * (Q - P), by=law))
    assert sorted(map(str, theorem.hypotheses)) == ["p < q", "x ≤ y"]
    assert theorem.uses == ("first", "second")
    downward = product_by(assumed(Y, GE, X, "first"), assumed(P, LE, Q))
    assert start(ZERO).le((Y - X) * (Q - P), by=downward).steps
    for wrong in ((X - Y) * (Q - P), (Y - X) * (P - Q), Y * Q - X * P, (Y - X) * (Q - P) - 1):
        with pytest.raises(StepRefusedError):
            start(ZERO).le(wrong, by=law)
    for relation in ("lt", "eq", "ge"):
        with pytest.raises(StepRefusedError):
            getattr(start(ZERO), relation)((Y - X) * (Q - P), by=law)
    with pytest.raises(StepRefusedError):
        start(ONE).le((Y - X) * (Q - P), by=law)


def test_products_are_of_numbers():
    matrices = Theorem.of("t", start(A * (B + A)).eq(A * B + A**2, by=ALGEBRA))
    limits = Theorem.of(
        "t",
        start(LimitSuperior(norm(A), N)).le(
            LimitSuperior(P, N), by=assume(Hypothesis.of(norm(A), LE, P))
        ),
    )
    for wrong in (matrices, limits, Hypothesis.of(X, LE, Y), None):
        with pytest.raises(InputError):
            product_by(wrong, assumed(X, LE, Y))
        with pytest.raises(InputError):
            product_by(assumed(X, LE, Y), wrong)


def test_a_product_adds_to_nothing_but_zero_and_only_where_it_grows():
    law = product_by(assumed(X, LE, Y), assumed(P, LE, Q))
    product = (Y - X) * (Q - P)
    padded = sp.Add(X, 0, evaluate=False)
    assert start(padded).le(X + product, by=law).steps
    with pytest.raises(StepRefusedError):
        start(padded).le(X - product, by=law)
    negated = sp.Add(X, sp.Mul(-1, 0, evaluate=False), evaluate=False)
    with pytest.raises(StepRefusedError):
        start(negated).le(X - product, by=law)


def test_a_common_factor_cancels_where_nothing_is_negative():
    law = cancelled_by(assumed(P**2, LE, P * Q), left=P, right=Q)
    assert start(P).le(Q, by=law).steps
    for relation in ("lt", "eq", "ge"):
        with pytest.raises(StepRefusedError):
            getattr(start(P), relation)(Q, by=law)
    with pytest.raises(StepRefusedError):
        start(Q).le(P, by=law)


@pytest.mark.parametrize(
    ("left", "right", "theorem"),
    [
        (X, Y, assumed(X**2, LE, X * Y)),  # x = −1, y = −2
        (P, Y, assumed(P**2, LE, P * Y)),  # p = 0, y = −1
        (X, Q, assumed(X**2, LE, X * Q)),
        (P, Q, assumed(P**2, GE, P * Q)),
        (P, Q, assumed(P**2, LE, Q**2 * P)),
        (P, Q, assumed(P, LE, P * Q)),
        (P, Q, assumed(P * A0, LE, Q * A0)),  # a = 0
        (P, Q, Hypothesis.of(P**2, LE, P * Q)),
        (P, Q, assumed(P**3, LE, P**2 * Q)),
    ],
    ids=str,
)
def test_other_factors_do_not_cancel(left, right, theorem):
    with pytest.raises(InputError):
        cancelled_by(theorem, left=left, right=right)


class Forged:
    name, hypotheses = "t", frozenset()
    proposition = Hypothesis.of(P**2, LE, P * Q).proposition


@pytest.mark.parametrize(
    "rule",
    [
        lambda forged: norm_by_vectors(forged, matrix=A, vector=V, factor=P),
        lambda forged: product_by(forged, forged),
        lambda forged: cancelled_by(forged, left=P, right=Q),
        lambda forged: sector_by(forged, forged, slopes=PHI, vector=V),
        constant_slopes_by,
    ],
)
def test_look_alikes_are_no_theorems(rule):
    with pytest.raises(InputError):
        rule(Forged())
