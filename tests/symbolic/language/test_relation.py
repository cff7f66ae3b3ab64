"""Relations compose like the comparisons of numbers; propositions and hypotheses substitute."""

from __future__ import annotations

import itertools
import operator

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.language.expressions import ActivationValue, SpectralNorm, State
from gradproof.symbolic.language.relation import (
    Hypothesis,
    Proposition,
    Relation,
    check_definition,
    invertibility,
    satisfies_assumptions,
    whole_state,
)

COMPARE = {
    Relation.EQ: operator.eq,
    Relation.LE: operator.le,
    Relation.LT: operator.lt,
    Relation.GE: operator.ge,
    Relation.GT: operator.gt,
}
NUMBERS = range(4)
D = sp.Symbol("d", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
X, Y = sp.symbols("x y", real=True)
W = sp.MatrixSymbol("W", D, D)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(Relation, repeat=2)))
def test_a_composed_relation_is_the_strongest_that_holds_for_all_numbers(first, second):
    triples = [
        (a, c)
        for a, b, c in itertools.product(NUMBERS, repeat=3)
        if COMPARE[first](a, b) and COMPARE[second](b, c)
    ]
    holding = [r for r in Relation if all(COMPARE[r](a, c) for a, c in triples)]
    composed = first.then(second)
    assert (composed in holding) if composed is not None else not holding
    assert composed is None or all(composed.implies(weaker) for weaker in holding)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(Relation, repeat=2)))
def test_implication_and_flipping_are_those_of_numbers(first, second):
    pairs = list(itertools.product(NUMBERS, repeat=2))
    implied = all(COMPARE[second](a, b) for a, b in pairs if COMPARE[first](a, b))
    assert first.implies(second) == implied
    assert all(COMPARE[first](a, b) == COMPARE[first.flipped](b, a) for a, b in pairs)
    assert first.is_downward == (first in (Relation.GE, Relation.GT))


def test_symbols_are_replaced_all_at_once():
    swapped = Proposition(X, Relation.LE, Y).substitute({X: Y, Y: X})
    assert swapped == Proposition(Y, Relation.LE, X)


def test_a_value_keeps_what_its_symbol_was_declared_with():
    positive = sp.Symbol("c", positive=True)
    assert satisfies_assumptions(positive, sp.Integer(2))
    assert not satisfies_assumptions(positive, sp.Integer(0))
    assert not satisfies_assumptions(positive, X)
    assert satisfies_assumptions(W, W.T)
    assert not satisfies_assumptions(W, sp.MatrixSymbol("V", D, 1))
    assert not satisfies_assumptions(W, X)
    assert satisfies_assumptions(W, sp.MatrixSymbol("V", 3, 3), {D: sp.Integer(3)})


def test_sizes_are_symbols_of_a_proposition():
    assert D in Proposition(SpectralNorm(W), Relation.LE, X).free_symbols


def test_a_quantified_hypothesis_is_closed():
    slope = sp.Abs(ActivationValue("phi", 1, X))
    hypothesis = Hypothesis.of(slope, Relation.LE, Y, for_all=(X,))
    assert str(hypothesis) == "|φ′(x)| ≤ y for all x"
    assert hypothesis.free_symbols == {Y}
    assert hypothesis.substitute({X: Y + 1}) == hypothesis
    with pytest.raises(ValueError, match="binds"):
        hypothesis.substitute({Y: X})


def test_a_hypothesis_in_words_follows_what_it_is_about():
    (hypothesis,) = invertibility(W.I)
    V = sp.MatrixSymbol("V", D, D)
    assert str(hypothesis.substitute({W: V})) == "V is invertible"
    assert hypothesis.latex == r"\text{$W$ is invertible}"
    assert not invertibility(W**2 + W.T, X)


@pytest.mark.parametrize(
    ("left", "relation", "right", "problem"),
    [
        (W, Relation.EQ, X, "one side is a matrix"),
        (W, Relation.LT, W, "aren't ordered"),
        (W, Relation.EQ, State("h", N, D), "shapes"),
        (sp.Symbol("c", complex=True), Relation.LE, X, "isn't known to be real"),
        (1 / X, Relation.EQ, X, "has no meaning"),
        ("x", Relation.EQ, X, "is no expression"),
        (X, "=", X, "is no relation"),
    ],
    ids=str,
)
def test_what_has_no_meaning_says_why(left, relation, right, problem):
    assert problem in Proposition(left, relation, right).problem()


def test_a_hypothesis_without_meaning_is_an_input_error():
    with pytest.raises(InputError, match="has no meaning"):
        Hypothesis.of(1 / X, Relation.EQ, Y)


K = sp.Symbol("k", integer=True, positive=True)
H, BEFORE = State("h", K, D), State("h", K - 1, D)


@pytest.mark.parametrize(
    ("left", "right", "variables", "said"),
    [
        (W * BEFORE, BEFORE, (K,), "left is W h_{k−1}; define a state or a pre-activation"),
        (State("h", N, D), BEFORE, (N,), "left has the index n; use a positive integer symbol"),
        (H, State("h", K - 1, D + 1), (K,), "right has shape (d + 1, 1); give shape (d, 1)"),
        (H, State("h", K - 2, D), (K,), "right contains h_{k−2}; use inputs and the states just"),
        (H, BEFORE, (), "variables are (); define for all k"),
    ],
)
def test_what_defines_nothing_is_refused_by_name(left, right, variables, said):
    with pytest.raises(InputError) as refusal:
        check_definition(Proposition(left, Relation.EQ, right), variables)
    assert str(refusal.value).startswith(said)


def test_the_whole_state_is_written_as_a_tuple_from_two_on():
    assert str(whole_state(["h"])) == "the whole state is h"
    assert str(whole_state(["h", "c"])) == "the whole state is (c, h)"
    assert Hypothesis.of(X, Relation.LE, Y).statement == "x ≤ y"
