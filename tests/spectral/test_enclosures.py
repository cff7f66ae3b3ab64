from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, acb_mat, arb, ctx

from gradproof.errors import (
    EmptyArgumentError,
    EnclosureError,
    NotFiniteError,
    NotRealError,
    OutOfRangeError,
    ShapeError,
    UndecidedError,
)
from gradproof.spectral import enclosures
from gradproof.spectral.bracket import enclose_ball, search_float64
from gradproof.spectral.enclosures import (
    Enclosure,
    enclose_eigenvalues,
    enclose_smallest_singular_value,
    enclose_spectral_norm,
    enclose_spectral_radius,
)
from gradproof.spectral.exact import Comparison, compare_spectral_radius, exact_product
from gradproof.spectral.root_location import working_precision
from gradproof.verdict import Grade, Verdict

EXTREMAL = [enclose_spectral_radius, enclose_spectral_norm, enclose_smallest_singular_value]


def orthogonal(d, *, seed):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]


def jordan(d, eigenvalue, coupling=1.0):
    return np.diag(np.full(d, eigenvalue)) + np.diag(np.full(d - 1, coupling), 1)


def random_matrix(rng):
    """Return one of the kinds of matrices on which eigenvalue solvers are known to struggle."""
    d = int(rng.integers(1, 7))
    W = rng.standard_normal((d, d))
    match int(rng.integers(8)):
        case 0:
            return W / np.sqrt(d)
        case 1:
            return rng.integers(-3, 4, (d, d)).astype(float)
        case 2:
            return np.triu(W, 1) + 0.9 * np.eye(d)
        case 3:
            return W * 10.0 ** rng.uniform(-12, 12, (d, 1))
        case 4:
            return np.linalg.qr(W)[0]
        case 5:
            return W[:, :1] @ W[:1]
        case 6:
            return np.eye(d) + 1e-15 * W
        case _:
            return jordan(d, 1.0) + 1e-13 * W


def is_neighbouring(enclosure):
    return enclosure.upper <= math.nextafter(enclosure.lower, math.inf)


def transpose(W):
    return [list(column) for column in zip(*W, strict=True)]


def test_spectral_radius_against_exact_decisions():
    rng = np.random.default_rng(1)
    exact_values = 0
    for _ in range(500):
        W = random_matrix(rng)
        found = enclose_spectral_radius(W)
        assert is_neighbouring(found)
        assert found.grade is Grade.ENCLOSED
        assert compare_spectral_radius(W, Fraction(found.upper)) is not Comparison.ABOVE
        assert compare_spectral_radius(W, Fraction(found.lower)) is not Comparison.BELOW
        exact_values += found.lower == found.upper
    assert 50 < exact_values < 450


def test_singular_values_against_exact_decisions():
    # An independent route: ‖W‖² = ρ(WᵀW), decided on the circle instead of the line.
    rng = np.random.default_rng(2)
    for _ in range(400):
        W = random_matrix(rng)
        gram = exact_product([transpose(W.tolist()), W])
        norm, least = enclose_spectral_norm(W), enclose_smallest_singular_value(W)
        assert is_neighbouring(norm)
        assert is_neighbouring(least)
        assert compare_spectral_radius(gram, Fraction(norm.upper) ** 2) is not Comparison.ABOVE
        assert compare_spectral_radius(gram, Fraction(norm.lower) ** 2) is not Comparison.BELOW
        # ρ(‖W‖_F²I − WᵀW) = ‖W‖_F² − σ_min².
        trace = sum(gram[i][i] for i in range(len(gram)))
        flipped = [
            [trace * (i == j) - entry for j, entry in enumerate(row)] for i, row in enumerate(gram)
        ]
        above = compare_spectral_radius(flipped, trace - Fraction(least.lower) ** 2)
        below = compare_spectral_radius(flipped, trace - Fraction(least.upper) ** 2)
        assert above is not Comparison.ABOVE
        assert below is not Comparison.BELOW


