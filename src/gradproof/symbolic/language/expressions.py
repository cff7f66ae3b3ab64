"""The vocabulary of the derivations: matrix expressions of symbolic size.

SymPy supplies symbols, sums, products and powers; this chapter adds the few nodes that recurrent
networks need. Nodes are inert: nothing is rewritten when one is made, so every rewriting is a step
of a derivation.

Meaning of :class:`Jacobian`: ``Jacobian(y, h_t)`` differentiates y with h_t as the independent
variable. States and pre-activations with an index above t follow from h_t by the recurrence;
those with an index up to t, other states at t among them, and all inputs and parameters, are
constants. Row i, column j is ∂y_i/∂(h_t)_j (numerator layout). Of several states, stacked as
``(h_t, c_t)``, all are independent variables. It has this
meaning where every state is a differentiable function of the one before it, which the definition of
a state by a kinked activation takes as a hypothesis.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import sympy as sp
from sympy.core.symbol import Str
from sympy.printing.precedence import PRECEDENCE

__all__ = [
    "ACTIVATIONS",
    "BOUND_INDEX",
    "KINKS",
    "PARAMETERS",
    "ActivationName",
    "ActivationValue",
    "Determinant",
    "Diagonal",
    "Elementwise",
    "Input",
    "Jacobian",
    "LimitSuperior",
    "MatrixQuantity",
    "OrderedProduct",
    "ParametricActivation",
    "Preactivation",
    "ScalarDerivative",
    "SmallestSingularValue",
    "SpectralNorm",
    "SpectralRadius",
    "State",
    "TimeIndexed",
    "Trace",
    "is_matrix",
    "kinks_of",
]

#: The smooth activations: differentiable on the whole real line, as often as asked. "phi" stands
#: for an arbitrary such function.
ACTIVATIONS = frozenset(
    {"phi", "tanh", "logistic", "identity", "softplus", "arctan", "silu", "gelu", "erf"}
)

#: The activations with kinks: the lowest order n for which φ⁽ⁿ⁾ doesn't exist everywhere, and the
#: points where it doesn't. At every other point φ is differentiable as often as asked.
KINKS: Mapping[str, tuple[int, tuple[sp.Integer, ...]]] = {
    "relu": (1, (sp.Integer(0),)),
    "hard_tanh": (1, (sp.Integer(-1), sp.Integer(1))),
    "softsign": (2, (sp.Integer(0),)),
    "elu": (2, (sp.Integer(0),)),
}

#: The activations with a parameter, and what it is declared as. Each has its kink at 0, and φ′(0)
#: doesn't exist in general.
PARAMETERS: Mapping[str, str] = {"leaky_relu": "real", "elu": "positive"}

#: The index that every :class:`OrderedProduct` binds; it occurs nowhere else.
BOUND_INDEX = sp.Dummy("k", integer=True, positive=True)


def is_matrix(expression: sp.Basic) -> bool:
    """Whether the expression is a matrix or a column vector (and no scalar)."""
    return bool(getattr(expression, "is_Matrix", False))


class TimeIndexed(sp.MatrixExpr):
    """A column vector of a sequence: ``name``, index k, size n; shape (n, 1)."""

    def __new__(cls, name: str | Str, k: Any, size: Any) -> TimeIndexed:
        label = name if isinstance(name, Str) else Str(name)
        return sp.Basic.__new__(cls, label, sp.sympify(k), sp.sympify(size))

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def index(self) -> sp.Expr:
        return self.args[1]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return (self.args[2], sp.Integer(1))


class State(TimeIndexed):
    """A hidden state h_k: given for k = 0, defined by the recurrence for k ≥ 1."""


class Preactivation(TimeIndexed):
    """A pre-activation z_k or a gate f_k: a value within step k, defined for k ≥ 1."""


class Input(TimeIndexed):
    """An input x_k: free, and independent of every state."""


class ParametricActivation(sp.Basic):
    """An activation that depends on a real parameter: leaky ReLU with slope a, ELU with scale α.

    Where a node is made with the name "leaky_relu" or "scaled_elu", the parameter is the symbol a,
    declared real, or α, declared positive.
    """

    def __new__(cls, name: str | Str, parameter: Any) -> ParametricActivation:
        label = name if isinstance(name, Str) else Str(name)
        return sp.Basic.__new__(cls, label, sp.sympify(parameter))

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def parameter(self) -> sp.Expr:
        return self.args[1]


#: What names an activation.
ActivationName: TypeAlias = "str | ParametricActivation"


def kinks_of(activation: ActivationName) -> tuple[int, tuple[sp.Integer, ...]] | None:
    """Return the lowest order of a derivative that has exceptions, and these; None if smooth.

    >>> kinks_of("hard_tanh"), kinks_of("tanh")
    ((1, (-1, 1)), None)
    """
    if isinstance(activation, ParametricActivation):
        return (1, (sp.Integer(0),))
    return KINKS.get(activation)


def _label(activation: ActivationName | Str) -> Str | ParametricActivation:
    """Return the first argument of a node; families named by a word have a symbol as parameter."""
    if isinstance(activation, (Str, ParametricActivation)):
        return activation
    if activation == "leaky_relu":
        return ParametricActivation("leaky_relu", sp.Symbol("a", real=True))
    if activation == "scaled_elu":
        return ParametricActivation("elu", sp.Symbol("alpha", positive=True))
    return Str(activation)


def _name(label: Str | ParametricActivation) -> ActivationName:
    return label if isinstance(label, ParametricActivation) else str(label.name)


class ActivationValue(sp.Expr):
    """The real number φ⁽ⁿ⁾(z) of an activation φ: real → real at a real z.

    Where φ⁽ⁿ⁾ doesn't exist, at a kink, its value is a convention: some real number.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, activation: ActivationName | Str, order: Any, z: Any) -> ActivationValue:
        return sp.Expr.__new__(cls, _label(activation), sp.sympify(order), sp.sympify(z))

    @property
    def activation(self) -> ActivationName:
        return _name(self.args[0])

    @property
    def order(self) -> sp.Expr:
        return self.args[1]

    @property
    def argument(self) -> sp.Expr:
        return self.args[2]


