"""Which files hold weights, and the arrays of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gradproof.errors import GradproofError, InputError
from gradproof.weights.numpy_files import arrays_of_npy, arrays_of_npz
from gradproof.weights.safetensors_file import arrays_of_safetensors
from gradproof.weights.stored import StoredArray, unreadable
from gradproof.weights.torch_file import arrays_of_torch

__all__ = ["SUFFIXES", "stored_arrays", "weight_files"]

_READERS: Mapping[str, Callable[[Path], list[StoredArray]]] = {
    ".npy": arrays_of_npy,
    ".npz": arrays_of_npz,
    ".safetensors": arrays_of_safetensors,
    ".pt": arrays_of_torch,
    ".pth": arrays_of_torch,
}
SUFFIXES = tuple(_READERS)
"""How the names of files end that hold weights."""


def weight_files(paths: Iterable[Path], /) -> list[tuple[Path, bool]]:
    """Return the files, and whether each was named itself rather than found in a folder.

    Raises
    ------
    InputError
        If a path isn't there, or a folder holds no file with weights.
    """
    found: dict[Path, bool] = {}
    for path in paths:
        try:
            is_folder, is_file = path.is_dir(), path.is_file()
            inside = sorted(p for p in path.rglob("*") if _is_weights(p)) if is_folder else []
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError("WEIGHTS", f"names {path}: {reason}", "check the path") from error
        if not is_folder and not is_file:
            raise InputError("WEIGHTS", f"names {path}, which isn't there", "check the path")
        if is_folder and not inside:
            known = ", ".join(SUFFIXES)
            raise InputError("WEIGHTS", f"names {path}, without a file {known}", "name another")
        for file in inside:
            found.setdefault(file, False)
        if is_file:
            found[path] = True
    return list(found.items())


def _is_weights(path: Path) -> bool:
    return path.suffix in _READERS and path.is_file()


def stored_arrays(path: Path, /) -> dict[str, StoredArray]:
    """Return name → array of a file. Nothing in the file is run, and its numbers aren't read yet.

    Raises
    ------
    InputError
        If the file can't be read, or isn't of a format that is known; the message names the file.
    MissingProgramError
        If it is a PyTorch file, and PyTorch isn't installed.
    """
    reader = _READERS.get(path.suffix)
    if reader is None:
        known = ", ".join(SUFFIXES)
        raise InputError("WEIGHTS", f"names {path}", f"give a file {known}")
    try:
        return {stored.name: stored for stored in reader(path)}
    except GradproofError:
        raise
    except OSError as error:
        problem = f"can't be read ({error.strerror or error})"
        raise InputError(str(path), problem, "check the file") from error
    except Exception as error:
        raise unreadable(str(path), error) from error
