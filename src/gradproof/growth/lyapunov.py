"""Powers of one matrix: Lyapunov's certificate that ρ(W) < r, and what it says of ‖Wⁿ‖.

If X and r²X − WᵀXW are positive definite, ‖Wⁿ‖ ≤ √(λ_max(X)/λ_min(X)) rⁿ, since xᵀWᵀXWx ≤ r²xᵀXx.
X = Σ (Wᵀ)^k W^k r^{−2k} solves r²X − WᵀXW = r²I; Smith doubling sums it: X ← X + AᵀXA, A ← A². It
is the sector certificate for slopes that are all 1.
"""

from __future__ import annotations

import math

import numpy as np

from gradproof.arrays import Array
from gradproof.growth.sector import SectorBound, sector_bound
from gradproof.spectral.spectra import spectral_radius

__all__ = ["lyapunov_bound"]

#: The rate is ρ(W)(1 + gap), the least gap that can be verified.
_GAPS = (2.0**-20, 2.0**-14, 2.0**-10, 2.0**-7, 2.0**-4, 1.0)
_DOUBLINGS = 60
#: Beyond this X says nothing that a float64 can hold.
_LARGEST = 2.0**500


def lyapunov_bound(W: Array, /) -> SectorBound | None:
    """Return a bound of ‖Wⁿ‖ whose rate is just above ρ(W).

    >>> found = lyapunov_bound(np.array([[0.5, 1.0], [0.0, 0.25]]))
    >>> 0.5 <= found.rate < 0.501, found.constant > 1
    (True, True)
    """
    radius = spectral_radius(W)
    top = float(np.abs(W).max())
    for gap in _GAPS:
        rate = max(radius * (1 + gap), gap * top / 16)
        form = _smith(W, rate)
        if form is None:
            continue
        found = sector_bound(W, form, np.ones(len(W)), rate, lower=1.0, upper=1.0)
        if found is not None:
            return found
    return None


def _smith(W: Array, rate: float) -> Array | None:
    """Return Σ (Wᵀ)^k W^k rate^{−2k}; None where it grows beyond what can be verified."""
    if not 0 < rate < math.inf:
        return None
    with np.errstate(all="ignore"):
        A, X = W / rate, np.eye(len(W))
        for _ in range(_DOUBLINGS):
            added = A.T @ X @ A
            X = X + (added + added.T) / 2
            if not np.all(np.isfinite(X)) or np.abs(X).max() > _LARGEST:
                return None
            if np.abs(added).max() <= 2.0**-53 * np.abs(X).max():
                return X
            A = A @ A
    return None
