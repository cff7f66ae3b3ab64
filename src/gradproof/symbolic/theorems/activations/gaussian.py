"""erf and GELU: their derivatives are polynomials times e^(−z²) and e^(−z²/2).

Where a bound is attained at an algebraic point it is exact, by 1 + x ≤ e^x; sup|gelu′| and
sup|gelu‴| are enclosed between rational numbers by ball arithmetic.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.activation_laws import DEFINITION_OF_GELU, DERIVATIVE_OF_ERF
from gradproof.symbolic.kernel.conditional import range_of_real
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.enclosed import enclosed_on_line, enclosed_value
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.kernel.real_functions import (
    EXPONENTIAL_AT_MOST_ONE,
    EXPONENTIAL_BELOW_ONE,
    POSITIVE_NUMBER,
    RULES_OF_DIFFERENTIATION,
    exponential_above_line,
)
from gradproof.symbolic.language.expressions import ActivationValue
from gradproof.symbolic.theorems.activations.common import (
    NEGATIVE,
    POSITIVE,
    REAL,
    ZERO,
    P,
    derived,
    slope_bound,
)

__all__ = [
    "erf_derivative",
    "erf_derivative_range",
    "erf_higher_derivatives",
    "erf_slope_bound",
    "gelu_derivative",
    "gelu_derivative_range",
    "gelu_higher_derivatives",
    "gelu_slope_bound",
]

#: 1.1289 ≤ sup|gelu′| ≤ 1.12891, 0.77876 ≤ sup|gelu‴| ≤ 0.77877.
SLOPE_LOWER, SLOPE_UPPER = sp.Rational("1.1289"), sp.Rational("1.12891")
THIRD_LOWER, THIRD_UPPER = sp.Rational("0.77876"), sp.Rational("0.77877")
ROOT_PI, ROOT_2 = sp.sqrt(sp.pi), sp.sqrt(2)


# ---------------------------------------------------------------------------------------------
# erf
# ---------------------------------------------------------------------------------------------


def erf(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node erf⁽ⁿ⁾(z)."""
    return ActivationValue("erf", order, z)


def _erf_slope(z: sp.Expr) -> sp.Expr:
    return 2 / ROOT_PI * sp.exp(-(z**2))


@functools.cache
def erf_derivative() -> Theorem:
    """Return erf′(z) = 2/√π e^(−z²) for every real z.

    >>> print(erf_derivative())
    erf′(z) = 2 e^(−z²)/√π
    """
    chain = start(erf(REAL, 1)).eq(_erf_slope(REAL), by=DERIVATIVE_OF_ERF)
    return Theorem.of("erf_derivative", chain)


