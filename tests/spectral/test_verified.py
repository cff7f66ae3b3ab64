"""Singular values by verified Cholesky: they are where they are said to be, and tightly so."""

import math
from fractions import Fraction

import numpy as np
import pytest

from gradproof.spectral import verified
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.enclosures import enclose_smallest_singular_value, enclose_spectral_norm
from gradproof.spectral.verified import verified_smallest_singular_value, verified_spectral_norm

#: Kinds of matrices that are hard for rounding or scaling.
FAMILIES = {
    "normal entries": lambda g, d: g.normal(size=(d, d)),
    "rows of all sizes": lambda g, d: g.normal(size=(d, d)) * 10.0 ** g.integers(-12, 12, (d, 1)),
    "nilpotent": lambda g, d: np.triu(g.normal(size=(d, d)), 1),
    "integers": lambda g, d: np.round(g.normal(size=(d, d)) * 3),
    "rank one": lambda g, d: np.outer(g.normal(size=d), g.normal(size=d)),
    "Jordan": lambda g, d: np.eye(d) + np.eye(d, k=1),
    "orthogonal": lambda g, d: np.linalg.qr(g.normal(size=(d, d)))[0],
    "huge": lambda g, d: g.normal(size=(d, d)) * 2.0**1000,
    "subnormal": lambda g, d: g.normal(size=(d, d)) * 2.0**-1070,
    "from tiny to huge": lambda g, d: g.normal(size=(d, d)) * 2.0 ** g.integers(-1060, 900, (d, d)),
    "zero": lambda _, d: np.zeros((d, d)),
}


def overlap(found, exact):
    return found.lower <= exact.upper and exact.lower <= found.upper


@pytest.mark.parametrize("family", FAMILIES)
def test_both_ends_contain_what_the_exact_way_finds(family):
    generator = np.random.default_rng(1)
    for _ in range(30):
        W = FAMILIES[family](generator, int(generator.integers(1, 9)))
        found = verified_spectral_norm(W)
        assert found is not None
        assert overlap(found, enclose_spectral_norm(W))
        smallest = verified_smallest_singular_value(W)
        if smallest is not None:
            assert overlap(smallest, enclose_smallest_singular_value(W))


@pytest.mark.parametrize("d", [1, 8, 40, 65, 130])
def test_the_width_is_of_the_order_of_the_roundings(d):
    W = np.random.default_rng(d).normal(size=(d, d))
    found = verified_spectral_norm(W)
    assert 0 < found.upper - found.lower <= 30 * (d + 3) ** 2 * 2.0**-53 * found.upper
    smallest = verified_smallest_singular_value(W)
    condition = np.linalg.cond(W)
    assert (
        smallest.upper - smallest.lower <= 30 * (d + 3) ** 2 * 2.0**-53 * condition * smallest.upper
    )


@pytest.mark.parametrize("exponent", [-1000, -500, 0, 500, 1000])
def test_known_norms_are_enclosed_at_every_scale(exponent):
    # (1, 1; 1, 0) has the golden ratio and its inverse as singular values.
    W = np.array([[1.0, 1.0], [1.0, 0.0]]) * 2.0**exponent
    golden = (1 + math.sqrt(5)) / 2
    for found, value in (
        (verified_spectral_norm(W), golden),
        (verified_smallest_singular_value(W), golden - 1),
    ):
        scale = 2.0**exponent
        assert found.lower <= value * scale * (1 + 1e-15)
        assert found.upper >= value * scale * (1 - 1e-15)
        assert found.upper - found.lower <= 1e-13 * value * scale


def test_a_rectangular_matrix_has_a_norm():
    found = verified_spectral_norm(np.array([[3.0], [4.0]]))
    assert found.lower <= 5 <= found.upper
    assert verified_spectral_norm(np.ones((2, 8))).contains(4)


def test_a_norm_at_the_border_of_float64_is_never_too_small():
    largest = np.full((2, 2), 2.0**1022)
    found = verified_spectral_norm(largest)
    assert found is None or found.upper >= 2.0**1023


def upper_ends_below_the_norm():
    """Count upper ends that are below ‖(c, …, c)‖ = √n c, for 40 numbers c, decided exactly."""
    rows, below = 200_001, 0
    for c in np.random.default_rng(0).uniform(0.5, 1, size=40):
        found = verified_spectral_norm(np.full((rows, 1), c))
        below += Fraction(found.upper) ** 2 < rows * Fraction(float(c)) ** 2
    return below


def test_without_its_rounding_terms_the_bound_would_be_wrong(monkeypatch):
    assert upper_ends_below_the_norm() == 0
    monkeypatch.setattr(verified, "gamma", lambda _k: 0.0)
    assert upper_ends_below_the_norm() > 0


def test_a_factorisation_that_ends_needs_a_positive_matrix():
    assert verified._factorises(np.array([[2.0, 1.0], [1.0, 2.0]]))
    for indefinite in ([[1.0, 2.0], [2.0, 1.0]], [[0.0]], [[math.nan]], [[-1.0]]):
        assert not verified._factorises(np.array(indefinite))


