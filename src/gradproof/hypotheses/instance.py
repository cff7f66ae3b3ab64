"""An explicit instance of a theorem: a value for every symbol, and everything computed from these.

Expressions are evaluated exactly or in ball arithmetic. ∂y/∂h_t is computed by carrying derivatives
through the recurrence itself (forward mode), so no law of the derivations takes part.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from gradproof.hypotheses.activations import Activation
from gradproof.hypotheses.matrices import (
    Array,
    as_array,
    determinant,
    entrywise_modulus,
    infinity_norm,
    matrix_power,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
    square_of_length,
    trace,
    unit,
)
from gradproof.hypotheses.values import Dual, Number, UndecidedValueError, value_of
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.gradient_nodes import ScalarSum
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis, satisfies_assumptions
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm

__all__ = ["Instance", "evaluate"]

Definitions = tuple[Hypothesis, ...]


@dataclass
class Instance:
    """Values for the symbols of a theorem, by name.

    Parameters
    ----------
    given
        Name → value. A scalar is an int, Fraction, float or complex, taken exactly; a matrix a list
        of rows, a column also a list of numbers. ``"h_0"`` and ``"x_2"`` are single vectors,
        ``"x"`` the input at every step without a vector of its own; ``"phi"`` names the abstract
        activation, or is a pair (factor, name). Symbols are named as they are declared or printed.
    definitions
        The recurrence, if there is one.

    Notes
    -----
    Sizes follow from the matrices that are given. What else isn't given is 0 for a matrix, a vector
    or an integer that may be 0, and 1 for a positive integer. Every other number must be given.
    """

    given: Mapping[str, Any]
    definitions: Definitions = ()
    #: Symbols that may have values outside of what they are declared to stand for.
    unrestricted: frozenset[sp.Basic] = frozenset()
    variables: dict[sp.Basic, Any] = field(default_factory=dict)
    sequences: dict[tuple[str, int], Array] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    #: Whether a state is being differentiated by.
    varied: bool = False

    def _look_up(self, *names: str) -> Any:
        for name in names:
            if name in self.given:
                self.used.add(name)
                return self.given[name]
        return None

    def scalar(self, symbol: sp.Symbol) -> Any:
        """Return the value of a symbol.

        Raises
        ------
        UndecidedValueError
            If it isn't given, or isn't what the symbol is declared to stand for.
        """
        if symbol in self.variables:
            return self.variables[symbol]
        found = self._look_up(symbol.name, text(symbol))
        if found is None:
            if not symbol.is_integer:
                raise UndecidedValueError(f"{text(symbol)} has no value")
            found = 1 if symbol.is_positive else 0
        value = Number.of(found)
        if symbol not in self.unrestricted and not satisfies_assumptions(symbol, _as_sympy(value)):
            raise UndecidedValueError(f"{text(symbol)} doesn't stand for {value}")
        self.variables[symbol] = value
        return value

    def integer(self, expression: sp.Basic) -> int:
        """Return the value of an integer expression."""
        fraction = value_of(evaluate(expression, self)).fraction
        if fraction is None or fraction.denominator != 1:
            raise UndecidedValueError(f"{text(expression)} is no integer")
        return int(fraction)

    def shape(self, expression: sp.MatrixExpr) -> tuple[int, int]:
        """Return the sizes of a matrix as numbers."""
        rows, columns = (self.integer(size) for size in expression.shape)
        return rows, columns

    def infer_sizes(self, symbol: sp.MatrixSymbol) -> None:
        """Take the sizes of a matrix from its value, where they aren't given themselves."""
        found = self._look_up(symbol.name, text(symbol))
        if found is None:
            return
        array = np.array(found, dtype=object)
        sizes = array.shape if array.ndim == 2 else (len(array), 1)
        for size, value in zip(symbol.shape, sizes, strict=True):
            if size.is_Symbol and not {size.name, text(size)} & set(self.given):
                self.variables.setdefault(size, Number.of(value))

    def matrix(self, symbol: sp.MatrixSymbol) -> Array:
        """Return the value of a matrix symbol."""
        if symbol not in self.variables:
            found = self._look_up(symbol.name, text(symbol))
            self.variables[symbol] = self._array(found, self.shape(symbol), text(symbol))
        value: Array = self.variables[symbol]
        return value

    def _array(self, found: Any, shape: tuple[int, int], name: str) -> Array:
        if found is None:
            found = np.zeros(shape, dtype=int)
        array = np.array(found, dtype=object)
        if array.ndim == 1:
            array = array.reshape(-1, 1)
        if array.shape != shape:
            raise UndecidedValueError(f"{name} has shape {array.shape}, not {shape}")
        return as_array([[Number.of(entry) for entry in row] for row in array.tolist()])

    def activation(self, name: nodes.ActivationName) -> Activation:
        """Return the function that a name stands for: for "phi" the one that was chosen."""
        if isinstance(name, nodes.ParametricActivation):
            parameter = value_of(evaluate(name.parameter, self)).fraction
            if parameter is None:
                raise UndecidedValueError(f"the parameter of {name.name} isn't rational")
            return Activation(name.name, parameter=parameter)
        if name != "phi":
            return Activation(name)
        chosen = self._look_up("phi", "φ")
        if chosen is None:
            raise UndecidedValueError("φ isn't chosen")
        if isinstance(chosen, str):
            return Activation(chosen)
        factor, of = chosen
        return Activation(of, Fraction(factor))

    def sequence(self, vector: nodes.TimeIndexed) -> Array:
        """Return h_k, z_k or x_k: as given, else from its definition."""
        k = self.integer(vector.index)
        key = (vector.name, k)
        if key not in self.sequences:
            definition = self.definition_of(vector) if k > 0 else None
            if definition is not None:
                left, right = definition
                self.sequences[key] = evaluate(right.xreplace({left.index: sp.Integer(k)}), self)
            elif self.varied and not isinstance(vector, nodes.Input) and k > 0:
                raise UndecidedValueError(f"{text(vector)} has no definition to differentiate")
            else:
                found = self._look_up(f"{vector.name}_{k}")
                if found is None:
                    found = self._look_up(vector.name)
                self.sequences[key] = self._array(found, self.shape(vector), text(vector))
        return self.sequences[key]

    def definition_of(self, vector: nodes.TimeIndexed) -> tuple[Any, Any] | None:
        """Return both sides of the definition of h_k or z_k, for its own k, if there is one."""
        for hypothesis in self.definitions:
            proposition = hypothesis.proposition
            if proposition is not None and isinstance(proposition.left, nodes.TimeIndexed):
                left = proposition.left
                if type(left) is type(vector) and left.name == vector.name:
                    return left, proposition.right
        return None

    @property
    def has_constant_inputs(self) -> bool:
        """Whether no single input is given, so that every step is the same map."""
        names = {
            vector.name
            for hypothesis in self.definitions
            if hypothesis.proposition is not None
            for vector in hypothesis.proposition.right.atoms(nodes.Input)
        }
        return not any(name.rpartition("_")[0] in names for name in self.given)

    def where(self, symbol: sp.Basic, value: Any) -> Instance:
        """Return the instance with another value for one symbol, trajectories included."""
        changed = replace(self, variables=dict(self.variables), sequences={})
        changed.variables[symbol] = value
        changed.used = self.used
        return changed

    def perturbed(self, variable: nodes.State | Stacked) -> Instance:
        """Return the instance with h_t + ε in place of h_t, and all that follows from it.

        Everything else at t is held fixed, also what is defined by h_t. Of stacked states all vary.
        """
        if self.varied:
            raise UndecidedValueError("a Jacobian isn't differentiated again")
        varying = variable.args if isinstance(variable, Stacked) else (variable,)
        t = self.integer(variable.index)
        for hypothesis in self.definitions:
            if hypothesis.proposition is not None and t > 0:
                left = hypothesis.proposition.left
                self.sequence(left.xreplace({left.index: sp.Integer(t)}))
        kept = {(name, k): v for (name, k), v in self.sequences.items() if k <= t}
        directions = unit(self.shape(variable)[0])
        first = 0
        for state in varying:
            if self.integer(state.index) != t:
                raise UndecidedValueError(f"{text(variable)} has states of several steps")
            before = self.sequence(state)
            kept[(state.name, t)] = as_array(
                [[Dual(before[i, 0], directions[first + i])] for i in range(len(before))]
            )
            first += len(before)
        return replace(self, sequences=kept, varied=True)


