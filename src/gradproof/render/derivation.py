"""A derivation line by line, with the law that justifies each line: plain text and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import sympy as sp

from gradproof.claims.claim import Claim
from gradproof.hypotheses.necessity import ConditionFinding
from gradproof.latex_text import as_latex
from gradproof.render.conditions import condition_sentences
from gradproof.render.values import Numbers
from gradproof.symbolic.kernel.derivation import Chain, Theorem
from gradproof.symbolic.language.notation import latex, text

__all__ = [
    "PREAMBLE",
    "assumptions",
    "conditions_as_latex",
    "derivation_as_latex",
    "derivation_as_text",
    "notes_of",
    "theorem_as_latex",
    "theorem_title",
]


def theorem_title(number: int, theorems: Sequence[Theorem]) -> str:
    """Return “Theorem”, with a number where there are several."""
    return "Theorem" if len(theorems) == 1 else f"Theorem {number}"


def derivation_as_text(
    claim: Claim,
    theorems: Sequence[Theorem],
    numbers: Numbers | None = None,
    *,
    restated: str = "",
    conditions: Sequence[ConditionFinding] = (),
) -> str:
    """Return the derivation as Unicode text, with the value of each line at given numbers.

    ``restated`` says for what other cell or activation than in the claim's statement the theorems
    are; it then takes the place of the statement.
    """
    title = f"{claim.name} {restated}".strip()
    lines = [title, "=" * len(title)]
    if not restated:
        lines += ["", claim.statement]
        lines += [f"Source: {claim.source}"] if claim.source else []
    for number, theorem in enumerate(theorems, start=1):
        lines += ["", f"{theorem_title(number, theorems)}.  {theorem}"]
        for heading, hypotheses in assumptions(theorem):
            lines += [f"  {heading}: " + "; ".join(str(h) for h in hypotheses)]
        notes, summary = notes_of(theorem, numbers)
        lines += [f"  {line}" for line in summary]
        for section, beside in zip(theorem.sections, notes, strict=True):
            lines += ["", f"  {section.heading}" if section.heading else "  Proof"]
            lines += [f"    {line}" for line in _chain_as_text(section.chain, beside)]
    sentences = condition_sentences(conditions, len(theorems))
    lines += ["", "Hypotheses", *(f"  {sentence}" for sentence in sentences)] if conditions else []
    return "\n".join(lines) + "\n"


def notes_of(
    theorem: Theorem, numbers: Numbers | None
) -> tuple[list[Sequence[str]], Sequence[str]]:
    """Return the notes beside each line of each section, and the lines about the numbers used."""
    if numbers is None:
        return [()] * len(theorem.sections), ()
    at = numbers.instance(theorem)
    notes: list[Sequence[str]] = [
        numbers.of_chain(section.chain, theorem, at) for section in theorem.sections
    ]
    return notes, numbers.summary(theorem, at)


def assumptions(theorem: Theorem) -> Iterable[tuple[str, Sequence[object]]]:
    """Return the symbols' domains, the definitions, and the conditions, each with its word."""
    if theorem.domains:
        yield "For", theorem.domains
    if theorem.definitions:
        yield "Where", theorem.definitions
    if theorem.conditions:
        yield "Given", theorem.conditions


def _chain_as_text(chain: Chain, notes: Sequence[str] = ()) -> list[str]:
    formulas = [f"  {step.relation.value} {text(step.right)}" for step in chain.steps]
    width = min(max((len(formula) for formula in formulas), default=0), 66)
    lines = [text(chain.first), *(f"      ⟶ {note}" for note in notes[:1])]
    beside = notes[1:] or [""] * len(formulas)
    for formula, step, note in zip(formulas, chain.steps, beside, strict=True):
        if len(formula) > width:
            lines += [formula, " " * width + f"   [{step.law.name}]"]
        else:
            lines.append(f"{formula:<{width}}   [{step.law.name}]")
        lines += [f"      ⟶ {note}"] if note else []
    return lines


PREAMBLE = r"""\documentclass[a4paper,11pt,fleqn]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\usepackage{graphicx}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\setlength{\mathindent}{1em}
\allowdisplaybreaks
\sloppy
% A formula that is wider than the line is made to fit.
\newsavebox{\formula}
\newcommand{\fit}[1]{\sbox{\formula}{$\displaystyle #1$}%
\ifdim\wd\formula>0.86\linewidth\resizebox{0.86\linewidth}{!}{\usebox{\formula}}%
\else\usebox{\formula}\fi}
"""

# Formulas longer than this in plain text may be wider than the line.
_LONG = 60


def derivation_as_latex(
    claim: Claim,
    theorems: Sequence[Theorem],
    numbers: Numbers | None = None,
    *,
    restated: str = "",
    conditions: Sequence[ConditionFinding] = (),
) -> str:
    """Return the derivation as a LaTeX document that compiles alone.

    ``restated`` and ``conditions`` as for :func:`derivation_as_text`.
    """
    body = [rf"\section*{{{as_latex(f'{claim.heading} {restated}'.strip())}}}"]
    if not restated:
        body.append(as_latex(claim.statement))
        body += [rf"Source: {as_latex(str(claim.source))}."] if claim.source else []
    for number, theorem in enumerate(theorems, start=1):
        body += theorem_as_latex(theorem, theorem_title(number, theorems), numbers)
    body += conditions_as_latex(conditions, len(theorems))
    inner = "\n\n".join(body)
    return f"{PREAMBLE}\\begin{{document}}\n{inner}\n\\end{{document}}\n"


