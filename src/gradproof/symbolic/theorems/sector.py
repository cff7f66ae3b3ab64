"""Decay in a quadratic norm vᵀXv, for all slopes in a sector [α, β] at once.

With y = D W x and slopes d in [α, β], (y − α W x)ᵀ T (β W x − y) = Σ tᵢ (dᵢ − α)(β − dᵢ)(W x)ᵢ² ≥ 0
for a diagonal T = diag(s)². So yᵀXy ≤ r² xᵀXx follows where r² xᵀXx − yᵀXy is at least twice that
form for every x and y, whatever their relation: one linear matrix inequality (the S-procedure).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import sympy as sp

from gradproof.arrays import Array
from gradproof.errors import UnknownNameError
from gradproof.symbolic.instances.instantiate import Model
from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.conditional_forms import norm_by_vectors, sector_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.form_laws import NONNEGATIVE
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DIAGONALS_COMMUTE,
    EMPTY_PRODUCT,
    NEWEST_FACTOR_LEFT,
    NORM_AS_TRACE,
    SUBMULTIPLICATIVE,
    TRACE_ALGEBRA,
    RewritingLaw,
    geometric_limit,
)
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    LimitSuperior,
    SpectralNorm,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.elementary import (
    arctan_derivative_range,
    identity_derivative,
    softplus_derivative_range,
)
from gradproof.symbolic.theorems.activations.gaussian import (
    erf_derivative_range,
    gelu_derivative_range,
)
from gradproof.symbolic.theorems.activations.joined import (
    elu_derivative_range,
    softsign_derivative_range,
)
from gradproof.symbolic.theorems.activations.logistic import logistic_derivative_range
from gradproof.symbolic.theorems.activations.piecewise_linear import (
    hard_tanh_derivative_range,
    relu_derivative_range,
)
from gradproof.symbolic.theorems.activations.silu import silu_derivative_range
from gradproof.symbolic.theorems.activations.tanh import tanh_derivative_range
from gradproof.symbolic.theorems.bounds import GAMMA
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    jacobian_product,
)

__all__ = [
    "CertifiedNumbers",
    "certified_numbers",
    "diagonal_scaling_is_a_sector_certificate",
    "matrix_inequality",
    "sector_upper",
]

_D = ElmanRecurrence().d
_X = sp.MatrixSymbol("X", _D, _D)
_ENTRIES, _U, _Y, _V, _POINT, _ANY = (sp.MatrixSymbol(name, _D, 1) for name in "suyvxw")
_S = Diagonal(_ENTRIES)
_ALPHA, _BETA, _REAL = sp.symbols("alpha beta z", real=True)
_R, _MU, _M = sp.symbols("r mu M", positive=True)

#: α, β and what says that α ≤ φ′ and φ′ ≤ β.
_Sector: TypeAlias = tuple[sp.Expr, sp.Expr, Theorem | Hypothesis, Theorem | Hypothesis]


_RANGES: Mapping[str, Callable[[], tuple[Theorem, ...]]] = {
    "arctan": arctan_derivative_range,
    "elu": elu_derivative_range,
    "erf": erf_derivative_range,
    "gelu": gelu_derivative_range,
    "hard_tanh": hard_tanh_derivative_range,
    "identity": lambda: (identity_derivative()[0],) * 2,
    "logistic": logistic_derivative_range,
    "relu": relu_derivative_range,
    "silu": silu_derivative_range,
    "softplus": softplus_derivative_range,
    "softsign": softsign_derivative_range,
    "tanh": tanh_derivative_range,
}


def _sector(activation: str) -> _Sector:
    slope = ActivationValue(activation, 1, _REAL)
    if activation == "phi":
        lower = Hypothesis.of(_ALPHA, Relation.LE, slope, for_all=(_REAL,))
        upper = Hypothesis.of(slope, Relation.LE, _BETA, for_all=(_REAL,))
        return _ALPHA, _BETA, lower, upper
    if activation not in _RANGES:
        problem = f"is {activation!r}, whose slopes have no proved range"
        raise UnknownNameError("activation", problem, f"use one of {', '.join(_RANGES)}")
    below, above, *_ = _RANGES[activation]()
    return *(_bound_of_slope(theorem) for theorem in (below, above)), below, above


def _bound_of_slope(theorem: Theorem) -> sp.Expr:
    """Return α of α ≤ φ′(z), φ′(z) ≥ α or φ′(z) ≤ α."""
    sides = theorem.proposition.left, theorem.proposition.right
    (bound,) = (side for side in sides if not isinstance(side, ActivationValue))
    return bound


def _form(vector: sp.MatrixExpr, matrix: sp.MatrixExpr) -> Trace:
    """Return the number vᵀ A v."""
    return Trace(sp.MatMul(sp.Transpose(vector), matrix, vector))


def _gap(activation: str, X: sp.MatrixExpr, u: sp.MatrixExpr, y: sp.MatrixExpr) -> sp.Expr:
    """Return r² uᵀXu − yᵀXy − 2 (y − α W u)ᵀ T (β W u − y) for T = diag(s)², multiplied out."""
    W, T = ElmanRecurrence(activation).W, _S**2
    alpha, beta, *_ = _sector(activation)
    row = (sp.Transpose(u), sp.Transpose(W))
    return (
        _R**2 * _form(u, X)
        + 2 * alpha * beta * Trace(sp.MatMul(*row, T, W, u))
        - 2 * (alpha + beta) * Trace(sp.MatMul(*row, T, y))
        + 2 * _form(y, T)
        - _form(y, X)
    )


def matrix_inequality(activation: str = "phi", X: sp.MatrixExpr = _X) -> Hypothesis:
    """Return the hypothesis [[r²X + 2αβ WᵀTW, −(α+β)WᵀT], [−(α+β)TW, 2T − X]] ⪰ 0, T = diag(s)².

    It is written as a form of all real u and y.
    """
    gap = _gap(activation, X, _U, _Y)
    return Hypothesis.of(sp.Integer(0), Relation.LE, gap, for_all=(_U, _Y))


def _conditioning() -> tuple[Hypothesis, Hypothesis]:
    """Return the hypotheses μ‖w‖² ≤ wᵀXw and wᵀXw ≤ M‖w‖² for all real w."""
    size, form = SpectralNorm(_ANY) ** 2, _form(_ANY, _X)
    return (
        Hypothesis.of(_MU * size, Relation.LE, form, for_all=(_ANY,)),
        Hypothesis.of(form, Relation.LE, _M * size, for_all=(_ANY,)),
    )


@dataclass(frozen=True, eq=False)
class CertifiedNumbers:
    """W, X, T = diag(s)² and r with the matrix inequality; the ends of the spectrum of X."""

    W: Array
    X: Array
    s: Array
    r: float
    least: float
    greatest: float


def certified_numbers(
    generator: np.random.Generator, d: int, low: float, high: float, rate: float | None
) -> CertifiedNumbers:
    """Draw W, X and T, and then an r for which the matrix inequality holds for [low, high].

    With ``rate`` W is scaled to make r that number.
    """
    W, root = generator.normal(size=(2, d, d))
    s = generator.choice([-1, 1], size=(d, 1)) * 2 ** generator.uniform(-1, 1, size=(d, 1))
    T, X = np.diag(s[:, 0] ** 2), root @ root.T + 0.1 * np.eye(d)
    # 2T − X ≻ 0, and r² X is at least the rest of the Schur complement of that block.
    X *= generator.uniform(0.2, 1.9) / np.linalg.eigvals(np.linalg.solve(T, X)).real.max()
    weight = (low + high) ** 2 * T @ np.linalg.solve(2 * T - X, T) - 2 * low * high * T
    squared = np.linalg.eigvals(np.linalg.solve(X, W.T @ weight @ W)).real.max()
    r = float(np.sqrt(max(squared, 0)) * generator.uniform(1, 1.2)) + 1e-3
    W, r = (W, r) if rate is None else (W * rate / r, rate)
    values = np.linalg.eigvalsh(X)
    return CertifiedNumbers(W, X, s, r, float(values[0]), float(values[-1]))


def _certified_instance(activation: str, rate: float | None = None) -> Model:
    """Return a model that draws what meets the matrix inequality; r is ``rate``, where given."""
    alpha, beta, *_ = _sector(activation)

    def model(generator: np.random.Generator) -> dict[sp.Basic, object]:
        d, gamma = int(generator.integers(1, 4)), float(generator.uniform(0.2, 2))
        # The slopes of φ fill [−γ, γ]; a wider sector has α + β ≠ 0.
        sector = {_ALPHA: -gamma * generator.uniform(1, 2), _BETA: gamma * generator.uniform(1, 2)}
        low, high = (float(sector.get(bound, bound)) for bound in (alpha, beta))
        found = certified_numbers(generator, d, low, high, rate)
        return {
            _D: d,
            _R: found.r,
            _X: found.X,
            _ENTRIES: found.s,
            ElmanRecurrence(activation).W: found.W,
            GAMMA: gamma,
            _MU: found.least,
            _M: found.greatest,
            **sector,
        }

    return model


def _sector_of_one_step(activation: str) -> Theorem:
    """Return yᵀTy ≤ (α + β) xᵀWᵀTy − αβ xᵀWᵀTWx for y = D_k W x and T = diag(s)²."""
    cell = ElmanRecurrence(activation)
    D, W, S, x = cell.slopes(K), cell.W, _S, _POINT
    alpha, beta, lower, upper = _sector(activation)
    row = (sp.Transpose(x), sp.Transpose(W))

    def word(*between: sp.MatrixExpr) -> Trace:
        return Trace(sp.MatMul(*row, *between, W, x))

    def bound(*between: sp.MatrixExpr) -> sp.Expr:
        return (alpha + beta) * word(*between) - alpha * beta * word(S, S)

    chain = (
        start(_form(sp.MatMul(D, W, x), S**2))
        .eq(word(D, S, S, D), by=ALGEBRA)
        .eq(word(S, D, S, D), by=DIAGONALS_COMMUTE)
        .eq(word(S, D, D, S), by=DIAGONALS_COMMUTE)
        .le(bound(S, D, S), by=sector_by(lower, upper, slopes=D, vector=sp.MatMul(S, W, x)))
        .eq(bound(S, S, D), by=DIAGONALS_COMMUTE)
    )
    return Theorem.of("sector_upper", chain, model=_certified_instance(activation))


def _one_step(activation: str) -> Theorem:
    """Return yᵀXy ≤ r² xᵀXx for y = D_k W x."""
    cell = ElmanRecurrence(activation)
    x, y = _POINT, sp.MatMul(cell.slopes(K), cell.W, _POINT)
    in_sector = _sector_of_one_step(activation)
    inequality = assume_at(matrix_inequality(activation), {_U: x, _Y: y})
    form, gap = _form(y, _X), _gap(activation, _X, x, y)
    chain = (
        start(form)
        .eq(sp.Add(form, 0, evaluate=False), by=ALGEBRA)
        .le(form + gap, by=inequality)
        .le(_R**2 * _form(x, _X), by=in_sector.law())
    )
    theorem = Theorem.of("sector_upper", chain, model=_certified_instance(activation))
    return theorem.preceded_by(in_sector)


@functools.cache
def sector_upper(activation: str = "phi") -> tuple[Theorem, ...]:
    """Return how vᵀΦᵀXΦv, ‖Φ v‖ and ‖Φ‖ decay for Φ = ∂h_{t+n}/∂h_t, given X, s and r.

    These meet :func:`matrix_inequality`; μ and M bound X. The limit is for r < 1.

    >>> for theorem in sector_upper("tanh"):
    ...     print(theorem)
    (∂h_{t+n}/∂h_t v)ᵀ X (∂h_{t+n}/∂h_t v) ≤ r²ⁿ vᵀ X v
    ‖∂h_{t+n}/∂h_t v‖² ≤ M r²ⁿ ‖v‖²/μ
    ‖∂h_{t+n}/∂h_t‖ ≤ √M rⁿ/√μ
    limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0
    """
    name, model = "sector_upper", _certified_instance(activation)
    cell, t, n, v = ElmanRecurrence(activation), T_START, STEPS, _V
    one_step = _one_step(activation)
    rate = _R ** (2 * n)

    def carried(steps: sp.Expr) -> sp.MatrixExpr:
        return sp.MatMul(cell.factors(t, steps), v)

    base = start(_form(carried(sp.Integer(0)), _X)).eq(_form(v, _X), by=EMPTY_PRODUCT)

    def step(hypothesis: RewritingLaw) -> Chain:
        newest = sp.MatMul(cell.slopes(t + n + 1), cell.W, *carried(n).args)
        return (
            start(_form(carried(n + 1), _X))
            .eq(_form(newest, _X), by=NEWEST_FACTOR_LEFT)
            .le(_R**2 * _form(carried(n), _X), by=one_step.law({K: t + n + 1, _POINT: carried(n)}))
            .le(_R**2 * rate * _form(v, _X), by=hypothesis)
        )

    proposition = Proposition(_form(carried(n), _X), Relation.LE, rate * _form(v, _X))
    of_product = by_induction(name, n, proposition, base, step, model=model)
    of_product = of_product.preceded_by(one_step)
    jacobian = cell.jacobian(t + n, t)
    image = sp.MatMul(jacobian, v)
    chain = (
        start(_form(image, _X))
        .eq(_form(carried(n), _X), by=jacobian_product(activation).law())
        .le(rate * _form(v, _X), by=of_product.law())
    )
    of_form = Theorem.of(name, chain, model=model).preceded_by(of_product)

    lower, upper = _conditioning()
    size = SpectralNorm(image) ** 2
    factor = _M / _MU * rate
    chain = (
        start(size)
        .eq(sp.Mul(1 / _MU, sp.Mul(_MU, size, evaluate=False), evaluate=False), by=ALGEBRA)
        .le(_form(image, _X) / _MU, by=assume_at(lower, {_ANY: image}))
        .le(rate * _form(v, _X) / _MU, by=of_form.law())
        .le(factor * SpectralNorm(v) ** 2, by=assume_at(upper, {_ANY: v}))
    )
    of_vectors = Theorem.of(name, chain, model=model)
    by_vectors = norm_by_vectors(of_vectors, matrix=jacobian, vector=v, factor=factor)
    bound = sp.sqrt(_M / _MU) * _R**n
    chain = start(SpectralNorm(jacobian)).le(sp.sqrt(factor), by=by_vectors).eq(bound, by=ALGEBRA)
    of_norm = Theorem.of(name, chain, model=model)
    below_one = Hypothesis.of(_R, Relation.LT, sp.Integer(1))
    limit = (
        start(LimitSuperior(SpectralNorm(jacobian), n))
        .le(LimitSuperior(bound, n), by=of_norm.law())
        .eq(sp.Integer(0), by=geometric_limit(below_one))
    )
    vanishing = Theorem.of(name, limit, model=_certified_instance(activation, 0.9))
    return of_form, of_vectors, of_norm, vanishing


@functools.cache
def diagonal_scaling_is_a_sector_certificate() -> Theorem:
    """Return the matrix inequality for X = T = diag(s)², slopes in [0, 1], where ‖S W S⁻¹‖ ≤ r.

    S = diag(s). So what a diagonal scaling proves, a certificate of :func:`sector_upper` proves.

    >>> print(*diagonal_scaling_is_a_sector_certificate().conditions, sep="; ")
    diag(s) is invertible; ‖diag(s) W diag(s)⁻¹‖ ≤ r; W is real; s is real; u is real; y is real
    """
    cell, u, y, S, norm = ElmanRecurrence("tanh"), _U, _Y, _S, SpectralNorm
    W, scaled = cell.W, sp.MatMul(_S, cell.W, _S.I)
    image, target = sp.MatMul(S, W, u), sp.MatMul(S, y)
    difference = sp.MatAdd(image, sp.MatMul(-1, target))
    bounded = assume(Hypothesis.of(norm(scaled), Relation.LE, _R))
    lengths = (
        start(norm(image) ** 2)
        .eq(norm(sp.MatMul(S, W, S.I, S, u)) ** 2, by=ALGEBRA)
        .le((norm(scaled) * norm(sp.MatMul(S, u))) ** 2, by=SUBMULTIPLICATIVE)
        .le((_R * norm(sp.MatMul(S, u))) ** 2, by=bounded)
    )
    name = "diagonal_scaling_is_a_sector_certificate"
    shrinks = Theorem.of(name, lengths, model=_scaled_instance)
    rest = _form(target, sp.Identity(cell.d)) - 2 * Trace(sp.MatMul(sp.Transpose(image), target))
    chain = (
        start(sp.Integer(0))
        .le(norm(difference) ** 2, by=NONNEGATIVE)
        .eq(Trace(sp.MatMul(sp.Transpose(difference), difference)), by=NORM_AS_TRACE)
        .eq(Trace(sp.MatMul(sp.Transpose(image), image)) + rest, by=TRACE_ALGEBRA)
        .eq(norm(image) ** 2 + rest, by=NORM_AS_TRACE)
        .le((_R * norm(sp.MatMul(S, u))) ** 2 + rest, by=shrinks.law())
        .eq(_R**2 * _form(sp.MatMul(S, u), sp.Identity(cell.d)) + rest, by=NORM_AS_TRACE)
        .eq(_gap("tanh", S**2, u, y), by=TRACE_ALGEBRA)
    )
    return Theorem.of(name, chain, model=_scaled_instance).preceded_by(shrinks)


def _scaled_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d = int(generator.integers(1, 4))
    s = generator.choice([-1, 1], size=(d, 1)) * 2 ** generator.uniform(-1, 1, size=(d, 1))
    W = generator.normal(size=(d, d))
    r = float(np.linalg.norm(s * W / s[:, 0], 2) * generator.uniform(1, 1.5))
    return {_D: d, ElmanRecurrence("tanh").W: W, _ENTRIES: s, _R: r}
