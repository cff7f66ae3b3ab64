"""The law of magnitudes that two theorems give: |x| ≤ c where x lies between −c and c.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.law import RewritingLaw
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL

__all__ = ["absolute_value_between"]


def absolute_value_between(above: Theorem, below: Theorem) -> RewritingLaw:
    """Return the law |x| ≤ c, given the theorems ``−c ≤ x`` and ``x ≤ c`` (or with <).

    Raises
    ------
    InputError
        If the theorems are of another form.
    """
    for argument, theorem in (("above", above), ("below", below)):
        upward = isinstance(theorem, Theorem) and theorem.proposition.relation in (
            Relation.LT,
            Relation.LE,
        )
        if not upward:
            raise InputError(argument, f"is {theorem}", "give the theorems −c ≤ x and x ≤ c")
    x, c = below.proposition.left, below.proposition.right
    if not (same(above.proposition.right, x) and same(above.proposition.left, -c)):
        raise InputError("above", f"is {above}", f"give −c ≤ x for the theorem {below}")

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and isinstance(term, sp.Abs) and same(term.args[0], x):
            yield c

    return RewritingLaw(
        "magnitude of a number between two bounds",
        f"|x| ≤ c, and {above}, {below}",
        hypotheses=above.hypotheses | below.hypotheses,
        uses=tuple(dict.fromkeys((above.name, below.name))),
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )
