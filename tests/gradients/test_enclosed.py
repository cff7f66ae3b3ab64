"""Enclosed trajectories: they contain the floating-point run's exact counterpart, and are tight."""

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


def test_what_does_not_fit_is_refused():
    network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    with pytest.raises(OutOfRangeError, match="precision"):
        enclose_trajectory(network, [0.0], [[1.0]], precision=20)
    with pytest.raises(ShapeError, match="initial_state"):
        enclose_trajectory(network, [0.0, 1.0], [[1.0]])
    with pytest.raises(ShapeError, match="inputs"):
        enclose_trajectory(network, [0.0], [[1.0, 2.0]])