def test_against_ball_eigenvalues():
    rng = np.random.default_rng(3)
    with working_precision(400):
        for _ in range(150):
            d = int(rng.integers(1, 7))
            W = rng.standard_normal((d, d))
            A = acb_mat([[arb(x) for x in row] for row in W.tolist()])
            moduli = [abs(z) for z in A.eig()]
            squares = [z.real for z in (A.transpose() * A).eig(multiple=True)]
            for value, found in (
                (max(moduli, key=float), enclose_spectral_radius(W)),
                (max(squares, key=float).sqrt(), enclose_spectral_norm(W)),
                (min(squares, key=float).sqrt(), enclose_smallest_singular_value(W)),
            ):
                assert found.lower <= value <= found.upper
                assert is_neighbouring(found)


@pytest.mark.parametrize(
    ("W", "radius", "norm", "least"),
    [
        ([[5]], 5, 5, 5),
        ([[-5]], 5, 5, 5),
        (np.zeros((4, 4)), 0, 0, 0),
        (np.eye(20), 1, 1, 1),
        (np.roll(np.eye(9), 1, axis=0), 1, 1, 1),
        (np.diag([1.0] * 7, 1), 0, 1, 0),
        ([[1, -1], [1, -1]], 0, 2, 0),
        ([[3, 0], [4, 0]], 3, 5, 0),
        ([[3, 1], [6, 2]], 5, None, 0),
        ([[0, -2], [2, 0]], 2, 2, 2),
        (np.diag([1e300, 1.0, 1e-300]), 1e300, 1e300, 1e-300),
        (np.diag([3e-323, 5e-324]), 3e-323, 3e-323, 5e-324),
        (jordan(6, 0.75), 0.75, None, None),
        ([[Fraction(3, 5), Fraction(-4, 5)], [Fraction(4, 5), Fraction(3, 5)]], 1, 1, 1),
        ([[1e200, 0.0], [1.0, 1e-200]], 1e200, None, None),
    ],
)
def test_values_that_are_floats_are_found_exactly(W, radius, norm, least):
    for function, value in zip(EXTREMAL, (radius, norm, least), strict=True):
        if value is not None:
            found = function(W)
            assert (found.lower, found.upper) == (value, value)


def test_irrational_and_rational_values_lie_strictly_inside():
    def golden_polynomial(x):
        return Fraction(x) ** 2 - Fraction(x) - 1

    golden = enclose_spectral_radius([[1, 1], [1, 0]])
    norm = enclose_spectral_norm([[1, 1], [0, 1]])
    for found in (golden, norm):
        assert golden_polynomial(found.lower) < 0 < golden_polynomial(found.upper)
    third = enclose_spectral_radius([[Fraction(1, 3)]])
    assert third.lower < Fraction(1, 3) < third.upper
    for found in (golden, norm, third):
        assert is_neighbouring(found)


def test_thresholds_at_one():
    for step, verdict in ((-1, Verdict.HOLDS), (0, Verdict.FAILS), (1, Verdict.FAILS)):
        value = 1 + step * 2.0**-52
        for W in ([[value]], [[value, 1e8], [0, 0.5]], jordan(5, value)):
            assert enclose_spectral_radius(W).is_below(1) is verdict
    # 1 ± 10⁻³⁰ has no float64 between it and 1.
    for sign in (-1, 1):
        found = enclose_spectral_radius([[1 + sign * Fraction(1, 10**30)]])
        assert found.is_below(1) is (Verdict.UNDECIDED if sign < 0 else Verdict.FAILS)


def test_clusters_and_defects_of_larger_size():
    d = 24
    noise = np.random.default_rng(4).standard_normal((d, d))
    cases = [
        orthogonal(d, seed=5),
        np.eye(d) + 1e-15 * noise,
        jordan(d, 0.9) + 1e-12 * noise,
        noise * 10.0 ** np.linspace(100, -100, d)[:, None],
        noise[:, :2] @ noise[:2],
    ]
    for W in cases:
        radius, norm, least = (function(W) for function in EXTREMAL)
        assert all(map(is_neighbouring, (radius, norm, least)))
        assert norm.contains(norm.lower)
        assert least.lower <= radius.upper <= norm.upper
        # LAPACK's singular values are those of W + E, ‖E‖ ≤ p(d)u‖W‖ with a modest p(d) ≤ d².
        tolerance = d * d * 2.0**-53 * norm.upper
        assert abs(np.linalg.norm(W, 2) - norm.upper) <= tolerance
        assert abs(np.linalg.norm(W, -2) - least.upper) <= tolerance


