"""Chains, induction, and theorems as laws."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume, assume_at, define
from gradproof.symbolic.kernel.derivation import Theorem, by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    NORM_OF_IDENTITY,
    SPECTRAL_MAPPING,
    SUBMULTIPLICATIVE,
    TRIANGLE,
)
from gradproof.symbolic.language.expressions import (
    Jacobian,
    SmallestSingularValue,
    SpectralNorm,
    State,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.recurrence import ElmanRecurrence

D = sp.Symbol("d", integer=True, positive=True)
K = sp.Symbol("k", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
X, Y = sp.symbols("x y", real=True)
P, Q = sp.symbols("p q", positive=True)
A, B, C = (sp.MatrixSymbol(name, D, D) for name in "ABC")
norm = SpectralNorm


def submultiplicative():
    chain = start(norm(A * B)).le(norm(A) * norm(B), by=SUBMULTIPLICATIVE)
    return Theorem.of("submultiplicative", chain)


def powers():
    def step(hypothesis):
        return (
            start(norm(sp.MatMul(A, A**N)))
            .le(norm(A) * norm(A**N), by=SUBMULTIPLICATIVE)
            .le(norm(A) ** (N + 1), by=hypothesis)
        )

    proposition = Proposition(norm(A**N), Relation.LE, norm(A) ** N)
    base = start(norm(sp.MatPow(A, 0))).eq(sp.Integer(1), by=NORM_OF_IDENTITY)
    return by_induction("powers", N, proposition, base, step)


def test_a_chain_states_the_relation_of_its_ends():
    strict = assume(Hypothesis.of(norm(A) + norm(B), Relation.LT, P))
    chain = start(norm(A + B)).le(norm(A) + norm(B), by=TRIANGLE).lt(P, by=strict)
    assert str(chain.proposition) == "‖A + B‖ < p"
    theorem = Theorem.of("t", chain)
    assert [str(h) for h in theorem.conditions] == ["‖A‖ + ‖B‖ < p"]
    assert theorem.domains == ("integer d ≥ 1", "p > 0")
    assert len(list(theorem.steps)) == 2


def test_a_chain_goes_down_too():
    chain = start(norm(A) + norm(B)).ge(norm(A + B), by=TRIANGLE)
    assert str(chain.proposition) == "‖A‖ + ‖B‖ ≥ ‖A + B‖"
    with pytest.raises(StepRefusedError, match="can't follow"):
        chain.le(norm(A) + norm(B), by=TRIANGLE)


def test_chains_are_immutable():
    first = start(X + X)
    first.eq(2 * X, by=ALGEBRA)
    assert not first.steps


def test_a_chain_without_a_step_is_no_theorem():
    with pytest.raises(InputError, match="has no step"):
        Theorem.of("t", start(X))


def test_a_theorem_is_a_law_for_its_values():
    law = submultiplicative().law({A: B, B: C})
    assert str(Theorem.of("t", start(norm(B * C)).le(norm(B) * norm(C), by=law))) == (
        "‖B C‖ ≤ ‖B‖ ‖C‖"
    )
    with pytest.raises(StepRefusedError, match="submultiplicative"):
        start(norm(A * B)).le(norm(A) * norm(B), by=law)


def test_a_theorem_acts_on_parts_and_downwards():
    law = submultiplicative().law()
    assert start(1 + P * norm(A * B)).le(1 + P * norm(A) * norm(B), by=law).steps
    assert start(norm(A) * norm(B)).ge(norm(A * B), by=law).steps


def test_a_theorem_with_a_downward_conclusion_is_a_law_too():
    theorem = Theorem.of("t", start(norm(A) * norm(B)).ge(norm(A * B), by=SUBMULTIPLICATIVE))
    assert start(norm(A * B)).le(norm(A) * norm(B), by=theorem.law()).steps
    with pytest.raises(StepRefusedError, match="law “t”"):
        start(norm(A) * norm(B)).le(norm(A * B), by=theorem.law())


def test_hypotheses_travel_through_theorems_and_are_substituted():
    small = assume(Hypothesis.of(norm(A), Relation.LE, P))
    first = Theorem.of("first", start(norm(A)).le(P, by=small))
    second = Theorem.of("second", start(norm(B)).le(Q, by=first.law({A: B, P: Q})))
    assert [str(h) for h in second.conditions] == ["‖B‖ ≤ q"]
    assert second.uses == ("first",)
    assert [s.heading for s in second.preceded_by(first).sections] == ["Lemma: ‖A‖ ≤ p", ""]
    assert second.preceded_by(first).hypotheses == second.hypotheses
    with pytest.raises(InputError, match="isn't used"):
        second.preceded_by(submultiplicative())


def test_induction_holds_for_all_n_and_has_two_sections():
    theorem = powers()
    assert not theorem.hypotheses
    assert [section.heading for section in theorem.sections] == [
        "Base case: n = 0",
        "Induction step: from n to n + 1",
    ]
    third = theorem.law({N: sp.Integer(3)})
    assert start(norm(A**3)).le(norm(A) ** 3, by=third).steps


def test_the_hypotheses_of_both_parts_of_an_induction_stay():
    small = assume(Hypothesis.of(norm(A), Relation.LE, P))

    def step(hypothesis):
        return (
            start(norm(sp.MatMul(A, A**N)))
            .le(norm(A) * norm(A**N), by=SUBMULTIPLICATIVE)
            .le(norm(A) * P**N, by=hypothesis)
            .le(P ** (N + 1), by=small)
        )

    base = start(norm(sp.MatPow(A, 0))).eq(sp.Integer(1), by=NORM_OF_IDENTITY)
    theorem = by_induction("powers", N, Proposition(norm(A**N), Relation.LE, P**N), base, step)
    assert [str(h) for h in theorem.conditions] == ["‖A‖ ≤ p"]


def test_an_induction_that_returns_no_chain_is_refused():
    with pytest.raises(InputError, match="give a chain"):
        by_induction(
            "t", N, Proposition(X, Relation.EQ, X), start(X).eq(X, by=ALGEBRA), lambda _: None
        )


def test_an_equation_serves_in_both_directions_an_inequality_in_one():
    equation = assume(Hypothesis.of(X, Relation.EQ, Y))
    assert start(Y).eq(X, by=equation).steps
    inequality = assume(Hypothesis.of(X, Relation.LE, Y))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(Y).le(X, by=inequality)


def test_a_quantified_hypothesis_and_one_in_words_are_no_laws():
    with pytest.raises(InputError, match="no formula for one case"):
        assume(Hypothesis("A is normal"))
    with pytest.raises(InputError, match="no formula for one case"):
        assume(Hypothesis.of(X, Relation.LE, Y, for_all=(X,)))


def test_a_definition_unfolds_above_the_differentiated_index_only():
    def h(k):
        return State("h", k, D)

    law = define(h(K), A * h(K - 1))
    above = start(Jacobian(h(K + 1), h(K))).eq(Jacobian(A * h(K), h(K)), by=law)
    theorem = Theorem.of("t", above)
    assert [str(d) for d in theorem.definitions] == ["h_k = A h_{k−1} for all k ≥ 1"]
    assert not theorem.conditions
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        start(Jacobian(h(K), h(K))).eq(Jacobian(A * h(K - 1), h(K)), by=law)


def test_the_spectral_mapping_cannot_be_read_as_a_bound():
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        start(norm(A**N)).le(norm(A) ** N, by=SPECTRAL_MAPPING)


def test_a_quantified_hypothesis_serves_one_case_at_a_time():
    k = sp.Symbol("k", integer=True, positive=True)
    n = sp.Symbol("n", integer=True, nonnegative=True)
    mu = sp.Symbol("mu", nonnegative=True)
    cell = ElmanRecurrence("tanh")
    steep = Hypothesis.of(mu, Relation.LE, SmallestSingularValue(cell.slopes(k)), for_all=(k,))
    law = assume_at(steep, {k: n + 1})
    chain = start(mu).le(SmallestSingularValue(cell.slopes(n + 1)), by=law)
    assert chain.hypotheses == {steep}
    with pytest.raises(StepRefusedError):
        start(mu).le(SmallestSingularValue(cell.slopes(n + 2)), by=law)
    for values in ({}, {n: n}, {k: n}, {k: n + 1, n: n}):
        with pytest.raises(InputError, match="values"):
            assume_at(steep, values)
