"""Formulas as MathML, which browsers show without scripts."""

from __future__ import annotations

import functools
import html
import re

from gradproof.latex_text import Formula, formulas_and_words

__all__ = ["mathml", "words_as_html"]

# \mathop{…} comes as an operator that holds an expression, which MathML doesn't know.
_OPERATOR = re.compile(r"<mo><mrow>(<mover>.*?</mover>)</mrow></mo>")


@functools.lru_cache(maxsize=4096)
def mathml(formula: str, *, display: str = "inline") -> str:
    """Return a formula in LaTeX as a <math> element.

    >>> print(mathml("x"))
    <math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><mi>x</mi></mrow></math>
    """
    # Only pages need it, so a plain check doesn't wait for it.
    from latex2mathml.converter import convert

    found = convert(formula, display=display)
    return _OPERATOR.sub(r"\1", found)


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
    # A sign that begins a <math> of its own would be taken for that of a number.
    return mathml(f"{{}}{latex}" if latex.startswith(("+", "-", r"\pm", r"\mp")) else latex)
