"""The joint spectral radius of a finite set of matrices, between two proved numbers.

It is the largest rate at which products of the matrices can grow: lim max ‖A_{i_n} ⋯ A_{i₁}‖^{1/n},
and by the theorem of Berger and Wang (1992, "Bounded semigroups of matrices") the supremum of
ρ(A_{i_n} ⋯ A_{i₁})^{1/n} over all words. Words bound it from below
(:mod:`gradproof.growth.joint.words`); norms in which no matrix expands by more bound it from above
(:mod:`gradproof.growth.joint.proof`, :mod:`gradproof.growth.joint.gripenberg`).
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradproof.arrays import as_real
from gradproof.errors import (
    ContradictionError,
    EmptyArgumentError,
    EnclosureError,
    OutOfRangeError,
    ShapeError,
)
from gradproof.growth.joint.blocks import balanced, connected_blocks
from gradproof.growth.joint.bracket import bracket_block
from gradproof.growth.joint.invariant import invariant_blocks
from gradproof.growth.joint.words import Word, enclose_rate
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.rationals import MatrixLike, RationalMatrix, as_rational_matrix
from gradproof.verdict import Grade

__all__ = ["JointSpectralRadius", "joint_spectral_radius"]


@dataclass(frozen=True)
class JointSpectralRadius(Enclosure):
    """lower ≤ joint spectral radius ≤ upper, and what shows it.

    Parameters
    ----------
    lower, upper, grade
        ``EXACT``: the joint spectral radius is proved to be the rate ρ^{1/L} of the word (or of
        another one whose rate lies in the bracket too), so that the bracket has only the roundings
        of that number. ``ENCLOSED``: no more than the bracket is proved.
    word
        (i₁, …, i_L), counted from 0: ρ(A_{i_L} ⋯ A_{i₁})^{1/L} ≥ lower, so that A_{i₁} is applied
        first.
    reason
        What proves the upper end.
    """

    word: Word = ()
    reason: str = ""


def joint_spectral_radius(
    matrices: Sequence[MatrixLike], /, *, tolerance: float = 1e-6, budget: float = 10.0
) -> JointSpectralRadius:
    """Enclose the joint spectral radius of real d × d matrices.

    Parameters
    ----------
    matrices
        At least one; of floats (taken exactly), integers or fractions.
    tolerance
        Relative width upper/lower − 1 at which the search ends.
    budget
        Seconds. A step that was begun is finished, so it can take longer: the words, the exact
        polynomials and the proof of a polytope don't look at the clock.

    Raises
    ------
    EmptyArgumentError, ShapeError, NotFiniteError, NotRealError
        If there is no matrix, or one isn't square, real and finite, or their sizes differ.
    OutOfRangeError
        If ``tolerance`` or ``budget`` is negative.
    EnclosureError
        If the upper end exceeds the largest float64.

    Notes
    -----
    Polytopes are tried for blocks of at most 20 rows; beyond 32 only words of one letter are.

    >>> found = joint_spectral_radius([[[-1, -1], [-4, 0]], [[3, 3], [-2, 1]]])
    >>> found.lower, found.upper, found.grade.value, found.word
    (3.917384715148241, 3.9173847151482413, 'exact', (0, 1))
    """
    exact = [as_rational_matrix(A, f"matrices[{i}]") for i, A in enumerate(matrices)]
    if not exact:
        raise EmptyArgumentError("matrices", "are empty", "give at least one matrix")
    sizes = sorted({len(A) for A in exact})
    if len(sizes) > 1:
        raise ShapeError("matrices", f"have the sizes {sizes}", "give matrices of one size")
    for name, value in (("tolerance", tolerance), ("budget", budget)):
        if as_real(value, name, dimensions=0) < 0:
            raise OutOfRangeError(name, f"is {value}", "give a number of at least 0")
    return _joined(exact, tolerance, time.monotonic() + budget)


@dataclass(frozen=True)
class _Part:
    """The bracket of a block, in the units of the whole set and with its matrices' numbers."""

    lower: Fraction
    upper: Fraction
    exact: bool
    word: Word
    reason: str


def _joined(matrices: list[RationalMatrix], tolerance: float, end: float) -> JointSpectralRadius:
    """Return the maximum over the blocks, the ones with the largest entries first."""
    found = (block for large in connected_blocks(matrices) for block in invariant_blocks(large))
    blocks = sorted(map(balanced, found), key=lambda block: -block[1])
    parts = list[_Part]()
    for number, (block, exponent) in enumerate(blocks):
        share = (end - time.monotonic()) / (len(blocks) - number)
        enough = max((part.lower for part in parts), default=Fraction(0))
        parts.append(_part(block, Fraction(2) ** exponent, share, tolerance, enough))
    top = max(parts, key=lambda part: part.lower)
    lower, highest = top.lower, max(parts, key=lambda part: part.upper)
    if len(blocks) > 1:
        # The word may do better in another block.
        rates = (Fraction(enclose_rate(b, top.word).lower) * Fraction(2) ** e for b, e in blocks)
        lower = max(lower, *rates)
    closed = all(part.exact or part.upper <= lower for part in parts)
    if lower > highest.upper:
        raise ContradictionError(f"the rate is at least {lower} and at most {highest.upper}")
    grade = Grade.EXACT if closed else Grade.ENCLOSED
    return JointSpectralRadius(
        _rounded_down(lower), _rounded_up(highest.upper), grade, top.word, highest.reason
    )


def _part(
    block: list[RationalMatrix], unit: Fraction, share: float, tolerance: float, enough: Fraction
) -> _Part:
    """Bracket a block. Copies, negatives and zeros change nothing and are left out."""
    numbers = dict[RationalMatrix, int]()
    for i, A in enumerate(block):
        negative = tuple(tuple(-entry for entry in row) for row in A)
        if any(map(any, A)) and negative not in numbers:
            numbers.setdefault(A, i)
    if not numbers:
        return _Part(Fraction(0), Fraction(0), True, (0,), "zero matrices")
    until = time.monotonic() + share
    found = bracket_block(
        list(numbers),
        lambda: until - time.monotonic(),
        tolerance=tolerance,
        enough=_rounded_down(enough / unit),
    )
    letters = list(numbers.values())
    word = tuple(letters[i] for i in found.word)
    return _Part(
        Fraction(found.lower) * unit, Fraction(found.upper) * unit, found.exact, word, found.reason
    )


def _rounded_down(value: Fraction) -> float:
    try:
        nearest = float(value)
    except OverflowError:
        return sys.float_info.max
    return nearest if nearest <= value else math.nextafter(nearest, -math.inf)


def _rounded_up(value: Fraction) -> float:
    try:
        nearest = float(value)
    except OverflowError as error:
        raise EnclosureError("the upper end exceeds float64; scale the matrices down") from error
    return nearest if nearest >= value else math.nextafter(nearest, math.inf)
