"""What a strategy prescribes holds, up to the rounding that it states, and isn't vacuous."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import sympy as sp
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from gradproof import strategies as drawn
from gradproof.arrays import UNIT_ROUNDOFF
from gradproof.errors import OutOfRangeError, ShapeError
from gradproof.spectral.exact import compare_spectral_radius, exact_product, powers_vanish
from gradproof.spectral.root_location import Comparison
from gradproof.verdict import Verdict

FEW = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))


def least(strategy, condition=lambda value: True):
    return find(strategy, condition, settings=FEW)


def is_normal(W):
    return np.array_equal(W @ W.T, W.T @ W)


@given(st.data(), st.sampled_from([0.0, 0.25, 1.0, 3.0]))
def test_the_smallest_singular_value(data, smallest):
    W = data.draw(drawn.matrices_of_smallest_singular_value(smallest))
    values = scipy.linalg.svdvals(W)
    # The computed values are off by a small multiple of u‖W‖ themselves.
    slack = 2 * (len(W) + 2) ** 2 * UNIT_ROUNDOFF * values[0]
    assert abs(values[-1] - smallest) <= slack


@given(st.data(), st.sampled_from([0.0, 0.5, 4.0]))
def test_the_departure_from_normality(data, departure):
    W = data.draw(drawn.matrices_of_departure(departure))
    exact = sp.Matrix([[sp.Rational(*x.as_integer_ratio()) for x in row] for row in W.tolist()])
    eigenvalues = exact.eigenvals()
    square = sum(x**2 for x in exact) - sum(m * abs(z) ** 2 for z, m in eigenvalues.items())
    assert abs(float(square) - departure**2) <= 9 * UNIT_ROUNDOFF * departure**2
    assert bool(departure) != is_normal(W)


def test_one_unit_is_normal():
    with pytest.raises(OutOfRangeError, match="every matrix is normal"):
        least(drawn.matrices_of_departure(1.0, 1))


@given(drawn.stable_matrices())
def test_stable_matrices_have_no_growing_product(W):
    moduli = [[abs(Fraction(x)) for x in row] for row in W.tolist()]
    assert compare_spectral_radius(moduli, Fraction(15, 16)) is not Comparison.ABOVE


def test_stable_matrices_may_have_a_large_norm():
    assert least(drawn.stable_matrices(), lambda W: np.linalg.norm(W, 2) > 2).shape[0] <= 3


@given(drawn.unstable_matrices(4))
def test_unstable_matrices_have_slopes_that_make_the_product_grow(W):
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    words = (((1, 1),), ((Fraction(3, 4), 1),), ((1, Fraction(3, 4)), (Fraction(3, 4), 1)))

    def grows(i, j, word):
        factors = []
        for slopes in word:
            factor = [[Fraction(0)] * 4 for _ in range(4)]
            for unit, slope in zip((i, j), slopes, strict=True):
                factor[unit] = [slope * Fraction(x) for x in W[unit].tolist()]
            factors.append(factor)
        return compare_spectral_radius(exact_product(factors)) is Comparison.ABOVE

    assert any(grows(i, j, word) for i, j in pairs for word in words)


def test_unstable_matrices_may_have_a_small_spectral_radius():
    W = least(drawn.unstable_matrices(), lambda W: max(abs(np.linalg.eigvals(W))) < 0.9)
    assert powers_vanish(W.tolist()).verdict is Verdict.HOLDS


@given(drawn.orthogonal_matrices())
def test_orthogonal_matrices(Q):
    d = len(Q)
    assert np.linalg.norm(Q.T @ Q - np.eye(d), 2) <= 5 * (d + 2) ** 2 * UNIT_ROUNDOFF


@given(drawn.nilpotent_matrices())
def test_nilpotent_matrices(W):
    exact = [[Fraction(x) for x in row] for row in W.tolist()]
    power = exact_product([exact] * len(exact))
    assert not any(any(row) for row in power)


def test_nilpotent_matrices_are_not_all_zero_and_not_all_triangular():
    assert least(drawn.nilpotent_matrices(), lambda W: np.tril(W).any()).shape == (2, 2)


@given(drawn.jordan_matrices(0.75))
def test_jordan_matrices_have_one_block(W):
    exact = sp.Matrix([[sp.Rational(*x.as_integer_ratio()) for x in row] for row in W.tolist()])
    shifted = exact - sp.Rational(3, 4) * sp.eye(len(W))
    assert shifted.rank() == len(W) - 1
    assert shifted ** len(W) == sp.zeros(len(W))


@given(drawn.near_defective_matrices(0.5))
def test_near_defective_matrices_have_the_characteristic_polynomial(W):
    exact = sp.Matrix([[sp.Rational(*x.as_integer_ratio()) for x in row] for row in W.tolist()])
    x, d = sp.Symbol("x"), len(W)
    wanted = (x - sp.Rational(1, 2)) ** d - exact[d - 1, 0]
    assert sp.expand(exact.charpoly(x).as_expr() - wanted) == 0


@given(drawn.reducible_matrices())
def test_reducible_matrices_are_not_strongly_connected(W):
    reached = np.linalg.matrix_power((W != 0) | np.eye(len(W), dtype=bool), len(W))
    assert not reached.all()


def test_reducible_matrices_have_blocks_that_are_not_zero():
    W = least(drawn.reducible_matrices(3), lambda W: (W != 0).sum() == 7)
    assert len(W) == 3


@given(drawn.dale_matrices())
def test_dale_matrices_have_columns_of_one_sign(W):
    assert ((W >= 0).all(axis=0) | (W <= 0).all(axis=0)).all()


def test_dale_matrices_have_columns_of_either_sign():
    W = least(drawn.dale_matrices(), lambda W: W.min() < 0 < W.max())
    assert W.tolist() == [[0.125, 0.0], [0.0, -0.125]] or len(W) == 2


@given(drawn.rational_matrices())
def test_rational_matrices_are_square_rows_of_fractions(W):
    assert all(len(row) == len(W) and all(type(x) is Fraction for x in row) for row in W)


def test_rational_matrices_are_not_all_dyadic():
    W = least(drawn.rational_matrices(), lambda W: W[0][0].denominator == 3)
    assert [x for row in W for x in row if x] == [Fraction(1, 3)]


@pytest.mark.parametrize(
    ("strategy", "bound"),
    [
        (drawn.xavier(5 / 3, 24), 5 / 3 * np.sqrt(6 / 48)),
        (drawn.he(size=24), np.sqrt(2) * np.sqrt(3 / 24)),
        (drawn.recurrent_default(24), 1 / np.sqrt(24)),
    ],
)
def test_uniform_initialisations_fill_their_interval(strategy, bound):
    @given(strategy)
    @settings(max_examples=20)
    def law(W):
        assert np.abs(W).max() <= bound * (1 + 2 * UNIT_ROUNDOFF)
        assert np.abs(W).max() > 0.9 * bound

    law()


@pytest.mark.parametrize(
    ("strategy", "deviation"),
    [
        (drawn.ginibre(1.5, 64), 1.5 / 8),
        (drawn.xavier(1.0, 64, distribution="normal"), 1 / 8),
        (drawn.he(1.0, 64, distribution="normal"), 1 / 8),
    ],
)
def test_normal_initialisations_have_their_deviation(strategy, deviation):
    @given(strategy)
    @settings(max_examples=20)
    def law(W):
        # The deviation of 4096 entries has a relative error of 1/√8192, 1.1 %: nine of these.
        assert W.std() == pytest.approx(deviation, rel=0.1)

    law()


@given(drawn.orthogonal_initialisation(2.0, 8))
def test_the_orthogonal_initialisation(W):
    assert np.linalg.norm(W.T @ W / 4 - np.eye(8), 2) < 1e-14


@given(drawn.bounded_inputs(0.3, 4, 2))
def test_bounded_inputs(x):
    assert x.shape == (4, 2)
    assert np.abs(x).max() <= 0.3


@given(st.data())
def test_slopes_are_realised(data):
    slopes = data.draw(st.lists(st.sampled_from([1.0, 0.75, 0.36, 0.01]), min_size=1, max_size=5))
    network, run = data.draw(drawn.trajectories_with_slopes(slopes))
    found = 1 - np.tanh(run.preactivations) ** 2
    size = np.abs(network.recurrent_weight).sum(axis=1).max() + np.abs(run.inputs).max()
    slack = 2 * (network.state_size + 6) * UNIT_ROUNDOFF * (size + np.abs(network.bias).max() + 1)
    assert (np.abs(found - np.array(slopes)[:, np.newaxis]) <= slack).all()


def test_slopes_of_every_unit_and_those_that_are_none():
    network, run = least(drawn.trajectories_with_slopes([[1.0, 0.75]]))
    assert network.state_size == 2
    assert run.states[1].tolist() == [0.0, 0.5]
    with pytest.raises(OutOfRangeError, match="outside"):
        least(drawn.trajectories_with_slopes([1.5]))
    with pytest.raises(ShapeError, match="slopes has shape"):
        least(drawn.trajectories_with_slopes([[1.0, 0.75]], 3))


@given(drawn.saturated_trajectories())
def test_saturated_runs_have_small_slopes(drawn_run):
    _, run = drawn_run
    assert (np.abs(run.preactivations) > 3.99).all()
    assert (1 - np.tanh(run.preactivations) ** 2).max() < 1.4e-3
