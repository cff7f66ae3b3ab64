"""Coq at work: theories compiled once per content, and what its kernel says of the theorems.

A compiled theory is kept under the SHA-256 of Coq's version, of the file, and of all that it
requires, so a change in any of them compiles what depends on it again, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from gradproof.errors import FormalProofError, MissingProgramError
from gradproof.formal.theories import FormalTheorem, Theory, load_theories, required

__all__ = [
    "ALLOWED_AXIOMS",
    "PACKAGES",
    "Library",
    "build_library",
    "check_file",
    "default_cache",
    "print_theorems",
]

#: What has to be installed, by the names of Debian's packages.
PACKAGES = (
    "coq",
    "libcoq-mathcomp",
    "libcoq-mathcomp-analysis",
    "libcoq-mathcomp-real-closed",
    "libcoq-mathcomp-algebra-tactics",
    "libcoq-mathcomp-zify",
)

#: The axioms of classical mathematics that MathComp-Analysis rests upon (its file boolp.v).
ALLOWED_AXIOMS = frozenset(
    {
        "boolp.propositional_extensionality",
        "boolp.functional_extensionality_dep",
        "boolp.constructive_indefinite_description",
    }
)

#: A theory that takes longer than this many seconds is taken to be stuck.
_TIME_LIMIT = 600


@dataclass(frozen=True)
class Library:
    """Compiled theories: where Coq finds each, and which were compiled just now."""

    coqc: str
    folders: Mapping[str, Path]
    theories: tuple[Theory, ...]
    compiled: tuple[str, ...]

    @property
    def theorems(self) -> tuple[str, ...]:
        """The names of the exported theorems."""
        return tuple(name for theory in self.theories for name in theory.theorems)


def default_cache() -> Path:
    """Return the user's folder for compiled theories."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "gradproof" / "formal"


def _find_coqc() -> str:
    found = shutil.which("coqc")
    if found is None:
        remedy = f"install it, on Debian by `apt-get install {' '.join(PACKAGES)}`"
        raise MissingProgramError("coqc", "isn't there (the compiler of Coq)", remedy)
    return found


def build_library(
    folder: Path,
    cache: Path,
    *,
    wanted: Iterable[str] | None = None,
    before: Callable[[int], None] = lambda _total: None,
    after: Callable[[Theory], None] = lambda _theory: None,
) -> Library:
    """Compile the theories of a folder that the cache doesn't hold yet.

    Parameters
    ----------
    folder
        Holds the ``.v`` files.
    cache
        Where compiled theories are kept; it is made if it isn't there.
    wanted
        The theories to compile, besides what they require; by default all.
    before, after
        Called with the number of theories to compile, and after each, to show progress.

    Raises
    ------
    MissingProgramError
        If Coq, or a library that the theories require, isn't installed.
    FormalProofError
        If Coq refuses a theory, with its words.
    """
    coqc, theories = _find_coqc(), required(load_theories(folder), wanted)
    version = _run([coqc, "--version"], Path.cwd()).stdout
    folders: dict[str, Path] = {}
    for theory in theories:
        parts = [version, theory.name, theory.text]
        parts += [folders[name].name for name in theory.requires]
        key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        folders[theory.name] = cache / key
    missing = [t for t in theories if not (folders[t.name] / f"{t.name}.vo").is_file()]
    before(len(missing))
    cache.mkdir(parents=True, exist_ok=True)
    _compile_in_order(coqc, missing, folders, after)
    return Library(coqc, folders, theories, tuple(theory.name for theory in missing))


def _compile_in_order(
    coqc: str,
    missing: Iterable[Theory],
    folders: Mapping[str, Path],
    after: Callable[[Theory], None],
) -> None:
    """Compile each theory as soon as all that it requires is compiled, several at once."""
    waiting = {theory.name: theory for theory in missing}
    jobs: dict[Future[None], Theory] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while waiting or jobs:
            unfinished = {*waiting, *(theory.name for theory in jobs.values())}
            for theory in list(waiting.values()):
                if unfinished.isdisjoint(theory.requires):
                    jobs[pool.submit(_compile, coqc, theory, folders)] = waiting.pop(theory.name)
            for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                theory = jobs.pop(job)
                try:
                    job.result()
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
                after(theory)


