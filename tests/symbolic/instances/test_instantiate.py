"""The attack with numbers: it finds planted falsehoods in every kind of node, and spares truths."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.symbolic.instances import evaluation, instantiate
from gradproof.symbolic.instances.instantiate import (
    Assignment,
    NotNumericError,
    Trials,
    evaluate,
    find_counterexample,
    try_instances,
)
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    ActivationValue,
    Determinant,
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    LimitSuperior,
    OrderedProduct,
    Preactivation,
    ScalarDerivative,
    SmallestSingularValue,
    SpectralNorm,
    SpectralRadius,
    State,
    TimeIndexed,
    Trace,
)
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm
from gradproof.symbolic.theorems.recurrence import ElmanRecurrence

CELL = ElmanRecurrence("tanh")
D = CELL.d
N = sp.Symbol("n", integer=True, nonnegative=True)
X = sp.Symbol("x", real=True)
P = sp.Symbol("p", positive=True)
A, B = sp.MatrixSymbol("A", D, D), sp.MatrixSymbol("B", D, D)
U = sp.MatrixSymbol("u", D, 1)
EQ, LE, LT = Relation.EQ, Relation.LE, Relation.LT
H = State("h", N, D)
TANH = ActivationValue("tanh", 0, X)

FED = Input("x", BOUND_INDEX, D)


def total(kind, term):
    return kind(term, 1, 2)


# kind of node → (true, false); the false one differs within that node.
PLANTED = {
    sp.Integer: ((X + 2, X + 2), (X + 2, X + 3)),
    sp.Number: ((X / 2, X / 2), (X / 2, X / 3)),
    sp.NumberSymbol: ((sp.pi * X, sp.pi * X), (sp.pi, sp.E)),
    sp.Symbol: ((X, X), (X, P)),
    sp.MatrixSymbol: ((A, A), (A, B)),
    TimeIndexed: ((H, H), (H, State("h", N + 1, D))),
    ActivationValue: ((TANH, TANH), (TANH, ActivationValue("tanh", 1, X))),
    Elementwise: (
        (Elementwise("tanh", 0, U), Elementwise("tanh", 0, U)),
        (Elementwise("tanh", 0, U), Elementwise("tanh", 0, 2 * U)),
    ),
    Hadamard: (
        (Hadamard(U, A * U), Diagonal(U) * A * U),
        (Hadamard(U, A * U), A * Diagonal(U) * U),
    ),
    Stacked: (
        (Blocks(A, B, B, A) * Stacked(U, U), Stacked(A * U + B * U, B * U + A * U)),
        (Stacked(U, A * U), Stacked(A * U, U)),
    ),
    Blocks: (
        (Blocks(A, B, B, A).T, Blocks(A.T, B.T, B.T, A.T)),
        (Blocks(A, A, B, B).T, Blocks(A.T, A.T, B.T, B.T)),
    ),
    sp.OneMatrix: (
        (Hadamard(sp.OneMatrix(D, 1), U), U),
        (sp.OneMatrix(D, 1), U),
    ),
    Diagonal: ((Diagonal(U).T, Diagonal(U)), (Diagonal(U), Diagonal(2 * U))),
    Jacobian: (
        (Jacobian(A * H, H), A),
        (Jacobian(A * H, H), A.T),
    ),
    OrderedProduct: (
        (CELL.factors(N, 2), CELL.slopes(N + 2) * CELL.W * CELL.factors(N, 1)),
        (CELL.factors(N, 2), CELL.factors(N, 1) * CELL.slopes(N + 2) * CELL.W),
    ),
    ParameterDifferential: (
        (ParameterDifferential(A * H, A, B, N), B * H),
        (ParameterDifferential(A * H, A, B, N), A * H),
    ),
    Loss: (
        (Loss("ell", 1, U + U), Loss("ell", 1, 2 * U)),
        (Loss("ell", 1, U), Loss("ell", 2, U)),
    ),
    LossGradient: (
        (LossGradient("ell", 1, U + U), LossGradient("ell", 1, 2 * U)),
        (LossGradient("ell", 1, U), LossGradient("m", 1, U)),
    ),
    Gradient: (
        (Gradient(Loss("ell", 1, A * U), A, 0), LossGradient("ell", 1, A * U) * U.T),
        (Gradient(Loss("ell", 1, A * U), A, 0), U * LossGradient("ell", 1, A * U).T),
    ),
    MatrixSum: (
        (total(MatrixSum, FED), Input("x", 1, D) + Input("x", 2, D)),
        (total(MatrixSum, FED), Input("x", 1, D)),
    ),
    ScalarSum: (
        (total(ScalarSum, X), 2 * X),
        (total(ScalarSum, X), X),
    ),
    SpectralNorm: ((SpectralNorm(-A), SpectralNorm(A)), (SpectralNorm(A), SpectralNorm(A * A))),
    InfinityNorm: (
        (InfinityNorm(-2 * A), 2 * InfinityNorm(A)),
        (InfinityNorm(A), InfinityNorm(A.T)),
    ),
    EntrywiseModulus: (
        (EntrywiseModulus(-A), EntrywiseModulus(A)),
        (EntrywiseModulus(A), A),
    ),
    SpectralRadius: (
        (SpectralRadius(A * B), SpectralRadius(B * A)),
        (SpectralRadius(A), SpectralNorm(A)),
    ),
    SmallestSingularValue: (
        (SmallestSingularValue(A.T), SmallestSingularValue(A)),
        (SmallestSingularValue(A), SpectralNorm(A)),
    ),
    Determinant: (
        (Determinant(A.T), Determinant(A)),
        (Determinant(A), Determinant(-A)),
    ),
    Trace: (
        (Trace(A * B), Trace(B * A)),
        (Trace(A * B), Trace(A * B.T)),
    ),
    ScalarDerivative: (
        (ScalarDerivative(TANH, X), 1 - TANH**2),
        (ScalarDerivative(TANH, X), 1 + TANH**2),
    ),
    sp.Identity: ((sp.Identity(D) * A, A), (sp.Identity(D), A)),
    sp.ZeroMatrix: ((A - A, sp.ZeroMatrix(D, D)), (sp.ZeroMatrix(D, D), A)),
    sp.Inverse: ((sp.MatMul(A.I, A * U), U), (A.I, A)),
    sp.Transpose: (((A * B).T, B.T * A.T), ((A * B).T, A.T * B.T)),
    sp.MatMul: ((2 * A * B, A * (2 * B)), (A * B, B * A)),
    sp.MatPow: ((A**N * A, A ** (N + 1)), (A**N, A ** (N + 1))),
    sp.MatAdd: ((A + B, B + A), (A + B, A - B)),
    sp.Add: ((X + P, P + X), (X + P, X - P)),
    sp.Mul: ((X * P, P * X), (X * P, X + P)),
    sp.Pow: ((P**N * P, P ** (N + 1)), (P**N, P ** (N + 1))),
    sp.exp: ((sp.exp(X) * sp.exp(P), sp.exp(X + P)), (sp.exp(X), sp.exp(-X))),
    sp.log: ((sp.log(sp.exp(P)), P), (sp.log(P), P)),
    sp.Abs: ((sp.Abs(-X), sp.Abs(X)), (sp.Abs(X), X)),
}


def test_every_kind_of_node_has_a_planted_falsehood():
    kinds = {kind for group, _ in evaluation._EVALUATORS for kind in group}
    assert kinds <= set(PLANTED) | {Preactivation, Input}


@pytest.mark.parametrize("kind", PLANTED, ids=lambda kind: kind.__name__)
def test_a_planted_falsehood_is_found_and_the_truth_spared(kind):
    true, false = PLANTED[kind]
    assert find_counterexample(Proposition(true[0], EQ, true[1]), trials=20) is None
    found = find_counterexample(Proposition(false[0], EQ, false[1]))
    assert found is not None
    assert "the left side is" in found


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (SpectralNorm(A) ** N, LT, SpectralNorm(A) ** N + sp.Abs(X)),  # equal at x = 0 only
        (ActivationValue("tanh", 1, X), LT, sp.Integer(1)),  # equal at z = 0 only
        (SpectralNorm(A), LE, SpectralRadius(A) * 1000),  # false at nilpotent matrices
        (X**2, LE, sp.Abs(X)),
        (P, LE, P**2),
    ],
    ids=str,
)
def test_what_fails_at_exceptional_values_only_is_found(left, relation, right):
    assert find_counterexample(Proposition(left, relation, right)) is not None


def nilpotent(generator):
    near_singular = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9 + 1e-6]])
    return {D: 3, A: np.eye(3, k=1), B: near_singular + generator.normal(scale=1e-9)}


@pytest.mark.parametrize(
    ("left", "right", "model"),
    [
        (SpectralRadius(A), SpectralRadius(sp.MatMul(A, B.I, B)), nilpotent),
        (P**2 * ((X + 1) ** 2 - X**2 - 2 * X - 1), sp.Integer(0), None),
    ],
    ids=["an eigenvalue that rounding moves by its d-th root", "a sum that cancels"],
)
def test_rounding_is_no_counterexample(left, right, model):
    exactly = Proposition(left, EQ, right)
    assert try_instances(exactly, model=model, trials=60) == Trials(60)


def test_a_form_that_is_negative_in_a_narrow_cone_meets_no_hypothesis():
    u, y = sp.MatrixSymbol("u", D, 1), sp.MatrixSymbol("y", D, 1)
    form = Trace(y.T * y) - Trace(u.T * u) / 100
    positive = Hypothesis.of(sp.Integer(0), LE, form, for_all=(u, y))
    proposition = Proposition(X, EQ, X)
    assert try_instances(proposition, [positive]).evaluated == 0


def test_hypotheses_are_met_by_every_instance():
    small = Hypothesis.of(X, LE, sp.Integer(0))
    assert find_counterexample(Proposition(X, LE, sp.Integer(0))) is not None
    assert find_counterexample(Proposition(X, LE, sp.Integer(0)), [small]) is None
    never = Hypothesis.of(P, LE, sp.Integer(-1))
    assert find_counterexample(Proposition(X, EQ, X + 1), [never]) is None


def test_a_model_supplies_what_hypotheses_tie_together():
    similar = Hypothesis.of(A, EQ, B * B)
    false = Proposition(SpectralNorm(A), LE, SpectralNorm(B))
    assert find_counterexample(false, [similar]) is None  # no instance meets the hypothesis

    def model(generator):
        drawn = generator.normal(size=(2, 2))
        return {D: 2, B: drawn, A: drawn @ drawn}

    assert find_counterexample(false, [similar], model=model) is not None


def test_what_has_no_value_is_said_to_have_none():
    with pytest.raises(NotNumericError, match="no value at an instance"):
        find_counterexample(Proposition(LimitSuperior(SpectralNorm(A**N), N), EQ, X))
    second = ScalarDerivative(ScalarDerivative(TANH, X), X)
    with pytest.raises(NotNumericError, match="differentiate twice"):
        find_counterexample(Proposition(second, EQ, X))


def test_the_search_is_reproducible():
    proposition = Proposition(A * B, EQ, B * A)
    assert find_counterexample(proposition, seed=3) == find_counterexample(proposition, seed=3)
    assert find_counterexample(proposition, seed=3) != find_counterexample(proposition, seed=4)


def definitions():
    laws = (CELL.definition_of_state, CELL.definition_of_preactivation)
    return tuple(hypothesis for law in laws for hypothesis in law.hypotheses)


def componentwise_jacobian(assignment, steps, d):
    """Differentiate h_steps by h_0 with SymPy, one scalar component at a time."""
    start = sp.Matrix(sp.symbols(f"s0:{d}", real=True))
    W, U_, b = (sp.Matrix(assignment.matrix(m)) for m in (CELL.W, CELL.U, CELL.b))
    state = start
    for k in range(1, steps + 1):
        inputs = sp.Matrix(assignment.sequence(CELL.x(sp.Integer(k))))
        state = (W * state + U_ * inputs + b).applyfunc(sp.tanh)
    at = dict(zip(start, assignment.sequence(CELL.h(sp.Integer(0)))[:, 0], strict=True))
    return np.array(state.jacobian(start).subs(at), dtype=float)


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_the_complex_step_agrees_with_componentwise_differentiation(d, steps):
    assignment = Assignment(np.random.default_rng(d), definitions(), values={CELL.d: d, CELL.m: 2})
    later, start = CELL.h(sp.Integer(steps)), CELL.h(sp.Integer(0))
    by_complex_step = evaluate(Jacobian(later, start), assignment)
    np.testing.assert_allclose(
        by_complex_step, componentwise_jacobian(assignment, steps, d), rtol=1e-12, atol=1e-15
    )
    product = evaluate(CELL.factors(sp.Integer(0), sp.Integer(steps)), assignment)
    np.testing.assert_allclose(by_complex_step, product, rtol=1e-12, atol=1e-15)


def test_one_bound_of_slopes_serves_both_sides():
    phi, slope = (ActivationValue("phi", order, X) for order in (0, 1))
    assert find_counterexample(Proposition(slope, EQ, ScalarDerivative(phi, X))) is None
    assert find_counterexample(Proposition(ScalarDerivative(phi, X), EQ, slope)) is None


def test_only_instances_that_meet_the_hypotheses_are_counted():
    never = Hypothesis.of(X**2, Relation.LT, sp.Integer(0))
    truth = Proposition(X, EQ, X)
    assert try_instances(truth, trials=7).evaluated == 7
    assert try_instances(truth, [never], trials=7).evaluated == 0


def test_a_hypothesis_about_every_step_is_tested_at_the_steps_in_question():
    k = sp.Symbol("k", integer=True, positive=True)
    mu = sp.Symbol("mu", nonnegative=True)
    least = SmallestSingularValue(CELL.slopes(k))
    steep = Hypothesis.of(mu, LE, least, for_all=(k,))
    claimed = Proposition(mu, LE, SmallestSingularValue(CELL.slopes(N + 1)))
    definitions = [
        hypothesis
        for law in (CELL.definition_of_state, CELL.definition_of_preactivation)
        for hypothesis in law.hypotheses
    ]

    def model(generator):
        return {mu: float(generator.uniform(0, 1))}

    found = try_instances(claimed, [steep, *definitions], model=model, trials=40)
    assert found.counterexample is None
    assert 0 < found.evaluated < 40
    assert try_instances(claimed, definitions, model=model, trials=40).counterexample is not None


def quantified(relation, factor):
    return Hypothesis.of(SpectralNorm(A * U), relation, factor * SpectralNorm(U), for_all=(U,))


def test_a_hypothesis_about_all_vectors_is_tried_at_random_ones():
    truth = Proposition(X, EQ, X)

    def stretched(generator):
        return {D: 2, A: np.diag([2.0, 1.0]), U: np.array([[0.0], [1.0]])}

    # ‖A u‖ ≤ ‖u‖ at the u of the model, but not at all others.
    assert try_instances(truth, [quantified(LE, 2)], model=stretched, trials=9).evaluated == 9
    assert try_instances(truth, [quantified(LE, 1)], model=stretched, trials=9).evaluated == 0
    assert try_instances(truth, [quantified(EQ, 1)], model=stretched, trials=9).evaluated == 0


def test_trying_vectors_leaves_the_instance_as_it_is():
    assignment = Assignment(np.random.default_rng(1), values={D: 2, U: np.ones((2, 1))})
    weight = assignment.matrix(A)
    assert instantiate.is_met(quantified(LE, 10), assignment)
    assert assignment.matrix(A) is weight
    assert (assignment.matrix(U) == 1).all()
    elsewhere = Assignment(np.random.default_rng(1), values={D: 2})
    assert instantiate.is_met(quantified(LE, 10), elsewhere)
    assert U not in elsewhere.values


def test_a_bound_of_an_abstract_slope_is_tried_too():
    gamma = sp.Symbol("gamma", positive=True)
    slope = sp.Abs(ActivationValue("phi", 1, X))
    truth = Proposition(P, EQ, P)
    for bound, evaluated in ((gamma, 9), (gamma / 2, 0)):
        hypothesis = Hypothesis.of(slope, LE, bound, for_all=(X,))
        assert try_instances(truth, [hypothesis], trials=9).evaluated == evaluated


def test_a_model_gives_the_first_state_and_inputs_and_nothing_that_is_defined():
    cell = CELL
    k = sp.Symbol("k", integer=True, positive=True)
    definition = Hypothesis(
        "", Proposition(cell.h(k), Relation.EQ, cell.h(k - 1)), (k,), is_definition=True
    )
    values = {
        cell.d: 1,
        cell.m: 1,
        cell.h(sp.Integer(0)): np.array([[2.0]]),
        cell.h(sp.Integer(1)): np.array([[3.0]]),
        cell.x(sp.Integer(4)): np.array([[5.0]]),
    }
    assignment = Assignment(np.random.default_rng(0), (definition,), values=values)
    found = [evaluate(v, assignment)[0, 0] for v in (cell.h(sp.Integer(1)), cell.x(sp.Integer(4)))]
    assert found == [2.0, 5.0]
