"""Norms, spectra, determinants and inverses of small matrices of :class:`Number` entries.

A complex matrix X + iY has the singular values of the real [[X, −Y], [Y, X]], each twice, and this
real matrix has its eigenvalues and their conjugates. Exact matrices are decided by the irreducible
factors of a characteristic polynomial over the rationals, so norms such as ‖W‖ = 1 come out
exactly. A matrix of balls is its midpoint plus an error E, and singular values move by at most ‖E‖.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from flint import acb_mat, arb, fmpq, fmpq_mat, fmpz_poly

from gradproof.hypotheses.values import (
    ZERO,
    Number,
    UndecidedValueError,
    maximum,
    minimum,
    value_of,
)

__all__ = [
    "Array",
    "determinant",
    "entrywise_modulus",
    "infinity_norm",
    "inverse",
    "matrices_equal",
    "matrix_power",
    "smallest_singular_value",
    "spectral_norm",
    "spectral_radius",
    "square_of_length",
    "trace",
    "unit",
]

Array: TypeAlias = np.ndarray[Any, Any]


def unit(size: int) -> Array:
    """Return the identity matrix."""
    return as_array([[Number.of(int(i == j)) for j in range(size)] for i in range(size)])


def as_array(rows: Iterable[Iterable[Any]]) -> Array:
    """Return a matrix of objects."""
    found = [list(row) for row in rows]
    array = np.empty((len(found), len(found[0])), dtype=object)
    for i, row in enumerate(found):
        array[i, :] = row
    return array


def matrices_equal(A: Array, B: Array) -> bool | None:
    """Whether all entries agree; None where that is undecided."""
    if A.shape != B.shape:
        return False
    answers = [value_of(a).equals(value_of(b)) for a, b in zip(A.flat, B.flat, strict=True)]
    if False in answers:
        return False
    return None if None in answers else True


def determinant(A: Array) -> Any:
    """Return det A by expansion along the first row."""
    if not len(A):
        return Number.of(1)
    total: Any = ZERO
    for j in range(len(A)):
        rest = np.delete(A[1:], j, axis=1)
        total = total + A[0, j] * determinant(rest) * Number.of((-1) ** j)
    return total


def inverse(A: Array) -> Array:
    """Return A⁻¹ as the adjugate divided by the determinant.

    Raises
    ------
    UndecidedValueError
        If the determinant isn't known to differ from 0.
    """
    factor, d = value_of(determinant(A)).inverse(), len(A)

    def cofactor(i: int, j: int) -> Any:
        minor = np.delete(np.delete(A, i, axis=0), j, axis=1)
        return determinant(minor) * Number.of((-1) ** (i + j)) * factor

    return as_array([[cofactor(j, i) for j in range(d)] for i in range(d)])


def trace(A: Array) -> Any:
    """Return tr A."""
    return sum(A.diagonal(), Number.of(0))


def matrix_power(A: Array, exponent: int) -> Array:
    """Return Aⁿ, for negative n the power of the inverse."""
    if exponent < 0:
        return matrix_power(inverse(A), -exponent)
    product = unit(len(A))
    for _ in range(exponent):
        product = A @ product
    return product


def spectral_norm(A: Array) -> Number:
    """Return ‖A‖, the greatest singular value, of a matrix of any shape."""
    if 1 in A.shape:  # the Euclidean norm of a row or a column
        return abs(value_of(A[0, 0])) if A.size == 1 else square_of_length(A).root(2)
    return _singular_value(A, maximum)


def square_of_length(a: Array) -> Number:
    """Return ‖a‖² of a row or a column, exactly where its entries are."""
    total: Number = sum((value_of(entry).square_of_modulus for entry in a.flat), Number.of(0))
    return total.nonnegative


def infinity_norm(A: Array) -> Number:
    """Return ‖A‖_∞, the greatest sum of the moduli of a row."""
    return maximum(sum((abs(value_of(a)) for a in row), Number.of(0)) for row in A)


def entrywise_modulus(A: Array) -> Array:
    """Return the matrix of the moduli |a_ij|."""
    return as_array([[abs(value_of(a)) for a in row] for row in A])


def smallest_singular_value(A: Array) -> Number:
    """Return σ_min(A) of a square matrix."""
    if A.shape == (1, 1):
        return abs(value_of(A[0, 0]))
    return _singular_value(A, minimum)


def spectral_radius(A: Array) -> Number:
    """Return ρ(A), the greatest modulus of an eigenvalue, of a square matrix."""
    if A.shape == (1, 1):
        return abs(value_of(A[0, 0]))
    parts = _exact_parts(A)
    if parts is not None:
        return maximum(_moduli(_embedding(*parts)))
    try:
        balls = acb_mat([[value_of(a).ball for a in row] for row in A]).eig(multiple=True)
    except ValueError as error:
        raise UndecidedValueError(f"eigenvalues can't be enclosed: {error}") from error
    return maximum(Number.of(abs(ball)) for ball in balls)


Rationals: TypeAlias = list[list[Fraction]]


def _singular_value(A: Array, choose: Callable[[Iterable[Number]], Number]) -> Number:
    parts = _exact_parts(A)
    if parts is not None:
        return _exact_singular_value(_embedding(*parts), choose)
    balls = [[value_of(a).ball for a in row] for row in A]
    middle = _embedding(
        [[_middle(ball.real) for ball in row] for row in balls],
        [[_middle(ball.imag) for ball in row] for row in balls],
    )
    radii = [arb(part.rad()) for row in balls for ball in row for part in (ball.real, ball.imag)]
    error = sum((radius * radius for radius in radii), arb(0)).sqrt()
    value = _exact_singular_value(middle, choose).real
    return Number.of((value + arb(0, error.upper())).nonnegative_part())


def _middle(ball: Any) -> Fraction:
    found = Number.of(arb(ball.mid())).fraction
    assert found is not None, "a midpoint has no radius"
    return found


def _exact_parts(A: Array) -> tuple[Rationals, Rationals] | None:
    """Return the real and the imaginary part of a matrix of exact numbers, else None."""
    exact = [[value_of(a).exact for a in row] for row in A]
    if any(pair is None for row in exact for pair in row):
        return None
    first, second = (
        [[pair[part] for pair in row if pair is not None] for row in exact] for part in (0, 1)
    )
    return first, second


def _embedding(X: Rationals, Y: Rationals) -> fmpq_mat:
    """Return X where Y = 0, else [[X, −Y], [Y, X]]."""
    if not any(y for row in Y for y in row):
        rows = X
    else:
        above = [x + [-entry for entry in y] for x, y in zip(X, Y, strict=True)]
        rows = above + [y + x for x, y in zip(X, Y, strict=True)]
    return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows])


def _exact_singular_value(matrix: fmpq_mat, choose: Callable[[Iterable[Number]], Number]) -> Number:
    gram = matrix.transpose() * matrix
    # AᵀA is symmetric and positive semidefinite, so the roots are real and ≥ 0.
    squares = [
        root
        for factor in _factors(gram)
        for root in (
            map(Number.of, _root_of_linear(factor))
            if factor.degree() == 1
            else (Number.of(ball.real) for ball in _balls(factor))
        )
    ]
    return choose(squares).nonnegative.root(2)


def _moduli(matrix: fmpq_mat) -> Iterator[Number]:
    """Yield the moduli of the eigenvalues of a rational matrix."""
    for factor in _factors(matrix):
        roots = _root_of_linear(factor)
        if roots:
            yield Number.of(abs(roots[0]))
            continue
        c, b, a = ([int(x) for x in factor.coeffs()] + [0] * 3)[:3]
        if factor.degree() == 2 and b * b < 4 * a * c:  # a conjugate pair: |λ|² = c/a
            yield Number.of(Fraction(c, a)).root(2)
        else:
            yield from (Number.of(abs(ball)) for ball in _balls(factor))


def _factors(matrix: fmpq_mat) -> list[fmpz_poly]:
    """Return the irreducible factors of the characteristic polynomial."""
    _, factors = matrix.charpoly().numer().factor()
    return [factor for factor, _ in factors]


def _root_of_linear(factor: fmpz_poly) -> tuple[Fraction, ...]:
    if factor.degree() != 1:
        return ()
    constant, leading = (int(c) for c in factor.coeffs())
    return (Fraction(-constant, leading),)


def _balls(factor: fmpz_poly) -> list[Any]:
    roots: Any = factor.complex_roots()
    return [ball for ball, _ in roots]
