"""Sector certificates: sound for every word of slopes, refused when they prove nothing, tight."""

import itertools
import math

import numpy as np
import pytest
from flint import arb_mat, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.growth.lyapunov import lyapunov_bound
from gradproof.growth.scaling import scaled_bound, schatten_scaling
from gradproof.growth.sector import sector_bound
from gradproof.growth.sector_search import search_sector_bound
from gradproof.spectral.verified import verified_positive_definite
from gradproof.strategies import recurrent_matrices

RANGES = [(0.0, 1.0), (0.0, 0.25), (0.01, 1.0), (-0.1, 1.1), (1.0, 1.0), (-1.0, 1.0)]


def random_matrix(seed, size):
    return np.random.default_rng(seed).normal(size=(size, size)) / math.sqrt(size)


def found_for(W, lower, upper, seconds=60.0, optimise=True):
    return search_sector_bound(
        W, np.zeros(len(W)), lower=lower, upper=upper, seconds=seconds, optimise=optimise
    )


def is_positive_definite(rows):
    """Whether the ball matrix is, by LDLᵀ in 300 bits."""
    size = len(rows)
    M = [list(row) for row in rows]
    for k in range(size):
        if not M[k][k] > 0:
            return False
        for i in range(k + 1, size):
            factor = M[i][k] / M[k][k]
            for j in range(k, size):
                M[i][j] -= factor * M[k][j]
    return True


def sector_rows(W, X, t, r, lower, upper):
    """M(r) in balls, from its definition."""
    size = len(W)
    W, X = arb_mat(W.tolist()), arb_mat(X.tolist())
    T = arb_mat([[t[i] if i == j else 0 for j in range(size)] for i in range(size)])
    r, α, β = (arb_mat([[x]])[0, 0] for x in (r, lower, upper))
    first, cross = r * r * X + 2 * α * β * (W.transpose() * T * W), -(α + β) * (T * W)
    last = 2 * T - X
    return [
        [
            (first[i, j] if j < size else cross[j - size, i])
            if i < size
            else (cross[i - size, j] if j < size else last[i - size, j - size])
            for j in range(2 * size)
        ]
        for i in range(2 * size)
    ]


@pytest.mark.parametrize(("lower", "upper"), RANGES)
def test_a_bound_is_what_the_theorem_asks_for_in_300_bits(lower, upper):
    ctx.prec = 300
    try:
        for size in (1, 2, 5):
            W = random_matrix(size, size)
            found = lyapunov_bound(W) if lower == upper else found_for(W, lower, upper)
            assert (found.lower, found.upper) == (lower, upper)
            # For α = β the theorem is about T → ∞.
            t = found.multipliers if lower < upper else 1e30 * found.multipliers
            rows = sector_rows(W, found.form, t, found.rate, lower, upper)
            assert is_positive_definite(rows)
            rows = sector_rows(W, found.form, t, 0.5 * found.rate, lower, upper)
            assert not is_positive_definite(rows)
    finally:
        ctx.prec = 53


@settings(max_examples=25)
@given(recurrent_matrices(), st.sampled_from(RANGES[:4]), st.randoms(use_true_random=False))
def test_every_product_stays_below(W, slopes, random):
    size = len(W)
    found = found_for(W, *slopes, seconds=0.5)
    if found is None:
        return
    Φ = np.eye(size)
    for n in range(12):
        allowed = math.log(found.constant) + n * math.log(found.rate)
        assert math.log(np.linalg.norm(Φ, 2) + 1e-300) <= max(allowed, -650) + 1e-9
        D = np.array([random.choice((*slopes, random.uniform(*slopes))) for _ in range(size)])
        Φ = D[:, np.newaxis] * W @ Φ


