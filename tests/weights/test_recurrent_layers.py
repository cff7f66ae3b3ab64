"""Recurrent layers are found by their names, and split into gates as the library means them."""

import numpy as np
import pytest

from gradproof.errors import InputError, ShapeError, UnknownNameError
from gradproof.weights.layers import Kind, Reset, find_layers
from gradproof.weights.stored import StoredArray

GENERATOR = np.random.default_rng(0)


def stored(arrays):
    return {
        name: StoredArray("file", name, array.shape, True, lambda array=array: array)
        for name, array in arrays.items()
    }


def normal(*shape):
    return GENERATOR.normal(size=shape)


def only(arrays, *wanted):
    (found,) = find_layers(stored(arrays), wanted)
    return found, found.read()


def test_the_gates_of_pytorch_stand_one_below_the_other():
    W, U, b, c = normal(8, 2), normal(8, 3), normal(8), normal(8)
    arrays = {
        "a.weight_ih_l1_reverse": U,
        "a.weight_hh_l1_reverse": W,
        "a.bias_ih_l1_reverse": b,
        "a.bias_hh_l1_reverse": c,
        "head.weight": normal(2, 2),
    }
    found, layer = only(arrays)
    assert (found.kind, found.convention.value, found.shape) == (Kind.LSTM, "PyTorch", (8, 2))
    assert (layer.size, layer.input_size) == (2, 3)
    for position, label in enumerate("ifgo"):
        gate, part = layer.gates[label], slice(2 * position, 2 * position + 2)
        assert np.array_equal(gate.recurrent, W[part])
        assert np.array_equal(gate.entering, U[part])
        assert np.array_equal(gate.bias, [b[part], c[part]])
        assert not gate.inner.any()


def test_the_second_bias_of_a_gru_is_reset_with_the_state():
    W, b, c = normal(6, 2), normal(6), normal(6)
    arrays = {"weight_hh": W, "bias_ih": b, "bias_hh": c}
    found, layer = only(arrays)
    assert found.kind is Kind.GRU
    assert [*layer.gates] == ["r", "z", "n"]
    assert np.array_equal(layer.gates["z"].bias, [b[2:4], c[2:4]])
    assert np.array_equal(layer.gates["n"].bias, [b[4:]])
    assert np.array_equal(layer.gates["n"].inner, c[4:])
    assert layer.reset is Reset.AFTER
    assert layer.input_size is None


@pytest.mark.parametrize("suffix", ["", ":0"])
def test_keras_multiplies_from_the_right_and_calls_the_proposal_c(suffix):
    R, K, b = normal(2, 8), normal(3, 8), normal(8)
    path = "model/lstm/lstm_cell/"
    found, layer = only(
        {
            f"{path}kernel{suffix}": K,
            f"{path}recurrent_kernel{suffix}": R,
            f"{path}bias{suffix}": b,
        }
    )
    assert (found.kind, found.convention.value) == (Kind.LSTM, "Keras")
    h, x = normal(2), normal(3)
    for position, label in enumerate("ifgo"):
        gate, part = layer.gates[label], slice(2 * position, 2 * position + 2)
        assert np.allclose(gate.recurrent @ h + gate.entering @ x, (h @ R + x @ K)[part])
        assert np.array_equal(gate.bias, [b[part]])


@pytest.mark.parametrize(
    ("bias", "reset"),
    [(normal(2, 6), Reset.AFTER), (normal(6), Reset.BEFORE), (None, Reset.UNKNOWN)],
)
def test_the_bias_of_keras_tells_where_a_gru_resets(bias, reset):
    R = normal(2, 6)
    arrays = {"gru/recurrent_kernel": R} | ({} if bias is None else {"gru/bias": bias})
    found, layer = only(arrays)
    assert found.kind is Kind.GRU
    assert layer.reset is reset
    assert [*layer.gates] == ["z", "r", "n"]
    assert np.array_equal(layer.gates["z"].recurrent, R[:, :2].T)
    if reset is Reset.AFTER:
        assert np.array_equal(layer.gates["n"].inner, bias[1, 4:])


