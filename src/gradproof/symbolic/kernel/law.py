"""What a law is: it decides whether a step is an instance of it, and trusts no claim of the step.

A law states what it says, why it is true, and where that can be read. The laws themselves are in
:mod:`~gradproof.symbolic.kernel.calculus` and :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field, replace

import sympy as sp

from gradproof.source import Source
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative, rewritings
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.gradient_nodes import ParameterDifferential
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.language.seal import KERNEL, Sealed
from gradproof.verdict import Grade

__all__ = ["CATALOGUE", "Law", "RewritingLaw", "enter", "least_grade"]


@dataclass(frozen=True)
class Law(Sealed, seal=KERNEL):
    """What a step appeals to.

    Parameters
    ----------
    name
        The words printed beside the step.
    statement
        What the law says, as a formula.
    source
        Where it is proved; None where the docstring proves it in a line.
    hypotheses
        What a step that uses the law then assumes.
    uses
        Names of the theorems on which the law rests.
    grade
        How surely it holds: exact, or enclosed where it was decided by ball arithmetic. A law made
        from a theorem has the grade of the theorem.
    seal
        :data:`~gradproof.symbolic.language.seal.KERNEL` for laws of the kernel; a step refuses
        every other one. Whoever wants to use something else states it as a
        :class:`~gradproof.symbolic.language.relation.Hypothesis`, so that it is printed with the
        theorem.
    """

    name: str
    statement: str
    source: Source | None = None
    hypotheses: frozenset[Hypothesis] = frozenset()
    uses: tuple[str, ...] = ()
    grade: Grade = Grade.EXACT
    seal: InitVar[object] = None
    is_of_kernel: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self, seal: object) -> None:
        object.__setattr__(self, "is_of_kernel", seal is KERNEL)

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        """Return why the step is no instance of the law, or None where it is one."""
        raise NotImplementedError


@dataclass(frozen=True)
class RewritingLaw(Law, seal=KERNEL):
    """A law that acts on parts of an expression: each result r has ``part relation r``."""

    relation: Relation = Relation.EQ
    rule: Callable[[sp.Basic, Binders], Iterator[sp.Basic]] = field(
        default=lambda _term, _binders: iter(()), compare=False
    )

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation.is_downward:
            return self.refuses(right, relation.flipped, left)
        if not self.relation.implies(relation):
            return f"it gives “{self.relation.value}”, not “{relation.value}”"
        results = []
        for result in rewritings(left, self._guarded, self.relation):
            if same(result, right):
                return None
            if result != left:
                results.append(result)
        if self.relation is Relation.EQ and any(
            same(result, left) for result in rewritings(right, self._guarded, self.relation)
        ):
            return None
        if not results:
            return "it applies nowhere in the left side"
        return f"from the left side it gives {text(results[0])}"

    def applied_to(self, expression: sp.Basic) -> sp.Basic:
        """Return the expression with every part rewritten that the law, an equation, acts on.

        A proposal for a step; the step itself is checked like any other.
        """
        *_, everywhere = rewritings(expression, self._guarded, self.relation)
        return everywhere

    def where_differentiated(self) -> RewritingLaw:
        """Return the law restricted to the y of each ∂y/∂h_t or dy; values elsewhere stay."""

        def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
            innermost = binders[-1] if binders else None
            if (
                isinstance(innermost, (nodes.Jacobian, ParameterDifferential))
                and innermost.function == term
            ):
                yield from self.rule(term, binders)

        return replace(self, rule=rule, seal=KERNEL)

    def _guarded(self, term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        """Keep hypotheses about one value of an index from acting under that index's binder."""
        for binder in binders:
            if isinstance(binder, nodes.LimitSuperior) and any(
                binder.index in hypothesis.free_symbols for hypothesis in self.hypotheses
            ):
                return
        yield from self.rule(term, binders)


def least_grade(*grounds: object) -> Grade:
    """Return the least grade of theorems and laws; a hypothesis takes none away."""
    grades = (getattr(ground, "grade", Grade.EXACT) for ground in grounds)
    return min(grades, key=lambda grade: grade.rank, default=Grade.EXACT)


CATALOGUE: dict[str, Law] = {}


def enter(
    name: str,
    statement: str,
    source: Source | None = None,
    relation: Relation = Relation.EQ,
    *,
    inside_derivatives: bool = False,
) -> Callable[[Callable[..., Iterator[sp.Basic]]], RewritingLaw]:
    """Enter a rewriting rule into the catalogue."""

    def entered(rule: Callable[[sp.Basic], Iterator[sp.Basic]]) -> RewritingLaw:
        def guarded(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
            if inside_derivatives or not inside_derivative(binders):
                yield from rule(term)

        law = RewritingLaw(name, statement, source, seal=KERNEL, relation=relation, rule=guarded)
        CATALOGUE[name] = law
        return law

    return entered
