"""The laws of real functions of one variable: differentiation, signs, bounds of the exponential.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

# ruff: noqa: D103  # each law's statement stands in its decorator
from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.law import CATALOGUE, Law, RewritingLaw, enter
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import is_differentiable

__all__ = [
    "EXPONENTIAL_AT_MOST_ONE",
    "EXPONENTIAL_BELOW_ONE",
    "POSITIVE_NUMBER",
    "RULES_OF_DIFFERENTIATION",
    "exponential_above_line",
]


@enter(
    "rules of differentiation",
    "d/dz of sums, products, integer powers, e^f and φ⁽ⁿ⁾(f): (f + g)′ = f′ + g′, "
    "(f g)′ = f′ g + f g′, (fⁿ)′ = n fⁿ⁻¹ f′, (e^f)′ = e^f f′, (φ⁽ⁿ⁾∘f)′ = (φ⁽ⁿ⁺¹⁾∘f) f′",
)
def RULES_OF_DIFFERENTIATION(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ScalarDerivative) and is_differentiable(term.function, term.variable):
        found = _derivative(term.function, term.variable)
        if found is not None:
            yield found


def _derivative(f: sp.Expr, z: sp.Symbol) -> sp.Expr | None:
    """Return f′, all rules applied, or None where f has a part that they don't speak of."""
    if f == z:
        return sp.Integer(1)
    if f.atoms(nodes.ScalarDerivative):
        return None
    if z not in f.free_symbols:
        return sp.Integer(0)
    if isinstance(f, sp.Add):
        parts = [_derivative(part, z) for part in f.args]
        return None if None in parts else sp.Add(*parts)
    if isinstance(f, sp.Mul):
        parts = [_derivative(part, z) for part in f.args]
        if None in parts:
            return None
        return sp.Add(
            *(
                sp.Mul(*f.args[:i], part, *f.args[i + 1 :])
                for i, part in enumerate(parts)
                if part != 0
            )
        )
    if isinstance(f, sp.exp):
        inner, outer = f.args[0], f
    elif isinstance(f, sp.Pow) and f.exp.is_Integer:
        inner, outer = f.base, f.exp * f.base ** (f.exp - 1)
    elif isinstance(f, nodes.ActivationValue):
        inner = f.argument
        outer = nodes.ActivationValue(f.args[0], f.order + 1, inner)
    else:
        return None
    slope = _derivative(inner, z)
    return None if slope is None else outer * slope


class _Positive(Law, seal=KERNEL):
    """0 < x for an x that is positive by what its symbols are declared as."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation.is_downward:
            return self.refuses(right, relation.flipped, left)
        if left == 0 and relation in (Relation.LT, Relation.LE) and right.is_positive:
            return None
        return "it isn't 0 < x with an x known to be positive"


POSITIVE_NUMBER = CATALOGUE["a positive number"] = _Positive(
    "a positive number", "0 < x, x being a product or sum of numbers declared positive", seal=KERNEL
)


@enter("the exponential below 1", "e^x < 1 for x < 0", None, Relation.LT)
def EXPONENTIAL_BELOW_ONE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, sp.exp) and term.args[0].is_negative:
        yield sp.Integer(1)


@enter("the exponential at most 1", "e^x ≤ 1 for x ≤ 0", None, Relation.LE)
def EXPONENTIAL_AT_MOST_ONE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, sp.exp) and term.args[0].is_nonpositive:
        yield sp.Integer(1)


def exponential_above_line(c: sp.Rational) -> RewritingLaw:
    """Return the law x ≤ e^(c x − 1)/c for every real x, and a rational c > 0.

    It is 1 + y ≤ e^y for y = c x − 1: e^y is convex, and 1 + y its tangent at 0. The sides agree at
    x = 1/c only.

    Raises
    ------
    InputError
        If c is anything else.
    """
    c = sp.sympify(c)
    if not (c.is_Rational and c.is_positive):
        raise InputError("c", f"is {text(c)}", "give a rational number above 0")

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and isinstance(term, sp.Expr) and term.is_real:
            yield sp.exp(c * term - 1) / c

    return RewritingLaw(
        "the exponential lies above its tangents",
        f"x ≤ {text(sp.exp(c * sp.Symbol('x', real=True) - 1) / c)} for real x",
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )
