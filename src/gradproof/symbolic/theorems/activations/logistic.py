"""The logistic function: its derivative, the exact range of the derivative, and two more.

Everything is decided for s = logistic z in (0, 1), where each derivative is a polynomial; that
logistic z lies there is decided for e^z in (0, ∞). Nothing is sampled.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.activation_laws import DEFINITION_OF_LOGISTIC
from gradproof.symbolic.kernel.conditional import absolute_value_by, range_of, range_of_exponential
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DEFINITION_OF_DERIVATIVE,
    DERIVATIVE_OF_EXPONENTIALS,
    POLYNOMIAL_CHAIN_RULE,
    QUOTIENT_RULE,
    Law,
)
from gradproof.symbolic.language.expressions import ActivationValue, ScalarDerivative

__all__ = [
    "logistic_bounds",
    "logistic_derivative",
    "logistic_derivative_range",
    "logistic_higher_derivatives",
    "logistic_slope_bound",
]

REAL = sp.Symbol("z", real=True)
_POSITIVE = sp.Symbol("z", positive=True)
_NEGATIVE = sp.Symbol("z", negative=True)
_QUARTER = sp.Rational(1, 4)


def logistic(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node logistic⁽ⁿ⁾(z)."""
    return ActivationValue("logistic", order, z)


