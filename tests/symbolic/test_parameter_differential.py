"""The differential by a parameter that runs by itself: right, and it stops where it must."""

import pytest
import sympy as sp

from gradproof.symbolic.attack import attack
from gradproof.symbolic.differential import differential
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language.expressions import Diagonal, Elementwise
from gradproof.symbolic.language.gradient_nodes import ParameterDifferential
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    LeakyRecurrence,
)

CELL, LEAKY = ElmanRecurrence("phi"), LeakyRecurrence("phi")
D, W, U, b = CELL.d, CELL.W, CELL.U, CELL.b
A = sp.MatrixSymbol("A", D, D)
BEFORE, FED = CELL.h(K - 1), CELL.x(K)
SLOPES, LEAK = CELL.slopes(K), LEAKY.leak


def direction(parameter):
    return sp.MatrixSymbol("V", *parameter.shape)


def d(y, parameter, start):
    return ParameterDifferential(y, parameter, direction(parameter), start)


def definitions(cell):
    return (cell.definition_of_state, cell.definition_of_preactivation)


def phi(vector, order=0):
    return Elementwise("phi", order, vector)


V = direction(W)
TWICE = W * phi(W * BEFORE)
BY_HAND = [
    (CELL, d(BEFORE, W, K - 1), sp.ZeroMatrix(D, 1)),
    (CELL, d(A * BEFORE, W, K - 1), sp.ZeroMatrix(D, 1)),
    (
        CELL,
        d(TWICE, W, K - 1),
        V * phi(W * BEFORE) + sp.MatMul(W, Diagonal(phi(W * BEFORE, 1)), V, BEFORE),
    ),
    (CELL, d(CELL.h(K), W, K - 1), SLOPES * V * BEFORE),
    (CELL, d(CELL.h(K), U, K - 1), SLOPES * direction(U) * FED),
    (CELL, d(CELL.h(K), b, K - 1), SLOPES * direction(b)),
    (
        LEAKY,
        d(CELL.h(K), W, 0),
        (1 - LEAK) * d(BEFORE, W, 0)
        + LEAK * SLOPES * V * BEFORE
        + LEAK * SLOPES * W * d(BEFORE, W, 0),
    ),
    (
        CELL,
        d(CELL.h(T_START + STEPS + 1), b, T_START),
        CELL.slopes(T_START + STEPS + 1) * direction(b)
        + CELL.slopes(T_START + STEPS + 1) * W * d(CELL.h(T_START + STEPS), b, T_START),
    ),
]


@pytest.mark.parametrize(("cell", "y", "expected"), BY_HAND, ids=range(len(BY_HAND)))
def test_the_result_is_the_one_found_by_hand_and_survives_numbers(cell, y, expected):
    chain = differential(y, definitions=definitions(cell))
    assert same(chain.last, expected)
    assert attack([Theorem.of("t", chain)], trials=5, seed=0).counterexample is None


@pytest.mark.parametrize("k", [STEPS, T_START + STEPS], ids=str)
def test_a_state_that_may_be_held_fixed_is_left_alone(k):
    y = d(CELL.h(k), W, 0 if k == STEPS else T_START)
    assert differential(y, definitions=definitions(CELL)).steps == ()
