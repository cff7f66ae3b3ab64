"""Arrays of a PyTorch state dict: read by PyTorch itself, restricted to weights.

``torch.load(weights_only=True)`` builds tensors and containers and calls nothing else. Before it
sees a file, the archive is checked: ``torch.save`` compresses nothing, so whatever isn't stored as
it is, or is counted twice, would be there to fill the memory. So the memory taken is that of the
file. The format from before PyTorch 1.6, a bare pickle, isn't read.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.errors import InputError, MissingProgramError
from gradproof.weights.stored import MOST_ARRAYS, StoredArray

__all__ = ["arrays_of_torch"]

_SAVE_AGAIN = "save model.state_dict() with torch.save"
_MOST_NESTED = 4


def arrays_of_torch(path: Path) -> list[StoredArray]:
    """Return the tensors of a .pt or .pth file, also those of dictionaries within it.

    Raises
    ------
    MissingProgramError
        If PyTorch isn't installed.
    InputError
        If the file isn't a state dict that ``torch.save`` wrote.
    """
    _require_plain_archive(path)
    try:
        import torch
    except ImportError as error:
        raise MissingProgramError(
            "torch",
            f"is needed to read {path} and can't be imported",
            "install gradproof[torch], or save the weights as .safetensors or .npz",
        ) from error
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        problem = "isn't a state dict, or holds more than weights, which isn't run"
        raise InputError(str(path), problem, _SAVE_AGAIN) from error
    if not isinstance(content, Mapping):
        raise InputError(str(path), f"holds a {type(content).__name__}", _SAVE_AGAIN)
    found = [_stored(torch, path, name, tensor) for name, tensor in _tensors(torch, content)]
    if len(found) > MOST_ARRAYS:
        raise InputError(str(path), f"holds {len(found)} tensors", f"give at most {MOST_ARRAYS}")
    return found


def _require_plain_archive(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        raise InputError(str(path), "isn't an archive as torch.save writes it", _SAVE_AGAIN)
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    stored = all(member.compress_type == zipfile.ZIP_STORED for member in members)
    if not stored or sum(member.file_size for member in members) > path.stat().st_size:
        raise InputError(str(path), "unpacks to more than it is", _SAVE_AGAIN)


def _tensors(
    torch: Any, content: Mapping[Any, Any], prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Yield names and tensors; a checkpoint holds its state dict as one of its entries."""
    for key, value in content.items():
        name = f"{prefix}{key}"
        if isinstance(value, torch.Tensor):
            yield name, value
        elif isinstance(value, Mapping) and depth < _MOST_NESTED:
            yield from _tensors(torch, value, f"{name}.", depth + 1)


def _stored(torch: Any, path: Path, name: str, tensor: Any) -> StoredArray:
    shape = tuple(int(n) for n in tensor.shape)
    plain = tensor.layout == torch.strided and tensor.device.type == "cpu"
    real = plain and not tensor.is_quantized and not tensor.is_complex()

    def load() -> NDArray[Any]:
        # Every type that PyTorch has for real numbers is exact in float64, but for great integers.
        if not tensor.is_floating_point():
            return np.asarray(tensor.detach().numpy())
        return np.asarray(tensor.detach().to(torch.float64).numpy())

    return StoredArray(str(path), name, shape, real and math.prod(shape) > 0, load)
