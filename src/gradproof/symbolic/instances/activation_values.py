"""The values φ, φ′, φ″, φ‴ of each activation, for the attack with numbers.

Each formula is written without the theorems about it. The functions take complex arguments, for the
complex step; which piece of a kinked one applies, the real part decides. At kinks φ′ has the value
that the convention gives it, and higher derivatives are those of the piece on the left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

__all__ = ["ACTIVATIONS", "FAMILIES"]


def _piecewise(z: Any, cuts: tuple[float, ...], *pieces: Callable[[Any], Any]) -> Any:
    """Return the piece in whose interval (a, b] the real part of z lies."""
    z = np.asarray(z)
    inside = np.searchsorted(np.asarray(cuts), np.real(z), side="left")
    value = np.zeros_like(z * 1.0)
    for number, piece in enumerate(pieces):
        value = np.where(inside == number, piece(z), value)
    return value[()]


def _constant(c: float) -> Callable[[Any], Any]:
    return lambda z: 0 * z + c


_SQRT_PI, _SQRT_2 = np.sqrt(np.pi), np.sqrt(2)
_ZERO, _ONE = _constant(0.0), _constant(1.0)


def _softsign(order: int) -> Callable[[Any], Any]:
    factor = (1, 1, 2, 6)[order]

    def value(z: Any) -> Any:
        # The n-th derivative of 1 − 1/(1 + z), and of 1/(1 − z) − 1 to the left of 0.
        left = factor / _off_pole(1 - z) ** (order + 1) - (order == 0)
        right = -factor * (-1) ** order / _off_pole(1 + z) ** (order + 1) + (order == 0)
        return np.where(np.real(z) > 0, right, left)[()]

    return value


def _off_pole(denominator: Any) -> Any:
    """Put 1 for 0: the piece that has its pole there isn't the one that is used."""
    return np.where(denominator == 0, 1, denominator)


def _normal_density(z: Any) -> Any:
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def _logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _erf_slope(z: Any) -> Any:
    return 2 / _SQRT_PI * np.exp(-(z**2))


#: The derivative of each order of an activation with a parameter, as a function of z and that.
FAMILIES: Mapping[str, Mapping[int, Callable[[Any, Any], Any]]] = {
    "leaky_relu": {
        0: lambda z, a: _piecewise(z, (0,), lambda x: a * x, lambda x: x),
        1: lambda z, a: _piecewise(z, (0,), _constant(a), _ONE),
        2: lambda z, _a: 0 * z,
        3: lambda z, _a: 0 * z,
    },
    "elu": {
        0: lambda z, a: _piecewise(z, (0,), lambda x: a * (np.exp(x) - 1), lambda x: x),
        1: lambda z, a: _piecewise(z, (0,), lambda x: a * np.exp(x), _ONE),
        2: lambda z, a: _piecewise(z, (0,), lambda x: a * np.exp(x), _ZERO),
        3: lambda z, a: _piecewise(z, (0,), lambda x: a * np.exp(x), _ZERO),
    },
}


def _unscaled(value: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    return lambda z: value(z, 1.0)


#: The derivative of each order, of each activation.
ACTIVATIONS: Mapping[str, Mapping[int, Callable[[Any], Any]]] = {
    "tanh": {
        0: np.tanh,
        1: lambda z: 1 / np.cosh(z) ** 2,
        2: lambda z: -2 * np.tanh(z) / np.cosh(z) ** 2,
        3: lambda z: (4 * np.sinh(z) ** 2 - 2) / np.cosh(z) ** 4,
    },
    "identity": {0: lambda z: z, 1: lambda z: 0 * z + 1, 2: lambda z: 0 * z, 3: lambda z: 0 * z},
    "logistic": {
        0: lambda z: 1 / (1 + np.exp(-z)),
        1: lambda z: 1 / (4 * np.cosh(z / 2) ** 2),
        2: lambda z: -np.tanh(z / 2) / (4 * np.cosh(z / 2) ** 2),
        3: lambda z: (2 * np.sinh(z / 2) ** 2 - 1) / (8 * np.cosh(z / 2) ** 4),
    },
    "softplus": {
        0: lambda z: np.log(1 + np.exp(z)),
        1: lambda z: 1 / (1 + np.exp(-z)),
        2: lambda z: 1 / (4 * np.cosh(z / 2) ** 2),
        3: lambda z: -np.tanh(z / 2) / (4 * np.cosh(z / 2) ** 2),
    },
    "arctan": {
        0: np.arctan,
        1: lambda z: 1 / (1 + z**2),
        2: lambda z: -2 * z / (1 + z**2) ** 2,
        3: lambda z: (6 * z**2 - 2) / (1 + z**2) ** 3,
    },
    "erf": {
        0: special.erf,
        1: _erf_slope,
        2: lambda z: -2 * z * _erf_slope(z),
        3: lambda z: (4 * z**2 - 2) * _erf_slope(z),
    },
    "gelu": {
        0: lambda z: z * special.erfc(-z / _SQRT_2) / 2,
        1: lambda z: special.erfc(-z / _SQRT_2) / 2 + z * _normal_density(z),
        2: lambda z: (2 - z**2) * _normal_density(z),
        3: lambda z: (z**3 - 4 * z) * _normal_density(z),
    },
    "silu": {
        0: lambda z: z * _logistic(z),
        1: lambda z: (1 + np.exp(-z) * (1 + z)) / (1 + np.exp(-z)) ** 2,
        2: lambda z: (2 - z * np.tanh(z / 2)) / (4 * np.cosh(z / 2) ** 2),
        3: lambda z: (
            (z * (2 * np.sinh(z / 2) ** 2 - 1) - 3 * np.sinh(z)) / (8 * np.cosh(z / 2) ** 4)
        ),
    },
    "relu": {
        0: lambda z: _piecewise(z, (0,), _ZERO, lambda x: x),
        1: lambda z: _piecewise(z, (0,), _ZERO, _ONE),
        2: _ZERO,
        3: _ZERO,
    },
    "hard_tanh": {
        0: lambda z: _piecewise(z, (-1, 1), _constant(-1.0), lambda x: x, _ONE),
        1: lambda z: _piecewise(z, (-1, 1), _ZERO, _ONE, _ZERO) * (np.real(z) != 1),
        2: _ZERO,
        3: _ZERO,
    },
    "softsign": {order: _softsign(order) for order in range(4)},
    "elu": {order: _unscaled(value) for order, value in FAMILIES["elu"].items()},
    # Any differentiable function with |φ′| ≤ γ may stand for an abstract φ; γ sin z has slopes of
    # both signs and attains ±γ.
    "phi": {0: np.sin, 1: np.cos, 2: lambda z: -np.sin(z), 3: lambda z: -np.cos(z)},
}
