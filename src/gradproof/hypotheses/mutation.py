"""Theorems with a hypothesis dropped or weakened: these fail, with a witness, or are undecided.

Nothing here can say that a weakened statement holds: only a derivation could, and the kernel makes
no theorem from another one with fewer hypotheses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from gradproof.hypotheses.decide import decide, meets
from gradproof.hypotheses.instance import Instance
from gradproof.hypotheses.values import UndecidedValueError
from gradproof.spectral.root_location import working_precision
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.kinks import needs_off_kinks
from gradproof.symbolic.language.expressions import BOUND_INDEX, Jacobian, is_matrix
from gradproof.symbolic.language.notation import domain, text
from gradproof.symbolic.language.relation import Hypothesis, Relation, invertibility, realness
from gradproof.verdict import Grade, Judgement, Scope, Verdict, Witness

__all__ = ["Mutation", "gives_meaning", "judge", "mutations", "without"]

_BITS = 256


@dataclass(frozen=True)
class Mutation:
    """A theorem's statement with one of its conditions dropped or replaced.

    Parameters
    ----------
    theorem
        The theorem that the statement comes from.
    condition
        What was dropped or replaced: a hypothesis, or the declared domain of a symbol.
    replacement
        What stands in its place, or None where it was dropped.
    """

    theorem: Theorem
    condition: Hypothesis | sp.Symbol
    replacement: Hypothesis | None = None
    kind: str = field(default="dropped", compare=False)

    @property
    def hypotheses(self) -> frozenset[Hypothesis]:
        """What the statement assumes."""
        kept = self.theorem.hypotheses - {self.condition}
        return kept | ({self.replacement} if self.replacement is not None else frozenset())

    def __str__(self) -> str:
        changed = (
            domain(self.condition) if isinstance(self.condition, sp.Symbol) else self.condition
        )
        return f"{self.theorem}: “{changed}” {self.kind}" + (
            f" to “{self.replacement}”" if self.replacement is not None else ""
        )


def _name(condition: Hypothesis | sp.Symbol) -> str:
    return domain(condition) if isinstance(condition, sp.Symbol) else str(condition)


def without(
    theorem: Theorem, condition: Hypothesis | sp.Symbol, witness: Mapping[str, Any]
) -> Judgement:
    """Judge the statement of a theorem without one of its conditions at one instance.

    >>> from gradproof.symbolic.theorems.powers import powers_vanish
    >>> theorem = powers_vanish()[0]
    >>> judgement = without(theorem, theorem.conditions[0], {"W": [[1]]})
    >>> print(judgement.verdict.value, judgement.grade.value, judgement.reason, sep="; ")
    fails; enclosed; without ρ(W) < 1 it is false that limsup_n ‖Wⁿ‖ ≤ 0
    """
    return judge(Mutation(theorem, condition), [witness])


def judge(mutation: Mutation, witnesses: Iterable[Mapping[str, Any]]) -> Judgement:
    """Judge a weakened statement: it fails at one of these instances, or is undecided.

    An instance refutes the statement if it meets every hypothesis that is left, doesn't meet the
    one dropped, and makes the conclusion false, each decided exactly or in ball arithmetic.
    """
    reasons = []
    for values in witnesses:
        instance = _instance(mutation, values)
        with working_precision(_BITS):
            reason = _why_not(mutation, instance)
        if reason is None:
            return _fails(mutation, instance)
        reasons.append(reason)
    why = "; ".join(dict.fromkeys(reasons)) or "no instance is given"
    return Judgement(Verdict.UNDECIDED, Grade.ENCLOSED, Scope.UNIVERSAL, why)


def _fails(mutation: Mutation, instance: Instance) -> Judgement:
    changed = _name(mutation.condition)
    instead = f", with {mutation.replacement} instead," if mutation.replacement is not None else ""
    shows = f"without {changed}{instead} it is false that {mutation.theorem}"
    witness = Witness(shows, _described(instance))
    return Judgement(Verdict.FAILS, Grade.ENCLOSED, Scope.UNIVERSAL, shows, witness)


def _instance(mutation: Mutation, values: Mapping[str, Any]) -> Instance:
    free = mutation.condition if isinstance(mutation.condition, sp.Symbol) else None
    return Instance(
        values,
        tuple(h for h in mutation.theorem.definitions),
        frozenset() if free is None else frozenset({free}),
    )


def _described(at: Instance) -> dict[str, str]:
    """Return name → value of everything that was given and used."""
    return {name: _as_text(at.given[name]) for name in at.given if name in at.used}


def _as_text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{value[0]} {value[1]}"
    return value if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return str(value)


def _why_not(mutation: Mutation, at: Instance) -> str | None:
    """Return why the instance doesn't refute the statement, or None where it does."""
    try:
        _value_all(mutation, at)
        for hypothesis in sorted(mutation.hypotheses, key=str):
            met = meets(hypothesis, at)
            if not met:
                word = "isn't met" if met is False else "isn't decided"
                return f"“{hypothesis}” {word} at the instance"
        dropped = mutation.condition
        met = _in_domain(dropped, at) if isinstance(dropped, sp.Symbol) else meets(dropped, at)
        if met is not False:
            return f"“{_name(dropped)}” " + (
                "is met there as well" if met else "isn't decided there"
            )
        conclusion = decide(mutation.theorem.proposition, at)
    except UndecidedValueError as error:
        return str(error)
    if conclusion is False:
        return None
    return "the conclusion " + ("holds there too" if conclusion else "isn't decided there")


