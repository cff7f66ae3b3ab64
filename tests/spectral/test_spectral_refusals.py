"""What the functions on eigenvalues, singular values and powers refuse, and in which words."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from gradproof.errors import (
    EmptyArgumentError,
    EnclosureError,
    NotFiniteError,
    NotRealError,
    OutOfRangeError,
    ShapeError,
)
from gradproof.spectral import enclosures
from gradproof.spectral.bracket import Enclosure, enclose_ball, search_float64
from gradproof.spectral.enclosures import (
    enclose_eigenvalues,
    enclose_smallest_singular_value,
    enclose_spectral_norm,
    enclose_spectral_radius,
)
from gradproof.spectral.exact import (
    characteristic_polynomial,
    compare_spectral_radius,
    exact_determinant,
    exact_product,
    powers_bounded,
    powers_vanish,
)
from gradproof.spectral.rationals import as_rational, as_rational_matrix
from gradproof.spectral.root_location import Comparison
from gradproof.spectral.spectra import (
    departure_from_normality,
    gelfand_estimates,
    log_power_norms,
    power_norms,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
)

UNIT = Enclosure(0.0, 1.0)
LARGEST = 1.7976931348623157e308
RATIO = "has non-zero entries whose ratio exceeds 2**1520"
NO_NUMBER = "a str; give an integer, a float or a Fraction"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: Enclosure(math.nan, 1.0),
            NotFiniteError,
            "lower is nan; give a finite number",
        ),
        (
            lambda: Enclosure(2.0, math.inf),
            NotFiniteError,
            "upper is inf; give a finite number",
        ),
        (
            lambda: Enclosure(2.0, 1.5),
            OutOfRangeError,
            "lower is 2.0, above upper = 1.5; give the ends in order",
        ),
        (lambda: UNIT.contains(math.inf), NotFiniteError, "value is inf; give a finite number"),
        (lambda: UNIT.is_below(math.nan), NotFiniteError, "x is nan; give a finite number"),
        (lambda: UNIT.is_above("1"), NotRealError, f"x is '1', {NO_NUMBER}"),
        (
            lambda: search_float64(lambda _: Comparison.ABOVE, 1.0),
            EnclosureError,
            "the value exceeds 1.7976931348623157e+308; divide W by a power of two",
        ),
        (
            lambda: enclose_ball(arb("nan")),
            EnclosureError,
            "the ball nan isn't finite; raise the working precision",
        ),
        (
            lambda: enclose_ball(arb(2) ** 1024),
            EnclosureError,
            f"the ball {arb(2) ** 1024} exceeds {LARGEST}; divide W by a power of two",
        ),
        (
            lambda: as_rational(2j, "r", place=" at the end"),
            NotRealError,
            "r is 2j at the end, a complex; give an integer, a float or a Fraction",
        ),
        (lambda: as_rational("2", "r"), NotRealError, f"r is '2', {NO_NUMBER}"),
        (
            lambda: as_rational(-math.inf, "r", place=" at the end"),
            NotFiniteError,
            "r is -inf at the end; give a finite number",
        ),
        (
            lambda: as_rational_matrix([np.ones((2, 2)), np.ones((2, 3))], "A"),
            ShapeError,
            "A has rows of different lengths; give a full array",
        ),
        (
            lambda: as_rational_matrix([1, 2], "A"),
            ShapeError,
            "A has shape (2,); give a square matrix",
        ),
        (
            lambda: as_rational_matrix([[1, 2]], "A"),
            ShapeError,
            "A has shape (1, 2); give a square matrix",
        ),
        (
            lambda: as_rational_matrix(np.zeros((0, 3)), "A"),
            EmptyArgumentError,
            "A is empty, shape (0, 3); give some entries",
        ),
        (
            lambda: as_rational_matrix([[1, 2], [math.inf, 4]], "A"),
            NotFiniteError,
            "A is inf at (1, 0); give a finite number",
        ),
        (
            lambda: as_rational_matrix([[1, "2"], [3, 4]], "A"),
            NotRealError,
            f"A is '2' at (0, 1), {NO_NUMBER}",
        ),
        (
            lambda: compare_spectral_radius([[1]], Fraction(-1, 2)),
            OutOfRangeError,
            "r is -1/2; give a radius of at least 0",
        ),
        (
            lambda: compare_spectral_radius([[1]], math.inf),
            NotFiniteError,
            "r is inf; give a finite number",
        ),
        (
            lambda: exact_product([]),
            EmptyArgumentError,
            "matrices are empty; give at least one matrix",
        ),
        (
            lambda: exact_product([np.eye(3), np.eye(1), np.eye(3)]),
            ShapeError,
            "matrices have the sizes [1, 3]; give matrices of one size",
        ),
        (
            lambda: exact_product([np.eye(1), [[math.nan]]]),
            NotFiniteError,
            "matrices[1] is nan at (0, 0); give a finite number",
        ),
        (
            lambda: log_power_norms([[1.0]], -1),
            OutOfRangeError,
            "n is -1; give an integer at least 0",
        ),
        (lambda: power_norms([[1.0]], 1.5), NotRealError, "n is 1.5; give an integer"),
        (
            lambda: gelfand_estimates([[1.0]], 0),
            OutOfRangeError,
            "n is 0; give an integer at least 1",
        ),
        (
            lambda: log_power_norms([[0.0, 2.0**1000], [2.0**-1000, 0.0]], 3),
            OutOfRangeError,
            f"W {RATIO}; set the smallest to zero or rescale the coordinates",
        ),
    ],
)
def test_a_refusal_names_the_argument_the_problem_and_the_remedy(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == text


@pytest.mark.parametrize(
    "function",
    [
        as_rational_matrix,
        characteristic_polynomial,
        compare_spectral_radius,
        departure_from_normality,
        enclose_eigenvalues,
        enclose_smallest_singular_value,
        enclose_spectral_norm,
        enclose_spectral_radius,
        exact_determinant,
        gelfand_estimates,
        log_power_norms,
        power_norms,
        powers_bounded,
        powers_vanish,
        smallest_singular_value,
        spectral_norm,
        spectral_radius,
    ],
)
def test_a_matrix_that_is_not_square_is_refused_under_the_name_of_the_argument(function):
    more = {
        as_rational_matrix: ("W",),
        gelfand_estimates: (1,),
        log_power_norms: (1,),
        power_norms: (1,),
    }
    with pytest.raises(ShapeError) as caught:
        function([[1.0, 2.0]], *more.get(function, ()))
    assert str(caught.value) == "W has shape (1, 2); give a square matrix"


def test_the_search_goes_up_to_the_largest_float_and_no_further():
    largest = Fraction(LARGEST)

    def against(value):
        def compare(c):
            if c == value:
                return Comparison.EQUAL
            return Comparison.ABOVE if value > c else Comparison.BELOW

        return compare

    for guess in (0.0, 1.0, LARGEST):
        assert search_float64(against(largest), guess) == Enclosure(LARGEST, LARGEST)
        below = search_float64(against(largest - 1), guess)
        assert (below.lower, below.upper) == (math.nextafter(LARGEST, 0), LARGEST)
        with pytest.raises(EnclosureError, match="the value exceeds"):
            search_float64(against(largest + 1), guess)


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_ball_may_end_at_the_largest_float_and_not_beyond(sign):
    at_the_end = enclose_ball(arb(sign * LARGEST))
    assert (at_the_end.lower, at_the_end.upper) == (sign * LARGEST, sign * LARGEST)
    with pytest.raises(EnclosureError, match="exceeds"):
        enclose_ball(arb(sign * LARGEST, 1.0))


def test_eigenvalues_that_stay_inaccurate_are_refused_with_the_bits_that_were_tried(monkeypatch):
    monkeypatch.setattr(enclosures, "_is_accurate", lambda _: False)
    with pytest.raises(EnclosureError) as caught:
        enclose_eigenvalues([[2]])
    assert str(caught.value) == (
        "an eigenvalue of W isn't accurate to 56 bits at 512 bits of precision; "
        "split W into blocks or round its entries"
    )
