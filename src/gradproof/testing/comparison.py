"""Comparing a gradient with a measured one: entry by entry, relative to its own column.

No absolute tolerance: a gradient of size 1e-14 is compared as one of size 1, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.testing.differentiation import Measured, column_scales
from gradproof.testing.report import EvidenceLine, GradientReport, Status, Worst

__all__ = ["Comparison", "compare"]

# A group of columns is resolved if what may be off in it is at most this part of its entries: a
# sign, a factor of 2 or a missing path are seen.
_RESOLVED = 0.1


@dataclass(frozen=True)
class Comparison:
    """What is off, and what may be.

    Parameters
    ----------
    expected, got
        The measured Jacobian and the one under test, shape (p, m).
    allowed
        How far these may lie apart, entry by entry.
    resolution
        The part of ``allowed`` that can't be resolved.
    groups
        A number for each column, shape (m,); columns of one number are of one size, and resolved
        together: an entry that happens to be small is no vanished gradient.
    is_relative
        Whether an expected entry of exactly 0 is so by structure, not for want of resolution.
    """

    expected: Array
    got: Array
    allowed: Array
    resolution: Array
    groups: NDArray[np.int_]
    is_relative: bool

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which entries are farther off than allowed."""
        return np.asarray(~(np.abs(self.got - self.expected) <= self.allowed))

    @cached_property
    def sizes(self) -> Array:
        """The largest modulus of each column, measured or under test."""
        return np.maximum(column_scales(self.expected), column_scales(np.nan_to_num(self.got)))

    @cached_property
    def shares(self) -> Array:
        """For each group the part of a typical column that can't be resolved; 0 where all is 0."""
        with np.errstate(all="ignore"):
            quotients = column_scales(self.resolution) / self.sizes
        counts = (self.expected != 0).any(axis=0) | (not self.is_relative)
        if self.groups.max() + 1 == len(counts):  # each column is a group
            return np.where(counts, quotients, 0.0)[np.argsort(self.groups)]
        return np.array(
            [
                np.quantile(quotients[chosen], 0.5, method="lower") if chosen.any() else 0.0
                for group in range(self.groups.max() + 1)
                for chosen in [(self.groups == group) & counts]
            ]
        )

    @property
    def unresolved(self) -> NDArray[np.bool_]:
        """Which columns are too small for what can be resolved of them."""
        return np.asarray(self.shares > _RESOLVED)[self.groups]

    @property
    def status(self) -> Status:
        """Fail if an entry is wrong; vacuous if a column isn't resolved, or all is 0."""
        if self.wrong.any():
            return Status.FAIL
        if self.unresolved.any() or not self.sizes.any():
            return Status.VACUOUS
        return Status.PASS

    def worst(self) -> tuple[int, int]:
        """Return row and column of the entry that is off by most of what is allowed."""
        off = np.abs(self.got - self.expected)
        with np.errstate(all="ignore"):
            quotient = np.where(off == 0, 0.0, off / self.allowed)
        row, column = np.unravel_index(int(np.nan_to_num(quotient, nan=np.inf).argmax()), off.shape)
        return int(row), int(column)

    def weakest(self) -> tuple[float, float]:
        """Return signal and resolution of the group where the two are least apart."""
        group = int(np.argmax(self.shares))
        signal = float(self.sizes[self.groups == group].max())
        share = float(self.shares[group])
        if signal == 0 and share:
            return signal, float(self.resolution[:, self.groups == group].max())
        return signal, share * signal if share else 0.0

    @property
    def finding(self) -> str:
        """How many entries are off, and how many columns unresolved, in words."""
        words = f"{int(self.wrong.sum())} of {self.got.size} entries off"
        unresolved = int(self.unresolved.sum())
        if unresolved:
            words += f", {unresolved} of {self.got.shape[1]} columns unresolved"
        return words

    def report(
        self,
        subject: str,
        index: tuple[int | str, ...],
        cause: str | None,
        evidence: tuple[EvidenceLine, ...],
    ) -> GradientReport:
        """Return the report; ``index`` is the place of the worst entry as the user counts."""
        place = self.worst()
        worst = Worst(
            index, *(float(part[place]) for part in (self.expected, self.got, self.allowed))
        )
        signal, resolution = self.weakest()
        unresolved, columns = int(self.unresolved.sum()), self.got.shape[1]
        return GradientReport(
            subject, self.status, worst, cause, signal, resolution, unresolved, columns, evidence
        )


def compare(
    measured: Measured, got: Array, *, relative: float, groups: NDArray[np.int_] | None = None
) -> Comparison:
    """Compare entries: |got − expected| ≤ relative·|expected| + resolution.

    Without ``groups`` each column stands alone, but for a gradient of which each entry is known
    relative to itself: there all form one group.

    >>> one = np.array([[1e-14]])
    >>> exact = Measured("by hand", one, one * 1e-15)
    >>> compare(exact, -one, relative=1e-9).status
    <Status.FAIL: 'fail'>
    >>> compare(Measured("by hand", 0 * one, 0 * one + 1e-11), -one, relative=1e-9).status
    <Status.VACUOUS: 'vacuous'>
    """
    expected = measured.jacobian
    if groups is None:
        together = measured.is_relative and len(expected) == 1
        groups = np.zeros(expected.shape[1], int) if together else np.arange(expected.shape[1])
    allowed = relative * np.abs(expected) + measured.resolution
    return Comparison(expected, got, allowed, measured.resolution, groups, measured.is_relative)
