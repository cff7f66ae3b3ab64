"""Propositions and hypotheses at an instance: true, false or open, and never the wrong one."""

from fractions import Fraction

import pytest
import sympy as sp

from gradproof.hypotheses.decide import decide, meets
from gradproof.hypotheses.instance import Instance
from gradproof.hypotheses.limits import limit_superior
from gradproof.hypotheses.values import UndecidedValueError
from gradproof.symbolic.kernel.existence import semisimple
from gradproof.symbolic.kernel.matrix_laws import is_real
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    LimitSuperior,
    SmallestSingularValue,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation, invertibility
from gradproof.symbolic.theorems.bounds import slope_hypothesis, steep_slopes
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence, K

D = sp.Symbol("d", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
W, V = sp.MatrixSymbol("W", D, D), sp.MatrixSymbol("V", D, D)
X, Y, Z = sp.symbols("x y z", real=True)
G = sp.Symbol("gamma", positive=True)
EQ, LE, LT, GE, GT = Relation


def at(given, definitions=()):
    instance = Instance(given, definitions)
    for matrix in (W, V):
        instance.infer_sizes(matrix)
    return instance


def definitions_of(cell):
    laws = (cell.definition_of_state, cell.definition_of_preactivation)
    return tuple(h for law in laws for h in law.hypotheses)


@pytest.mark.parametrize(
    ("x", "relation", "y", "truth"),
    [
        (1, LE, 1, True),
        (1, LT, 1, False),
        (1, GE, 1, True),
        (1, GT, 1, False),
        (1, EQ, 1, True),
        (1, EQ, 2, False),
        (1, GT, 2, False),
        (2, GE, 1, True),
        (Fraction(1, 3), LT, Fraction(1, 2), True),
    ],
)
def test_relations_of_rational_numbers(x, relation, y, truth):
    assert decide(Proposition(X, relation, Y), at({"x": x, "y": y})) is truth


@pytest.mark.parametrize("relation", Relation)
def test_an_equality_of_irrational_numbers_is_open(relation):
    assert decide(Proposition(sp.exp(X), relation, sp.exp(Y)), at({"x": 1, "y": 1})) is None


def test_matrices_are_compared_entry_by_entry():
    equal = Proposition(W * V, EQ, V * W)
    assert decide(equal, at({"W": [[1, 2], [0, 1]], "V": [[1, 3], [0, 1]]})) is True
    assert decide(equal, at({"W": [[1, 2], [0, 1]], "V": [[1, 0], [1, 1]]})) is False


@pytest.mark.parametrize(
    ("phi", "gamma", "met"),
    [
        ("tanh", 1, True),
        ("tanh", Fraction(99, 100), False),
        ((-3, "tanh"), 3, True),
        ((-3, "tanh"), Fraction(5, 2), False),
        ("logistic", Fraction(1, 4), True),
        ("logistic", Fraction(24, 100), False),
        ("softplus", 1, True),
        ("softplus", Fraction(999, 1000), False),
        ("sine", 1, True),
        ((2, "sine"), 1, False),
        ("identity", 1, True),
        ((2, "identity"), 1, False),
    ],
)
def test_a_bound_for_all_real_numbers(phi, gamma, met):
    assert meets(slope_hypothesis(), at({"phi": phi, "gamma": gamma})) is met


@pytest.mark.parametrize(
    ("left", "relation", "right", "phi", "met"),
    [
        (ActivationValue("phi", 1, Z), LT, sp.Integer(1), "softplus", True),
        (ActivationValue("phi", 1, Z), LT, sp.Integer(1), "tanh", False),
        (sp.Integer(0), LT, ActivationValue("phi", 1, Z), "tanh", True),
        (sp.Integer(0), LE, ActivationValue("phi", 1, Z), "sine", False),
        (ActivationValue("phi", 0, Z), GE, sp.Integer(0), "softplus", True),
        (ActivationValue("phi", 0, Z), LE, sp.Integer(9), "softplus", None),
        (ActivationValue("phi", 1, Z), EQ, sp.Integer(1), "identity", True),
        (ActivationValue("phi", 2, Z), EQ, sp.Integer(0), "identity", True),
        (ActivationValue("phi", 2, Z), EQ, sp.Integer(0), "tanh", False),
        (sp.Abs(ActivationValue("phi", 2, Z)), LE, sp.Integer(1), "tanh", None),
        (ActivationValue("phi", 2, Z), LT, sp.Integer(1), "sine", False),
        (ActivationValue("phi", 1, Z), GT, sp.Integer(-1), (-1, "softplus"), True),
        (ActivationValue("phi", 1, Z), LT, sp.Integer(0), (-1, "tanh"), True),
        (ActivationValue("phi", 1, Z), GE, sp.Integer(-1), (-1, "tanh"), True),
        (ActivationValue("phi", 1, Z), GT, sp.Integer(-1), (-1, "sine"), False),
    ],
)
def test_other_properties_of_activations(left, relation, right, phi, met):
    hypothesis = Hypothesis.of(left, relation, right, for_all=(Z,))
    assert meets(hypothesis, at({"phi": phi})) is met


def test_words():
    (invertible,) = invertibility(W.I)
    assert meets(invertible, at({"W": [[1, 2], [2, 4]]})) is False
    assert meets(invertible, at({"W": [[1, 2], [2, 5]]})) is True
    assert meets(is_real(W), at({"W": [[1j]]})) is False
    assert meets(is_real(W), at({"W": [[1]]})) is True
    assert meets(semisimple(W), at({"W": [[1, 1], [0, 1]]})) is False
    assert meets(semisimple(W), at({"W": [[0, -1], [1, 0]]})) is True
    assert meets(Hypothesis("{0} is nice", about=(W,)), at({"W": [[1]]})) is None


CELL = ElmanRecurrence("tanh")


@pytest.mark.parametrize(
    ("given", "met"),
    [
        ({"mu": 1, "W": [[1]]}, True),  # z_k = 0 for all k: all slopes are 1
        ({"mu": 2, "W": [[1]]}, False),
        ({"mu": 1, "W": [[1]], "h_0": [1]}, False),
        ({"mu": Fraction(1, 9), "W": [[1]], "h_0": [1]}, None),  # not periodic
        ({"mu": 1, "W": [[1]], "U": [[0]], "x_1": [1]}, None),  # the inputs differ
    ],
)
def test_a_hypothesis_for_all_steps_needs_a_periodic_trajectory(given, met):
    assert meets(steep_slopes(), at(given, definitions_of(CELL))) is met


def test_every_state_of_the_period_counts():
    cell = ElmanRecurrence("identity")
    definitions = definitions_of(cell)
    small = Hypothesis.of(SpectralNorm(cell.z(K)), LE, Y, for_all=(K,))
    swap = {"W": [[0, -2], [Fraction(1, 2), 0]], "h_0": [2, 0]}
    # z runs through (0, 1), (−2, 0), (0, −1), (2, 0).
    assert meets(small, at({**swap, "y": 2}, definitions)) is True
    assert meets(small, at({**swap, "y": Fraction(3, 2)}, definitions)) is False
    exponential = Hypothesis.of(sp.exp(SpectralNorm(cell.z(K))), LE, sp.exp(Y), for_all=(K,))
    assert meets(exponential, at({**swap, "y": 3}, definitions)) is True
    assert meets(exponential, at({**swap, "y": 2}, definitions)) is None  # equal at even k
    alone = Hypothesis.of(SpectralNorm(cell.z(K)) / K, LE, Y, for_all=(K,))
    assert meets(alone, at({**swap, "y": 2}, definitions)) is None


@pytest.mark.parametrize("kind", [{"even": True}, {"prime": True}])
def test_a_hypothesis_for_some_steps_only_is_open(kind):
    k = sp.Symbol("k", integer=True, positive=True, **kind)
    large = Hypothesis.of(SpectralNorm(CELL.z(k)), GE, sp.Integer(1), for_all=(k,))
    assert meets(large, at({"W": [[1]]}, definitions_of(CELL))) is None


def limsup(term, index, given, definitions=()):
    return limit_superior(LimitSuperior(term, index), at(given, definitions))


@pytest.mark.parametrize(
    ("rows", "limit"),
    [
        ([[Fraction(1, 2), 100], [0, Fraction(1, 2)]], 0),
        ([[1]], 1),
        ([[0, -2], [Fraction(1, 2), 0]], 2),
        ([[0, 1], [0, 0]], 0),
    ],
)
def test_limits_of_powers(rows, limit):
    assert limsup(SpectralNorm(W**N), N, {"W": rows}).fraction == limit


def test_unbounded_powers():
    for rows in ([[2]], [[1, 1], [0, 1]]):
        assert limsup(SpectralNorm(W**N), N, {"W": rows}) is sp.oo
        bounded = Proposition(LimitSuperior(SpectralNorm(W**N), N), LT, sp.oo)
        assert decide(bounded, at({"W": rows})) is False
    assert decide(bounded, at({"W": [[1]]})) is True


@pytest.mark.parametrize(
    ("given", "limit"), [({"W": [[1]]}, 1), ({"W": [[-1]], "t": 3}, 1), ({"W": [[0]]}, 0)]
)
def test_limits_of_jacobians_and_of_products(given, limit):
    cell = ElmanRecurrence("tanh")
    t, n = T_START, STEPS
    for matrix in (cell.jacobian(t + n, t), cell.factors(t, n)):
        found = limsup(SpectralNorm(matrix), n, given, definitions_of(cell))
        assert found.fraction == limit


def test_the_first_values_of_a_sequence_do_not_count():
    # From 3 on, W is nilpotent of degree 3; the term at n = 0 is the largest.
    nilpotent = {"W": [[0, 1, 0], [0, 0, 1], [0, 0, 0]]}
    assert limsup(SpectralNorm(W**N + V) + 1, N, {**nilpotent, "V": [[0] * 3] * 3}).fraction == 1


def test_a_jacobian_that_begins_later_is_refused():
    cell = ElmanRecurrence("tanh")
    late = SpectralNorm(cell.jacobian(STEPS, sp.Integer(5)))
    with pytest.raises(UndecidedValueError, match="begins before"):
        limsup(late, STEPS, {"W": [[1]]}, definitions_of(cell))


@pytest.mark.parametrize(
    ("term", "given"),
    [
        (SpectralNorm(W**N) + N, {"W": [[1]]}),
        (SpectralNorm(W**N) ** (N + 1), {"W": [[2]]}),
        (SpectralNorm(W ** (2 * N)), {"W": [[1]]}),
        (SmallestSingularValue(W**N), {"W": [[2]]}),
        (sp.Abs(X) ** N, {"x": Fraction(1, 2)}),
    ],
)
def test_other_limits_are_open(term, given):
    with pytest.raises(UndecidedValueError):
        limsup(term, N, given)
