"""How eigenvalues are isolated, when a ball is accurate, the order, and where a search starts."""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, ctx

from gradproof.spectral import enclosures
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.enclosures import EigenvalueEnclosure, enclose_eigenvalues
from gradproof.spectral.root_location import working_precision
from gradproof.spectral.spectra import smallest_singular_value, spectral_norm, spectral_radius


@pytest.fixture
def asked(monkeypatch):
    """Return the list of precisions at which the eigenvalues of a ball matrix were asked for."""
    precisions = []
    original = enclosures._matrix_eigenvalues

    def recorded(W):
        precisions.append(ctx.prec)
        return original(W)

    monkeypatch.setattr(enclosures, "_matrix_eigenvalues", recorded)
    return precisions


@pytest.mark.parametrize(
    "W",
    [
        [[0]],
        [[0, 1], [0, 1]],
        [[2, 1], [0, 2]],
        [[2, 0], [0, 2]],
        [[3, 1, 0], [0, 3, 1], [0, 0, 3]],
        np.zeros((2, 2)),
        [[0, 1, 0], [0, 0, 0], [0, 0, 5]],
    ],
)
def test_zero_and_multiple_eigenvalues_are_left_to_the_polynomial(W, asked):
    assert sum(e.multiplicity for e in enclose_eigenvalues(W)) == len(W)
    assert asked == []


@pytest.mark.parametrize(
    "W",
    [
        [[3]],
        [[0, -1], [1, 0]],
        [[0, 2], [1, 0]],
        [[1, 1], [1, 0]],
        [[0, 0, 1], [1, 0, 1], [0, 1, 0]],
        np.diag([1.0, 2.0, 3.0, 4.0]),
    ],
)
def test_distinct_eigenvalues_other_than_zero_are_isolated_without_the_polynomial(
    W, asked, monkeypatch
):
    monkeypatch.setattr(enclosures, "_POLYNOMIAL_PRECISIONS", ())
    found = enclose_eigenvalues(W)
    assert [e.multiplicity for e in found] == [1] * len(W)
    assert asked == sorted(asked)
    assert 1 <= len(asked) <= 2


def test_the_precision_is_raised_until_a_cluster_is_resolved(asked, monkeypatch):
    monkeypatch.setattr(enclosures, "_POLYNOMIAL_PRECISIONS", ())
    tiny = Fraction(1, 2**100)
    found = enclose_eigenvalues([[1, tiny], [tiny, 1]])
    assert len(found) == 2
    assert asked == [64, 128, 256]
    for e, value in zip(found, (1 + tiny, 1 - tiny), strict=True):
        assert e.real.contains(value)
        assert e.real.width <= 2.0**-52
        assert e.imaginary == Enclosure(0.0, 0.0)


def test_the_polynomial_takes_over_where_no_precision_resolves_a_cluster(asked):
    tiny = Fraction(1, 2**300)
    found = enclose_eigenvalues([[1, tiny], [tiny, 1]])
    assert asked == [64, 128, 256, 512]
    assert [e.multiplicity for e in found] == [1, 1]
    for value in (1 + tiny, 1 - tiny):
        assert any(e.real.contains(value) for e in found)


def test_the_precision_of_the_polynomial_is_raised_until_its_roots_are_accurate(monkeypatch):
    asked = []
    for accurate_at in (128, 256, 512):
        asked.clear()
        monkeypatch.setattr(
            enclosures,
            "_is_accurate",
            lambda _, least=accurate_at: asked.append(ctx.prec) or ctx.prec >= least,
        )
        (found,) = enclose_eigenvalues([[0]])
        assert found == EigenvalueEnclosure(Enclosure(0.0, 0.0), Enclosure(0.0, 0.0))
        assert asked == [bits for bits in (128, 256, 512) if bits <= accurate_at]


@pytest.mark.parametrize("turn", [1, acb(0, 1)])
def test_a_ball_is_accurate_if_each_radius_is_at_most_its_modulus_over_a_power_of_two(turn):
    turn = acb(turn)
    with working_precision(200):
        radius, tiny = arb(2) ** -56, arb(2) ** -20
        wide, narrow = arb(0, radius), arb(0, radius / 4)
        for real, imaginary in ((wide, 0), (0, wide), (wide, wide), (wide, narrow)):
            error = acb(real, imaginary)
            for modulus in (1 + tiny, -1 - tiny, arb(2)):
                assert enclosures._is_accurate(modulus * turn + error)
            for modulus in (1 - tiny, tiny - 1, arb(0)):
                assert not enclosures._is_accurate(modulus * turn + error)
        for exact in (acb(0), turn, tiny * turn):
            assert enclosures._is_accurate(exact)


def test_eigenvalues_are_ordered_by_modulus_then_real_part_then_imaginary_part():
    ordered = [(5, 0), (4, 3), (4, -3), (3, 4), (3, -4), (0, 5), (-3, 4), (-5, 0), (3, 0), (0, -1)]
    balls = [(acb(a, b), i + 1) for i, (a, b) in enumerate(ordered)]
    expected = tuple(
        EigenvalueEnclosure(Enclosure(a, a), Enclosure(b, b), i + 1)
        for i, (a, b) in enumerate(ordered)
    )
    rng = np.random.default_rng(1)
    for _ in range(5):
        shuffled = [balls[int(i)] for i in rng.permutation(len(balls))]
        assert enclosures._ordered(shuffled) == expected


def test_an_eigenvalue_enclosure_is_of_a_simple_one_unless_told():
    assert EigenvalueEnclosure(Enclosure(1.0, 1.0), Enclosure(0.0, 0.0)).multiplicity == 1


@pytest.mark.parametrize("quantity", [spectral_radius, spectral_norm, smallest_singular_value])
def test_the_guess_of_a_single_entry_is_its_nearest_float_or_the_largest(quantity):
    for entry, guess in (
        (Fraction(0), 0.0),
        (Fraction(3), 3.0),
        (Fraction(-3), 3.0),
        (Fraction(1, 3), 1 / 3),
        (Fraction(10) ** 300 / 7, float(Fraction(10) ** 300 / 7)),
        (-(Fraction(10) ** -300) / 7, float(Fraction(10) ** -300 / 7)),
        (Fraction(2) ** -1074, 5e-324),
        (Fraction(10) ** -400, 0.0),
        (Fraction(10) ** 400, sys.float_info.max),
        (-(Fraction(10) ** 400), sys.float_info.max),
    ):
        assert enclosures._guess(quantity, ((entry,),)) == guess


def test_the_guess_is_taken_from_the_matrix_whose_largest_entry_is_about_one():
    for exponent in (-1500, -400, 0, 400, 900):
        scale = Fraction(2) ** exponent
        W = ((Fraction(3, 2) * scale, Fraction(1, 4) * scale), (Fraction(0), -5 * scale))
        seen = []

        def recorded(A, seen=seen):
            seen.append(A)
            return 1.0

        enclosures._guess(recorded, W)
        (A,) = seen
        assert A.dtype == np.float64
        assert 0.5 <= np.max(np.abs(A)) <= 2
        assert (A * 5 / np.max(np.abs(A))).tolist() == [[1.5, 0.25], [0.0, -5.0]]
