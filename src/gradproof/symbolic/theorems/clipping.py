"""Clipping of a gradient: it bounds the norm and keeps the direction."""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import HOMOGENEOUS
from gradproof.symbolic.language.expressions import SpectralNorm
from gradproof.symbolic.language.relation import Hypothesis, Relation

__all__ = ["gradient_clipping"]

_D = sp.Symbol("d", integer=True, positive=True)
_C, _MU = sp.symbols("c mu", positive=True)
_G = sp.MatrixSymbol("g", _D, 1)


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
