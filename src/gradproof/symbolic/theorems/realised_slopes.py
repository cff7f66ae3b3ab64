"""Inputs that give a network the slopes that one likes, where U is onto: then every word occurs.

With U R = I the input R (c_k − W h_{k−1} − b) makes c_k the pre-activation, whatever the state. So
the Jacobians run through diag(φ′(c_k)) W for any c_1, c_2, …, and for tanh through all slopes in
(0, 1], which :func:`~gradproof.symbolic.theorems.activations.tanh.tanh_derivative_range` says are
its values. A word of slopes, repeated for ever, makes gradients grow like the powers of its
product.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.errors import UnknownNameError
from gradproof.symbolic.instances.activation_values import ACTIVATIONS
from gradproof.symbolic.instances.instantiate import Model
from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    EMPTY_PRODUCT,
    JACOBIAN_OF_IDENTITY,
    NEWEST_FACTOR_LEFT,
    RewritingLaw,
    chain_rule_through,
)
from gradproof.symbolic.language.expressions import (
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    LimitSuperior,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.bounds import GAMMA
from gradproof.symbolic.theorems.powers import gelfand, power_norm_lower
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    state_jacobian,
)
from gradproof.symbolic.theorems.slope_sequences import product, slopes
from gradproof.symbolic.theorems.slope_words import PERIOD, WORD, word_power
from gradproof.symbolic.theorems.stein import certificate_of, stein_lower

__all__ = ["slopes_realised", "word_realised"]

_CELL = ElmanRecurrence("phi")  # sizes, weights and sequences are those of every activation
_RIGHT = sp.MatrixSymbol("R", _CELL.m, _CELL.d)
_J = sp.Symbol("j", integer=True, nonnegative=True)

# Instances look at no later step: four words of three steps, and one more.
_LONGEST = 24


def _wanted(k: sp.Expr) -> Input:
    """Return the column c_k, the pre-activation that is wanted at step k."""
    return Input("c", k, _CELL.d)


def right_inverse() -> Hypothesis:
    """Return the hypothesis U R = I: U maps onto ℝᵈ."""
    return Hypothesis.of(sp.MatMul(_CELL.U, _RIGHT), Relation.EQ, sp.Identity(_CELL.d))


def _input_for(k: sp.Expr) -> sp.MatrixExpr:
    """Return R (c_k − W h_{k−1} − b)."""
    missing = sp.MatAdd(_wanted(k), sp.MatMul(-1, _CELL.W, _CELL.h(k - 1)), sp.MatMul(-1, _CELL.b))
    return sp.MatMul(_RIGHT, missing)


def inputs() -> Hypothesis:
    """Return the hypothesis x_{t+j+1} = R (c_{t+j+1} − W h_{t+j} − b) for all j ≥ 0."""
    k = T_START + _J + 1
    return Hypothesis.of(_CELL.x(k), Relation.EQ, _input_for(k), for_all=(_J,))


def wanted_slopes(activation: str = "phi") -> Hypothesis:
    """Return the hypothesis φ′(c_{t+j+1}) = e_{t+j+1} for all j ≥ 0."""
    k = T_START + _J + 1
    left = Elementwise(activation, 1, _wanted(k))
    return Hypothesis.of(left, Relation.EQ, slopes(k), for_all=(_J,))


def _driven(
    generator: np.random.Generator, activation: str, *, length: int, repeats: bool
) -> dict[sp.Basic, object]:
    """Draw a network, a right inverse of U and c_k; inputs and slopes follow."""
    d = int(generator.integers(1, 4))
    m = d + int(generator.integers(0, 2))
    gamma = float(generator.uniform(0.2, 2)) if activation == "phi" else 1.0
    W, U = generator.normal(size=(d, d)), generator.normal(size=(d, m))
    b, state = generator.normal(size=(2, d, 1))
    orbit = generator.normal(size=(length, d, 1))
    function, slope = ACTIVATIONS[activation][0], ACTIVATIONS[activation][1]
    R = np.linalg.pinv(U)
    values: dict[sp.Basic, object] = {_CELL.h(sp.Integer(0)): state}
    A = np.eye(d)
    for k in range(1, _LONGEST):
        c = orbit[(k - 1) % length] if repeats else generator.normal(size=(d, 1))
        values[_wanted(sp.Integer(k))] = c
        values[slopes(sp.Integer(k))] = gamma * slope(c)
        values[_CELL.x(sp.Integer(k))] = R @ (c - W @ state - b)
        state = gamma * function(c)
        values[_CELL.h(sp.Integer(k))] = state  # where nothing else defines it
        A = gamma * slope(c) * W @ A if k <= length else A
    return values | {
        _CELL.d: d,
        _CELL.m: m,
        T_START: 0,
        GAMMA: gamma,
        PERIOD: length,
        WORD: A,
        _CELL.W: W,
        _CELL.U: U,
        _CELL.b: b,
        _RIGHT: R,
    }


def _instances(activation: str) -> tuple[Model, Model, Model]:
    """Return models with any slopes, with a word of slopes, and with a certificate of its growth.

    Raises
    ------
    UnknownNameError
        If ``activation`` is none whose values are known here.
    """
    if activation not in ACTIVATIONS:
        options = f"use one of {', '.join(ACTIVATIONS)}"
        raise UnknownNameError("activation", f"is {activation!r}", options)

    def free(generator: np.random.Generator) -> dict[sp.Basic, object]:
        return _driven(generator, activation, length=1, repeats=False)

    def repeated(generator: np.random.Generator) -> dict[sp.Basic, object]:
        return _driven(generator, activation, length=int(generator.integers(1, 4)), repeats=True)

    def certified(generator: np.random.Generator) -> dict[sp.Basic, object]:
        values = repeated(generator)
        return values | certificate_of(np.asarray(values[WORD]), generator)

    return free, repeated, certified


def _reached(model: Model) -> Theorem:
    """Return z_{t+j+1} = c_{t+j+1}."""
    k = T_START + _J + 1
    W, U, b, h, c = _CELL.W, _CELL.U, _CELL.b, _CELL.h(k - 1), _wanted(k)
    onto = sp.MatMul(U, _RIGHT)

    def driven(matrix: sp.MatrixExpr) -> sp.MatrixExpr:
        return sp.MatAdd(
            sp.MatMul(W, h),
            sp.MatMul(matrix, c),
            sp.MatMul(-1, matrix, W, h),
            sp.MatMul(-1, matrix, b),
            b,
        )

    chain = (
        start(_CELL.z(k))
        .eq(_CELL.preactivation(k), by=_CELL.definition_of_preactivation)
        .eq(W * h + U * _input_for(k) + b, by=assume_at(inputs(), {_J: _J}))
        .eq(driven(onto), by=ALGEBRA)
        .eq(driven(sp.Identity(_CELL.d)), by=assume(right_inverse()))
        .eq(c, by=ALGEBRA)
    )
    return Theorem.of("slopes_realised", chain, model=model)


@functools.cache
def slopes_realised(activation: str = "phi") -> tuple[Theorem, Theorem]:
    """Return z_k = c_k for all k > t, and ∂h_{t+n}/∂h_t for the slopes e_k = φ′(c_k) wanted.

    Given U R = I and x_k = R (c_k − W h_{k−1} − b) for all k > t.

    >>> for theorem in slopes_realised("tanh"):
    ...     print(theorem)
    z_{t+j+1} = c_{t+j+1}
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [diag(e_k) W]
    """
    name, cell, t, n = "slopes_realised", ElmanRecurrence(activation), T_START, STEPS
    model, *_ = _instances(activation)
    reached, one_step = _reached(model), state_jacobian(activation)
    base = (
        start(_CELL.jacobian(t, t))
        .eq(sp.Identity(_CELL.d), by=JACOBIAN_OF_IDENTITY)
        .eq(product(sp.Integer(0)), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        last, earlier, W = t + n + 1, product(n), _CELL.W
        newest = Jacobian(_CELL.h(last), _CELL.h(t + n))
        at_wanted = Diagonal(Elementwise(activation, 1, _wanted(last)))
        return (
            start(_CELL.jacobian(last, t))
            .eq(sp.MatMul(newest, _CELL.jacobian(t + n, t)), by=chain_rule_through(_CELL.h(t + n)))
            .eq(sp.MatMul(newest, earlier), by=hypothesis)
            .eq(sp.MatMul(cell.slopes(last), W, earlier), by=one_step.law({K: last}))
            .eq(sp.MatMul(at_wanted, W, earlier), by=reached.law({_J: n}))
            .eq(
                sp.MatMul(Diagonal(slopes(last)), W, earlier),
                by=assume_at(wanted_slopes(activation), {_J: n}),
            )
            .eq(product(n + 1), by=NEWEST_FACTOR_LEFT)
        )

    proposition = Proposition(_CELL.jacobian(t + n, t), Relation.EQ, product(n))
    of_product = by_induction(name, n, proposition, base, step, model=model)
    return reached, of_product.preceded_by(reached)


@functools.cache
def word_realised(activation: str = "phi") -> tuple[Theorem, ...]:
    """Return ∂h_{t+np}/∂h_t = Aⁿ, ρ(A)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖ and qⁿ ≤ ‖∂h_{t+np}/∂h_t‖.

    A is the product over a word of slopes e_{t+1}, …, e_{t+p} that is repeated for ever by the
    inputs of :func:`slopes_realised`; q, P and x are as in
    :func:`~gradproof.symbolic.theorems.stein.stein_lower`.

    >>> for theorem in word_realised("tanh"):
    ...     print(theorem)
    ∂h_{t+np}/∂h_t = Aⁿ
    ρ(A)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖
    limsup_n ‖∂h_{t+np}/∂h_t‖^(1/n) ≤ ρ(A)
    qⁿ ≤ ‖∂h_{t+np}/∂h_t‖
    """
    name, t, n, p = "word_realised", T_START, STEPS, PERIOD
    _, model, certified = _instances(activation)
    _, of_product = slopes_realised(activation)
    repeated, _ = word_power()
    *_, of_powers, _ = stein_lower()
    jacobian = _CELL.jacobian(t + n * p, t)
    chain = (
        start(jacobian)
        .eq(product(n * p), by=of_product.law({n: n * p}))
        .eq(sp.MatPow(WORD, n), by=repeated.law())
    )
    power = Theorem.of(name, chain, model=model)
    radius = (
        start(SpectralRadius(WORD) ** n)
        .le(SpectralNorm(sp.MatPow(WORD, n)), by=power_norm_lower().law({_CELL.W: WORD}))
        .eq(SpectralNorm(jacobian), by=power.law())
    )
    of_radius = Theorem.of(name, radius, model=model)
    (_, above), count = gelfand(), sp.Symbol("n", integer=True, positive=True)
    norm = SpectralNorm(jacobian.xreplace({n: count}))
    limit = (
        start(LimitSuperior(norm ** (1 / count), count))
        .eq(
            LimitSuperior(SpectralNorm(sp.MatPow(WORD, count)) ** (1 / count), count),
            by=power.law({n: count}),
        )
        .le(SpectralRadius(WORD), by=above.law({_CELL.W: WORD}))
    )
    of_rate = Theorem.of(name, limit, model=model)
    rate = (
        start(of_powers.proposition.left)
        .le(of_powers.proposition.right, by=of_powers.law())
        .eq(SpectralNorm(jacobian), by=power.law())
    )
    return power, of_radius, of_rate, Theorem.of(name, rate, model=certified)
