"""Which differentials, losses, gradients and sums have a meaning; a part of the vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import BOUND_INDEX, is_matrix
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)
from gradproof.symbolic.language.normal_form import same

__all__ = [
    "GRADIENT_MEANINGS",
    "INDEXED",
    "OUTSIDE_JACOBIANS",
    "has_constant_scalars",
    "has_real_scalars",
    "is_column",
    "is_range",
]

#: What binds the index of a product or a sum; none of them stands within another.
INDEXED = (nodes.OrderedProduct, MatrixSum, ScalarSum)

#: What no Jacobian is taken of.
OUTSIDE_JACOBIANS = (ParameterDifferential, Gradient, Loss, LossGradient, MatrixSum, ScalarSum)

# What a parameter may be differentiated in: differentiable wherever it is defined, and no
# derivative of anything else.
_DIFFERENTIABLE = (
    sp.MatAdd,
    sp.MatMul,
    sp.MatrixSymbol,
    sp.Identity,
    sp.ZeroMatrix,
    sp.Transpose,
    nodes.State,
    nodes.Preactivation,
    nodes.Input,
    nodes.Elementwise,
    nodes.Diagonal,
)


def is_column(matrix: sp.Basic) -> bool:
    """Whether an expression is a matrix with one column."""
    return is_matrix(matrix) and matrix.shape[1] == 1


def is_range(lower: sp.Expr, upper: sp.Expr) -> bool:
    """Whether an index may run from ``lower`` ≥ 1 to ``upper``, or through nothing."""
    return bool(
        lower.is_integer
        and lower.is_positive
        and upper.is_integer
        and (upper - lower + 1).is_nonnegative
    )


def has_real_scalars(expression: sp.Basic) -> bool:
    """Whether every scalar factor of a matrix is real; matrices of a network are by convention."""
    return all(
        factor.is_real
        for product in expression.atoms(sp.MatMul)
        for factor in product.args
        if not is_matrix(factor)
    )


def has_constant_scalars(expression: sp.Basic) -> bool:
    """Whether no scalar factor of a matrix is made of matrices or vectors."""
    return not any(
        factor.atoms(sp.MatrixExpr)
        for product in expression.atoms(sp.MatMul)
        for factor in product.args
        if not is_matrix(factor)
    )


def _is_indexed_sum(total: MatrixSum | ScalarSum) -> bool:
    term = total.term
    fits = (
        is_matrix(term) and BOUND_INDEX not in _symbols(term.shape)
        if isinstance(total, MatrixSum)
        else not is_matrix(term) and term.is_real
    )
    return bool(fits and not term.atoms(*INDEXED) and is_range(total.lower, total.upper))


def _is_differentiable_column(column: sp.Basic) -> bool:
    return (
        is_column(column)
        and all(type(e) in _DIFFERENTIABLE for e in sp.preorder_traversal(column) if is_matrix(e))
        and has_real_scalars(column)
        and has_constant_scalars(column)
    )


def _is_parameter(parameter: sp.Basic, start: sp.Expr) -> bool:
    return bool(
        type(parameter) is sp.MatrixSymbol
        and start.is_integer
        and start.is_nonnegative
        and BOUND_INDEX not in _symbols(parameter.shape)
    )


def _is_differential(differential: ParameterDifferential) -> bool:
    parameter, direction = differential.parameter, differential.direction
    return bool(
        _is_differentiable_column(differential.function)
        and _is_parameter(parameter, differential.start)
        and type(direction) is sp.MatrixSymbol
        and direction != parameter
        and all(map(same, direction.shape, parameter.shape))
    )


def _is_loss(loss: Loss | LossGradient) -> bool:
    return bool(
        is_column(loss.argument)
        and has_real_scalars(loss.argument)
        and loss.index.is_integer
        and loss.index.is_nonnegative
    )


def _is_gradient(gradient: Gradient) -> bool:
    loss = gradient.loss.term if isinstance(gradient.loss, ScalarSum) else gradient.loss
    return bool(
        isinstance(loss, Loss)
        and _is_differentiable_column(loss.argument)
        and _is_parameter(gradient.parameter, gradient.start)
    )


def _symbols(shape: tuple[sp.Expr, sp.Expr]) -> set[sp.Basic]:
    return shape[0].free_symbols | shape[1].free_symbols


GRADIENT_MEANINGS: Mapping[type, tuple[Callable[[Any], bool], str]] = {
    ParameterDifferential: (
        _is_differential,
        (
            "a column of affine maps and activations is differentiated by a matrix symbol in the "
            "direction of another one of its shape, from an index ≥ 0 on"
        ),
    ),
    Loss: (_is_loss, "a loss is of a real column, its index an integer ≥ 0"),
    LossGradient: (_is_loss, "a loss is of a real column, its index an integer ≥ 0"),
    Gradient: (
        _is_gradient,
        (
            "a loss of a column of affine maps and activations, or a sum of such, is "
            "differentiated by a matrix symbol, from an index ≥ 0 on"
        ),
    ),
    MatrixSum: (
        _is_indexed_sum,
        "its term is a matrix of one size and holds no product or sum, 1 ≤ lower ≤ upper + 1",
    ),
    ScalarSum: (
        _is_indexed_sum,
        "its term is real and holds no product or sum, 1 ≤ lower ≤ upper + 1",
    ),
}
