"""Sums over steps: attempts to prove something false with their laws."""

from __future__ import annotations

import dataclasses

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume, assume_at, define
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    JACOBIAN_OF_CONSTANT,
    SUBMULTIPLICATIVE,
    TRACE_ALGEBRA,
    chain_rule_through,
)
from gradproof.symbolic.kernel.sum_laws import (
    EMPTY_SUM,
    FACTORS_INTO_SUM,
    LAST_TERM_SPLIT_OFF,
    TRACE_OF_SUM,
    termwise,
)
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    Input,
    Jacobian,
    OrderedProduct,
    SpectralNorm,
    State,
    Trace,
)
from gradproof.symbolic.language.gradient_nodes import MatrixSum, ScalarSum
from gradproof.symbolic.language.relation import Hypothesis, Relation

D, K = sp.symbols("d k", integer=True, positive=True)
N, M = sp.symbols("n m", integer=True, nonnegative=True)
X = sp.Symbol("x", real=True)
A, B, W = (sp.MatrixSymbol(name, D, D) for name in "ABW")
U = sp.MatrixSymbol("u", D, 1)
FED = Input("x", BOUND_INDEX, D)
norm = SpectralNorm


def h(k):
    return State("h", k, D)


def total(term, lower=1, upper=N):
    return MatrixSum(term, lower, upper)


def refused(left, right, law, match=None):
    with pytest.raises(StepRefusedError, match=match):
        start(left).eq(right, by=law)


@pytest.mark.parametrize(
    "side",
    [
        total(FED, 1, -1),
        total(FED, 3, 1),
        total(FED, 1, N - 2),
        total(FED, 0, N),
        total(FED, N, N),
        total(FED, 1, X),
        total(norm(A)),
        total(total(FED)),
        total(sp.MatMul(OrderedProduct(A, 1, 2), U)),
        total(sp.MatMul(ScalarSum(norm(A), 1, 2), FED)),
        OrderedProduct(total(A), 1, 2),
        total(sp.MatrixSymbol("a", BOUND_INDEX, 1)),
        ScalarSum(A, 1, N),
        ScalarSum(sp.Symbol("c", complex=True), 1, N),
        total(FED, 1, BOUND_INDEX),
        total(FED) + FED,
    ],
    ids=str,
)
def test_what_is_no_sum_over_steps_is_no_side(side):
    refused(side, side, ALGEBRA, "no meaning|outside it|vocabulary")


def test_no_term_is_split_off_an_empty_sum():
    refused(total(FED), total(FED, 1, N - 1) + Input("x", N, D), LAST_TERM_SPLIT_OFF)
    refused(total(FED, 1, 0), total(FED, 1, -1) + Input("x", 0, D), LAST_TERM_SPLIT_OFF)
    refused(total(FED), sp.ZeroMatrix(D, 1), EMPTY_SUM)


def test_a_factor_with_the_index_stays_in_its_product():
    # ∏ k A isn't constant though it holds the same index: nested, the two would be confused.
    product = OrderedProduct(BOUND_INDEX * A, 1, 2)
    inside = total(sp.MatMul(product, FED))
    refused(sp.MatMul(product, total(FED)), inside, FACTORS_INTO_SUM, "no meaning")
    refused(sp.MatMul(total(A), total(FED)), total(sp.MatMul(total(A), FED)), FACTORS_INTO_SUM)


def test_the_factors_keep_their_order():
    refused(sp.MatMul(A, total(B), W), total(sp.MatMul(B, A, W)), FACTORS_INTO_SUM)


def test_the_algebra_of_traces_acts_term_by_term():
    left, right = (ScalarSum(Trace(sp.MatMul(*word)), 1, N) for word in ((A, B, W), (B, W, A)))
    assert start(left).eq(right, by=TRACE_ALGEBRA).steps
    refused(left, ScalarSum(Trace(sp.MatMul(B, A, W)), 1, N), TRACE_ALGEBRA)
    refused(left, ScalarSum(Trace(sp.MatMul(B, W, A)), 1, N + 1), TRACE_ALGEBRA)
    refused(Trace(total(A)), Trace(A), TRACE_OF_SUM)


def test_laws_refuse_by_themselves_what_the_vocabulary_refuses_too():
    split = total(FED, 1, N - 1) + Input("x", N, D)
    assert LAST_TERM_SPLIT_OFF.refuses(total(FED), Relation.EQ, split) is not None
    product = OrderedProduct(BOUND_INDEX * A, 1, 2)
    left, inside = sp.MatMul(product, total(FED)), total(sp.MatMul(product, FED))
    assert FACTORS_INTO_SUM.refuses(left, Relation.EQ, inside) is not None


