"""Words that hold formulas in Unicode, as LaTeX for text mode."""

from __future__ import annotations

import re

__all__ = ["as_latex"]

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵐᵀ", "0123456789+-()nmT", strict=True))

_MATHEMATICS = {
    "∂": r"\partial ", "′": "'", "″": r"^{\prime\prime}", "‴": r"^{\prime\prime\prime}",
    "≤": r"\le ", "≥": r"\ge ", "‖": r"\Vert ", "∏": r"\prod ", "φ": r"\varphi ", "γ": r"\gamma ",
    "λ": r"\lambda ", "ρ": r"\rho ", "σ": r"\sigma ", "δ": r"\delta ", "κ": r"\kappa ",
    "μ": r"\mu ",
    "→": r"\to ", "⟹": r"\Rightarrow ", "⟺": r"\Leftrightarrow ", "∞": r"\infty ", "−": "-",
    "×": r"\times ", "ℝ": r"\mathbb{R}", "∈": r"\in ", "·": r"\cdot ", "⋯": r"\cdots ",
    "½": r"\tfrac12 ", "√": r"\surd ", "≠": r"\ne ", "≈": r"\approx ", "Φ": r"\Phi ",
    "Σ": r"\Sigma ", "|": "|", "<": "<", ">": ">", "ᵢ": "_i", "ₖ": "_k",
}  # fmt: skip

_WORDS = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$",
    "{": r"\{", "}": r"\}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "…": r"\dots{}", "“": "``", "”": "''", "’": "'", "ö": r'\"o', "–": "--",
}  # fmt: skip

# The name σ_min; a run of superscripts; a symbol with its index or exponent; or one character.
_TOKENS = re.compile(
    r"(?P<named>σ_min)"
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
    if token["raised"]:
        return "$^{" + "".join(_SUPERSCRIPTS[character] for character in token["raised"]) + "}$"
    if token["script"]:
        inner = token["base"] + token["script"]
        return "$" + "".join(_MATHEMATICS.get(character, character) for character in inner) + "$"
    character = token["other"]
    if character in _MATHEMATICS:
        return f"${_MATHEMATICS[character]}$"
    return _WORDS.get(character, character)
