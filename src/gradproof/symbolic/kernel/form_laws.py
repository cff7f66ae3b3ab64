"""The laws of inner products and norms of real vectors.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`. That the vectors are real is
a hypothesis of every step in which a trace occurs.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.symbolic.kernel.law import CATALOGUE, Law, enter
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import is_matrix
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL

__all__ = ["CAUCHY_SCHWARZ", "NONNEGATIVE"]


@enter(
    "the Cauchy–Schwarz inequality",
    "uᵀ v ≤ ‖u‖ ‖v‖ for real columns u and v",
    None,
    Relation.LE,
)
def CAUCHY_SCHWARZ(term: sp.Basic) -> Iterator[sp.Basic]:
    # ‖u‖² ‖v‖² − (uᵀv)² = Σ_{i<j} (u_i v_j − u_j v_i)². Any row may stand for uᵀ.
    if not (isinstance(term, nodes.Trace) and isinstance(term.args[0], sp.MatMul)):
        return
    factors = term.args[0].args
    if not all(map(is_matrix, factors)) or term.args[0].shape != (1, 1):
        return
    for cut in range(1, len(factors)):
        row, column = sp.MatMul(*factors[:cut]), sp.MatMul(*factors[cut:])
        yield nodes.SpectralNorm(sp.Transpose(row)) * nodes.SpectralNorm(column)


class _Nonnegative(Law, seal=KERNEL):
    """What is declared or built as a number ≥ 0, a norm or a square of one, isn't below 0."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation.is_downward:
            return self.refuses(right, relation.flipped, left)
        if relation is Relation.LE and left == 0 and right.is_nonnegative:
            return None
        return "the step isn't “0 ≤ x” with an x known to be ≥ 0"


NONNEGATIVE = CATALOGUE["a norm is at least 0"] = _Nonnegative(
    "a norm is at least 0",
    "0 ≤ x for sums, products and powers of norms and of numbers declared ≥ 0",
    seal=KERNEL,
)
