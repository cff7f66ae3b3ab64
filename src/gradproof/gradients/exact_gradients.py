"""Gradients of networks with integer entries, exactly: the check of backpropagation.

A dual number a + b ε with ε² = 0 carries a value and a derivative; running the recurrence with
W + ε E_ij in place of W leaves ∂L/∂W_ij beside ε. Only sums and products of integers occur, so φ is
a polynomial, φ(z) = z². No chain rule is written down anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.errors import OutOfRangeError
from gradproof.gradients.activations import Activation
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.network import ElmanNetwork, Trajectory, forward

__all__ = ["SQUARE", "Dual", "exact_gradient_of_squares", "float64_is_exact"]

Numbers: TypeAlias = NDArray[np.object_]


@dataclass(frozen=True)
class Dual:
    """The number value + slope·ε with ε² = 0.

    >>> x = Dual(3, 1)
    >>> 2 * x * x + x
    Dual(value=21, slope=13)
    """

    value: int
    slope: int = 0

    def __add__(self, other: Dual | int) -> Dual:
        term = _dual(other)
        return Dual(self.value + term.value, self.slope + term.slope)

    def __mul__(self, other: Dual | int) -> Dual:
        factor = _dual(other)
        slope = self.value * factor.slope + self.slope * factor.value
        return Dual(self.value * factor.value, slope)

    __radd__, __rmul__ = __add__, __mul__


def _dual(number: Dual | int) -> Dual:
    return number if isinstance(number, Dual) else Dual(number)


SQUARE = Activation(
    name="square",
    function=lambda z: np.asarray(z * z),
    derivative=lambda z: np.asarray(2.0 * z),
    slope_upper=math.inf,
    second_upper=2.0,
    third_upper=0.0,
    derivatives_upper=lambda centre, radius: (
        2 * (np.abs(centre) + radius),
        2 * np.ones(np.broadcast(centre, radius).shape),
        np.zeros(np.broadcast(centre, radius).shape),
    ),
    value_upper=math.inf,
    function_error=1.0,
    derivative_error=0.0,
)
"""φ(z) = z²: integers stay integers, and the slopes differ from step to step."""


def exact_gradient_of_squares(
    network: ElmanNetwork, trajectory: Trajectory, parameter: str, /
) -> Array:
    """Return ∂L/∂(parameter) for L = Σ_i (h_T)_i², rounded once to float64.

    Parameters
    ----------
    network
        With integer entries and :data:`SQUARE` as φ.
    trajectory
        With integer inputs and an integer h_0; nothing else of it is read.
    parameter
        "recurrent_weight", "input_weight" or "bias".

    Raises
    ------
    OutOfRangeError
        If φ is another function, or an entry is no integer.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[2.0]], [[1.0]], [0.0], SQUARE)
    >>> run = forward(network, [1.0], [[0.0], [0.0]])
    >>> exact_gradient_of_squares(network, run, "recurrent_weight").tolist()
    [[24576.0]]
    """
    if network.activation is not SQUARE:
        raise OutOfRangeError("network", f"has {network.activation.name}", "use SQUARE")
    entering = {
        "recurrent_weight": network.recurrent_weight,
        "input_weight": network.input_weight,
        "bias": network.bias,
    }
    integers = {name: _integers(array, name) for name, array in entering.items()}
    start = _integers(trajectory.initial_state, "initial_state")
    inputs = _integers(trajectory.inputs, "inputs")

    def loss(moved: Numbers) -> Any:
        given = {**integers, parameter: moved}
        state = start
        for x in inputs:
            z = given["recurrent_weight"] @ state + given["input_weight"] @ x + given["bias"]
            state = z * z
        return state @ state

    return _slopes(loss, integers[parameter])


def float64_is_exact(network: ElmanNetwork, trajectory: Trajectory, /) -> bool:
    """Whether no rounding occurs in the run and in backpropagation of the loss Σ_i (h_T)_i².

    All numbers are integers. Backpropagation with all entries replaced by their moduli bounds every
    sum and product on the way by an entry of one of its gradients, or, before a slope 0 removes it,
    by that times the greatest column sum of |W|. Rounding is monotone: where these bounds stay at
    2⁵² or below, all integers are below 2⁵³.
    """
    moduli = ElmanNetwork(
        np.abs(network.recurrent_weight),
        np.abs(network.input_weight),
        np.abs(network.bias),
        network.activation,
    )
    try:
        run = forward(moduli, np.abs(trajectory.initial_state), np.abs(trajectory.inputs))
        gradients = backpropagate(moduli, run, 2 * run.states[-1])
    except OutOfRangeError:
        return False
    entries = [np.max(getattr(gradients, field.name)) for field in fields(gradients)]
    steepest = max(1.0, float(moduli.recurrent_weight.sum(axis=0).max()))
    largest = max(*entries, run.states.max(), run.preactivations.max())
    return bool(steepest * largest <= 2.0**52)


def _integers(array: Array, name: str) -> Numbers:
    if (array != np.round(array)).any():
        raise OutOfRangeError(name, "has an entry that is no integer", "give integers")
    return np.asarray(np.vectorize(int, otypes=[object])(array))


def _slopes(function: Callable[[Numbers], Any], at: Numbers) -> Array:
    found = np.empty(at.shape)
    for entry in np.ndindex(*at.shape):
        moved = at.copy()
        moved[entry] = Dual(int(at[entry]), 1)
        found[entry] = _dual(function(moved)).slope
    return found
