"""Products of Jacobians known exactly: their determinant, and everything in one dimension."""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.expressions import BOUND_INDEX, Determinant, OrderedProduct, SpectralNorm
from gradproof.symbolic.laws import (
    DETERMINANT_OF_PRODUCT,
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_OF_NUMBERS,
    RewritingLaw,
)
from gradproof.symbolic.recurrence import STEPS, T_START, ElmanRecurrence, jacobian_product
from gradproof.symbolic.relation import Proposition, Relation

__all__ = ["product_determinant", "scalar_recurrence"]


def _slopes_product(cell: ElmanRecurrence, steps: sp.Expr) -> OrderedProduct:
    """Return D_{t+n} ⋯ D_{t+1}."""
    return OrderedProduct(cell.slopes(BOUND_INDEX), T_START + 1, T_START + steps)


@functools.cache
def product_determinant(activation: str = "phi") -> Theorem:
    """Return det ∂h_{t+n}/∂h_t = det(W)ⁿ det(D_{t+n} ⋯ D_{t+1}).

    The last factor is the determinant of a diagonal matrix: the product of all slopes φ′(z_{k,i}).

    >>> print(product_determinant())
    det(∂h_{t+n}/∂h_t) = det(W)ⁿ det(∏_{k=t+1}^{t+n} [diag(φ′(z_k))])
    """
    name, det = "product_determinant", Determinant
    cell, t, n, zero = ElmanRecurrence(activation), T_START, STEPS, sp.Integer(0)

    def right(steps: sp.Expr) -> sp.Expr:
        return det(cell.W) ** steps * det(_slopes_product(cell, steps))

    base = (
        start(det(cell.factors(t, zero)))
        .eq(det(sp.Identity(cell.d)), by=EMPTY_PRODUCT)
        .eq(right(zero), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        newest, earlier, before = (
            cell.slopes(t + n + 1),
            cell.factors(t, n),
            _slopes_product(cell, n),
        )
        return (
            start(det(cell.factors(t, n + 1)))
            .eq(det(newest * cell.W * earlier), by=NEWEST_FACTOR_LEFT)
            .eq(det(newest) * det(cell.W) * det(earlier), by=DETERMINANT_OF_PRODUCT)
            .eq(det(newest) * det(cell.W) * right(n), by=hypothesis)
            .eq(det(cell.W) ** (n + 1) * det(newest * before), by=DETERMINANT_OF_PRODUCT)
            .eq(right(n + 1), by=NEWEST_FACTOR_LEFT)
        )

    proposition = Proposition(det(cell.factors(t, n)), Relation.EQ, right(n))
    of_product = by_induction(name, n, proposition, base, step)
    chain = (
        start(det(cell.jacobian(t + n, t)))
        .eq(det(cell.factors(t, n)), by=jacobian_product(activation).law())
        .eq(right(n), by=of_product.law())
    )
    return Theorem.of(name, chain).preceded_by(of_product)


@functools.cache
def scalar_recurrence(activation: str = "phi") -> Theorem:
    """Return |∂h_{t+n}/∂h_t| = |w|ⁿ |φ′(z_{t+n}) ⋯ φ′(z_{t+1})| for d = 1.

    Numbers are 1×1 matrices here, and their norm is the modulus.

    >>> print(scalar_recurrence())
    ‖∂h_{t+n}/∂h_t‖ = ‖W‖ⁿ ‖∏_{k=t+1}^{t+n} [diag(φ′(z_k))]‖
    """
    name, norm = "scalar_recurrence", SpectralNorm
    d = ElmanRecurrence().d
    cell = ElmanRecurrence(activation, d=sp.Integer(1))
    t, n, zero = T_START, STEPS, sp.Integer(0)

    def right(steps: sp.Expr) -> sp.Expr:
        return norm(cell.W) ** steps * norm(_slopes_product(cell, steps))

    base = (
        start(norm(cell.factors(t, zero)))
        .eq(norm(sp.Identity(1)), by=EMPTY_PRODUCT)
        .eq(right(zero), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        newest, earlier, before = (
            cell.slopes(t + n + 1),
            cell.factors(t, n),
            _slopes_product(cell, n),
        )
        return (
            start(norm(cell.factors(t, n + 1)))
            .eq(norm(newest * cell.W * earlier), by=NEWEST_FACTOR_LEFT)
            .eq(norm(newest) * norm(cell.W) * norm(earlier), by=NORM_OF_NUMBERS)
            .eq(norm(newest) * norm(cell.W) * right(n), by=hypothesis)
            .eq(norm(cell.W) ** (n + 1) * norm(newest * before), by=NORM_OF_NUMBERS)
            .eq(right(n + 1), by=NEWEST_FACTOR_LEFT)
        )

    proposition = Proposition(norm(cell.factors(t, n)), Relation.EQ, right(n))
    of_product = by_induction(name, n, proposition, base, step)
    chain = (
        start(norm(cell.jacobian(t + n, t)))
        .eq(norm(cell.factors(t, n)), by=jacobian_product(activation).law({d: sp.Integer(1)}))
        .eq(right(n), by=of_product.law())
    )
    return Theorem.of(name, chain).preceded_by(of_product)
