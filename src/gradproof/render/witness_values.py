"""The values of a witness, which are text for Python, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import sympy as sp

from gradproof.symbolic.language.notation import text

__all__ = ["assignments", "human_value", "value_lines"]

_List: TypeAlias = "list[_List | str]"
_ENTRY = re.compile(r"[^\[\],]+|[\[\]]")


def assignments(values: Mapping[str, str]) -> str:
    """Return “name = value” for each, names of the same value together.

    >>> assignments({"phi": "-1 identity", "gamma": "1/2", "n": "1", "W": "[[0, -2]]", "b": "[1]"})
    'φ(z) = −z, γ = 1/2, n = b = 1, W = [[0, −2]]'
    >>> assignments({"phi": "2 tanh"})
    'φ = 2 tanh'
    """
    names: dict[str, list[str]] = {}
    for name, value in values.items():
        if name == "phi":
            function, shown = _activation(*value.rpartition(" ")[::2])
        else:
            function, shown = _name(name), human_value(value)
        names.setdefault(shown, []).append(function)
    return ", ".join(" = ".join([*alike, shown]) for shown, alike in names.items())


def value_lines(values: Mapping[str, str]) -> Iterator[str]:
    """Yield one line for each value of a witness.

    >>> print(*value_lines({"W**100": "[[1, 100], [0, 1]]", "mean slope": "1/2"}), sep="; ")
    W^100 = [[1, 100], [0, 1]]; mean slope: 1/2
    """
    for name, value in values.items():
        is_symbol = " " not in name
        yield f"{_name(name)}{' =' if is_symbol else ':'} {human_value(value)}"


def _name(name: str) -> str:
    return text(sp.Symbol(name)).replace("^*", "*").replace("**", "^")


def _activation(factor: str, function: str) -> tuple[str, str]:
    """Return φ or φ(z), and what it is."""
    if function != "identity":
        return "φ", f"{_signed(factor)} {function}".strip()
    numerator, _, denominator = factor.partition("/")
    shown = {"": "", "1": "", "-1": "−"}.get(numerator, f"{_signed(numerator)} ")
    return "φ(z)", f"{shown}z{'/' if denominator else ''}{denominator}"


def human_value(value: str) -> str:
    """Return a number, a column in round brackets, or a matrix as its rows; else what it was.

    >>> human_value("[[Fraction(3, 2), '-1/2'], [(-0-0.75j), 2]]")
    '[[3/2, −1/2], [−0.75 i, 2]]'
    >>> human_value("[[2]]"), human_value("[1, -1]"), human_value("0 for odd k")
    ('2', '(1, −1)', '0 for odd k')
    """
    plain = re.sub(r"Fraction\((-?\d+), (\d+)\)", r"\1/\2", value).replace("'", "")
    if not plain.startswith("["):
        return _number(plain)
    rows = _parsed(plain)
    if len(rows) == 1 and (isinstance(rows[0], str) or len(rows[0]) == 1):
        return _shown(rows[0] if isinstance(rows[0], str) else rows[0][0])
    if any(isinstance(row, str) for row in rows):
        return f"({', '.join(map(_shown, rows))})"
    return _shown(rows)


def _parsed(value: str) -> _List:
    """Return the nested list that a text shows."""
    stack: list[_List] = [[]]
    for token in _ENTRY.findall(value):
        if token == "[":
            stack.append([])
        elif token == "]":
            closed = stack.pop()
            stack[-1].append(closed)
        elif token.strip():
            stack[-1].append(token.strip())
    (whole,) = stack[0]
    return [whole] if isinstance(whole, str) else whole


def _shown(entry: _List | str) -> str:
    return _number(entry) if isinstance(entry, str) else f"[{', '.join(map(_shown, entry))}]"


def _number(value: str) -> str:
    if not value.strip("()").endswith("j"):
        return _signed(value) if re.fullmatch(r"-?[\d./e+-]+", value) else value
    number = complex(value)
    imaginary = f"{_signed(f'{number.imag:g}')} i"
    return imaginary if number.real == 0 else f"{_signed(f'{number.real:g}')} + {imaginary}"


def _signed(value: str) -> str:
    return value.replace("-", "−")
