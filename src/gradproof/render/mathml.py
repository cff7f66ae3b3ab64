"""Formulas as MathML, which browsers show without scripts."""

from __future__ import annotations

import functools
import html
import re

__all__ = ["mathml", "words_as_html"]

# \mathop{…} comes as an operator that holds an expression, which MathML doesn't know.
_OPERATOR = re.compile(r"<mo><mrow>(<mover>.*?</mover>)</mrow></mo>")
_INDEX = re.compile(
    r"(?<![A-Za-z_])([A-Za-zσΦ∏∂]?[A-Za-zσΦ∏])([_^])(?:\{([^{}]*)\}|([A-Za-z0-9](?![A-Za-z_])))"
)


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
    """Return text that holds formulas in Unicode as HTML, with indices set lower.

    >>> print(words_as_html("a < b & h_{k−1}"))
    a &lt; b &amp; h<sub>k−1</sub>
    """

    def lowered(found: re.Match[str]) -> str:
        tag = "sub" if found[2] == "_" else "sup"
        return f"{found[1]}<{tag}>{found[3] or found[4]}</{tag}>"

    return _INDEX.sub(lowered, html.escape(words))
