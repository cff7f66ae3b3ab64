"""An Elman network under test: its cell, and differences with a derived tolerance."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.errors import OutOfRangeError
from gradproof.gradients.differences import central_difference_state_jacobian
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.propagation import gamma
from gradproof.gradients.tolerances import central_difference_tolerance
from gradproof.testing.report import EvidenceLine
from gradproof.testing.stepwise import Cell, Problem

__all__ = ["as_cell", "derived_line"]

_METHOD = "differences of h_T by h_0"


def as_cell(network: ElmanNetwork, /) -> tuple[Cell, dict[str, Array]]:
    """Return the cell φ(W h + U x + b) and its parameters.

    >>> cell, parameters = as_cell(ElmanNetwork([[0.5]], [[1.0]], [0.25]))
    >>> float(cell(np.array([0.5]), np.array([-0.5]), **parameters)[0])
    0.0
    """

    def cell(h: NDArray[Any], x: NDArray[Any], W: Array, U: Array, b: Array) -> NDArray[Any]:
        entering = (W @ h[..., np.newaxis] + U @ x[..., np.newaxis])[..., 0]
        return network.activation.function(entering + b)

    W, U, b = network.recurrent_weight, network.input_weight, network.bias
    return cell, {"W": W, "U": U, "b": b}


def derived_line(
    network: ElmanNetwork, problem: Problem, cotangents: Array, claimed: Array, known: Array
) -> EvidenceLine:
    """Compare ∂L/∂h_0 with Σ_k V_kᵀ c_k, V_k the central difference of h_k by h_0.

    V_k is off by at most :func:`central_difference_tolerance`, and the sum rounds by γ_{d+T} of
    the moduli. ``known`` is how far the entries of ``claimed`` may be off by themselves.
    """
    run = forward(network, problem.initial_state, problem.inputs)
    value, tolerance, moduli = np.zeros((3, network.state_size))
    with np.errstate(over="ignore", invalid="ignore"):
        for k in np.flatnonzero(cotangents.any(axis=1)):
            weights, stop = cotangents[k], int(k) + 1
            try:
                measured = central_difference_state_jacobian(network, run, stop=stop)
            except OutOfRangeError as why:
                return EvidenceLine(_METHOD, None, f"not used: {why}")
            error = central_difference_tolerance(network, run, stop=stop)
            value = value + measured.T @ weights
            tolerance = tolerance + error.T @ np.abs(weights)
            moduli = moduli + np.abs(measured).T @ np.abs(weights)
        allowed = tolerance + gamma(network.state_size + len(cotangents)) * moduli + known
        off, size = np.abs(value - claimed), np.maximum(np.abs(value), np.abs(claimed))
        resolved = allowed < 0.1 * size
    if not resolved.any():
        found = f"signal {size.max():.3g}, derived tolerance {allowed.max():.3g}"
        return EvidenceLine(_METHOD, None, found)
    worst = np.argmax(np.where(resolved, off / allowed, 0.0))
    found = f"off by {off[worst]:.3g}, derived tolerance {allowed[worst]:.3g}"
    return EvidenceLine(_METHOD, bool(off[worst] <= allowed[worst]), found)
