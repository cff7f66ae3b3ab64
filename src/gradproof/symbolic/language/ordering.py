"""In which order people write sums and products, and where they put signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from gradproof.symbolic.language.expressions import State, is_matrix

__all__ = [
    "OrderedTerms",
    "factor_order",
    "has_sign_or_denominator",
    "in_order",
    "is_form",
    "joined",
    "scaled_products",
    "signed",
]


def scaled_products(expression: sp.Mul) -> list[tuple[list[sp.Expr], sp.Expr]] | None:
    """Group the factors of a product that share one symbolic exponent, as in (γ‖W‖)ⁿ."""
    groups: dict[sp.Expr, list[sp.Expr]] = {}
    for factor in expression.args:
        base, exponent = factor.as_base_exp()
        groups.setdefault(exponent, []).append(base)
    shared = [exponent for exponent, bases in groups.items() if len(bases) > 1]
    if not any(not exponent.is_number for exponent in shared):
        return None
    return [(bases, exponent) for exponent, bases in groups.items()]


def _counts(*factors: sp.Expr) -> bool:
    return all(factor.is_Symbol and factor.is_integer for factor in factors)


class OrderedTerms:
    """Sums as people write them: a time index as t + n + 1, elsewhere what is subtracted last."""

    def _as_ordered_terms(self, expr: sp.Add, order: Any = None) -> list[sp.Expr]:
        if all(term.is_Integer or _counts(*sp.Mul.make_args(term)) for term in expr.args):
            return sorted(expr.args, key=lambda e: (e.is_Integer, str(e) != "t", str(e)))
        terms = super()._as_ordered_terms(expr, order)  # type: ignore[misc]
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))


def has_sign_or_denominator(expr: sp.Mul) -> bool:
    """Whether a product needs a minus sign or a fraction bar."""
    below = any(
        factor.is_Rational or (factor.is_Pow and factor.exp.could_extract_minus_sign())
        for factor in expr.args
    )
    return bool(below or expr.could_extract_minus_sign())


def factor_order(factor: sp.Expr) -> tuple[int, int, Any]:
    """Numbers first, then symbols, then everything else, as people write products."""
    rank = 0 if factor.is_number else 1 if factor.is_Symbol else 2
    return (rank, len(str(factor)), sp.default_sort_key(factor))


def is_form(matrix: sp.MatrixExpr) -> bool:
    """Whether a 1×1 matrix is written as a number without a sign for the trace: uᵀ A v."""
    return bool(matrix.shape[0] == 1 and isinstance(matrix, sp.MatMul))


def signed(product: sp.MatMul) -> tuple[str, list[sp.Expr]]:
    """Return the sign of a product of matrices, and its factors without signs and units."""
    factors = list(product.args)
    if len(factors) == 2 and isinstance(factors[1], sp.MatMul) and factors[0].is_Rational:
        factors = [factors[0], *factors[1].args]
    numbers = sp.Mul(*(factor for factor in factors if factor.is_Rational))
    others = [factor for factor in factors if not factor.is_Rational]
    size = abs(numbers)
    return "-" if numbers < 0 else "", others if size == 1 else [size, *others]


def joined(terms: Iterable[str]) -> str:
    """Write a sum, with minus signs where terms have them."""
    first, *others = terms
    return first + "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in others)


def in_order(expr: sp.MatAdd) -> list[sp.Expr]:
    """Affine maps are written W h + U x + b, Jacobians I + D W; minus signs come last."""
    is_column = expr.shape[1] == 1

    def rank(term: sp.Expr) -> tuple[Any, ...]:
        is_product = any(map(is_matrix, term.args)) and isinstance(term, sp.MatMul)
        is_negative = isinstance(term, sp.MatMul) and bool(signed(term)[0])
        scaled_identity = bool(term.atoms(sp.Identity)) and len(term.args) <= 2
        first = (is_product and not scaled_identity) is is_column
        return (is_negative, not first, not term.atoms(State), str(term))

    return sorted(expr.args, key=rank)
