"""All eigenvalues of a large matrix in discs, by a diagonalisation that is verified afterwards.

Let X be approximate eigenvectors of W, D = diag(λ) approximate eigenvalues, and R ≈ X⁻¹, all from
LAPACK and trusted for nothing. With F = I − RX and ‖F‖_∞ = α < 1, X is invertible and

    X⁻¹WX = D + E,   E = X⁻¹(WX − XD) = (I − F)⁻¹ R(WX − XD),

and since (I − F)⁻¹ = I + F(I − F)⁻¹, row i of |E| sums to at most

    r_i = m_i + f_i μ/(1 − α),   m_i, f_i the row sums of |R(WX − XD)| and |F|, μ = max m_i.

Every eigenvalue of W lies in one of the discs |z − λ_i| ≤ r_i, and a connected set of k discs that
meets no other contains exactly k eigenvalues (Gershgorin; HornJohnson2013, Theorem 6.1.1). So
ρ(W) ≤ max(|λ_i| + r_i), and ρ(W) ≥ min(|λ_i| − r_i) over each connected set.

W is real; complex products are taken apart into real ones, |z| ≤ |Re z| + |Im z|. The error model
and the notation are those of :mod:`gradproof.spectral.verified`. The discs are as wide as the
condition of X times d u ‖W‖: for defective W they show nothing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import matrix_balance

from gradproof.arrays import Array
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.verified import FLOOR, UP, gamma, scaled, unscaled

__all__ = ["verified_spectral_radius"]

Complex = NDArray[np.complex128]

#: Discs that are wider than this, relative to ρ(W), aren't worth a verdict.
WIDEST = 1e-3


def verified_spectral_radius(W: Array, /) -> Enclosure | None:
    """Enclose ρ(W) for square float64 W; None where the discs are too wide to say anything.

    >>> found = verified_spectral_radius(np.array([[1.0, 1.0], [1.0, 0.0]]))
    >>> found.contains(1.618033988749895), found.upper - found.lower < 1e-13
    (True, True)
    """
    matrix, exponent, lost = scaled(_balanced(W))
    if not matrix.any():
        return Enclosure(0.0, 0.0)
    if lost:
        return None
    found = _discs(matrix)
    if found is None:
        return None
    centres, radii = found
    moduli = np.abs(centres)
    upper = float(np.max((moduli + radii) * UP_ONCE))
    lower = _largest_component(centres, np.maximum(moduli * DOWN_ONCE - radii, 0.0), radii)
    if upper - lower > WIDEST * upper:
        return None
    return unscaled(lower * DOWN_ONCE, upper, exponent)


#: A modulus and a sum are off by less than 4u.
UP_ONCE, DOWN_ONCE = 1 + 2.0**-50, 1 - 2.0**-50


def _balanced(W: Array) -> Array:
    """Return S⁻¹WS for a diagonal S of powers of two where that is exact, else W."""
    with np.errstate(all="ignore"):
        _, (scale, _) = matrix_balance(W, permute=False, separate=True)
        ratio = scale[np.newaxis, :] / scale[:, np.newaxis]
        similar = W * ratio
        exact = (
            np.all(np.frexp(scale)[0] == 0.5)
            and np.all(np.isfinite(similar))
            and np.array_equal(similar / ratio, W)
        )
    return np.asarray(similar) if exact else W


def _discs(W: Array) -> tuple[Complex, Array] | None:
    """Return centres and radii of discs that contain all eigenvalues, as the head says."""
    size = len(W)
    try:
        centres, X = np.linalg.eig(W)
        centres, X = centres.astype(np.complex128), X.astype(np.complex128)
        R = np.linalg.inv(X)
    except np.linalg.LinAlgError:
        return None
    if not (np.all(np.isfinite(R)) and np.abs(R).max() < 2.0**500):
        return None
    ones = np.ones(size)
    X1, R1, D1 = _moduli(X), _moduli(R), np.abs(centres.real) + np.abs(centres.imag)
    # WX − XD entry by entry, and the row sums of what it is off by.
    real = W @ X.real - (X.real * centres.real - X.imag * centres.imag)
    imaginary = W @ X.imag - (X.real * centres.imag + X.imag * centres.real)
    Q1 = np.abs(real) + np.abs(imaginary)
    Q_off = gamma(size + 4) * (np.abs(W) @ (X1 @ ones) + X1 @ D1) * UP + FLOOR
    RQ_real = R.real @ real - R.imag @ imaginary
    RQ_imaginary = R.real @ imaginary + R.imag @ real
    m = (np.abs(RQ_real) + np.abs(RQ_imaginary)) @ ones
    m = (m + gamma(2 * size + 4) * (R1 @ (Q1 @ ones)) + R1 @ Q_off) * UP + FLOOR
    F_real = R.real @ X.real - R.imag @ X.imag - np.eye(size)
    F_imaginary = R.real @ X.imag + R.imag @ X.real
    f = (np.abs(F_real) + np.abs(F_imaginary)) @ ones
    f = (f + gamma(2 * size + 5) * (R1 @ (X1 @ ones) + 1.0)) * UP + FLOOR
    alpha = float(f.max())
    if not alpha < 0.5:
        return None
    radii = (m + f * (float(m.max()) / (1 - alpha) * UP)) * UP
    return centres, radii


def _moduli(A: Complex) -> Array:
    return np.asarray(np.abs(A.real) + np.abs(A.imag))


def _largest_component(centres: Complex, lower: Array, radii: Array) -> float:
    """Return the largest, over connected sets of discs, of the least of their lower bounds."""
    best, left = 0.0, set(range(len(centres)))
    for first in np.argsort(-lower):
        if int(first) not in left or lower[first] <= best:
            continue
        component, waiting = {int(first)}, [int(first)]
        while waiting:
            i = waiting.pop()
            distance = np.abs(centres - centres[i]) * DOWN_ONCE
            meeting = np.flatnonzero(distance <= (radii + radii[i]) * UP_ONCE)
            fresh = set(map(int, meeting)) - component
            component |= fresh
            waiting += fresh
        left -= component
        best = max(best, float(min(lower[list(component)])))
    return math.nextafter(best, 0.0)
