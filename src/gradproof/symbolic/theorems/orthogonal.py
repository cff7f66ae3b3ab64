"""What an orthogonal recurrent matrix keeps, and what the slopes lose."""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.conditional_forms import constant_slopes_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    EMPTY_PRODUCT,
    JACOBIAN_OF_IDENTITY,
    NEWEST_FACTOR_LEFT,
    NORM_AS_TRACE,
    SUBMULTIPLICATIVE,
    TRACE_ALGEBRA,
    RewritingLaw,
    chain_rule_through,
)
from gradproof.symbolic.kernel.sum_laws import EMPTY_SUM, LAST_TERM_SPLIT_OFF
from gradproof.symbolic.language.expressions import BOUND_INDEX, SpectralNorm, Trace
from gradproof.symbolic.language.gradient_nodes import ScalarSum
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.elementary import identity_derivative
from gradproof.symbolic.theorems.bounds import bound_of_slopes
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    jacobian_product,
    state_jacobian,
)

__all__ = ["length_balance", "orthogonal_linear_recurrence", "tanh_gains_no_length"]

_D = ElmanRecurrence().d
_V = sp.MatrixSymbol("v", _D, 1)
_W = ElmanRecurrence().W
_ORTHOGONAL = Hypothesis.of(_W.T * _W, Relation.EQ, sp.Identity(_D))


def _orthogonal_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d = int(generator.integers(1, 4))
    Q, _ = np.linalg.qr(generator.normal(size=(d, d)))
    return {_D: d, _W: Q}


