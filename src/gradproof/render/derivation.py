"""A derivation line by line, with the law that justifies each line: plain text and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gradproof.claims.claim import Claim
from gradproof.latex_text import as_latex
from gradproof.symbolic.kernel.derivation import Chain, Theorem
from gradproof.symbolic.language.notation import latex, text

__all__ = ["PREAMBLE", "derivation_as_latex", "derivation_as_text", "theorem_as_latex"]


def derivation_as_text(claim: Claim, theorems: Sequence[Theorem]) -> str:
    """Return the derivation as Unicode text."""
    lines = [claim.name, "=" * len(claim.name), "", claim.statement]
    if claim.source:
        lines.append(f"Source: {claim.source}")
    for number, theorem in enumerate(theorems, start=1):
        title = "Theorem" if len(theorems) == 1 else f"Theorem {number}"
        lines += ["", f"{title}.  {theorem}"]
        for heading, hypotheses in _assumptions(theorem):
            lines += [f"  {heading}: " + "; ".join(str(h) for h in hypotheses)]
        for section in theorem.sections:
            lines += ["", f"  {section.heading}" if section.heading else "  Proof"]
            lines += [f"    {line}" for line in _chain_as_text(section.chain)]
    return "\n".join(lines) + "\n"


def _assumptions(theorem: Theorem) -> Iterable[tuple[str, Sequence[object]]]:
    if theorem.domains:
        yield "For", theorem.domains
    if theorem.definitions:
        yield "Where", theorem.definitions
    if theorem.conditions:
        yield "Given", theorem.conditions


def _chain_as_text(chain: Chain) -> list[str]:
    formulas = [f"  {step.relation.value} {text(step.right)}" for step in chain.steps]
    width = min(max((len(formula) for formula in formulas), default=0), 66)
    lines = [text(chain.first)]
    for formula, step in zip(formulas, chain.steps, strict=True):
        if len(formula) > width:
            lines += [formula, " " * width + f"   [{step.law.name}]"]
        else:
            lines.append(f"{formula:<{width}}   [{step.law.name}]")
    return lines


PREAMBLE = r"""\documentclass[a4paper,11pt,fleqn]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\setlength{\mathindent}{1em}
\allowdisplaybreaks
\sloppy
"""


def derivation_as_latex(claim: Claim, theorems: Sequence[Theorem]) -> str:
    """Return the derivation as a LaTeX document that compiles alone."""
    title = as_latex(claim.name.replace("_", " "))
    body = [rf"\section*{{{title}}}", as_latex(claim.statement)]
    if claim.source:
        body.append(rf"Source: {as_latex(str(claim.source))}.")
    for number, theorem in enumerate(theorems, start=1):
        body += theorem_as_latex(theorem, "Theorem" if len(theorems) == 1 else f"Theorem {number}")
    inner = "\n\n".join(body)
    return f"{PREAMBLE}\\begin{{document}}\n{inner}\n\\end{{document}}\n"


def theorem_as_latex(theorem: Theorem, heading: str) -> list[str]:
    """Return the paragraphs of one theorem: formula, assumptions, and its proof step by step."""
    body = [rf"\subsection*{{{heading}}}", rf"\[ {theorem.proposition.latex} \]"]
    for word, hypotheses in _assumptions(theorem):
        formulas = r", \quad ".join(_hypothesis(h) for h in hypotheses)
        body.append(rf"{word}: {formulas}.")
    for section in theorem.sections:
        body.append(rf"\paragraph{{{as_latex(section.heading) or 'Proof'}.}}")
        body.append(_chain_as_latex(section.chain))
    return body


def _hypothesis(hypothesis: object) -> str:
    formula = getattr(hypothesis, "proposition", None)
    if formula is None:
        return as_latex(str(hypothesis))
    suffix = r" for all $k \ge 1$" if getattr(hypothesis, "is_definition", False) else ""
    return f"${formula.latex if suffix else hypothesis.latex}${suffix}"  # type: ignore[attr-defined]


def _chain_as_latex(chain: Chain) -> str:
    lines = _rows("& ", latex(chain.first))
    for step in chain.steps:
        *before, last = _rows(rf"&\quad {step.relation.latex} ", latex(step.right))
        lines += [*before, f"{last} {_tag(step.law.name)}"]
    inner = " \\\\\n".join(lines)
    return f"\\begin{{align*}}\n{inner}\n\\end{{align*}}"


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
    first, *others = [*rows, row]
    return [beginning + first, *(rf"&\qquad {{}}{row}" for row in others)]


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