@functools.cache
def erf_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: erf′ maps ℝ onto (0, 2/√π], and is 2/√π at 0 only.

    Every s = 2/(√π (1 + p)) with p > 0, that is every s in (0, 2/√π), is erf′ of √log(1 + p).

    >>> for theorem in erf_derivative_range():
    ...     print(theorem)
    0 < erf′(z)
    erf′(z) ≤ 2/√π
    erf′(0) = 2/√π
    erf′(z) < 2/√π
    erf′(z) < 2/√π
    erf′(√log(p + 1)) = 2/(√π (p + 1))
    """
    name, most = "erf_derivative_range", 2 / ROOT_PI

    def value(z: sp.Expr) -> sp.Expr:
        return start(erf(z, 1)).eq(_erf_slope(z), by=DERIVATIVE_OF_ERF)

    positive = start(ZERO).lt(_erf_slope(REAL), by=POSITIVE_NUMBER)
    chains = (
        positive.eq(erf(REAL, 1), by=DERIVATIVE_OF_ERF),
        value(REAL).le(most, by=EXPONENTIAL_AT_MOST_ONE),
        value(ZERO),
        value(POSITIVE).lt(most, by=EXPONENTIAL_BELOW_ONE),
        value(NEGATIVE).lt(most, by=EXPONENTIAL_BELOW_ONE),
        value(sp.sqrt(sp.log(1 + P))),
    )
    return tuple(Theorem.of(name, chain) for chain in chains)


@functools.cache
def erf_slope_bound() -> Theorem:
    """Return |erf′(z)| ≤ 2/√π for every real z, the form in which norms need it."""
    positive, upper, *_ = erf_derivative_range()
    return slope_bound("erf_slope_bound", positive, upper)


@functools.cache
def erf_higher_derivatives() -> tuple[Theorem, ...]:
    """Return erf″ and erf‴, with (erf″)² ≤ 8/(π e) and −4/√π ≤ erf‴ ≤ 8 e^(−3/2)/√π.

    The bounds are attained, at z² = 1/2, at 0 and at z² = 3/2: L2 = √(8/(π e)), L3 = 4/√π.

    >>> for theorem in erf_higher_derivatives():
    ...     print(theorem)
    erf″(z) = −4 z e^(−z²)/√π
    erf‴(z) = (8 z² − 4) e^(−z²)/√π
    erf″(z)² ≤ 8 e^(−1)/π
    erf″(√2/2)² = 8 e^(−1)/π
    erf‴(z) ≤ 8 e^(−3/2)/√π
    −erf‴(z) ≤ 4/√π
    |erf‴(z)| ≤ 4/√π
    erf‴(0) = −4/√π
    """
    name, z = "erf_higher_derivatives", REAL
    bell = sp.exp(-(z**2))
    second_value, third_value = -4 * z * bell / ROOT_PI, (8 * z**2 - 4) * bell / ROOT_PI
    second = Theorem.of(
        name,
        derived(
            erf(z, 2),
            (_erf_slope(z), erf_derivative().law()),
            (second_value, RULES_OF_DIFFERENTIATION),
        ),
    )
    third = Theorem.of(
        name,
        derived(erf(z, 3), (second_value, second.law()), (third_value, RULES_OF_DIFFERENTIATION)),
    )
    most = 4 / ROOT_PI
    # z² ≤ e^(2z² − 1)/2, and 8z² − 4 ≤ 8 e^(z² − 3/2): tangents at the points of the suprema.
    square = (
        start(erf(z, 2) ** 2)
        .eq(second_value**2, by=second.law())
        .le(8 * sp.exp(-1) / sp.pi, by=exponential_above_line(2))
    )
    attained = start(erf(1 / ROOT_2, 2) ** 2).eq(
        8 * sp.exp(-1) / sp.pi, by=second.law({z: 1 / ROOT_2})
    )
    value = start(erf(z, 3)).eq(third_value, by=third.law())
    sharp = value.le(
        8 * sp.exp(-sp.Rational(3, 2)) / ROOT_PI, by=exponential_above_line(sp.Rational(1, 8))
    )
    quartic = 4 * (1 + z**2 / 2) ** 2
    dominated = Theorem.of(name, start(8 * z**2 - 4).le(quartic, by=range_of_real(z)))
    upper = value.le(quartic * bell / ROOT_PI, by=dominated.law()).le(
        most, by=exponential_above_line(1)
    )
    at_most_four = Theorem.of(name, start(4 - 8 * z**2).le(sp.Integer(4), by=range_of_real(z)))
    lower = Theorem.of(
        name,
        start(-erf(z, 3))
        .eq((4 - 8 * z**2) * bell / ROOT_PI, by=third.law())
        .le(4 * bell / ROOT_PI, by=at_most_four.law())
        .le(most, by=EXPONENTIAL_AT_MOST_ONE),
    )
    modulus = modulus_by(erf(z, 3), most, above=lower, below=Theorem.of(name, upper))
    return (
        second,
        third,
        Theorem.of(name, square),
        Theorem.of(name, attained),
        Theorem.of(name, sharp),
        lower,
        Theorem.of(name, start(sp.Abs(erf(z, 3))).le(most, by=modulus)),
        Theorem.of(name, start(erf(ZERO, 3)).eq(-most, by=third.law({z: ZERO}))),
    )


# ---------------------------------------------------------------------------------------------
# GELU
# ---------------------------------------------------------------------------------------------


def gelu(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node gelu⁽ⁿ⁾(z)."""
    return ActivationValue("gelu", order, z)


def _density(z: sp.Expr) -> sp.Expr:
    """Return the density of the standard normal distribution."""
    return sp.exp(-(z**2) / 2) / (ROOT_2 * ROOT_PI)


def _gelu_slope(z: sp.Expr) -> sp.Expr:
    return (1 + erf(z / ROOT_2)) / 2 + z * _density(z)


@functools.cache
def gelu_derivative() -> Theorem:
    """Return gelu′(z) = (1 + erf(z/√2))/2 + z e^(−z²/2)/√(2π) for every real z."""
    z = REAL
    inner = z / ROOT_2
    chain = derived(
        gelu(z, 1),
        (z * (1 + erf(inner)) / 2, DEFINITION_OF_GELU),
        ((1 + erf(inner)) / 2 + z * erf(inner, 1) / (2 * ROOT_2), RULES_OF_DIFFERENTIATION),
        (_gelu_slope(z), DERIVATIVE_OF_ERF),
    )
    return Theorem.of("gelu_derivative", chain)


@functools.cache
def gelu_derivative_range() -> tuple[Theorem, ...]:
    """Return −0.12891 ≤ gelu′(z) ≤ 1.12891, and the values at ±√2, within 10⁻⁵ of these bounds.

    >>> for theorem in gelu_derivative_range():
    ...     print(theorem)
    gelu′(z) ≥ −12891/100000
    gelu′(z) ≤ 112891/100000
    gelu′(√2) = erf(1)/2 + e^(−1)/√π + 1/2
    gelu′(√2) ≥ 11289/10000
    gelu′(−√2) ≤ −1289/10000
    """
    name, by = "gelu_derivative_range", enclosed_on_line(REAL)

    def value(z: sp.Expr) -> sp.Expr:
        return start(gelu(z, 1)).eq(_gelu_slope(z), by=gelu_derivative().law({REAL: z}))

    chains = (
        value(REAL).ge(1 - SLOPE_UPPER, by=by),
        value(REAL).le(SLOPE_UPPER, by=by),
        value(ROOT_2),
        value(ROOT_2).ge(SLOPE_LOWER, by=enclosed_value()),
        value(-ROOT_2).le(1 - SLOPE_LOWER, by=enclosed_value()),
    )
    return tuple(Theorem.of(name, chain) for chain in chains)


