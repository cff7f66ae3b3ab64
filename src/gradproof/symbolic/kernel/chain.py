"""Chains of checked steps, written as on paper: ``start(a).eq(b, by=law).le(c, by=law)``."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.latex_text import as_latex
from gradproof.symbolic.kernel.laws import Law
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.notation import latex, text
from gradproof.symbolic.language.relation import (
    Hypothesis,
    Proposition,
    Relation,
)
from gradproof.symbolic.language.seal import KERNEL, Sealed

__all__ = ["Chain", "start"]


@dataclass(frozen=True)
class Chain(Sealed, seal=KERNEL):
    """An immutable chain of steps; each method returns a longer one.

    Raises
    ------
    InputError
        If it is put together by hand and a step doesn't begin where the one before it ends.
    """

    first: sp.Basic
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        reached, combined = self.first, Relation.EQ
        for step in self.steps:
            following = combined.then(step.relation) if isinstance(step, Step) else None
            if following is None or step.left != reached:
                raise InputError("steps", f"don't fit at {step}", "add them by eq, le, lt, ge, gt")
            reached, combined = step.right, following

    @property
    def last(self) -> sp.Basic:
        return self.steps[-1].right if self.steps else self.first

    @property
    def relation(self) -> Relation:
        """The relation of the first expression to the last."""
        combined = Relation.EQ
        for step in self.steps:
            following = combined.then(step.relation)
            assert following is not None, "refused when the chain was made"
            combined = following
        return combined

    @property
    def proposition(self) -> Proposition:
        return Proposition(self.first, self.relation, self.last)

    @property
    def latex(self) -> str:
        """The chain as rows of one formula, each with the name of its law."""
        rows = [rf"& {latex(self.first)}"]
        rows += [
            rf"&{step.relation.latex} {latex(step.right)} && \text{{{as_latex(step.law.name)}}}"
            for step in self.steps
        ]
        inner = r" \\ ".join(rows)
        return rf"\begin{{aligned}} {inner} \end{{aligned}}"

    @property
    def hypotheses(self) -> frozenset[Hypothesis]:
        return frozenset().union(*(step.hypotheses for step in self.steps))

    def _add(self, relation: Relation, right: sp.Basic, law: Law) -> Chain:
        if self.relation.then(relation) is None:
            raise StepRefusedError(
                law.name,
                f"… {self.relation.value} {text(self.last)} {relation.value} {text(right)}",
                f"“{relation.value}” can't follow “{self.relation.value}” in one chain",
                None,
            )
        step = Step(self.last, relation, sp.sympify(right), law, self.hypotheses)
        return replace(self, steps=(*self.steps, step))

    def eq(self, right: sp.Basic, *, by: Law) -> Chain:
        """Add a step ``= right``."""
        return self._add(Relation.EQ, right, by)

    def le(self, right: sp.Basic, *, by: Law) -> Chain:
        """Add a step ``≤ right``."""
        return self._add(Relation.LE, right, by)

    def lt(self, right: sp.Basic, *, by: Law) -> Chain:
        """Add a step ``< right``."""
        return self._add(Relation.LT, right, by)

    def ge(self, right: sp.Basic, *, by: Law) -> Chain:
        """Add a step ``≥ right``."""
        return self._add(Relation.GE, right, by)

    def gt(self, right: sp.Basic, *, by: Law) -> Chain:
        """Add a step ``> right``."""
        return self._add(Relation.GT, right, by)


def start(first: sp.Basic) -> Chain:
    """Begin a chain."""
    return Chain(sp.sympify(first))
