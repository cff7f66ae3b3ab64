"""Spectral quantities and norms of powers in floating point: fast, and without an error bound.

The rigorous counterparts are in :mod:`gradproof.spectral.enclosures` and
:mod:`gradproof.spectral.exact`.

Two numbers describe how powers of W behave. ρ(W) is the rate in the long run: ‖Wⁿ‖^{1/n} → ρ(W)
(Gelfand; HornJohnson2013, Corollary 5.6.14). ‖W‖ is the rate of the first step. They agree for
normal W, and Henrici's departure from normality measures how far W is from that case.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import schur, svdvals

from gradproof.arrays import Array, as_index, as_square_matrix
from gradproof.errors import OutOfRangeError
from gradproof.spectral.rationals import as_rational_matrix, integer_matrix

__all__ = [
    "departure_from_normality",
    "gelfand_estimates",
    "log_power_norms",
    "power_norms",
    "smallest_singular_value",
    "spectral_norm",
    "spectral_radius",
]


def spectral_radius(W: ArrayLike, /) -> float:
    """Return ρ(W) = max|λ| over the eigenvalues λ of W.

    Notes
    -----
    The computed eigenvalues are those of W + E with ‖E‖ of the order u‖W‖, u = 2⁻⁵³. If W is
    defective that may move them by about (u‖W‖)^{1/k}, k the size of the largest Jordan block.

    >>> round(spectral_radius([[0, -2], [2, 0]]), 12)
    2.0
    """
    scaled, exponent = _scaled(as_square_matrix(W, "W"))
    return _unscaled(float(np.max(np.abs(np.linalg.eigvals(scaled)))), exponent)


def spectral_norm(W: ArrayLike, /) -> float:
    """Return ‖W‖ = σ_max(W), the operator 2-norm.

    >>> round(spectral_norm([[0, 3], [0, 0]]), 12)
    3.0
    """
    scaled, exponent = _scaled(as_square_matrix(W, "W"))
    return _unscaled(float(svdvals(scaled)[0]), exponent)


def smallest_singular_value(W: ArrayLike, /) -> float:
    """Return σ_min(W) = min‖Wv‖/‖v‖; its error is of the order u‖W‖, not uσ_min(W).

    >>> round(smallest_singular_value([[0, 3], [2, 0]]), 12)
    2.0
    """
    scaled, exponent = _scaled(as_square_matrix(W, "W"))
    return _unscaled(float(svdvals(scaled)[-1]), exponent)


def departure_from_normality(W: ArrayLike, /) -> float:
    """Return Henrici's (‖W‖_F² − Σ|λ|²)^{1/2}, which is 0 exactly for normal W.

    Notes
    -----
    With the Schur form W = Q(D + U)Q*, U strictly upper triangular, ‖W‖_F² = ‖D‖_F² + ‖U‖_F² as Q
    is unitary. So the departure is ‖U‖_F, which involves no subtraction of nearly equal numbers.

    >>> round(departure_from_normality([[0.5, 3], [0, 0.5]]), 12)
    3.0
    """
    scaled, exponent = _scaled(as_square_matrix(W, "W"))
    triangular, _ = schur(scaled, output="complex")
    return _unscaled(float(np.linalg.norm(np.triu(triangular, 1))), exponent)


def log_power_norms(W: ArrayLike, n: int, /) -> Array:
    """Return log‖W^k‖ for k = 0, …, n, shape (n + 1,); −∞ where the power is exactly zero.

    Raises
    ------
    OutOfRangeError
        If n < 0, or scaling W loses digits of an entry 2¹⁵²⁰ times smaller than the largest.

    Notes
    -----
    The running power is rescaled by a power of two at each step, which is exact, and the exponents
    are summed as integers: no n makes it overflow or underflow. The largest entries of W and of the
    running power are kept below 2⁵⁰⁰, so that a product stays below d·2¹⁰⁰⁰, and only what is
    2¹⁵⁷⁴ times smaller than the largest entry is lost. Where nothing is left, the power is computed
    exactly: it is zero, or what was lost goes on alone.

    >>> log_power_norms([[0.5]], 2).round(8)
    array([ 0.        , -0.69314718, -1.38629436])
    >>> log_power_norms([[0, 1], [0, 0]], 2).round(8)
    array([  0.,   0., -inf])
    """
    matrix = as_square_matrix(W, "W")
    count = as_index(n, "n") + 1
    factor, factor_exponent = _scaled(matrix, top=_TOP)
    if not np.array_equal(np.ldexp(factor, factor_exponent), matrix):
        problem = "has non-zero entries whose ratio exceeds 2**1520"
        raise OutOfRangeError("W", problem, "set the smallest to zero or rescale the coordinates")
    d = matrix.shape[0]
    logs = np.full(count, -math.inf)
    power, exponent = _scaled(np.eye(d), top=_TOP)
    vanished = False
    # One stacked decomposition of 256 powers costs a fraction of 256 single ones.
    for first in range(0, count, _STACK):
        stack = np.zeros((min(_STACK, count - first), d, d))
        exponents = np.zeros(len(stack))
        for i in range(len(stack)):
            stack[i], exponents[i] = power, exponent
            power, shift = _scaled(factor @ power, top=_TOP)
            exponent += factor_exponent + shift
            if not vanished and not power.any():
                power, exponent = _exact_power(matrix, first + i + 1)
                vanished = not power.any()
        norms = np.linalg.norm(stack, 2, axis=(1, 2))
        alive = np.flatnonzero(norms)
        fractions, shifts = np.frexp(norms[alive])
        logs[first + alive] = np.log(fractions) + (exponents[alive] + shifts) * math.log(2.0)
    return logs


_TOP = 500
_STACK = 256


def _exact_power(W: Array, k: int) -> tuple[Array, int]:
    """Return W^k as ``_scaled`` does, from integers; zero where the places of zeros say so."""
    reached = np.eye(len(W))
    step, remaining = (W != 0).astype(float), k
    while remaining:
        if remaining % 2:
            reached = np.minimum(reached @ step, 1.0)
        step, remaining = np.minimum(step @ step, 1.0), remaining // 2
    if not reached.any():
        return np.zeros_like(W), 0
    integers, scale = integer_matrix(as_rational_matrix(W, "W"))
    entries = [[int(entry) for entry in row] for row in (integers**k).tolist()]
    bits = max(abs(entry).bit_length() for row in entries for entry in row)
    if bits == 0:
        return np.zeros_like(W), 0
    mantissas = np.array([[float(Fraction(entry, 2**bits)) for entry in row] for row in entries])
    numerator, denominator = scale.numerator**k, scale.denominator**k
    shift = numerator.bit_length() - denominator.bit_length()
    ratio = float(Fraction(numerator, denominator) / Fraction(2) ** shift)
    power, exponent = _scaled(mantissas * ratio, top=_TOP)
    return power, exponent + bits + shift


def power_norms(W: ArrayLike, n: int, /) -> Array:
    """Return ‖W^k‖ for k = 0, …, n, shape (n + 1,); 0 or ∞ outside the range of float64.

    >>> power_norms([[0.5, 0], [0, 0.25]], 2).round(12)
    array([1.  , 0.5 , 0.25])
    """
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.exp(log_power_norms(W, n)))


def gelfand_estimates(W: ArrayLike, n: int, /) -> Array:
    """Return ‖W^k‖^{1/k} for k = 1, …, n, shape (n,): upper bounds of ρ(W) that converge to it.

    >>> gelfand_estimates([[0, 4], [1, 0]], 4).round(3)
    array([4.  , 2.  , 2.52, 2.  ])
    """
    count = as_index(n, "n", least=1)
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(log_power_norms(W, count)[1:] / np.arange(1, count + 1)))


def _scaled(W: Array, *, top: int = 0) -> tuple[Array, int]:
    """Return (A, e) with W = 2^e A and the largest |A_ij| in [2^(top−1), 2^top), or W = A = 0."""
    exponent = int(np.frexp(np.max(np.abs(W)))[1]) - top
    return np.ldexp(W, -exponent), exponent


def _unscaled(value: float, exponent: int) -> float:
    """Return value·2^exponent, ∞ where float64 can't hold it."""
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.inf
