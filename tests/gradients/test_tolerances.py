"""The tolerances hold on random networks of every kind, and still find small planted errors."""

import math

import flint
import numpy as np
import pytest

from gradproof.errors import OutOfRangeError
from gradproof.gradients.differences import (
    central_difference_state_jacobian,
    complex_step_state_jacobian,
)
from gradproof.gradients.network import ElmanNetwork, forward, state_jacobians
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import (
    central_difference_tolerance,
    complex_step_tolerance,
    jacobian_product_error_upper,
)

STEPS = (1e-3, 1e-4, 1e-5, 1e-7)


def random_case(rng):
    """One network and run: d 1–8, T 1–30, ‖W‖ 0.1–3, silent to deeply saturated."""
    size, steps = int(rng.integers(1, 9)), int(rng.integers(1, 31))
    entering = int(rng.integers(1, size + 1))
    weight = rng.normal(size=(size, size))
    kind = rng.integers(4)
    if kind == 1:
        weight = np.triu(weight)
    elif kind == 2:
        weight = np.linalg.qr(weight)[0]
    elif kind == 3:
        weight = np.outer(weight[0], weight[:, 0])
    weight *= rng.uniform(0.1, 3) / np.linalg.norm(weight, 2)
    network = ElmanNetwork(
        weight, rng.normal(size=(size, entering)), rng.normal(size=size) * rng.choice([0, 0.1, 1])
    )
    inputs = rng.normal(size=(steps, entering)) * rng.choice([0, 0.1, 1, 10, 100])
    return network, forward(network, rng.uniform(-1, 1, size), inputs)


def well_scaled(seed=0, size=4, steps=10):
    rng = np.random.default_rng(seed)
    weight = np.linalg.qr(rng.normal(size=(size, size)))[0]
    network = ElmanNetwork(1.1 * weight, np.eye(size), np.zeros(size))
    return network, forward(
        network, rng.uniform(-0.5, 0.5, size), 0.1 * rng.normal(size=(steps, size))
    )


