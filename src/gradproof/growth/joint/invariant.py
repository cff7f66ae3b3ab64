"""Rational subspaces that a set of rational matrices leaves invariant: more blocks, exactly.

With a basis of such a subspace, completed to one of the space, all matrices are block triangular;
their products are too, so that the joint spectral radius is the largest of the diagonal blocks'.

The search is that of the MeatAxe of Parker, with Norton's criterion. Take a matrix a of the algebra
that the set generates, an irreducible factor f of its characteristic polynomial, and v ≠ 0 with
f(a)v = 0. The smallest invariant subspace that contains v is found by applying the matrices until
nothing new comes (spinning); so is that of a w with f(aᵀ)w = 0 under the transposes, whose
annihilator is invariant. If the kernel of f(a) has the dimension deg f and both spin to the whole
space, there is no invariant subspace at all, other than 0 and the space: if U is one, a acts on U
or on the quotient with f as a factor; in the first case U meets the kernel of f(a), which is
irreducible under a, so U contains v; in the second case the same is true of the annihilator of U
and the transposes.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from flint import fmpq, fmpq_mat, fmpz_poly

from gradproof.spectral.rationals import RationalMatrix

__all__ = ["invariant_blocks"]

#: Elements of the algebra that are tried; a set with a subspace is missed if all are unlucky.
_TRIALS = 6
_UP_TO = 16


def invariant_blocks(matrices: Sequence[RationalMatrix], /) -> list[list[RationalMatrix]]:
    """Return the diagonal blocks in a basis made of the rational invariant subspaces found.

    >>> S, R = fmpq_mat([[1, 2], [1, 3]]), fmpq_mat([[3, -2], [-1, 1]])
    >>> hidden = [_fractions(S * fmpq_mat(T) * R) for T in ([[1, 5], [0, 2]], [[3, 1], [0, 7]])]
    >>> [[int(block[0][0]) for block in blocks] for blocks in invariant_blocks(hidden)]
    [[1, 3], [2, 7]]
    """
    size = len(matrices[0])
    if not 1 < size <= _UP_TO:
        return [list(matrices)]
    exact = [_rational(A) for A in matrices]
    subspace = _invariant_subspace(exact)
    if subspace is None:
        return [list(matrices)]
    dimension, pivots = subspace.nrows(), _pivots(subspace)
    rest = [[int(i == j) for i in range(size)] for j in range(size) if j not in pivots]
    basis = fmpq_mat([*subspace.tolist(), *rest]).transpose()
    inverse = basis.inv()
    changed = [inverse * A * basis for A in exact]
    ranges = (range(dimension), range(dimension, size))
    return [
        block
        for inside in ranges
        for block in invariant_blocks(
            [_fractions(fmpq_mat([[B[i, j] for j in inside] for i in inside])) for B in changed]
        )
    ]


def _rational(A: RationalMatrix) -> fmpq_mat:
    return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in A])


def _fractions(A: fmpq_mat) -> RationalMatrix:
    return tuple(tuple(Fraction(int(x.p), int(x.q)) for x in row) for row in A.tolist())


def _invariant_subspace(matrices: list[fmpq_mat]) -> fmpq_mat | None:
    """Return rows that span an invariant subspace, in echelon form; None if none is found."""
    size = matrices[0].nrows()
    transposes = [A.transpose() for A in matrices]
    for trial in range(_TRIALS):
        element = _element(matrices, trial)
        numerator: fmpz_poly = element.charpoly().numer()
        for factor, _ in numerator.factor()[1]:
            if factor.degree() == size:
                return None
            kernel = _kernel(_value(factor, element))
            found = _spun(kernel[:1], matrices)
            if found.nrows() < size:
                return found
            dual = _spun(_kernel(_value(factor, element).transpose())[:1], transposes)
            if dual.nrows() < size:
                return _echelon(_kernel(dual), size)
            if len(kernel) == factor.degree():
                return None
    return None


def _element(matrices: list[fmpq_mat], trial: int) -> fmpq_mat:
    """Return a sum of the matrices and their products of two, with small coefficients."""
    state = trial + 1
    total = matrices[0] * 0
    for A, B in product([None, *matrices], matrices):
        state = (state * 48271) % 2147483647
        total = total + (B if A is None else A * B) * (state % 7 - 3)
    return total


def _value(f: fmpz_poly, A: fmpq_mat) -> fmpq_mat:
    """Return f(A) by Horner's rule."""
    size = A.nrows()
    unit = fmpq_mat([[int(i == j) for j in range(size)] for i in range(size)])
    value = unit * 0
    for coefficient in reversed(f.coeffs()):
        value = value * A + unit * fmpq(coefficient)
    return value


def _pivots(echelon: fmpq_mat) -> list[int]:
    columns = range(echelon.ncols())
    return [next(j for j in columns if row[j] != 0) for row in echelon.tolist()]


def _kernel(A: fmpq_mat) -> list[list[fmpq]]:
    """Return a basis of {x : Ax = 0}."""
    echelon = _echelon(A.tolist(), A.ncols())
    pivots, rows = _pivots(echelon), echelon.tolist()
    basis = list[list[fmpq]]()
    for free in (j for j in range(A.ncols()) if j not in pivots):
        x = [fmpq(int(j == free)) for j in range(A.ncols())]
        for row, pivot in zip(rows, pivots, strict=True):
            x[pivot] = -row[free]
        basis.append(x)
    return basis


def _echelon(rows: list[list[fmpq]], size: int) -> fmpq_mat:
    """Return the reduced echelon form of the span, without zero rows."""
    reduced, rank = fmpq_mat(rows).rref()
    return fmpq_mat(rank, size, [reduced[i, j] for i in range(rank) for j in range(size)])


def _spun(vectors: list[list[fmpq]], matrices: list[fmpq_mat]) -> fmpq_mat:
    """Return the smallest subspace with the vectors that is invariant, as rows in echelon form."""
    size = matrices[0].nrows()
    span = _echelon(vectors, size)
    while span.nrows() < size:
        images = [row for A in matrices for row in (span * A.transpose()).tolist()]
        larger = _echelon([*span.tolist(), *images], size)
        if larger.nrows() == span.nrows():
            break
        span = larger
    return span
