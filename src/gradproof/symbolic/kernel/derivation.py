"""Derivations: chains of checked steps, induction, and the theorems that they establish.

A chain is written as on paper::

    start(a).eq(b, by=law).le(c, by=law)

and establishes ``a ≤ c`` under the hypotheses of the laws it used. A :class:`Theorem` can only be
made from chains; it then serves as a law itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

import sympy as sp

from gradproof.errors import InputError
from gradproof.latex_text import as_latex
from gradproof.symbolic.instances.instantiate import Model
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.chain import Chain, start
from gradproof.symbolic.kernel.law import least_grade
from gradproof.symbolic.kernel.laws import RewritingLaw
from gradproof.symbolic.kernel.rewriting import Binders
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    LimitSuperior,
    Preactivation,
    ScalarDerivative,
    State,
)
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import domain, text
from gradproof.symbolic.language.relation import (
    Hypothesis,
    Proposition,
    invertibility,
    substituted,
)
from gradproof.symbolic.language.seal import KERNEL, Sealed
from gradproof.verdict import Grade

__all__ = ["Chain", "Section", "Theorem", "by_induction", "start"]


@dataclass(frozen=True)
class Section:
    """A chain under a heading; a proof is a sequence of them."""

    heading: str
    chain: Chain


@dataclass(frozen=True)
class Theorem(Sealed, seal=KERNEL):
    """A proposition, the hypotheses under which it holds, and its proof.

    Made by :meth:`of` (one chain), :func:`by_induction`, and the rules of
    :mod:`~gradproof.symbolic.kernel.existence` and :mod:`~gradproof.symbolic.kernel.cases`; not by
    hand.
    """

    name: str
    proposition: Proposition
    hypotheses: frozenset[Hypothesis]
    sections: tuple[Section, ...]
    model: Model | None = field(default=None, compare=False)
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not KERNEL:
            raise InputError("Theorem", "was made by hand", "use Theorem.of or by_induction")
        _check_proposition(self.proposition)
        problem = self.proposition.problem()
        if problem is not None:
            raise InputError("proposition", f"is {self.proposition}: {problem}", "state another")
        _check_definitions(self.hypotheses)
        _check_names(self.proposition, self.hypotheses)

    @classmethod
    def of(cls, name: str, chain: Chain, *, model: Model | None = None) -> Theorem:
        """Return the theorem that a chain establishes."""
        if not isinstance(chain, Chain) or not chain.steps:
            raise InputError("chain", "has no step", "add at least one")
        sections = (Section("", chain),)
        return cls(name, chain.proposition, chain.hypotheses, sections, model, KERNEL)

    def preceded_by(self, *lemmas: Theorem) -> Theorem:
        """Return the theorem with the proofs of its lemmas printed before its own."""
        used = {name for step in self.steps for name in step.law.uses}
        for lemma in lemmas:
            if lemma.name not in used:
                raise InputError("lemmas", f"hold {lemma.name}, which isn't used", "leave it out")
        before = [
            replace(section, heading=_lemma_heading(lemma, section.heading))
            for lemma in lemmas
            for section in lemma.sections
        ]
        return replace(self, sections=(*dict.fromkeys(before), *self.sections), seal=KERNEL)

    @property
    def definitions(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that merely fix the meaning of a symbol, in reading order.

        That the whole state is h is said by the definition of h alone, where there is no other.
        """
        fixing = [h for h in self.hypotheses if h.is_definition]
        defined = {h.proposition.left.name for h in fixing if h.proposition is not None}
        shown = (h for h in fixing if not h.states or len(h.states) > 1 or not h.states <= defined)
        return tuple(sorted(shown, key=str))

    @property
    def conditions(self) -> tuple[Hypothesis, ...]:
        """The hypotheses proper, in the order in which the proof uses them."""
        proper = [h for h in self.hypotheses if not h.is_definition]
        used = list(
            dict.fromkeys(h for step in self.steps for h in sorted(step.hypotheses, key=str))
        )
        return tuple(sorted(proper, key=lambda h: (used.index(h) if h in used else -1, str(h))))

    @property
    def domains(self) -> tuple[str, ...]:
        """What the symbols of conclusion and conditions stand for, as declared: “z > 0”, say."""
        conditions = (condition.free_symbols for condition in self.conditions)
        free = self.proposition.free_symbols.union(*conditions) - {BOUND_INDEX}
        found = {domain(symbol) for symbol in free if isinstance(symbol, sp.Symbol)}
        return tuple(sorted(found))

    @property
    def latex(self) -> str:
        """The theorem as one formula: conditions ⟹ conclusion (domains)."""
        conditions = r",\ ".join(condition.latex for condition in self.conditions)
        domains = as_latex(", ".join(self.domains))
        return (
            (rf"{conditions} \implies " if conditions else "")
            + self.proposition.latex
            + (rf"\quad \text{{({domains})}}" if domains else "")
        )

    @property
    def steps(self) -> Iterator[Step]:
        for section in self.sections:
            yield from section.chain.steps

    @property
    def grade(self) -> Grade:
        """The least grade of the laws that the proof uses."""
        return least_grade(*(step.law for step in self.steps))

    @property
    def uses(self) -> tuple[str, ...]:
        """The names of the other theorems that the proof uses, each once."""
        used = (name for step in self.steps for name in step.law.uses if name != self.name)
        return tuple(dict.fromkeys(used))

    def law(self, values: Mapping[sp.Basic, sp.Basic] | None = None) -> RewritingLaw:
        """Return the theorem as a law, with ``values`` in place of its free symbols.

        Raises
        ------
        InputError
            If a value doesn't meet what its symbol was declared with, or a symbol is bound.
        """
        replaced = dict(values or {})
        try:
            proposition = self.proposition.substitute(replaced)
            hypotheses = substituted(self.hypotheses, replaced)
            hypotheses |= invertibility(*replaced.values())
        except ValueError as error:
            raise InputError("values", f"{error}", "choose others") from error
        downward = proposition.relation.is_downward
        small, large = (
            (proposition.right, proposition.left)
            if downward
            else (proposition.left, proposition.right)
        )

        def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
            if all(_holds_along(binder, hypotheses) for binder in binders) and same(term, small):
                yield large

        return RewritingLaw(
            self.name,
            str(proposition),
            hypotheses=hypotheses,
            uses=(self.name,),
            grade=self.grade,
            seal=KERNEL,
            relation=proposition.relation.flipped if downward else proposition.relation,
            rule=rule,
        )

    def __str__(self) -> str:
        return str(self.proposition)


