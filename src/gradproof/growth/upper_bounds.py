"""Upper bounds of the growth over all slopes, from cheap to dear.

Each is verified where it is made (:mod:`gradproof.growth.scaling`, :mod:`gradproof.growth.sector`);
this module only says what is tried. Infima over scalings of a reducible W aren't attained, so the
searches run on its strongly connected components, and what they find is put together.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np

from gradproof.arrays import Array
from gradproof.growth.lyapunov import lyapunov_bound
from gradproof.growth.scaling import (
    ScaledBound,
    centred_scaling,
    perron_scaling,
    row_sum_bound,
    scaled_bound,
    schatten_scaling,
)
from gradproof.growth.sector import SectorBound
from gradproof.growth.sector_search import search_sector_bound
from gradproof.growth.slopes import SlopeRange
from gradproof.spectral.components import component_levels, strongly_connected_components

__all__ = ["cheap_bounds", "dear_bounds"]

#: Fall of p from level to level: what is off the diagonal blocks is made smaller by e^{−fall}.
_FALLS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)

#: Beyond this size time is better spent than on the last percent of a bound that another replaces.
_SMALL = 128

Bound = ScaledBound | SectorBound


def cheap_bounds(W: Array, slopes: SlopeRange, /) -> Iterator[Bound]:
    """Yield the bounds by γ‖W‖₂, by γ‖W‖_∞ and by γρ(|W|)."""
    ones = np.ones(len(W))
    for found in (
        scaled_bound(W, ones),
        row_sum_bound(W, ones),
        row_sum_bound(W, perron_scaling(W)),
    ):
        if found is not None:
            yield _times(found, slopes.largest)


def dear_bounds(W: Array, slopes: SlopeRange, /, *, seconds: float) -> Iterator[Bound]:
    """Yield the bounds by the best diagonal scaling, and by sector certificates."""
    deadline = time.monotonic() + seconds
    left: Callable[[], float] = lambda: deadline - time.monotonic()  # noqa: E731
    if slopes.lower == slopes.upper:
        found = lyapunov_bound(slopes.upper * W)
        if found is not None:
            yield found
        return
    components = strongly_connected_components(W)
    p = np.zeros(len(W))
    for units in components:
        p[units] = np.log(_best_scaling(W[np.ix_(units, units)]))
    if len(components) == 1:
        diagonal = scaled_bound(W, np.exp(p))
        if diagonal is not None:
            yield _times(diagonal, slopes.largest)
        # A quick search costs so little for small W that the best rate is worth waiting for.
        for optimise in (True,) if len(W) <= _SMALL else (False, True):
            if left() > 0:
                sector = _search(W, p, slopes, left(), optimise=optimise)
                if sector is not None:
                    yield sector
        return
    largest = 0.0
    for units in components:
        if left() > 0:
            block = W[np.ix_(units, units)]
            sector = _search(block, p[units], slopes, left(), optimise=True)
            if sector is not None:
                p[units] = np.log(sector.multipliers) / 2
                largest = max(largest, sector.rate)
    levels = component_levels(W)
    for fall in _FALLS:
        if left() <= 0:
            return
        sector = _search(W, p - fall * levels, slopes, left(), optimise=False)
        if sector is not None:
            yield sector
            if sector.rate <= largest * (1 + 1e-3):
                return


def _best_scaling(W: Array) -> Array:
    found = schatten_scaling(W)
    return centred_scaling(W, found) if 1 < len(W) <= _SMALL else found


def _search(
    W: Array, p: Array, slopes: SlopeRange, seconds: float, *, optimise: bool
) -> SectorBound | None:
    return search_sector_bound(
        W, p, lower=slopes.lower, upper=slopes.upper, seconds=seconds, optimise=optimise
    )


def _times(bound: ScaledBound, slope: float) -> ScaledBound:
    """Return the bound for |φ′| ≤ slope."""
    if slope == 1:
        return bound
    rate = math.nextafter(bound.rate * slope, math.inf)
    return ScaledBound(bound.norm, bound.scaling, rate, bound.constant)
