"""Evidence: each kind holds, fails with a witness, or stays undecided; parts meet."""

import numpy as np
import pytest
from hypothesis import strategies as st

from gradproof.claims.evidence import (
    EvidenceKind,
    all_of,
    attacked,
    confirmed,
    decided,
    derived,
    enclosed,
    exactly,
    floating,
    refuted,
    rounds_to,
    sampled,
)
from gradproof.claims.run import PROFILES, Run
from gradproof.errors import EmptyArgumentError, InputError
from gradproof.sampling.properties import at_most
from gradproof.spectral.bracket import Enclosure
from gradproof.symbolic.theorems.activations.silu import silu_slope_bound
from gradproof.symbolic.theorems.recurrence import state_jacobian
from gradproof.verdict import Grade, Scope, Verdict, Witness

RUN = Run(PROFILES["quick"], seed=0, claim="test")
WIDE = Enclosure(0.9, 1.1)


def fails():
    raise AssertionError("no")


@pytest.mark.parametrize(
    ("relation", "bound", "verdict"),
    [
        ("<", 1.2, Verdict.HOLDS),
        ("<", 1.1, Verdict.UNDECIDED),
        ("≤", 1.1, Verdict.HOLDS),
        ("<", 0.9, Verdict.FAILS),
        ("≤", 0.9, Verdict.UNDECIDED),
        ("≤", 0.8, Verdict.FAILS),
        (">", 0.8, Verdict.HOLDS),
        (">", 0.9, Verdict.UNDECIDED),
        ("≥", 0.9, Verdict.HOLDS),
        (">", 1.1, Verdict.FAILS),
        ("≥", 1.2, Verdict.FAILS),
        ("≥", 1.1, Verdict.UNDECIDED),
        ("<", 1.0, Verdict.UNDECIDED),
    ],
)
def test_an_enclosure_decides_only_with_all_of_itself(relation, bound, verdict):
    found = enclosed("x", WIDE, relation, bound).judgement
    assert found.verdict is verdict
    assert found.grade is Grade.ENCLOSED
    assert found.scope is Scope.INSTANCE
    assert (found.witness is None) is (verdict is not Verdict.FAILS)


def test_an_unknown_relation_is_refused():
    with pytest.raises(InputError, match="relation"):
        enclosed("x", WIDE, "==", 1.0)


@pytest.mark.parametrize(
    ("lower", "upper", "printed", "verdict"),
    [
        (0.12349, 0.1235, "0.123", Verdict.HOLDS),
        (0.1234, 0.1236, "0.123", Verdict.UNDECIDED),
        (0.1236, 0.1237, "0.123", Verdict.FAILS),
        (-0.5, -0.5, "-0.5", Verdict.HOLDS),
        (0.5, 0.5, "-0.5", Verdict.FAILS),
    ],
)
def test_a_printed_figure_is_within_half_a_unit(lower, upper, printed, verdict):
    assert rounds_to("x", Enclosure(lower, upper), printed).judgement.verdict is verdict


def test_a_derivation_is_exact_and_universal():
    found = derived([state_jacobian()])
    assert found.judgement.verdict is Verdict.HOLDS
    assert found.judgement.grade is Grade.EXACT
    assert found.judgement.scope is Scope.UNIVERSAL
    assert "diag(tanh′(z_k)) W" in found.judgement.reason


def test_a_derivation_is_as_sure_as_its_least_sure_law():
    found = derived([state_jacobian(), silu_slope_bound()])
    assert found.judgement.verdict is Verdict.HOLDS
    assert found.judgement.grade is Grade.ENCLOSED
    assert derived([silu_slope_bound()]).judgement.grade is Grade.ENCLOSED


def test_random_instances_of_a_derivation_are_only_samples():
    found = attacked([state_jacobian()], RUN)
    assert found.judgement.verdict is Verdict.HOLDS
    assert found.judgement.grade is Grade.SAMPLED
    assert found.judgement.about(Scope.UNIVERSAL).verdict is Verdict.UNDECIDED


def test_a_property_that_holds_is_a_sample_and_one_that_fails_has_values():
    def below_hundred(x):
        at_most(x, 100, slack=0, because="integers")

    held = sampled(below_hundred, RUN, x=st.integers(0, 100))
    assert (held.judgement.verdict, held.judgement.grade) == (Verdict.HOLDS, Grade.SAMPLED)
    broken = sampled(below_hundred, RUN, x=st.integers(0, 1000))
    assert (broken.judgement.verdict, broken.judgement.grade) == (Verdict.FAILS, Grade.FLOAT)
    assert broken.judgement.witness.values == {"x": "101"}


def test_a_floating_check_fails_with_its_message():
    assert floating(lambda: None, about="fine").judgement.verdict is Verdict.HOLDS
    found = floating(fails, about="broken").judgement
    assert found.verdict is Verdict.FAILS
    assert "broken: no" in found.witness.shows


def test_parts_meet_at_the_weakest_grade():
    exact, rough = exactly(True, about="a"), floating(lambda: None, about="b")
    assert all_of(exact, rough).judgement.grade is Grade.FLOAT
    assert all_of(exact, floating(fails, about="b")).judgement.verdict is Verdict.FAILS
    assert all_of(exact, enclosed("x", WIDE, "<", 1.0)).judgement.verdict is Verdict.UNDECIDED
    with pytest.raises(EmptyArgumentError):
        all_of()


def test_a_refutation_needs_all_its_parts():
    witness = Witness("look")
    found = refuted(witness, exactly(True, about="a"), exactly(True, about="b")).judgement
    assert (found.verdict, found.grade, found.witness) == (Verdict.FAILS, Grade.EXACT, witness)
    broken = refuted(witness, exactly(True, about="a"), exactly(False, about="b")).judgement
    assert broken.verdict is Verdict.UNDECIDED
    assert "false: b" in broken.reason


def test_a_confirmation_keeps_the_grade_or_takes_the_verdict_away():
    exact = exactly(True, about="a")
    agreed = confirmed(exact, floating(lambda: None, about="seen"))
    assert (agreed.judgement.verdict, agreed.judgement.grade) == (Verdict.HOLDS, Grade.EXACT)
    assert "confirmed: seen" in agreed.judgement.reason
    assert confirmed(exact, floating(fails, about="x")).judgement.verdict is Verdict.UNDECIDED


def test_kinds_follow_grades():
    assert decided(exactly(True, about="a").judgement).kind is EvidenceKind.EXACT
    assert decided(enclosed("x", WIDE, "<", 2.0).judgement).kind is EvidenceKind.ENCLOSURE


def test_seeds_depend_on_run_and_claim_only():
    first = Run(PROFILES["ci"], 1, "a")
    assert first.seed_value == Run(PROFILES["quick"], 1, "a").seed_value
    assert first.seed_value != Run(PROFILES["ci"], 2, "a").seed_value
    assert first.seed_value != Run(PROFILES["ci"], 1, "b").seed_value
    assert np.array_equal(first.generator.normal(size=3), first.generator.normal(size=3))
