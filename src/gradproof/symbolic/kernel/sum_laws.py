"""The laws of sums over steps, of matrices and of numbers.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`. All sums are finite.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.law import RewritingLaw, enter
from gradproof.symbolic.kernel.rewriting import Binders, rewritings
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import BOUND_INDEX, is_matrix
from gradproof.symbolic.language.gradient_nodes import MatrixSum, ScalarSum
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import symbols_of

__all__ = [
    "EMPTY_SUM",
    "FACTORS_INTO_SUM",
    "LAST_TERM_SPLIT_OFF",
    "TRACE_OF_SUM",
    "TRANSPOSE_OF_SUM",
    "termwise",
]


@enter("empty sum", "Σ_{k=t+1}^{t} F_k = 0")
def EMPTY_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, (MatrixSum, ScalarSum)) and same(term.lower - 1, term.upper):
        yield sp.ZeroMatrix(*term.shape) if isinstance(term, MatrixSum) else sp.Integer(0)


@enter("last term split off", "Σ_{k=s}^{n} F_k = Σ_{k=s}^{n−1} F_k + F_n for n ≥ s")
def LAST_TERM_SPLIT_OFF(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, (MatrixSum, ScalarSum)) and (term.upper - term.lower).is_nonnegative:
        add = sp.MatAdd if isinstance(term, MatrixSum) else sp.Add
        shorter = term.func(term.term, term.lower, term.upper - 1)
        yield add(shorter, term.term_at(term.upper))


@enter("constant factors in a sum", "A (Σ F_k) B = Σ A F_k B where A and B don't depend on k")
def FACTORS_INTO_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    # Multiplication is distributive; for the empty sum both sides are 0.
    if not isinstance(term, sp.MatMul):
        return
    for position, total in enumerate(term.args):
        if isinstance(total, MatrixSum):
            before, after = term.args[:position], term.args[position + 1 :]
            if BOUND_INDEX not in symbols_of(*before, *after):
                inside = sp.MatMul(*before, total.term, *after)
                yield MatrixSum(inside, total.lower, total.upper)


@enter("transpose of a sum", "(Σ F_k)ᵀ = Σ F_kᵀ")
def TRANSPOSE_OF_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, sp.Transpose) and isinstance(term.arg, MatrixSum):
        total = term.arg
        yield MatrixSum(sp.Transpose(total.term), total.lower, total.upper)


@enter("trace of a sum", "tr(Σ F_k) = Σ tr(F_k)")
def TRACE_OF_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Trace) and isinstance(term.args[0], MatrixSum):
        total = term.args[0]
        yield ScalarSum(nodes.Trace(total.term), total.lower, total.upper)


def termwise(law: RewritingLaw) -> RewritingLaw:
    """Return the law that an equation gives for each term of a sum, whose index has an upper end.

    In Σ_{k=s}^{n} F_k every k is n − j for an integer j ≥ 0. So the equation is used on F_{n−j},
    for an arbitrary such j, and its conditions (t ≤ r ≤ s in the chain rule, say) must follow.

    Raises
    ------
    InputError
        If ``law`` is no equation of the kernel.
    """
    if not isinstance(law, RewritingLaw) or not law.is_of_kernel or law.relation is not Relation.EQ:
        raise InputError("law", f"is {law!r}", "give an equation of the kernel")

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not isinstance(term, (MatrixSum, ScalarSum)):
            return
        below = sp.Dummy("j", integer=True, nonnegative=True)

        def within(part: sp.Basic, inner: Binders) -> Iterator[sp.Basic]:
            return law._guarded(part, (*binders, *inner))

        for result in rewritings(term.term_at(term.upper - below), within, Relation.EQ):
            back = result.xreplace({below: term.upper - BOUND_INDEX})
            if is_matrix(back) == is_matrix(term.term):
                yield term.func(back, term.lower, term.upper)

    return RewritingLaw(
        f"{law.name}, term by term",
        law.statement,
        law.source,
        law.hypotheses,
        law.uses,
        law.grade,
        KERNEL,
        rule=rule,
    )
