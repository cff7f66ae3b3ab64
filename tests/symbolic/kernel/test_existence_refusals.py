"""What the rules of existence say when they refuse, word for word."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.existence import (
    Existence,
    eliminate,
    from_above,
    number_between,
    scaling_near_radius,
    semisimple_scaling,
)
from gradproof.symbolic.kernel.perron_scaling import perron_scaling
from gradproof.symbolic.language.expressions import SpectralNorm
from gradproof.symbolic.language.relation import Hypothesis, Relation

LE, LT = Relation.LE, Relation.LT
D, E = sp.symbols("d e", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
X = sp.Symbol("x", real=True)
R, C = sp.symbols("r c", positive=True)
F, G = sp.symbols("f g", nonnegative=True)
A, B, W, S, M = (sp.MatrixSymbol(name, D, D) for name in "ABWSM")
U, V, COLUMN = (sp.MatrixSymbol(name, D, 1) for name in ("u", "v", "s"))
ONE = sp.Integer(1)
norm = SpectralNorm


def every_r(left=X, c=F):
    law, small = assume(Hypothesis.of(c, LT, R)), assume(Hypothesis.of(left, LE, c))
    return Theorem.of("every r", start(left).le(c, by=small).le(R, by=law))


def above_every_r(relation):
    given_r = assume(Hypothesis.of(F, relation, R))
    return Theorem.of("t", start(F).le(R, by=given_r))


def two_bounds():
    """Return x ≤ r, given f < r and g < r."""
    half = (F + G) / 2
    chain = start(X).le(half, by=assume(Hypothesis.of(X, LE, half)))
    chain = chain.le((F + R) / 2, by=assume(Hypothesis.of(G, LT, R)))
    return Theorem.of("t", chain.le(R, by=assume(Hypothesis.of(F, LT, R))))


def moved():
    """Return x ≤ r, given f < 2 r, which bounds another number than r."""
    chain = start(X).le(F / 2, by=assume(Hypothesis.of(X, LE, F / 2)))
    return Theorem.of("t", chain.le(R, by=assume(Hypothesis.of(F, LT, 2 * R))))


def s_below_m():
    law = assume(Hypothesis.of(norm(S), LE, norm(M)))
    return Theorem.of("t", start(norm(S)).le(norm(M), by=law))


REFUSED_EXISTENCE = [
    (
        lambda: Existence("e", "0 = 1", None, frozenset(), frozenset(), frozenset()),
        "Existence was made by hand; use one of the kernel's",
    ),
    (lambda: number_between(X, G, R), "lower x isn't known to be ≥ 0; give a norm or a radius"),
    (lambda: number_between(F, G, N), "r is n; give a symbol declared positive"),
    (lambda: number_between(R, G, R), "r occurs in r; use a new symbol"),
    (lambda: number_between(F, 2 * R, R), "r occurs in 2 r; use a new symbol"),
    (
        lambda: scaling_near_radius(W, R, W, M, C),
        "S, M don't fit; give two further matrices of the size of W",
    ),
    (lambda: scaling_near_radius(W, R, S, M, F), "c is f; give a symbol declared positive"),
    (lambda: scaling_near_radius(W, R, S, M, R), "c is the symbol r; use a new symbol"),
    (
        lambda: semisimple_scaling(W, S, S, C),
        "S, M don't fit; give two further matrices of the size of W",
    ),
    (lambda: semisimple_scaling(W, S, M, ONE), "c is 1; give a symbol declared positive"),
    (
        lambda: perron_scaling(A * B, ONE, R, S, COLUMN),
        "W, S are no matrix symbols; give matrix symbols",
    ),
    (
        lambda: perron_scaling(W, ONE, R, S * A, COLUMN),
        "W, S are no matrix symbols; give matrix symbols",
    ),
    (
        lambda: perron_scaling(W, ONE, R, S, S),
        "S, s don't fit; give S of the size of W, and a column s of it",
    ),
    (
        lambda: perron_scaling(W, ONE, R, S, S * COLUMN),
        "S, s don't fit; give S of the size of W, and a column s of it",
    ),
    (
        lambda: perron_scaling(W, ONE, R, W, COLUMN),
        "S, s don't fit; give S of the size of W, and a column s of it",
    ),
    (
        lambda: perron_scaling(W, ONE, R, sp.MatrixSymbol("S", E, E), COLUMN),
        "S, s don't fit; give S of the size of W, and a column s of it",
    ),
    (
        lambda: perron_scaling(U, ONE, R, V, COLUMN),
        "S, s don't fit; give S of the size of W, and a column s of it",
    ),
    (lambda: perron_scaling(W, ONE, F, S, COLUMN), "r is f; give a symbol declared positive"),
    (
        lambda: perron_scaling(W, F, R, S, COLUMN),
        "c is f; give a positive number without r, S and s",
    ),
    (
        lambda: perron_scaling(W, 2 * R, R, S, COLUMN),
        "c is 2 r; give a positive number without r, S and s",
    ),
    (
        lambda: perron_scaling(W, 1 + norm(S), R, S, COLUMN),
        "c is ‖S‖ + 1; give a positive number without r, S and s",
    ),
    (
        lambda: perron_scaling(W, 1 + norm(COLUMN), R, S, COLUMN),
        "c is ‖s‖ + 1; give a positive number without r, S and s",
    ),
    (lambda: eliminate("x", number_between(F, G, R), name="t"), "theorem is 'x'; give a theorem"),
    (lambda: eliminate(every_r(), "x", name="t"), "existence is 'x'; use one of the kernel's"),
    (
        lambda: eliminate(every_r(), number_between(F, G, R), name="t"),
        "theorem still mentions r; eliminate them from the conclusion",
    ),
    (
        lambda: eliminate(s_below_m(), scaling_near_radius(W, R, S, M, C), name="t"),
        "theorem still mentions M, S; eliminate them from the conclusion",
    ),
    (lambda: from_above("x", R, name="t"), "theorem is 'x'; give a theorem"),
    (
        lambda: from_above(above_every_r(LE), R, name="t"),
        "theorem is f ≤ r; give a bound by r for all r above a constant",
    ),
    (
        lambda: from_above(every_r(c=X**3), R, name="t"),
        "theorem is x ≤ r; give a bound by r for all r above a constant",
    ),
    (
        lambda: from_above(every_r(), C, name="t"),
        "theorem is x ≤ r; give a bound by c for all c above a constant",
    ),
    (
        lambda: from_above(two_bounds(), R, name="t"),
        "theorem is x ≤ r; give a bound by r for all r above a constant",
    ),
    (
        lambda: from_above(moved(), R, name="t"),
        "theorem is x ≤ r; give a bound by r for all r above a constant",
    ),
]


@pytest.mark.parametrize(
    ("call", "message"), REFUSED_EXISTENCE, ids=[m.split()[0] for _, m in REFUSED_EXISTENCE]
)
def test_what_does_not_exist_is_named(call, message):
    with pytest.raises(InputError) as refused:
        call()
    assert str(refused.value) == message
