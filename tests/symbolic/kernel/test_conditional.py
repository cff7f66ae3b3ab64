"""Exact ranges, decided by Sturm sequences, and the other laws made from theorems."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import (
    absolute_value_by,
    diagonal_norm_by,
    is_nonnegative_on,
    is_positive_on,
    range_of,
    range_of_exponential,
    root_by,
)
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.theorems.activations.tanh import (
    tanh_bounds,
    tanh_derivative_range,
    tanh_slope_bound,
)
from gradproof.symbolic.theorems.bounds import slope_hypothesis
from gradproof.symbolic.theorems.powers import power_norm_lower, power_norm_upper

t = sp.Symbol("t")
Z = sp.Symbol("z", real=True)
D = sp.Symbol("d", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
COUNT = sp.Symbol("n", integer=True, positive=True)
W = sp.MatrixSymbol("W", D, D)
U = sp.MatrixSymbol("u", D, 1)
ONE = sp.Integer(1)
TINY = sp.Rational(1, 10**12)
T = ActivationValue("tanh", 0, Z)
E_Z = sp.exp(Z)


@pytest.mark.parametrize(
    "roots", list(itertools.combinations_with_replacement(range(-2, 3), 3)), ids=str
)
@pytest.mark.parametrize(("lower", "upper"), [(-1, 1), (0, 2), (-sp.oo, sp.oo), (1, sp.oo)])
def test_signs_of_products_of_linear_factors(roots, lower, upper):
    # The sign of ∏(t − r) between and at its roots is known; sample every gap and every root.
    polynomial = sp.Poly(sp.prod([t - root for root in roots]), t)
    points = [sp.Rational(i, 2) for i in range(-7, 8)]
    inside = [polynomial.eval(point) for point in points if lower < point < upper]
    assert is_nonnegative_on(polynomial, lower, upper) == all(value >= 0 for value in inside)
    assert is_positive_on(polynomial, lower, upper) == all(value > 0 for value in inside)


def test_irrational_roots_decide_exactly():
    close = sp.Poly(t**2 - 2, t)
    below, above = sp.Rational(141421356, 10**8), sp.Rational(141421357, 10**8)
    assert is_positive_on(close, above, 3)
    assert not is_nonnegative_on(close, below, 3)
    assert is_positive_on(-close, -below, below)
    assert not is_nonnegative_on(-close, -below, above)


@pytest.mark.parametrize("value", [0, 1, -1])
def test_constants_are_decided_too(value):
    polynomial = sp.Poly(value, t)
    assert is_nonnegative_on(polynomial, 0, 1) == (value >= 0)
    assert is_positive_on(polynomial, 0, 1) == (value > 0)


def tanh_range():
    above, below = tanh_bounds()
    return range_of(T, above=above, below=below)


SHARP = [  # (left, relation, right): right is the best constant
    (1 - T**2, Relation.LE, ONE),
    (1 - T**2, Relation.GT, sp.Integer(0)),
    ((2 * T * (1 - T**2)) ** 2, Relation.LE, sp.Rational(16, 27)),
    ((6 * T**2 - 2) * (1 - T**2), Relation.LE, sp.Rational(2, 3)),
    ((6 * T**2 - 2) * (1 - T**2), Relation.GE, sp.Integer(-2)),
    (T, Relation.LT, ONE),
    (T**3, Relation.GT, sp.Integer(-1)),
    (1 / (1 + T**2), Relation.GT, sp.Rational(1, 2)),
    (1 / (1 + T**2), Relation.LE, ONE),
]


@pytest.mark.parametrize(("left", "relation", "right"), SHARP, ids=str)
def test_the_best_constant_passes_and_a_better_one_is_refused(left, relation, right):
    law = tanh_range()
    chain = start(left)._add(relation, right, law)
    assert chain.steps
    better = right + TINY if relation.is_downward else right - TINY
    with pytest.raises(StepRefusedError, match="it is false for some tanh"):
        start(left)._add(relation, better, law)


@pytest.mark.parametrize(
    ("left", "right"),
    [(1 - T**2, ONE), ((2 * T * (1 - T**2)) ** 2, sp.Rational(16, 27))],
    ids=str,
)
def test_a_bound_that_is_attained_is_not_strict(left, right):
    with pytest.raises(StepRefusedError, match="it is false for some tanh"):
        start(left).lt(right, by=tanh_range())


@pytest.mark.parametrize(
    ("sign", "interval"), [("real", "(0, ∞)"), ("positive", "(1, ∞)"), ("negative", "(0, 1)")]
)
def test_the_range_of_the_exponential_follows_the_declared_sign(sign, interval):
    z = sp.Symbol("z", **{sign: True})
    law = range_of_exponential(z)
    assert law.name == f"exact range for e^z in {interval}"
    claims = {"above": start(sp.exp(z)).gt, "below": start(sp.exp(z)).lt}
    accepted = set()
    for name, claim in claims.items():
        try:
            claim(ONE, by=law)
        except StepRefusedError:
            continue
        accepted.add(name)
    assert accepted == {"real": set(), "positive": {"above"}, "negative": {"below"}}[sign]


def test_a_negative_denominator_turns_the_inequality_round():
    law = tanh_range()
    quotient = sp.Pow(-1 - T**2, -1)
    assert start(quotient).lt(-sp.Rational(1, 2), by=law).steps
    with pytest.raises(StepRefusedError, match="it is false for some tanh"):
        start(quotient).lt(-sp.Rational(1, 2) - TINY, by=law)
    with pytest.raises(StepRefusedError, match="it is false for some tanh"):
        start(quotient).ge(-sp.Rational(1, 2), by=law)


def test_powers_of_the_exponential_are_powers_of_one_variable():
    law = range_of_exponential(Z)
    assert start(sp.Integer(2)).le(E_Z + sp.exp(-Z), by=law).steps
    assert start(2 * E_Z).le(sp.exp(2 * Z) + 1, by=law).steps
    with pytest.raises(StepRefusedError, match="it is false for some e"):
        start(2 + TINY).le(E_Z + sp.exp(-Z), by=law)
    with pytest.raises(StepRefusedError, match="it gives inequalities"):
        start(E_Z).eq(E_Z, by=law)


def test_the_range_carries_the_hypotheses_of_its_theorems():
    x = sp.Symbol("x", real=True)
    above = Theorem.of("above", start(ONE).lt(x, by=assume(Hypothesis.of(ONE, Relation.LT, x))))
    two = sp.Integer(2)
    below = Theorem.of("below", start(x).lt(two, by=assume(Hypothesis.of(x, Relation.LT, two))))
    theorem = Theorem.of("t", start(x**2).lt(3 * x, by=range_of(x, above=above, below=below)))
    assert [str(h) for h in theorem.conditions] == ["1 < x", "x < 2"]
    assert theorem.uses == ("above", "below")
    for wrong in ({"above": below, "below": above}, {"above": above, "below": above}):
        with pytest.raises(InputError, match="strict bound of x"):
            range_of(x, **wrong)


def test_a_range_needs_strict_rational_bounds():
    at_most = tanh_derivative_range()[1]
    with pytest.raises(InputError, match="strict bound"):
        range_of(ActivationValue("tanh", 1, Z), above=tanh_derivative_range()[0], below=at_most)


def test_an_absolute_value_needs_its_sign():
    slope = ActivationValue("tanh", 1, Z)
    law = absolute_value_by(tanh_derivative_range()[0])
    assert start(sp.Abs(slope)).eq(slope, by=law).steps
    with pytest.raises(StepRefusedError, match="absolute value"):
        start(sp.Abs(T)).eq(T, by=law)
    for theorem in (tanh_bounds()[0], tanh_derivative_range()[1]):
        with pytest.raises(InputError, match="give 0 < x or 0 ≤ x"):
            absolute_value_by(theorem)


def test_a_root_needs_a_power_without_hypotheses():
    law = root_by(power_norm_lower(), {N: COUNT})
    norm = SpectralNorm(W**COUNT)
    assert start(SpectralRadius(W)).le(norm ** (1 / COUNT), by=law).steps
    with pytest.raises(StepRefusedError, match="root is increasing"):
        start(SpectralRadius(W)).le(norm, by=law)
    with pytest.raises(InputError, match="n ≥ 1"):
        root_by(power_norm_lower(), {})
    with pytest.raises(InputError, match="doesn't satisfy"):
        root_by(power_norm_lower(), {N: sp.Integer(-1)})
    with pytest.raises(InputError, match=r"n ≥ 1|without hypotheses"):
        root_by(power_norm_upper(), {N: COUNT})


def test_a_diagonal_matrix_is_bounded_by_the_bound_of_its_own_function():
    law = diagonal_norm_by(tanh_slope_bound())
    slopes = Diagonal(Elementwise("tanh", 1, U))
    assert start(SpectralNorm(slopes)).le(ONE, by=law).steps
    for other in (
        Diagonal(Elementwise("tanh", 0, U)),
        Diagonal(Elementwise("tanh", 2, U)),
        Diagonal(Elementwise("phi", 1, U)),
        Diagonal(U),
        W,
    ):
        with pytest.raises(StepRefusedError, match="norm of a diagonal matrix"):
            start(SpectralNorm(other)).le(ONE, by=law)
    with pytest.raises(StepRefusedError, match="norm of a diagonal matrix"):
        start(SpectralNorm(slopes)).lt(ONE, by=law)
    assert diagonal_norm_by(slope_hypothesis()).hypotheses == {slope_hypothesis()}
    for theorem in (tanh_bounds()[1], tanh_derivative_range()[1]):
        with pytest.raises(InputError, match=r"give \|φ′"):
            diagonal_norm_by(theorem)
