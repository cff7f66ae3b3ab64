"""The values φ, φ′, φ″, φ‴ of each activation, for the attack with numbers.

Each formula is written without the theorems about it. The function itself takes complex arguments,
for the complex step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["ACTIVATIONS"]

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
    # Any differentiable function with |φ′| ≤ γ may stand for an abstract φ; γ sin z has slopes of
    # both signs and attains ±γ.
    "phi": {0: np.sin, 1: np.cos, 2: lambda z: -np.sin(z), 3: lambda z: -np.cos(z)},
}
