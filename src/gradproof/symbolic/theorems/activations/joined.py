"""Softsign and ELU: two smooth pieces that join at 0.

Softsign and ELU with α = 1 are once differentiable everywhere; their second derivatives jump at 0.
ELU with another α > 0 has a kink there, where its slope is α by convention.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import range_of_exponential, range_of_real
from gradproof.symbolic.kernel.derivation import Chain, Theorem, start
from gradproof.symbolic.kernel.kinks import (
    DEFINITION_OF_ELU,
    DEFINITION_OF_SOFTSIGN,
    SLOPE_AT_KINK,
    SLOPE_WHERE_PIECES_JOIN,
)
from gradproof.symbolic.kernel.laws import ALGEBRA
from gradproof.symbolic.kernel.real_functions import POSITIVE_NUMBER, RULES_OF_DIFFERENTIATION
from gradproof.symbolic.language.expressions import (
    ActivationName,
    ActivationValue,
    ParametricActivation,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.common import (
    NEGATIVE,
    ONE,
    POSITIVE,
    REAL,
    ZERO,
    derived,
    extended,
    on_the_line,
    slope_bound,
)

__all__ = [
    "elu_derivative",
    "elu_derivative_range",
    "elu_higher_derivatives",
    "elu_slope_bound",
    "scaled_elu_derivative",
    "scaled_elu_derivative_range",
    "scaled_elu_higher_derivatives",
    "scaled_elu_slope_bound",
    "softsign_derivative",
    "softsign_derivative_range",
    "softsign_higher_derivatives",
    "softsign_slope_bound",
]

ALPHA = sp.Symbol("alpha", positive=True)
SCALED_ELU = ParametricActivation("elu", ALPHA)


# ---------------------------------------------------------------------------------------------
# Softsign
# ---------------------------------------------------------------------------------------------


def _softsign(z: sp.Expr, order: int = 0) -> ActivationValue:
    return ActivationValue("softsign", order, z)


def _softsign_slope(z: sp.Expr) -> Chain:
    """Return the chain softsign′(z) = 1/(1 + |z|)², for z > 0, z < 0 or z = 0."""
    if z == 0:
        return start(_softsign(z, 1)).eq(ONE, by=SLOPE_WHERE_PIECES_JOIN)
    below = 1 + sp.Abs(z)
    slope = 1 / below - sp.Abs(z) / below**2
    return derived(
        _softsign(z, 1),
        (z / below, DEFINITION_OF_SOFTSIGN),
        (slope, RULES_OF_DIFFERENTIATION),
        (1 / below**2, ALGEBRA),
    )


@functools.cache
def softsign_derivative() -> Theorem:
    """Return softsign′(z) = 1/(1 + |z|)² for every real z, 0 included.

    >>> print(softsign_derivative())
    softsign′(z) = 1/(|z| + 1)²
    """
    proposition = Proposition(_softsign(REAL, 1), Relation.EQ, 1 / (1 + sp.Abs(REAL)) ** 2)
    return on_the_line("softsign_derivative", proposition, _softsign_slope)


@functools.cache
def softsign_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: softsign′ maps ℝ onto (0, 1], and is 1 at 0 only.

    For z > 0 the value is 1/(1 + z)², which is every number in (0, 1).

    >>> for theorem in softsign_derivative_range():
    ...     print(theorem, *theorem.domains)
    0 < softsign′(z) real z
    softsign′(z) ≤ 1 real z
    softsign′(0) = 1
    softsign′(z) < 1 z > 0
    softsign′(z) < 1 z < 0
    softsign′(z) = 1/(z + 1)² z > 0
    """
    name, slope = "softsign_derivative_range", _softsign(REAL, 1)

    def formula(z: sp.Expr) -> Chain:
        value = 1 / (1 + sp.Abs(z)) ** 2
        return start(_softsign(z, 1)).eq(value, by=softsign_derivative().law({REAL: z}))

    def positive(z: sp.Expr) -> Chain:
        value = 1 / (1 + sp.Abs(z)) ** 2
        chain = start(ZERO).lt(value, by=range_of_real(z if z != 0 else REAL))
        return chain.eq(_softsign(z, 1), by=softsign_derivative().law({REAL: z}))

    def at_most_one(z: sp.Expr) -> Chain:
        return formula(z).le(ONE, by=range_of_real(z if z != 0 else REAL))

    return (
        on_the_line(name, Proposition(ZERO, Relation.LT, slope), positive),
        on_the_line(name, Proposition(slope, Relation.LE, ONE), at_most_one),
        Theorem.of(name, formula(ZERO)),
        *(Theorem.of(name, formula(z).lt(ONE, by=range_of_real(z))) for z in (POSITIVE, NEGATIVE)),
        Theorem.of(name, formula(POSITIVE)),
    )


