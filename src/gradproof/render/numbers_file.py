"""Numbers from a file: JSON or NumPy's formats, nothing in it is ever run."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.arrays import as_real
from gradproof.errors import InputError, OutOfRangeError, ShapeError

__all__ = ["load_numbers"]

MOST_BYTES = 50_000_000
MOST_ENTRIES = 1_000_000
MOST_ROWS = 512
MOST_DEPTH = 8


def load_numbers(path: Path) -> dict[str, Any]:
    """Return name → array or number of a file: W, and possibly U, b, h, x, n, t, gamma.

    A ``.npy`` file, or a JSON file that is a list, holds W alone.

    Raises
    ------
    InputError
        If the file isn't there, is too large, is no such file, or holds something else than finite
        real numbers; the message names what to do.
    """
    option = "--numbers"
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(option, f"names {path}: {error.strerror}", "check the path") from error
    if not path.is_file():
        raise InputError(option, f"names {path}, which is no file", "check the path")
    if size > MOST_BYTES:
        raise InputError(option, f"names {size} bytes", f"give at most {MOST_BYTES}")
    readers = {".json": _from_json, ".npy": _from_npy, ".npz": _from_npz}
    if path.suffix not in readers:
        raise InputError(option, f"names {path}", "give a file .json, .npz or .npy")
    try:
        found = readers[path.suffix](path)
    except InputError:
        raise
    except Exception as error:  # the parsers of NumPy, zlib and JSON have many of their own
        problem = f"can't be read as {path.suffix[1:]} ({str(error)[:200]})"
        raise InputError(
            str(path), problem, "save arrays of numbers, without Python objects"
        ) from error
    return {name: _checked(name, value) for name, value in found.items()}


def _from_json(path: Path) -> Mapping[str, Any]:
    text = path.read_text(encoding="utf-8")
    if _depth(text) > MOST_DEPTH:
        raise InputError(str(path), "is nested too deeply", "give matrices as lists of rows")
    found = json.loads(text)
    if isinstance(found, list):
        found = {"W": found}
    if not isinstance(found, dict):
        raise InputError(str(path), "holds no object", 'write {"W": [[…], …], "n": 3}')
    return found


def _depth(text: str) -> int:
    """Return an upper bound of the depth of nesting; brackets in strings count, too."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _from_npy(path: Path) -> Mapping[str, Any]:
    # Mapped, so that the header is checked against the size of the file before anything is read.
    return {"W": np.load(path, mmap_mode="r", allow_pickle=False)}


def _from_npz(path: Path) -> Mapping[str, Any]:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MOST_BYTES:
        raise InputError(str(path), f"unpacks to {unpacked} bytes", f"give at most {MOST_BYTES}")
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _checked(name: str, value: Any) -> Any:
    if not name.isidentifier() or len(name) > 40:
        raise InputError(
            "a name", f"is {name[:40]!r}", "use the symbols of the theorem: W, b, h, n"
        )
    try:
        dimensions = np.ndim(value)
    except ValueError as error:
        raise ShapeError(name, "has rows of different lengths", "give equal ones") from error
    if dimensions > 2:
        raise ShapeError(
            name, f"has {dimensions} dimensions", "give a matrix, a vector or a number"
        )
    if dimensions == 0:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
            return value
        return float(as_real([value], name, dimensions=1)[0])
    array = as_real(value, name, dimensions=dimensions)
    if name == "x" and dimensions == 1:
        array = array[:, np.newaxis]
    widest = max(array.shape[1:] if name == "x" else array.shape)
    if array.size > MOST_ENTRIES or widest > MOST_ROWS:
        raise OutOfRangeError(
            name, f"has shape {array.shape}", f"give at most {MOST_ROWS} rows and columns"
        )
    return array
