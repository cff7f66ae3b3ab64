"""A law made from theorems that rest on balls is no surer than they are."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.conditional import (
    absolute_value_by,
    diagonal_norm_by,
    range_of,
)
from gradproof.symbolic.kernel.conditional_forms import (
    cancelled_by,
    norm_by_vectors,
    product_by,
    sector_by,
)
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.enclosed import enclosed_value
from gradproof.symbolic.kernel.laws import (
    NONNEGATIVE_DIFFERENCE,
    SUBMULTIPLICATIVE,
)
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.verdict import Grade

LE, LT = Relation.LE, Relation.LT
D = sp.Symbol("d", integer=True, positive=True)
X, Y, Z = sp.symbols("x y z", real=True)
C = sp.Symbol("c", positive=True)
F, G = sp.symbols("f g", nonnegative=True)
A = sp.MatrixSymbol("A", D, D)
U, V = (sp.MatrixSymbol(name, D, 1) for name in "uv")
ZERO, ONE, TWO = sp.Integer(0), sp.Integer(1), sp.Integer(2)
PHI = ActivationValue("phi", 1, Z)
SLOPES = Diagonal(Elementwise("phi", 1, U))
LOWER = Hypothesis.of(ZERO, LE, PHI, for_all=(Z,))
UPPER = Hypothesis.of(PHI, LE, ONE, for_all=(Z,))
norm = SpectralNorm


def given(left, relation, right):
    left, right = sp.sympify(left), sp.sympify(right)
    chain = start(left)._add(relation, right, assume(Hypothesis.of(left, relation, right)))
    return Theorem.of("given", chain)


SLACK = sp.Rational(22, 7) - sp.pi  # above 0, as balls show


def rough(left, relation, right):
    """Return a theorem that rests on balls: each side has room for 22/7 − π."""
    by = assume(Hypothesis.of(left, relation, right - SLACK))
    chain = start(sp.sympify(left))._add(relation, right - SLACK, by)
    return Theorem.of("rough", chain.le(right, by=enclosed_value()))


def rough_vectors():
    """Return ‖A v‖² ≤ (‖A‖² + 22/7) ‖v‖², where balls show that π < 22/7."""
    above_pi = Theorem.of("t", start(sp.pi).le(sp.Rational(22, 7), by=enclosed_value()))
    image, size, factor = norm(A * V) ** 2, norm(V) ** 2, norm(A) ** 2
    chain = start(image).le(factor * size, by=SUBMULTIPLICATIVE)
    chain = chain.le((factor + sp.pi) * size, by=NONNEGATIVE_DIFFERENCE)
    wider = factor + sp.Rational(22, 7)
    theorem = Theorem.of("t", chain.le(wider * size, by=above_pi.law()))
    return norm_by_vectors(theorem, matrix=A, vector=V, factor=wider)


def at_every_z(left, relation, right):
    """Return a theorem for every z, by balls, from an assumption with room for 22/7 − π."""
    instead = {Z: Y}
    everywhere = Hypothesis.of(
        left.xreplace(instead), relation, (right - SLACK).xreplace(instead), for_all=(Y,)
    )
    chain = start(left)._add(relation, right - SLACK, assume_at(everywhere, {Y: Z}))
    return Theorem.of("rough", chain.le(right, by=enclosed_value()))


def in_sector(**rough_bound):
    bounds = {"lower": LOWER, "upper": UPPER, **rough_bound}
    return sector_by(**bounds, slopes=SLOPES, vector=V)


RESTING_ON_BALLS = {
    "absolute value": lambda: absolute_value_by(rough(ZERO, LE, X)),
    "range, below": lambda: range_of(X, above=given(-1, LT, X), below=rough(X, LT, TWO)),
    "range, above": lambda: range_of(X, above=rough(-ONE, LT, X), below=given(X, LT, TWO)),
    "modulus, above": lambda: modulus_by(X, C, above=rough(-C, LE, X), below=given(X, LE, C)),
    "modulus, below": lambda: modulus_by(X, C, above=given(-C, LE, X), below=rough(X, LE, C)),
    "product, first": lambda: product_by(rough(F, LE, G), given(X, LE, Y)),
    "product, second": lambda: product_by(given(F, LE, G), rough(X, LE, Y)),
    "cancelled": lambda: cancelled_by(rough(F**2, LE, F * G), left=F, right=G),
    "theorem": lambda: rough(X, LE, Y).law(),
    "diagonal": lambda: diagonal_norm_by(at_every_z(sp.Abs(PHI), LE, C)),
    "sector, lower": lambda: in_sector(lower=at_every_z(-C, LE, PHI)),
    "sector, upper": lambda: in_sector(upper=at_every_z(PHI, LE, C)),
    "all vectors": rough_vectors,
}


@pytest.mark.parametrize("which", RESTING_ON_BALLS)
def test_a_law_is_no_surer_than_its_theorems(which):
    assert RESTING_ON_BALLS[which]().grade is Grade.ENCLOSED
