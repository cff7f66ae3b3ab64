"""Recurrent layers among the arrays of a file, by the names that libraries give them.

===========  ==========================================  =======  ==============  ===============
convention   recurrent array                             shape    gates           h_k
===========  ==========================================  =======  ==============  ===============
PyTorch      ``weight_hh``, ``weight_hh_l0_reverse``, …  (gd, d)  i f g o, r z n  W h + …
Keras        ``recurrent_kernel``                        (d, gd)  i f c o, z r h  h R + …, W = Rᵀ
plain        ``W``, ``W_hh``, ``Whh``, ``recurrent``, …  (d, d)   none            W h + …
===========  ==========================================  =======  ==============  ===============

The number g of gates tells what it is: 1 a simple recurrent layer, 3 a GRU, 4 an LSTM. Input
weights and biases are taken from beside the recurrent array where they are there.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath

import numpy as np

from gradproof.arrays import Array
from gradproof.errors import ShapeError, UnknownNameError
from gradproof.weights.stored import StoredArray, printable

__all__ = ["FoundLayer", "Gate", "Kind", "RecurrentLayer", "Reset", "find_layers"]


class Kind(enum.StrEnum):
    """What a recurrent layer is."""

    SIMPLE = "simple"
    GRU = "gru"
    LSTM = "lstm"


class Convention(enum.StrEnum):
    """Who named the arrays."""

    PYTORCH = "PyTorch"
    KERAS = "Keras"
    PLAIN = "plain"


class Reset(enum.Enum):
    """Where the reset gate of a GRU acts: W_n h is multiplied by it, or h is."""

    AFTER = "after"
    BEFORE = "before"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class Gate:
    """The weights of one pre-activation, W h + U x + b; of a GRU r ⊙ (W h + inner) + U x + b for n.

    Parameters
    ----------
    recurrent
        W, shape (d, d).
    entering
        U, shape (d, m), or None where the file holds none.
    bias
        All of b, in parts that are to be added: PyTorch and Keras keep two. Shape (parts, d), with
        no part where the file holds none.
    inner
        The bias within the reset of a GRU, shape (d,), zero elsewhere.
    """

    recurrent: Array
    entering: Array | None
    bias: Array
    inner: Array


@dataclass(frozen=True, eq=False)
class RecurrentLayer:
    """A recurrent layer with its numbers.

    Parameters
    ----------
    kind
        What it is.
    gates
        "h" for a simple layer; "i", "f", "g", "o" for an LSTM; "r", "z", "n" for a GRU.
    reset
        Of a GRU.
    """

    kind: Kind
    gates: Mapping[str, Gate]
    reset: Reset = Reset.AFTER

    @property
    def size(self) -> int:
        """The number d of units."""
        return len(next(iter(self.gates.values())).recurrent)

    @property
    def input_size(self) -> int | None:
        """The number m of inputs per step, or None where the file holds no input weights."""
        entering = next(iter(self.gates.values())).entering
        return None if entering is None else int(entering.shape[1])


_KINDS = {1: Kind.SIMPLE, 3: Kind.GRU, 4: Kind.LSTM}
_LABELS = {
    (Convention.PYTORCH, Kind.LSTM): "ifgo",
    (Convention.PYTORCH, Kind.GRU): "rzn",
    (Convention.KERAS, Kind.LSTM): "ifgo",
    (Convention.KERAS, Kind.GRU): "zrn",
}


@dataclass(frozen=True, eq=False)
class FoundLayer:
    """A recurrent layer that was found; its numbers aren't read yet.

    Parameters
    ----------
    recurrent
        The array with the recurrent weights.
    kind, convention
        Told by its shape and by its name.
    entering, biases
        The arrays beside it.
    """

    recurrent: StoredArray
    kind: Kind
    convention: Convention
    entering: StoredArray | None = None
    biases: tuple[StoredArray, ...] = ()

    @property
    def name(self) -> str:
        """The name of the recurrent array, as the file has it."""
        return self.recurrent.name

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the recurrent array, as the file has it."""
        return self.recurrent.shape

    def read(self) -> RecurrentLayer:
        """Read the numbers and split them into gates.

        Raises
        ------
        InputError
            If they can't be read, aren't finite, or the shapes don't fit together.
        """
        turned: Callable[[Array], Array] = (
            np.transpose if self.convention is Convention.KERAS else np.asarray
        )
        W = turned(self.recurrent.read(dimensions=2))
        rows, size = W.shape
        U = None if self.entering is None else turned(self.entering.read(dimensions=2))
        if U is not None and len(U) != rows:
            problem = f"has shape {self.entering and self.entering.shape}, for {rows} rows"
            raise ShapeError(str(self.entering), problem, "save the layer again")
        parts = [self._bias(bias, rows) for bias in self.biases]
        labels = _LABELS.get((self.convention, self.kind), "h")
        gates = {}
        for position, label in enumerate(labels):
            part = slice(position * size, (position + 1) * size)
            b = [bias[part] for stack in parts for bias in stack]
            inner = np.zeros(size)
            if label == "n" and len(b) == 2:  # the second one stands beside W h
                inner = b.pop()
            gates[label] = Gate(
                np.ascontiguousarray(W[part]),
                None if U is None else np.ascontiguousarray(U[part]),
                np.array(b).reshape(len(b), size),
                inner,
            )
        return RecurrentLayer(self.kind, gates, self._reset(sum(map(len, parts))))

    def _bias(self, stored: StoredArray, rows: int) -> Array:
        """Return one bias, or the two of a GRU of Keras, as rows."""
        stack = stored.read(dimensions=len(stored.shape) if len(stored.shape) == 2 else 1)
        stack = stack.reshape(1, -1) if stack.ndim == 1 else stack
        if stack.shape[1] != rows or len(stack) > 2:
            problem = f"has shape {stored.shape}, for {rows} rows"
            raise ShapeError(str(stored), problem, "save the layer again")
        return stack

    def _reset(self, biases: int) -> Reset:
        """Keras resets before W_n if there is one bias, and doesn't tell if there is none."""
        if self.convention is not Convention.KERAS or biases == 2:
            return Reset.AFTER
        return Reset.BEFORE if biases == 1 else Reset.UNKNOWN