def _lemma_heading(lemma: Theorem, heading: str) -> str:
    if heading.startswith("Lemma"):  # a lemma of the lemma has its own
        return heading
    return ". ".join(filter(None, (f"Lemma: {lemma}", heading)))


def _holds_along(binder: sp.Basic, hypotheses: frozenset[Hypothesis]) -> bool:
    """Whether an equation under these hypotheses holds for every value of a bound variable.

    An equation between real functions that holds for all z may be differentiated by z; h_t in
    ∂·/∂h_t, in contrast, is a particular state, and a parameter is a particular matrix.
    """
    if isinstance(binder, ScalarDerivative):
        return all(binder.variable not in hypothesis.free_symbols for hypothesis in hypotheses)
    return isinstance(binder, LimitSuperior)


def _check_proposition(proposition: Proposition) -> None:
    """Refuse a look-alike, which could answer for its own checks."""
    if not isinstance(proposition, Proposition):
        raise InputError("proposition", f"is {proposition!r}", "give a Proposition")


def _check_definitions(hypotheses: frozenset[Hypothesis]) -> None:
    """Refuse definitions that contradict each other, and a chain rule that forgets a state.

    Two definitions of one sequence could prove anything, and so could values with one index that
    define each other in a circle. With a further state h_s would depend on h_t not through h_r
    alone, against the chain rule.
    """
    seen: dict[str, sp.Basic] = {}
    within_step: dict[str, set[str]] = {}
    states: set[str] = set()
    for proposition in (h.proposition for h in hypotheses if h.is_definition and h.proposition):
        defined, right = proposition.left, proposition.right
        if seen.setdefault(defined.name, proposition) != proposition:
            raise InputError(
                "hypotheses", f"define {defined.name} twice", "use one definition of it"
            )
        vectors = right.atoms(State, Preactivation)
        states |= {vector.name for vector in (defined, *vectors) if isinstance(vector, State)}
        same_step = {vector.name for vector in vectors if vector.index == defined.index}
        within_step[defined.name] = same_step
    try:
        tuple(TopologicalSorter(within_step).static_order())
    except CycleError as error:
        names = ", ".join(sorted(set(error.args[1])))
        raise InputError(
            "hypotheses", f"define {names} in a circle", "define them in turn"
        ) from None
    for whole in (hypothesis.states for hypothesis in hypotheses if hypothesis.states):
        if not states <= whole:
            names = ", ".join(sorted(states - whole))
            raise InputError("hypotheses", f"forget the state {names}", "stack all states into one")


