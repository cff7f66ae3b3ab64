"""Long products: the norm is where it is said to be, tightly so, for every kind of factors."""

import math

import numpy as np
import pytest
from exact_products import FAMILIES, exact_log_norm, overlap
from flint import arb_mat

from gradproof.errors import (
    EmptyArgumentError,
    NotFiniteError,
    OutOfRangeError,
    ShapeError,
)
from gradproof.growth import matrix_balls, products
from gradproof.growth.products import (
    SlopeEnclosure,
    SlopeOrigin,
    enclose_log,
    enclose_log_norm_of_product,
)
from gradproof.spectral.root_location import working_precision
from gradproof.spectral.verified import verified_spectral_norm
from gradproof.verdict import Grade


@pytest.mark.parametrize("block", [1, 2, 8])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_norm_of_the_exact_product_is_enclosed(family, block, monkeypatch):
    monkeypatch.setattr(matrix_balls, "_BLOCK", block)
    monkeypatch.setattr(matrix_balls, "_LEVELS", block)
    make, width = FAMILIES[family]
    g = np.random.default_rng([block, len(family)])
    for _ in range(12):
        W, slopes = make(g, int(g.integers(1, 5)), int(g.integers(1, 40)))
        found = enclose_log_norm_of_product(W, slopes)
        assert overlap(found, exact_log_norm(W, slopes))
        assert found.lower <= found.upper < math.inf
        assert found.width <= width
        assert (found.slopes, found.grade) == (SlopeOrigin.RECORDED, Grade.ENCLOSED)