_PYTORCH = re.compile(r"(?P<prefix>(?:.*[./])?)weight_hh(?P<suffix>(?:_l\d+)?(?:_reverse)?)", re.S)
_KERAS = re.compile(r"(?P<prefix>(?:.*[./])?)recurrent_kernel(?P<suffix>(?::0)?)", re.S)
_PLAIN = re.compile(r"(?P<prefix>(?:.*[./])?)(?P<stem>[A-Za-z_]+)", re.S)
#: Recurrent arrays with nothing but their name, and what may stand beside them: U, b.
_BESIDE = {
    "w": (("U",), ("b",)),
    "w_hh": (("W_xh", "W_ih", "W_hx", "U"), ("b_h", "b_hh", "b")),
    "whh": (("Wxh", "Wih", "Whx", "U"), ("bh", "bhh", "b")),
    "w_rec": (("W_in", "U"), ("b_rec", "b")),
    "w_h": (("W_x", "U"), ("b_h", "b")),
    "recurrent": (("input", "kernel"), ("bias",)),
    "recurrent_weight": (("input_weight",), ("bias",)),
    "recurrent_weights": (("input_weights",), ("bias", "biases")),
}


def find_layers(
    arrays: Mapping[str, StoredArray], wanted: Sequence[str] = (), /
) -> list[FoundLayer]:
    """Return the recurrent layers of a file, in its order; nothing but shapes is looked at.

    Parameters
    ----------
    wanted
        Names, or patterns of them as "rnn.*". A name of its own may be that of any array.

    Raises
    ------
    UnknownNameError
        If there is none, or none as wanted; the message names the square matrices that there are.
    ShapeError
        If an array is named as a recurrent one, and has another shape.
    """
    found = [layer for name in arrays if (layer := _by_name(arrays, name)) is not None]
    if not wanted:
        if not found:
            raise _unknown(arrays, found, "holds no recurrent weights with a name that is known")
        return [_checked(layer) for layer in found]
    chosen = []
    for pattern in wanted:
        matching = [f for f in found if f.name == pattern or fnmatchcase(f.name, pattern)]
        if not matching and pattern in arrays:
            matching = [_as_asked(arrays[pattern])]
        if not matching:
            raise _unknown(arrays, found, f"holds no layer {printable(pattern)!r}")
        chosen += matching
    return [_checked(layer) for layer in dict.fromkeys(chosen)]


