"""ReLU, leaky ReLU and hard tanh: their slopes on each piece and at the kinks.

The slope at a kink is a convention, an element of Clarke's subdifferential: relu′(0) = 0,
leaky_relu_a′(0) = a, hard_tanh′(±1) = 0. Elsewhere it is the derivative.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.cases import between
from gradproof.symbolic.kernel.conditional import range_of_real
from gradproof.symbolic.kernel.derivation import Chain, Theorem, start
from gradproof.symbolic.kernel.kinks import (
    DEFINITION_OF_HARD_TANH,
    DEFINITION_OF_LEAKY_RELU,
    DEFINITION_OF_RELU,
    SLOPE_AT_KINK,
)
from gradproof.symbolic.kernel.laws import ALGEBRA, Law
from gradproof.symbolic.kernel.real_functions import RULES_OF_DIFFERENTIATION
from gradproof.symbolic.language.expressions import (
    ActivationName,
    ActivationValue,
    ParametricActivation,
    ScalarDerivative,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.common import (
    NEGATIVE,
    ONE,
    POSITIVE,
    REAL,
    ZERO,
    P,
    derived,
    extended,
    on_the_line,
)

__all__ = [
    "hard_tanh_derivative",
    "hard_tanh_derivative_range",
    "hard_tanh_slope_bound",
    "leaky_relu_derivative",
    "leaky_relu_derivative_range",
    "leaky_relu_slope_bound",
    "relu_derivative",
    "relu_derivative_range",
    "relu_slope_bound",
]

LEAK = sp.Symbol("a", real=True)
LEAKY_RELU = ParametricActivation("leaky_relu", LEAK)


def _by_pieces(
    name: str, activation: ActivationName, definition: Law, left: sp.Expr
) -> tuple[Theorem, ...]:
    """Return φ′, φ″ and φ‴ for z > 0 and for z < 0, and φ′(0), where φ is z or ``left``·z there."""
    found = []
    for z, slope in ((POSITIVE, ONE), (NEGATIVE, left)):
        first, second, third = (ActivationValue(activation, order, z) for order in (1, 2, 3))
        chain = derived(first, (slope * z, definition), (slope, RULES_OF_DIFFERENTIATION))
        one = Theorem.of(name, chain)
        two = Theorem.of(
            name, derived(second, (slope, one.law()), (ZERO, RULES_OF_DIFFERENTIATION))
        )
        chain = derived(third, (ZERO, two.law()), (ZERO, RULES_OF_DIFFERENTIATION))
        found += [one, two, Theorem.of(name, chain)]
    at_kink = start(ActivationValue(activation, 1, ZERO)).eq(left, by=SLOPE_AT_KINK)
    return (*found, Theorem.of(name, at_kink))


# ---------------------------------------------------------------------------------------------
# ReLU
# ---------------------------------------------------------------------------------------------


@functools.cache
def relu_derivative() -> tuple[Theorem, ...]:
    """Return relu′(z) = 1 for z > 0 and 0 for z < 0, the next two derivatives, and relu′(0) = 0.

    >>> for theorem in relu_derivative():
    ...     print(theorem, *theorem.domains)
    relu′(z) = 1 z > 0
    relu″(z) = 0 z > 0
    relu‴(z) = 0 z > 0
    relu′(z) = 0 z < 0
    relu″(z) = 0 z < 0
    relu‴(z) = 0 z < 0
    relu′(0) = 0
    """
    return _by_pieces("relu_derivative", "relu", DEFINITION_OF_RELU, ZERO)


def _slope_on_piece(theorems: tuple[Theorem, ...], z: sp.Expr) -> Theorem:
    """Return the theorem about φ′ on the piece of z, for kinks at 0 alone."""
    return theorems[{POSITIVE: 0, NEGATIVE: 3, ZERO: 6}[z]]


@functools.cache
def relu_derivative_range() -> tuple[Theorem, Theorem]:
    """Return 0 ≤ relu′(z) and relu′(z) ≤ 1 for every real z; relu′ takes the values 0 and 1 only.

    >>> print(*relu_derivative_range(), sep="; ")
    relu′(z) ≥ 0; relu′(z) ≤ 1
    """
    return _unit_range("relu_derivative_range", "relu", relu_derivative())


def _unit_range(
    name: str, activation: str, theorems: tuple[Theorem, ...]
) -> tuple[Theorem, Theorem]:
    def bound(relation: Relation, right: sp.Expr) -> Theorem:
        def prove(z: sp.Expr) -> Chain:
            of_slope = _slope_on_piece(theorems, z)
            value = of_slope.proposition.right
            chain = start(ActivationValue(activation, 1, z)).eq(value, by=of_slope.law())
            return extended(chain, relation, right, range_of_real(REAL))

        proposition = Proposition(ActivationValue(activation, 1, REAL), relation, right)
        return on_the_line(name, proposition, prove)

    return bound(Relation.GE, ZERO), bound(Relation.LE, ONE)


@functools.cache
def relu_slope_bound() -> Theorem:
    """Return |relu′(z)| ≤ 1 for every real z, the form in which norms need it."""

    def prove(z: sp.Expr) -> Chain:
        of_slope = _slope_on_piece(relu_derivative(), z)
        value = of_slope.proposition.right
        return (
            start(sp.Abs(ActivationValue("relu", 1, z)))
            .eq(value, by=of_slope.law())
            .le(ONE, by=range_of_real(REAL))
        )

    proposition = Proposition(sp.Abs(ActivationValue("relu", 1, REAL)), Relation.LE, ONE)
    return on_the_line("relu_slope_bound", proposition, prove)


# ---------------------------------------------------------------------------------------------
# Leaky ReLU
# ---------------------------------------------------------------------------------------------


@functools.cache
def leaky_relu_derivative() -> tuple[Theorem, ...]:
    """Return leaky_relu_a′(z) = 1 for z > 0 and a for z < 0, two more, and leaky_relu_a′(0) = a.

    >>> for theorem in leaky_relu_derivative():
    ...     print(theorem)
    leaky_relu_a′(z) = 1
    leaky_relu_a″(z) = 0
    leaky_relu_a‴(z) = 0
    leaky_relu_a′(z) = a
    leaky_relu_a″(z) = 0
    leaky_relu_a‴(z) = 0
    leaky_relu_a′(0) = a
    """
    return _by_pieces("leaky_relu_derivative", LEAKY_RELU, DEFINITION_OF_LEAKY_RELU, LEAK)


def _leaky(name: str, x: sp.Expr, relation: Relation, right: sp.Expr, given: Hypothesis) -> Theorem:
    """Prove x(z) relation right by cases: x is 1 or right on one piece; ``given`` bounds the rest.

    x is an expression in leaky_relu_a′(z).
    """
    slope = ActivationValue(LEAKY_RELU, 1, REAL)

    def prove(z: sp.Expr) -> Chain:
        of_slope = _slope_on_piece(leaky_relu_derivative(), z)
        value = x.xreplace({slope: of_slope.proposition.right})
        chain = start(x.xreplace({REAL: z})).eq(value, by=of_slope.law())
        return chain if value == right else extended(chain, relation, right, assume(given))

    return on_the_line(name, Proposition(x, relation, right), prove)


@functools.cache
def leaky_relu_derivative_range() -> tuple[Theorem, Theorem]:
    """Return a ≤ leaky_relu_a′(z) ≤ 1 for every real z, given a ≤ 1; both values are taken.

    >>> print(*leaky_relu_derivative_range(), sep="; ")
    leaky_relu_a′(z) ≥ a; leaky_relu_a′(z) ≤ 1
    """
    name, slope = "leaky_relu_derivative_range", ActivationValue(LEAKY_RELU, 1, REAL)
    given = Hypothesis.of(LEAK, Relation.LE, ONE)
    return (
        _leaky(name, slope, Relation.GE, LEAK, given),
        _leaky(name, slope, Relation.LE, ONE, given),
    )


@functools.cache
def leaky_relu_slope_bound() -> tuple[Theorem, Theorem]:
    """Return |leaky_relu_a′(z)| ≤ 1 given |a| ≤ 1, and ≤ |a| given 1 ≤ |a|: γ = max(1, |a|).

    >>> for theorem in leaky_relu_slope_bound():
    ...     print(theorem, "given", *theorem.conditions)
    |leaky_relu_a′(z)| ≤ 1 given |a| ≤ 1
    |leaky_relu_a′(z)| ≤ |a| given 1 ≤ |a|
    """
    name, slope = "leaky_relu_slope_bound", sp.Abs(ActivationValue(LEAKY_RELU, 1, REAL))
    size = sp.Abs(LEAK)
    return (
        _leaky(name, slope, Relation.LE, ONE, Hypothesis.of(size, Relation.LE, ONE)),
        _leaky(name, slope, Relation.LE, size, Hypothesis.of(ONE, Relation.LE, size)),
    )


# ---------------------------------------------------------------------------------------------
# Hard tanh
# ---------------------------------------------------------------------------------------------

#: z < −1, −1, −1 < z < 1, 1, z > 1.
PIECES = (-1 - P, -ONE, between(-ONE, ONE, P), ONE, 1 + P)


@functools.cache
def hard_tanh_derivative() -> tuple[Theorem, ...]:
    """Return hard_tanh′ on its pieces: 0 for |z| > 1 and at ±1, 1 for |z| < 1; then two more.

    The pieces are −1 − p, −1, (p − 1)/(p + 1), 1 and 1 + p, with p > 0. For z = g(p) the chain rule
    gives hard_tanh′(g) = (d/dp hard_tanh(g))/g′.

    >>> for theorem in hard_tanh_derivative():
    ...     print(theorem)
    hard_tanh′(−p − 1) = 0
    hard_tanh′(−1) = 0
    hard_tanh′((p − 1)/(p + 1)) = 1
    hard_tanh′(1) = 0
    hard_tanh′(p + 1) = 0
    hard_tanh″(−p − 1) = 0
    hard_tanh‴(−p − 1) = 0
    hard_tanh″((p − 1)/(p + 1)) = 0
    hard_tanh‴((p − 1)/(p + 1)) = 0
    hard_tanh″(p + 1) = 0
    hard_tanh‴(p + 1) = 0
    """
    name, found, higher = "hard_tanh_derivative", [], []
    values = (-ONE, None, PIECES[2], None, ONE)
    for z, value in zip(PIECES, values, strict=True):
        if value is None:
            slope = start(ActivationValue("hard_tanh", 1, z))
            found.append(Theorem.of(name, slope.eq(ZERO, by=SLOPE_AT_KINK)))
            continue
        first = _on_piece(name, 1, z, value, DEFINITION_OF_HARD_TANH)
        second = _on_piece(name, 2, z, first.proposition.right, first.law())
        third = _on_piece(name, 3, z, second.proposition.right, second.law())
        found.append(first)
        higher += [second, third]
    return (*found, *higher)


def _on_piece(name: str, order: int, z: sp.Expr, value: sp.Expr, law: Law) -> Theorem:
    """Return hard_tanh⁽ⁿ⁾(g(p)) for z = g(p), where hard_tanh⁽ⁿ⁻¹⁾(g(p)) is ``value`` by a law."""
    right = sp.cancel(sp.diff(value, P) / sp.diff(z, P))
    slope, lower = (ActivationValue("hard_tanh", n, z) for n in (order, order - 1))
    inner = sp.factor(sp.diff(z, P))
    chain = (
        start(slope)
        .eq(ScalarDerivative(lower, P) / inner, by=RULES_OF_DIFFERENTIATION)
        .eq(ScalarDerivative(value, P) / inner, by=law)
        .eq(sp.factor(sp.diff(value, P)) / inner, by=RULES_OF_DIFFERENTIATION)
    )
    return Theorem.of(name, chain if chain.last == right else chain.eq(right, by=ALGEBRA))


def _hard_tanh_cases(name: str, x: sp.Expr, relation: Relation, right: sp.Expr) -> Theorem:
    slope = ActivationValue("hard_tanh", 1, REAL)

    def prove(z: sp.Expr) -> Chain:
        of_slope = hard_tanh_derivative()[PIECES.index(z)]
        value = x.xreplace({slope: of_slope.proposition.right})
        chain = start(x.xreplace({REAL: z})).eq(value, by=of_slope.law())
        return extended(chain, relation, right, range_of_real(REAL))

    proposition = Proposition(x, relation, right)
    return on_the_line(name, proposition, prove, pieces=PIECES, cuts=(-1, 1))


@functools.cache
def hard_tanh_derivative_range() -> tuple[Theorem, Theorem]:
    """Return 0 ≤ hard_tanh′(z) ≤ 1 for every real z; it takes the values 0 and 1 only.

    >>> print(*hard_tanh_derivative_range(), sep="; ")
    hard_tanh′(z) ≥ 0; hard_tanh′(z) ≤ 1
    """
    name, slope = "hard_tanh_derivative_range", ActivationValue("hard_tanh", 1, REAL)
    return (
        _hard_tanh_cases(name, slope, Relation.GE, ZERO),
        _hard_tanh_cases(name, slope, Relation.LE, ONE),
    )


@functools.cache
def hard_tanh_slope_bound() -> Theorem:
    """Return |hard_tanh′(z)| ≤ 1 for every real z, the form in which norms need it."""
    slope = sp.Abs(ActivationValue("hard_tanh", 1, REAL))
    return _hard_tanh_cases("hard_tanh_slope_bound", slope, Relation.LE, ONE)
