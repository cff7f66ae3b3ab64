"""The audit as JSON."""

from __future__ import annotations

import json
from typing import Any

from gradproof import __version__
from gradproof.audit.audit import AuditReport, Finding
from gradproof.render.audit_terminal import verdict_counts
from gradproof.render.json import claim_as_record

__all__ = ["audit_as_json"]


def audit_as_json(report: AuditReport) -> str:
    """Return the audit as a JSON text; every field is described in docs/report.md."""
    reports = dict(report.claims)
    for finding in report.findings:
        reports |= {item.claim.name: item for item in finding.reports.values()}
    document = {
        "gradproof": __version__,
        "statements": [_statement(finding) for finding in report.findings],
        "claims": [claim_as_record(item) for item in reports.values()],
        "summary": {"statements": len(report.findings), **verdict_counts(report)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _statement(finding: Finding) -> dict[str, Any]:
    statement = finding.statement
    return {
        "id": statement.name,
        "section": finding.section.title,
        "lines": list(statement.lines),
        "quote": statement.quote,
        "kind": statement.kind.value,
        "verdict": None if finding.verdict is None else finding.verdict.value,
        "grade": None if finding.grade is None else finding.grade.value,
        "reason": finding.reason,
        "corrected": finding.corrected,
        "readings": {role: item.claim.name for role, item in finding.reports.items()},
        "claims": list(dict.fromkeys(item.claim.name for item in finding.reports.values())),
    }
