"""The laws of limits superior of non-negative sequences.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel import (  # noqa: F401  # each enters its laws into the catalogue
    activation_laws,
    differentials,
    form_laws,
    kinks,
    real_functions,
    sum_laws,
)
from gradproof.symbolic.kernel.law import RewritingLaw, enter
from gradproof.symbolic.kernel.rewriting import Binders
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import symbols_of

__all__ = ["LIMIT_OF_CONSTANT", "LIMIT_OF_ROOT", "geometric_limit"]


def _geometric(term: sp.Basic, index: sp.Symbol) -> tuple[sp.Expr, sp.Expr] | None:
    """Return (c, r) where the term is c·rⁿ with c and r free of n, else None."""
    coefficient, dependent = term.as_independent(index, as_Add=False)
    base, exponent = dependent.as_base_exp() if dependent != 1 else (sp.Integer(1), index)
    # Sizes count: SymPy alone would take the norm of an n×n matrix for a constant.
    if exponent == index and index not in symbols_of(coefficient, base):
        return coefficient, base
    return None


def geometric_limit(ratio_below_one: Hypothesis) -> RewritingLaw:
    """Return the law limsup c rⁿ = 0, given the hypothesis r < 1 for an r ≥ 0."""
    if not isinstance(ratio_below_one, Hypothesis):
        raise InputError("ratio_below_one", f"is {ratio_below_one!r}", "give a Hypothesis")
    given = ratio_below_one.proposition

    def rule(term: sp.Basic, _binders: Binders) -> Iterator[sp.Basic]:
        if not isinstance(term, nodes.LimitSuperior) or given is None:
            return
        parts = _geometric(term.term, term.index)
        if (
            parts is not None
            and given.relation is Relation.LT
            and given.right == 1
            and same(given.left, parts[1])
            and parts[1].is_nonnegative
        ):
            yield sp.Integer(0)

    return RewritingLaw(
        "limit of a geometric sequence",
        "limsup c rⁿ = 0 for 0 ≤ r < 1",
        hypotheses=frozenset({ratio_below_one}),
        seal=KERNEL,
        rule=rule,
    )


@enter("limit of the roots of a geometric sequence", "limsup (c rⁿ)^(1/n) = r for c > 0, r > 0")
def LIMIT_OF_ROOT(term: sp.Basic) -> Iterator[sp.Basic]:
    # (c rⁿ)^(1/n) = c^(1/n) r, and log c^(1/n) = (log c)/n → 0.
    if isinstance(term, nodes.LimitSuperior) and term.index.is_positive:
        base, exponent = term.term.as_base_exp()
        parts = _geometric(base, term.index)
        if exponent == 1 / term.index and parts is not None and all(p.is_positive for p in parts):
            yield parts[1]


@enter("limit of a constant", "limsup c = c")
def LIMIT_OF_CONSTANT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.LimitSuperior) and term.index not in symbols_of(term.term):
        yield term.term
