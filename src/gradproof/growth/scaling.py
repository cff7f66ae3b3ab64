"""Diagonal scalings: upper bounds of the growth of ∂h_n/∂h_0 that hold for all inputs.

For |φ′| ≤ γ and every diagonal S with positive entries ‖S Φ S⁻¹‖ ≤ (γ‖S W S⁻¹‖)ⁿ, in the 2-norm
and, the moduli of the entries being what they are, in the ∞-norm too (claims ``scaled_norm_upper``
and ``perron_upper``). log ‖e^P W e^{−P}‖ is convex in the diagonal P. A search finds S; what it
finds is verified afterwards and trusted for nothing.

The smooth function that is minimised is that of a Schatten norm, (1/2k) log Σ_j σ_j^{2k} for the
singular values σ_j of A = e^P W e^{−P}, with the derivative Σ_j w_j (u_ij² − v_ij²) by p_i for
w_j = σ_j^{2k}/Σ σ_l^{2k} and A = Σ σ_j u_j v_jᵀ. It is between log σ_1 and log σ_1 + (log d)/2k.

From there the method of centres goes on to the minimum: ‖S W S⁻¹‖² < t is F = tQ − WᵀQW positive
definite for Q = S² = diag(q), and at the analytic centre, where −log det F is least for a given t,
‖S W S⁻¹‖² is well below t. With Z = F⁻¹ the derivatives by q are −(t Z_ii − (WZWᵀ)_ii) and
(tZ)_ij Z_ij t − t (WZ)_ij² − t (WZ)_ji² + (WZWᵀ)_ij².
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import minimize

from gradproof.arrays import UNIT_ROUNDOFF, Array
from gradproof.spectral.verified import FLOOR, UP, verified_spectral_norm

__all__ = [
    "ScaledBound",
    "centred_scaling",
    "perron_scaling",
    "row_sum_bound",
    "scaled_bound",
    "schatten_scaling",
]

#: Exponents of the entries of S stay within this: beyond, the constant says nothing any more.
_LARGEST_EXPONENT = 20.0
_SCHATTEN = (4, 16, 64)
#: Each centre is found by a few steps, at t this part of the way from the last value to the last t.
_NEWTON_STEPS, _NEARER, _CENTRES = 4, 0.2, 60
#: The method ends where the gap between t and the value is this small, relatively.
_GAP = 1e-6


@dataclass(frozen=True)
class ScaledBound:
    """‖Φ‖ ≤ constant · rateⁿ for all inputs and all n, where |φ′| ≤ 1.

    Parameters
    ----------
    norm
        "2" or "∞": the norm in which S W S⁻¹ was bounded.
    scaling
        The diagonal of S, float64.
    rate, constant
        Rounded up.
    """

    norm: str
    scaling: Array
    rate: float
    constant: float


def scaled_bound(W: Array, scaling: Array, /) -> ScaledBound | None:
    """Return the bound by ‖S W S⁻¹‖₂, every rounding paid for; None where it can't be verified.

    fl(s_i w_ij/s_j) is off by 2u relative, 3u with what is of second order, so ‖S W S⁻¹‖ exceeds
    the norm of the computed matrix A by at most 3u ‖|A|‖₂ ≤ 3u √(‖A‖₁‖A‖_∞).
    """
    A = scaling[:, np.newaxis] * W / scaling[np.newaxis, :]
    found = verified_spectral_norm(A) if np.all(np.isfinite(A)) else None
    if found is None:
        return None
    modulus = np.abs(A)
    root = math.sqrt(modulus.sum(axis=1).max()) * math.sqrt(modulus.sum(axis=0).max())
    rate = (found.upper + 3 * UNIT_ROUNDOFF * root * UP + FLOOR) * (1 + 2**-50)
    return ScaledBound("2", scaling, rate, _condition(scaling))


def row_sum_bound(W: Array, scaling: Array, /) -> ScaledBound | None:
    """Return the bound by ‖S W S⁻¹‖_∞ = max_i s_i Σ_j |w_ij|/s_j; ‖Φ‖₂ ≤ √d ‖Φ‖_∞ at most."""
    with np.errstate(all="ignore"):
        rows = scaling * (np.abs(W) @ (1 / scaling))
    rate = float(rows.max()) * UP + FLOOR
    if not math.isfinite(rate):
        return None
    constant = _condition(scaling) * math.sqrt(len(W)) * (1 + 2**-51)
    return ScaledBound("∞", scaling, rate, constant)


def _condition(scaling: Array) -> float:
    """Return ‖S‖‖S⁻¹‖, rounded up; 1 exactly for a multiple of the identity."""
    largest, smallest = float(scaling.max()), float(scaling.min())
    return 1.0 if largest == smallest else math.nextafter(largest / smallest, math.inf)


def perron_scaling(W: Array, /) -> Array:
    """Return S with S|W|S⁻¹ of nearly equal row sums: 1/x for the Perron vector x of |W|."""
    modulus = np.abs(W)
    x = np.ones(len(W))
    for _ in range(200):
        x = modulus @ x + 1e-6 * x.max()
        x = np.clip(x / x.max(), math.exp(-_LARGEST_EXPONENT), None)
    return np.asarray(1 / x)


def schatten_scaling(W: Array, /) -> Array:
    """Return S that nearly minimises ‖S W S⁻¹‖₂, for any W."""
    size = len(W)
    if not W.any():
        return np.ones(size)
    matrix, p = _of_order_one(W), np.zeros(size)

    def objective(p: Array, k: int) -> tuple[float, Array]:
        scale = np.exp(p)
        U, values, Vt = np.linalg.svd(scale[:, np.newaxis] * matrix / scale[np.newaxis, :])
        if values[0] == 0:
            return 0.0, np.zeros(size)
        powers = (values / values[0]) ** (2 * k)
        weights = powers / powers.sum()
        gradient = np.square(U) @ weights - np.square(Vt.T) @ weights
        return math.log(values[0]) + math.log(powers.sum()) / (2 * k), gradient

    for k in _SCHATTEN:
        found = minimize(
            objective,
            p,
            args=(k,),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-_LARGEST_EXPONENT, _LARGEST_EXPONENT)] * size,
            options={"maxiter": 200},
        )
        p = found.x - found.x.mean()
    return np.asarray(np.exp(p - p.max()))


def centred_scaling(W: Array, scaling: Array, /) -> Array:
    """Return S that minimises ‖S W S⁻¹‖₂ nearly to 1e-6, for irreducible W, from a good S.

    >>> W = np.array([[0.0, 4.0], [0.25, 0.0]])
    >>> S = centred_scaling(W, np.array([1.0, 3.0]))
    >>> round(float(S[0] / S[1]), 3)
    0.25
    """
    if not W.any():
        return scaling
    W, q = _of_order_one(W), np.square(scaling / scaling.max())
    best, value = q, _squared_norm(W, q)
    if not value > 0:
        return scaling
    t = value * 1.05
    for _ in range(_CENTRES):
        for _ in range(_NEWTON_STEPS):
            found = _newton_step(W, q, t)
            if found is None:
                return np.asarray(np.sqrt(best))
            step, decrement = found
            q = q * (1 + step / (1 + decrement))
            if not q.min() > 0:
                return np.asarray(np.sqrt(best))
            q = q / q.max()
            if decrement < 0.5:
                break
        reached = _squared_norm(W, q)
        if reached < value:
            best, value = q, reached
        if t - reached < _GAP * reached:
            break
        t = reached + _NEARER * (t - reached)
    return np.asarray(np.sqrt(best))


def _of_order_one(W: Array) -> Array:
    """Return W over a power of two: sizes don't matter to a search, but squares may overflow."""
    return np.asarray(np.ldexp(W, -int(np.frexp(np.abs(W).max())[1])))


