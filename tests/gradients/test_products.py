import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.errors import InputError, OutOfRangeError
from gradproof.gradients.network import ElmanNetwork, forward, state_jacobians
from gradproof.gradients.products import (
    ScaledMatrix,
    jacobian_product,
    jacobian_products,
    jacobian_vector_product,
    vector_jacobian_product,
)
from gradproof.gradients.tolerances import jacobian_product_error_upper


def random_run(seed, size=4, steps=12, scale=1.0):
    rng = np.random.default_rng(seed)
    network = ElmanNetwork(
        scale * rng.normal(size=(size, size)), rng.normal(size=(size, 2)), rng.normal(size=size)
    )
    return network, forward(network, rng.uniform(-1, 1, size), rng.normal(size=(steps, 2)))


def exact_product(network, run, start, stop):
    """Φ of the computed Jacobians in rational arithmetic, newest factor on the left."""
    size = network.state_size
    product = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    for jacobian in state_jacobians(network, run)[start:stop].tolist():
        factor = [[Fraction(entry) for entry in row] for row in jacobian]
        product = [
            [sum(factor[i][k] * product[k][j] for k in range(size)) for j in range(size)]
            for i in range(size)
        ]
    return np.array(product, dtype=object)


floats = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)


@given(st.lists(floats, min_size=1, max_size=4))
@settings(derandomize=True, database=None, max_examples=300)
def test_scaling_rounds_nothing(entries):
    scaled = ScaledMatrix.of([entries])
    largest = max(map(abs, entries))
    assert largest == 0 or 0.5 <= np.abs(scaled.mantissa).max() < 1
    for entry, mantissa in zip(entries, scaled.mantissa[0].tolist(), strict=True):
        if abs(entry) > 2.0**-1000 * largest:
            assert Fraction(mantissa) * Fraction(2) ** scaled.exponent == Fraction(entry)


def test_a_product_of_powers_of_two_is_exact_at_any_size():
    step = ScaledMatrix.of([[0.0, 2.0**-40], [2.0**-50, 0.0]])
    product = ScaledMatrix.identity(2)
    for _ in range(2000):
        product = step @ product
    expected = ScaledMatrix.of(np.eye(2), exponent=-90_000)
    assert product.exponent == expected.exponent
    assert (product.mantissa == expected.mantissa).all()
    assert product.log_norm() == pytest.approx(-90_000 * math.log(2), rel=1e-15)
    assert (product.to_array() == 0).all()


def test_a_scaled_matrix_out_of_range_becomes_zero_or_infinite():
    assert ScaledMatrix.of([[1.0]], exponent=10**12).to_array().tolist() == [[math.inf]]
    assert ScaledMatrix.of([[1.0]], exponent=-(10**12)).to_array().tolist() == [[0.0]]
    assert ScaledMatrix.of([[0.0]], exponent=9).log_norm() == -math.inf
    assert ScaledMatrix.of([[0.0]], exponent=9).exponent == 0
    with pytest.raises(InputError):
        ScaledMatrix.identity(2) @ ScaledMatrix.identity(3)


def test_a_mantissa_is_frozen():
    for scaled in (ScaledMatrix.of([[1.0]]), ScaledMatrix.identity(1)):
        with pytest.raises(ValueError, match="read-only"):
            scaled.mantissa[0, 0] = 2


def test_leaving_the_range_is_silent_even_where_numpy_is_told_to_raise():
    with np.errstate(all="raise"):
        assert ScaledMatrix.of([[1.0]], exponent=-1060).to_array().tolist() == [[2.0**-1060]]
        assert ScaledMatrix.of([[0.75]], exponent=-1074).to_array()[0, 0] < 2.0**-1070
        assert ScaledMatrix.of([[1.0]], exponent=2000).to_array().tolist() == [[math.inf]]


@pytest.mark.parametrize("seed", range(5))
def test_the_newest_factor_stands_on_the_left(seed):
    network, run = random_run(seed)
    product = jacobian_product(network, run).to_array()
    exact = exact_product(network, run, 0, run.steps)
    # The rational product starts from rounded Jacobians, 14u off at most: that is part of the
    # bound of the computed product against the exact derivative.
    bound = jacobian_product_error_upper(network, run)
    assert (np.abs(product - exact.astype(float)) <= bound).all()
    assert (bound < 1e-9 * np.abs(product).max()).all()
    reversed_product = np.eye(network.state_size)
    for jacobian in state_jacobians(network, run):
        reversed_product = reversed_product @ jacobian
    assert (np.abs(reversed_product - product) > 1e6 * bound).any()


def test_products_compose():
    network, run = random_run(6, steps=30)
    bound = jacobian_product_error_upper(network, run)
    for split in (0, 1, 13, 29, 30):
        left = jacobian_product(network, run, start=split)
        right = jacobian_product(network, run, stop=split)
        # Either way of bracketing obeys a bound of the same form and size.
        difference = (left @ right).to_array() - jacobian_product(network, run).to_array()
        assert (np.abs(difference) <= 2 * bound).all()