def _as_exponentials(z: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return numerator and denominator of logistic z = e^z / (1 + e^z)."""
    return sp.exp(z), 1 + sp.exp(z)


@functools.cache
def logistic_derivative() -> Theorem:
    """Return logistic′(z) = logistic(z) (1 − logistic(z)) for every real z.

    >>> print(logistic_derivative())
    logistic′(z) = logistic(z) (1 − logistic(z))
    """
    z = REAL
    numerator, denominator = _as_exponentials(z)
    derivative = functools.partial(ScalarDerivative, variable=z)
    chain = (
        start(logistic(z, 1))
        .eq(derivative(logistic(z)), by=DEFINITION_OF_DERIVATIVE)
        .eq(derivative(numerator / denominator), by=DEFINITION_OF_LOGISTIC)
        .eq(
            (derivative(numerator) * denominator - numerator * derivative(denominator))
            / denominator**2,
            by=QUOTIENT_RULE,
        )
        .eq(
            (numerator * denominator - numerator * numerator) / denominator**2,
            by=DERIVATIVE_OF_EXPONENTIALS,
        )
        .eq((numerator / denominator) * (1 - numerator / denominator), by=ALGEBRA)
        .eq(logistic(z) * (1 - logistic(z)), by=DEFINITION_OF_LOGISTIC)
    )
    return Theorem.of("logistic_derivative", chain)


@functools.cache
def logistic_bounds() -> tuple[Theorem, Theorem]:
    """Return 0 < logistic z and logistic z < 1 for every real z."""
    numerator, denominator = _as_exponentials(REAL)
    by = range_of_exponential(REAL)
    quotient = numerator / denominator
    above = start(sp.Integer(0)).lt(quotient, by=by).eq(logistic(REAL), by=DEFINITION_OF_LOGISTIC)
    below = start(logistic(REAL)).eq(quotient, by=DEFINITION_OF_LOGISTIC).lt(sp.Integer(1), by=by)
    return Theorem.of("logistic_bounds", above), Theorem.of("logistic_bounds", below)


@functools.cache
def logistic_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: logistic′ maps ℝ onto (0, 1/4], and is 1/4 at 0 only.

    0 < logistic′(z); logistic′(z) ≤ 1/4; logistic′(0) = 1/4; logistic′(z) < 1/4 for z > 0 and for
    z < 0; and every s = ¼(1 − 1/(1 + p)²) with p > 0, that is every s in (0, 1/4), is logistic′ of
    log(1 + 2/p).

    >>> for theorem in logistic_derivative_range():
    ...     print(theorem)
    0 < logistic′(z)
    logistic′(z) ≤ 1/4
    logistic′(0) = 1/4
    logistic′(z) < 1/4
    logistic′(z) < 1/4
    logistic′(log(1 + 2/p)) = 1/4 − 1/(4 (p + 1)²)
    """
    name = "logistic_derivative_range"
    inside = _range(REAL)
    polynomial = logistic(REAL) * (1 - logistic(REAL))
    lower = start(sp.Integer(0)).lt(polynomial, by=inside).eq(logistic(REAL, 1), by=_slope(REAL))
    upper = start(logistic(REAL, 1)).eq(polynomial, by=_slope(REAL)).le(_QUARTER, by=inside)
    zero = sp.Integer(0)
    attained = (
        start(logistic(zero, 1))
        .eq(logistic(zero) * (1 - logistic(zero)), by=_slope(zero))
        .eq(_QUARTER, by=DEFINITION_OF_LOGISTIC)
    )
    return (
        Theorem.of(name, lower),
        Theorem.of(name, upper),
        Theorem.of(name, attained),
        _strict_away_from_zero(_POSITIVE),
        _strict_away_from_zero(_NEGATIVE),
        _onto(),
    )


def _slope(z: sp.Expr) -> Law:
    return logistic_derivative().law({REAL: z})


def _range(z: sp.Symbol) -> Law:
    above, below = logistic_bounds()
    return range_of(logistic(z), above=above, below=below)


def _strict_away_from_zero(z: sp.Symbol) -> Theorem:
    """Return logistic′(z) < 1/4 for a symbol z that is positive, or one that is negative."""
    numerator, denominator = _as_exponentials(z)
    slope = (numerator / denominator) * (1 - numerator / denominator)
    chain = (
        start(logistic(z, 1))
        .eq(logistic(z) * (1 - logistic(z)), by=_slope(z))
        .eq(slope, by=DEFINITION_OF_LOGISTIC)
        .lt(_QUARTER, by=range_of_exponential(z))
    )
    return Theorem.of("logistic_derivative_range", chain)


def _onto() -> Theorem:
    p = sp.Symbol("p", positive=True)
    z = sp.log(1 + 2 / p)
    numerator, denominator = _as_exponentials(z)
    chain = (
        start(logistic(z, 1))
        .eq(logistic(z) * (1 - logistic(z)), by=_slope(z))
        .eq((numerator / denominator) * (1 - numerator / denominator), by=DEFINITION_OF_LOGISTIC)
        .eq((1 - 1 / (1 + p) ** 2) / 4, by=ALGEBRA)
    )
    return Theorem.of("logistic_derivative_range", chain)


@functools.cache
def logistic_slope_bound() -> Theorem:
    """Return |logistic′(z)| ≤ 1/4 for every real z, the form in which norms need it."""
    positive, at_most_a_quarter, *_ = logistic_derivative_range()
    slope = logistic(REAL, 1)
    chain = (
        start(sp.Abs(slope))
        .eq(slope, by=absolute_value_by(positive))
        .le(_QUARTER, by=at_most_a_quarter.law())
    )
    return Theorem.of("logistic_slope_bound", chain)


@functools.cache
def logistic_higher_derivatives() -> tuple[Theorem, ...]:
    """Return logistic″ and logistic‴ as polynomials in s = logistic z, and their exact bounds.

    (logistic″)² ≤ 1/108, so |logistic″| ≤ 1/(6√3) ≈ 0.0962, and −1/8 ≤ logistic‴ ≤ 1/24. With
    v = s(1 − s) in (0, 1/4] they are v²(1 − 4v) and v(1 − 6v), so the bounds are attained, at
    v = 1/6, at z = 0 and at v = 1/12.
    """
    name = "logistic_higher_derivatives"
    z = REAL
    s, inside = logistic(z), _range(z)
    slope = s * (1 - s)
    derivative = functools.partial(ScalarDerivative, variable=z)
    second = Theorem.of(
        name,
        start(logistic(z, 2))
        .eq(derivative(logistic(z, 1)), by=DEFINITION_OF_DERIVATIVE)
        .eq(derivative(slope), by=_slope(z))
        .eq((1 - 2 * s) * logistic(z, 1), by=POLYNOMIAL_CHAIN_RULE)
        .eq((1 - 2 * s) * slope, by=_slope(z)),
    )
    third = Theorem.of(
        name,
        start(logistic(z, 3))
        .eq(derivative(logistic(z, 2)), by=DEFINITION_OF_DERIVATIVE)
        .eq(derivative((1 - 2 * s) * slope), by=second.law())
        .eq((1 - 6 * s + 6 * s**2) * logistic(z, 1), by=POLYNOMIAL_CHAIN_RULE)
        .eq((1 - 6 * slope) * slope, by=_slope(z)),
    )
    second_bound = Theorem.of(
        name,
        start(logistic(z, 2) ** 2)
        .eq(((1 - 2 * s) * slope) ** 2, by=second.law())
        .le(sp.Rational(1, 108), by=inside),
    )
    third_formula = start(logistic(z, 3)).eq((1 - 6 * slope) * slope, by=third.law())
    third_upper = Theorem.of(name, third_formula.le(sp.Rational(1, 24), by=inside))
    third_lower = Theorem.of(name, third_formula.ge(sp.Rational(-1, 8), by=inside))
    return (second, third, second_bound, third_upper, third_lower)
