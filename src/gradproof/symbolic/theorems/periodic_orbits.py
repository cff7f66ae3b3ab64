"""Jacobians along a trajectory that rests at a fixed point, or runs through a periodic orbit.

There all factors of the product are known from one step, or one period: the product is a power,
and the spectral radius of its base decides.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import sympy as sp

from gradproof.symbolic.instances.activation_values import ACTIVATIONS
from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.at_zero import elementwise_at_zero
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DEFINITION_OF_TANH,
    JACOBIAN_OF_IDENTITY,
    NEXT_POWER,
    RewritingLaw,
    chain_rule_through,
)
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    Jacobian,
    LimitSuperior,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.tanh import tanh_derivative_range
from gradproof.symbolic.theorems.powers import power_norm_lower, powers_vanish
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    jacobian_product,
    state_jacobian,
)

__all__ = ["fixed_point", "periodic_orbit"]

_CELL, _TANH = ElmanRecurrence("phi"), ElmanRecurrence("tanh")
_GAMMA = sp.Symbol("gamma", positive=True)
_REST = sp.MatrixSymbol("h^*", _CELL.d, 1)
_INPUT = sp.MatrixSymbol("x", _CELL.m, 1)
_PERIOD = sp.Symbol("p", integer=True, positive=True)

# Instances run from t = 0 over at most four periods of three steps, and hypotheses about all steps
# are looked up one period further at every step that was reached.
_LONGEST_RUN = 64


def _input_to(rest: sp.MatrixExpr, constant: sp.MatrixExpr, bias: sp.MatrixExpr) -> sp.MatrixExpr:
    return _CELL.W * rest + _CELL.U * constant + bias


def _resting_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw W, U, x and W h* + U x + b; h* and b follow."""
    d, m = (int(size) for size in generator.integers(1, 4, size=2))
    gamma = float(generator.uniform(0.2, 2))
    W, U = generator.normal(size=(d, d)), generator.normal(size=(d, m))
    x, z = generator.normal(size=(m, 1)), generator.normal(size=(d, 1))
    rest = gamma * ACTIVATIONS["phi"][0](z)
    values: dict[sp.Basic, object] = {_CELL.x(sp.Integer(k)): x for k in range(1, _LONGEST_RUN)}
    return values | {
        _CELL.d: d,
        _CELL.m: m,
        T_START: 0,
        _CELL.h(sp.Integer(0)): rest,
        _GAMMA: gamma,
        _CELL.W: W,
        _CELL.U: U,
        _CELL.b: z - W @ rest - U @ x,
        _REST: rest,
        _INPUT: x,
    }


def _silent_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d, m = (int(size) for size in generator.integers(1, 4, size=2))
    silence = {_TANH.x(sp.Integer(k)): np.zeros((m, 1)) for k in range(1, _LONGEST_RUN)}
    at_rest = {_TANH.h(sp.Integer(0)): np.zeros((d, 1)), _TANH.b: np.zeros((d, 1))}
    return {_TANH.d: d, _TANH.m: m, T_START: 0, **silence, **at_rest}


