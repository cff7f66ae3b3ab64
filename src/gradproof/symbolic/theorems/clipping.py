"""Clipping of a gradient: it bounds the norm, keeps the direction, and is the nearest such vector.

clip(g) = (c/μ) g with μ = max(c, ‖g‖), which is to say c ≤ μ, ‖g‖ ≤ μ and (μ − c)(μ − ‖g‖) = 0.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional_forms import cancelled_by, product_by
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.form_laws import CAUCHY_SCHWARZ
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    HOMOGENEOUS,
    NORM_AS_TRACE,
    TRACE_ALGEBRA,
    RewritingLaw,
)
from gradproof.symbolic.language.expressions import SpectralNorm, Trace
from gradproof.symbolic.language.relation import Hypothesis, Relation

__all__ = [
    "clipping_is_nonexpansive",
    "clipping_is_projection",
    "clipping_keeps_direction",
    "gradient_clipping",
]

_D = sp.Symbol("d", integer=True, positive=True)
_C, _MU, _NU = sp.symbols("c mu nu", positive=True)
_G, _H, _U = (sp.MatrixSymbol(name, _D, 1) for name in "ghu")


def _clipped_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d, c = int(generator.integers(1, 4)), float(generator.uniform(0.1, 2))
    g = generator.normal(size=(d, 1))
    return {_D: d, _C: c, _G: g, _MU: max(c, float(np.linalg.norm(g)))}


def _at_norm_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    drawn = _clipped_instance(generator)
    return {**drawn, _MU: float(np.linalg.norm(np.asarray(drawn[_G])))}


def _at_threshold_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    drawn = _clipped_instance(generator)
    return {**drawn, _MU: drawn[_C]}


@functools.cache
def gradient_clipping() -> tuple[Theorem, ...]:
    """Return what clip(g) = (c/μ) g with μ = max(c, ‖g‖) does, for a threshold c > 0.

    Its norm is at most c, as ‖g‖ ≤ μ; it is c where μ = ‖g‖; and where μ = c nothing changes.
    The direction is that of g, since c/μ > 0.

    >>> for theorem in gradient_clipping():
    ...     print(theorem, "given", *theorem.conditions)
    ‖(c/μ) g‖ ≤ c given ‖g‖ ≤ μ
    ‖(c/μ) g‖ = c given ‖g‖ = μ
    (c/μ) g = g given μ = c
    """
    name, norm = "gradient_clipping", SpectralNorm
    clipped = (_C / _MU) * _G

    def bound(relation: Relation) -> Theorem:
        hypothesis = assume(Hypothesis.of(norm(_G), relation, _MU))
        scaled = start(norm(clipped)).eq(_C / _MU * norm(_G), by=HOMOGENEOUS)
        if relation is Relation.EQ:
            return Theorem.of(name, scaled.eq(_C, by=hypothesis), model=_at_norm_instance)
        return Theorem.of(name, scaled.le(_C, by=hypothesis), model=_clipped_instance)

    at_threshold = assume(Hypothesis.of(_MU, Relation.EQ, _C))
    unchanged = start(clipped).eq(_G, by=at_threshold)
    return (
        bound(Relation.LE),
        bound(Relation.EQ),
        Theorem.of(name, unchanged, model=_at_threshold_instance),
    )


def _minus(left: sp.MatrixExpr, right: sp.MatrixExpr) -> sp.MatrixExpr:
    return sp.MatAdd(left, sp.MatMul(-1, right))


def _inner(left: sp.MatrixExpr, right: sp.MatrixExpr) -> Trace:
    """Return the number leftᵀ right."""
    return Trace(sp.MatMul(sp.Transpose(left), right))


def _variational(
    name: str,
    g: sp.MatrixSymbol,
    mu: sp.Symbol,
    u: sp.MatrixExpr,
    short: RewritingLaw,
) -> Theorem:
    """Return (p − u)ᵀ p ≤ (p − u)ᵀ g for p = (c/μ) g, given a law that turns ‖u‖ into c.

    c/μ ≤ 1 and uᵀg ≤ c‖g‖, so 0 ≤ (1 − c/μ)(c‖g‖ − uᵀg). As (μ − c)(μ − ‖g‖) = 0, c‖g‖ may be
    written (c/μ)‖g‖² there.
    """
    one, norm, p = sp.Integer(1), SpectralNorm, (_C / mu) * g
    above = assume(Hypothesis.of(_C, Relation.LE, mu))
    either = assume(Hypothesis.of((mu - _C) * (mu - norm(g)), Relation.EQ, sp.Integer(0)))
    ratio = Theorem.of(name, start(_C / mu).le(one, by=above), model=_two_clipped_instance)
    inner = _inner(u, g)
    length = start(inner).le(norm(u) * norm(g), by=CAUCHY_SCHWARZ).le(_C * norm(g), by=short)
    angle = Theorem.of(name, length, model=_two_clipped_instance)
    difference, rest = _minus(p, u), (_C / mu**2) * norm(g)
    chain = (
        start(_inner(difference, p))
        .eq(sp.Add(_inner(difference, p), 0, evaluate=False), by=ALGEBRA)
        .le(
            _inner(difference, p) + (1 - _C / mu) * (_C * norm(g) - inner),
            by=product_by(ratio, angle),
        )
        .eq(
            _inner(difference, p)
            + (1 - _C / mu) * (_C / mu * norm(g) ** 2 - inner)
            + rest * ((mu - _C) * (mu - norm(g))),
            by=ALGEBRA,
        )
        .eq(
            _inner(difference, p) + (1 - _C / mu) * (_C / mu * norm(g) ** 2 - inner),
            by=either,
        )
        .eq(
            _inner(difference, p) + (1 - _C / mu) * (_C / mu * _inner(g, g) - inner),
            by=NORM_AS_TRACE,
        )
        .eq(_inner(difference, g), by=TRACE_ALGEBRA)
    )
    theorem = Theorem.of(name, chain, model=_two_clipped_instance)
    return theorem.preceded_by(ratio, angle)


def _two_clipped_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw c and three vectors, long and short ones, u not longer than c.

    c is a power of 2, so that c/μ = 1 without a rounding error where nothing is clipped; no length
    is near c, where 1 − c/μ would be mostly rounding error; and d > 1, since on the line all
    clipped vectors are ±c and so would be every difference of theirs.
    """
    d, c = int(generator.integers(2, 5)), 2.0 ** generator.integers(-3, 2)
    directions = generator.normal(size=(3, d, 1))
    g, h, u = (v / np.linalg.norm(v) for v in directions)
    g, h = (
        v * c * generator.uniform(*(1.1, 4) if generator.random() < 0.5 else (0.1, 0.9))
        for v in (g, h)
    )
    u = u * c * generator.uniform(0, 0.999)
    # Measured as the attack measures it, so that (μ − c)(μ − ‖g‖) is 0 and not a rounding error.
    lengths = [max(c, float(np.linalg.norm(vector, 2))) for vector in (g, h)]
    return {_D: d, _C: c, _G: g, _H: h, _U: u, _MU: lengths[0], _NU: lengths[1]}