def test_what_no_inverse_shows_is_left_to_the_exact_way():
    assert verified_smallest_singular_value(np.ones((3, 3))) is None
    assert enclose_smallest_singular_value(np.ones((33, 33))).upper == 0


def test_large_matrices_take_the_fast_way_and_agree_with_the_exact_one():
    W = np.random.default_rng(5).normal(size=(40, 40))
    assert enclose_spectral_norm(W) == verified_spectral_norm(W)
    assert enclose_smallest_singular_value(W) == verified_smallest_singular_value(W)
    exactly = [[Fraction(float(x)) for x in row] for row in W]
    assert overlap(enclose_spectral_norm(W), enclose_spectral_norm(exactly))
    assert overlap(enclose_smallest_singular_value(W), enclose_smallest_singular_value(exactly))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1 - 1e-9])
def test_an_estimate_that_is_too_small_is_found_out(share, monkeypatch):
    honest = verified._largest_eigenpair

    def too_small(gram):
        top, vector = honest(gram)
        return top * share, vector

    monkeypatch.setattr(verified, "_largest_eigenpair", too_small)
    for d in (2, 5, 40):
        W = np.random.default_rng(d).normal(size=(d, d))
        found = verified_spectral_norm(W)
        assert found is None or found.contains(np.linalg.norm(W, 2))
        moved = W + 10 * np.eye(d)
        found = verified_spectral_norm(moved)
        assert found is None or found.contains(np.linalg.norm(moved, 2))


@pytest.mark.parametrize("vector", [np.ones, np.zeros, lambda d: np.eye(d)[0]])
def test_any_vector_gives_a_lower_end_that_is_one(vector, monkeypatch):
    honest = verified._largest_eigenpair
    monkeypatch.setattr(
        verified, "_largest_eigenpair", lambda gram: (honest(gram)[0], vector(len(gram)))
    )
    W = np.random.default_rng(1).normal(size=(6, 6))
    with np.errstate(all="ignore"):
        found = verified_spectral_norm(W)
    assert found.lower <= np.linalg.norm(W, 2) <= found.upper


@pytest.mark.parametrize("error", [1e-12, 1e-3, 0.5])
def test_an_inverse_that_is_wrong_is_paid_for_or_refused(error, monkeypatch):
    honest = np.linalg.inv
    generator = np.random.default_rng(2)
    monkeypatch.setattr(
        np.linalg, "inv", lambda A: honest(A) * (1 + error * generator.normal(size=A.shape))
    )
    for d in (2, 5, 30):
        W = generator.normal(size=(d, d)) + 3 * np.eye(d)
        found = verified_smallest_singular_value(W)
        assert found is None or found.contains(np.linalg.svd(W, compute_uv=False)[-1])


def test_ends_below_the_smallest_normal_number_are_rounded_outward():
    found = verified.unscaled(2.0**-490, 2.0**-490, -600)  # 2⁻¹⁰⁹⁰ is no float64
    assert (found.lower, found.upper) == (0.0, 2.0**-1074)
    third = 2.0**-1070 / 3
    assert verified.unscaled(1 / 3, 1 / 3, -1070).lower < third * (1 + 2**-52)
    assert verified.unscaled(0.5, 0.5, 3) == Enclosure(4.0, 4.0)
    assert verified.unscaled(0.5, 1.5, 1024) is None


@pytest.mark.parametrize("exponent", [-1040, -600, 0, 600, 1000])
def test_a_stretch_is_enclosed_for_vectors_of_every_size(exponent):
    A = np.diag([1.0, 2.0**-400])
    vector = np.array([0.0, 2.0**exponent])
    lower, upper = verified._stretch(A, vector)
    assert lower <= 2.0**-400 <= upper
    assert upper - lower < 1e-14 * upper
    with np.errstate(all="raise"):
        assert verified._stretch(A, np.zeros(2)) == (0.0, math.inf)


def test_what_is_larger_than_the_count_of_roundings_allows_is_refused(monkeypatch):
    monkeypatch.setattr(verified, "LARGEST", 3)
    assert verified_spectral_norm(np.eye(4)) is None
    assert verified_spectral_norm(np.eye(3)).contains(1)


def test_a_norm_is_enclosed_where_lapack_finds_no_single_eigenpair():
    # Orthogonal to rounding: all eigenvalues of the Gram matrix within a few roundings of 1.
    for seed in range(400):
        generator = np.random.default_rng([7, seed])
        Q = np.linalg.qr(generator.normal(size=(7, 7)))[0]
        found = verified_spectral_norm(Q)
        assert found.lower <= 1 + 1e-14
        assert found.upper >= 1 - 1e-14
    again = np.random.default_rng([0, 1463])
    size = int(again.integers(1, 9))
    Q = np.linalg.qr(again.normal(size=(size, size)))[0]
    assert verified_spectral_norm(Q) is not None