# --- A law in each term -------------------------------------------------------------------------


def through(last, middle, k=BOUND_INDEX):
    return sp.MatMul(Jacobian(h(last), h(middle)), Jacobian(h(middle), h(k)), U)


def at_once(last, k=BOUND_INDEX):
    return sp.MatMul(Jacobian(h(last), h(k)), U)


def test_the_chain_rule_acts_in_each_term_up_to_its_middle():
    law = termwise(chain_rule_through(h(N)))
    assert start(total(through(N + 1, N))).eq(total(at_once(N + 1)), by=law).steps
    assert start(total(at_once(N + 1))).eq(total(through(N + 1, N)), by=law).steps


@pytest.mark.parametrize(
    ("left", "right", "middle"),
    [
        # the index goes beyond the middle: ∂h_n/∂h_k = 0 for k = n + 1, ∂h_{n+1}/∂h_{n+1} = I
        (total(through(N + 1, N), 1, N + 1), total(at_once(N + 1), 1, N + 1), N),
        (total(through(N + M, N), 1, M), total(at_once(N + M), 1, M), N),
        # the middle lies beyond the last state
        (total(through(N, N + 1)), total(at_once(N)), N + 1),
        # other limits
        (total(through(N + 1, N)), total(at_once(N + 1), 1, N + 1), N),
        (total(through(N + 1, N)), total(at_once(N + 1), 2, N + 1), N),
        (total(through(N + 1, N)), total(at_once(N)), N),
    ],
    ids=str,
)
def test_the_chain_rule_goes_no_further(left, right, middle):
    refused(left, right, termwise(chain_rule_through(h(middle))))


def test_without_its_range_the_index_is_any_positive_integer():
    refused(total(through(N + 1, N)), total(at_once(N + 1)), chain_rule_through(h(N)))
    # ∂h_k/∂h_n = 0 for k < n, but not for k = n, which the range allows.
    zero = total(sp.ZeroMatrix(D, D))
    early = total(Jacobian(h(BOUND_INDEX), h(N)))
    refused(early, zero, JACOBIAN_OF_CONSTANT)
    refused(early, zero, termwise(JACOBIAN_OF_CONSTANT))
    below = total(Jacobian(h(BOUND_INDEX), h(N + 1)))
    assert start(below).eq(zero, by=termwise(JACOBIAN_OF_CONSTANT)).steps


def test_a_hypothesis_about_one_step_does_not_act_in_each_term():
    one = Hypothesis.of(Input("x", K, D), Relation.EQ, U)
    refused(total(FED), total(U), assume(one), "applies nowhere")
    refused(total(FED), total(U), termwise(assume(one)), "applies nowhere")
    theorem = Theorem.of("t", start(Input("x", K, D)).eq(U, by=assume(one)))
    with pytest.raises(InputError, match="stands outside"):
        theorem.law({K: BOUND_INDEX})
    with pytest.raises(InputError, match="stands outside"):
        assume_at(Hypothesis.of(Input("x", K, D), Relation.EQ, U, for_all=(K,)), {K: BOUND_INDEX})


def test_a_theorem_about_every_step_acts_in_each_term():
    definition = define(h(K), W * h(K - 1))
    theorem = Theorem.of("t", start(h(K)).eq(W * h(K - 1), by=definition))
    law = theorem.law({K: BOUND_INDEX})
    assert start(total(h(BOUND_INDEX))).eq(total(W * h(BOUND_INDEX - 1)), by=law).steps
    refused(total(h(BOUND_INDEX - 1)), total(W * h(BOUND_INDEX - 2)), law)


def test_only_equations_of_the_kernel_act_in_each_term():
    forged = dataclasses.replace(EMPTY_SUM, rule=lambda term, _: iter((U,)))
    for law in (SUBMULTIPLICATIVE, forged, ALGEBRA, None):
        with pytest.raises(InputError, match="give an equation of the kernel"):
            termwise(law)


def test_a_law_in_each_term_keeps_its_hypotheses():
    law = termwise(assume(Hypothesis.of(A, Relation.EQ, B)))
    theorem = Theorem.of("t", start(total(A * FED)).eq(total(B * FED), by=law))
    assert [str(hypothesis) for hypothesis in theorem.conditions] == ["A = B"]


def test_no_value_is_captured_by_a_sum():
    theorem = Theorem.of("t", start(A * total(FED)).eq(total(A * FED), by=FACTORS_INTO_SUM))
    with pytest.raises(InputError, match="is bound"):
        theorem.law({A: BOUND_INDEX * A})
    with pytest.raises(InputError, match="is bound"):
        theorem.law({BOUND_INDEX: K})
