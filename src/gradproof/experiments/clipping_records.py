"""What the records of clipping say, that of PyTorch and the second one, of NumPy."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from gradproof.claims.load import shipped_proofs
from gradproof.experiments.record import agree, load_record

__all__ = ["agreement", "loss", "results", "update"]


@functools.cache
def _kept(record: str) -> Mapping[str, Any]:
    return load_record(record, shipped_proofs() / "article" / "data").results


def results(record: str = "clipping") -> Mapping[str, Any]:
    """Return the results of one of the records, “clipping” or “clipping_in_numpy”."""
    return _kept(record)


def loss(optimiser: str, threshold: str, which: str = "mean") -> float:
    """Return the loss after training with the norm clipped to a threshold: “5.0”, say, or “inf”."""
    return float(results()[f"{optimiser}_norm_{threshold}"]["loss"][which])


def update(optimiser: str, threshold: str) -> float:
    """Return the length of the greatest update of a training, the geometric mean over seeds."""
    return 10 ** float(results()[f"{optimiser}_norm_{threshold}"]["log_greatest_update"]["mean"])


def agreement(*cases: str) -> None:
    """Assert that both computations agree on these cases, up to their random numbers.

    Raises
    ------
    AssertionError
        With the two means, if they don't.
    """
    for case in cases:
        for what in ("loss", "log_greatest_update"):
            found, again = (results(r)[case][what] for r in ("clipping", "clipping_in_numpy"))
            assert agree(found, again), f"{case}, {what}: {found['mean']} and {again['mean']}"
