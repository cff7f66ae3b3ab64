"""One run of a recurrent layer along given inputs, and the gradients that are measured on it.

Everything here is computed in float64 and proves nothing: it shows what a bound is about. The state
is h, or (h, c) for an LSTM, and starts at zero, as both PyTorch and Keras do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.arrays import Array, as_matrix
from gradproof.errors import OutOfRangeError, ShapeError
from gradproof.gradients.products import ScaledMatrix
from gradproof.growth.slopes import slope_range
from gradproof.symbolic.instances.activation_values import ACTIVATIONS, FAMILIES
from gradproof.weights.layers import Gate, Kind, RecurrentLayer, Reset

__all__ = ["MeasuredGradients", "jacobians", "measure", "repeated"]

MOST_STEPS = 10_000
#: A norm costs more than a step, and a picture shows no more of them.
_MOST_NORMS = 200


@dataclass(frozen=True, eq=False)
class MeasuredGradients:
    """Norms of Φ_n = ∂(state after n steps)/∂(first state), measured in float64.

    Parameters
    ----------
    steps
        The numbers n at which the norm was taken, from 0 to T.
    logs
        log ‖Φ_n‖₂, natural; −∞ where Φ_n is zero.
    product
        Φ_T.
    slopes
        The slopes φ′(z_k) of a simple layer, shape (T, d), else None.
    """

    steps: tuple[int, ...]
    logs: Array
    product: ScaledMatrix
    slopes: Array | None = None

    @property
    def rate(self) -> float:
        """‖Φ_T‖^{1/T}."""
        return math.exp(self.logs[-1] / max(self.steps[-1], 1))


def measure(
    layer: RecurrentLayer, inputs: Array, /, *, activation: str = "tanh"
) -> MeasuredGradients:
    """Return the gradients along inputs of shape (T, m), from the zero state on.

    A layer without input weights takes d inputs, which are added to the pre-activations.

    Raises
    ------
    ShapeError, OutOfRangeError
        If the layer takes other inputs, the steps are too many, or the run overflows.

    >>> gate = Gate(np.array([[0.5]]), None, np.zeros((0, 1)), np.zeros(1))
    >>> found = measure(RecurrentLayer(Kind.SIMPLE, {"h": gate}), np.zeros((3, 1)))
    >>> found.steps, np.exp(found.logs).round(3).tolist(), found.rate
    ((0, 1, 2, 3), [1.0, 0.5, 0.25, 0.125], 0.5)
    """
    given = as_matrix(inputs, "inputs")
    width = layer.size if layer.input_size is None else layer.input_size
    if given.shape[1] != width:
        problem = f"has {given.shape[1]} columns, where the layer takes {width} inputs per step"
        raise ShapeError("inputs", problem, "give shape (T, m)")
    if len(given) > MOST_STEPS:
        raise OutOfRangeError("inputs", f"has {len(given)} steps", f"give at most {MOST_STEPS}")
    recorded: list[Array] = []
    found = _products(jacobians(layer, given, activation=activation, record=recorded), len(given))
    slopes = np.array(recorded) if layer.kind is Kind.SIMPLE else None
    return MeasuredGradients(*found, slopes)


def repeated(W: Array, slopes: Array, steps: int, /) -> MeasuredGradients:
    """Return the gradients where the slopes, shape (L, d), come again and again.

    >>> found = repeated(np.array([[2.0]]), np.array([[1.0], [0.5]]), 4)
    >>> np.exp(found.logs).round(9).tolist()
    [1.0, 2.0, 2.0, 4.0, 4.0]
    """
    factors = (slopes[k % len(slopes)][:, np.newaxis] * W for k in range(steps))
    return MeasuredGradients(*_products(factors, steps))


def _products(factors: Iterable[Array], steps: int) -> tuple[tuple[int, ...], Array, ScaledMatrix]:
    """Multiply the factors, the newest on the left, and take norms on the way."""
    wanted = {round(n) for n in np.linspace(0, steps, min(steps, _MOST_NORMS) + 1)}
    product, taken, logs = None, [0], [0.0]
    for n, factor in enumerate(factors, start=1):
        newest = ScaledMatrix.of(factor)
        product = newest if product is None else newest @ product
        if n in wanted:
            taken.append(n)
            logs.append(product.log_norm())
    assert product is not None  # there is one step at least
    return tuple(taken), np.array(logs), product


def jacobians(
    layer: RecurrentLayer, inputs: Array, /, *, activation: str, record: list[Array] | None = None
) -> Iterator[Array]:
    """Yield ∂(state after step k)/∂(state before it), and record the slopes of a simple layer."""
    steps = {Kind.SIMPLE: _simple, Kind.LSTM: _lstm, Kind.GRU: _gru}[layer.kind]
    found = steps(layer, inputs, activation, [] if record is None else record)
    for k in range(1, len(inputs) + 1):
        with np.errstate(all="ignore"):
            jacobian = next(found)
        if not np.all(np.isfinite(jacobian)):
            problem = f"lead out of the range of float64 at step {k}"
            raise OutOfRangeError("inputs", problem, "give smaller ones")
        yield jacobian


def _simple(
    layer: RecurrentLayer, inputs: Array, activation: str, record: list[Array]
) -> Iterator[Array]:
    function, slope = _values(activation)
    gate, h = layer.gates["h"], np.zeros(layer.size)
    for x in inputs:
        z = _preactivation(gate, h, x)
        h = np.asarray(function(z))
        record.append(np.asarray(slope(z), dtype=np.float64))
        yield record[-1][:, np.newaxis] * gate.recurrent


def _values(activation: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return φ and φ′."""
    slope_range(activation)  # refuses what isn't known
    if activation in ACTIVATIONS:
        return ACTIVATIONS[activation][0], ACTIVATIONS[activation][1]
    function, slope = FAMILIES[activation][0], FAMILIES[activation][1]
    return lambda z: function(z, 0.01), lambda z: slope(z, 0.01)