def test_scaling_by_a_power_of_two():
    rng = np.random.default_rng(6)
    for _ in range(20):
        W = rng.standard_normal((3, 3))
        for function in EXTREMAL:
            found = function(W)
            for exponent in (-900, 990):
                scaled = function(np.ldexp(W, exponent))
                assert scaled.lower == math.ldexp(found.lower, exponent)
                assert scaled.upper == math.ldexp(found.upper, exponent)


def test_values_below_and_beyond_the_range_of_float64():
    tiny = enclose_smallest_singular_value([[1, 1], [1, 1 + Fraction(1, 10**400)]])
    assert (tiny.lower, tiny.upper) == (0.0, 5e-324)
    for function in EXTREMAL[:2]:
        with pytest.raises(EnclosureError, match="divide W"):
            function([[1.7e308, 1.7e308], [1.7e308, 1.7e308]])
    with pytest.raises(EnclosureError, match="divide W"):
        enclose_eigenvalues([[Fraction(10) ** 400]])


@pytest.mark.parametrize("guess", [0.0, 5e-324, 1e-30, 1.0, 1.4142135623730951, 1e30, 1.7e308])
def test_the_search_does_not_depend_on_the_guess(guess):
    def compare(c):
        return Comparison.ABOVE if c * c < 2 else Comparison.BELOW

    asked = []
    found = search_float64(lambda c: asked.append(c) or compare(c), guess)
    assert (found.lower, found.upper) == (1.414213562373095, 1.4142135623730951)
    assert len(asked) <= 80
    assert search_float64(lambda c: Comparison.EQUAL if c == 3 else compare(c / 2), guess)


@pytest.mark.parametrize("exponent", [-1000, -300, 0, 300, 1000])
def test_a_rounded_value_makes_the_search_short(monkeypatch, exponent):
    asked = []
    for name in ("compare_root_radius", "compare_real_root"):
        original = getattr(enclosures, name)
        monkeypatch.setattr(
            enclosures, name, lambda *a, original=original: asked.append(a) or original(*a)
        )
    W = np.ldexp(np.random.default_rng(13).standard_normal((6, 6)), exponent)
    for function in EXTREMAL:
        asked.clear()
        function(W)
        # A few units in the last place off: a few doublings, then a bisection between them.
        assert 1 <= len(asked) <= 16


@pytest.mark.parametrize("value", [0.0, 5e-324, 0.3, 1.0, 1e308])
@pytest.mark.parametrize("guess", [0.0, 0.30000000000000004, 1.7e308])
def test_the_search_finds_floats_exactly(value, guess):
    def compare(c):
        if c == Fraction(value):
            return Comparison.EQUAL
        return Comparison.ABOVE if value > c else Comparison.BELOW

    assert search_float64(compare, guess) == Enclosure(value, value)


def test_enclosures_compare_exactly():
    found = Enclosure(1.0, 1.5)
    assert found.grade is Grade.ENCLOSED
    assert found.is_below(1.5) is Verdict.UNDECIDED
    assert found.is_below(math.nextafter(1.5, 2)) is Verdict.HOLDS
    assert found.is_below(Fraction(3, 2) + Fraction(1, 10**40)) is Verdict.HOLDS
    assert found.is_below(1) is Verdict.FAILS
    assert found.is_above(1) is Verdict.UNDECIDED
    assert found.is_above(1 - Fraction(1, 10**40)) is Verdict.HOLDS
    assert found.is_above(1.5) is Verdict.FAILS
    assert found.is_above(1.4) is Verdict.UNDECIDED
    assert found.contains(1)
    assert found.contains(1.5)
    assert not found.contains(Fraction(3, 2) + Fraction(1, 10**40))
    assert not found.contains(1 - Fraction(1, 10**40))
    with pytest.raises(UndecidedError):
        bool(found.is_above(1.25))


