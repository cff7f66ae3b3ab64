"""Derivations: chains of checked steps, induction, and the theorems that they establish.

A chain is written as on paper::

    start(a).eq(b, by=law).le(c, by=law)

and establishes ``a ≤ c`` under the hypotheses of the laws it used. A :class:`Theorem` can only be
made from chains; it then serves as a law itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.assumptions import assume
from gradproof.symbolic.expressions import Jacobian, ScalarDerivative, TimeIndexed
from gradproof.symbolic.instantiate import Model
from gradproof.symbolic.laws import KERNEL, Law, RewritingLaw
from gradproof.symbolic.normal_form import same
from gradproof.symbolic.notation import text
from gradproof.symbolic.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.rewriting import Binders
from gradproof.symbolic.step import Step

__all__ = ["Chain", "Section", "Theorem", "by_induction", "start"]


@dataclass(frozen=True)
class Chain:
    """An immutable chain of steps; each method returns a longer one."""

    first: sp.Basic
    steps: tuple[Step, ...] = ()

    @property
    def last(self) -> sp.Basic:
        return self.steps[-1].right if self.steps else self.first

    @property
    def relation(self) -> Relation:
        """The relation of the first expression to the last."""
        combined = Relation.EQ
        for step in self.steps:
            following = combined.then(step.relation)
            assert following is not None, "refused when the step was added"
            combined = following
        return combined

    @property
    def proposition(self) -> Proposition:
        return Proposition(self.first, self.relation, self.last)

    @property
    def hypotheses(self) -> frozenset[Hypothesis]:
        return frozenset().union(*(step.law.hypotheses for step in self.steps))

    def _add(self, relation: Relation, right: sp.Basic, law: Law) -> Chain:
        if self.relation.then(relation) is None:
            raise StepRefusedError(
                law.name,
                f"… {self.relation.value} {text(self.last)} {relation.value} {text(right)}",
                f"“{relation.value}” can't follow “{self.relation.value}” in one chain",
                None,
            )
        step = Step(self.last, relation, sp.sympify(right), law)
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


@dataclass(frozen=True)
class Section:
    """A chain under a heading; a proof is a sequence of them."""

    heading: str
    chain: Chain


_ESTABLISHED = object()


@dataclass(frozen=True)
class Theorem:
    """A proposition, the hypotheses under which it holds, and its proof.

    Made by :meth:`of` (one chain), :func:`by_induction`, and the rules of
    :mod:`~gradproof.symbolic.existence`; not by hand.
    """

    name: str
    proposition: Proposition
    hypotheses: frozenset[Hypothesis]
    sections: tuple[Section, ...]
    model: Model | None = field(default=None, compare=False)
    _seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._seal is not _ESTABLISHED:
            raise InputError("Theorem", "was made by hand", "use Theorem.of or by_induction")
        _check_definitions(self.hypotheses)

    @classmethod
    def of(cls, name: str, chain: Chain, *, model: Model | None = None) -> Theorem:
        """Return the theorem that a chain establishes."""
        if not chain.steps:
            raise InputError("chain", "has no step", "add at least one")
        return establish(name, chain.proposition, chain.hypotheses, (Section("", chain),), model)

    def preceded_by(self, *lemmas: Theorem) -> Theorem:
        """Return the theorem with the proofs of its lemmas printed before its own."""
        used = {name for step in self.steps for name in step.law.uses}
        for lemma in lemmas:
            if lemma.name not in used:
                raise InputError("lemmas", f"hold {lemma.name}, which isn't used", "leave it out")
        before = [
            Section(section.heading or f"Lemma: {lemma}", section.chain)
            for lemma in lemmas
            for section in lemma.sections
        ]
        return replace(self, sections=(*dict.fromkeys(before), *self.sections))

    @property
    def definitions(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that merely fix the meaning of a symbol, in reading order."""
        return tuple(sorted((h for h in self.hypotheses if h.is_definition), key=str))

    @property
    def conditions(self) -> tuple[Hypothesis, ...]:
        """The hypotheses proper, in the order in which the proof uses them."""
        proper = [h for h in self.hypotheses if not h.is_definition]
        used = list(
            dict.fromkeys(h for step in self.steps for h in sorted(step.law.hypotheses, key=str))
        )
        return tuple(sorted(proper, key=lambda h: (used.index(h) if h in used else -1, str(h))))

    @property
    def steps(self) -> Iterator[Step]:
        for section in self.sections:
            yield from section.chain.steps

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
        substituted = dict(values or {})
        try:
            proposition = self.proposition.substitute(substituted)
            hypotheses = frozenset(_substitute(h, substituted) for h in self.hypotheses)
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
            seal=KERNEL,
            relation=proposition.relation.flipped if downward else proposition.relation,
            rule=rule,
        )

    def __str__(self) -> str:
        return str(self.proposition)


