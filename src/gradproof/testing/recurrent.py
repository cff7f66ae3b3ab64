"""Checking what backpropagation through time returns, at any size of the gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.arrays import UNIT_ROUNDOFF, Array, as_real
from gradproof.errors import InputError, NotRealError, OutOfRangeError, ShapeError
from gradproof.gradients.network import ElmanNetwork
from gradproof.testing.check import RELATIVE, demand
from gradproof.testing.comparison import Comparison
from gradproof.testing.differentiation import along, by_complex_step
from gradproof.testing.elman import as_cell, derived_line
from gradproof.testing.functions import NotComplexError
from gradproof.testing.recurrent_causes import likely_recurrent_cause
from gradproof.testing.remainder import remainder_line
from gradproof.testing.report import EvidenceLine, GradientReport, Status
from gradproof.testing.stepwise import (
    Cell,
    Problem,
    Steps,
    collected,
    measure_again,
    measure_steps,
    put_together,
    row,
)

__all__ = ["assert_recurrent_gradient", "check_recurrent_gradient"]

Gradient: TypeAlias = Mapping[str, ArrayLike] | Callable[..., Mapping[str, ArrayLike]]

# Runs with other rounding from which the resolution is taken, and how often their spread counts.
_MOVED, _JITTERED = 8, 2
_SAFETY = 8.0


def check_recurrent_gradient(
    cell: Cell | ElmanNetwork,
    gradient: Gradient,
    /,
    *,
    parameters: Mapping[str, ArrayLike] | None = None,
    initial_state: ArrayLike,
    inputs: ArrayLike,
    cotangent: ArrayLike | None = None,
    states: ArrayLike | None = None,
    vectorized: bool = False,
    relative: float = RELATIVE,
    seed: int = 0,
) -> GradientReport:
    """Check the gradient of L = Σ_k c_kᵀ h_k along h_k = cell(h_{k−1}, x_k, **parameters).

    The Jacobians of single steps are measured and put together backwards, so a gradient of size
    1e-14 or 1e+12 is known as well as one of size 1. Each parameter, h_0 and each x_k is compared
    on its own scale. Differences of the whole run are a second line of evidence.

    Parameters
    ----------
    cell
        Maps a state, shape (d,), an input, shape (m,), and the parameters to the next state. Or an
        Elman network: its parameters are "W", "U" and "b", and the derived tolerance of central
        differences becomes a line of evidence.
    gradient
        Name → ∂L/∂name, of any of the parameters, "initial_state" and "inputs"; or a function that
        returns it and takes the keywords ``parameters``, ``initial_state``, ``inputs`` and
        ``cotangent``.
    parameters
        Name → array of any shape; none for a network, which has its own.
    initial_state, inputs
        h_0, shape (d,), and x_1 … x_T, shape (T, m).
    cotangent
        c_T, shape (d,), the others being 0, or c_1 … c_T, shape (T, d). By default entries of c_T
        are drawn from N(0, 1).
    states
        h_0 … h_T as the code under test recorded them, shape (T + 1, d). Where the run is chaotic,
        another order of summation leads elsewhere; along recorded states it doesn't matter.
    vectorized
        Whether the cell takes N stacked states, inputs and parameters; a step is one call then.
    relative
        How far an entry may be off, relative to itself, beside what can't be resolved.
    seed
        Of the random cotangent, and of the direction of the second lines of evidence.

    Raises
    ------
    InputError
        Naming the argument that isn't as described.

    >>> def cell(h, x, W, b):
    ...     return np.tanh(W @ h + x + b)
    >>> def gradient(parameters, initial_state, inputs, cotangent):
    ...     W, h = parameters["W"], [initial_state]
    ...     for x in inputs:
    ...         h.append(cell(h[-1], x, **parameters))
    ...     delta, G = cotangent, np.zeros_like(W)
    ...     for k in range(len(inputs), 0, -1):
    ...         delta = delta * (1 - h[k] ** 2)
    ...         G += np.outer(delta, h[k - 1])
    ...         delta = W @ delta  # should be W.T
    ...     return {"W": G, "initial_state": delta}
    >>> report = check_recurrent_gradient(
    ...     cell, gradient, parameters={"W": [[0.5, 1.0], [0.25, -0.5]], "b": [0.0, 0.0]},
    ...     initial_state=[0.1, 0.2], inputs=[[0.5, 0.0], [-0.5, 1.0]], cotangent=[1.0, -2.0],
    ... )
    >>> report.status.value, report.cause
    ('fail', 'the recurrent matrix is not transposed on the way back')
    """
    if not 0 <= relative < 1:
        raise OutOfRangeError("relative", f"is {relative}", "give a number in [0, 1)")
    network = cell if isinstance(cell, ElmanNetwork) else None
    if isinstance(cell, ElmanNetwork):
        if parameters is not None:
            raise InputError(
                "parameters", "are given beside a network", "put them into the network"
            )
        cell, parameters = as_cell(cell)
        vectorized = True
    problem = Problem.of(cell, parameters or {}, initial_state, inputs, states, vectorized)
    weights = _cotangents(cotangent, problem, seed)
    given = gradient
    single = cotangent is None or np.ndim(cotangent) < 2
    if callable(gradient):
        given = gradient(
            parameters={name: value.copy() for name, value in problem.parameters.items()},
            initial_state=problem.initial_state.copy(),
            inputs=problem.inputs.copy(),
            cotangent=(weights[-1] if single else weights).copy(),
        )
    names, shapes, got = _claimed(given, problem)
    steps, comparison = _compared(problem, weights, got, names, relative, states is not None)
    status = comparison.status
    agrees = {Status.PASS: True, Status.FAIL: False, Status.VACUOUS: None}[status]
    lines = [EvidenceLine(f"steps by {steps.method}", agrees, comparison.finding)]
    lines += _whole_run(problem, weights, comparison, names, seed)
    if network is not None and "initial_state" in names:
        first = sum(problem.size_of(name) for name in names[: names.index("initial_state")])
        where = slice(first, first + network.state_size)
        claimed, known = comparison.got[0, where], comparison.allowed[0, where]
        lines.append(derived_line(network, problem, weights, claimed, known))
    cause = None
    if status is Status.FAIL:
        cause = likely_recurrent_cause(comparison, problem, steps, weights, names)
    return comparison.report(
        "recurrent gradient", _index(comparison, names, shapes), cause, tuple(lines)
    )


def assert_recurrent_gradient(
    cell: Cell | ElmanNetwork, gradient: Gradient, /, **options: Any
) -> None:
    """Raise :class:`GradientError` unless :func:`check_recurrent_gradient` passes.

    >>> def gradient(parameters, cotangent, **others):
    ...     return {"initial_state": parameters["w"] ** 2 * cotangent}
    >>> assert_recurrent_gradient(
    ...     lambda h, x, w: w * h + x, gradient, parameters={"w": 1e-9},
    ...     initial_state=[1.0], inputs=[[0.0], [1.0]],
    ... )
    """
    demand(check_recurrent_gradient(cell, gradient, **options))


def _cotangents(cotangent: ArrayLike | None, problem: Problem, seed: int) -> Array:
    """Return c_1 … c_T, shape (T, d)."""
    steps, size = len(problem.inputs), problem.initial_state.size
    weights = np.zeros((steps, size))
    if cotangent is None:
        weights[-1] = np.random.default_rng(seed).normal(size=size)
        return weights
    given = as_real(cotangent, "cotangent", dimensions=2 if np.ndim(cotangent) == 2 else 1)
    if given.shape not in ((size,), (steps, size)):
        wanted = f"give shape ({size},) or ({steps}, {size})"
        raise ShapeError("cotangent", f"has shape {given.shape}", wanted)
    if given.ndim == 2:
        return given
    weights[-1] = given
    return weights


def _claimed(
    gradient: Any, problem: Problem
) -> tuple[list[str], dict[str, tuple[int, ...]], Array]:
    """Return the names that are given, the shapes, and the entries in a row."""
    if not isinstance(gradient, Mapping) or not gradient:
        raise InputError("gradient", "is no mapping of names to arrays", "return one")
    shapes = {name: value.shape for name, value in problem.parameters.items()}
    shapes |= {"initial_state": problem.initial_state.shape, "inputs": problem.inputs.shape}
    parts = []
    for name, value in gradient.items():
        if name not in shapes:
            raise InputError("gradient", f"has the name {name!r}", f"give some of {list(shapes)}")
        raw = np.asarray(value)
        if raw.dtype.kind not in "biuf":
            raise NotRealError("gradient", f"{name!r} has type {raw.dtype}", "give real numbers")
        if raw.shape != shapes[name]:
            wanted = f"give shape {shapes[name]}"
            raise ShapeError("gradient", f"{name!r} has shape {raw.shape}", wanted)
        parts.append(raw.astype(np.float64).ravel())
    return list(gradient), shapes, np.concatenate(parts)


def _compared(
    problem: Problem,
    cotangents: Array,
    got: Array,
    names: list[str],
    relative: float,
    recorded: bool,
) -> tuple[Steps, Comparison]:
    """Compare with what the steps give, off by what other rounding of these gives."""
    steps, off = measure_steps(problem)
    expected = row(put_together(steps, cotangents), names)
    generator = np.random.default_rng(_JITTERED)
    spread = np.zeros_like(expected)
    with np.errstate(all="ignore"):
        for _ in range(_MOVED):
            moved = row(put_together(_moved(steps, off, generator), cotangents), names)
            spread = np.maximum(spread, np.abs(moved - expected))
        for seed in range(_JITTERED):
            other = measure_again(problem.jittered(seed, keep_states=recorded))
            moved = row(put_together(other, cotangents), names)
            spread = np.maximum(spread, np.abs(moved - expected))
        # Sums of T terms that cancel are known to the rounding of the terms.
        terms = row(_sums_of_moduli(steps, cotangents), names)
        floor = 4 * (len(cotangents) + 1) * UNIT_ROUNDOFF * terms
        resolution = np.nan_to_num(_SAFETY * spread + floor, nan=np.inf)
    groups = _groups(problem, names)
    comparison = Comparison(
        expected[np.newaxis],
        got[np.newaxis],
        (relative * np.abs(expected) + resolution)[np.newaxis],
        resolution[np.newaxis],
        groups,
        is_relative=steps.method == "complex step",
    )
    return steps, comparison


def _moved(steps: Steps, off: Steps, generator: np.random.Generator) -> Steps:
    def by(array: Array, error: Array) -> Array:
        return np.asarray(array + error * generator.choice([-1.0, 1.0], size=error.shape))

    immediate = {name: by(part, off.immediate[name]) for name, part in steps.immediate.items()}
    state, driving = by(steps.state, off.state), by(steps.driving, off.driving)
    return Steps(steps.method, state, driving, immediate)


def _sums_of_moduli(steps: Steps, cotangents: Array) -> dict[str, Array]:
    deltas = np.array(cotangents)
    for k in range(len(deltas) - 1, 0, -1):
        deltas[k - 1] += steps.state[k].T @ deltas[k]
    immediate = {name: np.abs(part) for name, part in steps.immediate.items()}
    moduli = Steps(steps.method, np.abs(steps.state), np.abs(steps.driving), immediate)
    return collected(moduli, np.abs(deltas))


def _groups(problem: Problem, names: list[str]) -> NDArray[np.int_]:
    """Return one number for each parameter, one for h_0, and one for each x_k."""
    groups: list[int] = []
    for name in names:
        first = groups[-1] + 1 if groups else 0
        if name == "inputs":
            steps, size = problem.inputs.shape
            groups += [first + k for k in range(steps) for _ in range(size)]
        else:
            groups += [first] * problem.size_of(name)
    return np.array(groups)


def _index(
    comparison: Comparison, names: list[str], shapes: Mapping[str, tuple[int, ...]]
) -> tuple[int | str, ...]:
    _, place = comparison.worst()
    for name in names:
        size = int(np.prod(shapes[name], dtype=int))
        if place < size:
            return (name, *map(int, np.unravel_index(place, shapes[name])))
        place -= size
    raise AssertionError("the worst entry is one of those that are compared")


def _whole_run(
    problem: Problem, cotangents: Array, comparison: Comparison, names: list[str], seed: int
) -> list[EvidenceLine]:
    """Return what runs of the whole, along one line through the parameters, say."""
    loss, direction = problem.loss_along(cotangents, names, seed)
    claimed = float(comparison.got[0] @ direction)
    known = float(comparison.allowed[0] @ np.abs(direction))
    lines = []
    try:
        measured = by_complex_step(loss)
    except NotComplexError as why:
        lines.append(EvidenceLine("whole run by complex step", None, f"not used: {why}"))
    else:
        lines.append(
            _line(
                "whole run by complex step",
                float(measured.jacobian[0, 0]),
                claimed,
                float(measured.resolution[0, 0]) + known,
            )
        )
    value, error = along(loss, np.ones(1))
    lines.append(_line("whole run by differences", float(value[0]), claimed, error[0] + known))
    lines.append(remainder_line(loss, np.array([[claimed]]), np.ones(1)))
    return lines


def _line(method: str, value: float, claimed: float, resolution: float) -> EvidenceLine:
    size = max(abs(value), abs(claimed))
    if not resolution < 0.1 * size:
        return EvidenceLine(method, None, f"signal {size:.3g}, resolution {resolution:.3g}")
    off = abs(value - claimed)
    found = f"off by {off:.3g}, {resolution:.3g} is resolved"
    return EvidenceLine(method, bool(off <= resolution), found)
