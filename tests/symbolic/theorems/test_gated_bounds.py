"""The highway of the LSTM and the bounds of gated cells: what they say, and what they don't."""

import numpy as np
import pytest
import sympy as sp

from gradproof.symbolic.attack import attack
from gradproof.symbolic.cell import K
from gradproof.symbolic.instances.instantiate import find_counterexample
from gradproof.symbolic.language.expressions import State
from gradproof.symbolic.language.relation import Proposition
from gradproof.symbolic.theorems import gated
from gradproof.symbolic.theorems.gated_bounds import gru_norm_upper, lstm_norm_upper, value_bounds
from gradproof.symbolic.theorems.highway import lstm_cell_path_alone, lstm_direct_path, lstm_paths

HIDDEN = State("h", K, gated.D)
ALL = [
    *lstm_direct_path(),
    *lstm_paths(),
    lstm_cell_path_alone(),
    *value_bounds(),
    *lstm_norm_upper(),
    *gru_norm_upper(),
]


@pytest.mark.parametrize("theorem", ALL, ids=str)
def test_every_theorem_survives_numbers(theorem):
    found = attack([theorem], trials=5, seed=3)
    assert found.counterexample is None
    assert found.skipped == 0


def test_the_conditions_are_these():
    assert [str(h) for h in lstm_cell_path_alone().conditions] == ["W_f = 0", "W_i = 0", "W_g = 0"]
    assert {str(h) for h in lstm_norm_upper()[-1].conditions} == {
        "‖diag(c_j)‖ ≤ κ for all j",
        "‖diag(f_k)‖ ≤ F for all k",
    }
    assert len(gru_norm_upper()[-1].conditions) == 4


@pytest.mark.parametrize("dropped", range(3))
def test_a_gate_that_looks_at_h_breaks_the_highway(dropped):
    theorem = lstm_cell_path_alone()
    condition = theorem.conditions[dropped]

    def model(generator: np.random.Generator) -> dict[sp.Basic, object]:
        drawn = dict(theorem.model(generator))
        d = drawn[next(s for s in drawn if s.name == "d")]
        drawn[condition.proposition.left] = generator.normal(size=(d, d))
        return drawn

    # How h is made takes no part in the proof, since no gate of c looks at it; here one does.
    hypotheses = (theorem.hypotheses - {condition}) | gated.lstm().definition(HIDDEN).hypotheses
    assert find_counterexample(theorem.proposition, hypotheses, model=model, trials=40)


@pytest.mark.parametrize("theorem", [lstm_norm_upper()[1], gru_norm_upper()[0]], ids=str)
def test_a_bound_with_half_the_weights_is_too_small(theorem):
    left, relation, right = (
        theorem.proposition.left,
        theorem.proposition.relation,
        theorem.proposition.right,
    )
    small = {s: sp.Float(0.01) for s in right.free_symbols if s.is_positive and not s.is_integer}
    false = Proposition(left, relation, right.xreplace(small))
    definitions = frozenset(h for h in theorem.hypotheses if h.is_definition)
    assert find_counterexample(false, definitions, trials=40)