def _preactivation(gate: Gate, h: Array, x: Array) -> Array:
    return np.asarray(gate.recurrent @ h + _drive(gate, x))


def _drive(gate: Gate, x: Array) -> Array:
    return np.asarray((x if gate.entering is None else gate.entering @ x) + gate.bias.sum(axis=0))


def _logistic(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def _rows(vector: Array, matrix: Array) -> Array:
    """Return diag(vector) · matrix."""
    return np.asarray(vector[:, np.newaxis] * matrix)


def _lstm(
    layer: RecurrentLayer, inputs: Array, _activation: str, _record: list[Array]
) -> Iterator[Array]:
    """Yield the Jacobian of (h, c): four blocks, by c = f c + i g and h = o tanh c."""
    W = {label: gate.recurrent for label, gate in layer.gates.items()}
    h, c = np.zeros(layer.size), np.zeros(layer.size)
    for x in inputs:
        z = {label: _preactivation(gate, h, x) for label, gate in layer.gates.items()}
        i, f, o = (_logistic(z[label]) for label in "ifo")
        g, before = np.tanh(z["g"]), c
        c = f * before + i * g
        t = np.tanh(c)
        h = o * t
        into_cell = (
            _rows(before * f * (1 - f), W["f"])
            + _rows(g * i * (1 - i), W["i"])
            + _rows(i * (1 - g * g), W["g"])
        )
        through = o * (1 - t * t)
        into_state = _rows(t * o * (1 - o), W["o"]) + _rows(through, into_cell)
        yield np.block([[into_state, np.diag(through * f)], [into_cell, np.diag(f)]])


def _gru(
    layer: RecurrentLayer, inputs: Array, _activation: str, _record: list[Array]
) -> Iterator[Array]:
    """Yield the Jacobian of h = (1 − z) n + z h."""
    W, gate = {label: g.recurrent for label, g in layer.gates.items()}, layer.gates["n"]
    h = np.zeros(layer.size)
    for x in inputs:
        r, z = (_logistic(_preactivation(layer.gates[label], h, x)) for label in "rz")
        of_reset = _rows(r * (1 - r), W["r"])
        if layer.reset is Reset.BEFORE:
            inner = W["n"] @ (r * h) + gate.inner
            of_inner = W["n"] @ (np.diag(r) + _rows(h, of_reset))
        else:
            plain = W["n"] @ h + gate.inner
            inner = r * plain
            of_inner = _rows(r, W["n"]) + _rows(plain, of_reset)
        n = np.tanh(inner + _drive(gate, x))
        of_n = _rows((1 - z) * (1 - n * n), of_inner)
        jacobian = np.diag(z) + of_n + _rows((h - n) * z * (1 - z), W["z"])
        h = (1 - z) * n + z * h
        yield jacobian
