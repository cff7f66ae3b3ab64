from dataclasses import fields

import numpy as np
import pytest

from gradproof.errors import NotFiniteError, OutOfRangeError, ShapeError
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import vector_jacobian_product


def setting(seed, size=3, entering=2, steps=6):
    rng = np.random.default_rng(seed)
    weight = np.linalg.qr(rng.normal(size=(size, size)))[0]
    parameters = {
        "recurrent_weight": weight,
        "input_weight": 0.2 * rng.normal(size=(size, entering)),
        "bias": 0.2 * rng.normal(size=size),
        "initial_state": rng.uniform(-1, 1, size),
        "inputs": rng.normal(size=(steps, entering)),
    }
    return parameters, rng.normal(size=size)


def plain_loss(parameters, cotangent):
    """Sum cotangent·h_T, written out once more and for complex parameters."""
    state = parameters["initial_state"]
    for x in parameters["inputs"]:
        state = np.tanh(
            parameters["recurrent_weight"] @ state
            + parameters["input_weight"] @ x
            + parameters["bias"]
        )
    return np.array([cotangent @ state])


def gradients_of(parameters, cotangent):
    network = ElmanNetwork(*(parameters[n] for n in ("recurrent_weight", "input_weight", "bias")))
    run = forward(network, parameters["initial_state"], parameters["inputs"])
    return network, run, backpropagate(network, run, cotangent)


@pytest.mark.parametrize("steps", [1, 2, 6, 15])
@pytest.mark.parametrize(
    "name", ["recurrent_weight", "input_weight", "bias", "initial_state", "inputs"]
)
def test_each_gradient_is_that_of_the_complex_step(name, steps):
    parameters, cotangent = setting(steps, steps=steps)
    _, run, gradients = gradients_of(parameters, cotangent)

    def loss(entries):
        moved = {**parameters, name: entries.reshape(parameters[name].shape)}
        return plain_loss(moved, cotangent)

    expected = complex_step_jacobian(loss, parameters[name].ravel()).reshape(parameters[name].shape)
    computed = getattr(gradients, name)
    assert computed.shape == parameters[name].shape
    # |z| < 10 takes ten roundings a step: off by 100u, and by 100Tu after T steps, as ‖W‖ = 1 and
    # slopes are below 1. That moves each of the T slopes in δ by L2 < 1 times as much, and T terms
    # add up, each times an input or state below 4: 400T³u of the cotangent.
    assert np.abs(run.preactivations).max() < 10
    assert max(1, np.abs(run.inputs).max()) < 4
    room = 400 * steps**3 * 2.0**-53 * np.linalg.norm(cotangent)
    np.testing.assert_allclose(computed, expected, rtol=0, atol=room)
    assert np.abs(expected).max() > 1e3 * room


def test_the_gradient_of_the_initial_state_is_the_vector_jacobian_product():
    parameters, cotangent = setting(20)
    network, run, gradients = gradients_of(parameters, cotangent)
    row = vector_jacobian_product(network, run, cotangent).to_array()[0]
    # The same 6 row products; scaling by powers of two rounds nothing, summation orders may differ:
    # 6·γ_5 of sums of moduli, which for an orthogonal W exceed the entries little.
    np.testing.assert_allclose(gradients.initial_state, row, rtol=1e-13)


def test_gradients_are_linear_in_the_cotangent():
    parameters, cotangent = setting(21)
    network, run, once = gradients_of(parameters, cotangent)
    twice = backpropagate(network, run, -2 * cotangent)
    for field in fields(once):
        assert (getattr(twice, field.name) == -2 * getattr(once, field.name)).all()


def test_a_gradient_that_overflows_is_refused_by_name():
    network = ElmanNetwork([[4.0]], [[1.0]], [0.0])
    run = forward(network, [0.0], np.zeros((600, 1)))
    with pytest.raises(OutOfRangeError, match="overflows float64"):
        backpropagate(network, run, [1.0])


def test_a_gradient_that_vanishes_does_so_silently():
    network = ElmanNetwork([[0.25]], [[1.0]], [0.0])
    run = forward(network, [0.0], np.zeros((600, 1)))
    assert backpropagate(network, run, [1.0]).initial_state.tolist() == [0.0]


def test_wrong_cotangents_are_named():
    parameters, _ = setting(22)
    network, run, _ = gradients_of(parameters, np.ones(3))
    with pytest.raises(ShapeError, match=r"^cotangent"):
        backpropagate(network, run, [1.0])
    with pytest.raises(NotFiniteError, match=r"^cotangent"):
        backpropagate(network, run, [1.0, np.nan, 0.0])
