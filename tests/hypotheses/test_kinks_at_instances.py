"""Activations with kinks, and gates, at an instance: each piece counts, and so does the kink."""

from fractions import Fraction

import pytest
import sympy as sp

from gradproof.hypotheses.activations import Activation, Range
from gradproof.hypotheses.decide import meets
from gradproof.hypotheses.instance import Instance
from gradproof.hypotheses.mutation import gives_meaning, without
from gradproof.hypotheses.values import Dual, Number, UndecidedValueError
from gradproof.symbolic.kernel.kinks import off_kinks
from gradproof.symbolic.language.expressions import (
    Diagonal,
    Elementwise,
    Preactivation,
    SpectralNorm,
    State,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems import bounds, gated_bounds, recurrence
from gradproof.symbolic.theorems.recurrence import ElmanRecurrence, K
from gradproof.verdict import Verdict

Y = sp.Symbol("y", real=True)
LEAKY, ELU = (
    Activation("leaky_relu", parameter=Fraction(3)),
    Activation("elu", Fraction(1), Fraction(3)),
)


def number(value):
    return Number.of(Fraction(value))


@pytest.mark.parametrize(
    ("activation", "z", "values"),
    [(LEAKY, -2, (-6, 3, 0)), (LEAKY, 2, (2, 1, 0)), (ELU, 2, (2, 1, 0)), (LEAKY, 0, (0, 3))],
)
def test_each_piece_has_its_own_derivatives(activation, z, values):
    for order, value in enumerate(values):
        assert activation.at(number(z), order).equals(number(value)) is True


def test_the_exponential_piece():
    value = ELU.at(number(-1), 2)
    assert value.is_below(number("1.1037")) is True  # 3/e = 1.10363…
    assert number("1.1036").is_below(value) is True
    assert ELU.at(number(0), 1).equals(number(3)) is True


def test_at_a_kink_there_is_no_derivative_to_differentiate_through():
    with pytest.raises(UndecidedValueError, match="isn't known to be differentiable"):
        LEAKY.at(Dual(number(0), [number(1)]), 0)
    with pytest.raises(UndecidedValueError, match="no derivative of order 2"):
        LEAKY.at(number(0), 2)
    slope = LEAKY.at(Dual(number(-1), [number(1)]), 0).parts[0]
    assert slope.equals(number(3)) is True


def test_the_range_of_the_complement():
    found = Range(number(0), number("1/4"), False, True).complement
    assert found.lower.equals(number("3/4"))
    assert found.upper.equals(number(1))
    assert (found.takes_lower, found.takes_upper) == (True, False)


def definitions_of(cell):
    laws = (cell.definition_of_state, cell.definition_of_preactivation)
    return tuple(h for law in laws for h in law.hypotheses)


@pytest.mark.parametrize(
    ("given", "met"),
    [
        ({"W": [[1]], "b": [1], "h_0": [-2], "a": 2}, True),  # z_k = −1 for all k
        ({"W": [[1]], "a": 2}, False),  # z_k = 0
        ({"W": [[1]], "b": [1], "h_0": [1], "a": 2}, None),  # 2, 3, 4, …: it doesn't recur
        ({"W": [[1]], "b": [-1], "h_0": [2], "a": 2}, False),  # 1, 0, …: at step 2
    ],
)
def test_kinks_are_looked_for_at_every_step(given, met):
    cell = ElmanRecurrence("leaky_relu")
    condition = off_kinks(Elementwise("leaky_relu", 0, cell.z(K)), for_all=(K,))
    instance = Instance(given, definitions_of(cell))
    instance.infer_sizes(sp.MatrixSymbol("W", cell.z(K).shape[0], cell.z(K).shape[0]))
    assert meets(condition, instance) is met


def test_a_kink_gives_meaning_to_a_derivative_and_to_nothing_else():
    theorem = recurrence.jacobian_product("relu")
    assert [gives_meaning(theorem, c) for c in theorem.conditions] == [True]
    bound = bounds.product_norm_upper("leaky_relu")
    assert sorted(gives_meaning(bound, c) for c in bound.conditions) == [False, True]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"a": 2, "W": [[1]], "b": [1], "h_0": [-2], "n": 1}, Verdict.FAILS),
        ({"a": 2, "W": [[1]], "b": [1], "h_0": [2], "n": 1}, Verdict.UNDECIDED),  # slope 1
        ({"a": 0.5, "W": [[1]], "b": [1], "h_0": [-2], "n": 1}, Verdict.UNDECIDED),  # |a| ≤ 1
        ({"a": 2, "W": [[1]], "n": 1}, Verdict.UNDECIDED),  # at the kink
    ],
)
def test_the_slope_of_leaky_relu_is_bounded_by_one_only_if_its_leak_is(values, verdict):
    theorem = bounds.product_norm_upper("leaky_relu")
    condition = next(c for c in theorem.conditions if "|a|" in str(c))
    assert without(theorem, condition, values).verdict is verdict


@pytest.mark.parametrize(("h_0", "verdict"), [(8, Verdict.FAILS), (1, Verdict.UNDECIDED)])
def test_the_states_of_a_gru_must_be_bounded(h_0, verdict):
    theorem = gated_bounds.gru_norm_upper()[0]
    condition = next(c for c in theorem.conditions if "h_j" in str(c))
    values = {"W_z": [[1]], "b_z": [-h_0], "h_0": [h_0], "H": 1, "Z": 1, "V": 1, "nu": 1}
    assert without(theorem, condition, values | {"k": 1}).verdict is verdict


def test_a_bound_for_all_steps_by_the_range_of_a_gate():
    size = sp.Integer(2)
    z, h, g = (Preactivation("z", K, size), State("h", K, size), Preactivation("g", K, size))
    definitions = tuple(
        Hypothesis("", Proposition(left, Relation.EQ, right), (K,), is_definition=True)
        for left, right in (
            (g, Elementwise("logistic", 0, z)),
            (z, h),
            (h, 2 * State("h", K - 1, size)),
        )
    )
    one = sp.OneMatrix(size, 1)
    W = sp.MatrixSymbol("W", 2, 2)
    given = {"h_0": [1, 1], "W": [[0, 0], [0, 0]]}

    def met(vector, bound, **others):
        hypothesis = Hypothesis.of(SpectralNorm(Diagonal(vector)), Relation.LE, Y, for_all=(K,))
        return meets(hypothesis, Instance(given | {"y": bound} | others, definitions))

    assert met(g, 1) is True
    assert met(one - g, 1) is True
    assert met(one - g, Fraction(1, 16)) is False
    assert met(one - g, Fraction(1, 2)) is None  # true, as z_k > 0, but not by the range
    assert met(W * h + one, 1) is True
    assert met(W * h + one, 1, W=[[1, 0], [0, 0]]) is False
