"""The identity, softplus and arctan: derivatives of order one to three, and their exact ranges.

The derivatives of softplus are those of the logistic function, one order lower. Those of arctan are
rational functions of z, decided on the whole line.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.activation_laws import (
    DEFINITION_OF_IDENTITY,
    DEFINITION_OF_LOGISTIC,
    DEFINITION_OF_SOFTPLUS,
    DERIVATIVE_OF_ARCTAN,
    DERIVATIVE_OF_LOGARITHM,
    DERIVATIVE_OF_POLYNOMIAL,
)
from gradproof.symbolic.kernel.conditional import range_of_real
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DEFINITION_OF_DERIVATIVE,
    DERIVATIVE_OF_EXPONENTIALS,
    QUOTIENT_RULE,
    Law,
)
from gradproof.symbolic.language.expressions import ActivationValue, ScalarDerivative
from gradproof.symbolic.theorems.activations.common import (
    NEGATIVE,
    ONE,
    POSITIVE,
    REAL,
    ZERO,
    P,
    slope_bound,
)
from gradproof.symbolic.theorems.activations.logistic import (
    logistic,
    logistic_bounds,
    logistic_derivative_range,
    logistic_higher_derivatives,
)

__all__ = [
    "arctan_derivative",
    "arctan_derivative_range",
    "arctan_higher_derivatives",
    "arctan_slope_bound",
    "identity_derivative",
    "identity_slope_bound",
    "softplus_derivative",
    "softplus_derivative_range",
    "softplus_higher_derivatives",
    "softplus_slope_bound",
]


def _derivative(function: sp.Expr) -> ScalarDerivative:
    return ScalarDerivative(function, REAL)


# ---------------------------------------------------------------------------------------------
# The identity
# ---------------------------------------------------------------------------------------------


@functools.cache
def identity_derivative() -> tuple[Theorem, Theorem]:
    """Return identity′(z) = 1 and identity″(z) = 0 for every real z.

    >>> print(*identity_derivative(), sep="; ")
    identity′(z) = 1; identity″(z) = 0
    """
    value, slope, second = (ActivationValue("identity", order, REAL) for order in range(3))
    first = Theorem.of(
        "identity_derivative",
        start(slope)
        .eq(_derivative(value), by=DEFINITION_OF_DERIVATIVE)
        .eq(_derivative(REAL), by=DEFINITION_OF_IDENTITY)
        .eq(ONE, by=DERIVATIVE_OF_POLYNOMIAL),
    )
    vanishing = (
        start(second)
        .eq(_derivative(slope), by=DEFINITION_OF_DERIVATIVE)
        .eq(_derivative(ONE), by=first.law())
        .eq(ZERO, by=DERIVATIVE_OF_POLYNOMIAL)
    )
    return first, Theorem.of("identity_derivative", vanishing)


@functools.cache
def identity_slope_bound() -> Theorem:
    """Return |identity′(z)| = 1 for every real z, the form in which norms need it."""
    first, _ = identity_derivative()
    slope = ActivationValue("identity", 1, REAL)
    return Theorem.of("identity_slope_bound", start(sp.Abs(slope)).eq(ONE, by=first.law()))


# ---------------------------------------------------------------------------------------------
# Softplus
# ---------------------------------------------------------------------------------------------


def softplus(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node softplus⁽ⁿ⁾(z)."""
    return ActivationValue("softplus", order, z)


@functools.cache
def softplus_derivative() -> Theorem:
    """Return softplus′(z) = logistic(z) for every real z.

    >>> print(softplus_derivative())
    softplus′(z) = logistic(z)
    """
    z = REAL
    inner = 1 + sp.exp(z)
    chain = (
        start(softplus(z, 1))
        .eq(_derivative(softplus(z)), by=DEFINITION_OF_DERIVATIVE)
        .eq(_derivative(sp.log(inner)), by=DEFINITION_OF_SOFTPLUS)
        .eq(_derivative(inner) / inner, by=DERIVATIVE_OF_LOGARITHM)
        .eq(sp.exp(z) / inner, by=DERIVATIVE_OF_EXPONENTIALS)
        .eq(logistic(z), by=DEFINITION_OF_LOGISTIC)
    )
    return Theorem.of("softplus_derivative", chain)


