"""Along one trajectory: slopes where they are said to be, exponents, horizons and underflow."""

import math

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat

from gradproof.errors import (
    EnclosureError,
    OutOfRangeError,
    ShapeError,
    UnknownNameError,
)
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.growth import trajectory
from gradproof.growth.products import SlopeEnclosure, SlopeOrigin, enclose_log_norm_of_product
from gradproof.growth.trajectory import (
    computed_underflow,
    enclose_tanh_slopes,
    horizon,
    lyapunov_exponents,
    underflow_horizon,
)
from gradproof.spectral.root_location import working_precision


def chaotic(size, steps, gain=3.0, drive=0.1):
    """Return W, U, b, h_0 and inputs of a network in its chaotic regime."""
    g = np.random.default_rng(size)
    W = gain * g.normal(size=(size, size)) / np.sqrt(size)
    U, b = g.normal(size=(size, 2)), drive * g.normal(size=size)
    return W, U, b, g.normal(size=size), drive * g.normal(size=(steps, 2))


def slopes_in_fine_balls(W, U, b, start, inputs):
    """Return balls of 1 − h² at 2000 bits, by another formula than the one under test."""
    with working_precision(2000):
        h = [arb(float(x)) for x in start]
        slopes = []
        for x in inputs:
            h = [
                (
                    sum((arb(float(w)) * y for w, y in zip(row, h, strict=True)), arb(float(bias)))
                    + sum(arb(float(u)) * arb(float(y)) for u, y in zip(feeding, x, strict=True))
                ).tanh()
                for row, feeding, bias in zip(W, U, b, strict=True)
            ]
            slopes.append([1 - y * y for y in h])
    return slopes


@pytest.mark.parametrize("gain", [0.5, 1.5, 4.0])
def test_slopes_are_where_a_finer_computation_finds_them(gain):
    arguments = chaotic(8, 60, gain)
    found = enclose_tanh_slopes(*arguments)
    assert np.all(found.upper - found.lower <= 2.0**-51 * found.upper)
    for low, high, slopes in zip(
        found.lower, found.upper, slopes_in_fine_balls(*arguments), strict=True
    ):
        for lower, upper, slope in zip(low, high, slopes, strict=True):
            assert float(lower) <= slope <= float(upper)


def test_the_recorded_slopes_of_a_chaotic_run_are_not_those_of_the_exact_trajectory():
    W, U, b, start, inputs = chaotic(20, 250)
    states = forward(ElmanNetwork(W, U, b), start, inputs).states[1:]
    recorded = 1 - states**2
    enclosed = enclose_tanh_slopes(W, U, b, start, inputs)
    assert np.abs(recorded[:5] - enclosed.lower[:5]).max() < 1e-12
    assert np.abs(recorded[-20:] - enclosed.lower[-20:]).max() > 0.1
    of_run = enclose_log_norm_of_product(W, recorded)
    exact = enclose_log_norm_of_product(W, enclosed)
    assert (of_run.slopes, exact.slopes) == (SlopeOrigin.RECORDED, SlopeOrigin.ENCLOSED)
    assert exact.width < 1e-6
    assert of_run.upper < exact.lower or exact.upper < of_run.lower


def test_saturated_units_have_slopes_below_every_number():
    found = enclose_tanh_slopes([[1.0]], [[1.0]], [0.0], [0.0], [[1e300], [350.0], [371.0], [19.0]])
    assert (found.lower[0, 0], found.upper[0, 0]) == (0.0, 5e-324)
    # h is 1 but for less than rounding, so that z is the input + 1.
    for k, z in ((1, 351.0), (2, 372.0), (3, 20.0)):
        sech_squared = math.exp(math.log(4) - 2 * z)
        assert found.lower[k, 0] <= sech_squared * (1 + 1e-10)
        assert sech_squared * (1 - 1e-10) <= found.upper[k, 0]
    assert found.upper[2, 0] - found.lower[2, 0] == 5e-324


