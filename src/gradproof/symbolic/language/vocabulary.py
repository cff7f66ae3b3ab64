"""Which expressions have a meaning, so that a step may speak about them.

Every side of a step, every hypothesis and every conclusion passes through :func:`problem_with`.
It admits the nodes of one table, each where it is defined: powers whose base may be 0 have no
negative exponents, ∞ and limits superior stand alone (no arithmetic with ∞), the index of a product
stays inside it, and sizes fit. What isn't in the table isn't spoken about.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy.core.symbol import Str
from sympy.polys.polyerrors import BasePolynomialError

from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.expressions import BOUND_INDEX, is_matrix
from gradproof.symbolic.language.gradient_nodes import Gradient, ParameterDifferential
from gradproof.symbolic.language.gradient_vocabulary import (
    GRADIENT_MEANINGS,
    INDEXED,
    OUTSIDE_JACOBIANS,
    has_constant_scalars,
    has_real_scalars,
    is_column,
    is_range,
)
from gradproof.symbolic.language.normal_form import may_be_power_of_zero, same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm

__all__ = [
    "bound_symbols",
    "has_constant_scalars",
    "has_real_scalars",
    "is_differentiable",
    "is_plain",
    "is_smooth_at",
    "problem_with",
    "problem_with_part",
    "symbols_of",
]


def symbols_of(*expressions: sp.Basic) -> frozenset[sp.Basic]:
    """Return all symbols of the expressions, those in the sizes of matrices included.

    SymPy's ``free_symbols`` leaves sizes out, so that W of size n×n wouldn't depend on n.
    """
    return frozenset().union(*(e.atoms(sp.Symbol, sp.MatrixSymbol) for e in expressions))


def bound_symbols(*expressions: sp.Basic) -> frozenset[sp.Basic]:
    """Return the symbols that a derivative, a limit, a product or a sum binds.

    A parameter by which is differentiated counts as bound: what is put in its place, or put in
    place of a constant, would have to be differentiated.
    """
    found = {
        binder.args[1]
        for expression in expressions
        for binder in expression.atoms(
            nodes.ScalarDerivative, nodes.LimitSuperior, ParameterDifferential, Gradient
        )
    }
    if any(expression.atoms(*INDEXED) for expression in expressions):
        found.add(BOUND_INDEX)
    return frozenset(found)


def is_plain(symbol: sp.Basic, **assumptions: bool) -> bool:
    """Whether a symbol is declared with these assumptions and nothing further.

    >>> is_plain(sp.Symbol("z", real=True), real=True)
    True
    >>> is_plain(sp.Symbol("z", real=True, algebraic=True), real=True)
    False
    """
    return (
        type(symbol) in (sp.Symbol, sp.Dummy)
        and symbol.assumptions0 == sp.Symbol("s", **assumptions).assumptions0
    )


def problem_with(side: sp.Basic) -> str | None:
    """Return why an expression can't be a side of a step, or None where it can.

    >>> x = sp.Symbol("x", real=True)
    >>> problem_with(1 / x)
    '1/x has no meaning: a power is of a number ≥ 0, or has an integer exponent; a negative \
exponent needs a base known to differ from 0'
    >>> problem_with(1 / (1 + x**2)) is None
    True
    """
    if side is sp.oo:
        return None
    if type(side) is nodes.LimitSuperior:
        index = side.index
        if not (
            is_plain(index, integer=True, nonnegative=True)
            or is_plain(index, integer=True, positive=True)
        ):
            return f"the index {text(index)} of a limit isn't declared as any integer ≥ 0 or ≥ 1"
        if any(index in symbols_of(*m.shape) for m in side.term.atoms(sp.MatrixSymbol)):
            return f"a size depends on the index {text(index)} of the limit"
        if not side.term.is_nonnegative:
            return f"{text(side.term)} isn't known to be ≥ 0, as the terms of a limit are"
        return _problem(side.term, within_product=False)
    return _problem(side, within_product=False)


def problem_with_part(expression: sp.Basic) -> str | None:
    """Return why an expression can't be a part of a side, the index of a product being allowed."""
    return _problem(expression, within_product=True)


def _problem(expression: sp.Basic, *, within_product: bool) -> str | None:
    if type(expression) not in _MEANINGS:
        return f"{text(expression)} isn't in the vocabulary there ({type(expression).__name__})"
    if expression == BOUND_INDEX and not within_product:
        return "the index of a product or a sum stands outside it"
    condition, meaning = _MEANINGS[type(expression)]
    is_product = isinstance(expression, INDEXED)
    for position, part in enumerate(expression.args):
        if not isinstance(part, Str):
            inside = within_product or (is_product and position == 0)
            found = _problem(part, within_product=inside)
            if found is not None:
                return found
    if not condition(expression):
        return f"{text(expression)} has no meaning: {meaning}"
    return None


def _is_size(*sizes: sp.Expr) -> bool:
    return all(size.is_integer and size.is_positive for size in sizes)


def _is_square(matrix: sp.Basic) -> bool:
    return is_matrix(matrix) and same(*matrix.shape)


