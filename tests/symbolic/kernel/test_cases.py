"""The rule of cases: all pieces are needed, none may be restricted, and hypotheses stay."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.cases import between, by_cases
from gradproof.symbolic.kernel.conditional import range_of_real
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.enclosed import enclosed_value
from gradproof.symbolic.kernel.real_functions import POSITIVE_NUMBER
from gradproof.symbolic.language.expressions import ActivationValue, ScalarDerivative
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.verdict import Grade

Z, X = sp.symbols("z x", real=True)
P, R = sp.symbols("p r", positive=True)
Q = sp.Symbol("q", negative=True)
ZERO, ONE = sp.Integer(0), sp.Integer(1)
GE, LE, LT = Relation.GE, Relation.LE, Relation.LT


def square(z):
    """Return |z|(1 + |z|) ≥ 0 for one piece."""
    value = sp.Abs(z) * (1 + sp.Abs(z))
    chain = start(value + ONE).ge(ONE, by=range_of_real(z if z.free_symbols else Z))
    return Theorem.of("square", chain)


SHIFTED = Proposition(sp.Abs(Z) * (1 + sp.Abs(Z)) + ONE, GE, ONE)


def cases(*pieces):
    return [square(piece) for piece in pieces]


@pytest.mark.parametrize("first", [Q, -P], ids=str)
def test_three_pieces_make_the_real_line(first):
    value = sp.Abs(first) * (1 + sp.Abs(first)) + ONE
    below = Theorem.of("square", start(value).ge(ONE, by=range_of_real(Q if first == Q else P)))
    theorem = by_cases("square", Z, SHIFTED, [below, *cases(ZERO, P)])
    assert theorem.proposition == SHIFTED
    assert theorem.domains == ("real z",)
    assert [section.heading for section in theorem.sections] == [
        f"Case z < 0: z = {text(first)}, {'q < 0' if first == Q else 'p > 0'}",
        "Case z = 0",
        "Case z > 0: z = p, p > 0",
    ]
    assert attack([theorem], trials=20, seed=0).counterexample is None


@pytest.mark.parametrize(
    ("pieces", "cuts", "problem"),
    [
        ((Q, P), (0,), "are 2"),
        ((Q, ZERO), (0,), "are 2"),
        ((P, ZERO, P), (0,), "hold"),  # z > 0 twice, z < 0 never
        ((Q, ONE, P), (0,), "hold"),  # another point
        ((Q, ZERO, 1 + P), (0,), "hold"),  # 0 < z ≤ 1 is left out
        ((Q - 1, ZERO, P), (0,), "hold"),
        ((Q, ZERO, R + P), (0,), "hold"),
        ((Q, ZERO, 2 * P), (0,), "hold"),  # every value, but not of the form that is recognised
        ((Q, ZERO, P), (), "are"),
        ((Q, ZERO, P), (1,), "hold"),
        ((Q, ZERO, between(0, 1, P), ONE, 1 + P), (1, 0), "increase"),
        ((Q, ZERO, between(0, 1, P), ONE, 1 + P), (0, 0), "increase"),
    ],
    ids=str,
)
def test_pieces_that_leave_something_out_are_refused(pieces, cuts, problem):
    found = []
    for piece in pieces:
        symbols = piece.free_symbols
        if len(symbols) > 1:
            by = assume(Hypothesis.of(quartic(piece), GE, ZERO))
        else:
            by = range_of_real(next(iter(symbols), Z))
        found.append(Theorem.of("quartic", start(quartic(piece)).ge(ZERO, by=by)))
    with pytest.raises(InputError, match=problem):
        by_cases("quartic", Z, Proposition(quartic(Z), GE, ZERO), found, cuts=cuts)


def quartic(z):
    return z**4 + z + 1


def test_the_same_proposition_needs_its_three_pieces_only():
    found = [
        Theorem.of("quartic", start(quartic(z)).ge(ZERO, by=range_of_real(symbol)))
        for z, symbol in ((Q, Q), (ZERO, Z), (P, P))
    ]
    assert (
        by_cases("quartic", Z, Proposition(quartic(Z), GE, ZERO), found).hypotheses == frozenset()
    )


def positive_given(z, given):
    return Theorem.of("positive", start(z).ge(ZERO, by=assume(given)))


def test_a_case_that_assumes_something_of_its_symbol_is_refused():
    # q ≥ 0 is never met by q < 0: without this rule z ≥ 0 would hold for every z.
    theorems = [
        positive_given(Q, Hypothesis.of(Q, GE, ZERO)),
        Theorem.of("positive", start(ZERO).ge(ZERO, by=range_of_real(Z))),
        Theorem.of("positive", start(P).ge(ZERO, by=range_of_real(P))),
    ]
    with pytest.raises(InputError, match="assume something of q"):
        by_cases("positive", Z, Proposition(Z, GE, ZERO), theorems)


def test_hypotheses_of_every_case_are_kept():
    two = sp.Integer(2)
    given = {piece: Hypothesis.of(X, LE, number) for number, piece in enumerate((Q, ZERO, P))}
    theorems = []
    for piece, hypothesis in given.items():
        bounded = hypothesis.proposition.right - piece**2
        chain = start(X - piece**2).le(bounded, by=assume(hypothesis))
        by = range_of_real(piece if piece.free_symbols else Z)
        theorems.append(Theorem.of("kept", chain.le(two, by=by)))
    theorem = by_cases("kept", Z, Proposition(X - Z**2, LE, two), theorems)
    assert theorem.hypotheses == frozenset(given.values())


def test_a_hypothesis_about_z_itself_is_refused():
    # x ≤ z ≤ 5 for one z gives x − p² ≤ 5 for every p; the z split is another one.
    five, theorems = sp.Integer(5), []
    for piece in (Q, ZERO, P):
        chain = (
            start(X - piece**2)
            .le(Z - piece**2, by=assume(Hypothesis.of(X, LE, Z)))
            .le(five - piece**2, by=assume(Hypothesis.of(Z, LE, five)))
        )
        by = range_of_real(piece if piece.free_symbols else Z)
        theorems.append(Theorem.of("t", chain.le(five, by=by)))
    with pytest.raises(InputError, match="assume something about z"):
        by_cases("t", Z, Proposition(X - Z**2, LE, five), theorems)


def test_the_symbol_of_a_case_may_not_stand_in_the_proposition():
    # For the case z > 0 it would read 0 < p² + p, for z = p alone.
    theorems = [Theorem.of("t", start(ZERO).lt(z**2 + P, by=POSITIVE_NUMBER)) for z in (Q, ZERO, P)]
    with pytest.raises(InputError, match="assume something of p"):
        by_cases("t", Z, Proposition(ZERO, LT, Z**2 + P), theorems)


def test_a_restricted_symbol_is_no_piece():
    restricted = sp.Symbol("p", positive=True, integer=True)
    given = Hypothesis.of(restricted**2 + 1, GE, ONE)
    last = Theorem.of("t", start(restricted**2 + 1).ge(ONE, by=assume(given)))
    others = [Theorem.of("t", start(z**2 + 1).ge(ONE, by=range_of_real(z))) for z in (Q,)]
    point = Theorem.of("t", start(ONE).ge(ONE, by=range_of_real(Z)))
    with pytest.raises(InputError, match="hold"):
        by_cases("t", Z, Proposition(Z**2 + 1, GE, ONE), [*others, point, last])


@pytest.mark.parametrize("z", [P, sp.Symbol("z"), sp.Symbol("z", integer=True), Z + 1], ids=str)
def test_only_a_plain_real_symbol_is_split(z):
    with pytest.raises(InputError, match="declared real"):
        by_cases("t", z, SHIFTED, cases(Q, ZERO, P))


def test_a_bound_symbol_is_not_split():
    derivative = ScalarDerivative(ActivationValue("tanh", 0, Z), Z)
    with pytest.raises(InputError):
        by_cases("t", Z, Proposition(derivative**2 + 1, GE, ONE), cases(Q, ZERO, P))


def test_a_weaker_relation_is_not_enough():
    strict = Proposition(SHIFTED.left, Relation.GT, ONE)
    with pytest.raises(InputError, match="hold"):
        by_cases("square", Z, strict, cases(Q, ZERO, P))


def test_look_alikes_are_refused():
    with pytest.raises(InputError, match="give theorems"):
        by_cases("t", Z, SHIFTED, [SHIFTED, SHIFTED, SHIFTED])
    with pytest.raises(InputError, match="give a Proposition"):
        by_cases("t", Z, "z", cases(Q, ZERO, P))


def test_the_grade_is_the_least_of_the_cases():
    by_balls = Theorem.of("t", start(ONE).ge(ONE / 2, by=enclosed_value()))
    assert by_balls.grade is Grade.ENCLOSED
    half = ONE / 2
    others = [Theorem.of("t", start(z**2 + 1).ge(half, by=range_of_real(z))) for z in (Q, P)]
    theorem = by_cases("t", Z, Proposition(Z**2 + 1, GE, half), [others[0], by_balls, others[1]])
    assert theorem.grade is Grade.ENCLOSED


@pytest.mark.parametrize(("lower", "upper"), [(-1, 1), (0, 3), (-2, sp.Rational(-1, 3))])
def test_between_runs_through_the_open_interval(lower, upper):
    piece = between(lower, upper, P)
    assert sp.limit(piece, P, 0) == lower
    assert sp.limit(piece, P, sp.oo) == upper
    assert sp.cancel(sp.diff(piece, P)).is_positive


def test_what_holds_by_cases_survives_numbers():
    theorem = by_cases("square", Z, SHIFTED, cases(Q, ZERO, P))
    assert find_counterexample(theorem.proposition, trials=30) is None
