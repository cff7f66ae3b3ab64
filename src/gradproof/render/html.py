"""A derivation as one HTML page of its own: MathML, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from gradproof.claims.claim import Claim
from gradproof.hypotheses.necessity import ConditionFinding
from gradproof.render.conditions import condition_sentences
from gradproof.render.derivation import assumptions, notes_of, theorem_title
from gradproof.render.mathml import mathml, words_as_html
from gradproof.render.values import Numbers
from gradproof.symbolic.kernel.derivation import Chain, Theorem
from gradproof.symbolic.language.notation import latex, text
from gradproof.symbolic.language.relation import Hypothesis

__all__ = ["conditions_as_html", "derivation_as_html", "page", "theorem_as_html"]

_STYLE = """\
:root { color-scheme: light dark; --faint: #666; --line: #ccc; --box: #f5f5f2; --link: #1a4f8b }
@media (prefers-color-scheme: dark) {
  :root { --faint: #aaa; --line: #444; --box: #222; --link: #8ab8f0 } }
body { font: 1rem/1.55 Georgia, "Times New Roman", serif; max-width: 52rem; margin: 0 auto;
  padding: 1rem }
h1, h2, h3, h4 { line-height: 1.25 } h4 { margin: 1.2em 0 .3em } a { color: var(--link) }
table { border-collapse: collapse } td, th { text-align: left; padding: .15rem .6rem .15rem 0;
  vertical-align: top }
.formula { overflow: auto hidden; padding: .2rem 0 } .formula math { display: inline math }
.step { display: grid; grid-template-columns: 1.6rem minmax(0, 1fr) minmax(6rem, 14rem);
  column-gap: .4rem; align-items: center; border-top: 1px dotted var(--line) }
.first { padding-left: 0 } .law { font: .8rem/1.3 sans-serif; color: var(--faint) }
.value { grid-column: 2 / 4; font: .8rem/1.3 monospace; color: var(--faint);
  overflow-wrap: anywhere }
.value.wrong { color: #c00; font-weight: bold }
.badge { font: .75rem sans-serif; border: 1px solid; border-radius: .3rem; padding: .1rem .4rem }
.holds { color: #2a7d3b } .fails { color: #a0308f } .undecided { color: #b36a00 }
.box { background: var(--box); border-left: .25rem solid var(--line); padding: .5rem .8rem;
  overflow-wrap: anywhere }
.assumed { margin: .2rem 0 } .statement { margin: .4rem 0 }
@media (max-width: 40rem) { .step { grid-template-columns: 1.6rem minmax(0, 1fr) }
  .law { grid-column: 2 } .value { grid-column: 2 } }
@media print { body { max-width: none; font-size: 10pt } .formula { overflow: visible }
  .long { font-size: 70% } .longer { font-size: 50% } h2, h3, h4 { break-after: avoid }
  .step, .box { break-inside: avoid } a { color: inherit; text-decoration: none } }
"""

# In characters of the plain text: what needs smaller print to fit on a page.
_LONG, _LONGER = 75, 120


def page(title: str, body: str) -> str:
    """Return a page that needs nothing else."""
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n'
        '<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
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
        body += [f"<p>Source: {html.escape(str(claim.source))}.</p>"] if claim.source else []
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
    printed: set[tuple[str, object]] | None = None,
) -> Iterator[str]:
    """Return one theorem: formula, assumptions, and its proof step by step.

    Sections in ``printed`` (lemmas shared with other theorems) are referred to, not repeated.
    """
    yield f"<h3>{html.escape(heading)}</h3>"
    yield _formula(theorem.proposition.latex, str(theorem.proposition), "statement")
    for word, hypotheses in assumptions(theorem):
        yield f'<p class="assumed">{word}: {"; ".join(map(_hypothesis, hypotheses))}.</p>'
    notes, summary = notes_of(theorem, numbers)
    yield from (f'<p class="box">{html.escape(line)}.</p>' for line in summary)
    for section, beside in zip(theorem.sections, notes, strict=True):
        yield f"<h4>{words_as_html(section.heading or 'Proof')}</h4>"
        key = (section.heading, section.chain)
        if printed is not None and section.heading.startswith("Lemma") and key in printed:
            yield "<p>Shown above.</p>"
            continue
        if printed is not None:
            printed.add(key)
        yield from _chain(section.chain, beside)


def _hypothesis(hypothesis: object) -> str:
    if not isinstance(hypothesis, Hypothesis) or hypothesis.proposition is None:
        return words_as_html(str(hypothesis))
    if hypothesis.is_definition:
        return f"{mathml(hypothesis.proposition.latex)} for all {mathml('k')} ≥ 1"
    return mathml(hypothesis.latex)


def _chain(chain: Chain, notes: Sequence[str]) -> Iterator[str]:
    yield _formula(latex(chain.first), text(chain.first), "first")
    yield from (f'<div class="value">→ {html.escape(note)}</div>' for note in notes[:1])
    beside = notes[1:] or [""] * len(chain.steps)
    for step, note in zip(chain.steps, beside, strict=True):
        wrong = " wrong" if "✗" in note else ""
        value = f'<div class="value{wrong}">→ {html.escape(note)}</div>' if note else ""
        yield (
            f'<div class="step"><div>{mathml(step.relation.latex)}</div>'
            f"{_formula(latex(step.right), text(step.right))}"
            f'<div class="law">{words_as_html(_law_in_words(step.law.name))}</div>{value}</div>'
        )


def _formula(formula: str, plain: str, kind: str = "") -> str:
    size = "longer" if len(plain) > _LONGER else "long" if len(plain) > _LONG else ""
    names = " ".join(filter(None, ("formula", kind, size)))
    return f'<div class="{names}">{mathml(formula, display="block")}</div>'


def _law_in_words(name: str) -> str:
    """Return the name of a theorem in words; that of any other law may hold h_k, and stays."""
    return name.replace("_", " ") if re.fullmatch(r"[a-z0-9_]+", name) else name
