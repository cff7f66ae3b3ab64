"""The laws of growth: powers of a product, and comparisons of numbers and of norms."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.symbolic.kernel.law import CATALOGUE, Law, enter
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.normal_form import normal_form
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.row_sums import InfinityNorm
from gradproof.symbolic.language.seal import KERNEL

__all__ = ["NEXT_POWER", "NONNEGATIVE_DIFFERENCE", "NORM_BY_ROW_SUMS"]


@enter("the next power", "Aⁿ⁺¹ = A Aⁿ = Aⁿ A for square A and an integer n ≥ 0")
def NEXT_POWER(term: sp.Basic) -> Iterator[sp.Basic]:
    # By definition; where A is one symbol, algebra says so too.
    if isinstance(term, sp.MatPow):
        smaller = term.exp - 1
        if smaller.is_integer and smaller.is_nonnegative:
            yield sp.MatMul(term.base, sp.MatPow(term.base, smaller))
            yield sp.MatMul(sp.MatPow(term.base, smaller), term.base)


@enter(
    "the norm by row sums",
    "‖A‖ ≤ m^(1/2) ‖A‖_∞ for A with m rows",
    None,
    Relation.LE,
)
def NORM_BY_ROW_SUMS(term: sp.Basic) -> Iterator[sp.Basic]:
    # ‖Ax‖ ≤ m^(1/2) ‖Ax‖_∞ ≤ m^(1/2) ‖A‖_∞ ‖x‖_∞ ≤ m^(1/2) ‖A‖_∞ ‖x‖.
    if isinstance(term, nodes.SpectralNorm):
        yield sp.sqrt(term.args[0].shape[0]) * InfinityNorm(term.args[0])


def _is_rational(expression: sp.Basic) -> bool:
    """Return whether it is made of symbols and rational numbers by sums, products and quotients."""
    return all(
        part.is_Symbol
        or part.is_Rational
        or part.is_Add
        or part.is_Mul
        or (part.is_Pow and part.exp.is_Integer)
        for part in sp.preorder_traversal(expression)
    )


class _NonnegativeDifference(Law, seal=KERNEL):
    """x ≤ y for real numbers whose difference has a sign by the declarations of its symbols."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation.is_downward:
            return self.refuses(right, relation.flipped, left)
        if relation is Relation.EQ:
            return "it gives inequalities"
        if not (left.is_real and right.is_real):
            return "a side isn't known to be a real number"
        difference = normal_form(right - left)
        forms = [right - left, difference]
        # To factor others, with erf or powers of e as generators say, can take hours.
        if _is_rational(difference):
            forms.append(sp.factor(difference))
        for form in forms:
            if form.is_positive if relation is Relation.LT else form.is_nonnegative:
                return None
        return f"the difference of the sides isn't known to be {relation.flipped.value} 0"


NONNEGATIVE_DIFFERENCE = CATALOGUE["a difference that isn't negative"] = _NonnegativeDifference(
    "a difference that isn't negative",
    "x ≤ y where y − x ≥ 0, x < y where y − x > 0, by the signs of the symbols",
    seal=KERNEL,
)
