"""Where inside an expression a law may act.

An equation may act on any part of an expression; an inequality only on a part that the whole
expression grows with. Nothing acts inside a derivative unless the law says so itself, since two
expressions that are equal at one point need not have the same derivative there.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import sympy as sp

from gradproof.symbolic.language.expressions import (
    Jacobian,
    LimitSuperior,
    ScalarDerivative,
    TimeIndexed,
    is_matrix,
)
from gradproof.symbolic.language.gradient_nodes import Gradient, ParameterDifferential
from gradproof.symbolic.language.normal_form import may_be_power_of_zero
from gradproof.symbolic.language.relation import Relation

__all__ = ["Binders", "Rule", "inside_derivative", "rewritings"]

#: The derivatives and limits around a term, the outermost first.
Binders: TypeAlias = tuple[sp.Basic, ...]

#: All expressions to which a law turns a term that stands inside the given binders.
Rule: TypeAlias = Callable[[sp.Basic, Binders], Iterable[sp.Basic]]


_DERIVATIVES = (Jacobian, ScalarDerivative, ParameterDifferential, Gradient)


def inside_derivative(binders: Binders) -> bool:
    """Whether a term stands inside a derivative of any kind."""
    return any(isinstance(binder, _DERIVATIVES) for binder in binders)


def rewritings(expression: sp.Basic, rule: Rule, relation: Relation) -> Iterator[sp.Basic]:
    """Yield what the expression becomes when the rule acts on one part of it, then on all.

    Every result r satisfies ``expression relation r`` if the rule's own results do.
    """
    yield from _on_one_part(expression, rule, relation, ())
    if relation is Relation.EQ:
        yield _on_all_parts(expression, rule, ())


def _on_one_part(
    expression: sp.Basic, rule: Rule, relation: Relation, binders: Binders
) -> Iterator[sp.Basic]:
    yield from rule(expression, binders)
    for part, others_allow, rebuild in _groups(expression):
        if others_allow(relation):
            for rewritten in rule(part, binders):
                yield rebuild(rewritten)
    inner = _binders_of_arguments(expression, binders)
    for position, argument in enumerate(expression.args):
        if _may_act(expression, position, relation):
            for rewritten in _on_one_part(argument, rule, relation, inner):
                yield _with_argument(expression, position, rewritten)


def _on_all_parts(expression: sp.Basic, rule: Rule, binders: Binders) -> sp.Basic:
    for rewritten in rule(expression, binders):
        return rewritten
    for part, _, rebuild in _groups(expression):
        for rewritten in rule(part, binders):
            return rebuild(rewritten)
    inner = _binders_of_arguments(expression, binders)
    arguments = [
        _on_all_parts(argument, rule, inner)
        if _may_act(expression, position, Relation.EQ)
        else argument
        for position, argument in enumerate(expression.args)
    ]
    # Once and at the end: SymPy puts the arguments of a new expression into an order of its own.
    return _with_arguments(expression, arguments)


def _groups(
    expression: sp.Basic,
) -> Iterator[tuple[sp.Basic, Callable[[Relation], bool], Callable[[sp.Basic], sp.Basic]]]:
    """Yield the proper sub-products: adjacent matrices of a word, several factors of a product.

    With each comes whether the remaining factors keep a relation, and how to put the whole together
    again.
    """
    factors = expression.args
    if isinstance(expression, sp.MatMul):
        for first, last in itertools.combinations(range(len(factors) + 1), 2):
            if 2 <= last - first < len(factors) and is_matrix(factors[first]):
                yield (
                    sp.MatMul(*factors[first:last]),
                    lambda relation: relation is Relation.EQ,
                    functools.partial(_within_word, factors[:first], factors[last:]),
                )
    elif isinstance(expression, sp.Mul) and len(factors) <= _MOST_FACTORS:
        for count in range(2, len(factors)):
            for chosen in itertools.combinations(range(len(factors)), count):
                rest = sp.Mul(*(factor for i, factor in enumerate(factors) if i not in chosen))
                yield (
                    sp.Mul(*(factors[i] for i in chosen)),
                    functools.partial(_cofactor_keeps, rest),
                    functools.partial(sp.Mul, rest),
                )


# Sub-products of a longer product aren't searched; a derivation can always take smaller steps.
_MOST_FACTORS = 6


def _within_word(
    before: tuple[sp.Basic, ...], after: tuple[sp.Basic, ...], middle: sp.Basic
) -> sp.Basic:
    return sp.MatMul(*before, middle, *after)


def _cofactor_keeps(cofactor: sp.Expr, relation: Relation) -> bool:
    """Whether multiplying both sides by the cofactor keeps the relation."""
    if relation is Relation.EQ:
        return True
    return bool(cofactor.is_positive if relation is Relation.LT else cofactor.is_nonnegative)


def _binders_of_arguments(expression: sp.Basic, binders: Binders) -> Binders:
    is_binder = isinstance(expression, (*_DERIVATIVES, LimitSuperior))
    return (*binders, expression) if is_binder else binders


def _with_argument(expression: sp.Basic, position: int, argument: sp.Basic) -> sp.Basic:
    arguments = list(expression.args)
    arguments[position] = argument
    return _with_arguments(expression, arguments)


def _with_arguments(expression: sp.Basic, arguments: list[sp.Basic]) -> sp.Basic:
    """Put new arguments in; an expression that would become 0ⁿ stays as it is."""
    if arguments == list(expression.args):
        return expression
    if isinstance(expression, sp.MatPow) and may_be_power_of_zero(*arguments):
        return expression
    return expression.func(*arguments)


def _may_act(expression: sp.Basic, position: int, relation: Relation) -> bool:
    """Whether replacing this argument keeps ``relation`` between the whole expressions."""
    if isinstance(expression, (*_DERIVATIVES, LimitSuperior)) and position > 0:
        return False
    if isinstance(expression, (sp.MatrixSymbol, sp.Identity, sp.ZeroMatrix)) or (
        isinstance(expression, TimeIndexed) and position != 1
    ):
        return False  # names and sizes: W of size d×d and W of size e×e are two matrices
    if relation is Relation.EQ:
        return True
    if isinstance(expression, sp.Add):
        return True
    if isinstance(expression, sp.Mul):
        others = [factor for i, factor in enumerate(expression.args) if i != position]
        return _cofactor_keeps(sp.Mul(*others), relation)
    if isinstance(expression, sp.Pow) and position == 0 and relation is Relation.LE:
        # x ↦ x^e is non-decreasing on [0, ∞) for e ≥ 0; the smaller base is the one replaced.
        return bool(expression.exp.is_nonnegative and expression.base.is_nonnegative)
    return isinstance(expression, LimitSuperior) and relation is Relation.LE
