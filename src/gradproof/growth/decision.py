"""Do gradients vanish for all inputs, or can inputs make them explode? A decision with its proof.

The rate that decides is the supremum over all inputs of limsup ‖∂h_n/∂h_0‖^{1/n}. It is bracketed:
from above by certificates, cheap ones first; from below by words of slopes that inputs can repeat
for ever. What neither shows is left undecided, with the bracket.
"""

from __future__ import annotations

import enum
import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from flint import arb
from numpy.typing import ArrayLike

from gradproof.arrays import Array, as_real, as_square_matrix
from gradproof.errors import ContradictionError, OutOfRangeError
from gradproof.growth.scaling import ScaledBound
from gradproof.growth.sector import SectorBound
from gradproof.growth.slopes import SlopeRange, slope_range
from gradproof.growth.upper_bounds import cheap_bounds, dear_bounds
from gradproof.growth.vertices import VertexBound, vertex_bound
from gradproof.growth.witnesses import PeriodicWitness, periodic_witness, witness_of

__all__ = ["Decay", "Decision", "ExplosionPossible", "GrowthDecision", "Undecided", "decide"]

#: Up to this number of steps a horizon is checked exactly, so that it is the least.
_EXACT_STEPS = 10_000
#: The share of the budget for a first look at witnesses, and its longest time in seconds.
_FIRST_LOOK, _LONGEST_FIRST_LOOK = 0.1, 1.0
#: The share of what is left that the next kind of bound may take.
_SHARE = 0.6
_LONGEST_WORD = 4


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
    activation
        The name of φ.
    rate_lower, rate_upper
        The bracket of the rate, rounded outward.
    constant
        For all inputs ‖∂h_n/∂h_0‖ ≤ constant · rate_upperⁿ; ∞ where only the rate is proved.
    certificate
        The bound or the witness that proves the decision; None where nothing is decided.
    """

    activation: str
    rate_lower: float
    rate_upper: float
    constant: float
    certificate: ScaledBound | SectorBound | VertexBound | PeriodicWitness | None

    decision: ClassVar[Decision]


@dataclass(frozen=True)
class Decay(GrowthDecision):
    """For all inputs ‖∂h_n/∂h_0‖ ≤ constant · rate_upperⁿ, and rate_upper < 1."""

    decision = Decision.DECAY

    @property
    def rate(self) -> float:
        """The certified rate, below 1."""
        return self.rate_upper

    def horizon(self, threshold: float, /) -> int:
        """Return n from which on constant · rate_upperⁿ ≤ threshold, so ‖∂h_n/∂h_0‖ for all inputs.

        It is the least such n up to 10,000, and beyond at most one more.

        Raises
        ------
        OutOfRangeError
            If the threshold isn't positive, or only the rate is known.

        >>> decide([[0.5]]).horizon(1e-3)
        10
        """
        bound = float(as_real(threshold, "threshold", dimensions=0))
        if bound <= 0:
            raise OutOfRangeError("threshold", f"is {bound}", "give a positive number")
        if self.constant == math.inf:
            raise OutOfRangeError(
                "horizon", "isn't known", "the constant of the bound isn't either"
            )
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


@dataclass(frozen=True)
class ExplosionPossible(GrowthDecision):
    """Some inputs give ‖∂h_{mL}/∂h_0‖ ≥ rate_lower^{mL}, rate_lower > 1, if U has full row rank."""

    decision = Decision.EXPLOSION_POSSIBLE

    @property
    def rate(self) -> float:
        """The certified rate, above 1."""
        return self.rate_lower

    @property
    def witness(self) -> PeriodicWitness:
        """The word of slopes that grows."""
        assert isinstance(self.certificate, PeriodicWitness)
        return self.certificate


@dataclass(frozen=True)
class Undecided(GrowthDecision):
    """Neither is shown: 1 lies in the bracket."""

    decision = Decision.UNDECIDED

    @property
    def bracket(self) -> tuple[float, float]:
        """The rates between which the truth is."""
        return self.rate_lower, self.rate_upper

    @property
    def advice(self) -> str:
        """What may decide it."""
        if self.rate_upper == math.inf:
            return "rescale W: no bound was verified in float64"
        if self.rate_upper <= 1 + 2.0**-10 or self.rate_lower >= 1 - 2.0**-10:
            return "the rate is 1 or so near to it that float64 can't tell"
        return "give a larger budget, or ask along the inputs that you have"


def decide(W: ArrayLike, /, *, activation: str = "tanh", budget: float = 10.0) -> GrowthDecision:
    """Decide whether gradients of h_k = φ(W h_{k−1} + U x_k + b) vanish for all inputs.

    The same question near a fixed point h*, where the gradient is Jⁿ for J = diag(φ′(z*))W, is
    ``decide(J, activation="identity")``.

    Parameters
    ----------
    W
        Recurrent matrix, shape (d, d), of float64 numbers, taken exactly.
    activation
        A name in :data:`gradproof.growth.slopes.SLOPES`.
    budget
        Seconds after which nothing further is tried. A bound once begun is finished.

    Returns
    -------
    Decay, ExplosionPossible or Undecided.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If ``W`` is no real square matrix.
    UnknownNameError
        If the activation is another one.
    OutOfRangeError
        If the budget isn't positive.
    ContradictionError
        If the two ends of the bracket contradict each other: a defect of this package.

    >>> found = decide([[0.5, 0.3], [-0.2, 0.4]])
    >>> found.decision.value, found.rate_upper < 0.59
    ('decay', True)
    >>> decide([[1, 1.5], [-1.5, -2]]).decision.value
    'explosion_possible'
    """
    matrix = as_square_matrix(W, "W")
    slopes = slope_range(activation)
    seconds = float(as_real(budget, "budget", dimensions=0))
    if seconds <= 0:
        raise OutOfRangeError("budget", f"is {seconds}", "give a positive number of seconds")
    bracket = _Bracket(activation)
    _narrow(bracket, matrix, slopes, time.monotonic() + seconds)
    return bracket.decided()


def _narrow(bracket: _Bracket, W: Array, slopes: SlopeRange, deadline: float) -> None:
    """Narrow the bracket until it decides or time is up."""
    for bound in cheap_bounds(W, slopes):
        bracket.below(bound)
    left = deadline - time.monotonic()
    look = min(_FIRST_LOOK * max(left, 0.0), _LONGEST_FIRST_LOOK)
    bracket.above(periodic_witness(W, activation=bracket.activation, seconds=look))
    if bracket.settled:
        return
    left = deadline - time.monotonic()
    for bound in dear_bounds(W, slopes, seconds=_SHARE * left):
        bracket.below(bound)
        if bracket.settled:
            return
    left = deadline - time.monotonic()
    vertices = vertex_bound(W, slopes, seconds=_SHARE * left) if left > 0 else None
    if vertices is not None:
        bracket.below(vertices)
        bracket.above(witness_of(W, vertices.word, activation=bracket.activation))
        if bracket.settled:
            return
    left = deadline - time.monotonic()
    if left > 0:
        bracket.above(
            periodic_witness(W, activation=bracket.activation, seconds=left, longest=_LONGEST_WORD)
        )


class _Bracket:
    """The best bound and the best witness so far."""

    def __init__(self, activation: str) -> None:
        self.activation = activation
        self.bound: ScaledBound | SectorBound | VertexBound | None = None
        self.witness: PeriodicWitness | None = None

    def below(self, bound: ScaledBound | SectorBound | VertexBound) -> None:
        if self.bound is None or bound.rate < self.bound.rate:
            self.bound = bound
        self._agree()

    def above(self, witness: PeriodicWitness) -> None:
        if self.witness is None or witness.rate > self.witness.rate:
            self.witness = witness
        self._agree()

    @property
    def lower(self) -> float:
        return 0.0 if self.witness is None else self.witness.rate

    @property
    def upper(self) -> float:
        return math.inf if self.bound is None else self.bound.rate

    @property
    def settled(self) -> bool:
        return self.upper < 1 or self.lower > 1

    def _agree(self) -> None:
        if self.lower > self.upper:
            raise ContradictionError(f"the rate is at least {self.lower} and at most {self.upper}")

    def decided(self) -> GrowthDecision:
        constant = math.inf if self.bound is None else self.bound.constant
        ends = (self.activation, self.lower, self.upper, constant)
        if self.upper < 1:
            return Decay(*ends, self.bound)
        if self.lower > 1:
            return ExplosionPossible(*ends, self.witness)
        return Undecided(*ends, None)
