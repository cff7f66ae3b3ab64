"""Logistic, identity, softplus, arctan: what their theorems say; their constants are sharp."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.instances.instantiate import NotNumericError, try_instances
from gradproof.symbolic.kernel.activation_laws import (
    DEFINITION_OF_LOGISTIC,
    DERIVATIVE_OF_ARCTAN,
    DERIVATIVE_OF_LOGARITHM,
    DERIVATIVE_OF_POLYNOMIAL,
)
from gradproof.symbolic.kernel.conditional import (
    diagonal_norm_by,
    range_of,
    range_of_exponential,
    range_of_real,
)
from gradproof.symbolic.kernel.derivation import start
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    ScalarDerivative,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems.activations import elementary, logistic
from gradproof.symbolic.theorems.bounds import product_norm_upper

Z = sp.Symbol("z", real=True)
ABOVE, BELOW = sp.Symbol("z", positive=True), sp.Symbol("z", negative=True)
X = sp.Symbol("x", real=True)
ONE, QUARTER, TINY = sp.Integer(1), sp.Rational(1, 4), sp.Rational(1, 10**6)
S, SLOPE = (ActivationValue("logistic", order, Z) for order in range(2))
E_Z = sp.exp(Z)
EQ, LE, LT, GE, GT = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.GT
REAL = ["real z"]

# theorem → [(conclusion, domains)]; none of them assumes anything.
SAYS = {
    logistic.logistic_derivative: [("logistic′(z) = logistic(z) (1 − logistic(z))", REAL)],
    logistic.logistic_bounds: [("0 < logistic(z)", REAL), ("logistic(z) < 1", REAL)],
    logistic.logistic_derivative_range: [
        ("0 < logistic′(z)", REAL),
        ("logistic′(z) ≤ 1/4", REAL),
        ("logistic′(0) = 1/4", []),
        ("logistic′(z) < 1/4", ["z > 0"]),
        ("logistic′(z) < 1/4", ["z < 0"]),
        ("logistic′(log(1 + 2/p)) = 1/4 − 1/(4 (p + 1)²)", ["p > 0"]),
    ],
    logistic.logistic_slope_bound: [("|logistic′(z)| ≤ 1/4", REAL)],
    logistic.logistic_higher_derivatives: [
        ("logistic″(z) = logistic(z) (1 − logistic(z)) (1 − 2 logistic(z))", REAL),
        (
            "logistic‴(z) = logistic(z) (1 − logistic(z)) (1 − 6 (1 − logistic(z)) logistic(z))",
            REAL,
        ),
        ("logistic″(z)² ≤ 1/108", REAL),
        ("logistic‴(z) ≤ 1/24", REAL),
        ("logistic‴(z) ≥ −1/8", REAL),
    ],
    elementary.identity_derivative: [
        ("identity′(z) = 1", REAL),
        ("identity″(z) = 0", REAL),
    ],
    elementary.identity_slope_bound: [("|identity′(z)| = 1", REAL)],
    elementary.softplus_derivative: [("softplus′(z) = logistic(z)", REAL)],
    elementary.softplus_derivative_range: [
        ("0 < softplus′(z)", REAL),
        ("softplus′(z) < 1", REAL),
        ("softplus′(log(p)) = p/(p + 1)", ["p > 0"]),
    ],
    elementary.softplus_slope_bound: [("|softplus′(z)| ≤ 1", REAL)],
    elementary.softplus_higher_derivatives: [
        ("softplus″(z) = logistic′(z)", REAL),
        ("softplus‴(z) = logistic″(z)", REAL),
        ("0 < softplus″(z)", REAL),
        ("softplus″(z) ≤ 1/4", REAL),
        ("softplus‴(z)² ≤ 1/108", REAL),
    ],
    elementary.arctan_derivative: [("arctan′(z) = 1/(z² + 1)", REAL)],
    elementary.arctan_derivative_range: [
        ("0 < arctan′(z)", REAL),
        ("arctan′(z) ≤ 1", REAL),
        ("arctan′(0) = 1", []),
        ("arctan′(z) < 1", ["z > 0"]),
        ("arctan′(z) < 1", ["z < 0"]),
        ("arctan′(p) = 1/(p² + 1)", ["p > 0"]),
    ],
    elementary.arctan_slope_bound: [("|arctan′(z)| ≤ 1", REAL)],
    elementary.arctan_higher_derivatives: [
        ("arctan″(z) = −2 z/(z² + 1)²", REAL),
        ("arctan‴(z) = (6 z² − 2)/(z² + 1)³", REAL),
        ("arctan″(z)² ≤ 27/64", REAL),
        ("arctan‴(z) ≤ 1/2", REAL),
        ("arctan‴(z) ≥ −2", REAL),
    ],
}


def theorems(build):
    built = build()
    return built if isinstance(built, tuple) else (built,)


@pytest.mark.parametrize("build", SAYS, ids=lambda build: build.__name__)
def test_a_theorem_says_exactly_this_and_assumes_nothing(build):
    found = [(str(theorem), list(theorem.domains)) for theorem in theorems(build)]
    assert found == SAYS[build]
    for theorem in theorems(build):
        assert theorem.hypotheses == frozenset()
        assert theorem.name == build.__name__


@pytest.mark.parametrize("build", SAYS, ids=lambda build: build.__name__)
def test_every_step_and_conclusion_survives_numbers(build):
    for theorem in theorems(build):
        evaluated = 0
        for proposition in (theorem.proposition, *(step.proposition for step in theorem.steps)):
            try:
                found = try_instances(proposition, trials=10)
            except NotNumericError:
                assert any(
                    inner.atoms(ScalarDerivative) - {inner}
                    for side in (proposition.left, proposition.right)
                    for inner in side.atoms(ScalarDerivative)
                )
                continue
            assert found.counterexample is None, f"{proposition}: {found.counterexample}"
            evaluated += found.evaluated
        assert evaluated >= 10


SYMPY = {
    "identity": lambda z: z,
    "logistic": lambda z: 1 / (1 + sp.exp(-z)),
    "softplus": lambda z: sp.log(1 + sp.exp(z)),
    "arctan": sp.atan,
}
FORMULAS = [
    elementary.identity_derivative()[0],
    elementary.identity_derivative()[1],
    logistic.logistic_derivative(),
    *logistic.logistic_higher_derivatives()[:2],
    elementary.softplus_derivative(),
    *elementary.softplus_higher_derivatives()[:2],
    elementary.arctan_derivative(),
    *elementary.arctan_higher_derivatives()[:2],
]


def in_sympy(expression):
    values = {
        value: SYMPY[value.activation](Z).diff((Z, int(value.order)))
        for value in expression.atoms(ActivationValue)
    }
    return expression.xreplace(values)


@pytest.mark.parametrize("theorem", FORMULAS, ids=str)
def test_the_derivatives_are_those_of_sympy(theorem):
    difference = in_sympy(theorem.proposition.left) - in_sympy(theorem.proposition.right)
    for point in (sp.Rational(-7, 3), sp.Rational(1, 5), sp.Integer(2)):
        assert abs(difference.subs(Z, point).evalf(40)) < sp.Float("1e-35", 40)


def logistic_range():
    above, below = logistic.logistic_bounds()
    return range_of(S, above=above, below=below)


SLOPE_OF_S = S * (1 - S)
SHARP = [  # (left, relation, right, law): right is the best constant
    (SLOPE_OF_S, LE, QUARTER, logistic_range()),
    (SLOPE_OF_S, GT, sp.Integer(0), logistic_range()),
    ((SLOPE_OF_S * (1 - 2 * S)) ** 2, LE, sp.Rational(1, 108), logistic_range()),
    (SLOPE_OF_S * (1 - 6 * SLOPE_OF_S), LE, sp.Rational(1, 24), logistic_range()),
    (SLOPE_OF_S * (1 - 6 * SLOPE_OF_S), GE, sp.Rational(-1, 8), logistic_range()),
    (E_Z / (1 + E_Z), LT, ONE, range_of_exponential(Z)),
    (E_Z / (1 + E_Z), GT, sp.Integer(0), range_of_exponential(Z)),
    (1 / (1 + Z**2), LE, ONE, range_of_real(Z)),
    (1 / (1 + Z**2), GT, sp.Integer(0), range_of_real(Z)),
    ((2 * Z / (1 + Z**2) ** 2) ** 2, LE, sp.Rational(27, 64), range_of_real(Z)),
    ((6 * Z**2 - 2) / (1 + Z**2) ** 3, LE, sp.Rational(1, 2), range_of_real(Z)),
    ((6 * Z**2 - 2) / (1 + Z**2) ** 3, GE, sp.Integer(-2), range_of_real(Z)),
]


@pytest.mark.parametrize(("left", "relation", "right", "law"), SHARP, ids=str)
def test_the_best_constant_passes_and_a_better_one_is_refused(left, relation, right, law):
    assert Step(left, relation, right, law)
    better = right + TINY if relation.is_downward else right - TINY
    with pytest.raises(StepRefusedError, match="it is false for some"):
        Step(left, relation, better, law)


@pytest.mark.parametrize(
    ("z", "interval"), [(Z, "(−∞, ∞)"), (ABOVE, "(0, ∞)"), (BELOW, "(−∞, 0)")], ids=str
)
def test_the_range_of_a_real_symbol_follows_its_declared_sign(z, interval):
    law = range_of_real(z)
    assert law.name == f"exact range for z in {interval}"
    accepted = [
        relation for relation in (LT, GT) if law.refuses(z, relation, sp.Integer(0)) is None
    ]
    assert accepted == {Z: [], ABOVE: [GT], BELOW: [LT]}[z]
    assert law.refuses(z**2, GT, sp.Integer(0)) is None or z is Z
    assert law.refuses(z**2, GE, sp.Integer(0)) is None


@pytest.mark.parametrize(
    "z", [sp.Symbol("z"), sp.Symbol("z", integer=True), sp.Symbol("z", nonnegative=True), Z + 1]
)
def test_only_a_plain_real_symbol_ranges_over_the_line(z):
    with pytest.raises(InputError, match="declared real, positive or negative"):
        range_of_real(z)


@pytest.mark.parametrize(
    "left",
    [
        sp.exp(Z),
        sp.Abs(Z) + 1,
        X**2 + Z**2 + 1,
        1 + ActivationValue("tanh", 0, Z) ** 2,
        1 + ActivationValue("tanh", 0, ONE) ** 2,
        ScalarDerivative(Z**3 + Z, Z),
        (1 + Z**2) ** sp.Rational(1, 2),
        sp.log(2 + Z**2),
    ],
    ids=str,
)
def test_what_is_no_rational_function_of_the_symbol_is_refused(left):
    # Each of them is positive; the law doesn't know it.
    with pytest.raises(StepRefusedError, match="aren't rational functions of z alone"):
        start(left).gt(sp.Integer(0), by=range_of_real(Z))


# (left, relation, right, law, part of the reason)
FALSE_STEPS = {
    "slope of the logistic function bounded by 1/5": (
        SLOPE_OF_S, LE, sp.Rational(1, 5), logistic_range(), "false for some logistic(z) in (0, 1)",
    ),
    "slope bounded by 1/5, by the theorem": (
        SLOPE, LE, sp.Rational(1, 5), logistic.logistic_derivative_range()[1].law(), "it gives 1/4",
    ),
    "slope strictly below 1/4 for all z": (
        SLOPE_OF_S, LT, QUARTER, logistic_range(), "it is false for some logistic(z)",
    ),
    "slope strictly below 1/4, by the theorem": (
        SLOPE, LT, QUARTER, logistic.logistic_derivative_range()[1].law(), "it gives “≤”, not “<”",
    ),
    "slope strictly below 1/4 for all z, by the theorem for z > 0": (
        SLOPE, LT, QUARTER, logistic.logistic_derivative_range()[3].law(), "it applies nowhere",
    ),
    "a sign error in the slope": (
        SLOPE, EQ, S * (1 + S), logistic.logistic_derivative().law(), "it gives",
    ),
    "the slope of tanh for that of the logistic function": (
        SLOPE, EQ, 1 - S**2, logistic.logistic_derivative().law(), "it gives",
    ),
    "the logistic function turned round": (
        S, EQ, sp.exp(-Z) / (1 + sp.exp(-Z)), DEFINITION_OF_LOGISTIC, "it gives",
    ),
    "the logistic function below 1/2": (
        E_Z / (1 + E_Z), LT, sp.Rational(1, 2), range_of_exponential(Z), "it is false for some e^z",
    ),
    "softplus with the slope of tanh": (
        ActivationValue("softplus", 1, Z),
        EQ,
        ActivationValue("tanh", 0, Z),
        elementary.softplus_derivative().law(),
        "it gives logistic(z)",
    ),
    "derivative of log f without f′": (
        ScalarDerivative(sp.log(1 + E_Z), Z), EQ, 1 / (1 + E_Z), DERIVATIVE_OF_LOGARITHM, "gives",
    ),
    "slope of arctan with a wrong coefficient": (
        ActivationValue("arctan", 1, Z),
        EQ,
        1 / (1 + 2 * Z**2),
        DERIVATIVE_OF_ARCTAN,
        "it gives 1/(z² + 1)",
    ),
    "slope of arctan strictly below 1 for all z": (
        1 / (1 + Z**2), LT, ONE, range_of_real(Z), "it is false for some z in (−∞, ∞)",
    ),
    "slope of arctan at least 1/2": (
        1 / (1 + Z**2), GE, sp.Rational(1, 2), range_of_real(Z), "it is false for some z",
    ),
    "the derivative of z² is not z": (
        ScalarDerivative(Z**2, Z), EQ, Z, DERIVATIVE_OF_POLYNOMIAL, "it gives 2 z",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", FALSE_STEPS)
def test_a_false_step_is_refused_for_its_reason_and_with_numbers(broken):
    left, relation, right, law, reason = FALSE_STEPS[broken]
    with pytest.raises(StepRefusedError) as refused:
        Step(left, relation, right, law)
    error = refused.value
    assert error.law == law.name
    assert reason in error.reason
    assert error.counterexample is not None


@pytest.mark.parametrize(
    "function",
    [Z * ScalarDerivative(S, Z), Z * S, Z * E_Z, 1 / (1 + Z**2), X * Z, sp.log(2 + Z**2)],
    ids=str,
)
def test_the_derivative_of_polynomials_is_for_polynomials_only(function):
    assert not list(DERIVATIVE_OF_POLYNOMIAL.rule(ScalarDerivative(function, Z), ()))


def test_the_derivative_of_the_logarithm_needs_a_positive_argument():
    for function in (sp.log(Z), sp.log(1 + Z), 1 + E_Z):
        assert not list(DERIVATIVE_OF_LOGARITHM.rule(ScalarDerivative(function, Z), ()))


GAMMA = {
    "arctan": (elementary.arctan_slope_bound, ONE),
    "identity": (elementary.identity_slope_bound, ONE),
    "logistic": (logistic.logistic_slope_bound, QUARTER),
    "softplus": (elementary.softplus_slope_bound, ONE),
}


@pytest.mark.parametrize("activation", GAMMA)
def test_the_bound_of_slopes_bounds_diagonal_matrices_of_its_own_function(activation):
    bound, gamma = GAMMA[activation]
    u = sp.MatrixSymbol("u", sp.Symbol("d", integer=True, positive=True), 1)
    law = diagonal_norm_by(bound())
    assert Step(SpectralNorm(Diagonal(Elementwise(activation, 1, u))), LE, gamma, law)
    for name, order, right in [
        (activation, 1, gamma / 2),
        (activation, 2, gamma),
        ("tanh", 1, ONE),
    ]:
        with pytest.raises(StepRefusedError, match="norm of a diagonal matrix"):
            Step(SpectralNorm(Diagonal(Elementwise(name, order, u))), LE, right, law)


@pytest.mark.parametrize(
    ("activation", "bound"),
    [("arctan", "‖W‖ⁿ"), ("identity", "‖W‖ⁿ"), ("logistic", "(‖W‖/4)ⁿ"), ("softplus", "‖W‖ⁿ")],
)
def test_products_of_jacobians_are_bounded_by_powers_of_the_norm(activation, bound):
    theorem = product_norm_upper(activation)
    assert str(theorem) == f"‖∂h_{{t+n}}/∂h_t‖ ≤ {bound}"
    assert not theorem.conditions
    assert GAMMA[activation][0].__name__ in theorem.uses
    found = try_instances(theorem.proposition, theorem.hypotheses, trials=10)
    assert found.evaluated
    assert found.counterexample is None


def test_latex_names_the_functions_upright():
    assert logistic.logistic_derivative().proposition.latex.startswith(r"\sigma'")
    assert elementary.arctan_derivative().proposition.latex.startswith(r"\arctan'")