@functools.cache
def clipping_is_projection() -> tuple[Theorem, ...]:
    """Return (p − u)ᵀ p ≤ (p − u)ᵀ g for p = clip(g), and so ‖g − p‖ ≤ ‖g − u‖, where ‖u‖ ≤ c.

    Among the real u with ‖u‖ ≤ c, of which p itself is one, p is the nearest to g.

    >>> for theorem in clipping_is_projection():
    ...     print(theorem)
    ((c/μ) g − u)ᵀ ((c/μ) g) ≤ ((c/μ) g − u)ᵀ g
    ‖g − (c/μ) g‖ ≤ ‖g − u‖
    """
    name, norm, ratio = "clipping_is_projection", SpectralNorm, _C / _MU
    p = ratio * _G
    short = assume(Hypothesis.of(norm(_U), Relation.LE, _C))
    variational = _variational(name, _G, _MU, _U, short)
    step, residual, other = _minus(p, _U), _minus(_G, p), _minus(_G, _U)
    chain = (
        start(norm(residual) ** 2)
        .eq(_inner(residual, residual), by=NORM_AS_TRACE)
        .eq((1 - ratio) ** 2 * _inner(_G, _G), by=TRACE_ALGEBRA)
        .eq((1 - 2 * ratio + ratio**2) * _inner(_G, _G), by=ALGEBRA)
        .eq(_inner(residual, other) - _inner(step, _G) + _inner(step, p), by=TRACE_ALGEBRA)
        .le(_inner(residual, other), by=variational.law())
        .le(norm(residual) * norm(other), by=CAUCHY_SCHWARZ)
    )
    squared = Theorem.of(name, chain, model=_two_clipped_instance).preceded_by(variational)
    cancelled = cancelled_by(squared, left=norm(residual), right=norm(other))
    nearest = Theorem.of(
        name, start(norm(residual)).le(norm(other), by=cancelled), model=_two_clipped_instance
    )
    return variational, nearest.preceded_by(squared)


