"""Products of diag(e_k) W for a word of slopes e_1, …, e_p that is repeated: how fast they grow.

With the product A of one word, ρ(A)^(1/p) bounds the growth rate over all slopes from below, the
joint spectral radius of {diag(e) W: α ≤ e_i ≤ β}. It never exceeds what a certificate of
:func:`~gradproof.symbolic.theorems.slope_sequences.sector_of_slopes` says from above.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    EMPTY_PRODUCT,
    HOMOGENEOUS,
    LIMIT_OF_CONSTANT,
    LIMIT_OF_ROOT,
    NEWEST_FACTOR_LEFT,
    TRIANGLE,
    RewritingLaw,
)
from gradproof.symbolic.language.expressions import (
    Diagonal,
    LimitSuperior,
    OrderedProduct,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.powers import gelfand, power_norm_lower
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence, K
from gradproof.symbolic.theorems.slope_sequences import (
    LONGEST,
    RATE,
    certified_instance,
    factors,
    product,
    slopes,
    some_bound,
)

__all__ = [
    "PERIOD",
    "WORD",
    "factor_between",
    "repeating",
    "word",
    "word_below_certificate",
    "word_power",
]

_CELL = ElmanRecurrence("phi")
_D, _W = _CELL.d, _CELL.W
_J = sp.Symbol("j", integer=True, nonnegative=True)
_COUNT = sp.Symbol("n", integer=True, positive=True)

_L, _F, _G, _R = (sp.MatrixSymbol(name, _D, _D) for name in "LFGR")
_WEIGHT, _OTHER, _BOUND = sp.symbols("lambda mu c", nonnegative=True)

#: The length of a word of slopes, and its product.
PERIOD = sp.Symbol("p", integer=True, positive=True)
WORD = sp.MatrixSymbol("A", _D, _D)


def word() -> Hypothesis:
    """Return the hypothesis A = diag(e_{t+p}) W ⋯ diag(e_{t+1}) W: A is the product of one word."""
    return Hypothesis.of(WORD, Relation.EQ, product(PERIOD))


def repeating() -> Hypothesis:
    """Return the hypothesis e_{t+k+p} = e_{t+k} for all k."""
    later, earlier = slopes(T_START + K + PERIOD), slopes(T_START + K)
    return Hypothesis.of(later, Relation.EQ, earlier, for_all=(K,))


def _repeating_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw W, t and a word of slopes in [0, 1], and repeat it."""
    d, p, t = (int(size) for size in generator.integers(1, 4, size=3))
    drawn = generator.uniform(0, 1, size=(p, d, 1))
    W = generator.normal(size=(d, d))
    A = np.eye(d)
    for k in range(t + 1, t + p + 1):
        A = drawn[k % p] * W @ A
    values: dict[sp.Basic, object] = {slopes(sp.Integer(k)): drawn[k % p] for k in range(LONGEST)}
    return values | {_D: d, PERIOD: p, T_START: t, _W: W, WORD: A}


def _split() -> Theorem:
    """Return ∏_{k=t+1}^{t+p+j} = ∏_{k=t+p+1}^{t+p+j} ∏_{k=t+1}^{t+p}, by induction on j."""
    t, p, j = T_START, PERIOD, _J

    def parts(length: sp.Expr) -> sp.MatrixExpr:
        return sp.MatMul(factors(t + p + 1, t + p + length), product(p))

    base = start(product(p)).eq(parts(sp.Integer(0)), by=EMPTY_PRODUCT)

    def step(hypothesis: RewritingLaw) -> Chain:
        newest = sp.MatMul(Diagonal(slopes(t + p + j + 1)), _W)
        return (
            start(product(p + j + 1))
            .eq(sp.MatMul(*newest.args, product(p + j)), by=NEWEST_FACTOR_LEFT)
            .eq(sp.MatMul(*newest.args, *parts(j).args), by=hypothesis)
            .eq(parts(j + 1), by=NEWEST_FACTOR_LEFT)
        )

    proposition = Proposition(product(p + j), Relation.EQ, parts(j))
    return by_induction("word_power", j, proposition, base, step)


