"""The laws of growth: powers of a product, and comparisons of numbers and of norms."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.symbolic.kernel.law import enter

__all__ = ["NEXT_POWER"]


@enter("the next power", "Aⁿ⁺¹ = A Aⁿ = Aⁿ A for square A and an integer n ≥ 0")
def NEXT_POWER(term: sp.Basic) -> Iterator[sp.Basic]:
    # By definition; where A is one symbol, algebra says so too.
    if isinstance(term, sp.MatPow):
        smaller = term.exp - 1
        if smaller.is_integer and smaller.is_nonnegative:
            yield sp.MatMul(term.base, sp.MatPow(term.base, smaller))
            yield sp.MatMul(sp.MatPow(term.base, smaller), term.base)
