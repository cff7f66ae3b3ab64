import flint
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from gradproof.arrays import UNIT_ROUNDOFF
from gradproof.errors import InputError, NotFiniteError, NotRealError, OutOfRangeError
from gradproof.gradients.network import ElmanNetwork
from gradproof.gradients.products import jacobian_product
from gradproof.strategies import (
    dimensions,
    dyadics,
    input_sequences,
    networks,
    recurrent_matrices,
    trajectories,
)

# Without the phase that varies the shrunk example to explain it: ``find`` returns the last one run.
SEARCH = settings(
    phases=(Phase.generate, Phase.shrink),
    derandomize=True,
    database=None,
    max_examples=2000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
FEW = settings(SEARCH, max_examples=60)


def enclosed_spectral_radius(matrix):
    """ρ of the exact matrix as a ball, by its characteristic polynomial in exact integers."""
    before = flint.ctx.prec
    flint.ctx.prec = 200
    try:
        shift = 0
        for entry in matrix.ravel().tolist():
            shift = max(shift, entry.as_integer_ratio()[1].bit_length() - 1)
        integers = [[int(entry * 2.0**shift) for entry in row] for row in matrix.tolist()]
        roots = flint.fmpz_mat(integers).charpoly().complex_roots()
        largest = max((abs(root) for root, _ in roots), key=lambda size: float(size.mid()))
        return largest / flint.arb(2) ** shift
    finally:
        flint.ctx.prec = before


def enclosed_spectral_norm(matrix):
    """‖·‖₂ of the exact matrix as a ball: the largest eigenvalue of WWᵀ, exact likewise."""
    shift = 0
    for entry in matrix.ravel().tolist():
        shift = max(shift, entry.as_integer_ratio()[1].bit_length() - 1)
    scaled = flint.fmpz_mat(
        [[int(flint.fmpq(*e.as_integer_ratio()) * 2**shift) for e in r] for r in matrix.tolist()]
    )
    before = flint.ctx.prec
    flint.ctx.prec = 200
    try:
        roots = (scaled * scaled.transpose()).charpoly().complex_roots()
        largest = max((root.real for root, _ in roots), key=lambda size: float(size.mid()))
        return largest.sqrt() / flint.arb(2) ** shift
    finally:
        flint.ctx.prec = before


def off(ball, value):
    """|ball − value|/value in units of u."""
    before = flint.ctx.prec
    flint.ctx.prec = 200
    try:
        return abs(float(((ball - flint.arb(value)) / flint.arb(value)).mid())) / UNIT_ROUNDOFF
    finally:
        flint.ctx.prec = before


RADII = st.sampled_from([0.5, 0.9, 1.0, 1.1, 1.25, 3.0])


@given(st.data())
@FEW
def test_the_prescribed_spectral_radius_holds(data):
    radius = data.draw(RADII)
    matrix = data.draw(recurrent_matrices(spectral_radius=radius))
    assert off(enclosed_spectral_radius(matrix), radius) <= 4


@given(st.data())
@FEW
def test_the_prescribed_spectral_norm_holds(data):
    norm = data.draw(RADII)
    matrix = data.draw(recurrent_matrices(spectral_norm=norm))
    assert off(enclosed_spectral_norm(matrix), norm) <= (matrix.shape[0] + 2) ** 2


@given(recurrent_matrices(st.sampled_from([2, 3]), spectral_radius=0.9))
@settings(SEARCH, max_examples=300)
def test_no_transformation_rounds_a_defective_eigenvalue(matrix):
    # 0.9 has 53 bits: a shear of two different entries would round, and a Jordan block of size d
    # answers with the d-th root of the rounding.
    assert off(enclosed_spectral_radius(matrix), 0.9) <= 4


def test_a_prescription_may_be_a_strategy():
    matrix = find(recurrent_matrices(2, spectral_radius=st.just(0.5)), lambda _: True, settings=FEW)
    assert matrix.tolist() == [[0.5, 0.0], [0.0, 0.0]]
    matrix = find(recurrent_matrices(2, spectral_norm=st.just(0.5)), lambda _: True, settings=FEW)
    assert matrix.tolist() == [[0.5, 0.0], [0.0, 0.0]]


@given(recurrent_matrices(3, spectral_radius=0.0))
@FEW
def test_radius_zero_is_nilpotent(matrix):
    assert (np.linalg.matrix_power(matrix, 3) == 0).all()


@given(recurrent_matrices(dimensions(most=3)), st.integers(1, 4))
@FEW
def test_entries_are_short_dyadics(matrix, steps):
    # Outer products of two such numbers are k/64.
    assert (matrix * 64 == np.round(matrix * 64)).all()
    assert np.abs(matrix).max() <= 4
    assert 1 <= matrix.shape[0] == matrix.shape[1] <= 3


@pytest.mark.parametrize(
    "kind",
    [
        lambda W: np.count_nonzero(W) == W.size,
        lambda W: (np.diag(np.diag(W)) == W).all() and np.count_nonzero(W) >= 3,
        lambda W: (np.triu(W) == W).all() and np.count_nonzero(np.triu(W, 1)) >= 1,
        lambda W: np.linalg.norm(W, 2) > 4 * abs(np.linalg.eigvals(W)).max() > 0,
        lambda W: np.linalg.matrix_rank(W) < 3 and W.all(),
        lambda W: np.abs(np.linalg.eigvals(W).imag).max() > 0.1,
    ],
    ids=["dense", "diagonal", "triangular", "non-normal", "rank-deficient", "rotating"],
)
@pytest.mark.parametrize("prescribed", ["spectral_radius", "spectral_norm", None])
def test_every_kind_of_matrix_is_reached(kind, prescribed):
    strategy = recurrent_matrices(3, **({prescribed: 1.0} if prescribed else {}))
    find(strategy, kind, settings=SEARCH)


def test_matrices_shrink_to_small_and_simple_ones():
    assert find(recurrent_matrices(), lambda _: True, settings=SEARCH).tolist() == [[0.0]]
    assert find(recurrent_matrices(), lambda W: W.max() > 1, settings=SEARCH).tolist() == [[1.125]]
    growing = find(
        recurrent_matrices(spectral_radius=0.5),
        lambda W: np.linalg.norm(W, 2) > 1,
        settings=SEARCH,
    )
    assert growing.shape == (2, 2)
    assert np.count_nonzero(growing) <= 3


def norm_of(drawn):
    network, run = drawn
    return jacobian_product(network, run).log_norm()


def test_products_that_explode_and_products_that_vanish_are_reached():
    exploding = find(trajectories(), lambda drawn: norm_of(drawn) > np.log(1e3), settings=SEARCH)
    vanishing = find(
        trajectories(), lambda drawn: -np.inf < norm_of(drawn) < np.log(1e-3), settings=SEARCH
    )
    for network, run in (exploding, vanishing):
        assert network.state_size <= 2
        assert not run.inputs.any()
    # ‖W‖ = 2 takes 10 steps to 1e3.
    assert exploding[1].steps >= 10
    assert vanishing[1].steps <= 4


def test_a_norm_below_one_always_vanishes():
    # The sandwich's other side: what theory forbids isn't found.
    @given(trajectories(spectral_norm=0.5, steps=10))
    @FEW
    def law(drawn):
        assert norm_of(drawn) <= 10 * np.log(0.5) + 1e-12

    law()


@given(trajectories(dimensions(most=3), input_size=2, steps=st.integers(2, 5)))
@FEW
def test_a_trajectory_has_the_shapes_asked_for(drawn):
    network, run = drawn
    assert network.input_size == 2
    assert 2 <= run.steps <= 5
    assert (np.abs(run.initial_state) < 1).all()
    assert run.states.shape == (run.steps + 1, network.state_size)


def test_networks_often_read_every_unit_directly():
    network = find(networks(2), lambda n: n.recurrent_weight.any(), settings=SEARCH)
    assert (network.input_weight == np.eye(2)).all()
    assert (network.bias == 0).all()
    assert np.count_nonzero(network.recurrent_weight) == 1


def test_input_sequences_reach_silence_and_saturation():
    assert find(input_sequences(2, 3), lambda _: True, settings=SEARCH).tolist() == [[0.0] * 3] * 2
    assert find(input_sequences(1, 1), lambda x: x.max() > 5, settings=SEARCH).item() == 5.125


def test_prescriptions_without_meaning_are_named():
    with pytest.raises(InputError, match="spectral_norm is given beside spectral_radius"):
        recurrent_matrices(spectral_radius=1.0, spectral_norm=1.0)
    with pytest.raises(OutOfRangeError, match=r"^spectral_radius is -1"):
        recurrent_matrices(spectral_radius=-1.0)
    with pytest.raises(NotFiniteError, match=r"^spectral_norm"):
        recurrent_matrices(spectral_norm=np.inf)
    with pytest.raises(NotRealError, match=r"^most"):
        dimensions(most=2.5)
    with pytest.raises(OutOfRangeError, match=r"^denominator is 3"):
        dyadics(4, denominator=3)


def test_networks_are_drawn_by_their_type():
    found = find(st.from_type(ElmanNetwork), lambda network: network.state_size == 2, settings=FEW)
    assert found.recurrent_weight.tolist() == [[0.0, 0.0], [0.0, 0.0]]
