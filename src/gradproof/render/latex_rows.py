"""Formulas in LaTeX that stay within the line: broken into rows, or else made to fit."""

from __future__ import annotations

import re

__all__ = ["fitted", "rows"]

# About as many symbols of LaTeX mathematics as fit into a line of the page.
_LINE = 56

_TOKENS = re.compile(
    r"\\left(?![a-z])|\\right(?![a-z])|\\begin\{pmatrix\}|\\end\{pmatrix\}|[{}]| [+-] |\\,|.",
    re.DOTALL,
)
_INVISIBLE = re.compile(
    r"\\(?:left|right|bigl|bigr|operatorname|mathcal|mathop|limits|overleftarrow|displaystyle)"
    r"|\\,|[{}^_\s]"
)
# A product sign stands last, which belongs to what follows.
_PRODUCT = re.compile(r"\\limits_\{[^{}]*\}\^\{[^{}]*\}$")
_OPENING = (r"\left", r"\begin{pmatrix}", "{")
_CLOSING = (r"\right", r"\end{pmatrix}", "}")


def fitted(formula: str) -> str:
    """Return a formula made to fit where it may be wider than the line."""
    # Roots and fractions are wider than their symbols; \fit leaves alone what fits.
    return rf"\fit{{{formula}}}" if _width(formula) > _LINE / 2 else formula


def rows(beginning: str, formula: str) -> list[str]:
    """Break a long formula into rows: before signs, else between factors, else within brackets.

    ``beginning`` opens the first row; it holds the mark by which the rows are aligned.
    """
    found, row = [], ""
    for piece in _breakable(formula, _LINE):
        if row.strip() and _width(row + piece) > _LINE:
            found.append(row)
            row = piece.removeprefix(r"\,")
        else:
            row += piece
    first, *others = map(fitted, [*found, row])
    return [beginning + first, *(rf"&\qquad {{}}{row}" for row in others)]


def _breakable(formula: str, line: int) -> list[str]:
    """Cut a formula where it may be broken, no more finely than the line asks for."""
    pieces = []
    for term in _cut(formula, (" + ", " - ")):
        if _width(term) <= line:
            pieces.append(term)
            continue
        for factor in _cut(term, (r"\,",)):
            loose = _loosened(factor) if _width(factor) > line else factor
            pieces += [factor] if loose == factor else _breakable(loose, line)
    return pieces


def _loosened(factor: str) -> str:
    """Give the outermost brackets a fixed size, so that a row may end between them."""
    found, depth, size = [], 0, {r"\left": r"\bigl", r"\right": r"\bigr"}
    for token in _TOKENS.findall(factor):
        depth -= token in _CLOSING
        outermost = depth == 0 and token in size
        found.append(size[token] if outermost else token)
        depth += token in _OPENING
    return "".join(found)


def _cut(formula: str, separators: tuple[str, ...]) -> list[str]:
    """Cut a formula before each separator that no bracket encloses."""
    pieces, depth = [""], 0
    for token in _TOKENS.findall(formula):
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 and token in separators and not _PRODUCT.search(pieces[-1]):
            pieces.append("")
        pieces[-1] += token
    return pieces


def _width(formula: str) -> int:
    return len(re.sub(r"\\[A-Za-z]+", "x", _INVISIBLE.sub("", formula)))
