"""Identification: two matrices with the same trace against every real matrix are equal."""

from __future__ import annotations

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.instances.instantiate import Model
from gradproof.symbolic.kernel.derivation import Section, Theorem
from gradproof.symbolic.language.expressions import Trace, is_matrix
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Proposition, Relation, is_real
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import symbols_of

__all__ = ["identify"]


def identify(
    theorem: Theorem,
    V: sp.MatrixSymbol,
    A: sp.MatrixExpr,
    B: sp.MatrixExpr,
    *,
    name: str,
    model: Model | None = None,
) -> Theorem:
    """From ``tr(Aᵀ V) = tr(Bᵀ V)`` for every real V conclude ``A = B``.

    With the unit matrix E_ij for V, the trace of Aᵀ V is A_ij. ``theorem`` assumes nothing about V
    but that it is real, and neither A nor B contains it.

    Raises
    ------
    InputError
        If the theorem is another one, V occurs in A, in B or in a further hypothesis, or the
        shapes differ.
    """
    if not isinstance(theorem, Theorem):
        raise InputError("theorem", f"is {theorem!r}", "give a theorem")
    if type(V) is not sp.MatrixSymbol:
        raise InputError("V", f"is {V!r}", "give a matrix symbol")
    for argument, matrix in (("A", A), ("B", B)):
        if not is_matrix(matrix) or not all(map(same, matrix.shape, V.shape)):
            raise InputError(argument, f"is {text(matrix)}", f"give a matrix of the shape of {V}")
        if V in symbols_of(matrix):
            raise InputError(argument, f"contains {V}", "keep it free of the direction")
    wanted = Proposition(_against(A, V), Relation.EQ, _against(B, V))
    found = theorem.proposition
    if (
        found.relation is not Relation.EQ
        or not same(found.left, wanted.left)
        or not same(found.right, wanted.right)
    ):
        raise InputError("theorem", f"is {found}", f"give {wanted}")
    remaining = theorem.hypotheses - {is_real(V)}
    for hypothesis in remaining:
        if V in hypothesis.free_symbols:
            raise InputError("theorem", f"assumes “{hypothesis}”", f"assume nothing about {V}")
    last = theorem.sections[-1]
    reason = f"For every real {text(V)}, so that the matrices are equal entry by entry"
    closing = Section("; ".join(filter(None, (last.heading, reason))), last.chain)
    sections = (*theorem.sections[:-1], closing)
    return Theorem(
        name, Proposition(A, Relation.EQ, B), remaining, sections, model or theorem.model, KERNEL
    )


def _against(matrix: sp.MatrixExpr, V: sp.MatrixSymbol) -> Trace:
    return Trace(sp.MatMul(sp.Transpose(matrix), V))
