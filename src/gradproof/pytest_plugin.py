"""pytest plugin: a proof script is a test file, each of its claims a test.

Loaded by pytest in every environment that has gradproof, so nothing heavy is imported here: a file
is read only if it is a Python file that pytest doesn't take for a test module, and run only if its
text declares a claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest

from gradproof.claims.scripts import is_proof_script

if TYPE_CHECKING:
    import numpy as np

    from gradproof.claims.check import ClaimReport
    from gradproof.claims.claim import Claim


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of gradproof."""
    group = parser.getgroup("gradproof", "gradproof: claims in proof scripts")
    group.addoption(
        "--gradproof-profile",
        choices=("quick", "ci", "thorough"),
        default="ci",
        help="how many random cases each claim tries (default: ci)",
    )
    group.addoption(
        "--gradproof-seed", type=int, default=0, help="seed of the random cases (default: 0)"
    )
    group.addoption(
        "--gradproof-select",
        metavar="PATTERN",
        help="run only claims whose name contains this, or matches it with * and ?",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "gradproof: a claim of a proof script, for -m gradproof")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the claims that ``--gradproof-select`` doesn't mean; other tests stay."""
    pattern = config.getoption("--gradproof-select")
    if pattern is None:
        return
    from gradproof.claims.load import is_selected

    left_out = [
        item
        for item in items
        if isinstance(item, ClaimTest) and not is_selected(item.name, pattern)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def gradproof_generator(request: pytest.FixtureRequest) -> np.random.Generator:
    """Return a generator of random numbers, seeded by ``--gradproof-seed`` and the test.

    So a test draws the same numbers alone, in another order and with pytest-xdist.
    """
    import zlib

    import numpy as np

    seed = request.config.getoption("--gradproof-seed")
    return np.random.default_rng([seed, zlib.crc32(request.node.nodeid.encode())])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect Python files that declare claims and aren't test modules already."""
    if any(file_path.match(pattern) for pattern in parent.config.getini("python_files")):
        return None
    if not is_proof_script(file_path):
        return None
    return ProofScript.from_parent(parent, path=file_path)


class ProofScript(pytest.File):
    """A file of claims."""

    def collect(self) -> Iterable[ClaimTest]:
        """Run the script and return one test for each claim."""
        from gradproof.claims.load import load_claims
        from gradproof.errors import ProofScriptError

        try:
            claims = load_claims([self.path])
        except ProofScriptError as error:
            raise self.CollectError(str(error)) from error
        return [ClaimTest.from_parent(self, name=claim.name, claim=claim) for claim in claims]


class ClaimTest(pytest.Item):
    """One claim; passes if its verdict is the declared one."""

    def __init__(self, *, claim: Claim, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.claim = claim
        self.add_marker("gradproof")

    def runtest(self) -> None:
        """Check the claim."""
        from gradproof.claims.check import check

        report = check(
            [self.claim],
            profile=self.config.getoption("--gradproof-profile"),
            seed=self.config.getoption("--gradproof-seed"),
        )
        (found,) = report.claims
        if not found.as_declared:
            raise NotAsDeclared(found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the claim, what was found, and the witness, without a traceback."""
        if isinstance(excinfo.value, NotAsDeclared):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the claim stands."""
        return self.path, self.claim.line - 1, f"claim {self.name}"


class NotAsDeclared(Exception):  # noqa: N818 - a finding, shown as the test's failure
    """A claim got another verdict than it declares."""

    def __init__(self, report: ClaimReport) -> None:
        claim, judgement = report.claim, report.judgement
        lines = [
            f"{claim.path}:{claim.line}: {claim.name}",
            f"  claimed ({claim.scope.value}): {claim.statement}",
            f"  declared: {claim.expected.value}",
            f"  verdict:  {judgement.verdict.value} ({judgement.grade.value})",
            f"  found:    {judgement.reason}",
        ]
        if judgement.witness is not None:
            lines += [f"    {name} = {value}" for name, value in judgement.witness.values.items()]
            if judgement.witness.code:
                lines += ["  to see it:", *indent(judgement.witness.code, "    ").splitlines()]
        super().__init__("\n".join(lines))
