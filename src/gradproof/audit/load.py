"""The statements of the shipped audit, section by section."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gradproof.audit.statement import Section
from gradproof.claims.load import run_script, shipped_proofs
from gradproof.errors import ProofScriptError

__all__ = ["load_sections", "shipped_article"]


def shipped_article() -> Path:
    """Return the folder of the sections that come with the package."""
    return shipped_proofs() / "article"


def load_sections(folder: Path) -> tuple[Section, ...]:
    """Return the ``SECTION`` of every file of a folder, in the order of the article.

    Raises
    ------
    ProofScriptError
        If a file can't be run, has no ``SECTION``, or repeats the id of a statement.
    """
    sections: list[Section] = []
    names: set[str] = set()
    for path in sorted(folder.glob("*.py")):
        section = getattr(run_script(path), "SECTION", None)
        if not isinstance(section, Section):
            raise ProofScriptError(path, 1, "it has no SECTION", "assign a Section to SECTION")
        for name in _names(section):
            if name in names:
                raise ProofScriptError(path, 1, f"the id {name!r} is taken", "rename one")
            names.add(name)
        sections.append(section)
    if not sections:
        raise ProofScriptError(folder, None, "no section is in this folder", "check the path")
    return tuple(sorted(sections, key=lambda section: section.lines))


def _names(section: Section) -> Iterable[str]:
    return (statement.name for statement in section.statements)
