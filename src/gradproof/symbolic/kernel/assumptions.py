"""Laws that come from what a theorem assumes: hypotheses, and the definition of a recurrence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.kinks import needs_off_kinks
from gradproof.symbolic.kernel.laws import RewritingLaw
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import is_matrix
from gradproof.symbolic.language.gradient_nodes import Gradient, ParameterDifferential
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import (
    Hypothesis,
    Proposition,
    Relation,
    invertibility,
    is_real,
    realness,
)
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import has_real_scalars

__all__ = ["assume", "assume_at", "define"]


def assume(hypothesis: Hypothesis, *, name: str = "") -> RewritingLaw:
    """Return the law that a hypothesis gives: its left side may become its right side.

    It acts on exactly the two sides that it states, and never inside a derivative. Every step
    that uses it carries the hypothesis.

    Raises
    ------
    InputError
        If the hypothesis has no formula, or is quantified (then a theorem must instantiate it).
    """
    if not isinstance(hypothesis, Hypothesis):
        raise InputError("hypothesis", f"is {hypothesis!r}", "give a Hypothesis")
    proposition = hypothesis.proposition
    if proposition is None or hypothesis.variables:
        raise InputError(
            "hypothesis", f"“{hypothesis}” has no formula for one case", "state one equation"
        )
    upward = proposition
    if proposition.relation.is_downward:
        upward = Proposition(proposition.right, proposition.relation.flipped, proposition.left)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and same(term, upward.left):
            yield upward.right

    return RewritingLaw(
        name or f"hypothesis {hypothesis}",
        str(hypothesis),
        hypotheses=frozenset({hypothesis}) | invertibility(upward.left, upward.right),
        seal=KERNEL,
        relation=upward.relation,
        rule=rule,
    )


def assume_at(hypothesis: Hypothesis, values: Mapping[sp.Basic, sp.Basic]) -> RewritingLaw:
    """Return the law that a quantified hypothesis gives for one value of each of its variables.

    What is put for a matrix has to be real: its scalars are, and that its matrix symbols are is
    assumed.

    Raises
    ------
    InputError
        If ``values`` aren't exactly the variables, or a value isn't one that a variable stands for.
    """
    proposition = hypothesis.proposition
    if proposition is None or set(values) != set(hypothesis.variables) or not values:
        names = ", ".join(text(symbol) for symbol in hypothesis.variables)
        raise InputError("values", f"aren't for {names}", "give one value for each")
    try:
        instance = proposition.substitute(values)
    except ValueError as error:
        raise InputError("values", f"{error}", "choose others") from error
    matrices = [value for value in values.values() if is_matrix(value)]
    for value in matrices:
        if not has_real_scalars(value):
            raise InputError("values", f"hold {text(value)}", "use real scalars")
    real = {is_real(symbol) for value in matrices for symbol in value.atoms(sp.MatrixSymbol)}
    single = Hypothesis.of(instance.left, instance.relation, instance.right)
    law = assume(single, name=f"hypothesis {hypothesis}")
    needed = law.hypotheses - {single}
    needed |= real | realness(instance.left, instance.right)
    return replace(law, hypotheses=needed | {hypothesis}, seal=KERNEL)


def define(left: nodes.TimeIndexed, right: sp.MatrixExpr) -> RewritingLaw:
    """Return the law ``left = right`` that defines a state or a pre-activation for all k ≥ 1.

    ``left`` has a positive integer symbol k as its index; ``right`` may contain the state before,
    inputs, parameters, and, for a state, the pre-activation with the same index. Inside
    ∂·/∂h_t the definition acts on indices above t only: up to t, h_t is what varies. Inside a
    differential it acts where states aren't held fixed. Where φ has kinks, the law assumes too that
    no argument of φ is at one, so that derivatives exist.

    Raises
    ------
    InputError
        If it is no definition; see :func:`~gradproof.symbolic.language.relation.check_definition`.
    """
    if not isinstance(left, nodes.TimeIndexed):
        raise InputError("left", f"is {text(left)}", "define a state or a pre-activation")
    k = left.index
    hypothesis = Hypothesis("", Proposition(left, Relation.EQ, right), (k,), is_definition=True)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if type(term) is not type(left) or term.args[::2] != left.args[::2]:  # name and size
            return
        if not term.index.is_positive:
            return
        for binder in binders:
            if isinstance(binder, nodes.Jacobian):
                if not (term.index - binder.variable.index).is_positive:
                    return
            elif isinstance(binder, ParameterDifferential):
                if not (term.index - binder.start).is_positive:
                    return
            elif isinstance(binder, (nodes.ScalarDerivative, Gradient)):
                return
        yield right.xreplace({k: term.index})

    return RewritingLaw(
        f"definition of {text(left)}",
        str(hypothesis),
        hypotheses=frozenset({hypothesis}) | needs_off_kinks(right, for_all=(k,)),
        seal=KERNEL,
        rule=rule,
    )
