"""The table of constants: each figure is what its theorems say, and what maximisation finds."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import minimize_scalar

from gradproof.gradients.activations import LOGISTIC, TANH
from gradproof.gradients.smooth_activations import ARCTAN, IDENTITY, SOFTPLUS
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.activation_values import ACTIVATIONS, FAMILIES
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    ParametricActivation,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems.activations import CONSTANTS
from gradproof.symbolic.theorems.bounds import product_norm_upper
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence
from gradproof.verdict import Grade

Z = sp.Symbol("z", real=True)
PARAMETERS = {"leaky_relu": (-3.0, -0.25, 0.25, 1.0, 2.5), "scaled_elu": (0.25, 1.0, 2.5)}
WITHOUT = {name: (None,) for name in CONSTANTS if name not in PARAMETERS}
CASES = [(name, a) for name, values in (WITHOUT | PARAMETERS).items() for a in values]
ENCLOSED = {"silu", "gelu"}


def derivative(name, order, a):
    """Return φ⁽ⁿ⁾ as a function of numbers."""
    activation = CONSTANTS[name].activation
    if isinstance(activation, ParametricActivation):
        return lambda z: FAMILIES[activation.name][order](z, a)
    return ACTIVATIONS[name][order]


def number(expression, name, a):
    """Return the value of a figure, the parameter put in."""
    activation = CONSTANTS[name].activation
    values = {activation.parameter: a} if isinstance(activation, ParametricActivation) else {}
    return float(expression.subs(values))


def supremum(function):
    """Return sup f by a grid, refined around its best points; φ has no features finer than 0.1."""
    grid = np.concatenate([np.linspace(-40, 40, 8001), [-1e-9, 0, 1e-9]])
    values = np.array([float(function(z)) for z in grid])
    best = values.max()
    for z in grid[np.argsort(values)[-3:]]:
        found = minimize_scalar(
            lambda x: -float(function(x)),
            bounds=(z - 0.02, z + 0.02),
            method="bounded",
            options={"xatol": 1e-12},
        )
        best = max(best, -found.fun)
    return best


# At 1e-9 from a kink, and 40 from 0, a supremum that isn't attained is missed by less than this.
NEAR = 2e-3


@pytest.mark.parametrize(("name", "a"), CASES, ids=str)
def test_maximisation_finds_each_figure(name, a):
    constants = CONSTANTS[name]
    for figure, order, sign in (
        (constants.slope_upper, 1, 0),
        (constants.slope_lower, 1, -1),
        (constants.second_upper, 2, 0),
        (constants.third_upper, 3, 0),
    ):
        function = derivative(name, order, a)
        if sign:
            found = -supremum(lambda z, function=function: -function(z))
        else:
            found = supremum(lambda z, function=function: abs(function(z)))
        lower, upper = number(figure.lower, name, a), number(figure.upper, name, a)
        if "not attained" in figure.at:
            assert abs(found - upper) <= NEAR
        else:
            assert lower - 1e-9 <= found <= upper + 1e-9


def says(theorem, order, relations):
    """Return the bounds that theorems of the form |φ⁽ⁿ⁾(z)| ≤ c, φ⁽ⁿ⁾(z) ≤ c or ≥ c state."""
    proposition = theorem.proposition
    small, relation, large = proposition.left, proposition.relation, proposition.right
    if relation.is_downward:
        small, relation, large = large, relation.flipped, small
    if relation not in relations:
        return None
    nodes = [
        node
        for node in (small.atoms(ActivationValue) | large.atoms(ActivationValue))
        if node.order == order and node.argument.free_symbols
    ]
    return (small, large, nodes[0]) if len(nodes) == 1 else None


def stated_suprema(figure, order):
    """Return every bound c of |φ⁽ⁿ⁾| that one theorem, or two together, state."""
    below, above, found = [], [], set()
    for theorem in figure.theorems:
        stated = says(theorem, order, (Relation.LE, Relation.LT, Relation.EQ))
        if stated is None:
            continue
        small, large, node = stated
        if small == sp.Abs(node):
            found.add(large)
        elif small == node**2:
            found.add(sp.sqrt(large))
        elif theorem.proposition.relation is Relation.EQ and small == node:
            found.add(sp.Abs(large))
        elif small == node:
            above.append(large)
        elif large == node:
            below.append(small)
    found |= {sp.Max(sp.Abs(low), sp.Abs(high)) for low in below for high in above}
    return found


@pytest.mark.parametrize("name", [name for name in CONSTANTS if name not in PARAMETERS])
def test_each_supremum_is_stated_by_a_theorem(name):
    constants = CONSTANTS[name]
    for figure, order in (
        (constants.slope_upper, 1),
        (constants.second_upper, 2),
        (constants.third_upper, 3),
    ):
        if name == "identity" and order == 3:  # φ″ = 0 as a function
            continue
        stated = stated_suprema(figure, order)
        assert any(sp.simplify(c - figure.upper) == 0 for c in stated), (order, stated)


@pytest.mark.parametrize("name", [name for name in CONSTANTS if name not in PARAMETERS])
def test_each_infimum_is_stated_by_a_theorem(name):
    figure = CONSTANTS[name].slope_lower
    stated = [says(t, 1, (Relation.LE, Relation.LT, Relation.EQ)) for t in figure.theorems]
    lower = {small for small, large, node in filter(None, stated) if large == node}
    lower |= {large for small, large, node in filter(None, stated) if small == node}
    assert figure.lower in lower


def test_families_are_stated_with_their_conditions():
    leaky, scaled = CONSTANTS["leaky_relu"], CONSTANTS["scaled_elu"]
    assert [
        (str(theorem), *map(str, theorem.conditions)) for theorem in leaky.slope_upper.theorems[:2]
    ] == [
        ("|leaky_relu_a′(z)| ≤ 1", "|a| ≤ 1"),
        ("|leaky_relu_a′(z)| ≤ |a|", "1 ≤ |a|"),
    ]
    assert [
        (str(theorem), *map(str, theorem.conditions)) for theorem in leaky.slope_lower.theorems[:2]
    ] == [("leaky_relu_a′(z) ≥ a", "a ≤ 1"), ("leaky_relu_a′(z) ≤ 1", "a ≤ 1")]
    assert [
        (str(theorem), *map(str, theorem.conditions)) for theorem in scaled.slope_upper.theorems[:2]
    ] == [("|elu_α′(z)| ≤ 1", "α ≤ 1"), ("|elu_α′(z)| ≤ α", "1 ≤ α")]


@pytest.mark.parametrize("name", CONSTANTS)
def test_the_grade_is_that_of_the_theorems(name):
    constants = CONSTANTS[name]
    assert constants.grade is (Grade.ENCLOSED if name in ENCLOSED else Grade.EXACT)
    for figure in (
        constants.slope_upper,
        constants.slope_lower,
        constants.second_upper,
        constants.third_upper,
    ):
        assert figure.names
        assert figure.is_exact or figure.grade is Grade.ENCLOSED
        assert all(name.startswith(theorem.split("_")[0]) for theorem in figure.names) or (
            name == "hard_tanh"
        )


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_theorem_of_the_table_survives_numbers(name):
    constants = CONSTANTS[name]
    theorems = {
        theorem
        for figure in (
            constants.slope_upper,
            constants.slope_lower,
            constants.second_upper,
            constants.third_upper,
        )
        for theorem in figure.theorems
    }
    outcome = attack(sorted(theorems, key=str), trials=10, seed=11)
    assert outcome.counterexample is None, outcome
    assert outcome.attacked > 0


@pytest.mark.parametrize(
    "numeric", [TANH, LOGISTIC, IDENTITY, SOFTPLUS, ARCTAN], ids=lambda numeric: numeric.name
)
def test_the_numeric_layer_has_the_same_constants_rounded_up(numeric):
    constants = CONSTANTS[numeric.name]
    for figure, rounded in (
        (constants.slope_upper, numeric.slope_upper),
        (constants.second_upper, numeric.second_upper),
        (constants.third_upper, numeric.third_upper),
    ):
        exact = figure.upper.evalf(40)
        assert exact <= sp.Float(rounded, 40) <= exact * (1 + sp.Float("4e-16", 40))


@pytest.mark.parametrize("name", CONSTANTS)
def test_products_of_jacobians_are_bounded_for_every_activation(name):
    theorem = product_norm_upper(name)
    gamma = CONSTANTS[name].slope_bound().proposition.right
    cell = ElmanRecurrence(name)
    assert theorem.proposition.left == SpectralNorm(cell.jacobian(T_START + STEPS, T_START))
    assert theorem.proposition.right == (gamma * SpectralNorm(cell.W)) ** STEPS
    kinked = [condition for condition in theorem.conditions if "kink" in str(condition)]
    lowest_is_one = name in {"relu", "leaky_relu", "hard_tanh", "scaled_elu"}
    assert bool(kinked) is lowest_is_one
    assert CONSTANTS[name].slope_bound().name in theorem.uses
    assert theorem.grade is CONSTANTS[name].slope_bound().grade
    assert attack([theorem], trials=5, seed=2).counterexample is None


def test_the_enclosures_are_not_vacuous():
    for name in ENCLOSED:
        for figure in (CONSTANTS[name].slope_upper, CONSTANTS[name].third_upper):
            assert 0 < figure.upper - figure.lower <= sp.Rational(4, 10**5)
            lower = [
                theorem
                for theorem in figure.theorems
                if theorem.proposition.relation is Relation.GE
                and theorem.proposition.right == figure.lower
            ]
            assert lower, name  # a point where the lower figure is passed
