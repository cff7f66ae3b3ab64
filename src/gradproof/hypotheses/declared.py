"""What a proof script declares about the conditions of its theorems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from gradproof.errors import InputError

__all__ = ["Necessity", "NotKnownToNeed", "Without"]


@dataclass(frozen=True)
class Without:
    """An instance at which everything but one condition holds, and the conclusion fails.

    Parameters
    ----------
    condition
        The condition as it is printed, ``"γ ‖W‖ ≤ 1"``, say; a long one may end in ``"…"``. A
        declared domain (``"z > 0"``) counts too.
    values
        Name → value: a number, a matrix as a list of rows, a vector as a list; ``"phi"`` chooses an
        abstract activation, ``"h_0"`` and ``"x_2"`` are single vectors. See
        :class:`~gradproof.hypotheses.instance.Instance` for what may be left out.

    >>> Without("γ ‖W‖ ≤ 1", {"phi": "identity", "gamma": 1, "W": [[2]], "n": 1}).condition
    'γ ‖W‖ ≤ 1'
    """

    condition: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class NotKnownToNeed:
    """The statement that no instance is known at which the conclusion fails without a condition.

    Parameters
    ----------
    condition
        As for :class:`Without`.
    reason
        Why there is none, or none is known.
    theorem
        The conclusion of the theorem that is meant; by default all that have the condition and no
        witness.
    """

    condition: str
    reason: str
    theorem: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise InputError("reason", "is empty", "say why no witness is known")


Necessity: TypeAlias = Without | NotKnownToNeed