def _by_name(arrays: Mapping[str, StoredArray], name: str) -> FoundLayer | None:
    """Return the layer whose recurrent array has this name; its shape isn't checked yet."""
    weights: tuple[str, ...]
    biases: tuple[str, ...]
    if match := _PYTORCH.fullmatch(name):
        prefix, suffix = match["prefix"], match["suffix"]
        weights = (f"{prefix}weight_ih{suffix}",)
        biases = (f"{prefix}bias_ih{suffix}", f"{prefix}bias_hh{suffix}")
        return _layer(arrays, name, Convention.PYTORCH, weights, biases)
    if match := _KERAS.fullmatch(name):
        prefix, suffix = match["prefix"], match["suffix"]
        weights, biases = (f"{prefix}kernel{suffix}",), (f"{prefix}bias{suffix}",)
        return _layer(arrays, name, Convention.KERAS, weights, biases)
    match = _PLAIN.fullmatch(name)
    if match is None or match["stem"].casefold() not in _BESIDE or not _is_square(arrays[name]):
        return None
    prefix = match["prefix"]
    weights, biases = _BESIDE[match["stem"].casefold()]
    size = arrays[name].shape[0]
    beside = [
        [stored for stem in stems if (stored := arrays.get(prefix + stem)) is not None]
        for stems in (weights, biases)
    ]
    # Any array can be called b: one that doesn't fit isn't the bias.
    entering = [s for s in beside[0] if len(s.shape) == 2 and s.shape[0] == size]
    bias = [s for s in beside[1] if s.shape == (size,)]
    first = entering[0] if entering else None
    return FoundLayer(arrays[name], Kind.SIMPLE, Convention.PLAIN, first, tuple(bias[:1]))


def _layer(
    arrays: Mapping[str, StoredArray],
    name: str,
    convention: Convention,
    weights: Sequence[str],
    biases: Sequence[str],
) -> FoundLayer:
    entering = next((arrays[w] for w in weights if w in arrays), None)
    bias = tuple(arrays[b] for b in biases if b in arrays)
    kind = _KINDS.get(_gates(arrays[name].shape, convention), Kind.SIMPLE)
    return FoundLayer(arrays[name], kind, convention, entering, bias)


def _gates(shape: tuple[int, ...], convention: Convention) -> int:
    """Return how many square blocks the shape holds, or 0 where it isn't made of such."""
    if len(shape) != 2:
        return 0
    rows, columns = shape if convention is not Convention.KERAS else shape[::-1]
    return rows // columns if columns and rows % columns == 0 else 0


def _checked(layer: FoundLayer) -> FoundLayer:
    gates = _gates(layer.shape, layer.convention)
    if gates not in _KINDS or (layer.convention is Convention.PLAIN and gates != 1):
        problem = f"has shape {layer.shape}, that of no simple recurrent layer, GRU or LSTM"
        raise ShapeError(str(layer.recurrent), problem, "name another with --layer")
    return layer


def _as_asked(stored: StoredArray) -> FoundLayer:
    """Return a layer of an array whose name says nothing; high is PyTorch's, wide is Keras's."""
    if _gates(stored.shape, Convention.PYTORCH) in (3, 4):
        return _layer({stored.name: stored}, stored.name, Convention.PYTORCH, (), ())
    if _gates(stored.shape, Convention.KERAS) in (3, 4):
        return _layer({stored.name: stored}, stored.name, Convention.KERAS, (), ())
    return FoundLayer(stored, Kind.SIMPLE, Convention.PLAIN)


def _is_square(stored: StoredArray) -> bool:
    return len(stored.shape) == 2 and stored.shape[0] == stored.shape[1] > 0


_MOST_OFFERED = 8


def _unknown(
    arrays: Mapping[str, StoredArray], found: Sequence[FoundLayer], problem: str
) -> UnknownNameError:
    """Return the error that offers the layers, or else the square matrices, by their names."""
    file = next((stored.file for stored in arrays.values()), "the file")
    offered = [layer.recurrent for layer in found] or [a for a in arrays.values() if _is_square(a)]
    if not offered:
        shapes = [f"{printable(a.name)} {a.shape}" for a in list(arrays.values())[:_MOST_OFFERED]]
        remedy = f"it has no square matrix, but {', '.join(shapes) or 'nothing at all'}"
    else:
        names = [f"{printable(a.name)} {a.shape}" for a in offered[:_MOST_OFFERED]]
        more = ", …" if len(offered) > _MOST_OFFERED else ""
        remedy = f"give --layer with one of {', '.join(names)}{more}"
    return UnknownNameError(PurePath(file).name, problem, remedy)
