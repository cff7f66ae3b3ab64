"""Every refusal names the argument, says what is wrong with it, and what to do, in these words."""

import numpy as np
import pytest

from gradproof.errors import InputError
from gradproof.gradients.activations import LOGISTIC
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.differences import (
    central_difference_jacobian,
    complex_step_jacobian,
    offset_points,
    require_analytic,
    require_step,
)
from gradproof.gradients.enclosed import enclose_trajectory
from gradproof.gradients.exact_gradients import SQUARE, exact_gradient_of_squares
from gradproof.gradients.network import ElmanNetwork, forward, inputs_realising, state_jacobian
from gradproof.gradients.products import (
    ScaledMatrix,
    jacobian_product,
    jacobian_vector_product,
    vector_jacobian_product,
)
from gradproof.gradients.smooth_activations import SOFTPLUS

REST = np.zeros(2)
PLAIN = ElmanNetwork(np.eye(2), np.eye(2), REST)
RUN = forward(PLAIN, REST, np.zeros((3, 2)))


OUTSIDE = "outside the open range of tanh"
REAL = "returns real numbers for a complex argument"
TOO_LARGE = (
    "overflows float64; "
    "give a smaller one, fewer steps, or use vector_jacobian_product, which scales"
)


def with_activation(activation):
    return ElmanNetwork(np.eye(2), np.eye(2), REST, activation)


def squares(weight=1.0, entering=1.0, bias=0.0, state=0.0, x=0.0):
    """Run one unit z² for one step and differentiate by its bias."""
    network = ElmanNetwork([[weight]], [[entering]], [bias], SQUARE)
    return exact_gradient_of_squares(network, forward(network, [state], [[x]]), "bias")


def overflowing(weight, entering, cotangent):
    network = ElmanNetwork([[weight]], [[entering]], [0.0])
    return backpropagate(network, forward(network, [0.0], [[0.0]]), [cotangent])


