"""tanh: its derivative, the exact range of the derivative, and bounds of the next two derivatives.

Everything is decided for t = tanh z in (−1, 1), where each derivative is a polynomial; that tanh z
lies there is decided for e^z in (0, ∞). Nothing is sampled.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.conditional import absolute_value_by, range_of, range_of_exponential
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DEFINITION_OF_DERIVATIVE,
    DEFINITION_OF_TANH,
    DERIVATIVE_OF_EXPONENTIALS,
    POLYNOMIAL_CHAIN_RULE,
    QUOTIENT_RULE,
    Law,
)
from gradproof.symbolic.language.expressions import ActivationValue, ScalarDerivative

__all__ = [
    "tanh_bounds",
    "tanh_derivative",
    "tanh_derivative_range",
    "tanh_higher_derivatives",
    "tanh_slope_bound",
]

REAL = sp.Symbol("z", real=True)
_POSITIVE = sp.Symbol("z", positive=True)
_NEGATIVE = sp.Symbol("z", negative=True)


def tanh(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node tanh⁽ⁿ⁾(z)."""
    return ActivationValue("tanh", order, z)


def _as_exponentials(z: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return numerator and denominator of tanh z = (e^z − e^(−z)) / (e^z + e^(−z))."""
    return sp.exp(z) - sp.exp(-z), sp.exp(z) + sp.exp(-z)


@functools.cache
def tanh_derivative() -> Theorem:
    """Return tanh′(z) = 1 − tanh(z)² for every real z.

    >>> print(tanh_derivative())
    tanh′(z) = 1 − tanh(z)²
    """
    z = REAL
    numerator, denominator = _as_exponentials(z)
    derivative = functools.partial(ScalarDerivative, variable=z)
    chain = (
        start(tanh(z, 1))
        .eq(derivative(tanh(z)), by=DEFINITION_OF_DERIVATIVE)
        .eq(derivative(numerator / denominator), by=DEFINITION_OF_TANH)
        .eq(
            (derivative(numerator) * denominator - numerator * derivative(denominator))
            / denominator**2,
            by=QUOTIENT_RULE,
        )
        .eq(
            (denominator * denominator - numerator * numerator) / denominator**2,
            by=DERIVATIVE_OF_EXPONENTIALS,
        )
        .eq(1 - (numerator / denominator) ** 2, by=ALGEBRA)
        .eq(1 - tanh(z) ** 2, by=DEFINITION_OF_TANH)
    )
    return Theorem.of("tanh_derivative", chain)


@functools.cache
def tanh_bounds() -> tuple[Theorem, Theorem]:
    """Return −1 < tanh z and tanh z < 1 for every real z."""
    numerator, denominator = _as_exponentials(REAL)
    by = range_of_exponential(REAL)
    quotient = numerator / denominator
    above = start(sp.Integer(-1)).lt(quotient, by=by).eq(tanh(REAL), by=DEFINITION_OF_TANH)
    below = start(tanh(REAL)).eq(quotient, by=DEFINITION_OF_TANH).lt(sp.Integer(1), by=by)
    return Theorem.of("tanh_bounds", above), Theorem.of("tanh_bounds", below)


@functools.cache
def tanh_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: tanh′ maps ℝ onto (0, 1], and is 1 at 0 only.

    0 < tanh′(z); tanh′(z) ≤ 1; tanh′(0) = 1; tanh′(z) < 1 for z > 0 and for z < 0; and every
    s = 1 − 1/(1 + p)² with p > 0, that is every s in (0, 1), is tanh′ of ½ log(1 + 2/p).

    >>> for theorem in tanh_derivative_range():
    ...     print(theorem)
    0 < tanh′(z)
    tanh′(z) ≤ 1
    tanh′(0) = 1
    tanh′(z) < 1
    tanh′(z) < 1
    tanh′(log(1 + 2/p)/2) = 1 − 1/(p + 1)²
    """
    name = "tanh_derivative_range"
    inside = _range(REAL)
    polynomial = 1 - tanh(REAL) ** 2
    lower = start(sp.Integer(0)).lt(polynomial, by=inside).eq(tanh(REAL, 1), by=_slope(REAL))
    upper = start(tanh(REAL, 1)).eq(polynomial, by=_slope(REAL)).le(sp.Integer(1), by=inside)
    zero = sp.Integer(0)
    attained = (
        start(tanh(zero, 1))
        .eq(1 - tanh(zero) ** 2, by=_slope(zero))
        .eq(sp.Integer(1), by=DEFINITION_OF_TANH)
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
    return tanh_derivative().law({REAL: z})


def _range(z: sp.Symbol) -> Law:
    above, below = tanh_bounds()
    return range_of(tanh(z), above=above, below=below)


def _strict_away_from_zero(z: sp.Symbol) -> Theorem:
    """Return tanh′(z) < 1 for a symbol z that is positive, or one that is negative."""
    numerator, denominator = _as_exponentials(z)
    slope = 1 - (numerator / denominator) ** 2
    chain = (
        start(tanh(z, 1))
        .eq(1 - tanh(z) ** 2, by=_slope(z))
        .eq(slope, by=DEFINITION_OF_TANH)
        .lt(sp.Integer(1), by=range_of_exponential(z))
    )
    return Theorem.of("tanh_derivative_range", chain)


def _onto() -> Theorem:
    p = sp.Symbol("p", positive=True)
    z = sp.log(1 + 2 / p) / 2
    numerator, denominator = _as_exponentials(z)
    chain = (
        start(tanh(z, 1))
        .eq(1 - tanh(z) ** 2, by=_slope(z))
        .eq(1 - (numerator / denominator) ** 2, by=DEFINITION_OF_TANH)
        .eq(1 - 1 / (1 + p) ** 2, by=ALGEBRA)
    )
    return Theorem.of("tanh_derivative_range", chain)


@functools.cache
def tanh_slope_bound() -> Theorem:
    """Return |tanh′(z)| ≤ 1 for every real z, the form in which norms need it."""
    positive, at_most_one, *_ = tanh_derivative_range()
    slope = tanh(REAL, 1)
    chain = (
        start(sp.Abs(slope))
        .eq(slope, by=absolute_value_by(positive))
        .le(sp.Integer(1), by=at_most_one.law())
    )
    return Theorem.of("tanh_slope_bound", chain)


@functools.cache
def tanh_higher_derivatives() -> tuple[Theorem, ...]:
    """Return tanh″ and tanh‴ as polynomials in tanh, with (tanh″)² ≤ 16/27 and −2 ≤ tanh‴ ≤ 2/3.

    √(16/27) = 4/(3√3) ≈ 0.7698. The bounds are attained, at tanh² z = 1/3 and at z = 0 and
    tanh² z = 2/3.
    """
    name = "tanh_higher_derivatives"
    z = REAL
    t, inside = tanh(z), _range(z)
    derivative = functools.partial(ScalarDerivative, variable=z)
    second = Theorem.of(
        name,
        start(tanh(z, 2))
        .eq(derivative(tanh(z, 1)), by=DEFINITION_OF_DERIVATIVE)
        .eq(derivative(1 - t**2), by=_slope(z))
        .eq(-2 * t * tanh(z, 1), by=POLYNOMIAL_CHAIN_RULE)
        .eq(-2 * t * (1 - t**2), by=_slope(z)),
    )
    third = Theorem.of(
        name,
        start(tanh(z, 3))
        .eq(derivative(tanh(z, 2)), by=DEFINITION_OF_DERIVATIVE)
        .eq(derivative(-2 * t * (1 - t**2)), by=second.law())
        .eq((6 * t**2 - 2) * tanh(z, 1), by=POLYNOMIAL_CHAIN_RULE)
        .eq((6 * t**2 - 2) * (1 - t**2), by=_slope(z)),
    )
    second_bound = Theorem.of(
        name,
        start(tanh(z, 2) ** 2)
        .eq((2 * t * (1 - t**2)) ** 2, by=second.law())
        .le(sp.Rational(16, 27), by=inside),
    )
    third_upper = Theorem.of(
        name,
        start(tanh(z, 3))
        .eq((6 * t**2 - 2) * (1 - t**2), by=third.law())
        .le(sp.Rational(2, 3), by=inside),
    )
    third_lower = Theorem.of(
        name,
        start(tanh(z, 3))
        .eq((6 * t**2 - 2) * (1 - t**2), by=third.law())
        .ge(sp.Integer(-2), by=inside),
    )
    return (second, third, second_bound, third_upper, third_lower)
