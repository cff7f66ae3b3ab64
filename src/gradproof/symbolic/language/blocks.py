"""Entrywise products, stacked columns and block matrices: what cells with several states need.

The nodes are inert, like those of :mod:`~gradproof.symbolic.language.expressions`.
"""

from __future__ import annotations

import math
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE

__all__ = ["Blocks", "Hadamard", "Stacked"]


class Hadamard(sp.MatrixExpr):
    """The entrywise product u ⊙ v of two columns of one size."""

    precedence = PRECEDENCE["Add"] + 1

    def __new__(cls, left: sp.MatrixExpr, right: sp.MatrixExpr) -> Hadamard:
        return sp.Basic.__new__(cls, left, right)

    @property
    def left(self) -> sp.MatrixExpr:
        return self.args[0]

    @property
    def right(self) -> sp.MatrixExpr:
        return self.args[1]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.left.shape

    def _sympystr(self, printer: Any) -> str:
        return " ⊙ ".join(printer.parenthesize(part, PRECEDENCE["Mul"]) for part in self.args)

    def _latex(self, printer: Any) -> str:
        return r" \odot ".join(printer.parenthesize(part, PRECEDENCE["Mul"]) for part in self.args)


class Stacked(sp.MatrixExpr):
    """The column (u, v, …): columns one above the other."""

    def __new__(cls, *parts: sp.MatrixExpr) -> Stacked:
        return sp.Basic.__new__(cls, *parts)

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return (sp.Add(*(part.shape[0] for part in self.args)), sp.Integer(1))

    @property
    def index(self) -> sp.Expr:
        """The time index of the states that are stacked."""
        return self.args[0].index

    def _sympystr(self, printer: Any) -> str:
        return f"({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any) -> str:
        return rf"\left({', '.join(map(printer._print, self.args))}\right)"


class Blocks(sp.MatrixExpr):
    """A square block matrix, its n² blocks given row by row."""

    def __new__(cls, *blocks: sp.MatrixExpr) -> Blocks:
        return sp.Basic.__new__(cls, *blocks)

    @property
    def block_rows(self) -> list[tuple[sp.MatrixExpr, ...]]:
        n = math.isqrt(len(self.args))
        return [self.args[n * i : n * (i + 1)] for i in range(n)]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return (
            sp.Add(*(row[0].shape[0] for row in self.block_rows)),
            sp.Add(*(block.shape[1] for block in self.block_rows[0])),
        )

    @property
    def transposed(self) -> Blocks:
        """The transpose, block by block: [A, B; C, D]ᵀ = [Aᵀ, Cᵀ; Bᵀ, Dᵀ]."""
        columns = zip(*self.block_rows, strict=True)
        return Blocks(*(sp.Transpose(block) for column in columns for block in column))

    def _sympystr(self, printer: Any) -> str:
        rows = (", ".join(map(printer._print, row)) for row in self.block_rows)
        return f"[{'; '.join(rows)}]"

    def _latex(self, printer: Any) -> str:
        rows = r" \\ ".join(" & ".join(map(printer._print, row)) for row in self.block_rows)
        return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
