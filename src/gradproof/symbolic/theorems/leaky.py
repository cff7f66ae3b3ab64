"""The leaky recurrence h_k = (1 − α) h_{k−1} + α φ(z_k): a bound of the norm of its Jacobians."""

from __future__ import annotations

import functools

import sympy as sp

from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    EMPTY_PRODUCT,
    HOMOGENEOUS,
    NEWEST_FACTOR_LEFT,
    NORM_OF_IDENTITY,
    SUBMULTIPLICATIVE,
    TRIANGLE,
    RewritingLaw,
)
from gradproof.symbolic.language.expressions import SpectralNorm
from gradproof.symbolic.language.relation import Proposition, Relation
from gradproof.symbolic.theorems.bounds import GAMMA, slope_hypothesis
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    LeakyRecurrence,
    leaky_jacobian_product,
)

__all__ = ["leaky_norm_upper"]


@functools.cache
def leaky_norm_upper() -> Theorem:
    """Return ‖∂h_{t+n}/∂h_t‖ ≤ (|1 − α| + γ |α| ‖W‖)ⁿ, where γ bounds |φ′|.

    >>> print(leaky_norm_upper())
    ‖∂h_{t+n}/∂h_t‖ ≤ (γ |α| ‖W‖ + |α − 1|)ⁿ
    """
    name = "leaky_norm_upper"
    cell = LeakyRecurrence("phi")
    t, n, norm, alpha = T_START, STEPS, SpectralNorm, cell.leak
    kept = sp.Abs(1 - alpha)
    rate = kept + GAMMA * sp.Abs(alpha) * norm(cell.W)
    base = (
        start(norm(cell.factors(t, sp.Integer(0))))
        .eq(norm(sp.Identity(cell.d)), by=EMPTY_PRODUCT)
        .eq(sp.Integer(1), by=NORM_OF_IDENTITY)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        earlier, slopes = cell.factors(t, n), cell.slopes(t + n + 1)
        unit = sp.Identity(cell.d)
        through = norm(sp.MatMul(slopes, cell.W))
        return (
            start(norm(cell.factors(t, n + 1)))
            .eq(norm(sp.MatMul(cell.factor(t + n + 1), earlier)), by=NEWEST_FACTOR_LEFT)
            .le(norm(cell.factor(t + n + 1)) * norm(earlier), by=SUBMULTIPLICATIVE)
            .le(
                (norm(sp.MatMul(1 - alpha, unit)) + norm(sp.MatMul(alpha, slopes, cell.W)))
                * norm(earlier),
                by=TRIANGLE,
            )
            .eq((kept * norm(unit) + sp.Abs(alpha) * through) * norm(earlier), by=HOMOGENEOUS)
            .eq((kept + sp.Abs(alpha) * through) * norm(earlier), by=NORM_OF_IDENTITY)
            .le(
                (kept + sp.Abs(alpha) * norm(slopes) * norm(cell.W)) * norm(earlier),
                by=SUBMULTIPLICATIVE,
            )
            .le(rate * norm(earlier), by=diagonal_norm_by(slope_hypothesis()))
            .le(rate * rate**n, by=hypothesis)
            .eq(rate ** (n + 1), by=ALGEBRA)
        )

    proposition = Proposition(norm(cell.factors(t, n)), Relation.LE, rate**n)
    of_product = by_induction(name, n, proposition, base, step)
    chain = (
        start(norm(cell.jacobian(t + n, t)))
        .eq(norm(cell.factors(t, n)), by=leaky_jacobian_product("phi").law())
        .le(rate**n, by=of_product.law())
    )
    return Theorem.of(name, chain).preceded_by(of_product)
