"""PDFs: compiled until references settle, and never with a shell."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gradproof.errors import MissingProgramError
from gradproof.render import pdf

pytestmark = pytest.mark.skipif(
    shutil.which("pdflatex") is None, reason="no pdflatex on this machine"
)

SECTIONS = "\n".join(rf"\section{{S{i}}}\clearpage" for i in range(150))
LONG = (
    "\\documentclass{article}\\begin{document}\\tableofcontents\\clearpage\n"
    f"{SECTIONS}\n\\end{{document}}\n"
)


def references(folder):
    path = Path(folder, "x.aux")
    return path.read_bytes() if path.exists() else b""


def test_the_last_run_read_what_it_wrote(monkeypatch):
    runs = []

    def recorded(command, cwd, **options):
        before = references(cwd)
        found = original(command, cwd=cwd, **options)
        runs.append((before, references(cwd)))
        return found

    original = subprocess.run
    monkeypatch.setattr(pdf.subprocess, "run", recorded)
    assert pdf.latex_as_pdf(LONG).startswith(b"%PDF")
    assert len(runs) > 2  # the contents are several pages long
    before, after = runs[-1]
    assert before == after
    assert b"S149" in after


def test_what_stops_latex_is_told():
    with pytest.raises(MissingProgramError, match="Undefined control sequence"):
        pdf.latex_as_pdf(r"\documentclass{article}\begin{document}\nosuch\end{document}")


def test_a_document_runs_no_program(tmp_path):
    target = tmp_path / "written"
    words = rf"\immediate\write18{{touch {target}}}"
    pdf.latex_as_pdf(rf"\documentclass{{article}}\begin{{document}}x{words}\end{{document}}")
    assert not target.exists()
