"""Further nodes: differentials by a parameter, losses and their gradients, and sums over steps.

Meaning of :class:`ParameterDifferential`: ``ParameterDifferential(y, P, V, s)`` is the derivative
of y by ε at 0 when the parameter P is replaced by P + ε V. States and pre-activations with an index
above s follow by the recurrence; those with an index up to s, all inputs and all other symbols (V
included) are held fixed. So s = 0 gives the total differential with h_0 fixed, and s = k − 1 the
immediate one of h_k. V is real, and so is P.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.symbol import Str
from sympy.printing.precedence import PRECEDENCE

from gradproof.symbolic.language.expressions import BOUND_INDEX

__all__ = [
    "Gradient",
    "Loss",
    "LossGradient",
    "MatrixSum",
    "ParameterDifferential",
    "ScalarSum",
]

# Printed as a fraction: a factor needs no brackets, the base of a power does.
_FRACTION = (PRECEDENCE["Mul"] + PRECEDENCE["Pow"]) // 2


class ParameterDifferential(sp.MatrixExpr):
    """The differential of a column y in one direction; see the head of this module."""

    precedence = _FRACTION

    def __new__(
        cls, y: sp.MatrixExpr, parameter: sp.MatrixSymbol, direction: sp.MatrixSymbol, start: Any
    ) -> ParameterDifferential:
        return sp.Basic.__new__(cls, y, parameter, direction, sp.sympify(start))

    @property
    def function(self) -> sp.MatrixExpr:
        return self.args[0]

    @property
    def parameter(self) -> sp.MatrixSymbol:
        return self.args[1]

    @property
    def direction(self) -> sp.MatrixSymbol:
        return self.args[2]

    @property
    def start(self) -> sp.Expr:
        """The index up to which states and pre-activations are held fixed."""
        return self.args[3]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.function.shape


class Loss(sp.Expr):
    """The real number ℓ_k(v) of a differentiable function ℓ_k: column → real, one for each k."""

    is_commutative = True
    is_real = True

    def __new__(cls, name: str | Str, k: Any, vector: sp.MatrixExpr) -> Loss:
        label = name if isinstance(name, Str) else Str(name)
        return sp.Expr.__new__(cls, label, sp.sympify(k), vector)

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def index(self) -> sp.Expr:
        return self.args[1]

    @property
    def argument(self) -> sp.MatrixExpr:
        return self.args[2]


class LossGradient(sp.MatrixExpr):
    """The column ∇ℓ_k(v) of partial derivatives of ℓ_k by the entries of its argument, at v."""

    def __new__(cls, name: str | Str, k: Any, vector: sp.MatrixExpr) -> LossGradient:
        label = name if isinstance(name, Str) else Str(name)
        return sp.Basic.__new__(cls, label, sp.sympify(k), vector)

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def index(self) -> sp.Expr:
        return self.args[1]

    @property
    def argument(self) -> sp.MatrixExpr:
        return self.args[2]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.argument.shape


class Gradient(sp.MatrixExpr):
    """The matrix ∂L/∂P with the entries ∂L/∂P_ij, of the shape of P; start as in a differential."""

    precedence = _FRACTION

    def __new__(cls, loss: sp.Expr, parameter: sp.MatrixSymbol, start: Any) -> Gradient:
        return sp.Basic.__new__(cls, loss, parameter, sp.sympify(start))

    @property
    def loss(self) -> sp.Expr:
        return self.args[0]

    @property
    def parameter(self) -> sp.MatrixSymbol:
        return self.args[1]

    @property
    def start(self) -> sp.Expr:
        """The index up to which states and pre-activations are held fixed."""
        return self.args[2]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.parameter.shape


class MatrixSum(sp.MatrixExpr):
    """F(lower) + … + F(upper), where ``term`` is F at :data:`BOUND_INDEX`; 0 if upper = lower − 1.

    >>> from gradproof.symbolic.language.expressions import State
    >>> total = MatrixSum(State("h", BOUND_INDEX, 2), 1, 3)
    >>> total.term_at(sp.Integer(2)) == State("h", 2, 2)
    True
    """

    precedence = _FRACTION

    def __new__(cls, term: sp.MatrixExpr, lower: Any, upper: Any) -> MatrixSum:
        return sp.Basic.__new__(cls, term, sp.sympify(lower), sp.sympify(upper))

    @property
    def term(self) -> sp.MatrixExpr:
        return self.args[0]

    @property
    def lower(self) -> sp.Expr:
        return self.args[1]

    @property
    def upper(self) -> sp.Expr:
        return self.args[2]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.term.shape

    def term_at(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return the term with index k."""
        return self.term.xreplace({BOUND_INDEX: k})


class ScalarSum(sp.Expr):
    """The same as :class:`MatrixSum` for a real number as the term."""

    is_commutative = True
    is_real = True
    precedence = _FRACTION

    def __new__(cls, term: sp.Expr, lower: Any, upper: Any) -> ScalarSum:
        return sp.Expr.__new__(cls, sp.sympify(term), sp.sympify(lower), sp.sympify(upper))

    @property
    def term(self) -> sp.Expr:
        return self.args[0]

    @property
    def lower(self) -> sp.Expr:
        return self.args[1]

    @property
    def upper(self) -> sp.Expr:
        return self.args[2]

    def term_at(self, k: sp.Expr) -> sp.Expr:
        """Return the term with index k."""
        return self.term.xreplace({BOUND_INDEX: k})
