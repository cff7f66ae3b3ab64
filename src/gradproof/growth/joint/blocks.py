"""Sets of rational matrices in blocks: the joint spectral radius is the largest of the blocks'.

If all matrices are block triangular in one basis, so are their products, and the spectral radius of
a product is the largest of its diagonal blocks'. By the theorem of Berger and Wang (1992, "Bounded
semigroups of matrices") the joint spectral radius of a finite set is the supremum of ρ(Π)^{1/n}
over all products Π of n factors, so it is the largest of those of the blocks.

A permutation makes the blocks visible where the union of the graphs of the matrices, an arc from j
to i for every a_ij ≠ 0, isn't strongly connected: its components, in order, are the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from flint import arb_mat, fmpq, fmpq_mat
from scipy.sparse.csgraph import connected_components

from gradproof.arrays import Array
from gradproof.spectral.rationals import RationalMatrix

__all__ = ["balanced", "commute", "connected_blocks", "in_balls", "normal", "rounded"]

_SWEEPS = 64
#: The exponent of 0: far below those of any fraction in use, shifts included.
_NONE = -(2**60)


def connected_blocks(matrices: Sequence[RationalMatrix], /) -> list[list[RationalMatrix]]:
    """Return the diagonal blocks that a permutation shows, each irreducible in that sense.

    >>> A = ((Fraction(1), Fraction(5)), (Fraction(0), Fraction(2)))
    >>> [[int(block[0][0]) for block in blocks] for blocks in connected_blocks([A])]
    [[1], [2]]
    """
    size = range(len(matrices[0]))
    union = np.array([[any(A[i][j] for A in matrices) for j in size] for i in size])
    count, labels = connected_components(union, directed=True, connection="strong")
    members = [[i for i in size if labels[i] == label] for label in range(count)]
    return [
        [tuple(tuple(A[i][j] for j in index) for i in index) for A in matrices]
        for index in sorted(members)
    ]


def balanced(matrices: Sequence[RationalMatrix], /) -> tuple[list[RationalMatrix], int]:
    """Return (2^−e D⁻¹ A D for each A, e): D of powers of two, the entries near 1 as far as can be.

    It is Osborne's balancing (1960, "On pre-conditioning of matrices") of the largest moduli, in
    exponents of two, so nothing is rounded.

    >>> A = ((Fraction(0), Fraction(2**40)), (Fraction(1, 2**40), Fraction(0)))
    >>> balanced([A])[0][0] == ((0, 1), (1, 0))
    True
    """
    size = range(len(matrices[0]))
    exponents = np.array(
        [[max((_exponent(A[i][j]) for A in matrices if A[i][j]), default=_NONE) for j in size]
         for i in size]
    )  # fmt: skip
    shift = np.zeros(len(size), dtype=np.int64)
    away = np.where(np.eye(len(size), dtype=bool), _NONE, exponents)
    for _ in range(_SWEEPS):
        before = shift.copy()
        for i in size:
            row, column = int((away[i] + shift).max()), int((away[:, i] - shift).max())
            if min(row, column) > _NONE // 2:
                shift[i] = (row - column) // 2
        if np.array_equal(shift, before):
            break
    top = int((exponents + shift - shift[:, np.newaxis]).max())
    if top < _NONE // 2:
        return list(matrices), 0
    powers = [[Fraction(2) ** int(shift[j] - shift[i] - top) for j in size] for i in size]
    return [tuple(tuple(A[i][j] * powers[i][j] for j in size) for i in size) for A in matrices], top


def _exponent(entry: Fraction) -> int:
    """Return e with 2^(e−1) < |entry| < 2^(e+1)."""
    return entry.numerator.bit_length() - entry.denominator.bit_length()


def rounded(matrices: Sequence[RationalMatrix], /) -> Array:
    """Return the matrices rounded to float64, shape (m, d, d)."""
    return np.array([[[float(entry) for entry in row] for row in A] for A in matrices])


def in_balls(A: RationalMatrix, /) -> arb_mat:
    """Return a rational matrix in balls of the working precision."""
    return arb_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in A])


def normal(A: RationalMatrix, /) -> bool:
    """Whether AAᵀ = AᵀA, decided exactly.

    >>> normal(((0, -1), (1, 0))), normal(((1, 1), (0, 1)))
    (True, False)
    """
    B = _exact(A)
    return bool(B * B.transpose() == B.transpose() * B)


def commute(matrices: Sequence[RationalMatrix], /) -> bool:
    """Whether all pairs commute, decided exactly.

    >>> A, B = ((1, 1), (0, 1)), ((1, 0), (1, 1))
    >>> commute([A, A]), commute([A, B])
    (True, False)
    """
    return all(A * B == B * A for A, B in combinations(map(_exact, matrices), 2))


def _exact(A: RationalMatrix) -> fmpq_mat:
    return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in A])
