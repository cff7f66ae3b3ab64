"""A derivation line by line, with the law that justifies each line: plain text and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from gradproof.claims.claim import Claim
from gradproof.hypotheses.necessity import ConditionFinding
from gradproof.latex_text import as_latex
from gradproof.render.abbreviations import Abbreviations
from gradproof.render.conditions import condition_sentences
from gradproof.render.latex_rows import plain_brackets, rows
from gradproof.render.lemmas import Lemmas, Part
from gradproof.render.values import Numbers
from gradproof.symbolic.kernel.derivation import Chain, Theorem
from gradproof.symbolic.language.notation import latex, text

__all__ = [
    "PREAMBLE",
    "assumptions",
    "conditions_as_latex",
    "derivation_as_latex",
    "derivation_as_text",
    "law_in_words",
    "notes_of",
    "shown_above",
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
        lines += [f"Source: {claim.source.citation}"] if claim.source else []
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
\raggedbottom
\makeatletter
\renewcommand{\subsubsection}{\@startsection{subsubsection}{3}{0pt}%
{2ex plus 1ex minus .2ex}{.2ex}{\normalfont\normalsize\bfseries}}
\renewcommand{\paragraph}{\@startsection{paragraph}{4}{0pt}%
{1ex plus .5ex minus .2ex}{-1em}{\normalfont\normalsize\bfseries}}
\makeatother
\AtBeginDocument{\setlength{\abovedisplayskip}{3pt plus 2pt}%
\setlength{\belowdisplayskip}{3pt plus 2pt}%
\setlength{\abovedisplayshortskip}{2pt plus 1pt}\setlength{\belowdisplayshortskip}{2pt plus 1pt}}
\sloppy
\clubpenalty=10000
\widowpenalty=10000
% A formula that is wider than the line is made to fit.
\newsavebox{\formula}
\newcommand{\fit}[1]{\sbox{\formula}{$\displaystyle #1$}%
\ifdim\wd\formula>0.86\linewidth\resizebox{0.86\linewidth}{!}{\usebox{\formula}}%
\else\usebox{\formula}\fi}
"""


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
        body += [rf"Source: {as_latex(claim.source.citation)}."] if claim.source else []
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
        yield f"\\begin{{itemize}}\\setlength{{\\itemsep}}{{0pt}}\n{items}\n\\end{{itemize}}"


def theorem_as_latex(
    theorem: Theorem,
    heading: str,
    numbers: Numbers | None = None,
    lemmas: Lemmas | None = None,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """Return the paragraphs of one theorem: formula, assumptions, and its proof step by step.

    A lemma that ``lemmas`` has (one shared with a theorem before) is referred to, not repeated. A
    law that is a claim in ``titles`` appears by its title, with a link.
    """
    short = Abbreviations.of(theorem)
    said = theorem.proposition
    left, right = short.latex(said.left), f"{said.relation.latex} {short.latex(said.right)}"
    body = [rf"\subsection*{{{heading}}}", _statement(left, right)]
    for word, hypotheses in assumptions(theorem):
        words = "; ".join(as_latex(str(hypothesis)) for hypothesis in hypotheses)
        body.append(rf"{{\raggedright {word}: {words}.\par}}")
    if short.definitions:
        body.append(_definitions(short))
    notes, summary = notes_of(theorem, numbers)
    body += [rf"{{\small\raggedright {as_latex(line)}.\par}}" for line in summary]
    parts = list((Lemmas() if lemmas is None else lemmas).parts(theorem))
    body += shown_above(parts, lambda n: rf"\hyperref[lemma-{n}]{{{n}}}" if titles else str(n))
    for part in parts:
        body += [] if part.is_repeated else _part(part, notes, short, titles)
    return body


def _statement(left: str, right: str) -> str:
    """Return the formula of a theorem as a paragraph that stays with the next one."""
    inner, *others = rows("", f"{left} {right}")
    if others:
        lines = " \\\\\n".join([*rows("& ", left), *rows(r"&\quad ", right)])
        inner = f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"
    return rf"\hspace*{{\mathindent}}$\displaystyle {inner}$\nopagebreak"


def shown_above(parts: Sequence[Part], number: Callable[[int], str]) -> list[str]:
    """Return one sentence about the lemmas that stand further above, none where none does."""
    *before, last = ["", *map(number, sorted(part.number for part in parts if part.is_repeated))]
    if not before:
        return []
    if before == [""]:
        return [f"Lemma {last} is shown above."]
    return [f"Lemmas {', '.join(before[1:])} and {last} are shown above."]


def _definitions(short: Abbreviations) -> str:
    lines = []
    for name, block in short.definitions:
        lines += rows(f"{name} &= ", plain_brackets(latex(block)))
    inner = " \\\\\n".join(lines)
    return f"Here\n\\begin{{align*}}\n{inner}\n\\end{{align*}}"


def _part(
    part: Part, notes: Sequence[Sequence[str]], short: Abbreviations, titles: Mapping[str, str]
) -> Iterator[str]:
    """Yield a lemma, or the proof proper; each case is a paragraph that its formulas end."""
    # A long product of matrices may be broken between its factors.
    statement = as_latex(short.in_words(part.statement)).replace(r"\,", r"\,\allowbreak ")
    heading = rf"\paragraph{{{part.title}.}}"
    if part.number:
        label = rf"\label{{lemma-{part.number}}}" if titles else ""
        heading += f"{label} {statement}."
    for (case, chain), place in zip(part.chains, part.sections, strict=True):
        beginning = [heading] if heading else []
        beginning += [rf"\emph{{{as_latex(case)}.}}"] if case else []
        yield "\n".join([*beginning, _chain_as_latex(chain, notes[place], short, titles)])
        heading = ""


def _chain_as_latex(
    chain: Chain, notes: Sequence[str], short: Abbreviations, titles: Mapping[str, str]
) -> str:
    lines = rows("& ", short.latex(chain.first))
    lines[-1] += _note(notes[:1])
    beside = notes[1:] or [""] * len(chain.steps)
    for step, note in zip(chain.steps, beside, strict=True):
        *before, last = rows(rf"&\quad {step.relation.latex} ", short.latex(step.right))
        tag = _tag(step.law.name, titles)
        lines += [*before, f"{last} {tag}{_note([note] if note else [])}"]
    # No page ends after the first line or begins with the last one.
    between = " \\\\\n".join(lines[1:-1])
    inner = " \\\\*\n".join(filter(None, [lines[0], between, *lines[1:][-1:]]))
    return f"\\begin{{align*}}\n{inner}\n\\end{{align*}}"


# About as many letters of a law as fit beside a formula.
_TAG = 60


def _tag(law: str, titles: Mapping[str, str]) -> str:
    title = titles.get(law, law_in_words(law))
    words = as_latex(title)
    if law in titles:
        words = rf"\hyperref[{law}]{{{words}}}"
    if len(title) > _TAG:
        words = rf"\parbox{{75mm}}{{\raggedleft {words}}}"
    return rf"\tag*{{\footnotesize {words}}}"


def law_in_words(name: str) -> str:
    """Return the name of a theorem in words; that of any other law may hold h_k, and stays.

    >>> law_in_words("powers_vanish"), law_in_words("definition of h_k")
    ('powers vanish', 'definition of h_k')
    """
    return name.replace("_", " ") if re.fullmatch(r"[a-z0-9_]+", name) else name


def _note(notes: Sequence[str]) -> str:
    return "".join(rf" \\ &\qquad \fit{{\to\text{{\small {as_latex(n)}}}}}" for n in notes)
