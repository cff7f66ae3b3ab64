"""Activation functions φ with what a proof needs to know of them: suprema, ranges, rounding errors.

The error model of this folder. Arithmetic is IEEE 754 binary64 with rounding to nearest, unit
roundoff u = 2⁻⁵³. An elementary function of the system's library is assumed to be right up to a
stated multiple of u, relative to its value (1 ulp ≤ 2u): 8u for the real ``tanh`` and ``exp``.
The largest error seen against 200-bit arithmetic on 50 000 arguments was 1.6u and 1.2u. What is
said of relative errors holds for results that aren't subnormal.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import UNIT_ROUNDOFF, Array

__all__ = ["LOGISTIC", "SLACK", "TANH", "Activation", "ComplexExtension"]

# A function of arrays, entry by entry, real or complex.
Entrywise: TypeAlias = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True)
class ComplexExtension:
    """How φ behaves just off the real axis, which is all that the complex step needs.

    Parameters
    ----------
    strip
        φ is analytic for |y| ≤ strip in x + iy, and there …
    second_ratio, third_ratio
        … |φ″(x + iy)| ≤ second_ratio · |φ′(x)| and |φ‴(x + iy)| ≤ third_ratio · |φ′(x)|.
    error
        Relative error of ``function`` at complex arguments, in the real and in the imaginary part
        separately, as a multiple of u.
    """

    strip: float
    second_ratio: float
    third_ratio: float
    error: float


@dataclass(frozen=True)
class Activation:
    """An activation function, entry by entry.

    Parameters
    ----------
    name
        The name in the literature.
    function, derivative
        φ and φ′. ``function`` takes complex arguments too if ``complex_extension`` is given.
    slope_upper, second_upper, third_upper
        γ = sup|φ′|, L2 = sup|φ″|, L3 = sup|φ‴| over the real line, rounded up.
    derivatives_upper
        Maps arrays (centre, radius) to upper bounds of |φ′|, |φ″|, |φ‴| on [centre ± radius].
    value_upper
        sup|φ|, infinite where φ is unbounded.
    function_error, derivative_error
        Relative errors of ``function`` and ``derivative`` at real arguments, as multiples of u.
    inverse
        φ⁻¹ on the open range of φ, if φ is injective.
    complex_extension
        What the complex step needs, if φ is analytic.
    """

    name: str
    function: Entrywise
    derivative: Entrywise
    slope_upper: float
    second_upper: float
    third_upper: float
    derivatives_upper: Callable[[Array, Array], tuple[Array, Array, Array]]
    value_upper: float
    function_error: float
    derivative_error: float
    inverse: Entrywise | None = None
    complex_extension: ComplexExtension | None = None

    def __repr__(self) -> str:
        return f"<activation {self.name}>"


def _tanh(z: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.tanh(z))


def _tanh_derivative(z: NDArray[Any]) -> NDArray[Any]:
    """Return sech² z = 4e/(1 + e)² with e = exp(−2|z|).

    1 − tanh² z has no correct digit left beyond |z| = 19; this form keeps them. Its relative error:
    −2|z| is exact, ê = e(1 + 8uθ); d log(4e/(1+e)²)/d log e = (1−e)/(1+e) lies in [0, 1], so that
    8u at most comes through; 1 + ê (counted twice by the square), the square and the quotient
    round, 4ê doesn't: 4u more. To first order 12u, and below 13u with all higher orders. Beyond
    |z| = 354 the result is subnormal and has an absolute error below 2⁻¹⁰⁷¹ instead, and beyond
    |z| = 373 it is 0.
    """
    # The clip changes nothing, e is 0 there, and keeps −2|z| from overflowing.
    e = np.exp(-2.0 * np.minimum(np.abs(z), 400.0))
    return np.asarray(4.0 * e / np.square(1.0 + e))


#: Bounds are evaluated with a handful of roundings and function errors of 8u and 13u, in total far
#: below 64u relative; the factor and, where a difference cancels, the term make up for it.
SLACK = 64 * UNIT_ROUNDOFF
_SECOND = math.nextafter(4 / (3 * math.sqrt(3)), 1)
_TURN_SECOND = math.atanh(1 / math.sqrt(3))
_TURN_THIRD = math.atanh(math.sqrt(2 / 3))


def _tanh_derivatives_upper(centre: Array, radius: Array) -> tuple[Array, Array, Array]:
    """Bound |φ′|, |φ″|, |φ‴| of φ = tanh on [centre ± radius].

    All three are even functions of z, so only the range [m, M] of |z| matters. With t = tanh z and
    s = 1 − t² > 0:

    * φ′ = s falls in |z|: the supremum is at m.
    * |φ″| = 2|t|s rises up to t² = 1/3, where it is L2 = 4/(3√3), and falls from there.
    * φ‴ = −2s(1 − 3t²): |φ‴| falls from 2 at t = 0 to 0 at t² = 1/3, rises to 2/3 at t² = 2/3
      (d/dt of −2 + 8t² − 6t⁴ is 16t − 24t³), and falls from there: the supremum is at m, at M, or
      2/3.
    """
    size = np.abs(centre)
    least = np.maximum(size - radius, 0.0) * (1 - SLACK)
    most = (size + radius) * (1 + SLACK)

    def parts(z: Array) -> tuple[Array, Array]:
        t, s = _tanh(z), _tanh_derivative(z)
        return 2 * t * s, 2 * s * (np.abs(1 - 3 * np.square(t)) + SLACK)

    second_least, third_least = parts(least)
    second_most, third_most = parts(most)
    turns_second = (least <= _TURN_SECOND * (1 + SLACK)) & (most >= _TURN_SECOND * (1 - SLACK))
    turns_third = (least <= _TURN_THIRD * (1 + SLACK)) & (most >= _TURN_THIRD * (1 - SLACK))
    first = _tanh_derivative(least)
    second = np.where(turns_second, _SECOND, np.maximum(second_least, second_most))
    third = np.maximum(np.maximum(third_least, third_most), np.where(turns_third, 2 / 3, 0.0))
    up = 1 + SLACK
    return (
        np.minimum(first * up, 1.0),
        np.minimum(second * up, _SECOND),
        np.minimum(third * up, 2.0),
    )


TANH = Activation(
    name="tanh",
    function=_tanh,
    derivative=_tanh_derivative,
    slope_upper=1.0,
    second_upper=_SECOND,
    third_upper=2.0,
    derivatives_upper=_tanh_derivatives_upper,
    value_upper=1.0,
    function_error=8.0,
    derivative_error=13.0,
    inverse=lambda t: np.asarray(np.arctanh(t)),
    # |cosh(x+iy)|² = cosh²x − sin²y ≥ cosh²x/2 for |y| ≤ π/4, and there
    # |tanh(x+iy)|² = (sinh²x + sin²y)/(sinh²x + cos²y) ≤ 1. So |1 − t²| ≤ 2 sech²x,
    # |φ″| = 2|t||1−t²| ≤ 4 sech²x and |φ‴| = 2|1−t²||1−3t²| ≤ 16 sech²x. The strip is π/4 rounded
    # down. The C library's complex function shares no code with ``derivative``, which is what makes
    # the complex step a check of it; 16u is assumed, 4.8u is the largest seen on 50 000 arguments.
    complex_extension=ComplexExtension(strip=0.785, second_ratio=4.0, third_ratio=16.0, error=16.0),
)
"""The hyperbolic tangent: γ = 1 (at 0 only), L2 = 4/(3√3) (at tanh²z = 1/3), L3 = 2 (at 0)."""


def _logistic(z: NDArray[Any]) -> NDArray[Any]:
    """Return 1/(1 + e) for z ≥ 0 and e/(1 + e) for z < 0, with e = exp(−|z|).

    Relative error for z ≥ 0: ê = e(1 + 8uθ) moves 1 + e by 4u at most, since e ≤ 1; sum and
    quotient round, 6u in total. For z < 0: d log(e/(1+e))/d log e = 1/(1+e) ≤ 1, so that 8u at most
    comes through; sum and quotient round, 10u in total. Below 11u with all higher orders.

    A complex z = x + iy is what the complex step needs: |y| is tiny. With E = exp(−z), each part
    right up to 16u, c = Re(1 + E) is right up to 17u and d = Im E up to 16u. Smith's quotient
    forms r = d/c, off by 34u, and 1/(c + dr) and −r/(c + dr), where dr is negligible: with three
    more roundings the parts are right up to 20u and 54u. For x < −700, where E would overflow,
    logistic z = exp(z) up to 1e-304 relative.
    """
    if np.iscomplexobj(z):
        low = z.real < -700
        middle = 1.0 / (1.0 + np.exp(-np.where(low, 0, z)))
        return np.asarray(np.where(low, np.exp(np.where(low, z, 0)), middle))
    e = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, e) / (1.0 + e))


def _logistic_derivative(z: NDArray[Any]) -> NDArray[Any]:
    """Return e/(1 + e)² with e = exp(−|z|): tanh′(z/2)/4, both factors being exact."""
    return np.asarray(_tanh_derivative(z / 2) / 4)


def _logistic_derivatives_upper(centre: Array, radius: Array) -> tuple[Array, Array, Array]:
    """Bound |φ′|, |φ″|, |φ‴| of the logistic function on [centre ± radius].

    φ(z) = (1 + tanh(z/2))/2, so that φ⁽ⁿ⁾(z) = tanh⁽ⁿ⁾(z/2)/2ⁿ⁺¹; powers of 2 are exact.
    """
    first, second, third = _tanh_derivatives_upper(centre / 2, radius / 2)
    return first / 4, second / 8, third / 16


LOGISTIC = Activation(
    name="logistic",
    function=_logistic,
    derivative=_logistic_derivative,
    slope_upper=0.25,
    second_upper=_SECOND / 8,
    third_upper=0.125,
    derivatives_upper=_logistic_derivatives_upper,
    value_upper=1.0,
    function_error=11.0,
    derivative_error=13.0,
    inverse=lambda s: np.asarray(np.log(s) - np.log1p(-s)),
    # The strip and the ratios are those of tanh at z/2: φ″/φ′ = tanh″/(2 tanh′) and
    # φ‴/φ′ = tanh‴/(4 tanh′). 54u is derived above.
    complex_extension=ComplexExtension(strip=1.57, second_ratio=2.0, third_ratio=4.0, error=56.0),
)
"""The logistic function: γ = 1/4 (at 0 only), L2 = 1/(6√3) (at s(1 − s) = 1/6), L3 = 1/8 (at 0)."""
