"""Bounds for LSTM and GRU hold on runs made to break them, and aren't idle."""

import math

import numpy as np
import pytest
from flint import arb

from gradproof.analysis import gated
from gradproof.analysis.gated import gate_ranges, state_bounds
from gradproof.analysis.runs import jacobians, measure
from gradproof.spectral.root_location import working_precision
from gradproof.symbolic.theorems.gated_bounds import gru_norm_upper, lstm_norm_upper
from gradproof.weights.layers import Gate, Kind, RecurrentLayer, Reset

LABELS = {Kind.LSTM: "ifgo", Kind.GRU: "rzn"}


def random_layer(generator, kind, size, width, scale, reset=Reset.AFTER):
    def gate():
        return Gate(
            generator.normal(size=(size, size)) * scale,
            generator.normal(size=(size, width)) * scale,
            generator.normal(size=(2, size)) - 0.5,
            generator.normal(size=size) * scale if kind is Kind.GRU else np.zeros(size),
        )

    return RecurrentLayer(kind, {label: gate() for label in LABELS[kind]}, reset)


def step(layer, state, x):
    """The layer as its library defines it, real or complex, in one line per gate."""
    d = layer.size
    sigma = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731

    def z(label, h):
        gate = layer.gates[label]
        return gate.recurrent @ h + gate.entering @ x + gate.bias.sum(axis=0)

    if layer.kind is Kind.LSTM:
        h, c = state[:d], state[d:]
        c = sigma(z("f", h)) * c + sigma(z("i", h)) * np.tanh(z("g", h))
        return np.concatenate([sigma(z("o", h)) * np.tanh(c), c])
    r, update, gate = sigma(z("r", state)), sigma(z("z", state)), layer.gates["n"]
    outside = gate.entering @ x + gate.bias.sum(axis=0)
    if layer.reset is Reset.BEFORE:
        n = np.tanh(outside + gate.recurrent @ (r * state) + gate.inner)
    else:
        n = np.tanh(outside + r * (gate.recurrent @ state + gate.inner))
    return (1 - update) * n + update * state


def differentiated(layer, inputs):
    """Yield states and Jacobians by the complex step."""
    state = np.zeros(layer.size * (2 if layer.kind is Kind.LSTM else 1))
    for x in inputs:
        columns = [step(layer, state + 1e-30j * e, x).imag / 1e-30 for e in np.eye(len(state))]
        state = step(layer, state, x)
        yield state, np.array(columns).T


