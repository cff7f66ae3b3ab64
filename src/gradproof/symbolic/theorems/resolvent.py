"""Kreiss's bound: powers that stay bounded bound the resolvent near the unit circle.

K(W) = sup (|z| − 1)‖(zI − W)⁻¹‖ over |z| > 1. Proved here: K(W) ≤ sup ‖Wⁿ‖. The converse,
sup ‖Wⁿ‖ ≤ e d K(W) for W of size d×d (Spijker 1991; Trefethen & Embree 2005, Section 18), isn't.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.conditional import range_of_real
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    HOMOGENEOUS,
    LIMIT_OF_CONSTANT,
    NONNEGATIVE_DIFFERENCE,
    SUBMULTIPLICATIVE,
    TRIANGLE,
    RewritingLaw,
)
from gradproof.symbolic.kernel.sequence_laws import limit_above_constant
from gradproof.symbolic.language.expressions import LimitSuperior, SpectralNorm
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation

__all__ = ["kreiss"]

_D = sp.Symbol("d", integer=True, positive=True)
_N = sp.Symbol("n", integer=True, nonnegative=True)
_J = sp.Symbol("m", integer=True, nonnegative=True)
_W, _R = (sp.MatrixSymbol(name, _D, _D) for name in "WR")
_Z = sp.Symbol("z", complex=True)
_P = sp.Symbol("p", positive=True)
_M = sp.Symbol("M", positive=True)


def _bounded_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw W = S Q S⁻¹ with ‖Q‖ ≤ 1, so that ‖Wⁿ‖ ≤ ‖S‖‖S⁻¹‖, and z outside the circle."""
    d = int(generator.integers(1, 4))
    S, Q = generator.normal(size=(2, d, d))
    W = S @ (Q / np.linalg.norm(Q, 2)) @ np.linalg.inv(S)
    p = float(10 ** generator.uniform(-2, 0.5))
    z = complex((1 + p) * np.exp(2j * np.pi * generator.random()))
    return {
        _D: d,
        _W: W,
        _M: float(np.linalg.cond(S, 2)) * (1 + generator.random()),
        _P: p,
        _Z: z,
        _R: np.linalg.inv(z * np.eye(d) - W),
    }


@functools.cache
def kreiss() -> Theorem:
    """Return (|z| − 1)‖R‖ ≤ M where ‖Wⁿ‖ ≤ M for all n, with R = (zI − W)⁻¹ and |z| = 1 + p > 1.

    >>> print(kreiss(), "given", *map(str, kreiss().conditions), sep="; ")
    p ‖R‖ ≤ M; given; |z| = p + 1; (z I − W) R = I; ‖Wᵐ‖ ≤ M for all m
    """
    name, norm, model = "kreiss", SpectralNorm, _bounded_instance
    identity, q = sp.Identity(_D), 1 / (1 + _P)
    powers = Hypothesis.of(norm(_W**_J), Relation.LE, _M, for_all=(_J,))
    outside = Hypothesis.of(sp.Abs(_Z), Relation.EQ, 1 + _P)
    shifted = _Z * identity - _W
    resolvent = Hypothesis.of(sp.MatMul(shifted, _R), Relation.EQ, identity)
    bounded = assume_at(powers, {_J: _N})

    def reached(n: sp.Expr) -> sp.Expr:
        return norm(sp.MatMul(_W**n, _R))

    split = sp.MatAdd(sp.MatMul(shifted, _R), sp.MatMul(_W, _R))
    one_step = Theorem.of(
        name,
        start(reached(_N))
        .eq(q * sp.Abs(_Z) * reached(_N), by=assume(outside))
        .eq(q * norm(sp.MatMul(_Z, _W**_N, _R)), by=HOMOGENEOUS)
        .eq(q * norm(sp.MatMul(_W**_N, split)), by=ALGEBRA)
        .eq(
            q * norm(sp.MatMul(_W**_N, sp.MatAdd(identity, sp.MatMul(_W, _R)))),
            by=assume(resolvent),
        )
        .eq(q * norm(sp.MatAdd(_W**_N, sp.MatMul(_W ** (_N + 1), _R))), by=ALGEBRA)
        .le(q * (norm(_W**_N) + reached(_N + 1)), by=TRIANGLE)
        .le(q * (_M + reached(_N + 1)), by=bounded),
        model=model,
    )

    def bound(n: sp.Expr) -> sp.Expr:
        return q**n * reached(n) + _M / _P * (1 - q**n)

    base = start(norm(_R)).eq(bound(sp.Integer(0)), by=ALGEBRA)

    def step(hypothesis: RewritingLaw) -> Chain:
        return (
            start(norm(_R))
            .le(bound(_N), by=hypothesis)
            .le(q**_N * q * (_M + reached(_N + 1)) + _M / _P * (1 - q**_N), by=one_step.law())
            .eq(bound(_N + 1), by=ALGEBRA)
        )

    proposition = Proposition(norm(_R), Relation.LE, bound(_N))
    unrolled = by_induction(name, _N, proposition, base, step, model=model).preceded_by(one_step)
    decaying = _M / _P + _M * norm(_R) * q**_N
    at_n = Theorem.of(
        name,
        start(norm(_R))
        .le(bound(_N), by=unrolled.law())
        .le(q**_N * norm(_W**_N) * norm(_R) + _M / _P * (1 - q**_N), by=SUBMULTIPLICATIVE)
        .le(q**_N * _M * norm(_R) + _M / _P * (1 - q**_N), by=bounded)
        .le(decaying, by=NONNEGATIVE_DIFFERENCE),
        model=model,
    ).preceded_by(unrolled)
    below_one = Theorem.of("kreiss", start(q).lt(sp.Integer(1), by=range_of_real(_P)))
    limit = Theorem.of(
        name,
        start(norm(_R))
        .eq(LimitSuperior(norm(_R), _N), by=LIMIT_OF_CONSTANT)
        .le(LimitSuperior(decaying, _N), by=at_n.law())
        .eq(_M / _P, by=limit_above_constant(below_one)),
        model=model,
    ).preceded_by(at_n, below_one)
    chain = start(_P * norm(_R)).le(_M, by=limit.law())
    return Theorem.of(name, chain, model=model).preceded_by(limit)
