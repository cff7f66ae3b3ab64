"""What the records of the copying task say, that of PyTorch and the second one, of NumPy."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from gradproof.claims.load import shipped_proofs
from gradproof.experiments.record import agree, load_record

__all__ = ["RECORDS", "agreement", "results", "summary_of"]

RECORDS = ("copying", "copying_in_numpy")


@functools.cache
def _kept(record: str) -> Mapping[str, Any]:
    return load_record(record, shipped_proofs() / "article" / "data").results


def results(record: str = "copying") -> Mapping[str, Any]:
    """Return the results of one of the records."""
    return _kept(record)


def summary_of(case: str, what: str = "accuracy", record: str = "copying") -> Mapping[str, float]:
    """Return the summary, over the seeds, of what was measured of a case."""
    found: Mapping[str, float] = results(record)[case][what]
    return found


def agreement(*cases: str, of: tuple[str, ...] = ("accuracy", "log_reach_before")) -> None:
    """Assert that both computations agree on these cases, up to their random numbers.

    Raises
    ------
    AssertionError
        With the two means, if they don't.
    """
    for case in cases:
        for what in of:
            found, again = (summary_of(case, what, record) for record in RECORDS)
            assert agree(found, again), f"{case}, {what}: {found['mean']} and {again['mean']}"
