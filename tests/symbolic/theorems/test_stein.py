"""Growth by an indefinite form: what is said, numbers, exact certificates, and what is refused."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import acb_mat, arb, fmpq, fmpq_mat

from gradproof.errors import StepRefusedError
from gradproof.hypotheses.forms import is_positive_semidefinite
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample, try_instances
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import SpectralNorm, SpectralRadius
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems import stein

THEOREMS = stein.stein_lower()
Q, EPSILON, N, A = stein._Q, stein._EPSILON, stein._N, stein._A
PLAIN = "q² yᵀ P y ≤ (A y)ᵀ P (A y) for all real y"
MARGIN = "q² yᵀ P y + ε ‖y‖² ≤ (A y)ᵀ P (A y) for all real y"
REAL = ["A is real", "P is real", "v is real"]
POSITIVE = "0 < vᵀ P v"


def test_the_theorems_say_and_assume_exactly_this():
    found = [(str(t), sorted(map(str, t.conditions))) for t in THEOREMS]
    expected = [
        ("q²ⁿ vᵀ P v ≤ (Aⁿ v)ᵀ P (Aⁿ v)", [PLAIN, *REAL]),
        ("√κ qⁿ/√M ≤ ‖Aⁿ v‖", [PLAIN, *REAL, "κ ≤ vᵀ P v", "‖P‖ ≤ M"]),
        ("q ≤ ρ(A)", [PLAIN, *REAL, POSITIVE]),
        ("qⁿ ≤ ‖Aⁿ‖", [PLAIN, *REAL, POSITIVE]),
        ("q < ρ(A)", [MARGIN, *REAL, POSITIVE]),
    ]
    assert found == [(conclusion, sorted(conditions)) for conclusion, conditions in expected]


def test_every_step_and_conclusion_survives_numbers():
    outcome = attack(THEOREMS, trials=10, seed=4)
    assert outcome.counterexample is None, outcome.proposition
    assert outcome.attacked >= 30


@pytest.mark.parametrize("theorem", THEOREMS, ids=str)
def test_the_model_meets_all_hypotheses(theorem):
    found = try_instances(
        theorem.proposition, theorem.hypotheses, model=theorem.model, trials=25, seed=5
    )
    assert (found.evaluated, found.counterexample) == (25, None)


@pytest.mark.parametrize("theorem", THEOREMS, ids=str)
def test_without_its_conditions_a_theorem_is_refuted(theorem):
    assert find_counterexample(theorem.proposition, theorem.definitions, trials=40) is not None


@pytest.mark.parametrize(
    ("number", "left", "relation", "right"),
    [
        (2, Q, Relation.LT, SpectralRadius(A)),
        (2, 2 * Q, Relation.LE, SpectralRadius(A)),
        (2, SpectralRadius(A), Relation.LE, Q),
        (3, Q ** (N + 1), Relation.LE, SpectralNorm(A**N)),
        (3, Q**N, Relation.LE, SpectralRadius(A)),
        (4, Q + EPSILON, Relation.LE, SpectralRadius(A)),
    ],
    ids=str,
)
def test_a_stronger_conclusion_is_refused(number, left, relation, right):
    with pytest.raises(StepRefusedError):
        Step(left, relation, right, THEOREMS[number].law())


def test_without_a_margin_the_inequality_is_not_strict():
    # A = q = P = 1: the form is 0, and ρ(A) = q.
    one = np.eye(1)
    values = {stein._D: 1, Q: 1.0, A: one, stein._P: one, stein._V: one}
    plain, strict = THEOREMS[2], THEOREMS[4]
    assert try_instances(plain.proposition, plain.hypotheses, model=lambda _: values).evaluated
    kept = {h for h in strict.hypotheses if str(h) != MARGIN} | plain.hypotheses
    found = try_instances(strict.proposition, kept, model=lambda _: values)
    assert found.counterexample is not None


# --- Certificates in rational numbers, against eigenvalues in ball arithmetic ---------------------


def exact_certificate(weights, form, q, vector):
    """Whether AᵀPA − q²P ⪰ 0 and vᵀPv > 0, in rational numbers."""
    d = len(weights)
    matrix, P = fmpq_mat(d, d, weights_of(weights)), fmpq_mat(d, d, weights_of(form))
    gap = matrix.transpose() * P * matrix - P * fmpq(q.numerator, q.denominator) ** 2
    entries = [[Fraction(int(gap[i, j].p), int(gap[i, j].q)) for j in range(d)] for i in range(d)]
    column = fmpq_mat(d, 1, [fmpq(x) for x in vector])
    return is_positive_semidefinite(entries) and (column.transpose() * P * column)[0, 0] > 0


def weights_of(rows):
    return [fmpq(x.numerator, x.denominator) for row in rows for x in map(Fraction, row)]


def radius(weights):
    values = acb_mat(len(weights), len(weights), [x for row in weights for x in row]).eig(
        nonstop=True
    )
    return max((abs(value) for value in values), key=lambda ball: float(ball.mid()))


def test_no_small_integer_certificate_is_wrong():
    generator, proved = np.random.default_rng(11), 0
    for _ in range(600):
        weights = generator.integers(-3, 4, size=(2, 2)).tolist()
        a, b, c = generator.integers(-3, 4, size=3).tolist()
        q = Fraction(int(generator.integers(1, 12)), 4)
        vectors = itertools.product((-1, 0, 1), repeat=2)
        if any(exact_certificate(weights, [[a, b], [b, c]], q, v) for v in vectors):
            proved += 1
            assert not radius(weights) < arb(q.numerator) / q.denominator
    assert proved > 30


@pytest.mark.parametrize("gap", [Fraction(1, 2**30), Fraction(0), Fraction(-(2**-30))])
def test_a_certificate_reaches_the_radius_and_not_further(gap):
    # A = S diag(3, 1, −2) S⁻¹ with a unit triangular S, P = S⁻ᵀ diag(1, −1, −1) S⁻¹.
    S = np.array([[1, 0, 0], [2, 1, 0], [-1, 3, 1]], dtype=object)
    inverse = np.array([[1, 0, 0], [-2, 1, 0], [7, -3, 1]], dtype=object)
    weights = (S @ np.diag([3, 1, -2]) @ inverse).tolist()
    form = (inverse.T @ np.diag([1, -1, -1]) @ inverse).tolist()
    assert exact_certificate(weights, form, 3 - gap, S[:, 0].tolist()) is (gap >= 0)
    assert not radius(weights) < 3


def test_the_hypotheses_are_the_ones_that_certificates_check():
    # The form of the matrix AᵀPA − q²P at y, against numbers.
    generator = np.random.default_rng(3)
    weights, form = generator.normal(size=(2, 3, 3))
    y = generator.normal(size=(3, 1))
    gap = weights.T @ form @ weights - 0.49 * form
    inequality = stein.form_inequality()
    (variable,) = inequality.variables
    proposition = inequality.proposition
    values = {stein._D: 3, A: weights, stein._P: form, Q: 0.7, variable: y}
    difference = sp.Float((y.T @ gap @ y).item())
    equation = type(proposition)(proposition.right - proposition.left, Relation.EQ, difference)
    found = try_instances(equation, model=lambda _: values, trials=1)
    assert (found.evaluated, found.counterexample) == (1, None)
