"""Exceptions, one class per cause.

Every error says three things: which argument (or line) it is about, what is wrong with it, and
what to do. The three parts are attributes, so a program can read them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "ContradictionError",
    "DuplicateClaimError",
    "EmptyArgumentError",
    "EnclosureError",
    "FormalProofError",
    "GradproofError",
    "InputError",
    "MissingProgramError",
    "MissingWitnessError",
    "NotFiniteError",
    "NotRealError",
    "OutOfRangeError",
    "ProofScriptError",
    "ShapeError",
    "StepRefusedError",
    "UndecidedError",
    "UnknownNameError",
]


class GradproofError(Exception):
    """Base class of every error that gradproof raises on purpose."""


class InputError(GradproofError, ValueError):
    """An argument is not what the function is about.

    >>> raise ShapeError("W", "has shape (2, 3)", "give a square matrix")
    Traceback (most recent call last):
    gradproof.errors.ShapeError: W has shape (2, 3); give a square matrix
    """

    def __init__(self, argument: str, problem: str, remedy: str) -> None:
        super().__init__(f"{argument} {problem}; {remedy}")
        self.argument = argument
        self.problem = problem
        self.remedy = remedy


class ShapeError(InputError):
    """An array has the wrong shape."""


class EmptyArgumentError(InputError):
    """An array or a list has no element."""


class NotFiniteError(InputError):
    """An array has an entry that is NaN or infinite."""


class NotRealError(InputError):
    """A value is complex, or no number at all, where a real one is meant."""


class OutOfRangeError(InputError):
    """A number lies outside the range in which the statement makes sense."""


class UnknownNameError(InputError):
    """A name (of a claim, a profile, a reference, …) is not known."""


class MissingProgramError(GradproofError):
    """A program or a package that gradproof calls isn't installed, or fails."""

    def __init__(self, program: str, problem: str, remedy: str) -> None:
        super().__init__(f"{program} {problem}; {remedy}")
        self.program = program
        self.problem = problem
        self.remedy = remedy


class FormalProofError(InputError):
    """The proof assistant refuses a file, or what it says isn't what is recorded."""


class ProofScriptError(GradproofError):
    """A proof script can't be used: it is no Python, it raises, or it declares nothing.

    The message starts with ``file:line:``, so that editors and CI systems can jump there.
    """

    def __init__(self, path: Path, line: int | None, problem: str, remedy: str) -> None:
        where = f"{path}:{line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {problem}; {remedy}")
        self.path = path
        self.line = line
        self.problem = problem
        self.remedy = remedy


class DuplicateClaimError(ProofScriptError):
    """Two claims have the same name."""


class StepRefusedError(GradproofError):
    """A step of a derivation is no instance of the law that it names.

    ``counterexample`` is a text with numbers for which the step is false, or None where none was
    found (then the step may still be true, but not by this law).
    """

    def __init__(self, law: str, step: str, reason: str, counterexample: str | None) -> None:
        found = f"\n  It is false: {counterexample}" if counterexample else ""
        super().__init__(f"refused by the law “{law}”: {reason}\n  step: {step}{found}")
        self.law = law
        self.step = step
        self.reason = reason
        self.counterexample = counterexample


class EnclosureError(GradproofError):
    """No finite enclosure was reached within the working precision allowed."""


class UndecidedError(GradproofError):
    """An undecided verdict was used as a boolean."""


class MissingWitnessError(GradproofError):
    """A verdict “fails” was given without the witness that shows it."""


class ContradictionError(GradproofError):
    """Two rigorous lines of evidence for one statement disagree: a defect of this program."""
