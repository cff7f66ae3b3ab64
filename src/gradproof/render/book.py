"""A report as a book: every claim in order of dependence, with its derivation and its witness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter

import sympy as sp

from gradproof.claims.chapters import Chapter
from gradproof.claims.check import ClaimReport, Report
from gradproof.latex_text import as_latex
from gradproof.render.derivation import (
    PREAMBLE,
    conditions_as_latex,
    theorem_as_latex,
    theorem_title,
)
from gradproof.render.front_matter import GLOSSARY, INTRODUCTION
from gradproof.render.lemmas import Lemmas
from gradproof.render.witness_values import value_lines
from gradproof.source import BIBLIOGRAPHY
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language import expressions as nodes
from gradproof.verdict import Scope, Verdict, Witness

__all__ = [
    "book_as_latex",
    "chapter_of",
    "cited",
    "in_chapters",
    "in_order_of_use",
    "users",
]

_HEAD = r"""\usepackage[dvipsnames]{xcolor}
\usepackage{longtable}
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


def chapter_of(item: ClaimReport) -> Chapter:
    """Return the chapter that the claim declares, else the one that its theorems speak of."""
    claim = item.claim
    if claim.chapter is not None:
        return claim.chapter
    if claim.expected is Verdict.FAILS:
        return Chapter.COUNTEREXAMPLES
    theorems = claim.theorems()
    if claim.scope is not Scope.UNIVERSAL or not theorems:
        return Chapter.EXAMPLES
    if any(_is_other_cell(theorem) for theorem in theorems):
        return Chapter.CELLS
    sides = [side for t in theorems for side in (t.proposition.left, t.proposition.right)]

    def speak_of(*kinds: type) -> bool:
        return any(side.atoms(*kinds) for side in sides)

    if speak_of(nodes.Jacobian, nodes.OrderedProduct):
        measures = speak_of(nodes.SpectralNorm, nodes.SmallestSingularValue)
        return Chapter.NORMS if measures else Chapter.CHAIN
    if speak_of(nodes.SpectralNorm, nodes.SpectralRadius):
        return Chapter.POWERS if speak_of(sp.MatPow, nodes.SpectralRadius) else Chapter.NORMS
    return Chapter.ACTIVATIONS


def _is_other_cell(theorem: Theorem) -> bool:
    """Whether a state is defined by something else than an activation of z_k."""
    return any(
        isinstance(h.proposition.left, nodes.State)
        and not isinstance(h.proposition.right, nodes.Elementwise)
        for h in theorem.definitions
        if h.proposition is not None
    )


def in_chapters(report: Report) -> list[tuple[Chapter, list[ClaimReport]]]:
    """Return the chapters that have claims, each in order of use.

    A claim that uses one of a later chapter moves there: nothing is used before it is shown.
    """
    order = list(Chapter)
    place: dict[str, int] = {}
    chapters: list[list[ClaimReport]] = [[] for _ in order]
    for item in in_order_of_use(report):
        wanted = [order.index(chapter_of(item))]
        wanted += [place[used] for used in item.uses if used in place]
        place[item.claim.name] = max(wanted)
        chapters[place[item.claim.name]].append(item)
    return [(c, items) for c, items in zip(order, chapters, strict=True) if items]


def users(report: Report) -> dict[str, list[str]]:
    """Return which claims use each."""
    found: dict[str, list[str]] = {}
    for item in report.claims:
        for used in item.uses:
            found.setdefault(used, []).append(item.claim.name)
    return found


def cited(items: Iterable[ClaimReport]) -> list[str]:
    """Return the keys of the bibliography that the claims and the laws in their proofs name."""
    sources = set()
    for item in items:
        if item.claim.source:
            sources.add(item.claim.source.key)
        steps = (step for theorem in item.claim.theorems() for step in theorem.steps)
        sources |= {step.law.source.key for step in steps if step.law.source}
    return sorted(sources & set(BIBLIOGRAPHY))


