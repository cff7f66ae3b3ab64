"""The Elman network h_k = φ(z_k), z_k = W h_{k−1} + U x_k + b, and one run of it.

Steps are numbered 1 … T as in the formulas; ``states[k]`` is h_k, and ``preactivations[k − 1]``,
``inputs[k − 1]`` are z_k, x_k, because there is no z_0. The network is that of Elman (1990) in the
notation of Pascanu, Mikolov, Bengio (2013), with the activation outermost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.arrays import Array, as_index, as_matrix, as_square_matrix, as_vector
from gradproof.errors import OutOfRangeError
from gradproof.gradients.activations import TANH, Activation

__all__ = [
    "ElmanNetwork",
    "Trajectory",
    "forward",
    "inputs_realising",
    "slopes",
    "state_jacobian",
    "state_jacobians",
]


def _frozen(array: Array) -> Array:
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class ElmanNetwork:
    """The weights of h_k = φ(W h_{k−1} + U x_k + b).

    Parameters
    ----------
    recurrent_weight
        W, shape (d, d).
    input_weight
        U, shape (d, m).
    bias
        b, shape (d,).
    activation
        φ.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        Naming the array that is no real finite array of its shape. Arrays are copied and frozen.

    >>> network = ElmanNetwork([[0.5, 0.0], [0.25, 1.0]], [[1.0], [0.0]], [0.0, 0.0])
    >>> network.state_size, network.input_size
    (2, 1)
    """

    recurrent_weight: Array
    input_weight: Array
    bias: Array
    activation: Activation = TANH

    def __post_init__(self) -> None:
        weight = as_square_matrix(self.recurrent_weight, "recurrent_weight")
        size = weight.shape[0]
        entering = as_matrix(self.input_weight, "input_weight", rows=size)
        bias = as_vector(self.bias, "bias", size=size)
        object.__setattr__(self, "recurrent_weight", _frozen(weight))
        object.__setattr__(self, "input_weight", _frozen(entering))
        object.__setattr__(self, "bias", _frozen(bias))

    @property
    def state_size(self) -> int:
        """The number d of units."""
        return int(self.recurrent_weight.shape[0])

    @property
    def input_size(self) -> int:
        """The number m of inputs per step."""
        return int(self.input_weight.shape[1])


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One run of a network, as recorded by :func:`forward`.

    Parameters
    ----------
    inputs
        x_1 … x_T, shape (T, m).
    preactivations
        z_1 … z_T, shape (T, d).
    states
        h_0 … h_T, shape (T + 1, d).
    """

    inputs: Array
    preactivations: Array
    states: Array

    @property
    def initial_state(self) -> Array:
        """The state h_0 before the first step."""
        return np.asarray(self.states[0])

    @property
    def steps(self) -> int:
        """The number T of steps."""
        return int(self.inputs.shape[0])


def driven(network: ElmanNetwork, inputs: Array, /) -> Array:
    """Return U x_k + b for every row x_k of ``inputs``, shape (T, d)."""
    return np.asarray(inputs @ network.input_weight.T + network.bias)


def preactivation(network: ElmanNetwork, states: NDArray[Any], drive: Array, /) -> NDArray[Any]:
    """Return W h + drive for one state or for the rows of ``states``, real or complex.

    The real and the imaginary part go through separate real products: W is real, so that neither
    can disturb the other, whatever algorithm a complex product would use.
    """
    transposed = network.recurrent_weight.T
    if np.iscomplexobj(states):
        return np.asarray(states.real @ transposed + drive + 1j * (states.imag @ transposed))
    return np.asarray(states @ transposed + drive)


