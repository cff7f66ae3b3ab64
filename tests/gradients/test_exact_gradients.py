from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import OutOfRangeError
from gradproof.gradients.activations import TANH
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.exact_gradients import (
    SQUARE,
    Dual,
    exact_gradient_of_squares,
    float64_is_exact,
)
from gradproof.gradients.network import ElmanNetwork, forward

PARAMETERS = ("recurrent_weight", "input_weight", "bias")


def small(seed, steps=2):
    rng = np.random.default_rng(seed)

    def draw(*shape):
        return rng.integers(-2, 3, shape).astype(float)

    network = ElmanNetwork(draw(2, 2), draw(2, 2), draw(2), SQUARE)
    return network, forward(network, draw(2), draw(steps, 2))


def test_dual_numbers_differentiate_polynomials():
    for x in range(-3, 4):
        at = Dual(x, 1)
        assert (3 * at * at * at + at * (-2) + 5) == Dual(3 * x**3 - 2 * x + 5, 9 * x**2 - 2)


def test_epsilon_squared_is_0():
    assert Dual(0, 1) * Dual(0, 1) == Dual(0, 0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_the_exact_gradient_is_an_exact_difference(parameter, seed):
    # L is a polynomial of degree at most 12 in each entry of W, U and b over two steps: its
    # derivative is that of the polynomial through 13 points, in exact integers.
    network, run = small(seed)
    found = exact_gradient_of_squares(network, run, parameter)
    entry = tuple(0 for _ in found.shape)
    nodes = range(-6, 7)
    values = []
    for offset in nodes:
        arrays = {name: getattr(network, name).astype(int).astype(object) for name in PARAMETERS}
        arrays[parameter][entry] += offset
        state = run.initial_state.astype(int).astype(object)
        for x in run.inputs.astype(int).astype(object):
            z = arrays["recurrent_weight"] @ state + arrays["input_weight"] @ x + arrays["bias"]
            state = z * z
        values.append(int(state @ state))
    t = sp.Symbol("t")
    polynomial = sp.interpolate(list(zip(nodes, values, strict=True)), t)
    assert sp.diff(polynomial, t).subs(t, 0) == int(found[entry])


@pytest.mark.parametrize("seed", range(20))
def test_backpropagation_is_exact_on_integers(seed):
    network, run = small(seed)
    assert float64_is_exact(network, run)
    gradients = backpropagate(network, run, 2 * run.states[-1])
    for parameter in PARAMETERS:
        exact = exact_gradient_of_squares(network, run, parameter)
        assert (getattr(gradients, parameter) == exact).all()


def test_large_numbers_are_said_to_round():
    network, run = small(0, steps=7)
    assert not float64_is_exact(network, run)


def test_only_integers_and_the_square_are_taken():
    network, run = small(0)
    with pytest.raises(OutOfRangeError, match="use SQUARE"):
        exact_gradient_of_squares(replace(network, activation=TANH), run, "bias")
    with pytest.raises(OutOfRangeError, match=r"^bias has an entry"):
        exact_gradient_of_squares(replace(network, bias=[0.5, 0.0]), run, "bias")
