"""The network of the article's worked example (lines 589–634), in balls and in floating point.

W = [[0.5, 0.3], [−0.2, 0.4]], h_0 = (1, 0), h_k = tanh(W h_{k−1}). The enclosures are for the
float64 numbers nearest to the weights, off by less than 2⁻⁵⁴. The floating-point versions are
written anew with NumPy, as second computations of the same numbers.
"""

from __future__ import annotations

import numpy as np
from flint import arb, arb_mat

from gradproof.arrays import Array
from gradproof.gradients.enclosed import EnclosedTrajectory, enclose_trajectory
from gradproof.gradients.network import ElmanNetwork
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.root_location import working_precision

__all__ = [
    "WEIGHTS",
    "ball",
    "enclosed_run",
    "frobenius_norm",
    "jacobians",
    "product",
    "reversed_product",
    "states",
]

WEIGHTS = np.array([[0.5, 0.3], [-0.2, 0.4]])
_NETWORK = ElmanNetwork(WEIGHTS, np.zeros((2, 1)), np.zeros(2))
_PRECISION = 200

Matrix = tuple[tuple[Enclosure, ...], ...]


def enclosed_run(steps: int = 5) -> EnclosedTrajectory:
    """Enclose states, Jacobians and ∂h_n/∂h_0 of the first steps."""
    return enclose_trajectory(_NETWORK, [1.0, 0.0], np.zeros((steps, 1)), precision=_PRECISION)


def ball(enclosure: Enclosure) -> arb:
    """Return a ball that contains the enclosure."""
    return arb((enclosure.lower + enclosure.upper) / 2, enclosure.width)


def reversed_product() -> Matrix:
    """Enclose J_1 J_2 J_3 J_4 J_5, what the loop of lines 664–665 multiplies."""
    with working_precision(_PRECISION):
        made = arb_mat([[1, 0], [0, 1]])
        for J in enclosed_run().jacobians:
            made = made * arb_mat([[ball(entry) for entry in row] for row in J])
        return tuple(tuple(enclose_ball(entry) for entry in row) for row in made.tolist())


def frobenius_norm(rows: Matrix) -> Enclosure:
    """Enclose the Frobenius norm of a matrix none of whose enclosures contains 0."""
    return enclose_ball(sum((ball(e) * ball(e) for row in rows for e in row), arb(0)).sqrt())


def states(steps: int = 5) -> list[Array]:
    """Return h_0 … h_n in floating point."""
    found = [np.array([1.0, 0.0])]
    for _ in range(steps):
        found.append(np.tanh(WEIGHTS @ found[-1]))
    return found


def jacobians(steps: int = 5) -> list[Array]:
    """Return J_1 … J_n in floating point."""
    return [np.diag(1 - h**2) @ WEIGHTS for h in states(steps)[1:]]


def product(steps: int = 5) -> Array:
    """Return J_n ⋯ J_1 in floating point."""
    made = np.eye(2)
    for J in jacobians(steps):
        made = J @ made
    return made