def test_the_search_is_better_than_diagonal_scaling_and_near_the_truth():
    closed = 0
    for seed in range(30):
        W = random_matrix(seed, 2)
        found = found_for(W, 0.0, 1.0)
        assert found.rate <= scaled_bound(W, schatten_scaling(W)).rate * (1 + 1e-4)
        words = max(
            np.abs(np.linalg.eigvals(product)).max() ** (1 / length)
            for length in (1, 2, 3, 4)
            for product in vertex_products(W, length)
        )
        assert words <= found.rate * (1 + 1e-9)
        closed += words >= found.rate * (1 - 1e-3)
    # For d = 2 it equals the joint spectral radius for three quarters of random matrices.
    assert closed >= 15


def vertex_products(W, length):
    masks = [np.array(bits)[:, np.newaxis] for bits in itertools.product((0.0, 1.0), repeat=2)]
    for word in itertools.product(masks, repeat=length):
        Φ = np.eye(2)
        for D in word:
            Φ = D * W @ Φ
        yield Φ


def test_without_the_search_for_scalings_it_is_the_numerical_radius():
    for seed in range(5):
        W = random_matrix(seed, 6)
        angles = np.exp(1j * np.linspace(0, np.pi, 2001))
        radius = max(
            np.abs(np.linalg.eigvalsh((z * W + np.conj(z) * W.T) / 2)).max() for z in angles
        )
        found = found_for(W, 0.0, 1.0, optimise=False)
        assert radius * (1 - 1e-9) <= found.rate <= radius * (1 + 1e-5)


@pytest.mark.parametrize("size", [16, 64])
def test_the_certified_scale_of_random_matrices_is_large(size):
    # Diagonal scaling reaches 0.65 for d = 16 and 0.56 for d = 64.
    scales = [1 / found_for(random_matrix(seed, size), 0, 1).rate for seed in range(3)]
    assert np.median(scales) >= {16: 0.79, 64: 0.73}[size]


def test_what_proves_nothing_is_refused():
    W, one = np.array([[0.5]]), np.ones(1)
    assert sector_bound(W, np.eye(1), one, 0.51, lower=0, upper=1) is not None
    assert sector_bound(W, np.eye(1), one, 0.49, lower=0, upper=1) is None
    assert sector_bound(W, np.eye(1), one, 0.5, lower=0, upper=1) is None
    assert sector_bound(W, -np.eye(1), one, 0.51, lower=0, upper=1) is None
    assert sector_bound(W, np.eye(1), -one, 0.51, lower=0, upper=1) is None
    assert sector_bound(W, np.eye(1), one, math.inf, lower=0, upper=1) is None
    assert sector_bound(W, np.full((1, 1), math.nan), one, 0.9, lower=0, upper=1) is None
    assert sector_bound(W, np.eye(1), one, 0.51, lower=0, upper=1.1) is None
    # An indefinite X with which a slope alone would grow: refused, whatever M(r) is.
    assert sector_bound(2 * W, -np.eye(1), one, 0.5, lower=1, upper=1) is None
    assert search_sector_bound(np.zeros((2, 2)), np.zeros(2), lower=0, upper=1, seconds=1) is None


def test_the_constant_bounds_the_condition_of_the_form():
    W = random_matrix(3, 4) / 10
    for exponent in (0, 5, 40):
        scale = np.exp(np.array([0.0, 1.0, -1.0, 0.5]) * exponent)
        form = scale[:, np.newaxis] * (np.eye(4) + 0.1) * scale
        found = sector_bound(
            W * (scale[np.newaxis, :] / scale[:, np.newaxis]),
            form,
            np.square(scale),
            0.9,
            lower=0,
            upper=1,
        )
        ratio = np.sqrt(np.linalg.cond(form)) if exponent < 10 else scale.max() / scale.min()
        assert ratio * (1 - 1e-6) <= found.constant <= 3 * ratio


