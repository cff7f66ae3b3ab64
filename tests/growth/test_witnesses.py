"""Words of slopes: the rate is one that real networks under real inputs reach."""

import math

import numpy as np
import pytest

from gradproof.errors import UnknownNameError
from gradproof.gradients.activations import LOGISTIC, TANH
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.growth.slopes import SLOPES
from gradproof.growth.witnesses import PeriodicWitness, periodic_witness, witness_of
from gradproof.spectral.enclosures import enclose_spectral_radius


def product(W, slopes):
    Φ = np.eye(len(W))
    for row in slopes:
        Φ = (row[:, np.newaxis] * W) @ Φ
    return Φ


WORD = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=bool)


@pytest.mark.parametrize(("name", "φ"), [("tanh", TANH), ("logistic", LOGISTIC)])
def test_the_letters_of_a_word_follow_each_other_in_their_order(name, φ):
    generator = np.random.default_rng(9)
    W = generator.normal(size=(3, 3)) * (1.0 if name == "tanh" else 4.0)
    found = witness_of(W, WORD, activation=name)
    radius = np.abs(np.linalg.eigvals(product(W, found.slopes))).max() ** 0.25
    backwards = np.abs(np.linalg.eigvals(product(W, found.slopes[::-1]))).max() ** 0.25
    assert found.rate == pytest.approx(radius, rel=1e-9)
    assert abs(backwards / radius - 1) > 1e-3
    network = ElmanNetwork(W, np.eye(3), np.zeros(3), φ)
    run = forward(network, found.states[-1], found.inputs(W))
    np.testing.assert_allclose(run.states[1:], found.states, atol=1e-9)
    np.testing.assert_allclose(φ.derivative(run.preactivations), found.slopes, atol=1e-9)


@pytest.mark.parametrize("length", [1, 3])
@pytest.mark.parametrize(("name", "φ"), [("tanh", TANH), ("logistic", LOGISTIC)])
def test_inputs_realise_the_slopes_and_the_gradient_grows(name, φ, length):
    generator = np.random.default_rng(length)
    W = generator.normal(size=(3, 3)) * (1.5 if name == "tanh" else 6)
    found = periodic_witness(W, activation=name, longest=length)
    word = np.resize(found.slopes, (length, 3)) if len(found.slopes) == 1 else found.slopes
    found = PeriodicWitness(name, word, found.rate)
    assert found.rate > 1
    repetitions = 4
    network = ElmanNetwork(W, np.eye(3), np.zeros(3), φ)
    inputs = np.tile(found.inputs(W), (repetitions, 1))
    run = forward(network, found.states[-1], inputs)
    np.testing.assert_allclose(run.states[1:], np.tile(found.states, (repetitions, 1)), atol=1e-6)
    np.testing.assert_allclose(
        φ.derivative(run.preactivations[: len(word)]), word, rtol=1e-6, atol=1e-9
    )
    steps = repetitions * len(found.slopes)
    assert jacobian_product(network, run).log_norm() >= steps * math.log(found.rate) - 1e-3


def test_the_gradient_of_a_witness_is_confirmed_by_finite_differences():
    W = np.array([[0.0, 3.0], [-0.5, 0.25]])
    found = periodic_witness(W, longest=4)
    network = ElmanNetwork(W, np.eye(2), np.zeros(2))
    inputs = np.tile(found.inputs(W), (4, 1))
    start, ε = found.states[-1], 1e-7

    def final(h):
        return forward(network, h, inputs).states[-1]

    columns = [(final(start + ε * e) - final(start - ε * e)) / (2 * ε) for e in np.eye(2)]
    norm = np.linalg.norm(np.stack(columns, axis=1), 2)
    steps = len(inputs)
    assert norm >= found.rate**steps * (1 - 1e-3)
    assert norm > 1


def test_the_rate_is_a_tight_lower_bound_of_the_word():
    generator = np.random.default_rng(2)
    for size in (2, 5, 12, 40):
        W = generator.normal(size=(size, size)) / math.sqrt(size)
        found = periodic_witness(W, seconds=0.3, longest=3)
        radius = np.abs(np.linalg.eigvals(product(W, found.slopes))).max()
        assert found.rate <= radius ** (1 / len(found.slopes)) * (1 + 1e-10)
        assert found.rate == pytest.approx(radius ** (1 / len(found.slopes)), rel=1e-8)


def test_words_find_what_no_single_state_shows():
    # D₁W has ρ = 1 at most for one fixed D, but two in turn grow: a shift by turns.
    W = np.array([[1.0, 1.0], [-1.0, -1.0]])
    alone = periodic_witness(W, longest=1).rate
    together = periodic_witness(W, longest=4, seconds=3).rate
    assert alone <= 1 + 1e-9
    assert together > alone * (1 - 1e-12)
    generator = np.random.default_rng(5)
    better = 0
    for _ in range(10):
        W = generator.normal(size=(4, 4))
        one = periodic_witness(W, longest=1).rate
        better += periodic_witness(W, longest=4, seconds=2).rate > one * 1.001
    assert better >= 1


def test_the_search_finds_the_best_subset_of_a_small_matrix():
    generator = np.random.default_rng(4)
    for _ in range(10):
        W = generator.normal(size=(5, 5)) / 2
        best = max(
            np.abs(np.linalg.eigvals(W[np.ix_(s, s)])).max()
            for bits in range(1, 32)
            for s in [[i for i in range(5) if bits >> i & 1]]
        )
        assert periodic_witness(W).rate == pytest.approx(best, abs=0.02)


def test_climbing_finds_the_best_subset_of_a_larger_matrix_mostly():
    generator = np.random.default_rng(11)
    W = generator.normal(size=(10, 10)) / 3
    best = max(
        np.abs(np.linalg.eigvals(W[np.ix_(s, s)])).max()
        for bits in range(1, 1024)
        for s in [[i for i in range(10) if bits >> i & 1]]
    )
    assert periodic_witness(W, seconds=2).rate >= best * 0.98


@pytest.mark.parametrize("name", SLOPES)
def test_slopes_are_taken_by_the_activation(name):
    range_ = SLOPES[name]
    assert range_.lower <= range_.least <= range_.steepest <= range_.upper <= range_.largest
    found = periodic_witness(np.array([[2.0]]), activation=name)
    assert found.slopes.item() == range_.steepest
    assert found.rate <= enclose_spectral_radius([[2 * range_.steepest]]).upper


def test_states_are_given_where_the_slope_has_an_inverse():
    found = periodic_witness(np.array([[2.0]]), activation="gelu")
    with pytest.raises(UnknownNameError, match="states are given for tanh and logistic"):
        found.states  # noqa: B018


def test_nilpotent_and_huge_matrices_have_their_rates():
    assert periodic_witness(np.array([[0.0, 1.0], [0.0, 0.0]])).rate == 0.0
    assert periodic_witness(np.zeros((12, 12)), seconds=0.2).rate == 0.0
    huge = periodic_witness(np.full((2, 2), 1e200), longest=3).rate
    assert huge == pytest.approx(2e200, rel=1e-9)
