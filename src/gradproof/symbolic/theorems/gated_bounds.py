"""Bounds of the norm of the Jacobians of LSTM and GRU from the norms of their weights.

Slopes of the logistic function are at most 1/4, those of tanh at most 1, and all their values lie
within 1 of 0. Bounds κ of the cell state, F of the forget gate and so on are hypotheses.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import sympy as sp

from gradproof.symbolic.cell import STEPS, T_START, Cell, K, gate
from gradproof.symbolic.instances.instantiate import Model
from gradproof.symbolic.kernel.assumptions import assume_at
from gradproof.symbolic.kernel.conditional import absolute_value_by, diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    EMPTY_PRODUCT,
    HOMOGENEOUS,
    NEWEST_FACTOR_LEFT,
    NORM_OF_BLOCKS,
    NORM_OF_IDENTITY,
    SUBMULTIPLICATIVE,
    TRIANGLE,
    RewritingLaw,
)
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.language.blocks import Blocks
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    ActivationValue,
    Diagonal,
    OrderedProduct,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.logistic import logistic_bounds, logistic_slope_bound
from gradproof.symbolic.theorems.activations.tanh import tanh_bounds, tanh_slope_bound
from gradproof.symbolic.theorems.gated import D, c, gru, h, lstm, weights
from gradproof.symbolic.theorems.highway import lstm_paths

__all__ = ["gru_norm_upper", "lstm_norm_upper", "value_bounds"]

_REAL = sp.Symbol("z", real=True)
_KAPPA, _FORGET = sp.symbols("kappa F", positive=True)
_QUARTER = sp.Rational(1, 4)


@functools.cache
def value_bounds() -> tuple[Theorem, Theorem]:
    """Return |logistic(z)| ≤ 1 and |tanh(z)| ≤ 1 for every real z."""
    name = "value_bounds"
    sigma, t = (ActivationValue(phi, 0, _REAL) for phi in ("logistic", "tanh"))
    positive, below_one = logistic_bounds()
    of_logistic = (
        start(sp.Abs(sigma))
        .eq(sigma, by=absolute_value_by(positive))
        .le(sp.Integer(1), by=below_one.law())
    )
    above, below = tanh_bounds()
    of_tanh = start(sp.Abs(t)).le(
        sp.Integer(1), by=modulus_by(t, sp.Integer(1), above=above, below=below)
    )
    return Theorem.of(name, of_logistic), Theorem.of(name, of_tanh)


# From 0 on, since the state before the first step counts too.
_J = sp.Symbol("j", integer=True, nonnegative=True)


def _bounded(column: sp.MatrixExpr, k: sp.Symbol, by: sp.Expr) -> Hypothesis:
    """Return the hypothesis ‖diag(v_k)‖ ≤ b for all k: no entry exceeds b in modulus."""
    return Hypothesis.of(SpectralNorm(Diagonal(column)), Relation.LE, by, for_all=(k,))


def cell_state_is_bounded() -> Hypothesis:
    """Return the hypothesis that no entry of c_j exceeds κ in modulus, for any j ≥ 0."""
    return _bounded(c(_J), _J, _KAPPA)


def forget_gate_is_bounded() -> Hypothesis:
    """Return the hypothesis that no forget gate exceeds F; F = 1 always will do."""
    return _bounded(_FORGET_GATE(K), K, _FORGET)


class _Estimate:
    """A chain of upper bounds of a norm, lengthened one factor at a time."""

    def __init__(
        self,
        matrix: sp.MatrixExpr,
        cell: Cell,
        hypotheses: Sequence[Hypothesis],
        lemmas: Sequence[Theorem] = (),
    ) -> None:
        self.chain = start(SpectralNorm(matrix))
        self.cell, self.hypotheses = cell, hypotheses
        self.lemmas = {lemma.proposition.left: lemma for lemma in lemmas}

    def put(self, old: sp.Expr, new: sp.Expr, law: RewritingLaw) -> None:
        """Replace one part of the bound by a greater one."""
        self.chain = self.chain.le(self.chain.last.xreplace({old: new}), by=law)

    def split(self, matrix: sp.MatrixExpr) -> None:
        """Bound ‖A‖ by lemmas, else by the norms of the parts of A, down to its diagonals."""
        norm = SpectralNorm(matrix)
        if norm in self.lemmas:
            lemma = self.lemmas[norm]
            self.put(norm, lemma.proposition.right, lemma.law())
            return
        if isinstance(matrix, Diagonal):
            self._bound_diagonal(matrix)
        elif isinstance(matrix, sp.MatMul) and matrix.args[0] == -1:
            positive = sp.MatMul(*matrix.args[1:])
            self.put(norm, SpectralNorm(positive), HOMOGENEOUS)
            self.split(positive)
        elif isinstance(matrix, (sp.MatAdd, sp.MatMul, Blocks)):
            law, bound = _of_parts(matrix)
            self.put(norm, bound, law)
            for part in matrix.args:
                self.split(part)

    def _bound_diagonal(self, diagonal: Diagonal) -> None:
        norm, vector = SpectralNorm(diagonal), diagonal.vector
        for hypothesis, k in itertools.product(self.hypotheses, (K, K - 1)):
            (index,) = hypothesis.variables
            known = hypothesis.proposition
            if known is not None and known.left.xreplace({index: k}) == norm:
                self.put(norm, known.right, assume_at(hypothesis, {index: k}))
                return
        if vector in self.cell.equations:
            unfolded = self.cell.equations[vector]
            self.put(norm, SpectralNorm(Diagonal(unfolded)), self.cell.definition(vector))
            vector, norm = unfolded, SpectralNorm(Diagonal(unfolded))
        theorem = _BOUNDS[(vector.activation, int(vector.order))]()
        self.put(norm, theorem.proposition.right, diagonal_norm_by(theorem))


def _of_parts(matrix: sp.MatrixExpr) -> tuple[RewritingLaw, sp.Expr]:
    norms = [SpectralNorm(part) for part in matrix.args]
    if isinstance(matrix, sp.MatAdd):
        return TRIANGLE, sp.Add(*norms)
    if isinstance(matrix, sp.MatMul):
        return SUBMULTIPLICATIVE, sp.Mul(*norms)
    return NORM_OF_BLOCKS, sp.sqrt(sp.Add(*(norm**2 for norm in norms)))


_FORGET_GATE = gate("f", D)
_BOUNDS: Mapping[tuple[str, int], Callable[[], Theorem]] = {
    ("logistic", 0): lambda: value_bounds()[0],
    ("tanh", 0): lambda: value_bounds()[1],
    ("logistic", 1): logistic_slope_bound,
    ("tanh", 1): tanh_slope_bound,
}


@functools.cache
def lstm_norm_upper() -> tuple[Theorem, ...]:
    """Return a bound of ‖∂c_k/∂h_{k−1}‖, of one step of the LSTM, and of n steps.

    With β = κ‖W_f‖/4 + ‖W_i‖/4 + ‖W_g‖ the norm of one step is at most
    r = ((‖W_o‖/4 + β)² + β² + 2F²)^(1/2), where |c_j| ≤ κ and f_k ≤ F, and that of n steps rⁿ.

    >>> print(lstm_norm_upper()[0])
    ‖∂c_k/∂h_{k−1}‖ ≤ κ ‖W_f‖/4 + ‖W_g‖ + ‖W_i‖/4
    """
    name, cell = "lstm_norm_upper", lstm()
    through_h = lstm_paths()[1]
    jacobian, right = through_h.proposition.left, through_h.proposition.right
    hypotheses = (cell_state_is_bounded(), forget_gate_is_bounded())
    inner = _estimated(name, right, cell, hypotheses, (), _lstm_instance)
    chain = start(SpectralNorm(jacobian)).eq(SpectralNorm(right), by=through_h.law())
    chain = chain.le(inner.proposition.right, by=inner.law())
    of_path = Theorem.of(name, chain, model=_lstm_instance).preceded_by(inner)
    return (of_path, *_bounds_of_steps(name, cell, hypotheses, _lstm_instance, (inner,)))


@functools.cache
def gru_norm_upper() -> tuple[Theorem, ...]:
    """Return a bound of one step of the GRU, and of n steps.

    Where |h_j| ≤ H, |W_n h_{k−1} + v_n| ≤ ν, z_k ≤ Z and 1 − z_k ≤ V, the norm of one step is at
    most Z + V (‖W_n‖ + ν‖W_r‖/4) + (H + 1)‖W_z‖/4. Z = V = 1 always will do, and H = 1 if
    |h_0| ≤ 1.
    """
    cell = gru()
    Z, V, nu, H = _GRU_BOUNDS
    inner = weights("n")[0] * h(K - 1) + sp.MatrixSymbol("v_n", D, 1)
    z = gate("z", D)(K)
    hypotheses = (
        _bounded(h(_J), _J, H),
        _bounded(z, K, Z),
        _bounded(sp.OneMatrix(D, 1) - z, K, V),
        _bounded(inner, K, nu),
    )
    return _bounds_of_steps("gru_norm_upper", cell, hypotheses, _gru_instance, ())


_GRU_BOUNDS = sp.symbols("Z V nu H", positive=True)


def _gru_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw bounds above what an instance reaches."""
    return {symbol: float(generator.uniform(20, 30)) for symbol in _GRU_BOUNDS}