def _softplus_slope(z: sp.Expr) -> Law:
    return softplus_derivative().law({REAL: z})


@functools.cache
def softplus_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: softplus′ maps ℝ onto (0, 1), so its supremum isn't attained.

    Every s = p/(1 + p) with p > 0, that is every s in (0, 1), is softplus′ of log p.

    >>> for theorem in softplus_derivative_range():
    ...     print(theorem)
    0 < softplus′(z)
    softplus′(z) < 1
    softplus′(log(p)) = p/(p + 1)
    """
    name = "softplus_derivative_range"
    positive, below_one = logistic_bounds()
    lower = start(ZERO).lt(logistic(REAL), by=positive.law())
    upper = start(softplus(REAL, 1)).eq(logistic(REAL), by=_softplus_slope(REAL))
    onto = (
        start(softplus(sp.log(P), 1))
        .eq(logistic(sp.log(P)), by=_softplus_slope(sp.log(P)))
        .eq(P / (1 + P), by=DEFINITION_OF_LOGISTIC)
    )
    return (
        Theorem.of(name, lower.eq(softplus(REAL, 1), by=_softplus_slope(REAL))),
        Theorem.of(name, upper.lt(ONE, by=below_one.law())),
        Theorem.of(name, onto),
    )


@functools.cache
def softplus_slope_bound() -> Theorem:
    """Return |softplus′(z)| ≤ 1 for every real z, the form in which norms need it."""
    positive, below_one, _ = softplus_derivative_range()
    return slope_bound("softplus_slope_bound", positive, below_one)


@functools.cache
def softplus_higher_derivatives() -> tuple[Theorem, ...]:
    """Return softplus″ = logistic′ and softplus‴ = logistic″, with the bounds of these.

    0 < softplus″ ≤ 1/4, attained at 0, and (softplus‴)² ≤ 1/108.
    """
    name = "softplus_higher_derivatives"
    z = REAL
    second = Theorem.of(
        name,
        start(softplus(z, 2))
        .eq(_derivative(softplus(z, 1)), by=DEFINITION_OF_DERIVATIVE)
        .eq(_derivative(logistic(z)), by=_softplus_slope(z))
        .eq(logistic(z, 1), by=DEFINITION_OF_DERIVATIVE),
    )
    third = Theorem.of(
        name,
        start(softplus(z, 3))
        .eq(_derivative(softplus(z, 2)), by=DEFINITION_OF_DERIVATIVE)
        .eq(_derivative(logistic(z, 1)), by=second.law())
        .eq(logistic(z, 2), by=DEFINITION_OF_DERIVATIVE),
    )
    positive, at_most_a_quarter, *_ = logistic_derivative_range()
    lower = start(ZERO).lt(logistic(z, 1), by=positive.law()).eq(softplus(z, 2), by=second.law())
    upper = (
        start(softplus(z, 2))
        .eq(logistic(z, 1), by=second.law())
        .le(sp.Rational(1, 4), by=at_most_a_quarter.law())
    )
    square = (
        start(softplus(z, 3) ** 2)
        .eq(logistic(z, 2) ** 2, by=third.law())
        .le(sp.Rational(1, 108), by=logistic_higher_derivatives()[2].law())
    )
    bounds = (Theorem.of(name, chain) for chain in (lower, upper, square))
    return (second, third, *bounds)


# ---------------------------------------------------------------------------------------------
# Arctan
# ---------------------------------------------------------------------------------------------


def arctan(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node arctan⁽ⁿ⁾(z)."""
    return ActivationValue("arctan", order, z)


@functools.cache
def arctan_derivative() -> Theorem:
    """Return arctan′(z) = 1/(1 + z²) for every real z.

    >>> print(arctan_derivative())
    arctan′(z) = 1/(z² + 1)
    """
    chain = start(arctan(REAL, 1)).eq(1 / (1 + REAL**2), by=DERIVATIVE_OF_ARCTAN)
    return Theorem.of("arctan_derivative", chain)


