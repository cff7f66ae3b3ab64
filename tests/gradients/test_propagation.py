"""The recursions of the bounds, restated term by term and evaluated with large roundings.

The restatement has one matrix for each step m where a source acts, and follows the mathematics in
the order of the text. The unit roundoff and the floor are made large, so that every term counts.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gradproof.gradients import propagation, tolerances
from gradproof.gradients.activations import TANH, Activation, ComplexExtension
from gradproof.gradients.differences import offset_points
from gradproof.gradients.network import ElmanNetwork, forward, slopes
from gradproof.gradients.propagation import gamma
from gradproof.gradients.tolerances import (
    central_difference_tolerance,
    complex_step_tolerance,
    jacobian_product_error_upper,
)

OUTWARD = 1 + 2.0**-20
FLOOR = 2.0**-9

# All three suprema on an interval are exact, and none is constant but the last.
CUBE = Activation(
    name="cube",
    function=lambda z: np.asarray(z**3 / 3),
    derivative=lambda z: np.asarray(z**2),
    slope_upper=np.inf,
    second_upper=np.inf,
    third_upper=2.0,
    derivatives_upper=lambda centre, radius: (
        (np.abs(centre) + radius) ** 2,
        2 * (np.abs(centre) + radius),
        2 * np.ones(np.broadcast(centre, radius).shape),
    ),
    value_upper=np.inf,
    function_error=5.0,
    derivative_error=3.0,
    complex_extension=ComplexExtension(strip=2.0**20, second_ratio=0.7, third_ratio=1.3, error=6.0),
)
SATURATING = replace(TANH, complex_extension=replace(TANH.complex_extension, strip=2.0**20))


def setting(size, activation, entering=1, steps=3, scale=0.6):
    rng = np.random.default_rng(size)
    network = ElmanNetwork(
        scale * rng.normal(size=(size, size)),
        0.5 * rng.normal(size=(size, entering)),
        0.3 * rng.normal(size=size),
        activation,
    )
    return network, forward(
        network, rng.uniform(0.2, 0.9, size), rng.normal(size=(steps, entering))
    )


class Restated:
    """The bounds after the steps start + 1 … stop, each family indexed by the step m."""

    def __init__(self, network, run, start, stop, offset, step, u):
        self.network, self.run, self.offset, self.step, self.u = network, run, offset, step, u
        size = network.state_size
        self.start = start
        self.P = {start: np.eye(size)}
        self.E = {start: np.zeros((size, size))}
        self.Q = {}
        # No source acts before the first step.
        self.drifting = {start: np.zeros(size)}
        self.second, self.third, self.rounding, self.imaginary = (
            {start: np.zeros((size, size))} for _ in range(4)
        )
        for k in range(start + 1, stop + 1):
            self.advance(k)

    def gamma(self, operations):
        return operations * self.u / (1 - operations * self.u)

    def G(self, m):
        return np.abs(self.P[m]) + self.E[m]

    def reached(self, sources):
        """Σ_m G(k,m) s_m."""
        return sum(self.G(m) @ source for m, source in sources.items())

    def advance(self, k):
        W, U, b = self.network.recurrent_weight, self.network.input_weight, self.network.bias
        phi, d, start, u = self.network.activation, len(b), self.start, self.u
        aW = np.abs(W)
        WP = {m: W @ P for m, P in self.P.items()}
        moduli = {m: aW @ np.abs(P) for m, P in self.P.items()}
        exact = {m: np.abs(WP[m]) + self.gamma(d) * moduli[m] for m in WP}
        tubed = {m: exact[m] + aW @ self.E[m] for m in WP}  # ≥ |WΠ̃(k−1,m)|

        Z1 = tubed[start]
        Z2 = sum(tubed[m] @ s for m, s in self.second.items())
        e = self.reached(self.drifting)
        h = np.abs(self.run.states[k - 1]) + (self.G(start) * self.offset).max(axis=1) + 2 * e
        size_z = aW @ h + np.abs(U) @ np.abs(self.run.inputs[k - 1]) + np.abs(b)
        zeta = self.gamma(d + U.shape[1] + 1) * size_z + FLOOR
        drift = sum(tubed[m] @ s for m, s in self.drifting.items()) + zeta

        r = np.array(
            [[self.offset[j] * Z1[i, j] + 2 * drift[i] for j in range(d)] for i in range(d)]
        )
        z = self.run.preactivations[k - 1]
        bounds = [[phi.derivatives_upper(z[i], r[i, j]) for j in range(d)] for i in range(d)]
        S1, S2, S3 = (np.array([[float(c[n]) for c in row] for row in bounds]) for n in range(3))
        steepest, curved = S1.max(axis=1), S2.max(axis=1)
        slope_error = phi.derivative_error * u * steepest + FLOOR
        tube = [min(max(S2[i] * r[i]), 2 * steepest[i]) + slope_error[i] for i in range(d)]

        value = np.abs(self.run.states[k]) * OUTWARD + steepest * r.max(axis=1)
        value = np.array([min(v, phi.value_upper) for v in value])
        injected = steepest * zeta + phi.function_error * u * value + FLOOR
        if self.step:
            q2, source = self.imaginary_source(Z1, steepest, curved * drift, aW)
            ext = phi.complex_extension
            injected += ext.second_ratio / 2 * steepest * q2.max(axis=1) + ext.error * u * value

        # |WP̂| and |W||P̂| of the computed product, which differs from Φ by what is known so far.
        error = self.reached(self.rounding)
        seen = Z1 + aW @ error
        by_slopes = (curved * drift + slope_error)[:, None] * seen
        by_roundings = self.gamma(d + 2) * steepest[:, None] * (aW @ (self.G(start) + error))
        lost = FLOOR * (1 + seen.max())

        Q = {
            m: np.diag(tube) @ exact[m] + self.gamma(d + 2) * np.diag(steepest) @ moduli[m] + FLOOR
            for m in WP
        }
        grown = {m: np.diag(steepest) @ aW @ self.E[m] + Q[m] for m in WP}
        slope = np.diag(slopes(self.network, self.run)[k - 1])
        self.P = {**{m: slope @ WP[m] for m in WP}, k: np.eye(d)}
        self.E = {**grown, k: np.zeros((d, d))}
        self.Q[k] = Q
        if self.offset.any():
            for m in range(k - 1, start - 1, -1):
                other = sum(self.G(later) @ self.Q[later][m] for later in range(m + 1, k + 1))
                self.E[m] = np.minimum(self.E[m], other)

        if self.step:
            self.imaginary[k] = source
        self.rounding[k] = by_slopes + by_roundings + lost
        self.drifting[k] = injected
        self.second[k] = S2 * Z1**2 + FLOOR
        self.third[k] = S3 * Z1**3 + 3 * S2 * Z1 * Z2 + FLOOR

    def imaginary_source(self, Z1, steepest, bend, aW):
        ext, d, u = self.network.activation.complex_extension, len(aW), self.u
        error = self.reached(self.imaginary)
        V = self.G(self.start) + error
        fl_WV = Z1 + aW @ error + self.gamma(d) * (aW @ V)
        q2 = (self.step * fl_WV) ** 2
        first = bend[:, None] + (ext.error * u + ext.third_ratio * q2 / 6) * steepest[:, None]
        source = first * fl_WV + self.gamma(d + 1) * steepest[:, None] * (aW @ V)
        return q2, source + 2.0**-1060 / self.step


def restated_error(network, run, start, stop, u):
    bounds = Restated(network, run, start, stop, np.zeros(network.state_size), 0.0, u)
    return OUTWARD * bounds.reached(bounds.rounding)


def restated_complex(network, run, start, stop, step, u):
    bounds = Restated(network, run, start, stop, np.zeros(network.state_size), step, u)
    V_error = bounds.reached(bounds.imaginary)
    V = bounds.G(start) + V_error
    return OUTWARD * (V_error + bounds.reached(bounds.rounding) + u * V)


def restated_central(network, run, start, stop, step, u):
    state = run.states[start]
    forwards, backwards = offset_points(state, step)
    a, b, width = forwards - state, state - backwards, forwards - backwards
    most = np.maximum(a, b) * OUTWARD
    bounds = Restated(network, run, start, stop, most, 0.0, u)
    # The width and both offsets are rounded: their difference is known up to 4u of the width.
    truncation = (np.abs(a - b) + 4 * u * width) / 2 * bounds.reached(bounds.second)
    truncation = truncation + most**2 / 6 * bounds.reached(bounds.third)
    rounding = 2 * bounds.reached(bounds.drifting)[:, None] / width
    quotient = bounds.gamma(4) * (bounds.G(start) + truncation + rounding)
    return OUTWARD * (truncation + rounding + quotient + bounds.reached(bounds.rounding))


@pytest.fixture(params=[2.0**-8, 2.0**-13], ids=["coarse", "fine"])
def roundoff(request, monkeypatch):
    monkeypatch.setattr(propagation, "UNIT_ROUNDOFF", request.param)
    monkeypatch.setattr(tolerances, "UNIT_ROUNDOFF", request.param)
    monkeypatch.setattr(propagation, "_FLOOR", FLOOR)
    return request.param


every_size = pytest.mark.parametrize("size", [1, 2, 3])
every_activation = pytest.mark.parametrize(
    "activation", [CUBE, SATURATING], ids=lambda activation: activation.name
)
every_span = pytest.mark.parametrize(("start", "stop"), [(0, 3), (1, 3), (0, 1), (2, 2)])


def agree(found, expected):
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)


@every_size
@every_activation
@every_span
def test_the_error_of_the_product_is_the_restated_one(size, activation, start, stop, roundoff):
    network, run = setting(size, activation, entering=2)
    found = jacobian_product_error_upper(network, run, start=start, stop=stop)
    agree(found, restated_error(network, run, start, stop, roundoff))


@every_size
@every_activation
@every_span
@pytest.mark.parametrize("step", [0.25, 2.0**-1050])
def test_the_tolerance_of_the_complex_step_is_the_restated_one(
    size, activation, start, stop, step, roundoff
):
    network, run = setting(size, activation)
    found = complex_step_tolerance(network, run, start=start, stop=stop, step=step)
    agree(found, restated_complex(network, run, start, stop, step, roundoff))


@every_size
@every_activation
@every_span
@pytest.mark.parametrize("step", [0.25, 2.0**-6])
def test_the_tolerance_of_the_central_difference_is_the_restated_one(
    size, activation, start, stop, step, roundoff
):
    network, run = setting(size, activation)
    found = central_difference_tolerance(network, run, start=start, stop=stop, step=step)
    agree(found, restated_central(network, run, start, stop, step, roundoff))


def test_gamma_is_that_of_many_roundings():
    # With N = 2⁵⁰, Nu is ⅛ exactly.
    assert gamma(2.0**50) == pytest.approx(1 / 7, rel=1e-15)
    u = Fraction(1, 2**53)
    assert gamma(3) == pytest.approx(float(3 * u / (1 - 3 * u)), rel=1e-15)


def test_the_edge_of_the_strip_belongs_to_it(monkeypatch):
    monkeypatch.setattr(propagation, "UNIT_ROUNDOFF", 0.0)
    narrow = replace(TANH, complex_extension=replace(TANH.complex_extension, strip=0.5))
    network = ElmanNetwork([[1.0]], [[1.0]], [0.0], narrow)
    run = forward(network, [0.25], [[0.0]])
    # Without roundings the imaginary part is 1·step.
    assert np.isfinite(complex_step_tolerance(network, run, step=0.5)).all()
    beyond = np.nextafter(0.5, 1)
    assert (complex_step_tolerance(network, run, step=beyond) == np.inf).all()


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_weights_near_the_end_of_the_range_give_no_warning(stop):
    network = ElmanNetwork(np.full((2, 2), 1e80), np.eye(2), np.zeros(2))
    run = forward(network, np.zeros(2), np.zeros((3, 2)))
    assert (complex_step_tolerance(network, run, stop=stop) == np.inf).all()
    assert (central_difference_tolerance(network, run, stop=stop) > 1e200).all()


def test_inputs_that_cancel_near_the_end_of_the_range_give_no_warning():
    network = ElmanNetwork([[1e16]], [[1.0, 1.0]], [0.0])
    run = forward(network, [0.0], [[1e300, -1e300], [0.0, 0.0]])
    assert (complex_step_tolerance(network, run) == np.inf).all()
