"""Logistic, identity, softplus, arctan: errors, suprema and interval bounds of φ, φ′, φ″, φ‴."""

import itertools
import math
from fractions import Fraction

import flint
import numpy as np
import pytest

from gradproof.arrays import UNIT_ROUNDOFF
from gradproof.gradients.activations import LOGISTIC
from gradproof.gradients.differences import (
    central_difference_state_jacobian,
    complex_step_jacobian,
    complex_step_state_jacobian,
)
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.smooth_activations import ARCTAN, IDENTITY, SOFTPLUS
from gradproof.gradients.tolerances import central_difference_tolerance, complex_step_tolerance

ALL = [LOGISTIC, IDENTITY, SOFTPLUS, ARCTAN]


@pytest.fixture
def precise():
    before = flint.ctx.prec
    flint.ctx.prec = 400
    yield
    flint.ctx.prec = before


def arguments(count):
    rng = np.random.default_rng(1)
    spread = 10.0 ** rng.uniform(-9, 2.8, count)
    sizes = np.concatenate([rng.uniform(0, 3, count), rng.uniform(3, 60, count), spread])
    return np.concatenate([sizes, -sizes, [0.0, 1.0, -1.0, 36.8, -36.8, 699.9, -700.1]])


def relative_errors(computed, exact):
    """Errors in units of u, where ``exact`` are balls of 400 bits."""
    return [
        abs(float(((flint.arb(float(c)) - e) / e).mid())) / UNIT_ROUNDOFF
        for c, e in zip(computed, exact, strict=True)
        if float(e.mid()) != 0
    ]


def ball_logistic(x):
    return 1 / (1 + (-x).exp())


EXACT = {
    "logistic": (ball_logistic, lambda x: ball_logistic(x) * ball_logistic(-x)),
    "identity": (lambda x: x, lambda x: flint.arb(1)),
    "softplus": (lambda x: (1 + x.exp()).log(), ball_logistic),
    "arctan": (lambda x: x.atan(), lambda x: 1 / (1 + x * x)),
}
by_name = pytest.mark.parametrize("activation", ALL, ids=lambda activation: activation.name)


@by_name
@pytest.mark.usefixtures("precise")
def test_function_and_derivative_are_as_accurate_as_the_error_model_says(activation):
    z = arguments(200)
    function, derivative = EXACT[activation.name]
    # 1 + e^−|z| takes 1010 bits where it isn't 1 already; softplus needs them at z ≪ 0.
    flint.ctx.prec = 1400
    values = [function(flint.arb(float(x))) for x in z]
    slopes = [derivative(flint.arb(float(x))) for x in z]
    assert max(relative_errors(activation.function(z), values)) <= activation.function_error
    assert max(relative_errors(activation.derivative(z), slopes)) <= activation.derivative_error


@pytest.mark.usefixtures("precise")
def test_the_complex_logistic_function_is_as_accurate_as_the_error_model_says():
    x = arguments(200)
    x = x[np.abs(x) < 600]  # there the imaginary part isn't subnormal
    # Both sides of −700, with a larger step for the same reason.
    x = np.append(x, [-699.0, -701.0])
    y = np.random.default_rng(2).uniform(0.5, 2, x.size) * np.where(x < -600, 1e-3, 1e-30)
    computed = LOGISTIC.function(x + 1j * y)
    flint.ctx.prec = 1400
    points = [flint.acb(float(a), float(b)) for a, b in zip(x, y, strict=True)]
    exact = [1 / (1 + (-point).exp()) for point in points]
    error = LOGISTIC.complex_extension.error
    assert 0 < max(relative_errors(computed.real, [e.real for e in exact])) <= error
    assert 0 < max(relative_errors(computed.imag, [e.imag for e in exact])) <= error


@by_name
def test_nothing_overflows_or_warns_far_out(activation):
    far = np.array([1e308, -1e308, 800.0, -800.0, 1e160, -1e160, 0.0])
    slopes = activation.derivative(far)
    assert np.isfinite(activation.function(far)).all()
    assert ((slopes >= 0) & (slopes <= activation.slope_upper)).all()
    for radius in (0.0, 1.0, 1e307, np.inf):
        for bound in activation.derivatives_upper(far, np.full(far.shape, radius)):
            assert np.isfinite(bound).all()
    if activation.complex_extension is not None:
        assert np.isfinite(activation.function(far + 1e-30j)).all()


SUPREMA = {  # squares of γ, L2, L3, exactly
    "logistic": (Fraction(1, 16), Fraction(1, 108), Fraction(1, 64)),
    "identity": (Fraction(1), Fraction(0), Fraction(0)),
    "softplus": (Fraction(1), Fraction(1, 16), Fraction(1, 108)),
    "arctan": (Fraction(1), Fraction(27, 64), Fraction(4)),
}


@by_name
def test_the_suprema_are_the_proved_ones_rounded_up(activation):
    uppers = (activation.slope_upper, activation.second_upper, activation.third_upper)
    for upper, square in zip(uppers, SUPREMA[activation.name], strict=True):
        assert square <= Fraction(upper) ** 2 <= square * (1 + Fraction(1, 2**50))


def derivatives(name, z):
    """Return φ′, φ″, φ‴ from their formulas in tanh(z/2) or in z."""
    t = np.tanh(z / 2)
    slope = 1 / (4 * np.cosh(np.minimum(np.abs(z), 700) / 2) ** 2)
    logistic = [slope, -t * slope, slope * (1.5 * t**2 - 0.5)]
    p = 1 / (1 + z**2)
    return {
        "logistic": logistic,
        "identity": [np.ones_like(z), np.zeros_like(z), np.zeros_like(z)],
        "softplus": [1 / (1 + np.exp(np.minimum(-z, 700))), *logistic[:2]],
        "arctan": [p, -2 * z * p**2, 2 * p**2 * (3 - 4 * p)],
    }[name]


