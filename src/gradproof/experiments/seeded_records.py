"""What PyTorch measured from its seeds, each number compared with the same one made by NumPy.

A number that its second computation, :mod:`gradproof.experiments.from_the_seed`, doesn't give again
is not returned: an AssertionError says so.
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradproof.claims.load import shipped_proofs
from gradproof.experiments import from_the_seed
from gradproof.experiments.record import load_record, summary

__all__ = [
    "clipped_vector_norm",
    "copying_example",
    "critical_scale",
    "flow",
    "flow_of_seed_42",
    "mean_slope",
    "share_growing",
    "slope_measure",
]

#: Runs of PyTorch in float32 and of NumPy in float64 agree to this, relative: some 30 steps of
#: matrices of size 20, at gain 2 with errors that grow.
AGREEMENT = 2e-3


@functools.cache
def _results(name: str) -> Mapping[str, Any]:
    return load_record(name, shipped_proofs() / "article" / "data").results


def _same(name: str, kept: float, again: float, within: float = AGREEMENT) -> float:
    assert abs(again - kept) <= within * abs(kept), f"{name}: {kept} and {again}"
    return kept


@functools.cache
def _flows(gain: float) -> tuple[from_the_seed.Flow, ...]:
    return tuple(from_the_seed.gradient_flow(seed, gain) for seed in range(200))


def flow(gain: float, what: str = "ratio", which: str = "median") -> float:
    """Return median, mean, least or greatest of a measure of the gradient flow of 200 seeds.

    The measures are those of :class:`~gradproof.experiments.from_the_seed.Flow`.
    """
    values = [getattr(found, what) for found in _flows(gain)]
    again = {
        "median": statistics.median(values),
        "mean": statistics.fmean(values),
        "least": min(values),
        "greatest": max(values),
    }
    kept = _results("gradient_flow")[f"gain_{gain}"][what][which]
    return _same(f"{which} {what} at gain {gain}", kept, again[which])


def flow_of_seed_42() -> from_the_seed.Flow:
    """Return the gradient flow of the article's own seed, as PyTorch measured it."""
    kept = _results("gradient_flow")["seed_42"]
    again = from_the_seed.gradient_flow(from_the_seed.SEED, 0.5)
    for t, (norm, other) in enumerate(zip(kept["norms"], again.norms, strict=True), start=1):
        _same(f"the gradient's norm at step {t}", norm, float(other), 1e-4)
    measures = {
        name: _same(name, kept[name], getattr(again, name), 1e-4)
        for name in ("mean_slope", "spectral_radius", "spectral_norm")
    }
    return from_the_seed.Flow(np.array(kept["norms"]), **measures)


def mean_slope(scale: str) -> float:
    """Return the mean slope of the networks of a scale of the record: “0.5_1.0”, say."""
    return slope_measure(scale, "mean_slope")


def slope_measure(scale: str, what: str, which: str = "mean") -> float:
    """Return mean, deviation, least, median or greatest of a measure of these networks.

    The measures are those of :func:`~gradproof.experiments.from_the_seed.slope_measures`.
    """
    kept = _results("slopes")[scale][what][which]
    return _same(f"{which} {what} at {scale}", kept, summary(_slopes(scale)[what])[which])


@functools.cache
def _slopes(scale: str) -> Mapping[str, list[float]]:
    recurrent, entering = map(float, scale.split("_"))
    measures = from_the_seed.slope_measures(recurrent, entering)
    return {what: found.tolist() for what, found in measures.items()}


@functools.cache
def _rates() -> tuple[float, ...]:
    """Return 0.65 ρ(W) for W with entries from N(0, 1), for 1000 seeds."""
    drawn = np.array([from_the_seed.simulation_weights(seed, 1)[0] for seed in range(1000)])
    return tuple(0.65 * np.abs(np.linalg.eigvals(drawn)).max(axis=1))


def share_growing(scale: str) -> float:
    """Return for which share of 1000 seeds the simulated gradient grows at a scale."""
    again = sum(float(scale) * rate > 1 for rate in _rates()) / 1000
    return _same(f"the share at {scale}", _results("exploding")["share_growing"][scale], again, 0)


def critical_scale() -> float:
    """Return the mean, over 1000 seeds, of the scale above which the simulated gradient grows."""
    again = statistics.fmean(1 / rate for rate in _rates())
    return _same("the critical scale", _results("exploding")["critical_scale"]["mean"], again)


def clipped_vector_norm() -> float:
    """Return the norm of the vector of line 521, before clipping."""
    again = float(np.linalg.norm(from_the_seed.large_gradient()))
    return _same("the norm", _results("exploding")["norm_before_clipping"], again, 1e-6)


def copying_example() -> Mapping[str, list[int]]:
    """Return input and target of the first example of the copying task."""
    kept: Mapping[str, list[int]] = _results("copying")["seed_42"]["example"]
    again = from_the_seed.copying_batch()[1][0].tolist()
    assert kept["input"][:10] == again, f"the symbols: {kept['input'][:10]} and {again}"
    return kept
