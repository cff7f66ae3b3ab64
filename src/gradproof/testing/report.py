"""What a gradient check found, as values; written out as text by ``str``."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

__all__ = ["EvidenceLine", "GradientError", "GradientReport", "Status", "Worst"]


class Status(enum.Enum):
    """The outcome of a check.

    VACUOUS: the gradient is smaller than what the comparison can resolve, so that nothing was
    found out. It is no pass: a wrong sign would look the same.
    """

    PASS = "pass"
    FAIL = "fail"
    VACUOUS = "vacuous"


@dataclass(frozen=True)
class Worst:
    """The entry that is farthest off, measured by what may be off there.

    Parameters
    ----------
    index
        Its index: that of the value, then that of the argument; of a recurrence the name of the
        argument and its index.
    expected, got
        What was measured, and what the gradient under test says.
    allowed
        How far these may lie apart.
    """

    index: tuple[int | str, ...]
    expected: float
    got: float
    allowed: float

    @property
    def ratio(self) -> float:
        """got/expected; infinite or NaN where nothing is expected."""
        if self.expected == 0:
            return math.nan if self.got == 0 else math.copysign(math.inf, self.got)
        return self.got / self.expected


@dataclass(frozen=True)
class EvidenceLine:
    """One line of the table of evidence.

    Parameters
    ----------
    method
        What was done.
    agrees
        Whether the gradient under test agrees with it; None where it says nothing.
    finding
        In words.
    """

    method: str
    agrees: bool | None
    finding: str


@dataclass(frozen=True)
class GradientReport:
    """The result of a check.

    Parameters
    ----------
    subject
        What was checked, in words.
    status
        Pass, fail or vacuous.
    worst
        The entry that is farthest off, or None where there is nothing to compare.
    cause
        The likely cause of a failure, as far as one was found: each that is named was tested.
    signal, resolution
        The size of the gradient and what can be resolved of it, where the two are least apart.
    unresolved
        How many of the columns can't be resolved.
    columns
        How many there are.
    evidence
        The lines of evidence.
    """

    subject: str
    status: Status
    worst: Worst | None
    cause: str | None
    signal: float
    resolution: float
    unresolved: int
    columns: int
    evidence: tuple[EvidenceLine, ...]

    def __str__(self) -> str:
        lines = [f"{self.subject}: {self.status.value.upper()}"]
        if self.status is Status.VACUOUS and not self.signal and not self.resolution:
            lines.append("  both the gradient and what was measured are 0: nothing is compared")
        elif self.status is Status.VACUOUS:
            lines.append(
                f"  {self.unresolved} of {self.columns} columns can't be resolved: signal "
                f"{self.signal:.3g}, resolution {self.resolution:.3g}"
            )
        if self.status is Status.FAIL and self.worst is not None:
            worst, place = self.worst, ", ".join(map(str, self.worst.index))
            lines.append(
                f"  worst entry [{place}]: expected {worst.expected:.17g}, got {worst.got:.17g}, "
                f"ratio {worst.ratio:.6g}; {worst.allowed:.2g} is allowed"
            )
            lines.append(f"  likely cause: {self.cause or 'none of those that were tested'}")
        width = max(len(line.method) for line in self.evidence)
        words = {True: "agrees", False: "DIFFERS", None: "says nothing"}
        lines += [
            f"  {line.method:<{width}}  {words[line.agrees]:<12}  {line.finding}"
            for line in self.evidence
        ]
        return "\n".join(lines)


class GradientError(AssertionError):
    """A gradient failed its check, or the check was vacuous; ``report`` says why."""

    def __init__(self, report: GradientReport) -> None:
        super().__init__(str(report))
        self.report = report
