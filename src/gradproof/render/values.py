"""The numbers beside the symbols of a derivation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradproof.symbolic.instances.given import GAMMA, Given, given_numbers, step_values, unmet
from gradproof.symbolic.kernel.derivation import Chain, Theorem
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.relation import Proposition, Relation

__all__ = ["Numbers", "compact"]

# Wider matrices don't fit beside a formula.
_LARGEST = 6


def compact(value: Any) -> str:
    """Return a value in four digits; a large matrix as shape and norm.

    >>> compact(np.array([[0.5, 0], [1 / 3, 1]]))
    '[[0.5, 0], [0.3333, 1]]'
    >>> compact(np.eye(10))
    '10×10 matrix of norm 1'
    """
    if np.ndim(value) == 0:
        number = complex(value)
        return f"{number.real:.4g}" if number.imag == 0 else f"{number:.4g}"
    array = np.atleast_2d(value)
    rows, columns = array.shape
    if max(rows, columns) > _LARGEST:
        return f"{rows}×{columns} matrix of norm {np.linalg.norm(array, 2):.4g}"
    if columns == 1:
        return "(" + ", ".join(map(compact, array[:, 0])) + ")"
    return "[" + ", ".join("[" + ", ".join(map(compact, row)) + "]" for row in array) + "]"


@dataclass
class Numbers:
    """Given numbers, and what was found wrong with the steps at them."""

    given: Mapping[str, Any]
    contradictions: list[str] = field(default_factory=list)

    def instance(self, theorem: Theorem) -> Given:
        return given_numbers(self.given, theorem.definitions)

    def of_chain(self, chain: Chain, theorem: Theorem, at: Given) -> list[str]:
        """Return one note for the first expression and one for each step."""
        first = chain.steps[0].left if chain.steps else chain.first
        alone = step_values(Proposition(first, Relation.EQ, first), at)
        notes = [alone.why or compact(alone.left)]
        return notes + [self._note(step, theorem, at) for step in chain.steps]

    def _note(self, step: Step, theorem: Theorem, at: Given) -> str:
        found = step_values(step.proposition, at)
        if found.right is None:
            return found.why
        note = compact(found.right)
        if found.agree is False:
            missed = unmet(theorem.hypotheses | step.hypotheses, at)
            if missed:
                return f"{note}; the step needs {'; '.join(map(str, missed))}"
            self.contradictions.append(str(step.proposition))
            return f"{note} ✗ VIOLATED: {compact(found.left)} {step.relation.value} {note} is false"
        return note

    def summary(self, theorem: Theorem, at: Given) -> list[str]:
        """Return which values were used, and which conditions they don't meet."""
        conclusion = step_values(theorem.proposition, at)
        missed = unmet(theorem.hypotheses, at)
        used = []
        for name, value in at.used.items():
            default = "" if name in self.given or name.split("_")[0] in self.given else " (default)"
            used.append(f"{name} = {compact(value)}{default}")
        lines = [f"Numbers: {', '.join(used)}"] if used else []
        if any("φ" in str(h) for h in (theorem.proposition, *theorem.hypotheses)):
            gamma = compact(at.values[GAMMA])
            lines.append(f"φ stands for γ sin here, with γ = {gamma}: its slopes are at most γ")
        if conclusion.left is not None and conclusion.right is not None:
            sign = theorem.proposition.relation.value
            shown = f"{compact(conclusion.left)} {sign} {compact(conclusion.right)}"
            wrong = conclusion.agree is False
            lines.append(f"Conclusion: {shown}{' ✗ false here' if wrong else ''}")
            if wrong and not missed:
                self.contradictions.append(str(theorem.proposition))
        if missed:
            lines.append(f"The numbers don't meet: {'; '.join(map(str, missed))}")
        return lines
