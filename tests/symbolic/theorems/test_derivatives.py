"""Every formula for a derivative agrees with numerical differentiation of the function itself."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.symbolic.kernel.derivation import start
from gradproof.symbolic.kernel.enclosed import enclosed_on_line, enclosed_value
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import ActivationValue, ParametricActivation
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems.activations import gaussian, joined, piecewise_linear, silu

EQ, LE = Relation.EQ, Relation.LE
Z = sp.Symbol("z", real=True)
TINY = sp.Rational(1, 10**5)


def logistic(z):
    return 1 / (1 + mpmath.exp(-z))


FUNCTIONS = {
    "relu": lambda z: max(z, 0),
    "hard_tanh": lambda z: max(-1, min(z, 1)),
    "softsign": lambda z: z / (1 + abs(z)),
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "logistic": logistic,
    "silu": lambda z: z * logistic(z),
    "gelu": lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2,
    "erf": mpmath.erf,
}
FAMILIES = {
    "leaky_relu": lambda z, a: z if z > 0 else a * z,
    "elu": lambda z, a: z if z > 0 else a * mpmath.expm1(z),
}
BUILDERS = [
    piecewise_linear.relu_derivative,
    piecewise_linear.leaky_relu_derivative,
    piecewise_linear.hard_tanh_derivative,
    joined.softsign_derivative,
    joined.softsign_higher_derivatives,
    joined.elu_derivative,
    joined.elu_higher_derivatives,
    joined.scaled_elu_derivative,
    silu.silu_derivative,
    silu.silu_higher_derivatives,
    gaussian.gelu_derivative,
    gaussian.gelu_derivative_range,
    gaussian.gelu_higher_derivatives,
    gaussian.erf_derivative,
    gaussian.erf_derivative_range,
    gaussian.erf_higher_derivatives,
]


def equations(build):
    built = build()
    theorems = built if isinstance(built, tuple) else (built,)
    return [theorem for theorem in theorems if theorem.proposition.relation is EQ]


def in_numbers(expression, values):
    """Return the expression in multiple precision, activations by numerical differentiation."""
    replaced = {}
    for node in expression.atoms(ActivationValue):
        z = mpmath.mpf(sp.N(node.argument.subs(values), 40))
        if isinstance(node.activation, ParametricActivation):
            a = mpmath.mpf(sp.N(node.activation.parameter.subs(values), 40))
            function = FAMILIES[node.activation.name]
            found = mpmath.diff(lambda x, f=function, a=a: f(x, a), z, int(node.order))
        else:
            found = mpmath.diff(FUNCTIONS[node.activation], z, int(node.order))
        replaced[node] = sp.Float(str(found), 30)
    return sp.N(expression.xreplace(replaced).subs(values), 30)


def is_convention(theorem):
    """Whether the theorem is about the slope at a kink."""
    return theorem.proposition.left.argument in (0, 1, -1)


@pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)
def test_a_formula_is_the_derivative(build):
    compared = 0
    for theorem in equations(build):
        left, right = theorem.proposition.left, theorem.proposition.right
        kinked = build.__name__.startswith(("relu", "leaky", "hard", "scaled", "elu"))
        if kinked and is_convention(theorem):
            continue
        symbols = sorted(theorem.proposition.free_symbols, key=str)
        with mpmath.workdps(40):
            for number in (sp.Rational(7, 5), sp.Rational(1, 3)):
                values = {s: -number if s.is_negative else number for s in symbols}
                difference = in_numbers(left, values) - in_numbers(right, values)
                assert abs(difference) < sp.Float("1e-10"), (str(theorem), values)
                compared += 1
    assert compared


U = sp.exp(Z)
DENSITY = sp.exp(-(Z**2) / 2) / sp.sqrt(2 * sp.pi)
S = U / (1 + U)
CONSTANTS = {
    "silu′": (S + Z * S * (1 - S), silu.SLOPE_LOWER, silu.SLOPE_UPPER),
    "silu‴": (
        S * (1 - S) * (3 * (1 - 2 * S) + Z * (1 - 6 * S * (1 - S))),
        silu.THIRD_LOWER,
        silu.THIRD_UPPER,
    ),
    "gelu′": (
        (1 + ActivationValue("erf", 0, Z / sp.sqrt(2))) / 2 + Z * DENSITY,
        gaussian.SLOPE_LOWER,
        gaussian.SLOPE_UPPER,
    ),
    "gelu‴": ((Z**3 - 4 * Z) * DENSITY, gaussian.THIRD_LOWER, gaussian.THIRD_UPPER),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_smaller_constant_is_refused_by_the_law_that_gives_the_bound(name):
    function, lower, upper = CONSTANTS[name]
    law = enclosed_on_line(Z)
    assert Step(function, LE, upper, law)
    with pytest.raises(StepRefusedError, match="it is false at z"):
        Step(function, LE, lower - TINY, law)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (gaussian.SLOPE_UPPER, (1 + ActivationValue("erf", 0, sp.Integer(1))) / 2),
        (sp.sqrt(8 / (sp.pi * sp.E)), sp.Rational(967, 1000)),
    ],
    ids=str,
)
def test_false_comparisons_of_constants_are_refused(left, right):
    with pytest.raises(StepRefusedError, match="the difference of the sides lies in"):
        start(left).le(right, by=enclosed_value())
