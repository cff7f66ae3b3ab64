"""A planted mistake is found, and named, at every size of the gradient; a right gradient passes."""

import numpy as np
import pytest

from gradproof.errors import InputError
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.testing import GradientError, assert_recurrent_gradient, check_recurrent_gradient

STEPS = 9
SIZES = {"vanished": 1e-14, "small": 1e-6, "ordinary": 1.0, "exploded": 1e12}


def cell(h, x, W, U, b):
    return np.tanh(W @ h + U @ x + b)


def network(size, units=3):
    """Return weights, h_0 and inputs for which ∂h_T/∂h_0 is about of that size."""
    generator = np.random.default_rng(int(units))
    W = generator.normal(size=(units, units)) / np.sqrt(units)
    inputs = generator.normal(size=(STEPS, 2)) / 2
    U, b = generator.normal(size=(units, 2)) / 2, generator.normal(size=units) / 4
    h0 = generator.normal(size=units) / 2
    preactivations = generator.normal(size=(STEPS, units)) / 2

    def reached(factor):
        product = np.eye(units)
        for z in preactivations:
            product = (1 - np.tanh(z) ** 2)[:, np.newaxis] * (factor * W) @ product
        return np.linalg.norm(product, 2)

    factor = min(np.geomspace(0.01, 500, 400), key=lambda f: abs(np.log(reached(f) / size)))
    W = factor * W
    # Inputs that lead to these pre-activations, whatever W is; U is square for that.
    states = np.vstack([h0, np.tanh(preactivations)])
    U = np.eye(units) + 0.1 * generator.normal(size=(units, units))
    inputs = np.linalg.solve(U, (preactivations - states[:-1] @ W.T - b).T).T
    return {"W": W, "U": U, "b": b}, h0, inputs


def backward(parameters, initial_state, inputs, cotangent, mistake=None):
    W, U, b = (parameters[name] for name in "WUb")
    states = [initial_state]
    for x in inputs:
        states.append(cell(states[-1], x, W, U, b))
    count = len(inputs)
    slopes = [None] + [1 - h**2 for h in states[1:]]
    total = {name: np.zeros_like(value) for name, value in parameters.items()}
    driving = np.zeros_like(inputs)
    delta = cotangent.astype(np.float32 if mistake == "float32" else np.float64)
    back = W if mistake == "transposed" else W.T
    for k in range(count, 0, -1):
        slope = slopes[k]
        if mistake == "shifted" and k > 1:
            slope = slopes[k - 1]
        e = delta * slope
        grown = delta if mistake == "no slope in U" else e
        if mistake == "float32":
            e, grown = e.astype(np.float32), grown.astype(np.float32)
        h = states[k] if mistake == "wrong state" else states[k - 1]
        total["W"] += np.outer(e, h)
        total["U"] += np.outer(grown, inputs[k - 1])
        total["b"] += e
        driving[k - 1] = U.T @ e
        if mistake == "immediate" and k == count:
            break
        delta = back @ (delta if mistake == "no slope" else e)
    sign = -1.0 if mistake == "sign" else 1.0
    if mistake == "half a percent":
        sign = 1.005
    gradient = {name: sign * value for name, value in total.items()}
    gradient |= {"initial_state": sign * delta, "inputs": sign * driving}
    if mistake == "no bias":
        gradient["b"] = 0 * total["b"]
    if mistake == "one entry":
        gradient["W"][0, 1] *= 1.01
    if mistake == "layout":
        gradient["W"] = gradient["W"].T.copy()
    return gradient


CAUSES = {
    "sign": "sign",
    "half a percent": "factor of 1.005",
    "transposed": "not transposed on the way back",
    "no slope": "slope φ′ is missing in the Jacobians of the states",
    "no slope in U": "slope φ′ is missing",
    "shifted": None,
    "wrong state": None,
    "immediate": None,
    "no bias": "forgotten path",
    "one entry": "this entry alone",
    "layout": "indices of a matrix are exchanged, in W",
    "float32": "single precision",
}


def run(size, mistake, **options):
    parameters, h0, inputs = network(size)

    def gradient(parameters, initial_state, inputs, cotangent):
        return backward(parameters, initial_state, inputs, cotangent, mistake)

    states = [h0]
    for x in inputs:
        states.append(cell(states[-1], x, **parameters))
    return check_recurrent_gradient(
        cell,
        gradient,
        parameters=parameters,
        initial_state=h0,
        inputs=inputs,
        states=np.array(states),
        **options,
    )


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_right_gradient_passes_at_every_size(size):
    report = run(size, None)
    assert report.status.value == "pass", str(report)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("mistake", CAUSES)
def test_a_planted_mistake_is_found_at_every_size(mistake, size):
    report = run(size, mistake)
    assert report.status.value == "fail", str(report)
    if CAUSES[mistake] is not None:
        assert report.cause is not None, str(report)
        assert CAUSES[mistake] in report.cause, str(report)


def test_the_worst_entry_and_both_values_are_named():
    report = run(1e-14, "one entry")
    assert report.worst.index == ("W", 0, 1)
    assert report.worst.ratio == pytest.approx(1.01, abs=1e-9)
    assert "W, 0, 1" in str(report)


