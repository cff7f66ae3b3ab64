"""The audit as one HTML page: statements in order, filters, claims with derivations, the graph."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gradproof.audit.audit import AuditReport, Finding
from gradproof.audit.load import shipped_article
from gradproof.audit.statement import Kind, Section
from gradproof.claims.check import ClaimReport
from gradproof.render.audit_terminal import lines_of, verdict_counts
from gradproof.render.claim_graph import ancestors, claim_graph
from gradproof.render.derivation import theorem_title
from gradproof.render.html import page, theorem_as_html, witness_as_html
from gradproof.render.lemmas import Lemmas
from gradproof.render.mathml import words_as_html
from gradproof.source import BIBLIOGRAPHY

__all__ = ["audit_as_html"]

_TITLE = "What the article says, and what holds"

_STYLE = """\
.statement { border-top: 1px solid var(--line); padding: .5rem 0; break-inside: avoid }
.statement blockquote { margin: .3rem 0 .3rem 1rem; font-style: italic }
.statement p { margin: .3rem 0 } .where { font: .8rem sans-serif; color: var(--faint) }
.true, .reproduced { color: var(--holds) } .false, .not-reproduced { color: var(--fails) }
.true-with-missing-hypothesis, .imprecise { color: var(--undecided) }
.not-checkable { color: var(--faint) }
.filters { display: none; gap: .4rem .9rem; flex-wrap: wrap; font: .85rem sans-serif;
  margin: .4rem 0 } .scripted .filters { display: flex } .filters label { white-space: nowrap }
