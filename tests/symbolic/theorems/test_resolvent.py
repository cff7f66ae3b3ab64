"""Kreiss's bound, the easy half: what it says, and what it doesn't."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.errors import StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import SpectralNorm
from gradproof.symbolic.language.relation import Proposition, Relation
from gradproof.symbolic.theorems import resolvent

EQ, LE, LT, GE = Relation.EQ, Relation.LE, Relation.LT, Relation.GE
P, M, R = resolvent._P, resolvent._M, resolvent._R
THEOREM = resolvent.kreiss()
LEFT = P * SpectralNorm(R)


def test_it_says_and_assumes_exactly_this():
    assert str(THEOREM) == "p ‖R‖ ≤ M"
    assert sorted(map(str, THEOREM.conditions)) == [
        "(z I − W) R = I",
        "|z| = p + 1",
        "‖Wᵐ‖ ≤ M for all m",
    ]
    assert THEOREM.domains == ("M > 0", "complex z", "integer d ≥ 1", "p > 0")


def test_every_step_survives_numbers():
    outcome = attack([THEOREM], trials=20, seed=4)
    assert outcome.counterexample is None
    assert outcome.attacked >= 15


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (LEFT, LT, M),
        (LEFT, EQ, M),
        (LEFT, GE, M),
        ((P + 1) * SpectralNorm(R), LE, M),
        (2 * LEFT, LE, M),
        (LEFT, LE, M - 1),
        (SpectralNorm(R), LE, M),
    ],
    ids=str,
)
def test_other_bounds_are_refused_and_refuted(left, relation, right):
    with pytest.raises(StepRefusedError):
        Step(left, relation, right, THEOREM.law())

    def tight(generator):
        values = resolvent._bounded_instance(generator)
        p, bound = values[P], 1.0
        one = {resolvent._D: 1, resolvent._W: np.ones((1, 1)), M: bound, resolvent._Z: 1 + p}
        near = {R: np.ones((1, 1)) / p}
        return values if generator.random() < 0.5 else {**values, **one, **near}

    proposition = Proposition(left, relation, right)
    found = find_counterexample(proposition, THEOREM.hypotheses, model=tight, trials=100)
    assert found is not None


def test_a_matrix_whose_powers_grow_exceeds_every_bound():
    # W = [[1, 1], [0, 1]]: (z − 1)‖(zI − W)⁻¹‖ ≥ 1/(z − 1) near z = 1.
    W = np.array([[1.0, 1.0], [0.0, 1.0]])
    for p in (1e-1, 1e-2, 1e-3):
        assert p * np.linalg.norm(np.linalg.inv((1 + p) * np.eye(2) - W), 2) >= 1 / p
