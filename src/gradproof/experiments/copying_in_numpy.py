"""The copying task with a tanh network once more, in NumPy: a second computation of its accuracy.

The same network, initialisation and optimiser as in :mod:`gradproof.experiments.copying`, written
anew: embedding, h_k = tanh(W h_{k−1} + U x_k + b), a readout at each step, the mean cross entropy,
backpropagation through time, gradients clipped to norm 1, Adam; one bias for PyTorch's two. The
random numbers are others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array

__all__ = ["accuracy_of_recall", "loss_and_gradients", "new_parameters"]

Parameters = dict[str, Array]
SYMBOLS, CLASSES, UNITS, BATCH = 8, 10, 64, 32
RATE, MEAN, SQUARE, TINY = 0.001, 0.9, 0.999, 1e-8


def new_parameters(generator: np.random.Generator, units: int = UNITS) -> Parameters:
    """Draw parameters as PyTorch does: N(0, 1) for the embedding, else U(−1/√d, 1/√d)."""
    bound = units**-0.5

    def uniform(*shape: int) -> Array:
        return generator.uniform(-bound, bound, shape)

    return {
        "embedding": generator.normal(size=(CLASSES, units)),
        "U": uniform(units, units),
        "W": uniform(units, units),
        "b": uniform(units) + uniform(units),
        "output": uniform(CLASSES, units),
        "offset": uniform(CLASSES),
    }


def sequences(
    generator: np.random.Generator, length: int, delay: int, batch: int = BATCH
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return inputs and targets, shape (batch, 2·length + delay + 1)."""
    symbols = generator.integers(1, SYMBOLS + 1, (batch, length))
    inputs = np.zeros((batch, 2 * length + delay + 1), dtype=np.int64)
    targets = np.zeros_like(inputs)
    inputs[:, :length], inputs[:, length + delay] = symbols, SYMBOLS + 1
    targets[:, length + delay + 1 :] = symbols
    return inputs, targets


def loss_and_gradients(
    p: Parameters, inputs: NDArray[np.int64], targets: NDArray[np.int64]
) -> tuple[float, Parameters, NDArray[np.int64]]:
    """Return the mean cross entropy, its gradients, and the likeliest class at each step."""
    batch, steps = inputs.shape
    states = [np.zeros((batch, len(p["W"])))]
    for k in range(steps):
        entering = p["embedding"][inputs[:, k]] @ p["U"].T + p["b"]
        states.append(np.tanh(states[-1] @ p["W"].T + entering))
    h = np.stack(states[1:], axis=1)
    scores = h @ p["output"].T + p["offset"]
    scores -= scores.max(axis=2, keepdims=True)
    shares = np.exp(scores)
    shares /= shares.sum(axis=2, keepdims=True)
    rows, columns = np.indices(targets.shape)
    loss = -float(np.log(shares[rows, columns, targets]).mean())
    at_scores = shares.copy()
    at_scores[rows, columns, targets] -= 1
    at_scores /= targets.size
    found = {name: np.zeros_like(value) for name, value in p.items()}
    found["output"] = np.einsum("bkc,bkd->cd", at_scores, h)
    found["offset"] = at_scores.sum(axis=(0, 1))
    flowing = np.zeros_like(states[0])
    for k in reversed(range(steps)):
        flowing = (flowing + at_scores[:, k] @ p["output"]) * (1 - states[k + 1] ** 2)
        found["W"] += flowing.T @ states[k]
        found["U"] += flowing.T @ p["embedding"][inputs[:, k]]
        found["b"] += flowing.sum(axis=0)
        np.add.at(found["embedding"], inputs[:, k], flowing @ p["U"])
        flowing = flowing @ p["W"]
    return loss, found, np.asarray(scores.argmax(axis=2))


def accuracy_of_recall(
    length: int, delay: int, *, updates: int = 500, seed: int = 0, last: int = 50
) -> float:
    """Train, and return the mean accuracy of recall over the last updates."""
    generator = np.random.default_rng(seed)
    p = new_parameters(generator)
    first: Any = {name: np.zeros_like(value) for name, value in p.items()}
    second: Any = {name: np.zeros_like(value) for name, value in p.items()}
    accuracies = []
    for update in range(1, updates + 1):
        inputs, targets = sequences(generator, length, delay)
        _, gradients, likeliest = loss_and_gradients(p, inputs, targets)
        norm = np.sqrt(sum(float(np.sum(g**2)) for g in gradients.values()))
        for name, g in gradients.items():
            clipped = g * min(1.0, 1.0 / (norm + 1e-6))
            first[name] = MEAN * first[name] + (1 - MEAN) * clipped
            second[name] = SQUARE * second[name] + (1 - SQUARE) * clipped**2
            step = first[name] / (1 - MEAN**update)
            size = np.sqrt(second[name] / (1 - SQUARE**update)) + TINY
            p[name] = p[name] - RATE * step / size
        recalled = likeliest[:, length + delay + 1 :] == targets[:, length + delay + 1 :]
        accuracies.append(float(recalled.mean()))
    return sum(accuracies[-last:]) / last