class Elementwise(sp.MatrixExpr):
    """The vector with entries φ⁽ⁿ⁾(v_i)."""

    def __new__(
        cls, activation: ActivationName | Str, order: Any, vector: sp.MatrixExpr
    ) -> Elementwise:
        return sp.Basic.__new__(cls, _label(activation), sp.sympify(order), vector)

    @property
    def activation(self) -> ActivationName:
        return _name(self.args[0])

    @property
    def order(self) -> sp.Expr:
        return self.args[1]

    @property
    def argument(self) -> sp.MatrixExpr:
        return self.args[2]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.argument.shape


class Diagonal(sp.MatrixExpr):
    """The diagonal matrix of a column vector."""

    def __new__(cls, vector: sp.MatrixExpr) -> Diagonal:
        return sp.Basic.__new__(cls, vector)

    @property
    def vector(self) -> sp.MatrixExpr:
        return self.args[0]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return (self.vector.shape[0], self.vector.shape[0])

    def _eval_transpose(self) -> Diagonal:
        return self


class Jacobian(sp.MatrixExpr):
    """The matrix ∂y/∂h_t; see the meaning given at the head of this module."""

    # Printed as a fraction: a factor needs no brackets, the base of a power does.
    precedence = (PRECEDENCE["Mul"] + PRECEDENCE["Pow"]) // 2

    def __new__(cls, y: sp.MatrixExpr, variable: sp.MatrixExpr) -> Jacobian:
        return sp.Basic.__new__(cls, y, variable)

    @property
    def function(self) -> sp.MatrixExpr:
        return self.args[0]

    @property
    def variable(self) -> sp.MatrixExpr:
        """The state h_t, or several states stacked."""
        return self.args[1]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return (self.function.shape[0], self.variable.shape[0])


class OrderedProduct(sp.MatrixExpr):
    """F(upper) F(upper−1) ⋯ F(lower): the factor with the greatest index on the LEFT.

    ``factor`` is square and contains :data:`BOUND_INDEX`; the product is I for upper = lower − 1.
    """

    def __new__(cls, factor: sp.MatrixExpr, lower: Any, upper: Any) -> OrderedProduct:
        return sp.Basic.__new__(cls, factor, sp.sympify(lower), sp.sympify(upper))

    @property
    def factor(self) -> sp.MatrixExpr:
        return self.args[0]

    @property
    def lower(self) -> sp.Expr:
        return self.args[1]

    @property
    def upper(self) -> sp.Expr:
        return self.args[2]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.factor.shape

    def factor_at(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return the factor with index k."""
        return self.factor.xreplace({BOUND_INDEX: k})


class MatrixQuantity(sp.Expr):
    """A real number ≥ 0 that belongs to a matrix."""

    is_commutative = True
    is_nonnegative = True

    def __new__(cls, matrix: sp.MatrixExpr) -> MatrixQuantity:
        return sp.Expr.__new__(cls, matrix)


class SpectralNorm(MatrixQuantity):
    """‖A‖, the operator 2-norm of a complex matrix; the Euclidean norm of a column vector."""


class SpectralRadius(MatrixQuantity):
    """ρ(A), the greatest modulus of an eigenvalue of a complex square matrix."""


class SmallestSingularValue(MatrixQuantity):
    """σ_min(A) = min ‖Ax‖ over all x with ‖x‖ = 1, of a complex square matrix."""


class Determinant(sp.Expr):
    """det A, a complex number, of a complex square matrix."""

    is_commutative = True
    is_complex = True

    def __new__(cls, matrix: sp.MatrixExpr) -> Determinant:
        return sp.Expr.__new__(cls, matrix)


class Trace(sp.Expr):
    """tr A, a real number, of a square matrix made of real matrices; uᵀ A v is the trace of itself.

    Whatever speaks of the trace takes for granted that the matrix symbols in it are real (see
    :func:`~gradproof.symbolic.language.relation.realness`).
    """

    is_commutative = True
    is_real = True

    def __new__(cls, matrix: sp.MatrixExpr) -> Trace:
        return sp.Expr.__new__(cls, matrix)


class ScalarDerivative(sp.Expr):
    """The derivative d f/d z of a real expression by a real symbol, not evaluated."""

    is_commutative = True
    is_real = True

    def __new__(cls, function: Any, variable: sp.Symbol) -> ScalarDerivative:
        return sp.Expr.__new__(cls, sp.sympify(function), variable)

    @property
    def function(self) -> sp.Expr:
        return self.args[0]

    @property
    def variable(self) -> sp.Symbol:
        return self.args[1]


class LimitSuperior(sp.Expr):
    """The limit superior of a non-negative sequence as its integer index grows; it may be ∞."""

    is_commutative = True
    is_extended_nonnegative = True

    def __new__(cls, term: sp.Expr, index: sp.Symbol) -> LimitSuperior:
        return sp.Expr.__new__(cls, term, index)

    @property
    def term(self) -> sp.Expr:
        return self.args[0]

    @property
    def index(self) -> sp.Symbol:
        return self.args[1]
