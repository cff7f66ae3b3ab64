"""A weakened statement fails, with a witness, or is undecided; it never holds."""

import dataclasses

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.hypotheses.mutation import Mutation, judge, mutations, without
from gradproof.symbolic.theorems.activations.tanh import tanh_derivative_range
from gradproof.symbolic.theorems.bounds import (
    orthogonal_recurrent_matrix,
    product_norm_lower,
    product_norm_upper,
)
from gradproof.symbolic.theorems.clipping import gradient_clipping
from gradproof.symbolic.theorems.powers import power_norm_upper, powers_vanish
from gradproof.symbolic.theorems.scaled_bounds import scaled_norm_upper
from gradproof.verdict import Grade, Scope, Verdict

VANISH, STAY = powers_vanish()


def condition(theorem, words):
    (found,) = [h for h in theorem.conditions if str(h) == words]
    return found


def test_a_witness_refutes_the_statement_without_the_condition():
    judgement = without(VANISH, VANISH.conditions[0], {"W": [[1]]})
    assert judgement.verdict is Verdict.FAILS
    assert (judgement.grade, judgement.scope) == (Grade.ENCLOSED, Scope.UNIVERSAL)
    assert dict(judgement.witness.values) == {"W": "[[1]]"}


@pytest.mark.parametrize(
    ("theorem", "words", "values", "reason"),
    [
        (VANISH, "ρ(W) < 1", {"W": [[0.5]]}, "is met there as well"),
        (VANISH, "ρ(W) < 1", {}, "is met there as well"),
        (STAY, "1 ≤ ρ(W)", {"W": [[0.5]], "n": 0}, "holds there too"),
        (STAY, "1 ≤ ρ(W)", {"W": [[0, 2], [0, 0]], "n": 1}, "holds there too"),
        (power_norm_upper(), "‖M‖ ≤ r", {"W": [[2]], "S": [[1]], "M": [[2]]}, "c has no value"),
        (
            power_norm_upper(),
            "‖M‖ ≤ r",
            {"W": [[3]], "S": [[1]], "M": [[2]], "r": 1, "c": 1, "n": 1},
            "isn't met",
        ),
        (
            product_norm_upper(),
            "|φ′(z)| ≤ γ for all z",
            {"phi": "tanh", "gamma": 1, "W": [[2]], "n": 1},
            "is met there as well",
        ),
        (
            product_norm_upper(),
            "|φ′(z)| ≤ γ for all z",
            {"phi": (2, "identity"), "gamma": -1, "W": [[1]], "n": 1},
            "doesn't stand for",
        ),
        (
            orthogonal_recurrent_matrix()[2],
            "W is real",
            {"W": [[1.25, 0.75j], [-0.75j, 1.25]], "n": 1},
            "W of a recurrence is real",
        ),
        (  # both sides are ‖W‖, an irrational number
            scaled_norm_upper("tanh")[0],
            "S = diag(s)",
            {"W": [[1, 1], [0, 1]], "S": [[2, 0], [0, 2]], "s": [1, 1], "n": 1},
            "the conclusion isn't decided there",
        ),
    ],
)
def test_what_is_no_witness_leaves_the_statement_undecided(theorem, words, values, reason):
    judgement = without(theorem, condition(theorem, words), values)
    assert judgement.verdict is Verdict.UNDECIDED
    assert reason in judgement.reason


def test_a_condition_that_is_undecided_at_the_instance_leaves_the_statement_undecided():
    theorem = product_norm_lower()[0]
    (mu,) = [s for s in theorem.proposition.free_symbols if str(s) == "mu"]
    settled = {"mu": -3, "W": [[1]], "n": 2}
    assert without(theorem, mu, settled).verdict is Verdict.FAILS
    judgement = without(theorem, mu, {**settled, "h_0": [1]})  # the slopes of all steps matter
    assert judgement.verdict is Verdict.UNDECIDED
    assert "isn't decided at the instance" in judgement.reason


def test_without_any_instance_it_is_undecided():
    for mutation in mutations(VANISH):
        assert judge(mutation, []).verdict is Verdict.UNDECIDED


def test_a_weaker_condition_must_be_met_and_the_one_of_the_theorem_not():
    weaker = {str(m.replacement): m for m in mutations(VANISH) if m.replacement is not None}
    assert set(weaker) == {"ρ(W) ≤ 1", "ρ(W) < 2"}
    at_most_one = weaker["ρ(W) ≤ 1"]
    assert judge(at_most_one, [{"W": [[1]]}]).verdict is Verdict.FAILS
    assert "ρ(W) ≤ 1” isn't met" in judge(at_most_one, [{"W": [[2]]}]).reason
    assert judge(weaker["ρ(W) < 2"], [{"W": [[1]]}]).verdict is Verdict.FAILS


@pytest.mark.parametrize(
    ("theorem", "expected"),
    [
        (STAY, ["dropped", "1 ≤ 2 ρ(W)"]),
        (
            gradient_clipping()[1],
            ["dropped", "‖g‖ ≤ μ", "‖g‖ ≥ μ", "dropped", "dropped"],
        ),
        (product_norm_upper(), ["dropped", "|φ′(z)| ≤ 2 γ for all z", "dropped"]),
        (
            power_norm_upper(),
            ["dropped"] * 2 + ["‖M‖ ≤ 2 r", "dropped", "‖S‖ ‖S⁻¹‖ ≤ 2 c"] + ["dropped"] * 2,
        ),
    ],
)
def test_which_statements_are_made(theorem, expected):
    found = [str(m.replacement) if m.replacement else m.kind for m in mutations(theorem)]
    assert found == expected


def test_a_declared_domain_can_be_widened():
    (theorem,) = [t for t in tanh_derivative_range() if t.domains == ("z > 0",)]
    (symbol,) = [s for s in theorem.proposition.free_symbols if isinstance(s, sp.Symbol)]
    assert without(theorem, symbol, {"z": 0}).verdict is Verdict.FAILS
    assert "holds there too" in without(theorem, symbol, {"z": -1}).reason
    assert "is met there as well" in without(theorem, symbol, {"z": 1}).reason


def test_the_kernel_makes_no_theorem_with_fewer_hypotheses():
    for mutation in mutations(VANISH):
        with pytest.raises(InputError, match="made by hand"):
            dataclasses.replace(VANISH, hypotheses=mutation.hypotheses)


def test_an_inverse_keeps_its_meaning():
    theorem = power_norm_upper()
    conditions = [m.condition for m in mutations(theorem) if isinstance(m, Mutation)]
    assert "S is invertible" in map(str, theorem.conditions)
    assert "S is invertible" not in map(str, conditions)