@by_name
def test_the_formulas_of_this_file_are_derivatives_of_each_other(activation):
    z = np.linspace(-4, 4, 41)
    step = 1e-4
    orders = [activation.function, activation.derivative] + [
        lambda x, i=i: derivatives(activation.name, x)[i] for i in (1, 2)
    ]
    for lower, upper in itertools.pairwise(orders):
        # Truncation is step²/6 times a derivative below 30, rounding 2⁻⁵³·64/step.
        slope = (lower(z + step) - lower(z - step)) / (2 * step)
        np.testing.assert_allclose(slope, upper(z), rtol=0, atol=1e-7)


@by_name
@pytest.mark.parametrize("radius", [0.0, 1e-12, 1e-3, 0.1, 0.7, 5.0])
def test_interval_bounds_hold_and_are_tight(activation, radius):
    centre = np.concatenate([np.linspace(-5, 5, 321), [12.0, 25.0, -40.0, 300.0]])
    bounds = activation.derivatives_upper(centre, np.full(centre.shape, radius))
    z = centre + radius * np.linspace(-1, 1, 401)[:, np.newaxis]
    # Samples miss a smooth maximum by (radius/400)² times the curvature, which is below 10 times
    # the value here; a corner of a modulus between two lobes needs the room of a slope. Widening z
    # by 64u|z| changes e^z by 64u|z| relative, which is 3e-12 at |z| = 300.
    rooms = (1e-11 + 10 * (radius / 400) ** 2, 1e-2, 3e-2)
    for values, bound, room in zip(derivatives(activation.name, z), bounds, rooms, strict=True):
        largest = np.abs(values).max(axis=0)
        scale = bounds[0]
        # Both evaluations are off by a few u of φ′, where a difference cancels.
        assert (largest <= bound + 64 * UNIT_ROUNDOFF * scale).all()
        assert (bound <= largest * (1 + room) + 1e-13 * scale).all()


@by_name
def test_interval_bounds_never_exceed_the_global_ones(activation):
    centre = np.array([0.0, 1.0, -2.0, 1e300])
    for radius in (np.inf, 1e307, 3.0):
        bounds = activation.derivatives_upper(centre, np.full(4, radius))
        suprema = (activation.slope_upper, activation.second_upper, activation.third_upper)
        for bound, supremum in zip(bounds, suprema, strict=True):
            assert (bound <= supremum).all()
            if radius == np.inf:
                assert (bound >= supremum * (1 - 1e-12)).all()


def test_the_ratios_of_the_logistic_function_hold_in_the_whole_strip():
    extension = LOGISTIC.complex_extension
    assert extension.strip < math.pi / 2
    x = np.linspace(-40, 40, 601)
    z = x + 1j * np.linspace(-extension.strip, extension.strip, 101)[:, np.newaxis]
    t, slope = np.tanh(z / 2), 1 / (4 * np.cosh(z / 2) ** 2)
    real = LOGISTIC.derivative(x)
    second = np.abs(t * slope) / real
    third = np.abs(slope * (1.5 * t**2 - 0.5)) / real
    assert 0.5 * extension.second_ratio < second.max() <= extension.second_ratio
    assert 0.5 * extension.third_ratio < third.max() <= extension.third_ratio


@pytest.mark.parametrize("activation", [LOGISTIC, IDENTITY], ids=lambda a: a.name)
def test_the_complex_step_gives_the_derivative(activation):
    z = np.linspace(-20, 20, 41)
    measured = [complex_step_jacobian(activation.function, np.array([x]))[0, 0] for x in z]
    budget = (activation.complex_extension.error + activation.derivative_error) * UNIT_ROUNDOFF
    np.testing.assert_allclose(measured, activation.derivative(z), rtol=budget, atol=0)


@by_name
def test_the_inverse_is_one(activation):
    z = np.linspace(-5, 5, 67)
    np.testing.assert_allclose(
        activation.inverse(activation.function(z)), z, rtol=1e-12, atol=1e-12
    )


def random_run(activation, rng):
    size, steps = int(rng.integers(1, 6)), int(rng.integers(1, 11))
    weight = rng.normal(size=(size, size))
    weight *= rng.uniform(0.1, 2) / np.linalg.norm(weight, 2)
    network = ElmanNetwork(weight, np.eye(size), rng.normal(size=size), activation)
    inputs = rng.normal(size=(steps, size)) * rng.choice([0.1, 1, 10])
    return network, forward(network, rng.uniform(-1, 1, size), inputs)


@by_name
def test_differences_along_a_network_stay_within_their_tolerances(activation):
    rng = np.random.default_rng(5)
    sharpest = math.inf
    for case in range(60):
        network, run = random_run(activation, rng)
        step = (1e-3, 1e-5)[case % 2]
        product = jacobian_product(network, run).to_array()
        tolerance = central_difference_tolerance(network, run, step=step)
        difference = central_difference_state_jacobian(network, run, step=step)
        assert (np.abs(difference - product) <= tolerance).all()
        # It would find the slope of another activation: an error of a thousandth, say.
        sharpest = min(sharpest, tolerance.max() / np.abs(product).max())
        if activation.complex_extension is not None:
            tolerance = complex_step_tolerance(network, run)
            stepped = complex_step_state_jacobian(network, run)
            assert (np.abs(stepped - product) <= tolerance).all()
            assert tolerance.max() < 1e-10 * np.abs(product).max()
    assert sharpest < 1e-6
