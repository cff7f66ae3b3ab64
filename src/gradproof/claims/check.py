"""The engine: claims in, report out."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from gradproof.claims.claim import Claim
from gradproof.claims.evidence import Evidence, EvidenceKind, attacked, derived, formally
from gradproof.claims.load import describe, line_in
from gradproof.claims.run import PROFILES, Run
from gradproof.errors import ContradictionError, GradproofError, UnknownNameError
from gradproof.latex_text import as_latex
from gradproof.verdict import Grade, Judgement, Scope, Verdict, join

if TYPE_CHECKING:
    from gradproof.formal.theories import FormalTheorem
    from gradproof.hypotheses.necessity import ConditionFinding
    from gradproof.symbolic.kernel.derivation import Theorem

__all__ = ["NOTHING_FORMAL", "ClaimReport", "Report", "check", "check_claim"]


#: No proof assistant was asked.
NOTHING_FORMAL: Mapping[str, FormalTheorem] = MappingProxyType({})


@dataclass(frozen=True)
class ClaimReport:
    """A claim, the evidence found, and the judgement that it gives."""

    claim: Claim
    judgement: Judgement
    evidence: tuple[Evidence, ...]
    latex: str
    uses: tuple[str, ...]
    seconds: float
    #: What is known about each condition of the theorems: needed, with a witness, or not known.
    conditions: tuple[ConditionFinding, ...] = ()
    #: The theorems of a proof assistant that were checked and are the statement.
    formal: tuple[FormalTheorem, ...] = ()

    @property
    def as_declared(self) -> bool:
        """Whether the verdict is the one that the claim declares."""
        return self.judgement.verdict is self.claim.expected


@dataclass(frozen=True)
class Report:
    """The reports of all claims of one run."""

    claims: tuple[ClaimReport, ...]
    profile: str
    seed: int
    seconds: float

    @property
    def as_declared(self) -> bool:
        """Whether every verdict is the one that its claim declares."""
        return all(report.as_declared for report in self.claims)

    def _repr_html_(self) -> str:
        rows = (
            (item.claim.name, item.judgement.verdict.value, item.judgement.grade.value)
            for item in self.claims
        )
        heading = "<tr><th>claim</th><th>verdict</th><th>grade</th></tr>"
        cells = (
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        return f"<table>{heading}{''.join(cells)}</table>"


def check(
    claims: Iterable[Claim],
    *,
    profile: str = "ci",
    seed: int = 0,
    formal: Mapping[str, FormalTheorem] = NOTHING_FORMAL,
    before: Callable[[Claim], None] = lambda _claim: None,
    after: Callable[[ClaimReport], None] = lambda _report: None,
) -> Report:
    """Check claims one after another.

    Parameters
    ----------
    profile
        A name in :data:`~gradproof.claims.run.PROFILES`: how many random cases to try.
    seed
        The same seed gives the same cases.
    formal
        The theorems that a proof assistant checked, by name: claims that they state get that grade.
    before, after
        Called around each claim, to show progress.

    Raises
    ------
    ContradictionError
        If two rigorous lines of evidence disagree.
    UnknownNameError
        If the profile isn't known.
    """
    if profile not in PROFILES:
        raise UnknownNameError("profile", f"is {profile!r}", f"use one of {', '.join(PROFILES)}")
    started = time.perf_counter()
    reports = []
    for claim in claims:
        before(claim)
        report = check_claim(claim, Run(PROFILES[profile], seed, claim.name), formal)
        after(report)
        reports.append(report)
    return Report(tuple(reports), profile, seed, time.perf_counter() - started)


def check_claim(
    claim: Claim, run: Run, formal: Mapping[str, FormalTheorem] = NOTHING_FORMAL
) -> ClaimReport:
    """Gather the evidence for one claim and judge it.

    An exception in the claim's own code makes the claim undecided, with file and line.
    """
    started = time.perf_counter()
    evidence: list[Evidence] = []
    latex = claim.latex
    conditions: tuple[ConditionFinding, ...] = ()
    problems: tuple[str, ...] = ()
    checked = tuple(formal[name] for name in claim.formal if name in formal)
    if len(checked) < len(claim.formal):
        checked = ()  # each of them says a part of the statement only
    try:
        theorems = claim.theorems()
        latex = latex or r";\quad ".join(theorem.latex for theorem in theorems)
        for found in _timed(_investigate(claim, theorems, run), started):
            evidence.append(found)  # noqa: PERF402 - what was found before an error is kept
        conditions, problems = _examine(claim, theorems)
        if checked:
            evidence.append(_formal(claim, checked, evidence))
    except ContradictionError:
        raise
    except Exception as error:
        evidence.append(_error(claim, error))
    if not evidence:
        evidence.append(_error(claim, None))
    if any(item.kind is EvidenceKind.ERROR for item in evidence):
        judgement = evidence[-1].judgement
    else:
        try:
            judgement = join(item.judgement.about(claim.scope) for item in evidence)
        except ContradictionError as error:
            raise ContradictionError(
                f"{claim.name} ({claim.path}:{claim.line}): {error}"
            ) from error
    if problems:
        judgement = replace(
            judgement, verdict=Verdict.UNDECIDED, reason=f"necessity: {'; '.join(problems)}"
        )
    uses = dict.fromkeys((*claim.uses, *(name for item in evidence for name in item.uses)))
    return ClaimReport(
        claim=claim,
        judgement=judgement,
        evidence=tuple(evidence),
        latex=latex or rf"\text{{{as_latex(claim.statement)}}}",
        uses=tuple(name for name in uses if name != claim.name),
        seconds=time.perf_counter() - started,
        conditions=conditions,
        formal=checked,
    )


def _formal(
    claim: Claim, theorems: tuple[FormalTheorem, ...], evidence: Iterable[Evidence]
) -> Evidence:
    """Return the proof assistant's evidence; a refutation has the witness found before."""
    failing = (item.judgement for item in evidence if item.judgement.verdict is Verdict.FAILS)
    witness = next((judgement.witness for judgement in failing), None)
    return formally(theorems, claim.expected, witness)


def _examine(
    claim: Claim, theorems: tuple[Theorem, ...]
) -> tuple[tuple[ConditionFinding, ...], tuple[str, ...]]:
    if not theorems:
        return (), ("there is no theorem to speak of",) if claim.necessity else ()
    from gradproof.hypotheses.necessity import examine  # SymPy loads slowly

    return examine(theorems, claim.necessity)


def _investigate(claim: Claim, theorems: tuple[Theorem, ...], run: Run) -> Iterator[Evidence]:
    if theorems:
        yield derived(theorems)
        yield attacked(theorems, run)
    found = claim.investigate(run)
    yield from (found,) if isinstance(found, Evidence) else found or ()


def _timed(evidence: Iterable[Evidence], started: float) -> Iterator[Evidence]:
    """Give each item the time that passed since the one before it."""
    mark = started
    for item in evidence:
        now = time.perf_counter()
        yield replace(item, seconds=now - mark)
        mark = now


def _error(claim: Claim, error: Exception | None) -> Evidence:
    if error is None:
        line, problem, remedy = claim.line, "the claim yields no evidence", "yield at least one"
    else:
        line = line_in(error, claim.path) or claim.line
        problem = describe(error) if not isinstance(error, GradproofError) else str(error)
        remedy = "mend the claim and check it again"
    reason = f"{claim.path}:{line}: {problem}; {remedy}"
    judgement = Judgement(Verdict.UNDECIDED, Grade.SAMPLED, Scope.INSTANCE, reason)
    return Evidence(EvidenceKind.ERROR, judgement)
