"""A report as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gradproof import __version__
from gradproof.claims.check import ClaimReport, Report
from gradproof.claims.evidence import Evidence
from gradproof.verdict import Verdict, Witness

if TYPE_CHECKING:
    from gradproof.hypotheses.necessity import ConditionFinding

__all__ = ["claim_as_record", "report_as_json", "summary"]


def report_as_json(report: Report) -> str:
    """Return the report as a JSON text; every field is described in docs/report.md."""
    document = {
        "gradproof": __version__,
        "profile": report.profile,
        "seed": report.seed,
        "claims": [claim_as_record(item) for item in report.claims],
        "summary": summary(report),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def summary(report: Report) -> dict[str, Any]:
    """Return the counts of a report."""
    verdicts = [item.judgement.verdict for item in report.claims]
    return {
        "claims": len(report.claims),
        **{verdict.value: verdicts.count(verdict) for verdict in Verdict},
        "as_declared": sum(item.as_declared for item in report.claims),
        "not_as_declared": sum(not item.as_declared for item in report.claims),
        "seconds": round(report.seconds, 6),
    }


def claim_as_record(item: ClaimReport) -> dict[str, Any]:
    """Return the record of one claim."""
    claim, judgement = item.claim, item.judgement
    return {
        "name": claim.name,
        "statement": claim.statement,
        "latex": item.latex,
        "source": str(claim.source) if claim.source else "",
        "scope": claim.scope.value,
        "expected": claim.expected.value,
        "verdict": judgement.verdict.value,
        "grade": judgement.grade.value,
        "reason": judgement.reason,
        "seconds": round(item.seconds, 6),
        "uses": list(item.uses),
        "evidence": [_evidence(evidence) for evidence in item.evidence],
        "conditions": [_condition(finding) for finding in item.conditions],
        "formal": [
            {"theorem": found.name, "statement": found.statement, "axioms": list(found.axioms)}
            for found in item.formal
        ],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    judgement = evidence.judgement
    record: dict[str, Any] = {
        "kind": evidence.kind.value,
        "scope": judgement.scope.value,
        "verdict": judgement.verdict.value,
        "grade": judgement.grade.value,
        "seconds": round(evidence.seconds, 6),
        "detail": judgement.reason,
    }
    if judgement.witness is not None:
        record["witness"] = _witness(judgement.witness)
    return record


def _condition(finding: ConditionFinding) -> dict[str, Any]:
    record: dict[str, Any] = {
        "theorem": finding.theorem,
        "condition": finding.condition,
        "need": finding.need.value,
        "reason": finding.reason,
    }
    if finding.witness is not None:
        record["witness"] = _witness(finding.witness)
    return record


def _witness(witness: Witness) -> dict[str, Any]:
    return {"shows": witness.shows, "values": dict(witness.values), "code": witness.code}
