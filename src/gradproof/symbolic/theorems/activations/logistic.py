"""The logistic function: its derivative, the exact range of the derivative, and two more.

The rest is that of :class:`~gradproof.symbolic.theorems.activations.sigmoidal.Sigmoid`.
"""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.activation_laws import DEFINITION_OF_LOGISTIC
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language.expressions import ActivationValue
from gradproof.symbolic.theorems.activations.common import REAL, P, slope_bound
from gradproof.symbolic.theorems.activations.sigmoidal import Sigmoid

__all__ = [
    "logistic",
    "logistic_bounds",
    "logistic_derivative",
    "logistic_derivative_range",
    "logistic_higher_derivatives",
    "logistic_slope_bound",
]

_QUARTER = sp.Rational(1, 4)


def _as_exponentials(z: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return numerator and denominator of logistic z = e^z / (1 + e^z)."""
    return sp.exp(z), 1 + sp.exp(z)


_LOGISTIC = Sigmoid(
    "logistic",
    DEFINITION_OF_LOGISTIC,
    _as_exponentials,
    lambda s: s * (1 - s),
    sp.Integer(0),
    sp.Integer(1),
)


def logistic(z: sp.Expr, order: int = 0) -> ActivationValue:
    """Return the node logistic⁽ⁿ⁾(z)."""
    return _LOGISTIC(z, order)


@functools.cache
def logistic_derivative() -> Theorem:
    """Return logistic′(z) = logistic(z) (1 − logistic(z)) for every real z.

    >>> print(logistic_derivative())
    logistic′(z) = logistic(z) (1 − logistic(z))
    """
    return _LOGISTIC.derivative()


@functools.cache
def logistic_bounds() -> tuple[Theorem, Theorem]:
    """Return 0 < logistic z and logistic z < 1 for every real z."""
    return _LOGISTIC.bounds()


@functools.cache
def logistic_derivative_range() -> tuple[Theorem, ...]:
    """Return the theorems that say: logistic′ maps ℝ onto (0, 1/4], and is 1/4 at 0 only.

    0 < logistic′(z); logistic′(z) ≤ 1/4; logistic′(0) = 1/4; logistic′(z) < 1/4 for z > 0 and for
    z < 0; and every s = ¼(1 − 1/(1 + p)²) with p > 0, that is every s in (0, 1/4), is logistic′ of
    log(1 + 2/p).

    >>> for theorem in logistic_derivative_range():
    ...     print(theorem)
    0 < logistic′(z)
    logistic′(z) ≤ 1/4
    logistic′(0) = 1/4
    logistic′(z) < 1/4
    logistic′(z) < 1/4
    logistic′(log(1 + 2/p)) = 1/4 − 1/(4 (p + 1)²)
    """
    return _LOGISTIC.derivative_range(
        _QUARTER, point=sp.log(1 + 2 / P), value=(1 - 1 / (1 + P) ** 2) / 4
    )


@functools.cache
def logistic_slope_bound() -> Theorem:
    """Return |logistic′(z)| ≤ 1/4 for every real z, the form in which norms need it."""
    positive, at_most_a_quarter, *_ = logistic_derivative_range()
    return slope_bound("logistic_slope_bound", positive, at_most_a_quarter)


@functools.cache
def logistic_higher_derivatives() -> tuple[Theorem, ...]:
    """Return logistic″ and logistic‴ as polynomials in s = logistic z, and their exact bounds.

    (logistic″)² ≤ 1/108, so |logistic″| ≤ 1/(6√3) ≈ 0.0962, and −1/8 ≤ logistic‴ ≤ 1/24. With
    v = s(1 − s) in (0, 1/4] they are v²(1 − 4v) and v(1 − 6v), so the bounds are attained, at
    v = 1/6, at z = 0 and at v = 1/12.
    """
    s, slope = logistic(REAL), logistic(REAL, 1)
    v = s * (1 - s)
    return _LOGISTIC.higher_derivatives(
        ((1 - 2 * s) * slope, (1 - 2 * s) * v),
        ((1 - 6 * s + 6 * s**2) * slope, (1 - 6 * v) * v),
        square=sp.Rational(1, 108),
        upper=sp.Rational(1, 24),
        lower=sp.Rational(-1, 8),
    )
