"""Orthogonal recurrent matrices, and diagonal scalings: what is said, and what it needs."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import try_instances
from gradproof.symbolic.theorems import orthogonal, scaled_bounds
from gradproof.symbolic.theorems.recurrence import STEPS, ElmanRecurrence

D, W, V = ElmanRecurrence().d, ElmanRecurrence().W, orthogonal._V
S, ENTRIES, SIGNS = scaled_bounds._S, scaled_bounds._ENTRIES, scaled_bounds._OTHER
ISOMETRY, LENGTHS = orthogonal.orthogonal_linear_recurrence()
BALANCE, KEPT = orthogonal.length_balance("tanh"), orthogonal.tanh_gains_no_length()
LOWER = scaled_bounds.scaled_norm_lower()
UNIT = "Wᵀ W = I"

SAYS = {
    "isometry": (ISOMETRY, "(∂h_{t+n}/∂h_t)ᵀ ∂h_{t+n}/∂h_t = I", [UNIT]),
    "lengths": (LENGTHS, "‖∂h_{t+n}/∂h_t v‖² = ‖v‖²", [UNIT, "v is real"]),
    "balance": (
        BALANCE,
        (
            "∑_{k=t+1}^{t+n} [(W ∂h_{k−1}/∂h_t v)ᵀ (I − diag(tanh′(z_k))²) (W ∂h_{k−1}/∂h_t v)] "
            "+ ‖∂h_{t+n}/∂h_t v‖² = ‖v‖²"
        ),
        ["W is real", UNIT, "v is real"],
    ),
    "kept": (KEPT, "yᵀ diag(tanh′(z_k))² y ≤ ‖y‖²", ["y is real"]),
    "lower": (
        LOWER,
        "ρ(diag(e) W) ≤ ‖S W S⁻¹‖",
        ["S = diag(s)", "S is invertible", "‖diag(e)‖ ≤ 1"],
    ),
}


@pytest.mark.parametrize("name", SAYS)
def test_a_theorem_says_and_assumes_exactly_this(name):
    theorem, conclusion, conditions = SAYS[name]
    assert str(theorem) == conclusion
    assert sorted(str(h) for h in theorem.conditions) == sorted(conditions)


@pytest.mark.parametrize("name", SAYS)
def test_every_step_and_conclusion_survives_numbers(name):
    theorem = SAYS[name][0]
    outcome = attack([theorem], trials=30, seed=4)
    assert (outcome.counterexample, outcome.skipped) == (None, 0), outcome.proposition
    found = try_instances(theorem.proposition, theorem.hypotheses, model=theorem.model, trials=20)
    assert found.evaluated == 20


def without(theorem, dropped, values, trials=20):
    kept = {h for h in theorem.hypotheses if str(h) != dropped}
    assert len(kept) == len(theorem.hypotheses) - 1
    return try_instances(theorem.proposition, kept, model=lambda _: values, trials=trials)


def test_the_matrix_has_to_be_orthogonal():
    stretched = {D: 1, W: np.array([[3.0]]), STEPS: 1}
    one = np.array([[1.0]])
    for theorem in (ISOMETRY, LENGTHS):
        assert without(theorem, UNIT, {**stretched, V: one}).counterexample is not None
    # W² d² + W² (1 − d²) = 9, whatever the slope d is.
    assert without(BALANCE, UNIT, {**stretched, V: one}).counterexample is not None


def test_the_balance_is_one_of_real_matrices():
    # cosh² − sinh² = 1: WᵀW = I without a complex conjugate, but (W x)ᵀ… isn't a length.
    a, b = np.cosh(1), np.sinh(1)
    W_complex = np.array([[a, 1j * b], [-1j * b, a]])
    values = {D: 2, W: W_complex, V: np.array([[1.0], [0.0]]), STEPS: 1}
    found = without(BALANCE, "W is real", values, trials=60)
    assert found.counterexample is not None


# W = ⅔ u vᵀ with u = (1, 1), v = (1, −1), and S halves u and keeps v: ‖S W S⁻¹‖ = 2/3.
ROTATED = np.array([[0.75, -0.25], [-0.25, 0.75]])
NILPOTENT = np.array([[1.0, -1.0], [1.0, -1.0]]) * 2 / 3
ALTERNATING = np.array([[1.0], [-1.0]])


def test_a_scaling_that_is_not_diagonal_reaches_lower():
    values = {D: 2, W: NILPOTENT, S: ROTATED, SIGNS: ALTERNATING, ENTRIES: np.ones((2, 1))}
    assert without(LOWER, "S = diag(s)", values).counterexample is not None


def test_large_entries_are_no_slopes():
    one = np.array([[1.0]])
    values = {D: 1, W: one, S: one, ENTRIES: one, SIGNS: 2 * one}
    assert without(LOWER, "‖diag(e)‖ ≤ 1", values).counterexample is not None
