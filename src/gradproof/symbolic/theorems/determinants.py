"""Products of Jacobians known exactly: their determinant, and everything in one dimension."""

from __future__ import annotations

import functools
from collections.abc import Callable

import sympy as sp

from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    DETERMINANT_OF_PRODUCT,
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_OF_NUMBERS,
    RewritingLaw,
)
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    Determinant,
    OrderedProduct,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Proposition, Relation
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence, jacobian_product

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
    cell = ElmanRecurrence(activation)
    product = jacobian_product(activation).law()
    return _weights_apart("product_determinant", cell, Determinant, DETERMINANT_OF_PRODUCT, product)


@functools.cache
def scalar_recurrence(activation: str = "phi") -> Theorem:
    """Return |∂h_{t+n}/∂h_t| = |w|ⁿ |φ′(z_{t+n}) ⋯ φ′(z_{t+1})| for d = 1.

    Numbers are 1×1 matrices here, and their norm is the modulus.

    >>> print(scalar_recurrence())
    ‖∂h_{t+n}/∂h_t‖ = ‖W‖ⁿ ‖∏_{k=t+1}^{t+n} [diag(φ′(z_k))]‖
    """
    one = sp.Integer(1)
    cell = ElmanRecurrence(activation, d=one)
    product = jacobian_product(activation).law({ElmanRecurrence().d: one})
    return _weights_apart("scalar_recurrence", cell, SpectralNorm, NORM_OF_NUMBERS, product)


def _weights_apart(
    name: str,
    cell: ElmanRecurrence,
    quantity: Callable[[sp.MatrixExpr], sp.Expr],
    multiplicative: RewritingLaw,
    product: RewritingLaw,
) -> Theorem:
    """Prove q(∂h_{t+n}/∂h_t) = q(W)ⁿ q(D_{t+n} ⋯ D_{t+1}) for a multiplicative quantity q.

    ``product`` is the law that writes the Jacobian as a product, for the size of the cell.
    """
    t, n, zero = T_START, STEPS, sp.Integer(0)
    of_weights = quantity(cell.W)

    def right(steps: sp.Expr) -> sp.Expr:
        return of_weights**steps * quantity(_slopes_product(cell, steps))

    base = (
        start(quantity(cell.factors(t, zero)))
        .eq(quantity(sp.Identity(cell.d)), by=EMPTY_PRODUCT)
        .eq(right(zero), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        newest, earlier = cell.slopes(t + n + 1), cell.factors(t, n)
        before = _slopes_product(cell, n)
        return (
            start(quantity(cell.factors(t, n + 1)))
            .eq(quantity(newest * cell.W * earlier), by=NEWEST_FACTOR_LEFT)
            .eq(quantity(newest) * of_weights * quantity(earlier), by=multiplicative)
            .eq(quantity(newest) * of_weights * right(n), by=hypothesis)
            .eq(of_weights ** (n + 1) * quantity(newest * before), by=multiplicative)
            .eq(right(n + 1), by=NEWEST_FACTOR_LEFT)
        )

    proposition = Proposition(quantity(cell.factors(t, n)), Relation.EQ, right(n))
    of_product = by_induction(name, n, proposition, base, step)
    chain = (
        start(quantity(cell.jacobian(t + n, t)))
        .eq(quantity(cell.factors(t, n)), by=product)
        .eq(right(n), by=of_product.law())
    )
    return Theorem.of(name, chain).preceded_by(of_product)
