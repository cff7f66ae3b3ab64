from __future__ import annotations

import io
import itertools
from contextlib import redirect_stdout
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import ctx, fmpz_poly

from gradproof.errors import (
    EmptyArgumentError,
    NotFiniteError,
    NotRealError,
    OutOfRangeError,
    ShapeError,
)
from gradproof.spectral.exact import (
    Comparison,
    as_rational_matrix,
    characteristic_polynomial,
    compare_spectral_radius,
    exact_determinant,
    exact_product,
    powers_bounded,
    powers_vanish,
)
from gradproof.spectral.root_location import (
    compare_real_root,
    compare_root_radius,
    count_roots_above,
    working_precision,
)
from gradproof.verdict import Grade, Scope, Verdict

BELOW, EQUAL, ABOVE = Comparison.BELOW, Comparison.EQUAL, Comparison.ABOVE
ONE = Fraction(1)
ROTATION = [[Fraction(3, 5), Fraction(-4, 5)], [Fraction(4, 5), Fraction(3, 5)]]


def companion(coefficients):
    """Return the companion matrix of a polynomial, coefficients from x⁰ up, as fractions."""
    *low, lead = [Fraction(c) for c in coefficients]
    n = len(low)
    return [[Fraction(int(i == j + 1)) for j in range(n - 1)] + [-low[i] / lead] for i in range(n)]


def block_diagonal(*blocks):
    size = sum(map(len, blocks))
    matrix, offset = [[Fraction(0)] * size for _ in range(size)], 0
    for block in blocks:
        for i, j in itertools.product(range(len(block)), repeat=2):
            matrix[offset + i][offset + j] = Fraction(block[i][j])
        offset += len(block)
    return matrix


def similar(rng, J):
    """Return SJS⁻¹ for a random integer S of determinant 1."""
    d = len(J)
    S = np.eye(d, dtype=int).astype(object)
    inverse = S.copy()
    for _ in range(2 * d):
        i, j = rng.choice(d, 2, replace=False) if d > 1 else (0, 0)
        if i == j:
            continue
        c = int(rng.integers(-2, 3))
        S[i] = S[i] + c * S[j]
        inverse[:, j] = inverse[:, j] - c * inverse[:, i]
    return (S @ np.array(J, dtype=object) @ inverse).tolist()


LEHMER = [1, 1, 0, -1, -1, -1, -1, -1, 0, 1, 1]  # 8 roots on the circle, one at 1.1762…
# (x² + x − 1) after one Schur–Cohn step with k = 1/2: the second step is an exact tie.
TIE = [1, -1, 1, 2]


@pytest.mark.parametrize(
    ("W", "r", "expected"),
    [
        ([[0]], 0, EQUAL),
        ([[0]], 1, BELOW),
        ([[0, 1], [0, 0]], 0, EQUAL),
        ([[0, 1], [1, 0]], 0, ABOVE),
        ([[1e-300]], 0, ABOVE),
        ([[0, 1], [0, 0]], Fraction(1, 10**400), BELOW),
        ([[1, -1], [1, -1]], 0, EQUAL),
        ([[2]], 2, EQUAL),
        ([[-2]], 2, EQUAL),
        ([[0, -4], [1, 0]], 2, EQUAL),
        ([[0, 2], [1, 0]], Fraction(14142135623730950488, 10**19), ABOVE),
        ([[0, 2], [1, 0]], Fraction(14142135623730950489, 10**19), BELOW),
        ([[0, 2], [1, 0]], 2**0.5, BELOW),
        ([[1.0000001]], 1, ABOVE),
        ([[1 + 2.0**-52]], 1, ABOVE),
        ([[1 - 2.0**-53]], 1, BELOW),
        ([[1 - 2.0**-53, 1e300], [0, 0.5]], 1, BELOW),
        ([[0.5, 1], [0, 1 + 2.0**-52]], 1, ABOVE),
        (ROTATION, 1, EQUAL),
        ([[0.6, -0.8], [0.8, 0.6]], 1, ABOVE),
        (companion([2, -1, 2]), 1, EQUAL),
        (companion([2, -5, 2]), 1, ABOVE),
        (companion(LEHMER), 1, ABOVE),
        (companion(LEHMER), Fraction(117628, 100000), ABOVE),
        (companion(LEHMER), Fraction(117629, 100000), BELOW),
        (companion([-1, 0, 0, 0, 0, 1]), 1, EQUAL),
        (np.roll(np.eye(12), 1, axis=0), 1, EQUAL),
        (companion(TIE), 1, ABOVE),
        (companion([-6, 41, -31, 6]), 1, ABOVE),
        (block_diagonal(companion([1, 1, 1]), [[1, 1], [0, 1]], [[Fraction(1, 2)]]), 1, EQUAL),
        (block_diagonal(companion([1, 1, 1]), [[Fraction(10**30 + 1, 10**30)]]), 1, ABOVE),
        (block_diagonal(companion([1, 1, 1]), [[Fraction(10**30 - 1, 10**30)]]), 1, EQUAL),
        ([[5e-324]], 5e-324, EQUAL),
        ([[1e308, 1e308], [1e308, 1e308]], 1e308, ABOVE),
    ],
)
def test_known_radii(W, r, expected):
    assert compare_spectral_radius(W, r) is expected


