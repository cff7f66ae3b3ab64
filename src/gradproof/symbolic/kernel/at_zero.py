"""The law of elementwise functions at the zero vector, given a theorem that says φ⁽ⁿ⁾(0) = c.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.law import RewritingLaw
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL

__all__ = ["elementwise_at_zero"]


def elementwise_at_zero(value: Theorem) -> RewritingLaw:
    """Return the laws φ⁽ⁿ⁾(0) = c and diag(φ⁽ⁿ⁾(0)) = c I for vectors, given ``φ⁽ⁿ⁾(0) = c``.

    Every entry of φ⁽ⁿ⁾(0) is the number c. The vector itself is rewritten where c = 0.

    Raises
    ------
    InputError
        If the theorem is of another form, or c isn't rational.
    """
    wanted = "give the theorem φ⁽ⁿ⁾(0) = c with a rational c"
    if not isinstance(value, Theorem) or value.proposition.relation is not Relation.EQ:
        raise InputError("value", f"is {value}", wanted)
    number, c = value.proposition.left, value.proposition.right
    if not (type(number) is nodes.ActivationValue and number.argument == 0 and c.is_Rational):
        raise InputError("value", f"is the theorem {value}", wanted)

    def rows(vector: sp.Basic) -> sp.Expr | None:
        """Return the size of φ⁽ⁿ⁾ at a zero vector, or None where it is something else."""
        if not isinstance(vector, nodes.Elementwise):
            return None
        size = vector.shape[0]
        is_instance = (
            vector.activation == number.activation
            and vector.order == number.order
            and same(vector.argument, sp.ZeroMatrix(size, 1))
        )
        return size if is_instance else None

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if inside_derivative(binders):
            return
        if isinstance(term, nodes.Diagonal):
            size = rows(term.vector)
            if size is not None:
                yield sp.MatMul(c, sp.Identity(size))
        size = rows(term)
        if size is not None and c == 0:
            yield sp.ZeroMatrix(size, 1)

    return RewritingLaw(
        "an elementwise function at the zero vector",
        f"every entry is c, and {value}",
        hypotheses=value.hypotheses,
        uses=(value.name,),
        seal=KERNEL,
        rule=rule,
    )
