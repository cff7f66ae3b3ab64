"""A function under test as a map of rows: N points in, N values out, whatever the shapes are."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradproof.arrays import Array
from gradproof.errors import (
    EmptyArgumentError,
    InputError,
    NotFiniteError,
    NotRealError,
    ShapeError,
)

__all__ = ["Function", "NotComplexError", "RowFunction", "as_point"]

Function: TypeAlias = Callable[..., Any]


class NotComplexError(Exception):
    """A function doesn't take complex arguments, or loses their imaginary part; says how."""


def as_point(at: ArrayLike, /) -> NDArray[Any]:
    """Return ``at`` as a finite real array of any shape, float32 or float64 as it came.

    Raises
    ------
    NotRealError, NotFiniteError, EmptyArgumentError
        If it is something else.

    >>> as_point([[1, 2], [3, 4]]).dtype
    dtype('float64')
    """
    try:
        point = np.array(at)
    except ValueError as error:
        raise ShapeError("at", "has rows of different lengths", "give a full array") from error
    if point.dtype.kind not in "biuf":
        raise NotRealError("at", f"has entries of type {point.dtype}", "give finite real numbers")
    if point.size == 0:
        raise EmptyArgumentError("at", f"is empty, shape {point.shape}", "give some entries")
    if not np.isfinite(point).all():
        raise NotFiniteError("at", "has an entry that is no finite number", "give finite numbers")
    single = point.dtype == np.float32
    return point if single else point.astype(np.float64)


@dataclass
class RowFunction:
    """A function f of arrays of one shape, seen as a map of rows of its flattened arguments.

    Parameters
    ----------
    function
        Maps an array of the shape of ``at`` to a number or an array.
    at
        The point that is looked at.
    vectorized
        Whether ``function`` maps N stacked arguments to N stacked values, so that all
        perturbations cost one call. Otherwise it is called once for each.

    Raises
    ------
    InputError
        If f returns no finite real numbers at ``at``, or a vectorised f other than one value each.

    >>> rows = RowFunction(lambda x: x[0] * x[1], np.array([2.0, 3.0]))
    >>> rows.value.tolist(), rows(np.array([[2.0, 3.0], [4.0, 5.0]])).tolist()
    ([6.0], [[6.0], [20.0]])
    """

    function: Function
    at: NDArray[Any]
    vectorized: bool = False
    #: f(at), flattened.
    value: Array = field(init=False)
    #: The shape of f(at).
    output_shape: tuple[int, ...] = field(init=False)
    #: Half the distance from 1 to the next number of the type that f returns.
    unit_roundoff: float = field(init=False)

    def __post_init__(self) -> None:
        raw = np.asarray(self.function(self.at[np.newaxis] if self.vectorized else self.at))
        if raw.dtype.kind not in "biuf":
            problem = f"returns entries of type {raw.dtype}"
            raise NotRealError("function", problem, "return finite real numbers for real ones")
        if self.vectorized and (raw.ndim == 0 or len(raw) != 1):
            problem = f"returns shape {raw.shape} for one stacked argument"
            raise ShapeError("function", problem, "return one value for each, along the first axis")
        value = raw[0] if self.vectorized else raw
        if value.size == 0 or not np.isfinite(value).all():
            raise NotFiniteError("function", "has no finite value at the point", "choose another")
        kind = raw.dtype if raw.dtype.kind == "f" else np.dtype(np.float64)
        self.unit_roundoff = float(np.finfo(kind).eps) / 2
        self.output_shape = value.shape
        self.value = value.astype(np.float64).ravel()

    @property
    def point(self) -> Array:
        """The point, flattened, in float64."""
        return self.at.astype(np.float64).ravel()

    def __call__(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return f at every row, shape (N, p)."""
        kind = np.result_type(rows.dtype, np.complex64) if np.iscomplexobj(rows) else self.at.dtype
        if np.iscomplexobj(rows) and self.at.dtype == np.float64:
            kind = np.dtype(np.complex128)
        points = rows.astype(kind, copy=False).reshape(-1, *self.at.shape)
        if self.vectorized:
            values = np.asarray(self.function(points))
        else:
            values = np.array([np.asarray(self.function(point)) for point in points])
        if values.shape != (len(points), *self.output_shape):
            problem = f"returns shape {values.shape} for {len(points)} points"
            raise ShapeError("function", problem, f"return {self.output_shape} for each point")
        return values.reshape(len(points), -1)

    def complex_rows(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return f at complex rows.

        Raises
        ------
        NotComplexError
            If f raises, drops the imaginary part or returns real numbers.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                values = self(rows)
        except InputError:
            raise
        except Exception as error:  # whatever a stranger's function raises for complex numbers
            name = type(error).__name__
            raise NotComplexError(f"it raises {name} for complex numbers") from error
        if not np.iscomplexobj(values):
            raise NotComplexError("it returns real numbers for complex ones")
        if not np.isfinite(values).all():
            raise NotComplexError("it has no finite value beside the point")
        return values
