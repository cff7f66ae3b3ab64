"""A recurrence measured step by step: its gradient to full relative accuracy, vanished or exploded.

Over many steps a gradient of size 1e-14 or 1e+12 is invisible in the differences of the last state.
One step is not: ∂h_k/∂h_{k−1} and the immediate ∂⁺h_k/∂θ are measured at every step, and the
gradient is put together from these as backpropagation does it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.arrays import UNIT_ROUNDOFF, Array, as_real, as_vector
from gradproof.errors import InputError, NotFiniteError, ShapeError
from gradproof.testing.differentiation import by_complex_step, by_differences, complex_step
from gradproof.testing.functions import NotComplexError, RowFunction

__all__ = [
    "Cell",
    "Problem",
    "Steps",
    "collected",
    "measure_again",
    "measure_steps",
    "put_together",
    "row",
]

# How many units of rounding a recorded state may be off from what the cell gives.
_ROUNDED = 1024

#: Maps a state, an input and parameters by name to the next state.
Cell: TypeAlias = Callable[..., Any]


@dataclass(frozen=True)
class Problem:
    """A cell with everything that it is run at.

    Parameters
    ----------
    cell
        h_k = cell(h_{k−1}, x_k, **parameters).
    parameters
        Name → array.
    initial_state, inputs
        h_0, shape (d,), and x_1 … x_T, shape (T, m).
    states
        h_0 … h_T, shape (T + 1, d): as recorded, or as the cell gives them.
    vectorized
        Whether the cell takes stacked states, inputs and parameters.
    """

    cell: Cell
    parameters: Mapping[str, Array]
    initial_state: Array
    inputs: Array
    states: Array
    vectorized: bool = False

    @classmethod
    def of(
        cls,
        cell: Cell,
        parameters: Mapping[str, ArrayLike],
        initial_state: ArrayLike,
        inputs: ArrayLike,
        states: ArrayLike | None,
        vectorized: bool,
    ) -> Problem:
        """Return the problem, every array checked, and the states where none are recorded."""
        first = as_vector(initial_state, "initial_state")
        driving = as_real(inputs, "inputs", dimensions=2)
        weights = {
            name: as_real(value, name, dimensions=np.ndim(value))
            for name, value in parameters.items()
        }
        problem = cls(cell, weights, first, driving, first[np.newaxis], vectorized)
        if states is None:
            return dataclasses.replace(problem, states=problem.run())
        recorded = as_real(states, "states", dimensions=2)
        wanted = (len(driving) + 1, len(first))
        if recorded.shape != wanted:
            raise ShapeError("states", f"has shape {recorded.shape}", f"give shape {wanted}")
        # States in float32, say of torch, are as exact as that allows.
        single = np.asarray(states).dtype == np.float32
        slack = _ROUNDED * (2.0**-24 if single else UNIT_ROUNDOFF)
        for k, x in enumerate(driving, start=1):
            reached = problem.next_state(k, recorded[k - 1], x)
            if (np.abs(reached - recorded[k]) > slack * max(1.0, np.abs(reached).max())).any():
                found = f"has another state {k} than the cell gives from state {k - 1}"
                raise InputError("states", found, "record the run of this cell")
        return dataclasses.replace(problem, states=recorded)

    def jittered(self, seed: int, *, keep_states: bool) -> Problem:
        """Return the problem with every number off in its last digits, and its run unless kept."""
        generator = np.random.default_rng(seed)

        def off(array: Array) -> Array:
            signs = generator.choice([-1.0, 1.0], size=array.shape)
            return np.asarray(array * (1 + 4 * UNIT_ROUNDOFF * signs))

        moved = dataclasses.replace(
            self,
            parameters={name: off(value) for name, value in self.parameters.items()},
            initial_state=off(self.initial_state),
            inputs=off(self.inputs),
        )
        return moved if keep_states else dataclasses.replace(moved, states=moved.run())

    def run(self) -> Array:
        """Return h_0 … h_T, shape (T + 1, d)."""
        states = [self.initial_state]
        for k, driving in enumerate(self.inputs):
            states.append(self.next_state(k + 1, states[-1], driving))
        return np.array(states)

    def next_state(self, k: int, state: Array, driving: Array) -> Array:
        """Return h_k for a state and an input, checked."""
        value = np.asarray(self._step(state, driving, self.parameters))
        if value.shape != self.initial_state.shape:
            wanted = f"return shape {self.initial_state.shape}"
            raise ShapeError("cell", f"returns shape {value.shape} for one state", wanted)
        if value.dtype.kind not in "biuf" or not np.isfinite(value).all():
            problem = f"gives no finite real state at step {k}"
            raise NotFiniteError("cell", problem, "change the point")
        return value.astype(np.float64)

    def _step(self, state: Array, driving: Array, parameters: Mapping[str, Array]) -> Any:
        if not self.vectorized:
            return self.cell(state, driving, **parameters)
        stacked = {name: value[np.newaxis] for name, value in parameters.items()}
        return np.asarray(self.cell(state[np.newaxis], driving[np.newaxis], **stacked))[0]

    @property
    def blocks(self) -> dict[str, slice]:
        """Where state, input and each parameter stand in the argument of one step."""
        sizes = {"state": self.initial_state.size, "input": self.inputs.shape[1]}
        clash = sizes.keys() & self.parameters.keys()
        if clash:
            raise InputError("parameters", f"has the name {clash.pop()}", "give it another name")
        sizes |= {name: value.size for name, value in self.parameters.items()}
        ends = np.cumsum([0, *sizes.values()])
        return {
            name: slice(int(a), int(b)) for name, a, b in zip(sizes, ends, ends[1:], strict=False)
        }

    def size_of(self, name: str) -> int:
        """Return how many entries a parameter, "initial_state" or "inputs" has."""
        own = {"initial_state": self.initial_state.size, "inputs": self.inputs.size}
        return own[name] if name in own else self.parameters[name].size

    def one_step(self, k: int) -> RowFunction:
        """Return h_k as a function of h_{k−1}, x_k and all parameters, one vector."""
        blocks = self.blocks
        shapes = {"state": self.initial_state.shape, "input": self.inputs[0].shape}
        shapes |= {name: value.shape for name, value in self.parameters.items()}

        def step(point: NDArray[Any]) -> Any:
            lead = point.shape[:-1]
            parts = {
                name: point[..., where].reshape((*lead, *shapes[name]))
                for name, where in blocks.items()
            }
            return self.cell(parts.pop("state"), parts.pop("input"), **parts)

        values = [self.states[k - 1], self.inputs[k - 1], *self.parameters.values()]
        at = np.concatenate([value.ravel() for value in values])
        return RowFunction(step, at, self.vectorized)

    def loss_along(
        self, cotangents: Array, names: list[str], seed: int
    ) -> tuple[RowFunction, Array]:
        """Return s ↦ Σ_k c_kᵀ h_k with s times a direction added, and the direction.

        It moves the arrays of these names by their own size, with random signs.
        """
        arrays = {**self.parameters, "initial_state": self.initial_state, "inputs": self.inputs}
        generator = np.random.default_rng(seed)
        directions = {
            name: generator.choice([-1.0, 1.0], size=arrays[name].shape)
            * max(1.0, float(np.abs(arrays[name]).max(initial=0.0)))
            for name in names
        }

        def loss(point: NDArray[Any]) -> Any:
            moved = {
                name: value + point[0] * directions[name] if name in directions else value
                for name, value in arrays.items()
            }
            state, inputs, total = moved.pop("initial_state"), moved.pop("inputs"), 0.0
            for driving, weights in zip(inputs, cotangents, strict=True):
                state = np.asarray(self._step(state, driving, moved))
                total = total + weights @ state
            return total

        row = np.concatenate([directions[name].ravel() for name in names])
        return RowFunction(loss, np.zeros(1)), row


@dataclass(frozen=True)
class Steps:
    """The Jacobians of single steps.

    Parameters
    ----------
    method
        How they were measured.
    state, driving
        ∂h_k/∂h_{k−1}, shape (T, d, d), and ∂h_k/∂x_k, shape (T, d, m).
    immediate
        Name → ∂⁺h_k/∂θ with the earlier states held fixed, shape (T, d, size of θ).
    """

    method: str
    state: Array
    driving: Array
    immediate: Mapping[str, Array]


def measure_steps(problem: Problem) -> tuple[Steps, Steps]:
    """Return the measured Jacobians of all steps, and the errors of their entries."""
    found, resolutions, methods = [], [], set()
    for k in range(1, len(problem.inputs) + 1):
        function = problem.one_step(k)
        try:
            measured = by_complex_step(function)
        except NotComplexError:
            measured = by_differences(function)
        methods.add(measured.method)
        found.append(measured.jacobian)
        # An entry that is 0 by structure stays so: else it would link units that aren't linked.
        structural = measured.is_relative & (measured.jacobian == 0)
        resolutions.append(np.where(structural, 0.0, measured.resolution))
    method = " and ".join(sorted(methods))
    return _split(problem, method, np.array(found)), _split(problem, method, np.array(resolutions))


def measure_again(problem: Problem) -> Steps:
    """Return the measured Jacobians alone, in a third of the time where numbers may be complex."""
    found = []
    for k in range(1, len(problem.inputs) + 1):
        function = problem.one_step(k)
        try:
            found.append(complex_step(function))
        except NotComplexError:
            found.append(by_differences(function).jacobian)
    return _split(problem, "", np.array(found))


def _split(problem: Problem, method: str, jacobians: Array) -> Steps:
    parts = {name: jacobians[:, :, where] for name, where in problem.blocks.items()}
    return Steps(method, parts.pop("state"), parts.pop("input"), parts)


def put_together(steps: Steps, cotangents: Array) -> dict[str, Array]:
    """Return the gradient of Σ_k c_kᵀ h_k by name, and in "initial_state" and "inputs".

    δ_T = c_T, δ_{k−1} = (∂h_k/∂h_{k−1})ᵀ δ_k + c_{k−1}; Σ_k (∂⁺h_k/∂θ)ᵀ δ_k, (∂h_k/∂x_k)ᵀ δ_k, and
    (∂h_1/∂h_0)ᵀ δ_1. Everything flattened, the inputs from shape (T, m).
    """
    deltas = np.array(cotangents)
    for k in range(len(deltas) - 1, 0, -1):
        deltas[k - 1] += steps.state[k].T @ deltas[k]
    return collected(steps, deltas)


def collected(steps: Steps, deltas: Array) -> dict[str, Array]:
    """Return what the δ_1 … δ_T, shape (T, d), give by the immediate Jacobians."""
    total = {name: np.einsum("kip,ki->p", part, deltas) for name, part in steps.immediate.items()}
    total["initial_state"] = steps.state[0].T @ deltas[0]
    return total | {"inputs": np.einsum("kim,ki->km", steps.driving, deltas).ravel()}


def row(parts: Mapping[str, Array], names: list[str]) -> Array:
    """Return the entries of these names in a row."""
    return np.concatenate([parts[name].ravel() for name in names])
