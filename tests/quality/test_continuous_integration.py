"""The page on continuous integration: its files run as they stand, and a mistake is named."""

import re
import subprocess
import sys

import pytest

from gradproof.claims.load import shipped_proofs

PAGE = (shipped_proofs().parent / "docs" / "continuous_integration.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w./]+)`:[^\n]*\n+```\w+\n(.*?)^```$", PAGE, re.M | re.S))
WORKFLOW = ".github/workflows/gradients.yml"


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run_of(workflow):
    return [line.split("run: ", 1)[1] for line in workflow.splitlines() if "- run: " in line]


def executed(command, project):
    assert command.startswith("python ")
    words = [sys.executable, *command.split()[1:], "-p", "no:cacheprovider"]
    return subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)


def test_the_page_has_the_three_files():
    assert set(FILES) == {"cell.py", "test_cell.py", WORKFLOW}


def test_the_workflow_installs_and_then_passes(project):
    install, check = run_of((project / WORKFLOW).read_text(encoding="utf-8"))
    assert install == 'python -m pip install "gradproof[test]"'  # what runs here is installed
    done = executed(check, project)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_a_wrong_backward_pass_fails_as_the_page_shows(project):
    source = (project / "cell.py").read_text(encoding="utf-8")
    assert "W.T @ e" in source
    (project / "cell.py").write_text(source.replace("W.T @ e", "W @ e"), encoding="utf-8")
    done = executed("python -m pytest test_cell.py --hypothesis-seed 0", project)
    assert done.returncode == 1
    shown = re.search(r"```text\n(.*?)```", PAGE, re.S).group(1).strip().splitlines()
    # Which of two smallest examples Hypothesis ends with differs between its versions.
    for line in shown[:7]:
        assert without_numbers(line) in without_numbers(done.stdout), done.stdout


def without_numbers(text):
    return re.sub(r"-?\d+(\.\d+)?(e-\d+)?", "#", text)