def conditions_as_latex(
    conditions: Sequence[ConditionFinding], number_of_theorems: int
) -> Iterator[str]:
    """Yield the heading and the list of what each condition is for; nothing where there is none."""
    if conditions:
        yield r"\subsection*{Hypotheses}"
        sentences = condition_sentences(conditions, number_of_theorems)
        items = "\n".join(rf"\item {as_latex(sentence)}" for sentence in sentences)
        yield f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}"


def theorem_as_latex(
    theorem: Theorem,
    heading: str,
    numbers: Numbers | None = None,
    printed: set[tuple[str, object]] | None = None,
) -> list[str]:
    """Return the paragraphs of one theorem: formula, assumptions, and its proof step by step.

    Sections in ``printed`` (lemmas shared with other theorems) are referred to, not repeated.
    """
    formula = fitted(theorem.proposition.latex, str(theorem.proposition))
    body = [rf"\subsection*{{{heading}}}", rf"\[ {formula} \]"]
    for word, hypotheses in assumptions(theorem):
        formulas = r", \quad ".join(_hypothesis(h) for h in hypotheses)
        body.append(rf"{word}: {formulas}.")
    notes, summary = notes_of(theorem, numbers)
    body += [rf"{{\small\raggedright {as_latex(line)}.\par}}" for line in summary]
    for section, beside in zip(theorem.sections, notes, strict=True):
        heading = as_latex(section.heading) or "Proof"
        key = (section.heading, section.chain)
        if printed is not None and section.heading.startswith("Lemma") and key in printed:
            body.append(rf"\paragraph{{{heading}.}} Shown above.")
            continue
        if printed is not None:
            printed.add(key)
        body.append(rf"\paragraph{{{heading}.}}")
        body.append(_chain_as_latex(section.chain, beside))
    return body


def fitted(formula: str, plain: str) -> str:
    """Return a formula in LaTeX that stays within the line."""
    return rf"\fit{{{formula}}}" if len(plain) > _LONG else formula


def _hypothesis(hypothesis: object) -> str:
    formula = getattr(hypothesis, "proposition", None)
    if formula is None:
        return as_latex(str(hypothesis))
    suffix = r" for all $k \ge 1$" if getattr(hypothesis, "is_definition", False) else ""
    return f"${formula.latex if suffix else hypothesis.latex}${suffix}"  # type: ignore[attr-defined]


def _chain_as_latex(chain: Chain, notes: Sequence[str] = ()) -> str:
    lines = _fitted_rows("& ", chain.first)
    lines[-1] += _note(notes[:1])
    beside = notes[1:] or [""] * len(chain.steps)
    for step, note in zip(chain.steps, beside, strict=True):
        *before, last = _fitted_rows(rf"&\quad {step.relation.latex} ", step.right)
        lines += [*before, f"{last} {_tag(step.law.name)}{_note([note] if note else [])}"]
    inner = " \\\\\n".join(lines)
    return f"\\begin{{align*}}\n{inner}\n\\end{{align*}}"


def _fitted_rows(beginning: str, expression: sp.Basic) -> list[str]:
    """Break what can be broken; a block matrix is made to fit."""
    formula = latex(expression)
    if r"\begin{pmatrix}" in formula:
        return [beginning + fitted(formula, text(expression))]
    return _rows(beginning, formula)


# About as many symbols of LaTeX mathematics as fit into a line of the page, and letters of a law.
_LINE, _TAG = 56, 60

_TOKENS = re.compile(r"\\left(?![a-z])|\\right(?![a-z])|[{}]| [+-] |\\,|.", re.DOTALL)
_INVISIBLE = re.compile(r"\\(?:left|right|operatorname|mathop|limits|overleftarrow)|\\,|[{}^_\s]")


def _tag(law: str) -> str:
    words = as_latex(law)
    if len(law) > _TAG:
        words = rf"\parbox{{75mm}}{{\raggedleft {words}}}"
    return rf"\tag*{{\footnotesize {words}}}"


def _rows(beginning: str, formula: str) -> list[str]:
    """Break a long formula into rows, outside brackets: before signs, else between factors."""
    rows, row = [], ""
    for term in _cut(formula, (" + ", " - ")):
        for piece in _cut(term, (r"\,",)) if _width(term) > _LINE else [term]:
            if row.strip() and _width(row + piece) > _LINE:
                rows.append(row)
                row = piece.removeprefix(r"\,")
            else:
                row += piece
    first, *others = map(_within_line, [*rows, row])
    return [beginning + first, *(rf"&\qquad {{}}{row}" for row in others)]


def _within_line(row: str) -> str:
    """Make a row fit that has no place to break."""
    # Roots and fractions are wider than their symbols; \fit leaves alone what fits.
    return rf"\fit{{{row}}}" if _width(row) > _LINE / 2 else row


def _cut(formula: str, separators: tuple[str, ...]) -> list[str]:
    """Cut a formula before each separator that no bracket encloses."""
    pieces, depth = [""], 0
    for token in _TOKENS.findall(formula):
        depth += (token in ("{", r"\left")) - (token in ("}", r"\right"))
        if depth == 0 and token in separators:
            pieces.append("")
        pieces[-1] += token
    return pieces


def _width(formula: str) -> int:
    return len(re.sub(r"\\[A-Za-z]+", "x", _INVISIBLE.sub("", formula)))


def _note(notes: Sequence[str]) -> str:
    return "".join(rf" \\ &\qquad \fit{{\to\text{{\small {as_latex(n)}}}}}" for n in notes)
