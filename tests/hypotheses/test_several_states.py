"""Recurrences with several states at an instance: every one of them counts."""

import pytest
import sympy as sp

from gradproof.hypotheses.decide import meets
from gradproof.hypotheses.instance import Instance, evaluate
from gradproof.hypotheses.limits import limit_superior
from gradproof.hypotheses.values import UndecidedValueError
from gradproof.symbolic.language.blocks import Stacked
from gradproof.symbolic.language.expressions import (
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    LimitSuperior,
    Preactivation,
    SpectralNorm,
    State,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation

K = sp.Symbol("k", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
Y = sp.Symbol("y", real=True)
ZERO, ONE = sp.Integer(0), sp.Integer(1)


def h(k):
    return State("h", k, ONE)


def c(k):
    return State("c", k, ONE)


def defined(*equations):
    return tuple(
        Hypothesis("", Proposition(left, Relation.EQ, right), (K,), is_definition=True)
        for left, right in equations
    )


def test_a_trajectory_recurs_only_where_all_states_do():
    at = Instance(
        {"h_0": [1], "c_0": [0], "y": 100}, defined((c(K), c(K - 1)), (h(K), 2 * h(K - 1)))
    )
    bounded = Hypothesis.of(SpectralNorm(h(K)), Relation.LE, Y, for_all=(K,))
    assert meets(bounded, at) is None  # h_7 = 128 is beyond the steps that are tried


def test_a_jacobian_by_one_of_several_states_has_no_limit_here():
    # ∂c_n/∂c_0 is 2^(n/2) for even n and 0 for odd n.
    at = Instance({}, defined((h(K), 2 * c(K - 1)), (c(K), h(K - 1))))
    norm = SpectralNorm(Jacobian(c(N), c(ZERO)))
    with pytest.raises(UndecidedValueError, match="several states"):
        limit_superior(LimitSuperior(norm, N), at)


def test_other_states_of_the_same_step_are_held_fixed():
    at = Instance({"h_0": [1]}, defined((h(K), 3 * h(K - 1)), (c(K), h(K))))
    assert evaluate(Jacobian(c(ONE), h(ONE)), at)[0, 0].fraction == 0
    assert evaluate(Jacobian(c(ONE), h(ZERO)), at)[0, 0].fraction == 3


def test_stacked_states_are_all_varied():
    at = Instance({}, defined((h(K), h(K - 1) + c(K - 1)), (c(K), 2 * c(K - 1))))
    both = Jacobian(Stacked(h(ONE), c(ONE)), Stacked(h(ZERO), c(ZERO)))
    assert [[entry.fraction for entry in row] for row in evaluate(both, at)] == [[1, 1], [0, 2]]


M = sp.Symbol("m", integer=True, nonnegative=True)
A = sp.MatrixSymbol("A", 1, 1)


@pytest.mark.parametrize(("y", "met"), [(1, True), (0.5, False)])
def test_the_power_with_exponent_0_counts(y, met):
    bounded = Hypothesis.of(SpectralNorm(A**M), Relation.LE, Y, for_all=(M,))
    assert meets(bounded, Instance({"A": [[0]], "y": y})) is met


@pytest.mark.parametrize(("given", "met"), [({}, True), ({"x_9": [1]}, None), ({"x": [1]}, False)])
def test_inputs_without_one_of_their_own_are_all_the_same(given, met):
    silent = Hypothesis.of(Input("x", K + 2, ONE), Relation.EQ, sp.ZeroMatrix(1, 1), for_all=(K,))
    assert meets(silent, Instance(given, defined((h(K), 2 * h(K - 1))))) is met


@pytest.mark.parametrize(
    ("function", "y", "met"),
    [
        ("logistic", 1, True),
        ("tanh", 1, True),
        ("logistic", 0.99, None),
        ("softplus", 9, None),
        ("logistic", 0.125, False),
    ],
)
def test_a_bound_of_a_gate_at_all_steps_by_its_range(function, y, met):
    f, z = (Preactivation(name, K, ONE) for name in "fz")
    gate = defined((z, h(K - 1)), (f, Elementwise(function, 0, z)), (h(K), 2 * h(K - 1)))
    bounded = Hypothesis.of(SpectralNorm(Diagonal(f)), Relation.LE, Y, for_all=(K,))
    # The steps that are tried have z = 1/100, 1/50, …, 8/25.
    assert meets(bounded, Instance({"h_0": [0.01], "y": y}, gate)) is met


def test_an_open_answer_at_the_first_step_leaves_the_hypothesis_open():
    # exp ‖A⁰‖ = exp 1 can't be compared with itself; exp ‖Aᵐ‖ = 1 for m ≥ 1.
    bounded = Hypothesis.of(sp.exp(SpectralNorm(A**M)), Relation.LE, sp.exp(Y), for_all=(M,))
    assert meets(bounded, Instance({"A": [[0]], "y": 1})) is None
