"""The growth rate of a tanh network over all inputs, for statements about decay and explosion."""

from __future__ import annotations

from numpy.typing import ArrayLike

from gradproof.arrays import as_square_matrix
from gradproof.growth.decision import decide
from gradproof.growth.slopes import slope_range
from gradproof.growth.vertices import vertex_bound
from gradproof.spectral.bracket import Enclosure

__all__ = ["growth_rate"]

#: What one enclosure may take, in seconds; those of the audit take less than one.
_SECONDS = 10.0


def growth_rate(W: ArrayLike, /) -> Enclosure:
    """Enclose the joint spectral radius of all DW, 0 ≤ D ≤ 1: docs/growth_rate.md.

    Of five units at most by the vertices of this set, else by the certificates of ``decide``.

    >>> found = growth_rate([[1, 1.5], [-1.5, -2]])
    >>> found.lower, found.upper
    (2.0, 2.0)
    """
    # The slopes of ReLU are those of the vertices; tanh has the same bounds of its slopes.
    matrix = as_square_matrix(W, "W")
    found = vertex_bound(matrix, slope_range("relu"), seconds=_SECONDS)
    if found is not None:
        return found.joint
    decision = decide(matrix, budget=_SECONDS)
    return Enclosure(decision.rate_lower, decision.rate_upper)
