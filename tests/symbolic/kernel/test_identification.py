"""From equal traces against every real matrix to equal matrices, and against fewer to nothing."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.assumptions import assume, define
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.identification import identify
from gradproof.symbolic.kernel.laws import ALGEBRA, TRACE_ALGEBRA
from gradproof.symbolic.language.expressions import SpectralNorm, State, Trace
from gradproof.symbolic.language.relation import Hypothesis, Relation, is_real

D, M, K = sp.symbols("d m k", integer=True, positive=True)
A, B, V = (sp.MatrixSymbol(name, D, M) for name in "ABV")
S, R, Q = (sp.MatrixSymbol(name, D, D) for name in "SRQ")
ONE = sp.Integer(1)


def against(matrix, direction=V):
    return Trace(sp.MatMul(sp.Transpose(matrix), direction))


def equal_traces(*, by=None, direction=V, left=A, right=B):
    law = by or assume(Hypothesis.of(left, Relation.EQ, right))
    return Theorem.of("t", start(against(left, direction)).eq(against(right, direction), by=law))


def test_equal_traces_against_every_matrix_make_equal_matrices():
    theorem = identify(equal_traces(), V, A, B, name="t")
    assert str(theorem) == "A = B"
    assert theorem.hypotheses == {is_real(A), is_real(B), Hypothesis.of(A, Relation.EQ, B)}


def test_the_proof_is_kept_and_its_end_says_why():
    theorem = identify(equal_traces(), V, A, B, name="t")
    assert [str(step.proposition) for step in theorem.steps] == ["tr(Aᵀ V) = tr(Bᵀ V)"]
    assert theorem.sections[-1].heading.startswith("For every real V")


def test_equal_traces_against_one_matrix_do_not():
    one = assume(Hypothesis.of(against(A), Relation.EQ, against(B)))
    with pytest.raises(InputError, match="assume nothing about V"):
        identify(equal_traces(by=one), V, A, B, name="t")


@pytest.mark.parametrize(
    "condition",
    [
        Hypothesis.of(SpectralNorm(V), Relation.LE, ONE),
        Hypothesis.of(V, Relation.EQ, A),
        Hypothesis("{0} is invertible", about=(V,)),
    ],
    ids=str,
)
def test_nothing_is_assumed_about_the_direction(condition):
    # Each of these leaves out matrices that would be needed: only some V are spoken of.
    equal = Hypothesis.of(A, Relation.EQ, B)
    chain = start(against(A)).eq(against(B), by=assume(equal))
    if condition.proposition is not None and condition.proposition.relation is Relation.EQ:
        chain = start(against(A)).eq(Trace(A.T * A), by=assume(condition))
        chain = chain.eq(Trace(B.T * A), by=assume(equal)).eq(against(B), by=assume(condition))
        with pytest.raises(InputError, match="assume nothing about V"):
            identify(Theorem.of("t", chain), V, A, B, name="t")
        return
    square = sp.MatrixSymbol("V", D, D)
    chain = start(Trace(sp.MatMul(S.T, square))).eq(
        Trace(sp.MatMul(S.T, square, square, square.I, evaluate=False)), by=ALGEBRA
    )
    chain = chain.eq(Trace(sp.MatMul(S.T, square)), by=ALGEBRA)
    with pytest.raises(InputError, match="assume nothing about V"):
        identify(Theorem.of("t", chain), square, S, S, name="t")


def test_a_definition_that_holds_the_direction_is_something_about_it():
    state = State("h", K, D)
    square = sp.MatrixSymbol("V", D, D)
    law = define(state, square * State("h", K - 1, D))
    outer = sp.MatMul(state, State("h", 0, D).T)
    moved = sp.MatMul(square, State("h", K - 1, D), State("h", 0, D).T)
    chain = start(against(outer, square)).eq(against(moved, square), by=law)
    with pytest.raises(InputError, match="contains V"):
        identify(Theorem.of("t", chain), square, outer, moved, name="t")
    back = chain.eq(against(outer, square), by=law)
    with pytest.raises(InputError, match="assume nothing about V"):
        identify(Theorem.of("t", back), square, outer, outer, name="t")


def test_the_matrices_are_free_of_the_direction():
    # tr(Aᵀ V) = tr(Vᵀ A) for every V, but A isn't V.
    chain = start(Trace(S.T * R)).eq(Trace(R.T * S), by=TRACE_ALGEBRA)
    theorem = Theorem.of("t", chain)
    with pytest.raises(InputError, match=r"contains R|is tr"):
        identify(theorem, R, S, R, name="t")
    with pytest.raises(InputError, match=r"contains S|is tr"):
        identify(theorem, S, R, S, name="t")


def test_the_theorem_is_the_one_about_these_matrices():
    theorem = equal_traces()
    for first, second in ((A, A), (B, B), (A, 2 * B), (A + B, B)):
        with pytest.raises(InputError, match="give tr"):
            identify(theorem, V, first, second, name="t")
    for first, second in ((S, B), (A, sp.Integer(1)), (A.T, B)):
        with pytest.raises(InputError, match="of the shape of V"):
            identify(theorem, V, first, second, name="t")
    with pytest.raises(InputError, match="give tr"):
        identify(theorem, sp.MatrixSymbol("v", D, M), A, B, name="t")


def test_symmetric_parts_are_not_identified():
    # xᵀ A x = xᵀ B x for every x says nothing of A − B beyond its symmetric part.
    x = sp.MatrixSymbol("x", D, 1)
    chain = start(Trace(sp.MatMul(x.T, S, x))).eq(Trace(sp.MatMul(x.T, S.T, x)), by=TRACE_ALGEBRA)
    with pytest.raises(InputError):
        identify(Theorem.of("t", chain), x, S, S.T, name="t")
    with pytest.raises(InputError):
        identify(Theorem.of("t", chain), x, sp.MatMul(S.T, x), sp.MatMul(S, x), name="t")


def test_an_inequality_identifies_nothing():
    below = assume(Hypothesis.of(against(A), Relation.LE, against(B)))
    theorem = Theorem.of("t", start(against(A)).le(against(B), by=below))
    with pytest.raises(InputError, match="give tr"):
        identify(theorem, V, A, B, name="t")


def test_look_alikes_are_refused():
    with pytest.raises(InputError, match="give a theorem"):
        identify(None, V, A, B, name="t")
    with pytest.raises(InputError, match="give a matrix symbol"):
        identify(equal_traces(), A * Q, A, B, name="t")