def _compile(coqc: str, theory: Theory, folders: Mapping[str, Path]) -> None:
    """Compile one theory beside its place, then move it there whole."""
    target = folders[theory.name]
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".compiling-") as name:
        beside = Path(name) / "theory"
        beside.mkdir()
        source = beside / f"{theory.name}.v"
        source.write_text(theory.text, encoding="utf-8")
        others = [path for other, path in folders.items() if other != theory.name]
        _coqc(coqc, source, [beside, *(path for path in others if path.is_dir())])
        try:
            beside.rename(target)
        except OSError:
            # Another process was first; what it compiled may be in use, so it stays.
            if not (target / f"{theory.name}.vo").is_file():
                raise


def check_file(library: Library, path: Path) -> None:
    """Have Coq check a file that requires the theories; nothing is kept of it.

    Raises
    ------
    FormalProofError
        If Coq refuses it, with its words.
    """
    _check_text(library, path.read_text(encoding="utf-8"), path.stem)


def print_theorems(library: Library, names: Iterable[str]) -> dict[str, FormalTheorem]:
    """Return theorems as Coq prints them, with the axioms that they rest upon, taken together.

    For one theorem, these are what ``Print Assumptions`` lists; to ask for many one after another
    would take seconds for each.

    Raises
    ------
    FormalProofError
        If there is no such theorem.
    """
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    theories = " ".join(f"gradproof.{theory.name}" for theory in library.theories)
    proofs = ", ".join(f"@gradproof.{name}" for name in wanted)
    # Before anything is imported, names are printed in full: no other axiom has such a name.
    lines = [f"Require {theories}.", f"Definition together := ({proofs})."]
    lines += ["Print Assumptions together.", _NOTATIONS, f"Import {theories}."]
    lines += [f'Goal True. idtac "{_MARK}". Abort. Check gradproof.{name}.' for name in wanted]
    axioms, *statements = _check_text(library, "\n".join(lines) + "\n", "theorems").split(_MARK)
    return {
        name: FormalTheorem(name, _statement(text), _axioms(axioms))
        for name, text in zip(wanted, statements, strict=True)
    }


_MARK = "the next theorem:"
#: With these, statements are printed as mathematicians write them.
_NOTATIONS = """\
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals signed topology normedtype sequences derive exp.
From mathcomp.real_closed Require Import complex.
Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Open Scope ring_scope.
Open Scope classical_set_scope.
Set Printing Width 88.
Unset Printing Implicit Defensive.
"""


def _axioms(printed: str) -> tuple[str, ...]:
    if printed.startswith("Closed under the global context"):
        return ()
    return tuple(sorted(re.findall(r"^([^\s:]+)", printed.partition("\n")[2], re.MULTILINE)))


def _statement(printed: str) -> str:
    """Return what stands after the name and the colon."""
    name, _, after = printed.strip().partition(":")
    before = name.rpartition("\n")[2]
    text = textwrap.dedent(" " * len(f"{before}:") + after).strip()
    return "\n".join(line.rstrip() for line in text.splitlines())


def _check_text(library: Library, text: str, name: str) -> str:
    stem = re.sub(r"\W", "_", name) or "file"
    with tempfile.TemporaryDirectory(prefix="gradproof-") as scratch:
        source = Path(scratch) / f"{stem if not stem[0].isdigit() else '_' + stem}.v"
        source.write_text(text, encoding="utf-8")
        return _coqc(library.coqc, source, library.folders.values())


def _coqc(coqc: str, source: Path, folders: Iterable[Path]) -> str:
    paths = [word for folder in folders for word in ("-Q", str(folder), "gradproof")]
    done = _run([coqc, "-q", "-w", "none", *paths, source.name], source.parent)
    if done.returncode == 0:
        return done.stdout
    words = (done.stderr or done.stdout).strip()
    if re.search(r"(find a physical path|Unable to locate library).*mathcomp", words, re.DOTALL):
        remedy = f"install them, on Debian by `apt-get install {' '.join(PACKAGES)}`"
        raise MissingProgramError("Coq's libraries", f"aren't all there ({words})", remedy)
    raise FormalProofError(source.name, f"is refused by Coq: {words[:2000]}", "mend the proof")


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        remedy = "make the proof, or the certificate, smaller"
        raise FormalProofError(
            command[-1], f"isn't checked after {_TIME_LIMIT} seconds", remedy
        ) from None
