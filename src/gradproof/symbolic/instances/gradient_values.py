"""Numbers for differentials, losses, gradients and sums, by the complex step.

A parameter is moved along an imaginary direction and the recurrence runs again from the states that
are held fixed; losses are one concrete family of functions. No rule of differentiation takes part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import sympy as sp

from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)

__all__ = ["gradient_evaluators"]

_STEP = 1e-30

Evaluate: TypeAlias = Callable[[sp.Basic, Any], Any]
Evaluator: TypeAlias = Callable[[Any, Any], Any]


def gradient_evaluators(evaluate: Evaluate) -> tuple[tuple[tuple[type, ...], Evaluator], ...]:
    """Return pairs of node types and evaluators, given the evaluator of every other node."""

    def moved(assignment: Any, parameter: Any, direction: Any, start: sp.Expr) -> Any:
        first = int(evaluate(start, assignment))
        defined = {
            h.proposition.left.name for h in assignment.definitions if h.proposition is not None
        }
        kept = {
            (name, k): value
            for (name, k), value in assignment.sequences.items()
            if k <= first or name not in defined
        }
        values = dict(assignment.values)
        values[parameter] = assignment.matrix(parameter) + 1j * _STEP * direction
        return replace(assignment, sequences=kept, values=values)

    def differential(expression: ParameterDifferential, assignment: Any) -> Any:
        evaluate(expression.function, assignment)  # draws whatever is free, before anything moves
        direction = evaluate(expression.direction, assignment)
        there = moved(assignment, expression.parameter, direction, expression.start)
        return np.imag(evaluate(expression.function, there)) / _STEP

    def gradient(expression: Gradient, assignment: Any) -> Any:
        evaluate(expression.loss, assignment)  # draws whatever is free, before anything moves
        rows, columns = assignment.shape(expression)
        slopes = np.zeros((rows, columns))
        for entry in np.ndindex(rows, columns):
            direction = np.zeros((rows, columns))
            direction[entry] = 1.0
            there = moved(assignment, expression.parameter, direction, expression.start)
            slopes[entry] = np.imag(evaluate(expression.loss, there)) / _STEP
        return slopes

    def loss(expression: Loss, assignment: Any) -> Any:
        k = int(evaluate(expression.index, assignment))
        return _loss(expression.name, k, evaluate(expression.argument, assignment))

    def loss_gradient(expression: LossGradient, assignment: Any) -> Any:
        k = int(evaluate(expression.index, assignment))
        at = np.asarray(evaluate(expression.argument, assignment))
        slopes = np.zeros(at.shape)
        for entry in np.ndindex(*at.shape):
            there = at.astype(complex)
            there[entry] += 1j * _STEP
            slopes[entry] = np.imag(_loss(expression.name, k, there)) / _STEP
        return slopes

    def total(expression: MatrixSum | ScalarSum, assignment: Any) -> Any:
        lower, upper = (int(evaluate(e, assignment)) for e in (expression.lower, expression.upper))
        zero = np.zeros(assignment.shape(expression)) if isinstance(expression, MatrixSum) else 0.0
        indices = range(lower, upper + 1)
        return sum((evaluate(expression.term_at(sp.Integer(k)), assignment) for k in indices), zero)

    return (
        ((ParameterDifferential,), differential),
        ((Gradient,), gradient),
        ((Loss,), loss),
        ((LossGradient,), loss_gradient),
        ((MatrixSum, ScalarSum), total),
    )


def _loss(name: str, k: int, vector: Any) -> Any:
    """Return Σ_i sin((k + 2) v_i / 2 + i + the number of the name): no two of them alike."""
    number = sum(map(ord, name))
    offsets = np.arange(len(vector))[:, np.newaxis] + number
    return np.sum(np.sin((k + 2) / 2 * vector + offsets))