def _as_sympy(value: Number) -> sp.Expr:
    if value.exact is None:
        raise UndecidedValueError("a value given isn't a rational number")
    real, imaginary = (sp.Rational(p.numerator, p.denominator) for p in value.exact)
    return real + sp.I * imaginary


def evaluate(expression: sp.Basic, at: Instance) -> Any:
    """Return the value of an expression: a number, or a matrix of numbers.

    Raises
    ------
    UndecidedValueError
        If there is none that can be enclosed.
    """
    for kinds, evaluator in _EVALUATORS:
        if isinstance(expression, kinds):
            return evaluator(expression, at)
    raise UndecidedValueError(f"{text(expression)} isn't evaluated ({type(expression).__name__})")


def _activation(expression: Any, at: Instance) -> Any:
    chosen, order = at.activation(expression.activation), int(expression.order)
    argument = evaluate(expression.argument, at)
    if isinstance(argument, np.ndarray):
        return as_array([[chosen.at(entry, order) for entry in row] for row in argument])
    return chosen.at(argument, order)


def _diagonal(expression: nodes.Diagonal, at: Instance) -> Array:
    column = evaluate(expression.vector, at)[:, 0]
    matrix: Array = unit(len(column)) * Number.of(0)
    for i, entry in enumerate(column):
        matrix[i, i] = entry
    return matrix