def test_a_product_over_no_step_is_the_identity():
    network, run = random_run(7)
    assert (jacobian_product(network, run, start=5, stop=5).to_array() == np.eye(4)).all()


def test_all_products_end_in_the_last():
    network, run = random_run(8)
    products = list(jacobian_products(network, run, start=2))
    assert len(products) == run.steps - 1
    for k, product in enumerate(products, start=2):
        single = jacobian_product(network, run, start=2, stop=k)
        assert (product.to_array() == single.to_array()).all()


def test_products_start_at_the_initial_state_where_nothing_is_said():
    network, run = random_run(11)
    identity, *later = jacobian_products(network, run)
    assert (identity.to_array() == np.eye(4)).all()
    assert len(later) == run.steps
    for product in (jacobian_vector_product, vector_jacobian_product):
        default = product(network, run, np.ones(4)).to_array()
        assert (default == product(network, run, np.ones(4), start=0).to_array()).all()
        assert (default != product(network, run, np.ones(4), start=1).to_array()).any()


def test_vector_products_are_rows_and_columns_of_the_product():
    network, run = random_run(9, steps=20)
    product = jacobian_product(network, run, start=3).to_array()
    bound = 2 * jacobian_product_error_upper(network, run, start=3)
    assert (bound < 1e-9 * np.abs(product).max()).all()
    for i, unit in enumerate(np.eye(4)):
        row = vector_jacobian_product(network, run, unit, start=3).to_array()
        column = jacobian_vector_product(network, run, unit, start=3).to_array()
        assert row.shape == (1, 4)
        assert column.shape == (4, 1)
        # The row is multiplied from the left: other roundings, of the same size.
        assert (np.abs(row[0] - product[i]) <= bound[i] * 10).all()
        assert (np.abs(column[:, 0] - product[:, i]) <= bound[:, i]).all()


@pytest.mark.parametrize(
    ("start", "stop", "argument"),
    [(0, 13, "stop"), (5, 4, "stop"), (-1, 3, "start"), (13, None, "start")],
)
def test_spans_outside_the_run_are_named(start, stop, argument):
    network, run = random_run(10)
    vector = np.ones(4)
    for call in (
        lambda: jacobian_product(network, run, start=start, stop=stop),
        lambda: jacobian_products(network, run, start=start, stop=stop),
        lambda: vector_jacobian_product(network, run, vector, start=start, stop=stop),
        lambda: jacobian_vector_product(network, run, vector, start=start, stop=stop),
    ):
        with pytest.raises(OutOfRangeError) as caught:
            call()
        assert caught.value.argument == argument


@pytest.mark.parametrize("weight", [0.5, 3.0])
def test_a_hundred_thousand_steps_keep_their_logarithm(weight):
    steps = 100_000
    network = ElmanNetwork(weight * np.eye(8), np.eye(8), np.zeros(8))
    # h = 0 throughout, all slopes are 1, and Φ = weight^T·I exactly.
    run = forward(network, np.zeros(8), np.zeros((steps, 8)))
    product = jacobian_product(network, run)
    expected = steps * math.log(weight)
    # T roundings of u = 1.2e-16 each, relative to the norm: 1.2e-11 in its logarithm.
    assert product.log_norm() == pytest.approx(expected, abs=2e-11 + 1e-15 * abs(expected))
    assert np.abs(product.mantissa - np.diag(np.diag(product.mantissa))).max() == 0


def test_slopes_count_once_per_step():
    # A fixed point h = tanh(w h + x) with x chosen for h = ½: Φ = (w(1 − ¼))^T.
    w, steps = 2.0, 1000
    network = ElmanNetwork([[w]], [[1.0]], [0.0])
    x = math.atanh(0.5) - w * 0.5
    run = forward(network, [0.5], np.full((steps, 1), x))
    # The fixed point repels (w·¾ > 1), so only the first steps stay on it.
    stop = 40
    product = jacobian_product(network, run, stop=stop)
    # An error of u grows by 1.5 a step: 1.5^40·u = 1e-9 in the last slope, less in those before.
    assert product.log_norm() == pytest.approx(stop * math.log(1.5), abs=1e-8)


def test_a_vanished_gradient_keeps_its_direction():
    network = ElmanNetwork(np.diag([0.5, 0.25]), np.eye(2), np.zeros(2))
    run = forward(network, np.zeros(2), np.full((3000, 2), 20.0))
    row = vector_jacobian_product(network, run, [-1.0, 0.0])
    assert row.mantissa[0, 0] < 0
    assert row.exponent < -100_000
    assert row.mantissa[0, 1] == 0
