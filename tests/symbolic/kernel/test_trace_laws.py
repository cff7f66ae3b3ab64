"""Traces of real matrices: what is equal, what isn't, and that realness is never forgotten."""

import pytest
import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import ALGEBRA, NORM_AS_TRACE, TRACE_ALGEBRA
from gradproof.symbolic.language.expressions import SpectralNorm, Trace
from gradproof.symbolic.language.relation import Proposition, Relation, is_real

D, M = sp.symbols("d m", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
A, B, C = (sp.MatrixSymbol(name, D, D) for name in "ABC")
R, S = sp.MatrixSymbol("R", D, M), sp.MatrixSymbol("S", M, D)
U, V = (sp.MatrixSymbol(name, D, 1) for name in "uv")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Trace(A * B), Trace(B * A)),
        (Trace(A * B * C), Trace(C * A * B)),
        (Trace(A * B * C), Trace(C.T * B.T * A.T)),
        (Trace(R * S), Trace(S * R)),
        (Trace(A + 2 * B), Trace(A) + 2 * Trace(B.T)),
        (Trace(U.T * A * V), Trace(V.T * A.T * U)),
        (Trace(sp.Identity(D)), D),
        (Trace(A * A.I), D),
        (Trace(A * B * A**N), Trace(A ** (N + 1) * B)),
        (Trace((U + V).T * (U + V)), Trace(U.T * U) + 2 * Trace(U.T * V) + Trace(V.T * V)),
    ],
)
def test_traces_are_equal(left, right):
    theorem = Theorem.of("t", start(left).eq(right, by=TRACE_ALGEBRA))
    assert {is_real(s) for s in left.atoms(sp.MatrixSymbol)} <= theorem.hypotheses


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Trace(A * B * C), Trace(A * C * B)),
        (Trace(A * B), Trace(A) * Trace(B)),
        (Trace(A * B), Trace(A * B.T)),
        (Trace(A), D),
        (Trace(sp.Identity(M)), D),
        (Trace(U.T * A * V), Trace(V.T * A * U)),
        (Trace(A) ** 2, Trace(A**2)),
        (SpectralNorm(A * B), SpectralNorm(B * A)),
    ],
)
def test_false_equations_are_refused(left, right):
    with pytest.raises(StepRefusedError):
        start(left).eq(right, by=TRACE_ALGEBRA)


def test_the_square_of_a_norm_is_a_form_for_columns_only():
    start(SpectralNorm(V) ** 2).eq(Trace(V.T * V), by=NORM_AS_TRACE)
    with pytest.raises(StepRefusedError):
        start(SpectralNorm(A) ** 2).eq(Trace(A.T * A), by=NORM_AS_TRACE)


def test_realness_survives_a_detour_through_traces():
    chain = start(SpectralNorm(V) ** 2).eq(Trace(V.T * V), by=NORM_AS_TRACE)
    back = chain.eq(SpectralNorm(V) ** 2, by=NORM_AS_TRACE)
    assert Theorem.of("t", back).hypotheses == {is_real(V)}


def test_realness_follows_a_substitution():
    theorem = Theorem.of("t", start(SpectralNorm(V) ** 2).eq(Trace(V.T * V), by=NORM_AS_TRACE))
    assert theorem.law({V: A * U}).hypotheses == {is_real(A), is_real(U)}
    c = sp.Symbol("c", complex=True)
    with pytest.raises(StepRefusedError):
        start(SpectralNorm(c * V) ** 2).eq(Trace((c * V).T * (c * V)), by=theorem.law({V: c * V}))


def test_complex_scalars_have_no_place_in_a_trace():
    c = sp.Symbol("c", complex=True)
    assert "real scalars" in Proposition(Trace(c * A), Relation.EQ, sp.Integer(0)).problem()


def test_algebra_alone_moves_nothing_around():
    with pytest.raises(StepRefusedError):
        start(Trace(A * B)).eq(Trace(B * A), by=ALGEBRA)
    start(Trace(A) / (1 + Trace(A) ** 2)).eq(
        1 / (1 / (1 + Trace(A) ** 2)) ** -1 * Trace(A), by=ALGEBRA
    )
