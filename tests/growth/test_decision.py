"""Decisions about growth: the bounds hold along runs, and what is decided is decided rightly."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.errors import (
    ContradictionError,
    NotFiniteError,
    OutOfRangeError,
    ShapeError,
    UnknownNameError,
)
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_products
from gradproof.growth.decision import (
    Decay,
    Decision,
    ExplosionPossible,
    Undecided,
    _Bracket,
    decide,
)
from gradproof.growth.joint.gripenberg import Letters
from gradproof.growth.scaling import (
    ScaledBound,
    centred_scaling,
    perron_scaling,
    row_sum_bound,
    scaled_bound,
    schatten_scaling,
)
from gradproof.growth.sector import SectorBound
from gradproof.growth.slopes import SLOPES
from gradproof.growth.vertices import VertexBound, _left_over, vertex_bound
from gradproof.growth.witnesses import PeriodicWitness
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.strategies import recurrent_matrices


def scaled_exactly(W, scaling):
    S = [Fraction(float(s)) for s in scaling]
    size = range(len(S))
    return [[S[i] * Fraction(float(W[i, j])) / S[j] for j in size] for i in size]


@given(recurrent_matrices(), st.randoms(use_true_random=False))
def test_a_scaled_bound_is_above_the_exact_norm_and_near_it(W, random):
    scaling = np.array([random.uniform(0.1, 10) for _ in W])
    bound = scaled_bound(W, scaling)
    exact = enclose_spectral_norm(scaled_exactly(W, scaling))
    assert exact.lower <= bound.rate <= exact.upper * (1 + 1e-12) + 1e-290
    rows = max(sum(abs(entry) for entry in row) for row in scaled_exactly(W, scaling))
    in_rows = row_sum_bound(W, scaling)
    assert rows <= Fraction(in_rows.rate) <= rows * Fraction(1 + 2**-18) + Fraction(1e-290)
    assert bound.constant >= scaling.max() / scaling.min()


@given(recurrent_matrices())
def test_the_bracket_is_one_and_decides_on_the_right_side(W):
    found = decide(W, budget=2.0)
    assert 0 <= found.rate_lower <= found.rate_upper
    assert (found.decision is Decision.DECAY) == (found.rate_upper < 1)
    assert (found.certificate is None) == (found.decision is Decision.UNDECIDED)
    if found.decision is Decision.EXPLOSION_POSSIBLE:
        assert found.rate_lower > 1


@pytest.mark.parametrize("size", [1, 3, 8])
def test_gradients_stay_below_the_bound_of_a_decay(size):
    generator = np.random.default_rng(size)
    W = generator.normal(size=(size, size)) / np.sqrt(size) * 0.45
    found = decide(W)
    assert found.decision is Decision.DECAY
    network = ElmanNetwork(W, np.eye(size), np.zeros(size))
    for scale in (0.0, 0.1, 1.0):
        run = forward(network, np.zeros(size), scale * generator.normal(size=(60, size)))
        for n, product in enumerate(jacobian_products(network, run)):
            bound = math.log(found.constant) + n * math.log(found.rate_upper)
            assert product.log_norm() <= bound + 1e-9


def test_scalings_find_what_they_are_for():
    # Diagonally similar to ½·(a rotation), and a shift, whose infimum is 0 and isn't attained.
    S = np.diag([1.0, 100.0])
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]]) / 2
    W = S @ rotation @ np.linalg.inv(S)
    assert enclose_spectral_norm(W).lower > 10
    assert scaled_bound(W, schatten_scaling(W)).rate == pytest.approx(0.5, abs=0.02)
    positive = np.abs(W)
    perron = row_sum_bound(positive, perron_scaling(positive)).rate
    assert perron == pytest.approx(0.7, rel=1e-3)
    shift = decide([[0.0, 0.0], [2.0, 0.0]])
    assert (shift.decision, shift.rate_lower) == (Decision.DECAY, 0.0)
    assert decide(np.zeros((3, 3))).decision is Decision.DECAY
    uneven = decide([[0.0, 1e200], [1e-201, 0.0]])
    assert (uneven.decision, uneven.rate_lower <= 0.1**0.5 <= uneven.rate_upper) == (
        Decision.DECAY,
        True,
    )


def test_the_borders_are_decided_as_they_are():
    assert decide([[1.0]]).decision is Decision.UNDECIDED
    assert decide([[1 - 2.0**-30]]).decision is Decision.DECAY
    assert decide([[1 + 2.0**-30]]).decision is Decision.EXPLOSION_POSSIBLE
    assert decide([[3.9]], activation="logistic").decision is Decision.DECAY
    assert decide([[4.1]], activation="logistic").decision is Decision.EXPLOSION_POSSIBLE
    assert decide([[0.909]], activation="silu").decision is Decision.DECAY
    assert decide([[0.91]], activation="silu").decision is Decision.EXPLOSION_POSSIBLE
    assert decide([[0.8858]], activation="gelu").decision is Decision.DECAY
    assert decide([[0.887]], activation="gelu").decision is Decision.EXPLOSION_POSSIBLE


def test_the_horizon_is_where_the_bound_falls_below():
    found = decide([[0.25]])
    assert found.horizon(1e-6) == 10
    assert found.horizon(2.0) == 0
    for rate in (0.3, 0.9, 1 - 2.0**-8):
        decay = decide([[rate]])
        n = decay.horizon(1e-9)
        product = Fraction(decay.constant) * Fraction(decay.rate_upper) ** n
        assert product <= Fraction(1e-9) < product / Fraction(decay.rate_upper)
    # The rate is rounded up from 1/2, so that 53 steps fall short by a rounding.
    assert decide([[0.5]]).horizon(2.0**-53) == 54
    slow = decide([[1 - 2.0**-30]])
    n = slow.horizon(1e-3)
    needed = -math.log(1e3) / math.log1p(slow.rate_upper - 1)
    assert needed <= n <= needed + 4
    for threshold in (0.0, -1.0):
        with pytest.raises(OutOfRangeError, match="give a positive number"):
            found.horizon(threshold)


@pytest.mark.parametrize("size", [2, 8, 16])
def test_what_norms_leave_open_a_sector_certificate_decides(size):
    generator = np.random.default_rng(size)
    W = generator.normal(size=(size, size))
    scaled = scaled_bound(W, schatten_scaling(W)).rate
    W *= (0.98 if size == 2 else 1.02) / scaled
    found = decide(W)
    assert isinstance(found, Decay)
    assert found.rate == found.rate_upper < 1
    if size > 2:
        assert isinstance(found.certificate, SectorBound)


def test_what_sectors_leave_open_the_vertices_decide_for_few_units():
    generator = np.random.default_rng(2)
    seen = 0
    for _ in range(60):
        W = generator.normal(size=(3, 3)) * generator.uniform(0.4, 0.8)
        found = decide(W)
        assert not isinstance(found, Undecided)
        if isinstance(found.certificate, VertexBound):
            seen += 1
            assert found.rate_lower <= found.certificate.joint.upper < found.rate < 1
            assert 1 <= found.constant < 1e4
            corners = [np.array(c) for c in itertools.product((0.0, 1.0), repeat=3)]
            products = [np.eye(3)]
            for n in range(1, 5):
                products = [D[:, np.newaxis] * W @ P for D in corners for P in products]
                largest = np.linalg.norm(np.array(products), ord=2, axis=(1, 2)).max()
                assert largest <= found.constant * found.rate**n * (1 + 1e-12)
    assert seen
    assert vertex_bound(np.eye(6), SLOPES["tanh"], seconds=1) is None


def test_what_is_left_over_of_a_word_is_bounded_by_its_longest_open_prefix():
    # ‖C‖ = 3/2 and C² = 3/4 I: every word is squares, and C once at the end.
    C = np.array([[[0.0, 1.5], [0.5, 0.0]]])
    letters = Letters(C, np.zeros(1), np.array([1.5]))
    assert _left_over(letters) == pytest.approx(1.5, rel=1e-6)
    assert _left_over(letters) >= 1.5
    assert _left_over(Letters(C / 2, np.zeros(1), np.array([0.75]))) == 1.0
    assert _left_over(Letters(2 * C, np.zeros(1), np.array([3.0]))) is None


def test_bounds_that_cross_are_a_defect_and_not_a_decision():
    bracket = _Bracket("tanh")
    bracket.below(ScaledBound("2", np.ones(1), 0.5, 1.0))
    with pytest.raises(ContradictionError, match=r"at least 0\.75 and at most 0\.5"):
        bracket.above(PeriodicWitness("tanh", np.ones((1, 1)), 0.75))


def test_a_reducible_matrix_is_as_good_as_its_components():
    generator = np.random.default_rng(7)
    W = np.zeros((7, 7))
    W[:3, :3] = generator.normal(size=(3, 3))
    W[:3, :3] *= 0.9 / scaled_bound(W[:3, :3], schatten_scaling(W[:3, :3])).rate
    W[3:, :3] = 50 * generator.normal(size=(4, 3))
    W[3:, 3:] = np.diag([0.5, -0.9, 0.3, 0.8])
    order = generator.permutation(7)
    found = decide(W[np.ix_(order, order)])
    assert isinstance(found, Decay)
    assert found.constant > 10
    triangular = np.tril(np.full((6, 6), 3.0), -1) + 0.7 * np.eye(6)
    assert isinstance(decide(triangular), Decay)


def test_powers_of_one_matrix_are_decided_by_the_spectral_radius():
    W = np.array([[0.9, 40.0, 0.0], [0.0, 0.9, 40.0], [0.0, 0.0, 0.9]])
    assert isinstance(decide(1.2 * W, activation="identity"), ExplosionPossible)
    found = decide(W, activation="identity")
    assert isinstance(found, Decay)
    for n in range(0, 200, 7):
        norm = np.linalg.norm(np.linalg.matrix_power(W, n), 2)
        assert norm <= found.constant * found.rate**n * (1 + 1e-9)


def test_an_undecided_bracket_says_what_to_try():
    found = decide(np.eye(2))
    assert isinstance(found, Undecided)
    assert found.bracket == (found.rate_lower, found.rate_upper)
    assert found.rate_lower <= 1 <= found.rate_upper <= 1 + 1e-9
    assert "float64 can't tell" in found.advice
    wide = Undecided("tanh", 0.5, 2.0, 1.0, None)
    assert "larger budget" in wide.advice
    assert "rescale W" in Undecided("tanh", 0.5, math.inf, math.inf, None).advice


def test_what_is_no_recurrent_matrix_is_refused():
    with pytest.raises(ShapeError, match="give a square matrix"):
        decide([[1.0, 2.0]])
    with pytest.raises(NotFiniteError, match="W is nan"):
        decide([[math.nan]])
    with pytest.raises(UnknownNameError, match="use one of tanh, logistic"):
        decide([[1.0]], activation="swish")
    with pytest.raises(OutOfRangeError, match="give a positive number of seconds"):
        decide([[1.0]], budget=0)


@pytest.mark.parametrize("size", [2, 3, 10, 40])
def test_centres_lead_to_the_best_scaling(size):
    generator = np.random.default_rng(size)
    W = generator.normal(size=(size, size))
    start = schatten_scaling(W)
    best = centred_scaling(W, start)
    norm = scaled_bound(W, best).rate
    assert norm <= scaled_bound(W, start).rate * (1 + 1e-12)
    # log‖S W S⁻¹‖ is convex in log S: what no small change improves is the least.
    for _ in range(40):
        moved = best * np.exp(generator.normal(size=size) * 10.0 ** generator.uniform(-4, 0))
        assert scaled_bound(W, moved).rate >= norm * (1 - 2e-6)
    assert np.array_equal(centred_scaling(np.zeros((2, 2)), np.ones(2)), np.ones(2))