def _stays(
    cell: ElmanRecurrence,
    rest: sp.MatrixExpr,
    constant: sp.MatrixExpr,
    bias: sp.MatrixExpr,
    given: tuple[RewritingLaw, ...],
    close: Callable[[Chain], Chain],
    model: Callable[[np.random.Generator], dict[sp.Basic, object]],
) -> tuple[Theorem, Theorem]:
    """Return h_{t+n} = h* and ∂h_{t+n}/∂h_t = (diag(φ′(W h* + U x + b)) W)ⁿ.

    ``given`` holds h_t = h*, and what makes W h* + U x_{t+n+1} + b into the argument that is
    written; ``close`` leads from φ of it to h*.
    """
    name, t, n = "fixed_point", T_START, STEPS
    begins, *settles = given
    argument = _input_to(rest, constant, bias)

    def settled(
        chain: Chain, wrap: Callable[[sp.MatrixExpr], sp.MatrixExpr], stays: RewritingLaw
    ) -> Chain:
        """Lead from wrap(z_{t+n+1}) to wrap(W h* + U x + b)."""
        chain = chain.eq(wrap(cell.preactivation(t + n + 1)), by=cell.definition_of_preactivation)
        u = cell.x(t + n + 1)
        chain = chain.eq(wrap(_input_to(rest, u, cell.b)), by=stays)
        for law, pair in zip(settles, ((constant, cell.b), (constant, bias)), strict=False):
            chain = chain.eq(wrap(_input_to(rest, *pair)), by=law)
        return chain

    def step(hypothesis: RewritingLaw) -> Chain:
        chain = start(cell.h(t + n + 1)).eq(cell.next_state(t + n + 1), by=cell.definition_of_state)
        return close(settled(chain, lambda z: Elementwise(cell.activation, 0, z), hypothesis))

    state = by_induction(
        name,
        n,
        Proposition(cell.h(t + n), Relation.EQ, rest),
        start(cell.h(t)).eq(rest, by=begins),
        step,
        model=model,
    )
    factor = sp.MatMul(Diagonal(Elementwise(cell.activation, 1, argument)), cell.W)
    base = (
        start(cell.jacobian(t, t))
        .eq(sp.Identity(cell.d), by=JACOBIAN_OF_IDENTITY)
        .eq(sp.MatPow(factor, 0), by=ALGEBRA)
    )

    def jacobian_step(hypothesis: RewritingLaw) -> Chain:
        last, earlier = Jacobian(cell.h(t + n + 1), cell.h(t + n)), cell.jacobian(t + n, t)
        power = sp.MatPow(factor, n)

        def wrap(z: sp.MatrixExpr) -> sp.MatrixExpr:
            return sp.MatMul(Diagonal(Elementwise(cell.activation, 1, z)), cell.W, power)

        chain = (
            start(cell.jacobian(t + n + 1, t))
            .eq(sp.MatMul(last, earlier), by=chain_rule_through(cell.h(t + n)))
            .eq(sp.MatMul(last, power), by=hypothesis)
            .eq(
                wrap(cell.z(t + n + 1)),
                by=state_jacobian(cell.activation).law({K: t + n + 1}),
            )
        )
        return settled(chain, wrap, state.law()).eq(sp.MatPow(factor, n + 1), by=NEXT_POWER)

    proposition = Proposition(cell.jacobian(t + n, t), Relation.EQ, sp.MatPow(factor, n))
    jacobian = by_induction(name, n, proposition, base, jacobian_step, model=model)
    return state, jacobian.preceded_by(state)


def _decided(name: str, power: Theorem, steps: sp.Expr) -> tuple[Theorem, Theorem]:
    """Return ρ(M)ⁿ ≤ ‖∂h/∂h_t‖ and limsup ≤ 0 where ρ(M) < 1, given ``∂h/∂h_t = Mⁿ``."""
    jacobian, base = power.proposition.left, power.proposition.right.base
    W, norm = ElmanRecurrence().W, SpectralNorm
    vanish, _ = powers_vanish()
    lower = (
        start(SpectralRadius(base) ** steps)
        .le(norm(sp.MatPow(base, steps)), by=power_norm_lower().law({W: base}))
        .eq(norm(jacobian), by=power.law())
    )
    limit = (
        start(LimitSuperior(norm(jacobian), steps))
        .eq(LimitSuperior(norm(sp.MatPow(base, steps)), steps), by=power.law())
        .le(sp.Integer(0), by=vanish.law({W: base}))
    )
    return (
        Theorem.of(name, lower, model=power.model),
        Theorem.of(name, limit, model=power.model),
    )


