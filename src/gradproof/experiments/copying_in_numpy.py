"""The copying task once more, in NumPy: a second computation of what PyTorch's networks recall.

The same networks, initialisations and optimiser as in :mod:`gradproof.experiments.copying`, written
anew: embedding, a tanh layer h_k = tanh(W h_{k−1} + U x_k + a + b) or an LSTM layer

    (i, f, g, o) = (σ, σ, tanh, σ)(W h_{k−1} + U x_k + a + b),
    c_k = f ⊙ c_{k−1} + i ⊙ g,    h_k = o ⊙ tanh(c_k),

a readout at each step, the mean cross entropy, backpropagation through time, gradients clipped to
norm 1, Adam. PyTorch's two biases are kept: with Adam their sum moves twice as fast as one. The
random numbers are others.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.experiments.copying_cases import (
    BATCH,
    CASES,
    IDENTITY,
    LARGEST_NORM,
    LAST,
    SYMBOLS,
    UNITS,
    Case,
)
from gradproof.experiments.from_the_seed import Twister, copying_batch, copying_parameters
from gradproof.experiments.record import Record, over_seeds

__all__ = [
    "PARTS",
    "Adam",
    "clipping_factor",
    "copying_in_numpy",
    "from_the_text",
    "log_reach",
    "loss_and_gradients",
    "lstm_layer",
    "new_parameters",
    "norm_of",
    "tanh_layer",
    "trained",
]

Parameters: TypeAlias = dict[str, Array]
#: From ∂L/∂h at all steps to ∂L/∂x at all steps, and the gradients in the layer's parameters.
Pull: TypeAlias = Callable[[Array], tuple[Array, Parameters]]
CLASSES = SYMBOLS + 2


def _seeds(case: Case) -> range:
    """Return fewer seeds than PyTorch is given, and one where there are many updates: for time."""
    return range(min(case.seeds, 3) if case.updates <= 500 else 1)


PARTS = 2 + sum(len(_seeds(case)) for case in CASES.values())


def new_parameters(generator: np.random.Generator, case: Case, units: int = UNITS) -> Parameters:
    """Draw parameters as PyTorch does: N(0, 1) for the embedding, else U(−1/√d, 1/√d)."""
    bound = units**-0.5
    rows = 4 * units if case.lstm else units

    def uniform(*shape: int) -> Array:
        return generator.uniform(-bound, bound, shape)

    drawn = {
        "embedding": case.embedding * generator.normal(size=(CLASSES, units)),
        "U": uniform(rows, units),
        "W": uniform(rows, units),
        "a": uniform(rows),
        "b": uniform(rows),
        "output": uniform(CLASSES, units),
        "offset": uniform(CLASSES),
    }
    if case.recurrent == "orthogonal":
        drawn["W"], R = np.linalg.qr(generator.normal(size=(units, units)))
        drawn["W"] *= np.sign(np.diag(R))
    if case.recurrent == "identity":
        drawn["W"] = IDENTITY * np.eye(units)
        drawn["a"], drawn["b"] = np.zeros(units), np.zeros(units)
    if case.forget is not None:
        drawn["a"][units : 2 * units] = case.forget
        drawn["b"][units : 2 * units] = 0
    return drawn


def sequences(
    generator: np.random.Generator | Twister, length: int, delay: int, batch: int = BATCH
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return inputs and targets, shape (batch, 2·length + delay + 1)."""
    symbols = generator.integers(1, SYMBOLS + 1, (batch, length))
    inputs = np.zeros((batch, 2 * length + delay + 1), dtype=np.int64)
    targets = np.zeros_like(inputs)
    inputs[:, :length], inputs[:, length + delay] = symbols, SYMBOLS + 1
    targets[:, length + delay + 1 :] = symbols
    return inputs, targets


def tanh_layer(p: Parameters, x: Array) -> tuple[Array, Pull]:
    """Return the states of a tanh layer from 0 on, shape (batch, steps, d), and their pullback."""
    batch, steps = x.shape[:2]
    h = np.zeros((steps + 1, batch, p["W"].shape[1]))
    entering = x @ p["U"].T + p["a"] + p["b"]
    for k in range(steps):
        h[k + 1] = np.tanh(h[k] @ p["W"].T + entering[:, k])

    def pull(at_h: Array) -> tuple[Array, Parameters]:
        before = np.zeros((steps, batch, p["W"].shape[0]))
        flowing = np.zeros_like(h[0])
        for k in reversed(range(steps)):
            before[k] = (flowing + at_h[:, k]) * (1 - h[k + 1] ** 2)
            flowing = before[k] @ p["W"]
        return _at_parameters(p, x, h[:-1], before)

    return h[1:].swapaxes(0, 1), pull


