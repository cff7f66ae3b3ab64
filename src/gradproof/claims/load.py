"""Proof scripts: find them, run them, and collect the claims that they declare."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

from gradproof.claims.claim import Claim, registering
from gradproof.claims.scripts import LARGEST_SCRIPT, is_proof_script
from gradproof.errors import DuplicateClaimError, ProofScriptError, UnknownNameError

__all__ = ["is_selected", "load_claims", "load_script", "run_script", "select", "shipped_proofs"]


def shipped_proofs() -> Path:
    """Return the folder of the proofs that come with the package."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "proofs"
    # An editable installation has no copy; the proofs lie beside src/ in the repository.
    return installed if installed.is_dir() else package.parents[1] / "proofs"


def load_claims(paths: Iterable[Path]) -> list[Claim]:
    """Return the claims of scripts and folders of scripts, in order.

    Raises
    ------
    ProofScriptError
        If a path doesn't exist, or a script can't be used.
    DuplicateClaimError
        If two claims have one name.
    """
    claims: list[Claim] = []
    by_name: dict[str, Claim] = {}
    scripts = dict.fromkeys(script for path in paths for script in _scripts(path))
    for script in scripts:
        for found in load_script(script):
            other = by_name.setdefault(found.name, found)
            if other is not found:
                raise DuplicateClaimError(
                    found.path,
                    found.line,
                    f"the claim {found.name!r} is declared at {other.path}:{other.line} already",
                    "rename one of the two",
                )
            claims.append(found)
    return claims


def _scripts(path: Path) -> list[Path]:
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError) as error:
        problem = f"this names no file ({error})"
        raise ProofScriptError(path, None, problem, "check the path") from error
    if is_folder:
        scripts = sorted(filter(is_proof_script, path.rglob("*.py")))
        if not scripts:
            problem = "no file in this folder declares a claim"
            raise ProofScriptError(path, None, problem, "decorate a function with @claim(…)")
        return scripts
    if not is_file:
        raise ProofScriptError(path, None, "there is no such file or folder", "check the path")
    if path.suffix != ".py":
        raise ProofScriptError(path, None, "this is no Python file", "name a proof script, *.py")
    return [path]


def load_script(path: Path) -> list[Claim]:
    """Run one proof script and return its claims, in the order of the file.

    Raises
    ------
    ProofScriptError
        If the script can't be run, or declares no claim; the message names the line.
    """
    with registering() as claims:
        module = run_script(path)
    if not claims:
        del sys.modules[module.__name__]
        raise ProofScriptError(
            path, 1, "the script declares no claim", "decorate a function with @claim(…)"
        )
    return list(claims)


def run_script(path: Path) -> ModuleType:
    """Run a Python file as a module of its own and return it.

    Raises
    ------
    ProofScriptError
        If the file is no valid Python, raises an exception or exits; the message names the line.
    """
    try:
        source = _source(path)
        ast.parse(source, filename=str(path))
    except OSError as error:
        problem = f"the file can't be read ({error.strerror})"
        raise ProofScriptError(path, None, problem, "check the path") from error
    except SyntaxError as error:
        problem = f"this is no valid Python ({error.msg})"
        raise ProofScriptError(path, error.lineno, problem, "mend the line") from error
    except ValueError as error:
        raise ProofScriptError(
            path, None, f"this is no text ({error})", "save it as UTF-8"
        ) from error
    except (MemoryError, RecursionError) as error:
        problem = "an expression is nested too deeply"
        raise ProofScriptError(path, None, problem, "write it in several steps") from error
    name = f"gradproof_script_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    wrote = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ProofScriptError(
            path,
            line_in(error, path),
            f"running the script raises {describe(error)}",
            "mend the script; checks belong into the functions under @claim",
        ) from error
    finally:
        sys.dont_write_bytecode = wrote
    return module


def _source(path: Path) -> bytes:
    with path.open("rb") as stream:
        source = stream.read(LARGEST_SCRIPT + 1)
    if len(source) > LARGEST_SCRIPT:
        problem = f"the file has more than {LARGEST_SCRIPT} bytes"
        raise ProofScriptError(path, None, problem, "name a proof script")
    return source


def line_in(error: BaseException, path: Path) -> int | None:
    """Return the last line of the given file through which an exception passed."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path]
    return lines[-1] if lines else None


def describe(error: BaseException) -> str:
    """Return type and message of an exception as one text."""
    message = str(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def is_selected(name: str, pattern: str) -> bool:
    """Return whether a name matches a shell pattern or contains it."""
    return fnmatchcase(name, pattern) or pattern in name


def select(claims: Iterable[Claim], pattern: str | None) -> list[Claim]:
    """Return the claims whose name matches a shell pattern or contains it.

    Raises
    ------
    UnknownNameError
        If none does.
    """
    found = list(claims)
    if pattern is None:
        return found
    chosen = [c for c in found if is_selected(c.name, pattern)]
    if not chosen:
        names = ", ".join(c.name for c in found)
        raise UnknownNameError("--select", f"{pattern!r} matches no claim", f"there are {names}")
    return chosen
