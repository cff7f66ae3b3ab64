"""Products of diag(e_k) W for any sequence of slopes e_k in a sector: how fast they decay.

The columns e_1, e_2, … are given, no network is spoken of. So what is said here is about the growth
rate over all slopes, the joint spectral radius of {diag(e) W: α ≤ e_i ≤ β}, bounded from above. It
is bounded from below in :mod:`~gradproof.symbolic.theorems.slope_words`.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume_at
from gradproof.symbolic.kernel.conditional_forms import norm_by_vectors
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.form_laws import CAUCHY_SCHWARZ
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DIAGONALS_COMMUTE,
    EMPTY_PRODUCT,
    LIMIT_OF_ROOT,
    NEWEST_FACTOR_LEFT,
    NONNEGATIVE_DIFFERENCE,
    NORM_AS_TRACE,
    SUBMULTIPLICATIVE,
    TRACE_ALGEBRA,
    RewritingLaw,
    geometric_limit,
)
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    Diagonal,
    Input,
    LimitSuperior,
    OrderedProduct,
    SpectralNorm,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence, K
from gradproof.symbolic.theorems.sector import certified_numbers, matrix_inequality

__all__ = [
    "LONGEST",
    "RATE",
    "certified_instance",
    "factors",
    "product",
    "sector_of_slopes",
    "slopes",
    "slopes_in_sector",
    "some_bound",
]

_CELL = ElmanRecurrence("phi")
_D, _W = _CELL.d, _CELL.W
_X = sp.MatrixSymbol("X", _D, _D)
_ENTRIES, _U, _Y, _V, _ANY, _POINT = (sp.MatrixSymbol(name, _D, 1) for name in "suyvwx")
_S = Diagonal(_ENTRIES)
_ALPHA, _BETA = sp.symbols("alpha beta", real=True)
_R, _MU, _M = sp.symbols("r mu M", positive=True)
_CENTRE = sp.Symbol("c", real=True)
_MIDDLE = (_ALPHA + _BETA) / 2

_NAME = "sector_of_slopes"

#: r, the rate that a certificate proves.
RATE = _R

#: At the slopes of how many steps an instance looks at most.
LONGEST = 64


def slopes(k: sp.Expr) -> Input:
    """Return the column e_k."""
    return Input("e", k, _D)


def factors(first: sp.Expr, last: sp.Expr) -> OrderedProduct:
    """Return diag(e_last) W ⋯ diag(e_first) W, the newest factor on the left."""
    return OrderedProduct(sp.MatMul(Diagonal(slopes(BOUND_INDEX)), _W), first, last)


def product(n: sp.Expr) -> OrderedProduct:
    """Return diag(e_{t+n}) W ⋯ diag(e_{t+1}) W."""
    return factors(T_START + 1, T_START + n)


def _form(vector: sp.MatrixExpr, matrix: sp.MatrixExpr) -> Trace:
    return Trace(sp.MatMul(sp.Transpose(vector), matrix, vector))


def _centred(k: sp.Expr, centre: sp.Expr = _CENTRE) -> sp.MatrixExpr:
    """Return diag(e_k) − c I."""
    return sp.MatAdd(Diagonal(slopes(k)), sp.MatMul(-centre, sp.Identity(_D)))


def slopes_in_sector() -> Hypothesis:
    """Return the hypothesis ‖diag(e_k) − ((α + β)/2) I‖ ≤ (β − α)/2 for all k.

    The norm of a diagonal matrix is its greatest modulus: every entry of e_k is in [α, β].
    """
    size = SpectralNorm(_centred(K, _MIDDLE))
    return Hypothesis.of(size, Relation.LE, (_BETA - _ALPHA) / 2, for_all=(K,))


def certified_instance(
    generator: np.random.Generator, *, rate: float | None = None
) -> dict[sp.Basic, object]:
    """Draw α, β, X, T, slopes in [α, β], W, and an r for which the matrix inequality holds.

    With ``rate`` W is scaled to make r that number.
    """
    d = int(generator.integers(1, 4))
    low = float(generator.uniform(-1, 1))
    high = low + float(generator.uniform(0, 1.5))
    found = certified_numbers(generator, d, low, high, rate)
    drawn: dict[sp.Basic, object] = {
        slopes(sp.Integer(k)): generator.choice([low, high, (low + high) / 2], size=(d, 1))
        for k in range(1, LONGEST)
    }
    return drawn | {
        _D: d,
        _ALPHA: low,
        _BETA: high,
        _R: found.r,
        _X: found.X,
        _ENTRIES: found.s,
        _W: found.W,
        _MU: found.least,
        _M: found.greatest,
    }


def _word(*between: sp.MatrixExpr) -> Trace:
    """Return xᵀ Wᵀ A ⋯ Z W x."""
    return Trace(sp.MatMul(sp.Transpose(_POINT), sp.Transpose(_W), *between, _W, _POINT))


def _square_about_centre() -> Theorem:
    """Return vᵀ D D v = ‖(D − c I) v‖² + 2c vᵀ D v − c² vᵀ v for D = diag(e_k), v = S W x."""
    D, S = Diagonal(slopes(K)), _S
    off = sp.MatMul(_centred(K), S, _W, _POINT)
    rest = 2 * _CENTRE * _word(S, D, S) - _CENTRE**2 * _word(S, S)
    chain = (
        start(_word(S, D, D, S))
        .eq(_form(off, sp.Identity(_D)) + rest, by=TRACE_ALGEBRA)
        .eq(SpectralNorm(off) ** 2 + rest, by=NORM_AS_TRACE)
    )
    return Theorem.of(_NAME, chain, model=certified_instance)


def _sector_of_one_step() -> Theorem:
    """Return yᵀTy ≤ (α + β) xᵀWᵀTy − αβ xᵀWᵀTWx for y = diag(e_k) W x and T = diag(s)²."""
    D, S, W, x = Diagonal(slopes(K)), _S, _W, _POINT
    about_centre = _square_about_centre()

    def bound(*between: sp.MatrixExpr) -> sp.Expr:
        return (_ALPHA + _BETA) * _word(*between) - _ALPHA * _BETA * _word(S, S)

    v = sp.MatMul(S, W, x)
    centred = _centred(K, _MIDDLE)
    rest = 2 * _MIDDLE * _word(S, D, S) - _MIDDLE**2 * _word(S, S)
    half = (_BETA - _ALPHA) / 2
    chain = (
        start(_form(sp.MatMul(D, W, x), S**2))
        .eq(_word(D, S, S, D), by=ALGEBRA)
        .eq(_word(S, D, S, D), by=DIAGONALS_COMMUTE)
        .eq(_word(S, D, D, S), by=DIAGONALS_COMMUTE)
        .eq(
            SpectralNorm(sp.MatMul(centred, *v.args)) ** 2 + rest,
            by=about_centre.law({_CENTRE: _MIDDLE}),
        )
        .le((SpectralNorm(centred) * SpectralNorm(v)) ** 2 + rest, by=SUBMULTIPLICATIVE)
        .le((half * SpectralNorm(v)) ** 2 + rest, by=assume_at(slopes_in_sector(), {K: K}))
        .eq(half**2 * _word(S, S) + rest, by=NORM_AS_TRACE)
        .eq(bound(S, D, S), by=ALGEBRA)
        .eq(bound(S, S, D), by=DIAGONALS_COMMUTE)
    )
    theorem = Theorem.of(_NAME, chain, model=certified_instance)
    return theorem.preceded_by(about_centre)


def _one_step() -> Theorem:
    """Return yᵀXy ≤ r² xᵀXx for y = diag(e_k) W x."""
    x, y = _POINT, sp.MatMul(Diagonal(slopes(K)), _W, _POINT)
    in_sector, inequality = _sector_of_one_step(), matrix_inequality("phi", _X)
    at = {_U: x, _Y: y}
    assert inequality.proposition is not None
    form, gap = _form(y, _X), inequality.proposition.substitute(at).right
    chain = (
        start(form)
        .eq(sp.Add(form, 0, evaluate=False), by=ALGEBRA)
        .le(form + gap, by=assume_at(inequality, at))
        .le(_R**2 * _form(x, _X), by=in_sector.law())
    )
    theorem = Theorem.of(_NAME, chain, model=certified_instance)
    return theorem.preceded_by(in_sector)


def _carried(steps: sp.Expr) -> sp.MatrixExpr:
    return sp.MatMul(product(steps), _V)


@functools.cache
def _decaying_form() -> Theorem:
    """Return (Φv)ᵀX(Φv) ≤ r²ⁿ vᵀXv, by induction on n."""
    n, one_step, rate = STEPS, _one_step(), _R ** (2 * STEPS)
    base = start(_form(_carried(sp.Integer(0)), _X)).eq(_form(_V, _X), by=EMPTY_PRODUCT)

    def step(hypothesis: RewritingLaw) -> Chain:
        last, before = T_START + n + 1, _carried(n)
        newest = sp.MatMul(Diagonal(slopes(last)), _W, *before.args)
        return (
            start(_form(_carried(n + 1), _X))
            .eq(_form(newest, _X), by=NEWEST_FACTOR_LEFT)
            .le(_R**2 * _form(before, _X), by=one_step.law({K: last, _POINT: before}))
            .le(_R**2 * rate * _form(_V, _X), by=hypothesis)
        )

    proposition = Proposition(_form(_carried(n), _X), Relation.LE, rate * _form(_V, _X))
    theorem = by_induction(_NAME, n, proposition, base, step, model=certified_instance)
    return theorem.preceded_by(one_step)


def _norm_bound(M: sp.Expr, upper: RewritingLaw) -> Theorem:
    """Return ‖Φ‖ ≤ √(M/μ) rⁿ, given the law vᵀXv ≤ M‖v‖²."""
    of_form, image, norm, rate = _decaying_form(), _carried(STEPS), SpectralNorm, _R ** (2 * STEPS)
    lower = Hypothesis.of(_MU * norm(_ANY) ** 2, Relation.LE, _form(_ANY, _X), for_all=(_ANY,))
    size, factor = norm(image) ** 2, M / _MU * rate
    chain = (
        start(size)
        .eq(sp.Mul(1 / _MU, sp.Mul(_MU, size, evaluate=False), evaluate=False), by=ALGEBRA)
        .le(_form(image, _X) / _MU, by=assume_at(lower, {_ANY: image}))
        .le(rate * _form(_V, _X) / _MU, by=of_form.law())
        .le(factor * norm(_V) ** 2, by=upper)
    )
    of_vectors = Theorem.of(_NAME, chain, model=certified_instance)
    matrix = product(STEPS)
    by_vectors = norm_by_vectors(of_vectors, matrix=matrix, vector=_V, factor=factor)
    norms = (
        start(norm(matrix))
        .le(sp.sqrt(factor), by=by_vectors)
        .eq(sp.sqrt(M / _MU) * _R**STEPS, by=ALGEBRA)
    )
    return Theorem.of(_NAME, norms, model=certified_instance).preceded_by(of_vectors)


@functools.cache
def some_bound() -> Theorem:
    """Return ‖Φ‖ ≤ √((1 + ‖X‖)/μ) rⁿ: a bound without a hypothesis about M."""
    norm = SpectralNorm
    M = 1 + norm(_X)
    larger = Theorem.of(_NAME, start(norm(_X)).le(M, by=NONNEGATIVE_DIFFERENCE))
    chain = (
        start(_form(_V, _X))
        .le(norm(_V) * norm(sp.MatMul(_X, _V)), by=CAUCHY_SCHWARZ)
        .le(norm(_X) * norm(_V) ** 2, by=SUBMULTIPLICATIVE)
        .le(M * norm(_V) ** 2, by=larger.law())
    )
    upper = Theorem.of(_NAME, chain, model=certified_instance)
    return _norm_bound(M, upper.law())


@functools.cache
def sector_of_slopes() -> tuple[Theorem, ...]:
    """Return how vᵀΦᵀXΦv and ‖Φ‖ decay for Φ = ∏ diag(e_k) W and any slopes e_k in [α, β].

    Given the matrix inequality of :func:`~gradproof.symbolic.theorems.sector.matrix_inequality` for
    X, s and r; μ and M bound X. The last limit is for r < 1.

    >>> for theorem in sector_of_slopes()[1:]:
    ...     print(theorem)
    ‖∏_{k=t+1}^{t+n} [diag(e_k) W]‖ ≤ √M rⁿ/√μ
    limsup_n ‖∏_{k=t+1}^{t+n} [diag(e_k) W]‖^(1/n) ≤ r
    limsup_n ‖∏_{k=t+1}^{t+n} [diag(e_k) W]‖ ≤ 0
    """
    size = SpectralNorm(_ANY) ** 2
    upper = Hypothesis.of(_form(_ANY, _X), Relation.LE, _M * size, for_all=(_ANY,))
    of_norm, bounded = _norm_bound(_M, assume_at(upper, {_ANY: _V})), some_bound()
    limit = (
        start(LimitSuperior(bounded.proposition.left, STEPS))
        .le(LimitSuperior(bounded.proposition.right, STEPS), by=bounded.law())
        .eq(sp.Integer(0), by=geometric_limit(Hypothesis.of(_R, Relation.LT, sp.Integer(1))))
    )
    decaying = functools.partial(certified_instance, rate=0.9)
    vanishing = Theorem.of(_NAME, limit, model=decaying).preceded_by(bounded)
    return _decaying_form(), of_norm, _growth_rate(), vanishing


def _growth_rate() -> Theorem:
    """Return limsup ‖Φ‖^(1/n) ≤ r."""
    n, bounded = sp.Symbol("n", integer=True, positive=True), some_bound()
    small, large = (
        side.xreplace({STEPS: n}) ** (1 / n)
        for side in (bounded.proposition.left, bounded.proposition.right)
    )
    chain = (
        start(LimitSuperior(small, n))
        .le(LimitSuperior(large, n), by=bounded.law({STEPS: n}))
        .eq(_R, by=LIMIT_OF_ROOT)
    )
    return Theorem.of(_NAME, chain, model=certified_instance).preceded_by(bounded)
