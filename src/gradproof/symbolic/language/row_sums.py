"""The ∞-norm of a matrix and the matrix of its moduli: what Perron's scaling needs.

The nodes are inert, like those of :mod:`~gradproof.symbolic.language.expressions`.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from gradproof.symbolic.language.expressions import MatrixQuantity, SpectralNorm

__all__ = ["OPERATOR_NORMS", "EntrywiseModulus", "InfinityNorm"]


class InfinityNorm(MatrixQuantity):
    """‖A‖_∞ = max_i Σ_j |a_ij|, the operator ∞-norm; of a column the greatest modulus."""

    def _sympystr(self, printer: Any) -> str:
        return f"‖{printer._print(self.args[0])}‖_∞"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        norm = rf"\left\lVert {printer._print(self.args[0])} \right\rVert_{{\infty}}"
        return norm if exp is None else f"{norm}^{{{exp}}}"


class EntrywiseModulus(sp.MatrixExpr):
    """|A|, the matrix with the entries |a_ij|."""

    def __new__(cls, matrix: sp.MatrixExpr) -> EntrywiseModulus:
        return sp.Basic.__new__(cls, matrix)

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.args[0].shape

    def _sympystr(self, printer: Any) -> str:
        return f"|{printer._print(self.args[0])}|"

    def _latex(self, printer: Any) -> str:
        return rf"\left\lvert {printer._print(self.args[0])} \right\rvert"


#: Norms that come from a norm of columns, max ‖Ax‖ over ‖x‖ = 1: what holds for one holds for all.
OPERATOR_NORMS = (SpectralNorm, InfinityNorm)
