"""What each condition of a claim's theorems is for, in sentences with formulas in Unicode."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence

from gradproof.hypotheses.necessity import ConditionFinding, Need
from gradproof.render.witness_values import assignments

__all__ = ["condition_sentences"]

#: Values by name, and the numbers of the theorems that they refute.
_Instance = tuple[Mapping[str, str], list[int]]


def condition_sentences(
    findings: Sequence[ConditionFinding], number_of_theorems: int
) -> Iterator[str]:
    r"""Yield one sentence or two for each condition, or for several that share what is to be said.

    Theorems are named by their numbers where there are several.

    >>> from gradproof.hypotheses.declared import Without
    >>> from gradproof.hypotheses.necessity import examine
    >>> from gradproof.symbolic.theorems.powers import powers_vanish
    >>> findings, _ = examine(powers_vanish(), [Without("ρ(W) < 1", {"W": [[1]]})])
    >>> print(*condition_sentences(findings, 2), sep="\n")
    Without ρ(W) < 1, Theorem 1 fails: W = 1.
    Not examined: 1 ≤ ρ(W).
    """
    several = number_of_theorems > 1
    needed = [finding for finding in findings if finding.need is Need.NEEDED]
    for condition, found in _by(needed, lambda finding: finding.condition):
        yield _without(condition, _instances(found), several)
    mixed = {f.condition for f in findings if len({g.need for g in _same(f, findings)}) > 1}

    def named(found: Iterable[ConditionFinding]) -> str:
        """List the conditions, with theorems for those of which others say something else."""
        shown = []
        for condition, alike in _by(found, lambda finding: finding.condition):
            place = f" (in {_theorems(alike)})" if several and condition in mixed else ""
            shown.append(condition + place)
        return _listed(_reals_together(shown))

    meaning = [finding for finding in findings if finding.need is Need.GIVES_MEANING]
    if meaning:
        yield f"That {named(meaning)} gives the statement{'s' if several else ''} a meaning."
    unknown = [finding for finding in findings if finding.need is Need.NOT_KNOWN]
    for reason, found in _by(unknown, lambda finding: finding.reason):
        yield f"Not known to be needed: {named(found)}. {reason[0].upper() + reason[1:]}."
    unexamined = [finding for finding in findings if finding.need is Need.UNEXAMINED]
    if unexamined:
        yield f"Not examined: {named(unexamined)}."


def _same(
    finding: ConditionFinding, findings: Iterable[ConditionFinding]
) -> list[ConditionFinding]:
    return [other for other in findings if other.condition == finding.condition]


def _by(
    findings: Iterable[ConditionFinding], key: Callable[[ConditionFinding], str]
) -> ItemsView[str, list[ConditionFinding]]:
    groups: dict[str, list[ConditionFinding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return groups.items()


def _without(condition: str, instances: Sequence[_Instance], several: bool) -> str:
    parts: list[str] = []
    for i, (values, numbers) in enumerate(instances):
        fails = "" if parts else " fails" if len(numbers) == 1 else " fail"
        subject = _numbered(numbers) if several else "this"
        if any(values.items() <= before.items() for before, _ in instances[:i]):
            parts.append(f"{subject} at the same values")
        else:
            parts.append(f"{subject}{fails}{': ' if values else ''}{assignments(values)}")
    quoted = f"“{condition}”" if " is " in condition or ", " in condition else condition
    return f"Without {quoted}{',' if several else ''} {'; '.join(parts)}."


def _instances(findings: Iterable[ConditionFinding]) -> list[_Instance]:
    """Return the distinct instances; one with fewer values is part of one with more.

    The values of symbols that a theorem doesn't speak of are no part of its witness. An activation
    is part of the statement where it isn't chosen, so witnesses that choose one stand alone.
    """
    found: list[_Instance] = []
    for finding in findings:
        values = finding.witness.values if finding.witness is not None else {}
        for i, (known, numbers) in enumerate(found):
            more, fewer = (values, known) if len(values) > len(known) else (known, values)
            if fewer.items() <= more.items() and ("phi" in fewer) == ("phi" in more):
                found[i] = (more, [*numbers, finding.number])
                break
        else:
            found.append((values, [finding.number]))
    return found


def _theorems(findings: Iterable[ConditionFinding]) -> str:
    return _numbered(sorted({finding.number for finding in findings}))


def _numbered(numbers: Sequence[int]) -> str:
    """Return “Theorem 1”, or “Theorems 1, 3–5 and 7”."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run)
    return f"Theorem{'s' if len(numbers) > 1 else ''} {_listed(words)}"


def _reals_together(conditions: Iterable[str]) -> list[str]:
    """Put “W is real”, “s is real” together: “W and s are real”."""
    ending = " is real"
    names = [c.removesuffix(ending) for c in conditions if c.endswith(ending)]
    others = [c for c in conditions if not c.endswith(ending)]
    if names:
        others.append(f"{_listed(names)} {'are' if len(names) > 1 else 'is'} real")
    return others


def _listed(words: Sequence[str]) -> str:
    """Return “a”, “a and b” or “a, b and c”; semicolons where there are commas within."""
    *before, last = words
    if any(", " in word for word in words):
        return "; ".join(words)
    return f"{', '.join(before)} and {last}" if before else last
