"""SiLU, z logistic(z): its derivatives, with bounds decided by ball arithmetic.

sup|silu′| and sup|silu‴| are taken at transcendental points; they are enclosed between rational
numbers. sup|silu″| = 1/2, at 0, is exact.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.activation_laws import DEFINITION_OF_LOGISTIC, DEFINITION_OF_SILU
from gradproof.symbolic.kernel.conditional import range_of_exponential, range_of_real
from gradproof.symbolic.kernel.derivation import Chain, Theorem, start
from gradproof.symbolic.kernel.enclosed import enclosed_on_line, enclosed_value
from gradproof.symbolic.kernel.laws import ALGEBRA
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.kernel.real_functions import RULES_OF_DIFFERENTIATION
from gradproof.symbolic.language.expressions import ActivationValue
from gradproof.symbolic.language.relation import Proposition, Relation
from gradproof.symbolic.theorems.activations.common import (
    POSITIVE,
    REAL,
    ZERO,
    derived,
    on_the_line,
)
from gradproof.symbolic.theorems.activations.logistic import logistic, logistic_derivative

__all__ = [
    "silu_derivative",
    "silu_derivative_range",
    "silu_higher_derivatives",
    "silu_slope_bound",
]

#: 1.0998 ≤ γ ≤ 1.09984, 0.0998 ≤ −inf silu′ ≤ 0.09984, 0.30818 ≤ L3 ≤ 0.30819.
SLOPE_LOWER, SLOPE_UPPER = sp.Rational("1.0998"), sp.Rational("1.09984")
THIRD_LOWER, THIRD_UPPER = sp.Rational("0.30818"), sp.Rational("0.30819")
HALF = sp.Rational(1, 2)


def silu(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node silu⁽ⁿ⁾(z)."""
    return ActivationValue("silu", order, z)


def _formula(order: int, s: sp.Expr, z: sp.Expr) -> sp.Expr:
    """Return silu⁽ⁿ⁾(z) in terms of z and s = logistic z."""
    v = s * (1 - s)
    return {
        1: s + z * v,
        2: v * (2 + z * (1 - 2 * s)),
        3: v * (3 * (1 - 2 * s) + z * (1 - 6 * v)),
    }[order]


@functools.cache
def silu_derivative() -> Theorem:
    """Return silu′(z) = s + z s (1 − s) with s = logistic z, for every real z.

    >>> print(silu_derivative())
    silu′(z) = z logistic(z) (1 − logistic(z)) + logistic(z)
    """
    z = REAL
    s = logistic(z)
    chain = derived(
        silu(z, 1),
        (z * s, DEFINITION_OF_SILU),
        (s + z * logistic(z, 1), RULES_OF_DIFFERENTIATION),
        (_formula(1, s, z), logistic_derivative().law()),
    )
    return Theorem.of("silu_derivative", chain)


def _next_derivative(before: Theorem, order: int) -> Theorem:
    z = REAL
    s = logistic(z)
    formula = _formula(order - 1, s, z)
    t = sp.Dummy("s")
    slope = sp.diff(_formula(order - 1, t, z), t).xreplace({t: s})
    rest = sp.diff(_formula(order - 1, t, z), z).xreplace({t: s})
    chain = derived(
        silu(z, order),
        (formula, before.law()),
        (slope * logistic(z, 1) + rest, RULES_OF_DIFFERENTIATION),
        (slope * s * (1 - s) + rest, logistic_derivative().law()),
        (_formula(order, s, z), ALGEBRA),
    )
    return Theorem.of("silu_higher_derivatives", chain)


@functools.cache
def _formulas() -> tuple[Theorem, Theorem, Theorem]:
    first = silu_derivative()
    second = _next_derivative(first, 2)
    return first, second, _next_derivative(second, 3)


def _in_exponentials(order: int, z: sp.Expr) -> Chain:
    """Return the chain silu⁽ⁿ⁾(z) = … = a function of z and e^z."""
    s, u = logistic(z), sp.exp(z)
    return (
        start(silu(z, order))
        .eq(_formula(order, s, z), by=_formulas()[order - 1].law({REAL: z}))
        .eq(_formula(order, u / (1 + u), z), by=DEFINITION_OF_LOGISTIC)
    )