def exact_derivative(network, run, bits=400):
    """Φ along the exact run, in ball arithmetic."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        weight = flint.arb_mat(network.recurrent_weight.tolist())
        entering = flint.arb_mat(network.input_weight.tolist())
        bias = flint.arb_mat([[b] for b in network.bias.tolist()])
        state = flint.arb_mat([[h] for h in run.initial_state.tolist()])
        size = network.state_size
        product = flint.arb_mat(np.eye(size).tolist())
        for x in run.inputs.tolist():
            z = weight * state + entering * flint.arb_mat([[e] for e in x]) + bias
            state = flint.arb_mat([[z[i, 0].tanh()] for i in range(size)])
            slope = [1 / z[i, 0].cosh() ** 2 for i in range(size)]
            jacobian = [[slope[i] * weight[i, j] for j in range(size)] for i in range(size)]
            product = flint.arb_mat(jacobian) * product
        return np.array([[float(product[i, j].mid()) for j in range(size)] for i in range(size)])
    finally:
        flint.ctx.prec = before


def test_central_differences_stay_within_their_tolerance():
    rng = np.random.default_rng(10)
    ratios = []
    for case in range(400):
        network, run = random_case(rng)
        step = STEPS[case % len(STEPS)]
        product = jacobian_product(network, run).to_array()
        tolerance = central_difference_tolerance(network, run, step=step)
        difference = np.abs(central_difference_state_jacobian(network, run, step=step) - product)
        assert not np.isnan(tolerance).any()
        assert (difference <= tolerance).all()
        if difference.max() > 1e-12 + 1e-6 * np.abs(product).max() and tolerance.max() < 1:
            ratios.append(tolerance.max() / difference.max())
    # Where truncation speaks, some cases are met within 2 %: the bound has no slack to spare.
    assert min(ratios) < 1.02


def test_complex_steps_stay_within_their_tolerance():
    rng = np.random.default_rng(11)
    relative = []
    for _ in range(400):
        network, run = random_case(rng)
        start = int(rng.integers(0, run.steps + 1))
        product = jacobian_product(network, run, start=start).to_array()
        tolerance = complex_step_tolerance(network, run, start=start)
        stepped = complex_step_state_jacobian(network, run, start=start)
        assert not np.isnan(tolerance).any()
        assert (np.abs(stepped - product) <= tolerance).all()
        relative.append(tolerance.max() / max(np.abs(product).max(), 1e-280))
    assert np.median(relative) < 2e-12


def test_the_computed_product_stays_within_its_error_bound():
    rng = np.random.default_rng(12)
    found = []
    for _ in range(150):
        network, run = random_case(rng)
        exact = exact_derivative(network, run)
        error = np.abs(jacobian_product(network, run).to_array() - exact)
        bound = jacobian_product_error_upper(network, run)
        # The exact entry itself is rounded once, to be compared.
        assert (error <= bound + 2.0**-52 * np.abs(exact)).all()
        found.append(bound.max() / max(error.max(), 1e-280))
    assert np.median(found) < 1000


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_relative_error_is_detected(seed):
    network, run = well_scaled(seed)
    product = jacobian_product(network, run).to_array()
    assert 0.05 < np.linalg.norm(product, 2) < 20
    large = np.abs(product) > 0.1 * np.abs(product).max()
    central = central_difference_tolerance(network, run)
    difference = central_difference_state_jacobian(network, run)
    assert (np.abs(difference - product) <= central).all()
    assert (np.abs(difference - product * (1 + 1e-3)) > central)[large].all()
    exact = complex_step_tolerance(network, run)
    stepped = complex_step_state_jacobian(network, run)
    assert (np.abs(stepped - product) <= exact).all()
    assert (np.abs(stepped - product * (1 + 1e-10)) > exact)[large].all()


def test_wrong_derivatives_are_detected():
    network, run = well_scaled(7)
    jacobians = state_jacobians(network, run)
    product = jacobian_product(network, run).to_array()
    reversed_product, without_slopes = np.eye(4), np.eye(4)
    for jacobian in jacobians:
        reversed_product = reversed_product @ jacobian
        without_slopes = network.recurrent_weight @ without_slopes
    stepped = complex_step_state_jacobian(network, run)
    central = central_difference_state_jacobian(network, run)
    for wrong in (
        -product,
        product.T,
        reversed_product,
        without_slopes,
        jacobian_product(network, run, start=1).to_array(),
    ):
        assert (np.abs(stepped - wrong) > complex_step_tolerance(network, run)).any()
        assert (np.abs(central - wrong) > central_difference_tolerance(network, run)).any()


def test_a_wrong_sign_of_a_vanished_gradient_is_detected():
    network = ElmanNetwork([[0.5, 0.25], [-0.25, 0.5]], np.eye(2), np.zeros(2))
    run = forward(network, [0.1, 0.2], np.full((20, 2), 2.0))
    product = jacobian_product(network, run).to_array()
    assert np.abs(product).max() < 1e-14
    stepped = complex_step_state_jacobian(network, run)
    tolerance = complex_step_tolerance(network, run)
    assert (np.abs(stepped - product) <= tolerance).all()
    assert (np.abs(stepped + product) > 1e9 * tolerance).all()
    # A central difference can't see so small a signal, and says so.
    assert (central_difference_tolerance(network, run) > np.abs(product)).all()


def test_truncation_falls_with_the_square_of_the_step():
    network, run = well_scaled(8)
    coarse = central_difference_tolerance(network, run, step=1e-2).max()
    fine = central_difference_tolerance(network, run, step=1e-3).max()
    assert math.log10(coarse / fine) == pytest.approx(2, abs=0.1)


def test_large_steps_stay_within_their_tolerance():
    # Offsets up to 1 sweep slopes and curvatures far from those at the centre.
    rng = np.random.default_rng(13)
    ratios = []
    for _ in range(400):
        size, steps = int(rng.integers(1, 4)), int(rng.integers(1, 5))
        network = ElmanNetwork(rng.normal(size=(size, size)), np.eye(size), np.zeros(size))
        run = forward(network, rng.uniform(-1, 1, size), 2 * rng.normal(size=(steps, size)))
        step = float(rng.uniform(0.05, 1))
        product = jacobian_product(network, run).to_array()
        difference = np.abs(central_difference_state_jacobian(network, run, step=step) - product)
        tolerance = central_difference_tolerance(network, run, step=step)
        assert (difference <= tolerance).all()
        ratios.append(tolerance.max() / difference.max())
    assert np.median(ratios) < 100


def test_a_tolerance_pays_for_the_error_of_the_computed_product():
    rng = np.random.default_rng(14)
    for _ in range(20):
        network, run = random_case(rng)
        error = jacobian_product_error_upper(network, run)
        assert (complex_step_tolerance(network, run) > 1.5 * error).all()
        assert (central_difference_tolerance(network, run) > 1.5 * error).all()


def test_a_run_that_explodes_gets_an_infinite_tolerance_and_no_warning():
    network = ElmanNetwork(3 * np.ones((4, 4)), np.eye(4), np.zeros(4))
    run = forward(network, np.zeros(4), np.zeros((400, 4)))
    assert (central_difference_tolerance(network, run, stop=330) == np.inf).all()
    assert (complex_step_tolerance(network, run) == np.inf).all()


def test_a_complex_step_that_leaves_the_strip_gets_an_infinite_tolerance():
    network = ElmanNetwork([[1.0]], [[1.0]], [0.0])
    run = forward(network, [0.5], [[0.0]])
    assert np.isfinite(complex_step_tolerance(network, run, step=0.7)).all()
    assert (complex_step_tolerance(network, run, step=0.8) == np.inf).all()


@pytest.mark.parametrize("step", [0.1, 0.3, 0.7])
def test_the_truncation_of_a_large_complex_step_is_paid_for(step):
    network, run = well_scaled(9, steps=1)
    product = jacobian_product(network, run).to_array()
    difference = np.abs(complex_step_state_jacobian(network, run, step=step) - product)
    tolerance = complex_step_tolerance(network, run, step=step)
    assert difference.max() > 1e-4
    assert (difference <= tolerance).all()


def test_spans_outside_the_run_are_named():
    network, run = well_scaled()
    for bound in (
        central_difference_tolerance,
        complex_step_tolerance,
        jacobian_product_error_upper,
    ):
        with pytest.raises(OutOfRangeError, match=r"^stop"):
            bound(network, run, start=3, stop=2)