@pytest.mark.parametrize(
    ("recurrent", "entering", "bias"),
    [("W", "U", "b"), ("W_hh", "W_xh", "b_h"), ("Whh", "Wxh", "bh"), ("net.recurrent", None, None)],
)
def test_plain_names(recurrent, entering, bias):
    arrays = {recurrent: normal(3, 3)}
    if entering:
        arrays |= {entering: normal(3, 2), bias: normal(3)}
    found, layer = only(arrays)
    assert found.kind is Kind.SIMPLE
    assert layer.input_size == (2 if entering else None)
    assert len(layer.gates["h"].bias) == (1 if bias else 0)


def test_what_is_called_like_a_bias_and_has_another_shape_is_none():
    _, layer = only({"W": normal(3, 3), "U": normal(2, 3), "b": normal(2)})
    assert layer.input_size is None
    assert len(layer.gates["h"].bias) == 0


def test_simple_layers_of_both_libraries():
    W, R = normal(3, 3), normal(4, 4)
    found = find_layers(stored({"weight_hh_l0": W, "rnn/recurrent_kernel": R, "W": normal(2, 3)}))
    assert [layer.kind for layer in found] == [Kind.SIMPLE] * 2
    assert np.array_equal(found[0].read().gates["h"].recurrent, W)
    assert np.array_equal(found[1].read().gates["h"].recurrent, R.T)


def test_layers_are_chosen_by_name_pattern_or_as_any_array():
    arrays = stored(
        {
            "enc.weight_hh_l0": normal(2, 2),
            "dec.weight_hh_l0": normal(2, 2),
            "core": normal(3, 3),
            "high": normal(8, 2),
            "wide": normal(2, 6),
        }
    )
    assert [f.name for f in find_layers(arrays)] == ["enc.weight_hh_l0", "dec.weight_hh_l0"]
    assert [f.name for f in find_layers(arrays, ["dec*", "dec.weight_hh_l0"])] == [
        "dec.weight_hh_l0"
    ]
    chosen = find_layers(arrays, ["core", "high", "wide"])
    assert [f.kind for f in chosen] == [Kind.SIMPLE, Kind.LSTM, Kind.GRU]
    assert [f.convention.value for f in chosen] == ["plain", "PyTorch", "Keras"]


def test_square_matrices_are_offered_by_name():
    arrays = {"dense": normal(3, 3), "core\x1b": normal(4, 4), "bias": normal(3)}
    with pytest.raises(UnknownNameError) as caught:
        find_layers(stored(arrays))
    assert "--layer with one of dense (3, 3), core� (4, 4)" in str(caught.value)
    with pytest.raises(UnknownNameError, match="no square matrix, but bias"):
        find_layers(stored({"bias": normal(3)}))
    with pytest.raises(UnknownNameError, match="no layer 'x'; give --layer with one of W "):
        find_layers(stored({"W": normal(2, 2), "other": normal(3, 3)}), ["x"])
    with pytest.raises(UnknownNameError, match="nothing at all"):
        find_layers({})


@pytest.mark.parametrize("shape", [(5, 2), (4, 2), (2, 8), (3,), (2, 2, 2), (0, 0), (8, 0)])
def test_other_shapes_are_refused_by_name(shape):
    with pytest.raises(ShapeError, match="weight_hh_l0 has shape"):
        find_layers(stored({"weight_hh_l0": np.zeros(shape)}))
    with pytest.raises(ShapeError):
        find_layers(stored({"a": np.zeros(shape[:1])}), ["a"])


@pytest.mark.parametrize("name", ["weight_ih", "bias_hh"])
def test_arrays_that_do_not_fit_are_named(name):
    arrays = {"weight_hh": normal(4, 1), name: normal(3, 2) if name == "weight_ih" else normal(3)}
    (found,) = find_layers(stored(arrays))
    with pytest.raises(InputError, match=name):
        found.read()
