"""Bounds of the product of Jacobians in a norm scaled by a diagonal matrix.

S = diag(s) commutes with the slopes D_k, so S Φ S⁻¹ is a product of the same slopes with S W S⁻¹ in
place of W. With P = SᵀS this is the norm vᵀPv of the gradient, and ‖S‖‖S⁻¹‖ = √cond(P).
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DIAGONALS_COMMUTE,
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_DOMINATES_RADIUS,
    NORM_OF_IDENTITY,
    SUBMULTIPLICATIVE,
    RewritingLaw,
)
from gradproof.symbolic.kernel.matrix_laws import RADIUS_OF_ROTATED_PRODUCT
from gradproof.symbolic.language.expressions import (
    Diagonal,
    OrderedProduct,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.bounds import bound_of_slopes
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence, jacobian_product

__all__ = ["scaled_norm_lower", "scaled_norm_upper", "scaling_is_diagonal"]

_CELL = ElmanRecurrence("phi")
_S = sp.MatrixSymbol("S", _CELL.d, _CELL.d)
_ENTRIES, _OTHER = (sp.MatrixSymbol(name, _CELL.d, 1) for name in "se")


def scaling_is_diagonal() -> Hypothesis:
    """Return the hypothesis S = diag(s)."""
    return Hypothesis.of(_S, Relation.EQ, Diagonal(_ENTRIES))


def _diagonal_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d = int(generator.integers(1, 4))
    entries = generator.choice([-1, 1], size=(d, 1)) * 10 ** generator.uniform(-1, 1, size=(d, 1))
    return {_CELL.d: d, _ENTRIES: entries, _S: np.diag(entries[:, 0])}


def _scaled(matrix: sp.MatrixExpr) -> SpectralNorm:
    return SpectralNorm(sp.MatMul(_S, matrix, _S.I))


@functools.cache
def scaled_norm_upper(activation: str = "phi") -> tuple[Theorem, ...]:
    """Return ‖S Φ S⁻¹‖ ≤ (γ‖S W S⁻¹‖)ⁿ for Φ = ∂h_{t+n}/∂h_t, S diagonal, and the bound of ‖Φ‖.

    γ bounds |φ′|; for tanh γ = 1. So γ‖S W S⁻¹‖ < 1 for one S makes gradients vanish, also where
    γ‖W‖ > 1.

    >>> print(scaled_norm_upper("tanh")[1])
    ‖∂h_{t+n}/∂h_t‖ ≤ ‖S‖ ‖S⁻¹‖ ‖S W S⁻¹‖ⁿ
    """
    name, norm = "scaled_norm_upper", SpectralNorm
    cell = ElmanRecurrence(activation)
    gamma, slope_bound = bound_of_slopes(activation)
    diagonal = assume(scaling_is_diagonal())
    t, n = T_START, STEPS
    rate = gamma * _scaled(cell.W)

    def product(steps: sp.Expr) -> OrderedProduct:
        return cell.factors(t, steps)

    base = (
        start(_scaled(product(sp.Integer(0))))
        .eq(_scaled(sp.Identity(cell.d)), by=EMPTY_PRODUCT)
        .eq(sp.Integer(1), by=NORM_OF_IDENTITY)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        slopes, earlier, S = cell.slopes(t + n + 1), product(n), Diagonal(_ENTRIES)
        weight, before = (sp.MatMul(_S, matrix, _S.I) for matrix in (cell.W, earlier))
        return (
            start(_scaled(product(n + 1)))
            .eq(norm(sp.MatMul(_S, slopes, cell.W, earlier, _S.I)), by=NEWEST_FACTOR_LEFT)
            .eq(norm(sp.MatMul(S, slopes, cell.W, earlier, _S.I)), by=diagonal)
            .eq(norm(sp.MatMul(slopes, S, cell.W, earlier, _S.I)), by=DIAGONALS_COMMUTE)
            .eq(norm(sp.MatMul(slopes, _S, cell.W, earlier, _S.I)), by=diagonal)
            .eq(norm(sp.MatMul(slopes, *weight.args, *before.args)), by=ALGEBRA)
            .le(norm(slopes) * norm(weight) * norm(before), by=SUBMULTIPLICATIVE)
            .le(rate * norm(before), by=diagonal_norm_by(slope_bound))
            .le(rate * rate**n, by=hypothesis)
        )

    proposition = Proposition(_scaled(product(n)), Relation.LE, rate**n)
    of_product = by_induction(name, n, proposition, base, step, model=_diagonal_instance)
    jacobian = cell.jacobian(t + n, t)
    chain = (
        start(_scaled(jacobian))
        .eq(_scaled(product(n)), by=jacobian_product(activation).law())
        .le(rate**n, by=of_product.law())
    )
    scaled = Theorem.of(name, chain, model=_diagonal_instance).preceded_by(of_product)
    back = (
        start(norm(jacobian))
        .eq(norm(sp.MatMul(_S.I, _S, jacobian, _S.I, _S)), by=ALGEBRA)
        .le(norm(_S.I) * _scaled(jacobian) * norm(_S), by=SUBMULTIPLICATIVE)
        .le(norm(_S.I) * rate**n * norm(_S), by=scaled.law())
    )
    return scaled, Theorem.of(name, back, model=_diagonal_instance)


@functools.cache
def scaled_norm_lower() -> Theorem:
    """Return ρ(diag(e) W) ≤ ‖S W S⁻¹‖ for a diagonal S and ‖diag(e)‖ ≤ 1.

    So no diagonal scaling proves decay where some signs or slopes e make ρ(diag(e) W) ≥ 1.

    >>> print(scaled_norm_lower())
    ρ(diag(e) W) ≤ ‖S W S⁻¹‖
    """
    diagonal = assume(scaling_is_diagonal())
    W, S, D, norm = _CELL.W, Diagonal(_ENTRIES), Diagonal(_OTHER), SpectralNorm
    at_most_one = assume(Hypothesis.of(norm(D), Relation.LE, sp.Integer(1)))
    weight = sp.MatMul(_S, W, _S.I)
    chain = (
        start(SpectralRadius(sp.MatMul(D, W)))
        .eq(SpectralRadius(sp.MatMul(D, W, _S.I, _S)), by=ALGEBRA)
        .eq(SpectralRadius(sp.MatMul(_S, D, W, _S.I)), by=RADIUS_OF_ROTATED_PRODUCT)
        .eq(SpectralRadius(sp.MatMul(S, D, W, _S.I)), by=diagonal)
        .eq(SpectralRadius(sp.MatMul(D, S, W, _S.I)), by=DIAGONALS_COMMUTE)
        .eq(SpectralRadius(sp.MatMul(D, _S, W, _S.I)), by=diagonal)
        .le(norm(sp.MatMul(D, *weight.args)), by=NORM_DOMINATES_RADIUS)
        .le(norm(D) * norm(weight), by=SUBMULTIPLICATIVE)
        .le(norm(weight), by=at_most_one)
    )
    return Theorem.of("scaled_norm_lower", chain, model=_signed_instance)


def _signed_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    drawn = _diagonal_instance(generator)
    return {**drawn, _OTHER: generator.choice([-1, 1, 0.5], size=np.asarray(drawn[_ENTRIES]).shape)}