def test_width_is_rounded_up():
    assert Enclosure(1.0, 1.5).width == 0.5
    rng = np.random.default_rng(7)
    for _ in range(200):
        lower, upper = sorted(rng.standard_normal(2) * 10.0 ** rng.uniform(-20, 20, 2))
        width = Enclosure(lower, upper).width
        exact = Fraction(upper) - Fraction(lower)
        assert math.nextafter(width, 0) < exact <= width
    assert Enclosure(-1.7e308, 1.7e308).width == math.inf


def test_wrong_enclosures_are_refused():
    with pytest.raises(OutOfRangeError, match="lower"):
        Enclosure(2.0, 1.0)
    with pytest.raises(NotFiniteError, match="upper"):
        Enclosure(2.0, math.inf)
    with pytest.raises(NotFiniteError, match="lower"):
        Enclosure(math.nan, 1.0)
    with pytest.raises(NotFiniteError, match="x is nan"):
        Enclosure(0.0, 1.0).is_below(math.nan)


def test_balls_are_rounded_outward():
    rng = np.random.default_rng(8)
    for _ in range(300):
        value = Fraction(int(rng.integers(-(10**9), 10**9)), int(rng.integers(1, 10**9)))
        scaled = value * Fraction(10) ** int(rng.integers(-300, 300))
        with working_precision(int(rng.integers(20, 200))):
            ball = arb(scaled.numerator) / scaled.denominator
            found = enclose_ball(ball)
            assert found.contains(scaled)
            # Never wider than the ball by more than one float64 spacing at either end.
            assert not ball > math.nextafter(found.lower, math.inf)
            assert not ball < math.nextafter(found.upper, -math.inf)
            spacing = math.ulp(max(abs(found.lower), abs(found.upper)))
            with working_precision(2000):
                inner = 2 * arb(ball.rad())
                assert arb(found.upper) - arb(found.lower) <= inner + 2 * arb(spacing)
    for infinite in (arb("inf"), arb("nan"), arb(0) / 0):
        with pytest.raises(EnclosureError, match="finite"):
            enclose_ball(infinite)


def test_eigenvalues_of_random_matrices():
    rng = np.random.default_rng(9)
    for _ in range(150):
        W = random_matrix(rng)
        d = len(W)
        found = enclose_eigenvalues(W)
        assert sum(e.multiplicity for e in found) == d
        # Σ(multiplicity)λ = tr W, in intervals of rationals.
        trace = sum(Fraction(x) for x in np.diag(W).tolist())
        for part, expected in (("real", trace), ("imaginary", Fraction(0))):
            boxes = [(getattr(e, part), e.multiplicity) for e in found]
            assert sum(Fraction(b.lower) * m for b, m in boxes) <= expected
            assert expected <= sum(Fraction(b.upper) * m for b, m in boxes)
        radius = enclose_spectral_radius(W)
        top = found[0]
        lowest, highest = modulus_bounds(top)
        assert lowest <= Fraction(radius.upper) ** 2
        assert highest >= Fraction(radius.lower) ** 2
        for e in found:
            modulus = max(abs(e.real.upper), abs(e.imaginary.upper))
            assert max(e.real.width, e.imaginary.width) <= 1e-15 * modulus


def modulus_bounds(eigenvalue):
    """Return bounds of |λ|² over the rectangle, exactly."""
    lowest = highest = Fraction(0)
    for part in (eigenvalue.real, eigenvalue.imaginary):
        ends = [Fraction(part.lower) ** 2, Fraction(part.upper) ** 2]
        lowest += 0 if part.contains(0) else min(ends)
        highest += max(ends)
    return lowest, highest


