"""Do gradients vanish for all inputs, or can inputs make them explode? A decision with its proof.

The rate that decides is the supremum over all inputs of limsup ‖∂h_n/∂h_0‖^{1/n}. It is bracketed:
from above by diagonal scalings, cheap ones first; from below by states at which a constant input
holds the network. What neither shows is left undecided, with the bracket.
"""

from __future__ import annotations

import enum
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from numpy.typing import ArrayLike

from gradproof.arrays import Array, as_real, as_square_matrix
from gradproof.errors import ContradictionError, OutOfRangeError, UnknownNameError
from gradproof.growth.held_states import STEEPEST, HeldState, held_state
from gradproof.growth.scaling import (
    ScaledBound,
    perron_scaling,
    row_sum_bound,
    scaled_bound,
    schatten_scaling,
)

__all__ = ["Decision", "GrowthDecision", "decide"]

#: Up to this number of steps a horizon is checked exactly, so that it is the least.
_EXACT_STEPS = 10_000


class Decision(enum.StrEnum):
    """What can be said of all inputs."""

    DECAY = "decay"
    EXPLOSION_POSSIBLE = "explosion_possible"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class GrowthDecision:
    """A decision, the bracket of the rate, and what proves it.

    Parameters
    ----------
    decision
        Decay: for all inputs ‖∂h_n/∂h_0‖ ≤ constant · rate_upperⁿ with rate_upper < 1. Explosion
        possible: some constant input gives ‖∂h_n/∂h_0‖ ≥ rate_lowerⁿ with rate_lower > 1, if the
        input weights have full row rank. Undecided: neither is shown.
    rate_lower, rate_upper
        The bracket, rounded outward.
    constant
        Of the upper bound.
    certificate
        The scaling, or the held state, that proves the decision; None where nothing is decided.
    """

    decision: Decision
    rate_lower: float
    rate_upper: float
    constant: float
    certificate: ScaledBound | HeldState | None

    def horizon(self, threshold: float, /) -> int:
        """Return n from which on constant · rate_upperⁿ ≤ threshold, so ‖∂h_n/∂h_0‖ for all inputs.

        It is the least such n up to 10,000, and beyond at most one more.

        Raises
        ------
        OutOfRangeError
            If the threshold isn't positive, or no decay is proved.

        >>> decide([[0.5]]).horizon(1e-3)
        10
        """
        bound = float(as_real(threshold, "threshold", dimensions=0))
        if bound <= 0:
            raise OutOfRangeError("threshold", f"is {bound}", "give a positive number")
        if self.decision is not Decision.DECAY:
            raise OutOfRangeError("horizon", "exists for a proved decay only", "see the bracket")
        if self.constant <= bound:
            return 0
        rate, constant = Fraction(self.rate_upper), Fraction(self.constant)
        needed = (arb(self.constant) / arb(bound)).log() / -arb(self.rate_upper).log()
        least = math.ceil(float(needed.lower()) - 1e-6)
        if least <= _EXACT_STEPS:
            while constant * rate**least > bound:
                least += 1
            return least
        return math.floor(float(needed.upper())) + 2


def decide(W: ArrayLike, /, *, activation: str = "tanh", budget: float = 10.0) -> GrowthDecision:
    """Decide whether gradients of h_k = φ(W h_{k−1} + U x_k + b) vanish for all inputs.

    Parameters
    ----------
    W
        Recurrent matrix, shape (d, d), of float64 numbers, taken exactly.
    activation
        "tanh" or "logistic".
    budget
        Seconds after which no further bound is tried.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If ``W`` is no real square matrix.
    UnknownNameError
        If the activation is another one.
    ContradictionError
        If the two ends of the bracket contradict each other: a defect of this package.

    >>> found = decide([[0.5, 0.3], [-0.2, 0.4]])
    >>> found.decision.value, found.rate_upper < 0.59
    ('decay', True)
    >>> decide([[1, 1.5], [-1.5, -2]]).decision.value
    'explosion_possible'
    """
    matrix = as_square_matrix(W, "W")
    if activation not in STEEPEST:
        known = ", ".join(STEEPEST)
        raise UnknownNameError("activation", f"is {activation!r}", f"use one of {known}")
    started = time.monotonic()
    steep = matrix * STEEPEST[activation]
    best: ScaledBound | None = None
    for bound in _bounds(steep, lambda: time.monotonic() - started < budget):
        if best is None or bound.rate < best.rate:
            best = bound
        if best.rate < 1:
            break
    held = held_state(matrix, activation=activation, seconds=min(1.0, budget))
    upper = math.inf if best is None else best.rate
    constant = math.inf if best is None else best.constant
    if held.rate > upper:
        raise ContradictionError(f"the rate is at least {held.rate} and at most {upper}")
    certificate: ScaledBound | HeldState | None = None
    decision = Decision.UNDECIDED
    if upper < 1:
        decision, certificate = Decision.DECAY, best
    elif held.rate > 1:
        decision, certificate = Decision.EXPLOSION_POSSIBLE, held
    return GrowthDecision(decision, held.rate, upper, constant, certificate)


def _bounds(W: Array, in_time: Callable[[], bool]) -> Iterator[ScaledBound]:
    """Yield upper bounds, from cheap to dear."""
    ones = np.ones(len(W))
    makers: tuple[Callable[[], ScaledBound | None], ...] = (
        lambda: scaled_bound(W, ones),
        lambda: row_sum_bound(W, ones),
        lambda: row_sum_bound(W, perron_scaling(W)),
        lambda: scaled_bound(W, schatten_scaling(W)),
    )
    for make in makers:
        if in_time():
            found = make()
            if found is not None:
                yield found
