"""Proof scripts: what can't be used is refused with file, line and a remedy."""

import sys
from pathlib import Path

import pytest

from gradproof.claims.load import load_claims, load_script, select, shipped_proofs
from gradproof.errors import DuplicateClaimError, ProofScriptError, UnknownNameError

GOOD = """\
from gradproof import claim, exactly

@claim("1 + 1 = 2", scope="instance")
def one_and_one(run):
    yield exactly(1 + 1 == 2, about="integers")
"""

BROKEN = {
    "syntax": ("import gradproof\nx = (\n", 2, "no valid Python"),
    "raises": ("import gradproof\n\n1 / 0\n", 3, "ZeroDivisionError"),
    "exits": ("import sys\nsys.exit(5)\n", 2, "SystemExit"),
    "no claim": ("x = 1\n", 1, "declares no claim"),
    "bad scope": (GOOD.replace("instance", "everywhere"), 3, "scope is 'everywhere'"),
    "missing module": ("import no_such_module_at_all\n", 1, "ModuleNotFoundError"),
    "not text": (b"\x00\xff\xfe", None, "no"),
}


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_script_gives_its_claims_in_order(tmp_path):
    second = GOOD.replace("one_and_one", "again").split("\n", 2)[2]
    claims = load_script(write(tmp_path, "good.py", GOOD + "\n" + second))
    assert [claim.name for claim in claims] == ["one_and_one", "again"]
    assert claims[0].line == 3


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_script_is_refused_with_its_line(tmp_path, name):
    text, line, words = BROKEN[name]
    path = write(tmp_path, "broken.py", text)
    modules = {module for module in sys.modules if module.startswith("gradproof_script_")}
    with pytest.raises(ProofScriptError, match=words) as caught:
        load_script(path)
    assert caught.value.path == path
    assert line is None or caught.value.line == line
    assert str(caught.value).startswith(str(path))
    assert caught.value.remedy
    assert modules == {m for m in sys.modules if m.startswith("gradproof_script_")}


def test_nothing_is_written_beside_a_script(tmp_path):
    load_script(write(tmp_path, "good.py", GOOD))
    assert [path.name for path in tmp_path.iterdir()] == ["good.py"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.py", "no such file"),
        ("notes.txt", "no Python file"),
        ("empty", "no file in this folder"),
    ],
)
def test_paths_that_are_no_scripts_are_refused(tmp_path, name, words):
    write(tmp_path, "notes.txt", "hello")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProofScriptError, match=words):
        load_claims([tmp_path / name])


def test_a_folder_gives_its_proof_scripts_and_leaves_other_files_alone(tmp_path):
    write(tmp_path, "good.py", GOOD)
    write(tmp_path, "helper.py", "raise RuntimeError('run')\n")
    write(tmp_path, "mentions.py", "# gradproof and @claim( in words\nraise RuntimeError('run')\n")
    (tmp_path / "deeper").mkdir()
    write(tmp_path / "deeper", "more.py", GOOD.replace("one_and_one", "deeper"))
    assert sorted(claim.name for claim in load_claims([tmp_path])) == ["deeper", "one_and_one"]
    with pytest.raises(ProofScriptError, match="RuntimeError"):
        load_claims([tmp_path / "helper.py"])


def test_two_claims_with_one_name_are_refused_and_both_named(tmp_path):
    first, second = write(tmp_path, "a.py", GOOD), write(tmp_path, "b.py", GOOD)
    with pytest.raises(DuplicateClaimError, match="one_and_one") as caught:
        load_claims([tmp_path])
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)
    twice = write(tmp_path, "twice.py", GOOD + GOOD)
    with pytest.raises(DuplicateClaimError):
        load_claims([twice])


def test_a_script_named_twice_is_run_once(tmp_path):
    path = write(tmp_path, "a.py", GOOD)
    assert len(load_claims([path, path, tmp_path])) == 1


def test_selection_is_by_pattern_or_part(tmp_path):
    claims = load_claims([shipped_proofs()])
    assert {claim.name for claim in select(claims, "tanh_*")} >= {"tanh_derivative", "tanh_bounds"}
    assert [claim.name for claim in select(claims, "gelfand")] == ["gelfand"]
    assert select(claims, None) == claims
    with pytest.raises(UnknownNameError, match="nothing_of_this_name"):
        select(claims, "nothing_of_this_name")


def test_each_shipped_proof_holds_one_claim_named_like_its_file():
    for path in shipped_proofs().glob("*.py"):
        assert [claim.name for claim in load_script(path)] == [path.stem]


def test_every_claim_that_is_used_exists():
    claims = load_claims([shipped_proofs()])
    names = {claim.name for claim in claims}
    for claim in claims:
        used = set(claim.uses).union(*(theorem.uses for theorem in claim.theorems()))
        assert used <= names, claim.name
