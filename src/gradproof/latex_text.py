r"""Words that hold formulas in Unicode: where the formulas are, and all of it as LaTeX.

A formula is a run of symbols, single letters, numbers and signs between words: “W h_{k−1} + b” in
“the sum W h_{k−1} + b of both”. Words stay words, and so does what has no symbol in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

__all__ = ["Formula", "as_latex", "formulas_and_words"]

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵐᵀ", "0123456789+-()nmT", strict=True))
_PRIMES = {"′": "'", "″": "''", "‴": "'''"}
_LOWERED = {"ᵢ": "i", "ₖ": "k"}

_GREEK = (
    "αalpha βbeta γgamma δdelta εvarepsilon ζzeta ηeta θtheta κkappa λlambda μmu νnu ξxi πpi ρrho "
    "σsigma τtau φvarphi χchi ψpsi ωomega ΓGamma ΔDelta ΘTheta ΛLambda ΞXi ΠPi ΦPhi ΨPsi ΩOmega"
)
_SYMBOLS = {
    **{name[0]: f"\\{name[1:]} " for name in _GREEK.split()},
    "∂": r"\partial ", "‖": r"\Vert ", "∏": r"\prod ", "∑": r"\sum ", "Σ": r"\sum ",
    "∞": r"\infty ", "ℝ": r"\mathbb{R}", "⋯": r"\cdots ", "|": "|", "∇": r"\nabla ", "ℓ": r"\ell ",
    "⁺": "^+",
    **{letter: rf"\mathcal{{{name}}}" for letter, name in zip("𝒜ℬ𝒞𝒟ℰℱ", "ABCDEF", strict=True)},
}  # fmt: skip
_SIGNS = {
    "≤": r"\le ", "≥": r"\ge ", "→": r"\to ", "⟹": r"\Rightarrow ", "⟺": r"\Leftrightarrow ",
    "≠": r"\ne ", "≈": r"\approx ", "=": "=", "<": "<", ">": ">", "∈": r"\in ",
    "+": "+", "−": "-", "±": r"\pm ", "∓": r"\mp ", "·": r"\cdot ", "×": r"\times ",
    "⊙": r"\odot ", "/": "/",
}  # fmt: skip
#: Signs before which a long formula may be broken.
_BREAKS = frozenset("≤≥→⟹⟺≠≈=<>∈+−±")

#: Functions whose names aren't the ones that are printed.
_FUNCTIONS: Mapping[str, str] = {
    **{name: rf"\{name} " for name in ("arctan", "det", "exp", "inf", "log", "max", "min", "tanh")},
    "sup": r"\sup ",
    "sin": r"\sin ",
    "arcsin": r"\arcsin ",
    "artanh": r"\operatorname{artanh}",
    "clip": r"\operatorname{clip}",
    "dep": r"\operatorname{dep}",
    "diag": r"\operatorname{diag}",
    "elu": r"\operatorname{ELU}",
    "elu_α": r"\operatorname{ELU}_{\alpha}",
    "erf": r"\operatorname{erf}",
    "gelu": r"\operatorname{GELU}",
    "hard_tanh": r"\operatorname{hardtanh}",
    "leaky_relu_a": r"\operatorname{LeakyReLU}_{a}",
    "logistic": r"\sigma ",
    "relu": r"\operatorname{ReLU}",
    "silu": r"\operatorname{SiLU}",
    "tr": r"\operatorname{tr}",
}

# A root or a formula of more characters may be wider than a telephone.
_LONG_ROOT = _LONG_FORMULA = 36

_WORDS = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$",
    "{": r"\{", "}": r"\}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "…": r"\dots{}", "“": "``", "”": "''", "’": "'", "–": "--",
}  # fmt: skip
_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"'}

_LETTER = "A-Za-zα-ωΓΔΘΛΞΠΦΨΩℓΣ∏∑𝒜ℬ𝒞𝒟ℰℱ"
_INDEX = r"(?:\{[^{}]*\}|ij(?![A-Za-z])|\d+|[A-Za-z∞](?![A-Za-z]))"
_NAMES = "|".join(sorted(map(re.escape, _FUNCTIONS), key=len, reverse=True))
# Names that stand for their function wherever they are.
_CODED = "relu|elu|gelu|silu|hard_tanh|leaky_relu_a|elu_α"
_TOKENS = re.compile(
    rf"""
    (?P<matrix>\[\[[^\[\]]*\](?:,\ \[[^\[\]]*\])*\]|\[[^\[\];]*,[^\[\];]*;[^\[\]]*\])
    | (?P<word>\b(?:e\.g\.|i\.e\.)|(?<![A-Za-z])[A-Z]\.(?=\ (?:[A-Z]|van)))
    | (?P<named>σ_min)
    | (?P<limit>(?<![A-Za-z_])limsup_(?P<variable>[a-z])(?![A-Za-z_]))
    | (?P<symbol>(?P<base>(?<![A-Za-z_’'])[{_LETTER}]|‖|(?<=[)\]]))
        (?P<scripts>_{_INDEX}(?:\^{_INDEX})?|\^{_INDEX}(?:_{_INDEX})?))
    | (?P<star>(?<![A-Za-z_’'])[A-Za-z]\*(?![*\w]))
    | (?P<function>(?<![A-Za-z_])
        (?:(?:{_NAMES})(?=[(′″‴²])|(?:{_CODED})(?![A-Za-z_])
        |(?:log|sup|det|max)(?=\ [a-zα-ω‖|∂])|[A-Za-z]{{2,}}(?=[′″‴])))
    | (?P<product>(?<=[ᵀⁿ¹²])[A-Za-z]{{2,3}}(?![A-Za-z_])|(?<=‖)[A-Za-z]{{2,3}}(?=‖)
        | (?<![A-Za-z_’'])[a-z][A-Z](?![A-Za-z_]) | (?<=/)d[a-z](?![A-Za-z_]))
    | (?P<text>[A-Za-z]{{2,}}[A-Za-z0-9_]*)
    | (?P<letter>(?<![A-Za-z_’'])[A-Za-z](?![A-Za-z_]))
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<raised>[{"".join(_SUPERSCRIPTS)}]+) | (?P<lowered>[ᵢₖ]) | (?P<prime>[′″‴])
    | (?P<fraction>[¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])
    | (?P<open>[(\[]) | (?P<close>[)\]]) | (?P<comma>,\ ) | (?P<space>\ +)
    | (?P<power>\^) | (?P<root>√)
    | (?P<sign>[{re.escape("".join(_SIGNS))}])
    | (?P<atom>[{re.escape("".join(_SYMBOLS))}])
    | (?P<other>.)
    """,
    re.DOTALL | re.VERBOSE,
)

#: What a formula may hold, and what makes it one.
_IN_FORMULAS = frozenset(_TOKENS.groupindex) - {"word", "text", "other", "base", "scripts"}
_SYMBOLIC = _IN_FORMULAS - {"number", "open", "close", "comma", "space", "sign"}
#: Between two of these a space is one of the formula.
_BESIDE = _SYMBOLIC - {"limit", "function", "power", "root"} | {"number", "close"}


@dataclass(frozen=True)
class Formula:
    """A formula within words, in LaTeX, in the pieces between which a line may be broken."""

    pieces: tuple[str, ...]

    @property
    def latex(self) -> str:
        return "".join(self.pieces)


@dataclass(frozen=True)
class _Token:
    kind: str
    source: str
    latex: str


def as_latex(words: str) -> str:
    r"""Return text that holds formulas in Unicode as LaTeX for text mode.

    >>> print(as_latex("‖W‖ⁿ ≤ 1 for W h_{t+1} by power_norm_upper"))
    $\lVert W\rVert ^{n}\le 1$ for $W\,h_{t+1}$ by power\_norm\_upper
    """
    parts = formulas_and_words(words)
    return "".join(f"${p.latex}$" if isinstance(p, Formula) else _text(p) for p in parts)


def formulas_and_words(words: str) -> Iterator[Formula | str]:
    r"""Yield the formulas in a text and what is between them.

    >>> list(formulas_and_words("a matrix W = [[0, 1], [1, 0]], say"))[1].pieces
    ('W', '=\\left(\\begin{smallmatrix}0 & 1\\\\ 1 & 0\\end{smallmatrix}\\right)')
    """
    between = ""
    for part in _parts(words):
        if isinstance(part, Formula):
            yield from (between, part) if between else (part,)
            between = ""
        else:
            between += part
    yield from (between,) if between else ()


def _parts(words: str) -> Iterator[Formula | str]:
    run: list[_Token] = []
    for token in _tokens(words):
        if token.kind in _IN_FORMULAS:
            run.append(token)
        else:
            yield from _split(run)
            run = []
            yield token.source
    yield from _split(run)


def _tokens(words: str) -> list[_Token]:
    found = [_token(match) for match in _TOKENS.finditer(words)]
    # “a”, “A” and “I” are words unless a sign or a bracket is beside them.
    solid = [i for i, token in enumerate(found) if token.kind != "space"]
    for before, i, after in zip([-1, *solid], solid, [*solid[1:], -1], strict=False):
        beside = [found[j] for j in (before, after) if j >= 0]
        if found[i].source in ("a", "A", "I") and beside and not any(map(_marks, beside)):
            found[i] = _Token("text", found[i].source, "")
    return found


def _marks(token: _Token) -> bool:
    """Whether a single letter beside the token is a symbol, not a word."""
    kinds = ("sign", "open", "close", "power", "raised", "prime")
    return token.kind in kinds or token.source in ("|", "‖")


def _token(match: re.Match[str]) -> _Token:
    kind, source = str(match.lastgroup), match[0]
    # The last group that matched may be one within a token.
    kind = {"variable": "limit", "base": "symbol", "scripts": "symbol"}.get(kind, kind)
    return _Token(kind, source, _latex_of(kind, source, match))


def _latex_of(kind: str, source: str, match: re.Match[str]) -> str:
    if kind == "matrix":
        rows = [row.split(", ") for row in re.split(r"\], \[|; ", source.strip("[]"))]
        inner = r"\\ ".join(" & ".join(map(_entry, row)) for row in rows)
        return rf"\left(\begin{{smallmatrix}}{inner}\end{{smallmatrix}}\right)"
    if kind == "symbol":
        scripts = re.sub(r"([_^])([A-Za-z0-9]{2,})", r"\1{\2}", match["scripts"])
        return _SYMBOLS.get(match["base"], match["base"]) + _mapped(scripts)
    if kind == "limit":
        return rf"\limsup_{{{match['variable']}}}"
    if kind == "function":
        return _FUNCTIONS.get(source, rf"\operatorname{{{source}}}")
    if kind == "fraction":
        top, bottom = unicodedata.normalize("NFKC", source).split("⁄")
        return rf"\tfrac{{{top}}}{{{bottom}}}"
    if kind == "raised":
        return "^{" + "".join(_SUPERSCRIPTS[character] for character in source) + "}"
    if kind == "lowered":
        return f"_{_LOWERED[source]}"
    fixed = {"named": r"\sigma_{\min}", "star": f"{source[0]}^*", "root": r"\surd "}
    return fixed.get(kind) or _PRIMES.get(source) or _mapped(source)


def _entry(words: str) -> str:
    tokens = _tokens(words)
    is_formula = all(token.kind in _IN_FORMULAS for token in tokens)
    return "".join(_pieces(tokens)) if is_formula else rf"\text{{{_text(words)}}}"


def _mapped(source: str) -> str:
    return "".join(_SYMBOLS.get(c) or _SIGNS.get(c) or c for c in source)


def _split(run: Sequence[_Token]) -> Iterator[Formula | str]:
    """Yield a run as formulas and words: what is around them, and brackets that don't pair."""
    pairs = _pairs(run)
    inside = [any(first < i < last for first, last in pairs.items()) for i in range(len(run))]
    paired = {*pairs, *pairs.values()}
    part: list[_Token] = []
    for i, token in enumerate(run):
        alone = token.kind in ("open", "close") and i not in paired
        if alone or (token.kind == "comma" and not inside[i]):
            yield from _trimmed(part)
            part = []
            yield token.source
        else:
            part.append(token)
    yield from _trimmed(part)


def _trimmed(part: Sequence[_Token]) -> Iterator[Formula | str]:
    if not any(token.kind in _SYMBOLIC for token in part):
        yield from (_alone(token) for token in part)
        return
    first, last = 0, len(part)
    while part[first].kind == "space":
        first += 1
    while part[last - 1].kind == "space":
        last -= 1
    yield from (token.source for token in part[:first])
    yield Formula(tuple(_pieces(part[first:last])))
    yield from (token.source for token in part[last:])


def _alone(token: _Token) -> Formula | str:
    """Return a sign that no symbol is beside: text where the sign is on the keyboard."""
    return token.source if token.source.isascii() else Formula((token.latex,))


def _pairs(tokens: Sequence[_Token]) -> dict[int, int]:
    """Return where each bracket that is opened is closed; an interval may mix the two kinds."""
    pairs, open_at = {}, []
    for i, token in enumerate(tokens):
        if token.kind == "open":
            open_at.append(i)
        elif token.kind == "close" and open_at:
            pairs[open_at.pop()] = i
    return pairs


def _pieces(tokens: Sequence[_Token]) -> list[str]:
    """Return LaTeX for mathematics mode, in pieces that begin at a sign outside brackets.

    Those of a long formula begin at any sign and between factors too.
    """
    is_long = _length(tokens) > _LONG_FORMULA
    tokens = _without_long_roots(tokens)
    pairs, closed_at, pieces, i = _pairs(tokens), -1, [""], 0
    scripts: set[str] = set()
    # Bars open and close in turn; TeX can't see which is which.
    bars = {"|": cycle((r"\lvert ", r"\rvert ")), "‖": cycle((r"\lVert ", r"\rVert "))}
    while i < len(tokens):
        token = tokens[i]
        if token.kind == "open" and i in pairs:
            closed_at = max(closed_at, pairs[i])
        if token.kind in ("root", "power"):
            inner, i = _operand(tokens, i + 1, pairs)
            written = rf"\sqrt{{{inner}}}" if token.kind == "root" else f"^{{{inner}}}"
        else:
            written, i = _written(tokens, i), i + 1
        bar = token.source[:1]
        if bar in bars:
            written = next(bars[bar]) + written.removeprefix(_SYMBOLS[bar])
        outside = i - 1 > closed_at or is_long
        breaks = token.source in _BREAKS or (is_long and written == r"\,")
        if breaks and outside and pieces[-1]:
            pieces.append("")
        # A second exponent or index of one symbol is an error in LaTeX, except ′ and then ².
        mark = {"^": "^", "'": "^", "_": "_"}.get(written[:1], "")
        after_prime = mark == "^" and pieces[-1].endswith("'")
        guard = "{}" if mark in scripts and not after_prime else ""
        if guard or (written and not mark):
            scripts = set()
        if token.kind in ("symbol", "star", "raised", "lowered", "power", "prime"):
            scripts |= set(written.replace("'", "^")) & {"^", "_"}
        pieces[-1] += guard + written
    return pieces


def _without_long_roots(tokens: Sequence[_Token]) -> list[_Token]:
    """Write a power of 1/2 instead of a long root, under which no line can be broken."""
    found, pairs = list(tokens), _pairs(tokens)
    for i in reversed(range(len(found) - 1)):
        end = pairs.get(i + 1)
        if found[i].kind == "root" and end and _length(tokens[i:end]) > _LONG_ROOT:
            found.insert(end + 1, _Token("raised", "", "^{1/2}"))
            del found[i]
    return found


def _length(tokens: Iterable[_Token]) -> int:
    return sum(len(token.source) for token in tokens)


def _operand(tokens: Sequence[_Token], i: int, pairs: Mapping[int, int]) -> tuple[str, int]:
    """Return what a root or an exponent applies to, and where it ends."""
    if i in pairs:
        return "".join(_pieces(tokens[i + 1 : pairs[i]])), pairs[i] + 1
    if i < len(tokens) and tokens[i].kind not in ("open", "close", "space", "power", "root"):
        return tokens[i].latex, i + 1
    return "", i


def _written(tokens: Sequence[_Token], i: int) -> str:
    token = tokens[i]
    if token.kind == "comma":
        return r",\,"
    if token.kind != "space":
        return " ".join(token.source) if token.kind == "product" else token.latex
    beside = 0 < i < len(tokens) - 1 and tokens[i - 1].kind in _BESIDE
    after = tokens[i + 1].kind if i < len(tokens) - 1 else ""
    return r"\," if beside and after in _BESIDE - {"close"} | {"open", "function", "root"} else ""


def _text(words: str) -> str:
    return "".join(map(_character, words))


def _character(character: str) -> str:
    if character.isascii() or character in _WORDS:
        return _WORDS.get(character, character)
    decomposed = unicodedata.normalize("NFD", character)
    base, mark = decomposed[0], decomposed[1:]
    if base.isascii() and mark in _ACCENTS:
        return f"\\{_ACCENTS[mark]}{{{base}}}"
    # LaTeX stops at a character without a command; its name keeps the text readable.
    return f"[{unicodedata.name(character, 'unknown').lower()}]"