def forward(network: ElmanNetwork, initial_state: ArrayLike, inputs: ArrayLike, /) -> Trajectory:
    """Run the network from h_0 over the rows of ``inputs``.

    Parameters
    ----------
    initial_state
        h_0, shape (d,).
    inputs
        x_1 … x_T, shape (T, m) with T ≥ 1: a run of no step has no gradient to speak of.

    Raises
    ------
    EmptyArgumentError
        If there is no step.
    ShapeError, NotFiniteError, NotRealError
        If an argument is no real finite array of its shape.
    OutOfRangeError
        If a preactivation overflows.

    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> forward(network, [0.0], [[0.0], [1.0]]).states.round(4).tolist()
    [[0.0], [0.0], [0.7616]]
    """
    state = as_vector(initial_state, "initial_state", size=network.state_size)
    given = as_matrix(inputs, "inputs", columns=network.input_size)
    steps = given.shape[0]
    preactivations = np.empty((steps, network.state_size))
    states = np.empty((steps + 1, network.state_size))
    states[0] = state
    with np.errstate(over="ignore", invalid="ignore"):
        drives = driven(network, given)
        for k in range(steps):
            preactivations[k] = preactivation(network, states[k], drives[k])
            states[k + 1] = network.activation.function(preactivations[k])
    finite = np.isfinite(preactivations).all(axis=1)
    if not finite.all():
        step = int(np.argmin(finite)) + 1
        raise OutOfRangeError(
            "preactivations", f"overflow at step {step}", "give smaller weights or inputs"
        )
    return Trajectory(_frozen(given), _frozen(preactivations), _frozen(states))


def slopes(network: ElmanNetwork, trajectory: Trajectory, /) -> Array:
    """Return φ′(z_k) for every step, shape (T, d)."""
    return np.asarray(network.activation.derivative(trajectory.preactivations), dtype=np.float64)


def state_jacobian(network: ElmanNetwork, trajectory: Trajectory, k: int, /) -> Array:
    """Return J_k = ∂h_k/∂h_{k−1} = diag(φ′(z_k)) W, shape (d, d), for 1 ≤ k ≤ T.

    Raises
    ------
    OutOfRangeError
        If k isn't in 1 … T.

    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> state_jacobian(network, forward(network, [0.0], [[0.0]]), 1).tolist()
    [[0.5]]
    """
    step = as_index(k, "k", least=1, most=trajectory.steps)
    slope = network.activation.derivative(trajectory.preactivations[step - 1])
    return np.asarray(slope[:, np.newaxis] * network.recurrent_weight)


def state_jacobians(network: ElmanNetwork, trajectory: Trajectory, /) -> Array:
    """Return J_1 … J_T, shape (T, d, d); J_k stands at index k − 1."""
    return np.asarray(slopes(network, trajectory)[:, :, np.newaxis] * network.recurrent_weight)


def inputs_realising(
    network: ElmanNetwork, initial_state: ArrayLike, states: ArrayLike, /
) -> Array:
    """Return the inputs x_k = φ⁻¹(h_k) − W h_{k−1} − b under which the states are h_1 … h_T.

    With U = I every sequence of states in the range of φ is realised by some inputs; that is what
    makes “for all inputs” as strong as “for all slopes”.

    Parameters
    ----------
    states
        h_1 … h_T, shape (T, d), inside the open range of φ.

    Raises
    ------
    OutOfRangeError
        If U isn't the identity, φ has no inverse here, or a state is outside the open range.
    EmptyArgumentError, ShapeError, NotFiniteError, NotRealError
        If an argument is no real finite array of its shape.

    >>> network = ElmanNetwork([[2.0]], [[1.0]], [0.0])
    >>> inputs = inputs_realising(network, [0.5], [[0.25], [-0.75]])
    >>> forward(network, [0.5], inputs).states[1:].round(12).tolist()
    [[0.25], [-0.75]]
    """
    start = as_vector(initial_state, "initial_state", size=network.state_size)
    wanted = as_matrix(states, "states", columns=network.state_size)
    if not np.array_equal(network.input_weight, np.eye(network.state_size)):
        raise OutOfRangeError("input_weight", "isn't the identity", "take U = I")
    activation = network.activation
    if activation.inverse is None:
        raise OutOfRangeError("activation", f"{activation.name} has no inverse", "take tanh")
    with np.errstate(all="ignore"):
        preactivations = activation.inverse(wanted)
    if not np.isfinite(preactivations).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(preactivations))[0])
        raise OutOfRangeError(
            "states",
            f"has {wanted[index]} at {index}, outside the open range of {activation.name}",
            "give states that the activation reaches",
        )
    before = np.vstack([start[np.newaxis], wanted[:-1]])
    return np.asarray(preactivations - before @ network.recurrent_weight.T - network.bias)
