"""Formulas as MathML, which browsers show without scripts."""

from __future__ import annotations

import functools
import html
import re

from gradproof.latex_text import Formula, formulas_and_words
from gradproof.render.latex_rows import breakable

__all__ = ["formula_as_html", "mathml", "words_as_html"]

# \mathop{…} comes as an operator that holds an expression, which MathML doesn't know.
_OPERATOR = re.compile(r"<mo><mrow>(<mover>.*?</mover>)</mrow></mo>")
_NAME = re.compile("<mo>([A-Za-z]{2,})</mo>")
_SLASH = '<mo lspace="0em" rspace="0em">/</mo>'

# About as many symbols as fit into a line of a telephone.
_LINE = 32


@functools.lru_cache(maxsize=4096)
def mathml(formula: str, *, display: str = "inline") -> str:
    """Return a formula in LaTeX as a <math> element.

    >>> print(mathml("x"))
    <math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><mi>x</mi></mrow></math>
    """
    # Only pages need it, so a plain check doesn't wait for it.
    from latex2mathml.converter import convert

    found = _OPERATOR.sub(r"\1", convert(formula, display=display))
    # A name of several letters is no sign with spaces around it; nor is / in a formula.
    return _NAME.sub(r"<mi>\1</mi>", found).replace("<mo>&#x0002F;</mo>", _SLASH)


def formula_as_html(formula: str) -> str:
    """Return a displayed formula in LaTeX as pieces between which a line may end."""
    # Brackets whose two ends are in different pieces have the size of a letter.
    loose = re.compile(r"\\big[lr](?![a-z])")
    pieces = (loose.sub("", p).strip().removeprefix(r"\,") for p in breakable(formula, _LINE))
    return "<wbr/>".join(mathml(_begun(piece), display="block") for piece in pieces if piece)


def words_as_html(words: str) -> str:
    """Return text that holds formulas in Unicode as HTML; a long formula may be broken at a sign.

    >>> print(words_as_html("this & n"))
    this &amp; <math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow>\
<mi>n</mi></mrow></math>
    """
    return "".join(
        "<wbr/>".join(map(_piece, part.pieces)) if isinstance(part, Formula) else html.escape(part)
        for part in formulas_and_words(words)
    )


def _piece(latex: str) -> str:
    return mathml(_begun(latex)).replace("<mo>", '<mo stretchy="false">')


def _begun(latex: str) -> str:
    """Keep a sign that begins a <math> of its own from being taken for that of a number."""
    return f"{{}}{latex}" if latex.startswith(("+", "-", r"\pm", r"\mp")) else latex
