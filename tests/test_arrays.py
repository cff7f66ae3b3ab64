"""The door for numbers: each kind of bad input has its own error, which names the argument."""

import numpy as np
import pytest

from gradproof import arrays
from gradproof.errors import (
    EmptyArgumentError,
    InputError,
    NotFiniteError,
    NotRealError,
    OutOfRangeError,
    ShapeError,
    UnknownNameError,
)
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.source import BIBLIOGRAPHY, Source
from gradproof.spectral import enclosures, exact, spectra

BAD_MATRICES = [
    ([[np.nan]], NotFiniteError),
    ([[1.0, 2.0], [np.inf, 0.0]], NotFiniteError),
    ([[1.0, 2.0]], ShapeError),
    ([1.0, 2.0], ShapeError),
    ([[1.0, 2.0], [3.0]], ShapeError),
    (np.zeros((0, 0)), EmptyArgumentError),
    ([[1j]], NotRealError),
    ([["one"]], NotRealError),
    ([[None]], NotRealError),
]

TAKES_A_SQUARE_MATRIX = [
    spectra.spectral_radius,
    spectra.spectral_norm,
    spectra.smallest_singular_value,
    spectra.departure_from_normality,
    enclosures.enclose_spectral_radius,
    enclosures.enclose_spectral_norm,
    enclosures.enclose_smallest_singular_value,
    exact.powers_vanish,
    exact.powers_bounded,
]


@pytest.mark.parametrize("function", TAKES_A_SQUARE_MATRIX, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("matrix", "error"), BAD_MATRICES)
def test_bad_matrices_are_refused_by_name(function, matrix, error):
    with pytest.raises(error) as caught:
        function(matrix)
    assert caught.value.argument == "W"
    assert caught.value.remedy


def test_the_index_of_a_bad_entry_is_named():
    with pytest.raises(NotFiniteError, match=r"W is nan at \(1, 0\)"):
        arrays.as_square_matrix([[1.0, 2.0], [np.nan, 1.0]], "W")


def test_float32_is_taken_exactly():
    value = np.float32(0.1)
    assert arrays.as_vector(np.array([value]), "b")[0] == float(value)


def test_integers_that_would_be_rounded_are_refused():
    assert arrays.as_vector([2**53], "b")[0] == 2.0**53
    with pytest.raises(NotRealError, match="beyond 2\\*\\*53"):
        arrays.as_vector([2**53 + 1], "b")


@pytest.mark.skipif(np.finfo(np.longdouble).nmant == 52, reason="long double is float64 here")
def test_long_doubles_that_would_be_rounded_are_refused():
    assert arrays.as_vector(np.array([1.5], dtype=np.longdouble), "b")[0] == 1.5
    with pytest.raises(NotRealError, match="can't hold"):
        arrays.as_vector(np.array([1], dtype=np.longdouble) / 3, "b")


def test_arrays_are_copied():
    original = np.ones(2)
    copy = arrays.as_vector(original, "b")
    original[0] = 5
    assert copy[0] == 1


@pytest.mark.parametrize(
    ("weights", "argument"),
    [
        (([[1.0, 2.0]], [[1.0]], [0.0]), "recurrent_weight"),
        (([[1.0]], [[1.0], [2.0]], [0.0]), "input_weight"),
        (([[1.0]], [[1.0]], [0.0, 0.0]), "bias"),
    ],
)
def test_weights_that_do_not_fit_are_named(weights, argument):
    with pytest.raises(ShapeError) as caught:
        ElmanNetwork(*weights)
    assert caught.value.argument == argument


def test_a_product_that_ends_before_it_starts_is_out_of_range():
    network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    run = forward(network, [0.0], [[1.0], [1.0]])
    with pytest.raises(OutOfRangeError):
        jacobian_product(network, run, start=2, stop=1)
    with pytest.raises(OutOfRangeError):
        jacobian_product(network, run, start=0, stop=3)


@pytest.mark.parametrize("value", [True, 1.5, "1"])
def test_an_index_is_an_integer(value):
    with pytest.raises(NotRealError):
        arrays.as_index(value, "k")
    with pytest.raises(OutOfRangeError, match="k is 0"):
        arrays.as_index(0, "k", least=1)


def test_every_input_error_is_a_value_error():
    assert issubclass(InputError, ValueError)


def test_sources_are_in_the_bibliography():
    with pytest.raises(UnknownNameError, match="Nobody1900"):
        Source("Nobody1900", "page 1")
    for key, reference in BIBLIOGRAPHY.items():
        assert key.endswith(str(reference.year))
