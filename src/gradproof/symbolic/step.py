"""One step of a derivation: an instance of a law, or it doesn't come into being."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.symbolic.expressions import is_matrix
from gradproof.symbolic.instantiate import NotNumericError, find_counterexample
from gradproof.symbolic.laws import KERNEL, Law
from gradproof.symbolic.normal_form import same
from gradproof.symbolic.relation import Proposition, Relation

__all__ = ["Step"]


@dataclass(frozen=True)
class Step:
    """``left relation right``, checked against the law when it is made.

    Raises
    ------
    StepRefusedError
        If the step is no instance of the law. The error carries a counterexample where a short
        search finds one.

    >>> from gradproof.symbolic.laws import SUBMULTIPLICATIVE
    >>> from gradproof.symbolic.expressions import SpectralNorm
    >>> A, B = sp.MatrixSymbol("A", 2, 2), sp.MatrixSymbol("B", 2, 2)
    >>> step = Step(SpectralNorm(A * B), Relation.LE, SpectralNorm(A) * SpectralNorm(B),
    ...             SUBMULTIPLICATIVE)
    >>> step.law.name
    'the norm is submultiplicative'
    """

    left: sp.Basic
    relation: Relation
    right: sp.Basic
    law: Law

    def __post_init__(self) -> None:
        reason = self._reason_to_refuse()
        if reason is not None:
            raise StepRefusedError(
                self.law.name, str(self.proposition), reason, self._counterexample()
            )

    @property
    def proposition(self) -> Proposition:
        return Proposition(self.left, self.relation, self.right)

    def _reason_to_refuse(self) -> str | None:
        if self.law.seal is not KERNEL:
            return "it is no law of the kernel; state it as a hypothesis"
        if is_matrix(self.left) != is_matrix(self.right):
            return "one side is a matrix and the other a number"
        if is_matrix(self.left):
            if self.relation is not Relation.EQ:
                return f"matrices aren't ordered by “{self.relation.value}”"
            if not all(same(m, n) for m, n in zip(self.left.shape, self.right.shape, strict=True)):
                return f"the sides have shapes {self.left.shape} and {self.right.shape}"
        elif self.relation is not Relation.EQ and not all(
            side.is_extended_real for side in (self.left, self.right)
        ):
            return "a side isn't known to be real"
        return self.law.refuses(self.left, self.relation, self.right)

    def _counterexample(self) -> str | None:
        try:
            return find_counterexample(self.proposition, self.law.hypotheses)
        except (NotNumericError, TypeError, ValueError, KeyError):
            return None