def lstm_layer(p: Parameters, x: Array) -> tuple[Array, Pull]:
    """Return the states h of an LSTM layer from 0 on, and their pullback."""
    batch, steps = x.shape[:2]
    units = p["W"].shape[1]
    h, c = np.zeros((steps + 1, batch, units)), np.zeros((steps + 1, batch, units))
    entering = x @ p["U"].T + p["a"] + p["b"]
    gates = np.zeros((steps, batch, 4 * units))
    half = np.repeat([0.5, 0.5, 1.0, 0.5], units)  # σ(z) = 1/2 + tanh(z/2)/2
    for k in range(steps):
        gates[k] = np.tanh(half * (h[k] @ p["W"].T + entering[:, k])) * half + (1 - half)
        i, f, g, o = np.split(gates[k], 4, axis=1)
        c[k + 1] = f * c[k] + i * g
        h[k + 1] = o * np.tanh(c[k + 1])

    def pull(at_h: Array) -> tuple[Array, Parameters]:
        before = np.zeros((steps, batch, 4 * units))
        to_h, to_c = np.zeros((batch, units)), np.zeros((batch, units))
        for k in reversed(range(steps)):
            i, f, g, o = np.split(gates[k], 4, axis=1)
            squashed = np.tanh(c[k + 1])
            to_h = to_h + at_h[:, k]
            to_c = to_c + to_h * o * (1 - squashed**2)
            before[k] = np.concatenate(
                [
                    to_c * g * i * (1 - i),
                    to_c * c[k] * f * (1 - f),
                    to_c * i * (1 - g**2),
                    to_h * squashed * o * (1 - o),
                ],
                axis=1,
            )
            to_c = to_c * f
            to_h = before[k] @ p["W"]
        return _at_parameters(p, x, h[:-1], before)

    return h[1:].swapaxes(0, 1), pull


def _at_parameters(
    p: Parameters, x: Array, h_before: Array, at_z: Array
) -> tuple[Array, Parameters]:
    """Return ∂L/∂x and the gradients in W, U, a, b from ∂L/∂z, shape (steps, batch, rows)."""
    at_x = (at_z @ p["U"]).swapaxes(0, 1)
    return at_x, {
        "W": np.tensordot(at_z, h_before, axes=([0, 1], [0, 1])),
        "U": np.tensordot(at_z, x.swapaxes(0, 1), axes=([0, 1], [0, 1])),
        "a": at_z.sum(axis=(0, 1)),
        "b": at_z.sum(axis=(0, 1)),
    }


def _layer(p: Parameters) -> Callable[[Parameters, Array], tuple[Array, Pull]]:
    return lstm_layer if p["W"].shape[0] > p["W"].shape[1] else tanh_layer


