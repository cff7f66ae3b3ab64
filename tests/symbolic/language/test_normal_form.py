"""Equality by the axioms of rings: what is identified, and what isn't."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy as sp

from gradproof.symbolic.instances.instantiate import find_counterexample
from gradproof.symbolic.language.expressions import (
    Diagonal,
    Elementwise,
    Jacobian,
    SpectralNorm,
    State,
)
from gradproof.symbolic.language.normal_form import normal_form, same
from gradproof.symbolic.language.relation import Proposition, Relation

D, E = sp.symbols("d e", integer=True, positive=True)
N, M = sp.symbols("n m", integer=True, nonnegative=True)
X, Y = sp.symbols("x y", real=True)
A, B, C = (sp.MatrixSymbol(name, D, D) for name in "ABC")
U = sp.MatrixSymbol("u", D, 1)
IDENTITY, ZERO = sp.Identity(D), sp.ZeroMatrix(D, D)
DIAGONAL = Diagonal(Elementwise("tanh", 1, U))

EQUAL = [
    (A * (B + C), A * B + A * C),
    ((A + B) * C, A * C + B * C),
    ((A * B) * C, A * (B * C)),
    ((A + B) ** 2, A**2 + A * B + B * A + B**2),
    (sp.MatMul(A, A**N), A ** (N + 1)),
    (A**N * A**M, A ** (M + N)),
    (A**0, IDENTITY),
    (A * IDENTITY, A),
    (A + ZERO, A),
    (A - A, ZERO),
    (X * A * Y, Y * X * A),
    (A * X * B, X * A * B),
    ((X + Y) * A, X * A + Y * A),
    ((A * B).T, B.T * A.T),
    ((A * B * C).T, C.T * B.T * A.T),
    ((A.T).T, A),
    (sp.Transpose(A * B * C), C.T * B.T * A.T),
    ((DIAGONAL * A).T, A.T * DIAGONAL),
    ((A + X * B).T, A.T + X * B.T),
    (sp.MatMul(A, A.I), IDENTITY),
    (A**3 * A.I, A**2),
    (SpectralNorm(A + B), SpectralNorm(B + A)),
    (SpectralNorm(A * (B + C)) + 1, 1 + SpectralNorm(A * B + A * C)),
    (X**N * X, X ** (N + 1)),
    ((X + Y) * (X - Y), X**2 - Y**2),
    (Elementwise("tanh", 0, A * (U + U)), Elementwise("tanh", 0, 2 * A * U)),
]

DIFFERENT = [
    (A * B, B * A),
    (A * B * C, C * B * A),
    ((A + B) ** 2, A**2 + 2 * A * B + B**2),
    (A**N, A ** (N + 1)),
    (A, A.T),
    ((A * B).T, A.T * B.T),
    (sp.Transpose(A * B), A.T * B.T),
    (DIAGONAL * A, A * DIAGONAL),
    (A, 2 * A),
    (A, -A),
    (A, ZERO),
    (A, IDENTITY),
    (A * B * A, A**2 * B),
    (SpectralNorm(A * B), SpectralNorm(B * A)),
    (X, X + Y),
    (X**N, X**M),
    (Elementwise("tanh", 0, A * U), Elementwise("tanh", 1, A * U)),
    (Elementwise("tanh", 0, A * U), A * Elementwise("tanh", 0, U)),
]


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=str)
def test_what_the_axioms_identify_is_the_same_and_numbers_agree(left, right):
    assert same(left, right)
    assert same(right, left)
    assert find_counterexample(Proposition(left, Relation.EQ, right), trials=8) is None


@pytest.mark.parametrize(("left", "right"), DIFFERENT, ids=str)
def test_what_differs_at_numbers_is_not_the_same(left, right):
    assert not same(left, right)
    assert not same(right, left)
    assert find_counterexample(Proposition(left, Relation.EQ, right)) is not None


def test_names_and_sizes_tell_symbols_apart():
    assert not same(A, sp.MatrixSymbol("A", E, E))
    assert not same(State("h", N, D), State("h", N, E))
    assert not same(State("h", N, D), State("g", N, D))
    assert not same(sp.Symbol("x", real=True), sp.Symbol("x", positive=True))
    assert not same(A, X)
    h = State("h", N, D)
    assert not same(Jacobian(A * h, h), Jacobian(A.T * h, h))


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=str)
def test_the_normal_form_is_one_of_the_class_and_stays(left, right):
    form = normal_form(left)
    assert same(form, left)
    assert same(form, right)
    assert normal_form(form) == form


def test_random_words_are_the_same_only_if_they_are_equal_as_matrices():
    # Integer matrices, so that numeric equality is exact.
    generator = np.random.default_rng(0)
    values = {letter: generator.integers(-4, 5, size=(2, 2)) for letter in (A, B)}

    def word(letters):
        return sp.MatMul(*letters), np.linalg.multi_dot([values[letter] for letter in letters])

    words = [word(letters) for letters in itertools.product((A, B), repeat=3)]
    for (left, first), (right, second) in itertools.product(words, repeat=2):
        assert same(left, right) == np.array_equal(first, second)
