"""A statement of an article, the ways to read it, and a check for each.

A verdict is never typed. It follows from which readings hold::

    as written holds                                  true, or reproduced
    as written fails, under a named hypothesis holds  true with a missing hypothesis
    as written fails, taken loosely holds             imprecise
    as written fails, and so does every other         false, or not reproduced
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from gradproof.claims.evidence import Evidence
from gradproof.claims.run import Run
from gradproof.errors import InputError
from gradproof.verdict import Scope

__all__ = ["LONGEST_QUOTE", "Check", "Kind", "Reading", "Section", "Statement"]

#: Words that may be quoted of one sentence.
LONGEST_QUOTE = 25

Investigation: TypeAlias = Callable[[Run], Evidence | Iterable[Evidence]]


class Kind(enum.Enum):
    """What sort of statement it is."""

    DEFINITION = "definition"
    FORMULA = "formula"
    INEQUALITY = "inequality"
    LIMIT = "limit"
    NUMBER = "number"
    OUTPUT = "console output"
    FIGURE = "figure"
    CODE = "code"
    HEURISTIC = "heuristic"
    IMPOSSIBILITY = "impossibility"
    CAUSE = "causal reading"
    EXPERIMENT = "experiment"
    HISTORY = "history"

    @property
    def is_reproduction(self) -> bool:
        """Whether the article reports what a program gave."""
        return self in (Kind.OUTPUT, Kind.FIGURE, Kind.EXPERIMENT)


@dataclass(frozen=True)
class Check:
    """How one reading is checked.

    Parameters
    ----------
    says
        The reading in words and formulas, precise enough to be true or false.
    investigate
        Finds the evidence; None where ``claim`` does.
    scope
        What the reading ranges over.
    claim
        The name of a shipped claim whose verdict counts, or "".
    planted
        Makes the same check of a figure that the article doesn't print: right where the article is
        wrong, wrong where it is right. It shows that the check could have come out otherwise.
    """

    says: str
    investigate: Investigation | None = field(default=None, compare=False)
    scope: Scope = Scope.INSTANCE
    claim: str = ""
    planted: Callable[[], Check] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if (self.investigate is None) is (self.claim == ""):
            raise InputError("check", f"“{self.says}” has no evidence, or two", "give one source")


@dataclass(frozen=True)
class Reading:
    """A statement other than the one written: in words for the reader, and its check."""

    words: str
    check: Check


@dataclass(frozen=True)
class Statement:
    """One checkable statement.

    Parameters
    ----------
    name
        Its id: lower case words, joined by hyphens.
    lines
        First and last line in the article's text file.
    quote
        At most 25 of its words.
    kind
        What sort of statement it is.
    as_written
        The check of what it says; None where nothing can be checked.
    missing
        The statement under the hypothesis that the article leaves out.
    loosely
        The statement as a reader of good will takes it, where the words say something else.
    corrected
        What holds instead; needed wherever the statement isn't plainly true.
    because
        The reason in one line; by default that of the evidence.

    Raises
    ------
    InputError
        If the name or the quotation is malformed, a reading is missing, or there are too many.
    """

    name: str
    lines: tuple[int, int]
    quote: str
    kind: Kind
    as_written: Check | None = None
    missing: Reading | None = None
    loosely: Reading | None = None
    corrected: Reading | None = None
    because: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise InputError("name", f"is {self.name!r}", "use lower case words and hyphens")
        first, last = self.lines
        if not 1 <= first <= last:
            raise InputError(self.name, f"has the lines {self.lines}", "give the first and last")
        if not 1 <= len(self.quote.split()) <= LONGEST_QUOTE:
            problem = f"quotes {len(self.quote.split())} words"
            raise InputError(self.name, problem, f"quote from 1 to {LONGEST_QUOTE}")
        if self.as_written is None and not self.because:
            raise InputError(self.name, "has no check", "give one, or say why there can be none")
        if self.as_written is None and (self.missing or self.loosely):
            raise InputError(
                self.name, "is read otherwise but not as written", "check it as written"
            )
        if self.missing is not None and self.loosely is not None:
            raise InputError(
                self.name, "is both imprecise and lacking", "keep the stronger reading"
            )

    @property
    def readings(self) -> dict[str, Check]:
        """The checks by role: as-written, missing, loosely, corrected."""
        found: dict[str, Check] = {}
        if self.as_written is not None:
            found["as-written"] = self.as_written
        for role in ("missing", "loosely", "corrected"):
            reading: Reading | None = getattr(self, role)
            if reading is not None:
                found[role] = reading.check
        return found


@dataclass(frozen=True)
class Section:
    """A section of the article: its heading, its lines, and its statements in order.

    Raises
    ------
    InputError
        If a statement lies outside the lines, or before the one that precedes it.
    """

    title: str
    lines: tuple[int, int]
    statements: tuple[Statement, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "statements", tuple(self.statements))
        first, last = self.lines
        before = first
        for statement in self.statements:
            begin, end = statement.lines
            if not (before <= begin and end <= last):
                problem = f"stands at {begin}–{end}"
                raise InputError(statement.name, problem, f"order it within {first}–{last}")
            before = begin
