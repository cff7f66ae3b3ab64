"""Bounds of the norm of a product of Jacobians."""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.activations import tanh_slope_bound
from gradproof.symbolic.assumptions import assume_at
from gradproof.symbolic.conditional import diagonal_norm_by
from gradproof.symbolic.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.expressions import (
    ActivationValue,
    OrderedProduct,
    SmallestSingularValue,
    SpectralNorm,
)
from gradproof.symbolic.laws import (
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_DOMINATES_SMALLEST_SINGULAR_VALUE,
    NORM_OF_IDENTITY,
    SMALLEST_SINGULAR_VALUE_OF_IDENTITY,
    SUBMULTIPLICATIVE,
    SUPERMULTIPLICATIVE,
    RewritingLaw,
)
from gradproof.symbolic.recurrence import STEPS, T_START, ElmanRecurrence, K, jacobian_product
from gradproof.symbolic.relation import Hypothesis, Proposition, Relation

__all__ = ["product_norm_lower", "product_norm_upper"]

GAMMA = sp.Symbol("gamma", positive=True)
MU = sp.Symbol("mu", nonnegative=True)
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


def steep_slopes() -> Hypothesis:
    """Return the hypothesis μ ≤ σ_min(diag(tanh′(z_k))) for all k: no slope is below μ."""
    slopes = ElmanRecurrence("tanh").slopes(K)
    return Hypothesis.of(MU, Relation.LE, SmallestSingularValue(slopes), for_all=(K,))


def _steep_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    return {MU: float(10 ** generator.uniform(-3, -0.3))}


@functools.cache
def product_norm_lower() -> tuple[Theorem, ...]:
    """Return (μ σ_min(W))ⁿ ≤ σ_min(∂h_{t+n}/∂h_t) ≤ ‖∂h_{t+n}/∂h_t‖ where no slope is below μ.

    >>> for theorem in product_norm_lower():
    ...     print(theorem)
    (μ σ_min(W))ⁿ ≤ σ_min(∂h_{t+n}/∂h_t)
    (μ σ_min(W))ⁿ ≤ ‖∂h_{t+n}/∂h_t‖
    """
    name = "product_norm_lower"
    cell = ElmanRecurrence("tanh")
    t, n = T_START, STEPS
    least, rate = SmallestSingularValue, MU * SmallestSingularValue(cell.W)

    def product(steps: sp.Expr) -> OrderedProduct:
        return cell.factors(t, steps)

    base = (
        start(least(product(sp.Integer(0))))
        .eq(least(sp.Identity(cell.d)), by=EMPTY_PRODUCT)
        .eq(sp.Integer(1), by=SMALLEST_SINGULAR_VALUE_OF_IDENTITY)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        slopes, earlier = cell.slopes(t + n + 1), product(n)
        steep = assume_at(steep_slopes(), {K: t + n + 1})
        return (
            start(least(product(n + 1)))
            .eq(least(slopes * cell.W * earlier), by=NEWEST_FACTOR_LEFT)
            .ge(least(slopes) * least(cell.W) * least(earlier), by=SUPERMULTIPLICATIVE)
            .ge(rate * least(earlier), by=steep)
            .ge(rate * rate**n, by=hypothesis)
        )

    proposition = Proposition(least(product(n)), Relation.GE, rate**n)
    of_product = by_induction(name, n, proposition, base, step, model=_steep_instance)
    jacobian = cell.jacobian(t + n, t)
    singular = (
        start(rate**n)
        .le(least(product(n)), by=of_product.law())
        .eq(least(jacobian), by=jacobian_product("tanh").law())
    )
    smallest = Theorem.of(name, singular, model=_steep_instance).preceded_by(of_product)
    norm = (
        start(rate**n)
        .le(least(jacobian), by=smallest.law())
        .le(SpectralNorm(jacobian), by=NORM_DOMINATES_SMALLEST_SINGULAR_VALUE)
    )
    return smallest, Theorem.of(name, norm, model=_steep_instance)