@functools.cache
def softsign_slope_bound() -> Theorem:
    """Return |softsign′(z)| ≤ 1 for every real z, the form in which norms need it."""
    positive, at_most_one, *_ = softsign_derivative_range()
    return slope_bound("softsign_slope_bound", positive, at_most_one)


@functools.cache
def softsign_higher_derivatives() -> tuple[Theorem, ...]:
    """Return softsign″ and softsign‴ for z ≠ 0, with |softsign″| < 2 and softsign‴ < 6.

    softsign″ = ∓2/(1 + |z|)³ takes every value in (−2, 0) for z > 0, in (0, 2) for z < 0; softsign‴
    = 6/(1 + |z|)⁴ takes every value in (0, 6). So L2 = 2 and L3 = 6, not attained: softsign″
    doesn't exist at 0.

    >>> for theorem in softsign_higher_derivatives():
    ...     print(theorem, *theorem.domains)
    softsign″(z) = −2/(z + 1)³ z > 0
    softsign‴(z) = 6/(z + 1)⁴ z > 0
    |softsign″(z)| < 2 z > 0
    |softsign‴(z)| < 6 z > 0
    softsign″(z) = 2/(1 − z)³ z < 0
    softsign‴(z) = 6/(1 − z)⁴ z < 0
    |softsign″(z)| < 2 z < 0
    |softsign‴(z)| < 6 z < 0
    """
    name, found = "softsign_higher_derivatives", []
    for z in (POSITIVE, NEGATIVE):
        below, sign = 1 + sp.Abs(z), sp.sign(z)
        slope = softsign_derivative().law({REAL: z})
        second_value, third_value = -2 * sign / below**3, 6 / below**4
        second = Theorem.of(
            name,
            derived(
                _softsign(z, 2),
                (1 / below**2, slope),
                (second_value, RULES_OF_DIFFERENTIATION),
            ),
        )
        third = Theorem.of(
            name,
            derived(
                _softsign(z, 3),
                (second_value, second.law()),
                (third_value, RULES_OF_DIFFERENTIATION),
            ),
        )
        found += [second, third]
        for theorem, bound in ((second, 2), (third, 6)):
            value = theorem.proposition
            chain = (
                start(sp.Abs(value.left))
                .eq(sp.Abs(value.right), by=theorem.law())
                .lt(sp.Integer(bound), by=range_of_real(z))
            )
            found.append(Theorem.of(name, chain))
    return tuple(found)


# ---------------------------------------------------------------------------------------------
# ELU
# ---------------------------------------------------------------------------------------------


def _elu_pieces(
    name: str, activation: ActivationName, alpha: sp.Expr, orders: tuple[int, ...]
) -> list[Theorem]:
    """Return φ⁽ⁿ⁾ for z > 0 and for z < 0: 1, 0, 0 and α e^z."""
    found = []
    for z, value, slopes in (
        (POSITIVE, POSITIVE, (ONE, ZERO, ZERO)),
        (NEGATIVE, alpha * (sp.exp(NEGATIVE) - 1), (alpha * sp.exp(NEGATIVE),) * 3),
    ):
        law = DEFINITION_OF_ELU
        for order, slope in enumerate(slopes, start=1):
            chain = derived(
                ActivationValue(activation, order, z),
                (value, law),
                (slope, RULES_OF_DIFFERENTIATION),
            )
            theorem = Theorem.of(name, chain)
            value, law = slope, theorem.law()
            if order in orders:
                found.append(theorem)
    return found


