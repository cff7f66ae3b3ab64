"""How large a long product of Jacobians is: log ‖D_T W ⋯ D_1 W‖₂ between two numbers.

The bound of all roundings is derived in :mod:`gradproof.growth.matrix_balls`; here factors are made
from W and slopes, and the spectral norm of the product's centre M, enclosed by a verified Cholesky
factorisation, gives ‖M‖ − f ≤ 2⁻ᵉ‖Φ‖ ≤ ‖M‖ + f.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from flint import arb
from numpy.typing import ArrayLike

from gradproof.arrays import UNIT_ROUNDOFF, Array, as_matrix, as_real, as_square_matrix
from gradproof.errors import OutOfRangeError, ShapeError
from gradproof.growth.matrix_balls import (
    MatrixBall,
    enclose_product,
    frobenius_upper,
    matrix_ball,
)
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.root_location import working_precision
from gradproof.spectral.verified import FLOOR, LARGEST, UP, scaled, verified_spectral_norm
from gradproof.verdict import Grade

__all__ = [
    "LogNormEnclosure",
    "SlopeEnclosure",
    "SlopeOrigin",
    "enclose_log",
    "enclose_log_norm_of_product",
]


class SlopeOrigin(enum.StrEnum):
    """Which slopes a statement along a trajectory is about."""

    RECORDED = "recorded"
    """Float64 numbers, taken exactly: the ones that a floating-point run has met."""
    ENCLOSED = "enclosed"
    """All slopes within given bounds: those of the exact trajectory, if the bounds contain them."""


@dataclass(frozen=True, eq=False)
class SlopeEnclosure:
    """Slopes φ′(z_k,i) known to lie between two arrays, both of shape (T, d).

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If the ends are no real finite arrays of two dimensions and the same shape.
    OutOfRangeError
        If a lower end exceeds the upper one.

    >>> SlopeEnclosure([[0.5]], [[0.25]])
    Traceback (most recent call last):
    gradproof.errors.OutOfRangeError: lower exceeds upper at (0, 0); exchange the ends
    """

    lower: Array
    upper: Array

    def __post_init__(self) -> None:
        lower = as_matrix(self.lower, "lower")
        upper = as_matrix(self.upper, "upper", rows=lower.shape[0], columns=lower.shape[1])
        crossed = np.argwhere(lower > upper)
        if len(crossed):
            index = tuple(int(i) for i in crossed[0])
            raise OutOfRangeError("lower", f"exceeds upper at {index}", "exchange the ends")
        for name, end in (("lower", lower), ("upper", upper)):
            end.setflags(write=False)
            object.__setattr__(self, name, end)

    def head(self, steps: int, /) -> SlopeEnclosure:
        """Return the enclosure of the first ``steps`` steps."""
        return SlopeEnclosure(self.lower[:steps], self.upper[:steps])


@dataclass(frozen=True)
class LogNormEnclosure:
    """A natural logarithm of a norm, known to lie in [lower, upper].

    Parameters
    ----------
    lower, upper
        Rounded outward. −∞ is possible; both ends are −∞ if the product is proved to be zero.
    slopes
        Whether it holds for the slopes as recorded, or for all enclosed ones.
    """

    lower: float
    upper: float
    slopes: SlopeOrigin
    grade: Grade = Grade.ENCLOSED

    @property
    def width(self) -> float:
        """The difference of the ends; 0 for a product that is zero."""
        return 0.0 if self.lower == self.upper else self.upper - self.lower

    def contains(self, value: float, /) -> bool:
        """Whether lower ≤ value ≤ upper."""
        return self.lower <= value <= self.upper


def enclose_log_norm_of_product(
    W: ArrayLike, slopes: ArrayLike | SlopeEnclosure | None = None, /
) -> LogNormEnclosure:
    """Enclose log ‖D_T W D_{T−1} W ⋯ D_1 W‖₂ with D_k = diag(slopes[k−1]), every rounding included.

    Costs about as much as 2 T products of d × d matrices, and the memory of T/4 of them, but at
    most 128 MB, or 32 matrices, again for each 16-fold increase of T. The relative error of the
    norm grows with T and with d: for d = 256 and T = 1000 it is 1e-5 where the network contracts
    and 1e-3 in deep chaos.

    Parameters
    ----------
    W
        Recurrent matrix, shape (d, d), float64 numbers taken exactly, d ≤ 8192. Without slopes the
        factors themselves, shape (T, d, d), the oldest first: then log ‖W[T−1] ⋯ W[0]‖₂.
    slopes
        φ′(z_k), shape (T, d), taken exactly, of any sign and size, 0 included; or an enclosure of
        them: then the result holds for all slopes within.

    Returns
    -------
    LogNormEnclosure
        −∞ for the lower end says only that no positive lower bound was found. Both ends are −∞
        where no path of nonzero entries leads through the factors, so that the product is zero.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If an argument is no real array of its shape.
    OutOfRangeError
        If d exceeds 8192.

    >>> found = enclose_log_norm_of_product([[0.0, 2.0], [0.5, 0.0]], np.full((5000, 2), 0.5))
    >>> found.contains(5000 * math.log(0.5)), found.width < 1e-9, found.slopes.value
    (True, True, 'recorded')
    >>> enclose_log_norm_of_product([[0, 1], [0, 0]], [[1, 1], [1, 1]]).upper
    -inf
    """
    factors = _factors(W, slopes)
    root = enclose_product(factors.ball, 0, factors.count, size=factors.size)
    found = verified_spectral_norm(root.centre)
    least, most = (0.0, root.norm) if found is None else (found.lower, found.upper)
    lower = math.nextafter(least - root.error, -math.inf)
    upper = math.nextafter(most + root.error, math.inf)
    if lower <= 0 and _is_structurally_zero(factors):
        return LogNormEnclosure(-math.inf, -math.inf, factors.origin)
    return LogNormEnclosure(
        enclose_log(lower, root.exponent).lower if lower > 0 else -math.inf,
        enclose_log(upper, root.exponent).upper,
        factors.origin,
    )


def enclose_log(positive: float, exponent: int = 0, /) -> Enclosure:
    """Enclose log(positive · 2^exponent).

    >>> enclose_log(1.0, -150).contains(-104)
    False
    >>> enclose_log(1.0).upper
    0.0
    """
    with working_precision(128):
        return enclose_ball(arb(positive).log() + exponent * arb(2).log())


@dataclass(frozen=True, eq=False)
class _Factors:
    """The factors of a product: balls made on demand, and where their entries may be nonzero."""

    count: int
    size: int
    ball: Callable[[int], MatrixBall]
    pattern: Callable[[int], Array]
    origin: SlopeOrigin


def _factors(W: ArrayLike, slopes: ArrayLike | SlopeEnclosure | None) -> _Factors:
    if slopes is None:
        stack = as_real(W, "W", dimensions=3)
        count, size = stack.shape[:2]
        if stack.shape[2] != size:
            raise ShapeError("W", f"has shape {stack.shape}", "give square factors, or slopes too")
        return _Factors(
            count,
            _checked_size(size),
            lambda k: _whole(stack[k]),
            lambda k: (stack[k] != 0).astype(np.float64),
            SlopeOrigin.RECORDED,
        )
    matrix = as_square_matrix(W, "W")
    size = _checked_size(len(matrix))
    origin = SlopeOrigin.ENCLOSED if isinstance(slopes, SlopeEnclosure) else SlopeOrigin.RECORDED
    if not isinstance(slopes, SlopeEnclosure):
        exact = as_matrix(slopes, "slopes", columns=size)
        slopes = SlopeEnclosure(exact, exact)
    lower = as_matrix(slopes.lower, "slopes", columns=size)
    possible = (lower != 0) | (slopes.upper != 0)
    connected = (matrix != 0).astype(np.float64)
    return _Factors(
        len(lower),
        size,
        _scaled_rows(matrix, lower, slopes.upper),
        lambda k: possible[k, :, np.newaxis] * connected,
        origin,
    )


def _checked_size(size: int) -> int:
    if size > LARGEST:
        raise OutOfRangeError("W", f"has size {size}", f"give a matrix of size {LARGEST} at most")
    return size


def _whole(factor: Array) -> MatrixBall:
    centre, exponent, lost = scaled(factor)
    return matrix_ball(centre, exponent, lost)


def _scaled_rows(W: Array, lower: Array, upper: Array) -> Callable[[int], MatrixBall]:
    """Return k ↦ a ball with D W for all diagonal D between the ends of row k.

    fl(m_i a_ij) is off by at most u of itself, in the norm by at most u times the Frobenius norm.
    W and the slopes of a step are scaled to at most 1. With the midpoints m, the distances r from m
    to the farther end, and A the scaled W, known up to ``lost``: ‖(D − diag m)A‖ ≤ max(r) ‖A‖,
    ‖D(W − A)‖ ≤ lost, and the slopes' own underflow, at most 2⁻¹⁰⁷⁴ each, is within 2⁻¹⁰⁰⁰.
    """
    A, exponent, lost = scaled(W)
    found = verified_spectral_norm(A)
    norm = frobenius_upper(A) if found is None else found.upper
    shift = np.frexp(np.maximum(np.abs(lower), np.abs(upper)).max(axis=1))[1]
    low, high = np.ldexp(lower, -shift[:, np.newaxis]), np.ldexp(upper, -shift[:, np.newaxis])
    middle = low / 2 + high / 2
    radius = np.maximum(middle - low, high - middle).max(axis=1) * UP
    steepest = np.abs(middle).max(axis=1)

    def ball(k: int) -> MatrixBall:
        centre = middle[k, :, np.newaxis] * A
        rounding = UNIT_ROUNDOFF * frobenius_upper(centre)
        error = (rounding + float(radius[k]) * norm + lost + FLOOR) * UP
        bound = (float(steepest[k]) * norm + rounding + FLOOR) * UP
        return matrix_ball(centre, exponent + int(shift[k]), error, bound)

    return ball


def _is_structurally_zero(factors: _Factors) -> bool:
    """Whether no path of nonzero entries leads through all factors. Counts ≤ 2¹³ are exact."""
    reached = np.ones(factors.size)
    for k in range(factors.count):
        reached = (factors.pattern(k) @ reached > 0).astype(np.float64)
        if not reached.any():
            return True
    return False
