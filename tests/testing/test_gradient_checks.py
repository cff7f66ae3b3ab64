"""Pass, fail or vacuous: by the size of what can be resolved, never by an absolute tolerance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.errors import InputError
from gradproof.testing import (
    GradientError,
    assert_gradient,
    assert_jacobian,
    assert_vjp,
    check_gradient,
    check_jacobian,
    check_vjp,
)

SIZES = [1e-14, 1e-6, 1.0, 1e12]


def chain(factor, units=3, steps=12):
    """Return h_0 ↦ h_T of a tanh network with weights times a factor, and its Jacobian."""
    generator = np.random.default_rng(2)
    W = factor * generator.normal(size=(units, units))
    preactivations = generator.normal(size=(steps, units)) / 2
    states = np.vstack([generator.normal(size=units) / 2, np.tanh(preactivations)])
    drives = preactivations - states[:-1] @ W.T

    def function(h):
        for drive in drives:
            h = np.tanh(W @ h + drive)
        return h

    def jacobian(h, reverse=False):
        product = np.eye(units)
        for drive in drives:
            h = np.tanh(W @ h + drive)
            step = (1 - h**2)[:, np.newaxis] * W
            product = product @ step if reverse else step @ product
        return product

    return function, jacobian, states[0]


def of_size(size):
    return min(
        (chain(factor) for factor in np.geomspace(0.01, 200, 200)),
        key=lambda made: abs(np.log(np.linalg.norm(made[1](made[2]), 2) / size + 1e-30)),
    )


def real_only(function):
    """Return the function, refusing complex numbers."""

    def refusing(x):
        if np.iscomplexobj(x):
            raise TypeError("real numbers only")
        return function(x)

    return refusing


@pytest.mark.parametrize("size", SIZES)
def test_right_and_wrong_are_told_apart_at_every_size(size):
    function, jacobian, at = of_size(size)
    assert check_jacobian(function, jacobian, at).status.value == "pass"
    for wrong, cause in (
        (lambda h: -jacobian(h), "the sign"),
        (lambda h: jacobian(h).T, "the transpose"),
        (lambda h: 1.005 * jacobian(h), "a constant factor"),
        (lambda h: jacobian(h) * [0, 1, 1], "a forgotten path"),
        (lambda h: jacobian(h, reverse=True), None),
    ):
        report = check_jacobian(function, wrong, at)
        assert report.status.value == "fail"
        assert (report.cause or "none").startswith(cause or "none"), str(report)


def test_what_differences_cannot_resolve_is_vacuous_and_no_pass():
    function, jacobian, at = of_size(1e-14)
    for sign in (1, -1):
        report = check_jacobian(real_only(function), lambda h, s=sign: s * jacobian(h), at)
        assert report.status.value == "vacuous"
        assert report.signal < report.resolution
        with pytest.raises(GradientError, match="VACUOUS"):
            assert_jacobian(real_only(function), jacobian, at)


def test_a_lie_about_analyticity_is_detected():
    def modulus(x):
        return np.real(x * np.conj(x)).sum() + 0 * x.sum()

    report = check_gradient(modulus, lambda x: 2 * x, [1.0, 2.0])
    assert report.status.value == "pass"
    assert report.evidence[1].finding.startswith("not used: differences contradict it")


def test_a_kink_is_named():
    def distance(x):
        return np.where(np.real(x) > 1, x - 1, 1 - x).sum()

    report = check_gradient(distance, lambda x: np.zeros(2), [1.0, 3.0])
    assert report.status.value == "fail"
    report = check_gradient(real_only(distance), lambda x: np.array([1.0, 1.0]), [1.0, 3.0])
    assert report.status.value != "pass"


@pytest.mark.parametrize("z", [3.0, 10.0, 15.0])
@pytest.mark.parametrize("logistic", [False, True])
def test_a_slope_computed_from_a_saturated_value_is_no_mistake(z, logistic):
    def function(x):
        return 1 / (1 + np.exp(-2 * x[0])) if logistic else np.tanh(x[0])

    def gradient(x):
        value = function(x)
        return np.array([2 * value * (1 - value) if logistic else 1 - value**2])

    assert_gradient(function, gradient, [z])
    assert check_gradient(function, lambda x: -gradient(x), [z]).status.value == "fail"


@given(st.integers(0, 2**32 - 1), st.floats(-1.5, 1.0))
def test_no_right_gradient_fails_and_no_wrong_sign_passes(seed, magnitude):
    generator = np.random.default_rng(seed)
    units, steps = int(generator.integers(1, 5)), int(generator.integers(1, 12))
    W = generator.normal(size=(units, units)) * 10**magnitude / np.sqrt(units)
    drives = generator.normal(size=(steps, units))
    weights = generator.normal(size=units)

    def loss(v):
        h = v
        for drive in drives:
            h = np.tanh(W @ h + drive)
        return weights @ h

    def gradient(v):
        states = [v]
        for drive in drives:
            states.append(np.tanh(W @ states[-1] + drive))
        delta = weights
        for h in states[:0:-1]:
            delta = W.T @ (delta * (1 - h**2))
        return delta

    at = generator.normal(size=units)
    for function in (loss, real_only(loss)):
        assert check_gradient(function, gradient, at).status.value != "fail"
        assert check_gradient(function, lambda v: -gradient(v), at).status.value != "pass"


def test_vectorised_functions_shapes_and_cotangents():
    at = np.array([[1.0, 2.0], [0.5, -1.0]])

    def rows(x):
        return x**3

    def jacobian(x):
        return np.diag((3 * x**2).ravel()).reshape(2, 2, 2, 2)

    assert_jacobian(rows, jacobian, at, vectorized=True)
    assert_vjp(rows, lambda x, c: 3 * c * x**2, at)
    report = check_vjp(rows, lambda x, c: (3 * c * x**2).T, at, cotangent=[[1, 2], [3, 4]])
    assert report.cause == "the transpose: the two indices of the argument are exchanged"


@pytest.mark.parametrize(
    ("function", "gradient", "at", "problem"),
    [
        (np.sum, np.ones(3), [1.0, 2.0], "gradient has shape"),
        (np.sum, np.ones(2) * 1j, [1.0, 2.0], "gradient has entries of type complex128"),
        (np.sin, np.ones(2), [1.0, 2.0], "returns shape"),
        (np.sum, np.ones(2), [1.0, np.inf], "at has an entry"),
        (np.sum, np.ones(2), [], "at is empty"),
    ],
)
def test_what_is_no_gradient_is_refused(function, gradient, at, problem):
    with pytest.raises(InputError, match=problem):
        check_gradient(function, gradient, at)