def test_positive_definiteness_counts_what_it_is_off_by():
    assert verified_positive_definite(np.eye(3), 1 - 1e-12)
    assert not verified_positive_definite(np.eye(3), 1.0)
    assert not verified_positive_definite(np.zeros((2, 2)), 0.0)
    assert not verified_positive_definite(np.full((1, 1), math.nan), 0.0)
    generator = np.random.default_rng(0)
    for size in (1, 2, 30):
        Q, _ = np.linalg.qr(generator.normal(size=(size, size)))
        values = generator.uniform(0.5, 2, size=size)
        for least in (1e-10, -1e-13, -1e-17, 0.0):
            values[0] = least
            B = Q * values @ Q.T
            proved = verified_positive_definite((B + B.T) / 2, 0.0)
            assert proved == (least == 1e-10)


def test_singular_matrices_that_a_plain_factorisation_takes_for_definite_are_refused():
    generator, mistaken = np.random.default_rng(6), 0
    for _ in range(300):
        size = int(generator.integers(2, 9))
        G = generator.integers(-9, 10, size=(size, size - 1))
        B = (G @ G.T).astype(float) / 512
        assert not verified_positive_definite(B, 0.0)
        try:
            np.linalg.cholesky(B)
        except np.linalg.LinAlgError:
            continue
        mistaken += 1
    assert mistaken > 10


def test_powers_have_their_lyapunov_bound():
    for seed in range(6):
        W = random_matrix(seed, 5)
        found = lyapunov_bound(W)
        radius = np.abs(np.linalg.eigvals(W)).max()
        assert radius * (1 - 1e-12) <= found.rate <= radius * 1.01
        for n in range(20):
            power = np.linalg.norm(np.linalg.matrix_power(W, n), 2)
            assert power <= found.constant * found.rate**n * (1 + 1e-9)
    nilpotent = lyapunov_bound(np.diag([1.0, 1.0, 1.0], 1))
    assert 0 < nilpotent.rate < 0.1
    assert lyapunov_bound(np.zeros((2, 2))) is None


@pytest.mark.parametrize("slopes", [(0.0, 1.0), (-0.1, 1.1), (1.0, 1.0)])
def test_at_the_edge_rounding_is_paid_for(slopes, monkeypatch):
    """Bisect to the least accepted rate, where a bound without its rounding terms is false."""
    lower, upper = slopes

    def least_accepted(W, form, multipliers, rate):
        low, high = 0.9 * rate, rate
        while math.nextafter(low, 1e300) < high:
            middle = (low + high) / 2
            accepted = sector_bound(W, form, multipliers, middle, lower=lower, upper=upper)
            low, high = (low, middle) if accepted else (middle, high)
        return high

    cases = []
    for seed in range(12):
        W = random_matrix([seed, 3], 3)
        found = lyapunov_bound(W) if lower == upper else found_for(W, lower, upper)
        cases.append((W, found.form, found.multipliers, found.rate))
    sound = [least_accepted(*case) for case in cases]

    def careless(symmetric, error):
        del error
        return bool(np.all(np.linalg.eigvalsh(symmetric) > 0))

    monkeypatch.setattr("gradproof.growth.sector.verified_positive_definite", careless)
    unsound = [least_accepted(*case) for case in cases]
    assert all(a > b for a, b in zip(sound, unsound, strict=True))
    ctx.prec = 300
    try:
        truths = {"sound": [], "unsound": []}
        for case, right, wrong in zip(cases, sound, unsound, strict=True):
            W, form, multipliers, _ = case
            for name, rate in (("sound", right), ("unsound", wrong)):
                if lower == upper:
                    A, X = arb_mat(W.tolist()), arb_mat(form.tolist())
                    r = arb_mat([[rate]])[0, 0]
                    rows = (r * r * X - A.transpose() * X * A).tolist()
                else:
                    rows = sector_rows(W, form, multipliers, rate, lower, upper)
                truths[name].append(is_positive_definite(rows))
    finally:
        ctx.prec = 53
    assert all(truths["sound"])
    assert not all(truths["unsound"])
