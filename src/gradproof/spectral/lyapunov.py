"""The spectral radius on one side of a number, by a quadratic form: for large defective matrices.

**Above.** If X and r²X − WᵀXW are positive definite, xᵀWᵀXWx < r²xᵀXx for x ≠ 0, so ρ(W) < r and
‖Wⁿ‖ ≤ √(λ_max(X)/λ_min(X)) rⁿ (claim ``lyapunov_upper``). X = Σ (Wᵀ)^k W^k r^{−2k} solves
r²X − WᵀXW = r²I; Smith doubling sums it: X ← X + AᵀXA, A ← A².

**Below.** If P is symmetric, r²P − WᵀPW positive definite and xᵀPx < 0 for some x, then ρ(W) > r
(claim ``stein_lower`` with −P). P solves r²P − WᵀPW = r²I, which has a solution unless two
eigenvalues have the product r²; it isn't positive definite if an eigenvalue exceeds r in modulus.

Both are verified afterwards: powers of two scale the diagonal of the form to the order of 1,
exactly; the rounding of fl(r²X − WᵀXW) is at most 5u r²|X| + γ_{2d+6}|W|ᵀ|X||W| + 2u|r²X − WᵀXW|;
and then as :mod:`gradproof.spectral.verified` says.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
from scipy.linalg import LinAlgError, eigh, solve_discrete_lyapunov

from gradproof.arrays import UNIT_ROUNDOFF, Array
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.spectra import spectral_radius
from gradproof.spectral.verified import FLOOR, UP, gamma, scaled, unscaled
from gradproof.spectral.verified import verified_positive_definite as positive_definite

__all__ = ["exact_scaling", "lyapunov_form", "lyapunov_residual", "verified_radius_by_forms"]

#: Relative distances from the computed radius that are tried, the closest first.
_GAPS = tuple(4.0**-k for k in range(12, 0, -1))
_DOUBLINGS = 60
#: Beyond this a form isn't worth its care with overflow.
_LARGEST = 2.0**500


def verified_radius_by_forms(W: Array, /) -> Enclosure | None:
    """Enclose ρ(W) for float64 W; None where no form is verified.

    The width grows with the size of the largest Jordan block: it is what is left of half the digits
    divided among the block.

    >>> W = np.array([[0.5, 1.0], [0.0, 0.5]])
    >>> found = verified_radius_by_forms(W)
    >>> found.contains(0.5), found.upper - found.lower < 1e-2
    (True, True)
    """
    matrix, exponent, lost = scaled(W)
    if lost or not matrix.any():
        return None if lost else Enclosure(0.0, 0.0)
    radius = spectral_radius(matrix)
    above = [radius * (1 + gap) for gap in _GAPS] + [2.0**-k for k in range(20, -1, -4)]
    upper = next((r for r in above if r > radius and _is_below(matrix, r)), None)
    lower = next((r for g in _GAPS if _is_above(matrix, r := radius * (1 - g))), 0.0)
    return None if upper is None else unscaled(lower, upper, exponent)


def _is_below(W: Array, r: float) -> bool:
    """Whether ρ(W) < r is verified."""
    form = lyapunov_form(W, r)
    return form is not None and _verified(W, form, r, definite=True)


def _is_above(W: Array, r: float) -> bool:
    """Whether ρ(W) > r is verified."""
    try:
        # Whatever the solver warns of, its result is verified.
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            P = solve_discrete_lyapunov((W / r).T, np.eye(len(W)))
    except (LinAlgError, ValueError, ZeroDivisionError):
        return False
    P = (P + P.T) / 2
    if not np.all(np.isfinite(P)) or np.abs(P).max() > _LARGEST:
        return False
    return _verified(W, P, r, definite=False)


def lyapunov_form(W: Array, r: float, /) -> Array | None:
    """Return X = Σ (Wᵀ)^k W^k r^{−2k} in floating point; None where it grows too large.

    >>> lyapunov_form(np.array([[0.5]]), 1.0).round(6).tolist()
    [[1.333333]]
    """
    if not 0 < r < math.inf:
        return None
    with np.errstate(all="ignore"):
        A, X = W / r, np.eye(len(W))
        for _ in range(_DOUBLINGS):
            added = A.T @ X @ A
            X = X + (added + added.T) / 2
            if not np.all(np.isfinite(X)) or np.abs(X).max() > _LARGEST:
                return None
            if np.abs(added).max() <= 2.0**-53 * np.abs(X).max():
                return X
            A = A @ A
    return None


def _verified(W: Array, form: Array, r: float, *, definite: bool) -> bool:
    found = exact_scaling(W, form, np.abs(form.diagonal()))
    if found is None:
        return False
    A, X, _ = found
    residual = lyapunov_residual(A, X, r, 1.0)
    if residual is None or not positive_definite(*residual):
        return False
    if definite:
        return positive_definite(X, 0.0)
    try:
        value, vectors = eigh(X, subset_by_index=[0, 0])
    except LinAlgError:
        return False
    if not value.size:
        return False
    x = vectors[:, 0]
    size = np.abs(x)
    error = 2 * gamma(2 * len(x) + 2) * float(size @ (np.abs(X) @ size)) * UP + FLOOR
    return float(x @ (X @ x)) < -error


def exact_scaling(W: Array, form: Array, graded: Array, /) -> tuple[Array, Array, Array] | None:
    """Return (SWS⁻¹, S⁻¹XS⁻¹, diag S), S of powers of two near √graded; None unless exact.

    >>> A, X, s = exact_scaling(np.eye(1), np.array([[16.0]]), np.array([16.0]))
    >>> X.tolist(), s.tolist()
    ([[1.0]], [4.0])
    """
    if not (np.all(graded > 0) and np.all(np.isfinite(form))):
        return None
    with np.errstate(all="ignore"):
        scale = np.ldexp(1.0, np.frexp(graded)[1] // 2)
        X = form / scale[:, np.newaxis] / scale[np.newaxis, :]
        A = W * scale[:, np.newaxis] / scale[np.newaxis, :]
        # Powers of two are exact but for an underflow.
        exact = np.array_equal(X * scale[:, np.newaxis] * scale[np.newaxis, :], form)
        exact &= np.array_equal(A / scale[:, np.newaxis] * scale[np.newaxis, :], W)
    return (A, X, scale) if exact and np.all(np.isfinite(A)) else None


def lyapunov_residual(A: Array, X: Array, r: float, slope: float, /) -> tuple[Array, float] | None:
    """Return fl(r²X − β²AᵀXA), β = slope, and a bound of its distance from it in the 2-norm.

    >>> lyapunov_residual(np.array([[0.5]]), np.eye(1), 1.0, 1.0)[0].tolist()
    [[0.75]]
    """
    image = slope * slope * (A.T @ X @ A)
    M = r * r * X - (image + image.T) / 2
    moduli = slope * slope * (np.abs(A).T @ np.abs(X) @ np.abs(A))
    error = 5 * UNIT_ROUNDOFF * r * r * np.abs(X) + gamma(2 * len(A) + 6) * moduli
    error += 2 * UNIT_ROUNDOFF * np.abs(M)
    if not np.all(np.isfinite(M)):
        return None
    return M, float(error.sum(axis=1).max()) * UP + FLOOR
