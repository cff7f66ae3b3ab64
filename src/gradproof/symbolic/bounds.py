"""Bounds of the norm of a product of Jacobians."""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.activations import tanh_slope_bound
from gradproof.symbolic.conditional import diagonal_norm_by
from gradproof.symbolic.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.expressions import ActivationValue, OrderedProduct, SpectralNorm
from gradproof.symbolic.laws import (
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_OF_IDENTITY,
    SUBMULTIPLICATIVE,
    RewritingLaw,
)
from gradproof.symbolic.recurrence import STEPS, T_START, ElmanRecurrence, jacobian_product
from gradproof.symbolic.relation import Hypothesis, Proposition, Relation

__all__ = ["product_norm_upper"]

GAMMA = sp.Symbol("gamma", positive=True)
_REAL = sp.Symbol("z", real=True)


def slope_hypothesis() -> Hypothesis:
    """Return the hypothesis |φ′(z)| ≤ γ for all real z."""
    slope = sp.Abs(ActivationValue("phi", 1, _REAL))
    return Hypothesis.of(slope, Relation.LE, GAMMA, for_all=(_REAL,))


@functools.cache
def product_norm_upper(activation: str = "phi") -> Theorem:
    """Return ‖∂h_{t+n}/∂h_t‖ ≤ (γ‖W‖)ⁿ, where γ bounds |φ′|; for tanh γ = 1.

    >>> print(product_norm_upper())
    ‖∂h_{t+n}/∂h_t‖ ≤ (γ ‖W‖)ⁿ
    >>> print(product_norm_upper("tanh"))
    ‖∂h_{t+n}/∂h_t‖ ≤ ‖W‖ⁿ
    """
    cell = ElmanRecurrence(activation)
    gamma: sp.Expr = GAMMA
    slope_bound: Theorem | Hypothesis = slope_hypothesis()
    if activation == "tanh":
        gamma, slope_bound = sp.Integer(1), tanh_slope_bound()
    by_slopes = diagonal_norm_by(slope_bound)
    t, n = T_START, STEPS
    rate = gamma * SpectralNorm(cell.W)

    def product(steps: sp.Expr) -> OrderedProduct:
        return cell.factors(t, steps)

    base = (
        start(SpectralNorm(product(sp.Integer(0))))
        .eq(SpectralNorm(sp.Identity(cell.d)), by=EMPTY_PRODUCT)
        .eq(sp.Integer(1), by=NORM_OF_IDENTITY)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        slopes, earlier = cell.slopes(t + n + 1), product(n)
        return (
            start(SpectralNorm(product(n + 1)))
            .eq(SpectralNorm(slopes * cell.W * earlier), by=NEWEST_FACTOR_LEFT)
            .le(
                SpectralNorm(slopes) * SpectralNorm(cell.W) * SpectralNorm(earlier),
                by=SUBMULTIPLICATIVE,
            )
            .le(rate * SpectralNorm(earlier), by=by_slopes)
            .le(rate * rate**n, by=hypothesis)
        )

    proposition = Proposition(SpectralNorm(product(n)), Relation.LE, rate**n)
    of_product = by_induction("product_norm_upper", n, proposition, base, step)
    chain = (
        start(SpectralNorm(cell.jacobian(t + n, t)))
        .eq(SpectralNorm(product(n)), by=jacobian_product(activation).law())
        .le(rate**n, by=of_product.law())
    )
    return Theorem.of("product_norm_upper", chain).preceded_by(of_product)
