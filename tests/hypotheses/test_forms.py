"""Conditions for all real vectors: true, false or open by the matrix of the quadratic form."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gradproof.hypotheses.decide import meets
from gradproof.hypotheses.forms import is_positive_semidefinite
from gradproof.hypotheses.instance import Instance
from gradproof.symbolic.language.expressions import SpectralNorm, Trace
from gradproof.symbolic.language.relation import Hypothesis, Relation

D = sp.Symbol("d", integer=True, positive=True)
X = sp.MatrixSymbol("X", D, D)
U, Y = sp.MatrixSymbol("u", D, 1), sp.MatrixSymbol("y", D, 1)
M = sp.Symbol("M", positive=True)


def word(left, matrix, right):
    return Trace(sp.MatMul(left.T, matrix, right))


def truth(low, high, values, relation=Relation.LE, vectors=(U, Y)):
    instance = Instance(values)
    instance.infer_sizes(X)
    return meets(Hypothesis.of(low, relation, high, for_all=vectors), instance)


@given(
    st.integers(1, 4).flatmap(
        lambda d: st.tuples(
            st.lists(st.integers(-3, 3), min_size=d * d, max_size=d * d), st.integers(0, d)
        )
    )
)
def test_a_gram_matrix_is_semidefinite_and_less_a_little_it_is_not_where_singular(drawn):
    entries, rank = drawn
    d = round(len(entries) ** 0.5)
    root = np.array(entries, dtype=object).reshape(d, d)[:rank]
    gram = root.T @ root if rank else np.zeros((d, d), dtype=object) * 0
    exact = [[Fraction(int(x)) for x in row] for row in gram]
    assert is_positive_semidefinite(exact)
    less = [
        [x - Fraction(int(i == j), 10**9) for j, x in enumerate(r)] for i, r in enumerate(exact)
    ]
    is_singular = rank < d or round(np.linalg.det(gram.astype(float))) == 0
    if is_singular:
        assert not is_positive_semidefinite(less)


@pytest.mark.parametrize(
    ("matrix", "truth_of_it"),
    [
        ([[2, 0], [0, 1]], True),
        ([[1, -1], [-1, 1]], True),
        ([[1, 2], [2, 1]], False),
        ([[0, 1], [1, 5]], False),
        ([[0, 0], [0, -1]], False),
        ([[1, 4], [-4, 0]], True),  # wᵀXw speaks of the symmetric part of X alone
        ([[1, 0], [2, 0]], False),
    ],
)
def test_forms_of_one_vector(matrix, truth_of_it):
    assert truth(sp.Integer(0), word(U, X, U), {"X": matrix}, vectors=(U,)) is truth_of_it


@pytest.mark.parametrize(("bound", "truth_of_it"), [(3, True), (Fraction(29, 10), False)])
def test_a_bound_by_the_norm_of_a_vector(bound, truth_of_it):
    given_values = {"X": [[2, 1], [1, 2]], "M": bound}
    high = M * SpectralNorm(U) ** 2
    assert truth(word(U, X, U), high, given_values, vectors=(U,)) is truth_of_it
    assert (
        truth(high, word(U, X, U), given_values, relation=Relation.GE, vectors=(U,)) is truth_of_it
    )


@pytest.mark.parametrize(("diagonal", "truth_of_it"), [(1, True), (Fraction(1, 2), False)])
def test_forms_of_two_vectors(diagonal, truth_of_it):
    identity = sp.Identity(D)
    high = word(U, X, U) + word(Y, X, Y) - 2 * word(U, identity, Y)
    matrix = [[diagonal, 0], [0, diagonal]]
    assert truth(sp.Integer(0), high, {"X": matrix}) is truth_of_it


@pytest.mark.parametrize(
    "side",
    [
        word(U, X, U) + 1,
        SpectralNorm(U),
        word(U, X, U) ** 2,
        word(U, X, Y),
        SpectralNorm(sp.MatMul(U, U.T)) ** 2,
    ],
    ids=str,
)
def test_what_is_no_form_is_left_open(side):
    assert truth(sp.Integer(0), side, {"X": [[1, 0], [0, 1]]}, vectors=(U,)) is None


def test_what_is_strict_or_not_rational_is_left_open():
    one = {"X": [[1, 0], [0, 1]]}
    assert truth(sp.Integer(0), word(U, X, U), one, relation=Relation.LT, vectors=(U,)) is None
    high = sp.sqrt(2) * word(U, X, U)
    assert truth(sp.Integer(0), high, one, vectors=(U,)) is None
    assert truth(sp.Integer(0), word(U, X, U), {"X": [[1j, 0], [0, 1]]}, vectors=(U,)) is None