def test_the_tie_is_a_tie():
    f = [Fraction(c) for c in TIE]
    k = f[0] / f[-1]
    step = [a - k * b for a, b in zip(f[1:], f[-2::-1], strict=True)]
    assert abs(k) < 1
    assert abs(step[0]) == abs(step[-1])
    assert max(abs(np.roots(TIE[::-1]))) > 1.1


def test_product_of_the_roots_one_is_a_tie_too():
    # (x − 2)(x − 3)(6x − 1) has |a₀| = |aₙ|.
    p = fmpz_poly([-2, 1]) * fmpz_poly([-3, 1]) * fmpz_poly([-1, 6])
    assert abs(int(p[0])) == int(p[3])
    assert compare_root_radius(p, ONE) is ABOVE


def test_threshold_of_a_known_radius():
    rng = np.random.default_rng(3)
    decided = 0
    for _ in range(150):
        radius = Fraction(int(rng.integers(1, 40)), int(rng.integers(1, 40)))
        blocks = [[[radius * int(rng.choice([-1, 1]))]]]
        if rng.random() < 0.5:
            blocks[0] = [[radius * x for x in row] for row in ROTATION]
        blocks += [[[radius * Fraction(int(rng.integers(-9, 10)), 10)]] for _ in range(3)]
        W = similar(rng, block_diagonal(*blocks))
        tiny = Fraction(1, 10**25)
        found = [compare_spectral_radius(W, radius * s) for s in (1 - tiny, 1, 1 + tiny)]
        assert found == [ABOVE, EQUAL, BELOW]
        decided += len(found)
    assert decided == 450


def test_agrees_with_floating_point_where_that_is_clear():
    rng = np.random.default_rng(4)
    seen = {BELOW: 0, ABOVE: 0}
    for _ in range(400):
        d = int(rng.integers(1, 9))
        W = rng.standard_normal((d, d)) / np.sqrt(d)
        W[rng.random((d, d)) < 0.2] = 0.0
        radius = max(abs(np.linalg.eigvals(W)))
        if abs(radius - 1) > 1e-6:
            found = compare_spectral_radius(W)
            assert found is (BELOW if radius < 1 else ABOVE)
            seen[found] += 1
    assert min(seen.values()) > 50


def classify_by_isolation(p):
    """Where the largest root is, from isolated roots of the irreducible factors at 300 bits."""
    with working_precision(300):
        moduli = [abs(z) for factor, _ in p.factor()[1] for z, _ in factor.complex_roots()]
        if any(m > 1 for m in moduli):
            return ABOVE
        # Polynomials this small have no root within 2^-200 of the circle but not on it.
        assert all(m < 1 or float(m.rad()) < 2.0**-200 for m in moduli)
        return BELOW if all(m < 1 for m in moduli) else EQUAL