@functools.cache
def fixed_point() -> tuple[Theorem, ...]:
    """Return the theorems for h_t = h* = φ(W h* + U x + b) and x_k = x for all k > t.

    The state stays; ∂h_{t+n}/∂h_t = (D* W)ⁿ with D* = diag(φ′(W h* + U x + b)); its norm is at
    least ρ(D* W)ⁿ, and tends to 0 where ρ(D* W) < 1. The last two: for tanh without bias and
    inputs, h = 0 stays and ∂h_{t+n}/∂h_t = Wⁿ.

    >>> for theorem in fixed_point():
    ...     print(theorem)
    h_{t+n} = h*
    ∂h_{t+n}/∂h_t = (diag(φ′(U x + W h* + b)) W)ⁿ
    ρ(diag(φ′(U x + W h* + b)) W)ⁿ ≤ ‖∂h_{t+n}/∂h_t‖
    limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0
    h_{t+n} = 0
    ∂h_{t+n}/∂h_t = Wⁿ
    """
    argument = _input_to(_REST, _INPUT, _CELL.b)
    equation = Hypothesis.of(_REST, Relation.EQ, Elementwise("phi", 0, argument))
    begins = Hypothesis.of(_CELL.h(T_START), Relation.EQ, _REST)
    inputs = Hypothesis.of(_CELL.x(T_START + K), Relation.EQ, _INPUT, for_all=(K,))
    state, jacobian = _stays(
        _CELL,
        _REST,
        _INPUT,
        _CELL.b,
        (assume(begins), assume_at(inputs, {K: STEPS + 1})),
        lambda chain: chain.eq(_REST, by=assume(equation)),
        _resting_instance,
    )
    return (state, jacobian, *_decided("fixed_point", jacobian, STEPS), *_silence())


def _silence() -> tuple[Theorem, Theorem]:
    """Return h_{t+n} = 0 and ∂h_{t+n}/∂h_t = Wⁿ for tanh, h_t = 0, b = 0 and x_k = 0 for k > t."""
    d, m = _TANH.d, _TANH.m
    rest, silent = sp.ZeroMatrix(d, 1), sp.ZeroMatrix(m, 1)
    begins = Hypothesis.of(_TANH.h(T_START), Relation.EQ, rest)
    inputs = Hypothesis.of(_TANH.x(T_START + K), Relation.EQ, silent, for_all=(K,))
    bias = Hypothesis.of(_TANH.b, Relation.EQ, rest)
    at_zero = start(ActivationValue("tanh", 0, sp.Integer(0))).eq(
        sp.Integer(0), by=DEFINITION_OF_TANH
    )
    value = elementwise_at_zero(Theorem.of("fixed_point", at_zero))
    slope = elementwise_at_zero(tanh_derivative_range()[2])
    state, power = _stays(
        _TANH,
        rest,
        silent,
        rest,
        (assume(begins), assume_at(inputs, {K: STEPS + 1}), assume(bias)),
        lambda chain: chain.eq(rest, by=value),
        _silent_instance,
    )
    weights = (
        start(power.proposition.left)
        .eq(power.proposition.right, by=power.law())
        .eq(_TANH.W**STEPS, by=slope)
    )
    theorem = Theorem.of("fixed_point", weights, model=_silent_instance)
    return state, theorem.preceded_by(power)