def establish(
    name: str,
    proposition: Proposition,
    hypotheses: frozenset[Hypothesis],
    sections: tuple[Section, ...],
    model: Model | None,
) -> Theorem:
    """Make a theorem; for the kernel's own rules only."""
    return Theorem(name, proposition, hypotheses, sections, model, _ESTABLISHED)


def _holds_along(binder: sp.Basic, hypotheses: frozenset[Hypothesis]) -> bool:
    """Whether an equation under these hypotheses holds for every value of a bound variable.

    An equation between real functions that holds for all z may be differentiated by z; h_t in
    ∂·/∂h_t, in contrast, is a particular state.
    """
    if isinstance(binder, ScalarDerivative):
        return all(binder.variable not in hypothesis.free_symbols for hypothesis in hypotheses)
    return not isinstance(binder, Jacobian)


def _substitute(hypothesis: Hypothesis, values: Mapping[sp.Basic, sp.Basic]) -> Hypothesis:
    if hypothesis.proposition is None or not (hypothesis.free_symbols & set(values)):
        return hypothesis
    entering = frozenset().union(*(value.free_symbols for value in values.values()))
    if entering & set(hypothesis.variables):
        raise ValueError(f"a value contains a symbol that “{hypothesis}” binds")
    free = {symbol: v for symbol, v in values.items() if symbol not in hypothesis.variables}
    proposition = hypothesis.proposition.substitute(free)
    return (
        Hypothesis.of(
            proposition.left, proposition.relation, proposition.right, for_all=hypothesis.variables
        )
        if not hypothesis.is_definition
        else replace(hypothesis, statement=f"{proposition} for all k ≥ 1", proposition=proposition)
    )


def _check_definitions(hypotheses: frozenset[Hypothesis]) -> None:
    """Refuse two definitions of one sequence: together they could prove anything."""
    seen: dict[tuple[type, str], Hypothesis] = {}
    for hypothesis in hypotheses:
        if hypothesis.is_definition and hypothesis.proposition is not None:
            defined = hypothesis.proposition.left
            assert isinstance(defined, TimeIndexed)
            other = seen.setdefault((type(defined), defined.name), hypothesis)
            if other != hypothesis:
                raise InputError(
                    "hypotheses", f"define {defined.name} twice", "use one definition of it"
                )


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
    hypothesis = Hypothesis.of(proposition.left, proposition.relation, proposition.right)
    stepped = step(assume(hypothesis, name="induction hypothesis"))
    for chain, value in ((base, sp.Integer(0)), (stepped, index + 1)):
        _check_establishes(chain, proposition.substitute({index: value}))
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
    return establish(name, proposition, remaining, sections, model)


def _check_establishes(chain: Chain, wanted: Proposition) -> None:
    found = chain.proposition
    if (
        found.relation.implies(wanted.relation)
        and same(found.left, wanted.left)
        and same(found.right, wanted.right)
    ):
        return
    raise InputError("chain", f"establishes {found}", f"establish {wanted}")
