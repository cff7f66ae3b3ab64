"""What an orthogonal recurrent matrix keeps, and what the slopes lose."""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional_forms import constant_slopes_by, sector_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_AS_TRACE,
    TRACE_ALGEBRA,
    RewritingLaw,
)
from gradproof.symbolic.language.expressions import SpectralNorm, Trace
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.elementary import identity_derivative
from gradproof.symbolic.theorems.activations.tanh import tanh_derivative_range
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    jacobian_product,
)

__all__ = ["orthogonal_linear_recurrence", "slopes_lose_length"]

_D = ElmanRecurrence().d
_V, _X = (sp.MatrixSymbol(name, _D, 1) for name in "vx")
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


@functools.cache
def slopes_lose_length() -> Theorem:
    """Return ‖D_k W x‖² ≤ ‖x‖² − (W x)ᵀ (I − D_k) W x for tanh and WᵀW = I.

    What is lost is Σ (1 − dᵢ)(W x)ᵢ², so the length is kept only where dᵢ = 1 or (W x)ᵢ = 0 for
    every i.

    >>> print(slopes_lose_length())
    ‖diag(tanh′(z_k)) (W x)‖² ≤ ‖x‖² − (W x)ᵀ (I − diag(tanh′(z_k))) (W x)
    """
    cell, x = ElmanRecurrence("tanh"), _X
    D, image = cell.slopes(K), sp.MatMul(_W, _X)
    row, norm, identity = sp.Transpose(image), SpectralNorm, sp.Identity(_D)
    lower, upper, *_ = tanh_derivative_range()
    loss = Trace(sp.MatMul(row, sp.MatAdd(identity, sp.MatMul(-1, D)), image))
    chain = (
        start(norm(sp.MatMul(D, image)) ** 2)
        .eq(Trace(sp.MatMul(sp.Transpose(sp.MatMul(D, image)), D, image)), by=NORM_AS_TRACE)
        .eq(Trace(sp.MatMul(row, D, D, image)), by=ALGEBRA)
        .le(Trace(sp.MatMul(row, D, image)), by=sector_by(lower, upper, slopes=D, vector=image))
        .eq(Trace(sp.MatMul(x.T, _W.T, _W, x)) - loss, by=TRACE_ALGEBRA)
        .eq(Trace(sp.MatMul(x.T, x)) - loss, by=assume(_ORTHOGONAL))
        .eq(norm(x) ** 2 - loss, by=NORM_AS_TRACE)
    )
    return Theorem.of("slopes_lose_length", chain, model=_orthogonal_instance)
