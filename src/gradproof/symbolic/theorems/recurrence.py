"""The Elman recurrence h_k = φ(W h_{k−1} + U x_k + b), its Jacobian and the product of Jacobians.

Sizes d (state) and m (input), the number of steps and the activation are symbols throughout.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import ClassVar

import sympy as sp

from gradproof.symbolic.cell import STEPS, T_START, Cell, K
from gradproof.symbolic.kernel.assumptions import define
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.laws import (
    RewritingLaw,
)
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    OrderedProduct,
    Preactivation,
    State,
)

__all__ = [
    "STEPS",
    "T_START",
    "ElmanRecurrence",
    "K",
    "LeakyRecurrence",
    "ResidualRecurrence",
    "jacobian_product",
    "leaky_jacobian_product",
    "leaky_state_jacobian",
    "state_jacobian",
]

_D, _M = sp.symbols("d m", integer=True, positive=True)
_ALPHA = sp.Symbol("alpha", real=True)


@dataclass(frozen=True)
class ElmanRecurrence:
    """The symbols of h_k = φ(z_k), z_k = W h_{k−1} + U x_k + b, with W of size d×d, U of size d×m.

    ``activation`` names a function: "tanh", or "phi" for an arbitrary smooth one. Theorems about
    derivatives with "relu", "leaky_relu" or "hard_tanh" assume that no entry of z_k is a kink.
    """

    activation: str = "tanh"
    d: sp.Symbol = _D
    m: sp.Symbol = _M
    name: ClassVar[str] = ""

    @property
    def W(self) -> sp.MatrixSymbol:
        return sp.MatrixSymbol("W", self.d, self.d)

    @property
    def U(self) -> sp.MatrixSymbol:
        return sp.MatrixSymbol("U", self.d, self.m)

    @property
    def b(self) -> sp.MatrixSymbol:
        return sp.MatrixSymbol("b", self.d, 1)

    def h(self, k: sp.Expr) -> State:
        return State("h", k, self.d)

    def z(self, k: sp.Expr) -> Preactivation:
        return Preactivation("z", k, self.d)

    def x(self, k: sp.Expr) -> Input:
        return Input("x", k, self.m)

    def slopes(self, k: sp.Expr) -> Diagonal:
        """Return D_k = diag(φ′(z_k))."""
        return Diagonal(Elementwise(self.activation, 1, self.z(k)))

    def preactivation(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return W h_{k−1} + U x_k + b."""
        return self.W * self.h(k - 1) + self.U * self.x(k) + self.b

    @property
    def cell(self) -> Cell:
        """The equations of h_k and z_k."""
        return Cell(self.name, {self.h(K): self.next_state(K), self.z(K): self.preactivation(K)})

    @property
    def definition_of_state(self) -> RewritingLaw:
        return define(self.h(K), self.next_state(K))

    @property
    def definition_of_preactivation(self) -> RewritingLaw:
        return define(self.z(K), self.preactivation(K))

    def next_state(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return φ(z_k)."""
        return Elementwise(self.activation, 0, self.z(k))

    def factor(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return D_k W, the Jacobian of step k."""
        return self.slopes(k) * self.W

    def jacobian(self, later: sp.Expr, earlier: sp.Expr) -> Jacobian:
        """Return the expression ∂h_later/∂h_earlier."""
        return Jacobian(self.h(later), self.h(earlier))

    def factors(self, start_index: sp.Expr, steps: sp.Expr) -> OrderedProduct:
        """Return J_{t+n} ⋯ J_{t+1}, the newest factor on the left."""
        return OrderedProduct(self.factor(BOUND_INDEX), start_index + 1, start_index + steps)


@dataclass(frozen=True)
class LeakyRecurrence(ElmanRecurrence):
    """The symbols of h_k = (1 − α) h_{k−1} + α φ(z_k), with a real leak α; α = 1 is Elman's."""

    leak: sp.Symbol = _ALPHA
    name: ClassVar[str] = "leaky"

    def next_state(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return (1 − α) h_{k−1} + α φ(z_k)."""
        return (1 - self.leak) * self.h(k - 1) + self.leak * super().next_state(k)

    def factor(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return (1 − α) I + α D_k W, the Jacobian of step k."""
        through = self.leak * super().factor(k)
        return sp.MatAdd(sp.MatMul(1 - self.leak, sp.Identity(self.d)), through)


@dataclass(frozen=True)
class ResidualRecurrence(ElmanRecurrence):
    """The symbols of h_k = h_{k−1} + φ(z_k)."""

    name: ClassVar[str] = "residual"

    def next_state(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return h_{k−1} + φ(z_k)."""
        return self.h(k - 1) + super().next_state(k)

    def factor(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return I + D_k W, the Jacobian of step k."""
        return sp.MatAdd(sp.Identity(self.d), super().factor(k))


@functools.cache
def state_jacobian(activation: str = "tanh") -> Theorem:
    """Return ∂h_k/∂h_{k−1} = diag(φ′(z_k)) W.

    >>> print(state_jacobian())
    ∂h_k/∂h_{k−1} = diag(tanh′(z_k)) W
    """
    return ElmanRecurrence(activation).cell.state_jacobian()


@functools.cache
def jacobian_product(activation: str = "tanh") -> Theorem:
    """Return ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} diag(φ′(z_k)) W, by induction on n.

    >>> print(jacobian_product())
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [diag(tanh′(z_k)) W]
    """
    return ElmanRecurrence(activation).cell.jacobian_product(state_jacobian(activation))


@functools.cache
def leaky_state_jacobian(activation: str = "tanh") -> Theorem:
    """Return ∂h_k/∂h_{k−1} = (1 − α) I + α diag(φ′(z_k)) W.

    >>> print(leaky_state_jacobian())
    ∂h_k/∂h_{k−1} = (1 − α) I + α diag(tanh′(z_k)) W
    """
    return LeakyRecurrence(activation).cell.state_jacobian()


@functools.cache
def leaky_jacobian_product(activation: str = "tanh") -> Theorem:
    """Return ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} ((1 − α) I + α diag(φ′(z_k)) W), by induction on n.

    >>> print(leaky_jacobian_product())
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [(1 − α) I + α diag(tanh′(z_k)) W]
    """
    return LeakyRecurrence(activation).cell.jacobian_product(leaky_state_jacobian(activation))