def test_a_cell_may_be_vectorised():
    def rows(h, x, W, U, b):
        product = np.einsum("nij,nj->ni", W, h) + np.einsum("nij,nj->ni", U, x)
        return np.tanh(product + b)

    parameters, h0, inputs = network(1.0)
    options = {"parameters": parameters, "initial_state": h0, "inputs": inputs}
    assert_recurrent_gradient(rows, backward, vectorized=True, **options)

    def wrong(**given):
        return backward(**given, mistake="sign")

    with pytest.raises(GradientError, match="sign is the opposite"):
        assert_recurrent_gradient(rows, wrong, vectorized=True, **options)


def test_a_gradient_of_losses_at_all_steps_is_checked():
    parameters, h0, inputs = network(1.0)
    cotangents = np.random.default_rng(4).normal(size=(STEPS, 3))

    def summed(parameters, initial_state, inputs, cotangent, last_only=False):
        total = None
        for k in range(STEPS if last_only else 1, STEPS + 1):
            part = backward(parameters, initial_state, inputs[:k], cotangent[k - 1])
            part["inputs"] = np.vstack([part["inputs"], np.zeros((STEPS - k, 3))])
            total = part if total is None else {n: total[n] + part[n] for n in part}
        return total

    options = {
        "parameters": parameters,
        "initial_state": h0,
        "inputs": inputs,
        "cotangent": cotangents,
    }
    assert_recurrent_gradient(cell, summed, **options)
    report = check_recurrent_gradient(
        cell, lambda **given: summed(**given, last_only=True), **options
    )
    assert report.status.value == "fail"
    assert report.cause == "only the loss of the last step counts"


def test_recorded_states_must_be_a_run_of_the_cell():
    parameters, h0, inputs = network(1.0)
    with pytest.raises(InputError, match="states has another state 1"):
        check_recurrent_gradient(
            cell,
            backward,
            parameters=parameters,
            initial_state=h0,
            inputs=inputs,
            states=np.zeros((STEPS + 1, 3)),
        )


@pytest.mark.parametrize(
    ("gradient", "problem"),
    [
        ({}, "no mapping"),
        ({"V": [1.0]}, "has the name 'V'"),
        ({"b": [1.0]}, "'b' has shape"),
        ({"b": [1j, 0, 0]}, "'b' has type complex128"),
    ],
)
def test_a_gradient_that_is_none_is_refused(gradient, problem):
    parameters, h0, inputs = network(1.0)
    with pytest.raises(InputError, match=problem):
        check_recurrent_gradient(
            cell, gradient, parameters=parameters, initial_state=h0, inputs=inputs
        )


def elman(size):
    parameters, h0, inputs = network(size)
    return ElmanNetwork(*(parameters[name] for name in "WUb")), h0, inputs


def of_network(size, mistake=None):
    weights, h0, inputs = elman(size)

    def gradient(**given):
        return backward(**given, mistake=mistake)

    report = check_recurrent_gradient(weights, gradient, initial_state=h0, inputs=inputs)
    return report, next(x for x in report.evidence if x.method == "differences of h_T by h_0")


def test_a_network_is_checked_with_the_derived_tolerance_too():
    report, derived = of_network(1.0)
    assert report.status.value == "pass"
    assert derived.agrees is True
    report, derived = of_network(1.0, "sign")
    assert report.status.value == "fail"
    assert derived.agrees is False


@pytest.mark.parametrize("size", [1e-14, 1e12])
def test_the_derived_tolerance_says_so_where_it_resolves_nothing(size):
    for mistake, status in ((None, "pass"), ("sign", "fail")):
        report, derived = of_network(size, mistake)
        assert report.status.value == status
        assert derived.agrees is None


def test_losses_at_all_steps_have_a_derived_tolerance():
    cotangents = np.random.default_rng(4).normal(size=(STEPS, 3))
    weights, h0, inputs = elman(1.0)
    run = forward(weights, h0, inputs)
    products = [jacobian_product(weights, run, stop=k + 1).to_array() for k in range(STEPS)]
    right = sum(product.T @ c for product, c in zip(products, cotangents, strict=True))
    for factor, agrees in ((1.0, True), (1.001, False)):
        report = check_recurrent_gradient(
            weights,
            {"initial_state": factor * right},
            initial_state=h0,
            inputs=inputs,
            cotangent=cotangents,
        )
        assert report.evidence[-1].agrees is agrees
        assert (report.status.value == "pass") is agrees


def test_a_state_beyond_the_step_of_differences_is_no_error():
    report = check_recurrent_gradient(
        ElmanNetwork([[1e-17]], [[1.0]], [0.0]),
        {"initial_state": [1e-17 * (1 - np.tanh(1.0) ** 2)]},
        initial_state=[1e17],
        inputs=[[0.0]],
        cotangent=[1.0],
    )
    assert report.status.value == "pass", str(report)
    assert "not used" in report.evidence[-1].finding


def test_parameters_beside_a_network_are_refused():
    weights, h0, inputs = elman(1.0)
    with pytest.raises(InputError, match="put them into the network"):
        check_recurrent_gradient(weights, backward, parameters={}, initial_state=h0, inputs=inputs)