def _squared_norm(W: Array, q: Array) -> float:
    s = np.sqrt(q)
    norm = float(np.linalg.norm(s[:, np.newaxis] * W / s[np.newaxis, :], 2))
    return norm * norm


def _newton_step(W: Array, q: Array, t: float) -> tuple[Array, float] | None:
    """Return dq/q with Σ dq_i/q_i = 0, and Newton's decrement; None where F isn't definite."""
    size = len(q)
    try:
        Z = cho_solve(cho_factor(t * np.diag(q) - W.T @ (q[:, np.newaxis] * W)), np.eye(size))
        WZ = W @ Z
        WZW = WZ @ W.T
        gradient = -(t * Z.diagonal() - WZW.diagonal()) * q
        hessian = np.square(t * Z) - t * (np.square(WZ) + np.square(WZ).T) + np.square(WZW)
        hessian *= np.outer(q, q)
        # F is linear in q, so that its scale is no direction of descent: held by the second solve.
        factor = cho_factor(hessian + float(np.abs(hessian.diagonal()).mean()))
        ones = np.ones(size)
        descent, held = cho_solve(factor, gradient), cho_solve(factor, ones)
    except (LinAlgError, ValueError):
        return None
    step = -descent + held * (float(ones @ descent) / float(ones @ held))
    return step, math.sqrt(max(-float(gradient @ step), 0.0))