.hidden { display: none } figure { margin: 1rem 0 }
figure img { max-width: 100%; height: auto; background: white }
figcaption { font-size: .9rem; color: var(--faint) } .wide { overflow-x: auto }
svg.graph text { font: 11px sans-serif; fill: currentColor } svg.graph a { color: inherit }
.node { fill: var(--box); stroke: currentColor } .node.holds { stroke: var(--holds) }
.node.fails { stroke: var(--fails) } .node.undecided { stroke: var(--undecided) }
.edge { fill: none; stroke: var(--line) } summary { cursor: pointer }
@media print { .filters { display: none !important } .hidden { display: block } }
"""

_SCRIPT = """\
document.documentElement.classList.add("scripted");
const boxes = [...document.querySelectorAll(".filters input")];
const shown = name => boxes.filter(b => b.name === name && b.checked).map(b => b.value);
const apply = () => {
  const verdicts = shown("verdict"), kinds = shown("kind");
  for (const s of document.querySelectorAll(".statement"))
    s.classList.toggle("hidden", !(verdicts.includes(s.dataset.verdict)
      && kinds.includes(s.dataset.kind)));
  for (const s of document.querySelectorAll("section.part"))
    s.classList.toggle("hidden", !s.querySelector(".statement:not(.hidden)"));
};
boxes.forEach(b => b.addEventListener("change", apply));
"""


def audit_as_html(report: AuditReport) -> str:
    """Return the page."""
    shipped = report.claims
    body = [f"<h1>{_TITLE}</h1>", *_introduction(report), *_filters(report)]
    for section in dict.fromkeys(finding.section for finding in report.findings):
        body += _section(section, [f for f in report.findings if f.section is section])
    body += ['<h2 id="graph">What rests on what</h2>', _GRAPH_WORDS]
    graph = claim_graph(shipped, shipped, title="Claims and what they rest on")
    body += [f'<div class="wide">{graph}</div>', '<h2 id="claims">The claims</h2>']
    lemmas = Lemmas()
    for name in sorted(shipped):
        body += _claim(shipped[name], shipped, lemmas)
    return page(_TITLE, "\n".join(body), style=_STYLE, script=_SCRIPT)


_GRAPH_WORDS = (
    "<p>Each box is a claim that the audit uses; what it rests on stands to its left. Green holds, "
    "violet is refuted. The lines come from the derivations themselves.</p>"
)


def _introduction(report: AuditReport) -> Iterator[str]:
    source = html.escape(str(BIBLIOGRAPHY["Brenndoerfer2025"]))
    yield f"<p>{source}</p>"
    yield (
        "<p>Each statement of the article that can be checked, with the lines at which it stands, "
        "the verdict, and what holds instead. A verdict is never typed: it follows from which "
        "readings of the statement hold. The grade is that of the weakest evidence behind it.</p>"
    )
    rows = (
        f'<tr><td><span class="badge {name}">{name}</span></td><td>{count}</td></tr>'
        for name, count in verdict_counts(report).items()
        if count
    )
    yield f"<table>{''.join(rows)}</table>"


def _filters(report: AuditReport) -> Iterator[str]:
    kinds = {finding.statement.kind for finding in report.findings}
    for group, values in (
        ("verdict", [name for name, count in verdict_counts(report).items() if count]),
        ("kind", [kind.value for kind in Kind if kind in kinds]),
    ):
        boxes = "".join(
            f'<label><input type="checkbox" name="{group}" value="{value}" checked="checked"/> '
            f"{value}</label>"
            for value in values
        )
        yield f'<div class="filters" role="group" aria-label="{group}"><b>{group}</b>{boxes}</div>'


def _section(section: Section, findings: list[Finding]) -> Iterator[str]:
    first, last = section.lines
    yield f'<section class="part" id="lines-{first}"><h2>{html.escape(section.title)}</h2>'
    yield f'<p class="where">lines {first} to {last}</p>'
    for finding in findings:
        yield from _statement(finding)
    yield "</section>"


def _statement(finding: Finding) -> Iterator[str]:
    statement = finding.statement
    verdict = "undecided" if finding.verdict is None else finding.verdict.value
    grade = "" if finding.grade is None else f", {finding.grade.value}"
    yield (
        f'<div class="statement" id="{statement.name}" data-verdict="{verdict}" '
        f'data-kind="{statement.kind.value}">'
        f'<p><span class="badge {verdict}">{verdict}{grade}</span> <span class="where">'
        f'<a href="#{statement.name}">{statement.name}</a>, line {lines_of(finding)}, '
        f"{statement.kind.value}</span></p>"
        f"<blockquote>{html.escape(statement.quote)}</blockquote>"
        f"<p>{words_as_html(finding.reason)}.</p>"
    )
    if finding.corrected:
        yield f"<p><b>Instead:</b> {words_as_html(finding.corrected)}</p>"
    for role, item in finding.reports.items():
        witness = item.judgement.witness
        if witness is not None and "." in item.claim.name:
            yield f"<details><summary>Witness</summary>{witness_as_html(witness)}</details>"
        elif "." not in item.claim.name:
            name, words = html.escape(item.claim.name), role.replace("-", " ")
            yield (
                f'<p class="where">{words}: <a href="#claim-{name}">'
                f"{html.escape(item.claim.heading)}</a></p>"
            )
    figure = shipped_article() / "figures" / f"{statement.name}.svg"
    if figure.is_file():
        yield _figure(figure)
    yield "</div>"


def _figure(path: Path) -> str:
    """Return a figure as an image of its own, so that names within it don't meet others."""
    drawing = path.read_bytes()
    found = re.search(rb"<dc:title>(.*?)</dc:title>", drawing)
    caption = found.group(1).decode() if found else ""
    data = base64.b64encode(drawing).decode()
    return (
        f'<figure><img alt="{caption}" src="data:image/svg+xml;base64,{data}"/>'
        f"<figcaption>{words_as_html(html.unescape(caption))}.</figcaption></figure>"
    )


def _claim(item: ClaimReport, shipped: Mapping[str, ClaimReport], lemmas: Lemmas) -> Iterator[str]:
    claim, judgement = item.claim, item.judgement
    verdict = judgement.verdict.value
    yield f'<section><h3 id="claim-{html.escape(claim.name)}">{html.escape(claim.heading)}</h3>'
    yield (
        f'<p><span class="badge {verdict}">{verdict}, {judgement.grade.value}</span> '
        f"{words_as_html(claim.statement)}.</p>"
    )
    if claim.source is not None:
        yield f"<p>Source: {html.escape(claim.source.citation)}.</p>"
    if judgement.witness is not None:
        yield witness_as_html(judgement.witness)
    if len(ancestors([claim.name], shipped)) > 1:
        picture = claim_graph([claim.name], shipped, title=f"What {claim.heading} rests on")
        yield (
            f"<details><summary>What it rests on</summary>"
            f'<div class="wide">{picture}</div></details>'
        )
    theorems = claim.theorems()
    if theorems:
        yield "<details><summary>Derivation</summary>"
        for number, theorem in enumerate(theorems, start=1):
            title = theorem_title(number, theorems)
            lines = theorem_as_html(theorem, title, lemmas=lemmas)
            yield from (line.replace("h3>", "h4>") for line in lines)
        yield "</details>"
    yield "</section>"
