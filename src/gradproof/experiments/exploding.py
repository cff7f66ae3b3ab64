"""The powers of a random matrix times a constant slope, for several scales of its entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from gradproof.experiments.record import Record, summary

__all__ = ["PARTS", "exploding"]

UNITS, STEPS, SLOPE = 10, 50, 0.65
SCALES = (0.3, 0.5, 0.8, 1.2)
SEED, SEEDS = 42, 1000
PARTS = 1 + SEEDS


def measured(scale: float) -> dict[str, Any]:
    """Draw W from N(0, scale²) and return the Frobenius norms of (0.65 W)ⁿ, n = 0 … 50."""
    weight = torch.randn(UNITS, UNITS) * scale
    jacobian = torch.diag(SLOPE * torch.ones(UNITS)) @ weight
    gradient = torch.eye(UNITS)
    norms = [float(gradient.norm())]
    for _ in range(STEPS):
        gradient = jacobian @ gradient
        norms.append(float(gradient.norm()))
    rate = SLOPE * float(torch.linalg.eigvals(weight).abs().max())
    return {"norms": norms, "rate": rate, "weight": weight.tolist()}


def exploding(advance: Callable[[], None]) -> Record:
    """Measure the four scales from seed 42 on, a large gradient after them, and 1000 seeds."""
    torch.manual_seed(SEED)
    first = {str(scale): measured(scale) for scale in SCALES}
    large = torch.randn(100) * 100
    clipped = large * (1.0 / large.norm())
    advance()
    rates = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        rates.append(SLOPE * float(torch.linalg.eigvals(torch.randn(UNITS, UNITS)).abs().max()))
        advance()
    results = {
        "seed_42": first,
        "norm_before_clipping": float(large.norm()),
        "norm_after_clipping": float(clipped.norm()),
        "rate_per_scale": summary(rates),
        "share_growing": {
            str(scale): sum(scale * rate > 1 for rate in rates) / SEEDS for scale in SCALES
        },
        "critical_scale": summary([1 / rate for rate in rates]),
    }
    settings = {
        "units": UNITS,
        "steps": STEPS,
        "slope": SLOPE,
        "scales": list(SCALES),
        "seeds": SEEDS,
    }
    return Record("exploding", f"torch {torch.__version__}", settings, results)
