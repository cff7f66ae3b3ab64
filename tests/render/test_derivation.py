"""Derivations as documents: every step with its law, LaTeX that compiles and looks human."""

import re
import shutil
import subprocess

import pytest

from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.render.derivation import derivation_as_latex, derivation_as_text

DERIVED = [claim for claim in load_claims([shipped_proofs()]) if claim.derivation is not None]


@pytest.mark.parametrize("claim", DERIVED, ids=lambda claim: claim.name)
def test_every_step_is_printed_with_its_law(claim):
    theorems = claim.theorems()
    text = derivation_as_text(claim, theorems)
    latex = derivation_as_latex(claim, theorems)
    for theorem in theorems:
        assert str(theorem) in text
        for step in theorem.steps:
            assert f"[{step.law.name}]" in text
    count = sum(1 for theorem in theorems for _ in theorem.steps)
    assert text.count("   [") == count
    assert latex.count(r"\tag*") == count


@pytest.mark.parametrize("claim", DERIVED, ids=lambda claim: claim.name)
def test_latex_is_balanced_ascii_and_free_of_machine_notation(claim):
    latex = derivation_as_latex(claim, claim.theorems())
    assert latex.isascii(), sorted({c for c in latex if not c.isascii()})
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    for begun in set(re.findall(r"\\begin\{(\w+\*?)\}", latex)):
        assert latex.count(rf"\begin{{{begun}}}") == latex.count(rf"\end{{{begun}}}")
    for word in ("DiagMatrix", "lambda d", "mapsto", "MatMul", "Dummy", "operatorname{Str"):
        assert word not in latex


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
@pytest.mark.parametrize("claim", DERIVED, ids=lambda claim: claim.name)
def test_latex_compiles_alone_and_stays_within_the_page(claim, tmp_path):
    source = tmp_path / "proof.tex"
    source.write_text(derivation_as_latex(claim, claim.theorems()), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", source.name]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-2000:]
    overfull = re.findall(r"Overfull \\hbox \((\d+)\.\d+pt", found.stdout)
    assert all(int(points) < 5 for points in overfull), found.stdout[-2000:]
