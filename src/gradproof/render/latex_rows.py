"""Formulas in LaTeX that stay within the line: broken into rows, or else made to fit."""

from __future__ import annotations

import re

__all__ = ["breakable", "fitted", "plain_brackets", "rows"]

# About as many symbols of LaTeX mathematics as fit into a line of the page.
_LINE = 56

_SIZED = r"\\(?:left|right|bigl|bigr)(?:\\[A-Za-z]+|.)"
_SIZED_TOKEN = re.compile(_SIZED)
_TOKENS = re.compile(
    rf"{_SIZED}|\\begin\{{pmatrix\}}|\\end\{{pmatrix\}}|[{{}}()\[\]]| [+-] |\\,|\\[A-Za-z]+|.",
    re.DOTALL,
)
# Brackets around nothing that is taller than a line.
_TALL = r"\\left|\\right|\\[dt]?frac|\\prod|\\sum|\\begin|\\sqrt|\^(?!\{?\w\}?_)"
_FLAT = re.compile(rf"\\left([(\[])((?:(?!{_TALL}).)*)\\right([)\]])", re.DOTALL)
_STYLE = re.compile(
    r"\\(?:left|right|bigl|bigr|operatorname|mathcal|mathop|limits|overleftarrow)(?![a-z])|\\,"
)
_COMMAND, _UNSEEN = re.compile(r"\\[A-Za-z]+"), re.compile(r"[{}^_\s]")
# A product sign stands last, which belongs to what follows.
_PRODUCT = re.compile(r"\\limits_\{[^{}]*\}\^\{[^{}]*\}$")
_OPENING = ("{", "(", "[", r"\begin{pmatrix}")
_CLOSING = ("}", ")", "]", r"\end{pmatrix}")


def plain_brackets(formula: str) -> str:
    r"""Return a formula in which brackets around what isn't tall are mere brackets.

    >>> print(plain_brackets(r"\operatorname{diag}\left(f'\left(z\right)\right)"))
    \operatorname{diag}(f'(z))
    """
    while (plain := _FLAT.sub(r"\1\2\3", formula)) != formula:
        formula = plain
    return formula


def fitted(formula: str) -> str:
    """Return a formula made to fit where it may be wider than the line."""
    # Roots and fractions are wider than their symbols; \fit leaves alone what fits.
    return rf"\fit{{{formula}}}" if _width(formula) > _LINE / 2 else formula


def rows(beginning: str, formula: str) -> list[str]:
    """Break a long formula into rows: before signs, else between factors, else within brackets.

    ``beginning`` opens the first row; it holds the mark by which the rows are aligned.
    """
    found, row = [], ""
    for piece in breakable(formula, _LINE):
        if row.strip() and _width(row + piece) > _LINE:
            found.append(row)
            row = piece.removeprefix(r"\,")
        else:
            row += piece
    first, *others = map(fitted, [*found, row])
    return [beginning + first, *(rf"&\qquad {{}}{row}" for row in others)]


def breakable(formula: str, line: int) -> list[str]:
    """Cut a formula where it may be broken, no more finely than the line asks for."""
    pieces = []
    for term in _cut(formula, (" + ", " - ")):
        if _width(term) <= line:
            pieces.append(term)
            continue
        for factor in _cut(term, (r"\,",)):
            loose = _loosened(factor) if _width(factor) > line else factor
            within = [factor] if loose == factor else breakable(loose, line)
            pieces += within if len(within) > 1 else [factor]
    return pieces


def _loosened(factor: str) -> str:
    """Give the outermost brackets a fixed size, so that a row may end between them."""
    found, depth = [], 0
    for token in _TOKENS.findall(factor):
        depth -= _closes(token)
        if depth == 0 and (_is_sized(token) or token in "()[]"):
            side = "l" if _opens(token) else "r"
            found.append(rf"\big{side}{re.sub(r'^.(?:left|right)', '', token)}")
        else:
            found.append(token)
        depth += _opens(token)
    return "".join(found)


def _is_sized(token: str) -> bool:
    return token.startswith((r"\left", r"\right")) and _SIZED_TOKEN.fullmatch(token) is not None


def _opens(token: str) -> bool:
    return token in _OPENING or (_is_sized(token) and token.startswith(r"\left"))


def _closes(token: str) -> bool:
    return token in _CLOSING or (_is_sized(token) and token.startswith(r"\right"))


def _cut(formula: str, separators: tuple[str, ...]) -> list[str]:
    """Cut a formula before each separator that no bracket encloses."""
    pieces, depth = [""], 0
    for token in _TOKENS.findall(formula):
        depth += _opens(token) - _closes(token)
        if depth == 0 and token in separators and not _PRODUCT.search(pieces[-1]):
            pieces.append("")
        pieces[-1] += token
    return pieces


def _width(formula: str) -> int:
    """Count what is seen; a fraction counts above and below its bar."""
    return len(_UNSEEN.sub("", _COMMAND.sub("x", _STYLE.sub("", formula))))
