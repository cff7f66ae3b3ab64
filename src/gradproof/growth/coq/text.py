"""Integers and their lists in the words of Coq."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from gradproof.growth.coq.factors import Factor
from gradproof.growth.coq.numbers import Rows

__all__ = ["factor_definition", "flat", "fraction", "nested", "power", "requiring"]

#: Width of the lines of numbers.
_WIDTH = 100


def requiring(*theories: str) -> str:
    """Return what a file starts with that speaks of networks, norms and these theories."""
    return f"""\
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import classical_sets.
From mathcomp.analysis Require Import reals topology normedtype.
From gradproof Require Import network norms {" ".join(theories)}.

Import numFieldNormedType.Exports.
Local Open Scope ring_scope.
Local Open Scope classical_set_scope.
Delimit Scope dec_int_scope with dec_int."""


def factor_definition(name: str, factor: Factor) -> str:
    """Return the definition of a factor."""
    weight = "0" if factor.weight is None else power(factor.weight)
    return (
        f"{flat(f'{name}_scales', factor.scales)}\n\n{nested(f'{name}_rows', factor.rows)}\n\n"
        f"Definition {name} : factor :=\n"
        f"  Factor (powers_of_two {name}_scales) {weight} (integer_rows {name}_rows)."
    )


def flat(name: str, integers: list[int]) -> str:
    """Return the definition of a list."""
    return f"Definition {name} : seq Number.int :=\n{_list(integers)}%dec_int."


def nested(name: str, rows: Rows) -> str:
    """Return the definition of a list of lists."""
    lines = ";\n".join(map(_list, rows))
    return f"Definition {name} : seq (seq Number.int) := ([::\n{lines}])%dec_int."


def _list(integers: Sequence[int]) -> str:
    """Return a list of Coq in lines."""
    text = f"[:: {'; '.join(map(str, integers))}]"
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def power(bits: int) -> str:
    """Return 2^bits."""
    return f"(2 ^ {bits})" if bits else "1"


def fraction(numerator: int, bits: int) -> str:
    """Return the real number numerator/2^bits."""
    return f"fraction R {f'({numerator})' if numerator < 0 else numerator} {power(bits)}"
