"""The catalogue holds what is entered, as it is entered."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.source import Source
from gradproof.symbolic.kernel import law as law_module
from gradproof.symbolic.kernel.assumptions import assume, define
from gradproof.symbolic.kernel.law import CATALOGUE, Law, RewritingLaw, enter, least_grade
from gradproof.symbolic.kernel.laws import law_listing
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Jacobian,
    LimitSuperior,
    ScalarDerivative,
    State,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.language.seal import KERNEL
from gradproof.verdict import Grade

EQ, LE, LT = Relation.EQ, Relation.LE, Relation.LT
P, R = sp.symbols("p r", positive=True)
X, Z = sp.symbols("x z", real=True)
K, D = sp.symbols("k d", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
W = sp.MatrixSymbol("W", D, D)
DERIVATIVE = ScalarDerivative(ActivationValue("tanh", 0, Z), Z)
SOURCE = Source("HornJohnson2013", "Section 0.1")


def doubled(term):
    if term == P:
        yield 2 * P


@pytest.fixture
def catalogue(monkeypatch):
    """An empty catalogue in place of the kernel's own."""
    empty = {}
    monkeypatch.setattr(law_module, "CATALOGUE", empty)
    return empty


def test_a_rule_is_entered_under_its_name(catalogue):
    law = enter("doubling", "p ≤ 2 p", SOURCE, LE)(doubled)
    assert list(catalogue) == ["doubling"]
    assert catalogue["doubling"] is law
    assert (law.name, law.statement, law.source) == ("doubling", "p ≤ 2 p", SOURCE)
    assert (law.relation, law.is_of_kernel, law.grade) == (LE, True, Grade.EXACT)
    assert (law.hypotheses, law.uses) == (frozenset(), ())
    assert Step(P + 1, LE, 2 * P + 1, law).law is law
    with pytest.raises(StepRefusedError, match="it gives “≤”, not “=”"):
        Step(P, EQ, 2 * P, law)
    with pytest.raises(StepRefusedError, match="it applies nowhere"):
        Step(R, LE, 2 * R, law)


def test_an_entry_is_an_equation_without_a_source_unless_it_says_more(catalogue):
    law = enter("doubling", "p = 2 p")(doubled)
    assert (law.relation, law.source) == (EQ, None)


@pytest.mark.parametrize("inside", [False, True])
def test_an_entry_acts_inside_derivatives_only_if_it_says_so(catalogue, inside):
    law = enter("doubling", "p = 2 p", inside_derivatives=inside)(doubled)
    assert list(law.rule(P, ())) == [2 * P]
    assert list(law.rule(P, (DERIVATIVE,))) == ([2 * P] if inside else [])
    assert list(enter("doubling", "p = 2 p")(doubled).rule(P, (DERIVATIVE,))) == []


def test_every_entry_is_a_law_of_the_kernel_under_its_own_name():
    assert {name: (law.name, law.is_of_kernel) for name, law in CATALOGUE.items()} == {
        name: (name, True) for name in CATALOGUE
    }


def test_the_listing_names_the_source_where_there_is_one():
    listed = {entry["name"]: entry for entry in law_listing()}
    assert list(listed) == list(CATALOGUE)
    assert listed["the norm is submultiplicative"] == {
        "name": "the norm is submultiplicative",
        "statement": "‖A B‖ ≤ ‖A‖ ‖B‖",
        "source": "HornJohnson2013, Section 5.6, matrix norms: the definition and Theorem 5.6.2",
    }
    assert listed["limit of a constant"] == {
        "name": "limit of a constant",
        "statement": "limsup c = c",
        "source": "",
    }


# --- What every law is ----------------------------------------------------------------------------


def test_a_law_without_the_seal_is_not_of_the_kernel():
    by_hand = RewritingLaw("mine", "0 = 1", rule=lambda term, binders: iter((sp.Integer(1),)))
    assert not by_hand.is_of_kernel
    with pytest.raises(StepRefusedError) as refused:
        Step(sp.Integer(0), EQ, sp.Integer(1), by_hand)
    assert refused.value.law == "mine"
    assert refused.value.reason == "it is no law of the kernel; state it as a hypothesis"
    with pytest.raises(StepRefusedError) as refused:
        Step(X, EQ, X, "algebra")
    assert refused.value.law == "'algebra'"


def test_a_law_that_decides_nothing_says_so():
    with pytest.raises(NotImplementedError):
        Law("empty", "", seal=KERNEL).refuses(X, EQ, X)
    empty = RewritingLaw("empty", "", seal=KERNEL)
    assert empty.relation is EQ
    assert empty.refuses(X, EQ, Z) == "it applies nowhere in the left side"


def test_the_least_grade_counts():
    exact, enclosed = (Law("law", "", grade=g, seal=KERNEL) for g in (Grade.EXACT, Grade.ENCLOSED))
    assumed = Hypothesis.of(X, LE, P)
    assert least_grade() is Grade.EXACT
    assert least_grade(assumed, exact) is Grade.EXACT
    for grounds in ((exact, enclosed), (enclosed, exact), (enclosed, assumed)):
        assert least_grade(*grounds) is Grade.ENCLOSED


def test_a_law_is_proposed_everywhere_at_once():
    law = assume(Hypothesis.of(X, EQ, Z))
    assert law.applied_to(X**2 + X * P) == Z**2 + Z * P


def test_a_definition_may_be_kept_to_what_is_differentiated():
    def h(k):
        return State("h", k, D)

    law = define(h(K), W * h(K - 1))
    restricted = law.where_differentiated()
    both = h(K + 1) * h(K + 1).T * Jacobian(h(K + 1), h(K))
    moved = Jacobian(W * h(K), h(K))
    assert restricted.applied_to(both) == h(K + 1) * h(K + 1).T * moved
    everywhere = sp.MatMul(W, h(K), sp.Transpose(sp.MatMul(W, h(K))), moved)
    assert law.refuses(both, EQ, everywhere) is None
    assert restricted.refuses(both, EQ, everywhere) is not None
    assert restricted.is_of_kernel
    assert (restricted.name, restricted.hypotheses) == (law.name, law.hypotheses)
    assert not list(restricted.rule(h(K + 1), ()))
    assert not list(restricted.rule(h(K + 1), (DERIVATIVE,)))
    assert not list(restricted.rule(h(K), (Jacobian(h(K + 1), h(K)),)))


def test_a_hypothesis_about_one_index_stays_outside_its_limit():
    law = assume(Hypothesis.of(R, LE, P / (N + 1)))
    over_n = (LimitSuperior(R**N, N),)
    assert list(law.rule(R, over_n)) == [P / (N + 1)]
    assert list(law._guarded(R, over_n)) == []
    assert list(law._guarded(R, ())) == [P / (N + 1)]
    other = assume(Hypothesis.of(R, LE, P))
    assert list(other._guarded(R, over_n)) == [P]
