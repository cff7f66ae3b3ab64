"""The value of an expression at an instance: random small sizes, matrices and trajectories.

Jacobians are evaluated by the complex step through the recurrence itself, scalar derivatives by
the complex step too, so no rule of differentiation that the derivations use takes part.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import sympy as sp

from gradproof.symbolic.instances.activation_values import ACTIVATIONS, FAMILIES
from gradproof.symbolic.instances.comparison import RELATIVE_TOLERANCE
from gradproof.symbolic.instances.gradient_values import gradient_evaluators
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import (
    Hypothesis,
    satisfies_assumptions,
)
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm

__all__ = ["Assignment", "NotNumericError", "evaluate", "number_text"]


# How often a symbol gets a value at which strict or reversed inequalities tend to fail: 0 and ±1
# for numbers, nilpotent matrices. Any share would do; the others stay in general position.
_SPECIAL = 0.2

# The complex step has no cancellation: any step whose square underflows to nothing relative to 1.
_STEP = 1e-30


class NotNumericError(Exception):
    """An expression has no numeric value at an instance (a limit, say)."""


@dataclass
class Assignment:
    """Random values for whatever an expression contains, drawn when first asked for."""

    generator: np.random.Generator
    definitions: tuple[Hypothesis, ...] = ()
    values: dict[sp.Basic, Any] = field(default_factory=dict)
    sequences: dict[tuple[str, int], Any] = field(default_factory=dict)
    #: The rounding error of what was evaluated, over ``RELATIVE_TOLERANCE``, where it isn't small
    #: relative to the value: a sum that cancels, a spectrum.
    scale: float = 0.0

    def scalar(self, symbol: sp.Symbol) -> Any:
        """Return the value of a symbol, drawn within its assumptions."""
        if symbol not in self.values:
            self.values[symbol] = self._draw(symbol)
        return self.values[symbol]

    def _draw(self, symbol: sp.Symbol) -> Any:
        special = [v for v in (0, 1, -1) if satisfies_assumptions(symbol, sp.Integer(v))]
        if special and self.generator.random() < _SPECIAL:
            return int(self.generator.choice(special))
        if symbol.is_integer:
            return int(self.generator.integers(1 if symbol.is_positive else 0, 5))
        if symbol.is_real:
            drawn = float(self.generator.normal())
            if symbol.is_nonnegative:
                return abs(drawn)
            return -abs(drawn) if symbol.is_negative else drawn
        return complex(*self.generator.normal(size=2))

    def matrix(self, symbol: sp.MatrixSymbol) -> Any:
        """Return the value of a matrix symbol."""
        if symbol not in self.values:
            rows, columns = self.shape(symbol)
            drawn = self.generator.normal(size=(rows, columns)) / 1.5
            if self.generator.random() < _SPECIAL:  # a nilpotent matrix, or a unit vector
                drawn = np.eye(rows, columns, k=0 if columns == 1 else 1)
            self.values[symbol] = drawn
        return self.values[symbol]

    def shape(self, expression: sp.MatrixExpr) -> tuple[int, int]:
        rows, columns = (int(evaluate(size, self)) for size in expression.shape)
        return rows, columns

    def sequence(self, vector: nodes.TimeIndexed) -> Any:
        """Return h_k, z_k or x_k: drawn where it is free, else from its definition."""
        k = int(evaluate(vector.index, self))
        key = (vector.name, k)
        if key not in self.sequences:
            definition = self._definition(vector) if k > 0 else None
            if definition is None:
                at_k = vector.func(vector.name, k, vector.args[2])
                fresh = self.generator.normal(size=self.shape(vector))
                self.sequences[key] = self.values.get(at_k, fresh)
            else:
                left, right = definition
                self.sequences[key] = evaluate(right.xreplace({left.index: sp.Integer(k)}), self)
        return self.sequences[key]

    def _definition(self, vector: nodes.TimeIndexed) -> tuple[Any, Any] | None:
        for hypothesis in self.definitions:
            proposition = hypothesis.proposition
            if proposition is not None and isinstance(proposition.left, nodes.TimeIndexed):
                left = proposition.left
                if type(left) is type(vector) and left.name == vector.name:
                    return left, proposition.right
        return None

    def perturbed(self, variable: sp.MatrixExpr, entry: int) -> Assignment:
        """Return the assignment with h_t moved along one imaginary direction, and all after it."""
        t = int(evaluate(variable.index, self))
        moved = evaluate(variable, self).astype(complex)
        moved[entry, 0] += 1j * _STEP
        defined = {h.proposition.left.name for h in self.definitions if h.proposition is not None}
        kept = {
            (name, k): v for (name, k), v in self.sequences.items() if k <= t or name not in defined
        }
        for state in variable.args if isinstance(variable, Stacked) else (variable,):
            size = self.shape(state)[0]
            kept[(state.name, t)], moved = moved[:size], moved[size:]
        return replace(self, sequences=kept, values=dict(self.values))

    def describe(self, expressions: Iterable[sp.Basic]) -> str:
        """Return the values of the free symbols of the expressions, in words."""
        symbols = set().union(*(e.free_symbols for e in expressions)) & set(self.values)
        shown = []
        for symbol in sorted(symbols, key=lambda s: (getattr(s, "is_Matrix", False), str(s))):
            value = self.values[symbol]
            shown.append(f"{text(symbol)} = {number_text(value)}")
        return ", ".join(shown)


def number_text(value: Any) -> str:
    """Return a number or an array with four digits, in one line."""
    if isinstance(value, (int, float, complex)):
        return f"{value:.4g}"
    return np.array2string(
        np.asarray(value), precision=4, separator=", ", suppress_small=True
    ).replace("\n", "")


def evaluate(expression: sp.Basic, assignment: Assignment) -> Any:
    """Return the value of an expression: a number, or an array of two dimensions.

    Raises
    ------
    NotNumericError
        If the expression contains a node that has no value at an instance.
    """
    for kinds, evaluator in _EVALUATORS:
        if isinstance(expression, kinds):
            return evaluator(expression, assignment)
    raise NotNumericError(f"{text(expression)} has no value at an instance")


def _jacobian(expression: nodes.Jacobian, assignment: Assignment) -> Any:
    evaluate(expression.function, assignment)  # draws whatever is free, before anything moves
    columns = []
    for entry in range(assignment.shape(expression.variable)[0]):
        moved = assignment.perturbed(expression.variable, entry)
        columns.append(np.imag(evaluate(expression.function, moved)) / _STEP)
    return np.hstack(columns)


def _scalar_derivative(expression: nodes.ScalarDerivative, assignment: Assignment) -> Any:
    if expression.function.atoms(nodes.ScalarDerivative):
        raise NotNumericError("the complex step doesn't differentiate twice")
    evaluate(expression.function, assignment)  # draws whatever is free, before anything moves
    at = assignment.scalar(expression.variable)
    moved = replace(assignment, values={**assignment.values, expression.variable: at + 1j * _STEP})
    return float(np.imag(evaluate(expression.function, moved)) / _STEP)


def _ordered_product(expression: nodes.OrderedProduct, assignment: Assignment) -> Any:
    lower, upper = (int(evaluate(e, assignment)) for e in (expression.lower, expression.upper))
    product = np.eye(assignment.shape(expression)[0])
    for k in range(lower, upper + 1):
        product = evaluate(expression.factor_at(sp.Integer(k)), assignment) @ product
    return product


def _activation(expression: Any, assignment: Assignment) -> Any:
    activation, order = expression.activation, int(expression.order)
    z = evaluate(expression.argument, assignment)
    if isinstance(activation, nodes.ParametricActivation):
        return FAMILIES[activation.name][order](z, evaluate(activation.parameter, assignment))
    value = ACTIVATIONS[activation][order](z)
    if activation == "phi":
        value = value * assignment.values.setdefault(
            _GAMMA, float(assignment.generator.uniform(0.2, 2))
        )
    return value


_GAMMA = sp.Symbol("gamma", positive=True)


def _matrix_product(expression: sp.MatMul, assignment: Assignment) -> Any:
    scalar: Any = 1.0
    product: Any = None
    for factor in expression.args:
        value = evaluate(factor, assignment)
        if nodes.is_matrix(factor):
            product = value if product is None else product @ value
        else:
            scalar = scalar * value
    return scalar * product


def _matrix_power(expression: sp.MatPow, assignment: Assignment) -> Any:
    exponent = int(evaluate(expression.exp, assignment))
    return np.linalg.matrix_power(evaluate(expression.base, assignment), exponent)


def _power(expression: sp.Pow, assignment: Assignment) -> Any:
    return evaluate(expression.base, assignment) ** evaluate(expression.exp, assignment)


def _all(expressions: Iterable[sp.Basic], assignment: Assignment) -> list[Any]:
    return [evaluate(expression, assignment) for expression in expressions]


def _sum(expression: sp.Add | sp.MatAdd, assignment: Assignment) -> Any:
    terms = _all(expression.args, assignment)
    # Terms that cancel leave a rounding error relative to themselves.
    assignment.scale = max(assignment.scale, *(float(np.max(np.abs(term))) for term in terms))
    return functools.reduce(operator.add, terms)


def _spectral_radius(expression: nodes.SpectralRadius, assignment: Assignment) -> float:
    matrix = evaluate(expression.args[0], assignment)
    # A relative error ε of A moves an eigenvalue by no more than about 2^(1−1/d) ‖A‖ ε^(1/d)
    # (Elsner, Linear Algebra Appl. 71 (1985), 77–80).
    error = 2.0 * np.linalg.norm(matrix, 2) * RELATIVE_TOLERANCE ** (1 / len(matrix))
    assignment.scale = max(assignment.scale, float(error / RELATIVE_TOLERANCE))
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def _smallest_singular_value(
    expression: nodes.SmallestSingularValue, assignment: Assignment
) -> float:
    matrix = evaluate(expression.args[0], assignment)
    assignment.scale = max(assignment.scale, float(np.linalg.norm(matrix, 2)))
    return float(np.linalg.norm(matrix, -2))


def _determinant(expression: nodes.Determinant, assignment: Assignment) -> Any:
    matrix = evaluate(expression.args[0], assignment)
    # det is a form of degree d, so its error is relative to ‖A‖^d (Hadamard).
    assignment.scale = max(assignment.scale, float(np.linalg.norm(matrix, 2)) ** len(matrix))
    return complex(np.linalg.det(matrix))


_EVALUATORS: tuple[tuple[tuple[type, ...], Callable[[Any, Assignment], Any]], ...] = (
    ((sp.Integer,), lambda e, _: int(e)),
    ((sp.Number, sp.NumberSymbol), lambda e, _: float(e)),
    ((sp.Symbol,), lambda e, a: a.scalar(e)),
    ((sp.MatrixSymbol,), lambda e, a: a.matrix(e)),
    ((nodes.TimeIndexed,), lambda e, a: a.sequence(e)),
    ((nodes.ActivationValue, nodes.Elementwise), _activation),
    ((nodes.Diagonal,), lambda e, a: np.diag(evaluate(e.vector, a)[:, 0])),
    ((nodes.Jacobian,), _jacobian),
    ((Hadamard,), lambda e, a: operator.mul(*_all(e.args, a))),
    ((Stacked,), lambda e, a: np.vstack(_all(e.args, a))),
    ((Blocks,), lambda e, a: np.block([_all(row, a) for row in e.block_rows])),
    ((nodes.OrderedProduct,), _ordered_product),
    ((nodes.SpectralNorm,), lambda e, a: float(np.linalg.norm(evaluate(e.args[0], a), 2))),
    ((InfinityNorm,), lambda e, a: float(np.linalg.norm(evaluate(e.args[0], a), np.inf))),
    ((nodes.SpectralRadius,), _spectral_radius),
    ((nodes.SmallestSingularValue,), _smallest_singular_value),
    ((nodes.Determinant,), _determinant),
    ((nodes.Trace,), lambda e, a: complex(np.trace(evaluate(e.args[0], a)))),
    ((nodes.ScalarDerivative,), _scalar_derivative),
    ((sp.Identity,), lambda e, a: np.eye(a.shape(e)[0])),
    ((sp.ZeroMatrix,), lambda e, a: np.zeros(a.shape(e))),
    ((sp.OneMatrix,), lambda e, a: np.ones(a.shape(e))),
    ((sp.Inverse,), lambda e, a: np.linalg.inv(evaluate(e.arg, a))),
    ((sp.Transpose,), lambda e, a: evaluate(e.arg, a).T),
    ((sp.MatMul,), _matrix_product),
    ((sp.MatPow,), _matrix_power),
    ((sp.MatAdd, sp.Add), _sum),
    ((sp.Mul,), lambda e, a: functools.reduce(operator.mul, _all(e.args, a))),
    ((sp.Pow,), _power),
    ((sp.exp,), lambda e, a: np.exp(evaluate(e.args[0], a))),
    ((sp.log,), lambda e, a: np.log(evaluate(e.args[0], a))),
    ((sp.Abs, EntrywiseModulus), lambda e, a: abs(evaluate(e.args[0], a))),
    *gradient_evaluators(evaluate),
)