@functools.cache
def elu_derivative() -> tuple[Theorem, ...]:
    """Return elu′(z) = 1 for z > 0, e^z for z < 0, and 1 at 0.

    >>> print(*elu_derivative(), sep="; ")
    elu′(z) = 1; elu′(z) = e^z; elu′(0) = 1
    """
    name = "elu_derivative"
    at_zero = start(ActivationValue("elu", 1, ZERO)).eq(ONE, by=SLOPE_WHERE_PIECES_JOIN)
    return (*_elu_pieces(name, "elu", ONE, (1,)), Theorem.of(name, at_zero))


@functools.cache
def elu_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: elu′ maps ℝ onto (0, 1], is below 1 for z < 0, else 1.

    For z < 0 the value is e^z, which is every number in (0, 1).

    >>> for theorem in elu_derivative_range():
    ...     print(theorem, *theorem.domains)
    0 < elu′(z) real z
    elu′(z) ≤ 1 real z
    elu′(z) < 1 z < 0
    """
    name, slope = "elu_derivative_range", ActivationValue("elu", 1, REAL)
    above, below, at_zero = elu_derivative()
    theorems = {POSITIVE: above, NEGATIVE: below, ZERO: at_zero}

    def value(z: sp.Expr) -> Chain:
        return start(ActivationValue("elu", 1, z)).eq(
            theorems[z].proposition.right, by=theorems[z].law()
        )

    def positive(z: sp.Expr) -> Chain:
        chain = start(ZERO).lt(theorems[z].proposition.right, by=range_of_exponential(NEGATIVE))
        return chain.eq(ActivationValue("elu", 1, z), by=theorems[z].law())

    def at_most_one(z: sp.Expr) -> Chain:
        return value(z).le(ONE, by=range_of_exponential(NEGATIVE))

    return (
        on_the_line(name, Proposition(ZERO, Relation.LT, slope), positive),
        on_the_line(name, Proposition(slope, Relation.LE, ONE), at_most_one),
        Theorem.of(name, value(NEGATIVE).lt(ONE, by=range_of_exponential(NEGATIVE))),
    )


@functools.cache
def elu_slope_bound() -> Theorem:
    """Return |elu′(z)| ≤ 1 for every real z, the form in which norms need it."""
    positive, at_most_one, _ = elu_derivative_range()
    return slope_bound("elu_slope_bound", positive, at_most_one)


@functools.cache
def elu_higher_derivatives() -> tuple[Theorem, ...]:
    """Return elu″ and elu‴: 0 for z > 0, e^z for z < 0, so below 1 and as near to it as one likes.

    >>> for theorem in elu_higher_derivatives():
    ...     print(theorem, *theorem.domains)
    elu″(z) = 0 z > 0
    elu‴(z) = 0 z > 0
    elu″(z) = e^z z < 0
    elu‴(z) = e^z z < 0
    |elu″(z)| < 1 z < 0
    |elu‴(z)| < 1 z < 0
    """
    name = "elu_higher_derivatives"
    pieces = _elu_pieces(name, "elu", ONE, (2, 3))
    bounds = (
        start(sp.Abs(theorem.proposition.left))
        .eq(theorem.proposition.right, by=theorem.law())
        .lt(ONE, by=range_of_exponential(NEGATIVE))
        for theorem in pieces[2:]
    )
    return (*pieces, *(Theorem.of(name, chain) for chain in bounds))


@functools.cache
def scaled_elu_derivative() -> tuple[Theorem, ...]:
    """Return elu_α′, elu_α″, elu_α‴: 1, 0, 0 for z > 0 and α e^z for z < 0; elu_α′(0) = α.

    The slope at 0 is a convention, unless α = 1.

    >>> for theorem in scaled_elu_derivative():
    ...     print(theorem, *theorem.domains)
    elu_α′(z) = 1 z > 0 α > 0
    elu_α″(z) = 0 z > 0 α > 0
    elu_α‴(z) = 0 z > 0 α > 0
    elu_α′(z) = α e^z z < 0 α > 0
    elu_α″(z) = α e^z z < 0 α > 0
    elu_α‴(z) = α e^z z < 0 α > 0
    elu_α′(0) = α α > 0
    """
    name = "scaled_elu_derivative"
    at_zero = start(ActivationValue(SCALED_ELU, 1, ZERO)).eq(ALPHA, by=SLOPE_AT_KINK)
    return (*_elu_pieces(name, SCALED_ELU, ALPHA, (1, 2, 3)), Theorem.of(name, at_zero))


_BELOW_ONE = range_of_exponential(NEGATIVE)


@functools.cache
def scaled_elu_derivative_range() -> Theorem:
    """Return 0 < elu_α′(z) for every real z; inf elu_α′ = 0, since α e^z → 0.

    >>> print(scaled_elu_derivative_range())
    0 < elu_α′(z)
    """
    name, slope = "scaled_elu_derivative_range", ActivationValue(SCALED_ELU, 1, REAL)
    above, _, _, below, _, _, at_zero = scaled_elu_derivative()
    theorems = {POSITIVE: above, NEGATIVE: below, ZERO: at_zero}

    def prove(z: sp.Expr) -> Chain:
        chain = start(ZERO).lt(theorems[z].proposition.right, by=POSITIVE_NUMBER)
        return chain.eq(ActivationValue(SCALED_ELU, 1, z), by=theorems[z].law())

    return on_the_line(name, Proposition(ZERO, Relation.LT, slope), prove)


@functools.cache
def scaled_elu_higher_derivatives() -> tuple[Theorem, ...]:
    """Return |elu_α″(z)| < α and |elu_α‴(z)| < α for z < 0; both are 0 for z > 0.

    Both are α e^z for z < 0, which is every number in (0, α).

    >>> print(*scaled_elu_higher_derivatives(), sep="; ")
    |elu_α″(z)| < α; |elu_α‴(z)| < α
    """
    name, derivatives = "scaled_elu_higher_derivatives", scaled_elu_derivative()
    below_one = Theorem.of(name, start(sp.exp(NEGATIVE)).lt(ONE, by=_BELOW_ONE))
    return tuple(
        Theorem.of(
            name,
            start(sp.Abs(theorem.proposition.left))
            .eq(theorem.proposition.right, by=theorem.law())
            .lt(ALPHA, by=below_one.law()),
        )
        for theorem in derivatives[4:6]
    )


@functools.cache
def scaled_elu_slope_bound() -> tuple[Theorem, ...]:
    """Return |elu_α′(z)| ≤ 1 given α ≤ 1, and ≤ α given 1 ≤ α: γ = max(1, α).

    >>> for theorem in scaled_elu_slope_bound():
    ...     print(theorem, "given", *theorem.conditions)
    |elu_α′(z)| ≤ 1 given α ≤ 1
    |elu_α′(z)| ≤ α given 1 ≤ α
    """
    name, slope = "scaled_elu_slope_bound", ActivationValue(SCALED_ELU, 1, REAL)
    above, _, _, below, _, _, at_zero = scaled_elu_derivative()
    theorems = {POSITIVE: above, NEGATIVE: below, ZERO: at_zero}
    below_one = Theorem.of(name, start(sp.exp(NEGATIVE)).lt(ONE, by=_BELOW_ONE))

    def bound(right: sp.Expr, given: Hypothesis) -> Theorem:
        def prove(z: sp.Expr) -> Chain:
            value = theorems[z].proposition.right
            chain = start(sp.Abs(ActivationValue(SCALED_ELU, 1, z)))
            chain = chain.eq(value, by=theorems[z].law())
            if z == NEGATIVE:
                chain = chain.le(ALPHA, by=below_one.law())
            return (
                chain if chain.last == right else extended(chain, Relation.LE, right, assume(given))
            )

        return on_the_line(name, Proposition(sp.Abs(slope), Relation.LE, right), prove)

    return (
        bound(ONE, Hypothesis.of(ALPHA, Relation.LE, ONE)),
        bound(ALPHA, Hypothesis.of(ONE, Relation.LE, ALPHA)),
    )