def _jacobian(expression: nodes.Jacobian, at: Instance) -> Array:
    d = at.shape(expression.variable)[0]
    column = evaluate(expression.function, at.perturbed(expression.variable))[:, 0]
    zeros = [Number.of(0)] * d
    return as_array([entry.parts if isinstance(entry, Dual) else zeros for entry in column])


def _scalar_derivative(expression: nodes.ScalarDerivative, at: Instance) -> Any:
    point = at.scalar(expression.variable)
    if isinstance(point, Dual):
        raise UndecidedValueError("a derivative isn't differentiated again")
    moved = at.where(expression.variable, Dual(point, [Number.of(1)]))
    value = evaluate(expression.function, moved)
    return value.parts[0] if isinstance(value, Dual) else Number.of(0)


def _ordered_product(expression: nodes.OrderedProduct, at: Instance) -> Array:
    lower, upper = at.integer(expression.lower), at.integer(expression.upper)
    product = unit(at.shape(expression)[0])
    for k in range(lower, upper + 1):
        product = evaluate(expression.factor_at(sp.Integer(k)), at) @ product
    return product


def _sum(expression: ScalarSum, at: Instance) -> Any:
    steps = range(at.integer(expression.lower), at.integer(expression.upper) + 1)
    return sum((evaluate(expression.term_at(sp.Integer(k)), at) for k in steps), Number.of(0))


def _matrix_product(expression: sp.MatMul, at: Instance) -> Array:
    scalar: Any = Number.of(1)
    product: Any = None
    for factor in expression.args:
        value = evaluate(factor, at)
        if nodes.is_matrix(factor):
            product = value if product is None else product @ value
        else:
            scalar = scalar * value
    scaled: Array = product * scalar
    return scaled


def _matrix_power(expression: sp.MatPow, at: Instance) -> Array:
    return matrix_power(evaluate(expression.base, at), at.integer(expression.exp))