def test_a_precision_that_is_not_enough_is_said():
    arguments = chaotic(20, 100)
    with pytest.raises(EnclosureError, match="128 bits"):
        enclose_tanh_slopes(*arguments, most_bits=128)
    W, U, b, start, inputs = arguments
    with pytest.raises(ShapeError, match="U"):
        enclose_tanh_slopes(W, U[:2], b, start, inputs)
    with pytest.raises(ShapeError, match="initial_state"):
        enclose_tanh_slopes(W, U, b, start[:1], inputs)
    with pytest.raises(OutOfRangeError, match="most_bits"):
        enclose_tanh_slopes(*arguments, most_bits=10)


@pytest.mark.parametrize("size", [1, 2, 6, 20])
def test_exponents_of_diagonal_and_orthogonal_networks_are_known(size):
    g = np.random.default_rng(size)
    rates = np.sort(g.normal(size=size))[::-1]
    found = lyapunov_exponents(np.diag(np.exp(rates)), np.ones((4000, size)))
    np.testing.assert_allclose(found.exponents, rates, atol=0.01)
    rotation = np.linalg.qr(g.normal(size=(size, size)))[0]
    found = lyapunov_exponents(rotation, np.full((200, size), 0.5))
    np.testing.assert_allclose(found.exponents, -math.log(2), atol=1e-12)
    assert found.determinant_residual < 1e-12 * size


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1.0, 1e150, 1e300])
def test_exponents_shift_with_the_scale_and_fit_the_determinant_and_the_norm(scale):
    g = np.random.default_rng(7)
    W, slopes = g.normal(size=(8, 8)), g.uniform(0.1, 1, (500, 8))
    ordinary = lyapunov_exponents(W, slopes)
    found = lyapunov_exponents(W * scale, slopes)
    np.testing.assert_allclose(found.exponents, ordinary.exponents + math.log(scale), atol=1e-9)
    assert found.determinant_residual < 1e-9
    norm = enclose_log_norm_of_product(W * scale, slopes)
    assert norm.upper / 500 == pytest.approx(found.exponents[0], abs=0.02)
    assert np.all(np.diff(found.exponents) <= 0)


def test_exponents_of_a_single_step_are_sorted_too():
    g = np.random.default_rng(2)
    for size in (2, 5, 9):
        found = lyapunov_exponents(g.normal(size=(size, size)), np.ones((1, size)))
        assert np.all(np.diff(found.exponents) <= 0)


def rank_of_product(W, slopes):
    product = fmpq_mat(np.eye(len(W), dtype=int).tolist())
    for row in slopes:
        exact = [
            [fmpq(*float(x).as_integer_ratio()) * fmpq(*float(s).as_integer_ratio()) for x in line]
            for s, line in zip(row, W, strict=True)
        ]
        product = fmpq_mat(exact) * product
    return product.rank()


def test_as_many_exponents_are_minus_infinity_as_dimensions_are_lost():
    g = np.random.default_rng(3)
    seen = set()
    for _ in range(40):
        d, T = int(g.integers(1, 6)), int(g.integers(1, 8))
        W = np.triu(g.normal(size=(d, d)), int(g.integers(-4, 2)))
        slopes = g.uniform(size=(T, d)) * (g.uniform(size=(T, d)) > 0.1)
        found = lyapunov_exponents(W, slopes)
        lost = int(np.sum(found.exponents == -math.inf))
        assert lost == d - rank_of_product(W, slopes)
        assert found.determinant_residual < 1e-9
        seen.add((lost > 0, lost == d))
    assert seen == {(False, False), (True, False), (True, True)}


def test_the_determinant_shows_a_factor_that_is_wrong(monkeypatch):
    g = np.random.default_rng(1)
    W, slopes = g.normal(size=(5, 5)), g.uniform(0.1, 1, (50, 5))
    assert lyapunov_exponents(W, slopes).determinant_residual < 1e-10
    honest = np.linalg.qr

    def careless(A):
        Q, R = honest(A)
        return Q, R * 1.001

    monkeypatch.setattr(np.linalg, "qr", careless)
    assert lyapunov_exponents(W, slopes).determinant_residual > 4e-3


