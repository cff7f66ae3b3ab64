"""Long products: the norm is where it is said to be, tightly so, for every kind of factors."""

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, fmpz_mat

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
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.spectral.root_location import working_precision
from gradproof.spectral.verified import verified_spectral_norm
from gradproof.verdict import Grade


def integers(matrix):
    """Return (N, e) with matrix = 2^e N exactly, N of integers."""
    ratios = [[float(x).as_integer_ratio() for x in row] for row in matrix]
    bits = max(q.bit_length() - 1 for row in ratios for _, q in row)
    return [[(p << bits) // q for p, q in row] for row in ratios], -bits


def exact_log_norm(W, slopes=None):
    """Return an enclosure of the logarithm, from the exact product of integer matrices."""
    factors = [integers(factor) for factor in (W if slopes is None else [W])]
    product, exponent = fmpz_mat(np.eye(len(factors[0][0]), dtype=int).tolist()), 0
    for k in range(len(W) if slopes is None else len(slopes)):
        numbers, e = factors[k if slopes is None else 0]
        if slopes is not None:
            ([row], shift) = integers([slopes[k]])
            numbers = [[s * x for x in line] for s, line in zip(row, numbers, strict=True)]
            e += shift
        product, exponent = fmpz_mat(numbers) * product, exponent + e
    size = max(abs(int(x)) for x in product.entries()).bit_length()
    if size == 0:
        return -math.inf, -math.inf
    if len(factors[0][0]) == 1:
        # No norm is in between, so that nothing but the logarithm is rounded.
        with working_precision(200):
            log = abs(arb(product[0, 0])).log() + exponent * arb(2).log()
        return enclose_ball(log).lower, enclose_ball(log).upper
    near_one = [[Fraction(int(x), 2**size) for x in row] for row in product.tolist()]
    norm = enclose_spectral_norm(near_one)
    exponent += size
    return enclose_log(norm.lower, exponent).lower, enclose_log(norm.upper, exponent).upper


def overlap(found, exact):
    return found.lower <= exact[1] and exact[0] <= found.upper


def orthogonal(g, d):
    return np.linalg.qr(g.normal(size=(d, d)))[0]


def sizes(g, shape, exponent):
    return g.normal(size=shape) * 2.0 ** g.integers(-exponent, exponent + 1, shape)


#: Kinds of (W, slopes), and the width that is expected of them at most.
FAMILIES = {
    "contracting": (
        lambda g, d, T: (g.normal(size=(d, d)) / 3, g.uniform(0.1, 1, (T, d))),
        1e-9,
    ),
    "expanding": (lambda g, d, T: (g.normal(size=(d, d)) * 3, g.uniform(0, 1, (T, d))), 1e-9),
    "orthogonal": (lambda g, d, T: (orthogonal(g, d), np.ones((T, d))), 1e-11),
    "slopes of both signs": (lambda g, d, T: (g.normal(size=(d, d)), g.normal(size=(T, d))), 1e-8),
    "integers": (
        lambda g, d, T: (g.integers(-2, 3, (d, d)), g.integers(-1, 3, (T, d))),
        math.inf,
    ),
    "slopes that are often 0": (
        lambda g, d, T: (g.normal(size=(d, d)), g.integers(0, 4, (T, d)) > 0),
        math.inf,
    ),
    "nilpotent": (lambda g, d, T: (np.triu(g.normal(size=(d, d)), 1), np.ones((T, d))), 1e-12),
    "rank one": (
        lambda g, d, T: (np.outer(g.normal(size=d), g.normal(size=d)), g.uniform(size=(T, d))),
        1e-8,
    ),
    "graded": (lambda g, d, T: (sizes(g, (d, d), 40), sizes(g, (T, d), 40)), math.inf),
    "from tiny to huge": (
        lambda g, d, T: (sizes(g, (d, d), 1000), sizes(g, (T // 4 + 1, d), 1000)),
        math.inf,
    ),
    "subnormal": (
        lambda g, d, T: (g.normal(size=(d, d)) * 2.0**-1072, g.uniform(size=(T, d)) * 2.0**-1072),
        math.inf,
    ),
    "huge": (
        lambda g, d, T: (g.normal(size=(d, d)) * 2.0**1020, g.uniform(size=(T, d)) * 2.0**1020),
        1e-8,
    ),
}


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


def missed():
    """Count enclosures that miss the product of numbers and their inverses, for 20 lists."""
    g, count = np.random.default_rng(0), 0
    for _ in range(20):
        numbers = g.uniform(1, 2, size=30)
        factors = np.stack([numbers, 1 / numbers], axis=1).reshape(60, 1, 1)
        count += not overlap(enclose_log_norm_of_product(factors), exact_log_norm(factors))
    return count


def test_without_the_roundings_of_products_the_bound_would_be_wrong(monkeypatch):
    # The norm of one number is that number: its enclosure hides no error of the product.
    def exactly(M):
        return Enclosure(abs(float(M[0, 0])), abs(float(M[0, 0])))

    monkeypatch.setattr(products, "verified_spectral_norm", exactly)
    assert missed() == 0
    monkeypatch.setattr(matrix_balls, "gamma", lambda _k: 0.0)
    assert missed() > 0


def worst_rounded():
    """Return a number just above 1 whose eighth power, by three squarings, is rounded up most."""
    candidates = 1 + np.random.default_rng(0).uniform(0, 2.0**-10, 200_000)
    second = candidates * candidates
    fourth = second * second
    errors = np.zeros(len(candidates))
    # Dekker's exact product gives the error of each squaring.
    for weight, x, square in ((4, candidates, second), (2, second, fourth), (1, fourth, None)):
        high = x * (2.0**27 + 1) - (x * (2.0**27 + 1) - x)
        low = x - high
        square = x * x if square is None else square
        errors += weight * (square - high * high - 2 * high * low - low * low)
    return float(candidates[np.argmax(errors)])


@pytest.mark.parametrize(("share", "right"), [(1.0, True), (0.7, False)])
def test_the_bound_of_a_rounding_is_met_and_not_exceeded(share, right, monkeypatch):
    def exactly(M):
        return Enclosure(abs(float(M[0, 0])), abs(float(M[0, 0])))

    honest = matrix_balls.gamma
    monkeypatch.setattr(products, "verified_spectral_norm", exactly)
    monkeypatch.setattr(matrix_balls, "gamma", lambda k: share * honest(k))
    factors = np.full((8, 1, 1), worst_rounded())
    assert overlap(enclose_log_norm_of_product(factors), exact_log_norm(factors)) is right


def test_errors_are_carried_by_the_factors_that_follow_in_their_order():
    first = matrix_balls.matrix_ball(np.eye(2), 0, 1e-3)
    project, move = np.diag([0.0, 1.0]), np.eye(2, k=1)
    later = [matrix_balls.matrix_ball(M, 0, 0.0) for M in (project, project, move)]
    found = matrix_balls._tree([first, *later], improve=True).ball
    np.testing.assert_array_equal(np.ldexp(found.centre, found.exponent), move)
    # move · project · project = move has norm 1, in any other order the product is 0.
    assert 1e-3 <= math.ldexp(found.error, found.exponent) <= 1.1e-3


def test_without_the_roundings_of_factors_the_bound_would_be_wrong(monkeypatch):
    # 3·fl(1/3) = 1 − 2⁻⁵⁴ is rounded to 1, so that no product of factors is rounded any more.
    W, slopes = [[1 / 3]], np.full((2000, 1), 3.0)
    monkeypatch.setattr(matrix_balls, "gamma", lambda _k: 0.0)
    value = 2000 * -(2.0**-54)
    assert enclose_log_norm_of_product(W, slopes).lower <= value
    monkeypatch.setattr(products, "UNIT_ROUNDOFF", 0.0)
    assert enclose_log_norm_of_product(W, slopes).lower > value


@pytest.mark.parametrize("forgotten", ["newer", "older", "both"])
def test_without_a_term_of_inherited_errors_the_bound_would_be_wrong(forgotten, monkeypatch):
    honest = matrix_balls.matrix_ball

    def times(A, B, *, closely=True):
        terms = {
            "newer": A.error * B.norm,
            "older": A.norm * B.error,
            "both": A.error * B.error,
        }
        error = sum(term for name, term in terms.items() if name != forgotten) + 1e-12
        return honest(A.centre @ B.centre, A.exponent + B.exponent, error, closely=closely)

    slopes = SlopeEnclosure([[0.5], [0.5]], [[1.5], [1.5]])
    assert enclose_log_norm_of_product([[1.0]], slopes).upper >= 2 * math.log(1.5)
    monkeypatch.setattr(matrix_balls, "_times", times)
    assert enclose_log_norm_of_product([[1.0]], slopes).upper < 2 * math.log(1.5)


def test_a_norm_that_no_factorisation_shows_is_bounded_by_another(monkeypatch):
    monkeypatch.setattr(products, "verified_spectral_norm", lambda _W: None)
    W, slopes = np.array([[0.6, 0.8], [-0.8, 0.6]]), np.ones((30, 2))
    found = enclose_log_norm_of_product(W, slopes)
    assert found.lower == -math.inf
    assert 0 <= found.upper < math.log(2)


def test_norms_of_balls_are_upper_bounds_and_near():
    g = np.random.default_rng(2)
    for d in (1, 2, 5, 30):
        for scale in (1e-90, 1e-30, 1.0, 1e30, 1e90):
            M = g.normal(size=(d, d)) * scale
            ball = matrix_balls.matrix_ball(M, 7, 0.0, closely=True)
            norm = np.linalg.norm(ball.centre, 2)
            assert norm <= ball.norm <= d**0.25 * norm * (1 + 1e-5)
            assert np.linalg.norm(ball.centre) <= ball.frobenius
            assert matrix_balls.frobenius_upper(M * 2.0**-600) >= np.abs(M).max() * 2.0**-600
            np.testing.assert_array_equal(np.ldexp(ball.centre, ball.exponent - 7), M)


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
