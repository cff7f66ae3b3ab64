"""Verdict × grade × scope: what was found, how surely, and about how much.

A :class:`Judgement` is one finding. :func:`meet` combines the parts of one argument (a chain is as
strong as its weakest link), :func:`join` combines independent arguments for the same statement (one
more line of evidence never weakens another), and :meth:`Judgement.about` carries a finding from
its own scope to a wider or narrower one, which is where a sample stops short of a theorem.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NoReturn

from gradproof.errors import (
    ContradictionError,
    EmptyArgumentError,
    MissingWitnessError,
    UndecidedError,
)

__all__ = ["Grade", "Judgement", "Scope", "Verdict", "Witness", "join", "meet"]


class Verdict(enum.Enum):
    """What was found out about a statement.

    >>> bool(Verdict.HOLDS), bool(Verdict.FAILS)
    (True, False)
    >>> bool(Verdict.UNDECIDED)
    Traceback (most recent call last):
    gradproof.errors.UndecidedError: an undecided verdict is neither true nor false; \
compare it with `is Verdict.UNDECIDED`
    """

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"

    def __bool__(self) -> bool:
        if self is Verdict.UNDECIDED:
            _refuse_boolean()
        return self is Verdict.HOLDS


def _refuse_boolean() -> NoReturn:
    raise UndecidedError(
        "an undecided verdict is neither true nor false; compare it with `is Verdict.UNDECIDED`"
    )


class Grade(enum.Enum):
    """How a finding was obtained, from the weakest to the strongest.

    >>> Grade.SAMPLED < Grade.FLOAT < Grade.ENCLOSED < Grade.EXACT < Grade.FORMAL
    True
    >>> [grade.value for grade in Grade if grade.is_rigorous]
    ['enclosed', 'exact', 'formal']
    """

    SAMPLED = "sampled"
    FLOAT = "float"
    ENCLOSED = "enclosed"
    EXACT = "exact"
    FORMAL = "formal"

    @property
    def rank(self) -> int:
        """Position in the order, 0 for ``SAMPLED``."""
        return list(Grade).index(self)

    @property
    def is_rigorous(self) -> bool:
        """Whether every rounding error is accounted for."""
        return self >= Grade.ENCLOSED

    def __lt__(self, other: Grade) -> bool:
        return self.rank < other.rank

    def __le__(self, other: Grade) -> bool:
        return self.rank <= other.rank

    def __gt__(self, other: Grade) -> bool:
        return self.rank > other.rank

    def __ge__(self, other: Grade) -> bool:
        return self.rank >= other.rank


class Scope(enum.Enum):
    """What a statement ranges over."""

    UNIVERSAL = "universal"
    EXISTENTIAL = "existential"
    INSTANCE = "instance"


@dataclass(frozen=True)
class Witness:
    """Values that show why a statement fails, or why something exists.

    Parameters
    ----------
    shows
        One sentence: what the values show.
    values
        Name → value, as text that can be pasted into Python (``"Fraction(1, 2)"``, ``"[[0.5]]"``).
    code
        A short program that shows the same to whoever runs it, or "" where there is none.
    """

    shows: str
    values: Mapping[str, str] = field(default_factory=dict)
    code: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __str__(self) -> str:
        return "\n".join(
            [self.shows, *(f"  {name} = {text}" for name, text in self.values.items())]
        )


@dataclass(frozen=True)
class Judgement:
    """One finding: a verdict, its grade, the scope it speaks about, the reason, and a witness.

    Raises
    ------
    MissingWitnessError
        If the verdict is ``FAILS``, or an existential statement ``HOLDS``, without a witness.

    >>> Judgement(Verdict.FAILS, Grade.EXACT, Scope.UNIVERSAL, "no")
    Traceback (most recent call last):
    gradproof.errors.MissingWitnessError: a universal statement that fails needs the witness \
