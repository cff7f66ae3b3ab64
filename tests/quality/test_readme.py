"""The README is true: its example runs, and its output is the real one."""

import doctest
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from gradproof.render.terminal import print_report

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
)


def blocks(language):
    return [text for found, text in BLOCKS if found == language]


def gradproof(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "gradproof", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        env={"COLUMNS": "100", "PATH": "", "PYTHONIOENCODING": "utf-8"},
    )


def without_times(text):
    """Blank the seconds, the only thing that differs from run to run."""
    return [re.sub(r"\s*\(?\d+\.\d+( s\))?\s*$", "", line) for line in text.strip().splitlines()]


def test_the_output_shown_is_the_real_one(report):
    shown, derivation = blocks("text")
    stream = io.StringIO()
    print_report(report, Console(file=stream, width=100, highlight=False))
    real = iter(without_times(stream.getvalue()))
    # “…” stands for rows left out; the others come in their order, the last one last.
    for line in without_times(shown):
        assert line == "…" or any(line == found for found in real), line
    assert next(real, None) is None
    assert derivation.strip() in gradproof("derive", "jacobian_product").stdout


@pytest.mark.parametrize("through", ["check", "python", "pytest"])
def test_the_example_holds_and_its_negation_does_not(tmp_path, through):
    (example,) = blocks("python")
    for text, code in ((example, 0), (example.replace('"<", 0.6', '"<", 0.4'), 1)):
        script = tmp_path / "mine.py"
        script.write_text(text, encoding="utf-8")
        command = {
            "check": ["-m", "gradproof", "check", "mine.py"],
            "python": ["mine.py"],
            "pytest": ["-m", "pytest", "-p", "no:cacheprovider", "mine.py"],
        }[through]
        found = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert found.returncode == code, found.stdout + found.stderr


def test_the_example_has_about_ten_lines():
    (example,) = blocks("python")
    assert sum(1 for line in example.splitlines() if line.strip()) <= 10


def test_there_are_two_commands_and_each_makes_its_own_environment():
    commands = [line for text in blocks("sh") for line in text.splitlines()]
    assert len(commands) == 2
    for command in commands:
        assert command.startswith("python3 -m venv .venv && ")


def test_every_link_leads_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_the_examples_in_the_docs_run(page):
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").failed == 0