def hostile_inputs(generator, steps, width, bound):
    """Signs that stay for a while: they drive gates to their ends."""
    signs = np.repeat(generator.choice([-1.0, 1.0], (steps // 5 + 1, width)), 5, axis=0)
    return bound * signs[:steps]


CASES = [(Kind.LSTM, Reset.AFTER), (Kind.GRU, Reset.AFTER), (Kind.GRU, Reset.BEFORE)]


@pytest.mark.parametrize(("kind", "reset"), CASES)
def test_jacobians_are_those_of_the_complex_step(kind, reset):
    generator = np.random.default_rng(0)
    layer = random_layer(generator, kind, 4, 3, 0.8, reset)
    inputs = generator.normal(size=(6, 3))
    found = jacobians(layer, inputs, activation="")
    for (_, expected), got in zip(differentiated(layer, inputs), found, strict=True):
        assert np.allclose(got, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("kind", "reset"), CASES)
def test_no_run_exceeds_a_bound(kind, reset):
    generator = np.random.default_rng(1)
    decaying = 0
    for _ in range(30):
        size, width = int(generator.integers(1, 5)), int(generator.integers(1, 4))
        layer = random_layer(generator, kind, size, width, generator.uniform(0.02, 1), reset)
        unsure = RecurrentLayer(kind, layer.gates, Reset.UNKNOWN)
        bound = float(generator.choice([0.0, 0.1, 1.0, 3.0]))
        bounds = [
            b
            for asked in (layer, unsure)
            for within in (bound, math.inf)
            for b in state_bounds(asked, inputs_within=within)
        ]
        assert bounds
        decaying += any(b.rate < 1 for b in bounds)
        product = np.eye(size * (2 if kind is Kind.LSTM else 1))
        inputs = hostile_inputs(generator, 25, width, bound)
        for n, (_, jacobian) in enumerate(differentiated(layer, inputs), start=1):
            product = jacobian @ product
            norm = np.linalg.norm(product, 2)
            for b in bounds:
                assert norm <= b.constant * b.rate**n * (1 + 1e-12)
    assert decaying >= 8


def one_path(kind, path, reset=Reset.AFTER):
    """A layer of one unit in which the state acts through one gate only.

    A reset gate before the weights acts through them, so these aren't left out.
    """

    def gate(label):
        through = label == path or (label == "n" and reset is Reset.BEFORE and path == "r")
        W = np.array([[1.5 if through else 0.0]])
        return Gate(W, np.array([[0.3]]), np.array([[0.0]]), np.full(1, 0.4 * (label == "n")))

    return RecurrentLayer(kind, {label: gate(label) for label in LABELS[kind]}, reset)


def greatest_jacobian(layer, states):
    """Return the greatest moduli of the entries of the Jacobian over states and inputs within 1."""
    inputs = np.linspace(-1, 1, 9)
    units = 1e-30j * np.eye(states.shape[1])
    return np.max(
        [
            np.abs([step(layer, state + unit, np.array([x])).imag / 1e-30 for unit in units]).T
            for state in states
            for x in inputs
        ],
        axis=0,
    )


@pytest.mark.parametrize("path", "ifgo")
def test_each_path_through_an_lstm_is_bounded_and_tightly(path):
    layer = one_path(Kind.LSTM, path)
    found = gated._lstm(layer, 1.0)
    h, c = float(found.state[0]), float(found.cell[0])
    states = np.array([(a, b) for a in np.linspace(-h, h, 9) for b in np.linspace(-c, c, 9)])
    reached = greatest_jacobian(layer, states)
    for M in (gated._lstm_moduli(layer, found), gated._lstm_norms(layer, found)):
        assert np.all(reached <= M)
        assert np.all(reached[M > 1e-9] >= 0.5 * M[M > 1e-9])
        assert reached[1, 1] >= 0.99 * M[1, 1]
        if path != "o":
            assert reached[1, 0] >= 0.85 * M[1, 0]


@pytest.mark.parametrize("path", "rzn")
@pytest.mark.parametrize("reset", [Reset.AFTER, Reset.BEFORE])
def test_each_path_through_a_gru_is_bounded_and_tightly(path, reset):
    layer = one_path(Kind.GRU, path, reset)
    n = float(gated._gru(layer, 1.0).proposal[0])
    reached = greatest_jacobian(layer, np.linspace(-n, n, 41)[:, np.newaxis])[0, 0]
    for bound in state_bounds(layer, inputs_within=1.0):
        assert reached <= bound.rate
        assert reached >= 0.55 * bound.rate


#: Weights and biases of gates for which all signs in the Jacobian of a GRU agree somewhere.
ALIGNED = {
    "update gate": ({"z": -0.4, "r": 0.0, "n": 0.0}, 2.0, Reset.AFTER),
    "reset after": ({"z": 0.0, "r": 1.0, "n": 1.0}, -0.3, Reset.AFTER),
    "reset before": ({"z": 0.0, "r": 0.5, "n": 1.5}, -0.9, Reset.BEFORE),
}


@pytest.mark.parametrize("case", ALIGNED)
def test_where_all_signs_agree_a_gru_comes_near_its_bound(case):
    recurrent, bias, reset = ALIGNED[case]
    gates = {
        label: Gate(
            np.array([[W]]), np.zeros((1, 1)), np.full((1, 1), bias * (label == "n")), np.zeros(1)
        )
        for label, W in recurrent.items()
    }
    layer = RecurrentLayer(Kind.GRU, gates, reset)
    n = float(gated._gru(layer, 1.0).proposal[0])
    reached = greatest_jacobian(layer, np.linspace(-n, n, 41)[:, np.newaxis])[0, 0]
    for bound in state_bounds(layer, inputs_within=1.0):
        assert 0.95 * bound.rate <= reached <= bound.rate


@pytest.mark.parametrize(("kind", "reset"), CASES)
def test_gates_stay_in_their_ranges_and_reach_near_their_ends(kind, reset):
    generator = np.random.default_rng(2)
    labels = "ifo" if kind is Kind.LSTM else "rz"
    gaps = []
    for _ in range(20):
        layer = random_layer(generator, kind, 2, 2, 0.3, reset)
        ranges = gate_ranges(layer, inputs_within=1.0)
        seen = {label: [] for label in labels}
        for signs in ([1, 1], [1, -1], [-1, 1], [-1, -1]):
            inputs = np.tile(np.array(signs, float), (8, 1))
            state = np.zeros(2 * layer.size)[: len(next(differentiated(layer, inputs))[0])]
            for x in inputs:
                for label in labels:
                    gate = layer.gates[label]
                    z = gate.recurrent @ state[:2] + gate.entering @ x + gate.bias.sum(axis=0)
                    seen[label].append(1 / (1 + np.exp(-z)))
                state = step(layer, state, x)
        for label in labels:
            values, found = np.array(seen[label]), ranges[label]
            assert np.all(values <= found.upper)
            assert np.all(1 - values <= found.off)
            assert np.all(1 - values >= found.below_one)
            assert np.all(values * (1 - values) <= found.slope)
            gaps.append(np.max(found.upper - values.max(axis=0)))
    assert np.median(gaps) < 0.2


def test_a_layer_without_recurrent_weights_decays_as_fast_as_it_forgets():
    zero, U = np.zeros((2, 2)), np.array([[1.0], [0.5]])
    gate = Gate(zero, U, np.array([[-1.0, 0.25]]), np.zeros(2))
    lstm = RecurrentLayer(Kind.LSTM, dict.fromkeys("ifgo", gate))
    exact = float(1 / (1 + (-arb(0.75)).exp()))
    rate = state_bounds(lstm, inputs_within=1.0)[0].rate
    assert exact <= rate <= exact * (1 + 1e-5)
    gru = RecurrentLayer(Kind.GRU, dict.fromkeys("rzn", gate))
    rate = state_bounds(gru, inputs_within=1.0)[0].rate
    assert exact <= rate <= exact * (1 + 1e-5)


def test_without_a_bound_on_inputs_no_lstm_decays_and_a_small_gru_never_explodes():
    generator = np.random.default_rng(3)
    lstm = random_layer(generator, Kind.LSTM, 3, 2, 0.01)
    assert all(bound.rate >= 1 for bound in state_bounds(lstm))
    gru = random_layer(generator, Kind.GRU, 3, 2, 0.01)
    assert state_bounds(gru)[0].rate == 1.0
    large = random_layer(generator, Kind.GRU, 3, 2, 2.0)
    assert state_bounds(large)[0].rate > 1


def test_the_bounds_by_norms_are_not_above_those_of_the_claims():
    generator = np.random.default_rng(4)
    norm = lambda W: np.linalg.norm(W, 2)  # noqa: E731
    for _ in range(8):
        layer = random_layer(generator, Kind.LSTM, 3, 2, 0.2)
        W = {label: gate.recurrent for label, gate in layer.gates.items()}
        found = gated._lstm(layer, 1.0)
        kappa, forget = float(found.cell.max()), float(found.gates["f"].upper.max())
        beta = kappa * norm(W["f"]) / 4 + norm(W["i"]) / 4 + norm(W["g"])
        claimed = math.sqrt((norm(W["o"]) / 4 + beta) ** 2 + beta**2 + 2 * forget**2)
        bounds = {b.norm: b for b in state_bounds(layer, inputs_within=1.0)}
        assert bounds["2"].rate <= claimed * (1 + 1e-4)

        layer = random_layer(generator, Kind.GRU, 3, 2, 0.2)
        W = {label: gate.recurrent for label, gate in layer.gates.items()}
        found = gated._gru(layer, 1.0)
        Z, V, nu = (float(a.max()) for a in (found.update.upper, found.update.off, found.inner))
        claimed = Z + V * (norm(W["n"]) + nu * norm(W["r"]) / 4) + 2 * norm(W["z"]) / 4
        bounds = {b.norm: b for b in state_bounds(layer, inputs_within=1.0)}
        assert bounds["2"].rate <= claimed * (1 + 1e-4)
    assert "κ ‖W_f‖/4" in str(lstm_norm_upper()[1])
    assert "ν ‖W_r‖/4" in str(gru_norm_upper()[-2])


def test_logistic_bounds_are_outward_and_tight_against_ball_arithmetic():
    points = [0.0, 2.0**-1074, 1e-300, 1e-9, 0.3, 1.0, 5.0, 13.8, 30.0, 40.0, 300.0, 745.0, 800.0]
    for x in points + [-x for x in points]:
        gate = Gate(np.zeros((1, 1)), np.zeros((1, 1)), np.array([[x]]), np.zeros(1))
        found = gated._logistic(gate, 1.0, np.ones(1))
        with working_precision(200):
            ball, complement = 1 / (1 + (-arb(x)).exp()), 1 / (1 + arb(x).exp())
            assert not arb(float(found.upper[0])) < ball
            assert not arb(float(found.off[0])) < complement
            assert not arb(float(found.below_one[0])) > complement
            assert not arb(float(found.slope[0])) < ball * complement
            tanh = gated._tanh_up(np.array([abs(x)]))[0]
            assert not arb(float(tanh)) < abs(arb(x)).tanh()
        # s⁺ is widened by 2⁻²⁰ of the bias, and everything by 2⁻⁴⁰.
        slack = 2.0**-19 * abs(x) + 2.0**-38
        assert float(found.upper[0]) <= float(ball) * (1 + slack) + 2.0**-38
        assert float(found.below_one[0]) >= float(complement) * (1 - slack) - 2.0**-900


@pytest.mark.parametrize("size", [1e308, 1e160, 1e-320, 0.0])
@pytest.mark.parametrize("kind", [Kind.LSTM, Kind.GRU])
def test_extreme_weights_give_a_bound_or_none(kind, size):
    for pattern in (np.ones((3, 3)), np.eye(3), np.tri(3)):
        gate = Gate(pattern * size, np.ones((3, 2)) * size, np.full((2, 3), -size), np.ones(3))
        layer = RecurrentLayer(kind, dict.fromkeys(LABELS[kind], gate))
        for within in (0.0, 1.0, math.inf):
            for bound in state_bounds(layer, inputs_within=within):
                assert bound.rate >= 0
                assert math.isfinite(bound.rate)
                if size < 1 and kind is Kind.LSTM and within < 2:
                    assert bound.rate >= 0.5


def test_a_layer_without_input_weights_knows_no_bound_of_its_gates():
    gate = Gate(np.eye(2) / 100, None, np.zeros((0, 2)), np.zeros(2))
    lstm = RecurrentLayer(Kind.LSTM, dict.fromkeys("ifgo", gate))
    assert all(bound.rate >= 1 for bound in state_bounds(lstm, inputs_within=1.0))
    assert state_bounds(lstm, inputs_within=0.0)[0].rate < 1
    assert measure(lstm, np.zeros((50, 2))).rate < 0.55
