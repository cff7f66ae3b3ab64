"""What an experiment leaves behind: settings, versions and results, as a JSON file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradproof.errors import InputError

__all__ = ["Record", "agree", "load_record", "over_seeds", "save_record", "summary"]

#: Results are kept to so many significant digits: as many as tell float32 numbers apart.
DIGITS = 9


@dataclass(frozen=True)
class Record:
    """The results of one experiment.

    Parameters
    ----------
    name
        Of the experiment, and of the file.
    made_with
        The library and its version.
    settings, results
        JSON objects.
    """

    name: str
    made_with: str
    settings: Mapping[str, Any]
    results: Mapping[str, Any]


def save_record(record: Record, folder: Path) -> Path:
    """Write the record to ``folder/NAME.json`` and return the path."""
    document = {
        "name": record.name,
        "command": f"python -m gradproof.experiments {record.name}",
        "made_with": record.made_with,
        "settings": _rounded(record.settings),
        "results": _rounded(record.results),
    }
    path = folder / f"{record.name}.json"
    path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path


def load_record(name: str, folder: Path) -> Record:
    """Return the record that was kept.

    Raises
    ------
    InputError
        If there is none.
    """
    path = folder / f"{name}.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = f"run python -m gradproof.experiments {name}"
        raise InputError(name, f"has no record at {path}", remedy) from error
    return Record(name, document["made_with"], document["settings"], document["results"])


def summary(values: Sequence[float]) -> dict[str, float]:
    """Return mean, deviation, least, median, greatest and number of the values.

    ``low`` and ``high`` are the ends of Student's interval for the mean, at 95 %.

    >>> found = summary([1.0, 2.0, 6.0])
    >>> found["median"], round(found["low"], 2), round(found["high"], 2)
    (2.0, -3.57, 9.57)
    """
    from scipy.stats import t  # SciPy loads slowly, and readers of a record don't need it

    ordered = sorted(values)
    count = len(ordered)
    mean = sum(ordered) / count
    squares = sum((value - mean) ** 2 for value in ordered)
    deviation = (squares / (count - 1)) ** 0.5 if count > 1 else 0.0
    half = float(t.ppf(0.975, count - 1)) * deviation / count**0.5 if count > 1 else math.inf
    return {
        "count": count,
        "mean": mean,
        "low": mean - half,
        "high": mean + half,
        "deviation": deviation,
        "least": ordered[0],
        "median": (ordered[(count - 1) // 2] + ordered[count // 2]) / 2,
        "greatest": ordered[-1],
    }


def over_seeds(
    outcome: Callable[[int], Mapping[str, float]],
    seeds: Iterable[int],
    advance: Callable[[], None],
    /,
) -> dict[str, dict[str, float]]:
    """Return the summary of each measure of the outcomes of all seeds.

    >>> over_seeds(lambda seed: {"loss": 2.0 * seed}, range(3), lambda: None)["loss"]["mean"]
    2.0
    """
    outcomes = []
    for seed in seeds:
        outcomes.append(outcome(seed))
        advance()
    return {key: summary([measures[key] for measures in outcomes]) for key in outcomes[0]}


def agree(first: Mapping[str, float], second: Mapping[str, float], *, within: float = 0.01) -> bool:
    """Return whether two summaries can be of one quantity, measured with other random numbers.

    That is, whether the means differ by at most four standard deviations of their difference,
    estimated with the larger of both deviations, and by ``within``: where all values are the same
    there is no deviation.

    >>> agree(summary([0.12, 0.13]), summary([0.11, 0.14]))
    True
    >>> agree(summary([0.12, 0.13]), summary([0.25, 0.26]))
    False
    """
    deviation = max(first["deviation"], second["deviation"])
    of_difference = deviation * math.sqrt(1 / first["count"] + 1 / second["count"])
    return abs(first["mean"] - second["mean"]) <= 4 * of_difference + within


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS - 1}e}") if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
