"""Norms of powers against exact powers, at the ends of the range that is kept, and their limits."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from gradproof.spectral import spectra
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.spectral.exact import exact_product
from gradproof.spectral.spectra import (
    departure_from_normality,
    gelfand_estimates,
    log_power_norms,
    power_norms,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
)

# Entries without sign, d ≤ 4 and k ≤ 8: each product errs by at most d·u in each entry.
RELATIVE = 8 * 4 * 2.0**-53 + 100 * 2.0**-53


def in_bits(W, n):
    return log_power_norms(W, n) / math.log(2)


def test_norms_of_powers_agree_with_those_of_exact_powers():
    rng = np.random.default_rng(1)
    for exponent in (-400, 0, 400):
        for _ in range(6):
            d = int(rng.integers(1, 5))
            W = np.ldexp(rng.random((d, d)) * 2.0 ** rng.integers(-30, 30, (d, 1)), exponent)
            logs = log_power_norms(W, 8)
            assert logs[0] == 0
            for k in range(1, 9):
                power = exact_product([W] * k)
                largest = max(max(row) for row in power)
                shift = largest.numerator.bit_length() - largest.denominator.bit_length()
                scaled = [[x / Fraction(2) ** shift for x in row] for row in power]
                norm = enclose_spectral_norm(scaled).upper
                expected = math.log(norm) + shift * math.log(2)
                assert logs[k] == pytest.approx(expected, abs=RELATIVE + 4e-16 * abs(expected))


def test_small_entries_are_kept_until_large_ones_have_vanished():
    # diag(N, s) with N² = 0: all powers but the first are those of s.
    W = np.zeros((3, 3))
    W[0, 1], W[2, 2] = 2.0**500, 2.0**-500
    assert in_bits(W, 4) == pytest.approx([0, 500, -1000, -1500, -2000])


def test_entries_are_kept_from_the_smallest_float_to_two_to_the_power_500():
    W = [[0.0, 2.0**786], [2.0**-787, 0.0]]
    assert in_bits(W, 4) == pytest.approx([0, 786, -1, 785, -2])
    # A chain of a small step and a large one: the square has their product as its only entry.
    chain = np.diag([2.0**-787, 2.0**786], -1)
    assert in_bits(chain, 3) == pytest.approx([0, 786, -1, -math.inf])


def test_large_matrices_of_the_largest_entries_do_not_overflow():
    # ‖W^k‖ = (d·x)^k for the d×d matrix with all entries x.
    d = 40
    with np.errstate(all="raise", under="ignore"):
        logs = log_power_norms(np.full((d, d), 2.0**1023), 5)
    expected = [k * (1023 * math.log(2) + math.log(d)) for k in range(6)]
    assert logs == pytest.approx(expected, rel=1e-14)


def test_norms_outside_the_range_of_floats_are_no_fault_of_the_arithmetic():
    with np.errstate(all="raise"):
        assert power_norms([[1e-300]], 3).tolist() == pytest.approx([1, 1e-300, 0, 0])
        assert power_norms([[1e300]], 3).tolist() == pytest.approx([1, 1e300, math.inf, math.inf])
        huge = np.full((2, 2), 1.7e308)
        assert gelfand_estimates(huge, 2).tolist() == [math.inf, math.inf]


def test_the_first_estimate_is_the_norm():
    W = [[0.0, 4.0], [1.0, 0.0]]
    assert gelfand_estimates(W, 1) == pytest.approx([4])
    assert gelfand_estimates(W, 1).shape == (1,)
    assert power_norms(W, 0).tolist() == [1]
    assert log_power_norms(W, 0).tolist() == [0]


@pytest.mark.parametrize("stack", [1, 2, 3, 7])
def test_how_many_powers_are_decomposed_at_once_does_not_matter(stack, monkeypatch):
    W = np.random.default_rng(2).standard_normal((3, 3))
    shift = np.diag([1.0, 2.0], 1)
    expected = [log_power_norms(W, n) for n in range(9)]
    monkeypatch.setattr(spectra, "_STACK", stack)
    for n, logs in enumerate(expected):
        assert log_power_norms(W, n) == pytest.approx(logs, rel=1e-14, abs=1e-14)
    assert in_bits(shift, 8).tolist() == pytest.approx([0, 1, 1] + [-math.inf] * 6)


@pytest.mark.parametrize("top", [0, 1, 500])
def test_a_scaled_matrix_has_its_largest_entry_just_below_a_power_of_two(top):
    for largest in (1.0, -1.0, 1.5, 2.0, -3.0, 2.0**-1074, 2.0**1023, 0.0):
        W = np.array([[largest, largest / 4], [0.0, largest / 2]])
        A, exponent = spectra._scaled(W, top=top)
        scale = Fraction(2) ** exponent
        assert [Fraction(x) * scale for x in A.ravel().tolist()] == [
            Fraction(x) for x in W.ravel().tolist()
        ]
        plain, plain_exponent = spectra._scaled(W)
        assert (A * 2.0**-top).tolist() == plain.tolist()
        assert exponent + top == plain_exponent
        assert not largest or 2.0 ** (top - 1) <= np.max(np.abs(A)) < 2.0**top


@pytest.mark.parametrize("exponent", [-1060, -900, 0, 900, 1022])
def test_quantities_of_matrices_with_known_values(exponent):
    scale = 2.0**exponent
    # Triangular: eigenvalues 1/2, −3/4, the departure is the entry beside them.
    W = np.array([[0.5, 0.25], [0.0, -0.75]]) * scale
    assert spectral_radius(W) == pytest.approx(0.75 * scale)
    assert departure_from_normality(W) == pytest.approx(0.25 * scale)
    # Orthogonal columns: the singular values are their lengths.
    V = np.array([[0.75, -0.5], [1.0, 0.375]]) * scale
    assert spectral_norm(V) == pytest.approx(1.25 * scale)
    assert smallest_singular_value(V) == pytest.approx(0.625 * scale)


def test_quantities_beyond_the_largest_float_are_infinite():
    huge = np.full((2, 2), 1.7e308)
    for quantity in (spectral_norm, spectral_radius):
        assert quantity(huge) == math.inf
    assert departure_from_normality([[0.0, 1.7e308], [0.0, 0.0]]) == pytest.approx(1.7e308)
    assert departure_from_normality(np.triu(np.full((3, 3), 1.7e308), 1)) == math.inf


def shift_beside(size, small):
    W = np.zeros((size + 1, size + 1))
    W[np.arange(size - 1), np.arange(1, size)] = 1.0
    W[size, size] = small
    return W


@pytest.mark.parametrize(("size", "small"), [(20, 1e-30), (40, 1e-20), (3, 1e-300)])
def test_what_a_dying_part_hides_is_found_again(size, small):
    steps = size + 5
    logs = log_power_norms(shift_beside(size, small), steps)
    np.testing.assert_allclose(logs[1:size], 0.0, atol=1e-12)
    np.testing.assert_allclose(logs[size:], np.log(small) * np.arange(size, steps + 1), rtol=1e-12)
    assert gelfand_estimates(shift_beside(size, small), steps)[-1] >= small * (1 - 1e-12)


def test_what_two_dying_parts_hide_is_found_again():
    W = np.zeros((61, 61))
    W[:20, :20], W[20:60, 20:60] = np.eye(20, k=1), 1e-30 * np.eye(40, k=1)
    W[60, 60] = 1e-60
    logs = log_power_norms(W, 45) / np.log(10)
    np.testing.assert_allclose(logs[20:40], -30.0 * np.arange(20, 40), rtol=1e-12)
    np.testing.assert_allclose(logs[40:], -60.0 * np.arange(40, 46), rtol=1e-12)


def test_a_ratio_of_entries_that_scaling_keeps_is_kept_by_powers():
    W = np.zeros((3, 3))
    W[0, 1], W[2, 2] = 2.0**520, 2.0**-520
    logs = log_power_norms(W, 3)
    np.testing.assert_allclose(logs / np.log(2), [0, 520, -1040, -1560], rtol=1e-14)


def test_powers_that_cancel_to_0_are_0():
    assert np.all(np.isneginf(log_power_norms([[1, -1], [1, -1]], 4)[2:]))
    assert np.isneginf(log_power_norms(np.diag(np.ones(60), 1), 61)[-1])
