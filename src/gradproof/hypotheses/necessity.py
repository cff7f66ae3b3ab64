"""For each condition of each theorem of a claim: whether it is needed, and what shows it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from gradproof.hypotheses.declared import Necessity, NotKnownToNeed, Without
from gradproof.hypotheses.mutation import (
    Mutation,
    gives_meaning,
    judge,
    signed_symbols,
)
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language.notation import domain
from gradproof.symbolic.language.relation import Hypothesis
from gradproof.verdict import Verdict, Witness

__all__ = ["ConditionFinding", "Need", "examine", "witnesses_of"]


class Need(enum.Enum):
    """Whether a theorem needs a condition."""

    NEEDED = "needed"
    GIVES_MEANING = "gives meaning"
    NOT_KNOWN = "not known to be needed"
    UNEXAMINED = "unexamined"


@dataclass(frozen=True)
class ConditionFinding:
    """What is known about one condition of one theorem.

    Parameters
    ----------
    theorem, condition
        As they are printed.
    need
        NEEDED: the witness refutes the statement without the condition. GIVES_MEANING: an inverse
        in the statement exists by it. NOT_KNOWN: the reason says why there is no witness.
        UNEXAMINED: nothing is declared.
    reason
        One sentence.
    witness
        The instance that shows that the condition is needed.
    number
        Which of the theorems it is, counted from 1: two of them may read the same.
    """

    theorem: str
    condition: str
    need: Need
    reason: str
    witness: Witness | None = None
    number: int = 1


def examine(
    theorems: Iterable[Theorem], declared: Sequence[Necessity]
) -> tuple[tuple[ConditionFinding, ...], tuple[str, ...]]:
    """Return the finding about every condition, and what is wrong with the declarations.

    A declaration is wrong if it speaks of no condition of the theorems, is no witness for any of
    them, gives values that nothing uses, or says of a condition with a witness that none is known.
    """
    findings: list[ConditionFinding] = []
    refuting: dict[int, set[str]] = {}
    excusing: set[int] = set()
    reasons: dict[int, list[str]] = {}
    for number, theorem in enumerate(theorems, start=1):
        for condition, name in _conditions(theorem):
            witness = None
            for i, declaration in enumerate(declared):
                if isinstance(declaration, Without) and _speaks_of(declaration, name):
                    judged = judge(Mutation(theorem, condition), [declaration.values])
                    if judged.verdict is Verdict.FAILS and judged.witness is not None:
                        witness = witness or judged.witness
                        refuting.setdefault(i, set()).update(judged.witness.values)
                    else:
                        reasons.setdefault(i, []).append(f"{theorem}: {judged.reason}")
            finding, excuse = _finding(theorem, condition, name, witness, declared)
            excusing |= {excuse} if excuse is not None else set()
            findings += [replace(finding, number=number)] if finding is not None else []
    problems = _problems(declared, refuting, excusing, reasons)
    return tuple(findings), tuple(problems)


def _conditions(theorem: Theorem) -> Iterator[tuple[Hypothesis | sp.Symbol, str]]:
    for hypothesis in theorem.conditions:
        yield hypothesis, str(hypothesis)
    for symbol in sorted(signed_symbols(theorem), key=str):
        yield symbol, domain(symbol)


def _speaks_of(declaration: Necessity, name: str) -> bool:
    said = declaration.condition
    return name.startswith(said[:-1].rstrip()) if said.endswith("…") else name == said


def _finding(
    theorem: Theorem,
    condition: Hypothesis | sp.Symbol,
    name: str,
    witness: Witness | None,
    declared: Sequence[Necessity],
) -> tuple[ConditionFinding | None, int | None]:
    """Return the finding (None for a domain without a witness), and which excuse was used."""
    conclusion = str(theorem)
    if witness is not None:
        return ConditionFinding(conclusion, name, Need.NEEDED, witness.shows, witness), None
    if not isinstance(condition, Hypothesis):
        return None, None
    for i, declaration in enumerate(declared):
        if (
            isinstance(declaration, NotKnownToNeed)
            and _speaks_of(declaration, name)
            and declaration.theorem in ("", conclusion)
        ):
            return ConditionFinding(conclusion, name, Need.NOT_KNOWN, declaration.reason), i
    if gives_meaning(theorem, condition):
        reason = "an inverse, a form or a derivative in the statement has its meaning by it"
        return ConditionFinding(conclusion, name, Need.GIVES_MEANING, reason), None
    reason = "no witness is declared, nor that none is known"
    return ConditionFinding(conclusion, name, Need.UNEXAMINED, reason), None


def _problems(
    declared: Sequence[Necessity],
    refuting: dict[int, set[str]],
    excusing: set[int],
    reasons: dict[int, list[str]],
) -> Iterator[str]:
    for i, declaration in enumerate(declared):
        said = f"“{declaration.condition}”"
        if isinstance(declaration, NotKnownToNeed):
            if i not in excusing:
                yield f"{said} is no condition of a theorem here that has no witness"
        elif i in refuting:
            unused = sorted(set(declaration.values) - refuting[i])
            if unused:
                yield f"the witness against {said} gives {', '.join(unused)}, which nothing uses"
        elif i in reasons:
            yield f"the witness against {said} isn't one: {'; '.join(reasons[i])}"
        else:
            yield f"{said} is no condition of a theorem here"


def witnesses_of(declared: Iterable[Necessity]) -> list[Without]:
    """Return the declared witnesses."""
    return [declaration for declaration in declared if isinstance(declaration, Without)]
