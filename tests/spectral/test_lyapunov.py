"""Quadratic forms: the spectral radius of defective matrices between two numbers."""

import math

import numpy as np
import pytest

from gradproof.spectral.components import component_levels, strongly_connected_components
from gradproof.spectral.enclosures import enclose_spectral_radius
from gradproof.spectral.lyapunov import (
    _verified,
    exact_scaling,
    lyapunov_form,
    lyapunov_residual,
    verified_radius_by_forms,
)


def jordan(value, size):
    return value * np.eye(size) + np.diag(np.ones(size - 1), 1)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("value", [0.5, -2.0, 1e-3])
def test_a_jordan_block_is_enclosed(value, size):
    found = verified_radius_by_forms(jordan(value, size))
    assert found.lower <= abs(value) <= found.upper
    assert found.upper <= abs(value) * (1 + 4.0 ** (2 - 12 // size)) or abs(value) < 0.01


def test_random_matrices_are_enclosed_tightly():
    generator = np.random.default_rng(0)
    for _ in range(40):
        size = int(generator.integers(1, 9))
        W = generator.normal(size=(size, size)) * 10.0 ** generator.integers(-200, 200)
        found, truth = verified_radius_by_forms(W), enclose_spectral_radius(W)
        assert found.lower <= truth.upper
        assert truth.lower <= found.upper <= truth.upper * (1 + 1e-4)
        assert found.lower >= truth.lower * (1 - 1e-4)


def test_nilpotent_and_zero_matrices_have_small_upper_ends():
    assert verified_radius_by_forms(np.zeros((2, 2))).upper == 0
    found = verified_radius_by_forms(np.diag([1.0, 1.0], 1))
    assert found.lower == 0
    assert found.upper < 0.1


def test_large_defective_matrices_take_no_characteristic_polynomial():
    generator = np.random.default_rng(3)
    blocks = np.kron(np.eye(24), jordan(0.5, 2))
    S = np.eye(48) + 0.01 * generator.normal(size=(48, 48))
    W = S @ blocks @ np.linalg.inv(S)
    found = enclose_spectral_radius(W)
    assert found.lower <= 0.5 + 1e-6
    assert 0.5 - 1e-6 <= found.upper <= 0.51


def test_large_reducible_matrices_are_taken_apart():
    generator = np.random.default_rng(4)
    order = generator.permutation(300)
    triangular = np.tril(generator.normal(size=(300, 300)), -1) + 0.25 * np.eye(300)
    found = enclose_spectral_radius(triangular[np.ix_(order, order)])
    assert (found.lower, found.upper) == (0.25, 0.25)
    nilpotent = np.tril(generator.normal(size=(200, 200)), -1)
    assert enclose_spectral_radius(nilpotent).upper == 0


def test_what_a_form_shows_depends_on_its_sign():
    # r²X − WᵀXW is positive in all four cases; only a positive X bounds, only another one exceeds.
    for W, X, r, below in ((0.5, 1.0, 1.0, True), (2.0, -1.0, 1.0, False)):
        W, X = np.array([[W]]), np.array([[X]])
        assert _verified(W, X, r, definite=True) == below
        assert _verified(W, X, r, definite=False) != below
    grows = np.diag([2.0, 0.5])
    assert _verified(grows, np.diag([-1.0, 1.0]), 1.0, definite=False)
    assert not _verified(grows, np.diag([-1.0, 1.0]), 1.0, definite=True)


def test_the_largest_component_counts_wherever_it_stands():
    generator = np.random.default_rng(8)
    for place in (0, 20, 39):
        W = np.tril(generator.normal(size=(40, 40)), -1) + 0.25 * np.eye(40)
        W[place, place] = -0.75
        assert enclose_spectral_radius(W).contains(0.75)


def test_forms_and_scalings_are_refused_where_they_arent_exact_or_finite():
    assert lyapunov_form(np.eye(1), 0.0) is None
    assert lyapunov_form(2 * np.eye(1), 1.0) is None
    assert exact_scaling(np.eye(1), np.eye(1), np.zeros(1)) is None
    tiny = np.array([[1.0, 5e-324 * 3], [1.0, 1.0]])
    assert exact_scaling(tiny, np.eye(2), np.array([1.0, 2.0**40])) is None
    assert lyapunov_residual(np.full((1, 1), math.inf), np.eye(1), 1.0, 1.0) is None


def test_components_are_ordered_by_who_acts_on_whom():
    generator = np.random.default_rng(1)
    for _ in range(30):
        size = int(generator.integers(1, 9))
        W = np.where(generator.random((size, size)) < 0.25, 1.0, 0.0)
        components = strongly_connected_components(W)
        assert sorted(np.concatenate(components).tolist()) == list(range(size))
        place = {int(unit): k for k, part in enumerate(components) for unit in part}
        levels = component_levels(W)
        for i, j in zip(*np.nonzero(W), strict=True):
            assert place[j] <= place[i]
            assert (levels[j] == levels[i]) if place[j] == place[i] else (levels[j] < levels[i])
        reach = np.linalg.matrix_power(np.eye(size) + W, size) > 0
        for i in range(size):
            for j in range(size):
                assert (place[i] == place[j]) == bool(reach[i, j] and reach[j, i])
