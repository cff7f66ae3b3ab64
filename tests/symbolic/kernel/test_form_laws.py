"""Inner products and norms of real vectors: what holds for real columns only is held to them."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.form_laws import CAUCHY_SCHWARZ, NONNEGATIVE
from gradproof.symbolic.kernel.matrix_laws import RADIUS_OF_ROTATED_PRODUCT
from gradproof.symbolic.language.expressions import (
    Determinant,
    SpectralNorm,
    SpectralRadius,
    Trace,
)
from gradproof.symbolic.language.relation import is_real

D, M = sp.symbols("d m", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
A, B, C = (sp.MatrixSymbol(name, D, D) for name in "ABC")
U, V = (sp.MatrixSymbol(name, D, 1) for name in "uv")
R, S = sp.MatrixSymbol("R", D, M), sp.MatrixSymbol("S", M, D)
X = sp.Symbol("x", real=True)
P = sp.Symbol("p", positive=True)
norm = SpectralNorm
INNER = Trace(sp.MatMul(U.T, V))
FORM = Trace(sp.MatMul(U.T, A, V))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (INNER, norm(U) * norm(V)),
        (FORM, norm(U) * norm(A * V)),
        (FORM, norm(A.T * U) * norm(V)),
        (P * INNER, P * norm(U) * norm(V)),
        (Trace(sp.MatMul(sp.Transpose(U - V), U + V)), norm(U - V) * norm(U + V)),
    ],
    ids=str,
)
def test_an_inner_product_is_at_most_the_product_of_the_norms(left, right):
    theorem = Theorem.of("t", start(left).le(right, by=CAUCHY_SCHWARZ))
    assert theorem.hypotheses == {is_real(s) for s in left.atoms(sp.MatrixSymbol)}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (-INNER, -norm(U) * norm(V)),  # a negative factor turns it round
        (X * INNER, X * norm(U) * norm(V)),
        (INNER, norm(U)),
        (INNER, norm(U) * norm(U)),
        (INNER, norm(V.T * U) / 2),
        (FORM, norm(U) * norm(V)),
        (Trace(A * B), norm(A) * norm(B)),  # I and I: d ≤ 1
        (Trace(R * S), norm(R) * norm(S)),
        (Trace(A * B), norm(A.T) * norm(B)),
        (Trace(R * S), norm(R.T) * norm(S)),
        (Trace(A), norm(A)),
        (INNER**2, norm(U) * norm(V)),
    ],
    ids=str,
)
def test_nothing_else_is_a_case_of_it(left, right):
    with pytest.raises(StepRefusedError):
        start(left).le(right, by=CAUCHY_SCHWARZ)


def test_it_is_neither_strict_nor_an_equation():
    for relation in ("lt", "eq", "ge", "gt"):
        with pytest.raises(StepRefusedError):
            getattr(start(INNER), relation)(norm(U) * norm(V), by=CAUCHY_SCHWARZ)


@pytest.mark.parametrize(
    "value",
    [norm(A), norm(A) ** 2, norm(A) ** N + 2 * norm(B), P * norm(A), X**2, sp.Integer(0)],
    ids=str,
)
def test_what_is_built_from_norms_is_at_least_zero(value):
    zero = sp.Integer(0)
    assert start(zero).le(value, by=NONNEGATIVE).steps
    assert start(value).ge(zero, by=NONNEGATIVE).steps
    for relation in ("lt", "eq", "ge"):
        with pytest.raises(StepRefusedError):
            getattr(start(zero), relation)(value + 1, by=NONNEGATIVE)


@pytest.mark.parametrize(
    "value",
    [X, -norm(A), norm(A) - norm(B), FORM, Trace(A), X**3, norm(A) - 1, Determinant(A)],
    ids=str,
)
def test_what_may_be_negative_is_not(value):
    with pytest.raises(StepRefusedError):
        start(sp.Integer(0)).le(value, by=NONNEGATIVE)
    with pytest.raises(StepRefusedError):
        start(value).le(sp.Integer(0), by=NONNEGATIVE)
    with pytest.raises(StepRefusedError):
        start(sp.Integer(-1)).le(value, by=NONNEGATIVE)


def test_the_radius_of_a_product_is_blind_to_rotations_only():
    radius, by = SpectralRadius, RADIUS_OF_ROTATED_PRODUCT
    assert start(radius(A * B)).eq(radius(B * A), by=by).steps
    assert start(radius(sp.MatMul(A, B, C))).eq(radius(sp.MatMul(C, A, B)), by=by).steps
    for left, right in (
        (radius(sp.MatMul(A, B, C)), radius(sp.MatMul(B, A, C))),
        (radius(sp.MatMul(A, B, C)), radius(sp.MatMul(C, B, A))),
        (radius(A * B), radius(A) * radius(B)),
        (radius(R * S), radius(S * R)),  # equal, but for d×m matrices the law isn't made
        (norm(A * B), norm(B * A)),
    ):
        with pytest.raises(StepRefusedError):
            start(left).eq(right, by=by)
