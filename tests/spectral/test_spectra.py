from __future__ import annotations

import math

import numpy as np
import pytest

from gradproof.errors import (
    EmptyArgumentError,
    NotFiniteError,
    NotRealError,
    OutOfRangeError,
    ShapeError,
)
from gradproof.spectral.spectra import (
    departure_from_normality,
    gelfand_estimates,
    log_power_norms,
    power_norms,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
)

# A backward stable d×d computation, d ≤ 8, errs by a small multiple of d·u relative to ‖W‖.
RELATIVE = 100 * 8 * 2.0**-53


def matrices(count, *, seed, least=1, most=8):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        d = int(rng.integers(least, most + 1))
        yield rng.standard_normal((d, d))


def test_against_definitions():
    for W in matrices(60, seed=1):
        gram = np.linalg.eigvalsh(W.T @ W)
        norm = spectral_norm(W)
        assert norm**2 == pytest.approx(gram[-1], rel=RELATIVE)
        assert smallest_singular_value(W) ** 2 == pytest.approx(gram[0], abs=RELATIVE * norm**2)
        assert spectral_radius(W) == pytest.approx(max(abs(np.linalg.eigvals(W))), rel=RELATIVE)


def test_the_chain_of_inequalities_is_strict_for_random_matrices():
    for W in matrices(60, seed=2, least=2):
        assert smallest_singular_value(W) < spectral_radius(W) < spectral_norm(W)


def test_scaling_by_a_power_of_two_is_exact():
    for W in matrices(20, seed=3):
        for f in (spectral_radius, spectral_norm, smallest_singular_value):
            for exponent in (-1000, -3, 900):
                assert f(np.ldexp(W, exponent)) == math.ldexp(f(W), exponent)
        assert departure_from_normality(W * 2.0**900) == departure_from_normality(W) * 2.0**900


def test_the_whole_range_of_float64():
    assert spectral_norm([[5e-324]]) == 5e-324
    assert spectral_radius([[1e308, 0], [0, -1e308]]) == pytest.approx(1e308)
    assert spectral_norm([[1.7e308, 1.7e308], [1.7e308, 1.7e308]]) == math.inf
    assert spectral_radius(np.zeros((3, 3))) == 0.0
    assert smallest_singular_value(np.zeros((3, 3))) == 0.0


def test_departure_from_normality():
    for W in matrices(40, seed=4, least=2):
        squared = np.linalg.norm(W) ** 2
        gap = squared - np.sum(np.abs(np.linalg.eigvals(W)) ** 2)
        assert departure_from_normality(W) ** 2 == pytest.approx(gap, abs=RELATIVE * squared)
        for normal in (W + W.T, W - W.T, np.linalg.qr(W)[0]):
            assert departure_from_normality(normal) <= RELATIVE * spectral_norm(normal)
    # The subtraction ‖W‖_F² − Σ|λ|² would answer 0 here.
    assert departure_from_normality([[1.0, 1e-9], [0.0, 2.0]]) == pytest.approx(1e-9, rel=1e-6)


def test_power_norms_of_matrices_with_known_powers():
    n = 60
    k = np.arange(n + 1)
    rotation = 0.5 * np.array([[0.6, -0.8], [0.8, 0.6]])
    assert log_power_norms(rotation, n) == pytest.approx(-k * math.log(2), abs=1e-13)
    jordan = np.array([[1.0, k[-1]], [0.0, 1.0]])
    assert power_norms([[1, 1], [0, 1]], n)[-1] == pytest.approx(np.linalg.norm(jordan, 2))
    assert power_norms([[0, 4], [1, 0]], 3) == pytest.approx([1, 4, 4, 16])
    swap = np.array([[0.0, 2.0**-600], [2.0**600, 0.0]])
    assert log_power_norms(swap, 4) / math.log(2) == pytest.approx([0, 600, 0, 600, 0])


def test_power_norms_match_plain_powers():
    for W in matrices(20, seed=5):
        expected = [np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(13)]
        assert power_norms(W, 12) == pytest.approx(expected, rel=12 * RELATIVE)


def test_long_powers_neither_overflow_nor_underflow():
    n = 100_000
    logs = log_power_norms([[2.0**-1000, 2.0**-990], [0.0, 2.0**-1000]], n)
    # ‖W^k‖ = 2^(−1000k)·‖[[1, 1024k], [0, 1]]‖, and the last norm is 1024k + O(1/k).
    assert logs[-1] == pytest.approx(math.log(1024 * n) - 1000 * n * math.log(2), rel=1e-13)
    assert logs.shape == (n + 1,)
    assert np.all(np.isfinite(logs))
    assert log_power_norms([[1e300]], 1000)[-1] == pytest.approx(1000 * math.log(1e300))
    assert power_norms([[1e300]], 2)[-1] == math.inf
    assert power_norms([[1e-300]], 2)[-1] == 0.0


def test_vanished_powers_are_minus_infinity():
    shift = np.diag(np.ones(4), 1)
    logs = log_power_norms(shift, 8)
    assert np.all(logs[:5] == 0.0)
    assert np.all(logs[5:] == -math.inf)
    assert np.array_equal(power_norms(shift, 5), [1, 1, 1, 1, 1, 0])
    assert np.array_equal(log_power_norms(np.zeros((2, 2)), 1), [0.0, -math.inf])
    assert gelfand_estimates(shift, 6)[-1] == 0.0


def test_norms_do_not_depend_on_where_the_stacks_end():
    W = np.random.default_rng(6).standard_normal((3, 3))
    logs = log_power_norms(W, 600)
    for n in (0, 255, 256, 257, 511, 512):
        assert log_power_norms(W, n) == pytest.approx(logs[: n + 1], rel=1e-14, abs=1e-14)


def test_gelfand_estimates_bound_the_radius_and_converge_to_it():
    for W in matrices(20, seed=7, least=2):
        radius = spectral_radius(W)
        estimates = gelfand_estimates(W, 2000)
        assert np.all(estimates >= radius * (1 - 2000 * RELATIVE))
        # ‖W^k‖ ≤ κ(V)ρ^k for W = VDV⁻¹.
        _, V = np.linalg.eig(W)
        k = np.arange(1, 2001)
        assert np.all(estimates <= radius * np.linalg.cond(V) ** (1 / k) * (1 + 2000 * RELATIVE))
    assert gelfand_estimates([[0, 4], [1, 0]], 3) == pytest.approx([4, 2, 16 ** (1 / 3)])


@pytest.mark.parametrize(
    "function",
    [
        spectral_radius,
        spectral_norm,
        smallest_singular_value,
        departure_from_normality,
        lambda W: log_power_norms(W, 3),
        lambda W: power_norms(W, 3),
        lambda W: gelfand_estimates(W, 3),
    ],
)
@pytest.mark.parametrize(
    ("W", "error"),
    [
        ([[math.nan]], NotFiniteError),
        ([[1j]], NotRealError),
        ([[1.0, 2.0]], ShapeError),
        (np.zeros((0, 0)), EmptyArgumentError),
    ],
)
def test_wrong_matrices_are_refused(function, W, error):
    with pytest.raises(error) as caught:
        function(W)
    assert caught.value.argument == "W"


def test_wrong_counts_and_ratios_are_refused():
    with pytest.raises(OutOfRangeError, match="n is -1"):
        log_power_norms([[1.0]], -1)
    with pytest.raises(OutOfRangeError, match="n is 0"):
        gelfand_estimates([[1.0]], 0)
    with pytest.raises(OutOfRangeError, match="ratio"):
        log_power_norms([[0.0, 2.0**1000], [2.0**-1000, 0.0]], 3)
