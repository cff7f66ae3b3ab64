"""Exact decisions about the eigenvalues of a rational matrix; a float64 matrix is one.

Every finite float64 is an integer times a power of two, so W = sN with an integer matrix N, and
the characteristic polynomial of W has integer coefficients up to a common factor. Where its roots
lie relative to a circle is a question about integers, answered in
:mod:`gradproof.spectral.root_location`. So ρ(W) < 1 or ρ(W) = 1 is never a matter of tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any

from flint import fmpq, fmpq_mat, fmpz_mat, fmpz_poly

from gradproof.errors import EmptyArgumentError, OutOfRangeError, ShapeError
from gradproof.source import Source
from gradproof.spectral.rationals import (
    MatrixLike,
    RationalMatrix,
    as_rational,
    as_rational_matrix,
    integer_matrix,
)
from gradproof.spectral.root_location import (
    Comparison,
    compare_root_radius,
    dilate,
    reciprocal_split,
)
from gradproof.verdict import Grade, Judgement, Scope, Verdict, Witness

__all__ = [
    "Comparison",
    "as_rational_matrix",
    "characteristic_polynomial",
    "compare_spectral_radius",
    "eigenvalue_polynomial",
    "exact_determinant",
    "exact_product",
    "powers_bounded",
    "powers_vanish",
]


def eigenvalue_polynomial(W: RationalMatrix, /) -> fmpz_poly:
    """Return the integer polynomial without common factor whose roots are the eigenvalues of W."""
    N, scale = integer_matrix(W)
    return dilate(N.charpoly(), 1 / scale)


def characteristic_polynomial(W: MatrixLike, /) -> tuple[Fraction, ...]:
    """Return det(x I − W) exactly, coefficients from x⁰ to x^d.

    >>> characteristic_polynomial([[1, 1], [1, 0]])
    (Fraction(-1, 1), Fraction(-1, 1), Fraction(1, 1))
    """
    coefficients = [int(c) for c in eigenvalue_polynomial(as_rational_matrix(W, "W")).coeffs()]
    return tuple(Fraction(c, coefficients[-1]) for c in coefficients)


def exact_determinant(W: MatrixLike, /) -> Fraction:
    """Return det W exactly.

    >>> exact_determinant([[0.5, 1], [1, 4]])
    Fraction(1, 1)
    """
    N, scale = integer_matrix(as_rational_matrix(W, "W"))
    return int(N.det()) * scale ** int(N.nrows())


def exact_product(matrices: Sequence[MatrixLike], /) -> RationalMatrix:
    """Return A₁A₂⋯A_k exactly, the first matrix leftmost.

    Raises
    ------
    EmptyArgumentError, ShapeError
        If there is no factor, or their sizes differ.

    >>> exact_product([[[0, 1], [0, 0]], [[0, 0], [1, 0]]])[0]
    (Fraction(1, 1), Fraction(0, 1))
    """
    factors = [as_rational_matrix(A, f"matrices[{i}]") for i, A in enumerate(matrices)]
    if not factors:
        raise EmptyArgumentError("matrices", "are empty", "give at least one matrix")
    sizes = sorted({len(A) for A in factors})
    if len(sizes) > 1:
        raise ShapeError("matrices", f"have the sizes {sizes}", "give matrices of one size")
    product: Any = _rational(factors[0])
    for factor in factors[1:]:
        product = product * _rational(factor)
    return tuple(
        tuple(Fraction(int(entry.p), int(entry.q)) for entry in row) for row in product.tolist()
    )


def _rational(A: RationalMatrix) -> fmpq_mat:
    return fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in A])


def compare_spectral_radius(W: MatrixLike, r: Rational | float = 1, /) -> Comparison:
    """Decide ρ(W) < r, ρ(W) = r or ρ(W) > r without rounding.

    Parameters
    ----------
    W
        Square matrix of floats (taken exactly), integers or fractions.
    r
        Non-negative float (taken exactly), integer or fraction.

    Raises
    ------
    OutOfRangeError
        If r < 0.

    Notes
    -----
    The derivation is the introduction of :mod:`gradproof.spectral.root_location`.

    >>> compare_spectral_radius([[0, -1], [1, 0]])
    <Comparison.EQUAL: 'equal'>
    >>> compare_spectral_radius([[1, 1], [1, 0]], Fraction(1618034, 1000000))
    <Comparison.BELOW: 'below'>
    """
    radius = as_rational(r, "r")
    if radius < 0:
        raise OutOfRangeError("r", f"is {r}", "give a radius of at least 0")
    return compare_root_radius(eigenvalue_polynomial(as_rational_matrix(W, "W")), radius)


def powers_vanish(W: MatrixLike, /) -> Judgement:
    """Decide whether Wⁿ → 0: exactly if ρ(W) < 1 (HornJohnson2013, Theorem 5.6.12).

    >>> powers_vanish([[0.5, 100], [0, 0.5]]).verdict
    <Verdict.HOLDS: 'holds'>
    >>> print(powers_vanish([[0, -1], [1, 0]]).witness)
    an eigenvalue of W has modulus at least radius ≥ 1
      W = [[0, -1], [1, 0]]
      radius = 1
    """
    matrix = as_rational_matrix(W, "W")
    p = eigenvalue_polynomial(matrix)
    comparison = compare_root_radius(p, Fraction(1))
    source = Source("HornJohnson2013", "Theorem 5.6.12")
    if comparison is Comparison.BELOW:
        return _judge(Verdict.HOLDS, f"ρ(W) < 1 ({source})")
    relation = "=" if comparison is Comparison.EQUAL else ">"
    return _judge(
        Verdict.FAILS, f"ρ(W) {relation} 1 ({source})", _modulus_witness(matrix, p, comparison)
    )


def powers_bounded(W: MatrixLike, /) -> Judgement:
    """Decide whether sup‖Wⁿ‖ < ∞: ρ(W) ≤ 1 and eigenvalues of modulus 1 are semisimple.

    Notes
    -----
    The criterion is HornJohnson2013, Theorem 3.2.5.2. If ρ(W) = 1, let h be the squarefree
    polynomial whose roots are the eigenvalues λ on the circle. On the generalised eigenspace of
    such a λ, h(W) is W − λI times an invertible matrix, on the others it is invertible. So all
    these λ are semisimple ⟺ h(W) and h(W)² have the same rank.

    >>> powers_bounded([[1, 1], [0, 0.5]]).verdict
    <Verdict.HOLDS: 'holds'>
    >>> print(powers_bounded([[1, 1], [0, 1]]).witness)
    h(W)² has a smaller rank than h(W): an eigenvalue on the unit circle has a Jordan block
      W = [[1, 1], [0, 1]]
      h = [-1, 1]
      ranks = [1, 0]
    """
    matrix = as_rational_matrix(W, "W")
    p = eigenvalue_polynomial(matrix)
    comparison = compare_root_radius(p, Fraction(1))
    source = Source("HornJohnson2013", "Theorem 3.2.5.2")
    if comparison is Comparison.BELOW:
        return _judge(Verdict.HOLDS, f"ρ(W) < 1 ({source})")
    if comparison is Comparison.ABOVE:
        return _judge(
            Verdict.FAILS, f"ρ(W) > 1 ({source})", _modulus_witness(matrix, p, comparison)
        )
    _, h = reciprocal_split(p)
    value = _homogeneous_value(h, matrix)
    ranks = [int(value.rank()), int((value * value).rank())]
    if ranks[0] == ranks[1]:
        return _judge(Verdict.HOLDS, f"ρ(W) = 1, semisimple on the circle ({source})")
    h_text = "[" + ", ".join(_integer(int(c)) for c in h.coeffs()) + "]"
    values = {"W": _text(matrix), "h": h_text, "ranks": str(ranks)}
    shows = (
        "h(W)² has a smaller rank than h(W): an eigenvalue on the unit circle has a Jordan block"
    )
    witness = Witness(shows, values, _RANK_PROGRAM.format(**values))
    return _judge(Verdict.FAILS, f"ρ(W) = 1, not semisimple on the circle ({source})", witness)


def _judge(verdict: Verdict, reason: str, witness: Witness | None = None) -> Judgement:
    return Judgement(verdict, Grade.EXACT, Scope.INSTANCE, reason, witness)


def _homogeneous_value(h: fmpz_poly, W: RationalMatrix) -> Any:
    """Return qⁿ h(W) for W = (s/q) N and n the degree of h, by Horner's rule in integers."""
    N, scale = integer_matrix(W)
    d = len(W)
    unit: Any = fmpz_mat([[int(i == j) for j in range(d)] for i in range(d)])
    value, power = unit * 0, 1
    for c in reversed(h.coeffs()):
        value = value * N * scale.numerator + unit * (c * power)
        power *= scale.denominator
    return value