def book_as_latex(report: Report) -> str:
    """Return a LaTeX document that compiles alone."""
    chapters = in_chapters(report)
    titles = {item.claim.name: item.claim.heading for item in report.claims}
    used_by, lemmas = users(report), Lemmas()
    body = [r"\maketitle", r"{\setlength{\parskip}{0pt}\tableofcontents}", r"\clearpage"]
    body.append(r"\section*{Setting}")
    body += [as_latex(paragraph) for paragraph in INTRODUCTION]
    for chapter, items in chapters:
        body.append(rf"\section{{{as_latex(chapter.title)}}}")
        for item in items:
            body += _claim(item, titles, used_by.get(item.claim.name, []), lemmas)
    body.append(r"\section{Glossary}")
    rows = [
        rf"{as_latex(term)} & {as_latex(symbol)} & {as_latex(meaning)} \\"
        for term, symbol, meaning in GLOSSARY
    ]
    inner = "\n".join(rows)
    body.append(
        "{\\small\\begin{longtable}{@{}p{0.26\\linewidth}p{0.23\\linewidth}p{0.44\\linewidth}@{}}\n"
        f"{inner}\n\\end{{longtable}}}}"
    )
    keys = cited(report.claims)
    if keys:
        entries = "\n".join(
            rf"\bibitem{{{key}}} {as_latex(str(BIBLIOGRAPHY[key]))}" for key in keys
        )
        body.append(f"\\begin{{thebibliography}}{{99}}\n{entries}\n\\end{{thebibliography}}")
    joined = "\n\n".join(body)
    return f"{PREAMBLE}{_HEAD}\\begin{{document}}\n{joined}\n\\end{{document}}\n"


def _claim(
    item: ClaimReport,
    titles: Mapping[str, str],
    used_by: Sequence[str],
    lemmas: Lemmas,
) -> Iterable[str]:
    claim, judgement = item.claim, item.judgement
    words = as_latex(f"{judgement.verdict.value}, {judgement.grade.value}")
    yield rf"\subsection{{{as_latex(item.claim.heading)}}}\label{{{claim.name}}}"
    yield rf"\badge{{{_COLOURS[judgement.verdict]}}}{{{words}}}\quad {as_latex(claim.statement)}."
    for proved in item.formal:
        yield rf"\badge{{NavyBlue}}{{Coq: {as_latex(proved.name)}}}"
        yield f"{{\\scriptsize\\begin{{verbatim}}\n{proved.statement}\n\\end{{verbatim}}}}"
    if claim.source and claim.source.key in BIBLIOGRAPHY:
        yield rf"Source: \cite{{{claim.source.key}}}, {as_latex(claim.source.locator)}."
    elif claim.source:
        yield rf"Source: {as_latex(str(claim.source))}."
    for word, names in (("Uses", item.uses), ("Used by", used_by)):
        links = [rf"\hyperref[{n}]{{{as_latex(titles[n])}}}" for n in names if n in titles]
        if links:
            yield f"{word}: {', '.join(links)}."
    theorems = claim.theorems()
    for number, theorem in enumerate(theorems, start=1):
        title = theorem_title(number, theorems)
        lines = theorem_as_latex(theorem, title, lemmas=lemmas, titles=titles)
        yield from map(_lower, lines)
    yield from map(_lower, conditions_as_latex(item.conditions, len(theorems)))
    if judgement.witness is not None:
        yield _box(judgement.witness)


def _lower(paragraph: str) -> str:
    """Put the heading of a theorem below that of its claim."""
    return paragraph.replace(r"\subsection*", r"\subsubsection*")


def _box(witness: Witness) -> str:
    lines = [rf"\textbf{{Witness.}} {as_latex(witness.shows)}."]
    lines += map(as_latex, value_lines(witness.values))
    inner = "\\\\\n".join(lines)
    return rf"\fbox{{\parbox{{0.95\linewidth}}{{\raggedright {inner}}}}}"
