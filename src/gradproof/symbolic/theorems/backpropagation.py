"""Backpropagation through time: the gradient of a loss on the last state, in every parameter.

With g = ∇ℓ(h_{t+n}) and δ_k = (∂h_{t+n}/∂h_k)ᵀ g the gradient, h_t being held fixed, is a sum over
the steps k = t + 1 … t + n of what the parameter does in step k alone:

    ∂ℓ/∂W = Σ (D_k δ_k) h_{k−1}ᵀ,   ∂ℓ/∂U = Σ (D_k δ_k) x_kᵀ,   ∂ℓ/∂b = Σ D_k δ_k.

What stands last in the chain rule is the immediate differential of h_k, with h_{k−1} held fixed.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gradproof.symbolic.differential import differential
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.differentials import (
    DIFFERENTIAL_OF_CONSTANT,
    GRADIENT_BY_DIFFERENTIAL,
    GRADIENT_OF_SUM,
)
from gradproof.symbolic.kernel.identification import identify
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    JACOBIAN_OF_IDENTITY,
    TRACE_ALGEBRA,
    RewritingLaw,
    chain_rule_through,
)
from gradproof.symbolic.kernel.sum_laws import (
    EMPTY_SUM,
    FACTORS_INTO_SUM,
    LAST_TERM_SPLIT_OFF,
    TRACE_OF_SUM,
    TRANSPOSE_OF_SUM,
    termwise,
)
from gradproof.symbolic.language.expressions import BOUND_INDEX, Trace
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)
from gradproof.symbolic.language.relation import Proposition, Relation
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    ElmanRecurrence,
    K,
    state_jacobian,
)

__all__ = [
    "backward_recursion",
    "bias_gradient",
    "gradient_of_all_losses",
    "immediate_differential",
    "input_weight_gradient",
    "recurrent_weight_gradient",
    "total_differential",
]

_CELL = ElmanRecurrence("phi")
_ZERO = sp.Integer(0)


@dataclass(frozen=True)
class _Parameter:
    """A parameter P, and what it multiplies in z_k = … + P s_k + …: h_{k−1}, x_k, or nothing."""

    symbol: sp.MatrixSymbol
    source: Any

    @property
    def direction(self) -> sp.MatrixSymbol:
        return sp.MatrixSymbol("V", *self.symbol.shape)

    def immediate(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return D_k V s_k."""
        return sp.MatMul(_CELL.slopes(k), self.direction, *self._sources(k))

    def contribution(self, n: sp.Expr, k: sp.Expr) -> sp.MatrixExpr:
        """Return D_k δ_k s_kᵀ, δ_k being (∂h_n/∂h_k)ᵀ ∇ℓ_n(h_n)."""
        transposed = [sp.Transpose(source) for source in self._sources(k)]
        return sp.MatMul(_CELL.slopes(k), *_delta(n, k).args, *transposed)

    def total(self, n: sp.Expr, first: sp.Expr) -> ParameterDifferential:
        """Return dh_n[V] with h_first held fixed."""
        return ParameterDifferential(_CELL.h(n), self.symbol, self.direction, first)

    def _sources(self, k: sp.Expr) -> list[sp.MatrixExpr]:
        return [] if self.source is None else [self.source(k)]


_PARAMETERS = {
    "W": _Parameter(_CELL.W, lambda k: _CELL.h(k - 1)),
    "U": _Parameter(_CELL.U, _CELL.x),
    "b": _Parameter(_CELL.b, None),
}


def _loss_gradient(n: sp.Expr) -> LossGradient:
    return LossGradient("ell", n, _CELL.h(n))


def _delta(n: sp.Expr, k: sp.Expr) -> sp.MatMul:
    """Return δ_k = (∂h_n/∂h_k)ᵀ ∇ℓ_n(h_n)."""
    return sp.MatMul(sp.Transpose(_CELL.jacobian(n, k)), _loss_gradient(n))


_DEFINITIONS = (_CELL.definition_of_state, _CELL.definition_of_preactivation)


@functools.cache
def backward_recursion() -> tuple[Theorem, Theorem]:
    """Return δ_{k−1} = (D_k W)ᵀ δ_k for δ_k = (∂h_{k+n}/∂h_k)ᵀ ∇ℓ(h_{k+n}), and where it begins.

    >>> for theorem in backward_recursion():
    ...     print(theorem)
    (∂h_{k+n}/∂h_{k−1})ᵀ ∇ℓ_{k+n}(h_{k+n}) = (diag(φ′(z_k)) W)ᵀ (∂h_{k+n}/∂h_k)ᵀ ∇ℓ_{k+n}(h_{k+n})
    (∂h_k/∂h_k)ᵀ ∇ℓ_k(h_k) = ∇ℓ_k(h_k)
    """
    name, n = "backward_recursion", K + STEPS
    g = _loss_gradient(n)
    later, one = _CELL.jacobian(n, K), _CELL.jacobian(K, K - 1)
    step = (
        start(_delta(n, K - 1))
        .eq(
            sp.MatMul(sp.Transpose(sp.MatMul(later, one)), g),
            by=chain_rule_through(_CELL.h(K)),
        )
        .eq(
            sp.MatMul(sp.Transpose(sp.MatMul(later, *_CELL.factor(K).args)), g),
            by=state_jacobian("phi").law(),
        )
        .eq(sp.MatMul(sp.Transpose(_CELL.factor(K)), *_delta(n, K).args), by=ALGEBRA)
    )
    unit = sp.Transpose(sp.Identity(_CELL.d))
    beginning = (
        start(_delta(K, K))
        .eq(sp.MatMul(unit, _loss_gradient(K)), by=JACOBIAN_OF_IDENTITY)
        .eq(_loss_gradient(K), by=ALGEBRA)
    )
    return Theorem.of(name, step), Theorem.of(name, beginning)


