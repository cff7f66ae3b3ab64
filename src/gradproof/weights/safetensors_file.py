"""Arrays in the format safetensors: a length, a JSON object, and the numbers.

The file starts with the length of the header in 8 bytes, little-endian; the header is a JSON object
from names to ``dtype``, ``shape`` and ``data_offsets`` into what follows (the format's own
description, https://github.com/huggingface/safetensors). That is little enough to be read here: the
package ``safetensors`` gives NumPy no bfloat16.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.errors import InputError
from gradproof.weights.stored import MOST_ARRAYS, StoredArray, printable

__all__ = ["arrays_of_safetensors"]

_LENGTH_BYTES = 8
#: For each array, name and description fit into a few hundred bytes.
_MOST_HEADER = 8_000_000
_REAL_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
}  # fmt: skip


def arrays_of_safetensors(path: Path) -> list[StoredArray]:
    """Return the arrays of a .safetensors file; each is read from its place in the file.

    >>> import tempfile
    >>> header = b'{"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}'
    >>> with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
    ...     _ = file.write(len(header).to_bytes(8, "little") + header + bytes.fromhex("803f00c0"))
    ...     file.flush()
    ...     arrays_of_safetensors(Path(file.name))[0].read(dimensions=1)
    array([ 1., -2.])
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
        if not 0 < length <= min(size - _LENGTH_BYTES, _MOST_HEADER):
            raise InputError(str(path), "has no header of this format", "save it again")
        header = json.loads(stream.read(length).decode("utf-8"))
    if not isinstance(header, dict) or len(header) > MOST_ARRAYS:
        problem = f"has a header that isn't an object of at most {MOST_ARRAYS} arrays"
        raise InputError(str(path), problem, "save it again")
    start = _LENGTH_BYTES + length
    return [
        _stored(path, name, entry, start, size - start)
        for name, entry in header.items()
        if name != "__metadata__"
    ]


def _stored(path: Path, name: str, entry: Any, start: int, size: int) -> StoredArray:
    """Return an array of the header whose bytes lie within the file."""
    match entry:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [int(first), int(last)]}:
            pass
        case _:
            problem = f"describes {printable(name)!r} otherwise than this format does"
            raise InputError(str(path), problem, "save it again")
    dtype = np.dtype(_REAL_TYPES.get(kind, "V1"))

    def load() -> NDArray[Any]:
        with path.open("rb") as stream:
            stream.seek(start + first)
            data = stream.read(last - first)
        found = np.frombuffer(data, dtype).reshape(shape)
        # A bfloat16 is the upper half of a float32.
        return (found.astype("<u4") << 16).view("<f4") if kind == "BF16" else found

    stored = StoredArray(str(path), name, tuple(shape), kind in _REAL_TYPES, load)
    fits = 0 <= first <= last <= size
    if not fits or (stored.is_real and math.prod(shape) * dtype.itemsize != last - first):
        problem = f"has other bytes for {printable(name)!r} than its shape needs"
        raise InputError(str(path), problem, "save it again")
    return stored
