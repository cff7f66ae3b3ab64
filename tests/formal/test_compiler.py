"""Coq at work: what it refuses, what is compiled again, what is on record."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gradproof.claims.load import shipped_proofs
from gradproof.cli import app
from gradproof.errors import FormalProofError, MissingProgramError, UnknownNameError
from gradproof.formal import compiler
from gradproof.formal.checking import check_theorems
from gradproof.formal.compiler import (
    PACKAGES,
    build_library,
    check_file,
    default_cache,
    print_theorems,
)
from gradproof.formal.theories import RECORD, FormalTheorem, read_record, record_as_json

needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="needs coqc")

BASE = "Theorem truth : True.\nProof. exact I. Qed.\n"
USER = "From gradproof Require Import base.\nTheorem again : True.\nProof. exact truth. Qed.\n"


@pytest.fixture
def theories(tmp_path, monkeypatch):
    monkeypatch.setattr(compiler, "_NOTATIONS", "")  # MathComp takes seconds to load
    folder = tmp_path / "theories"
    folder.mkdir()
    (folder / "base.v").write_text(BASE)
    (folder / "user.v").write_text(USER)
    return folder


def record(folder, **statements):
    found = {
        name.replace("__", "."): FormalTheorem(name.replace("__", "."), statement, ())
        for name, statement in statements.items()
    }
    (folder / RECORD).write_text(record_as_json(found))


@needs_coq
def test_only_what_changed_is_compiled_again(theories, tmp_path):
    def compiled():
        return build_library(theories, tmp_path / "cache").compiled

    assert compiled() == ("base", "user")
    assert compiled() == ()
    (theories / "user.v").write_text(USER + "(* changed *)\n")
    assert compiled() == ("user",)
    (theories / "base.v").write_text(BASE + "(* changed *)\n")
    assert compiled() == ("base", "user")
    (theories / "base.v").write_text(BASE)
    (theories / "user.v").write_text(USER)
    assert compiled() == ()


@needs_coq
def test_what_another_process_compiled_meanwhile_stays(theories, tmp_path):
    library = build_library(theories, tmp_path / "cache")
    base, compiled = library.theories[0], library.folders["base"] / "base.vo"
    before = compiled.stat()
    compiler._compile(library.coqc, base, library.folders)
    assert (compiled.stat().st_ino, compiled.stat().st_mtime) == (before.st_ino, before.st_mtime)
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == sorted(
        folder.name for folder in library.folders.values()
    )


@needs_coq
def test_a_wrong_proof_is_refused_and_leaves_nothing(theories, tmp_path):
    (theories / "base.v").write_text("Theorem truth : 1 = 2.\nProof. reflexivity. Qed.\n")
    with pytest.raises(FormalProofError, match=r"base\.v is refused by Coq: .*line 2") as error:
        build_library(theories, tmp_path / "cache")
    assert "Unable to unify" in str(error.value)
    assert list((tmp_path / "cache").iterdir()) == []


@needs_coq
def test_a_theorem_is_what_coq_prints(theories, tmp_path):
    library = build_library(theories, tmp_path / "cache")
    assert library.theorems == ("base.truth", "user.again")
    assert print_theorems(library, library.theorems) == {
        name: FormalTheorem(name, "True", ()) for name in library.theorems
    }
    with pytest.raises(FormalProofError, match=r"base\.none"):
        print_theorems(library, ["base.none"])


@needs_coq
def test_the_statement_has_to_be_the_recorded_one(theories, tmp_path):
    cache = tmp_path / "cache"
    record(theories, base__truth="True", user__again="True")
    found = check_theorems(theories, ["user.again"], cache=cache)
    assert found == {"user.again": FormalTheorem("user.again", "True", ())}
    with pytest.raises(UnknownNameError, match=r"user\.other isn't on record"):
        check_theorems(theories, ["user.other"], cache=cache)
    record(theories, base__truth="True", user__again="1 = 2")
    with pytest.raises(FormalProofError, match=r"user\.again isn't as recorded"):
        check_theorems(theories, ["user.again"], cache=cache)


UNFINISHED = "Theorem truth : 1 = 2.\nAdmitted.\n"
OWN_AXIOM = "Axiom wrong : 1 = 2.\nTheorem truth : 1 = 2.\nProof. exact wrong. Qed.\n"
DISGUISED_AXIOM = """\
Module boolp. Axiom functional_extensionality_dep : 1 = 2. End boolp.
Theorem truth : 1 = 2. Proof. exact boolp.functional_extensionality_dep. Qed.
"""
ENDLESS = """\
Unset Guard Checking. Fixpoint f (n : nat) : False := f n.
Theorem truth : 1 = 2. Proof. destruct (f 0). Qed.
"""
TYPE_IN_TYPE = "Unset Universe Checking.\nTheorem truth : True.\nProof. exact I. Qed.\n"


@needs_coq
@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        (UNFINISHED, "base.truth"),
        (OWN_AXIOM, "base.wrong"),
        (DISGUISED_AXIOM, "base.boolp.functional_extensionality_dep"),
        (ENDLESS, "base.f, base.truth"),
        (TYPE_IN_TYPE, "base.truth"),
    ],
)
def test_what_a_proof_assumes_keeps_it_from_the_grade(theories, tmp_path, text, assumed):
    (theories / "base.v").write_text(text)
    (theories / "user.v").unlink()
    record(theories, base__truth="1 = 2")
    with pytest.raises(FormalProofError, match=rf"truth rests upon {re.escape(assumed)};"):
        check_theorems(theories, ["base.truth"], cache=tmp_path / "cache")


@needs_coq
def test_a_file_is_checked_against_the_theories(theories, tmp_path):
    library = build_library(theories, tmp_path / "cache")
    path = tmp_path / "2 mine.v"
    path.write_text("From gradproof Require Import user.\nCheck again.\n")
    check_file(library, path)
    path.write_text("From gradproof Require Import user.\nCheck never.\n")
    with pytest.raises(FormalProofError, match="never was not found"):
        check_file(library, path)


def test_without_coq_it_is_said_what_to_install(theories, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramError, match=f"apt-get install {' '.join(PACKAGES)}"):
        build_library(theories, tmp_path / "cache")


@needs_coq
def test_the_theories_of_the_repository_are_as_recorded():
    folder = shipped_proofs() / "formal"
    recorded = read_record(folder)
    assert check_theorems(folder, recorded) == recorded


@needs_coq
def test_the_command_prints_what_the_docs_show():
    docs = (Path(__file__).resolve().parents[2] / "docs" / "formal.md").read_text(encoding="utf-8")
    shown = docs.partition("```text\n$ gradproof ")[2].partition("```")[0]
    command, _, expected = shown.partition("\n")
    done = CliRunner().invoke(app, shlex.split(command))
    assert done.exit_code == 0, done.output
    without_times = [re.sub(r" +\d+\.\d+$|\(.*s\)$", "", line) for line in expected.splitlines()]
    assert [
        re.sub(r" +\d+\.\d+$|\(.*s\)$", "", line.rstrip()) for line in done.output.splitlines()
    ] == without_times


def test_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "gradproof" / "formal"
