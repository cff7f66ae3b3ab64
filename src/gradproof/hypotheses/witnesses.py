"""Instances that show of several claims that they need a condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["SCALING_NOT_DIAGONAL"]

#: A network of which S W S⁻¹ = [[0, 1/4], [0, 0]], with ``s`` given, although S isn't diag(s). The
#: slopes of steps 1 and 2 don't commute with S: they suppress the second unit only, and what
#: remains of the nilpotent W isn't nilpotent.
SCALING_NOT_DIAGONAL: Mapping[str, Any] = {
    "W": [[2, -2], [2, -2]],
    "S": [[0, 0.125], [1, -1]],
    "s": [1, 1],
    "phi": "tanh",
    "gamma": 1,
    "U": [[1, 0], [0, 1]],
    "x_1": [0, 2],
    "x_2": [2, 4],
    "n": 2,
}