@functools.cache
def arctan_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: arctan′ maps ℝ onto (0, 1], and is 1 at 0 only.

    Every s = 1/(1 + p²) with p > 0, that is every s in (0, 1), is arctan′ of p.

    >>> for theorem in arctan_derivative_range():
    ...     print(theorem)
    0 < arctan′(z)
    arctan′(z) ≤ 1
    arctan′(0) = 1
    arctan′(z) < 1
    arctan′(z) < 1
    arctan′(p) = 1/(p² + 1)
    """
    name = "arctan_derivative_range"
    formula, anywhere = 1 / (1 + REAL**2), range_of_real(REAL)
    slope, by = arctan(REAL, 1), arctan_derivative().law()
    away_from_zero = (
        start(arctan(z, 1))
        .eq(1 / (1 + z**2), by=arctan_derivative().law({REAL: z}))
        .lt(ONE, by=range_of_real(z))
        for z in (POSITIVE, NEGATIVE)
    )
    chains = (
        start(ZERO).lt(formula, by=anywhere).eq(slope, by=by),
        start(slope).eq(formula, by=by).le(ONE, by=anywhere),
        start(arctan(ZERO, 1)).eq(ONE, by=arctan_derivative().law({REAL: ZERO})),
        *away_from_zero,
        start(arctan(P, 1)).eq(1 / (1 + P**2), by=arctan_derivative().law({REAL: P})),
    )
    return tuple(Theorem.of(name, chain) for chain in chains)


@functools.cache
def arctan_slope_bound() -> Theorem:
    """Return |arctan′(z)| ≤ 1 for every real z, the form in which norms need it."""
    positive, at_most_one, *_ = arctan_derivative_range()
    return slope_bound("arctan_slope_bound", positive, at_most_one)


@functools.cache
def arctan_higher_derivatives() -> tuple[Theorem, ...]:
    """Return arctan″ and arctan‴ as rational functions of z, and their exact bounds.

    (arctan″)² ≤ 27/64, so |arctan″| ≤ 3√3/8 ≈ 0.6495, and −2 ≤ arctan‴ ≤ 1/2. The bounds are
    attained, at z² = 1/3, at z = 0 and at z² = 1.
    """
    name = "arctan_higher_derivatives"
    z, anywhere = REAL, range_of_real(REAL)
    denominator = 1 + z**2
    second_formula = -2 * z / denominator**2
    third_formula = (6 * z**2 - 2) / denominator**3
    second = Theorem.of(
        name,
        start(arctan(z, 2))
        .eq(_derivative(arctan(z, 1)), by=DEFINITION_OF_DERIVATIVE)
        .eq(_derivative(1 / denominator), by=arctan_derivative().law())
        .eq(
            (_derivative(ONE) * denominator - _derivative(denominator)) / denominator**2,
            by=QUOTIENT_RULE,
        )
        .eq(second_formula, by=DERIVATIVE_OF_POLYNOMIAL),
    )
    third = Theorem.of(
        name,
        start(arctan(z, 3))
        .eq(_derivative(arctan(z, 2)), by=DEFINITION_OF_DERIVATIVE)
        .eq(_derivative(second_formula), by=second.law())
        .eq(
            (_derivative(-2 * z) * denominator**2 + 2 * z * _derivative(denominator**2))
            / denominator**4,
            by=QUOTIENT_RULE,
        )
        .eq(
            (-2 * denominator**2 + 2 * z * (4 * z * denominator)) / denominator**4,
            by=DERIVATIVE_OF_POLYNOMIAL,
        )
        .eq(third_formula, by=ALGEBRA),
    )
    square = (
        start(arctan(z, 2) ** 2)
        .eq(second_formula**2, by=second.law())
        .le(sp.Rational(27, 64), by=anywhere)
    )
    third_value = start(arctan(z, 3)).eq(third_formula, by=third.law())
    bounds = (
        square,
        third_value.le(sp.Rational(1, 2), by=anywhere),
        third_value.ge(sp.Integer(-2), by=anywhere),
    )
    return (second, third, *(Theorem.of(name, chain) for chain in bounds))