@functools.cache
def immediate_differential(parameter: str = "W") -> Theorem:
    """Return the differential of h_k with h_{k−1} held fixed: D_k V h_{k−1} for W.

    >>> for parameter in "WUb":
    ...     print(immediate_differential(parameter))
    ∂⁺h_k/∂W[V] = diag(φ′(z_k)) V h_{k−1}
    ∂⁺h_k/∂U[V] = diag(φ′(z_k)) V x_k
    ∂⁺h_k/∂b[V] = diag(φ′(z_k)) V
    """
    chain = differential(_PARAMETERS[parameter].total(K, K - 1), definitions=_DEFINITIONS)
    return Theorem.of("immediate_differential", chain)


@functools.cache
def total_differential(parameter: str = "W", first: sp.Expr = _ZERO) -> Theorem:
    """Return dh_n[V] = Σ_k (∂h_n/∂h_k) ∂⁺h_k[V], the chain rule with immediate differentials.

    States up to ``first`` are held fixed, and n counts the steps after it.

    >>> print(total_differential())
    ∂h_n/∂W[V] = ∑_{k=1}^{n} [∂h_n/∂h_k ∂⁺h_k/∂W[V]]
    >>> from gradproof.symbolic.theorems.recurrence import T_START
    >>> print(total_differential("b", T_START))
    ∂h_{t+n}/∂b|h_t[V] = ∑_{k=t+1}^{t+n} [∂h_{t+n}/∂h_k ∂⁺h_k/∂b[V]]
    """
    chosen, n = _PARAMETERS[parameter], first + STEPS
    written_out = _written_out(parameter, first)
    one_step = immediate_differential(parameter).law({K: BOUND_INDEX})
    through = sp.MatMul(_CELL.jacobian(n, BOUND_INDEX), chosen.total(BOUND_INDEX, BOUND_INDEX - 1))
    chain = (
        start(chosen.total(n, first))
        .eq(written_out.proposition.right, by=written_out.law())
        .eq(MatrixSum(through, first + 1, n), by=one_step)
    )
    return Theorem.of("total_differential", chain).preceded_by(written_out)


