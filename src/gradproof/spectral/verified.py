"""Singular values between two numbers at the speed of BLAS: verified Cholesky factorisation.

Let u = 2⁻⁵³ and γ_k = ku/(1 − ku). Products of matrices are conventional, in any order, with or
without fused multiply-add, so fl(AB) is off by at most γ_k |A||B| for inner products of k terms
(Higham 2002, (3.13)); so is a Cholesky factorisation, by γ_{n+1}|R|ᵀ|R| (Theorem 10.3).

**Positive definite.** If the Cholesky factorisation of a symmetric floating-point B of size n runs
to its end, λ_min(B) ≥ −α tr(B) with α = γ_{n+1}/(1 − γ_{n+1}): for B + E = RᵀR with
|E| ≤ γ_{n+1}|R|ᵀ|R|, so ‖E‖ ≤ γ_{n+1} tr(RᵀR) and tr(RᵀR) ≤ tr(B)/(1 − γ_{n+1}) (as Rump 2006,
"Verification of positive definiteness", argues). The code takes γ_{n+3}.

**σ_max(W) ≤ c.** Let G = fl(WᵀW) and B = fl((c² − δ)I − G). Then c²I − WᵀW is at least
B + δI less the rounding of the diagonal of B, at most 4uc², and ‖G − WᵀW‖ ≤ e. So σ_max(W) ≤ c if
the factorisation of B ends and δ ≥ α tr(B) + e + 4uc².

**σ_min(W) ≥ (1 − ‖I − RW‖)/‖R‖** for any R, by ‖v‖ ≤ ‖RWv‖ + ‖(I − RW)v‖.

Entries are scaled by a power of two to at most 1, the largest to at least ½. So c² ≥ ¼, and the
underflow of a product, at most 2⁻¹⁰⁷⁴ for each of d³ ≤ 2³⁹ operations, is far below the 2⁻¹⁰⁰⁰ that
is added. Lengths of vectors are computed after scaling by a power of two, so that no square
overflows and the largest isn't lost. An upper bound computed from positive numbers with N roundings
on its longest path is right up to the factor 1 + 2Nu for N ≤ 2³⁰; ``UP`` = 1 + 2⁻²⁰ covers
N ≤ 2³².
"""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import LinAlgError, cholesky
from scipy.sparse.linalg import ArpackError, eigsh

from gradproof.arrays import UNIT_ROUNDOFF, Array
from gradproof.spectral.bracket import Enclosure

__all__ = [
    "FLOOR",
    "LARGEST",
    "UP",
    "gamma",
    "scaled",
    "unscaled",
    "verified_positive_definite",
    "verified_smallest_singular_value",
    "verified_spectral_norm",
]

#: Beyond this size the count of operations that the head of this module makes would be wrong.
LARGEST = 2**13

UP = 1 + 2.0**-20
FLOOR = 2.0**-1000
_NEARLY_SUBNORMAL = 2.0**-1000
#: Below this size all eigenvalues of the Gram matrix cost less than a few by Lanczos.
_SMALL = 64
#: The error of an eigenvalue is of the order of the square of that of its vector.
_RESIDUAL = 1e-8


def gamma(k: int) -> float:
    """Return an upper bound of γ_k = ku/(1 − ku)."""
    return k * UNIT_ROUNDOFF / (1 - k * UNIT_ROUNDOFF) * UP


def verified_spectral_norm(W: Array, /) -> Enclosure | None:
    """Enclose σ_max(W) for float64 W of any shape; None where the factorisation doesn't end.

    The relative width is about d²u: 1e-11 for d = 256.

    >>> found = verified_spectral_norm(np.array([[3.0, 0.0], [4.0, 0.0]]))
    >>> found.lower <= 5 <= found.upper, found.upper - found.lower < 1e-13
    (True, True)
    """
    if W.shape[1] > LARGEST:
        return None
    matrix, exponent, lost = scaled(W)
    if not matrix.any():
        return Enclosure(0.0, 0.0)
    gram = matrix.T @ matrix
    gram = (gram + gram.T) / 2 if not np.array_equal(gram, gram.T) else gram
    top, vector = _largest_eigenpair(gram)
    upper = _norm_upper(matrix, gram, top)
    if upper is None:
        return None
    lower, _ = _stretch(matrix, vector)
    return unscaled(max(lower - lost, 0.0), (upper + lost) * (1 + 2**-52), exponent)


