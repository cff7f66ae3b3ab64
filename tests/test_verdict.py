"""Laws of verdicts, grades and scopes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.errors import (
    ContradictionError,
    EmptyArgumentError,
    MissingWitnessError,
    UndecidedError,
)
from gradproof.verdict import Grade, Judgement, Scope, Verdict, Witness, join, meet


def judgement(verdict, grade=Grade.EXACT, scope=Scope.UNIVERSAL):
    return Judgement(verdict, grade, scope, f"{verdict.value} {grade.value}", Witness("w"))


judgements = st.builds(judgement, st.sampled_from(Verdict), st.sampled_from(Grade))


def test_undecided_is_no_boolean():
    with pytest.raises(UndecidedError):
        bool(Verdict.UNDECIDED)
    with pytest.raises(UndecidedError):
        bool(judgement(Verdict.UNDECIDED))
    assert bool(judgement(Verdict.HOLDS))
    assert not bool(judgement(Verdict.FAILS))


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("grade", Grade)
def test_nothing_fails_without_a_witness(scope, grade):
    with pytest.raises(MissingWitnessError, match="witness"):
        Judgement(Verdict.FAILS, grade, scope, "no reason")


def test_nothing_exists_without_a_witness():
    with pytest.raises(MissingWitnessError):
        Judgement(Verdict.HOLDS, Grade.EXACT, Scope.EXISTENTIAL, "somewhere")


def test_grades_are_totally_ordered_as_stated():
    order = [Grade.SAMPLED, Grade.FLOAT, Grade.ENCLOSED, Grade.EXACT, Grade.FORMAL]
    assert sorted([order[2], order[4], order[1], order[0], order[3]]) == order
    for low, high in itertools.combinations(order, 2):
        assert low < high
        assert high > low
        assert low <= high
        assert high >= low
        assert not high <= low


def test_rigour_begins_with_enclosures():
    assert {grade for grade in Grade if grade.is_rigorous} == {
        Grade.ENCLOSED,
        Grade.EXACT,
        Grade.FORMAL,
    }


@given(st.lists(judgements, min_size=1, max_size=5))
def test_meet_is_the_weakest_link(parts):
    whole = meet(parts)
    verdicts = {part.verdict for part in parts}
    if verdicts == {Verdict.HOLDS}:
        assert whole.verdict is Verdict.HOLDS
        assert whole.grade is min(part.grade for part in parts)
    elif Verdict.FAILS in verdicts:
        assert whole.verdict is Verdict.FAILS
    else:
        assert whole.verdict is Verdict.UNDECIDED


@given(judgements, st.lists(judgements, min_size=1, max_size=4))
def test_a_further_line_of_the_same_verdict_never_weakens(line, others):
    agreeing = [other for other in others if other.verdict in (line.verdict, Verdict.UNDECIDED)]
    if line.verdict is not Verdict.UNDECIDED:
        whole = join([line, *agreeing])
        assert whole.verdict is line.verdict
        assert whole.grade >= line.grade


@pytest.mark.parametrize(("first", "second"), list(itertools.product(Grade, Grade)))
def test_disagreement_stops_the_run_only_where_both_are_rigorous(first, second):
    lines = [judgement(Verdict.HOLDS, first), judgement(Verdict.FAILS, second)]
    if first.is_rigorous and second.is_rigorous:
        with pytest.raises(ContradictionError):
            join(lines)
    else:
        assert join(lines).verdict is Verdict.UNDECIDED


def test_nothing_can_be_combined_of_nothing():
    for combine in (meet, join):
        with pytest.raises(EmptyArgumentError):
            combine([])


#: verdict about an instance → verdict about the universal and the existential statement
CARRIED = [
    (Scope.INSTANCE, Verdict.HOLDS, Scope.UNIVERSAL, Verdict.UNDECIDED),
    (Scope.INSTANCE, Verdict.FAILS, Scope.UNIVERSAL, Verdict.FAILS),
    (Scope.INSTANCE, Verdict.HOLDS, Scope.EXISTENTIAL, Verdict.HOLDS),
    (Scope.INSTANCE, Verdict.FAILS, Scope.EXISTENTIAL, Verdict.UNDECIDED),
    (Scope.UNIVERSAL, Verdict.HOLDS, Scope.INSTANCE, Verdict.HOLDS),
    (Scope.UNIVERSAL, Verdict.FAILS, Scope.INSTANCE, Verdict.UNDECIDED),
    (Scope.UNIVERSAL, Verdict.HOLDS, Scope.EXISTENTIAL, Verdict.HOLDS),
    (Scope.UNIVERSAL, Verdict.FAILS, Scope.EXISTENTIAL, Verdict.UNDECIDED),
    (Scope.EXISTENTIAL, Verdict.HOLDS, Scope.UNIVERSAL, Verdict.UNDECIDED),
    (Scope.EXISTENTIAL, Verdict.FAILS, Scope.UNIVERSAL, Verdict.FAILS),
    (Scope.EXISTENTIAL, Verdict.HOLDS, Scope.INSTANCE, Verdict.UNDECIDED),
    (Scope.EXISTENTIAL, Verdict.FAILS, Scope.INSTANCE, Verdict.FAILS),
]


@pytest.mark.parametrize(("scope", "verdict", "target", "expected"), CARRIED)
def test_what_carries_over_between_scopes(scope, verdict, target, expected):
    assert judgement(verdict, scope=scope).about(target).verdict is expected


@pytest.mark.parametrize("scope", Scope)
def test_samples_never_prove_a_universal_statement(scope):
    sample = judgement(Verdict.HOLDS, Grade.SAMPLED, scope=Scope.INSTANCE)
    assert sample.about(Scope.UNIVERSAL).verdict is Verdict.UNDECIDED


def test_an_instance_without_witness_proves_no_existence():
    bare = Judgement(Verdict.HOLDS, Grade.EXACT, Scope.INSTANCE, "it holds")
    assert bare.about(Scope.EXISTENTIAL).verdict is Verdict.UNDECIDED


def test_a_witness_cannot_be_changed():
    values = {"W": "[[1]]"}
    witness = Witness("it", values)
    values["W"] = "[[2]]"
    assert witness.values["W"] == "[[1]]"
    with pytest.raises(TypeError):
        witness.values["W"] = "[[3]]"
