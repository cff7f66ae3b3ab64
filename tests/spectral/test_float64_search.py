"""The search for a number between neighbouring floats: what it asks and what it finds."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import pytest
from flint import arb

from gradproof.spectral.bracket import Enclosure, enclose_ball, search_float64
from gradproof.spectral.root_location import Comparison, working_precision
from gradproof.verdict import Grade, Verdict

SMALLEST = 5e-324
LARGEST = 1.7976931348623157e308
BITS_OF_ONE = 1023 * 2**52


def after_one(steps):
    """Return the float64 that lies this many floats after 1."""
    return struct.unpack("<d", struct.pack("<q", BITS_OF_ONE + steps))[0]


def search(value, guess):
    """Return the enclosure found for a value and how far from 1 the floats asked for lie."""
    asked = []

    def compare(c):
        asked.append(struct.unpack("<q", struct.pack("<d", float(c)))[0] - BITS_OF_ONE)
        assert Fraction(float(c)) == c
        if c == value:
            return Comparison.EQUAL
        return Comparison.ABOVE if value > c else Comparison.BELOW

    return search_float64(compare, guess), asked


def between(steps):
    return (Fraction(after_one(steps)) + Fraction(after_one(steps + 1))) / 2


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        (Fraction(1), [0]),
        (between(0), [0, 2, 1]),
        (between(1), [0, 2, 1]),
        (between(-1), [0, -2, -1]),
        (between(-2), [0, -2, -1]),
        (Fraction(after_one(1)), [0, 2, 1]),
        (Fraction(after_one(2)), [0, 2]),
        (between(2), [0, 2, 4, 3]),
        (between(6), [0, 2, 4, 16, 10, 7, 5, 6]),
        (between(-4), [0, -2, -4, -3]),
        (Fraction(after_one(16)), [0, 2, 4, 16]),
        (Fraction(after_one(256)), [0, 2, 4, 16, 256]),
        (Fraction(after_one(-(2**32))), [0, -2, -4, -16, -256, -(2**16), -(2**32)]),
    ],
)
def test_steps_away_from_the_guess_are_squared_and_then_the_interval_is_halved(value, asked):
    found, steps = search(value, 1.0)
    assert steps == asked
    assert found.lower <= value <= found.upper
    assert found.upper <= math.nextafter(found.lower, math.inf)


@pytest.mark.parametrize("guess", [-0.0, 0.0, SMALLEST, 1.0, 3.0, LARGEST])
def test_neighbours_of_every_size_are_found_from_every_guess(guess):
    neighbours = [
        (0.0, SMALLEST),
        (SMALLEST, 2 * SMALLEST),
        (math.nextafter(2.0**-1022, 0), 2.0**-1022),
        (math.nextafter(1.0, 0), 1.0),
        (1.0, math.nextafter(1.0, 2)),
        (math.nextafter(LARGEST, 0), LARGEST),
    ]
    for lower, upper in neighbours:
        for end in (lower, upper):
            found, _ = search(Fraction(end), guess)
            assert (found.lower, found.upper) == (end, end)
        for weight in (Fraction(1, 2), Fraction(1, 10**30), 1 - Fraction(1, 10**30)):
            value = Fraction(lower) + weight * (Fraction(upper) - Fraction(lower))
            found, asked = search(value, guess)
            assert (found.lower, found.upper) == (lower, upper)
            assert found.grade is Grade.ENCLOSED
            assert len(asked) <= 80


@pytest.mark.parametrize(
    ("ball", "lower", "upper"),
    [
        (arb(3), 3.0, 3.0),
        (arb(-3), -3.0, -3.0),
        (arb(0), 0.0, 0.0),
        (arb(0.1), 0.1, 0.1),
        (arb(2) ** -2000, 0.0, SMALLEST),
        (-(arb(2) ** -2000), -SMALLEST, 0.0),
    ],
)
def test_the_ends_of_a_ball_are_rounded_outward_to_the_next_float(ball, lower, upper):
    found = enclose_ball(ball)
    assert (found.lower, found.upper) == (lower, upper)
    assert found.grade is Grade.ENCLOSED


def as_fraction(exact):
    mantissa, exponent = exact.man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)


@pytest.mark.parametrize("midpoint", [0.0, 1.0, -1.0, 1e-310, -3e300])
@pytest.mark.parametrize("radius", [2.0**-1074, 1e-30, 0.25, 7.0, 1e305])
def test_the_ends_of_a_wide_ball_are_the_nearest_floats_outside(midpoint, radius):
    ball = arb(midpoint, radius)
    found = enclose_ball(ball)
    lower = as_fraction(ball.mid()) - as_fraction(ball.rad())
    upper = as_fraction(ball.mid()) + as_fraction(ball.rad())
    assert found.lower <= lower < math.nextafter(found.lower, math.inf)
    assert math.nextafter(found.upper, -math.inf) < upper <= found.upper


def test_an_end_beside_a_float_is_rounded_away_from_the_ball():
    with working_precision(200):
        tiny = arb(2) ** -100
        above, below = enclose_ball(1 + tiny), enclose_ball(1 - tiny)
    assert (above.lower, above.upper) == (1.0, math.nextafter(1.0, 2))
    assert (below.lower, below.upper) == (math.nextafter(1.0, 0), 1.0)


def test_the_width_is_the_smallest_float_not_below_the_difference():
    below_one, tiny = math.nextafter(1.0, 0), 2.0**-80
    for lower, upper, width in (
        (0.0, 0.0, 0.0),
        (1.0, 1.0, 0.0),
        (-tiny, 1.0, math.nextafter(1.0, 2)),
        (tiny, 1.0, 1.0),
        (-1.0, tiny, math.nextafter(1.0, 2)),
        (0.0, below_one, below_one),
        (0.0, SMALLEST, SMALLEST),
        (-SMALLEST, LARGEST, math.inf),
        (-LARGEST, LARGEST, math.inf),
    ):
        assert Enclosure(lower, upper).width == width


def test_an_enclosure_of_one_float_decides_everything():
    found = Enclosure(1.5, 1.5)
    tiny = Fraction(1, 10**40)
    for x, below, above in (
        (Fraction(3, 2) - tiny, Verdict.FAILS, Verdict.HOLDS),
        (Fraction(3, 2), Verdict.FAILS, Verdict.FAILS),
        (Fraction(3, 2) + tiny, Verdict.HOLDS, Verdict.FAILS),
    ):
        assert found.is_below(x) is below
        assert found.is_above(x) is above
        assert found.contains(x) is (x == Fraction(3, 2))