def _shares(scores: Array) -> Array:
    """Return the softmax of the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def loss_and_gradients(
    p: Parameters, inputs: NDArray[np.int64], targets: NDArray[np.int64]
) -> tuple[float, Parameters, NDArray[np.int64]]:
    """Return the mean cross entropy, its gradients, and the likeliest class at each step."""
    h, pull = _layer(p)(p, p["embedding"][inputs])
    scores = h @ p["output"].T + p["offset"]
    shares = _shares(scores)
    rows, columns = np.indices(targets.shape)
    loss = -float(np.log(shares[rows, columns, targets]).mean())
    at_scores = shares.copy()
    at_scores[rows, columns, targets] -= 1
    at_scores /= targets.size
    at_x, found = pull(at_scores @ p["output"])
    found["embedding"] = np.zeros_like(p["embedding"])
    np.add.at(found["embedding"], inputs, at_x)
    found["output"] = np.tensordot(at_scores, h, axes=([0, 1], [0, 1]))
    found["offset"] = at_scores.sum(axis=(0, 1))
    return loss, found, np.asarray(scores.argmax(axis=2))


def log_reach(p: Parameters, case: Case) -> float:
    """Return log₁₀ of the part of the gradient that reaches the step where a symbol is shown.

    The quantity is that of :func:`gradproof.experiments.copying.log_reach`.
    """
    inputs, targets = sequences(np.random.default_rng(0), case.length, case.delay)
    h, pull = _layer(p)(p, p["embedding"][inputs])
    logs = []
    for shown in range(case.length):
        recalled = shown + case.lag
        at_score = _shares(h[:, recalled] @ p["output"].T + p["offset"])
        at_score[np.arange(BATCH), targets[:, recalled]] -= 1
        at_h = np.zeros_like(h)
        at_h[:, recalled] = at_score @ p["output"]
        norms = np.linalg.norm(pull(at_h)[0], axis=2)
        logs.append(np.log10(norms[:, shown] / norms[:, recalled]))
    return float(np.mean(logs))


def norm_of(gradients: Parameters) -> float:
    """Return the norm of a gradient, over all parameters."""
    return math.sqrt(sum(float(np.sum(g**2)) for g in gradients.values()))


def clipping_factor(gradients: Parameters, largest: float) -> float:
    """Return what a gradient is multiplied by, that its norm be at most ``largest``."""
    return min(1.0, largest / (norm_of(gradients) + 1e-6))


@dataclass
class Adam:
    """Kingma's and Ba's optimiser, with the decay rates 0.9 and 0.999."""

    rate: float
    updates: int = 0
    first: dict[str, Any] = field(default_factory=dict)
    second: dict[str, Any] = field(default_factory=dict)

    def step(self, p: Parameters, gradients: Parameters) -> Parameters:
        """Return the parameters after one update."""
        self.updates += 1
        moved = {}
        for name, g in gradients.items():
            self.first[name] = 0.9 * self.first.get(name, 0.0) + 0.1 * g
            self.second[name] = 0.999 * self.second.get(name, 0.0) + 0.001 * g**2
            mean = self.first[name] / (1 - 0.9**self.updates)
            size = np.sqrt(self.second[name] / (1 - 0.999**self.updates)) + 1e-8
            moved[name] = p[name] - self.rate * mean / size
        return moved


def trained(case: Case, seed: int = 0) -> dict[str, float]:
    """Train; return the accuracy of recall and the loss over the last updates, and the reach."""
    generator = np.random.default_rng(seed)
    return _trained(case, new_parameters(generator, case), generator)


def from_the_text(*, largest: float = LARGEST_NORM) -> dict[str, float]:
    """Train as the article does, from its seed, with the numbers that PyTorch draws from it."""
    twister, _ = copying_batch()
    return _trained(CASES["tanh_delay_20"], copying_parameters(twister), twister, largest)


def _trained(
    case: Case,
    p: Parameters,
    generator: np.random.Generator | Twister,
    largest: float = LARGEST_NORM,
) -> dict[str, float]:
    optimiser = Adam(case.rate)
    before = log_reach(p, case)
    losses, accuracies, norms = [], [], []
    for _ in range(case.updates):
        inputs, targets = sequences(generator, case.length, case.delay)
        loss, gradients, likeliest = loss_and_gradients(p, inputs, targets)
        norms.append(norm_of(gradients))
        factor = clipping_factor(gradients, largest)
        p = optimiser.step(p, {name: factor * g for name, g in gradients.items()})
        recalled = slice(case.lag, None)
        accuracies.append(float((likeliest[:, recalled] == targets[:, recalled]).mean()))
        losses.append(loss)
    found = {
        "loss": sum(losses[-LAST:]) / LAST,
        "accuracy": sum(accuracies[-LAST:]) / LAST,
        "log_reach_before": before,
        "log_reach_after": log_reach(p, case),
        "first_loss": losses[0],
        "share_clipped": sum(norm > LARGEST_NORM for norm in norms) / case.updates,
        "greatest_norm": max(norms),
    }
    if case.recurrent == "orthogonal":
        departure = np.linalg.svd(p["W"], compute_uv=False) ** 2 - 1
        found["departure_from_orthogonal"] = float(np.abs(departure).max())
    return found


def copying_in_numpy(advance: Callable[[], None]) -> Record:
    """Train every case of the copying task again, from other random numbers."""
    results: dict[str, Any] = {
        "seed_42": from_the_text(),
        "seed_42_unclipped": from_the_text(largest=math.inf),
    }
    advance()
    advance()
    for name, case in CASES.items():
        results[name] = over_seeds(functools.partial(trained, case), _seeds(case), advance)
    settings = {name: asdict(case) for name, case in CASES.items()}
    return Record("copying_in_numpy", f"numpy {np.__version__}", {"cases": settings}, results)