that shows it
    """

    verdict: Verdict
    grade: Grade
    scope: Scope
    reason: str
    witness: Witness | None = None

    def __post_init__(self) -> None:
        fails = self.verdict is Verdict.FAILS
        exists = self.verdict is Verdict.HOLDS and self.scope is Scope.EXISTENTIAL
        if (fails or exists) and self.witness is None:
            raise MissingWitnessError(
                f"a {self.scope.value} statement that {self.verdict.value} "
                "needs the witness that shows it"
            )

    def __bool__(self) -> bool:
        return bool(self.verdict)

    def about(self, scope: Scope) -> Judgement:
        """Return what this finding says about the same statement in another scope.

        An instance never proves a universal statement, but refutes one; it proves an existential
        statement, but never refutes one; a universal finding that holds specialises to instances.
        What doesn't carry over becomes ``UNDECIDED`` and keeps its grade and reason.

        >>> sample = Judgement(Verdict.HOLDS, Grade.SAMPLED, Scope.INSTANCE, "200 cases")
        >>> sample.about(Scope.UNIVERSAL).verdict
        <Verdict.UNDECIDED: 'undecided'>
        """
        if scope is self.scope:
            return self
        if (self.scope, self.verdict, scope) in _CARRIES_OVER and not (
            scope is Scope.EXISTENTIAL and self.witness is None
        ):
            return replace(self, scope=scope)
        return replace(self, verdict=Verdict.UNDECIDED, scope=scope)


# The pairs that are valid inferences when the domain isn't empty; all others are none.
_CARRIES_OVER = frozenset(
    {
        (Scope.INSTANCE, Verdict.FAILS, Scope.UNIVERSAL),
        (Scope.INSTANCE, Verdict.HOLDS, Scope.EXISTENTIAL),
        (Scope.UNIVERSAL, Verdict.HOLDS, Scope.INSTANCE),
        (Scope.UNIVERSAL, Verdict.HOLDS, Scope.EXISTENTIAL),
        (Scope.EXISTENTIAL, Verdict.FAILS, Scope.INSTANCE),
        (Scope.EXISTENTIAL, Verdict.FAILS, Scope.UNIVERSAL),
    }
)


def meet(parts: Iterable[Judgement]) -> Judgement:
    """Combine the parts of ONE argument: all must hold, at the weakest of their grades.

    A part that fails makes the whole fail, by its witness and at its grade (the strongest such
    part speaks). Otherwise a part that is undecided leaves the whole undecided.

    >>> holds = Judgement(Verdict.HOLDS, Grade.EXACT, Scope.UNIVERSAL, "algebra")
    >>> rough = Judgement(Verdict.HOLDS, Grade.FLOAT, Scope.UNIVERSAL, "rounded")
    >>> meet([holds, rough]).grade
    <Grade.FLOAT: 'float'>
    """
    found = _nonempty(parts, "parts")
    scope = found[0].scope
    failing = [part for part in found if part.verdict is Verdict.FAILS]
    if failing:
        return max(failing, key=lambda part: part.grade.rank)
    weakest = min(found, key=lambda part: part.grade.rank)
    undecided = [part for part in found if part.verdict is Verdict.UNDECIDED]
    verdict = Verdict.UNDECIDED if undecided else Verdict.HOLDS
    reasons = "; ".join(dict.fromkeys(part.reason for part in undecided or found))
    witness = next((part.witness for part in found if part.witness is not None), None)
    return Judgement(verdict, weakest.grade, scope, reasons, witness)


def join(lines: Iterable[Judgement]) -> Judgement:
    """Combine INDEPENDENT lines of evidence for one statement: the strongest speaks.

    Lines that disagree leave the statement undecided, unless both are rigorous: then one of them
    is wrong and so is this program.

    Raises
    ------
    ContradictionError
        If a rigorous line holds and a rigorous line fails.

    >>> sample = Judgement(Verdict.UNDECIDED, Grade.SAMPLED, Scope.UNIVERSAL, "200 cases")
    >>> proof = Judgement(Verdict.HOLDS, Grade.EXACT, Scope.UNIVERSAL, "derivation")
    >>> join([sample, proof]).grade
    <Grade.EXACT: 'exact'>
    """
    found = _nonempty(lines, "lines")
    strongest = sorted(found, key=lambda line: line.grade.rank, reverse=True)
    holding = next((line for line in strongest if line.verdict is Verdict.HOLDS), None)
    failing = next((line for line in strongest if line.verdict is Verdict.FAILS), None)
    if holding is None and failing is None:
        return strongest[0]
    if holding is None or failing is None:
        decided = failing if holding is None else holding
        assert decided is not None
        return decided
    if holding.grade.is_rigorous and failing.grade.is_rigorous:
        raise ContradictionError(
            f"one line of evidence holds ({holding.grade.value}: {holding.reason}), "
            f"another fails ({failing.grade.value}: {failing.reason})\n{failing.witness}"
        )
    weaker = min(holding, failing, key=lambda line: line.grade.rank)
    reason = f"the lines of evidence disagree: {holding.reason}, but {failing.reason}"
    return replace(weaker, verdict=Verdict.UNDECIDED, reason=reason)


def _nonempty(judgements: Iterable[Judgement], argument: str) -> list[Judgement]:
    found = list(judgements)
    if not found:
        raise EmptyArgumentError(argument, "are empty", "give at least one judgement")
    return found
