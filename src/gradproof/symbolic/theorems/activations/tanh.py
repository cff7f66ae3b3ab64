"""tanh: its derivative, the exact range of the derivative, and bounds of the next two derivatives.

The rest is that of :class:`~gradproof.symbolic.theorems.activations.sigmoidal.Sigmoid`.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.calculus import DEFINITION_OF_TANH
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language.expressions import ActivationValue
from gradproof.symbolic.theorems.activations.common import REAL, P, slope_bound
from gradproof.symbolic.theorems.activations.sigmoidal import Sigmoid

__all__ = [
    "tanh_bounds",
    "tanh_derivative",
    "tanh_derivative_range",
    "tanh_higher_derivatives",
    "tanh_slope_bound",
]

_ONE = sp.Integer(1)


def _as_exponentials(z: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return numerator and denominator of tanh z = (e^z − e^(−z)) / (e^z + e^(−z))."""
    return sp.exp(z) - sp.exp(-z), sp.exp(z) + sp.exp(-z)


_TANH = Sigmoid("tanh", DEFINITION_OF_TANH, _as_exponentials, lambda t: 1 - t**2, -_ONE, _ONE)


def tanh(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node tanh⁽ⁿ⁾(z)."""
    return _TANH(z, order)


@functools.cache
def tanh_derivative() -> Theorem:
    """Return tanh′(z) = 1 − tanh(z)² for every real z.

    >>> print(tanh_derivative())
    tanh′(z) = 1 − tanh(z)²
    """
    return _TANH.derivative()


@functools.cache
def tanh_bounds() -> tuple[Theorem, Theorem]:
    """Return −1 < tanh z and tanh z < 1 for every real z."""
    return _TANH.bounds()


@functools.cache
def tanh_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: tanh′ maps ℝ onto (0, 1], and is 1 at 0 only.

    0 < tanh′(z); tanh′(z) ≤ 1; tanh′(0) = 1; tanh′(z) < 1 for z > 0 and for z < 0; and every
    s = 1 − 1/(1 + p)² with p > 0, that is every s in (0, 1), is tanh′ of ½ log(1 + 2/p).

    >>> for theorem in tanh_derivative_range():
    ...     print(theorem)
    0 < tanh′(z)
    tanh′(z) ≤ 1
    tanh′(0) = 1
    tanh′(z) < 1
    tanh′(z) < 1
    tanh′(log(1 + 2/p)/2) = 1 − 1/(p + 1)²
    """
    return _TANH.derivative_range(_ONE, point=sp.log(1 + 2 / P) / 2, value=1 - 1 / (1 + P) ** 2)


@functools.cache
def tanh_slope_bound() -> Theorem:
    """Return |tanh′(z)| ≤ 1 for every real z, the form in which norms need it."""
    positive, at_most_one, *_ = tanh_derivative_range()
    return slope_bound("tanh_slope_bound", positive, at_most_one)


@functools.cache
def tanh_higher_derivatives() -> tuple[Theorem, ...]:
    """Return tanh″ and tanh‴ as polynomials in tanh, with (tanh″)² ≤ 16/27 and −2 ≤ tanh‴ ≤ 2/3.

    √(16/27) = 4/(3√3) ≈ 0.7698. The bounds are attained, at tanh² z = 1/3 and at z = 0 and
    tanh² z = 2/3.
    """
    t, slope = tanh(REAL), tanh(REAL, 1)
    return _TANH.higher_derivatives(
        (-2 * t * slope, -2 * t * (1 - t**2)),
        ((6 * t**2 - 2) * slope, (6 * t**2 - 2) * (1 - t**2)),
        square=sp.Rational(16, 27),
        upper=sp.Rational(2, 3),
        lower=sp.Integer(-2),
    )
