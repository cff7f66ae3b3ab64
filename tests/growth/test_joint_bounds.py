"""The parts of the joint spectral radius: what proves a bound proves it for any search."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat, fmpq_poly

from gradproof.growth.joint import extremal, gripenberg
from gradproof.growth.joint.blocks import balanced, commute, connected_blocks, rounded
from gradproof.growth.joint.extremal import polytope_bound
from gradproof.growth.joint.field import ExactVertices, minimal_polynomial
from gradproof.growth.joint.gripenberg import (
    branch_and_bound,
    enclosed_letters,
    norms_upper,
    quadratic_coordinates,
)
from gradproof.growth.joint.invariant import invariant_blocks
from gradproof.growth.joint.membership import BalancedHull, SymmetricHull, Witness
from gradproof.growth.joint.polytope import Polytope, Start, grow
from gradproof.growth.joint.proof import PRECISION, leading_cycle, proved_stretch
from gradproof.growth.joint.words import best_words, enclose_rate, exact_word_product, primitive
from gradproof.growth.joint_spectral_radius import joint_spectral_radius
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.spectral.rationals import as_rational_matrix
from gradproof.spectral.root_location import working_precision
from gradproof.verdict import Grade


def rationals(matrices):
    return [as_rational_matrix(A, "A") for A in matrices]


def best_rate(matrices, longest):
    """Return the largest rate of a word up to a length, rounded down."""
    words = [
        w for n in range(1, longest + 1) for w in itertools.product(range(len(matrices)), repeat=n)
    ]
    return max(enclose_rate(matrices, word).lower for word in words)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
def test_norms_of_many_are_above_the_exact_ones_and_near_them(size):
    generator = np.random.default_rng(size)
    matrices = generator.normal(size=(12, size, size))
    matrices[1] = np.outer(matrices[1][0], matrices[1][-1])
    matrices[2] = np.linalg.qr(matrices[2])[0]
    matrices[3] = 0
    matrices[4] *= 2.0**-1040  # subnormal
    matrices[5] *= 1e300
    matrices[6] = np.diag(np.ldexp(1.0, -300 * np.arange(size)))
    matrices[7] = np.ones((size, size)) + 1e-15 * matrices[7]
    for A, found in zip(matrices, norms_upper(matrices), strict=True):
        exact = enclose_spectral_norm(A)
        assert exact.lower <= found <= exact.upper * size ** (2.0**-10) * (1 + 1e-8) + 1e-290


def test_the_exponent_of_the_norm_is_no_larger_than_it_must_be(monkeypatch):
    identity = np.eye(4)[np.newaxis]
    monkeypatch.setattr(gripenberg, "_SQUARINGS", 0)
    assert norms_upper(identity)[0] == pytest.approx(2.0, rel=1e-5)
    monkeypatch.setattr(gripenberg, "_SQUARINGS", 3)
    assert norms_upper(identity)[0] == pytest.approx(4 ** (2.0**-4))


def test_letters_contain_the_exact_matrices():
    # T = 2^k · unimodular, so that its inverse is short.
    T = np.array([[1.0, 3.0, 0.0], [0.0, 1.0, -2.0], [0.0, 0.0, 4.0]])
    inverse = [[1, -3, Fraction(-3, 2)], [0, 1, Fraction(1, 2)], [0, 0, Fraction(1, 4)]]
    generator = np.random.default_rng(0)
    matrices = rationals(generator.normal(size=(2, 3, 3)))
    scale = 1.7
    letters = enclosed_letters(matrices, T, scale)
    for A, B, error, norm in zip(
        matrices, letters.matrices, letters.errors, letters.norms, strict=True
    ):
        exact = [
            [
                sum(Fraction(T[i, k]) * A[k][m] * inverse[m][j] for k in range(3) for m in range(3))
                / Fraction(scale)
                for j in range(3)
            ]
            for i in range(3)
        ]
        off = [[exact[i][j] - Fraction(B[i, j]) for j in range(3)] for i in range(3)]
        assert 0 < enclose_spectral_norm(off).upper <= error < 1e-14
        within = enclose_spectral_norm(exact)
        assert within.lower <= norm <= within.upper * (1 + 1e-13)
    assert enclosed_letters(matrices, np.ones((3, 3)), 1.0) is None


def test_branch_and_bound_is_above_in_any_coordinates_and_reaches_its_target():
    generator = np.random.default_rng(5)
    for trial in range(6):
        size = 2 + trial % 3
        matrices = rationals(generator.normal(size=(2, size, size)))
        lower = best_rate(matrices, 4)
        good = quadratic_coordinates(rounded(matrices), lambda: True)
        for T in (good, generator.normal(size=(size, size))):
            letters = enclosed_letters(matrices, T, lower)
            for target in (1.0, 1.05, 2.0):
                found = branch_and_bound(letters, target, lambda: True, most=500)
                assert found >= 1 - 1e-15
        reached = branch_and_bound(enclosed_letters(matrices, good, lower), 1.1, lambda: True)
        assert reached <= 1.1


def test_branch_and_bound_pays_for_the_errors_of_its_letters():
    # Letters known to be off by 0.1: nothing below 1.1 is proved by 1.
    letters = enclosed_letters(rationals([np.eye(2), np.diag([1.0, -1.0])]), np.eye(2), 1.0)
    wide = gripenberg.Letters(letters.matrices, np.full(2, 0.1), letters.norms + 0.1)
    assert branch_and_bound(letters, 1.0001, lambda: True) < 1.001
    assert branch_and_bound(wide, 1.0001, lambda: True, most=64) > 1.0999
    overflowing = gripenberg.Letters(1e200 * letters.matrices, np.zeros(2), 1e200 * np.ones(2))
    assert branch_and_bound(overflowing, 1.0, lambda: True) >= 1e200 * (1 - 1e-9)


def test_any_polytope_proves_a_bound_that_is_one():
    # Vertices, bases and rates at random: the stretch pays for all of them.
    generator = np.random.default_rng(11)
    shown = 0
    for trial in range(40):
        size = 2 + trial % 3
        matrices = rationals(generator.normal(size=(2, size, size)))
        lower = best_rate(matrices, 3)
        with working_precision(PRECISION):
            cycle = leading_cycle(matrices, (0, 1))
            count = size + 2
            polytope = Polytope(
                origins=[0, (0, 0), *range(1, count + 1)],
                extra=list(generator.normal(size=(count, size))),
            )
            vertices = len(polytope.origins)
            for edge in itertools.product(range(vertices), range(2)):
                basis = tuple(int(k) for k in generator.permutation(vertices)[:size])
                others = ((0, complex(generator.normal())),) if trial % 2 else ()
                polytope.witnesses[edge] = Witness(basis, others)
            kappa = cycle.rate * arb(1 + generator.random())
            stretch = proved_stretch(matrices, polytope, [cycle], kappa)
            if stretch is not None:
                shown += 1
                assert not kappa * stretch < arb(lower)
    assert shown > 30


def test_a_polytope_for_too_small_a_rate_is_not_proved():
    # The search may be deceived about the rate; the proof isn't.
    matrices = rationals([[[1, 1], [0, 1]], [[0.9, 0], [0.9, 0.9]]])
    with working_precision(PRECISION):
        cycle = leading_cycle(matrices, (0,))
    assert cycle is None  # a Jordan block
    with working_precision(PRECISION):
        cycle = leading_cycle(matrices, (0, 1))
        found = polytope_bound(matrices, np.eye(2), [(0, 1)], lambda: True, rate=1.5)
        assert found.exact
        start = [float(cycle.vector[i, 0].real) for i in range(2)]
        kappa = cycle.rate
        assert math.isclose(found.upper, float(kappa))
        # All images of two unit vectors, said to be inside: they aren't.
        polytope = Polytope(origins=[0, (0, 0)], extra=[])
        polytope.witnesses = {
            edge: Witness((0, 1)) for edge in itertools.product(range(2), range(2))
        }
        assert len(start) == 2
        stretch = proved_stretch(matrices, polytope, [cycle], kappa)
        assert stretch > 1


def test_vertices_in_a_subspace_prove_nothing():
    # Both images are vertices by construction, and the second coordinate grows unseen.
    matrices = rationals([[[1, 0], [0, 2]]])
    polytope = Polytope(origins=[0])
    with working_precision(PRECISION):
        cycle = leading_cycle(rationals([[[1, 0], [0, Fraction(1, 2)]]]), (0,))
        assert proved_stretch(matrices, polytope, [cycle], arb(1)) is None


def test_a_complex_eigenvalue_leads_to_a_complex_polytope():
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    found = polytope_bound(
        rationals([rotation, [[0.5, 0.1], [0.0, 0.25]]]), np.eye(2), [(0,)], lambda: True, rate=1.0
    )
    assert found.exact
    assert found.upper == pytest.approx(1.0)


def test_hulls_measure_points():
    generator = np.random.default_rng(2)
    for size in (2, 3, 4, 5, 6):
        vertices = generator.normal(size=(3 * size, size))
        hull = SymmetricHull(vertices)
        for _ in range(5):
            x = generator.normal(size=size) / size
            value, witness = hull.norm(x)
            assert (witness is not None) or value > 1
            if value <= 1:
                weights = np.linalg.solve(vertices[list(witness.basis)].T, x)
                assert np.abs(weights).sum() == pytest.approx(value)
            # No functional that is at most 1 on the vertices shows more.
            y = generator.normal(size=size)
            least = abs(y @ x) / np.abs(vertices @ y).max()
            assert value >= min(least, 1) - 1e-9
    square = SymmetricHull(np.eye(2))
    assert square.norm(np.array([1.0, -1.0]))[0] == pytest.approx(2)
    circle = BalancedHull(np.array([[1.0, 1.0j]]))
    inside, _ = circle.norm(np.array([0.6, 0.7]) + 0j)
    outside, witness = circle.norm(np.array([0.8, 0.7]) + 0j)
    assert inside <= 1 < outside
    assert witness is None


def test_growth_stops_at_its_limits():
    A = np.array([[[1.2, 0.3], [0.0, 1.1]]])
    assert grow(A, [Start(np.array([1.0, 1.0]))], lambda: True, most=50) is None
    assert grow(A / 2, [Start(np.array([1.0, 1.0]))], lambda: True, most=50) is not None
    assert grow(A / 2, [Start(np.array([1.0, 1.0]))], lambda: False, most=50) is None


def test_words_are_found_and_primitive():
    assert primitive((1, 1, 0, 1, 1, 0)) == (0, 1, 1)
    assert primitive((0,)) == (0,)
    golden = np.array([[[1.0, 1.0], [0.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]])
    assert best_words(golden, lambda: True)[0][0] == (0, 1)
    nilpotent = np.array([[[0.0, 1.0], [0.0, 0.0]]])
    assert all(rate == 0 for _, rate in best_words(nilpotent, lambda: True))
    A, B = rationals([[[0, 1], [0, 0]], [[0, 0], [1, 0]]])
    assert exact_word_product([A, B], (0, 1)) == ((0, 0), (0, 1))


def test_blocks_and_balancing_change_no_rate():
    generator = np.random.default_rng(9)
    upper = np.triu(generator.integers(1, 5, size=(2, 4, 4)))
    order = [2, 0, 3, 1]
    matrices = rationals(upper[:, order][:, :, order])
    blocks = connected_blocks(matrices)
    assert sorted(len(block[0]) for block in blocks) == [1, 1, 1, 1]
    assert {block[0][0][0] for block in blocks} == set(upper[0].diagonal())
    graded = np.ldexp(generator.normal(size=(2, 3, 3)), 0)
    scaling = np.ldexp(1.0, [0, 300, -200])
    skew = rationals(scaling[:, np.newaxis] * graded / scaling)
    small, exponent = balanced(skew)
    entries = [abs(x) for A in small for row in A for x in row if x]
    assert min(entries) > 2**-12
    assert max(entries) < 2
    for word in ((0,), (1,), (0, 1)):
        assert enclose_rate(skew, word).lower == math.ldexp(
            enclose_rate(small, word).lower, exponent
        )
    assert commute(rationals([[[1, 1], [0, 1]], [[2, 3], [0, 2]]]))
    assert not commute(rationals([[[1, 1], [0, 1]], np.eye(2), [[1, 0], [1, 1]]]))


def hidden(blocks, basis):
    """Return S T S⁻¹ exactly, S an integer matrix of determinant ±1."""
    S = fmpq_mat(basis)
    return [
        tuple(
            tuple(Fraction(int(x.p), int(x.q)) for x in row)
            for row in (S * fmpq_mat(T) * S.inv()).tolist()
        )
        for T in blocks
    ]


def test_rational_invariant_subspaces_are_found():
    basis = [[1, 2, 0], [1, 3, 1], [0, 1, 2]]
    upper = [[[1, 1, 7], [0, 1, 5], [0, 0, 2]], [[1, 0, 3], [1, 1, 4], [0, 0, -1]]]
    for block_triangular in (upper, [list(map(list, zip(*T, strict=True))) for T in upper]):
        matrices = hidden(block_triangular, basis)
        assert len(connected_blocks(matrices)) == 1
        found = invariant_blocks(matrices)
        assert sorted(len(block[0]) for block in found) == [1, 2]
        value = joint_spectral_radius(matrices)
        assert value.lower == 2.0
        assert value.upper == 2.0
    # Irreducible over the rational numbers: one block.
    golden = rationals([[[1, 1], [0, 1]], [[1, 0], [1, 1]]])
    assert invariant_blocks(golden) == [golden]
    rotation = rationals([[[0, -1], [1, 0]]])
    assert invariant_blocks(rotation) == [rotation]


def test_products_that_all_vanish_have_the_value_zero():
    nilpotent = [[[0, 1, 2], [0, 0, 3], [0, 0, 0]], [[0, -4, 1], [0, 0, 1], [0, 0, 0]]]
    found = joint_spectral_radius(hidden(nilpotent, [[1, 2, 0], [1, 3, 1], [0, 1, 2]]))
    assert (found.lower, found.upper, found.grade) == (0.0, 0.0, Grade.EXACT)


def test_the_minimal_polynomial_of_a_rate_is_refused_where_it_is_not_one():
    A, B = rationals([[[1, 1], [0, 1]], [[1, 0], [1, 1]]])
    with working_precision(PRECISION):
        golden = (1 + arb(5).sqrt()) / 2
        words = [((0, 1), 1, golden), ((1, 0), 1, golden)]
        assert minimal_polynomial([A, B], words, golden) == fmpq_poly([-1, -1, 1])
        assert minimal_polynomial([A, B], [((0, 1), 1, golden)], golden + 1) is None
        assert minimal_polynomial([A, B], [((0, 1), -1, golden)], golden) is None
        # Another word with another rate, and a rate that isn't known well enough.
        assert minimal_polynomial([A, B], [*words, ((0, 0, 1), 1, golden)], golden) is None
        wide = golden + arb(0, 3)
        assert minimal_polynomial([A, B], [((0, 1), 1, wide)], wide) is None


def test_exact_vertices_tell_the_boundary_from_outside():
    # Two unit vectors and κ = 1: images on the boundary, inside and outside of the square.
    edges = [[[1, 0], [0, 1]], [[0.5, 0], [0.5, 0]], [[0.75, 0], [-0.5, 0]], [[0.25, 0], [-0.5, 0]]]
    unit = [[fmpq_poly([1]), fmpq_poly()], [fmpq_poly(), fmpq_poly([1])]]
    polytope = Polytope(origins=[0, 1])
    exact = ExactVertices(rationals(edges), polytope, unit, fmpq_poly([-1, 1]), arb(1))
    assert [exact.is_inside(0, i, (0, 1)) for i in range(4)] == [True, True, False, True]
    assert not exact.is_inside(0, 0, (1, 1))
    # κ = √2: e₁ ↦ (1, 1)/√2 is outside, (1/√2)(√2/2, √2/2) isn't.
    f = fmpq_poly([-2, 0, 1])
    half = [[fmpq_poly([0, fmpq(1, 2)]), fmpq_poly()], unit[1]]
    root = ExactVertices(rationals([[[1, 0], [0, 1]]]), polytope, half, f, arb(2).sqrt())
    # v_1/κ = (1/2, 0) = (1/√2) v_1, strictly inside and so decided by its sign.
    assert root.is_inside(0, 0, (0, 1))
    # With a ball that says nothing about the sign of κ nothing is shown.
    blind = ExactVertices(rationals([[[1, 0], [0, 1]]]), polytope, half, f, arb(0, 3))
    assert not blind.is_inside(0, 0, (0, 1))


@pytest.mark.parametrize("edge", list(itertools.product(range(2), range(2))))
def test_every_image_counts_and_so_does_every_coefficient(edge):
    # Unit vectors, of whose four images one has the length 5.
    j, i = edge
    factors = [[0.5, 0.5], [0.5, 0.5]]
    factors[i][j] = 5
    matrices = rationals([np.diag(row) for row in factors])
    polytope = Polytope(origins=[0, 1], extra=list(np.eye(2)))
    for others in ((), ((j, 5.0 + 0j),)):
        polytope.witnesses = {
            e: Witness((0, 1), others if e == edge else ())
            for e in itertools.product(range(2), range(2))
        }
        with working_precision(PRECISION):
            assert proved_stretch(matrices, polytope, [], arb(1)) == 5


def test_what_is_said_to_be_closed_by_a_cycle_is_looked_up():
    # Only the last letter at the last vector ends the cycle; the other images need witnesses.
    matrices = rationals([[[0, 3], [1, 0]], [[0.25, 0], [0, 0.25]]])
    with working_precision(PRECISION):
        cycle = leading_cycle(matrices, (0,))
        polytope = Polytope(origins=[0, 1], extra=[np.array([1.0, 0.0])])
        polytope.witnesses = {(j, i): Witness((0, 1)) for j in range(2) for i in range(2)}
        assert proved_stretch(matrices, polytope, [cycle], cycle.rate) > 1
        del polytope.witnesses[0, 0]
        assert proved_stretch(matrices, polytope, [cycle], cycle.rate) > 1
        del polytope.witnesses[1, 0]
        with pytest.raises(KeyError):
            proved_stretch(matrices, polytope, [cycle], cycle.rate)


def test_the_least_is_taken_over_the_prefixes_of_each_word():
    generator = np.random.default_rng(21)
    for _ in range(5):
        B = generator.normal(size=(3, 2, 2))
        letters = enclosed_letters(rationals(B), np.eye(2), 1.0)
        found = branch_and_bound(letters, 0.0, lambda: True, most=80)
        # 27 words of length 3 have 81 extensions: the search ends with these.
        expected = max(
            min(
                np.linalg.norm(B[i], 2),
                np.linalg.norm(B[j] @ B[i], 2) ** (1 / 2),
                np.linalg.norm(B[k] @ B[j] @ B[i], 2) ** (1 / 3),
            )
            for i, j, k in itertools.product(range(3), repeat=3)
        )
        assert expected <= found <= expected * 1.001


def test_a_polytope_bounds_by_the_largest_rate_times_the_stretch(monkeypatch):
    matrices = rationals([np.diag([1.0, 0.5]), np.diag([0.5, 2.0])])
    for words in ([(0,), (1,)], [(1,), (0,)]):
        found = polytope_bound(matrices, np.eye(2), words, lambda: True, rate=2.0)
        assert (found.upper, found.exact) == (2.0, True)
    wider = polytope_bound(matrices, np.eye(2), [(1,)], lambda: True, rate=2.0, excess=0.5)
    assert (wider.upper, wider.exact) == (3.0, False)
    monkeypatch.setattr(extremal, "proved_stretch", lambda *_, **__: arb(3))
    stretched = polytope_bound(matrices, np.eye(2), [(1,)], lambda: True, rate=2.0)
    assert (stretched.upper, stretched.exact) == (6.0, False)


def test_a_normal_matrix_that_is_not_the_longest_says_nothing():
    # A swap, of norm 1, and a shear.
    found = joint_spectral_radius([[[0, 1], [1, 0]], [[1, 1], [0, 1]]])
    # The swap after three shears is [[0, 1], [1, 3]].
    assert found.lower == pytest.approx(((3 + 13**0.5) / 2) ** (1 / 4))
