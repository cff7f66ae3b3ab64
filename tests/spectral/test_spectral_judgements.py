"""What the judgements on powers say, and which values and programs they show for it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat, fmpz_poly

from gradproof.spectral import exact
from gradproof.spectral.exact import (
    compare_spectral_radius,
    powers_bounded,
    powers_vanish,
)
from gradproof.spectral.rationals import as_rational_matrix, integer_matrix
from gradproof.spectral.root_location import Comparison
from gradproof.verdict import Grade, Scope, Verdict

VANISH = "HornJohnson2013, Theorem 5.6.12"
BOUNDED = "HornJohnson2013, Theorem 3.2.5.2"
AT_LEAST_ONE = "an eigenvalue of W has modulus at least radius ≥ 1"
ABOVE_ONE = "an eigenvalue of W has modulus at least radius > 1"
JORDAN = "h(W)² has a smaller rank than h(W): an eigenvalue on the unit circle has a Jordan block"


@pytest.mark.parametrize(
    ("judge", "W", "verdict", "reason", "shows", "values"),
    [
        (powers_vanish, [[0.5]], Verdict.HOLDS, f"ρ(W) < 1 ({VANISH})", None, {}),
        (
            powers_vanish,
            [[0, -1], [1, 0]],
            Verdict.FAILS,
            f"ρ(W) = 1 ({VANISH})",
            AT_LEAST_ONE,
            {"W": "[[0, -1], [1, 0]]", "radius": "1"},
        ),
        (
            powers_vanish,
            [[1.5]],
            Verdict.FAILS,
            f"ρ(W) > 1 ({VANISH})",
            ABOVE_ONE,
            {"W": "[[1.5]]", "radius": "1.5"},
        ),
        (powers_bounded, [[0.5]], Verdict.HOLDS, f"ρ(W) < 1 ({BOUNDED})", None, {}),
        (
            powers_bounded,
            [[Fraction(4, 3), 1], [0, 1]],
            Verdict.FAILS,
            f"ρ(W) > 1 ({BOUNDED})",
            ABOVE_ONE,
            {"W": "[[Fraction(4, 3), 1], [0, 1]]", "radius": "1.25"},
        ),
        (
            powers_bounded,
            [[0, 1], [1, 0]],
            Verdict.HOLDS,
            f"ρ(W) = 1, semisimple on the circle ({BOUNDED})",
            None,
            {},
        ),
        (
            powers_bounded,
            [[-1, 1, 0], [0, -1, 0], [0, 0, 0.5]],
            Verdict.FAILS,
            f"ρ(W) = 1, not semisimple on the circle ({BOUNDED})",
            JORDAN,
            {"W": "[[-1, 1, 0], [0, -1, 0], [0, 0, 0.5]]", "h": "[1, 1]", "ranks": "[2, 1]"},
        ),
    ],
)
def test_a_judgement_says_why_and_shows_the_values(judge, W, verdict, reason, shows, values):
    judgement = judge(W)
    assert judgement.verdict is verdict
    assert (judgement.grade, judgement.scope) == (Grade.EXACT, Scope.INSTANCE)
    assert judgement.reason == reason
    if shows is None:
        assert judgement.witness is None
    else:
        assert judgement.witness.shows == shows
        assert dict(judgement.witness.values) == values


@pytest.mark.parametrize(
    ("radius", "shown"),
    [
        (Fraction(7, 2), "1.5"),
        (Fraction(3, 2), "1.5"),
        (Fraction(3, 2) - Fraction(1, 10**30), "1.25"),
        (Fraction(5, 4), "1.25"),
        (Fraction(17, 16), "1.0625"),
        (Fraction(17, 16) - Fraction(1, 10**30), "1.00390625"),
        (1 + Fraction(1, 2**32), "1.0000000002328306"),
        (1 + Fraction(1, 2**64), f"Fraction({2**64 + 1}, {2**64})"),
    ],
)
def test_the_radius_shown_is_one_plus_a_half_squared_until_an_eigenvalue_reaches_it(radius, shown):
    witness = powers_vanish([[radius, 1], [0, Fraction(1, 2)]]).witness
    assert witness.values["radius"] == shown
    assert f"Fraction({shown})" in witness.code
    value = Fraction(eval(shown, {"Fraction": Fraction}))
    assert compare_spectral_radius([[radius]], value) is not Comparison.BELOW


def test_the_text_of_an_entry_has_exactly_its_value():
    near_the_end = Fraction(2) ** 1024 - Fraction(1, 2)
    texts = {
        Fraction(3): "3",
        Fraction(-7, 2): "-3.5",
        Fraction(8193, 2): "4096.5",
        Fraction(1, 3): "Fraction(1, 3)",
        Fraction(0.1): "0.1",
        Fraction(2) ** 60 + Fraction(1, 2): f"Fraction({2**61 + 1}, 2)",
        near_the_end: f"Fraction({2**1025 - 1}, 2)",
        -near_the_end: f"Fraction({1 - 2**1025}, 2)",
        Fraction(1, 2**1100): f"Fraction(1, {2**1100})",
    }
    for value, text in texts.items():
        assert exact._entry(value) == text
        assert Fraction(eval(text, {"Fraction": Fraction})) == value


def test_integers_of_ten_thousand_bits_are_written_in_base_sixteen():
    for value in (2**9999 - 1, 1 - 2**9999):
        assert exact._integer(value) == str(value)
    for value in (2**9999, 2**10_000 - 1, -(2**9999), -(10**5000), 10**5000):
        text = exact._integer(value)
        assert text == hex(value)
        assert eval(text) == value
    # Python refuses to print an integer beyond 4300 digits in base ten.
    assert powers_vanish([[10**5000]]).witness.values["W"] == f"[[{hex(10**5000)}]]"


def test_a_polynomial_of_a_matrix_is_taken_without_rounding():
    # The number that takes h(W) to integers is qⁿ, q the denominator of the scale of W.
    rng = np.random.default_rng(1)
    for _ in range(40):
        d, n = (int(k) for k in rng.integers(1, 4, 2))
        multiple = int(rng.choice([1, 3, 5]))
        entries = multiple * rng.integers(-4, 5, (d, d))
        W = [[Fraction(int(x), 4) for x in row] for row in entries]
        coefficients = [int(c) for c in rng.integers(-3, 4, n)] + [2]
        matrix = as_rational_matrix(W, "W")
        found = exact._homogeneous_value(fmpz_poly(coefficients), matrix)
        assert isinstance(found, fmpz_mat)
        value, power = np.zeros((d, d), dtype=object), np.eye(d, dtype=int).astype(object)
        for c in coefficients:
            value = value + c * power
            power = power @ np.array(matrix, dtype=object)
        expected = value * integer_matrix(matrix)[1].denominator ** n
        assert [[int(x) for x in row] for row in found.tolist()] == expected.tolist()


def test_the_content_of_a_matrix_is_split_off():
    for W, entries, scale in (
        ([[1.5, 3], [0, -4.5]], [[1, 2], [0, -3]], Fraction(3, 2)),
        ([[-4, -6], [0, 0]], [[-2, -3], [0, 0]], Fraction(2)),
        ([[Fraction(1, 6), Fraction(1, 4)], [0, 0]], [[2, 3], [0, 0]], Fraction(1, 12)),
    ):
        N, found = integer_matrix(as_rational_matrix(W, "W"))
        assert (N, found) == (fmpz_mat(entries), scale)
    N, found = integer_matrix(as_rational_matrix([[0, 0], [0, 0]], "W"))
    assert (N, found) == (fmpz_mat(2, 2), 1)
