"""Inputs that realise slopes: what is said, numbers, gradients, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import StepRefusedError, UnknownNameError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.activation_values import ACTIVATIONS
from gradproof.symbolic.instances.instantiate import find_counterexample, try_instances
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import SpectralNorm, SpectralRadius
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems import realised_slopes as realised
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence
from gradproof.symbolic.theorems.slope_words import PERIOD, WORD

CELL, N, T = ElmanRecurrence("phi"), STEPS, T_START
INPUTS = "x_{t+j+1} = R (c_{t+j+1} − W h_{t+j} − b) for all j"
ONTO = "U R = I"
PLAIN, WORDS = realised.slopes_realised(), realised.word_realised()
STEIN = [
    "A is real",
    "P is real",
    "v is real",
    "q² yᵀ P y ≤ (A y)ᵀ P (A y) for all real y",
    "0 < vᵀ P v",
]


@pytest.mark.parametrize(("activation", "slope"), [("phi", "φ′"), ("tanh", "tanh′")])
def test_the_theorems_say_and_assume_exactly_this(activation, slope):
    driven = [ONTO, INPUTS]
    sloped = [*driven, f"{slope}(c_{{t+j+1}}) = e_{{t+j+1}} for all j"]
    word = [*sloped, "A = ∏_{k=t+1}^{t+p} [diag(e_k) W]", "e_{t+k+p} = e_{t+k} for all k"]
    expected = [
        ("z_{t+j+1} = c_{t+j+1}", driven),
        ("∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [diag(e_k) W]", sloped),
        ("∂h_{t+np}/∂h_t = Aⁿ", word),
        ("ρ(A)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖", word),
        ("limsup_n ‖∂h_{t+np}/∂h_t‖^(1/n) ≤ ρ(A)", word),
        ("qⁿ ≤ ‖∂h_{t+np}/∂h_t‖", [*word, *STEIN]),
    ]
    theorems = (*realised.slopes_realised(activation), *realised.word_realised(activation))
    found = [(str(theorem), sorted(map(str, theorem.conditions))) for theorem in theorems]
    assert found == [(conclusion, sorted(conditions)) for conclusion, conditions in expected]


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_every_step_and_conclusion_survives_numbers(activation):
    theorems = (*realised.slopes_realised(activation), *realised.word_realised(activation))
    outcome = attack(theorems, trials=4, seed=6)
    assert outcome.counterexample is None, outcome.proposition
    assert outcome.attacked >= 21


@pytest.mark.parametrize("theorem", [*PLAIN, WORDS[0], WORDS[1], WORDS[3]], ids=str)
def test_the_model_meets_all_hypotheses(theorem):
    found = try_instances(
        theorem.proposition, theorem.hypotheses, model=theorem.model, trials=20, seed=5
    )
    assert (found.evaluated, found.counterexample) == (20, None)


def test_where_the_activation_has_kinks_none_is_met():
    _, product = realised.slopes_realised("relu")
    assert any("kink" in str(h) for h in product.conditions)


def test_an_activation_without_values_is_refused():
    with pytest.raises(UnknownNameError, match="leaky_relu"):
        realised.slopes_realised("leaky_relu")


@pytest.mark.parametrize("theorem", [*PLAIN, WORDS[0], WORDS[1], WORDS[3]], ids=str)
def test_without_its_conditions_a_theorem_is_refuted(theorem):
    assert find_counterexample(theorem.proposition, theorem.definitions, trials=40) is not None


@pytest.mark.parametrize("dropped", [ONTO, INPUTS])
@pytest.mark.parametrize("number", [0, 1])
def test_each_way_to_the_slopes_is_needed(dropped, number):
    theorem = PLAIN[number]
    kept = {h for h in theorem.hypotheses if str(h) != dropped}
    assert len(kept) == len(theorem.hypotheses) - 1
    W, U, R, b = CELL.W, CELL.U, realised._RIGHT, CELL.b
    one, zero = np.eye(1), np.zeros((1, 1))
    # A silent network at z = 0, where 1/2 is wanted; R = 0, or other inputs than R gives.
    values = {CELL.d: 1, CELL.m: 1, T: 0, N: 1, realised._J: 0, realised.GAMMA: 1.0}
    values |= {W: one, U: one, b: zero, R: zero if dropped == ONTO else one}
    slope = ACTIVATIONS["phi"][1](one / 2)
    for k in range(24):
        index = sp.Integer(k)
        values |= {CELL.x(index): zero, realised._wanted(index): one / 2}
        values |= {realised.slopes(index): slope}
    values[CELL.h(sp.Integer(0))] = zero
    assert find_counterexample(theorem.proposition, kept, model=lambda _: values) is not None


def test_a_changed_conclusion_is_refused():
    jacobian = CELL.jacobian(T + N * PERIOD, T)
    for wrong in (WORD ** (N + 1), WORD.T**N, CELL.W**N):
        with pytest.raises(StepRefusedError):
            Step(jacobian, Relation.EQ, wrong, WORDS[0].law())
    with pytest.raises(StepRefusedError):
        Step(SpectralRadius(WORD) ** N, Relation.LT, SpectralNorm(jacobian), WORDS[1].law())
    with pytest.raises(StepRefusedError):
        Step(SpectralNorm(WORD) ** N, Relation.LE, SpectralNorm(jacobian), WORDS[1].law())


def test_a_word_of_tanh_slopes_grows_by_finite_differences():
    # ρ(W) < 1 and every single slope contracts, but the word (1, ½), (½, 1) doesn't.
    weight = np.array([[0.0, 3.0], [0.75, 0.0]]) * 0.9
    word = [np.array([1.0, 0.5]), np.array([0.5, 1.0])]
    wanted = [np.arctanh(np.sqrt(1 - slope)) for slope in word]
    product = np.diag(word[1]) @ weight @ np.diag(word[0]) @ weight
    rate = np.abs(np.linalg.eigvals(product)).max()

    def run(state, inputs):
        for x in inputs:
            state = np.tanh(weight @ state + x)
        return state

    state, inputs = np.array([0.3, -0.2]), []
    for k in range(8):
        inputs.append(wanted[k % 2] - weight @ state)
        state = np.tanh(wanted[k % 2])
    start, step = np.array([0.3, -0.2]), 1e-6
    columns = [
        (run(start + step * e, inputs) - run(start - step * e, inputs)) / (2 * step)
        for e in np.eye(2)
    ]
    jacobian = np.array(columns).T
    assert np.allclose(jacobian, np.linalg.matrix_power(product, 4), rtol=1e-5)
    assert np.linalg.norm(jacobian, 2) >= rate**4 * (1 - 1e-5)
