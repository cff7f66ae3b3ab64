"""The Elman recurrence h_k = φ(W h_{k−1} + U x_k + b), its Jacobian and the product of Jacobians.

Sizes d (state) and m (input), the number of steps and the activation are symbols throughout.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import sympy as sp

from gradproof.symbolic.assumptions import define
from gradproof.symbolic.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.expressions import (
    BOUND_INDEX,
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    OrderedProduct,
    Preactivation,
    State,
)
from gradproof.symbolic.laws import (
    EMPTY_PRODUCT,
    JACOBIAN_OF_CONSTANT,
    JACOBIAN_OF_ELEMENTWISE,
    JACOBIAN_OF_IDENTITY,
    JACOBIAN_OF_LINEAR_MAP,
    JACOBIAN_OF_SUM,
    NEWEST_FACTOR_LEFT,
    RewritingLaw,
    chain_rule_through,
)
from gradproof.symbolic.relation import Proposition, Relation

__all__ = ["ElmanRecurrence", "jacobian_product", "state_jacobian"]

#: A step index k ≥ 1, a start t ≥ 0, and a number of steps n = T − t ≥ 0.
K = sp.Symbol("k", integer=True, positive=True)
T_START = sp.Symbol("t", integer=True, nonnegative=True)
STEPS = sp.Symbol("n", integer=True, nonnegative=True)

_D, _M = sp.symbols("d m", integer=True, positive=True)


@dataclass(frozen=True)
class ElmanRecurrence:
    """The symbols of h_k = φ(z_k), z_k = W h_{k−1} + U x_k + b, with W of size d×d, U of size d×m.

    ``activation`` names a differentiable function: "tanh", or "phi" for an arbitrary one.
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
        return define(self.h(K), Elementwise(self.activation, 0, self.z(K)))

    @property
    def definition_of_preactivation(self) -> RewritingLaw:
        return define(self.z(K), self.preactivation(K))

    def jacobian(self, later: sp.Expr, earlier: sp.Expr) -> Jacobian:
        """Return the expression ∂h_later/∂h_earlier."""
        return Jacobian(self.h(later), self.h(earlier))

    def factors(self, start_index: sp.Expr, steps: sp.Expr) -> OrderedProduct:
        """Return D_{t+n} W ⋯ D_{t+1} W, the newest factor on the left."""
        factor = self.slopes(BOUND_INDEX) * self.W
        return OrderedProduct(factor, start_index + 1, start_index + steps)


@functools.cache
def state_jacobian(activation: str = "tanh") -> Theorem:
    """Return ∂h_k/∂h_{k−1} = diag(φ′(z_k)) W.

    >>> print(state_jacobian())
    ∂h_k/∂h_{k−1} = diag(tanh′(z_k)) W
    """
    cell = ElmanRecurrence(activation)
    before = cell.h(K - 1)
    applied = Elementwise(activation, 0, cell.z(K))
    slopes = cell.slopes(K)
    parts = (cell.W * before, cell.U * cell.x(K), cell.b)
    chain = (
        start(cell.jacobian(K, K - 1))
        .eq(Jacobian(applied, before), by=cell.definition_of_state)
        .eq(slopes * Jacobian(cell.z(K), before), by=JACOBIAN_OF_ELEMENTWISE)
        .eq(slopes * Jacobian(cell.preactivation(K), before), by=cell.definition_of_preactivation)
        .eq(
            slopes * sp.MatAdd(*(Jacobian(part, before) for part in parts)),
            by=JACOBIAN_OF_SUM,
        )
        .eq(slopes * Jacobian(parts[0], before), by=JACOBIAN_OF_CONSTANT)
        .eq(slopes * cell.W * Jacobian(before, before), by=JACOBIAN_OF_LINEAR_MAP)
        .eq(slopes * cell.W, by=JACOBIAN_OF_IDENTITY)
    )
    return Theorem.of("state_jacobian", chain)


@functools.cache
def jacobian_product(activation: str = "tanh") -> Theorem:
    """Return ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} diag(φ′(z_k)) W, by induction on n.

    >>> print(jacobian_product())
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [diag(tanh′(z_k)) W]
    """
    cell = ElmanRecurrence(activation)
    t, n = T_START, STEPS
    proposition = Proposition(cell.jacobian(t + n, t), Relation.EQ, cell.factors(t, n))
    zero = sp.Integer(0)
    base = (
        start(cell.jacobian(t, t))
        .eq(sp.Identity(cell.d), by=JACOBIAN_OF_IDENTITY)
        .eq(cell.factors(t, zero), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        new = cell.slopes(t + n + 1) * cell.W
        return (
            start(cell.jacobian(t + n + 1, t))
            .eq(
                cell.jacobian(t + n + 1, t + n) * cell.jacobian(t + n, t),
                by=chain_rule_through(cell.h(t + n)),
            )
            .eq(new * cell.jacobian(t + n, t), by=state_jacobian(activation).law({K: t + n + 1}))
            .eq(new * cell.factors(t, n), by=hypothesis)
            .eq(cell.factors(t, n + 1), by=NEWEST_FACTOR_LEFT)
        )

    return by_induction("jacobian_product", n, proposition, base, step)
