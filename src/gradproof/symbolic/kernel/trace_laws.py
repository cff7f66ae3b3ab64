"""The laws of traces of real matrices, and so of quadratic forms uᵀ A v.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`. That the matrices are real is
a hypothesis of every step in which a trace occurs.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.source import Source
from gradproof.symbolic.kernel.law import CATALOGUE, Law, enter
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import is_matrix
from gradproof.symbolic.language.gradient_nodes import ScalarSum
from gradproof.symbolic.language.normal_form import normal_form, same
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL

__all__ = ["NORM_AS_TRACE", "TRACE_ALGEBRA"]


class _TraceAlgebra(Law, seal=KERNEL):
    """Equal because the trace is linear, cyclic and blind to transposition."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation is not Relation.EQ or is_matrix(left) or is_matrix(right):
            return "it gives equations of numbers"
        if same(_with_traces_sorted(left), _with_traces_sorted(right)):
            return None
        return "the traces of the two sides have different cyclic words"


def _with_traces_sorted(expression: sp.Expr) -> sp.Expr:
    """Replace each outermost trace by a sum of traces of cyclically least words."""
    if isinstance(expression, nodes.Trace):
        return _sorted_trace(expression.args[0])
    if not any(isinstance(part, nodes.Trace) for part in sp.preorder_traversal(expression)):
        return expression
    if not isinstance(expression, (sp.Add, sp.Mul, sp.Pow, ScalarSum)):
        return expression  # within a norm, say: left as it is, which identifies less
    return expression.func(*map(_with_traces_sorted, expression.args))


def _sorted_trace(matrix: sp.MatrixExpr) -> sp.Expr:
    normal = normal_form(matrix)
    total = sp.Integer(0)
    for term in normal.args if isinstance(normal, sp.MatAdd) else (normal,):
        if isinstance(term, sp.ZeroMatrix):
            continue
        parts = term.args if isinstance(term, sp.MatMul) else (term,)
        coefficient = sp.Mul(*(part for part in parts if not is_matrix(part)))
        word = [part for part in parts if is_matrix(part) and not isinstance(part, sp.Identity)]
        # tr I is the size of I.
        total += coefficient * (_least_cyclic(word) if word else matrix.shape[0])
    return total


def _least_cyclic(word: list[sp.MatrixExpr]) -> nodes.Trace:
    """Return the trace of one representative of the rotations of a word and of its transpose."""
    words = []
    for factors in (word, _factors(normal_form(sp.Transpose(sp.MatMul(*word))))):
        rotations = (factors[i:] + factors[:i] for i in range(len(factors)))
        words += [_factors(normal_form(sp.MatMul(*rotated))) for rotated in rotations]
    return nodes.Trace(sp.MatMul(*min(words, key=lambda w: (len(w), sp.default_sort_key(w)))))


def _factors(product: sp.MatrixExpr) -> list[sp.MatrixExpr]:
    parts = product.args if isinstance(product, sp.MatMul) else (product,)
    return [part for part in parts if is_matrix(part)]


TRACE_ALGEBRA = CATALOGUE["algebra of traces"] = _TraceAlgebra(
    "algebra of traces",
    "tr is linear, tr(A B) = tr(B A), tr(Aᵀ) = tr(A), tr(I) = d",
    Source("HornJohnson2013", "Section 0.2.5, the trace"),
    seal=KERNEL,
)


@enter("the norm of a real vector by its form", "‖v‖² = vᵀ v for a real column v")
def NORM_AS_TRACE(term: sp.Basic) -> Iterator[sp.Basic]:
    # Both are the sum of the squares of the entries.
    if isinstance(term, sp.Pow) and term.exp == 2 and isinstance(term.base, nodes.SpectralNorm):
        v = term.base.args[0]
        if v.shape[1] == 1:
            yield nodes.Trace(sp.MatMul(sp.Transpose(v), v))
