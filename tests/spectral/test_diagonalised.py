"""The spectral radius by a verified diagonalisation: where it is said to be, and tightly so."""

import numpy as np
import pytest

from gradproof.spectral import diagonalised
from gradproof.spectral.diagonalised import verified_spectral_radius
from gradproof.spectral.enclosures import enclose_spectral_radius

FAMILIES = {
    "normal entries": lambda g, d: g.normal(size=(d, d)),
    "rows of all sizes": lambda g, d: g.normal(size=(d, d)) * 10.0 ** g.integers(-12, 12, (d, 1)),
    "nilpotent": lambda g, d: np.triu(g.normal(size=(d, d)), 1),
    "triangular": lambda g, d: np.triu(g.normal(size=(d, d))),
    "integers": lambda g, d: np.round(g.normal(size=(d, d)) * 3),
    "rank one": lambda g, d: np.outer(g.normal(size=d), g.normal(size=d)),
    "nearly Jordan": lambda g, d: np.eye(d) + np.eye(d, k=1) * 2.0 ** -g.integers(0, 60),
    "symmetric": lambda g, d: (lambda A: A + A.T)(g.normal(size=(d, d))),
    "a rotation": lambda g, d: np.linalg.qr(g.normal(size=(d, d)))[0],
    "huge": lambda g, d: g.normal(size=(d, d)) * 2.0**1000,
    "subnormal": lambda g, d: g.normal(size=(d, d)) * 2.0**-1070,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_both_ends_contain_what_the_exact_way_finds(family):
    generator, found = np.random.default_rng(1), 0
    for _ in range(25):
        W = FAMILIES[family](generator, int(generator.integers(1, 9)))
        fast = verified_spectral_radius(W)
        if fast is not None:
            exact = enclose_spectral_radius(W)
            assert fast.lower <= exact.upper
            assert exact.lower <= fast.upper
            found += 1
    assert found >= (1 if family in ("nilpotent", "nearly Jordan", "subnormal") else 20)


@pytest.mark.parametrize("d", [2, 16, 64, 100])
def test_the_width_is_of_the_order_of_the_roundings(d):
    W = np.random.default_rng(d).normal(size=(d, d)) / np.sqrt(d)
    found = verified_spectral_radius(W)
    condition = np.linalg.cond(np.linalg.eig(W)[1])
    assert 0 < found.upper - found.lower <= 60 * d**2 * 2.0**-53 * condition * found.upper


def test_a_radius_is_between_those_of_clusters():
    # 1 ± 2⁻⁵⁰ can't be told apart, and −½ can.
    W = np.array([[1.0, 2.0**-50, 0.0], [2.0**-50, 1.0, 0.0], [0.0, 0.0, -0.5]])
    found = verified_spectral_radius(W)
    assert found.lower <= 1 + 2.0**-50 <= found.upper
    assert found.upper - found.lower < 1e-13


def test_a_connected_set_of_discs_counts_by_its_least_point():
    centres = np.array([3.0, 2.5, 1.0], dtype=complex)
    radii = np.array([0.4, 0.2, 0.1])
    lower = np.abs(centres) - radii
    apart = diagonalised._largest_component(centres, lower, radii * 0.5)
    assert apart == pytest.approx(2.6, abs=1e-12)
    assert diagonalised._largest_component(centres, lower, radii) == pytest.approx(2.3, abs=1e-12)


def test_defective_matrices_are_left_to_the_exact_way():
    assert verified_spectral_radius(np.eye(3, k=1)) is None
    assert enclose_spectral_radius(np.eye(40, k=1)).upper == 0
    double = verified_spectral_radius(np.array([[2.0, 1.0], [-1.0, 0.0]]))
    assert double is None or double.contains(1)


def test_large_matrices_take_the_fast_way():
    W = np.random.default_rng(5).normal(size=(40, 40))
    assert enclose_spectral_radius(W) == verified_spectral_radius(W)
    exactly = enclose_spectral_radius(W.astype(object) * 1)
    assert exactly.upper - exactly.lower < 1e-14
    assert enclose_spectral_radius(W).lower <= exactly.lower


def test_without_its_rounding_terms_a_disc_would_be_too_small(monkeypatch):
    def excluded():
        generator, count = np.random.default_rng(2), 0
        for _ in range(400):
            W = np.round(generator.normal(size=(2, 2)) * 2)
            exact, fast = enclose_spectral_radius(W), verified_spectral_radius(W)
            count += fast is not None and (exact.lower > fast.upper or exact.upper < fast.lower)
        return count

    assert excluded() == 0
    monkeypatch.setattr(diagonalised, "gamma", lambda _k: 0.0)
    monkeypatch.setattr(diagonalised, "FLOOR", 0.0)
    for name in ("UP", "UP_ONCE", "DOWN_ONCE"):
        monkeypatch.setattr(diagonalised, name, 1.0)
    assert excluded() > 0


@pytest.mark.parametrize("error", [1e-14, 1e-8, 1e-2, 1.0])
def test_eigenvectors_and_values_that_are_wrong_are_paid_for_or_refused(error, monkeypatch):
    generator = np.random.default_rng(7)
    matrices = [generator.normal(size=(d, d)) for d in (2, 3, 6, 20) for _ in range(5)]
    radii = [np.abs(np.linalg.eigvals(W)).max() for W in matrices]
    honest = np.linalg.eig

    def wrong(A):
        values, vectors = honest(A)
        values = values * (1 + error * generator.normal(size=values.shape))
        return values, vectors * (1 + error * generator.normal(size=vectors.shape))

    monkeypatch.setattr(np.linalg, "eig", wrong)
    for W, radius in zip(matrices, radii, strict=True):
        found = verified_spectral_radius(W)
        assert found is None or found.lower * (1 - 1e-13) <= radius <= found.upper * (1 + 1e-13)


def test_a_wrong_inverse_of_the_eigenvectors_is_refused_or_paid_for(monkeypatch):
    honest, generator = np.linalg.inv, np.random.default_rng(8)
    monkeypatch.setattr(
        np.linalg, "inv", lambda A: honest(A) * (1 + 0.01 * generator.normal(size=A.shape))
    )
    for d in (2, 3, 6):
        W = generator.normal(size=(d, d))
        found = verified_spectral_radius(W)
        radius = np.abs(np.linalg.eigvals(W)).max()
        assert found is None or found.lower * (1 - 1e-13) <= radius <= found.upper * (1 + 1e-13)
