"""What the theorems about single activations share: symbols, bounds of the slope, cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp

from gradproof.symbolic.kernel.cases import by_cases
from gradproof.symbolic.kernel.conditional import absolute_value_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, start
from gradproof.symbolic.kernel.laws import DEFINITION_OF_DERIVATIVE, Law
from gradproof.symbolic.language.expressions import ActivationValue, ScalarDerivative
from gradproof.symbolic.language.relation import Proposition, Relation

__all__ = [
    "NEGATIVE",
    "ONE",
    "POSITIVE",
    "REAL",
    "ZERO",
    "P",
    "derived",
    "extended",
    "on_the_line",
    "slope_bound",
]

REAL = sp.Symbol("z", real=True)
POSITIVE = sp.Symbol("z", positive=True)
NEGATIVE = sp.Symbol("z", negative=True)
P = sp.Symbol("p", positive=True)
ZERO, ONE = sp.Integer(0), sp.Integer(1)


def derived(value: ActivationValue, *steps: tuple[sp.Expr, Law]) -> Chain:
    """Return the chain φ⁽ⁿ⁺¹⁾(z) = d/dz φ⁽ⁿ⁾(z) = …, ``value`` being φ⁽ⁿ⁺¹⁾(z).

    A step is an expression and the law that gives it; the derivative of the first one is taken.
    """
    z = value.argument
    lower = ActivationValue(value.args[0], value.order - 1, z)
    chain = start(value).eq(ScalarDerivative(lower, z), by=DEFINITION_OF_DERIVATIVE)
    (function, law), *rest = steps
    chain = chain.eq(ScalarDerivative(function, z), by=law)
    for expression, by in rest:
        chain = chain.eq(expression, by=by)
    return chain


def extended(chain: Chain, relation: Relation, right: sp.Expr, law: Law) -> Chain:
    """Return the chain with one step more."""
    add = {Relation.EQ: chain.eq, Relation.LE: chain.le, Relation.LT: chain.lt}
    add |= {Relation.GE: chain.ge, Relation.GT: chain.gt}
    return add[relation](right, by=law)


def slope_bound(name: str, positive: Theorem, upper: Theorem) -> Theorem:
    """Return |x| ≤ γ, from 0 < x (or 0 ≤ x) and x ≤ γ (or x < γ)."""
    x, gamma = positive.proposition.right, upper.proposition.right
    chain = start(sp.Abs(x)).eq(x, by=absolute_value_by(positive)).le(gamma, by=upper.law())
    return Theorem.of(name, chain)


def on_the_line(
    name: str,
    proposition: Proposition,
    prove: Callable[[sp.Expr], Chain],
    *,
    pieces: Sequence[sp.Expr] = (NEGATIVE, ZERO, POSITIVE),
    cuts: Sequence[int] = (0,),
) -> Theorem:
    """Prove a proposition for every real z by cases; ``prove`` gives the chain on each piece."""
    cases = [Theorem.of(name, prove(piece)) for piece in pieces]
    return by_cases(name, REAL, proposition, cases, cuts=cuts)
