"""The engine of the audit: statements in, findings out."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from gradproof.audit.statement import Check, Section, Statement
from gradproof.claims.check import NOTHING_FORMAL, ClaimReport, check_claim
from gradproof.claims.claim import Claim
from gradproof.claims.run import PROFILES, Run
from gradproof.errors import UnknownNameError
from gradproof.formal.theories import FormalTheorem
from gradproof.verdict import Grade, Verdict

__all__ = ["AuditReport", "AuditVerdict", "Finding", "audit", "judged"]


class AuditVerdict(enum.Enum):
    """What is to be said of a statement."""

    TRUE = "true"
    MISSING_HYPOTHESIS = "true-with-missing-hypothesis"
    IMPRECISE = "imprecise"
    FALSE = "false"
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not-reproduced"
    NOT_CHECKABLE = "not-checkable"


@dataclass(frozen=True)
class Finding:
    """A statement, the claims that its readings are, and the verdict that follows.

    Parameters
    ----------
    statement, section
        What was checked, and the heading under which it stands.
    verdict
        None where a reading is undecided, or contradicts what the statement declares; then
        ``problems`` says what.
    grade
        The weakest grade among the readings that count; None where nothing can be checked.
    reason
        In one line.
    reports
        Role of the reading → the report of its claim.
    problems
        What keeps the verdict from being given.
    """

    statement: Statement
    section: Section
    verdict: AuditVerdict | None
    grade: Grade | None
    reason: str
    reports: Mapping[str, ClaimReport] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[str, ...] = ()

    @property
    def corrected(self) -> str:
        """What holds instead, in words; "" where the statement is true."""
        for reading in (self.statement.missing, self.statement.corrected):
            if reading is not None:
                return reading.words
        return ""


@dataclass(frozen=True)
class AuditReport:
    """All findings of one run, and the shipped claims on which they rest, directly or not."""

    findings: tuple[Finding, ...]
    claims: Mapping[str, ClaimReport]
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Whether every statement has its verdict."""
        return all(finding.verdict is not None for finding in self.findings)


def audit(
    sections: Iterable[Section],
    claims: Mapping[str, Claim],
    *,
    profile: str = "quick",
    seed: int = 0,
    formal: Mapping[str, FormalTheorem] = NOTHING_FORMAL,
    known: Iterable[ClaimReport] = (),
    wanted: Callable[[Statement], bool] = lambda _statement: True,
    before: Callable[[Statement], None] = lambda _statement: None,
    after: Callable[[Finding], None] = lambda _finding: None,
) -> AuditReport:
    """Check the statements of the sections.

    Parameters
    ----------
    claims
        The shipped claims by name, for the readings that are such.
    profile, seed, formal
        As for :func:`~gradproof.claims.check.check`.
    known
        Reports of shipped claims that needn't be checked again.
    wanted
        Which statements to check.
    before, after
        Called around each statement, to show progress.

    Raises
    ------
    UnknownNameError
        If a reading names a claim that isn't there.
    """
    started = time.perf_counter()
    checked = {report.claim.name: report for report in known}

    def look(claim: Claim) -> ClaimReport:
        if claim.name not in checked:
            run = Run(PROFILES[profile], seed, claim.name)
            checked[claim.name] = check_claim(claim, run, formal)
        return checked[claim.name]

    findings = []
    for section in sections:
        for statement in filter(wanted, section.statements):
            before(statement)
            reports = {
                role: look(_claim(statement, role, reading, claims))
                for role, reading in statement.readings.items()
            }
            finding = judged(statement, section, reports)
            after(finding)
            findings.append(finding)
    below = _below((item for f in findings for item in f.reports.values()), claims, look)
    return AuditReport(tuple(findings), below, time.perf_counter() - started)


def _below(
    reports: Iterable[ClaimReport],
    claims: Mapping[str, Claim],
    look: Callable[[Claim], ClaimReport],
) -> dict[str, ClaimReport]:
    """Return the shipped claims among the reports, and all that these rest on."""
    found: dict[str, ClaimReport] = {}
    waiting = [name for item in reports for name in (item.claim.name, *item.uses) if name in claims]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = look(claims[name])
            waiting += (used for used in found[name].uses if used in claims)
    return found


def _claim(statement: Statement, role: str, reading: Check, claims: Mapping[str, Claim]) -> Claim:
    if reading.investigate is None:
        if reading.claim not in claims:
            problem = f"rests on the claim {reading.claim!r}, which isn't there"
            raise UnknownNameError(statement.name, problem, "name a shipped claim")
        return claims[reading.claim]
    code = getattr(reading.investigate, "__code__", None)
    return Claim(
        name=f"{statement.name}.{role}",
        statement=reading.says,
        investigate=reading.investigate,
        scope=reading.scope,
        expected=Verdict.HOLDS,
        latex="",
        source=None,
        uses=(),
        derivation=None,
        necessity=(),
        path=Path(code.co_filename if code else ""),
        line=code.co_firstlineno if code else 0,
    )


def judged(statement: Statement, section: Section, reports: Mapping[str, ClaimReport]) -> Finding:
    """Return the finding that follows from the reports of a statement's readings."""
    found = {role: report.judgement.verdict for role, report in reports.items()}
    verdict, deciding = _verdict(statement, found)
    problems = tuple(_problems(statement, reports, verdict))
    counting = [reports[role].judgement for role in deciding if role in reports]
    because = statement.because or (counting[0].reason if counting else "")
    return Finding(
        statement,
        section,
        None if problems else verdict,
        min((j.grade for j in counting), key=lambda grade: grade.rank, default=None),
        "; ".join(problems) or because,
        MappingProxyType(dict(reports)),
        problems,
    )


def _verdict(
    statement: Statement, found: Mapping[str, Verdict]
) -> tuple[AuditVerdict | None, tuple[str, ...]]:
    """Return the verdict, and the roles of the readings that give it."""
    if statement.as_written is None:
        return AuditVerdict.NOT_CHECKABLE, ("corrected",)
    reproduces = statement.kind.is_reproduction
    if found["as-written"] is Verdict.HOLDS:
        return (AuditVerdict.REPRODUCED if reproduces else AuditVerdict.TRUE), ("as-written",)
    if found["as-written"] is Verdict.UNDECIDED:
        return None, ("as-written",)
    for role, verdict in (
        ("missing", AuditVerdict.MISSING_HYPOTHESIS),
        ("loosely", AuditVerdict.IMPRECISE),
    ):
        if found.get(role) is Verdict.HOLDS:
            return verdict, ("as-written", role, "corrected")
    fails = AuditVerdict.NOT_REPRODUCED if reproduces else AuditVerdict.FALSE
    return fails, ("as-written", "corrected")


def _problems(
    statement: Statement, reports: Mapping[str, ClaimReport], verdict: AuditVerdict | None
) -> Iterable[str]:
    for role, report in reports.items():
        judgement = report.judgement
        if judgement.verdict is Verdict.UNDECIDED:
            yield f"{role}: undecided: {judgement.reason}"
        elif role != "as-written" and judgement.verdict is Verdict.FAILS:
            yield f"{role}: it fails: {judgement.reason}"
    needs_other = verdict not in (
        AuditVerdict.TRUE,
        AuditVerdict.REPRODUCED,
        AuditVerdict.NOT_CHECKABLE,
    )
    if needs_other and verdict is not None and not (statement.missing or statement.corrected):
        yield f"it is {verdict.value}, and nothing says what holds instead"
    if not needs_other and len(reports) > 1 and statement.as_written is not None:
        yield "it holds as written, and is read otherwise too"
