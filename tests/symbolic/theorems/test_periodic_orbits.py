"""Fixed points and periodic orbits: what is proved there, and what isn't."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.at_zero import elementwise_at_zero
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import ALGEBRA, DEFINITION_OF_TANH
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    Jacobian,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems import periodic_orbits as orbits
from gradproof.symbolic.theorems.activations.tanh import tanh_derivative_range
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

EQ = Relation.EQ
CELL, TANH = ElmanRecurrence("phi"), ElmanRecurrence("tanh")
D, N, T = CELL.d, STEPS, T_START
P = sp.Symbol("p", integer=True, positive=True)
NOTHING = sp.ZeroMatrix(D, 1)
AT_REST = ["h* = φ(U x + W h* + b)", "h_t = h*", "x_{t+k} = x for all k"]
SILENT = ["b = 0", "h_t = 0", "x_{t+k} = 0 for all k"]
REPEATS = "z_{t+k+p} = z_{t+k} for all k"


def test_the_theorems_say_and_assume_exactly_this():
    found = [
        (str(theorem), sorted(map(str, theorem.conditions)))
        for theorem in (*orbits.fixed_point(), *orbits.periodic_orbit())
    ]
    factor = "diag(φ′(U x + W h* + b)) W"
    assert found == [
        ("h_{t+n} = h*", AT_REST),
        (f"∂h_{{t+n}}/∂h_t = ({factor})ⁿ", AT_REST),
        (f"ρ({factor})ⁿ ≤ ‖∂h_{{t+n}}/∂h_t‖", AT_REST),
        ("limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0", [*AT_REST, f"ρ({factor}) < 1"]),
        ("h_{t+n} = 0", SILENT),
        ("∂h_{t+n}/∂h_t = Wⁿ", SILENT),
        ("∂h_{t+p}/∂h_t = ∏_{k=t+1}^{t+p} [diag(φ′(z_k)) W]", []),
        ("∂h_{t+n+p}/∂h_{t+p} = ∂h_{t+n}/∂h_t", [REPEATS]),
        ("∂h_{t+np}/∂h_t = (∂h_{t+p}/∂h_t)ⁿ", [REPEATS]),
        ("ρ(∂h_{t+p}/∂h_t)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖", [REPEATS]),
        ("limsup_n ‖∂h_{t+np}/∂h_t‖ ≤ 0", [REPEATS, "ρ(∂h_{t+p}/∂h_t) < 1"]),
    ]


@pytest.mark.parametrize(
    "theorem", [*orbits.fixed_point(), *orbits.periodic_orbit()], ids=lambda t: str(t)
)
def test_every_step_survives_numbers(theorem):
    outcome = attack([theorem], trials=5, seed=3)
    assert outcome.counterexample is None
    assert outcome.attacked or "limsup" in str(theorem)


# Each conclusion with a factor, an order, or a number of steps changed, or without a hypothesis.
def _variants():
    _, power, *_ = orbits.fixed_point()
    *_, weights = orbits.fixed_point()
    _, shifted, periods, *_ = orbits.periodic_orbit()
    for theorem in (power, weights, periods):
        left, right = theorem.proposition.left, theorem.proposition.right
        yield theorem, left, sp.MatPow(right.base, N + 1)
        yield theorem, left, sp.MatPow(right.base.T, N)
    base = power.proposition.right.base
    yield power, power.proposition.left, sp.MatPow(sp.MatMul(*reversed(base.args)), N)
    yield power, power.proposition.left, CELL.W**N
    yield shifted, CELL.jacobian(T + N + P, T), CELL.jacobian(T + N, T)
    yield periods, CELL.jacobian(T + N, T), periods.proposition.right


@pytest.mark.parametrize(("theorem", "left", "right"), list(_variants()), ids=str)
def test_a_changed_conclusion_is_refused_and_refuted(theorem, left, right):
    with pytest.raises(StepRefusedError):
        Step(left, EQ, right, theorem.law())
    proposition = Proposition(left, EQ, right)
    found = find_counterexample(proposition, theorem.hypotheses, model=theorem.model, trials=60)
    assert found is not None


@pytest.mark.parametrize("theorem", [orbits.fixed_point()[-1], orbits.fixed_point()[-2]], ids=str)
def test_without_its_conditions_a_theorem_is_refuted(theorem):
    assert find_counterexample(theorem.proposition, theorem.definitions, trials=20) is not None


@pytest.mark.parametrize("index", [1, 2])
def test_an_orbit_that_does_not_repeat_refutes_the_power(index):
    theorem = orbits.periodic_orbit()[index]
    assert find_counterexample(theorem.proposition, theorem.definitions, trials=20) is not None


def test_equal_values_have_different_derivatives():
    theorem = orbits.fixed_point()[0]
    law, rest = theorem.law(), theorem.proposition.right
    with pytest.raises(StepRefusedError):
        start(CELL.jacobian(T + N, T)).eq(Jacobian(rest, CELL.h(T)), by=law)
    repeats = orbits.periodic_orbit()[1]
    (hypothesis,) = repeats.conditions
    assert hypothesis.proposition is not None
    law = assume(Hypothesis.of(CELL.z(T + 1 + P), EQ, CELL.z(T + 1)))
    with pytest.raises(StepRefusedError):
        start(Jacobian(CELL.z(T + 1 + P), CELL.h(T))).eq(Jacobian(CELL.z(T + 1), CELL.h(T)), by=law)


# --- Elementwise functions at the zero vector ---------------------------------------------------


def _value():
    zero = sp.Integer(0)
    chain = start(ActivationValue("tanh", 0, zero)).eq(zero, by=DEFINITION_OF_TANH)
    return Theorem.of("tanh_at_zero", chain)


def test_a_function_at_zero():
    value, slope = elementwise_at_zero(_value()), elementwise_at_zero(tanh_derivative_range()[2])
    argument = CELL.W * NOTHING + NOTHING
    assert Step(Elementwise("tanh", 0, argument), EQ, NOTHING, value)
    assert Step(Diagonal(Elementwise("tanh", 0, argument)), EQ, sp.ZeroMatrix(D, D), value)
    assert Step(Diagonal(Elementwise("tanh", 1, argument)), EQ, sp.Identity(D), slope)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Diagonal(Elementwise("tanh", 1, CELL.b)), sp.Identity(D)),  # not at 0
        (Diagonal(Elementwise("tanh", 0, NOTHING)), sp.Identity(D)),  # another order
        (Diagonal(Elementwise("phi", 1, NOTHING)), sp.Identity(D)),  # another function
        (Diagonal(Elementwise("logistic", 1, NOTHING)), sp.Identity(D)),
        (Elementwise("tanh", 1, NOTHING), NOTHING),
        (Diagonal(Elementwise("tanh", 1, NOTHING)), 2 * sp.Identity(D)),
    ],
    ids=str,
)
@pytest.mark.parametrize("which", [0, 1])
def test_elsewhere_it_says_nothing(left, right, which):
    law = elementwise_at_zero((_value(), tanh_derivative_range()[2])[which])
    with pytest.raises(StepRefusedError) as refused:
        Step(left, EQ, right, law)
    assert refused.value.counterexample is not None


def test_it_does_not_act_inside_a_derivative():
    zero_state = Hypothesis.of(TANH.h(T), EQ, NOTHING)
    with pytest.raises(StepRefusedError):
        Step(
            Jacobian(Elementwise("tanh", 0, NOTHING), TANH.h(T)),
            EQ,
            Jacobian(NOTHING, TANH.h(T)),
            elementwise_at_zero(_value()),
        )
    with pytest.raises(StepRefusedError):
        Step(
            Jacobian(Elementwise("tanh", 0, TANH.h(T)), TANH.h(T)),
            EQ,
            Jacobian(Elementwise("tanh", 0, NOTHING), TANH.h(T)),
            assume(zero_state),
        )


def test_of_an_arbitrary_function_nothing_is_known_at_zero():
    with pytest.raises(StepRefusedError):
        Step(Elementwise("phi", 0, NOTHING), EQ, NOTHING, elementwise_at_zero(_value()))


@pytest.mark.parametrize("value", [None, "tanh(0) = 0", tanh_derivative_range()[1]], ids=str)
def test_it_needs_a_theorem_of_that_form(value):
    with pytest.raises(InputError):
        elementwise_at_zero(value)


def test_algebra_does_not_shift_a_power():
    with pytest.raises(StepRefusedError):
        start((CELL.W * CELL.W.T) ** N).eq((CELL.W.T * CELL.W) ** N, by=ALGEBRA)


def test_spectra_of_steps_do_not_decide_over_a_period():
    # J_1 J_2 grows although ρ(J_1) = ρ(J_2) = 7/8: M, not the single factors, is what counts.
    first = np.diag([1, 7 / 16]) @ [[-2, -3], [1.5, 2]]
    second = np.diag([7 / 16, 1]) @ [[-2, -3], [1.5, 2]]
    radius = [np.abs(np.linalg.eigvals(J)).max() for J in (first, second, second @ first)]
    assert radius[0] < 1
    assert radius[1] < 1
    assert radius[2] > 1.8
