"""The joint spectral radius of one block: a word from below, a norm from above, in the time given.

From above, the cheap first: exact theorems for special sets, the best quadratic norm, the invariant
polytope of the words found (exact if it closes), branch and bound, and polytopes that are invariant
for a rate a little larger.

**Special sets.** Matrices that commute are triangular in one complex basis, so that every product
has the products of eigenvalues on its diagonal, and the joint spectral radius is max_i ρ(A_i). A
normal matrix, AAᵀ = AᵀA, has ‖A‖₂ = ρ(A): if a normal one has the largest norm, this is the value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gradproof.arrays import Array
from gradproof.growth.joint.blocks import commute, normal, rounded
from gradproof.growth.joint.extremal import polytope_bound
from gradproof.growth.joint.gripenberg import (
    Letters,
    branch_and_bound,
    enclosed_letters,
    quadratic_coordinates,
)
from gradproof.growth.joint.words import Word, best_words, enclose_rate
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.spectral.rationals import RationalMatrix

__all__ = ["BlockBracket", "bracket_block"]

_BRANCHING = (0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6)
_EXCESSES = (0.03, 0.01, 3e-3, 1e-3, 1e-4, 1e-5, 1e-6)
#: Longer words are found in larger blocks too, but their exact polynomials take seconds.
_WORDS_UP_TO = 32
_POLYTOPES_UP_TO = 20
#: Parts of the time for the polytope of the words found: otherwise, or if tolerance is reached.
_POLYTOPE_SHARE, _CONFIRMING_SHARE = 0.4, 0.05


@dataclass(frozen=True)
class BlockBracket:
    """lower ≤ joint spectral radius ≤ upper; ``exact`` if it is proved to be a word's rate."""

    lower: float
    upper: float
    exact: bool
    word: Word
    reason: str


@dataclass(frozen=True)
class _Useful:
    """The time that is left, the relative width aimed at, and whether a bound is an improvement."""

    seconds: Callable[[], float]
    tolerance: float
    improves: Callable[[float], bool]


def bracket_block(
    matrices: Sequence[RationalMatrix],
    seconds: Callable[[], float],
    /,
    *,
    tolerance: float,
    enough: float,
) -> BlockBracket:
    """Bracket the joint spectral radius of matrices whose largest entries are near 1.

    Parameters
    ----------
    seconds
        The time that is left; where there is none, what was found so far is returned.
    tolerance
        Relative width that is aimed at.
    enough
        An upper end as small as this is small enough.

    >>> A, B = ((1, 1), (0, 1)), ((1, 0), (1, 1))
    >>> found = bracket_block([A, B], lambda: 1.0, tolerance=1e-6, enough=0.0)
    >>> found.word, found.lower < found.upper < 1.6180339887498952
    ((0, 1), True)
    """
    special = _special(matrices)
    if special is not None:
        return special
    floats = rounded(matrices)
    T = quadratic_coordinates(floats, _part(seconds, 0.2))
    words, lower = _words(matrices, T @ floats @ np.linalg.inv(T), _part(seconds, 0.2))
    sums = max(sum(map(abs, row)) for A in matrices for row in A)
    best = BlockBracket(lower, _product_up(float(sums), 1 + 2.0**-50), False, words[0], "row sums")
    useful = _Useful(seconds, tolerance, lambda upper: upper < best.upper)
    for upper, exact, reason in _uppers(matrices, T, words, lower, useful):
        if upper < best.upper or exact:
            best = BlockBracket(lower, upper, exact, words[0], reason)
        near = best.upper - lower <= tolerance * best.upper and reason != "a quadratic norm"
        if exact or best.upper <= enough or near or seconds() < 0:
            break
    return best


def _part(seconds: Callable[[], float], part: float) -> Callable[[], bool]:
    """Return whether less than this part of the time that is left now has passed."""
    until = (1 - part) * seconds()
    return lambda: seconds() > until