@functools.cache
def silu_derivative_range() -> tuple[Theorem, ...]:
    """Return −0.09984 ≤ silu′(z) ≤ 1.09984, and values within 5·10⁻⁵ of these bounds.

    silu′(12/5) ≥ 1.0998 and silu′(−12/5) ≤ −0.0998.

    >>> for theorem in silu_derivative_range():
    ...     print(theorem)
    silu′(z) ≥ −312/3125
    silu′(z) ≤ 3437/3125
    silu′(12/5) ≥ 5499/5000
    silu′(−12/5) ≤ −499/5000
    """
    name, by, at = "silu_derivative_range", enclosed_on_line(REAL), sp.Rational(12, 5)
    chains = (
        _in_exponentials(1, REAL).ge(1 - SLOPE_UPPER, by=by),
        _in_exponentials(1, REAL).le(SLOPE_UPPER, by=by),
        _in_exponentials(1, at).ge(SLOPE_LOWER, by=enclosed_value()),
        _in_exponentials(1, -at).le(1 - SLOPE_LOWER, by=enclosed_value()),
    )
    return tuple(Theorem.of(name, chain) for chain in chains)


@functools.cache
def silu_slope_bound() -> Theorem:
    """Return |silu′(z)| ≤ 1.09984 for every real z, the form in which norms need it."""
    name, slope = "silu_slope_bound", silu(REAL, 1)
    lower, upper, *_ = silu_derivative_range()
    weaker = (
        start(slope)
        .ge(lower.proposition.right, by=lower.law())
        .ge(-SLOPE_UPPER, by=range_of_real(REAL))
    )
    law = modulus_by(slope, SLOPE_UPPER, above=Theorem.of(name, weaker), below=upper)
    return Theorem.of(name, start(sp.Abs(slope)).le(SLOPE_UPPER, by=law))


@functools.cache
def silu_higher_derivatives() -> tuple[Theorem, ...]:
    """Return silu″ and silu‴ by z and s = logistic z, with |silu″| ≤ 1/2 and |silu‴| ≤ 0.30819.

    silu″(0) = 1/2, so L2 = 1/2. At −129/125, silu‴ is at least 0.30818.

    >>> for theorem in silu_higher_derivatives()[2:]:
    ...     print(theorem)
    |silu″(z)| ≤ 1/2
    silu″(0) = 1/2
    |silu‴(z)| ≤ 30819/100000
    silu‴(−129/125) ≥ 15409/50000
    """
    name, by = "silu_higher_derivatives", enclosed_on_line(REAL)
    _, second, third = _formulas()
    upper = on_the_line(
        name, Proposition(silu(REAL, 2), Relation.LE, HALF), _second_derivative_at_most_half
    )
    lower = Theorem.of(name, _in_exponentials(2, REAL).ge(-HALF, by=by))
    modulus = modulus_by(silu(REAL, 2), HALF, above=lower, below=upper)
    bounds = (
        Theorem.of(name, _in_exponentials(3, REAL).ge(-THIRD_UPPER, by=by)),
        Theorem.of(name, _in_exponentials(3, REAL).le(THIRD_UPPER, by=by)),
    )
    of_third = modulus_by(silu(REAL, 3), THIRD_UPPER, above=bounds[0], below=bounds[1])
    near = _in_exponentials(3, sp.Rational(-129, 125)).ge(THIRD_LOWER, by=enclosed_value())
    return (
        second,
        third,
        Theorem.of(name, start(sp.Abs(silu(REAL, 2))).le(HALF, by=modulus)),
        Theorem.of(name, _in_exponentials(2, ZERO)),
        Theorem.of(name, start(sp.Abs(silu(REAL, 3))).le(THIRD_UPPER, by=of_third)),
        Theorem.of(name, near),
    )


def _second_derivative_at_most_half(z: sp.Expr) -> Chain:
    """Return the chain silu″(z) ≤ 1/2: z (1 − e^z) ≤ 0, and e^z/(1 + e^z)² ≤ 1/4."""
    chain = _in_exponentials(2, z)
    if z == 0:
        return chain
    u, by = sp.exp(z), range_of_exponential(z)
    shape = u / (1 + u) ** 2
    if z == POSITIVE:
        factor, product = 1 - u, z / (1 + u)
    else:
        factor, product = u - 1, -z / (1 + u)
    falls = Theorem.of("silu_higher_derivatives", start(factor).le(ZERO, by=by))
    return (
        chain.eq(shape * (2 + product * factor), by=ALGEBRA)
        .le(2 * shape, by=falls.law())
        .le(HALF, by=by)
    )
