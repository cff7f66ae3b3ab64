"""The order of the Taylor remainder: 2 for a right gradient, 1 for a wrong one, without any step.

‖f(x + h v) − f(x) − h G v‖ is O(h²) if G v is the derivative along v, and h‖f′(x)v − G v‖ if not.
"""

from __future__ import annotations

import numpy as np

from gradproof.arrays import Array
from gradproof.testing.functions import RowFunction
from gradproof.testing.report import EvidenceLine

__all__ = ["remainder_line", "remainder_order"]

_STEPS = 2.0 ** -np.arange(3.0, 50.0)


def remainder_order(function: RowFunction, jacobian: Array, direction: Array, /) -> float | None:
    """Return the observed order at the smallest steps that are above rounding, else None.

    >>> f = RowFunction(np.exp, np.array([0.0]))
    >>> round(remainder_order(f, np.array([[1.0]]), np.array([1.0])), 2)
    2.0
    >>> round(remainder_order(f, np.array([[1.01]]), np.array([1.0])), 2)
    1.0
    """
    moved = _STEPS[:, np.newaxis] * direction
    points = (function.point + moved).astype(function.at.dtype).astype(np.float64)
    with np.errstate(all="ignore"):
        values = function(points)
        linear = (points - function.point) @ jacobian.T
        sizes = np.abs(values - function.value - linear).max(axis=1)
        rounding = np.abs(values).max(axis=1) + np.abs(function.value).max()
        rounding += np.abs(linear).max(axis=1)
    visible = np.flatnonzero(np.isfinite(sizes) & (sizes > 512 * function.unit_roundoff * rounding))
    ends = [k for k in visible if k - 3 in visible]
    if not ends:
        return None
    return float(np.log2(sizes[ends[-1] - 3] / sizes[ends[-1]]) / 3)


def remainder_line(function: RowFunction, jacobian: Array, direction: Array, /) -> EvidenceLine:
    """Return what the order of the remainder says of a Jacobian."""
    method = "Taylor remainder"
    with np.errstate(all="ignore"):
        order = remainder_order(function, np.nan_to_num(jacobian), direction)
    if order is None:
        return EvidenceLine(method, None, "below rounding at every step")
    # What is no whole order comes from rounding, or from the edge of what f is smooth on.
    whole = abs(order - round(order)) < 0.25 and round(order) >= 1
    return EvidenceLine(method, round(order) >= 2 if whole else None, f"order {order:.2f}")
