"""An array in a file: its name, shape and type are known before a single number is read.

Files come from strangers. So that a small file can't fill the memory, shapes are checked against
the bytes that are there, or against :data:`MOST_ENTRIES`, before anything is reserved; and nothing
in a file is ever run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from gradproof.arrays import Array, as_real
from gradproof.errors import InputError, OutOfRangeError

__all__ = ["MOST_ARRAYS", "MOST_ENTRIES", "StoredArray", "printable", "unreadable"]

#: Entries of one array: 512 MB as float64, the recurrent matrix of 8192 units.
MOST_ENTRIES = 2**26
#: Arrays in one file.
MOST_ARRAYS = 100_000
_MOST_DIMENSIONS = 64


@dataclass(frozen=True, eq=False)
class StoredArray:
    """An array that a file holds.

    Parameters
    ----------
    file
        How the file is named in messages.
    name
        As in the file; show it with :func:`printable` only.
    shape
        As the file states it.
    is_real
        Whether the entries are numbers of which each is a float64.
    load
        Reads the entries, in any real type.

    Raises
    ------
    InputError
        If the shape isn't one of an array.
    """

    file: str
    name: str
    shape: tuple[int, ...]
    is_real: bool
    load: Callable[[], NDArray[Any]]

    def __post_init__(self) -> None:
        counts = all(type(n) is int and 0 <= n < 2**63 for n in self.shape)
        if not counts or len(self.shape) > _MOST_DIMENSIONS:
            raise InputError(str(self), "has a shape that no array has", "save it again")

    def __str__(self) -> str:
        return f"{self.file}: {printable(self.name)}"

    def read(self, *, dimensions: int) -> Array:
        """Return the entries as float64, none of them rounded.

        Raises
        ------
        OutOfRangeError
            If there are more than :data:`MOST_ENTRIES`.
        InputError
            If they can't be read, aren't finite real numbers, or have other dimensions.
        """
        if math.prod(self.shape) > MOST_ENTRIES:
            problem = f"has shape {self.shape}"
            raise OutOfRangeError(str(self), problem, f"give at most {MOST_ENTRIES} entries")
        if not self.is_real:
            raise InputError(str(self), "isn't of a real type", "save it as float32 or float64")
        try:
            found = self.load()
        except InputError:
            raise
        except Exception as error:
            raise unreadable(str(self), error) from error
        if found.shape != self.shape:
            raise InputError(str(self), "has another shape than it states", "save it again")
        return as_real(found, str(self), dimensions=dimensions)


def printable(name: str, /, *, most: int = 100) -> str:
    r"""Return a name from a file as it may be shown on a terminal.

    >>> printable("rnn.weight_hh_l0\x1b[2J")
    'rnn.weight_hh_l0�[2J'
    """
    shown = "".join(letter if letter.isprintable() else "�" for letter in name[: most + 1])
    return shown if len(name) <= most else shown[: most - 1] + "…"


def unreadable(where: str, error: Exception) -> InputError:
    """Return the error for what a parser of NumPy, zlib, JSON or PyTorch raised."""
    reason = printable(str(error) or type(error).__name__, most=200)
    return InputError(where, f"can't be read ({reason})", "save the file again")
