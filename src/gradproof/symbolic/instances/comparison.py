"""When two numbers at an instance agree with a relation, rounding allowed for."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.symbolic.language.relation import Relation

__all__ = ["RELATIVE_TOLERANCE", "agree"]

#: Instances have entries of order 1 and take fewer than 10⁴ operations, so the rounding error of
#: a side is below 10⁴·2⁻⁵³ ≈ 1e-12 of its largest intermediate; a false identity of analytic
#: functions is off by order 1 at a random point. The figure lies between the two.
RELATIVE_TOLERANCE = 1e-9


def agree(left: Any, relation: Relation, right: Any, scale: float) -> bool:
    """Whether ``left relation right`` holds up to rounding relative to the sides or ``scale``."""
    if np.shape(left) != np.shape(right):
        return False
    slack = RELATIVE_TOLERANCE * max(np.max(np.abs(left)), np.max(np.abs(right)), scale)
    if relation is Relation.EQ:
        return bool(np.all(np.abs(left - right) <= slack))
    if relation.is_downward:
        return agree(right, relation.flipped, left, scale)
    if relation is Relation.LT and left == right:
        return False
    return bool(np.real(left) <= np.real(right) + slack)
