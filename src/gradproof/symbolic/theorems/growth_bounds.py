"""Bounds in plain numbers: how fast gradients grow at least, and when they are below any ε."""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import ALGEBRA, NONNEGATIVE_DIFFERENCE, RewritingLaw
from gradproof.symbolic.kernel.sequence_laws import exponential_of
from gradproof.symbolic.language.expressions import SmallestSingularValue, SpectralNorm
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.bounds import (
    GAMMA,
    MU,
    bound_of_slopes,
    product_norm_lower,
    product_norm_upper,
)
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

__all__ = ["bernoulli", "explosion_lower", "underflow_horizon"]

_RATE = sp.Symbol("r", nonnegative=True)
_R, _C, _EPSILON = sp.symbols("r c varepsilon", positive=True)


@functools.cache
def bernoulli() -> Theorem:
    """Return 1 + n(r − 1) ≤ rⁿ for r ≥ 0: Bernoulli's inequality, by induction on n.

    >>> print(bernoulli())
    n (r − 1) + 1 ≤ rⁿ
    """
    n, r = STEPS, _RATE
    one = sp.Integer(1)

    def line(steps: sp.Expr) -> sp.Expr:
        return one + steps * (r - 1)

    def step(hypothesis: RewritingLaw) -> Chain:
        return (
            start(line(n + 1))
            .le(r * line(n), by=NONNEGATIVE_DIFFERENCE)
            .le(r ** (n + 1), by=hypothesis)
        )

    base = start(one).eq(one, by=ALGEBRA)
    proposition = Proposition(line(n), Relation.LE, r**n)
    return by_induction("explosion_lower", n, proposition, base, step)


@functools.cache
def explosion_lower() -> tuple[Theorem, ...]:
    """Return 1 + n(μ σ_min(W) − 1) ≤ ‖∂h_{t+n}/∂h_t‖ where no slope is below μ, and Bernoulli's.

    >>> for theorem in explosion_lower():
    ...     print(theorem)
    n (r − 1) + 1 ≤ rⁿ
    n (μ σ_min(W) − 1) + 1 ≤ ‖∂h_{t+n}/∂h_t‖
    """
    cell, t, n = ElmanRecurrence("tanh"), T_START, STEPS
    rate = MU * SmallestSingularValue(cell.W)
    _, lower = product_norm_lower()
    chain = (
        start(1 + n * (rate - 1))
        .le(rate**n, by=bernoulli().law({_RATE: rate}))
        .le(SpectralNorm(cell.jacobian(t + n, t)), by=lower.law())
    )
    return bernoulli(), Theorem.of("explosion_lower", chain, model=lower.model)


def _horizon_instance(
    generator: np.random.Generator, *, gamma: float | None = None
) -> dict[sp.Basic, object]:
    """Draw γ and W, r ≥ γ‖W‖, c, and ε just above c rⁿ or well above it."""
    d, n = int(generator.integers(1, 4)), int(generator.integers(0, 5))
    slope = float(generator.uniform(0.2, 2)) if gamma is None else gamma
    W = generator.normal(size=(d, d))
    r = float(slope * np.linalg.norm(W, 2) * generator.uniform(1, 1.2))
    c = float(generator.uniform(0.5, 2))
    above = float(1 + 1e-6 + generator.exponential())
    cell = ElmanRecurrence("phi")
    return {cell.d: d, cell.W: W, STEPS: n, GAMMA: slope, _R: r, _C: c, _EPSILON: c * r**n * above}


def _without_factor(
    generator: np.random.Generator, *, gamma: float | None = None
) -> dict[sp.Basic, object]:
    values = _horizon_instance(generator, gamma=gamma)
    return values | {_EPSILON: values[_EPSILON] / values[_C]}  # type: ignore[operator]


@functools.cache
def underflow_horizon(activation: str = "phi") -> tuple[Theorem, ...]:
    """Return c rⁿ ≤ ε and ‖∂h_{t+n}/∂h_t‖ ≤ ε beyond the horizon n ≥ log(c/ε) / log(1/r).

    That is where log c + n log r ≤ log ε. For the Jacobians c = 1 and γ‖W‖ ≤ r, γ bounding |φ′|;
    for tanh γ = 1.

    >>> for theorem in underflow_horizon("tanh"):
    ...     print(theorem, "given", *theorem.conditions)
    c rⁿ ≤ ε given n log(r) + log(c) ≤ log(ε)
    ‖∂h_{t+n}/∂h_t‖ ≤ ε given ‖W‖ ≤ r n log(r) ≤ log(ε)
    """
    name = "underflow_horizon"
    cell, t, n = ElmanRecurrence(activation), T_START, STEPS
    gamma, _ = bound_of_slopes(activation)
    rate = gamma * SpectralNorm(cell.W)
    beyond = Hypothesis.of(sp.log(_C) + n * sp.log(_R), Relation.LE, sp.log(_EPSILON))
    numbers = start(_C * _R**n).le(_EPSILON, by=exponential_of(beyond))
    far = Hypothesis.of(n * sp.log(_R), Relation.LE, sp.log(_EPSILON))
    jacobians = (
        start(SpectralNorm(cell.jacobian(t + n, t)))
        .le(rate**n, by=product_norm_upper(activation).law())
        .le(_R**n, by=assume(Hypothesis.of(rate, Relation.LE, _R)))
        .le(_EPSILON, by=exponential_of(far))
    )
    fixed = None if activation == "phi" else float(gamma)
    return (
        Theorem.of(name, numbers, model=_horizon_instance),
        Theorem.of(name, jacobians, model=functools.partial(_without_factor, gamma=fixed)),
    )