def _special(matrices: Sequence[RationalMatrix]) -> BlockBracket | None:
    """Return the largest spectral radius, where it is the joint one by a theorem."""
    if len(matrices) == 1 or commute(matrices):
        reason = "one matrix" if len(matrices) == 1 else "the matrices commute"
        return _of_single_matrices(matrices, range(len(matrices)), reason)
    normals = [i for i, A in enumerate(matrices) if normal(A)]
    if not normals:
        return None
    found = _of_single_matrices(matrices, normals, "the longest matrices are normal")
    others = (A for i, A in enumerate(matrices) if i not in normals)
    return found if all(enclose_spectral_norm(A).upper <= found.lower for A in others) else None


def _of_single_matrices(
    matrices: Sequence[RationalMatrix], numbers: Sequence[int], reason: str
) -> BlockBracket:
    found = {i: enclose_rate(matrices, (i,)) for i in numbers}
    lower, upper = max(e.lower for e in found.values()), max(e.upper for e in found.values())
    best = max(numbers, key=lambda i: (found[i].lower, found[i].upper))
    return BlockBracket(lower, upper, True, (best,), reason)


def _words(
    matrices: Sequence[RationalMatrix], floats: Array, in_time: Callable[[], bool]
) -> tuple[list[Word], float]:
    """Return words of the largest rate found, the first of them the best, and its lower end."""
    small = len(matrices[0]) <= _WORDS_UP_TO
    found = best_words(floats, in_time, longest=48 if small else 1)
    words = [word for word, _ in found] or [(0,)]
    rates = {word: enclose_rate(matrices, word) for word in words}
    words.sort(key=lambda word: -rates[word].lower)
    return words, rates[words[0]].lower


def _uppers(
    matrices: Sequence[RationalMatrix],
    T: Array,
    words: Sequence[Word],
    lower: float,
    useful: _Useful,
) -> Iterator[tuple[float, bool, str]]:
    """Yield proved upper bounds, whether one is the exact value, and what proves it."""
    scale, seconds = lower or 1.0, useful.seconds
    letters = enclosed_letters(matrices, T, scale)
    if letters is None:
        T = np.eye(len(T))
        letters = enclosed_letters(matrices, T, scale)
    share = _POLYTOPE_SHARE
    if letters is not None:
        upper = _product_up(float(letters.norms.max()), scale)
        yield upper, False, "a quadratic norm"
        if upper - lower <= useful.tolerance * upper:
            # Only whether the value is exact is still open.
            share = _CONFIRMING_SHARE
    polytopes = lower > 0 and len(T) <= _POLYTOPES_UP_TO
    # Rates that nearly agree: cycles of all of them are needed, but products of theirs are not.
    shortest = [word for word in words if word == words[0] or len(word) == min(map(len, words))]
    for tried in (shortest, words) if polytopes else ():
        found = polytope_bound(matrices, T, tried, _part(seconds, share), rate=lower)
        if found is not None:
            yield found.upper, found.exact, f"a polytope of {found.vertices} pairs of vertices"
        if len(tried) == len(words):
            break
    if letters is not None:
        yield from _branched(letters, scale, _part(seconds, 0.5))
    for excess in _EXCESSES if polytopes else ():
        if not useful.improves(lower * (1 + excess)):
            continue
        in_time = _part(seconds, 1.0)
        found = polytope_bound(matrices, T, words, in_time, rate=lower, excess=excess)
        if found is None:
            return
        yield found.upper, False, f"a polytope of {found.vertices} pairs of vertices"


def _branched(
    letters: Letters, scale: float, in_time: Callable[[], bool]
) -> Iterator[tuple[float, bool, str]]:
    for delta in _BRANCHING:
        found = branch_and_bound(letters, 1 + delta, in_time)
        yield _product_up(found, scale), False, "branch and bound in a quadratic norm"
        if found > 1 + delta:
            return


def _product_up(x: float, y: float) -> float:
    """Return xy, rounded up."""
    if math.isinf(x):
        return math.inf
    product = x * y
    exact = Fraction(x) * Fraction(y)
    return product if math.isinf(product) or product >= exact else math.nextafter(product, math.inf)