@pytest.mark.parametrize("threshold", [0.3, 1e-3, 1e-12, 1e-200])
def test_a_horizon_is_the_first_step_below_the_threshold(threshold):
    g = np.random.default_rng(5)
    for size in (1, 3, 12):
        W = g.normal(size=(size, size)) / np.sqrt(size)
        slopes = g.uniform(0, 1, (900, size))
        found = horizon(W, slopes, threshold)
        assert found.log_norm.upper <= math.log(threshold)
        assert found.log_norm == enclose_log_norm_of_product(W, slopes[: found.step])
        for n in {1, found.step // 2, found.step - 2, found.step - 1} - {0, -1, found.step}:
            assert enclose_log_norm_of_product(W, slopes[:n]).upper > math.log(threshold)
        assert horizon(W, slopes[: found.step - 1], threshold).step is None if found.step > 1 else 1


def test_horizons_of_products_that_need_no_search():
    assert horizon([[0.5]], [[1.0]], 2.0).step == 0
    assert horizon([[2.0]], [[1.0]] * 50, 0.5).step is None
    shift = np.eye(4, k=1)
    found = horizon(shift, np.ones((9, 4)), 1e-300)
    assert (found.step, found.log_norm.upper) == (4, -math.inf)
    with pytest.raises(OutOfRangeError, match="threshold"):
        horizon(shift, np.ones((9, 4)), 0.0)


def test_a_bracket_that_is_too_wide_defers_the_horizon_or_denies_it():
    slopes = np.full((60, 1), 0.5)
    narrow = horizon([[1.0]], slopes, 1e-6)
    wide = horizon([[1.0]], SlopeEnclosure(slopes * 0.8, slopes * 1.2), 1e-6)
    assert (narrow.step, wide.step) == (20, 28)
    assert wide.log_norm.slopes is SlopeOrigin.ENCLOSED
    assert horizon([[1.0]], SlopeEnclosure(slopes * 0, slopes * 2), 1e-6).step is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 2, 16])
def test_underflow_really_happens_near_the_step_foretold(size, dtype):
    g = np.random.default_rng(size)
    W = 0.6 * g.normal(size=(size, size)) / np.sqrt(size)
    slopes = g.uniform(0.0, 1, (1500, size))
    foretold = underflow_horizon(W, slopes, dtype)
    happened = computed_underflow(W, slopes, dtype)
    assert foretold.step > 30
    # Near the smallest subnormal a few steps decide nothing: entries are rounded up and down.
    assert abs(happened - foretold.step) <= 6
    # The step foretold is exact: one step before, some entry may still be rounded up.
    limit = -150 if dtype == "float32" else -1075
    assert foretold.log_norm.upper <= limit * math.log(2)


def test_a_computed_gradient_may_never_vanish_where_the_exact_one_has_long_done_so():
    slopes = np.full((3000, 1), 0.9)
    assert underflow_horizon([[1.0]], slopes).step == 987
    assert computed_underflow([[1.0]], slopes) is None
    left = np.float32(1)
    for _ in range(3000):
        left *= np.float32(0.9)
    assert left == 4 * 2.0**-149


def test_only_formats_that_are_known_have_an_underflow():
    for bad in ("float16", np.int32, "no format"):
        for function in (underflow_horizon, computed_underflow):
            with pytest.raises(UnknownNameError, match="dtype"):
                function([[0.5]], [[1.0]], bad)


def test_lengths_never_pass_over_a_step(monkeypatch):
    # The estimate only decides where the norm itself is computed.
    g = np.random.default_rng(0)
    W, slopes = g.normal(size=(6, 6)) / 3, g.uniform(0, 1, (80, 6))
    logs = list(trajectory._computed_log_norms(W, slopes, -10.0))
    exact = [enclose_log_norm_of_product(W, slopes[: n + 1]) for n in range(80)]
    for computed, found in zip(logs, exact, strict=True):
        if computed == math.inf:
            assert found.upper > -10
        else:
            assert computed == pytest.approx(found.upper, abs=1e-9)
