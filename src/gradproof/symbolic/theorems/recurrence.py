"""The Elman recurrence h_k = φ(W h_{k−1} + U x_k + b), its Jacobian and the product of Jacobians.

Sizes d (state) and m (input), the number of steps and the activation are symbols throughout.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import sympy as sp

from gradproof.symbolic.differential import differentiate, tidy
from gradproof.symbolic.kernel.assumptions import define
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.kinks import is_differentiable_elementwise, jacobian_of_kinked
from gradproof.symbolic.kernel.laws import (
    EMPTY_PRODUCT,
    JACOBIAN_OF_IDENTITY,
    NEWEST_FACTOR_LEFT,
    RewritingLaw,
    chain_rule_through,
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
from gradproof.symbolic.language.relation import Proposition, Relation

__all__ = [
    "ElmanRecurrence",
    "LeakyRecurrence",
    "jacobian_product",
    "leaky_jacobian_product",
    "leaky_state_jacobian",
    "state_jacobian",
]

#: A step index k ≥ 1, a start t ≥ 0, and a number of steps n = T − t ≥ 0.
K = sp.Symbol("k", integer=True, positive=True)
T_START = sp.Symbol("t", integer=True, nonnegative=True)
STEPS = sp.Symbol("n", integer=True, nonnegative=True)

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
    def definition_of_state(self) -> RewritingLaw:
        return define(self.h(K), self.next_state(K))

    @property
    def definition_of_preactivation(self) -> RewritingLaw:
        return define(self.z(K), self.preactivation(K))

    @property
    def laws_away_from_kinks(self) -> tuple[RewritingLaw, ...]:
        """The chain rule of φ where φ isn't differentiable everywhere, else nothing."""
        applied = Elementwise(self.activation, 0, self.z(K))
        if is_differentiable_elementwise(applied):
            return ()
        return (jacobian_of_kinked(applied),)

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

    def next_state(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return (1 − α) h_{k−1} + α φ(z_k)."""
        return (1 - self.leak) * self.h(k - 1) + self.leak * super().next_state(k)

    def factor(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return (1 − α) I + α D_k W, the Jacobian of step k."""
        through = self.leak * super().factor(k)
        return sp.MatAdd(sp.MatMul(1 - self.leak, sp.Identity(self.d)), through)


@functools.cache
def state_jacobian(activation: str = "tanh") -> Theorem:
    """Return ∂h_k/∂h_{k−1} = diag(φ′(z_k)) W.

    >>> print(state_jacobian())
    ∂h_k/∂h_{k−1} = diag(tanh′(z_k)) W
    """
    return _one_step(ElmanRecurrence(activation), "state_jacobian")


@functools.cache
def jacobian_product(activation: str = "tanh") -> Theorem:
    """Return ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} diag(φ′(z_k)) W, by induction on n.

    >>> print(jacobian_product())
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [diag(tanh′(z_k)) W]
    """
    cell = ElmanRecurrence(activation)
    return _many_steps(cell, state_jacobian(activation), "jacobian_product")


@functools.cache
def leaky_state_jacobian(activation: str = "tanh") -> Theorem:
    """Return ∂h_k/∂h_{k−1} = (1 − α) I + α diag(φ′(z_k)) W.

    >>> print(leaky_state_jacobian())
    ∂h_k/∂h_{k−1} = (1 − α) I + α diag(tanh′(z_k)) W
    """
    return _one_step(LeakyRecurrence(activation), "leaky_state_jacobian")


@functools.cache
def leaky_jacobian_product(activation: str = "tanh") -> Theorem:
    """Return ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} ((1 − α) I + α diag(φ′(z_k)) W), by induction on n.

    >>> print(leaky_jacobian_product())
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [(1 − α) I + α diag(tanh′(z_k)) W]
    """
    cell = LeakyRecurrence(activation)
    return _many_steps(cell, leaky_state_jacobian(activation), "leaky_jacobian_product")


def _one_step(cell: ElmanRecurrence, name: str) -> Theorem:
    definitions = (
        cell.definition_of_state,
        *cell.laws_away_from_kinks,
        cell.definition_of_preactivation,
    )
    return Theorem.of(name, differentiate(cell.h(K), cell.h(K - 1), definitions=definitions))


def _many_steps(cell: ElmanRecurrence, one_step: Theorem, name: str) -> Theorem:
    t, n = T_START, STEPS
    proposition = Proposition(cell.jacobian(t + n, t), Relation.EQ, cell.factors(t, n))
    base = (
        start(cell.jacobian(t, t))
        .eq(sp.Identity(cell.d), by=JACOBIAN_OF_IDENTITY)
        .eq(cell.factors(t, sp.Integer(0)), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        newest, earlier = cell.factor(t + n + 1), cell.jacobian(t + n, t)
        return (
            start(cell.jacobian(t + n + 1, t))
            .eq(
                sp.MatMul(cell.jacobian(t + n + 1, t + n), earlier),
                by=chain_rule_through(cell.h(t + n)),
            )
            .eq(tidy(sp.MatMul(newest, earlier)), by=one_step.law({K: t + n + 1}))
            .eq(tidy(sp.MatMul(newest, cell.factors(t, n))), by=hypothesis)
            .eq(cell.factors(t, n + 1), by=NEWEST_FACTOR_LEFT)
        )

    return by_induction(name, n, proposition, base, step)
