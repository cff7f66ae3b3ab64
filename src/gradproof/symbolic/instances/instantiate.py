"""Numbers for symbols: the independent attack on what the laws let pass.

An expression of symbolic size is evaluated at random small sizes, matrices and trajectories.
Jacobians are evaluated by the complex step through the recurrence itself, scalar derivatives by
the complex step too, so no rule of differentiation that the derivations use takes part.

This module isn't trusted: it can refute a step, never establish one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import sympy as sp

from gradproof.symbolic.instances.comparison import RELATIVE_TOLERANCE, agree
from gradproof.symbolic.instances.evaluation import (
    Assignment,
    NotNumericError,
    evaluate,
    number_text,
)
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.relation import (
    Hypothesis,
    Proposition,
    satisfies_assumptions,
)

__all__ = [
    "RELATIVE_TOLERANCE",
    "Assignment",
    "Model",
    "NotNumericError",
    "Trials",
    "agree",
    "evaluate",
    "find_counterexample",
    "is_met",
    "try_instances",
]

#: Values for the symbols that a theorem's hypotheses tie together, and for h_0 and inputs x_k.
Model: TypeAlias = Callable[[np.random.Generator], Mapping[sp.Basic, Any]]


@dataclass(frozen=True)
class Trials:
    """At how many instances a proposition was evaluated, and the first that breaks it, in words."""

    evaluated: int
    counterexample: str | None = None


def try_instances(
    proposition: Proposition,
    hypotheses: Iterable[Hypothesis] = (),
    *,
    model: Model | None = None,
    trials: int = 20,
    seed: int = 0,
) -> Trials:
    """Evaluate the proposition at random instances until one breaks it.

    Hypotheses that are definitions are built into every instance. Others must be met by ``model``;
    an instance that doesn't meet them is passed over and not counted.

    Raises
    ------
    NotNumericError
        If the proposition has no value at any instance.
    """
    assumed = tuple(hypotheses)
    evaluated = 0
    for trial in range(trials):
        generator = np.random.default_rng([seed, trial])
        assignment = Assignment(generator, tuple(h for h in assumed if h.is_definition))
        if model is not None:
            assignment.values.update(model(generator))
        try:
            with np.errstate(all="ignore"):
                left = evaluate(proposition.left, assignment)
                right = evaluate(proposition.right, assignment)
                if not all(is_met(hypothesis, assignment) for hypothesis in assumed):
                    continue
        except (ArithmeticError, np.linalg.LinAlgError):  # 1/0, or a singular matrix: no instance
            continue
        if not (np.all(np.isfinite(left)) and np.all(np.isfinite(right))):
            continue
        evaluated += 1
        if not agree(left, proposition.relation, right, assignment.scale):
            where = assignment.describe([proposition.left, proposition.right])
            sides = f"the left side is {number_text(left)}, the right side {number_text(right)}"
            return Trials(evaluated, f"at {where} {sides}")
    return Trials(evaluated)


def find_counterexample(
    proposition: Proposition,
    hypotheses: Iterable[Hypothesis] = (),
    *,
    model: Model | None = None,
    trials: int = 20,
    seed: int = 0,
) -> str | None:
    """Return an instance at which the proposition is false, in words, or None.

    The arguments and errors are those of :func:`try_instances`.
    """
    found = try_instances(proposition, hypotheses, model=model, trials=trials, seed=seed)
    return found.counterexample


def is_met(hypothesis: Hypothesis, assignment: Assignment) -> bool:
    """Whether the hypothesis is true at an instance, as far as it can be evaluated there."""
    if hypothesis.is_definition:
        return True
    cases: Iterable[dict[sp.Basic, Any]] = [{}]
    if hypothesis.variables and all(variable.is_integer for variable in hypothesis.variables):
        # Quantified over steps: it has to hold at every step that the sides have looked at.
        reached = sorted({k for _, k in assignment.sequences})
        cases = (
            dict.fromkeys(hypothesis.variables, k)
            for k in reached
            if all(satisfies_assumptions(v, sp.Integer(k)) for v in hypothesis.variables)
        )
    elif hypothesis.variables:
        cases = (_values_of_all_sizes(hypothesis, assignment) for _ in range(_VALUES_TRIED))
    return all(_holds_at(case, hypothesis, assignment) for case in cases)


# A hypothesis about all numbers or vectors that is false may be true at many of them.
_VALUES_TRIED = 40


def _values_of_all_sizes(hypothesis: Hypothesis, assignment: Assignment) -> dict[sp.Basic, Any]:
    """Return vectors from small to large beside one another, for those that are quantified over.

    A form in u and y that takes both signs may do so only where one is small beside the other.
    Numbers are left to be drawn within their assumptions.
    """
    generator = assignment.generator
    return {
        v: generator.normal(size=assignment.shape(v)) * 10.0 ** generator.uniform(-2, 1)
        for v in hypothesis.variables
        if isinstance(v, sp.MatrixSymbol)
    }


def _holds_at(case: Mapping[sp.Basic, Any], hypothesis: Hypothesis, assignment: Assignment) -> bool:
    values, proposition = assignment.values, hypothesis.proposition
    outside = {v: values.pop(v) for v in hypothesis.variables if v in values}
    values.update(case)
    if proposition is None:
        holds = all(_off_kinks(expression, assignment) for expression in hypothesis.about)
    else:
        left, right = (evaluate(e, assignment) for e in (proposition.left, proposition.right))
        holds = agree(left, proposition.relation, right, assignment.scale)
    for variable in hypothesis.variables:
        values.pop(variable, None)
    values.update(outside)
    return holds


def _off_kinks(expression: sp.Basic, assignment: Assignment) -> bool:
    """Whether no kink of φ is an entry of v, for φ(v); anything else is met by the model alone."""
    if not isinstance(expression, nodes.Elementwise):
        return True
    kinks = nodes.kinks_of(expression.activation)
    entries = evaluate(expression.argument, assignment)
    return kinks is None or not any(np.any(entries == float(point)) for point in kinks[1])
