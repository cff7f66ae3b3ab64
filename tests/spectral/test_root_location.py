"""Roots of polynomials with known roots, and the steps that locate them, in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import ctx, fmpz_poly

from gradproof.spectral import root_location
from gradproof.spectral.root_location import (
    Comparison,
    compare_real_root,
    compare_root_radius,
    count_roots_above,
    dilate,
    reciprocal_split,
    working_precision,
)

BELOW, EQUAL, ABOVE = Comparison.BELOW, Comparison.EQUAL, Comparison.ABOVE
ONE = Fraction(1)
# (x² + x − 1) after one Schur–Cohn step with k = 1/2: the second step is an exact tie.
TIE = fmpz_poly([1, -1, 1, 2])


def random_polynomial(rng, most=5):
    n = int(rng.integers(1, most + 1))
    return fmpz_poly([int(c) for c in rng.integers(-9, 10, n)] + [int(rng.choice([-3, -1, 1, 2]))])


def product(factors):
    result = fmpz_poly([1])
    for factor in factors:
        result = result * factor
    return result


def exact_schur_cohn(p):
    """Return whether all roots lie in |z| < 1, or None at a tie, in fractions."""
    f = [Fraction(int(c)) for c in p.coeffs()]
    while len(f) > 1:
        k = f[0] / f[-1]
        if abs(k) == 1:
            return None
        if abs(k) > 1:
            return False
        f = [a - k * b for a, b in zip(f[1:], f[-2::-1], strict=True)]
    return True


def test_a_dilated_polynomial_is_the_substituted_one_with_coprime_coefficients():
    rng = np.random.default_rng(1)
    for _ in range(100):
        p = random_polynomial(rng)
        r = Fraction(int(rng.integers(1, 30)), int(rng.integers(1, 30)))
        found = [int(c) for c in dilate(p, r).coeffs()]
        expected = [int(c) * r**i for i, c in enumerate(p.coeffs())]
        factor = Fraction(found[-1]) / expected[-1]
        assert factor > 0
        assert [factor * c for c in expected] == found
        assert math.gcd(*found) == 1


def test_the_split_separates_roots_whose_inverse_is_a_root():
    inside, outside = fmpz_poly([-1, 2]), fmpz_poly([-3, 1])
    inverse_of_inside = fmpz_poly([-2, 1])
    circle = [fmpz_poly([-1, 1]), fmpz_poly([1, 1]), fmpz_poly([1, 0, 1]), fmpz_poly([3, 2, 3])]
    for alone, paired, reciprocal in (
        ([inside, outside], [], []),
        ([], [circle[0], circle[0], circle[0]], [circle[0]]),
        ([inside, inside], [circle[2], circle[3], circle[3]], [circle[2], circle[3]]),
        ([outside], [inside, inverse_of_inside], [inside, inverse_of_inside]),
        ([inside], [inside, inverse_of_inside], [inside, inverse_of_inside]),
        ([outside], circle, circle),
    ):
        f, h = reciprocal_split(product([*alone, *paired]))
        for found, expected in ((f, product(alone)), (h, product(reciprocal))):
            assert found in (expected, -expected)


def test_the_steps_in_balls_agree_with_the_steps_in_fractions():
    rng = np.random.default_rng(2)
    seen = {True: 0, False: 0, None: 0}
    for _ in range(600):
        p = random_polynomial(rng) if rng.random() < 0.7 else dilate(random_polynomial(rng, 3), ONE)
        p = dilate(p, Fraction(int(rng.integers(1, 6)), int(rng.integers(1, 12))))
        expected = exact_schur_cohn(p)
        with working_precision(256):
            found = root_location._schur_cohn(p)
        # The first k is exact if it's ±1, and then it isn't below 1.
        if expected is None:
            assert found in (False, None)
        else:
            assert found is expected
        seen[expected] += 1
    assert min(seen.values()) > 5


def test_a_precision_that_is_too_low_leaves_the_steps_undecided():
    p = fmpz_poly([2**300 - 1, 0, 3, 2**300])
    assert exact_schur_cohn(p) is False
    with working_precision(64):
        assert root_location._schur_cohn(p) is None
    with working_precision(1024):
        assert root_location._schur_cohn(p) is False
    assert root_location._all_roots_inside(p) is False


@pytest.mark.parametrize("p", [[1, 5, 1], [-2, 1, 0, 2], [3, 0, -3], [7, 1]])
def test_a_product_of_the_roots_of_modulus_at_least_one_is_never_inside(p):
    with working_precision(64):
        assert root_location._schur_cohn(fmpz_poly(p)) is False


def test_a_constant_has_no_root_outside():
    for constant in (1, -5):
        assert root_location._schur_cohn(fmpz_poly([constant])) is True


def test_a_tie_is_decided_at_a_radius_beside_one():
    reverse = fmpz_poly(TIE.coeffs()[::-1])
    inside_tie = dilate(TIE, Fraction(2))
    assert exact_schur_cohn(TIE) is None
    for p in (TIE, reverse, inside_tie):
        radii = abs(np.roots([int(c) for c in p.coeffs()][::-1]))
        assert root_location._all_roots_inside(p) is bool(max(radii) < 1)
        for r in (Fraction(1, 2), Fraction(3, 4), ONE, Fraction(5, 4), Fraction(3)):
            assert compare_root_radius(p, r) is (BELOW if max(radii) < r else ABOVE)


@pytest.mark.parametrize("bits", [50, 200, 700, 1500])
@pytest.mark.parametrize("sign", [-1, 1])
def test_roots_close_to_the_circle_are_told_from_roots_on_it(bits, sign):
    before = ctx.prec
    near = 1 + sign * Fraction(1, 2**bits)
    for factor in (fmpz_poly([-1, 1]), fmpz_poly([1, 0, 1]), fmpz_poly([3, 2, 3])):
        scaled = dilate(factor, 1 / near)
        for p in (scaled, scaled * fmpz_poly([-1, 2])):
            assert compare_root_radius(p, near) is EQUAL
            assert compare_root_radius(p, ONE) is (ABOVE if sign > 0 else BELOW)
    assert ctx.prec == before


def test_the_radius_zero_asks_whether_all_roots_are_zero():
    for p, expected in (
        (fmpz_poly([0, 1]), EQUAL),
        (fmpz_poly([0, 0, 0, -4]), EQUAL),
        (fmpz_poly([0, 1, 0, 1]), ABOVE),
        (fmpz_poly([1, 0, 1]), ABOVE),
        (fmpz_poly([0, 0, 1, 1]), ABOVE),
    ):
        assert compare_root_radius(p, Fraction(0)) is expected


def test_real_roots_are_counted_and_compared_at_fractions():
    rng = np.random.default_rng(3)
    for _ in range(100):
        n = int(rng.integers(1, 6))
        roots = sorted(
            (Fraction(int(rng.integers(-6, 7)), int(rng.integers(1, 5))) for _ in range(n)),
            reverse=True,
        )
        leading = int(rng.choice([-2, -1, 1, 3]))
        p = leading * product([fmpz_poly([-x.numerator, x.denominator]) for x in roots])
        for c in (*roots, Fraction(0), Fraction(1, 7), Fraction(-5, 3), Fraction(9), Fraction(-9)):
            assert count_roots_above(p, c) == sum(x > c for x in roots)
            for k, x in enumerate(roots, start=1):
                expected = ABOVE if x > c else EQUAL if x == c else BELOW
                assert compare_real_root(p, k, c) is expected


def test_the_working_precision_is_the_one_given_inside_and_the_one_before_outside():
    before = ctx.prec
    for bits in (2, 64, 1000):
        with working_precision(bits):
            assert ctx.prec == bits
            with working_precision(bits + 1):
                assert ctx.prec == bits + 1
            assert ctx.prec == bits
        assert ctx.prec == before


def test_the_precision_doubles_and_the_margin_is_two_to_the_root_of_it(monkeypatch):
    asked = []
    with working_precision(300):
        undecided = iter([None] * 8 + [False])

        def steps(f):
            asked.append((ctx.prec, f))
            return next(undecided)

        monkeypatch.setattr(root_location, "_schur_cohn", steps)
        f = fmpz_poly([1, 3, 7])
        assert root_location._all_roots_inside(f) is False
        assert ctx.prec == 300
    expected = []
    for precision, root in ((128, 11), (256, 16), (512, 22)):
        margin = Fraction(1, 2**root)
        expected += [(precision, dilate(f, r)) for r in (ONE, 1 - margin, 1 + margin)]
    assert asked == expected


@pytest.mark.parametrize(
    ("answers", "decided_after", "inside"),
    [
        ([True], 1, True),
        ([False], 1, False),
        ([None, True], 2, True),
        ([None, False, False], 3, False),
        ([None, False, True, None, True], 5, True),
        ([None, None, False], 3, False),
        ([None, None, True, False], 4, False),
    ],
)
def test_the_smaller_radius_proves_inside_and_the_larger_one_not_inside(
    monkeypatch, answers, decided_after, inside
):
    remaining = list(answers)
    monkeypatch.setattr(root_location, "_schur_cohn", lambda _: remaining.pop(0))
    assert root_location._all_roots_inside(fmpz_poly([1, 3, 7])) is inside
    assert len(answers) - len(remaining) == decided_after
