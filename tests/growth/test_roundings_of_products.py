"""Each rounding of a long product is paid for: without its term the bound would be wrong."""

import math

import numpy as np
import pytest
from exact_products import exact_log_norm, overlap

from gradproof.growth import matrix_balls, products
from gradproof.growth.products import (
    SlopeEnclosure,
    enclose_log_norm_of_product,
)
from gradproof.spectral.bracket import Enclosure


def missed():
    """Count enclosures that miss the product of numbers and their inverses, for 20 lists."""
    g, count = np.random.default_rng(0), 0
    for _ in range(20):
        numbers = g.uniform(1, 2, size=30)
        factors = np.stack([numbers, 1 / numbers], axis=1).reshape(60, 1, 1)
        count += not overlap(enclose_log_norm_of_product(factors), exact_log_norm(factors))
    return count


def test_without_the_roundings_of_products_the_bound_would_be_wrong(monkeypatch):
    # The norm of one number is that number: its enclosure hides no error of the product.
    def exactly(M):
        return Enclosure(abs(float(M[0, 0])), abs(float(M[0, 0])))

    monkeypatch.setattr(products, "verified_spectral_norm", exactly)
    assert missed() == 0
    monkeypatch.setattr(matrix_balls, "gamma", lambda _k: 0.0)
    assert missed() > 0


def worst_rounded():
    """Return a number just above 1 whose eighth power, by three squarings, is rounded up most."""
    candidates = 1 + np.random.default_rng(0).uniform(0, 2.0**-10, 200_000)
    second = candidates * candidates
    fourth = second * second
    errors = np.zeros(len(candidates))
    # Dekker's exact product gives the error of each squaring.
    for weight, x, square in ((4, candidates, second), (2, second, fourth), (1, fourth, None)):
        high = x * (2.0**27 + 1) - (x * (2.0**27 + 1) - x)
        low = x - high
        square = x * x if square is None else square
        errors += weight * (square - high * high - 2 * high * low - low * low)
    return float(candidates[np.argmax(errors)])


@pytest.mark.parametrize(("share", "right"), [(1.0, True), (0.7, False)])
def test_the_bound_of_a_rounding_is_met_and_not_exceeded(share, right, monkeypatch):
    def exactly(M):
        return Enclosure(abs(float(M[0, 0])), abs(float(M[0, 0])))

    honest = matrix_balls.gamma
    monkeypatch.setattr(products, "verified_spectral_norm", exactly)
    monkeypatch.setattr(matrix_balls, "gamma", lambda k: share * honest(k))
    factors = np.full((8, 1, 1), worst_rounded())
    assert overlap(enclose_log_norm_of_product(factors), exact_log_norm(factors)) is right


def test_errors_are_carried_by_the_factors_that_follow_in_their_order():
    first = matrix_balls.matrix_ball(np.eye(2), 0, 1e-3)
    project, move = np.diag([0.0, 1.0]), np.eye(2, k=1)
    later = [matrix_balls.matrix_ball(M, 0, 0.0) for M in (project, project, move)]
    found = matrix_balls._tree([first, *later], improve=True).ball
    np.testing.assert_array_equal(np.ldexp(found.centre, found.exponent), move)
    # move · project · project = move has norm 1, in any other order the product is 0.
    assert 1e-3 <= math.ldexp(found.error, found.exponent) <= 1.1e-3


def test_without_the_roundings_of_factors_the_bound_would_be_wrong(monkeypatch):
    # 3·fl(1/3) = 1 − 2⁻⁵⁴ is rounded to 1, so that no product of factors is rounded any more.
    W, slopes = [[1 / 3]], np.full((2000, 1), 3.0)
    monkeypatch.setattr(matrix_balls, "gamma", lambda _k: 0.0)
    value = 2000 * -(2.0**-54)
    assert enclose_log_norm_of_product(W, slopes).lower <= value
    monkeypatch.setattr(products, "UNIT_ROUNDOFF", 0.0)
    assert enclose_log_norm_of_product(W, slopes).lower > value


@pytest.mark.parametrize("forgotten", ["newer", "older", "both"])
def test_without_a_term_of_inherited_errors_the_bound_would_be_wrong(forgotten, monkeypatch):
    honest = matrix_balls.matrix_ball

    def times(A, B, *, closely=True):
        terms = {
            "newer": A.error * B.norm,
            "older": A.norm * B.error,
            "both": A.error * B.error,
        }
        error = sum(term for name, term in terms.items() if name != forgotten) + 1e-12
        return honest(A.centre @ B.centre, A.exponent + B.exponent, error, closely=closely)

    slopes = SlopeEnclosure([[0.5], [0.5]], [[1.5], [1.5]])
    assert enclose_log_norm_of_product([[1.0]], slopes).upper >= 2 * math.log(1.5)
    monkeypatch.setattr(matrix_balls, "_times", times)
    assert enclose_log_norm_of_product([[1.0]], slopes).upper < 2 * math.log(1.5)


def test_a_norm_that_no_factorisation_shows_is_bounded_by_another(monkeypatch):
    monkeypatch.setattr(products, "verified_spectral_norm", lambda _W: None)
    W, slopes = np.array([[0.6, 0.8], [-0.8, 0.6]]), np.ones((30, 2))
    found = enclose_log_norm_of_product(W, slopes)
    assert found.lower == -math.inf
    assert 0 <= found.upper < math.log(2)


def test_norms_of_balls_are_upper_bounds_and_near():
    g = np.random.default_rng(2)
    for d in (1, 2, 5, 30):
        for scale in (1e-90, 1e-30, 1.0, 1e30, 1e90):
            M = g.normal(size=(d, d)) * scale
            ball = matrix_balls.matrix_ball(M, 7, 0.0, closely=True)
            norm = np.linalg.norm(ball.centre, 2)
            assert norm <= ball.norm <= d**0.25 * norm * (1 + 1e-5)
            assert np.linalg.norm(ball.centre) <= ball.frobenius
            assert matrix_balls.frobenius_upper(M * 2.0**-600) >= np.abs(M).max() * 2.0**-600
            np.testing.assert_array_equal(np.ldexp(ball.centre, ball.exponent - 7), M)
