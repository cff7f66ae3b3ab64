"""The numerical radius: closed forms, inequalities, and the certificate's truth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from gradproof.errors import ShapeError
from gradproof.growth.numerical_radius import enclose_numerical_radius
from gradproof.spectral.enclosures import enclose_spectral_norm, enclose_spectral_radius
from gradproof.strategies import recurrent_matrices


@pytest.mark.parametrize("size", [2, 3, 5, 9])
def test_a_shift_has_the_cosine(size):
    # w of the nilpotent shift of size d is cos(π/(d + 1)).
    found = enclose_numerical_radius(np.diag(np.ones(size - 1), 1))
    truth = math.cos(math.pi / (size + 1))
    assert found.lower - 1e-15 <= truth <= found.upper + 1e-15
    assert found.upper - found.lower < 3e-6


def test_normal_matrices_have_their_spectral_radius():
    for W in (np.diag([1.0, -2.0]), np.array([[0.6, -0.8], [0.8, 0.6]]), np.array([[3.0]])):
        found, radius = enclose_numerical_radius(W), enclose_spectral_radius(W)
        assert found.lower <= radius.upper
        assert radius.lower <= found.upper <= radius.upper * (1 + 3e-6)
    assert enclose_numerical_radius(np.zeros((2, 2))).upper == 0


@settings(max_examples=30)
@given(recurrent_matrices())
def test_it_is_between_the_radius_and_the_norm(W):
    found = enclose_numerical_radius(W)
    radius, norm = enclose_spectral_radius(W), enclose_spectral_norm(W)
    assert radius.lower <= found.upper
    assert found.lower <= norm.upper <= 2 * found.upper * (1 + 1e-15)
    assert found.upper - found.lower <= 3e-6 * found.upper
    tiny = enclose_numerical_radius(W * 2.0**-900)
    assert tiny.upper == pytest.approx(found.upper * 2.0**-900, rel=1e-5)


def test_many_vectors_stay_within():
    generator = np.random.default_rng(0)
    W = generator.normal(size=(6, 6))
    found = enclose_numerical_radius(W)
    vectors = generator.normal(size=(500, 6)) + 1j * generator.normal(size=(500, 6))
    values = np.abs(np.einsum("ki,ij,kj->k", vectors.conj(), W, vectors))
    assert np.all(values / np.sum(np.abs(vectors) ** 2, axis=1) <= found.upper)
    with pytest.raises(ShapeError, match="give a square matrix"):
        enclose_numerical_radius(np.ones((2, 3)))
