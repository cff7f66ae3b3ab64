import dataclasses

import numpy as np
import pytest

from gradproof.errors import InputError, NotFiniteError, OutOfRangeError
from gradproof.gradients.activations import TANH
from gradproof.gradients.differences import (
    central_difference_jacobian,
    central_difference_state_jacobian,
    complex_step_jacobian,
    complex_step_state_jacobian,
    offset_points,
)
from gradproof.gradients.network import ElmanNetwork, forward, preactivation, state_jacobians


def random_run(seed, size=4, steps=6):
    rng = np.random.default_rng(seed)
    network = ElmanNetwork(
        rng.normal(size=(size, size)), rng.normal(size=(size, 2)), rng.normal(size=size)
    )
    return network, forward(network, rng.uniform(-1, 1, size), rng.normal(size=(steps, 2)))


def map_from(network, run, start, stop):
    """h_start ↦ h_stop, one vector at a time."""

    def function(state):
        for x in run.inputs[start:stop]:
            state = np.tanh(
                network.recurrent_weight @ state + network.input_weight @ x + network.bias
            )
        return state

    return function


def test_the_batched_complex_step_is_the_generic_one():
    network, run = random_run(0)
    generic = complex_step_jacobian(map_from(network, run, 1, 5), run.states[1])
    batched = complex_step_state_jacobian(network, run, start=1, stop=5)
    # The same operations in another order of summation, 4 steps.
    np.testing.assert_allclose(batched, generic, rtol=0, atol=1e-13 * np.abs(generic).max())


def test_the_batched_central_difference_is_the_generic_one():
    network, run = random_run(1)
    generic = central_difference_jacobian(map_from(network, run, 1, 5), run.states[1], step=1e-4)
    batched = central_difference_state_jacobian(network, run, start=1, stop=5, step=1e-4)
    # Rounding u over a step of 1e-4, amplified by the Jacobian (below 100).
    np.testing.assert_allclose(batched, generic, rtol=0, atol=1e-10)


def test_one_step_is_the_state_jacobian():
    network, run = random_run(2)
    for k in range(1, run.steps + 1):
        expected = state_jacobians(network, run)[k - 1]
        stepped = complex_step_state_jacobian(network, run, start=k - 1, stop=k)
        # Two evaluations of φ′ (16u, 13u) and one product each.
        np.testing.assert_allclose(stepped, expected, rtol=40 * 2.0**-53)


def test_no_step_gives_the_identity():
    network, run = random_run(3)
    for jacobian in (complex_step_state_jacobian, central_difference_state_jacobian):
        assert (jacobian(network, run, start=2, stop=2) == np.eye(4)).all()


def test_the_divisor_is_the_distance_really_used():
    # At 3 the offset 1e-5 is rounded by up to 2e-16: 2e-11 of the quotient, if 2·step divides.
    point = np.array([3.0, -1234.567, 0.1])
    jacobian = central_difference_jacobian(lambda x: x, point, step=1e-5)
    assert (jacobian == np.eye(3)).all()
    forwards, backwards = offset_points(point, 1e-5)
    assert (forwards - backwards != 2e-5).any()


def test_the_complex_step_keeps_a_vanished_derivative():
    def function(x):
        return np.tanh(x)

    slope = complex_step_jacobian(function, [300.0])[0, 0]
    assert slope == pytest.approx(TANH.derivative(np.array(300.0)), rel=1e-14)
    assert central_difference_jacobian(function, [300.0])[0, 0] == 0


def test_a_complex_preactivation_keeps_the_parts_apart():
    network, _ = random_run(4)
    state = np.array([1.0, -2.0, 3.0, 1e300]) + 1e-30j * np.array([1.0, 2.0, 0.0, 0.0])
    z = preactivation(network, state, network.bias)
    weight = network.recurrent_weight
    assert (z.real == state.real @ weight.T + network.bias).all()
    assert (z.imag == state.imag @ weight.T).all()


@pytest.mark.parametrize("jacobian", [complex_step_jacobian, central_difference_jacobian])
def test_the_last_axis_belongs_to_the_variables(jacobian):
    at = [2.0, 3.0]
    gradient = jacobian(lambda x: x[0] * x[1], at)
    np.testing.assert_allclose(gradient, [3.0, 2.0], rtol=1e-9)
    found = jacobian(
        lambda x: np.array([[x[0], x[1], x[0] * x[1]], [x[0] ** 2, 0 * x[0], x[1]]]), at
    )
    expected = [[[1, 0], [0, 1], [3, 2]], [[4, 0], [0, 0], [0, 1]]]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_functions_that_lose_the_imaginary_part_are_refused():
    with pytest.raises(InputError, match=r"^function returns real numbers"):
        complex_step_jacobian(np.abs, [1.0])


@pytest.mark.parametrize("step", [0.0, -1e-5, 1e-20])
def test_central_steps_that_are_rounded_away_are_refused(step):
    network, run = random_run(5)
    with pytest.raises(OutOfRangeError, match=r"^step"):
        central_difference_state_jacobian(network, run, step=step)


def test_wrong_arguments_are_named():
    network, run = random_run(6)
    with pytest.raises(NotFiniteError, match=r"^step"):
        complex_step_state_jacobian(network, run, step=np.nan)
    with pytest.raises(OutOfRangeError, match=r"^stop"):
        complex_step_state_jacobian(network, run, stop=7)
    kinked = dataclasses.replace(TANH, name="kinked", complex_extension=None)
    other = ElmanNetwork(network.recurrent_weight, network.input_weight, network.bias, kinked)
    with pytest.raises(OutOfRangeError, match="kinked has no complex extension"):
        complex_step_state_jacobian(other, run)