def _periodic_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw W, U, b and z_1, …, z_p; the inputs that repeat these follow."""
    d, p = (int(size) for size in generator.integers(1, 4, size=2))
    gamma = float(generator.uniform(0.2, 2))
    W, U = generator.normal(size=(2, d, d)) / 1.5
    b, orbit = generator.normal(size=(d, 1)), generator.normal(size=(p, d, 1))
    states = gamma * ACTIVATIONS["phi"][0](orbit)
    values: dict[sp.Basic, object] = {}
    for k in range(1, _LONGEST_RUN):
        needed = orbit[(k - 1) % p] - W @ states[(k - 2) % p] - b
        values[_CELL.x(sp.Integer(k))] = np.linalg.solve(U, needed)
    return values | {
        _CELL.d: d,
        _CELL.m: d,
        _PERIOD: p,
        T_START: 0,
        _CELL.h(sp.Integer(0)): states[-1],
        _GAMMA: gamma,
        _CELL.W: W,
        _CELL.U: U,
        _CELL.b: b,
    }


@functools.cache
def periodic_orbit() -> tuple[Theorem, ...]:
    """Return the theorems for z_{t+k+p} = z_{t+k} for all k ≥ 1, with M = ∂h_{t+p}/∂h_t.

    M is the product of the Jacobians of one period; every later period has the same;
    ∂h_{t+np}/∂h_t = Mⁿ; its norm is at least ρ(M)ⁿ, and tends to 0 where ρ(M) < 1.

    >>> for theorem in periodic_orbit():
    ...     print(theorem)
    ∂h_{t+p}/∂h_t = ∏_{k=t+1}^{t+p} [diag(φ′(z_k)) W]
    ∂h_{t+n+p}/∂h_{t+p} = ∂h_{t+n}/∂h_t
    ∂h_{t+np}/∂h_t = (∂h_{t+p}/∂h_t)ⁿ
    ρ(∂h_{t+p}/∂h_t)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖
    limsup_n ‖∂h_{t+np}/∂h_t‖ ≤ 0
    """
    name, model = "periodic_orbit", _periodic_instance
    cell, t, n, p = _CELL, T_START, STEPS, _PERIOD
    period = cell.jacobian(t + p, t)
    product = start(period).eq(cell.factors(t, p), by=jacobian_product("phi").law({n: p}))
    shifted = _shifted()
    base = (
        start(cell.jacobian(t, t))
        .eq(sp.Identity(cell.d), by=JACOBIAN_OF_IDENTITY)
        .eq(sp.MatPow(period, 0), by=ALGEBRA)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        later = cell.jacobian(t + n * p + p, t + p)
        return (
            start(cell.jacobian(t + n * p + p, t))
            .eq(sp.MatMul(later, period), by=chain_rule_through(cell.h(t + p)))
            .eq(sp.MatMul(cell.jacobian(t + n * p, t), period), by=shifted.law({n: n * p}))
            .eq(sp.MatMul(sp.MatPow(period, n), period), by=hypothesis)
            .eq(sp.MatPow(period, n + 1), by=NEXT_POWER)
        )

    proposition = Proposition(cell.jacobian(t + n * p, t), Relation.EQ, sp.MatPow(period, n))
    power = by_induction(name, n, proposition, base, step, model=model).preceded_by(shifted)
    return (
        Theorem.of(name, product, model=model),
        shifted,
        power,
        *_decided(name, power, n),
    )


def _shifted() -> Theorem:
    """Return ∂h_{t+n+p}/∂h_{t+p} = ∂h_{t+n}/∂h_t where z_{t+k+p} = z_{t+k} for all k ≥ 1."""
    cell, t, n, p = _CELL, T_START, STEPS, _PERIOD
    repeats = Hypothesis.of(cell.z(t + K + p), Relation.EQ, cell.z(t + K), for_all=(K,))
    base = (
        start(cell.jacobian(t + p, t + p))
        .eq(sp.Identity(cell.d), by=JACOBIAN_OF_IDENTITY)
        .eq(cell.jacobian(t, t), by=JACOBIAN_OF_IDENTITY)
    )
    one_step = state_jacobian("phi")

    def step(hypothesis: RewritingLaw) -> Chain:
        last = t + n + 1
        before, later = cell.jacobian(t + n, t), cell.jacobian(t + n + p, t + p)
        newest = cell.jacobian(last, t + n)
        newest_later = cell.jacobian(last + p, t + n + p)
        return (
            start(cell.jacobian(last + p, t + p))
            .eq(sp.MatMul(newest_later, later), by=chain_rule_through(cell.h(t + n + p)))
            .eq(sp.MatMul(newest_later, before), by=hypothesis)
            .eq(sp.MatMul(cell.factor(last + p), before), by=one_step.law({K: last + p}))
            .eq(sp.MatMul(cell.factor(last), before), by=assume_at(repeats, {K: n + 1}))
            .eq(sp.MatMul(newest, before), by=one_step.law({K: last}))
            .eq(cell.jacobian(last, t), by=chain_rule_through(cell.h(t + n)))
        )

    proposition = Proposition(cell.jacobian(t + n + p, t + p), Relation.EQ, cell.jacobian(t + n, t))
    return by_induction("periodic_orbit", n, proposition, base, step, model=_periodic_instance)
