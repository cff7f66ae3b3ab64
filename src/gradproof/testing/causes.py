"""Why a gradient is wrong: each cause that is named was tested against the measured gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.testing.comparison import Comparison
from gradproof.testing.differentiation import has_kink
from gradproof.testing.functions import RowFunction

__all__ = ["explains", "factor_of", "likely_cause", "only_single_precision"]

# What a product of a few hundred rounded factors may be off by in float32, relative.
_SINGLE = 2.0**-24 * 256


def likely_cause(comparison: Comparison, function: RowFunction) -> str | None:
    """Return the first cause, in the order of the list, under which every entry comes out right."""
    for cause in _CAUSES:
        found = cause(comparison, function)
        if found is not None:
            return found
    return None


def explains(
    comparison: Comparison, candidate: Array, where: NDArray[np.bool_] | None = None
) -> bool:
    """Return whether what is under test is the candidate, where the columns can be resolved."""
    close = np.abs(comparison.got - candidate) <= comparison.allowed + 1e-6 * np.abs(candidate)
    chosen = np.ones_like(close) if where is None else where
    counts = chosen & ~comparison.unresolved
    # A candidate that is far below what is allowed would be explained by anything small.
    resolved = (comparison.allowed < np.abs(candidate) / 8) | (comparison.got == candidate)
    decisive = counts & comparison.wrong
    return bool(close[counts].all() and 2 * (decisive & resolved).sum() > decisive.sum())


def _not_finite(comparison: Comparison, _: RowFunction) -> str | None:
    bad = ~np.isfinite(comparison.got)
    return f"{int(bad.sum())} entries are no finite numbers" if bad.any() else None


def _sign(comparison: Comparison, _: RowFunction) -> str | None:
    if explains(comparison, -comparison.expected):
        return "the sign: every entry has the opposite one"
    return None


def _kink(comparison: Comparison, function: RowFunction) -> str | None:
    _, column = np.argwhere(comparison.wrong)[0]
    direction = np.zeros(function.at.size)
    direction[column] = max(abs(function.point[column]), 1.0)
    if has_kink(function, direction):
        return "the point isn't differentiable: the slope jumps there"
    return None


def _transpose(comparison: Comparison, function: RowFunction) -> str | None:
    expected = comparison.expected
    if expected.shape[0] == expected.shape[1] and explains(comparison, expected.T):
        return "the transpose: rows and columns are exchanged"
    shape = function.at.shape
    if len(shape) == 2 and shape[0] == shape[1]:
        swapped = expected.reshape(-1, *shape).transpose(0, 2, 1).reshape(expected.shape)
        if explains(comparison, swapped):
            return "the transpose: the two indices of the argument are exchanged"
    if len(shape) == 2 and shape[0] != shape[1]:
        order = expected.reshape(-1, *shape).transpose(0, 2, 1).reshape(expected.shape)
        if explains(comparison, order):
            return "the order of the entries: columns of the argument run before its rows"
    return None


def factor_of(comparison: Comparison, where: NDArray[np.bool_] | None = None) -> float | None:
    """Return the factor that every entry is off by, if there is one."""
    scale = comparison.sizes
    weights = np.where((scale > 0) & ~comparison.unresolved, 1 / np.where(scale > 0, scale, 1), 0)
    if where is not None:
        weights = weights * where
    expected, got = comparison.expected * weights, comparison.got * weights
    square = float((expected * expected).sum())
    factor = float((expected * got).sum()) / square if square else 0.0
    if not factor or abs(factor - 1) <= _SINGLE:
        return None
    return factor if explains(comparison, factor * comparison.expected, where) else None


def _factor(comparison: Comparison, _: RowFunction) -> str | None:
    factor = factor_of(comparison)
    if factor is None:
        return None
    return f"a constant factor: every entry is {factor:.6g} times what it should be"


def only_single_precision(comparison: Comparison) -> bool:
    """Return whether entries agree to float32, on the scale of their columns, and no better."""
    off = np.abs(comparison.got - comparison.expected)
    return bool((off <= _SINGLE * comparison.sizes)[:, ~comparison.unresolved].all())


def _single_precision(comparison: Comparison, _: RowFunction) -> str | None:
    if only_single_precision(comparison):
        return "rounding to single precision: entries agree to float32 only"
    return None


def _missing(comparison: Comparison, _: RowFunction) -> str | None:
    wrong = comparison.wrong.any(axis=0)
    lost = wrong & (comparison.got == 0).all(axis=0)
    if lost.any() and (lost == wrong).all():
        names = ", ".join(str(int(j)) for j in np.flatnonzero(lost)[:8])
        more = " …" if lost.sum() > 8 else ""
        return f"a forgotten path: the gradient is 0 in the entries {names}{more} of the argument"
    return None


def _signs_of_columns(comparison: Comparison, _: RowFunction) -> str | None:
    wrong = comparison.wrong.any(axis=0)
    where = np.broadcast_to(wrong, comparison.got.shape)
    if explains(comparison, -comparison.expected, where):
        names = ", ".join(str(int(j)) for j in np.flatnonzero(wrong)[:8])
        return f"the sign of the entries {names}{' …' if wrong.sum() > 8 else ''} of the argument"
    return None


def _one_entry(comparison: Comparison, _: RowFunction) -> str | None:
    wrong = comparison.wrong
    return "this entry alone is wrong" if wrong.sum() == 1 and wrong.size > 1 else None


_CAUSES: tuple[Callable[[Comparison, RowFunction], str | None], ...] = (
    _not_finite,
    _sign,
    _transpose,
    _kink,
    _factor,
    _single_precision,
    _missing,
    _signs_of_columns,
    _one_entry,
)
