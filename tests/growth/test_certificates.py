"""Certificates as they are made: they prove what was asked, and hardly less."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.linalg import eigh

from gradproof.errors import EnclosureError, OutOfRangeError, ShapeError, UnknownNameError
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.growth.certificates import (
    certificate_of,
    decay_certificate,
    diagonal_scaling_certificate,
    explosion_certificate,
    row_sum_certificate,
)
from gradproof.growth.decision import decide
from gradproof.growth.sector import SectorBound, sector_bound
from gradproof.verify import verify

PLANAR = np.array([[1.0, 1.5], [-1.5, -2.0]])


def proved(certificate):
    return verify(json.dumps(certificate, allow_nan=False).encode())


def ginibre(seed, size, scale):
    return np.random.default_rng(seed).normal(size=(size, size)) * scale / math.sqrt(size)


def sector_case(seed, size, grading=1.0):
    """Return W, a full metric X, multipliers T, and 0.9, the least rate they prove for [0, 1].

    By the complement of 2T − X, r²X ⪰ WᵀT(2T − X)⁻¹TW.
    """
    generator = np.random.default_rng(seed)
    S = np.exp(grading * generator.normal(size=size))
    E = generator.normal(size=(size, size)) * 0.1 / math.sqrt(size)
    X = S[:, None] * (np.eye(size) + E + E.T) * S
    T = S**2
    W = ginibre(seed, size, 1.0) / S[:, None] * S
    B = T[:, None] * W
    values = eigh(B.T @ np.linalg.solve(2 * np.diag(T) - X, B), X, eigvals_only=True)
    return W * 0.9 / math.sqrt(values[-1]), X, T, 0.9


@pytest.mark.parametrize("size", [1, 2, 5, 20])
def test_a_full_metric_proves_the_rate_that_it_has(size):
    W, X, T, rate = sector_case(size, size)
    found = proved(decay_certificate(W, X, T, rate))
    assert rate * (1 - 1e-12) <= found.rate <= rate * (1 + 1e-6)
    condition = np.linalg.cond(X)
    assert condition * (1 - 1e-9) <= found.constant**2 <= condition * (1 + 1e-4)
    with pytest.raises(EnclosureError, match="prove no rate below 1"):
        decay_certificate(W, X, T, rate * (1 - 2.0**-6))


def test_graded_metrics_lose_nothing():
    W, X, T, rate = sector_case(3, 8, grading=8.0)
    assert np.diag(X).max() / np.diag(X).min() > 1e12
    found = proved(decay_certificate(W, X, T, rate))
    assert rate * (1 - 1e-9) <= found.rate <= rate * (1 + 1e-6)


@pytest.mark.parametrize("scale", [2.0**-600, 2.0**-300, 1.0])
def test_tiny_rates_are_kept(scale):
    W = np.array([[0.5, 0.25], [-0.125, 0.5]]) * scale
    norm = np.linalg.norm(W / scale, 2) * scale
    found = proved(diagonal_scaling_certificate(W, np.ones(2), norm * (1 + 2.0**-40)))
    assert norm <= found.rate <= norm * (1 + 2.0**-20)
    assert found.constant == 1
    assert proved(diagonal_scaling_certificate(np.zeros((2, 2)), np.ones(2), 0.0)).rate == 0


@pytest.mark.parametrize("activation", ["tanh", "logistic", "leaky_relu", "silu", "identity"])
def test_scalings_prove_their_norm_for_each_range_of_slopes(activation):
    W = ginibre(5, 6, 0.4)
    S = np.exp(np.random.default_rng(6).normal(size=6))
    steepest = {"logistic": 0.25, "silu": 1.099841}.get(activation, 1.0)
    norm = steepest * np.linalg.norm(S[:, None] * W / S, 2)
    shrunk = W * (0.9 / norm)
    found = proved(
        diagonal_scaling_certificate(shrunk, S, 0.9 * (1 + 2.0**-40), activation=activation)
    )
    assert 0.9 <= found.rate <= 0.9 * (1 + 2.0**-20)
    assert found.constant == pytest.approx(S.max() / S.min(), rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_row_sums_become_a_scaling_in_the_two_norm(seed):
    W = ginibre(seed, 7, 1.0)
    W[np.random.default_rng(seed).random((7, 7)) < 0.3] = 0
    values, vectors = np.linalg.eig(np.abs(W))
    perron = np.abs(vectors[:, np.argmax(np.abs(values))].real) + 1e-9
    S = 1 / perron
    rows = (S[:, None] * np.abs(W) / S).sum(axis=1).max()
    found = proved(row_sum_certificate(W * (0.9 / rows), S, 0.9))
    assert 0.89 <= found.rate <= 0.9 * (1 + 2.0**-11)


def test_a_metric_alone_proves_what_one_slope_does():
    W = np.array([[0.5, 40.0], [0.0, 0.5]])
    X = sum(
        np.linalg.matrix_power(W.T, k) @ np.linalg.matrix_power(W, k) / 0.6 ** (2 * k)
        for k in range(400)
    )
    found = proved(decay_certificate(W, X, None, 0.6, activation="identity"))
    assert found.rate <= Fraction(0.6) * (1 + Fraction(1, 2**20))
    powers = [np.linalg.norm(np.linalg.matrix_power(W, n), 2) for n in range(60)]
    assert all(p <= float(found.constant) * float(found.rate) ** n for n, p in enumerate(powers))
    with pytest.raises(OutOfRangeError, match="give multipliers"):
        decay_certificate(W, X, None, 0.6)


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_words_prove_nearly_their_spectral_radius(length):
    generator = np.random.default_rng(length)
    W = ginibre(length, 6, 2.5)
    word = np.where(generator.random((length, 6)) < 0.5, 1.0, 2.0**-12)
    word[0, 0] = 0.7
    A = np.eye(6)
    for row in word:
        A = row[:, None] * W @ A
    radius = max(abs(np.linalg.eigvals(A))) ** (1 / length)
    assert radius > 1
    found = proved(explosion_certificate(W, word))
    assert radius * (1 - 2.0**-13) <= found.rate <= radius
    # The same word in another order of its steps is another product, but a rotation is not.
    rotated = proved(explosion_certificate(W, np.roll(word, 1, axis=0)))
    assert rotated.rate == pytest.approx(float(found.rate), rel=1e-3)


def test_the_illustration_realises_the_word():
    word = np.array([[0.0625, 1.0], [0.5, 0.75], [1.0, 0.25]])
    W = 2 * PLANAR
    certificate = explosion_certificate(W, word)
    shown = certificate["illustration"]
    states = np.array(shown["states"])
    periods = 8
    network = ElmanNetwork(W, np.eye(2), np.zeros(2))
    run = forward(network, states[-1], np.tile(shown["inputs"], (periods, 1)))
    np.testing.assert_allclose(run.states[1:], np.tile(states, (periods, 1)), atol=1e-6)
    np.testing.assert_allclose(1 - states**2, word, atol=1e-12)
    rate = float(proved(certificate).rate)
    assert jacobian_product(network, run).log_norm() >= 3 * periods * math.log(rate) - 1e-3


@pytest.mark.parametrize("excess", [2.0**-10, 2.0**-25, 2.0**-36])
def test_near_one_there_are_certificates_on_both_sides(excess):
    assert proved(certificate_of([[1 + excess]], decide([[1 + excess]]))).kind == "explosion"
    found = proved(certificate_of([[1 - excess]], decide([[1 - excess]])))
    assert 1 - excess <= found.rate < 1


@pytest.mark.parametrize("activation", ["tanh", "logistic", "relu", "silu", "identity"])
def test_what_is_decided_gets_a_certificate(activation):
    generator = np.random.default_rng(7)
    kinds = set()
    for trial in range(6):
        W = ginibre(generator, 4, (0.4, 3.0)[trial % 2])
        W = np.triu(W) if trial > 3 else W
        W = 4 * W if activation == "logistic" else W
        found = decide(W, activation=activation, budget=2.0)
        result = proved(certificate_of(W, found))
        kinds.add(result.kind)
        assert result.kind == found.decision.value.removesuffix("_possible")
        assert result.rate == pytest.approx(found.rate, rel=1e-3)
    assert kinds == {"decay", "explosion"}


def test_a_sector_bound_gets_a_certificate():
    W, X, T, rate = sector_case(9, 6)
    bound = sector_bound(W, X, T, rate * (1 + 1e-9), lower=0.0, upper=1.0)
    assert isinstance(bound, SectorBound)
    found = decide(W)
    assert found.decision.value == "decay"
    stated = type(found)("tanh", 0.0, bound.rate, bound.constant, bound)
    result = proved(certificate_of(W, stated))
    assert result.rate == pytest.approx(bound.rate, rel=1e-6)
    assert result.constant == pytest.approx(bound.constant, rel=1e-4)


def test_what_has_no_certificate_is_refused():
    with pytest.raises(EnclosureError, match="nothing is decided"):
        certificate_of(np.eye(2), decide(np.eye(2), budget=0.1))
    with pytest.raises(EnclosureError, match="no growth along this word"):
        explosion_certificate(np.eye(2), np.ones((1, 2)))
    with pytest.raises(EnclosureError, match="isn't positive definite"):
        decay_certificate(np.eye(2) / 2, [1.0, -1.0], [1.0, 1.0], 0.5)
    with pytest.raises(EnclosureError, match="isn't positive definite"):
        decay_certificate(np.eye(2) / 2, [[1.0, 2.0], [2.0, 1.0]], [9.0, 9.0], 0.9)
    with pytest.raises(EnclosureError, match="too different sizes"):
        decay_certificate([[2.0**-1040, 0.0], [0.0, 0.5]], [1.0, 1.0], [1.0, 1.0], 0.6)
    with pytest.raises(OutOfRangeError, match=r"give a number in \[0, 1\)"):
        decay_certificate([[0.5]], [1.0], [1.0], 1.0)
    with pytest.raises(OutOfRangeError, match="give positive numbers"):
        diagonal_scaling_certificate([[0.5]], [0.0], 0.5)
    with pytest.raises(ShapeError, match="give 2 columns"):
        explosion_certificate(PLANAR, [[1.0]])
    with pytest.raises(ShapeError, match="X has shape"):
        decay_certificate(PLANAR, [1.0], [1.0, 1.0], 0.5)
    with pytest.raises(UnknownNameError, match="use one of tanh"):
        diagonal_scaling_certificate([[0.5]], [1.0], 0.5, activation="sinus")
