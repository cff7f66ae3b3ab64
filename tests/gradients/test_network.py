from dataclasses import replace

import numpy as np
import pytest

from gradproof.errors import (
    EmptyArgumentError,
    NotFiniteError,
    NotRealError,
    OutOfRangeError,
    ShapeError,
)
from gradproof.gradients.activations import TANH
from gradproof.gradients.network import (
    ElmanNetwork,
    forward,
    inputs_realising,
    preactivation,
    slopes,
    state_jacobian,
    state_jacobians,
)


def random_network(seed, size=3, entering=2):
    rng = np.random.default_rng(seed)
    return ElmanNetwork(
        rng.normal(size=(size, size)), rng.normal(size=(size, entering)), rng.normal(size=size)
    )


def test_a_run_obeys_its_recursion():
    network = random_network(0)
    inputs = np.random.default_rng(1).normal(size=(4, 2))
    run = forward(network, [0.1, 0.2, -0.3], inputs)
    assert run.steps == 4
    assert run.initial_state.tolist() == [0.1, 0.2, -0.3]
    for k in range(1, 5):
        z = (
            network.recurrent_weight @ run.states[k - 1]
            + network.input_weight @ inputs[k - 1]
            + network.bias
        )
        # Two orders of summing six numbers below 10.
        np.testing.assert_allclose(run.preactivations[k - 1], z, rtol=0, atol=1e-14)
        assert (run.states[k] == np.tanh(run.preactivations[k - 1])).all()


def test_the_jacobian_of_a_step_is_slopes_times_rows():
    network = random_network(2)
    run = forward(network, np.zeros(3), np.random.default_rng(3).normal(size=(5, 2)))
    jacobians = state_jacobians(network, run)
    for k in range(1, 6):
        expected = np.diag(1 - run.states[k] ** 2) @ network.recurrent_weight
        np.testing.assert_allclose(state_jacobian(network, run, k), expected, rtol=1e-13)
        assert (jacobians[k - 1] == state_jacobian(network, run, k)).all()
    assert slopes(network, run).shape == (5, 3)


def test_slopes_are_float64_whatever_the_derivative_returns():
    whole = replace(TANH, derivative=lambda z: np.ones(z.shape, dtype=np.int8))
    network = ElmanNetwork(np.eye(2), np.eye(2), np.zeros(2), whole)
    found = slopes(network, forward(network, np.zeros(2), np.zeros((3, 2))))
    assert found.dtype == np.float64
    assert found.tolist() == np.ones((3, 2)).tolist()


def test_an_infinite_real_part_leaves_the_imaginary_part_alone():
    network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    z = preactivation(network, np.array([complex(np.inf, 2.0)]), np.zeros(1))
    assert (z.real.tolist(), z.imag.tolist()) == ([np.inf], [1.0])


@pytest.mark.parametrize("k", [0, 6, -1])
def test_a_step_outside_the_run_is_refused(k):
    network = random_network(2)
    run = forward(network, np.zeros(3), np.zeros((5, 2)))
    with pytest.raises(OutOfRangeError, match=r"^k is"):
        state_jacobian(network, run, k)


def test_a_network_keeps_its_own_frozen_arrays():
    weight = np.eye(2)
    network = ElmanNetwork(weight, np.eye(2), np.zeros(2))
    weight[0, 0] = 7
    assert network.recurrent_weight[0, 0] == 1
    run = forward(network, [0.0, 0.0], [[1.0, 1.0]])
    for array in (
        network.recurrent_weight,
        network.input_weight,
        network.bias,
        run.inputs,
        run.preactivations,
        run.states,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("weight", "entering", "bias", "error", "argument"),
    [
        ([[1.0, 2.0]], [[1.0]], [0.0], ShapeError, "recurrent_weight"),
        ([[np.nan]], [[1.0]], [0.0], NotFiniteError, "recurrent_weight"),
        ([[1j]], [[1.0]], [0.0], NotRealError, "recurrent_weight"),
        ([[1.0]], [[1.0], [2.0]], [0.0], ShapeError, "input_weight"),
        ([[1.0]], [[np.inf]], [0.0], NotFiniteError, "input_weight"),
        ([[1.0]], np.zeros((1, 0)), [0.0], EmptyArgumentError, "input_weight"),
        ([[1.0]], [[1.0]], [0.0, 1.0], ShapeError, "bias"),
    ],
)
def test_wrong_weights_are_named(weight, entering, bias, error, argument):
    with pytest.raises(error) as caught:
        ElmanNetwork(weight, entering, bias)
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("initial", "inputs", "error", "argument"),
    [
        ([0.0], [[1.0]], ShapeError, "initial_state"),
        ([0.0, np.nan], [[1.0]], NotFiniteError, "initial_state"),
        ([0.0, 0.0], [[1.0, 2.0]], ShapeError, "inputs"),
        ([0.0, 0.0], [1.0], ShapeError, "inputs"),
        ([0.0, 0.0], np.zeros((0, 1)), EmptyArgumentError, "inputs"),
        ([0.0, 0.0], [[1e308], [1e308]], OutOfRangeError, "preactivations"),
    ],
)
def test_wrong_runs_are_named(initial, inputs, error, argument):
    network = ElmanNetwork(np.eye(2), [[1e10], [1.0]], np.zeros(2))
    with pytest.raises(error) as caught:
        forward(network, initial, inputs)
    assert caught.value.argument == argument


def test_every_sequence_of_states_is_realised_when_the_input_weight_is_the_identity():
    rng = np.random.default_rng(4)
    weight = rng.uniform(-1, 1, size=(3, 3)) / 6
    network = ElmanNetwork(weight, np.eye(3), rng.uniform(-1, 1, 3))
    states = rng.uniform(-0.95, 0.95, size=(20, 3))
    inputs = inputs_realising(network, [0.1, 0.2, 0.3], states)
    run = forward(network, [0.1, 0.2, 0.3], inputs)
    # |z|, |x|, |b| < 4, and 12 roundings of such numbers on the way to x and back to z, with 8u of
    # arctanh and of tanh: below 100u a step. An error comes back halved, as the rows of |W| sum to
    # ½ at most and slopes are below 1: below 200u in all.
    np.testing.assert_allclose(run.states[1:], states, rtol=0, atol=200 * 2.0**-53)


def test_states_that_no_input_realises_are_refused():
    network = ElmanNetwork(np.eye(2), np.eye(2), np.zeros(2))
    with pytest.raises(OutOfRangeError, match=r"states has 1\.0 at \(1, 0\)"):
        inputs_realising(network, [0.0, 0.0], [[0.0, 0.0], [1.0, 0.0]])
    wide = ElmanNetwork(np.eye(2), 2 * np.eye(2), np.zeros(2))
    with pytest.raises(OutOfRangeError, match=r"^input_weight"):
        inputs_realising(wide, [0.0, 0.0], [[0.0, 0.0]])
