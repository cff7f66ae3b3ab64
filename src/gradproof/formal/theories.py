"""The Coq theories: which files there are, what each requires, and the theorems they state."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from gradproof.errors import InputError, UnknownNameError

__all__ = [
    "RECORD",
    "FormalTheorem",
    "Theory",
    "load_theories",
    "read_record",
    "record_as_json",
    "required",
    "without_comments",
]

#: The file, beside the theories, that keeps what Coq prints of each theorem.
RECORD = "theorems.json"

_REQUIRE = re.compile(r"From\s+gradproof\s+Require\s+(?:Import|Export)?([^.]*)\.")
_THEOREM = re.compile(r"^(?:Theorem|Corollary)\s+(\w+)", re.MULTILINE)
_COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)


@dataclass(frozen=True)
class FormalTheorem:
    """A theorem of a theory, as Coq prints it, and axioms that its proof rests upon.

    Parameters
    ----------
    name
        ``"activations.tanh_derivative_range"``: the theory and the theorem in it.
    statement
        Its type as Coq prints it, with all that it is quantified over.
    axioms
        What ``Print Assumptions`` lists for it and the theorems it was printed with, in order.
    """

    name: str
    statement: str
    axioms: tuple[str, ...]


@dataclass(frozen=True)
class Theory:
    """A Coq file with the theories that it requires and the theorems that it exports.

    What is called ``Theorem`` or ``Corollary`` is exported; lemmas are means.
    """

    name: str
    text: str
    requires: tuple[str, ...]
    theorems: tuple[str, ...]


def load_theories(folder: Path) -> tuple[Theory, ...]:
    """Return the theories of a folder, each after all that it requires.

    Raises
    ------
    InputError
        If there is none, or one requires what isn't there.
    """
    found = {path.stem: _theory(path) for path in sorted(folder.glob("*.v"))}
    if not found:
        raise InputError("folder", f"{folder} holds no .v files", "name the folder of the theories")
    for theory in found.values():
        for name in theory.requires:
            if name not in found:
                known = ", ".join(found)
                raise UnknownNameError(theory.name, f"requires {name}", f"there are {known}")
    graph = {name: theory.requires for name, theory in found.items()}
    return tuple(found[name] for name in TopologicalSorter(graph).static_order())


def required(theories: Iterable[Theory], names: Iterable[str] | None) -> tuple[Theory, ...]:
    """Return, in their order, the theories named and all that these require; all for None."""
    found = {theory.name: theory for theory in theories}
    if names is None:
        return tuple(found.values())
    kept: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += found[name].requires
    return tuple(theory for theory in found.values() if theory.name in kept)


def without_comments(text: str) -> str:
    """Return a Coq text with a space for each comment; none of ours stands within another."""
    return _COMMENT.sub(" ", text)


def _theory(path: Path) -> Theory:
    text = path.read_text(encoding="utf-8")
    code = without_comments(text)
    requires = [name for names in _REQUIRE.findall(code) for name in names.split()]
    theorems = tuple(f"{path.stem}.{name}" for name in _THEOREM.findall(code))
    return Theory(path.stem, text, tuple(dict.fromkeys(requires)), theorems)


def read_record(folder: Path) -> dict[str, FormalTheorem]:
    """Return the recorded theorems by name: what Coq printed when the record was made."""
    content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    axioms = tuple(content["axioms"])
    return {
        name: FormalTheorem(name, statement, axioms)
        for name, statement in content["theorems"].items()
    }


def record_as_json(theorems: Mapping[str, FormalTheorem]) -> str:
    """Return the record as text: the axioms of all, then each statement."""
    axioms = sorted({axiom for theorem in theorems.values() for axiom in theorem.axioms})
    statements = {name: theorem.statement for name, theorem in sorted(theorems.items())}
    content = {"axioms": axioms, "theorems": statements}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
