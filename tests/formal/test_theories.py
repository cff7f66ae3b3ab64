"""The Coq theories of the repository, as text: readable, complete, and paired with claims."""

import re
from pathlib import Path

import pytest

from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.errors import InputError, UnknownNameError
from gradproof.formal.compiler import ALLOWED_AXIOMS
from gradproof.formal.theories import (
    RECORD,
    load_theories,
    read_record,
    record_as_json,
    without_comments,
)
from gradproof.render.formal_pairs import formal_definitions, formal_pairs, formal_theories

FOLDER = shipped_proofs() / "formal"
THEORIES = load_theories(FOLDER)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "formal.md"
LONGEST_PROOF, LONGEST_LINE, LONGEST_FILE = 40, 100, 400


@pytest.fixture(scope="module")
def claims():
    return load_claims([shipped_proofs()])


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.v").write_text(text, encoding="utf-8")
    return folder


def test_a_theory_stands_after_what_it_requires(tmp_path):
    write(
        tmp_path,
        a="From gradproof Require Import c b.\nTheorem one : True. Proof. exact I. Qed.\n",
        b="From gradproof Require c.\nLemma two : True. Proof. exact I. Qed.\n",
        c="(* From gradproof Require Import a.\nTheorem none : True. *)\n",
    )
    found = load_theories(tmp_path)
    assert [theory.name for theory in found] == ["c", "b", "a"]
    assert [theory.theorems for theory in found] == [(), (), ("a.one",)]


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match=r"holds no \.v files"):
        load_theories(tmp_path)
    with pytest.raises(UnknownNameError, match="a requires b; there are a"):
        load_theories(write(tmp_path, a="From gradproof Require b.\n"))


def test_the_record_is_read_as_it_was_written():
    record = read_record(FOLDER)
    assert record_as_json(record) == (FOLDER / RECORD).read_text(encoding="utf-8")


def test_the_record_has_every_exported_theorem_and_no_other():
    exported = [name for theory in THEORIES for name in theory.theorems]
    assert sorted(exported) == sorted(read_record(FOLDER))


def test_no_theorem_rests_upon_another_axiom_than_those_of_the_library():
    for theorem in read_record(FOLDER).values():
        assert set(theorem.axioms) <= ALLOWED_AXIOMS, theorem.name


@pytest.mark.parametrize("theory", THEORIES, ids=lambda theory: theory.name)
def test_nothing_is_assumed_or_left_out(theory):
    code = without_comments(theory.text)
    assert re.findall(r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjecture)\b", code) == []
    # Coq would print an axiom of such a theory as it prints those of the library.
    assert theory.name not in {axiom.partition(".")[0] for axiom in ALLOWED_AXIOMS}
    assumed = r"^\s*(Variables?|Hypothes[ie]s|Context)\b"
    assert re.findall(assumed, outside_sections(code), re.MULTILINE) == []


def outside_sections(code):
    return re.sub(r"Section (\w+)\..*?End \1\.", " ", code, flags=re.DOTALL)


@pytest.mark.parametrize("theory", THEORIES, ids=lambda theory: theory.name)
def test_a_mathematician_can_read_it(theory):
    lines = theory.text.splitlines()
    assert lines[0].startswith("(** * "), "the first line is the title"
    assert len(lines) <= LONGEST_FILE
    assert max(map(len, lines)) <= LONGEST_LINE
    for name in theory.theorems:
        word = rf"^(?:Theorem|Corollary) {name.partition('.')[2]}\b"
        before = re.split(word, theory.text, flags=re.MULTILINE)[0].rstrip()
        assert before.endswith("*)"), f"{name}: words stand above a theorem"
    for proof in re.findall(r"^Proof\b.*?\bQed\.", theory.text, re.MULTILINE | re.DOTALL):
        assert proof.count("\n") < LONGEST_PROOF, proof[:200]


def test_coq_finds_every_theory_by_the_project_file():
    listed = re.findall(r"^(\w+)\.v$", (FOLDER / "_CoqProject").read_text(), re.MULTILINE)
    assert listed == [theory.name for theory in THEORIES]


def test_claims_name_theorems_that_are_on_record(claims):
    record, named = read_record(FOLDER), [name for claim in claims for name in claim.formal]
    assert len(named) > 20
    assert set(named) <= set(record)


def generated(claims):
    """Return the end of docs/formal.md, made from the theories, the claims and the record."""
    named, record = [claim for claim in claims if claim.formal], read_record(FOLDER)
    return (
        f"## The theories\n\n{formal_theories(THEORIES)}\n"
        "## Definitions\n\nThe theorems below speak of these.\n\n"
        f"{formal_definitions(THEORIES, named, record)}\n"
        f"## Claims and theorems\n\n{formal_pairs(named, record)}"
    )


def test_the_docs_show_definitions_claims_and_theorems_as_they_are(claims):
    assert DOCS.read_text(encoding="utf-8").endswith(generated(claims))


def test_documents_name_theorems_that_are_on_record():
    record, known = read_record(FOLDER), {theory.name for theory in THEORIES}
    for path in DOCS.parent.glob("*.md"):
        for theory, name in re.findall(r"`(\w+)\.(\w+)`", path.read_text(encoding="utf-8")):
            assert theory not in known or f"{theory}.{name}" in record, f"{path.name}: {name}"
