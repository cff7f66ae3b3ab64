"""The laws of differentials by a parameter, and of gradients of losses.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`. What a differential means is
said in :mod:`~gradproof.symbolic.language.gradient_nodes`; that the parameter and the direction are
real is a hypothesis of every step in which one occurs.
"""

# ruff: noqa: D103  # each law's statement stands in its decorator
from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.source import Source
from gradproof.symbolic.kernel.law import enter
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import is_matrix
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.vocabulary import symbols_of

__all__ = [
    "DIFFERENTIAL_OF_CONSTANT",
    "DIFFERENTIAL_OF_ELEMENTWISE",
    "DIFFERENTIAL_OF_PARAMETER",
    "DIFFERENTIAL_OF_PRODUCT",
    "DIFFERENTIAL_OF_SUM",
    "GRADIENT_BY_DIFFERENTIAL",
    "GRADIENT_OF_SUM",
]

_CALCULUS = Source("MagnusNeudecker2019", "Chapter 5: chain rule, first identification theorem")
_SEQUENCES = (nodes.State, nodes.Preactivation)


def _is_held_fixed(expression: sp.Basic, differential: ParameterDifferential) -> bool:
    """Whether an expression doesn't change with the parameter (see ``ParameterDifferential``).

    That it contains no further derivative is what makes a differential meaningful at all.
    """
    return differential.parameter not in symbols_of(expression) and all(
        (differential.start - vector.index).is_nonnegative
        for vector in expression.atoms(*_SEQUENCES)
    )


def _of(part: sp.Basic, differential: ParameterDifferential) -> ParameterDifferential:
    return ParameterDifferential(
        part, differential.parameter, differential.direction, differential.start
    )


@enter("differential of a constant", "dc = 0 where c is held fixed", _CALCULUS)
def DIFFERENTIAL_OF_CONSTANT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, ParameterDifferential) and _is_held_fixed(term.function, term):
        yield sp.ZeroMatrix(*term.shape)


@enter("differential of the parameter", "dP[V] = V for a column P", _CALCULUS)
def DIFFERENTIAL_OF_PARAMETER(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, ParameterDifferential) and same(term.function, term.parameter):
        yield term.direction


@enter("differential of a sum", "d(u + v) = du + dv", _CALCULUS)
def DIFFERENTIAL_OF_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, ParameterDifferential) and isinstance(term.function, sp.MatAdd):
        yield sp.MatAdd(*(_of(part, term) for part in term.function.args))


@enter(
    "differential of a product",
    "d(A P v)[V] = A V v + A P dv where A is held fixed and P is the parameter",
    _CALCULUS,
)
def DIFFERENTIAL_OF_PRODUCT(term: sp.Basic) -> Iterator[sp.Basic]:
    if not (isinstance(term, ParameterDifferential) and isinstance(term.function, sp.MatMul)):
        return
    # A scalar factor holds no matrix, so that it is fixed like everything but P and the states.
    scalars = [factor for factor in term.function.args if not is_matrix(factor)]
    *matrices, vector = [factor for factor in term.function.args if is_matrix(factor)]
    summands = [sp.MatMul(*scalars, *matrices, _of(vector, term))]
    for position, matrix in enumerate(matrices):
        if matrix == term.parameter:
            moved = [*matrices[:position], term.direction, *matrices[position + 1 :]]
            summands.append(sp.MatMul(*scalars, *moved, vector))
        elif not _is_held_fixed(matrix, term):
            return
    yield sp.MatAdd(*summands) if len(summands) > 1 else summands[0]


@enter("differential of an elementwise function", "dφ(v) = diag(φ′(v)) dv", _CALCULUS)
def DIFFERENTIAL_OF_ELEMENTWISE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, ParameterDifferential) and isinstance(term.function, nodes.Elementwise):
        applied = term.function
        slopes = nodes.Elementwise(applied.activation, applied.order + 1, applied.argument)
        yield sp.MatMul(nodes.Diagonal(slopes), _of(applied.argument, term))


@enter(
    "gradient and differential",
    "tr((∂ℓ(v)/∂P)ᵀ V) = tr(∇ℓ(v)ᵀ dv[V]) for every direction V",
    _CALCULUS,
)
def GRADIENT_BY_DIFFERENTIAL(term: sp.Basic) -> Iterator[sp.Basic]:
    # Both are the derivative of ℓ(v) by ε when P is replaced by P + ε V: on the left the sum of
    # V_ij ∂ℓ(v)/∂P_ij, on the right the chain rule, a number being the trace of its 1×1 matrix.
    if not (isinstance(term, nodes.Trace) and isinstance(term.args[0], sp.MatMul)):
        return
    factors = term.args[0].args
    if len(factors) != 2 or not isinstance(factors[0], sp.Transpose):
        return
    gradient, direction = factors[0].arg, factors[1]
    if isinstance(gradient, Gradient) and isinstance(gradient.loss, Loss):
        loss = gradient.loss
        slope = LossGradient(loss.name, loss.index, loss.argument)
        moved = ParameterDifferential(loss.argument, gradient.parameter, direction, gradient.start)
        yield nodes.Trace(sp.MatMul(sp.Transpose(slope), moved))


@enter("gradient of a sum", "∂(Σ ℓ_k(v_k))/∂P = Σ ∂ℓ_k(v_k)/∂P", _CALCULUS)
def GRADIENT_OF_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, Gradient) and isinstance(term.loss, ScalarSum):
        total = term.loss
        each = Gradient(total.term, term.parameter, term.start)
        yield MatrixSum(each, total.lower, total.upper)