@functools.cache
def _written_out(parameter: str, first: sp.Expr) -> Theorem:
    """Return dh_n[V] = Σ_k (∂h_n/∂h_k) D_k V s_k, by induction on n."""
    chosen, n = _PARAMETERS[parameter], STEPS

    def term(last: sp.Expr, k: sp.Expr) -> sp.MatrixExpr:
        return sp.MatMul(_CELL.jacobian(last, k), *chosen.immediate(k).args)

    def total(last: sp.Expr, upper: sp.Expr) -> MatrixSum:
        return MatrixSum(term(last, BOUND_INDEX), first + 1, upper)

    proposition = Proposition(
        chosen.total(first + n, first), Relation.EQ, total(first + n, first + n)
    )
    base = (
        start(chosen.total(first, first))
        .eq(sp.ZeroMatrix(_CELL.d, 1), by=DIFFERENTIAL_OF_CONSTANT)
        .eq(total(first, first), by=EMPTY_SUM)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        before, last = first + n, first + n + 1
        chain = differential(chosen.total(last, first), definitions=_DEFINITIONS)
        own, one = chosen.immediate(last), _CELL.jacobian(last, before)
        passed_on = sp.MatMul(one, chosen.total(before, first))
        split = sp.MatMul(one, *term(before, BOUND_INDEX).args)
        unit = sp.Identity(_CELL.d)
        return (
            chain.eq(sp.MatAdd(passed_on, own), by=state_jacobian("phi").law({K: last}))
            .eq(sp.MatAdd(sp.MatMul(one, total(before, before)), own), by=hypothesis)
            .eq(sp.MatAdd(MatrixSum(split, first + 1, before), own), by=FACTORS_INTO_SUM)
            .eq(
                sp.MatAdd(total(last, before), own),
                by=termwise(chain_rule_through(_CELL.h(before))),
            )
            .eq(sp.MatAdd(total(last, before), sp.MatMul(unit, *own.args)), by=ALGEBRA)
            .eq(sp.MatAdd(total(last, before), term(last, last)), by=JACOBIAN_OF_IDENTITY)
            .eq(total(last, last), by=LAST_TERM_SPLIT_OFF)
        )

    return by_induction("total_differential", n, proposition, base, step)


@functools.cache
def recurrent_weight_gradient(first: sp.Expr = _ZERO) -> Theorem:
    """Return ∂ℓ(h_n)/∂W = Σ_k (D_k δ_k) h_{k−1}ᵀ with δ_k = (∂h_n/∂h_k)ᵀ ∇ℓ(h_n).

    States up to ``first`` are held fixed: h_0 alone, or h_t where backpropagation is truncated.

    >>> print(recurrent_weight_gradient())
    ∂ℓ_n(h_n)/∂W = ∑_{k=1}^{n} [diag(φ′(z_k)) (∂h_n/∂h_k)ᵀ ∇ℓ_n(h_n) h_{k−1}ᵀ]
    """
    return _gradient("recurrent_weight_gradient", "W", first)


@functools.cache
def input_weight_gradient(first: sp.Expr = _ZERO) -> Theorem:
    """Return ∂ℓ(h_n)/∂U = Σ_k (D_k δ_k) x_kᵀ; see :func:`recurrent_weight_gradient`.

    >>> print(input_weight_gradient())
    ∂ℓ_n(h_n)/∂U = ∑_{k=1}^{n} [diag(φ′(z_k)) (∂h_n/∂h_k)ᵀ ∇ℓ_n(h_n) x_kᵀ]
    """
    return _gradient("input_weight_gradient", "U", first)


@functools.cache
def bias_gradient(first: sp.Expr = _ZERO) -> Theorem:
    """Return ∂ℓ(h_n)/∂b = Σ_k D_k δ_k; see :func:`recurrent_weight_gradient`.

    >>> print(bias_gradient())
    ∂ℓ_n(h_n)/∂b = ∑_{k=1}^{n} [diag(φ′(z_k)) (∂h_n/∂h_k)ᵀ ∇ℓ_n(h_n)]
    """
    return _gradient("bias_gradient", "b", first)


def _gradient(name: str, parameter: str, first: sp.Expr) -> Theorem:
    chosen, n, V = _PARAMETERS[parameter], first + STEPS, _PARAMETERS[parameter].direction
    gradient = Gradient(Loss("ell", n, _CELL.h(n)), chosen.symbol, first)
    result = MatrixSum(chosen.contribution(n, BOUND_INDEX), first + 1, n)
    written_out = _written_out(parameter, first)
    transposed = sp.Transpose(_loss_gradient(n))

    def over_steps(kind: Any, term: sp.Basic) -> Any:
        return kind(term, first + 1, n)

    forwards = sp.MatMul(transposed, *written_out.proposition.right.term.args)
    backwards = sp.MatMul(sp.Transpose(result.term), V)
    chain = (
        start(Trace(sp.MatMul(sp.Transpose(gradient), V)))
        .eq(Trace(sp.MatMul(transposed, chosen.total(n, first))), by=GRADIENT_BY_DIFFERENTIAL)
        .eq(Trace(sp.MatMul(transposed, written_out.proposition.right)), by=written_out.law())
        .eq(Trace(over_steps(MatrixSum, forwards)), by=FACTORS_INTO_SUM)
        .eq(over_steps(ScalarSum, Trace(forwards)), by=TRACE_OF_SUM)
        .eq(over_steps(ScalarSum, Trace(backwards)), by=TRACE_ALGEBRA)
        .eq(Trace(over_steps(MatrixSum, backwards)), by=TRACE_OF_SUM)
        .eq(
            Trace(sp.MatMul(over_steps(MatrixSum, sp.Transpose(result.term)), V)),
            by=FACTORS_INTO_SUM,
        )
        .eq(Trace(sp.MatMul(sp.Transpose(result), V)), by=TRANSPOSE_OF_SUM)
    )
    against_all = Theorem.of(name, chain)
    return identify(against_all, V, gradient, result, name=name).preceded_by(written_out)


@functools.cache
def gradient_of_all_losses(parameter: str = "W") -> Theorem:
    """Return ∂(Σ_k ℓ_k(h_k))/∂W = Σ_k ∂ℓ_k(h_k)/∂W, each term as in the theorems above.

    >>> print(gradient_of_all_losses())
    ∂[∑_{k=1}^{n} [ℓ_k(h_k)]]/∂W = ∑_{k=1}^{n} [∂ℓ_k(h_k)/∂W]
    """
    symbol = _PARAMETERS[parameter].symbol
    each = Loss("ell", BOUND_INDEX, _CELL.h(BOUND_INDEX))
    whole = Gradient(ScalarSum(each, 1, STEPS), symbol, 0)
    chain = start(whole).eq(MatrixSum(Gradient(each, symbol, 0), 1, STEPS), by=GRADIENT_OF_SUM)
    return Theorem.of("gradient_of_all_losses", chain)