def verified_smallest_singular_value(W: Array, /) -> Enclosure | None:
    """Enclose σ_min(W) for square float64 W; None where no inverse is good enough.

    The relative width is about d²u cond(W).

    >>> found = verified_smallest_singular_value(np.array([[0.0, 3.0], [2.0, 0.0]]))
    >>> found.lower <= 2 <= found.upper, found.upper - found.lower < 1e-12
    (True, True)
    """
    matrix, exponent, lost = scaled(W)
    size = len(matrix)
    try:
        inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    if not np.all(np.isfinite(inverse)) or np.abs(inverse).max() > 2.0**500:
        return None
    bound = verified_spectral_norm(inverse)
    residual = np.abs(inverse @ matrix - np.eye(size))
    # One more rounding for the subtraction, relative to an entry of at most 1 + residual.
    error = gamma(size + 2) * (np.abs(inverse) @ np.abs(matrix) + 1.0) + FLOOR
    away = _two_norm_upper((residual + error) * UP)
    if bound is None or away >= 1:
        return None
    lower = (1 - away) * (1 - 2**-50) / bound.upper - lost
    # The vector that R shrinks least is the one that W shrinks most.
    _, vector = _largest_eigenpair(inverse @ inverse.T)
    # Entries are below 1, so σ_min(W) ≤ ‖W‖ ≤ d.
    upper = min(_stretch(matrix, vector)[1], float(size)) + lost
    return unscaled(max(lower, 0.0), upper * (1 + 2**-52), exponent)


def verified_positive_definite(B: Array, error: float, /) -> bool:
    """Whether every symmetric A with ‖A − B‖ ≤ error is proved to be positive definite.

    B is symmetric, its entries of the order of 1. With B′ = fl(B − δI), whose diagonal is off by at
    most 2u(|b_ii| + δ), and α as the head of this module says, λ_min(B) ≥ δ − 2u(max|b_ii| + δ) −
    α tr(B′); so λ_min(A) > 0 if δ exceeds error + 2u(max|b_ii| + δ) + α tr(B′).

    >>> verified_positive_definite(np.eye(2), 0.9), verified_positive_definite(np.eye(2), 1.0)
    (True, False)
    """
    size = len(B)
    if not (size <= 2 * LARGEST and np.all(np.isfinite(B)) and 0 <= error < math.inf):
        return False
    alpha = gamma(size + 3) / (1 - gamma(size + 3)) * UP
    diagonal = np.abs(B.diagonal())
    lost = 2 * UNIT_ROUNDOFF * float(diagonal.max()) + alpha * float(diagonal.sum())
    delta = (error + (lost * UP + FLOOR) * UP) * (1 + 2.0**-50)
    shifted = B.copy()
    shifted.flat[:: size + 1] -= delta
    return _factorises(shifted)


def scaled(W: Array) -> tuple[Array, int, float]:
    """Return (A, e, lost) with ‖W/2^e − A‖ ≤ lost and the largest |A_ij| in [½, 1), or 0."""
    matrix, exponent = _near_one(W)
    exact = np.array_equal(np.ldexp(matrix, exponent), W)
    return matrix, exponent, 0.0 if exact else FLOOR


def unscaled(lower: float, upper: float, exponent: int) -> Enclosure | None:
    """Return the enclosure times 2^exponent, rounded outward; None out of the range of float64."""
    try:
        low, high = math.ldexp(lower, exponent), math.ldexp(upper, exponent)
    except OverflowError:
        return None
    # Near the smallest normal number ldexp rounds.
    if low < _NEARLY_SUBNORMAL:
        low = math.nextafter(low, 0.0)
    if high < _NEARLY_SUBNORMAL:
        high = math.nextafter(high, math.inf)
    return Enclosure(low, high)


