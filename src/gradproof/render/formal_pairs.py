"""Claims and the theorems that state them, side by side, for a human to compare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from gradproof.claims.claim import Claim
from gradproof.formal.theories import FormalTheorem, Theory, without_comments
from gradproof.verdict import Verdict

__all__ = ["formal_definitions", "formal_pairs", "formal_theories"]

_DEFINITION = re.compile(
    r"^(?:\(\*\*(?:(?!\*\)).)*\*\)\n)?(?:Definition|Fixpoint|Record) (\w+).*?\.$",
    re.MULTILINE | re.DOTALL,
)


def formal_theories(theories: Iterable[Theory]) -> str:
    """Return, in Markdown, a table of the theories with their titles and numbers of theorems."""
    rows = [
        f"| [{theory.name}](../proofs/formal/{theory.name}.v) | {_title(theory)} "
        f"| {len(theory.theorems)} |"
        for theory in theories
    ]
    return "\n".join(["| theory | about | theorems |", "|---|---|---|", *rows]) + "\n"


def _title(theory: Theory) -> str:
    return theory.text.splitlines()[0].removeprefix("(** * ").removesuffix("*)").strip()


def formal_pairs(claims: Iterable[Claim], record: Mapping[str, FormalTheorem]) -> str:
    """Return, in Markdown, each claim that names theorems, followed by these as Coq prints them.

    Raises
    ------
    KeyError
        If a claim names a theorem that isn't on record.
    """
    return "\n".join(line for claim in claims if claim.formal for line in _pair(claim, record))


def _pair(claim: Claim, record: Mapping[str, FormalTheorem]) -> Iterator[str]:
    refuted = " (refuted)" if claim.expected is Verdict.FAILS else ""
    yield f"### `{claim.name}`{refuted}\n"
    yield f"{claim.statement}.\n"
    for name in claim.formal:
        yield f"```coq\n{name} :\n{record[name].statement}\n```\n"


def formal_definitions(
    theories: Iterable[Theory], claims: Iterable[Claim], record: Mapping[str, FormalTheorem]
) -> str:
    """Return, in Markdown, the definitions that the claims' theorems speak of, as they are written.

    Those whose names occur in a statement, or in a definition that is shown.
    """
    written = {
        match[1]: match[0] for theory in theories for match in _DEFINITION.finditer(theory.text)
    }
    spoken_of = _names(record[name].statement for claim in claims for name in claim.formal)
    while True:
        shown = [name for name in written if name in spoken_of]
        further = _names(written[name] for name in shown)
        if further <= spoken_of:
            return "\n".join(f"```coq\n{written[name]}\n```\n" for name in shown)
        spoken_of |= further


def _names(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in re.findall(r"\w+", without_comments(text))}
