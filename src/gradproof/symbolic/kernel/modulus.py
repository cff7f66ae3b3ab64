"""The law of the modulus, made from theorems that bound a real number on both sides.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.law import RewritingLaw, least_grade
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL

__all__ = ["modulus_by"]


def modulus_by(x: sp.Expr, gamma: sp.Expr, *, above: Theorem, below: Theorem) -> RewritingLaw:
    """Return the law |x| ≤ γ for a real x, since |x| is x or −x.

    Parameters
    ----------
    above
        A theorem −γ ≤ x, or −x ≤ γ.
    below
        A theorem x ≤ γ.

    Raises
    ------
    InputError
        If x isn't known to be real, or a theorem says something else.
    """
    for argument, value in (("x", x), ("gamma", gamma)):
        if not value.is_real:
            raise InputError(argument, f"{text(value)} isn't known to be real", "give real numbers")
    _check_gap("above", above, gamma + x)
    _check_gap("below", below, gamma - x)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and isinstance(term, sp.Abs) and same(term.args[0], x):
            yield gamma

    return RewritingLaw(
        "bounds on both sides bound the modulus",
        f"|x| ≤ γ, and {above}, {below}",
        hypotheses=above.hypotheses | below.hypotheses,
        uses=tuple(dict.fromkeys((above.name, below.name))),
        grade=least_grade(above, below),
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def _check_gap(side: str, theorem: Theorem, gap: sp.Expr) -> None:
    """Refuse a theorem that doesn't say: the gap is ≥ 0."""
    if not isinstance(theorem, Theorem):
        raise InputError(side, f"is {theorem!r}", "give a theorem")
    small, large = theorem.proposition.left, theorem.proposition.right
    relation = theorem.proposition.relation
    if relation.is_downward:
        small, large, relation = large, small, relation.flipped
    bounded = all(isinstance(e, sp.Expr) and e.is_real for e in (small, large))
    if (
        relation not in (Relation.LT, Relation.LE, Relation.EQ)
        or not bounded
        or not same(large - small, gap)
    ):
        raise InputError(side, f"is the theorem {theorem}", f"give one that says {text(gap)} ≥ 0")
