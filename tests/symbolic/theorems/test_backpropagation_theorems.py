"""Backpropagation through time: what is derived, and that SymPy's componentwise way agrees."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import Assignment, evaluate
from gradproof.symbolic.language.gradient_nodes import LossGradient
from gradproof.symbolic.theorems.backpropagation import (
    backward_recursion,
    bias_gradient,
    gradient_of_all_losses,
    immediate_differential,
    input_weight_gradient,
    recurrent_weight_gradient,
    total_differential,
)
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

CELL = ElmanRecurrence("tanh")
GRADIENTS = {
    "W": recurrent_weight_gradient,
    "U": input_weight_gradient,
    "b": bias_gradient,
}


def theorems():
    yield from backward_recursion()
    yield gradient_of_all_losses()
    for parameter, gradient in GRADIENTS.items():
        yield immediate_differential(parameter)
        for first in (sp.Integer(0), T_START):
            yield total_differential(parameter, first)
            yield gradient(first)


@pytest.mark.parametrize("theorem", list(theorems()), ids=str)
def test_every_step_holds_at_random_instances(theorem):
    outcome = attack([theorem], trials=6, seed=2)
    assert outcome.counterexample is None
    assert outcome.skipped == 0


@pytest.mark.parametrize(("parameter", "gradient"), GRADIENTS.items())
def test_what_is_assumed_is_the_recurrence_and_a_real_parameter(parameter, gradient):
    theorem = gradient()
    assert [str(hypothesis) for hypothesis in theorem.conditions] == [f"{parameter} is real"]
    assert [str(definition) for definition in theorem.definitions] == [
        "h_k = φ(z_k) for all k ≥ 1",
        "z_k = W h_{k−1} + U x_k + b for all k ≥ 1",
    ]
    assert theorem.domains[-1] == "integer n ≥ 0"


def test_a_truncated_gradient_begins_after_the_state_that_is_held_fixed():
    assert str(bias_gradient(T_START)) == (
        "∂ℓ_{t+n}(h_{t+n})/∂b|h_t = "
        "∑_{k=t+1}^{t+n} [diag(φ′(z_k)) (∂h_{t+n}/∂h_k)ᵀ ∇ℓ_{t+n}(h_{t+n})]"
    )


def test_the_proof_uses_the_product_of_one_step_and_says_so():
    assert recurrent_weight_gradient().uses == ("state_jacobian", "total_differential")


def definitions():
    laws = (CELL.definition_of_state, CELL.definition_of_preactivation)
    return tuple(hypothesis for law in laws for hypothesis in law.hypotheses)


def componentwise_gradient(assignment, parameter, steps):
    """Differentiate g·h_steps by each entry of a parameter with SymPy, g being ∇ℓ at h_steps."""
    values = {name: sp.Matrix(assignment.matrix(getattr(CELL, name))) for name in ("W", "U", "b")}
    unknown = sp.Matrix(*values[parameter].shape, lambda i, j: sp.Symbol(f"p_{i}_{j}"))
    at = dict(zip(unknown, values[parameter], strict=True))
    entering = {**values, parameter: unknown}
    state = sp.Matrix(assignment.sequence(CELL.h(sp.Integer(0))))
    for k in range(1, steps + 1):
        x = sp.Matrix(assignment.sequence(CELL.x(sp.Integer(k))))
        z = entering["W"] * state + entering["U"] * x + entering["b"]
        state = z.applyfunc(sp.tanh)
    n = sp.Integer(steps)
    slope = sp.Matrix(evaluate(LossGradient("ell", n, CELL.h(n)), assignment))
    linear = (slope.T * state)[0]
    found = [[sp.diff(linear, p).subs(at) for p in unknown.row(i)] for i in range(unknown.rows)]
    return np.array(found, dtype=float)


@pytest.mark.parametrize("steps", [0, 1, 2])
@pytest.mark.parametrize("parameter", "WUb")
def test_both_sides_are_the_componentwise_derivative(parameter, steps):
    proposition = GRADIENTS[parameter]().proposition
    # The theorem is about any φ; tanh takes its place for numbers that SymPy computes as well.
    rebuilt = [
        side.replace(
            lambda e: getattr(e, "activation", "") == "phi",
            lambda e: type(e)("tanh", *e.args[1:]),
        ).xreplace({STEPS: sp.Integer(steps)})
        for side in (proposition.left, proposition.right)
    ]
    seed = np.random.default_rng([steps, ord(parameter)])
    assignment = Assignment(seed, definitions(), values={CELL.d: 2, CELL.m: 2})
    expected = componentwise_gradient(assignment, parameter, steps)
    for side in rebuilt:
        np.testing.assert_allclose(evaluate(side, assignment), expected, rtol=1e-12, atol=1e-14)
