"""Hypotheses about all real matrices of a size: what they give, and what they don't."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Jacobian,
    SpectralNorm,
    State,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation, is_real
from gradproof.symbolic.theorems.recurrence import ElmanRecurrence

LE = Relation.LE
D, E = sp.symbols("d e", integer=True, positive=True)
A, B = sp.MatrixSymbol("A", D, D), sp.MatrixSymbol("B", E, E)
U, V, W = (sp.MatrixSymbol(name, D, 1) for name in "uvw")
X = sp.Symbol("x", real=True)
C = sp.Symbol("c", complex=True)
P = sp.Symbol("p", positive=True)
norm = SpectralNorm


def form(matrix, v):
    return Trace(sp.MatMul(sp.Transpose(v), matrix, v))


POSITIVE = Hypothesis.of(sp.Integer(0), LE, form(A, U), for_all=(U,))
BOUNDED = Hypothesis.of(norm(A * U), LE, P * norm(U), for_all=(U,))


def test_it_reads_as_it_is_meant_and_binds_its_vectors():
    assert str(BOUNDED) == "‖A u‖ ≤ p ‖u‖ for all real u"
    assert r"\text{for all real } u" in BOUNDED.latex
    assert BOUNDED.free_symbols == {A, D, P}
    both = Hypothesis.of(Trace(sp.MatMul(U.T, A, V)), LE, P, for_all=(U, V))
    assert str(both) == "uᵀ A v ≤ p for all real u, v"


def test_it_holds_at_every_real_vector_and_says_that_it_is_real():
    chain = start(norm(A * V)).le(P * norm(V), by=assume_at(BOUNDED, {U: V}))
    assert Theorem.of("t", chain).hypotheses == {BOUNDED, is_real(V)}
    moved = A * V + W
    chain = start(norm(A * moved)).le(P * norm(moved), by=assume_at(BOUNDED, {U: moved}))
    assert Theorem.of("t", chain).hypotheses == {BOUNDED, is_real(A), is_real(V), is_real(W)}


def test_what_has_a_trace_in_it_takes_real_matrices_for_granted():
    law = assume_at(POSITIVE, {U: V})
    assert law.hypotheses == {POSITIVE, is_real(A), is_real(V)}
    at_zero = assume_at(POSITIVE, {U: sp.ZeroMatrix(D, 1)})
    assert POSITIVE in at_zero.hypotheses


@pytest.mark.parametrize(
    "value",
    [
        C * V,
        sp.MatMul(sp.I, V),
        A,
        V.T,
        sp.MatrixSymbol("v", E, 1),
        X,
        sp.Integer(1),
    ],
    ids=str,
)
def test_it_says_nothing_about_anything_else(value):
    for hypothesis in (BOUNDED, POSITIVE):
        with pytest.raises(InputError):
            assume_at(hypothesis, {U: value})


def test_it_is_no_statement_about_one_vector():
    with pytest.raises(InputError, match="no formula for one case"):
        assume(BOUNDED)
    for values in ({}, {V: V}, {U: V, V: V}):
        with pytest.raises(InputError, match="one value for each"):
            assume_at(BOUNDED, values)


def test_states_and_jacobians_are_real_vectors_of_the_network():
    cell = ElmanRecurrence()
    n = sp.Symbol("n", integer=True, nonnegative=True)
    bounded = Hypothesis.of(norm(U), LE, P, for_all=(U,))
    for value in (
        State("h", n, D),
        sp.MatMul(Jacobian(cell.h(n + 1), cell.h(n)), V),
        sp.MatMul(cell.factors(n, n), V),
    ):
        assert assume_at(bounded, {U: value}).hypotheses >= {bounded}


def test_a_size_that_changes_takes_the_bound_vector_along():
    # Else the u of size e×1 would be free, and the hypothesis one about a single vector.
    changed = BOUNDED.substitute({D: E, A: B})
    (variable,) = changed.variables
    assert variable.shape == (E, 1)
    assert changed.free_symbols == {B, E, P}
    assert str(changed) == "‖B u‖ ≤ p ‖u‖ for all real u"


@pytest.mark.parametrize(
    "values",
    [
        {A: sp.MatMul(U, U.T)},
        {P: 1 + norm(U)},
        {D: E, A: sp.MatrixSymbol("u", E, 1) * sp.MatrixSymbol("u", E, 1).T},
    ],
    ids=str,
)
def test_no_value_is_captured(values):
    with pytest.raises(ValueError, match="binds"):
        BOUNDED.substitute(values)


def test_what_is_bound_is_not_replaced():
    assert BOUNDED.substitute({U: V}) == BOUNDED
    changed = BOUNDED.substitute({U: V, P: 2 * P})
    assert str(changed) == "‖A u‖ ≤ 2 p ‖u‖ for all real u"


def test_a_law_of_a_theorem_carries_it_along():
    chain = start(norm(A * V)).le(P * norm(V), by=assume_at(BOUNDED, {U: V}))
    theorem = Theorem.of("t", chain)
    law = theorem.law({D: E, A: B, V: sp.MatrixSymbol("v", E, 1)})
    assert {str(h) for h in law.hypotheses} == {"‖B u‖ ≤ p ‖u‖ for all real u", "v is real"}
    assert theorem.law({V: U}).hypotheses == {BOUNDED, is_real(U)}


@pytest.mark.parametrize(
    "variables", [(U, X), (X, U), (U, U), (2 * U,), (A * U,), (U.T,), (X + 1,)], ids=str
)
def test_it_is_about_symbols_of_one_kind(variables):
    with pytest.raises(InputError, match="quantified"):
        Hypothesis.of(norm(U), LE, P, for_all=variables)


def test_slopes_are_bounded_for_all_numbers_not_for_all_vectors():
    slope = sp.Abs(ActivationValue("phi", 1, X))
    with pytest.raises(InputError):
        diagonal_norm_by(Hypothesis.of(slope, LE, norm(U), for_all=(U,)))