def test_eigenvalues_with_known_multiplicities():
    W = [[2, 1, 0, 0], [0, 2, 0, 0], [0, 0, 0, -3], [0, 0, 3, 0]]
    found = enclose_eigenvalues(W)
    parts = [(e.real, e.imaginary, e.multiplicity) for e in found]
    zero, two, three = Enclosure(0.0, 0.0), Enclosure(2.0, 2.0), Enclosure(3.0, 3.0)
    assert parts[2] == (two, zero, 2)
    assert [m for _, _, m in parts] == [1, 1, 2]
    for (real, imaginary, _), sign in zip(parts[:2], (1, -1), strict=True):
        assert real.contains(0)
        assert real.width <= 1e-15
        assert imaginary.contains(sign * 3)
        assert abs(imaginary.upper) <= three.upper * (1 + 1e-15)
    assert enclose_eigenvalues(np.zeros((3, 3)))[0].multiplicity == 3
    assert [e.multiplicity for e in enclose_eigenvalues(np.eye(4))] == [4]


def test_real_eigenvalues_have_imaginary_part_zero_and_others_do_not():
    rng = np.random.default_rng(10)
    for _ in range(60):
        A = rng.standard_normal((5, 5))
        for e in enclose_eigenvalues(A + A.T):
            assert e.imaginary == Enclosure(0.0, 0.0)
        found = enclose_eigenvalues(A)
        count = sum(e.imaginary == Enclosure(0.0, 0.0) for e in found)
        assert count == np.sum(np.linalg.eigvals(A).imag == 0)
        assert all(e.imaginary == Enclosure(0.0, 0.0) or not e.imaginary.contains(0) for e in found)


def test_a_ball_on_the_real_axis_is_real_only_if_its_mirror_image_meets_no_other():
    above, below = acb(1, arb(1, 1.5)), acb(1, arb(-1.2, 0.6))
    assert not above.overlaps(below)
    assert above.imag.contains(0)
    assert enclosures._with_real_ones_marked([above, below]) is None
    alone = enclosures._with_real_ones_marked([above, acb(5, arb(0, 1.0))])
    assert all(z.imag == 0 for z in alone)
    assert [z.real for z in alone] == [1, 5]
    pair = [acb(1, arb(2, 0.5)), acb(1, arb(-2, 0.5))]
    assert [z.imag.contains(0) for z in enclosures._with_real_ones_marked(pair)] == [False, False]


def test_both_ways_to_isolate_eigenvalues_agree(monkeypatch):
    rng = np.random.default_rng(11)
    cases = [rng.standard_normal((6, 6)) for _ in range(20)] + [
        np.eye(6) + 1e-15 * rng.random((6, 6))
    ]
    by_matrix = [enclose_eigenvalues(W) for W in cases]
    monkeypatch.setattr(enclosures, "_MATRIX_PRECISIONS", ())
    by_polynomial = [enclose_eigenvalues(W) for W in cases]
    for left, right in zip(by_matrix, by_polynomial, strict=True):
        for a, b in zip(left, right, strict=True):
            for x, y in ((a.real, b.real), (a.imaginary, b.imaginary)):
                assert x.lower <= y.upper
                assert y.lower <= x.upper
    monkeypatch.setattr(enclosures, "_POLYNOMIAL_PRECISIONS", (2,))
    monkeypatch.setattr(enclosures, "_is_accurate", lambda _: False)
    with pytest.raises(EnclosureError, match="split W into blocks"):
        enclose_eigenvalues(cases[0])


@pytest.mark.parametrize("function", [*EXTREMAL, enclose_eigenvalues])
@pytest.mark.parametrize(
    ("W", "error"),
    [
        ([[math.nan]], NotFiniteError),
        ([[1j]], NotRealError),
        ([[1.0, 2.0]], ShapeError),
        (np.zeros((0, 0)), EmptyArgumentError),
    ],
)
def test_wrong_matrices_are_refused(function, W, error):
    before = ctx.prec
    with pytest.raises(error) as caught:
        function(W)
    assert caught.value.argument == "W"
    assert ctx.prec == before
