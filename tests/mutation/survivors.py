"""A sample of the changes that mutmut makes to the package: which of them no test notices?

    mutmut run "gradproof.symbolic.kernel.step*"
    cd mutants
    python ../tests/mutation/survivors.py "gradproof.symbolic.*" tests/symbolic

The first command, in a copy of the project whose pyproject.toml names the folders for mutmut,
writes all changes to mutants/, and which tests meet what. Tests are collected once; for each
change a child process runs those that meet the changed function, the fastest first, until one
fails. Derivations that are made while test modules are imported aren't changed by that: for what
survives in the theorems, all shipped claims are derived again in a new process, where the kernel
may refuse them.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

KILLED, REFUSED, ENDLESS = "killed", "refused by the kernel", "endless"
SURVIVED, UNMET = "survived", "no test meets it"
DERIVE_ALL = """
import sys
sys.path.insert(0, "src")
from pathlib import Path
from gradproof.claims.load import load_claims
for claim in load_claims([Path("proofs")]):
    if claim.derivation is not None:
        claim.theorems()
"""


def refused(name: str) -> bool:
    """Whether the shipped claims can't be derived any more."""
    environment = {**os.environ, "MUTANT_UNDER_TEST": name}
    command = [sys.executable, "-c", DERIVE_ALL]
    return subprocess.run(command, env=environment, capture_output=True).returncode != 0


def changes(pattern: str) -> list[str]:
    """Return the names of all changes, as mutmut gives them."""
    names = []
    for meta in sorted(Path("src").rglob("*.meta")):
        names += json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return [name for name in names if fnmatch.fnmatch(name, pattern)]


def forget() -> None:
    """Empty the caches of the package: what they hold was computed without the change."""
    for name, module in list(sys.modules.items()):
        if name.startswith("gradproof"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


class Attack:
    """A plugin that replaces the running of tests by the running of changes."""

    def __init__(self, names: list[str]) -> None:
        stats = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
        self.tests = stats["tests_by_mangled_function_name"]
        self.durations = stats["duration_by_test"]
        self.names = names
        self.results: dict[str, list[str]] = {
            result: [] for result in (KILLED, REFUSED, ENDLESS, SURVIVED, UNMET)
        }

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        for count, name in enumerate(self.names, 1):
            wanted = self.tests.get(name.rpartition("__mutmut_")[0], ())
            chosen = [items[test] for test in wanted if test in items]
            chosen.sort(key=lambda item: self.durations.get(item.nodeid, 0.0))
            result = self.attempt(session, name, chosen) if chosen else UNMET
            if result == SURVIVED and ".theorems." in name and refused(name):
                result = REFUSED
            self.results[result].append(name)
            if result != KILLED or count % 50 == 0:
                print(
                    f"{count}/{len(self.names)} {result}: {name}", file=sys.__stderr__, flush=True
                )
        return True

    def attempt(self, session: pytest.Session, name: str, items: list[pytest.Item]) -> str:
        seconds = sum(self.durations.get(item.nodeid, 0.0) for item in items)
        child = os.fork()
        if child == 0:
            # Processor time, so that a busy machine makes nothing endless.
            signal.setitimer(signal.ITIMER_PROF, 10 * seconds + 30)
            os.environ["MUTANT_UNDER_TEST"] = name
            forget()
            session.config.pluginmanager.unregister(name="terminalreporter")
            for item in items:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if session.testsfailed:
                    os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return ENDLESS if os.WTERMSIG(status) == signal.SIGPROF else KILLED
        return SURVIVED if status == 0 else KILLED


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pattern")
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--only", type=Path, help="a file with names, in the place of a sample")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    names = changes(options.pattern)
    chosen = random.Random(options.seed).sample(names, min(options.sample, len(names)))
    if options.only is not None:
        chosen = options.only.read_text(encoding="utf-8").split()
    os.environ["MUTANT_UNDER_TEST"] = ""
    sys.path.insert(0, str(Path("src").resolve()))
    attack = Attack(sorted(chosen))
    arguments = ["-q", "--rootdir=.", "-p", "no:cacheprovider"]
    code = pytest.main([*arguments, *options.tests], plugins=[attack])
    for result, found in attack.results.items():
        print(f"{len(found):6} of {len(chosen)} (of {len(names)} changes) {result}")
    for name in (*attack.results[SURVIVED], *attack.results[UNMET]):
        print(name)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
