"""The Jacobian of a function that is only evaluated: by the complex step, and by differences.

Each method returns an estimate of its own error beside every entry: for a stranger's function
nothing can be derived. So what is concluded from it is numerical evidence, never a proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.testing.functions import NotComplexError, RowFunction
from gradproof.testing.jitter import Jittered

__all__ = [
    "Measured",
    "along",
    "by_complex_step",
    "by_differences",
    "column_scales",
    "complex_step",
    "has_kink",
]

# Its square is below u² of all that it is added to, and 1e-280 times it is no subnormal number.
_COMPLEX_STEP = 2.0**-67

# How often the difference of two runs, which are wrong in other digits, is taken as the error.
_SAFETY = 64.0

_SEED = 20

# The steps at which nothing but the rounding of f should be left, and the columns of the table.
_LAST, _ORDERS = 6, 6

# As many units of rounding show that f is erratic, chaotic or steep, at small steps.
_ERRATIC = 2.0**16


@dataclass(frozen=True)
class Measured:
    """A Jacobian that was measured.

    Parameters
    ----------
    method
        How, in words.
    jacobian
        Its entries, shape (p, m): rows count values, columns arguments.
    resolution
        The estimated error of every entry.
    is_relative
        Whether an error is one of the entry, however small that is, not one of f.
    """

    method: str
    jacobian: Array
    resolution: Array
    is_relative: bool = False


def column_scales(jacobian: Array) -> Array:
    """Return the largest modulus of each column."""
    return np.asarray(np.abs(jacobian).max(axis=0))


def by_complex_step(function: RowFunction) -> Measured:
    """Return Im f(x + i h e_j)/h (Squire, Trapp 1998, p. 110), all columns in one call.

    The truncation is h² |f‴|/6, below rounding. Two more runs with other h, from points that differ
    in the last digit and with :class:`Jittered` derivatives, round otherwise: 64 times the spread
    of an entry, 8 times the largest spread in its column and 64u of the column count as the error.
    A chaotic f spreads much, and is known that badly; so is one that saturates.

    Raises
    ------
    NotComplexError
        If f takes no complex numbers, loses the imaginary part, or has another real part there.
    """
    x, unit = function.point, function.unit_roundoff
    points = np.empty((x.size, x.size), dtype=np.complex128)
    first = _complex_step(function, x, _COMPLEX_STEP, points)
    generator, spread = np.random.default_rng(_SEED), np.zeros_like(first)
    for seed, factor in enumerate((0.7, 1.3)):
        signs = generator.choice([-1.0, 1.0], size=x.size)
        moved, step = x * (1 + 2 * unit * signs), factor * _COMPLEX_STEP
        other = _complex_step(function, moved, step, points, seed)
        spread = np.maximum(spread, np.abs(first - other))
    scale = column_scales(first)
    whole = float(scale.max(initial=0.0))
    # An entry that is exactly 0 may be a sum that cancels in the gradient under test.
    floor = np.where(first == 0, whole, scale if len(first) > 1 else np.abs(first))
    resolution = _SAFETY * (spread + unit * floor) + 8 * column_scales(spread)
    return Measured("complex step", first, resolution, is_relative=True)


def complex_step(function: RowFunction) -> Array:
    """Return Im f(x + i h e_j)/h without an estimate of its error; raises as the above."""
    x = function.point
    points = np.empty((x.size, x.size), dtype=np.complex128)
    return _complex_step(function, x, _COMPLEX_STEP, points)


def _complex_step(
    function: RowFunction,
    x: Array,
    step: float,
    points: NDArray[np.complex128],
    jitter_seed: int | None = None,
) -> Array:
    points[...] = x
    points.flat[:: x.size + 1] += 1j * step
    rounding = 0.0 if jitter_seed is None else function.unit_roundoff
    values = function.complex_rows(points.view(Jittered).seeded(rounding, jitter_seed or 0))
    if jitter_seed is None:
        scale = np.abs(function.value) + np.abs(function.value).max()
        # A chaotic f amplifies the other rounding of complex functions; another f is off by more.
        if (np.abs(values.real - function.value) > scale / 128).any():
            raise NotComplexError("it has another real part for complex numbers")
    return np.asarray(values.imag.T / step)


def by_differences(function: RowFunction) -> Measured:
    """Return central differences extrapolated to step 0, all columns and steps in one call.

    Richardson's table of the steps s/4, s/16, … for s = max(|x_j|, 1) (Ridders 1982): of all
    entries that one is taken whose estimated error is least: its distance from its neighbours and
    the rounding of f over the step.
    """
    sizes = np.maximum(np.abs(function.point), 1)
    quotients = _quotients(function, np.diag(sizes))
    value, error = (part.T / sizes for part in quotients.derivative())
    return Measured("central differences", value, error)


def along(function: RowFunction, direction: Array) -> tuple[Array, Array]:
    """Return f′(x) v by differences and its estimated error, shape (p,)."""
    value, error = _quotients(function, direction[np.newaxis]).derivative()
    return value[0], error[0]


def has_kink(function: RowFunction, direction: Array) -> bool:
    """Whether the slope along v jumps at x: by one amount at all small steps, beyond rounding."""
    return _quotients(function, direction[np.newaxis]).jumps()


@dataclass(frozen=True)
class _Quotients:
    """Central quotients along directions at the steps 1/4, 1/16, …; shape (steps, directions, p).

    Parameters
    ----------
    slopes
        (f(x + h v) − f(x − h v))/2h.
    bends
        (f(x + h v) − 2 f(x) + f(x − h v))/h, which tends to the jump of the slope at x.
    rounding
        What f is off by, as the smallest steps show it, over the step.
    erratic
        Whether f is chaotic or steep at the smallest steps; shape (directions, p).
    """

    slopes: Array
    bends: Array
    rounding: Array
    erratic: NDArray[np.bool_]

    def derivative(self) -> tuple[Array, Array]:
        """Return f′(x) v for each direction, shape (directions, p), and its estimated error.

        At a kink there is no derivative: half the jump of the slope counts as an error.
        """
        value, error = _extrapolated(self.slopes, self.rounding)
        with np.errstate(all="ignore"):
            jump = np.abs(self._jumps()) + 2 * self.rounding[1:]
            error = 4 * error + np.where(np.isnan(jump), np.inf, jump).min(axis=0) / 2
            # Where f is erratic at small steps, larger ones need not say anything of the slope.
            unknown = self.erratic & (error > np.abs(value) / 8)
        return value, np.where(unknown, np.inf, error)

    def _jumps(self) -> Array:
        """Return the jump of the slope up to O(h³) and rounding, for each step but the first."""
        return np.asarray((4 * self.bends[1:] - self.bends[:-1]) / 3)

    def jumps(self) -> bool:
        """Return whether the slope jumps by one amount at the three smallest steps that show it."""
        with np.errstate(all="ignore"):
            jumps, size = self._jumps(), np.abs(self.slopes[1:]) + np.abs(self.bends[1:])
            known = np.isfinite(jumps) & (self.rounding[1:] < size / 1024)
            for i, j in np.ndindex(known.shape[1:]):
                last = jumps[known[:, i, j], i, j][-3:]
                scale = size[known[:, i, j], i, j][-1:].sum()
                if len(last) == 3 and abs(last[-1]) > max(scale / 64, 8 * np.ptp(last)):
                    return True
        return False


def _quotients(function: RowFunction, directions: Array) -> _Quotients:
    x, unit, kind = function.point, function.unit_roundoff, function.at.dtype
    steps = 0.25 ** np.arange(1, 1 + int(-np.log2(unit) / 2))  # down to u
    moves = steps[:, np.newaxis, np.newaxis] * directions
    count = moves.shape[0] * moves.shape[1]
    ahead, behind = ((x + sign * moves).astype(kind).reshape(count, -1) for sign in (1, -1))
    shape = (*moves.shape[:2], -1)
    with np.errstate(all="ignore"):
        values = function(np.concatenate([ahead, behind])).astype(np.float64)
        plus, minus = (part.reshape(shape) for part in (values[:count], values[count:]))
        # What the two points really differ by, along the direction.
        apart = (ahead.astype(np.float64) - behind).reshape(moves.shape)
        width = ((apart * directions).sum(axis=2) / (directions**2).sum(axis=1))[..., np.newaxis]
        slopes = (plus - minus) / width
        bends = (plus - 2 * function.value + minus) / (width / 2)
        size = np.maximum(np.abs(plus), np.abs(minus)) + np.abs(function.value)
        shown = (np.abs(np.diff(slopes, axis=0)) * width[1:] / 2)[-_LAST:]
        shown = np.nan_to_num(shown, nan=np.inf).max(axis=0)
        # Where f is rounded coarsely, fine steps show nothing, and then the least amount there is.
        none = plus == minus
        least = np.where(none, np.inf, np.abs(plus - minus)).min(axis=0)
        shown = np.maximum(shown, np.where(none.any(axis=0) & np.isfinite(least), least, 0))
        rounding = 2 * (shown + 2 * unit * size) / width
        erratic = shown > _ERRATIC * unit * np.nan_to_num(size, nan=0.0).max(axis=0)
    return _Quotients(slopes, bends, rounding, erratic)


def _extrapolated(quotients: Array, noise: Array) -> tuple[Array, Array]:
    """Return the entry of Richardson's table with the least estimated error, and that error.

    An entry counts only if the quotients that it comes from converge, and if every finer one
    agrees with it as far as that one is known: where f is flat but for a neighbourhood of x, or
    steep there alone, coarse quotients agree with nothing else.
    """
    value, best = quotients[-1], np.full_like(quotients[-1], np.inf)
    row = quotients
    with np.errstate(all="ignore"):
        change = np.abs(np.diff(quotients, axis=0, prepend=np.nan))
        # Of an error that shrinks by 16 with each step a fifteenth of the change is left.
        known_to = 2 * noise + change / 4
        converges = change[1:] <= np.append(change[1:2], change[1:-1], axis=0) / 4 + 4 * noise[1:]
        for order in range(1, min(len(quotients), _ORDERS)):
            weight = 16.0**order  # the steps shrink by 4, the error of order 2k by 16ᵏ
            finer = (weight * row[1:] - row[:-1]) / (weight - 1)
            distance = np.maximum(np.abs(finer - row[1:]), np.abs(finer - row[:-1]))
            errors = distance + 2 * noise[order:]
            for level in range(order, len(quotients)):
                candidate, error = finer[level - order], errors[level - order]
                apart = np.abs(candidate - quotients[level:])
                agrees = (apart <= 4 * error + known_to[level:]).all(axis=0)
                better = agrees & converges[level - 1] & (error < best)
                value, best = np.where(better, candidate, value), np.where(better, error, best)
            row = finer
    return value, best