def _are_scalars(expression: sp.Basic) -> bool:
    return not any(is_matrix(part) for part in expression.args)


def _is_power(power: sp.Pow) -> bool:
    base, exponent = power.args
    if exponent.is_integer:
        defined = exponent.is_nonnegative or base.is_zero is False
    else:
        defined = base.is_positive or (base.is_nonnegative and exponent.is_nonnegative)
    return bool(_are_scalars(power) and defined)


def _fits_as_product(product: sp.MatMul) -> bool:
    matrices = [factor for factor in product.args if is_matrix(factor)]
    return all(same(a.shape[1], b.shape[0]) for a, b in itertools.pairwise(matrices))


def _fits_as_sum(total: sp.MatAdd) -> bool:
    first = total.args[0]
    return all(is_matrix(term) and all(map(same, term.shape, first.shape)) for term in total.args)


def _are_states(variable: sp.Basic) -> bool:
    """Whether it is a state, or a column of states with different names and one index."""
    parts = variable.args if type(variable) is Stacked else (variable,)
    return all(
        type(part) is nodes.State and same(part.index, parts[0].index) for part in parts
    ) and len({part.name for part in parts}) == len(parts)


def _are_blocks(blocks: Blocks) -> bool:
    rows = blocks.block_rows
    if len(rows) < 2 or len(rows) ** 2 != len(blocks.args) or not all(map(is_matrix, blocks.args)):
        return False
    return all(
        same(block.shape[0], row[0].shape[0]) and same(block.shape[1], first.shape[1])
        for row in rows
        for block, first in zip(row, rows[0], strict=True)
    )


def _is_matrix_power(power: sp.MatPow) -> bool:
    depends = BOUND_INDEX in symbols_of(power.base)  # then nothing could say that it is invertible
    return bool(
        _is_square(power.base)
        and power.exp.is_integer
        and (power.exp.is_nonnegative or not depends)
        and not may_be_power_of_zero(power.base, power.exp)
    )


def _is_activation(node: Any) -> bool:
    activation = node.activation
    known = (
        isinstance(activation, nodes.ParametricActivation)
        or activation in nodes.ACTIVATIONS
        or activation in nodes.KINKS
    )
    return bool(known and node.order.is_Integer and node.order >= 0)


def _is_parametric(activation: nodes.ParametricActivation) -> bool:
    parameter, wanted = activation.parameter, nodes.PARAMETERS.get(activation.name)
    plain = parameter.is_Rational or type(parameter) in (sp.Symbol, sp.Dummy)
    return bool(wanted and plain and getattr(parameter, f"is_{wanted}"))


def is_smooth_at(activation: nodes.ActivationName, order: int, argument: sp.Expr) -> bool:
    """Whether φ⁽ⁿ⁾ is differentiable at every value of the argument: no value is a kink.

    >>> z, p = sp.Symbol("z", real=True), sp.Symbol("p", positive=True)
    >>> is_smooth_at("relu", 0, z), is_smooth_at("relu", 0, p), is_smooth_at("softsign", 0, z)
    (False, True, True)
    """
    kinks = nodes.kinks_of(activation)
    if kinks is None:
        return True
    lowest, points = kinks
    return order + 1 < lowest or all(_differ(argument, point) for point in points)


def _differ(argument: sp.Expr, point: sp.Integer) -> bool:
    difference = argument - point
    if difference.is_zero is False:
        return True
    try:
        return sp.cancel(difference).is_zero is False
    except BasePolynomialError:
        return False


def _is_ordered_product(product: nodes.OrderedProduct) -> bool:
    lower, upper = product.lower, product.upper
    return bool(
        _is_square(product.factor) and not product.factor.atoms(*INDEXED) and is_range(lower, upper)
    )


def is_differentiable(function: sp.Expr, variable: sp.Symbol) -> bool:
    """Whether d f/d z has a meaning: f is made of smooth parts, and z of an open set of numbers.

    >>> z, p = sp.Symbol("z", real=True), sp.Symbol("p", positive=True)
    >>> relu = nodes.ActivationValue("relu", 0, z)
    >>> is_differentiable(relu, z), is_differentiable(relu.xreplace({z: p}), p)
    (False, True)
    """
    parts = list(sp.preorder_traversal(function))
    return bool(
        any(is_plain(variable, **{sign: True}) for sign in ("real", "positive", "negative"))
        and function.is_real
        and all(type(part) in _SMOOTH or part.is_Rational for part in parts if part.args)
        and all(
            part.exp.is_Integer or variable not in part.free_symbols
            for part in parts
            if isinstance(part, sp.Pow)
        )
        and all(
            is_smooth_at(part.activation, int(part.order), part.argument)
            and variable not in part.args[0].free_symbols
            for part in parts
            if isinstance(part, nodes.ActivationValue)
        )
    )


_SMOOTH = {
    sp.Add,
    sp.Mul,
    sp.Pow,
    sp.exp,
    sp.log,
    nodes.ActivationValue,
    nodes.ParametricActivation,
    nodes.ScalarDerivative,
}

