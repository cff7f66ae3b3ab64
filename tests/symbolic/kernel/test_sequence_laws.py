"""Limits of a constant and a geometric sequence, and bounds by logarithms: what they refuse."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.instances.instantiate import find_counterexample
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import range_of_real
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import LIMIT_OF_CONSTANT, NONNEGATIVE_DIFFERENCE
from gradproof.symbolic.kernel.sequence_laws import exponential_of, limit_above_constant
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import LimitSuperior, SpectralNorm
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation

EQ, LE, LT, GE = Relation.EQ, Relation.LE, Relation.LT, Relation.GE
D = sp.Symbol("d", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
P, R, C, E, A = sp.symbols("p r c epsilon a", positive=True)
X, Y = sp.symbols("x y", real=True)
W = sp.MatrixSymbol("W", D, D)
Q = 1 / (1 + P)
ONE = sp.Integer(1)


def limit(term):
    return LimitSuperior(term, N)


def below_one():
    return Theorem.of("below_one", start(Q).lt(ONE, by=range_of_real(P)))


def assumed(left, relation=LT, right=ONE):
    law = assume(Hypothesis.of(left, relation, right))
    chain = start(left)
    chain = {LT: chain.lt, LE: chain.le}[relation](right, by=law)
    return Theorem.of("assumed", chain)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (A + C * Q**N, A),
        (A + C + Q**N * SpectralNorm(W), A + C),
        (C * Q**N, sp.Integer(0)),
    ],
    ids=str,
)
def test_the_geometric_part_vanishes(term, value):
    assert Step(limit(term), EQ, value, limit_above_constant(below_one()))


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (A + C * Q**N, A + C),
        (A + C * Q**N, C),
        (A + C * R**N, A),  # of r nothing is known
        (A + C * (1 + P) ** N, A),
        (A + C * N * Q**N, A),
        (A + C**N * Q**N, A),
        (A + Q**N * SpectralNorm(W**N), A),
        (A + Q**N + N, A),
        (A + Q**N + R**N, A),
        (A + Q**N + (1 + P) ** N, A),
        (A + Q**N + SpectralNorm(W**N), A),
        (A + Q**N + C * N, A),
        (A + SpectralNorm(sp.MatrixSymbol("B", N + 1, N + 1)) * Q**N, A),
    ],
    ids=str,
)
def test_other_limits_are_refused(term, value):
    with pytest.raises(StepRefusedError):
        Step(limit(term), EQ, value, limit_above_constant(below_one()))


def test_a_hypothesis_on_the_ratio_travels_along():
    law = limit_above_constant(assumed(R))
    assert [str(h) for h in Step(limit(A + R**N), EQ, A, law).hypotheses] == ["r < 1"]


def test_a_ratio_that_depends_on_the_index_is_refused():
    # 1/(1 + n) < 1 for a given n ≥ 1 says nothing about n^n/(1 + n)^n.
    ratio = N / (1 + N)
    law = limit_above_constant(assumed(ratio))
    with pytest.raises(StepRefusedError):
        Step(limit(A + ratio**N), EQ, A, law)
    always = Theorem.of("always", start(ratio).lt(ONE, by=NONNEGATIVE_DIFFERENCE))
    with pytest.raises(StepRefusedError):
        Step(limit(A + ratio**N), EQ, A, limit_above_constant(always))


def test_a_ratio_below_one_for_one_index_alone_is_refused():
    at_one = assume(Hypothesis.of(R, LE, 1 / (N + 2)))
    chain = start(R).le(1 / (N + 2), by=at_one).lt(ONE, by=NONNEGATIVE_DIFFERENCE)
    with pytest.raises(StepRefusedError):
        Step(limit(A + R**N), EQ, A, limit_above_constant(Theorem.of("t", chain)))


@pytest.mark.parametrize(
    "theorem",
    [
        lambda: None,
        lambda: Hypothesis.of(R, LT, ONE),
        lambda: assumed(R, LE),
        lambda: assumed(R, LT, sp.Integer(2)),
        lambda: assumed(X),  # x < 1 may be −3
    ],
)
def test_the_limit_needs_a_ratio_below_one(theorem):
    with pytest.raises(InputError):
        limit_above_constant(theorem())


def test_a_matrix_whose_size_grows_with_the_index_is_no_constant():
    grown = sp.MatrixSymbol("A", N + 1, N + 1)
    for term in (SpectralNorm(grown), R**N * SpectralNorm(grown)):
        problem = Proposition(limit(term), LE, sp.oo).problem()
        assert problem == "a size depends on the index n of the limit"
    with pytest.raises(StepRefusedError, match="a size depends"):
        start(limit(SpectralNorm(grown))).eq(SpectralNorm(grown), by=LIMIT_OF_CONSTANT)


# --- Logarithms -----------------------------------------------------------------------------------

HORIZON = Hypothesis.of(sp.log(C) + N * sp.log(R), LE, sp.log(E))


def test_logarithms_bound_the_product():
    law = exponential_of(HORIZON)
    step = Step(C * R**N, LE, E, law)
    assert step.hypotheses == {HORIZON}
    assert Step(A + C * R**N, LE, A + E, law)


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (C * R**N, LT, E),
        (C * R**N, EQ, E),
        (C * R**N, GE, E),
        (C * R ** (N + 1), LE, E),
        (R**N, LE, E),
        (C * R**N, LE, E / 2),
        (C + R**N, LE, E),
        (-C * R**N, LE, -E),
        (1 / (C * R**N), LE, 1 / E),
    ],
    ids=str,
)
def test_other_bounds_are_refused(left, relation, right):
    with pytest.raises(StepRefusedError):
        Step(left, relation, right, exponential_of(HORIZON))
    proposition = Proposition(left, relation, right)

    def model(generator):
        c, r, n = generator.uniform(0.1, 4), generator.uniform(0.1, 3), generator.integers(0, 5)
        excess = generator.uniform(0, 0.7) if generator.random() < 0.5 else 0
        return {C: c, R: r, N: int(n), E: c * r**n * (1 + excess)}

    assert find_counterexample(proposition, [HORIZON], model=model, trials=60) is not None


def test_under_a_limit_a_horizon_for_one_index_says_nothing():
    with pytest.raises(StepRefusedError):
        Step(limit(C * R**N), LE, limit(E), exponential_of(HORIZON))


@pytest.mark.parametrize(
    "hypothesis",
    [
        lambda: None,
        lambda: Hypothesis.of(sp.log(C), GE, sp.log(E)),
        lambda: Hypothesis.of(sp.log(C), LT, sp.log(E)),
        lambda: Hypothesis.of(sp.log(C), EQ, sp.log(E)),
        lambda: Hypothesis.of(sp.log(C) + X, LE, sp.log(E)),
        lambda: Hypothesis.of(sp.log(C) * sp.log(R), LE, sp.log(E)),
        lambda: Hypothesis.of(sp.log(C), LE, sp.log(E), for_all=(C,)),
        lambda: Hypothesis.of(C, LE, sp.log(E)),
        lambda: Hypothesis("log c ≤ log ε"),
    ],
)
def test_logarithms_need_a_hypothesis_of_that_form(hypothesis):
    with pytest.raises(InputError):
        exponential_of(hypothesis())


def test_a_positive_difference_is_not_assumed():
    with pytest.raises(StepRefusedError):
        start(C * R**N).le(C, by=NONNEGATIVE_DIFFERENCE)
