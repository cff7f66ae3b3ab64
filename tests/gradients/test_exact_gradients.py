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


def one_unit(weight=0.0, entering=0.0, bias=0.0, state=0.0, inputs=(0.0,)):
    network = ElmanNetwork([[weight]], [[entering]], [bias], SQUARE)
    return network, forward(network, [state], [[x] for x in inputs])


@pytest.mark.parametrize(
    ("edge", "beyond"),
    [
        # z = 2¹⁶ gives ∂L/∂W = 4z³h_0 = 2⁵²h_0/4, and that is the largest number.
        ({"bias": 2.0**16, "state": 4.0}, {"bias": 2.0**16, "state": 5.0}),
        # W = 0 cuts all gradients at the last step, and h_1 = z_1² is the largest number.
        (
            {"entering": 1.0, "inputs": (2.0**26, 0.0)},
            {"entering": 1.0, "inputs": (2.0**26 + 1, 0.0)},
        ),
        # W = 1 and h_0 = a for two steps: ∂L/∂W = 12a⁸, where 2⁵² = 12·66.3…⁸.
        ({"weight": 1.0, "state": 66.0}, {"weight": 1.0, "state": 67.0}),
        # W = 2 counts twice: L = 2⁴a⁴ for one step, ∂L/∂W = 32a⁴, where 2⁵¹ = 32·2896.3…⁴.
        ({"weight": 2.0, "state": 2896.0}, {"weight": 2.0, "state": 2897.0}),
        # Moduli are summed: |x| + b = 2¹⁶ gives 4·2⁴⁸|x| = 2⁵², though z = b − 4.
        (
            {"bias": 2.0**16 - 4, "entering": -1.0, "inputs": (4.0,)},
            {"bias": 2.0**16 - 3, "entering": -1.0, "inputs": (4.0,)},
        ),
    ],
    ids=["gradient", "state", "two steps", "weight", "moduli"],
)
def test_the_largest_number_may_be_two_to_the_52(edge, beyond):
    steps = {"inputs": (0.0, 0.0)} if edge.get("weight") == 1.0 else {}
    assert float64_is_exact(*one_unit(**{**steps, **edge}))
    assert not float64_is_exact(*one_unit(**{**steps, **beyond}))


@pytest.mark.parametrize(
    ("weight", "exact"),
    [([[1.0, 1.0], [0.0, 0.0]], True), ([[1.0, 0.0], [1.0, 0.0]], False)],
    ids=["columns sum to 1", "a column sums to 2"],
)
def test_the_sums_of_the_columns_count(weight, exact):
    # The first unit has z = 2¹⁶ and ∂L/∂W_11 = 2⁵², the second stays small.
    network = ElmanNetwork(weight, np.zeros((2, 1)), [2.0**16 - 4, 0.0], SQUARE)
    run = forward(network, [4.0, 0.0], [[0.0]])
    assert float64_is_exact(network, run) is exact


def test_only_integers_and_the_square_are_taken():
    network, run = small(0)
    with pytest.raises(OutOfRangeError, match="use SQUARE"):
        exact_gradient_of_squares(replace(network, activation=TANH), run, "bias")
    with pytest.raises(OutOfRangeError, match=r"^bias has an entry"):
        exact_gradient_of_squares(replace(network, bias=[0.5, 0.0]), run, "bias")