def _largest_eigenpair(gram: Array) -> tuple[float, Array]:
    """Return the largest eigenvalue of a symmetric matrix and its vector, in floating point."""
    size = len(gram)
    if size > _SMALL:
        try:
            start = np.random.default_rng(0).normal(size=size)
            values, vectors = eigsh(gram, k=1, which="LA", v0=start, tol=_RESIDUAL)
        except ArpackError:
            pass
        else:
            return float(values[0]), np.asarray(vectors[:, 0])
    # Asked for the last pair alone, LAPACK finds none at all for some clustered eigenvalues.
    values, vectors = np.linalg.eigh(gram)
    return float(values[-1]), np.asarray(vectors[:, -1])


def _norm_upper(A: Array, gram: Array, top: float) -> float | None:
    """Return c ≥ σ_max(A), near √top, for the computed Gram matrix of A."""
    rows, size = A.shape
    modulus = np.abs(A)
    row_sums, column_sums = modulus.sum(axis=1).max(), modulus.sum(axis=0).max()
    frobenius = float(np.sum(np.square(A)))
    moduli = min(row_sums * column_sums, frobenius) * UP
    # One rounding more for the mean of two triangles, where they differ.
    gram_error = gamma(rows + 1) * moduli * UP + FLOOR
    alpha = gamma(size + 3) / (1 - gamma(size + 3)) * UP
    gram_trace = float(np.trace(gram))
    for widening in (1.0, 4.0, 64.0, 2.0**12):
        square = top
        for _ in range(4):
            # Traces are sums of at most 2¹³ terms, each off by less than 4u of the square.
            trace = max(size * square - gram_trace, 0.0) * UP + size * square * 2.0**-38
            delta = (alpha * trace + gram_error + 4 * UNIT_ROUNDOFF * square) * UP
            if square > top + 1.5 * delta:
                break
            square = top * (1 + 2.0**-50) + (1 + widening) * delta * UP
        shifted = -gram
        shifted.flat[:: size + 1] += square - delta
        if _factorises(shifted):
            return math.nextafter(math.sqrt(square), math.inf)
    return None


def _factorises(symmetric: Array) -> bool:
    """Whether the Cholesky factorisation runs to its end."""
    try:
        factor = cholesky(symmetric, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return False
    return bool(np.all(np.isfinite(factor.diagonal())) and np.all(factor.diagonal() > 0))


def _stretch(A: Array, vector: Array) -> tuple[float, float]:
    """Return a lower and an upper bound of ‖Av‖/‖v‖; 0 and ∞ for a vector without a length."""
    rows, columns = A.shape
    if not np.any(vector):
        return 0.0, math.inf
    v, _ = _near_one(vector)
    image, size = _length(A @ v), _length(v)
    error = gamma(columns) * _length(np.abs(A) @ np.abs(v)) * UP + FLOOR
    # A computed length is off by γ_{n+2} relative: squares, sum and root.
    least = image / (1 + gamma(rows + 2)) - error
    most = image * (1 + gamma(rows + 2)) + error
    spread = 1 + gamma(columns + 2)
    return max(least / (size * spread), 0.0) * (1 - 2**-50), most / (size / spread) * (1 + 2**-50)


def _length(vector: Array) -> float:
    """Return ‖v‖."""
    v, exponent = _near_one(vector)
    return math.ldexp(float(np.linalg.norm(v)), exponent)


def _near_one(array: Array) -> tuple[Array, int]:
    """Return (A, e) with array = 2^e A but for underflow, the largest |A_ij| in [½, 1), or 0."""
    exponent = int(np.frexp(np.max(np.abs(array)))[1])
    return np.ldexp(array, -exponent), exponent


def _two_norm_upper(nonnegative: Array) -> float:
    """Return an upper bound of ‖M‖₂ ≤ √(‖M‖₁‖M‖_∞) for a matrix without negative entries."""
    rows, columns = nonnegative.sum(axis=1).max(), nonnegative.sum(axis=0).max()
    return float(math.sqrt(rows * columns) * UP)
