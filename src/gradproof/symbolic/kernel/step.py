"""One step of a derivation: an instance of a law, or it doesn't come into being."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.latex_text import as_latex
from gradproof.symbolic.instances.instantiate import NotNumericError, find_counterexample
from gradproof.symbolic.kernel.laws import Law
from gradproof.symbolic.language.relation import (
    Hypothesis,
    Proposition,
    Relation,
    invertibility,
    realness,
)
from gradproof.symbolic.language.seal import KERNEL, Sealed

__all__ = ["Step"]


# What evaluating expressions whose sizes or definitions don't fit together runs into.
_NO_INSTANCE = (
    NotNumericError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    RecursionError,
)


@dataclass(frozen=True)
class Step(Sealed, seal=KERNEL):
    """``left relation right``, checked against the law when it is made.

    Raises
    ------
    StepRefusedError
        If the step is no instance of the law. The error carries a counterexample where a short
        search finds one.

    >>> from gradproof.symbolic.kernel.laws import SUBMULTIPLICATIVE
    >>> from gradproof.symbolic.language.expressions import SpectralNorm
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
    #: What the steps before it assume: it takes no part in the check, only in the counterexample.
    context: frozenset[Hypothesis] = field(default=frozenset(), repr=False, compare=False)

    def __post_init__(self) -> None:
        reason = self._reason_to_refuse()
        if reason is not None:
            name = self.law.name if isinstance(self.law, Law) else repr(self.law)
            raise StepRefusedError(name, str(self.proposition), reason, self._counterexample())

    @property
    def proposition(self) -> Proposition:
        return Proposition(self.left, self.relation, self.right)

    @property
    def latex(self) -> str:
        """The step as a formula, with the name of its law."""
        return rf"{self.proposition.latex} \quad\text{{({as_latex(self.law.name)})}}"

    @property
    def hypotheses(self) -> frozenset[Hypothesis]:
        """What the step assumes: its law's hypotheses, and what its sides take for granted."""
        sides = (self.left, self.right)
        return self.law.hypotheses | invertibility(*sides) | realness(*sides)

    def _reason_to_refuse(self) -> str | None:
        if not (isinstance(self.law, Law) and self.law.is_of_kernel):
            return "it is no law of the kernel; state it as a hypothesis"
        return self.proposition.problem() or self.law.refuses(self.left, self.relation, self.right)

    def _counterexample(self) -> str | None:
        hypotheses = self.context | getattr(self.law, "hypotheses", frozenset())
        try:
            return find_counterexample(self.proposition, hypotheses)
        except (
            NotNumericError,
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            RecursionError,
        ):
            return None
