"""Bounds of the product of Jacobians in a scaled ∞-norm, and decay where γ ρ(|W|) < 1.

|W| is the matrix of the moduli |w_ij|. As in
:mod:`~gradproof.symbolic.theorems.scaled_bounds`, S = diag(s) passes the slopes; over all S the
∞-norm of S W S⁻¹ comes as near to ρ(|W|) as one likes.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.existence import eliminate, number_between
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DIAGONALS_COMMUTE,
    EMPTY_PRODUCT,
    MODULI_OF_SCALED_MATRIX,
    NEWEST_FACTOR_LEFT,
    NORM_BY_ROW_SUMS,
    NORM_DOMINATES_RADIUS,
    NORM_OF_IDENTITY,
    ROW_SUMS_OF_MODULI,
    SUBMULTIPLICATIVE,
    RewritingLaw,
    geometric_limit,
)
from gradproof.symbolic.kernel.perron_scaling import perron_scaling
from gradproof.symbolic.language.expressions import (
    Diagonal,
    LimitSuperior,
    OrderedProduct,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm
from gradproof.symbolic.theorems.bounds import bound_of_slopes
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence, jacobian_product

__all__ = ["modulus_radius", "perron_lower", "perron_upper"]

_CELL = ElmanRecurrence("phi")
_S = sp.MatrixSymbol("S", _CELL.d, _CELL.d)
_ENTRIES = sp.MatrixSymbol("s", _CELL.d, 1)
_RATE = sp.Symbol("r", positive=True)


def modulus_radius() -> sp.Expr:
    """Return ρ(|W|)."""
    return SpectralRadius(EntrywiseModulus(_CELL.W))


def _scaled(matrix: sp.MatrixExpr) -> InfinityNorm:
    return InfinityNorm(sp.MatMul(_S, matrix, _S.I))


def _diagonal_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d = int(generator.integers(1, 4))
    entries = generator.choice([-1, 1], size=(d, 1)) * 10 ** generator.uniform(-1, 1, size=(d, 1))
    return {_CELL.d: d, _ENTRIES: entries, _S: np.diag(entries[:, 0])}


def _perron_instance(
    generator: np.random.Generator, *, gamma: float | None = None, below_one: bool = False
) -> dict[sp.Basic, object]:
    """Draw W and r > γ ρ(|W|), below 1 if asked; s is the one that the proof constructs."""
    d = int(generator.integers(1, 4))
    slope = float(generator.uniform(0.2, 2)) if gamma is None else gamma
    W = generator.normal(size=(d, d))
    radius = slope * np.abs(np.linalg.eigvals(np.abs(W))).max()
    if below_one:
        W *= 0.8 * generator.uniform(0.5, 1) / radius
        radius = slope * np.abs(np.linalg.eigvals(np.abs(W))).max()
    r = float(radius * generator.uniform(1.05, 1.2))
    v = np.linalg.solve(np.eye(d) - np.abs(W) * slope / r, np.ones((d, 1)))
    values = {_CELL.d: d, _CELL.W: W, _RATE: r, _ENTRIES: 1 / v, _S: np.diag(1 / v[:, 0])}
    return values | {sp.Symbol("gamma", positive=True): slope}


@functools.cache
def perron_upper(activation: str = "phi") -> tuple[Theorem, ...]:
    """Return the bound in a scaled ∞-norm, the bound of ‖Φ‖ by it, and Φ → 0 for γ ρ(|W|) < 1.

    Φ = ∂h_{t+n}/∂h_t, S = diag(s) invertible, and γ bounds |φ′|; for tanh γ = 1.

    >>> for theorem in perron_upper():
    ...     print(theorem)
    ‖S ∂h_{t+n}/∂h_t S⁻¹‖_∞ ≤ (γ ‖S W S⁻¹‖_∞)ⁿ
    ‖∂h_{t+n}/∂h_t‖ ≤ ‖S‖_∞ √d ‖S⁻¹‖_∞ (γ ‖S W S⁻¹‖_∞)ⁿ
    limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0
    """
    name, norm = "perron_upper", SpectralNorm
    cell = ElmanRecurrence(activation)
    gamma, slope_bound = bound_of_slopes(activation)
    diagonal = assume(Hypothesis.of(_S, Relation.EQ, Diagonal(_ENTRIES)))
    t, n, inf = T_START, STEPS, InfinityNorm
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
            .eq(inf(sp.MatMul(_S, slopes, cell.W, earlier, _S.I)), by=NEWEST_FACTOR_LEFT)
            .eq(inf(sp.MatMul(S, slopes, cell.W, earlier, _S.I)), by=diagonal)
            .eq(inf(sp.MatMul(slopes, S, cell.W, earlier, _S.I)), by=DIAGONALS_COMMUTE)
            .eq(inf(sp.MatMul(slopes, _S, cell.W, earlier, _S.I)), by=diagonal)
            .eq(inf(sp.MatMul(slopes, *weight.args, *before.args)), by=ALGEBRA)
            .le(inf(slopes) * inf(weight) * inf(before), by=SUBMULTIPLICATIVE)
            .le(rate * inf(before), by=diagonal_norm_by(slope_bound))
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

    factor = sp.sqrt(cell.d) * inf(_S.I) * inf(_S)
    back = (
        start(norm(jacobian))
        .le(sp.sqrt(cell.d) * inf(jacobian), by=NORM_BY_ROW_SUMS)
        .eq(sp.sqrt(cell.d) * inf(sp.MatMul(_S.I, _S, jacobian, _S.I, _S)), by=ALGEBRA)
        .le(factor * _scaled(jacobian), by=SUBMULTIPLICATIVE)
        .le(factor * rate**n, by=scaled.law())
    )
    unscaled = Theorem.of(name, back, model=_diagonal_instance)
    bounded = (
        start(LimitSuperior(norm(jacobian), n))
        .le(LimitSuperior(factor * rate**n, n), by=unscaled.law())
        .le(
            LimitSuperior(factor * _RATE**n, n),
            by=assume(Hypothesis.of(rate, Relation.LE, _RATE)),
        )
        .eq(
            sp.Integer(0),
            by=geometric_limit(Hypothesis.of(_RATE, Relation.LT, sp.Integer(1))),
        )
    )
    fixed = None if activation == "phi" else float(gamma)
    model = functools.partial(_perron_instance, gamma=fixed, below_one=True)
    decay = Theorem.of(name, bounded, model=model)
    near = perron_scaling(cell.W, gamma, _RATE, _S, _ENTRIES)
    decay = eliminate(decay, near, name=name, model=model)
    between = number_between(gamma * modulus_radius(), sp.Integer(1), _RATE)
    return scaled, unscaled, eliminate(decay, between, name=name, model=model)


@functools.cache
def perron_lower() -> Theorem:
    """Return ρ(|W|) ≤ ‖S W S⁻¹‖_∞ for every invertible S = diag(s): no scaling proves more.

    >>> print(perron_lower())
    ρ(|W|) ≤ ‖diag(s) W diag(s)⁻¹‖_∞
    """
    scaling = Diagonal(_ENTRIES)
    scaled = sp.MatMul(scaling, _CELL.W, scaling.I)
    moduli = EntrywiseModulus(scaled)
    chain = (
        start(modulus_radius())
        .eq(SpectralRadius(moduli), by=MODULI_OF_SCALED_MATRIX)
        .le(InfinityNorm(moduli), by=NORM_DOMINATES_RADIUS)
        .eq(InfinityNorm(scaled), by=ROW_SUMS_OF_MODULI)
    )
    return Theorem.of("perron_lower", chain, model=_diagonal_instance)
