"""Where the pre-activations of a tanh network lie, and its slopes, at stated weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from gradproof.experiments.record import Record, summary

__all__ = ["PARTS", "slopes"]

UNITS, INPUTS, STEPS, SEEDS = 20, 5, 200, 50
#: (deviation of an entry of W times √units, deviation of an entry of U times √inputs)
SCALES = ((0.5, 0.5), (0.5, 1.0), (1.0, 1.0), (1.0, 2.0), (2.0, 2.0))
PARTS = len(SCALES) * SEEDS


def _case(seed: int, recurrent: float, entering: float) -> dict[str, float]:
    torch.manual_seed(seed)
    W = torch.randn(UNITS, UNITS) * recurrent / UNITS**0.5
    U = torch.randn(UNITS, INPUTS) * entering / INPUTS**0.5
    state, seen = torch.zeros(UNITS), []
    for _ in range(STEPS):
        before = W @ state + U @ torch.randn(INPUTS)
        state = torch.tanh(before)
        seen.append(before)
    z = torch.stack(seen)
    # 1 − tanh² would be 0 beyond |z| = 9, in float32, and so would be the geometric mean.
    slope = torch.cosh(z.double()) ** -2
    return {
        "deviation": float(z.std()),
        "within_two": float((z.abs() <= 2).double().mean()),
        "mean_slope": float(slope.mean()),
        "geometric_mean_slope": float(slope.log().mean().exp()),
        "below_0.8": float((slope < 0.8).double().mean()),
    }


def slopes(advance: Callable[[], None]) -> Record:
    """Run 50 networks of each scale for 200 steps, with inputs from N(0, 1)."""
    results: dict[str, Any] = {}
    for recurrent, entering in SCALES:
        cases = []
        for seed in range(SEEDS):
            cases.append(_case(seed, recurrent, entering))
            advance()
        results[f"{recurrent}_{entering}"] = {
            name: summary([case[name] for case in cases]) for name in cases[0]
        }
    settings = {
        "units": UNITS,
        "inputs": INPUTS,
        "steps": STEPS,
        "seeds": SEEDS,
        "scales": [list(scale) for scale in SCALES],
    }
    return Record("slopes", f"torch {torch.__version__}", settings, results)
