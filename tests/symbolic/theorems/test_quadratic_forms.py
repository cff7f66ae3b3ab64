"""Lyapunov's inequality and forms along a word: what is said, numbers, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import fmpq, fmpq_mat

from gradproof.errors import StepRefusedError
from gradproof.hypotheses.forms import is_positive_semidefinite
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample, try_instances
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import SpectralNorm, SpectralRadius
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems import quadratic_forms as forms

UPPER, COMPOSED = forms.lyapunov_upper(), forms.forms_compose()
R, MU, M, N, A = forms._R, forms._MU, forms._M, forms._N, forms._A
INEQUALITY = "({0} y)ᵀ X ({0} y) ≤ r² yᵀ X y for all real y"
MARGIN = "(A y)ᵀ X (A y) ≤ r² yᵀ X y − ε ‖y‖² for all real y"
BOUNDS = ["μ ‖w‖² ≤ wᵀ X w for all real w", "wᵀ X w ≤ M ‖w‖² for all real w"]
REAL = ["A is real", "X is real"]


def test_the_theorems_say_and_assume_exactly_this():
    given = [INEQUALITY.format("A"), *REAL]
    network = [INEQUALITY.format("W"), "W is real", "X is real", *BOUNDS]
    expected = [
        ("(Aⁿ v)ᵀ X (Aⁿ v) ≤ r²ⁿ vᵀ X v", [*given, "v is real"]),
        ("‖Aⁿ‖ ≤ √M rⁿ/√μ", [*given, *BOUNDS]),
        ("ρ(A) ≤ r", [*given, BOUNDS[0]]),
        ("ρ(A) < r", [MARGIN, *REAL, BOUNDS[0]]),
        ("‖∂h_{t+n}/∂h_t‖ ≤ √M rⁿ/√μ", network),
    ]
    found = [(str(t), sorted(map(str, t.conditions))) for t in UPPER]
    assert found == [(conclusion, sorted(conditions)) for conclusion, conditions in expected]
    assert str(COMPOSED) == "q² s² yᵀ P y + ε s² ‖y‖² ≤ (C B y)ᵀ R (C B y)"
    assert sorted(str(h) for h in COMPOSED.conditions if "real y" in str(h)) == [
        "q² yᵀ P y + ε ‖y‖² ≤ (B y)ᵀ Q (B y) for all real y",
        "s² yᵀ Q y ≤ (C y)ᵀ R (C y) for all real y",
    ]
    assert len(COMPOSED.conditions) == 8  # and that six matrices are real


def test_every_step_and_conclusion_survives_numbers():
    outcome = attack([*UPPER, COMPOSED], trials=4, seed=2)
    assert outcome.counterexample is None, outcome.proposition
    assert outcome.attacked >= 60


@pytest.mark.parametrize("theorem", [*UPPER, COMPOSED], ids=str)
def test_the_model_meets_all_hypotheses(theorem):
    found = try_instances(
        theorem.proposition, theorem.hypotheses, model=theorem.model, trials=20, seed=5
    )
    assert (found.evaluated, found.counterexample) == (20, None)


@pytest.mark.parametrize("theorem", [*UPPER, COMPOSED], ids=str)
def test_without_its_conditions_a_theorem_is_refuted(theorem):
    assert find_counterexample(theorem.proposition, theorem.definitions, trials=60) is not None


@pytest.mark.parametrize(
    ("number", "left", "relation", "right"),
    [
        (1, SpectralNorm(A**N), Relation.LE, R**N),
        (1, SpectralNorm(A**N), Relation.LE, sp.sqrt(M / MU) * R ** (N + 1)),
        (1, SpectralNorm(A**N), Relation.LT, sp.sqrt(M / MU) * R**N),
        (2, SpectralRadius(A), Relation.LT, R),
        (2, SpectralNorm(A), Relation.LE, R),
        (3, SpectralNorm(A), Relation.LT, R),
    ],
    ids=str,
)
def test_a_stronger_conclusion_is_refused(number, left, relation, right):
    with pytest.raises(StepRefusedError):
        Step(left, relation, right, UPPER[number].law())


def test_without_a_margin_the_inequality_is_not_strict():
    one = np.eye(1)
    values = {forms._D: 1, A: one, forms._X: one, R: 1.0, MU: 1.0}
    plain, strict = UPPER[2], UPPER[3]
    found = try_instances(strict.proposition, plain.hypotheses, model=lambda _: values)
    assert found.evaluated > 0
    assert found.counterexample is not None
    assert try_instances(plain.proposition, plain.hypotheses, model=lambda _: values).evaluated > 0


def test_the_rate_that_a_margin_leaves_is_right():
    # (r² − s²) M ≤ ε and s < r at rational points, without the kernel.
    generator = np.random.default_rng(4)
    for _ in range(200):
        r, m, e = (Fraction(int(x), 16) for x in generator.integers(1, 400, size=3))
        at = {R: sp.Rational(r), M: sp.Rational(m), forms._EPSILON: sp.Rational(e)}
        s = forms._slower(M).xreplace(at)
        assert s < r
        assert (r**2 - s**2) * m <= e
        assert forms._gap(M).xreplace(at) == r**2 - s**2


def test_forms_compose_in_rational_numbers():
    generator, met = np.random.default_rng(9), 0
    q, s, margin = Fraction(3, 2), Fraction(1, 2), Fraction(1, 4)
    for _ in range(300):
        B, C = (fmpq_mat(2, 2, [fmpq(int(x)) for x in row]) for row in entries(generator))
        last = symmetric(generator)
        between = (C.transpose() * last * C - unit(fmpq(1, 8))) / rational(s**2)
        first = (B.transpose() * between * B - unit(rational(margin))) / rational(q**2)
        product = C * B
        gap = product.transpose() * last * product - first * rational(q**2 * s**2)
        gap -= unit(rational(s**2 * margin))
        met += is_positive_semidefinite(rows(gap))
    assert met == 300


def entries(generator):
    return generator.integers(-3, 4, size=(2, 4))


def symmetric(generator):
    a, b, c = (fmpq(int(x)) for x in generator.integers(-4, 5, size=3))
    return fmpq_mat(2, 2, [a, b, b, c])


def unit(scale):
    return fmpq_mat(2, 2, [scale, 0, 0, scale])


def rational(number):
    return fmpq(number.numerator, number.denominator)


def rows(matrix):
    return [[Fraction(int(matrix[i, j].p), int(matrix[i, j].q)) for j in (0, 1)] for i in (0, 1)]