def _modulus_witness(W: RationalMatrix, p: fmpz_poly, comparison: Comparison) -> Witness:
    """Witness ρ(W) ≥ radius, with radius > 1 if ρ(W) > 1; the roots of p are the eigenvalues."""
    radius = Fraction(1)
    if comparison is Comparison.ABOVE:
        excess = Fraction(1, 2)
        while compare_root_radius(p, 1 + excess) is Comparison.BELOW:
            excess *= excess
        radius = 1 + excess
    values = {"W": _text(W), "radius": _entry(radius)}
    bound = "≥ 1" if radius == 1 else "> 1"
    shows = f"an eigenvalue of W has modulus at least radius {bound}"
    return Witness(shows, values, _MODULUS_PROGRAM.format(**values))


def _text(W: RationalMatrix) -> str:
    return "[" + ", ".join("[" + ", ".join(map(_entry, row)) + "]" for row in W) + "]"


def _entry(value: Fraction) -> str:
    """Return Python source of exactly this value: an integer, a float64 or a Fraction."""
    if value.denominator == 1:
        return _integer(value.numerator)
    if abs(value) < 2**1023 and Fraction(float(value)) == value:
        return repr(float(value))
    return f"Fraction({_integer(value.numerator)}, {_integer(value.denominator)})"


