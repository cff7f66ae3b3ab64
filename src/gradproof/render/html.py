"""A derivation as one HTML page of its own: MathML, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from gradproof.claims.claim import Claim
from gradproof.hypotheses.necessity import ConditionFinding
from gradproof.render.abbreviations import Abbreviations
from gradproof.render.conditions import condition_sentences
from gradproof.render.derivation import (
    assumptions,
    law_in_words,
    notes_of,
    shown_above,
    theorem_title,
)
from gradproof.render.latex_rows import plain_brackets
from gradproof.render.lemmas import Lemmas, Part
from gradproof.render.mathml import formula_as_html, mathml, words_as_html
from gradproof.render.values import Numbers
from gradproof.render.witness_values import value_lines
from gradproof.symbolic.kernel.derivation import Chain, Theorem
from gradproof.symbolic.language.notation import latex
from gradproof.verdict import Witness

__all__ = ["conditions_as_html", "derivation_as_html", "page", "theorem_as_html", "witness_as_html"]

_STYLE = """\
:root { color-scheme: light dark; --faint: #666; --line: #ccc; --box: #f5f5f2; --link: #1a4f8b;
  --holds: #2a7d3b; --fails: #a0308f; --undecided: #9a5b00; --wrong: #c00 }
@media (prefers-color-scheme: dark) {
  :root { --faint: #aaa; --line: #444; --box: #222; --link: #8ab8f0;
    --holds: #7fd08f; --fails: #e59ada; --undecided: #f0b862; --wrong: #ff8080 } }
body { font: 1rem/1.55 Georgia, "Times New Roman", serif; max-width: 52rem; margin: 0 auto;
  padding: 1rem }
h1, h2, h3, h4 { line-height: 1.25 } h4 { margin: 1.2em 0 .3em } a { color: var(--link) }
table { border-collapse: collapse } td, th { text-align: left; padding: .15rem .6rem .15rem 0;
  vertical-align: top; overflow-wrap: anywhere }
.formula { overflow: auto hidden; padding: .2rem 0 } .formula math { display: inline math }
.step { display: grid; grid-template-columns: 1.6rem minmax(0, 1fr) minmax(6rem, 14rem);
  column-gap: .4rem; align-items: baseline; border-top: 1px dotted var(--line) }
.first { padding-left: 0 } .law { font: .8rem/1.3 sans-serif; color: var(--faint) }
.value { grid-column: 2 / 4; font: .8rem/1.3 monospace; color: var(--faint);
  overflow-wrap: anywhere }
.value.wrong { color: var(--wrong); font-weight: bold }
.badge { font: .75rem sans-serif; border: 1px solid; border-radius: .3rem; padding: .1rem .4rem }
.holds { color: var(--holds) } .fails { color: var(--fails) }
.undecided { color: var(--undecided) } .kernel { color: var(--link) }
pre { font-size: .75rem; overflow: auto; background: var(--box); padding: .5rem .8rem }
.box { background: var(--box); border-left: .25rem solid var(--line); padding: .5rem .8rem;
  overflow-wrap: anywhere }
.assumed { margin: .2rem 0 } .statement { margin: .4rem 0 }
.case { font-style: italic; margin: .6rem 0 .1rem } li { margin: .2rem 0 }
@media (max-width: 40rem) { .step { grid-template-columns: 1.6rem minmax(0, 1fr) }
  .law { grid-column: 2 } .value { grid-column: 2 } }
@media print { body { max-width: none; font-size: 10pt } .formula { overflow: visible }
  h2, h3, h4, .case { break-after: avoid }
  pre { white-space: pre-wrap }
  .step, .box { break-inside: avoid } a { color: inherit; text-decoration: none } }
"""


def page(title: str, body: str, *, style: str = "", script: str = "") -> str:
    """Return a page that needs nothing else, with further style and a script at its end."""
    ending = f"<script>\n{script}</script>\n" if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n'
        '<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{_STYLE}{style}</style>\n</head>\n"
        f"<body>\n{body}\n{ending}</body>\n</html>\n"
    )


def derivation_as_html(
    claim: Claim,
    theorems: Sequence[Theorem],
    numbers: Numbers | None = None,
    *,
    restated: str = "",
    conditions: Sequence[ConditionFinding] = (),
) -> str:
    """Return the derivation as a page.

    ``restated`` and ``conditions`` as for
    :func:`~gradproof.render.derivation.derivation_as_text`.
    """
    title = f"{claim.heading} {restated}".strip()
    body = [f"<h1>{words_as_html(title)}</h1>"]
    if not restated:
        body.append(f"<p>{words_as_html(claim.statement)}</p>")
        body += [f"<p>Source: {html.escape(claim.source.citation)}.</p>"] if claim.source else []
    for number, theorem in enumerate(theorems, start=1):
        body += theorem_as_html(theorem, theorem_title(number, theorems), numbers)
    body += conditions_as_html(conditions, len(theorems))
    return page(title, "\n".join(body))


def conditions_as_html(
    conditions: Sequence[ConditionFinding], number_of_theorems: int
) -> Iterator[str]:
    """Yield the heading and the list of what each condition is for; nothing where there is none."""
    if conditions:
        yield "<h3>Hypotheses</h3>"
        sentences = condition_sentences(conditions, number_of_theorems)
        yield f"<ul>{''.join(f'<li>{words_as_html(sentence)}</li>' for sentence in sentences)}</ul>"


def theorem_as_html(
    theorem: Theorem,
    heading: str,
    numbers: Numbers | None = None,
    lemmas: Lemmas | None = None,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Return one theorem: formula, assumptions, and its proof step by step.

    ``lemmas`` and ``titles`` as for :func:`~gradproof.render.derivation.theorem_as_latex`.
    """
    short, said = Abbreviations.of(theorem), theorem.proposition
    yield f"<h3>{html.escape(heading)}</h3>"
    formula = f"{short.latex(said.left)} {said.relation.latex} {short.latex(said.right)}"
    yield _formula(formula, "statement")
    for word, hypotheses in assumptions(theorem):
        words = "; ".join(words_as_html(str(hypothesis)) for hypothesis in hypotheses)
        yield f'<p class="assumed">{word}: {words}.</p>'
    if short.definitions:
        yield '<p class="assumed">Here</p>'
    for name, block in short.definitions:
        yield _formula(f"{name} = {plain_brackets(latex(block))}")
    notes, summary = notes_of(theorem, numbers)
    yield from (f'<p class="box">{words_as_html(line)}.</p>' for line in summary)
    parts = list((Lemmas() if lemmas is None else lemmas).parts(theorem))
    shown = shown_above(parts, lambda n: f'<a href="#lemma-{n}">{n}</a>' if titles else str(n))
    yield from (f"<p>{sentence}</p>" for sentence in shown)
    for part in parts:
        if not part.is_repeated:
            yield from _part(part, notes, short, titles)


def witness_as_html(witness: Witness) -> str:
    """Return a witness as a box: what it shows, and its values."""
    lines = [f"<b>Witness.</b> {words_as_html(witness.shows)}."]
    lines += map(words_as_html, value_lines(witness.values))
    return f'<p class="box">{"<br/>".join(lines)}</p>'


def _part(
    part: Part, notes: Sequence[Sequence[str]], short: Abbreviations, titles: Mapping[str, str]
) -> Iterator[str]:
    anchor = f' id="lemma-{part.number}"' if part.number and titles else ""
    yield f"<h4{anchor}>{part.title}</h4>"
    if part.number:
        yield f'<p class="assumed">{words_as_html(short.in_words(part.statement))}.</p>'
    for (case, chain), place in zip(part.chains, part.sections, strict=True):
        if case:
            yield f'<p class="case">{words_as_html(case)}.</p>'
        yield from _chain(chain, notes[place], short, titles)


def _chain(
    chain: Chain, notes: Sequence[str], short: Abbreviations, titles: Mapping[str, str]
) -> Iterator[str]:
    yield _formula(short.latex(chain.first), "first")
    yield from (f'<div class="value">→ {html.escape(note)}</div>' for note in notes[:1])
    beside = notes[1:] or [""] * len(chain.steps)
    for step, note in zip(chain.steps, beside, strict=True):
        wrong = " wrong" if "✗" in note else ""
        value = f'<div class="value{wrong}">→ {html.escape(note)}</div>' if note else ""
        yield (
            f'<div class="step"><div>{mathml(step.relation.latex)}</div>'
            f"{_formula(short.latex(step.right))}"
            f'<div class="law">{_law(step.law.name, titles)}</div>{value}</div>'
        )


def _law(name: str, titles: Mapping[str, str]) -> str:
    words = words_as_html(titles.get(name, law_in_words(name)))
    return f'<a href="#{html.escape(name)}">{words}</a>' if name in titles else words


def _formula(formula: str, kind: str = "") -> str:
    """Return a displayed formula; a long one may be broken at signs and between factors."""
    names = f"formula {kind}".strip()
    return f'<div class="{names}">{formula_as_html(formula)}</div>'