def _power(expression: sp.Pow, at: Instance) -> Any:
    of = expression.base.args[0] if isinstance(expression.base, nodes.SpectralNorm) else None
    if of is not None and of.shape[1] == 1 and expression.exp == 2:
        return square_of_length(evaluate(of, at))
    base, exponent = (evaluate(part, at) for part in expression.args)
    fraction = value_of(exponent).fraction
    if fraction is None:
        raise UndecidedValueError(f"the exponent {text(expression.exp)} isn't known to be rational")
    if isinstance(base, Dual):
        slope = base.value.power(fraction - 1) * Number.of(fraction) if fraction else Number.of(0)
        return base.through(base.value.power(fraction), slope)
    return base.power(fraction)


def _real_function(name: str) -> Callable[[Any, Instance], Any]:
    def apply(expression: sp.Basic, at: Instance) -> Any:
        argument = evaluate(expression.args[0], at)
        x = argument.value if isinstance(argument, Dual) else argument
        value = Number.of(getattr(x.real, name)())
        if not isinstance(argument, Dual):
            return value
        return argument.through(value, value if name == "exp" else x.inverse())

    return apply


def _modulus(expression: sp.Abs, at: Instance) -> Number:
    return abs(value_of(evaluate(expression.args[0], at)))


def _of_matrix(quantity: Callable[[Array], Any]) -> Callable[[Any, Instance], Any]:
    return lambda expression, at: quantity(evaluate(expression.args[0], at))


def _all(expressions: Iterable[sp.Basic], at: Instance) -> Iterator[Any]:
    return (evaluate(expression, at) for expression in expressions)


_EVALUATORS: tuple[tuple[tuple[type, ...], Callable[[Any, Instance], Any]], ...] = (
    ((sp.Rational,), lambda e, _: Number.of(Fraction(int(e.p), int(e.q)))),
    ((type(sp.E),), lambda _e, _a: Number.of(arb.const_e())),
    ((sp.Symbol,), lambda e, a: a.scalar(e)),
    ((sp.MatrixSymbol,), lambda e, a: a.matrix(e)),
    ((nodes.TimeIndexed,), lambda e, a: a.sequence(e)),
    ((nodes.ActivationValue, nodes.Elementwise), _activation),
    ((nodes.Diagonal,), _diagonal),
    ((nodes.Jacobian,), _jacobian),
    ((nodes.OrderedProduct,), _ordered_product),
    ((ScalarSum,), _sum),
    ((nodes.SpectralNorm,), _of_matrix(spectral_norm)),
    ((InfinityNorm,), _of_matrix(infinity_norm)),
    ((EntrywiseModulus,), _of_matrix(entrywise_modulus)),
    ((nodes.SpectralRadius,), _of_matrix(spectral_radius)),
    ((nodes.SmallestSingularValue,), _of_matrix(smallest_singular_value)),
    ((nodes.Determinant,), _of_matrix(determinant)),
    ((nodes.Trace,), _of_matrix(trace)),
    ((nodes.ScalarDerivative,), _scalar_derivative),
    ((Hadamard,), lambda e, a: operator.mul(*_all(e.args, a))),
    ((Stacked,), lambda e, a: as_array(np.vstack([*_all(e.args, a)]))),
    ((Blocks,), lambda e, a: as_array(np.block([[*_all(row, a)] for row in e.block_rows]))),
    ((sp.OneMatrix,), lambda e, a: as_array([[Number.of(1)]] * a.shape(e)[0])),
    ((sp.Identity,), lambda e, a: unit(a.shape(e)[0])),
    ((sp.ZeroMatrix,), lambda e, a: a._array(None, a.shape(e), "0")),
    ((sp.Transpose,), lambda e, a: evaluate(e.arg, a).T),
    ((sp.MatMul,), _matrix_product),
    ((sp.MatPow,), _matrix_power),  # includes Inverse
    ((sp.MatAdd, sp.Add), lambda e, a: functools.reduce(operator.add, _all(e.args, a))),
    ((sp.Mul,), lambda e, a: functools.reduce(operator.mul, _all(e.args, a))),
    ((sp.Pow,), _power),
    ((sp.exp,), _real_function("exp")),
    ((sp.log,), _real_function("log")),
    ((sp.Abs,), _modulus),
)
