"""The book as one HTML page: contents, chapters, glossary and bibliography, without a script."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gradproof.claims.check import ClaimReport, Report
from gradproof.render.book import cited, in_chapters, users
from gradproof.render.derivation import theorem_title
from gradproof.render.front_matter import GLOSSARY, INTRODUCTION
from gradproof.render.html import conditions_as_html, page, theorem_as_html, witness_as_html
from gradproof.render.lemmas import Lemmas
from gradproof.render.mathml import words_as_html
from gradproof.source import BIBLIOGRAPHY

__all__ = ["book_as_html"]

_TITLE = "Vanishing and exploding gradients"


def book_as_html(report: Report) -> str:
    """Return the page."""
    chapters = in_chapters(report)
    titles = {item.claim.name: item.claim.heading for item in report.claims}
    used_by, lemmas = users(report), Lemmas()
    body = [f"<h1>{_TITLE}</h1>", "<p>Derivations checked by gradproof.</p>"]
    body.append('<nav aria-label="Contents"><h2>Contents</h2><ol>')
    for chapter, items in chapters:
        entries = "".join(f"<li>{_link(i.claim.name, titles)}</li>" for i in items)
        body.append(
            f'<li><a href="#chapter-{chapter.value}">{html.escape(chapter.title)}</a>'
            f"<ol>{entries}</ol></li>"
        )
    body.append("</ol></nav><h2>Setting</h2>")
    body += [f"<p>{words_as_html(paragraph)}</p>" for paragraph in INTRODUCTION]
    for chapter, items in chapters:
        body.append(f'<h2 id="chapter-{chapter.value}">{html.escape(chapter.title)}</h2>')
        for item in items:
            body += _claim(item, titles, used_by.get(item.claim.name, []), lemmas)
    body.append('<h2 id="glossary">Glossary</h2>')
    body.append("<table><tr><th>in code</th><th>symbol</th><th>meaning</th></tr>")
    for row in GLOSSARY:
        body.append("<tr>" + "".join(f"<td>{words_as_html(cell)}</td>" for cell in row) + "</tr>")
    body.append("</table>")
    body += _bibliography(cited(report.claims))
    return page(_TITLE, "\n".join(body))


def _link(name: str, titles: Mapping[str, str]) -> str:
    return f'<a href="#{html.escape(name)}">{html.escape(titles[name])}</a>'


def _claim(
    item: ClaimReport,
    titles: Mapping[str, str],
    used_by: Sequence[str],
    lemmas: Lemmas,
) -> Iterator[str]:
    claim, judgement = item.claim, item.judgement
    verdict = judgement.verdict.value
    yield f'<section><h3 id="{html.escape(claim.name)}">{html.escape(item.claim.heading)}</h3>'
    yield (
        f'<p><span class="badge {verdict}">{verdict}, {judgement.grade.value}</span> '
        f"{words_as_html(claim.statement)}.</p>"
    )
    for proved in item.formal:
        name, stated = html.escape(proved.name), html.escape(proved.statement)
        yield f'<p><span class="badge kernel">Coq: {name}</span></p><pre>{stated}</pre>'
    if claim.source:
        key, locator = html.escape(claim.source.key), html.escape(claim.source.locator)
        known = claim.source.key in BIBLIOGRAPHY
        short = html.escape(BIBLIOGRAPHY[claim.source.key].short) if known else key
        shown = f'<a href="#source-{key}">{short}</a>' if known else short
        yield f"<p>Source: {shown}, {locator}.</p>"
    for word, names in (("Uses", item.uses), ("Used by", used_by)):
        links = [_link(name, titles) for name in names if name in titles]
        if links:
            yield f"<p>{word}: {', '.join(links)}.</p>"
    theorems = claim.theorems()
    for number, theorem in enumerate(theorems, start=1):
        title = theorem_title(number, theorems)
        yield from map(_lower, theorem_as_html(theorem, title, lemmas=lemmas, titles=titles))
    yield from map(_lower, conditions_as_html(item.conditions, len(theorems)))
    if judgement.witness is not None:
        yield witness_as_html(judgement.witness)
    yield "</section>"


def _lower(line: str) -> str:
    """Put the heading of a theorem below that of its claim."""
    return line.replace("<h3>", "<h4>").replace("</h3>", "</h4>")


def _bibliography(keys: Sequence[str]) -> Iterable[str]:
    if keys:
        yield '<h2 id="bibliography">Bibliography</h2><dl>'
        for key in keys:
            entry = BIBLIOGRAPHY[key]
            yield f'<dt id="source-{key}">{html.escape(entry.short)}</dt>'
            yield f"<dd>{html.escape(str(entry))}</dd>"
        yield "</dl>"