def _estimated(
    name: str,
    matrix: sp.MatrixExpr,
    cell: Cell,
    hypotheses: Sequence[Hypothesis],
    lemmas: Sequence[Theorem],
    model: Model,
) -> Theorem:
    """Return the theorem ‖A‖ ≤ b for a closed expression A of one step."""
    estimate = _Estimate(matrix, cell, hypotheses, lemmas)
    estimate.split(matrix)
    return Theorem.of(name, estimate.chain, model=model)


def _bounds_of_steps(
    name: str,
    cell: Cell,
    hypotheses: Sequence[Hypothesis],
    model: Model,
    lemmas: Sequence[Theorem],
) -> tuple[Theorem, Theorem]:
    """Return the bound r of ‖∂s_k/∂s_{k−1}‖ and the bound rⁿ of ‖∂s_{t+n}/∂s_t‖."""
    one_step = cell.state_jacobian()
    jacobian, right = one_step.proposition.left, one_step.proposition.right
    parts = right.args if isinstance(right, Blocks) else ()
    found = [*lemmas]
    for part in parts:  # the blocks one by one, since they share terms
        if SpectralNorm(part) not in {lemma.proposition.left for lemma in found}:
            found.append(_estimated(name, part, cell, hypotheses, found, model))
    of_factor = _estimated(name, right, cell, hypotheses, found, model)
    t, n, rate = T_START, STEPS, of_factor.proposition.right
    once = start(SpectralNorm(jacobian)).eq(SpectralNorm(right), by=one_step.law())
    of_step = Theorem.of(name, once.le(rate, by=of_factor.law()), model=model)

    def factors(steps: sp.Expr) -> OrderedProduct:
        return OrderedProduct(right.xreplace({K: BOUND_INDEX}), t + 1, t + steps)

    base = (
        start(SpectralNorm(factors(sp.Integer(0))))
        .eq(SpectralNorm(sp.Identity(right.shape[0])), by=EMPTY_PRODUCT)
        .eq(sp.Integer(1), by=NORM_OF_IDENTITY)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        newest, earlier = right.xreplace({K: t + n + 1}), factors(n)
        return (
            start(SpectralNorm(factors(n + 1)))
            .eq(SpectralNorm(sp.MatMul(newest, earlier)), by=NEWEST_FACTOR_LEFT)
            .le(SpectralNorm(newest) * SpectralNorm(earlier), by=SUBMULTIPLICATIVE)
            .le(rate * SpectralNorm(earlier), by=of_factor.law({K: t + n + 1}))
            .le(rate * rate**n, by=hypothesis)
        )

    proposition = Proposition(SpectralNorm(factors(n)), Relation.LE, rate**n)
    of_product = by_induction(name, n, proposition, base, step, model=model)
    product = cell.jacobian_product(one_step)
    chain = (
        start(SpectralNorm(product.proposition.left))
        .eq(SpectralNorm(product.proposition.right), by=product.law())
        .le(rate**n, by=of_product.law())
    )
    lemma_theorems = dict.fromkeys((*found, of_factor, of_product))
    return (
        of_step.preceded_by(*found, of_factor),
        Theorem.of(name, chain, model=model).preceded_by(*lemma_theorems),
    )


def _lstm_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw κ above what c reaches within the few steps of an instance."""
    return {_KAPPA: float(generator.uniform(20, 30)), _FORGET: float(generator.uniform(1, 2))}
