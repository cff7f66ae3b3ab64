"""The door for numbers: every array that enters is checked here, once.

All functions return a new ``float64`` array and leave their argument alone; ``float32`` and integer
entries are taken at their exact value. Numbers that ``float64`` can't hold exactly are refused.
"""

from __future__ import annotations

from numbers import Integral
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.errors import (
    EmptyArgumentError,
    NotFiniteError,
    NotRealError,
    OutOfRangeError,
    ShapeError,
)

__all__ = [
    "UNIT_ROUNDOFF",
    "Array",
    "as_index",
    "as_matrix",
    "as_real",
    "as_square_matrix",
    "as_vector",
]

Array: TypeAlias = NDArray[np.float64]

UNIT_ROUNDOFF = 2.0**-53
"""Half the distance from 1 to the next number of float64."""


def as_real(value: ArrayLike, argument: str, *, dimensions: int) -> Array:
    """Return ``value`` as a finite real array with the given number of dimensions.

    Raises
    ------
    NotRealError
        If the entries are complex, text or objects, or integers that float64 can't hold.
    NotFiniteError
        If an entry is NaN or infinite; its index is named.
    EmptyArgumentError, ShapeError
        If there is no entry, or the number of dimensions is another one.

    >>> as_real([1, 2], "b", dimensions=1)
    array([1., 2.])
    """
    try:
        raw = np.asarray(value)
    except ValueError as error:
        raise ShapeError(argument, "has rows of different lengths", "give a full array") from error
    if raw.dtype.kind not in "biuf":
        raise NotRealError(argument, f"has entries of type {raw.dtype}", "give finite real numbers")
    if raw.ndim != dimensions:
        raise ShapeError(
            argument,
            f"has {raw.ndim} dimensions, shape {raw.shape}",
            f"give an array with {dimensions}",
        )
    if raw.size == 0:
        raise EmptyArgumentError(argument, f"is empty, shape {raw.shape}", "give some entries")
    result = raw.astype(np.float64)
    if raw.dtype.kind != "f" and not np.array_equal(result.astype(object), raw.astype(object)):
        raise NotRealError(argument, "has integers beyond 2**53", "round them to float64 first")
    wide = raw.dtype.kind == "f" and raw.dtype.itemsize > result.dtype.itemsize
    if wide and not np.array_equal(result.astype(raw.dtype), raw, equal_nan=True):
        problem = f"has entries of type {raw.dtype} that float64 can't hold"
        raise NotRealError(argument, problem, "round them to float64 first")
    finite = np.isfinite(result)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise NotFiniteError(argument, f"is {result[index]} at {index}", "give finite numbers")
    return result


def as_vector(value: ArrayLike, argument: str, *, size: int | None = None) -> Array:
    """Return ``value`` as a vector, of the given size where one is given."""
    vector = as_real(value, argument, dimensions=1)
    if size is not None and vector.size != size:
        raise ShapeError(argument, f"has {vector.size} entries", f"give {size}")
    return vector


def as_matrix(
    value: ArrayLike, argument: str, *, rows: int | None = None, columns: int | None = None
) -> Array:
    """Return ``value`` as a matrix, with the given numbers of rows and columns if any."""
    matrix = as_real(value, argument, dimensions=2)
    wanted = (rows or matrix.shape[0], columns or matrix.shape[1])
    if matrix.shape != wanted:
        raise ShapeError(argument, f"has shape {matrix.shape}", f"give shape {wanted}")
    return matrix


def as_square_matrix(value: ArrayLike, argument: str) -> Array:
    """Return ``value`` as a square matrix.

    >>> as_square_matrix([[1, 2, 3]], "W")
    Traceback (most recent call last):
    gradproof.errors.ShapeError: W has shape (1, 3); give a square matrix
    """
    matrix = as_real(value, argument, dimensions=2)
    if matrix.shape[0] != matrix.shape[1]:
        raise ShapeError(argument, f"has shape {matrix.shape}", "give a square matrix")
    return matrix


def as_index(value: int, argument: str, *, least: int = 0, most: int | None = None) -> int:
    """Return ``value`` as an integer with ``least`` ≤ value ≤ ``most``."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise NotRealError(argument, f"is {value!r}", "give an integer")
    if value < least or (most is not None and value > most):
        bound = f"at least {least}" if most is None else f"between {least} and {most}"
        raise OutOfRangeError(argument, f"is {value}", f"give an integer {bound}")
    return int(value)
