"""Words that hold formulas in Unicode, as LaTeX for text mode."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["as_latex"]

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵐᵀ", "0123456789+-()nmT", strict=True))

_GREEK = (
    "αalpha βbeta γgamma δdelta εvarepsilon ζzeta ηeta θtheta κkappa λlambda μmu νnu ξxi πpi ρrho "
    "σsigma τtau φvarphi χchi ψpsi ωomega ΓGamma ΔDelta ΘTheta ΛLambda ΞXi ΠPi ΣSigma ΦPhi ΨPsi "
    "ΩOmega"
)
_MATHEMATICS = {
    **{name[0]: f"\\{name[1:]} " for name in _GREEK.split()},
    "∂": r"\partial ", "′": "'", "″": r"^{\prime\prime}", "‴": r"^{\prime\prime\prime}",
    "≤": r"\le ", "≥": r"\ge ", "‖": r"\Vert ", "∏": r"\prod ", "∑": r"\sum ", "→": r"\to ",
    "⟹": r"\Rightarrow ", "⟺": r"\Leftrightarrow ", "∞": r"\infty ", "−": "-", "×": r"\times ",
    "ℝ": r"\mathbb{R}", "∈": r"\in ", "·": r"\cdot ", "⋯": r"\cdots ", "½": r"\tfrac12 ",
    "√": r"\surd ", "≠": r"\ne ", "≈": r"\approx ", "|": "|", "<": "<", ">": ">", "ᵢ": "_i",
    "ₖ": "_k", "⊙": r"\odot ", "±": r"\pm ",
}  # fmt: skip

_WORDS = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$",
    "{": r"\{", "}": r"\}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "…": r"\dots{}", "“": "``", "”": "''", "’": "'", "ö": r'\"o', "–": "--",
}  # fmt: skip

# The name σ_min; the end of an ∞-norm; a run of superscripts; a symbol with its index or exponent;
# or one character.
_TOKENS = re.compile(
    r"(?P<named>σ_min)|(?P<infinity>‖_∞)"
    rf"|(?P<raised>[{''.join(_SUPERSCRIPTS)}]+)"
    r"|(?<![A-Za-z_])(?P<base>[A-Za-zσΦ∏])"
    r"(?P<script>(?:[_^](?:\{[^{}]*\}|[A-Za-z0-9](?![A-Za-z_])))+)"
    r"|(?P<other>.)",
    re.DOTALL,
)


def as_latex(words: str) -> str:
    r"""Return text that holds formulas in Unicode as LaTeX for text mode.

    >>> print(as_latex("Wⁿ and h_{t+1} by power_norm_upper"))
    W$^{n}$ and $h_{t+1}$ by power\_norm\_upper
    """
    return _TOKENS.sub(_token_as_latex, words)


def _token_as_latex(token: re.Match[str]) -> str:
    if token["named"]:
        return r"$\sigma_{\min}$"
    if token["infinity"]:
        return r"$\Vert_{\infty}$"
    if token["raised"]:
        return "$^{" + "".join(_SUPERSCRIPTS[character] for character in token["raised"]) + "}$"
    if token["script"]:
        inner = token["base"] + token["script"]
        return "$" + "".join(_MATHEMATICS.get(character, character) for character in inner) + "$"
    character = token["other"]
    if character in _MATHEMATICS:
        return f"${_MATHEMATICS[character]}$"
    if character in _WORDS:
        return _WORDS[character]
    # LaTeX stops at a character without a command; its name keeps the text readable.
    return (
        character if character.isascii() else f"[{unicodedata.name(character, 'unknown').lower()}]"
    )
