"""Laws that come from what a theorem assumes: hypotheses, and the definition of a recurrence."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic import expressions as nodes
from gradproof.symbolic.laws import KERNEL, RewritingLaw
from gradproof.symbolic.normal_form import same
from gradproof.symbolic.notation import text
from gradproof.symbolic.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.rewriting import Binders, inside_derivative

__all__ = ["assume", "define"]


def assume(hypothesis: Hypothesis, *, name: str = "") -> RewritingLaw:
    """Return the law that a hypothesis gives: its left side may become its right side.

    It acts on exactly the two sides that it states, and never inside a derivative. Every step
    that uses it carries the hypothesis.

    Raises
    ------
    InputError
        If the hypothesis has no formula, or is quantified (then a theorem must instantiate it).
    """
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
        hypotheses=frozenset({hypothesis}),
        seal=KERNEL,
        relation=upward.relation,
        rule=rule,
    )


def define(left: nodes.TimeIndexed, right: sp.MatrixExpr) -> RewritingLaw:
    """Return the law ``left = right`` that defines a state or a pre-activation for all k ≥ 1.

    ``left`` has a positive integer symbol k as its index; ``right`` may contain earlier states,
    inputs, parameters, and, for a state, the pre-activation with the same index. Inside
    ∂·/∂h_t the definition acts on indices above t only: up to t, h_t is what varies.

    Raises
    ------
    InputError
        If the index is no positive integer symbol, the sizes differ, or the definition is circular.
    """
    k = left.index
    if not (k.is_Symbol and k.is_integer and k.is_positive):
        raise InputError("left", f"has the index {text(k)}", "use a positive integer symbol")
    if left.shape != right.shape:
        raise InputError("right", f"has shape {right.shape}", f"give shape {left.shape}")
    for vector in right.atoms(nodes.TimeIndexed):
        same_step = isinstance(left, nodes.State) and isinstance(vector, nodes.Preactivation)
        earlier = (k - vector.index).is_positive or (same_step and vector.index == k)
        if not (isinstance(vector, nodes.Input) or earlier):
            raise InputError("right", f"contains {text(vector)}", "use earlier states only")
    proposition = Proposition(left, Relation.EQ, right)
    hypothesis = Hypothesis(f"{proposition} for all k ≥ 1", proposition, (k,), is_definition=True)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if type(term) is not type(left) or term.name != left.name or not term.index.is_positive:
            return
        for binder in binders:
            if isinstance(binder, nodes.Jacobian):
                if not (term.index - binder.variable.index).is_positive:
                    return
            elif isinstance(binder, nodes.ScalarDerivative):
                return
        yield right.xreplace({k: term.index})

    return RewritingLaw(
        f"definition of {text(left)}",
        str(hypothesis),
        hypotheses=frozenset({hypothesis}),
        seal=KERNEL,
        rule=rule,
    )
