"""Growth at least along a line, and the horizon of underflow: what is proved, and what isn't."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import SmallestSingularValue, SpectralNorm
from gradproof.symbolic.language.relation import Proposition, Relation
from gradproof.symbolic.theorems import bounds
from gradproof.symbolic.theorems import growth_bounds as growth
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

EQ, LE, LT, GE = Relation.EQ, Relation.LE, Relation.LT, Relation.GE
N, T = STEPS, T_START
TANH = ElmanRecurrence("tanh")
THEOREMS = (
    *growth.explosion_lower(),
    *growth.underflow_horizon(),
    growth.underflow_horizon("tanh")[1],
)


def test_the_theorems_say_and_assume_exactly_this():
    found = [(str(theorem), sorted(map(str, theorem.conditions))) for theorem in THEOREMS]
    assert found == [
        ("n (r − 1) + 1 ≤ rⁿ", []),
        (
            "n (μ σ_min(W) − 1) + 1 ≤ ‖∂h_{t+n}/∂h_t‖",
            ["μ ≤ σ_min(diag(tanh′(z_k))) for all k"],
        ),
        ("c rⁿ ≤ ε", ["n log(r) + log(c) ≤ log(ε)"]),
        (
            "‖∂h_{t+n}/∂h_t‖ ≤ ε",
            ["n log(r) ≤ log(ε)", "|φ′(z)| ≤ γ for all z", "γ ‖W‖ ≤ r"],
        ),
        ("‖∂h_{t+n}/∂h_t‖ ≤ ε", ["n log(r) ≤ log(ε)", "‖W‖ ≤ r"]),
    ]
    assert growth.bernoulli().domains == ("integer n ≥ 0", "r ≥ 0")


@pytest.mark.parametrize("theorem", THEOREMS, ids=str)
def test_every_step_survives_numbers(theorem):
    outcome = attack([theorem], trials=20, seed=5)
    assert outcome.counterexample is None
    assert outcome.attacked >= 2
    assert outcome.skipped == 0


R = growth._RATE
RATE = bounds.MU * SmallestSingularValue(TANH.W)
PHI = SpectralNorm(TANH.jacobian(T + N, T))
C, POSITIVE, EPSILON = growth._C, growth._R, growth._EPSILON

FALSE = {
    "Bernoulli, strictly": (1 + N * (R - 1), LT, R**N, 0),
    "Bernoulli, turned round": (1 + N * (R - 1), GE, R**N, 0),
    "Bernoulli, with n r": (1 + N * R, LE, R**N, 0),
    "Bernoulli, a power less": (1 + (N + 1) * (R - 1), LE, R**N, 0),
    "growth by n μ σ_min": (1 + N * RATE, LE, PHI, 1),
    "growth without μ": (1 + N * (SmallestSingularValue(TANH.W) - 1), LE, PHI, 1),
    "growth by the norm": (1 + N * (bounds.MU * SpectralNorm(TANH.W)), LE, PHI, 1),
    "the horizon without c": (C * POSITIVE**N, LE, EPSILON / 2, 2),
    "the horizon, a step earlier": (C * POSITIVE ** (N - 1), LE, EPSILON, 2),
    "the horizon of c² rⁿ": (C**2 * POSITIVE**N, LE, EPSILON, 2),
}


@pytest.mark.parametrize("broken", FALSE)
def test_a_false_bound_is_refused_and_refuted(broken):
    left, relation, right, which = FALSE[broken]
    theorem = THEOREMS[which]
    with pytest.raises(StepRefusedError):
        Step(left, relation, right, theorem.law())
    proposition = Proposition(left, relation, right)
    found = find_counterexample(proposition, theorem.hypotheses, model=theorem.model, trials=400)
    assert found is not None


def test_bernoulli_needs_a_base_that_is_not_negative():
    # r = −3, n = 3: −27 < 1 + 3 (−4) = −11.
    assert (-3) ** 3 < 1 + 3 * (-3 - 1)
    with pytest.raises(Exception, match="doesn't satisfy"):
        growth.bernoulli().law({R: sp.Symbol("x", real=True)})


def test_beyond_the_horizon_of_float64_a_factor_is_zero():
    r = Fraction(9, 20)
    assert float(r**933) > 0.0
    assert float(r**934) == 0.0
