import math
from fractions import Fraction

import flint
import numpy as np
import pytest

from gradproof.arrays import UNIT_ROUNDOFF
from gradproof.gradients.activations import TANH


@pytest.fixture
def precise():
    before = flint.ctx.prec
    flint.ctx.prec = 200
    yield
    flint.ctx.prec = before


def arguments(count):
    rng = np.random.default_rng(1)
    spread = 10.0 ** rng.uniform(-9, 2.5, count)
    sizes = np.concatenate([rng.uniform(0, 3, count), rng.uniform(3, 60, count), spread])
    return np.concatenate([sizes, -sizes, [0.0, 19.1, 353.9]])


def relative_errors(computed, exact):
    """Errors in units of u, where ``exact`` are balls of 200 bits."""
    return [
        abs(float(((flint.arb(float(c)) - e) / e).mid())) / UNIT_ROUNDOFF
        for c, e in zip(computed, exact, strict=True)
        if float(e.mid()) != 0
    ]


@pytest.mark.usefixtures("precise")
def test_the_function_is_as_accurate_as_the_error_model_says():
    z = arguments(300)
    exact = [flint.arb(float(x)).tanh() for x in z]
    assert max(relative_errors(TANH.function(z), exact)) <= TANH.function_error


@pytest.mark.usefixtures("precise")
def test_the_derivative_keeps_its_digits_where_the_unit_saturates():
    z = arguments(300)
    z = z[np.abs(z) < 354]
    exact = [1 / flint.arb(float(x)).cosh() ** 2 for x in z]
    errors = relative_errors(TANH.derivative(z), exact)
    assert max(errors) <= TANH.derivative_error
    # The textbook form has lost everything there.
    assert 1 - math.tanh(19.1) ** 2 == 0 < TANH.derivative(np.array(19.1))


@pytest.mark.usefixtures("precise")
def test_the_complex_function_is_as_accurate_as_the_error_model_says():
    x = arguments(200)
    y = np.random.default_rng(2).uniform(0.5, 2, x.size) * 1e-30
    computed = TANH.function(x + 1j * y)
    exact = [flint.acb(float(a), float(b)).tanh() for a, b in zip(x, y, strict=True)]
    error = TANH.complex_extension.error
    assert max(relative_errors(computed.real, [e.real for e in exact])) <= error
    assert max(relative_errors(computed.imag, [e.imag for e in exact])) <= error


def test_the_complex_function_neither_overflows_nor_warns():
    values = TANH.function(np.array([1e308, -1e308, 800.0, -400.0]) + 1e-30j)
    assert values.real.tolist() == [1, -1, 1, -1]
    assert np.abs(values.imag).max() < 1e-300


def test_the_suprema_are_attained_and_not_exceeded():
    t = np.linspace(-1, 1, 200_001)
    s = 1 - t**2
    for values, upper in [
        (s, TANH.slope_upper),
        (2 * np.abs(t) * s, TANH.second_upper),
        (2 * s * np.abs(1 - 3 * t**2), TANH.third_upper),
    ]:
        assert (1 - 1e-9) * upper < values.max() <= upper * (1 + 1e-15)
    assert Fraction(TANH.second_upper) ** 2 > Fraction(16, 27)
    assert TANH.derivative(np.zeros(1))[0] == TANH.slope_upper


@pytest.mark.parametrize("radius", [0.0, 1e-12, 1e-3, 0.1, 0.7, 5.0])
def test_interval_bounds_hold_and_are_tight(radius):
    centre = np.concatenate([np.linspace(-3, 3, 241), [12.0, 25.0, -40.0, 300.0]])
    bounds = TANH.derivatives_upper(centre, np.full(centre.shape, radius))
    z = centre + radius * np.linspace(-1, 1, 401)[:, np.newaxis]
    t, s = np.tanh(z), TANH.derivative(z)
    sampled = [s, 2 * np.abs(t) * s, 2 * s * np.abs(1 - 3 * t**2)]
    # Widening z by 64u|z| changes sech² by 128u|z| relative, which is 5e-12 at |z| = 300. The
    # samples miss a smooth maximum by (radius/400)²·sup|φ‴|/2 = (radius/400)² at most; the corner
    # of |φ‴| between its lobes needs the room of a slope.
    missed = 1e-11 + 2 * (radius / 400) ** 2
    for values, bound, room in zip(sampled, bounds, (missed, 1e-3, 1e-2), strict=True):
        largest = values.max(axis=0)
        # Beside a zero of 1 − 3t² two evaluations differ by roundings of size u, not relatively.
        assert (largest <= bound + 32 * UNIT_ROUNDOFF * s.max(axis=0)).all()
        assert (bound <= largest * (1 + room) + 1e-13 * s.max(axis=0)).all()


def test_interval_bounds_never_exceed_the_global_ones():
    centre = np.array([0.0, 1.0, -2.0, 1e300])
    for radius in (np.inf, 1e308, 3.0):
        bounds = TANH.derivatives_upper(centre, np.full(4, radius))
        suprema = (TANH.slope_upper, TANH.second_upper, TANH.third_upper)
        for bound, supremum in zip(bounds, suprema, strict=True):
            assert (bound <= supremum).all()


def test_the_ratios_off_the_real_axis_hold_in_the_whole_strip():
    extension = TANH.complex_extension
    assert extension.strip < math.pi / 4
    x = np.linspace(-30, 30, 601)
    y = np.linspace(-extension.strip, extension.strip, 101)[:, np.newaxis]
    t, s = np.tanh(x + 1j * y), 1 / np.cosh(x + 1j * y) ** 2
    slope = TANH.derivative(x)
    second, third = np.abs(2 * t * s) / slope, np.abs(2 * s * (1 - 3 * t**2)) / slope
    assert 0.5 * extension.second_ratio < second.max() <= extension.second_ratio
    assert 0.5 * extension.third_ratio < third.max() <= extension.third_ratio


def test_the_inverse_is_one():
    t = np.linspace(-0.99, 0.99, 67)
    np.testing.assert_allclose(TANH.function(TANH.inverse(t)), t, rtol=1e-13, atol=0)
