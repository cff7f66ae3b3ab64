"""The audit on the terminal: one line for each statement, and the counts."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from gradproof.audit.audit import AuditReport, AuditVerdict, Finding

__all__ = ["lines_of", "print_audit", "verdict_counts"]

_STYLES = {
    AuditVerdict.TRUE: "green",
    AuditVerdict.REPRODUCED: "green",
    AuditVerdict.MISSING_HYPOTHESIS: "yellow",
    AuditVerdict.IMPRECISE: "yellow",
    AuditVerdict.FALSE: "magenta",
    AuditVerdict.NOT_REPRODUCED: "magenta",
    AuditVerdict.NOT_CHECKABLE: "dim",
}

_HEADINGS = ("statement", "line", "verdict", "grade", "reason")

#: With fewer columns than this left, the reason stands below the rest.
_NARROWEST_REASON = 60


def print_audit(report: AuditReport, console: Console) -> None:
    """Print the table, what has no verdict, and the summary."""
    heading = tuple(Text(word, "bold") for word in _HEADINGS)
    rows = [heading, *(_cells(finding) for finding in report.findings)]
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    beside = console.width >= sum(widths[:4]) + _NARROWEST_REASON
    for *cells, reason in rows:
        for cell, width in zip(cells, widths, strict=False):
            cell.pad_right(width - cell.cell_len + 2)
        if beside:
            console.print(Text.assemble(*cells, reason), no_wrap=True, overflow="ellipsis")
        else:
            reason.stylize("dim")
            console.print(Text.assemble(*cells), soft_wrap=True)
            console.print(Text.assemble("  ", reason), no_wrap=True, overflow="ellipsis")
    console.print()
    for finding in report.findings:
        for problem in finding.problems:
            console.print(Text(f"✗ {finding.statement.name}: {problem}", "bold red"))
    total = len(report.findings)
    counts = ", ".join(f"{count} {name}" for name, count in verdict_counts(report).items() if count)
    noun = "statement" if total == 1 else "statements"
    console.print(f"{total} {noun}: {counts} ({report.seconds:.1f} s)", soft_wrap=True)


def _cells(finding: Finding) -> tuple[Text, ...]:
    verdict, grade = finding.verdict, finding.grade
    shown = "undecided" if verdict is None else verdict.value
    return (
        Text(finding.statement.name),
        Text(lines_of(finding)),
        Text(shown, "bold red" if verdict is None else _STYLES[verdict]),
        Text("" if grade is None else grade.value),
        Text(finding.reason),
    )


def lines_of(finding: Finding) -> str:
    """Return “12” or “12–14”."""
    first, last = finding.statement.lines
    return str(first) if first == last else f"{first}–{last}"


def verdict_counts(report: AuditReport) -> dict[str, int]:
    """Return how many statements have each verdict, "undecided" last."""
    found = [finding.verdict for finding in report.findings]
    counts = {verdict.value: found.count(verdict) for verdict in AuditVerdict}
    return {**counts, "undecided": found.count(None)}
