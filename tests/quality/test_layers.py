"""The layout: imports go one way, files stay short, and the project speaks of itself alone."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "gradproof"

#: A module may import from its own group and from groups that stand before it.
ORDER = [
    {"verify"},
    {"errors", "verdict", "source", "arrays", "latex_text"},
    {"formal"},
    {"symbolic"},
    {"spectral"},
    {"weights"},
    {"growth"},
    {"hypotheses"},
    {"gradients"},
    {"analysis"},
    {"sampling", "strategies"},
    {"testing"},
    {"claims"},
    {"experiments"},
    {"audit"},
    {"figures"},
    {"render"},
    {"cli_analyze", "cli_audit", "cli_certificates", "cli_formal", "cli_output"},
    {"cli", "pytest_plugin", "__main__"},
]
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 400


def group(module: str) -> int:
    head = module.split(".")[0]
    return next(level for level, names in enumerate(ORDER) if head in names)


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gradproof."):
            names.add(node.module.removeprefix("gradproof."))
        if isinstance(node, ast.Import):
            names |= {
                alias.name.removeprefix("gradproof.")
                for alias in node.names
                if alias.name.startswith("gradproof.")
            }
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_one_way(path):
    own = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    if own == "__init__":
        return
    for name in imported(path):
        assert group(name) <= group(own), f"{own} imports {name}"


def test_no_module_imports_itself_in_a_circle():
    edges = {}
    for path in MODULES:
        own = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        edges[own.removesuffix(".__init__")] = imported(path)
    edges["__init__"] = set()  # the lazy names of the package

    done = set()

    def visit(name, above):
        assert name not in above, " → ".join([*above, name])
        if name not in done:
            for following in edges.get(name, ()):
                visit(following, [*above, name])
            done.add(name)

    for name in edges:
        visit(name, [])


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def tracked_texts():
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("this is no git checkout")
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_no_path_of_a_machine_is_in_the_tree():
    pattern = re.compile(r"/(?:home|root|Users|opt|work)/\w")
    for name, text in tracked_texts():
        assert not pattern.search(text), name


def test_the_lowest_versions_tried_are_the_ones_declared():
    declared = dict(
        re.findall(r'"([a-z-]+)>=([0-9.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    )
    tried = dict(
        re.findall(r"^([a-z-]+)==([0-9.]+)$", (ROOT / ".ci" / "lowest.txt").read_text(), re.M)
    )
    assert tried
    for name, version in tried.items():
        assert declared[name] == version, name
