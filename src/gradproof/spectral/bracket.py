"""A real number between two float64 numbers, and two ways to get there: a search and a ball."""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational

from flint import arb

from gradproof.errors import EnclosureError, NotFiniteError, OutOfRangeError
from gradproof.spectral.rationals import as_rational
from gradproof.spectral.root_location import Comparison
from gradproof.verdict import Grade, Verdict

__all__ = ["Enclosure", "enclose_ball", "search_float64"]


@dataclass(frozen=True)
class Enclosure:
    """A real number known to lie in [lower, upper], both ends included.

    Raises
    ------
    NotFiniteError, OutOfRangeError
        If an end is not finite, or lower > upper.

    >>> Enclosure(1.0, 1.5).is_below(2), Enclosure(1.0, 1.5).is_above(1.25)
    (<Verdict.HOLDS: 'holds'>, <Verdict.UNDECIDED: 'undecided'>)
    """

    lower: float
    upper: float
    grade: Grade = Grade.ENCLOSED

    def __post_init__(self) -> None:
        for name, end in (("lower", self.lower), ("upper", self.upper)):
            if not math.isfinite(end):
                raise NotFiniteError(name, f"is {end}", "give a finite number")
        if self.lower > self.upper:
            problem = f"is {self.lower}, above upper = {self.upper}"
            raise OutOfRangeError("lower", problem, "give the ends in order")

    @property
    def width(self) -> float:
        """Return upper − lower, rounded up."""
        width = self.upper - self.lower
        exact = Fraction(self.upper) - Fraction(self.lower)
        return width if math.isinf(width) or width >= exact else math.nextafter(width, math.inf)

    def contains(self, value: Rational | float, /) -> bool:
        """Return whether lower ≤ value ≤ upper, compared exactly."""
        return self.lower <= as_rational(value, "value") <= self.upper

    def is_below(self, x: Rational | float, /) -> Verdict:
        """Decide whether the enclosed number is < x."""
        bound = as_rational(x, "x")
        if self.upper < bound:
            return Verdict.HOLDS
        return Verdict.FAILS if self.lower >= bound else Verdict.UNDECIDED

    def is_above(self, x: Rational | float, /) -> Verdict:
        """Decide whether the enclosed number is > x."""
        bound = as_rational(x, "x")
        if self.lower > bound:
            return Verdict.HOLDS
        return Verdict.FAILS if self.upper <= bound else Verdict.UNDECIDED


def search_float64(oracle: Callable[[Fraction], Comparison], guess: float, /) -> Enclosure:
    """Enclose v ≥ 0 between neighbouring float64 numbers; oracle(c) tells where v is relative to c.

    Raises
    ------
    EnclosureError
        If v exceeds the largest float64.

    Notes
    -----
    Any guess ≥ 0 gives an enclosure as tight, a good one gives it sooner. Non-negative float64
    numbers are in the order of their bit patterns read as integers. Steps away from the guess, each
    the square of the one before, end on the other side of v; bisection ends the search.

    >>> root_of_two = lambda c: Comparison.ABOVE if c * c < 2 else Comparison.BELOW
    >>> found = search_float64(root_of_two, 1.0)
    >>> found.lower, found.upper
    (1.414213562373095, 1.4142135623730951)
    """
    start = _bits(guess)
    side = oracle(Fraction(guess))
    if side is Comparison.EQUAL:
        return Enclosure(guess, guess)
    direction = 1 if side is Comparison.ABOVE else -1
    near, step = start, 2
    found: Comparison = side
    while found is side:
        far = min(max(start + direction * step, 0), _bits(_LARGEST))
        found = oracle(Fraction(_float(far)))
        if found is side:
            if far == _bits(_LARGEST):
                raise EnclosureError(f"the value exceeds {_LARGEST}; divide W by a power of two")
            near, step = far, step * step
    while found is not Comparison.EQUAL and abs(far - near) > 1:
        middle = (near + far) // 2
        found = oracle(Fraction(_float(middle)))
        near, far = (middle, far) if found is side else (near, middle)
    if found is Comparison.EQUAL:
        near = far
    return Enclosure(_float(min(near, far)), _float(max(near, far)))


_LARGEST = sys.float_info.max


def _bits(x: float) -> int:
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def _float(bits: int) -> float:
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])


def enclose_ball(ball: arb, /) -> Enclosure:
    """Return the tightest float64 enclosure of a ball; ``float(ball)`` rounds to nearest.

    Raises
    ------
    EnclosureError
        If the ball isn't finite, or an end exceeds the largest float64.

    >>> third = enclose_ball(arb(1) / 3)
    >>> third.lower < Fraction(1, 3) < third.upper
    True
    """
    if not ball.is_finite():
        raise EnclosureError(f"the ball {ball} isn't finite; raise the working precision")
    midpoint, radius = _fraction(ball.mid()), _fraction(ball.rad())
    lower, upper = midpoint - radius, midpoint + radius
    if max(abs(lower), abs(upper)) > Fraction(_LARGEST):
        raise EnclosureError(f"the ball {ball} exceeds {_LARGEST}; divide W by a power of two")
    down, up = float(lower), float(upper)
    return Enclosure(
        down if down <= lower else math.nextafter(down, -math.inf),
        up if up >= upper else math.nextafter(up, math.inf),
    )


def _fraction(exact: arb) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)
