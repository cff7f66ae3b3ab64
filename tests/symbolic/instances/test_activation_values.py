"""The values with which steps are attacked: each derivative is that of the one before."""

import mpmath
import numpy as np
import pytest

from gradproof.symbolic.instances.activation_values import ACTIVATIONS, FAMILIES

POINTS = (-2.7, -1.3, -0.4, 0.6, 1.7, 3.1)
EPSILON = 1e-20


def complex_step(function, x):
    return np.imag(function(np.array([x + 1j * EPSILON]))).item() / EPSILON


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_order_is_the_derivative_of_the_one_before(name):
    orders = ACTIVATIONS[name]
    for order in range(1, 4):
        for x in POINTS:
            value = np.real(orders[order](np.array([x]))).item()
            assert complex_step(orders[order - 1], x) == pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("parameter", [0.25, 1.5])
def test_families_are_derivatives_too(name, parameter):
    for order in range(1, 4):
        for x in POINTS:
            value = np.real(FAMILIES[name][order](np.array([x]), parameter)).item()
            before = FAMILIES[name][order - 1]
            slope = complex_step(lambda z, before=before: before(z, parameter), x)
            assert slope == pytest.approx(value, rel=1e-9, abs=1e-12)


TRUTHS = {
    "tanh": mpmath.tanh,
    "identity": lambda z: z,
    "logistic": lambda z: 1 / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "arctan": mpmath.atan,
    "erf": mpmath.erf,
    "gelu": lambda z: z * mpmath.ncdf(z),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "relu": lambda z: max(z, 0),
    "hard_tanh": lambda z: min(max(z, -1), 1),
    "softsign": lambda z: z / (1 + abs(z)),
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "phi": mpmath.sin,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_function_itself_is_what_its_name_says(name):
    for x in POINTS:
        value = np.real(ACTIVATIONS[name][0](np.array([x]))).item()
        assert value == pytest.approx(float(TRUTHS[name](x)), rel=1e-12)
