"""Arrays in NumPy's formats .npy and .npz. Python objects are refused, not unpickled."""

from __future__ import annotations

import io
import math
import warnings
import zipfile
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradproof.errors import InputError
from gradproof.weights.stored import MOST_ARRAYS, MOST_ENTRIES, StoredArray, printable

__all__ = ["arrays_of_npy", "arrays_of_npz"]

#: What a header of a plain array needs; NumPy itself stops at ten times as much.
_MOST_HEADER = 1000
_SUFFIX = ".npy"
#: Other ways of packing may ask for gigabytes to unpack a byte.
_AS_NUMPY_WRITES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _Header(NamedTuple):
    """What the header of an array says, and how many bytes it takes."""

    shape: tuple[int, ...]
    by_columns: bool
    dtype: np.dtype[Any]
    length: int

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def arrays_of_npy(path: Path) -> list[StoredArray]:
    """Return the array of a .npy file, which is called W."""
    with path.open("rb") as stream:
        header = _header(stream)
    if header.bytes > path.stat().st_size - header.length:
        raise InputError(str(path), "is shorter than its header says", "save it again")

    def load() -> NDArray[Any]:
        # The header is small and the entries are there: reading them takes no more than the file.
        with path.open("rb") as opened:
            return _read(opened)

    return [StoredArray(str(path), "W", header.shape, _is_real(header.dtype), load)]


def arrays_of_npz(path: Path) -> list[StoredArray]:
    """Return the arrays of a .npz archive; each is unpacked when it is read."""
    found = []
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MOST_ARRAYS:
            problem = f"holds {len(members)} arrays"
            raise InputError(str(path), problem, f"give at most {MOST_ARRAYS}")
        for member in members:
            if not member.filename.endswith(_SUFFIX):
                continue
            if member.compress_type not in _AS_NUMPY_WRITES:
                raise InputError(str(path), "is packed otherwise than by NumPy", "save it again")
            with archive.open(member) as stream:
                header = _header(stream)
            name = member.filename.removesuffix(_SUFFIX)
            if header.bytes > member.file_size - header.length:
                problem = f"holds {printable(name)!r}, shorter than its header says"
                raise InputError(str(path), problem, "save it again")
            load = _loader(path, member)
            found.append(StoredArray(str(path), name, header.shape, _is_real(header.dtype), load))
    return found


def _loader(path: Path, member: zipfile.ZipInfo) -> Any:
    def load() -> NDArray[Any]:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            return _read(stream)

    return load


def _header(stream: IO[bytes]) -> _Header:
    """Read the header. Its length is checked first: NumPy would reserve what it says."""
    version = np.lib.format.read_magic(stream)
    width = {(1, 0): 2, (2, 0): 4}.get(version)
    if width is None:
        raise ValueError("no array of numbers has this version of the format")
    field = stream.read(width)
    length = int.from_bytes(field, "little")
    if length > _MOST_HEADER:
        raise ValueError("the header is longer than that of an array of numbers")
    header = io.BytesIO(field + stream.read(length))
    read = np.lib.format.read_array_header_1_0
    if width == 4:
        read = np.lib.format.read_array_header_2_0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # headers of Python 2 are read as well
        shape, by_columns, dtype = read(header, max_header_size=_MOST_HEADER)
    return _Header(tuple(shape), by_columns, dtype, 8 + width + length)


def _read(stream: IO[bytes]) -> NDArray[Any]:
    """Read an array whose size was checked when the file was opened, and is checked again."""
    header = _header(stream)
    if math.prod(header.shape) > MOST_ENTRIES or header.dtype.hasobject:
        raise ValueError("the file has changed")
    found = np.frombuffer(stream.read(header.bytes), header.dtype)
    return found.reshape(header.shape, order="F" if header.by_columns else "C")


def _is_real(dtype: np.dtype[Any]) -> bool:
    return dtype.kind in "fiu"
