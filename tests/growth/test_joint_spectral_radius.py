"""Joint spectral radii: known values, brackets against all short products, awkward sets."""

import itertools
import math
import time
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat

from gradproof.errors import (
    EmptyArgumentError,
    EnclosureError,
    NotFiniteError,
    OutOfRangeError,
    ShapeError,
)
from gradproof.growth.joint import proof
from gradproof.growth.joint_spectral_radius import joint_spectral_radius
from gradproof.verdict import Grade, Verdict


@pytest.fixture(autouse=True)
def _precise_balls():
    before, ctx.prec = ctx.prec, 200
    yield
    ctx.prec = before


def exact(A):
    return fmpq_mat([[fmpq(*map(int, Fraction(x).as_integer_ratio())) for x in row] for row in A])


def product(matrices, word):
    """Return A_{i_L} ⋯ A_{i₁}, the first letter applied first."""
    result = exact(matrices[word[0]])
    for letter in word[1:]:
        result = exact(matrices[letter]) * result
    return result


def rate(matrices, word):
    """Return a ball around ρ(product)^{1/L}, from FLINT's roots of the exact polynomial."""
    roots = product(matrices, word).charpoly().numer().complex_roots()
    top = arb(0)
    for root, _ in roots:
        top = top.max(abs(root))
    return top.root(len(word)) if top > 0 else arb(0)


def contains(found, ball):
    return not (ball < arb(found.lower) or ball > arb(found.upper))


FIFTH = Fraction(1, 5)


def golden(a):
    return [[[1, 1], [0, 1]], [[a, 0], [a, a]]]


