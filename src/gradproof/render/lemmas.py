"""The parts of a proof: its lemmas, each with a number, and the proof proper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

from gradproof.symbolic.kernel.derivation import Chain, Section, Theorem

__all__ = ["Lemmas", "Part"]

_CASE = r"(?:Base case|Induction step|Case|By|For)\b.*"
_HEADING = re.compile(rf"Lemma: (.*?)(?:\. ({_CASE}))?", re.DOTALL)

#: Chains with the case that each is about.
_Chains: TypeAlias = tuple[tuple[str, Chain], ...]


@dataclass(frozen=True)
class Part:
    """A lemma, or the proof proper.

    Parameters
    ----------
    number
        The number of the lemma, 0 for the proof.
    statement
        What the lemma says.
    sections
        Where its chains are among the sections of the theorem.
    chains
        Each chain with the case that it is about, “Base case: n = 0”, say.
    is_repeated
        Whether the document has shown the lemma before.
    """

    number: int
    statement: str
    sections: tuple[int, ...]
    chains: _Chains
    is_repeated: bool = False

    @property
    def title(self) -> str:
        """“Lemma 3”, or “Proof”."""
        return f"Lemma {self.number}" if self.number else "Proof"


@dataclass
class Lemmas:
    """The lemmas that a document has shown so far, in which each is proved once."""

    numbers: dict[tuple[str, _Chains], int] = field(default_factory=dict)

    def parts(self, theorem: Theorem) -> Iterator[Part]:
        """Yield the parts of the proof of one theorem, in order.

        >>> from gradproof.symbolic.theorems.bounds import product_norm_upper
        >>> for part in Lemmas().parts(product_norm_upper("tanh")):
        ...     print(part.title, *(case for case, _ in part.chains if case), sep="; ")
        Lemma 1; Base case: n = 0; Induction step: from n to n + 1
        Proof
        """
        numbered = enumerate(theorem.sections)
        for statement, group in groupby(numbered, key=lambda item: _split(item[1])[0]):
            found = list(group)
            chains = tuple((_split(section)[1], section.chain) for _, section in found)
            places = tuple(place for place, _ in found)
            if statement:
                known = len(self.numbers)
                number = self.numbers.setdefault((statement, chains), known + 1)
                yield Part(number, statement, places, chains, is_repeated=number <= known)
            else:
                yield Part(0, "", places, chains)


def _split(section: Section) -> tuple[str, str]:
    """Return what the lemma says, “” for no lemma, and the case."""
    lemma = _HEADING.fullmatch(section.heading)
    return (lemma[1], lemma[2] or "") if lemma else ("", section.heading)