def test_agrees_with_isolated_roots_of_small_polynomials():
    rng = np.random.default_rng(5)
    seen = {BELOW: 0, EQUAL: 0, ABOVE: 0}
    cyclotomic = [fmpz_poly.cyclotomic(n) for n in (1, 2, 3, 4, 5, 8, 12)]
    for trial in range(600):
        low = [int(c) for c in rng.integers(-2, 3, int(rng.integers(1, 6)))]
        p = fmpz_poly([*low, int(rng.integers(1, 8))])
        if trial % 3 == 0:
            p = p * cyclotomic[trial % 7] * cyclotomic[(trial // 7) % 7]
        found = compare_root_radius(p, ONE)
        assert found is classify_by_isolation(p), p
        seen[found] += 1
    assert min(seen.values()) > 50


def test_real_roots_are_counted_with_multiplicity():
    rng = np.random.default_rng(6)
    for _ in range(200):
        n = int(rng.integers(1, 7))
        roots = sorted((int(x) for x in rng.integers(-3, 4, n)), reverse=True)
        p = fmpz_poly([1])
        for x in roots:
            p = p * fmpz_poly([-x, 1])
        for c in (Fraction(2), Fraction(-1, 2), Fraction(0), Fraction(7, 3)):
            assert count_roots_above(p, c) == sum(x > c for x in roots)
            for k, x in enumerate(roots, start=1):
                expected = ABOVE if x > c else EQUAL if x == c else BELOW
                assert compare_real_root(p, k, c) is expected


def run(program):
    output = io.StringIO()
    with redirect_stdout(output):
        exec(program, {})
    return output.getvalue().strip()


@pytest.mark.parametrize(
    ("W", "vanish", "bounded"),
    [
        ([[0, -1], [1, 0]], False, True),
        ([[1, 1], [0, 1]], False, False),
        ([[1, 1], [0, 0.5]], False, True),
        ([[1.0000001]], False, False),
        ([[0.5, 1e6], [0, 0.5]], True, True),
        ([[-1, 1], [0, -1]], False, False),
        ([[1, 0], [0, -1]], False, True),
        (np.eye(5), False, True),
        (np.diag([1.0] * 4, 1), True, True),
        (ROTATION, False, True),
        ([[2, -1], [1, 0]], False, False),
        (block_diagonal([[Fraction(1, 2), 1], [0, Fraction(1, 2)]], [[1]]), False, True),
        ([[Fraction(1, 3), Fraction(2, 3)], [Fraction(1, 4), Fraction(3, 4)]], False, True),
        (companion([1, 0, 2, 0, 1]), False, False),
        ([[1 + 2.0**-52]], False, False),
        ([[1 - 2.0**-53]], True, True),
    ],
)
def test_powers(W, vanish, bounded):
    for judgement, expected in ((powers_vanish(W), vanish), (powers_bounded(W), bounded)):
        assert judgement.verdict is (Verdict.HOLDS if expected else Verdict.FAILS)
        assert (judgement.grade, judgement.scope) == (Grade.EXACT, Scope.INSTANCE)
        assert "HornJohnson2013, Theorem" in judgement.reason
        assert expected or judgement.witness is not None


def test_witnesses_show_what_they_say():
    rng = np.random.default_rng(8)
    third = Fraction(1, 3)
    cases = [
        [[0, -1], [1, 0]],
        [[1, 1], [0, 1]],
        [[1.0000001]],
        [[1 + third, 1], [third, 2]],
        similar(rng, block_diagonal([[1, 1], [0, 1]], ROTATION, [[third]])),
        rng.standard_normal((6, 6)),
    ]
    for W in cases:
        for judgement in (powers_vanish(W), powers_bounded(W)):
            if judgement.verdict is Verdict.HOLDS:
                continue
            witness = judgement.witness
            text = eval(witness.values["W"], {"Fraction": Fraction})
            assert as_rational_matrix(text, "W") == as_rational_matrix(W, "W")
            printed = run(witness.code)
            if "radius" in witness.values:
                radius = Fraction(eval(witness.values["radius"], {"Fraction": Fraction}))
                strict = compare_spectral_radius(W) is ABOVE
                assert radius > 1 if strict else radius == 1
                assert compare_spectral_radius(W, radius) is not BELOW
                assert printed == "an eigenvalue has modulus at least radius: True"
            else:
                assert printed.endswith(witness.values["ranks"])
                assert eval(witness.values["ranks"])[0] > eval(witness.values["ranks"])[1]


def test_the_witness_program_decides_like_the_package():
    rng = np.random.default_rng(12)
    said = {True: 0, False: 0}
    for _ in range(60):
        W = rng.integers(-4, 5, (3, 3)) / 2
        judgement = powers_vanish(W)
        if judgement.verdict is Verdict.HOLDS:
            continue
        given = f"Fraction({judgement.witness.values['radius']})"
        for radius in ("2.5", "3", "7/2"):
            program = judgement.witness.code.replace(given, f"Fraction('{radius}')")
            expected = compare_spectral_radius(W, Fraction(radius)) is not BELOW
            assert run(program) == f"an eigenvalue has modulus at least radius: {expected}"
            said[expected] += 1
    assert min(said.values()) > 20


def test_powers_of_similar_jordan_forms():
    rng = np.random.default_rng(9)
    half = Fraction(1, 2)
    blocks = {
        "inside": ([[half, 1], [0, half]], True, True),
        "simple": ([[1]], False, True),
        "minus": ([[-1]], False, True),
        "rotation": (ROTATION, False, True),
        "jordan": ([[1, 1], [0, 1]], False, False),
        "minus jordan": ([[-1, 1], [0, -1]], False, False),
        "outside": ([[Fraction(1001, 1000)]], False, False),
    }
    names = list(blocks)
    for _ in range(120):
        chosen = [blocks[n] for n in rng.choice(names[: rng.integers(2, 8)], 3)]
        W = similar(rng, block_diagonal(*(block for block, _, _ in chosen)))
        assert bool(powers_vanish(W)) is all(v for _, v, _ in chosen)
        assert bool(powers_bounded(W)) is all(b for _, _, b in chosen)


def test_exact_product_keeps_the_order():
    A, B = [[0, 1], [0, 0]], [[0, 0], [Fraction(1, 3), 0]]
    assert exact_product([A, B]) == as_rational_matrix([[Fraction(1, 3), 0], [0, 0]], "AB")
    assert exact_product([B, A]) == as_rational_matrix([[0, 0], [0, Fraction(1, 3)]], "BA")
    assert exact_product([A]) == as_rational_matrix(A, "A")
    rng = np.random.default_rng(10)
    factors = rng.standard_normal((4, 3, 3))
    expected = np.eye(3, dtype=object)
    for factor in factors:
        expected = expected @ np.array(as_rational_matrix(factor, "A"), dtype=object)
    assert exact_product(list(factors)) == tuple(map(tuple, expected))


def test_determinant_and_characteristic_polynomial():
    rng = np.random.default_rng(11)
    for _ in range(40):
        d = int(rng.integers(1, 6))
        A, B = rng.integers(-9, 10, (2, d, d)) / 8
        assert exact_determinant(A @ B) == exact_determinant(A) * exact_determinant(B)
        rational = sympy.Matrix(d, d, [sympy.Rational(x) for x in A.ravel()])
        assert exact_determinant(A) == Fraction(str(rational.det()))
        expected = [Fraction(str(c)) for c in rational.charpoly().all_coeffs()]
        assert list(characteristic_polynomial(A)) == expected[::-1]


def test_entries_are_taken_exactly():
    assert as_rational_matrix([[0.1]], "W") == ((Fraction(0.1),),)
    assert as_rational_matrix([[np.float32(0.1)]], "W") == ((Fraction(float(np.float32(0.1))),),)
    assert as_rational_matrix([[sympy.Rational(1, 3)]], "W") == ((Fraction(1, 3),),)
    assert as_rational_matrix([[10**30]], "W") == ((Fraction(10**30),),)
    assert as_rational_matrix(np.eye(1, dtype=bool), "W") == ((ONE,),)
    wide = np.array([[np.longdouble(1) + np.finfo(np.longdouble).eps]])
    assert as_rational_matrix(wide, "W")[0][0] - 1 == Fraction(float(np.finfo(np.longdouble).eps))


@pytest.mark.parametrize(
    ("W", "error"),
    [
        ([[1.0, float("nan")], [0, 1]], NotFiniteError),
        ([[float("-inf")]], NotFiniteError),
        ([[1j]], NotRealError),
        ([["1"]], NotRealError),
        ([[None]], NotRealError),
        ([[1, 2, 3]], ShapeError),
        ([[1, 2], [3]], ShapeError),
        ([1, 2], ShapeError),
        (3.0, ShapeError),
        (np.zeros((0, 0)), EmptyArgumentError),
        ([[]], EmptyArgumentError),
    ],
)
@pytest.mark.parametrize(
    "function", [compare_spectral_radius, powers_vanish, powers_bounded, exact_determinant]
)
def test_wrong_matrices_are_refused(function, W, error):
    with pytest.raises(error) as caught:
        function(W)
    assert caught.value.argument == "W"


def test_wrong_radii_and_products_are_refused():
    with pytest.raises(OutOfRangeError, match="r is -1"):
        compare_spectral_radius([[1]], -1)
    with pytest.raises(NotFiniteError, match="r is inf"):
        compare_spectral_radius([[1]], float("inf"))
    with pytest.raises(NotRealError, match="r is"):
        compare_spectral_radius([[1]], 1j)
    with pytest.raises(EmptyArgumentError, match="matrices"):
        exact_product([])
    with pytest.raises(ShapeError, match=r"sizes \[1, 2\]"):
        exact_product([np.eye(1), np.eye(2)])
    with pytest.raises(NotFiniteError, match=r"matrices\[1\] is nan at \(0, 0\)"):
        exact_product([[[1]], [[float("nan")]]])


def test_the_working_precision_is_restored():
    before = ctx.prec
    compare_spectral_radius(companion(TIE))
    assert ctx.prec == before
    with pytest.raises(KeyError), working_precision(before + 100):
        raise KeyError
    assert ctx.prec == before
