"""The audit as a LaTeX document."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.audit.audit import AuditReport, Finding
from gradproof.latex_text import as_latex
from gradproof.render.audit_terminal import lines_of, verdict_counts
from gradproof.source import BIBLIOGRAPHY

__all__ = ["audit_as_latex"]

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,amsmath,amssymb,xcolor,geometry}
\geometry{margin=2.5cm}
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}
\definecolor{holds}{RGB}{42,125,59}\definecolor{fails}{RGB}{160,48,143}
\definecolor{partly}{RGB}{154,91,0}\definecolor{open}{RGB}{102,102,102}
\newcommand{\badge}[2]{\textcolor{#1}{\textsf{\small #2}}}
\title{What the article says, and what holds}\author{Checked by gradproof}\date{}
\begin{document}\maketitle
"""

_COLOURS = {
    "true": "holds",
    "reproduced": "holds",
    "true-with-missing-hypothesis": "partly",
    "imprecise": "partly",
    "false": "fails",
    "not-reproduced": "fails",
}


def audit_as_latex(report: AuditReport) -> str:
    """Return the document."""
    lines = [_PREAMBLE, as_latex(str(BIBLIOGRAPHY["Brenndoerfer2025"])), ""]
    counts = (f"{count} {name}" for name, count in verdict_counts(report).items() if count)
    lines += [as_latex(f"{len(report.findings)} statements: {', '.join(counts)}."), ""]
    before = None
    for finding in report.findings:
        if finding.section is not before:
            before = finding.section
            lines.append(rf"\section*{{{as_latex(before.title)}}}")
        lines += _statement(finding)
    return "\n".join([*lines, r"\end{document}", ""])


def _statement(finding: Finding) -> Iterator[str]:
    statement = finding.statement
    verdict = "undecided" if finding.verdict is None else finding.verdict.value
    grade = "" if finding.grade is None else f", {finding.grade.value}"
    colour = _COLOURS.get(verdict, "open")
    where = f"line {lines_of(finding)}, {statement.kind.value}"
    yield r"\par\medskip\begin{minipage}{\linewidth}"
    badge = rf"\badge{{{colour}}}{{{as_latex(verdict + grade)}}}"
    yield rf"{badge} \hfill {{\small {as_latex(where)}}}\\"
    yield rf"\textit{{“{as_latex(statement.quote)}”}}\\"
    yield f"{as_latex(finding.reason)}."
    if finding.corrected:
        yield rf"\\\textbf{{Instead:}} {as_latex(finding.corrected)}"
    yield r"\end{minipage}"
    yield ""
