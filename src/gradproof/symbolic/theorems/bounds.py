"""Bounds of the norm of a product of Jacobians."""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_DOMINATES_SMALLEST_SINGULAR_VALUE,
    NORM_OF_IDENTITY,
    SMALLEST_SINGULAR_VALUE_OF_IDENTITY,
    SUBMULTIPLICATIVE,
    SUPERMULTIPLICATIVE,
    RewritingLaw,
    geometric_limit,
    norm_by_gram,
)
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    LimitSuperior,
    OrderedProduct,
    SmallestSingularValue,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations import CONSTANTS
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    jacobian_product,
)

__all__ = [
    "explosion_needs_large_norm",
    "orthogonal_recurrent_matrix",
    "product_norm_lower",
    "product_norm_upper",
]

GAMMA = sp.Symbol("gamma", positive=True)
MU = sp.Symbol("mu", nonnegative=True)
_REAL = sp.Symbol("z", real=True)


def slope_hypothesis() -> Hypothesis:
    """Return the hypothesis |φ′(z)| ≤ γ for all real z."""
    slope = sp.Abs(ActivationValue("phi", 1, _REAL))
    return Hypothesis.of(slope, Relation.LE, GAMMA, for_all=(_REAL,))


def bound_of_slopes(activation: str) -> tuple[sp.Expr, Theorem | Hypothesis]:
    """Return γ and what says that |φ′| ≤ γ: for a known φ its theorem, else a hypothesis."""
    if activation in CONSTANTS:
        theorem = CONSTANTS[activation].slope_bound()
        return theorem.proposition.right, theorem
    return GAMMA, slope_hypothesis()


@functools.cache
def product_norm_upper(activation: str = "phi") -> Theorem:
    """Return ‖∂h_{t+n}/∂h_t‖ ≤ (γ‖W‖)ⁿ, where γ bounds |φ′|; for tanh γ = 1.

    >>> print(product_norm_upper())
    ‖∂h_{t+n}/∂h_t‖ ≤ (γ ‖W‖)ⁿ
    >>> print(product_norm_upper("tanh"))
    ‖∂h_{t+n}/∂h_t‖ ≤ ‖W‖ⁿ
    >>> print(product_norm_upper("logistic"))
    ‖∂h_{t+n}/∂h_t‖ ≤ (‖W‖/4)ⁿ
    """
    cell = ElmanRecurrence(activation)
    gamma, slope_bound = bound_of_slopes(activation)
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


def _small_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw γ and W with γ‖W‖ < 1."""
    d, gamma = int(generator.integers(1, 4)), float(generator.uniform(0.2, 2))
    W = generator.normal(size=(d, d))
    size = generator.uniform(0.5, 0.99) / gamma
    cell = ElmanRecurrence("phi")
    return {cell.d: d, GAMMA: gamma, cell.W: W * size / np.linalg.norm(W, 2)}


@functools.cache
def explosion_needs_large_norm() -> tuple[Theorem, ...]:
    """Return ‖∂h_{t+n}/∂h_t‖ ≤ 1 for all n where γ‖W‖ ≤ 1, and limsup ≤ 0 where γ‖W‖ < 1.

    Read backwards: where some ‖∂h_{t+n}/∂h_t‖ > 1, and so wherever these norms are unbounded,
    γ‖W‖ > 1.

    >>> for theorem in explosion_needs_large_norm():
    ...     print(theorem)
    ‖∂h_{t+n}/∂h_t‖ ≤ 1
    limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0
    """
    name = "explosion_needs_large_norm"
    cell, t, n, one = ElmanRecurrence("phi"), T_START, STEPS, sp.Integer(1)
    rate, norm = GAMMA * SpectralNorm(cell.W), SpectralNorm(cell.jacobian(t + n, t))
    upper = product_norm_upper().law()
    bounded = (
        start(norm).le(rate**n, by=upper).le(one, by=assume(Hypothesis.of(rate, Relation.LE, one)))
    )
    vanishing = (
        start(LimitSuperior(norm, n))
        .le(LimitSuperior(rate**n, n), by=upper)
        .eq(sp.Integer(0), by=geometric_limit(Hypothesis.of(rate, Relation.LT, one)))
    )
    return (
        Theorem.of(name, bounded, model=_small_instance),
        Theorem.of(name, vanishing, model=_small_instance),
    )


def _orthogonal_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d = int(generator.integers(1, 4))
    Q, _ = np.linalg.qr(generator.normal(size=(d, d)))
    return {ElmanRecurrence().d: d, ElmanRecurrence().W: Q}


@functools.cache
def orthogonal_recurrent_matrix() -> tuple[Theorem, ...]:
    """Return ‖W‖ = 1 for WᵀW = I, so ‖∂h_{t+n}/∂h_t‖ ≤ γⁿ, and ≤ 1 for tanh.

    >>> for theorem in orthogonal_recurrent_matrix():
    ...     print(theorem)
    ‖W‖ = 1
    ‖∂h_{t+n}/∂h_t‖ ≤ γⁿ
    ‖∂h_{t+n}/∂h_t‖ ≤ 1
    """
    name, model = "orthogonal_recurrent_matrix", _orthogonal_instance
    cell, t, n = ElmanRecurrence("phi"), T_START, STEPS
    W, identity = cell.W, sp.Identity(cell.d)
    chain = (
        start(SpectralNorm(W))
        .eq(sp.sqrt(SpectralNorm(W.T * W)), by=norm_by_gram(W))
        .eq(
            sp.sqrt(SpectralNorm(identity)),
            by=assume(Hypothesis.of(W.T * W, Relation.EQ, identity)),
        )
        .eq(sp.Integer(1), by=NORM_OF_IDENTITY)
    )
    is_one = Theorem.of(name, chain, model=model)

    def bound(activation: str) -> Theorem:
        gamma, _ = bound_of_slopes(activation)
        norm = SpectralNorm(ElmanRecurrence(activation).jacobian(t + n, t))
        upper = product_norm_upper(activation)
        chain = (
            start(norm)
            .le((gamma * SpectralNorm(W)) ** n, by=upper.law())
            .eq(gamma**n, by=is_one.law())
        )
        return Theorem.of(name, chain, model=model)

    return is_one, bound("phi"), bound("tanh")
