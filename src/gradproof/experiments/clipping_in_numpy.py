"""Gradient clipping at several thresholds, in training where gradients explode: in NumPy.

A tanh network of 20 units, whose recurrent weights have twice Xavier's scale, is to give the sum of
the last five of its 30 inputs. It is trained by plain gradient descent and by Adam, with the
gradient's norm clipped to each threshold, or each of its entries. The settings are those of
:mod:`gradproof.experiments.clipping` too, which does the same in PyTorch.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.arrays import Array
from gradproof.experiments.copying_in_numpy import (
    Adam,
    Parameters,
    clipping_factor,
    norm_of,
    tanh_layer,
)
from gradproof.experiments.record import Record, over_seeds

__all__ = [
    "CASES",
    "PARTS",
    "SETTINGS",
    "clipping_in_numpy",
    "cosine",
    "loss_and_gradients",
    "measures_of",
    "new_parameters",
    "trained",
]

UNITS, INPUTS, STEPS, BATCH, LAST_INPUTS = 20, 5, 30, 32, 5
UPDATES, SEEDS, GAIN, AVERAGED = 500, 5, 2.0, 50
RATES = {"descent": 0.05, "adam": 0.003}
THRESHOLDS = (0.01, 0.1, 1.0, 5.0, math.inf)
#: (optimiser, what is clipped, threshold)
CASES = {
    **{f"{name}_norm_{c}": (name, "norm", c) for name in RATES for c in THRESHOLDS},
    "descent_entries_1.0": ("descent", "entries", 1.0),
}
SETTINGS: dict[str, Any] = {
    "units": UNITS,
    "inputs": INPUTS,
    "steps": STEPS,
    "batch": BATCH,
    "last_inputs": LAST_INPUTS,
    "updates": UPDATES,
    "seeds": SEEDS,
    "gain": GAIN,
    "averaged": AVERAGED,
    "rates": RATES,
    "cases": {name: list(case) for name, case in CASES.items()},
}
PARTS = len(CASES) * SEEDS


def measures_of(
    losses: list[float], norms: list[float], updates: list[float], cosines: list[float]
) -> dict[str, float]:
    """Return what is kept of one training.

    ``losses`` and ``norms`` are those before each update, ``updates`` the lengths of the steps, and
    ``cosines`` those of the angle between the gradient before and after clipping.
    """
    late = sorted(losses[10:])
    return {
        "loss": sum(losses[-AVERAGED:]) / AVERAGED,
        "log_greatest_norm": math.log10(max(norms)),
        "log_greatest_update": math.log10(max(updates)),
        "greatest_loss_over_median": late[-1] / late[len(late) // 2],
        "least_cosine": min(cosines),
    }


def cosine(first: Parameters, second: Parameters) -> float:
    """Return the cosine of the angle between two gradients, over all parameters."""
    inner = sum(float(np.sum(first[name] * second[name])) for name in first)
    return inner / (norm_of(first) * norm_of(second))


def new_parameters(generator: np.random.Generator) -> Parameters:
    """Draw the weights from Xavier's uniform distribution, those of the recurrence times 2."""

    def xavier(rows: int, columns: int, gain: float = 1.0) -> Array:
        bound = gain * math.sqrt(6 / (rows + columns))
        return generator.uniform(-bound, bound, (rows, columns))

    return {
        "U": xavier(UNITS, INPUTS),
        "W": xavier(UNITS, UNITS, GAIN),
        "output": xavier(1, UNITS),
    }


def loss_and_gradients(p: Parameters, x: Array) -> tuple[float, Parameters]:
    """Return the mean square error of the sum of the last inputs, and its gradients."""
    zero = np.zeros(UNITS)
    h, pull = tanh_layer({**p, "a": zero, "b": zero}, x)
    missed = h[:, -1] @ p["output"][0] - x[:, -LAST_INPUTS:].sum(axis=(1, 2))
    at_output = 2 * missed / len(x)
    at_h = np.zeros_like(h)
    at_h[:, -1] = at_output[:, None] * p["output"]
    _, found = pull(at_h)
    gradients = {"U": found["U"], "W": found["W"], "output": (at_output @ h[:, -1])[None]}
    return float(np.mean(missed**2)), gradients


def trained(name: str, seed: int) -> dict[str, float]:
    """Train with the optimiser and clipping of that name; return what is kept."""
    optimiser, clipped, threshold = CASES[name]
    generator = np.random.default_rng(seed)
    p = new_parameters(generator)
    adam = Adam(RATES["adam"])
    losses, norms, updates, cosines = [], [], [], []
    for _ in range(UPDATES):
        loss, g = loss_and_gradients(p, generator.normal(size=(BATCH, STEPS, INPUTS)))
        if clipped == "norm":
            factor = clipping_factor(g, threshold)
            used = {key: factor * value for key, value in g.items()}
        else:
            used = {key: np.clip(value, -threshold, threshold) for key, value in g.items()}
        if optimiser == "adam":
            moved = adam.step(p, used)
        else:
            moved = {key: p[key] - RATES["descent"] * value for key, value in used.items()}
        losses.append(loss)
        norms.append(norm_of(g))
        updates.append(norm_of({key: moved[key] - p[key] for key in p}))
        cosines.append(cosine(g, used))
        p = moved
    return measures_of(losses, norms, updates, cosines)


def clipping_in_numpy(advance: Callable[[], None]) -> Record:
    """Train with every threshold, over seeds."""
    results = {
        name: over_seeds(functools.partial(trained, name), range(SEEDS), advance) for name in CASES
    }
    return Record("clipping_in_numpy", f"numpy {np.__version__}", SETTINGS, results)
