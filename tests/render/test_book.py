"""The book: every claim once, after what it uses, with its badge, its proof and its witness."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gradproof.claims.check import check
from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.render.book import book_as_latex, in_chapters, in_order_of_use
from gradproof.render.front_matter import GLOSSARY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report():
    return check(load_claims([shipped_proofs()]), profile="quick")


def test_every_claim_comes_after_all_that_it_uses(report):
    names = [item.claim.name for item in in_order_of_use(report)]
    assert sorted(names) == sorted(item.claim.name for item in report.claims)
    for item in report.claims:
        for used in item.uses:
            assert names.index(used) < names.index(item.claim.name)


def test_the_chapters_hold_each_claim_once_after_all_that_it_uses(report):
    names = [item.claim.name for _, items in in_chapters(report) for item in items]
    assert sorted(names) == sorted(item.claim.name for item in report.claims)
    for item in report.claims:
        for used in item.uses:
            assert names.index(used) < names.index(item.claim.name)


def test_the_glossary_is_the_one_of_the_documentation():
    rows = [
        tuple(
            cell.strip().replace("`", "").replace("\0", "|")
            for cell in line.strip("|").replace(r"\|", "\0").split("|")
        )
        for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    assert tuple(rows[1:]) == GLOSSARY


def test_the_book_holds_every_claim_step_and_witness(report):
    book = book_as_latex(report)
    assert book.isascii()
    for item in report.claims:
        assert rf"\label{{{item.claim.name}}}" in book
    steps = sum(1 for i in report.claims for t in i.claim.theorems() for _ in t.steps)
    assert 0 < book.count(r"\tag*") <= steps  # a lemma of several theorems is printed once
    witnesses = [item for item in report.claims if item.judgement.witness is not None]
    assert book.count(r"\textbf{Witness.}") == len(witnesses) >= 2
    cited = set(re.findall(r"\\cite\{(\w+)\}", book))
    assert cited <= set(re.findall(r"\\bibitem\{(\w+)\}", book))
    assert set(re.findall(r"\\hyperref\[(\w+)\]", book)) <= set(
        re.findall(r"\\label\{(\w+)\}", book)
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_the_book_compiles_and_stays_within_the_page(report, tmp_path):
    (tmp_path / "book.tex").write_text(book_as_latex(report), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "book.tex"]
    for _ in range(2):
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout[-2000:]
    assert "undefined" not in found.stdout
    overfull = re.findall(r"Overfull \\hbox \((\d+)\.\d+pt", found.stdout)
    assert all(int(points) < 10 for points in overfull)
