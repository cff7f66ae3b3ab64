"""A report as a book: every claim in order of dependence, with its derivation and its witness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter

from gradproof.claims.check import ClaimReport, Report
from gradproof.latex_text import as_latex
from gradproof.render.derivation import PREAMBLE, theorem_as_latex
from gradproof.source import BIBLIOGRAPHY
from gradproof.verdict import Verdict, Witness

__all__ = ["book_as_latex", "in_order_of_use"]

_HEAD = r"""\usepackage[dvipsnames]{xcolor}
\usepackage{hyperref}
\hypersetup{hidelinks}
\newcommand{\badge}[2]{\textcolor{#1}{\fbox{\footnotesize\sffamily #2}}}
\title{Vanishing and exploding gradients}
\author{Derivations checked by gradproof}
\date{}
"""

_COLOURS = {
    Verdict.HOLDS: "OliveGreen",
    Verdict.FAILS: "Plum",
    Verdict.UNDECIDED: "BurntOrange",
}


def in_order_of_use(report: Report) -> list[ClaimReport]:
    """Return the claims so that each comes after all that it uses."""
    by_name = {item.claim.name: item for item in sorted(report.claims, key=lambda i: i.claim.name)}
    graph = {
        name: [used for used in item.uses if used in by_name] for name, item in by_name.items()
    }
    return [by_name[name] for name in TopologicalSorter(graph).static_order()]


def book_as_latex(report: Report) -> str:
    """Return a LaTeX document that compiles alone."""
    items = in_order_of_use(report)
    body = [r"\maketitle", r"\tableofcontents", r"\clearpage"]
    for item in items:
        body += _chapter(item)
    body += _bibliography(items)
    inner = "\n\n".join(body)
    return f"{PREAMBLE}{_HEAD}\\begin{{document}}\n{inner}\n\\end{{document}}\n"


def _chapter(item: ClaimReport) -> Iterable[str]:
    claim, judgement = item.claim, item.judgement
    words = as_latex(f"{judgement.verdict.value}, {judgement.grade.value}")
    yield rf"\section{{{as_latex(claim.name.replace('_', ' '))}}}\label{{{claim.name}}}"
    yield rf"\badge{{{_COLOURS[judgement.verdict]}}}{{{words}}}\quad {as_latex(claim.statement)}."
    if claim.source:
        yield rf"Source: \cite{{{claim.source.key}}}, {as_latex(claim.source.locator)}."
    if item.uses:
        used = ", ".join(rf"\hyperref[{n}]{{{as_latex(n.replace('_', ' '))}}}" for n in item.uses)
        yield f"Uses: {used}."
    theorems = claim.theorems()
    for number, theorem in enumerate(theorems, start=1):
        yield from theorem_as_latex(
            theorem, "Theorem" if len(theorems) == 1 else f"Theorem {number}"
        )
    if judgement.witness is not None:
        yield _box(judgement.witness)


def _box(witness: Witness) -> str:
    lines = [rf"\textbf{{Witness.}} {as_latex(witness.shows)}."]
    lines += [f"{as_latex(name)}: {as_latex(value)}" for name, value in witness.values.items()]
    inner = "\\\\\n".join(lines)
    return rf"\fbox{{\parbox{{0.95\linewidth}}{{\raggedright {inner}}}}}"


def _bibliography(items: Sequence[ClaimReport]) -> Iterable[str]:
    sources = {item.claim.source.key for item in items if item.claim.source}
    for item in items:
        steps = (step for theorem in item.claim.theorems() for step in theorem.steps)
        sources |= {step.law.source.key for step in steps if step.law.source}
    keys = sorted(sources & set(BIBLIOGRAPHY))
    if keys:
        entries = "\n".join(
            rf"\bibitem{{{key}}} {as_latex(str(BIBLIOGRAPHY[key]))}" for key in keys
        )
        yield f"\\begin{{thebibliography}}{{99}}\n{entries}\n\\end{{thebibliography}}"