@functools.cache
def orthogonal_linear_recurrence() -> tuple[Theorem, ...]:
    """Return ΦᵀΦ = I and ‖Φ v‖ = ‖v‖ for Φ = ∂h_{t+n}/∂h_t, φ the identity and WᵀW = I.

    >>> for theorem in orthogonal_linear_recurrence():
    ...     print(theorem)
    (∂h_{t+n}/∂h_t)ᵀ ∂h_{t+n}/∂h_t = I
    ‖∂h_{t+n}/∂h_t v‖² = ‖v‖²
    """
    name, model = "orthogonal_linear_recurrence", _orthogonal_instance
    cell, t, n, v = ElmanRecurrence("identity"), T_START, STEPS, _V
    identity, norm = sp.Identity(_D), SpectralNorm
    constant = constant_slopes_by(identity_derivative()[0])
    orthogonal = assume(_ORTHOGONAL)

    def gram(*factors: sp.MatrixExpr) -> sp.MatrixExpr:
        transposed = [sp.Transpose(factor) for factor in reversed(factors)]
        return sp.MatMul(*transposed, *factors)

    base = (
        start(gram(cell.factors(t, sp.Integer(0))))
        .eq(gram(identity), by=EMPTY_PRODUCT)
        .eq(identity, by=ALGEBRA)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        slopes, earlier = cell.slopes(t + n + 1), cell.factors(t, n)
        moved = sp.MatMul(_W, earlier)
        return (
            start(gram(cell.factors(t, n + 1)))
            .eq(gram(slopes, _W, earlier), by=NEWEST_FACTOR_LEFT)
            .eq(sp.MatMul(sp.Transpose(moved), slopes, moved), by=constant)
            .eq(gram(_W, earlier), by=constant)
            .eq(gram(earlier), by=orthogonal)
            .eq(identity, by=hypothesis)
        )

    proposition = Proposition(gram(cell.factors(t, n)), Relation.EQ, identity)
    of_product = by_induction(name, n, proposition, base, step, model=model)
    jacobian = cell.jacobian(t + n, t)
    chain = (
        start(gram(jacobian))
        .eq(gram(cell.factors(t, n)), by=jacobian_product("identity").law())
        .eq(identity, by=of_product.law())
    )
    isometry = Theorem.of(name, chain, model=model).preceded_by(of_product)
    image = sp.MatMul(jacobian, v)
    lengths = (
        start(norm(image) ** 2)
        .eq(Trace(sp.MatMul(sp.Transpose(image), image)), by=NORM_AS_TRACE)
        .eq(Trace(sp.MatMul(sp.Transpose(v), gram(jacobian), v)), by=ALGEBRA)
        .eq(Trace(sp.MatMul(sp.Transpose(v), v)), by=isometry.law())
        .eq(norm(v) ** 2, by=NORM_AS_TRACE)
    )
    return isometry, Theorem.of(name, lengths, model=model)


def _form(vector: sp.MatrixExpr, *between: sp.MatrixExpr) -> Trace:
    """Return the number vᵀ A v."""
    return Trace(sp.MatMul(sp.Transpose(vector), *between, vector))


@functools.cache
def length_balance(activation: str = "phi") -> Theorem:
    """Return ‖Φ_n v‖² + Σ_k (W Φ_{k−1} v)ᵀ (I − D_k²) W Φ_{k−1} v = ‖v‖² for WᵀW = I.

    Φ_k = ∂h_k/∂h_t. Step k loses Σᵢ (1 − φ′(z_k)ᵢ²)(W Φ_{k−1} v)ᵢ² of the squared length.

    >>> print(length_balance("tanh").conditions[-1])
    Wᵀ W = I
    """
    name, norm = "length_balance", SpectralNorm
    cell, t, n, v = ElmanRecurrence(activation), T_START, STEPS, _V

    def image(k: sp.Expr) -> sp.MatrixExpr:
        return sp.MatMul(cell.jacobian(k, t), v)

    def length(k: sp.Expr) -> sp.Expr:
        return norm(image(k)) ** 2

    def lost(k: sp.Expr) -> Trace:
        kept = sp.MatAdd(sp.Identity(_D), sp.MatMul(-1, cell.slopes(k) ** 2))
        return _form(sp.MatMul(_W, *image(k - 1).args), kept)

    def total(last: sp.Expr) -> ScalarSum:
        return ScalarSum(lost(BOUND_INDEX), t + 1, last)

    base = (
        start(length(t) + total(t))
        .eq(norm(sp.MatMul(sp.Identity(_D), v)) ** 2 + total(t), by=JACOBIAN_OF_IDENTITY)
        .eq(norm(v) ** 2 + total(t), by=ALGEBRA)
        .eq(norm(v) ** 2, by=EMPTY_SUM)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        before, last = t + n, t + n + 1
        moved = sp.MatMul(cell.slopes(last), _W, *image(before).args)
        one, rest = cell.jacobian(last, before), total(before)
        return (
            start(length(last) + total(last))
            .eq(length(last) + rest + lost(last), by=LAST_TERM_SPLIT_OFF)
            .eq(
                norm(sp.MatMul(one, *image(before).args)) ** 2 + rest + lost(last),
                by=chain_rule_through(cell.h(before)),
            )
            .eq(norm(moved) ** 2 + rest + lost(last), by=state_jacobian(activation).law({K: last}))
            .eq(_form(moved) + rest + lost(last), by=NORM_AS_TRACE)
            .eq(_form(image(before), _W.T, _W) + rest, by=TRACE_ALGEBRA)
            .eq(_form(image(before)) + rest, by=assume(_ORTHOGONAL))
            .eq(length(before) + rest, by=NORM_AS_TRACE)
            .eq(norm(v) ** 2, by=hypothesis)
        )

    left = length(t + n) + total(t + n)
    proposition = Proposition(left, Relation.EQ, norm(v) ** 2)
    return by_induction(name, n, proposition, base, step, model=_orthogonal_instance)


@functools.cache
def tanh_gains_no_length() -> Theorem:
    """Return yᵀ D_k² y ≤ ‖y‖² for the slopes D_k of tanh: no term of the balance is below 0.

    >>> print(tanh_gains_no_length())
    yᵀ diag(tanh′(z_k))² y ≤ ‖y‖²
    """
    D, norm = ElmanRecurrence("tanh").slopes(K), SpectralNorm
    y = sp.MatrixSymbol("y", _D, 1)
    chain = (
        start(_form(y, D**2))
        .eq(_form(sp.MatMul(D, y)), by=TRACE_ALGEBRA)
        .eq(norm(sp.MatMul(D, y)) ** 2, by=NORM_AS_TRACE)
        .le((norm(D) * norm(y)) ** 2, by=SUBMULTIPLICATIVE)
        .le(norm(y) ** 2, by=diagonal_norm_by(bound_of_slopes("tanh")[1]))
    )
    return Theorem.of("tanh_gains_no_length", chain)
