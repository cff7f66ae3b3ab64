"""Activations with kinks: attempts to differentiate at a kink, and what theorems then assume."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.differential import differentiate
from gradproof.symbolic.instances.activation_values import ACTIVATIONS, FAMILIES
from gradproof.symbolic.instances.instantiate import find_counterexample, try_instances
from gradproof.symbolic.kernel.assumptions import define
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.kinks import (
    DEFINITION_OF_RELU,
    SLOPE_AT_KINK,
    jacobian_of_kinked,
    off_kinks,
)
from gradproof.symbolic.kernel.laws import (
    DEFINITION_OF_DERIVATIVE,
    JACOBIAN_OF_ELEMENTWISE,
    POLYNOMIAL_CHAIN_RULE,
)
from gradproof.symbolic.kernel.real_functions import (
    RULES_OF_DIFFERENTIATION,
    exponential_above_line,
)
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    KINKS,
    ActivationValue,
    Diagonal,
    Elementwise,
    Jacobian,
    ParametricActivation,
    Preactivation,
    ScalarDerivative,
    SpectralNorm,
    State,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.piecewise_linear import leaky_relu_slope_bound
from gradproof.symbolic.theorems.bounds import product_norm_upper
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    jacobian_product,
    state_jacobian,
)

D = sp.Symbol("d", integer=True, positive=True)
K = sp.Symbol("k", integer=True, positive=True)
Z, LEAK = sp.symbols("z a", real=True)
P, Q = sp.Symbol("p", positive=True), sp.Symbol("q", negative=True)
SOME = sp.Symbol("z", nonnegative=True)
ZERO, ONE = sp.Integer(0), sp.Integer(1)
EQ, LE, LT = Relation.EQ, Relation.LE, Relation.LT
KINKED = ("relu", "leaky_relu", "hard_tanh", "scaled_elu")
H, BEFORE, PRE = State("h", K, D), State("h", K - 1, D), Preactivation("z", K, D)
W = sp.MatrixSymbol("W", D, D)


def value(name, z, order=0):
    return ActivationValue(name, order, z)


@pytest.mark.parametrize("name", [*KINKED, "softsign", "elu"])
@pytest.mark.parametrize("argument", [Z, SOME, Z**2, sp.sin(0) + Z], ids=str)
def test_nothing_is_differentiated_across_a_kink(name, argument):
    order = 1 if name in ("softsign", "elu") else 0
    left = value(name, argument, order + 1)
    for derivative in (
        ScalarDerivative(value(name, argument, order), Z),
        ScalarDerivative(value(name, argument, order), SOME),
    ):
        for law in (DEFINITION_OF_DERIVATIVE, RULES_OF_DIFFERENTIATION, POLYNOMIAL_CHAIN_RULE):
            with pytest.raises(StepRefusedError):
                Step(left, EQ, derivative, law)


@pytest.mark.parametrize("name", KINKED)
def test_the_rules_themselves_know_kinks(name):
    across = ScalarDerivative(value(name, Z), Z)
    assert not list(DEFINITION_OF_DERIVATIVE.rule(value(name, Z, 1), ()))
    assert not list(RULES_OF_DIFFERENTIATION.rule(across, ()))
    assert Proposition(across, EQ, across).problem() is not None


@pytest.mark.parametrize("name", ["softsign", "elu"])
def test_a_function_that_is_once_differentiable_is_differentiated_once(name):
    assert Step(
        value(name, Z, 1), EQ, ScalarDerivative(value(name, Z), Z), DEFINITION_OF_DERIVATIVE
    )


def test_away_from_the_kink_it_is_differentiated():
    for z in (P, Q):
        derivative = ScalarDerivative(value("relu", z), z)
        assert Step(value("relu", z, 1), EQ, derivative, DEFINITION_OF_DERIVATIVE)
    # 1 + p and −1 − p are beyond the kinks of hard tanh, p isn't.
    assert start(ScalarDerivative(value("hard_tanh", 1 + P), P)).eq(
        value("hard_tanh", 1 + P, 1), by=RULES_OF_DIFFERENTIATION
    )
    with pytest.raises(StepRefusedError, match="away from kinks"):
        Step(
            ScalarDerivative(value("hard_tanh", P), P),
            EQ,
            value("hard_tanh", P, 1),
            RULES_OF_DIFFERENTIATION,
        )


@pytest.mark.parametrize(
    ("left", "right", "law"),
    [
        (value("relu", ZERO, 1), ONE, SLOPE_AT_KINK),
        (value("relu", ZERO, 1), sp.S.Half, SLOPE_AT_KINK),
        (value("relu", Z, 1), ZERO, SLOPE_AT_KINK),
        (value("relu", Z), Z, DEFINITION_OF_RELU),
        (value("relu", SOME, 1), ONE, DEFINITION_OF_DERIVATIVE),
        (value("softsign", ZERO, 2), ZERO, SLOPE_AT_KINK),
        (value("relu", ZERO, 2), ZERO, SLOPE_AT_KINK),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_another_slope_at_a_kink_is_refused(left, right, law):
    with pytest.raises(StepRefusedError):
        Step(left, EQ, right, law)


def test_the_parameter_stays_with_the_function():
    half = ParametricActivation("leaky_relu", sp.S.Half)
    theorem = Theorem.of("t", start(value("leaky_relu", ZERO, 1)).eq(LEAK, by=SLOPE_AT_KINK))
    law = theorem.law({LEAK: sp.S.Half})
    assert Step(value(half, ZERO, 1), EQ, sp.S.Half, law)
    with pytest.raises(StepRefusedError):  # then a = 1/2 for every a
        Step(value("leaky_relu", ZERO, 1), EQ, sp.S.Half, law)
    with pytest.raises(InputError):  # α > 0
        Theorem.of(
            "t",
            start(value("scaled_elu", ZERO, 1)).eq(
                sp.Symbol("alpha", positive=True), by=SLOPE_AT_KINK
            ),
        ).law({sp.Symbol("alpha", positive=True): -ONE})


@pytest.mark.parametrize(
    "parameter", [sp.I, sp.Symbol("c"), LEAK + 1, SpectralNorm(W), sp.oo], ids=str
)
def test_only_real_numbers_and_symbols_are_parameters(parameter):
    node = value(ParametricActivation("leaky_relu", parameter), Z)
    assert Proposition(node, EQ, node).problem() is not None
    for scale in (-ONE, ZERO, LEAK):  # α > 0
        scaled = value(ParametricActivation("elu", scale), Z)
        assert Proposition(scaled, EQ, scaled).problem() is not None
    unknown = value(ParametricActivation("tanh", LEAK), Z)
    assert Proposition(unknown, EQ, unknown).problem() is not None


def test_a_parameter_is_no_argument():
    # d/dz of φ_z(z) isn't φ_z′(z): the parameter moves too.
    node = ActivationValue(ParametricActivation("leaky_relu", P), 0, P)
    with pytest.raises(StepRefusedError):
        Step(
            ActivationValue(ParametricActivation("leaky_relu", P), 1, P),
            EQ,
            ScalarDerivative(node, P),
            DEFINITION_OF_DERIVATIVE,
        )


def test_a_bound_for_a_parameter_tied_to_the_argument_bounds_no_matrix():
    tied = sp.Abs(ActivationValue(ParametricActivation("leaky_relu", Z), 1, Z))
    given = Hypothesis.of(tied, LE, ONE, for_all=(Z,))
    with pytest.raises(InputError, match="doesn't hold for all real z"):
        diagonal_norm_by(given)
    law = diagonal_norm_by(leaky_relu_slope_bound()[0])
    u = sp.MatrixSymbol("u", D, 1)
    assert Step(SpectralNorm(Diagonal(Elementwise("leaky_relu", 1, u))), LE, ONE, law)
    other = ParametricActivation("leaky_relu", sp.Integer(3))
    with pytest.raises(StepRefusedError):
        Step(SpectralNorm(Diagonal(Elementwise(other, 1, u))), LE, ONE, law)


# --- Jacobians ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINKED)
def test_the_smooth_chain_rule_refuses_kinks(name):
    left = Jacobian(Elementwise(name, 0, W * BEFORE), BEFORE)
    right = Diagonal(Elementwise(name, 1, W * BEFORE)) * Jacobian(W * BEFORE, BEFORE)
    with pytest.raises(StepRefusedError, match="it applies nowhere"):
        Step(left, EQ, right, JACOBIAN_OF_ELEMENTWISE)
    with pytest.raises(InputError, match="no rule resolves"):
        differentiate(Elementwise(name, 0, W * BEFORE), BEFORE)


@pytest.mark.parametrize("name", ["softsign", "elu"])
def test_the_smooth_chain_rule_takes_what_is_once_differentiable_once(name):
    for order, accepted in ((0, True), (1, False)):
        left = Jacobian(Elementwise(name, order, BEFORE), BEFORE)
        right = Diagonal(Elementwise(name, order + 1, BEFORE)) * Jacobian(BEFORE, BEFORE)
        assert (JACOBIAN_OF_ELEMENTWISE.refuses(left, EQ, right) is None) is accepted


@pytest.mark.parametrize("name", [*KINKED, "softsign", "elu"])
@pytest.mark.parametrize("build", [state_jacobian, jacobian_product], ids=lambda b: b.__name__)
def test_theorems_about_jacobians_assume_that_no_entry_is_at_a_kink(name, build):
    theorem = build(name)
    expected = [] if name in ("softsign", "elu") else ["no entry of z_k is a kink of"]
    found = [str(condition) for condition in theorem.conditions]
    assert len(found) == len(expected)
    assert all(text.startswith(start_) for text, start_ in zip(found, expected, strict=True))
    assert all(text.endswith("for all k") for text in found)
    assert attack([theorem], trials=20, seed=3).counterexample is None


@pytest.mark.parametrize("name", KINKED[:3])
def test_the_bound_of_the_norm_assumes_it_too(name):
    theorem = product_norm_upper(name)
    kinks = [c for c in theorem.conditions if "kink" in str(c)]
    assert len(kinks) == 1
    assert theorem.law({T_START: ZERO}).hypotheses == theorem.hypotheses
    assert kinks[0] in theorem.law({T_START: ZERO, STEPS: ONE}).hypotheses


def test_the_hypothesis_is_substituted_where_it_is_free():
    hypothesis = off_kinks(Elementwise("relu", 0, PRE), for_all=(K,))
    assert hypothesis.free_symbols == {D}
    assert hypothesis.substitute({K: K + 1}) == hypothesis
    three = hypothesis.substitute({D: sp.Integer(3)})
    assert three.about[0].shape == (3, 1)
    with pytest.raises(ValueError, match="binds"):
        hypothesis.substitute({D: K})


def test_a_hypothesis_about_one_step_would_not_survive_induction():
    # by_induction refuses hypotheses in which its index is free; no law carries this one.
    vector = Preactivation("z", STEPS + 1, D)
    assert STEPS in off_kinks(Elementwise("relu", 0, vector)).free_symbols
    with pytest.raises(InputError, match="with a symbol k"):
        jacobian_of_kinked(Elementwise("relu", 0, vector))


@pytest.mark.parametrize(
    "applied",
    [
        Elementwise("tanh", 0, PRE),
        Elementwise("relu", 0, W * BEFORE),
        Elementwise("relu", 0, Preactivation("z", K + 1, D)),
        Elementwise("relu", 0, Preactivation("z", sp.Integer(2), D)),
        Elementwise("relu", 0, Preactivation("z", K, K)),
        Elementwise("relu", 0, H),
    ],
    ids=str,
)
def test_the_chain_rule_away_from_kinks_is_for_preactivations_of_every_step(applied):
    with pytest.raises(InputError):
        jacobian_of_kinked(applied)


def test_the_chain_rule_away_from_kinks_acts_on_its_own_function_only():
    law = jacobian_of_kinked(Elementwise("relu", 0, PRE))
    assert law.hypotheses == {off_kinks(Elementwise("relu", 0, PRE), for_all=(K,))}
    later = Preactivation("z", K + 3, D)
    slopes = Diagonal(Elementwise("relu", 1, later))
    assert Step(
        Jacobian(Elementwise("relu", 0, later), BEFORE), EQ, slopes * Jacobian(later, BEFORE), law
    )
    for name, vector in (
        ("hard_tanh", PRE),
        ("relu", W * BEFORE),
        ("relu", Preactivation("y", K, D)),
        ("relu", BEFORE),
    ):
        left = Jacobian(Elementwise(name, 0, vector), BEFORE)
        right = Diagonal(Elementwise(name, 1, vector)) * Jacobian(vector, BEFORE)
        with pytest.raises(StepRefusedError):
            Step(left, EQ, right, law)


def test_a_state_defined_by_a_kinked_function_assumes_it_at_once():
    law = define(H, Elementwise("relu", 0, PRE))
    assert any("kink" in str(hypothesis) for hypothesis in law.hypotheses)
    assert not any("kink" in str(h) for h in define(H, Elementwise("elu", 0, PRE)).hypotheses)


def test_the_attack_passes_over_instances_at_a_kink():
    # With W = 0, U = 0 and b = 0 every z_k is 0, the kink.
    cell = ElmanRecurrence("relu")
    zero = np.zeros((1, 1))

    def model(_generator):
        return {cell.d: 1, cell.m: 1, cell.W: zero + 1, cell.U: zero, cell.b: zero + 1}

    theorem = state_jacobian("relu")
    found = try_instances(theorem.proposition, theorem.hypotheses, model=model, trials=5)
    assert found.evaluated == 5

    def at_kink(_generator):
        return {cell.d: 1, cell.m: 1, cell.W: zero, cell.U: zero, cell.b: zero}

    found = try_instances(theorem.proposition, theorem.hypotheses, model=at_kink, trials=5)
    assert found.evaluated == 0


def test_without_the_hypothesis_the_product_is_wrong_where_the_jacobian_exists():
    # With s = x − y, z_1 = (s, −s) and z_2 = (1 + relu(s) − relu(−s), …) = (1 + s, 1 − s) is smooth
    # in h_0 = (x, y), while at s = 0 both slopes of step 1 are 0 by convention.
    weight, ones = np.array([[1, -1], [-1, 1]]), np.ones(2, dtype=int)

    def relu(z):
        return np.maximum(z, 0)

    def two_steps(state):
        return relu(weight @ relu(weight @ state) + ones)

    at = np.zeros(2, dtype=int)
    for step in ([1, 0], [0, 1], [-1, 0], [0, -1]):  # linear for |s| ≤ 1, with the Jacobian W
        assert (two_steps(at + step) - two_steps(at) == weight @ step).all()
    slopes = [ACTIVATIONS["relu"][1](z) for z in (weight @ at, weight @ relu(weight @ at) + ones)]
    product = np.diag(slopes[1]) @ weight @ np.diag(slopes[0]) @ weight
    assert (product == 0).all()


# --- Values ---------------------------------------------------------------------------------------

CUTS = {"relu": (0,), "hard_tanh": (-1, 1), "softsign": (0,), "elu": (0,)}


@pytest.mark.parametrize("name", KINKS)
def test_the_table_of_kinks_is_that_of_the_functions(name):
    lowest, points = KINKS[name]
    assert tuple(points) == CUTS[name]
    step = 2.0**-26
    for order in range(3):
        function = ACTIVATIONS[name][order]
        for point in (*map(float, points), -0.5, 0.25, 3.0):
            right = (function(point + 2 * step) - function(point + step)) / step
            left = (function(point - step) - function(point - 2 * step)) / step
            continuous = abs(function(point + step) - function(point - step)) < 1e-6
            differentiable = continuous and abs(right - left) < 1e-5
            expected = order + 1 < lowest or point not in map(float, points)
            if order + 1 <= lowest:
                assert bool(differentiable) is expected, (order, point)


def test_the_values_at_kinks_are_the_conventions():
    assert ACTIVATIONS["relu"][1](0.0) == 0
    assert [ACTIVATIONS["hard_tanh"][1](point) for point in (-1.0, 1.0)] == [0, 0]
    assert FAMILIES["leaky_relu"][1](0.0, 0.25) == 0.25
    assert FAMILIES["elu"][1](0.0, 0.25) == 0.25
    assert ACTIVATIONS["softsign"][1](0.0) == ACTIVATIONS["elu"][1](0.0) == 1


# --- The exponential ------------------------------------------------------------------------------


@pytest.mark.parametrize("c", [ONE, sp.Rational(1, 8), sp.Integer(2)], ids=str)
def test_the_exponential_lies_above_its_tangents_and_meets_them(c):
    law = exponential_above_line(c)
    assert Step(Z, LE, sp.exp(c * Z - 1) / c, law)
    assert Step(P * Z**2, LE, P * sp.exp(c * Z**2 - 1) / c, law)
    for left, relation, right in (
        (Z, LT, sp.exp(c * Z - 1) / c),
        (Z, EQ, sp.exp(c * Z - 1) / c),
        (Z, LE, sp.exp(c * Z - 1) / (2 * c)),
        (Z, LE, sp.exp(c * Z - 2) / c),
        (-Z, LE, -sp.exp(c * Z - 1) / c),
        (sp.exp(c * Z - 1) / c, LE, Z),
        (Z**2, LE, (sp.exp(c * Z - 1) / c) ** 2),  # false for large negative z
    ):
        with pytest.raises(StepRefusedError):
            Step(left, relation, right, law)


def test_the_tangent_needs_a_positive_rate_and_a_real_number():
    for c in (ZERO, -ONE, sp.sqrt(2), P):
        with pytest.raises(InputError, match="rational number above 0"):
            exponential_above_line(c)
    complex_number = sp.Symbol("w", complex=True)
    assert not list(exponential_above_line(1).rule(complex_number, ()))


def test_false_statements_about_kinks_are_refuted_with_numbers():
    for left, relation, right in (
        (value("relu", Z), EQ, Z),
        (value("relu", Z, 1), EQ, ONE),
        (value("leaky_relu", Z, 1), LE, ONE),  # a > 1
        (value("hard_tanh", Z), EQ, Z),
        (value("softsign", Z, 1), LT, ONE),
        (value("scaled_elu", Z, 1), LE, ONE),
        (value("silu", Z, 1), LE, ONE),
        (value("gelu", Z, 1), Relation.GE, ZERO),
        (value("erf", Z, 1), LE, ONE),
    ):
        assert find_counterexample(Proposition(left, relation, right), trials=200) is not None