_Meaning = tuple[Callable[[Any], bool], str]
_NUMBER: _Meaning = (lambda _: True, "")
_SYMBOL: _Meaning = (lambda e: bool(e.is_complex), "declare the symbol as real or complex")
_SUM: _Meaning = (_are_scalars, "numbers and matrices don't add or multiply so")
_SQUARE: _Meaning = (lambda e: _is_square(e.args[0]), "its argument is a square matrix")
_POWER = (
    "its base is square, its exponent an integer, not negative within a product, and known to be "
    "positive where the base is 0"
)

_MEANINGS: Mapping[type, _Meaning] = {
    **{
        type(number): _NUMBER
        for number in (*map(sp.Integer, (0, 1, -1, 2)), sp.S.Half, sp.Rational(1, 3), sp.E, sp.pi)
    },
    sp.Symbol: _SYMBOL,
    sp.Dummy: _SYMBOL,
    sp.Add: _SUM,
    sp.Mul: _SUM,
    sp.Pow: (
        _is_power,
        (
            "a power is of a number ≥ 0, or has an integer exponent; "
            "a negative exponent needs a base known to differ from 0"
        ),
    ),
    sp.exp: _SUM,
    sp.Abs: _SUM,
    sp.log: (lambda e: bool(e.args[0].is_positive), "its argument isn't known to be positive"),
    sp.MatrixSymbol: (lambda e: _is_size(*e.shape), "its sizes are positive integers"),
    sp.Identity: (lambda e: _is_size(*e.shape), "its size is a positive integer"),
    sp.ZeroMatrix: (lambda e: _is_size(*e.shape), "its sizes are positive integers"),
    sp.OneMatrix: (lambda e: _is_size(*e.shape), "its sizes are positive integers"),
    sp.MatAdd: (_fits_as_sum, "the sizes don't fit"),
    sp.MatMul: (_fits_as_product, "the sizes don't fit"),
    sp.MatPow: (_is_matrix_power, _POWER),
    sp.Inverse: (_is_matrix_power, _POWER),
    sp.Transpose: (lambda e: is_matrix(e.args[0]), "its argument is a matrix"),
    nodes.State: (
        lambda e: bool(_is_size(e.shape[0]) and e.index.is_integer and e.index.is_nonnegative),
        "the index of a state is an integer ≥ 0",
    ),
    nodes.Preactivation: (
        lambda e: bool(_is_size(e.shape[0]) and e.index.is_integer and e.index.is_positive),
        "the index of a pre-activation is an integer ≥ 1",
    ),
    nodes.Input: (
        lambda e: bool(_is_size(e.shape[0]) and e.index.is_integer),
        "the index of an input is an integer",
    ),
    nodes.ParametricActivation: (
        _is_parametric,
        "a known family, its parameter a rational number or a symbol declared as the family needs",
    ),
    nodes.ActivationValue: (
        lambda e: bool(_is_activation(e) and not is_matrix(e.argument) and e.argument.is_real),
        "a known activation, its order a number, its argument known to be real",
    ),
    nodes.Elementwise: (
        lambda e: _is_activation(e) and is_column(e.argument) and has_real_scalars(e.argument),
        "a known activation, its order a number, its argument a real column",
    ),
    nodes.Diagonal: (lambda e: is_column(e.vector), "its argument is a column"),
    nodes.Jacobian: (
        lambda e: (
            is_column(e.function)
            and _are_states(e.variable)
            and not e.function.atoms(*OUTSIDE_JACOBIANS)
        ),
        "a column without gradients and sums is differentiated by states of one index",
    ),
    Hadamard: (
        lambda e: all(map(is_column, e.args)) and same(e.left.shape[0], e.right.shape[0]),
        "two columns of one size are multiplied entry by entry",
    ),
    Stacked: (
        lambda e: len(e.args) >= 2 and all(map(is_column, e.args)),
        "at least two columns are stacked",
    ),
    Blocks: (_are_blocks, "n² blocks, n ≥ 2, of equal heights in a row, equal widths in a column"),
    nodes.OrderedProduct: (
        _is_ordered_product,
        "its factor is square and no product, 1 ≤ lower ≤ upper + 1",
    ),
    **dict.fromkeys(
        (nodes.SpectralNorm, InfinityNorm),
        (lambda e: is_matrix(e.args[0]), "its argument is a matrix"),
    ),
    EntrywiseModulus: (
        lambda e: is_matrix(e.args[0]) and not e.atoms(nodes.TimeIndexed),  # |·| has a kink at 0
        "its argument is a matrix without states, pre-activations and inputs",
    ),
    nodes.SpectralRadius: _SQUARE,
    nodes.SmallestSingularValue: _SQUARE,
    nodes.Determinant: _SQUARE,
    nodes.Trace: (
        lambda e: _is_square(e.args[0]) and has_real_scalars(e.args[0]),
        "its argument is a square matrix with real scalars",
    ),
    nodes.ScalarDerivative: (
        lambda e: is_differentiable(e.function, e.variable),
        "a smooth real function, away from kinks, by a symbol declared real, > 0 or < 0",
    ),
    **GRADIENT_MEANINGS,
}
