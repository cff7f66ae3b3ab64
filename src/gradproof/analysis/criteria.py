"""The criteria of the literature, what is commonly concluded from them, and with what right.

Let γ = sup|φ′|. Of the three only γ‖W‖ < 1 proves anything about all inputs, since the slopes
change from step to step: ρ(D_n W ⋯ D_1 W) has little to do with ρ(W)ⁿ. For a symmetric W, though,
ρ(W) = ‖W‖. And where the slope γ occurs, at z = 0 for tanh, inputs that hold z = 0 make the
gradient grow like (γρ(W))ⁿ: a large radius shows that gradients can explode, not that they do.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from gradproof.arrays import Array
from gradproof.growth.decision import Decision
from gradproof.growth.slopes import SlopeRange
from gradproof.spectral.bracket import Enclosure

__all__ = ["Agreement", "Criterion", "Entitled", "classical_criteria"]


class Entitled(enum.StrEnum):
    """Whether a criterion proves what is concluded from it."""

    YES = "yes"
    IN_PART = "in part"
    NO = "no"


class Agreement(enum.StrEnum):
    """Whether what is concluded is so for this matrix."""

    RIGHT = "true"
    FOR_SOME = "for some inputs"
    WRONG = "false"
    OPEN = "open"


@dataclass(frozen=True)
class Criterion:
    """A criterion at one matrix.

    Parameters
    ----------
    formula
        As "ρ(W) < 1"; it is met or not, or the enclosure of the number contains 1.
    met
        None where that isn't known.
    value
        Of the number that is compared with 1.
    conclusion
        What is commonly said to follow.
    entitled, reason
        Whether it does, and why.
    agreement
        Whether the conclusion is right here all the same.
    """

    formula: str
    met: bool | None
    value: Enclosure
    conclusion: str
    entitled: Entitled
    reason: str
    agreement: Agreement

    @property
    def concludes_nothing(self) -> bool:
        """Whether the criterion is silent here."""
        return self.conclusion == _NOTHING


_VANISH, _EXPLODE, _NOTHING = "gradients vanish", "gradients explode", "nothing"


def classical_criteria(
    W: Array, radius: Enclosure, norm: Enclosure, slopes: SlopeRange, decision: Decision, /
) -> tuple[Criterion, ...]:
    """Return ρ(W) < 1, ‖W‖ < 1 and, where γ ≠ 1, γ‖W‖ < 1.

    >>> from gradproof.growth.slopes import slope_range
    >>> W = np.array([[0.5, 2.0], [0.0, 0.5]])
    >>> found = classical_criteria(
    ...     W, Enclosure(0.5, 0.5), Enclosure(2.1, 2.2), slope_range("tanh"), Decision.DECAY
    ... )
    >>> [(c.formula, c.met, c.conclusion, c.entitled.value, c.agreement.value) for c in found]
    [('ρ(W) < 1', True, 'gradients vanish', 'no', 'true'), ('‖W‖ < 1', False, 'nothing', 'yes', 'true')]
    """  # noqa: E501
    steepest = slopes.largest
    found = [
        _of_radius(W, radius, norm, slopes, decision),
        _of_norm("‖W‖ < 1", norm, 1.0, steepest, decision),
    ]
    if steepest != 1:
        found.append(_of_norm("γ‖W‖ < 1", _times(norm, steepest), steepest, steepest, decision))
    return tuple(found)


def _times(norm: Enclosure, factor: float) -> Enclosure:
    lower, upper = norm.lower * factor, norm.upper * factor
    return Enclosure(max(np.nextafter(lower, 0.0), 0.0), float(np.nextafter(upper, np.inf)))


def _of_radius(
    W: Array, radius: Enclosure, norm: Enclosure, slopes: SlopeRange, decision: Decision
) -> Criterion:
    formula, steepest = "ρ(W) < 1", slopes.largest
    if radius.upper < 1:
        entitled, reason = Entitled.NO, "Wⁿ vanishes, but the slopes change from step to step"
        if norm.upper * steepest < 1:
            entitled, reason = Entitled.NO, "it follows from the norm here, not from ρ(W)"
        if np.array_equal(W, W.T) and steepest <= 1:
            entitled, reason = Entitled.YES, "W is symmetric, so ρ(W) = ‖W‖"
        return Criterion(
            formula, True, radius, _VANISH, entitled, reason, _agreement(_VANISH, decision)
        )
    if radius.lower > 1:
        entitled, reason = Entitled.NO, "slopes below 1 may outweigh it"
        if np.nextafter(slopes.steepest * radius.lower, 0.0) > 1:
            entitled, reason = Entitled.IN_PART, "under inputs that hold it where φ is steepest"
        return Criterion(
            formula, False, radius, _EXPLODE, entitled, reason, _agreement(_EXPLODE, decision)
        )
    known = None if radius.lower < 1 else False
    reason = "at 1 it says nothing"
    return Criterion(formula, known, radius, _NOTHING, Entitled.YES, reason, Agreement.RIGHT)


def _of_norm(
    formula: str, norm: Enclosure, factor: float, steepest: float, decision: Decision
) -> Criterion:
    """Return the criterion for the norm times a factor."""
    if norm.upper < 1:
        entitled, reason = Entitled.YES, "every step shrinks every gradient"
        if steepest > factor:
            entitled, reason = Entitled.NO, "slopes of φ exceed 1: it takes γ‖W‖ < 1"
        agreement = _agreement(_VANISH, decision)
        return Criterion(formula, True, norm, _VANISH, entitled, reason, agreement)
    met = False if norm.lower >= 1 else None
    reason = "it only shows decay; above 1 it is silent"
    return Criterion(formula, met, norm, _NOTHING, Entitled.YES, reason, Agreement.RIGHT)


def _agreement(conclusion: str, decision: Decision) -> Agreement:
    """Compare with the decision, where there is one."""
    if decision is Decision.UNDECIDED:
        return Agreement.OPEN
    if conclusion == _VANISH:
        return Agreement.RIGHT if decision is Decision.DECAY else Agreement.WRONG
    return Agreement.FOR_SOME if decision is Decision.EXPLOSION_POSSIBLE else Agreement.WRONG