def _check_names(proposition: Proposition, hypotheses: frozenset[Hypothesis]) -> None:
    """Refuse two symbols of one name: the statement would read as if they were the same."""
    free = proposition.free_symbols.union(*(h.free_symbols for h in hypotheses)) - {BOUND_INDEX}
    names = [symbol.name for symbol in free]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError("proposition", f"has two symbols called {twice[0]}", "rename one")


def by_induction(
    name: str,
    index: sp.Symbol,
    proposition: Proposition,
    base: Chain,
    step: Callable[[RewritingLaw], Chain],
    *,
    model: Model | None = None,
) -> Theorem:
    """Prove ``proposition`` for all integers ``index`` ≥ 0.

    Parameters
    ----------
    index
        A non-negative integer symbol n that occurs in ``proposition``.
    base
        A chain that establishes the proposition with 0 for n.
    step
        Given the induction hypothesis (the proposition for n) as a law, returns a chain that
        establishes it with n + 1 for n.

    Raises
    ------
    InputError
        If a chain establishes something else, or rests on a further hypothesis about n.
    """
    if not (index.is_integer and index.is_nonnegative) or index.is_positive:
        raise InputError("index", f"is {text(index)}", "use a non-negative integer symbol")
    _check_proposition(proposition)
    hypothesis = Hypothesis.of(proposition.left, proposition.relation, proposition.right)
    stepped = step(assume(hypothesis, name="induction hypothesis"))
    for chain, value in ((base, sp.Integer(0)), (stepped, index + 1)):
        try:
            wanted = proposition.substitute({index: value})
        except ValueError as error:
            raise InputError("index", f"{error}", "use an index that is free") from error
        _check_establishes(chain, wanted)
    remaining = base.hypotheses | (stepped.hypotheses - {hypothesis})
    for other in remaining:
        if index in other.free_symbols:
            raise InputError(
                "step", f"assumes “{other}”, about one {text(index)}", "assume nothing about it"
            )
    letter = text(index)
    sections = (
        Section(f"Base case: {letter} = 0", base),
        Section(f"Induction step: from {letter} to {letter} + 1", stepped),
    )
    return Theorem(name, proposition, remaining, sections, model, KERNEL)


def _check_establishes(chain: Chain, wanted: Proposition) -> None:
    if not isinstance(chain, Chain):
        raise InputError("chain", f"is {chain!r}", "give a chain")
    found = chain.proposition
    if (
        found.relation.implies(wanted.relation)
        and same(found.left, wanted.left)
        and same(found.right, wanted.right)
    ):
        return
    raise InputError("chain", f"establishes {found}", f"establish {wanted}")
