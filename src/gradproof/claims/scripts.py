"""Which files are proof scripts, told from their text without running them."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["LARGEST_SCRIPT", "is_proof_script"]

_DECLARES_A_CLAIM = re.compile(rb"^@(\w+\.)*claim\(", re.MULTILINE)

#: Nobody writes a proof script of a megabyte; what is larger isn't read.
LARGEST_SCRIPT = 1_000_000


def is_proof_script(path: Path) -> bool:
    """Whether a Python file mentions gradproof and has a line that begins with ``@claim(``."""
    try:
        if path.suffix != ".py" or path.stat().st_size > LARGEST_SCRIPT:
            return False
        text = path.read_bytes()
    except OSError:
        return False
    return b"gradproof" in text and _DECLARES_A_CLAIM.search(text) is not None