@functools.cache
def clipping_keeps_direction() -> Theorem:
    """Return uᵀclip(g) ‖g‖ = uᵀg ‖clip(g)‖ for every real u: no angle with clip(g) has changed.

    >>> print(clipping_keeps_direction())
    ‖g‖ uᵀ ((c/μ) g) = uᵀ g ‖(c/μ) g‖
    """
    clipped = (_C / _MU) * _G
    chain = (
        start(_inner(_U, clipped) * SpectralNorm(_G))
        .eq(_inner(_U, _G) * (_C / _MU * SpectralNorm(_G)), by=TRACE_ALGEBRA)
        .eq(_inner(_U, _G) * SpectralNorm(clipped), by=HOMOGENEOUS)
    )
    return Theorem.of("clipping_keeps_direction", chain, model=_two_clipped_instance)


@functools.cache
def clipping_is_nonexpansive() -> Theorem:
    """Return ‖clip(g) − clip(h)‖ ≤ ‖g − h‖.

    With p = clip(g) and q = clip(h), (p − q)ᵀ p ≤ (p − q)ᵀ g and (q − p)ᵀ q ≤ (q − p)ᵀ h add up to
    ‖p − q‖² ≤ (p − q)ᵀ (g − h) ≤ ‖p − q‖ ‖g − h‖.

    >>> print(clipping_is_nonexpansive())
    ‖(c/μ) g − (c/ν) h‖ ≤ ‖g − h‖
    """
    name, norm = "clipping_is_nonexpansive", SpectralNorm
    p, q = (_C / _MU) * _G, (_C / _NU) * _H
    sides = []
    for g, mu, other, length, vector in ((_G, _MU, q, _NU, _H), (_H, _NU, p, _MU, _G)):
        within = assume(Hypothesis.of(norm(vector), Relation.LE, length))
        short = Theorem.of(
            name,
            start(norm(other)).eq(_C / length * norm(vector), by=HOMOGENEOUS).le(_C, by=within),
            model=_two_clipped_instance,
        )
        side = _variational(name, g, mu, other, short.law())
        sides.append(side.preceded_by(short))
    there, back = _minus(p, q), _minus(q, p)
    of_g, of_h = (side.law() for side in sides)
    chain = (
        start(norm(there) ** 2)
        .eq(_inner(there, there), by=NORM_AS_TRACE)
        .eq(_inner(there, p) + _inner(back, q), by=TRACE_ALGEBRA)
        .le(_inner(there, _G) + _inner(back, q), by=of_g)
        .le(_inner(there, _G) + _inner(back, _H), by=of_h)
        .eq(_inner(there, _minus(_G, _H)), by=TRACE_ALGEBRA)
        .le(norm(there) * norm(_minus(_G, _H)), by=CAUCHY_SCHWARZ)
    )
    squared = Theorem.of(name, chain, model=_two_clipped_instance).preceded_by(*sides)
    cancelled = cancelled_by(squared, left=norm(there), right=norm(_minus(_G, _H)))
    final = start(norm(there)).le(norm(_minus(_G, _H)), by=cancelled)
    return Theorem.of(name, final, model=_two_clipped_instance).preceded_by(squared)
