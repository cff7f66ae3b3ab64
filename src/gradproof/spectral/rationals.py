"""The door for exact numbers: a float64 is a rational number, and a matrix of them is rational."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any, TypeAlias

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike

from gradproof.errors import EmptyArgumentError, NotFiniteError, NotRealError, ShapeError

__all__ = ["MatrixLike", "RationalMatrix", "as_rational", "as_rational_matrix", "integer_matrix"]

RationalMatrix: TypeAlias = tuple[tuple[Fraction, ...], ...]
MatrixLike: TypeAlias = ArrayLike | Sequence[Sequence[Rational | float]]


def as_rational(value: Any, argument: str, /, *, place: str = "") -> Fraction:
    """Return a rational or a finite floating-point number at its exact value.

    Raises
    ------
    NotRealError, NotFiniteError
        If it is neither; ``place`` is added to the message.

    >>> as_rational(0.5, "r")
    Fraction(1, 2)
    """
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if not isinstance(value, float | np.floating):
        problem = f"is {value!r}{place}, a {type(value).__name__}"
        raise NotRealError(argument, problem, "give an integer, a float or a Fraction")
    if not np.isfinite(value):
        raise NotFiniteError(argument, f"is {value}{place}", "give a finite number")
    return Fraction(*value.as_integer_ratio())


def as_rational_matrix(W: MatrixLike, argument: str, /) -> RationalMatrix:
    """Return a square matrix of floats, integers or fractions at its exact value.

    Raises
    ------
    ShapeError, EmptyArgumentError
        If ``W`` is not a square matrix, or has no entry.
    NotRealError, NotFiniteError
        If an entry is no rational number; its index is named.

    >>> as_rational_matrix([[0.5, 2], [Fraction(1, 3), 0]], "W")[1]
    (Fraction(1, 3), Fraction(0, 1))
    """
    try:
        entries = np.asarray(W, dtype=object)
    except ValueError as error:
        raise ShapeError(argument, "has rows of different lengths", "give a full array") from error
    if entries.ndim != 2:
        raise ShapeError(argument, f"has shape {entries.shape}", "give a square matrix")
    if entries.size == 0:
        raise EmptyArgumentError(argument, f"is empty, shape {entries.shape}", "give some entries")
    if entries.shape[0] != entries.shape[1]:
        raise ShapeError(argument, f"has shape {entries.shape}", "give a square matrix")
    return tuple(
        tuple(as_rational(entry, argument, place=f" at ({i}, {j})") for j, entry in enumerate(row))
        for i, row in enumerate(entries)
    )


def integer_matrix(W: RationalMatrix, /) -> tuple[fmpz_mat, Fraction]:
    """Return (N, s) with W = sN, N of coprime integers (or 0) and s > 0.

    >>> integer_matrix(as_rational_matrix([[1.5, 3]] * 2, "W"))
    ([1, 2]
    [1, 2], Fraction(3, 2))
    """
    q = math.lcm(*(entry.denominator for row in W for entry in row))
    content = math.gcd(*(int(entry * q) for row in W for entry in row)) or 1
    scale = Fraction(content, q)
    return fmpz_mat([[int(entry / scale) for entry in row] for row in W]), scale
