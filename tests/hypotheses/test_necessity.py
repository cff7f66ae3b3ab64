"""Declarations about conditions: found out where they are wrong, and part of the report."""

import json

import pytest

from gradproof.claims.check import Report, check
from gradproof.claims.claim import claim
from gradproof.errors import InputError
from gradproof.hypotheses.declared import NotKnownToNeed, Without
from gradproof.hypotheses.necessity import Need, examine
from gradproof.render.json import report_as_json
from gradproof.symbolic.theorems.bounds import orthogonal_recurrent_matrix
from gradproof.symbolic.theorems.powers import power_norm_upper, powers_bounded, powers_vanish
from gradproof.verdict import Verdict

ONE = Without("ρ(W) < 1", {"W": [[1]]})
HALF = Without("1 ≤ ρ(W)", {"W": [[0.5]], "n": 1})


def needs(theorems, declared):
    findings, problems = examine(theorems, declared)
    return {(f.theorem, f.condition): f.need for f in findings}, problems


def test_conditions_with_witnesses_are_needed():
    found, problems = needs(powers_vanish(), [ONE, HALF])
    assert set(found.values()) == {Need.NEEDED}
    assert problems == ()


def test_conditions_without_a_declaration_are_unexamined():
    found, problems = needs(powers_vanish(), [ONE])
    assert found[("1 ≤ ‖Wⁿ‖", "1 ≤ ρ(W)")] is Need.UNEXAMINED
    assert problems == ()


def test_a_condition_that_gives_meaning_needs_no_declaration():
    found, _ = needs([power_norm_upper()], [])
    assert found[("‖Wⁿ‖ ≤ c rⁿ", "S is invertible")] is Need.GIVES_MEANING


def test_a_long_condition_is_named_by_its_beginning():
    found, problems = needs(powers_bounded(), [Without("ρ(W) ≤ 1, and …", {"W": [[2]]})])
    assert Need.NEEDED in found.values()
    assert problems == ()


def test_none_known_is_said_where_there_is_no_witness():
    none = NotKnownToNeed("1 ≤ ρ(W)", "none is known")
    found, problems = needs(powers_vanish(), [ONE, none])
    assert found[("1 ≤ ‖Wⁿ‖", "1 ≤ ρ(W)")] is Need.NOT_KNOWN
    assert problems == ()
    _, problems = needs(powers_vanish(), [ONE, HALF, none])
    assert "no condition of a theorem here that has no witness" in problems[0]


def test_one_witness_may_serve_some_of_the_theorems():
    theorems = orthogonal_recurrent_matrix()
    witness = Without("W is real", {"W": [[1.25, 0.75j], [-0.75j, 1.25]]})
    found, problems = needs(theorems, [witness])
    real = [need for (_, condition), need in found.items() if condition == "W is real"]
    assert real == [Need.NEEDED, Need.UNEXAMINED, Need.UNEXAMINED]
    assert problems == ()


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (Without("ρ(W) < 1", {"W": [[0.5]]}), "isn't one"),
        (Without("ρ(W) < 1", {}), "isn't one"),
        (Without("ρ(W) < 1", {"V": [[1]]}), "isn't one"),
        (Without("ρ(W) < 1", {"W": [[1]], "V": [[1]]}), "gives V, which nothing uses"),
        (Without("ρ(W) < 2", {"W": [[1]]}), "no condition"),
        (Without("ρ(W)", {"W": [[1]]}), "no condition"),
        (NotKnownToNeed("ρ(W) < 2", "none"), "no condition"),
    ],
)
def test_wrong_declarations_are_problems(declared, message):
    _, problems = examine(powers_vanish(), [declared])
    assert message in problems[0]


def judged(*necessity, derivation=powers_vanish):
    @claim("Wⁿ → 0 if and only if ρ(W) < 1", derivation=derivation, necessity=necessity)
    def vanish(run):
        return ()

    return check([vanish], profile="quick").claims[0]


def test_a_claim_with_a_wrong_witness_is_undecided():
    assert judged(ONE, HALF).as_declared
    wrong = judged(ONE, Without("1 ≤ ρ(W)", {"W": [[2]], "n": 1}))
    assert wrong.judgement.verdict is Verdict.UNDECIDED
    assert not wrong.as_declared
    assert "the witness against “1 ≤ ρ(W)” isn't one" in wrong.judgement.reason


def test_a_claim_without_theorems_has_no_conditions():
    report = judged(ONE, derivation=None)
    assert report.judgement.verdict is Verdict.UNDECIDED


def test_the_report_lists_the_conditions():
    report = judged(ONE)
    document = json.loads(report_as_json(Report((report,), "quick", 0, 0.0)))
    needed, unexamined = document["claims"][0]["conditions"]
    assert needed["need"] == "needed"
    assert needed["witness"]["values"] == {"W": "[[1]]"}
    assert unexamined == {
        "theorem": "1 ≤ ‖Wⁿ‖",
        "condition": "1 ≤ ρ(W)",
        "need": "unexamined",
        "reason": "no witness is declared, nor that none is known",
    }


def test_declarations_are_checked_at_the_door():
    with pytest.raises(InputError, match="necessity"):
        claim("a statement", necessity=["ρ(W) < 1"])
    with pytest.raises(InputError, match="reason"):
        NotKnownToNeed("ρ(W) < 1", " ")