@pytest.mark.parametrize("family", ["contracting", "expanding", "orthogonal", "graded"])
def test_factors_of_their_own_are_multiplied_the_oldest_first(family):
    g = np.random.default_rng(len(family))
    for steps in (1, 2, 7, 30):
        factors = [FAMILIES[family][0](g, 3, 1)[0] for _ in range(steps)]
        found = enclose_log_norm_of_product(factors)
        assert overlap(found, exact_log_norm(factors))
    # The other order is another product.
    first, second = [[0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]
    assert enclose_log_norm_of_product([second, first]).contains(0.0)
    assert enclose_log_norm_of_product([first, second]).upper == -math.inf


def test_more_blocks_than_memory_allows_are_joined_in_groups(monkeypatch):
    monkeypatch.setattr(matrix_balls, "_BLOCK", 2)
    monkeypatch.setattr(matrix_balls, "_MEMORY", 0)
    monkeypatch.setattr(matrix_balls, "_FEWEST", 3)
    g = np.random.default_rng(0)
    W, slopes = g.normal(size=(3, 3)), g.uniform(size=(100, 3))
    found = enclose_log_norm_of_product(W, slopes)
    assert overlap(found, exact_log_norm(W, slopes))
    assert found.width < 1e-9


@pytest.mark.parametrize(("gain", "width"), [(0.8, 1e-6), (1.1, 1e-6), (3.0, 1e-3)])
def test_the_bracket_is_tight_along_contracting_and_chaotic_trajectories(gain, width):
    g = np.random.default_rng(1)
    W = g.normal(size=(48, 48)) * gain / np.sqrt(48)
    h, slopes = g.normal(size=48), []
    for _ in range(600):
        h = np.tanh(W @ h)
        slopes.append(1 - h * h)
    found = enclose_log_norm_of_product(W, slopes)
    assert found.width < width
    product, log = np.eye(48), 0.0
    for row in slopes:
        product = (row[:, np.newaxis] * W) @ product
        norm = np.linalg.norm(product)
        product, log = product / norm, log + math.log(norm)
    assert found.contains(log + math.log(np.linalg.norm(product, 2)))


def log_norm_in_balls(W, slopes):
    """Return an enclosure from a product in ball arithmetic at 600 bits."""
    with working_precision(600):
        matrix = arb_mat(W.tolist())
        product, exponent = arb_mat(np.eye(len(W)).tolist()), 0
        for row in slopes.tolist():
            diagonal = arb_mat(len(W), len(W))
            for i, slope in enumerate(row):
                diagonal[i, i] = slope
            product = diagonal * (matrix * product)
        while max(abs(float(x.mid())) for x in product.entries()) < 0.5:
            product, exponent = product * 4, exponent - 2
        while max(abs(float(x.mid())) for x in product.entries()) > 2:
            product, exponent = product / 4, exponent + 2
        nearest = np.array([[float(x.mid()) for x in row] for row in product.tolist()])
        assert max(float(x.rad()) for x in product.entries()) < 1e-100
    norm = verified_spectral_norm(nearest)
    error = np.linalg.norm(nearest) * 2.0**-52
    lower = enclose_log(norm.lower - error, exponent).lower
    return lower, enclose_log(norm.upper + error, exponent).upper


@pytest.mark.parametrize("gain", [0.6, 3.0])
def test_products_of_a_size_that_blas_divides_into_blocks_are_enclosed(gain):
    g = np.random.default_rng(9)
    W, slopes = g.normal(size=(37, 37)) * gain / np.sqrt(37), g.uniform(size=(50, 37))
    found, exact = enclose_log_norm_of_product(W, slopes), log_norm_in_balls(W, slopes)
    assert overlap(found, exact)
    assert found.width < 1e-7
    assert exact[1] - exact[0] < 1e-10


def test_the_pairwise_tree_alone_would_not_be_tight(monkeypatch):
    g = np.random.default_rng(1)
    W, slopes = g.normal(size=(48, 48)), g.uniform(size=(600, 48))
    improved = enclose_log_norm_of_product(W, slopes).width
    monkeypatch.setattr(matrix_balls, "_improved", lambda root: root)
    assert enclose_log_norm_of_product(W, slopes).width > 100 * improved


@pytest.mark.parametrize("steps", [1, 1000, 5001])
def test_any_number_of_steps_is_in_range(steps):
    # (0, 2; ½, 0) has the identity as its square.
    found = enclose_log_norm_of_product([[0.0, 2.0], [0.5, 0.0]], np.full((steps, 2), 2.0**-30))
    exact = enclose_log(1.0, steps % 2 - 30 * steps)
    assert found.lower <= exact.lower
    assert exact.upper <= found.upper
    assert found.width <= 1e-9 + 1e-15 * abs(exact.upper)


def test_a_product_that_is_zero_for_its_zeros_is_known_to_be_zero():
    shift = np.eye(5, k=1)
    assert enclose_log_norm_of_product(shift, np.ones((4, 5))).contains(0.0)
    for W, slopes in (
        (shift, np.ones((5, 5))),
        (np.zeros((2, 2)), np.ones((1, 2))),
        (np.ones((2, 2)), [[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]),
        (shift, SlopeEnclosure(np.zeros((5, 5)), np.ones((5, 5)))),
    ):
        found = enclose_log_norm_of_product(W, slopes)
        assert (found.lower, found.upper, found.width) == (-math.inf, -math.inf, 0.0)
    # A slope that may be 0 may be another number too.
    perhaps = enclose_log_norm_of_product(np.eye(2), SlopeEnclosure([[0.0, 0.0]], [[1.0, 1.0]]))
    assert (perhaps.lower, perhaps.contains(0.0)) == (-math.inf, True)
    # Zero by cancellation: there is no proof of it, but a small upper end.
    cancelled = enclose_log_norm_of_product([[[1.0, 1.0], [1.0, 1.0]], [[1.0, -1.0], [-1.0, 1.0]]])
    assert (cancelled.lower, cancelled.width) == (-math.inf, math.inf)
    assert cancelled.upper < math.log(1e-14)


def test_what_underflows_beside_large_entries_is_paid_for():
    # The product is 2⁻¹²⁰⁰, made of entries that are tiny beside others that meet zeros only.
    newer, older = np.zeros((3, 3)), np.zeros((3, 3))
    newer[0, 0], newer[0, 1] = 2.0**-600, 1.0
    older[0, 0], older[2, 2] = 2.0**-600, 1.0
    found = enclose_log_norm_of_product([older, newer])
    assert found.lower <= -1200 * math.log(2) <= found.upper
    W = np.diag([2.0**-600, 0.0, 1.0])
    found = enclose_log_norm_of_product(W, [[2.0**-600, 1.0, 0.0]])
    assert found.lower <= -1200 * math.log(2) <= found.upper


@pytest.mark.parametrize("radius", [0.0, 1e-16, 1e-9, 1e-3, 0.1])
def test_all_slopes_within_an_enclosure_are_meant(radius):
    g = np.random.default_rng(3)
    for block in (2, 8):
        W = g.normal(size=(3, 3)) + block
        middle = g.uniform(0.3, 1, (25, 3))
        slopes = SlopeEnclosure(middle - radius, middle + radius)
        found = enclose_log_norm_of_product(W, slopes)
        assert found.slopes is SlopeOrigin.ENCLOSED
        for pick in (np.zeros, np.ones, lambda s: g.integers(0, 2, s), g.random):
            chosen = slopes.lower + pick(middle.shape) * (slopes.upper - slopes.lower)
            assert overlap(found, exact_log_norm(W, chosen))
        assert found.width < 1e-10 + 1e4 * radius or found.lower == -math.inf


def test_for_one_unit_the_enclosure_of_slopes_is_that_of_their_product(monkeypatch):
    monkeypatch.setattr(matrix_balls, "_BLOCK", 2)
    for steps in (1, 2, 3, 20):
        slopes = SlopeEnclosure([[0.5]] * steps, [[1.5]] * steps)
        found = enclose_log_norm_of_product([[2.0]], slopes)
        most = steps * math.log(3)
        assert most <= found.upper <= most + 1e-4
    negative = enclose_log_norm_of_product([[1.0]], SlopeEnclosure([[-3.0]], [[-2.0]]))
    assert negative.contains(math.log(2))
    assert negative.contains(math.log(3))
    wide = SlopeEnclosure([[-1.7e308]], [[1.7e308]])
    assert enclose_log_norm_of_product([[1.0]], wide).contains(math.log(1.7e308))


def test_what_is_no_product_is_refused():
    square = np.eye(2)
    for arguments, error in (
        ((square,), ShapeError),
        ((np.ones((2, 3)), np.ones((4, 3))), ShapeError),
        ((np.ones((4, 2, 3)),), ShapeError),
        ((square, np.ones((4, 3))), ShapeError),
        ((square, np.zeros((0, 2))), EmptyArgumentError),
        ((square, [[math.nan, 1.0]]), NotFiniteError),
        (([[math.inf]], [[1.0]]), NotFiniteError),
        ((square, SlopeEnclosure(np.ones((1, 3)), np.ones((1, 3)))), ShapeError),
    ):
        with pytest.raises(error):
            enclose_log_norm_of_product(*arguments)
    with pytest.raises(ShapeError, match="upper"):
        SlopeEnclosure(np.ones((1, 3)), np.ones((2, 3)))


def test_what_is_larger_than_the_count_of_roundings_allows_is_refused(monkeypatch):
    monkeypatch.setattr(products, "LARGEST", 2)
    for arguments in ((np.eye(3), np.ones((1, 3))), (np.ones((1, 3, 3)),)):
        with pytest.raises(OutOfRangeError, match="size 3"):
            enclose_log_norm_of_product(*arguments)


def test_arguments_are_left_alone_and_enclosures_cannot_be_changed():
    W, slopes = np.eye(2), np.ones((9, 2))
    enclosed = SlopeEnclosure(slopes, slopes)
    slopes[0] = 7.0
    assert np.all(enclosed.upper == 1)
    with pytest.raises(ValueError, match="read-only"):
        enclosed.upper[0] = 2.0
    enclose_log_norm_of_product(W, slopes)
    np.testing.assert_array_equal(W, np.eye(2))
    assert enclosed.head(4).lower.shape == (4, 2)
