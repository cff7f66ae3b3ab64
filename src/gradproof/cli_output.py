"""What the commands share: a console, a progress bar, and files that are written whole or not."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gradproof.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "progress_bar", "require_folder", "write"]


def console(*, to_error: bool = False) -> Console:
    """Return a console on standard output, or on standard error."""
    from rich.console import Console

    return Console(stderr=to_error, highlight=False)


def progress_bar(shown_on: Console, total: int):  # type: ignore[no-untyped-def]
    """Return a progress bar that shows on terminals only."""
    import io

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    hidden = not shown_on.is_terminal or total == 0
    return Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        # Some versions of Rich end a bar that is disabled with an empty line.
        console=Console(file=io.StringIO()) if hidden else shown_on,
        transient=True,
        disable=hidden,
    )


def require_folder(target: Path | None, option: str) -> None:
    """Refuse a file in a folder that doesn't exist before any work is done."""
    try:
        missing = target is not None and not target.parent.is_dir()
    except (OSError, ValueError):
        missing = True
    if target is not None and missing:
        raise InputError(option, f"names the folder {target.parent}, which isn't there", "make it")


def write(target: Path, document: bytes) -> None:
    """Write a whole file or none: first beside the target, then in its place."""
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise InputError(
            str(target), f"can't be written ({error.strerror})", "name a writable file"
        ) from error
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(document)
        beside.chmod(0o666 & ~_umask())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(
            str(target), f"can't be written ({error.strerror})", "name a writable file"
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
