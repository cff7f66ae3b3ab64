"""Numbers for symbols: the independent attack on what the laws let pass.

An expression of symbolic size is evaluated at random small sizes, matrices and trajectories.
Jacobians are evaluated by the complex step through the recurrence itself, scalar derivatives by
the complex step too, so no rule of differentiation that the derivations use takes part.

This module isn't trusted: it can refute a step, never establish one.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import sympy as sp

from gradproof.symbolic.instances.activation_values import ACTIVATIONS, FAMILIES
from gradproof.symbolic.instances.comparison import RELATIVE_TOLERANCE, agree
from gradproof.symbolic.instances.gradient_values import gradient_evaluators
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import (
    Hypothesis,
    Proposition,
    satisfies_assumptions,
)
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm

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

# How often a symbol gets a value at which strict or reversed inequalities tend to fail: 0 and ±1
# for numbers, nilpotent matrices. Any share would do; the others stay in general position.
_SPECIAL = 0.2

# The complex step has no cancellation: any step whose square underflows to nothing relative to 1.
_STEP = 1e-30

#: Values for the symbols that a theorem's hypotheses tie together, and for h_0 and inputs x_k.
Model: TypeAlias = Callable[[np.random.Generator], Mapping[sp.Basic, Any]]


class NotNumericError(Exception):
    """An expression has no numeric value at an instance (a limit, say)."""


@dataclass
class Assignment:
    """Random values for whatever an expression contains, drawn when first asked for."""

    generator: np.random.Generator
    definitions: tuple[Hypothesis, ...] = ()
    values: dict[sp.Basic, Any] = field(default_factory=dict)
    sequences: dict[tuple[str, int], Any] = field(default_factory=dict)
    #: The largest norm of a matrix whose spectrum was computed; its error is relative to that.
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
            shown.append(f"{text(symbol)} = {_numbers(value)}")
        return ", ".join(shown)


def _numbers(value: Any) -> str:
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


def _spectral_radius(expression: nodes.SpectralRadius, assignment: Assignment) -> float:
    return float(np.abs(np.linalg.eigvals(_measured(expression, assignment))).max())


def _smallest_singular_value(
    expression: nodes.SmallestSingularValue, assignment: Assignment
) -> float:
    return float(np.linalg.norm(_measured(expression, assignment), -2))


def _determinant(expression: nodes.Determinant, assignment: Assignment) -> Any:
    matrix = evaluate(expression.args[0], assignment)
    # det is a form of degree d, so its error is relative to ‖A‖^d (Hadamard).
    assignment.scale = max(assignment.scale, float(np.linalg.norm(matrix, 2)) ** len(matrix))
    return complex(np.linalg.det(matrix))


def _measured(expression: sp.Expr, assignment: Assignment) -> Any:
    matrix = evaluate(expression.args[0], assignment)
    assignment.scale = max(assignment.scale, float(np.linalg.norm(matrix, 2)))
    return matrix


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
    ((sp.MatAdd, sp.Add), lambda e, a: functools.reduce(operator.add, _all(e.args, a))),
    ((sp.Mul,), lambda e, a: functools.reduce(operator.mul, _all(e.args, a))),
    ((sp.Pow,), _power),
    ((sp.exp,), lambda e, a: np.exp(evaluate(e.args[0], a))),
    ((sp.log,), lambda e, a: np.log(evaluate(e.args[0], a))),
    ((sp.Abs, EntrywiseModulus), lambda e, a: abs(evaluate(e.args[0], a))),
    *gradient_evaluators(evaluate),
)


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
            sides = f"the left side is {_numbers(left)}, the right side {_numbers(right)}"
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
    cases: list[dict[sp.Basic, Any]] = [{}]
    if hypothesis.variables and all(variable.is_integer for variable in hypothesis.variables):
        # Quantified over steps: it has to hold at every step that the sides have looked at.
        reached = sorted({k for _, k in assignment.sequences})
        cases = [
            dict.fromkeys(hypothesis.variables, k)
            for k in reached
            if all(satisfies_assumptions(v, sp.Integer(k)) for v in hypothesis.variables)
        ]
    elif hypothesis.variables:
        cases = [{}] * _VALUES_TRIED  # each draws its own
    return all(_holds_at(case, hypothesis, assignment) for case in cases)


# A hypothesis about all numbers or vectors that is false may be true at many of them.
_VALUES_TRIED = 12


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