def _value_all(mutation: Mutation, at: Instance) -> None:
    """Give every symbol of the statement its value, so that each is checked against its domain."""
    theorem = mutation.theorem
    symbols = theorem.proposition.free_symbols.union(*(h.free_symbols for h in theorem.hypotheses))
    bound = {variable for h in theorem.hypotheses for variable in h.variables}
    ordered = sorted(symbols - bound - {BOUND_INDEX}, key=str)
    matrices = [symbol for symbol in ordered if isinstance(symbol, sp.MatrixSymbol)]
    for matrix in matrices:
        at.infer_sizes(matrix)
    for symbol in ordered:
        if symbol not in matrices:
            at.scalar(symbol)
    for matrix in matrices:
        is_of_network = any(matrix in h.free_symbols for h in theorem.definitions)
        if is_of_network and not all(entry.is_real for entry in at.matrix(matrix).flat):
            raise UndecidedValueError(f"{text(matrix)} of a recurrence is real")


def _in_domain(symbol: sp.Symbol, at: Instance) -> bool | None:
    restricted = Instance(at.given, at.definitions)
    try:
        restricted.scalar(symbol)
    except UndecidedValueError:
        return False
    return True


def gives_meaning(theorem: Theorem, condition: Hypothesis) -> bool:
    """Whether the rest of the statement has its meaning by a condition.

    An inverse exists by it, or a trace is a real number and a differential a derivative; or a state
    has a Jacobian, as no pre-activation is where the activation has a kink.
    """
    others = (h.proposition for h in theorem.hypotheses if h != condition)
    propositions = [theorem.proposition, *filter(None, others)]
    sides = [side for p in propositions for side in (p.left, p.right)]
    if condition in invertibility(*sides) | realness(*sides):
        return True
    return any(side.has(Jacobian) for side in sides) and any(
        condition in needs_off_kinks(definition.proposition.right, for_all=definition.variables)
        for definition in theorem.definitions
        if definition.proposition is not None
    )


def mutations(theorem: Theorem) -> Iterator[Mutation]:
    """Yield the statements with one condition dropped, and with one weakened mechanically.

    ``<`` becomes ``≤``; an equation of numbers one of its two inequalities; a bound twice as wide.
    A symbol declared positive or negative may be any real number. A condition without which an
    inverse has no meaning isn't dropped.

    >>> from gradproof.symbolic.theorems.powers import powers_vanish
    >>> for mutation in mutations(powers_vanish()[0]):
    ...     print(mutation)
    limsup_n ‖Wⁿ‖ ≤ 0: “ρ(W) < 1” dropped
    limsup_n ‖Wⁿ‖ ≤ 0: “ρ(W) < 1” weakened to “ρ(W) ≤ 1”
    limsup_n ‖Wⁿ‖ ≤ 0: “ρ(W) < 1” weakened to “ρ(W) < 2”
    """
    for condition in theorem.conditions:
        if gives_meaning(theorem, condition):
            continue
        yield Mutation(theorem, condition)
        for weaker in _weakened(condition):
            yield Mutation(theorem, condition, weaker, "weakened")
    for symbol in sorted(signed_symbols(theorem), key=str):
        yield Mutation(theorem, symbol)


def signed_symbols(theorem: Theorem) -> Sequence[sp.Symbol]:
    """Return the symbols of the conclusion that are declared > 0, < 0 or ≥ 0, integers apart."""
    return [
        symbol
        for symbol in theorem.proposition.free_symbols
        if isinstance(symbol, sp.Symbol)
        and not symbol.is_integer
        and (symbol.is_nonnegative or symbol.is_nonpositive)
    ]


def _weakened(condition: Hypothesis) -> Iterator[Hypothesis]:
    proposition = condition.proposition
    if proposition is None or is_matrix(proposition.left):
        return
    left, relation, right = proposition.left, proposition.relation, proposition.right

    def of(relation: Relation, right: sp.Basic) -> Hypothesis:
        return Hypothesis.of(left, relation, right, for_all=condition.variables)

    if relation is Relation.EQ:
        if left.is_extended_real and right.is_extended_real:
            yield of(Relation.LE, right)
            yield of(Relation.GE, right)
        return
    strict = {Relation.LT: Relation.LE, Relation.GT: Relation.GE}
    if relation in strict:
        yield of(strict[relation], right)
    larger = right if not relation.is_downward else left
    if larger.is_nonnegative:
        if relation.is_downward:
            yield Hypothesis.of(2 * left, relation, right, for_all=condition.variables)
        else:
            yield of(relation, 2 * right)
