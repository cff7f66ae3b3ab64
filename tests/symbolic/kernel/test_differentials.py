"""Differentials by a parameter and gradients: attempts to prove something false with their laws."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume, define
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.differentials import (
    DIFFERENTIAL_OF_CONSTANT,
    DIFFERENTIAL_OF_PARAMETER,
    DIFFERENTIAL_OF_PRODUCT,
    GRADIENT_BY_DIFFERENTIAL,
)
from gradproof.symbolic.kernel.laws import ALGEBRA
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    OrderedProduct,
    Preactivation,
    SpectralNorm,
    State,
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
from gradproof.symbolic.language.relation import Hypothesis, Relation, is_real

D, E, K = sp.symbols("d e k", integer=True, positive=True)
N, S = sp.symbols("n s", integer=True, nonnegative=True)
X = sp.Symbol("x", real=True)
A, B, W, V = (sp.MatrixSymbol(name, D, D) for name in "ABWV")
U, B0, COLUMN = (sp.MatrixSymbol(name, D, 1) for name in ("u", "b", "v"))
ZERO = sp.ZeroMatrix(D, 1)


def h(k):
    return State("h", k, D)


def z(k):
    return Preactivation("z", k, D)


def d(y, s=0, parameter=W, direction=V):
    return ParameterDifferential(y, parameter, direction, s)


def gradient(vector, parameter=W, s=0):
    return Gradient(Loss("ell", 1, vector), parameter, s)


def refused(left, right, law, match=None):
    with pytest.raises(StepRefusedError, match=match):
        start(left).eq(right, by=law)


# --- What counts as constant --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "s"),
    [
        (h(1), 0),
        (h(N), 0),
        (h(K), 0),
        (h(K), K - 1),
        (h(N), S),
        (z(1), 0),
        (z(K), K - 1),
        (W * h(0), 0),
        (A * h(1), 0),
        (sp.MatMul(A, W, B, U), 0),
        (sp.MatMul(Diagonal(h(1)), U), 0),
        (Elementwise("phi", 0, h(K)), 0),
        (h(S + 1), S),
    ],
    ids=str,
)
def test_what_may_change_with_the_parameter_is_not_constant(y, s):
    refused(d(y, s), ZERO, DIFFERENTIAL_OF_CONSTANT, "differential of a constant")


@pytest.mark.parametrize(
    ("y", "s"), [(h(0), 0), (h(S), S), (h(S), S + 1), (z(K), K), (Input("x", K, D), 0), (U, 0)]
)
def test_what_is_held_fixed_is_constant(y, s):
    assert start(d(y, s)).eq(ZERO, by=DIFFERENTIAL_OF_CONSTANT).steps


def test_the_direction_in_an_expression_is_held_fixed():
    # d/dε (V u) at W + ε V is 0: V names a matrix, and isn't the parameter.
    assert start(d(V * U)).eq(ZERO, by=DIFFERENTIAL_OF_CONSTANT).steps
    refused(d(V * U), V * U, DIFFERENTIAL_OF_PRODUCT)


def test_a_matrix_of_another_size_is_another_parameter():
    other = sp.MatrixSymbol("W", E, E)
    y = sp.MatMul(other, sp.MatrixSymbol("u", E, 1))
    assert start(d(y)).eq(sp.ZeroMatrix(E, 1), by=DIFFERENTIAL_OF_CONSTANT).steps
    mixed = sp.MatMul(sp.MatrixSymbol("R", E, D), d(W * U)) + d(y)
    chain = start(mixed).eq(
        sp.MatMul(sp.MatrixSymbol("R", E, D), d(W * U)) + sp.ZeroMatrix(E, 1),
        by=DIFFERENTIAL_OF_CONSTANT,
    )
    with pytest.raises(InputError, match="two symbols called"):
        Theorem.of("t", chain)


# --- Products -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "wrong"),
    [
        (W * h(1), W * d(h(1))),
        (W * h(1), V * h(1)),
        (sp.MatMul(W, A, U), sp.MatMul(W, A, d(U))),
        (sp.MatMul(Diagonal(h(1)), U), sp.MatMul(Diagonal(h(1)), d(U))),
        (sp.MatMul(Diagonal(W * U), U), sp.MatMul(Diagonal(V * U), U)),
        (sp.MatMul(W.T, U), sp.MatMul(V, U) + sp.MatMul(W.T, d(U))),
        (sp.MatMul(W.T, U), sp.MatMul(W.T, d(U))),
        (sp.MatMul(h(1).T, U), sp.MatMul(h(1).T, d(U))),
    ],
    ids=str,
)
def test_the_product_rule_drops_nothing_and_guesses_nothing(y, wrong):
    refused(d(y), wrong, DIFFERENTIAL_OF_PRODUCT, "differential of a product")


def test_a_parameter_that_is_a_column_is_differentiated_as_the_last_factor():
    y = d(sp.MatMul(A, B0), 0, B0, COLUMN)
    chain = start(y).eq(A * d(B0, 0, B0, COLUMN), by=DIFFERENTIAL_OF_PRODUCT)
    assert chain.eq(A * COLUMN, by=DIFFERENTIAL_OF_PARAMETER).last == A * COLUMN


# --- Definitions --------------------------------------------------------------------------------


def recurrence():
    return define(h(K), Elementwise("phi", 0, z(K))), define(z(K), W * h(K - 1) + B0)


@pytest.mark.parametrize(("k", "s"), [(K, K), (K, K + 1), (N + 1, N + 1), (S + N + 1, S + 1)])
def test_a_definition_does_not_act_on_what_is_held_fixed(k, s):
    state, before = recurrence()
    refused(d(h(k), s), d(Elementwise("phi", 0, z(k)), s), state, "applies nowhere")
    refused(d(z(k), s), d(W * h(k - 1) + B0, s), before, "applies nowhere")


def test_a_definition_does_not_act_at_index_0_or_at_an_index_that_may_be_0():
    state, _ = recurrence()
    for k in (sp.Integer(0), N):
        refused(d(h(k)), d(Elementwise("phi", 0, z(k))), state)


def test_a_definition_acts_where_states_follow_from_the_parameter():
    state, before = recurrence()
    assert start(d(h(K), K - 1)).eq(d(Elementwise("phi", 0, z(K)), K - 1), by=state).steps
    assert start(d(z(K))).eq(d(W * h(K - 1) + B0), by=before).steps


def test_a_definition_does_not_act_inside_a_gradient():
    state, _ = recurrence()
    refused(gradient(h(K)), gradient(Elementwise("phi", 0, z(K))), state, "applies nowhere")


@pytest.mark.parametrize(
    "right",
    [
        SpectralNorm(W) * h(K - 1),
        Trace(W) * h(K - 1),
        SpectralNorm(h(K - 1)) * U,
        LossGradient("ell", K, h(K - 1)),
        sp.MatMul(gradient(U), U),
        d(W * U),
        MatrixSum(U, 1, K),
    ],
    ids=str,
)
def test_a_recurrence_is_made_of_what_can_be_differentiated(right):
    with pytest.raises(InputError, match="real sums and products"):
        define(h(K), right)


# --- Nothing else acts inside -------------------------------------------------------------------


def test_a_hypothesis_about_values_does_not_act_inside():
    law = assume(Hypothesis.of(W * U, Relation.EQ, U))
    refused(d(W * U), d(U), law, "applies nowhere")
    refused(gradient(W * U), gradient(U), law, "applies nowhere")
    equal = assume(Hypothesis.of(A, Relation.EQ, W))
    refused(d(A * U), d(W * U), equal, "applies nowhere")
    refused(gradient(A * U), gradient(W * U), equal, "applies nowhere")


def test_no_law_acts_on_the_parameter_the_direction_or_the_start():
    equal = assume(Hypothesis.of(A, Relation.EQ, W))
    refused(d(U, 0, A), d(U, 0, W), equal, "applies nowhere")
    turned = assume(Hypothesis.of(V, Relation.EQ, B))
    refused(d(W * U), d(W * U, direction=B), turned, "applies nowhere")
    later = assume(Hypothesis.of(S, Relation.EQ, N))
    refused(d(h(N), S), d(h(N), N), later)
    refused(gradient(h(N), s=S), gradient(h(N), s=N), later)


def test_a_theorem_under_hypotheses_or_without_does_not_act_inside():
    law = assume(Hypothesis.of(W * U, Relation.EQ, U))
    theorem = Theorem.of("t", start(W * U).eq(U, by=law))
    refused(d(W * U), d(U), theorem.law(), "law “t”")


def test_algebra_acts_inside_since_it_is_an_identity_of_functions():
    assert start(d(W * U + W * h(0))).eq(d(W * (h(0) + U)), by=ALGEBRA).steps


def test_losses_are_functions_of_their_argument_at_one_index():
    equal = assume(Hypothesis.of(h(1), Relation.EQ, h(2)))
    one, two = (Loss("ell", k, h(1)) for k in (1, 2))
    assert start(one).eq(Loss("ell", 1, h(2)), by=equal).steps
    refused(one, two, equal)
    refused(one, Loss("m", 1, h(2)), equal)


# --- Substitution -------------------------------------------------------------------------------


def constant_theorem():
    return Theorem.of("t", start(d(A * U)).eq(ZERO, by=DIFFERENTIAL_OF_CONSTANT))


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({A: W}, "is bound"),
        ({A: W + B}, "is bound"),
        ({W: A}, "is bound"),
        ({V: W}, "is bound"),
        ({A: Diagonal(h(1))}, "isn't constant"),
        ({U: h(1)}, "isn't constant"),
        ({A: sp.MatrixSymbol("W", 3, 3), D: sp.Integer(3)}, "is bound"),
        ({V: sp.MatrixSymbol("W", 3, 3), D: sp.Integer(3)}, "is bound"),
    ],
    ids=str,
)
def test_no_constant_becomes_the_parameter_by_substitution(values, match):
    with pytest.raises(InputError, match=match):
        constant_theorem().law(values)


def test_a_size_may_be_replaced_everywhere():
    law = constant_theorem().law({D: sp.Integer(3)})
    W3, V3, A3 = (sp.MatrixSymbol(name, 3, 3) for name in "WVA")
    y = ParameterDifferential(A3 * sp.MatrixSymbol("u", 3, 1), W3, V3, 0)
    assert start(y).eq(sp.ZeroMatrix(3, 1), by=law).steps


def test_a_direction_that_is_no_symbol_is_refused():
    refused(d(A * U), ZERO, constant_theorem().law({V: A * B}))
    refused(ParameterDifferential(A * U, W, A * B, 0), ZERO, DIFFERENTIAL_OF_CONSTANT, "no meaning")


def test_a_definition_does_not_come_to_contain_what_a_hypothesis_differentiates_by():
    # “∂ℓ(h_1)/∂W = 0 with U fixed” says nothing of U = W.
    definition = define(h(K), W * h(K - 1) + A * U)
    flat = assume(Hypothesis.of(gradient(h(1)) * U, Relation.EQ, ZERO))
    theorem = Theorem.of(
        "t",
        start(h(1) + ZERO)
        .eq(h(1) + gradient(h(1)) * U, by=flat)
        .eq(h(1) + ZERO, by=flat)
        .eq(W * h(0) + A * U + ZERO, by=definition),
    )
    for values in ({A: W}, {A: sp.MatrixSymbol("W", 3, 3), D: sp.Integer(3)}):
        with pytest.raises(InputError, match="differentiates by what is replaced"):
            theorem.law(values)


def test_no_constant_becomes_the_parameter_of_a_gradient():
    twice = sp.MatAdd(A * U, A * U)
    theorem = Theorem.of("t", start(gradient(twice)).eq(gradient(2 * A * U), by=ALGEBRA))
    for values in ({A: W}, {A: Diagonal(h(1))}, {W: A}):
        with pytest.raises(InputError, match=r"is bound|isn't constant"):
            theorem.law(values)


# --- Meaning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "side",
    [
        d(U, 0, W, W),
        d(U, 0, W, COLUMN),
        d(U, 0, W * W, V),
        d(U, 0, h(1), U),
        d(U, -1),
        d(U, X),
        d(W * V),
        d(d(W * U)),
        d(Jacobian(h(1), h(0)) * U),
        d(sp.MatMul(gradient(U), U)),
        d(LossGradient("ell", 1, h(1))),
        d(SpectralNorm(W) * U),
        d(Trace(W) * U),
        d(sp.MatMul(W.I, U)),
        d(sp.MatMul(OrderedProduct(W, 1, 2), U)),
        d(MatrixSum(W * U, 1, 2)),
        d(sp.Symbol("c", complex=True) * W * U),
        Jacobian(d(h(1)), h(0)),
        Jacobian(LossGradient("ell", 1, h(0)), h(0)),
        Jacobian(MatrixSum(h(BOUND_INDEX), 1, 2), h(0)),
        Jacobian(sp.MatMul(gradient(h(1)), h(0)), h(0)),
        Gradient(SpectralNorm(W), W, 0),
        Gradient(Trace(W), W, 0),
        Gradient(ScalarSum(SpectralNorm(W), 1, 2), W, 0),
        gradient(SpectralNorm(W) * U),
        gradient(W * U, W * W),
        gradient(W * U, s=-1),
        MatrixSum(
            ParameterDifferential(
                U,
                sp.MatrixSymbol("P", D, BOUND_INDEX),
                sp.MatrixSymbol("V", D, BOUND_INDEX),
                0,
            ),
            1,
            2,
        ),
        Loss("ell", 1, W),
        Loss("ell", -1, U),
        Loss("ell", 1, sp.Symbol("c", complex=True) * U),
    ],
    ids=str,
)
def test_what_has_no_derivative_by_a_parameter_is_no_side(side):
    refused(side, side, ALGEBRA, "no meaning|vocabulary|two columns|isn't known")


def test_the_parameter_and_the_direction_are_taken_to_be_real():
    theorem = constant_theorem()
    assert theorem.hypotheses == {is_real(W), is_real(V)}
    chain = start(gradient(A * U)).eq(gradient(A * U), by=ALGEBRA)
    assert Theorem.of("t", chain).hypotheses == {is_real(W)}


# --- Gradients ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            Trace(gradient(h(1), s=0).T * V),
            Trace(LossGradient("ell", 1, h(1)).T * d(h(1), 1)),
        ),
        (
            Trace(gradient(h(1)).T * V),
            Trace(LossGradient("ell", 2, h(1)).T * d(h(1))),
        ),
        (
            Trace(gradient(h(1)).T * V),
            Trace(LossGradient("m", 1, h(1)).T * d(h(1))),
        ),
        (Trace(gradient(h(1)) * V), Trace(LossGradient("ell", 1, h(1)).T * d(h(1)))),
        (
            Trace(sp.MatMul(gradient(h(1)).T, V, A)),
            Trace(sp.MatMul(LossGradient("ell", 1, h(1)).T, d(h(1)), A)),
        ),
        (
            Trace(sp.MatMul(gradient(h(1)).T, V, A)),
            Trace(LossGradient("ell", 1, h(1)).T * d(h(1))),
        ),
        (
            Trace(Gradient(Loss("m", 1, h(1)), W, 0).T * V),
            Trace(LossGradient("ell", 1, h(1)).T * d(h(1))),
        ),
        (
            Trace(gradient(h(1)).T * W),
            Trace(LossGradient("ell", 1, h(1)).T * d(h(1), direction=W)),
        ),
        (
            Trace(gradient(h(1)).T * V),
            Trace(LossGradient("ell", 1, h(1)).T * d(h(1), direction=B)),
        ),
    ],
    ids=str,
)
def test_a_gradient_is_tied_to_the_differential_of_the_same_thing(left, right):
    refused(left, right, GRADIENT_BY_DIFFERENTIAL)
