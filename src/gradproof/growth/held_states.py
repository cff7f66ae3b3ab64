"""Inputs that hold a network at a state where its gradient grows: lower bounds of the growth.

With U = I a constant input holds any state h* in the open range of φ, and there the Jacobian of
every step is DW, D = diag(φ′(z*)). Every D with entries in (0, γ] occurs, γ = 1 for tanh and 1/4
for the logistic function. So gradients can grow like ρ(DW)ⁿ (claim ``fixed_point``). With the
entries γ for units in a set S and near 0 outside, ρ(DW) is near γ ρ(W[S,S]), S by S the part of W.
The search looks for S; then D is taken with 2⁻¹² γ outside S, exactly, and ρ(DW) is enclosed.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.errors import EnclosureError
from gradproof.spectral.enclosures import enclose_spectral_radius

__all__ = ["STEEPEST", "HeldState", "held_state"]

#: γ = sup φ′, a power of two, so that γW is exact. It is attained, and every smaller slope too
#: (claims ``tanh_derivative_range`` and ``logistic_derivative_range``).
STEEPEST = {"tanh": 1.0, "logistic": 0.25}
Units = NDArray[np.bool_]

#: Slopes of units that the search switches off: a power of two, so that DW is exact.
SWITCHED_OFF = 2.0**-12
#: All subsets are tried up to this size; beyond, single units are flipped as long as it helps.
_ALL_SUBSETS_UP_TO = 10


@dataclass(frozen=True)
class HeldState:
    """Slopes at which a constant input can hold the network, and the growth there.

    Parameters
    ----------
    activation
        "tanh" or "logistic".
    slopes
        The diagonal of D = diag(φ′(z*)): γ, or 2⁻¹² γ.
    rate
        A lower bound of ρ(DW): ‖∂h_n/∂h_0‖ ≥ rateⁿ under that input.
    """

    activation: str
    slopes: Array
    rate: float

    @property
    def state(self) -> Array:
        """h* ≥ φ(0), rounded to float64: tanh′ = 1 − h², logistic′ = h(1 − h)."""
        root = np.sqrt(1 - self.slopes / STEEPEST[self.activation])
        return np.asarray(root if self.activation == "tanh" else (1 + root) / 2)


def held_state(W: Array, /, *, activation: str = "tanh", seconds: float = 1.0) -> HeldState:
    """Return the best held state that a search within the time finds; its rate is rigorous.

    >>> round(held_state(np.array([[1.0, 1.5], [-1.5, -2.0]])).rate, 3)
    2.0
    """
    best = max(_masks(W, seconds), key=lambda found: found[0])[1]
    slopes = STEEPEST[activation] * np.where(best, 1.0, SWITCHED_OFF)
    try:
        rate = enclose_spectral_radius(slopes[:, np.newaxis] * W).lower
    except EnclosureError:
        rate = 0.0
    return HeldState(activation, slopes, rate)


def _radius(W: Array, mask: Units) -> float:
    chosen = np.flatnonzero(mask)
    if not chosen.size:
        return 0.0
    return float(np.abs(np.linalg.eigvals(W[np.ix_(chosen, chosen)])).max())


def _masks(W: Array, seconds: float) -> list[tuple[float, Units]]:
    """Return subsets with the spectral radius of their submatrix."""
    size, started = len(W), time.monotonic()
    everything: Units = np.ones(size, dtype=np.bool_)
    found = [(_radius(W, everything), everything)]
    if size <= _ALL_SUBSETS_UP_TO:
        for bits in itertools.product((False, True), repeat=size):
            mask: Units = np.array(bits)
            found.append((_radius(W, mask), mask))
        return found
    generator = np.random.default_rng(0)
    mask = everything.copy()
    while time.monotonic() - started < seconds:
        value, improved = _radius(W, mask), True
        while improved and time.monotonic() - started < seconds:
            improved = False
            for unit in generator.permutation(size):
                flipped = mask.copy()
                flipped[unit] = not flipped[unit]
                other = _radius(W, flipped)
                if other > value:
                    mask, value, improved = flipped, other, True
                if time.monotonic() - started >= seconds:
                    break
        found.append((value, mask))
        mask = generator.random(size) < 0.5
    return found
