"""The numerical radius w(W) = max |v*Wv|/(v*v): the sector certificate without scaling.

w(W) = max over θ of λ_max(Re e^{iθ}W), and ρ(W) ≤ w(W) ≤ ‖W‖ ≤ 2w(W) (HornJohnson1991, §1.5). If
M(r) of :mod:`gradproof.growth.sector` is positive semidefinite for [0, 1] and T = I, its form at
(v, rz̄v), |z| = 1, is 2r²v*v − 2r Re(z v*Wv) ≥ 0, so w(W) ≤ r; and the least r is w(W) (Ando 1973).
From below any v will do: v*Wv, for v = a + ib and s = |a| + |b|, is off by at most γ_{2d+4} sᵀ|W|s
in its real and in its imaginary part.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize_scalar

from gradproof.arrays import Array, as_square_matrix
from gradproof.errors import EnclosureError
from gradproof.growth.sector_search import search_sector_bound
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.verified import FLOOR, UP, gamma, scaled, unscaled

__all__ = ["enclose_numerical_radius"]

#: Directions in [0, π] that are looked at before the best one is refined.
_DIRECTIONS = 24
#: More than the bisection needs, for any size.
_SECONDS = 600.0


def enclose_numerical_radius(W: Array, /) -> Enclosure:
    """Enclose w(W) for a real square float64 matrix, to about 1e-6 relative.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If ``W`` is no real square matrix.
    EnclosureError
        If no certificate is verified.

    >>> found = enclose_numerical_radius(np.array([[0.0, 1.0], [0.0, 0.0]]))
    >>> found.lower <= 0.5 <= found.upper < 0.500002
    True
    """
    matrix, exponent, lost = scaled(as_square_matrix(W, "W"))
    if not matrix.any():
        return Enclosure(0.0, 0.0)
    lower = _field_value(matrix)
    found = search_sector_bound(
        matrix, np.zeros(len(matrix)), lower=0.0, upper=1.0, seconds=_SECONDS, optimise=False
    )
    ends = None
    if found is not None:
        ends = unscaled(max(lower - lost, 0.0), (found.rate + lost) * (1 + 2.0**-52), exponent)
    if ends is None:
        raise EnclosureError("W", "has a numerical radius that isn't verified", "rescale it")
    return ends


def _field_value(W: Array) -> float:
    """Return a lower bound of max |v*Wv|/(v*v)."""

    def top(θ: float) -> float:
        return -float(np.linalg.eigvalsh(_hermitian(W, θ))[-1])

    angles = np.linspace(0, math.pi, _DIRECTIONS + 1)
    best = float(angles[int(np.argmin([top(θ) for θ in angles]))])
    spread = math.pi / _DIRECTIONS
    θ = float(minimize_scalar(top, bounds=(best - spread, best + spread), method="bounded").x)
    return max(_rayleigh(W, np.linalg.eigh(_hermitian(W, t))[1][:, -1]) for t in (θ, best))


def _hermitian(W: Array, θ: float) -> Array:
    rotated = np.exp(1j * θ) * W
    return np.asarray((rotated + rotated.conj().T) / 2)


def _rayleigh(W: Array, v: Array) -> float:
    a, b = np.ascontiguousarray(v.real), np.ascontiguousarray(v.imag)
    real, imaginary = a @ (W @ a) + b @ (W @ b), a @ (W @ b) - b @ (W @ a)
    s = np.abs(a) + np.abs(b)
    error = 2 * gamma(2 * len(W) + 4) * float(s @ (np.abs(W) @ s)) * UP + FLOOR
    square = (float(a @ a) + float(b @ b)) * (1 + 2 * gamma(len(W) + 2))
    return max(math.hypot(real, imaginary) * (1 - 2.0**-50) - error, 0.0) / square * (1 - 2.0**-50)