# Name: the matrices, their value as a function (balls have the precision of the call), the word.
KNOWN = {
    **{
        f"golden, a = {a}": (
            golden(a),
            lambda a=a: arb(fmpq(a.numerator, a.denominator)).sqrt() * (1 + arb(5).sqrt()) / 2,
            (0, 1),
        )
        for a in (Fraction(4, 5), Fraction(9, 10), Fraction(1))
    },
    "root of 313": (
        [[[-1, -1], [-4, 0]], [[3, 3], [-2, 1]]],
        lambda: ((13 + arb(313).sqrt()) / 2).sqrt(),
        (0, 1),
    ),
    "Gripenberg 1996": (
        [[[3 * FIFTH, 0], [FIFTH, 3 * FIFTH]], [[3 * FIFTH, -3 * FIFTH], [0, -FIFTH]]],
        lambda: (arb(3) ** 11 * (15 + 6 * arb(7).sqrt())).root(13) / 5,
        (0,) * 12 + (1,),
    ),
    "Ando and Shih": ([[[1, 0], [1, 0]], [[0, 1], [0, -1]]], lambda: arb(1), (0,)),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_values_are_exact_and_between_neighbouring_numbers(name):
    matrices, formula, word = KNOWN[name]
    value = formula()
    # The value is that of the word, by roots in balls …
    assert rate(matrices, word).overlaps(value)
    found = joint_spectral_radius(matrices)
    # … and the bracket holds it, no wider than two neighbours.
    assert not value < arb(found.lower)
    assert not value > arb(found.upper)
    assert found.upper <= math.nextafter(found.lower, math.inf)
    assert (found.word, found.grade) == (word, Grade.EXACT)


def test_a_value_that_is_attained_on_a_boundary_needs_the_field_of_its_rate(monkeypatch):
    # Balls alone leave the last rounding open, and say so.
    monkeypatch.setattr(proof, "minimal_polynomial", lambda *_: None)
    found = joint_spectral_radius(golden(1))
    assert (found.grade, found.word) == (Grade.ENCLOSED, (0, 1))
    assert found.upper <= math.nextafter(found.lower, math.inf)


def random_sets():
    """Yield sets of several families, small enough for all words to be looked at."""
    generator = np.random.default_rng(7)
    for size, count in itertools.product((2, 3, 4), (2, 3)):
        yield generator.normal(size=(count, size, size))
        yield generator.integers(-1, 2, size=(count, size, size)).astype(float)
        yield generator.integers(0, 2, size=(count, size, size)).astype(float)
        sparse = generator.normal(size=(count, size, size))
        sparse[generator.random(sparse.shape) < 0.5] = 0
        yield sparse
        left, right = generator.normal(size=(2, count, size))
        yield left[:, :, np.newaxis] * right[:, np.newaxis, :]
        yield np.linalg.qr(generator.normal(size=(count, size, size)))[0]
        near = generator.normal(size=(1, size, size))
        yield near + 1e-9 * generator.normal(size=(count, size, size))
        scaling = np.ldexp(1.0, generator.integers(-40, 40, size))
        yield scaling[:, np.newaxis] * generator.normal(size=(count, size, size)) / scaling


def test_no_short_word_is_above_and_no_norm_is_below():
    exactly_closed = 0
    sets = list(random_sets())
    for matrices in sets:
        found = joint_spectral_radius(matrices, budget=0.3)
        assert 0 <= found.lower <= found.upper
        assert contains(found, rate(matrices, found.word)) or found.lower < found.upper
        # The lower end is proved by its word, counted and ordered as documented.
        assert arb(found.lower) <= rate(matrices, found.word).upper()
        if found.grade is Grade.EXACT:
            exactly_closed += 1
            assert contains(found, rate(matrices, found.word))
        longest = 8 if len(matrices) == 2 else 5
        near = [pair for pair in float_rates(matrices, longest) if pair[1] > found.upper * 0.9999]
        for word, _ in sorted(near, key=lambda pair: -pair[1])[:50]:
            assert not rate(matrices, word) > arb(found.upper), (matrices, word)
        assert found.lower <= least_norm(matrices, 5) * (1 + 1e-12) + 1e-300
    assert exactly_closed > len(sets) / 2


def float_rates(matrices, longest):
    """Yield all words and their rates in floating point."""
    layer = {(): np.eye(matrices.shape[1])}
    for length in range(1, longest + 1):
        layer = {(*w, i): A @ P for w, P in layer.items() for i, A in enumerate(matrices)}
        radii = np.abs(np.linalg.eigvals(np.array(list(layer.values())))).max(axis=1)
        yield from zip(layer, radii ** (1 / length), strict=True)


def least_norm(matrices, longest):
    """Return min over n of max ‖product of n‖_F^{1/n}, each of which is an upper bound."""
    products, bounds = np.eye(matrices.shape[1])[np.newaxis], []
    for length in range(1, longest + 1):
        products = (matrices[:, np.newaxis] @ products).reshape(-1, *matrices.shape[1:])
        bounds.append(np.linalg.norm(products, axis=(1, 2)).max() ** (1 / length))
    return min(bounds)


def test_most_random_sets_are_closed_exactly():
    generator = np.random.default_rng(1)
    grades = [
        joint_spectral_radius(generator.normal(size=(2, size, size)), budget=2.0).grade
        for size in (2, 3, 4, 5)
        for _ in range(4)
    ]
    assert grades.count(Grade.EXACT) >= 14


def test_one_matrix_has_its_spectral_radius():
    assert joint_spectral_radius([[[0, 1], [0, 0]]]).upper == 0.0
    rotation = joint_spectral_radius([[[0, -2], [2, 0]]])
    assert (rotation.lower, rotation.upper, rotation.grade) == (2.0, 2.0, Grade.EXACT)
    third = joint_spectral_radius([[[Fraction(1, 3)]]])
    assert Fraction(third.lower) < Fraction(1, 3) < Fraction(third.upper)
    assert third.upper == math.nextafter(third.lower, 1)


def test_sets_whose_value_is_known_without_a_search():
    # d = 1, zeros, copies and negatives, commuting and symmetric matrices, triangular ones.
    scalars = joint_spectral_radius([[[2]], [[-3]], [[3]]])
    assert (scalars.lower, scalars.upper, scalars.word) == (3.0, 3.0, (1,))
    assert joint_spectral_radius([np.zeros((3, 3))]).upper == 0.0
    A = np.array([[1, 2], [3, 4]])
    several = joint_spectral_radius([0 * A, A, -A, A])
    assert several.word == (1,)
    assert contains(several, (5 + arb(33).sqrt()) / 2)
    commuting = joint_spectral_radius([A, A @ A, A + 7 * np.eye(2, dtype=int)])
    assert commuting.grade is Grade.EXACT
    assert contains(commuting, ((5 + arb(33).sqrt()) / 2) ** 2)
    normal = joint_spectral_radius([[[1, 2], [2, 0]], [[0, 1], [0.5, 2]], [[0, -1], [1, 0]]])
    assert normal.grade is Grade.EXACT
    assert contains(normal, (1 + arb(17).sqrt()) / 2)
    triangular = joint_spectral_radius([[[1, 5], [0, 2]], [[3, 1e9], [0, 1]]])
    assert (triangular.lower, triangular.upper, triangular.word) == (3.0, 3.0, (1,))


def test_blocks_that_a_permutation_shows_are_taken_apart():
    block = np.array(golden(1))
    matrices = np.zeros((2, 4, 4), dtype=int)
    matrices[:, :2, :2], matrices[:, :2, 2:], matrices[:, 2:, 2:] = block, 100, block[::-1]
    order = [2, 0, 3, 1]
    found = joint_spectral_radius(matrices[:, order][:, :, order])
    assert contains(found, (1 + arb(5).sqrt()) / 2)
    assert found.upper <= math.nextafter(found.lower, 2)


def test_a_block_that_is_not_closed_leaves_the_whole_open():
    # The scalar block has the larger lower end, and the other one the larger upper end.
    block = np.random.default_rng(2).normal(size=(2, 5, 5))
    block /= joint_spectral_radius(block, budget=0.0).lower * 1.125
    matrices = np.zeros((2, 6, 6))
    matrices[:, :5, :5], matrices[:, 5, 5] = block, 1.0
    found = joint_spectral_radius(matrices, budget=0.0)
    assert (found.lower, found.grade) == (1.0, Grade.ENCLOSED)
    assert found.upper > 1.1
    # If the other block is below the scalar one, the whole is closed by it.
    matrices[:, :5, :5] /= 16
    found = joint_spectral_radius(matrices, budget=0.0)
    assert (found.lower, found.upper, found.grade) == (1.0, 1.0, Grade.EXACT)


def test_scaling_by_powers_of_two_scales_the_bracket():
    matrices = np.array(golden(1.0))
    found = joint_spectral_radius(matrices)
    for exponent in (-900, -3, 900):
        scaled = joint_spectral_radius(np.ldexp(matrices, exponent))
        assert (scaled.lower, scaled.upper) == tuple(np.ldexp((found.lower, found.upper), exponent))
    smallest = joint_spectral_radius(matrices * 5e-324)
    assert (smallest.lower, smallest.upper) == (5e-324, 1e-323)
    # √2 times the smallest number is nearer to it than to its double.
    root = joint_spectral_radius([[[0.0, 5e-324], [1e-323, 0.0]]])
    assert (root.lower, root.upper) == (5e-324, 1e-323)
    with pytest.raises(EnclosureError, match="scale the matrices down"):
        joint_spectral_radius(matrices * 1.7e308)


def test_the_order_of_a_word_is_that_of_application():
    # ρ(A_2 A_1 A_0) and ρ(A_0 A_1 A_2) differ, and only one of them attains the value.
    generator = np.random.default_rng(3)
    differing = 0
    for _ in range(15):
        matrices = generator.integers(-3, 4, size=(3, 3, 3))
        found = joint_spectral_radius(matrices, budget=0.5)
        forward, backward = (rate(matrices, w) for w in (found.word, found.word[::-1]))
        assert arb(found.lower) <= forward.upper()
        differing += bool(backward < arb(found.lower))
    assert differing >= 1


def test_a_bracket_decides_about_decay():
    shrunk = np.array(golden(1)) * 0.618
    assert joint_spectral_radius(shrunk).is_below(1) is Verdict.HOLDS
    assert joint_spectral_radius(shrunk * 1.001).is_above(1) is Verdict.HOLDS


def test_the_budget_is_respected_and_the_bracket_still_proved():
    matrices = np.random.default_rng(2).normal(size=(3, 8, 8))
    started = time.monotonic()
    found = joint_spectral_radius(matrices, budget=0.0)
    assert time.monotonic() - started < 3
    assert found.lower <= found.upper < 3 * found.lower


def test_what_is_no_set_of_real_matrices_is_refused():
    with pytest.raises(EmptyArgumentError, match="matrices are empty; give at least one"):
        joint_spectral_radius([])
    with pytest.raises(ShapeError, match=r"have the sizes \[1, 2\]; give matrices of one size"):
        joint_spectral_radius([[[1]], [[1, 2], [3, 4]]])
    with pytest.raises(ShapeError, match=r"matrices\[1\] has shape \(1, 2\)"):
        joint_spectral_radius([[[1]], [[1, 2]]])
    with pytest.raises(NotFiniteError, match=r"matrices\[0\] is nan at \(0, 0\)"):
        joint_spectral_radius([[[math.nan]]])
    for name in ("tolerance", "budget"):
        with pytest.raises(OutOfRangeError, match=f"{name} is -1; give a number of at least 0"):
            joint_spectral_radius([[[1.0]]], **{name: -1})
