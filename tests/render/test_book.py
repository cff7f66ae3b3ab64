"""The book: every claim once, after what it uses, with its badge, its proof and its witness."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gradproof.latex_text import as_latex
from gradproof.render.book import in_chapters, in_order_of_use
from gradproof.render.derivation import law_in_words
from gradproof.render.front_matter import GLOSSARY
from gradproof.render.mathml import words_as_html

ROOT = Path(__file__).resolve().parents[2]


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


def test_the_book_holds_every_claim_step_and_witness(report, latex_book):
    book = latex_book
    assert book.isascii()
    for item in report.claims:
        assert rf"\label{{{item.claim.name}}}" in book
    witnesses = [item for item in report.claims if item.judgement.witness is not None]
    assert book.count(r"\textbf{Witness.}") == len(witnesses) >= 2
    cited = set(re.findall(r"\\cite\{(\w+)\}", book))
    assert cited <= set(re.findall(r"\\bibitem\{(\w+)\}", book))
    assert set(re.findall(r"\\hyperref\[(\w+)\]", book)) <= set(
        re.findall(r"\\label\{(\w+)\}", book)
    )


def steps_to_be_printed(report):
    """Return the steps of all proofs in order, those of a lemma only where it stands first."""
    steps, shown = [], set()
    for _, items in in_chapters(report):
        for item in items:
            for theorem in item.claim.theorems():
                sections = [s for s in theorem.sections if (s.heading, s.chain) not in shown]
                steps += [step for section in sections for step in section.chain.steps]
                lemmas = (s for s in theorem.sections if s.heading.startswith("Lemma"))
                shown |= {(section.heading, section.chain) for section in lemmas}
    return steps


def test_every_step_that_is_not_printed_earlier_carries_its_law(report, latex_book, html_book):
    titles = {item.claim.name: item.claim.heading for item in report.claims}
    tags = re.findall(r"\\tag\*\{\\footnotesize (.*?)\}(?= \\\\|\n)", latex_book)
    laws = [step.law.name for step in steps_to_be_printed(report)]
    assert len(tags) == len(laws) > 1000
    for tag, law in zip(tags, laws, strict=True):
        words = as_latex(titles.get(law, law_in_words(law)))
        assert words in tag
        assert (rf"\hyperref[{law}]" in tag) == (law in titles)
    entries = re.findall(r'<div class="law">(.*?)</div>', html_book, re.DOTALL)
    assert len(entries) == len(laws)
    for entry, law in zip(entries, laws, strict=True):
        assert words_as_html(titles.get(law, law_in_words(law))) in entry


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_the_book_compiles_and_stays_within_the_page(latex_book, tmp_path):
    (tmp_path / "book.tex").write_text(latex_book, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "book.tex"]
    for _ in range(2):
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout[-2000:]
    assert "undefined" not in found.stdout
    overfull = re.findall(r"Overfull \\hbox \((\d+)\.\d+pt", found.stdout)
    assert all(int(points) < 5 for points in overfull)