def _integer(value: int) -> str:
    """Return Python source of an integer; Python refuses to print beyond 4300 decimal digits."""
    return str(value) if value.bit_length() < 10_000 else hex(value)


_MODULUS_PROGRAM = """\
from fractions import Fraction
W = [[Fraction(x) for x in row] for row in {W}]
d, radius = len(W), Fraction({radius})
# Faddeev and LeVerrier: the characteristic polynomial, lowest degree first.
a, M = [Fraction(1)], [[Fraction(i == j) for j in range(d)] for i in range(d)]
for k in range(1, d + 1):
    M = [[sum(W[i][l] * M[l][j] for l in range(d)) for j in range(d)] for i in range(d)]
    a.insert(0, -sum(M[i][i] for i in range(d)) / k)
    M = [[M[i][j] + a[0] * (i == j) for j in range(d)] for i in range(d)]
# Schur and Cohn: all roots have modulus below radius if and only if every step goes through.
a = [c * radius**i for i, c in enumerate(a)]
while len(a) > 1 and abs(a[0]) < abs(a[-1]):
    a = [x - a[0] / a[-1] * y for x, y in zip(a[1:], a[-2::-1])]
print("an eigenvalue has modulus at least radius:", len(a) > 1)
"""

_RANK_PROGRAM = """\
from fractions import Fraction
from sympy import Matrix, Rational, eye, zeros
W = Matrix([[Rational(*Fraction(x).as_integer_ratio()) for x in row] for row in {W}])
h = zeros(*W.shape)
for c in reversed({h}):
    h = h * W + c * eye(len(W.row(0)))
print("h(W) and its square have the ranks:", [h.rank(), (h * h).rank()])
"""
