"""LaTeX to PDF, with the LaTeX that is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gradproof.errors import MissingProgramError

__all__ = ["latex_as_pdf"]

# A derivation takes about a second; what takes a minute hangs.
_MOST_SECONDS = 60

# Three settle any document; one that never settles is as good after five as after fifty.
_MOST_RUNS = 5


def latex_as_pdf(document: str) -> bytes:
    """Return the PDF of a LaTeX document.

    It is compiled in a folder of its own, without shell escape, until page numbers and references
    are those of the run before: a table of contents moves the pages that it lists.

    Raises
    ------
    MissingProgramError
        If there is no pdflatex, or it fails; the message says what to install or what it printed.
    """
    program = shutil.which("pdflatex")
    if program is None:
        raise MissingProgramError(
            "pdflatex",
            "isn't installed",
            "install LaTeX (Debian: texlive-latex-recommended, lmodern), or use --format latex "
            "(a book: -o book.tex)",
        )
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "x.tex"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x.tex").write_text(document, encoding="utf-8")
        references = b""
        for _ in range(_MOST_RUNS):
            _run(command, folder)
            found = Path(folder, "x.aux").read_bytes()
            if found == references:
                break
            references = found
        return Path(folder, "x.pdf").read_bytes()


def _run(command: Sequence[str], folder: str) -> None:
    try:
        found = subprocess.run(
            command, cwd=folder, capture_output=True, check=False, timeout=_MOST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise MissingProgramError(
            "pdflatex", f"took more than {_MOST_SECONDS} s", "use --format latex"
        ) from error
    if found.returncode != 0:
        printed = found.stdout.decode("utf-8", "replace").splitlines()
        cause = next((line for line in printed if line.startswith("!")), "no message")
        raise MissingProgramError("pdflatex", f"fails: {cause}", "use --format latex")
