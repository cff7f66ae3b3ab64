"""The sector certificate: a decay for all slopes in [α, β], shown by two matrices.

Let X be symmetric and positive definite, T diagonal with entries t_i ≥ 0, r > 0, and

    M(r) = [[r²X + 2αβ WᵀTW, −(α+β)WᵀT], [−(α+β)TW, 2T − X]]  positive semidefinite.

Then ‖D_n W ⋯ D_1 W‖ ≤ √(λ_max(X)/λ_min(X)) · rⁿ for all diagonal D_k with entries in [α, β]. For
y = DWx and v = Wx the form of M(r) at (x, y) is

    r²xᵀXx − yᵀXy + 2 Σ t_i (y_i − αv_i)(y_i − βv_i),

every term of the sum is ≤ 0, since y_i = D_ii v_i lies between αv_i and βv_i, and so
yᵀXy ≤ r²xᵀXx. For α = β no T is needed: y = βWx, and r²X − β²WᵀXW has to be positive semidefinite.
(The S-procedure for a sector, as in the circle criterion; claim ``sector_upper`` is
[α, β] = [0, 1].) The diagonal scaling of :mod:`gradproof.growth.scaling` is the case X = T.

What a search finds is verified: with S of powers of two, which is exact, S⁻¹M(r)S⁻¹ has entries of
the order of 1, its rounding is bounded, and it is positive definite by a verified Cholesky
factorisation (:mod:`gradproof.spectral.verified`). The computed entries are off by at most
5u r²|X| + 2|αβ| γ_{d+5} |W|ᵀT|W| + 6u|α+β| T|W| + 2u|2T − X|, by counting the roundings; for α = β
see :mod:`gradproof.spectral.lyapunov`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigvalsh

from gradproof.arrays import UNIT_ROUNDOFF, Array
from gradproof.spectral.lyapunov import exact_scaling, lyapunov_residual
from gradproof.spectral.verified import (
    FLOOR,
    UP,
    gamma,
    verified_positive_definite,
    verified_spectral_norm,
)

__all__ = ["SectorBound", "sector_bound"]

#: Beyond this a constant isn't worth its care with overflow.
_LARGEST_CONSTANT = 2.0**500


@dataclass(frozen=True)
class SectorBound:
    """‖Φ‖ ≤ constant · rateⁿ for all slopes in [lower, upper] and all n.

    Parameters
    ----------
    lower, upper
        α and β.
    form
        X, shape (d, d).
    multipliers
        The diagonal of T, shape (d,).
    rate, constant
        Rounded up.
    """

    lower: float
    upper: float
    form: Array
    multipliers: Array
    rate: float
    constant: float


def sector_bound(
    W: Array, form: Array, multipliers: Array, rate: float, /, *, lower: float, upper: float
) -> SectorBound | None:
    """Return the bound that (X, T, r) proves; None where they prove nothing.

    >>> sector_bound(np.array([[0.5]]), np.eye(1), np.ones(1), 0.51, lower=0, upper=1).constant
    1.0
    """
    usable = np.all(np.isfinite(form)) and np.all(np.isfinite(multipliers))
    if not (usable and np.all(multipliers > 0) and 0 < rate < math.inf):
        return None
    symmetric = (form + form.T) / 2
    graded = symmetric.diagonal() if lower == upper else multipliers
    exact = exact_scaling(W, symmetric, graded)
    if exact is None:
        return None
    A, X, scale = exact
    # (W, r) and (W/2^e, r/2^e) are certified alike.
    r, exponent = math.frexp(rate)
    scaled = np.ldexp(A, -exponent)
    if not np.array_equal(np.ldexp(scaled, exponent), A):
        return None
    if lower == upper:
        found = lyapunov_residual(scaled, X, r, upper)
    else:
        found = _sector_matrix(scaled, X, multipliers / scale / scale, r, lower, upper)
    if found is None or not verified_positive_definite(*found):
        return None
    constant = _condition(symmetric, X, scale)
    if constant is None:
        return None
    return SectorBound(lower, upper, symmetric, multipliers, rate, constant)


def _sector_matrix(
    A: Array, X: Array, t: Array, rate: float, lower: float, upper: float
) -> tuple[Array, float] | None:
    """Return fl(M(r)) and a bound of its distance from M(r), in the 2-norm."""
    size = len(A)
    both, twice = lower + upper, 2 * lower * upper
    M = np.zeros((2 * size, 2 * size))
    M[:size, :size] = rate * rate * X
    M[size:, size:] = np.diag(2 * t) - X
    M[size:, :size] = -both * (t[:, np.newaxis] * A)
    M[:size, size:] = M[size:, :size].T
    error = np.zeros_like(M)
    error[:size, :size] = 5 * UNIT_ROUNDOFF * np.abs(M[:size, :size])
    error[size:, :size] = 6 * UNIT_ROUNDOFF * np.abs(M[size:, :size])
    error[:size, size:] = error[size:, :size].T
    error[size:, size:] = 2 * UNIT_ROUNDOFF * np.abs(M[size:, size:])
    if twice:
        product = A.T @ (t[:, np.newaxis] * A)
        M[:size, :size] += twice * (product + product.T) / 2
        moduli = np.abs(A).T @ (t[:, np.newaxis] * np.abs(A))
        error[:size, :size] += (gamma(size + 5) + 2 * UNIT_ROUNDOFF) * abs(twice) * moduli
        error[:size, :size] += 2 * UNIT_ROUNDOFF * np.abs(M[:size, :size])
    if not np.all(np.isfinite(M)):
        return None
    return M, float(error.sum(axis=1).max()) * UP + FLOOR


def _condition(form: Array, X: Array, scale: Array) -> float | None:
    """Return an upper bound of √(λ_max/λ_min) of the form S X S, S = diag(scale)."""
    if not np.any(form - np.diag(form.diagonal())):
        values = form.diagonal()
        if not values.min() > 0:
            return None
        return (
            float(np.sqrt(values.max() / values.min())) * (1 + 2**-50)
            if (values.max() > values.min())
            else 1.0
        )
    largest = verified_spectral_norm(form)
    with np.errstate(all="ignore"):
        inverse = np.linalg.inv(X) / scale[:, np.newaxis] / scale[np.newaxis, :]
        estimate = 1 / float(eigvalsh(inverse).max()) if np.all(np.isfinite(inverse)) else 0.0
    if largest is None or not 0 < estimate < math.inf:
        return None
    for shrunk in (1 - 1e-9, 1 - 1e-3, 0.5):
        least = estimate * shrunk
        # λ_min(form) ≥ least if S⁻¹(form − least·I)S⁻¹ = X − least·S⁻² is positive semidefinite.
        shifted = X.copy()
        shift = least / scale / scale
        shifted.flat[:: len(X) + 1] -= shift
        error = 2 * UNIT_ROUNDOFF * float(np.max(np.abs(X.diagonal()) + shift)) * UP
        if np.all(np.isfinite(shifted)) and verified_positive_definite(shifted, error):
            constant = math.sqrt(largest.upper / least) * (1 + 2.0**-50)
            return constant if constant < _LARGEST_CONSTANT else None
    return None
