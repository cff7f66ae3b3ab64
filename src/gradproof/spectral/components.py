"""Strongly connected components: what a reducible recurrent matrix is made of.

Unit j acts on unit i where w_ij ≠ 0. Ordered by their strongly connected components W is block
triangular, and so is every product D_n W ⋯ D_1 W: its rate of growth is the largest of those of the
diagonal blocks. A scaling with p_i falling from component to component makes what is off the
diagonal blocks as small as one likes, so that the blocks' certificates become one of W, with a
larger constant.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from gradproof.arrays import Array

__all__ = ["component_levels", "strongly_connected_components"]


def strongly_connected_components(W: Array, /) -> list[NDArray[np.int64]]:
    """Return the sets of units that act on each other, the acting ones before those acted upon.

    >>> W = np.array([[0.5, 0.0, 0.0], [1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    >>> [component.tolist() for component in strongly_connected_components(W)]
    [[0], [1, 2]]
    """
    labels, levels = _labelled(W)
    order = sorted(range(len(levels)), key=lambda label: (levels[label], label))
    return [np.flatnonzero(labels == label) for label in order]


def component_levels(W: Array, /) -> NDArray[np.int64]:
    """Return for each unit the length of the longest chain of components that acts on its own.

    >>> component_levels(np.array([[0.5, 0.0], [1.0, 0.5]])).tolist()
    [0, 1]
    """
    labels, levels = _labelled(W)
    return levels[labels]


def _labelled(W: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the component of each unit, and the level of each component."""
    acts = (W != 0).T
    count, labels = connected_components(acts, directed=True, connection="strong")
    sources, targets = labels[np.nonzero(acts)[0]], labels[np.nonzero(acts)[1]]
    between = np.unique(np.stack([sources, targets])[:, sources != targets], axis=1)
    levels = np.zeros(count, dtype=np.int64)
    for _ in range(count):
        raised = levels.copy()
        np.maximum.at(raised, between[1], levels[between[0]] + 1)
        if np.array_equal(raised, levels):
            break
        levels = raised
    return labels.astype(np.int64), levels