@functools.cache
def gelu_slope_bound() -> Theorem:
    """Return |gelu′(z)| ≤ 1.12891 for every real z, the form in which norms need it."""
    name, slope = "gelu_slope_bound", gelu(REAL, 1)
    lower, upper, *_ = gelu_derivative_range()
    weaker = (
        start(slope)
        .ge(lower.proposition.right, by=lower.law())
        .ge(-SLOPE_UPPER, by=range_of_real(REAL))
    )
    law = modulus_by(slope, SLOPE_UPPER, above=Theorem.of(name, weaker), below=upper)
    return Theorem.of(name, start(sp.Abs(slope)).le(SLOPE_UPPER, by=law))


@functools.cache
def gelu_higher_derivatives() -> tuple[Theorem, ...]:
    """Return gelu″ and gelu‴, with |gelu″| ≤ √(2/π), attained at 0, and |gelu‴| ≤ 0.77877.

    gelu″ ≥ −√(2/π) e^(−2), attained at ±2; |gelu‴(−0.7923)| ≥ 0.77876.

    >>> for theorem in gelu_higher_derivatives():
    ...     print(theorem)
    gelu″(z) = √2 (2 − z²) e^(−z²/2)/(2 √π)
    gelu‴(z) = √2 z (z² − 4) e^(−z²/2)/(2 √π)
    −gelu″(z) ≤ √2 e^(−2)/√π
    |gelu″(z)| ≤ √2/√π
    gelu″(0) = √2/√π
    |gelu‴(z)| ≤ 77877/100000
    gelu‴(−7923/10000) ≥ 19469/25000
    """
    name, z, by = "gelu_higher_derivatives", REAL, enclosed_on_line(REAL)
    second_value, third_value = (2 - z**2) * _density(z), z * (z**2 - 4) * _density(z)
    slope = erf(z / ROOT_2, 1) / (2 * ROOT_2) + (1 - z**2) * _density(z)
    second = Theorem.of(
        name,
        derived(
            gelu(z, 2),
            (_gelu_slope(z), gelu_derivative().law()),
            (slope, RULES_OF_DIFFERENTIATION),
            (second_value, DERIVATIVE_OF_ERF),
        ),
    )
    third = Theorem.of(
        name,
        derived(gelu(z, 3), (second_value, second.law()), (third_value, RULES_OF_DIFFERENTIATION)),
    )
    most, least = ROOT_2 / ROOT_PI, ROOT_2 * sp.exp(-2) / ROOT_PI
    at_most_two = Theorem.of(name, start(2 - z**2).le(sp.Integer(2), by=range_of_real(z)))
    upper = (
        start(gelu(z, 2))
        .eq(second_value, by=second.law())
        .le(2 * _density(z), by=at_most_two.law())
        .le(most, by=EXPONENTIAL_AT_MOST_ONE)
    )
    # z² − 2 ≤ 2 e^(z²/2 − 2), a tangent at z² = 4.
    lower = (
        start(-gelu(z, 2))
        .eq((z**2 - 2) * _density(z), by=second.law())
        .le(least, by=exponential_above_line(sp.Rational(1, 2)))
    )
    weaker = Theorem.of(name, lower.le(most, by=EXPONENTIAL_AT_MOST_ONE))
    modulus = modulus_by(gelu(z, 2), most, above=weaker, below=Theorem.of(name, upper))
    value = start(gelu(z, 3)).eq(third_value, by=third.law())
    of_third = modulus_by(
        gelu(z, 3),
        THIRD_UPPER,
        above=Theorem.of(name, value.ge(-THIRD_UPPER, by=by)),
        below=Theorem.of(name, value.le(THIRD_UPPER, by=by)),
    )
    at = sp.Rational("-0.7923")
    near = start(gelu(at, 3)).eq(third_value.xreplace({z: at}), by=third.law({z: at}))
    return (
        second,
        third,
        Theorem.of(name, lower),
        Theorem.of(name, start(sp.Abs(gelu(z, 2))).le(most, by=modulus)),
        Theorem.of(name, start(gelu(ZERO, 2)).eq(most, by=second.law({z: ZERO}))),
        Theorem.of(name, start(sp.Abs(gelu(z, 3))).le(THIRD_UPPER, by=of_third)),
        Theorem.of(name, near.ge(THIRD_LOWER, by=enclosed_value())),
    )
