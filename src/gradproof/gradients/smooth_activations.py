"""More activation functions: the identity, softplus and arctan.

The error model is that of :mod:`~gradproof.gradients.activations`, with 8u for ``log1p`` and
``arctan`` too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.gradients.activations import LOGISTIC, SLACK, Activation, ComplexExtension

__all__ = ["ARCTAN", "IDENTITY", "SOFTPLUS"]


def _identity(z: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(z)


def _identity_derivatives_upper(centre: Array, radius: Array) -> tuple[Array, Array, Array]:
    one = np.ones(np.broadcast(centre, radius).shape)
    return one, np.zeros_like(one), np.zeros_like(one)


IDENTITY = Activation(
    name="identity",
    function=_identity,
    derivative=lambda z: np.ones(np.shape(z)),
    slope_upper=1.0,
    second_upper=0.0,
    third_upper=0.0,
    derivatives_upper=_identity_derivatives_upper,
    value_upper=math.inf,
    function_error=0.0,
    derivative_error=0.0,
    inverse=_identity,
    complex_extension=ComplexExtension(
        strip=math.inf, second_ratio=0.0, third_ratio=0.0, error=0.0
    ),
)
"""φ(z) = z: a linear network. Nothing rounds, and φ″ = φ‴ = 0."""


def _softplus(z: NDArray[Any]) -> NDArray[Any]:
    """Return max(z, 0) + log(1 + e) with e = exp(−|z|).

    Relative error of log(1 + ê): d log(log(1+e))/d log e = e/((1+e) log(1+e)) ≤ 1, since
    log(1+e) ≥ e/(1+e); so 8u come through, and log1p adds 8u. Both terms are ≥ 0, and the sum
    rounds: 17u, and below 18u with all higher orders.
    """
    return np.asarray(np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z))))


def _softplus_derivatives_upper(centre: Array, radius: Array) -> tuple[Array, Array, Array]:
    """Bound φ′ = logistic, |φ″| = logistic′ and |φ‴| = |logistic″| on [centre ± radius].

    φ′ rises in z: the supremum is at centre + radius.
    """
    with np.errstate(over="ignore"):
        top = centre + radius + SLACK * (np.abs(centre) + radius)
    first = np.minimum(LOGISTIC.function(top) * (1 + SLACK), 1.0)
    second, third, _ = LOGISTIC.derivatives_upper(centre, radius)
    return first, second, third


SOFTPLUS = Activation(
    name="softplus",
    function=_softplus,
    derivative=LOGISTIC.function,
    slope_upper=1.0,
    second_upper=LOGISTIC.slope_upper,
    third_upper=LOGISTIC.second_upper,
    derivatives_upper=_softplus_derivatives_upper,
    value_upper=math.inf,
    function_error=18.0,
    derivative_error=LOGISTIC.function_error,
    inverse=lambda s: np.asarray(s + np.log(-np.expm1(-s))),
)
"""φ(z) = log(1 + e^z): γ = 1 (not attained), L2 = 1/4 (at 0), L3 = 1/(6√3)."""


def _arctan_parts(z: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return p = 1/(1 + z²) and w = |z|/(1 + z²), without overflow.

    With q = 1/|z| for |z| > 1 they are q²/(1 + q²) and q/(1 + q²). Relative errors: for |z| ≤ 1 the
    square, the sum and the quotient round, 3u; else q is off by u, q² by 3u, 1 + q² by 1.5u + u,
    and the quotient rounds, 6.5u. Below 7u with all higher orders.
    """
    size = np.abs(z)
    large = size > 1
    q = 1.0 / np.where(large, size, 1.0)
    small = np.where(large, q, size)
    below = 1.0 + np.square(small)
    return np.where(large, np.square(q), 1.0) / below, small / below


def _arctan_derivative(z: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(_arctan_parts(z)[0])


_SECOND = math.nextafter(3 * math.sqrt(3) / 8, 1)
_TURN_SECOND = 1 / math.sqrt(3)


def _arctan_derivatives_upper(centre: Array, radius: Array) -> tuple[Array, Array, Array]:
    """Bound |φ′|, |φ″|, |φ‴| of φ = arctan on [centre ± radius].

    All three are even functions of z, so only the range [m, M] of |z| matters. With
    p = 1/(1 + z²) in (0, 1], and z²p = 1 − p:

    * φ′ = p falls in |z|: the supremum is at m.
    * |φ″| = 2|z|p² rises up to z² = 1/3, where it is L2 = 3√3/8, and falls from there.
    * φ‴ = 2p²(3 − 4p): |φ‴| falls from 2 at z = 0 to 0 at p = 3/4, rises to 1/2 at z² = 1
      (d/dp of 6p² − 8p³ is 12p − 24p²), and falls from there: the supremum is at m, at M, or 1/2.
    """
    size = np.abs(centre)
    least = np.maximum(size - radius, 0.0) * (1 - SLACK)
    with np.errstate(over="ignore"):
        most = (size + radius) * (1 + SLACK)

    def parts(z: Array) -> tuple[Array, Array]:
        p, w = _arctan_parts(z)
        return 2 * w * p, 2 * np.square(p) * (np.abs(3 - 4 * p) + SLACK)

    second_least, third_least = parts(least)
    second_most, third_most = parts(most)
    turns_second = (least <= _TURN_SECOND * (1 + SLACK)) & (most >= _TURN_SECOND * (1 - SLACK))
    turns_third = (least <= 1.0) & (most >= 1.0)
    second = np.where(turns_second, _SECOND, np.maximum(second_least, second_most))
    third = np.maximum(np.maximum(third_least, third_most), np.where(turns_third, 0.5, 0.0))
    up = 1 + SLACK
    return (
        np.minimum(_arctan_derivative(least) * up, 1.0),
        np.minimum(second * up, _SECOND),
        np.minimum(third * up, 2.0),
    )


ARCTAN = Activation(
    name="arctan",
    function=lambda z: np.asarray(np.arctan(z)),
    derivative=_arctan_derivative,
    slope_upper=1.0,
    second_upper=_SECOND,
    third_upper=2.0,
    derivatives_upper=_arctan_derivatives_upper,
    value_upper=math.nextafter(math.pi / 2, 2),
    function_error=8.0,
    derivative_error=7.0,
    inverse=lambda t: np.asarray(np.tan(t)),
)
"""φ(z) = arctan z: γ = 1 (at 0 only), L2 = 3√3/8 (at z² = 1/3), L3 = 2 (at 0)."""
