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
from gradproof.symbolic.theorems.activations.logistic import (
    logistic,
    logistic_derivative,
    logistic_higher_derivatives,
)

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
        (s + z * s * (1 - s), logistic_derivative().law()),
    )
    return Theorem.of("silu_derivative", chain)


@functools.cache
def _formulas() -> tuple[Theorem, Theorem, Theorem]:
    """Return silu⁽ⁿ⁾(z) = n logistic⁽ⁿ⁻¹⁾(z) + z logistic⁽ⁿ⁾(z) for n = 1, 2, 3."""
    name, z = "silu_higher_derivatives", REAL
    found: list[Theorem] = []
    for order in (1, 2, 3):
        value = order * logistic(z, order - 1) + z * logistic(z, order)
        if order == 1:
            s = logistic(z)
            chain = start(silu(z, 1)).eq(s + z * s * (1 - s), by=silu_derivative().law())
            chain = chain.eq(value, by=logistic_derivative().law())
        else:
            before = found[-1]
            chain = derived(
                silu(z, order),
                (before.proposition.right, before.law()),
                (value, RULES_OF_DIFFERENTIATION),
            )
        found.append(Theorem.of(name, chain))
    first, second, third = found
    return first, second, third


@functools.cache
def _logistic_in_exponentials() -> tuple[Theorem, Theorem, Theorem, Theorem]:
    """Return logistic, logistic′, logistic″ and logistic‴ as rational functions of u = e^z."""
    name, z = "silu_higher_derivatives", REAL
    u = sp.exp(z)
    values = (
        u / (1 + u),
        u / (1 + u) ** 2,
        u * (1 - u) / (1 + u) ** 3,
        u * (1 - 4 * u + u**2) / (1 + u) ** 4,
    )
    value = start(logistic(z)).eq(values[0], by=DEFINITION_OF_LOGISTIC)
    found = [Theorem.of(name, value)]
    formulas = (logistic_derivative(), *logistic_higher_derivatives()[:2])
    for order, (formula, right) in enumerate(zip(formulas, values[1:], strict=True), start=1):
        polynomial = formula.proposition.right
        chain = (
            start(logistic(z, order))
            .eq(polynomial, by=formula.law())
            .eq(polynomial.xreplace({logistic(z): values[0]}), by=DEFINITION_OF_LOGISTIC)
            .eq(right, by=ALGEBRA)
        )
        found.append(Theorem.of(name, chain))
    zeroth, first, second, third = found
    return zeroth, first, second, third


def _in_exponentials(order: int, z: sp.Expr) -> Chain:
    """Return the chain silu⁽ⁿ⁾(z) = … = a function of z and e^z."""
    by = _formulas()[order - 1].law({REAL: z})
    value = order * logistic(z, order - 1) + z * logistic(z, order)
    chain = start(silu(z, order)).eq(value, by=by)
    for theorem in _logistic_in_exponentials()[order - 1 : order + 1]:
        at = theorem.proposition.substitute({REAL: z})
        value = chain.last.xreplace({at.left: at.right})
        if value != chain.last:
            chain = chain.eq(value, by=theorem.law({REAL: z}))
    return chain


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
    """Return silu″ and silu‴ by derivatives of logistic, with |silu″| ≤ 1/2 and |silu‴| ≤ 0.30819.

    silu″(0) = 1/2, so L2 = 1/2. At −129/125, silu‴ is at least 0.30818.

    >>> for theorem in silu_higher_derivatives()[3:]:
    ...     print(theorem)
    logistic′(z) = e^z/(e^z + 1)²
    logistic″(z) = (1 − e^z) e^z/(e^z + 1)³
    logistic‴(z) = (e^(2z) + 1 − 4 e^z) e^z/(e^z + 1)⁴
    |silu″(z)| ≤ 1/2
    silu″(0) = 1/2
    |silu‴(z)| ≤ 30819/100000
    silu‴(−129/125) ≥ 15409/50000
    """
    name, by = "silu_higher_derivatives", enclosed_on_line(REAL)
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
        *_formulas(),
        *_logistic_in_exponentials()[1:],
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
