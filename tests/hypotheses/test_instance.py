"""Expressions at an instance: values and Jacobians against differences, and what is refused."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb

from gradproof.hypotheses.activations import _SERIES, Activation
from gradproof.hypotheses.instance import Instance, evaluate
from gradproof.hypotheses.values import Number, UndecidedValueError
from gradproof.symbolic.instances.activation_values import ACTIVATIONS
from gradproof.symbolic.instances.instantiate import Assignment
from gradproof.symbolic.instances.instantiate import evaluate as evaluate_floating
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    ActivationValue,
    Elementwise,
    Jacobian,
    ScalarDerivative,
    SpectralNorm,
    State,
    Trace,
)
from gradproof.symbolic.language.gradient_nodes import ScalarSum
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    LeakyRecurrence,
    jacobian_product,
    leaky_jacobian_product,
)

Z = sp.Symbol("z", real=True)
P = sp.Symbol("p", positive=True)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) & set(_SERIES)))
@pytest.mark.parametrize("order", range(4))
@pytest.mark.parametrize("z", [Fraction(-3, 2), Fraction(0), Fraction(1, 3), Fraction(2)])
def test_activations_agree_with_their_closed_forms(name, order, z):
    value = Activation(name).at(Number.of(z), order)
    assert float(value.real) == pytest.approx(float(ACTIVATIONS[name][order](float(z))), abs=1e-12)


def test_values_at_zero_are_exact():
    zero = Number.of(0)
    assert Activation("tanh").at(zero, 1).fraction == 1
    assert Activation("logistic").at(zero, 1).fraction == Fraction(1, 4)
    assert Activation("sine", Fraction(1, 3)).at(zero, 1).equals(Number.of(1)) is False


@pytest.mark.parametrize("name", ["tanh", "logistic", "softplus", "arctan", "sine", "identity"])
@pytest.mark.parametrize("order", range(3))
@pytest.mark.parametrize("factor", [1, -2])
def test_ranges_contain_the_values(name, order, factor):
    activation = Activation(name, Fraction(factor))
    found = activation.range(order)
    if found is None:
        return
    for z in np.linspace(-20, 20, 101):
        value = activation.at(Number.of(float(z)), order)
        assert found.lower is None or value.is_below(found.lower) is not True
        assert found.upper is None or found.upper.is_below(value) is not True
        modulus = found.modulus
        assert modulus is None or modulus.upper.is_below(abs(value)) is not True


@pytest.mark.parametrize(
    ("theorem", "cell"),
    [(jacobian_product, ElmanRecurrence), (leaky_jacobian_product, LeakyRecurrence)],
)
def test_jacobians_agree_with_the_complex_step_and_with_the_product(theorem, cell):
    proved = theorem()
    given = {
        "W": [[0.5, -1.25], [0.75, 0.25]],
        "U": [[1.0], [-0.5]],
        "b": [0.25, -0.125],
        "h_0": [0.5, -0.25],
        "x_1": [1.0],
        "x_2": [-0.75],
        "x_3": [0.5],
        "alpha": 0.375,
        "n": 2,
        "t": 1,
    }
    at = Instance(given, proved.definitions)
    at.infer_sizes(cell().W)
    at.infer_sizes(cell().U)
    left, right = (
        evaluate(side, at) for side in (proved.proposition.left, proved.proposition.right)
    )
    floating = Assignment(np.random.default_rng(0), proved.definitions)
    symbols = cell()
    floating.values |= {symbols.d: 2, symbols.m: 1, STEPS: 2, T_START: 1}
    floating.values |= {
        symbols.W: np.array(given["W"]),
        symbols.U: np.array(given["U"]),
        symbols.b: np.array(given["b"])[:, np.newaxis],
        sp.Symbol("alpha", real=True): 0.375,
    }
    floating.sequences |= {
        (name, k): np.array(given[f"{name}_{k}"])[:, np.newaxis]
        for name, k in (("h", 0), ("x", 1), ("x", 2), ("x", 3))
    }
    measured = evaluate_floating(proved.proposition.left, floating)
    for i in range(2):
        for j in range(2):
            assert left[i, j].real.overlaps(right[i, j].real)
            assert float(left[i, j].real) == pytest.approx(measured[i, j], abs=1e-13)


def test_a_jacobian_by_an_earlier_or_the_same_state():
    cell = ElmanRecurrence("identity")
    definitions = tuple(
        h
        for law in (cell.definition_of_state, cell.definition_of_preactivation)
        for h in law.hypotheses
    )
    at = Instance({"W": [[3]], "h_0": [1]}, definitions)

    def derivative(of, by):
        return evaluate(Jacobian(of, cell.h(by)), at)[0, 0].fraction

    two, one = sp.Integer(2), sp.Integer(1)
    assert derivative(cell.h(two), one) == 3
    assert derivative(cell.h(one), one) == 1
    assert derivative(cell.h(one), two) == 0
    assert derivative(cell.z(two), one) == 3
    assert derivative(cell.z(one), one) == 0


def test_a_jacobian_is_not_differentiated_again():
    cell = ElmanRecurrence("identity")
    definitions = tuple(cell.definition_of_state.hypotheses)
    inner = Jacobian(cell.h(sp.Integer(1)), cell.h(sp.Integer(0))) * cell.b
    with pytest.raises(UndecidedValueError, match="again"):
        evaluate(Jacobian(inner, cell.h(sp.Integer(0))), Instance({"b": [1]}, definitions))


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (Z**3 - 2 * Z, 3 * 0.25 - 2),
        (1 / (1 + Z**2), -2 * 0.5 / 1.25**2),
        (sp.exp(2 * Z), 2 * np.exp(1)),
        (sp.log(1 + sp.exp(Z)), 1 / (1 + np.exp(-0.5))),
        (ActivationValue("tanh", 0, Z) ** 2, 2 * np.tanh(0.5) / np.cosh(0.5) ** 2),
        (ActivationValue("arctan", 1, Z), -2 * 0.5 / 1.25**2),
    ],
)
def test_derivatives_of_functions_of_one_variable(function, slope):
    found = evaluate(ScalarDerivative(function, Z), Instance({"z": 0.5}))
    assert float(found.real) == pytest.approx(slope, abs=1e-13)


@pytest.mark.parametrize(
    ("expression", "given", "message"),
    [
        (Z, {}, "z has no value"),
        (P, {"p": -1}, "p doesn't stand for -1"),
        (P, {"p": 0}, "p doesn't stand for 0"),
        (sp.Symbol("x", real=True), {"x": 1j}, "x doesn't stand for"),
        (1 / Z, {"z": 0}, "denominator"),
        (SpectralNorm(sp.MatrixSymbol("A", 2, 2)), {"A": [[1]]}, "shape"),
        (ActivationValue("phi", 1, Z), {"z": 0}, "isn't chosen"),
        (ActivationValue("phi", 1, Z), {"z": 0, "phi": "step"}, "no activation"),
        (ScalarDerivative(ScalarDerivative(Z**2, Z), Z), {"z": 1}, "again"),
        (Elementwise("tanh", 0, sp.MatrixSymbol("v", 1, 1)), {"v": [1j]}, "isn't real"),
        (sp.Function("f")(Z), {"z": 1}, "isn't evaluated"),
    ],
)
def test_what_has_no_value_is_refused(expression, given, message):
    with pytest.raises(UndecidedValueError, match=message):
        evaluate(expression, Instance(given))


def test_symbols_are_found_by_name_and_as_printed():
    gamma = sp.Symbol("gamma", positive=True)
    for name in ("gamma", "γ"):
        at = Instance({name: Fraction(1, 3)})
        assert evaluate(gamma, at).fraction == Fraction(1, 3)
        assert at.used == {name}


def test_numbers_that_are_not_rational_are_enclosed():
    value = evaluate(sp.E + sp.sqrt(2) * sp.Rational(1, 3), Instance({}))
    assert value.real.overlaps(arb.const_e() + arb(2).sqrt() / 3)


def test_the_index_of_a_definition_is_its_own():
    at = Instance({"W": [[2]], "h_0": [1], "k": 5}, jacobian_product("identity").definitions)
    assert at.sequence(ElmanRecurrence().h(sp.Integer(3)))[0, 0].fraction == 8
    assert K not in at.variables


def test_a_sum_over_steps_adds_its_terms():
    h = State("h", BOUND_INDEX, sp.Integer(1))
    term = Trace(sp.MatMul(sp.Transpose(h), h))
    given = {"h_1": [2], "h_2": [3], "h_3": [5]}
    for last, total in ((3, 38), (1, 4), (0, 0)):
        whole = ScalarSum(term, sp.Integer(1), sp.Integer(last))
        assert evaluate(whole, Instance(given)).fraction == total
