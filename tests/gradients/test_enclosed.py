"""Enclosed trajectories: they contain the floating-point run's exact counterpart, and are tight."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings

from gradproof.errors import OutOfRangeError, ShapeError
from gradproof.gradients.enclosed import enclose_trajectory
from gradproof.gradients.network import ElmanNetwork, forward, state_jacobians
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.spectral.spectra import spectral_radius
from gradproof.strategies import trajectories


@settings(max_examples=60)
@given(trajectories(steps=4))
def test_the_computed_product_is_within_its_derived_error_of_the_enclosure(drawn):
    network, run = drawn
    enclosed = enclose_trajectory(network, run.initial_state, run.inputs, precision=256)
    computed = jacobian_product(network, run).to_array()
    error = jacobian_product_error_upper(network, run)
    for index in np.ndindex(computed.shape):
        ball = enclosed.product[index[0]][index[1]]
        assert ball.lower - error[index] <= computed[index] <= ball.upper + error[index]


def test_the_enclosure_is_tight_and_in_the_right_order():
    network = ElmanNetwork([[0.5, 0.3], [-0.2, 0.4]], np.zeros((2, 1)), [0.0, 0.0])
    inputs = np.zeros((5, 1))
    run = forward(network, [1.0, 0.0], inputs)
    enclosed = enclose_trajectory(network, [1.0, 0.0], inputs)
    factors = state_jacobians(network, run)
    newest_left = np.linalg.multi_dot(factors[::-1])
    oldest_left = np.linalg.multi_dot(factors)
    lower = np.array([[ball.lower for ball in row] for row in enclosed.product])
    upper = np.array([[ball.upper for ball in row] for row in enclosed.product])
    assert (upper - lower).max() < 1e-16
    # Five products of two summands each: 15 rounding errors at most of entries below 0.1.
    assert np.abs(newest_left - lower).max() < 15 * 2.0**-53
    assert np.abs(oldest_left - lower).max() > 1e-3


def test_spectral_radii_are_those_of_the_jacobians():
    network = ElmanNetwork([[0.5, 0.3], [-0.2, 0.4]], np.eye(2), [0.25, 0.0])
    inputs = [[0.5, -1.0], [2.0, 0.0]]
    run = forward(network, [0.0, 0.0], inputs)
    enclosed = enclose_trajectory(network, [0.0, 0.0], inputs)
    for ball, factor in zip(enclosed.spectral_radii, state_jacobians(network, run), strict=True):
        assert ball.width < 1e-15
        # Eigenvalues of a 2×2 matrix with a complex pair, condition below 10.
        assert abs(spectral_radius(factor) - ball.upper) < 100 * 2.0**-53


@pytest.mark.parametrize(
    ("weight", "radius", "width"),
    [
        (np.diag([0.0, 0.0, 0.125]), 0.125, 1e-5),
        (np.eye(3), 1.0, 1e-4),
        ([[0.0, 1.0], [0.0, 0.0]], 0.0, 1e-30),
        (np.zeros((2, 2)), 0.0, 1e-30),
        (np.kron(np.eye(2), [[0.0, -0.5], [0.5, 0.0]]), 0.5, 1e-4),
    ],
    ids=["double zero", "identity", "nilpotent", "zero", "two equal pairs"],
)
def test_exactly_multiple_eigenvalues_are_enclosed_too(weight, radius, width):
    d = len(weight)
    network = ElmanNetwork(weight, np.eye(d), np.zeros(d))
    # At h = 0 without input every slope is 1, so J = W exactly.
    (ball,) = enclose_trajectory(network, np.zeros(d), np.zeros((1, d))).spectral_radii
    assert ball.contains(radius)
    assert ball.width <= width


def written_out(network, state, inputs):
    """z, h, J, ρ(J), J_T ⋯ J_1 and its Frobenius norm for two units, at 80 digits."""
    W, U, b = (
        mp.matrix(array.tolist())
        for array in (network.recurrent_weight, network.input_weight, network.bias)
    )
    h, product = mp.matrix(state), mp.eye(2)
    found = {"z": [], "h": [list(h)], "J": [], "radii": []}
    for x in inputs:
        z = W * h + U * mp.matrix(x) + b
        h = z.apply(mp.tanh)
        J = mp.matrix(2, 2)
        for i in range(2):
            for j in range(2):
                J[i, j] = (1 - h[i] ** 2) * W[i, j]
        half, det = (J[0, 0] + J[1, 1]) / 2, J[0, 0] * J[1, 1] - J[0, 1] * J[1, 0]
        root = mp.sqrt(half**2 - det)
        found["z"].append(list(z))
        found["h"].append(list(h))
        found["J"].append(J.tolist())
        found["radii"].append(max(abs(half + root), abs(half - root)))
        product = J * product
    return found, product.tolist(), mp.sqrt(sum(entry**2 for entry in product))


def flat(nested):
    if isinstance(nested, (list, tuple)):
        return [leaf for part in nested for leaf in flat(part)]
    return [nested]


@pytest.mark.parametrize("gain", [0.4, 1.5])
def test_every_field_encloses_what_is_written_out_at_high_precision(gain):
    rng = np.random.default_rng(4)
    network = ElmanNetwork(
        gain * rng.normal(size=(2, 2)), rng.normal(size=(2, 3)), rng.normal(size=2)
    )
    state, inputs = rng.uniform(-1, 1, 2).tolist(), rng.normal(size=(4, 3)).tolist()
    run = enclose_trajectory(network, state, inputs)
    with mp.workdps(80):
        exact, product, norm = written_out(network, state, inputs)
        for balls, numbers in (
            (run.preactivations, exact["z"]),
            (run.states, exact["h"]),
            (run.jacobians, exact["J"]),
            (run.spectral_radii, exact["radii"]),
            (run.product, product),
            ([run.product_frobenius_norm], [norm]),
        ):
            assert [len(flat(part)) for part in balls] == [len(flat(part)) for part in numbers]
            for ball, number in zip(flat(balls), flat(numbers), strict=True):
                assert ball.lower <= number <= ball.upper
                assert ball.width <= 2 * np.spacing(abs(float(number)))


def test_the_default_precision_is_128_bits():
    # z of the first unit is tanh ½ − tanh ½ at the second step: nothing but rounding is left.
    network = ElmanNetwork([[1.0, -1.0], [0.0, 0.0]], [[1.0], [1.0]], [0.0, 0.0])
    given = (network, [0.0, 0.0], [[0.5], [0.0]])
    assert 0 < enclose_trajectory(*given).preactivations[1][0].upper < 2.0**-120
    assert enclose_trajectory(*given) == enclose_trajectory(*given, precision=128)
    for other in (127, 129):
        assert enclose_trajectory(*given) != enclose_trajectory(*given, precision=other)


def radius_at_rest(weight, bias=0.0):
    """Enclose ρ of the Jacobian at h = 0, which is W where there is no bias."""
    d = len(weight)
    network = ElmanNetwork(weight, np.eye(d), np.full(d, bias))
    (ball,) = enclose_trajectory(network, np.zeros(d), np.zeros((1, d))).spectral_radii
    return ball


def test_sixteen_squarings_bound_the_radius_by_the_norm_of_the_last_power():
    # Aᵏ is (±½)ᵏ on the diagonal or off it, of Frobenius norm 2·2⁻ᵏ, for k = 2¹⁶.
    ball = radius_at_rest(np.kron(np.eye(2), [[0.0, -0.5], [0.5, 0.0]]))
    assert ball.lower == 0.5
    assert ball.upper == pytest.approx(0.5 * 2 ** (2.0**-16), rel=1e-12)
    # diag(0, 0, ⅛): the trace of Aᵏ, divided by 3, bounds from below.
    ball = radius_at_rest(np.diag([0.0, 0.0, 0.125]))
    assert ball.lower == pytest.approx(0.125 * 3 ** -(2.0**-16), rel=1e-12)
    assert ball.upper == 0.125


@pytest.mark.parametrize(
    ("weight", "radius"),
    [
        ([[0.25, 0.125, 0.125], [0.125, 0.25, 0.125], [0.125, 0.125, 0.25]], 0.5),
        (0.75 * np.eye(2), 0.75),
        (np.ones((3, 3)), 3.0),
    ],
    ids=["a double smaller one", "a double one", "a double zero"],
)
def test_a_multiple_eigenvalue_that_can_be_separated_costs_no_digits(weight, radius):
    ball = radius_at_rest(weight)
    assert ball.contains(radius)
    assert ball.width < 1e-15


def test_powers_whose_traces_vanish_bound_the_radius_all_the_same():
    # A cyclic shift of three: the trace of every power of order 2ⁿ is 0, and ρ = ½.
    ball = radius_at_rest(0.5 * np.roll(np.eye(3), 1, axis=0))
    assert ball.contains(0.5)
    # Two of them: multiple eigenvalues, and no lower bound from traces.
    ball = radius_at_rest(0.5 * np.kron(np.eye(2), np.roll(np.eye(3), 1, axis=0)))
    assert ball.contains(0.5)
    assert ball.upper < 0.50002


def test_a_nilpotent_jacobian_with_rounded_slopes_is_enclosed():
    ball = radius_at_rest([[1.0, -1.0], [1.0, -1.0]], bias=0.3)
    assert ball.contains(0)
    assert ball.width < 1e-15


AROUND_ZERO = [
    # Nearly multiple eigenvalues, and a fourth power whose entries are balls around 0.
    ([[0, 1, 0, 2.0**-120], [2, 1, 1, -2], [1, 0, 1, -1], [2, 2, 1, -2]], [0.3] * 4, 128),
    ([[1, -1], [1, -1]], [1e-9, 2e-9], 53),
    ([[1, -1], [1, -1]], [0.3, 0.3], 128),
]


@pytest.mark.parametrize(("weights", "bias", "precision"), AROUND_ZERO)
def test_a_radius_near_0_is_enclosed_where_the_powers_may_be_0(weights, bias, precision):
    d = len(bias)
    network = ElmanNetwork(weights, np.zeros((d, 1)), bias)
    run = enclose_trajectory(network, [0.0] * d, [[0.0]], precision=precision)

    with mp.workdps(200):
        slopes = [1 / mp.cosh(mp.mpf(b)) ** 2 for b in bias]
        J = mp.matrix([[s * w for w in row] for s, row in zip(slopes, weights, strict=True)])
        exact = max(abs(value) for value in mp.eig(J, left=False, right=False))
    (radius,) = run.spectral_radii
    assert radius.lower <= exact <= radius.upper
    assert radius.upper < 1e-7


def test_a_product_around_the_zero_matrix_has_a_norm_near_0():
    network = ElmanNetwork([[1, -1], [1, -1]], np.zeros((2, 1)), [0.3, 0.3])
    run = enclose_trajectory(network, [0.0, 0.0], [[0.0], [0.0]])
    assert run.product_frobenius_norm.lower <= 0 <= run.product_frobenius_norm.upper < 1e-30


def test_what_does_not_fit_is_refused():
    network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    with pytest.raises(OutOfRangeError, match="precision"):
        enclose_trajectory(network, [0.0], [[1.0]], precision=20)
    with pytest.raises(ShapeError, match="initial_state"):
        enclose_trajectory(network, [0.0, 1.0], [[1.0]])
    with pytest.raises(ShapeError, match="inputs"):
        enclose_trajectory(network, [0.0], [[1.0, 2.0]])
