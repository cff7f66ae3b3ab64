"""Norms and spectra at an instance: they agree with NumPy, and are exact where rational."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from gradproof.hypotheses.matrices import (
    as_array,
    determinant,
    inverse,
    matrices_equal,
    matrix_power,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
    unit,
)
from gradproof.hypotheses.values import Dual, Number, UndecidedValueError


def exactly(rows):
    return as_array([[Number.of(entry) for entry in row] for row in rows])


def loosely(rows, radius=2.0**-30):
    return as_array([[Number.of(Number.of(e).ball + arb(0, radius)) for e in row] for row in rows])


GENERATOR = np.random.default_rng(5)
MATRICES = [GENERATOR.integers(-4, 5, size=(d, d)).tolist() for d in (1, 2, 2, 3, 3, 4)]
COMPLEX = [
    (GENERATOR.integers(-3, 4, (d, d)) + 1j * GENERATOR.integers(-3, 4, (d, d))).tolist()
    for d in (1, 2, 3)
]
QUANTITIES = [
    (spectral_norm, lambda A: np.linalg.norm(A, 2)),
    (smallest_singular_value, lambda A: np.linalg.norm(A, -2)),
    (spectral_radius, lambda A: abs(np.linalg.eigvals(A)).max()),
    (lambda A: abs(determinant(A)), lambda A: abs(np.linalg.det(A))),
]


@pytest.mark.parametrize(("enclosed", "measured"), QUANTITIES)
@pytest.mark.parametrize("rows", [*MATRICES, *COMPLEX])
def test_quantities_agree_with_numpy(enclosed, measured, rows):
    value = measured(np.array(rows))
    assert float(enclosed(exactly(rows)).real) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("quantity", "_"), QUANTITIES[:2])
@pytest.mark.parametrize("rows", [*MATRICES, *COMPLEX])
def test_a_matrix_of_balls_gives_a_ball_around_the_exact_value(quantity, _, rows):
    around = quantity(loosely(rows)).real
    assert around.overlaps(quantity(exactly(rows)).real)
    assert float(around.rad()) < 1e-7


def test_the_ball_covers_every_matrix_in_it():
    wide = as_array(
        [[Number.of(arb(1, 0.5)), Number.of(0)], [Number.of(0), Number.of(arb(2, 0.5))]]
    )
    assert spectral_norm(wide).real.contains(arb("2.5"))
    assert spectral_norm(wide).real.contains(arb("1.5"))
    assert smallest_singular_value(wide).real.contains(arb("0.5"))


@pytest.mark.parametrize(
    ("rows", "norm", "least", "radius"),
    [
        ([[3, 4], [-4, 3]], 5, 5, 5),
        ([[0, 2], [0, 0]], 2, 0, 0),
        ([[Fraction(3, 5), Fraction(4, 5)], [Fraction(-4, 5), Fraction(3, 5)]], 1, 1, 1),
        ([[1.25, 0.75j], [-0.75j, 1.25]], 2, Fraction(1, 2), 2),
        ([[0, 0, 1], [1, 0, 0], [0, 1, 0]], 1, 1, 1),
        ([[0, -1], [1, 0]], 1, 1, 1),
    ],
)
def test_rational_values_are_exact(rows, norm, least, radius):
    A = exactly(rows)
    assert spectral_norm(A).fraction == norm
    assert smallest_singular_value(A).fraction == least
    assert spectral_radius(A).fraction == radius


def test_norms_of_columns_and_of_rectangles():
    assert spectral_norm(exactly([[3], [4]])).fraction == 5
    assert spectral_norm(exactly([[1 + 1j], [1 - 1j]])).fraction == 2
    assert spectral_norm(exactly([[3, 0, 0], [0, 4, 0]])).fraction == 4


@pytest.mark.parametrize("rows", MATRICES)
def test_inverses_are_exact(rows):
    A = exactly(rows)
    if determinant(A).fraction == 0:
        with pytest.raises(UndecidedValueError, match="denominator"):
            inverse(A)
    else:
        assert matrices_equal(A @ inverse(A), unit(len(A)))
        assert matrices_equal(matrix_power(A, -2) @ matrix_power(A, 2), unit(len(A)))


def test_equality_of_matrices_is_open_where_balls_meet():
    A = exactly([[1, 2], [3, 4]])
    assert matrices_equal(A, loosely([[1, 2], [3, 4]])) is None
    assert matrices_equal(A, loosely([[1, 2], [3, 5]])) is False
    assert matrices_equal(A, exactly([[1, 2]])) is False


def test_norms_do_not_pass_derivatives_on():
    with pytest.raises(UndecidedValueError, match="isn't differentiated"):
        spectral_norm(as_array([[Dual(Number.of(1), [Number.of(1)])]]))
