"""The gradient highway of the LSTM, exactly: the direct path through c, and the paths through h.

∂c_k/∂c_{k−1} = diag(f_k) holds with h_{k−1} held fixed. Over several steps c_T depends on c_t
through the hidden states, too; only where no gate of c looks at h is the product of the forget
gates the whole derivative.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.cell import STEPS, T_START, Cell, K, gate
from gradproof.symbolic.differential import tidy
from gradproof.symbolic.kernel.assumptions import assume
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
    BOUND_INDEX,
    Diagonal,
    Jacobian,
    OrderedProduct,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.gated import D, c, h, lstm, lstm_without_forget_gate, weights

__all__ = ["lstm_cell_path_alone", "lstm_direct_path", "lstm_paths"]

_F = gate("f", D)


@functools.cache
def lstm_direct_path() -> tuple[Theorem, Theorem]:
    """Return ∂c_k/∂c_{k−1}, h_{k−1} held fixed: diag(f_k), and I where there is no forget gate.

    >>> print(*lstm_direct_path(), sep="; ")
    ∂c_k/∂c_{k−1} = diag(f_k); ∂c_k/∂c_{k−1} = I
    """
    name = "lstm_direct_path"
    with_gate = lstm().derivative(c(K), c(K - 1), name=name)
    return with_gate, lstm_without_forget_gate().derivative(c(K), c(K - 1), name=name)


@functools.cache
def lstm_paths() -> tuple[Theorem, ...]:
    """Return ∂c_{t+n+1}/∂c_t as the direct path and the paths through h, for both LSTMs.

    ∂c_{t+n+1}/∂c_t = diag(f_{t+n+1}) ∂c_{t+n}/∂c_t + (∂c_{t+n+1}/∂h_{t+n}) ∂h_{t+n}/∂c_t, and the
    matrix of the second path is diag(c_{t+n}) diag(σ′(z^f)) W_f + diag(g) diag(σ′(z^i)) W_i +
    diag(i) diag(tanh′(z^g)) W_g at k = t + n + 1.

    >>> print(lstm_paths()[0])
    ∂c_{t+n+1}/∂c_t = diag(f_{t+n+1}) ∂c_{t+n}/∂c_t + ∂c_{t+n+1}/∂h_{t+n} ∂h_{t+n}/∂c_t
    """
    return tuple(
        theorem
        for cell, direct in zip(
            (lstm(), lstm_without_forget_gate()), lstm_direct_path(), strict=True
        )
        for theorem in _paths(cell, direct)
    )


def _paths(cell: Cell, direct: Theorem) -> tuple[Theorem, Theorem]:
    name, r = "lstm_paths", T_START + STEPS
    newest, start_state = c(r + 1), c(T_START)
    through_h = sp.MatMul(Jacobian(newest, h(r)), Jacobian(h(r), start_state))
    before = Jacobian(c(r), start_state)
    chain = start(Jacobian(newest, start_state)).eq(
        sp.MatAdd(through_h, sp.MatMul(Jacobian(newest, c(r)), before)),
        by=chain_rule_through(cell.state(r)),
    )
    factor = direct.proposition.right.xreplace({K: r + 1})
    chain = chain.eq(
        tidy(sp.MatAdd(through_h, sp.MatMul(factor, before))), by=direct.law({K: r + 1})
    )
    return Theorem.of(name, chain), cell.derivative(c(K), h(K - 1), name=name)


def _blind_gates() -> dict[str, Hypothesis]:
    """Return the hypotheses that no gate of c looks at h: W_f = 0, W_i = 0 and W_g = 0."""
    zero = sp.ZeroMatrix(D, D)
    return {label: Hypothesis.of(weights(label)[0], Relation.EQ, zero) for label in "fig"}


def _blind_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d = int(generator.integers(1, 4))
    return {D: d, **{weights(label)[0]: np.zeros((d, d)) for label in "fig"}}


@functools.cache
def lstm_cell_path_alone() -> Theorem:
    """Return ∂c_{t+n}/∂c_t = diag(f_{t+n}) ⋯ diag(f_{t+1}) where no gate of c looks at h.

    >>> print(lstm_cell_path_alone())
    ∂c_{t+n}/∂c_t = ∏_{k=t+1}^{t+n} [diag(f_k)]
    """
    name, t, n = "lstm_cell_path_alone", T_START, STEPS
    zero = sp.ZeroMatrix(D, D)
    blind = [assume(hypothesis) for hypothesis in _blind_gates().values()]
    found = lstm_paths()[1]
    chain = start(found.proposition.left).eq(found.proposition.right, by=found.law())
    expression = found.proposition.right
    for law in blind:
        expression = tidy(law.applied_to(expression))
        chain = chain.eq(expression, by=law)
    no_path = Theorem.of(name, chain, model=_blind_instance)

    def factors(steps: sp.Expr) -> OrderedProduct:
        return OrderedProduct(Diagonal(_F(BOUND_INDEX)), t + 1, t + steps)

    base = (
        start(Jacobian(c(t), c(t)))
        .eq(sp.Identity(D), by=JACOBIAN_OF_IDENTITY)
        .eq(factors(sp.Integer(0)), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        split = lstm_paths()[0].proposition
        newest = Diagonal(_F(t + n + 1))
        through_h = sp.MatMul(zero, Jacobian(h(t + n), c(t)))
        before = Jacobian(c(t + n), c(t))
        return (
            start(split.left)
            .eq(split.right, by=lstm_paths()[0].law())
            .eq(
                sp.MatAdd(through_h, sp.MatMul(newest, before)),
                by=no_path.law({K: t + n + 1}),
            )
            .eq(sp.MatMul(newest, before), by=ALGEBRA)
            .eq(sp.MatMul(newest, factors(n)), by=hypothesis)
            .eq(factors(n + 1), by=NEWEST_FACTOR_LEFT)
        )

    proposition = Proposition(Jacobian(c(t + n), c(t)), Relation.EQ, factors(n))
    return by_induction(name, n, proposition, base, step, model=_blind_instance).preceded_by(
        no_path
    )
