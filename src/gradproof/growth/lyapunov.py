"""Powers of one matrix: the certificate for slopes that are all the same number.

The bound of :mod:`gradproof.spectral.lyapunov` for ‖Wⁿ‖, as a sector certificate with α = β = 1.
"""

from __future__ import annotations

import numpy as np

from gradproof.arrays import Array
from gradproof.growth.sector import SectorBound, sector_bound
from gradproof.spectral.lyapunov import lyapunov_form
from gradproof.spectral.spectra import spectral_radius

__all__ = ["lyapunov_bound"]

#: The rate is ρ(W)(1 + gap), the least gap that can be verified.
_GAPS = (2.0**-20, 2.0**-14, 2.0**-10, 2.0**-7, 2.0**-4, 1.0)


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
        form = lyapunov_form(W, rate)
        if form is None:
            continue
        found = sector_bound(W, form, np.ones(len(W)), rate, lower=1.0, upper=1.0)
        if found is not None:
            return found
    return None
