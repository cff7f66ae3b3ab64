"""Differences that check derivatives: the complex step and the central difference.

Both evaluate the network only, never its derivative. What their result may differ by from a
computed Jacobian product is derived in :mod:`gradproof.gradients.tolerances`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.arrays import Array, as_real, as_vector
from gradproof.errors import InputError, OutOfRangeError
from gradproof.gradients.activations import Activation, ComplexExtension
from gradproof.gradients.network import ElmanNetwork, Trajectory, driven, preactivation
from gradproof.gradients.products import span

__all__ = [
    "CENTRAL_STEP",
    "COMPLEX_STEP",
    "central_difference_jacobian",
    "central_difference_state_jacobian",
    "complex_step_jacobian",
    "complex_step_state_jacobian",
    "offset_points",
    "perturbed_states",
    "require_analytic",
    "require_step",
]

COMPLEX_STEP = 1e-30
"""Its square is 1e-60, below u² of anything it is added to: the truncation is invisible."""

CENTRAL_STEP = 1e-5
"""Near the balance of truncation step²·|f‴|/6 and rounding u·|f|/step: u^{1/3} = 4.8e-6."""

Vectorial = Callable[[NDArray[Any]], NDArray[Any]]


def require_step(step: float, /) -> float:
    """Return ``step`` if it is a positive finite number.

    Raises
    ------
    NotRealError, NotFiniteError, OutOfRangeError
        If it isn't.
    """
    size = float(as_real(step, "step", dimensions=0))
    if size <= 0:
        raise OutOfRangeError("step", f"is {size}", "give a positive number")
    return size


def require_analytic(activation: Activation, /) -> ComplexExtension:
    """Return what is known of φ off the real axis.

    Raises
    ------
    OutOfRangeError
        If nothing is, so that the complex step makes no sense.
    """
    if activation.complex_extension is None:
        raise OutOfRangeError(
            "activation",
            f"{activation.name} has no complex extension here",
            "use central differences",
        )
    return activation.complex_extension


def complex_step_jacobian(
    function: Vectorial, at: ArrayLike, /, *, step: float = COMPLEX_STEP
) -> Array:
    """Return the Jacobian Im f(x + i·step·e_j)/step of a real-analytic f, column by column.

    No difference is taken, so nothing cancels and ``step`` can be as small as one likes: the
    truncation is step²·|f‴|/6 (Squire, Trapp 1998, p. 110).

    Parameters
    ----------
    function
        Maps a complex vector to a complex vector by analytic operations (no ``abs``, no ``conj``).
    at
        x, shape (m,).

    Raises
    ------
    InputError
        If ``function`` returns real numbers for complex ones, so that the derivative was lost.
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError, OutOfRangeError
        If ``at`` is no real vector, or ``step`` isn't positive.

    >>> complex_step_jacobian(lambda x: np.array([x[0] * x[1], np.sin(x[0])]), [0.0, 3.0]).tolist()
    [[3.0, 0.0], [1.0, 0.0]]
    """
    point = as_vector(at, "at")
    size = require_step(step)
    columns = []
    for j in range(point.size):
        perturbed = point.astype(np.complex128)
        perturbed[j] += 1j * size
        value = np.asarray(function(perturbed))
        if not np.iscomplexobj(value):
            raise InputError(
                "function",
                "returns real numbers for a complex argument",
                "write it with operations that keep complex numbers",
            )
        columns.append(value.imag / size)
    return np.stack(columns, axis=-1)


def central_difference_jacobian(
    function: Vectorial, at: ArrayLike, /, *, step: float = CENTRAL_STEP
) -> Array:
    """Return the Jacobian (f(x⁺) − f(x⁻))/(x_j⁺ − x_j⁻), x± = fl(x ± step·e_j), column by column.

    The divisor is the distance of the two points that were really used, not 2·step.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If ``at`` is no real vector.
    OutOfRangeError
        If ``step`` isn't positive, or so small that x + step rounds to x.

    >>> central_difference_jacobian(lambda x: x**2, [1.0, 2.0], step=2.0**-10).tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    """
    point = as_vector(at, "at")
    forwards, backwards = offset_points(point, step)
    columns = []
    for j in range(point.size):
        plus, minus = point.copy(), point.copy()
        plus[j], minus[j] = forwards[j], backwards[j]
        rise = np.asarray(function(plus)) - np.asarray(function(minus))
        columns.append(rise / (forwards[j] - backwards[j]))
    return np.stack(columns, axis=-1)


def offset_points(point: Array, step: float, /) -> tuple[Array, Array]:
    """Return fl(x_j + step) and fl(x_j − step) for every entry, both different from x_j.

    Raises
    ------
    OutOfRangeError
        If ``step`` isn't positive, or so small that it is rounded away.
    """
    size = require_step(step)
    forwards, backwards = point + size, point - size
    lost = (forwards == point) | (backwards == point)
    if lost.any():
        entry = float(point[np.argmax(lost)])
        raise OutOfRangeError("step", f"is {size}, lost beside the entry {entry}", "enlarge it")
    return forwards, backwards


def perturbed_states(
    network: ElmanNetwork,
    trajectory: Trajectory,
    states: NDArray[Any],
    /,
    *,
    start: int,
    stop: int,
) -> NDArray[Any]:
    """Return h_stop for every row of ``states`` taken as h_start, under the recorded inputs.

    All rows run together, one matrix product per step.
    """
    drives = driven(network, trajectory.inputs[start:stop])
    for drive in drives:
        states = network.activation.function(preactivation(network, states, drive))
    return states


def complex_step_state_jacobian(
    network: ElmanNetwork,
    trajectory: Trajectory,
    /,
    *,
    start: int = 0,
    stop: int | None = None,
    step: float = COMPLEX_STEP,
) -> Array:
    """Return Φ(stop,start) by the complex step, shape (d, d), all d perturbations at once.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T and ``step`` is positive, or if φ has no complex extension.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.0, 1.0], [0.5, 0.0]], [[1.0], [0.0]], [0.0, 0.0])
    >>> run = forward(network, [0.0, 0.0], [[0.0]] * 3)
    >>> complex_step_state_jacobian(network, run).round(15).tolist()
    [[0.0, 0.5], [0.25, 0.0]]
    """
    first, last = span(trajectory, start, stop)
    size = require_step(step)
    require_analytic(network.activation)
    # Row j is h_start + i·step·e_j.
    rows = trajectory.states[first] + 1j * size * np.eye(network.state_size)
    reached = perturbed_states(network, trajectory, rows, start=first, stop=last)
    return np.asarray(reached.imag.T / size)


def central_difference_state_jacobian(
    network: ElmanNetwork,
    trajectory: Trajectory,
    /,
    *,
    start: int = 0,
    stop: int | None = None,
    step: float = CENTRAL_STEP,
) -> Array:
    """Return Φ(stop,start) by central differences, shape (d, d), all 2d perturbations at once.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T; if ``step`` isn't positive, or is rounded away.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.0, 1.0], [0.5, 0.0]], [[1.0], [0.0]], [0.0, 0.0])
    >>> run = forward(network, [0.0, 0.0], [[0.0]] * 3)
    >>> central_difference_state_jacobian(network, run).round(8).tolist()
    [[0.0, 0.5], [0.25, 0.0]]
    """
    first, last = span(trajectory, start, stop)
    state = trajectory.states[first]
    size = network.state_size
    forwards, backwards = offset_points(state, step)
    rows = np.tile(state, (2 * size, 1))
    diagonal = np.arange(size)
    rows[diagonal, diagonal] = forwards
    rows[size + diagonal, diagonal] = backwards
    reached = perturbed_states(network, trajectory, rows, start=first, stop=last)
    return np.asarray((reached[:size] - reached[size:]).T / (forwards - backwards))