REFUSALS = {
    # The network and its run.
    "input weight": (
        lambda: ElmanNetwork([[1.0]], [[1.0], [2.0]], [0.0]),
        "input_weight has shape (2, 1); give shape (1, 1)",
    ),
    "bias": (
        lambda: ElmanNetwork([[1.0]], [[1.0]], [0.0, 1.0]),
        "bias has 2 entries; give 1",
    ),
    "initial state": (
        lambda: forward(PLAIN, [0.0], [[0.0, 0.0]]),
        "initial_state has 1 entries; give 2",
    ),
    "inputs": (
        lambda: forward(PLAIN, REST, [[0.0, 0.0, 0.0]]),
        "inputs has shape (1, 3); give shape (1, 2)",
    ),
    "overflow at the second of three steps": (
        lambda: forward(
            ElmanNetwork(np.eye(2), 1e10 * np.eye(2), REST), REST, [[0, 0], [0, 1e300], [0, 0]]
        ),
        "preactivations overflow at step 2; give smaller weights or inputs",
    ),
    "a step after the last": (
        lambda: state_jacobian(PLAIN, RUN, 4),
        "k is 4; give an integer between 1 and 3",
    ),
    # Inputs that realise states.
    "realised: initial state": (
        lambda: inputs_realising(PLAIN, [0.0], [[0.0, 0.0]]),
        "initial_state has 1 entries; give 2",
    ),
    "realised: states": (
        lambda: inputs_realising(PLAIN, REST, [[0.0, 0.0, 0.0]]),
        "states has shape (1, 3); give shape (1, 2)",
    ),
    "realised: no identity": (
        lambda: inputs_realising(ElmanNetwork(np.eye(2), -np.eye(2), REST), REST, [[0.0, 0.0]]),
        "input_weight isn't the identity; take U = I",
    ),
    "realised: no inverse": (
        lambda: inputs_realising(with_activation(SQUARE), REST, [[0.0, 0.0]]),
        "activation square has no inverse; take tanh",
    ),
    "realised: outside the range": (
        lambda: inputs_realising(PLAIN, REST, [[0.0, 0.5], [0.5, -1.0], [2.0, 0.0]]),
        f"states has -1.0 at (1, 1), {OUTSIDE}; give states that the activation reaches",
    ),
    # Scaled matrices and products.
    "scaled: a vector": (
        lambda: ScaledMatrix.of([1.0]),
        "matrix has 1 dimensions, shape (1,); give an array with 2",
    ),
    "scaled: no identity without entries": (
        lambda: ScaledMatrix.identity(0),
        "size is 0; give an integer at least 1",
    ),
    "scaled: sizes": (
        lambda: ScaledMatrix.identity(2) @ ScaledMatrix.identity(3),
        "other has shape (3, 3); give shape (2, 3)",
    ),
    "start": (
        lambda: jacobian_product(PLAIN, RUN, start=4),
        "start is 4; give an integer between 0 and 3",
    ),
    "stop": (
        lambda: jacobian_product(PLAIN, RUN, start=2, stop=1),
        "stop is 1; give an integer between 2 and 3",
    ),
    "tangent": (
        lambda: jacobian_vector_product(PLAIN, RUN, [1.0]),
        "tangent has 1 entries; give 2",
    ),
    "cotangent": (
        lambda: vector_jacobian_product(PLAIN, RUN, [1.0]),
        "cotangent has 1 entries; give 2",
    ),
    # Backpropagation.
    "backpropagated: cotangent": (
        lambda: backpropagate(PLAIN, RUN, [1.0]),
        "cotangent has 1 entries; give 2",
    ),
    "backpropagated: overflow in the initial state": (
        lambda: overflowing(1e308, 1.0, 2.0),
        f"cotangent gives a gradient in initial_state that {TOO_LARGE}",
    ),
    "backpropagated: overflow in the inputs": (
        lambda: overflowing(1.0, 1e308, 2.0),
        f"cotangent gives a gradient in inputs that {TOO_LARGE}",
    ),
    # Differences.
    "step 0": (lambda: require_step(0.0), "step is 0.0; give a positive number"),
    "step below 0": (lambda: require_step(-0.5), "step is -0.5; give a positive number"),
    "step infinite": (lambda: require_step(np.inf), "step is inf at (); give finite numbers"),
    "not analytic": (
        lambda: require_analytic(SOFTPLUS),
        "activation softplus has no complex extension here; use central differences",
    ),
    "complex step: point": (
        lambda: complex_step_jacobian(np.sin, [[1.0]]),
        "at has 2 dimensions, shape (1, 1); give an array with 1",
    ),
    "complex step: real values": (
        lambda: complex_step_jacobian(np.abs, [1.0]),
        f"function {REAL}; write it with operations that keep complex numbers",
    ),
    "central difference: point": (
        lambda: central_difference_jacobian(np.sin, [[1.0]]),
        "at has 2 dimensions, shape (1, 1); give an array with 1",
    ),
    # 1 + 2⁻⁵³ is rounded to 1, the neighbours of 1 below and of ½ are reached.
    "lost above": (
        lambda: offset_points(np.array([0.5, 1.0]), 2.0**-53),
        "step is 1.1102230246251565e-16, lost beside the entry 1.0; enlarge it",
    ),
    "lost below": (
        lambda: offset_points(np.array([0.25, -1.0, 0.5]), 2.0**-53),
        "step is 1.1102230246251565e-16, lost beside the entry -1.0; enlarge it",
    ),
    # Exact gradients.
    "exact: activation": (
        lambda: exact_gradient_of_squares(PLAIN, RUN, "bias"),
        "network has tanh; use SQUARE",
    ),
    "exact: recurrent weight": (
        lambda: squares(weight=0.5),
        "recurrent_weight has an entry that is no integer; give integers",
    ),
    "exact: input weight": (
        lambda: squares(entering=0.5),
        "input_weight has an entry that is no integer; give integers",
    ),
    "exact: bias": (
        lambda: squares(bias=0.5),
        "bias has an entry that is no integer; give integers",
    ),
    "exact: initial state": (
        lambda: squares(state=0.5),
        "initial_state has an entry that is no integer; give integers",
    ),
    "exact: inputs": (
        lambda: squares(x=0.5),
        "inputs has an entry that is no integer; give integers",
    ),
    # Enclosures.
    "enclosed: activation": (
        lambda: enclose_trajectory(with_activation(LOGISTIC), REST, [[0.0, 0.0]]),
        "network has logistic; take tanh",
    ),
    "enclosed: precision": (
        lambda: enclose_trajectory(PLAIN, REST, [[0.0, 0.0]], precision=52),
        "precision is 52; give an integer at least 53",
    ),
    "enclosed: initial state": (
        lambda: enclose_trajectory(PLAIN, [0.0], [[0.0, 0.0]]),
        "initial_state has 1 entries; give 2",
    ),
    "enclosed: inputs": (
        lambda: enclose_trajectory(PLAIN, REST, [[0.0]]),
        "inputs has shape (1, 1); give shape (1, 2)",
    ),
}


@pytest.mark.parametrize(("call", "text"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_what_is_wrong_and_what_to_do(call, text):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == text


def test_a_least_precision_of_53_bits_is_taken():
    run = enclose_trajectory(PLAIN, REST, [[0.0, 0.0]], precision=53)
    assert run.product[0][0].contains(1)


def test_an_overflow_of_both_signs_is_refused_without_a_warning():
    # W h overflows to −∞, U x to ∞, and their sum is no number.
    network = ElmanNetwork(np.full((2, 2), -1.5e308), np.full((2, 2), 1e300), REST)
    with pytest.raises(InputError, match=r"^preactivations overflow at step 1; "):
        forward(network, [1.0, 1.0], [[1e300, 1e300]])