def _shifted() -> Theorem:
    """Return ∏_{k=t+p+1}^{t+p+j} = ∏_{k=t+1}^{t+j} for slopes that repeat."""
    t, p, j = T_START, PERIOD, _J

    def later(length: sp.Expr) -> OrderedProduct:
        return factors(t + p + 1, t + p + length)

    base = (
        start(later(sp.Integer(0)))
        .eq(sp.Identity(_D), by=EMPTY_PRODUCT)
        .eq(product(sp.Integer(0)), by=EMPTY_PRODUCT)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        newest = Diagonal(slopes(t + p + j + 1))
        return (
            start(later(j + 1))
            .eq(sp.MatMul(newest, _W, later(j)), by=NEWEST_FACTOR_LEFT)
            .eq(sp.MatMul(newest, _W, product(j)), by=hypothesis)
            .eq(
                sp.MatMul(Diagonal(slopes(t + j + 1)), _W, product(j)),
                by=assume_at(repeating(), {K: j + 1}),
            )
            .eq(product(j + 1), by=NEWEST_FACTOR_LEFT)
        )

    proposition = Proposition(later(j), Relation.EQ, product(j))
    return by_induction("word_power", j, proposition, base, step, model=_repeating_instance)


@functools.cache
def word_power() -> tuple[Theorem, ...]:
    """Return Aⁿ as the product over n repetitions of a word, and ρ(A)ⁿ as a bound of its norm.

    >>> for theorem in word_power():
    ...     print(theorem)
    ∏_{k=t+1}^{t+np} [diag(e_k) W] = Aⁿ
    ρ(A)ⁿ ≤ ‖∏_{k=t+1}^{t+np} [diag(e_k) W]‖
    """
    name, model, n, p = "word_power", _repeating_instance, STEPS, PERIOD
    split, shifted, is_word = _split(), _shifted(), assume(word())
    base = (
        start(product(sp.Integer(0)))
        .eq(sp.Identity(_D), by=EMPTY_PRODUCT)
        .eq(sp.MatPow(WORD, 0), by=ALGEBRA)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        later = factors(T_START + p + 1, T_START + p + n * p)
        return (
            start(product(n * p + p))
            .eq(sp.MatMul(later, product(p)), by=split.law({_J: n * p}))
            .eq(sp.MatMul(product(n * p), product(p)), by=shifted.law({_J: n * p}))
            .eq(sp.MatMul(product(n * p), WORD), by=is_word)
            .eq(sp.MatPow(WORD, n + 1), by=hypothesis)
        )

    proposition = Proposition(product(n * p), Relation.EQ, sp.MatPow(WORD, n))
    power = by_induction(name, n, proposition, base, step, model=model)
    power = power.preceded_by(split, shifted)
    chain = (
        start(SpectralRadius(WORD) ** n)
        .le(SpectralNorm(sp.MatPow(WORD, n)), by=power_norm_lower().law({_W: WORD}))
        .eq(SpectralNorm(product(n * p)), by=power.law())
    )
    return power, Theorem.of(name, chain, model=model)


@functools.cache
def word_below_certificate() -> Theorem:
    """Return ρ(A) ≤ r for the product A of a word of p slopes, r^(1/p) being a certified rate.

    That is the conclusion of :func:`~gradproof.symbolic.theorems.slope_sequences.sector_of_slopes`
    about the word, repeated for ever.

    >>> print(word_below_certificate())
    ρ(A) ≤ r
    """
    n, p, radius = _COUNT, PERIOD, SpectralRadius(WORD)
    power, _ = word_power()
    (lower, _), of_norm = gelfand(), some_bound()
    powers, along = (SpectralNorm(m) ** (1 / n) for m in (sp.MatPow(WORD, n), product(n * p)))
    bounded = of_norm.law({STEPS: n * p, RATE: RATE ** (1 / p)})
    bound = of_norm.proposition.right.xreplace({STEPS: n}) ** (1 / n)
    chain = (
        start(radius)
        .eq(LimitSuperior(radius, n), by=LIMIT_OF_CONSTANT)
        .le(LimitSuperior(powers, n), by=lower.law({_W: WORD}))
        .eq(LimitSuperior(along, n), by=power.law({STEPS: n}))
        .le(LimitSuperior(bound, n), by=bounded)
        .eq(RATE, by=LIMIT_OF_ROOT)
    )
    return Theorem.of("word_below_certificate", chain, model=_certified_word)


def _certified_word(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw a certificate for slopes in [α, β], and a word of these."""
    drawn = certified_instance(generator)
    p, W = int(generator.integers(1, 4)), np.asarray(drawn[_W])
    A = np.eye(len(W))
    for k in range(1, LONGEST):
        e = drawn[slopes(sp.Integer((k - 1) % p + 1))]
        drawn[slopes(sp.Integer(k))] = e
        A = np.asarray(e) * W @ A if k <= p else A
    rate = float(np.asarray(drawn[RATE])) ** p
    return drawn | {T_START: 0, PERIOD: p, WORD: A, RATE: rate}


def _between_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d, weight = int(generator.integers(1, 4)), float(generator.uniform())
    L, F, G, R = generator.normal(size=(4, d, d))
    bound = max(np.linalg.norm(L @ factor @ R, 2) for factor in (F, G))
    drawn = dict(zip((_L, _F, _G, _R), (L, F, G, R), strict=True))
    return drawn | {_D: d, _WEIGHT: weight, _OTHER: 1 - weight, _BOUND: float(bound)}


@functools.cache
def factor_between() -> tuple[Theorem, Theorem]:
    """Return that ‖L (λF + μG) R‖ is at most λ‖L F R‖ + μ‖L G R‖, and ≤ c where both norms are.

    The second for λ + μ = 1: of all factors between F and G none makes a product longer than both.

    >>> for theorem in factor_between():
    ...     print(theorem)
    ‖L (λ F + μ G) R‖ ≤ λ ‖L F R‖ + μ ‖L G R‖
    ‖L (λ F + μ G) R‖ ≤ c
    """
    name, norm, model = "factor_between", SpectralNorm, _between_instance
    first, second = (sp.MatMul(_L, factor, _R) for factor in (_F, _G))
    between = sp.MatMul(_L, sp.MatAdd(_WEIGHT * _F, _OTHER * _G), _R)
    terms = (sp.MatMul(_WEIGHT, *first.args), sp.MatMul(_OTHER, *second.args))
    convex = _WEIGHT * norm(first) + _OTHER * norm(second)
    chain = (
        start(norm(between))
        .eq(norm(sp.MatAdd(*terms)), by=ALGEBRA)
        .le(norm(terms[0]) + norm(terms[1]), by=TRIANGLE)
        .eq(convex, by=HOMOGENEOUS)
    )
    of_norms = Theorem.of(name, chain, model=model)
    small = [assume(Hypothesis.of(norm(m), Relation.LE, _BOUND)) for m in (first, second)]
    weights = assume(Hypothesis.of(_WEIGHT + _OTHER, Relation.EQ, sp.Integer(1)))
    bounded = (
        start(norm(between))
        .le(convex, by=of_norms.law())
        .le(_WEIGHT * _BOUND + _OTHER * norm(second), by=small[0])
        .le(_WEIGHT * _BOUND + _OTHER * _BOUND, by=small[1])
        .eq((_WEIGHT + _OTHER) * _BOUND, by=ALGEBRA)
        .eq(_BOUND, by=weights)
    )
    return of_norms, Theorem.of(name, bounded, model=model)
