"""The differential calculus of column vectors, run by itself: from ∂y/∂h_t to a closed expression.

The laws of :mod:`~gradproof.symbolic.kernel.calculus` are tried in a fixed order until no
derivative is left. What comes out is a chain like any other: each step is checked when it is made,
so this search isn't trusted. The number of steps doesn't depend on the sizes, which stay symbols.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp

from gradproof.arrays import as_index
from gradproof.errors import InputError
from gradproof.symbolic.kernel.derivation import Chain, Theorem, start
from gradproof.symbolic.kernel.differentials import (
    DIFFERENTIAL_OF_CONSTANT,
    DIFFERENTIAL_OF_ELEMENTWISE,
    DIFFERENTIAL_OF_PARAMETER,
    DIFFERENTIAL_OF_PRODUCT,
    DIFFERENTIAL_OF_SUM,
)
from gradproof.symbolic.kernel.law import RewritingLaw
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    JACOBIAN_BY_BLOCKS,
    JACOBIAN_OF_CONSTANT,
    JACOBIAN_OF_ELEMENTWISE,
    JACOBIAN_OF_HADAMARD,
    JACOBIAN_OF_IDENTITY,
    JACOBIAN_OF_LINEAR_MAP,
    JACOBIAN_OF_SUM,
    PRODUCT_WRITTEN_OUT,
)
from gradproof.symbolic.language.blocks import Blocks
from gradproof.symbolic.language.expressions import Diagonal, Jacobian, is_matrix
from gradproof.symbolic.language.gradient_nodes import ParameterDifferential
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Relation

__all__ = ["after_steps", "differential", "differentiate", "in_denominator_layout", "tidy"]

# What makes an expression smaller comes first.
_RULES = (
    JACOBIAN_OF_IDENTITY,
    JACOBIAN_OF_CONSTANT,
    JACOBIAN_BY_BLOCKS,
    JACOBIAN_OF_SUM,
    JACOBIAN_OF_LINEAR_MAP,
    JACOBIAN_OF_ELEMENTWISE,
    JACOBIAN_OF_HADAMARD,
)

_RULES_OF_DIFFERENTIALS = (
    DIFFERENTIAL_OF_CONSTANT,
    DIFFERENTIAL_OF_PARAMETER,
    DIFFERENTIAL_OF_SUM,
    DIFFERENTIAL_OF_PRODUCT,
    DIFFERENTIAL_OF_ELEMENTWISE,
)

# Each rule removes a node of y or one derivative, so a derivation is as long as y has nodes; this
# only stops a definition that never ends.
_MOST_STEPS = 1000


def differentiate(
    y: sp.MatrixExpr,
    variable: sp.MatrixExpr,
    /,
    *,
    definitions: Sequence[RewritingLaw] = (),
    rules: Sequence[RewritingLaw] = (),
) -> Chain:
    """Return the chain ∂y/∂h_t = … = an expression without derivatives.

    Parameters
    ----------
    y
        A column of affine maps, elementwise functions, entrywise products, sums, or such stacked.
    variable
        h_t, or several states of one index, stacked.
    definitions
        Laws made by :func:`~gradproof.symbolic.kernel.assumptions.define`, for the states and
        pre-activations in y.
    rules
        Further rules of differentiation, for activations with kinks.

    Raises
    ------
    InputError
        If no rule applies and a derivative is left.

    >>> from gradproof.symbolic.theorems.recurrence import K, ElmanRecurrence
    >>> cell = ElmanRecurrence()
    >>> laws = [cell.definition_of_state, cell.definition_of_preactivation]
    >>> print(differentiate(cell.h(K), cell.h(K - 1), definitions=laws).proposition)
    ∂h_k/∂h_{k−1} = diag(tanh′(z_k)) W
    """
    chain = start(Jacobian(y, variable))
    for _ in range(_MOST_STEPS):
        if not chain.last.atoms(Jacobian):
            return chain
        for law, proposed in _proposals(chain.last, (*_RULES, *rules), definitions):
            if proposed != chain.last:
                chain = chain.eq(proposed, by=law)
                break
        else:
            break
    left = ", ".join(sorted(text(node) for node in chain.last.atoms(Jacobian)))
    problem = f"has derivatives that no rule resolves: {left}"
    raise InputError("y", problem, "define what it contains")


def differential(y: ParameterDifferential, /, *, definitions: Sequence[RewritingLaw] = ()) -> Chain:
    """Return the chain dy[V] = … = an expression whose differentials no rule resolves any further.

    These are the differentials of states that aren't known to come after the ones held fixed.

    >>> from gradproof.symbolic.theorems.recurrence import K, ElmanRecurrence
    >>> cell = ElmanRecurrence()
    >>> laws = [cell.definition_of_state, cell.definition_of_preactivation]
    >>> V = sp.MatrixSymbol("V", cell.d, cell.d)
    >>> y = ParameterDifferential(cell.h(K), cell.W, V, 0)
    >>> print(text(differential(y, definitions=laws).last))
    diag(tanh′(z_k)) V h_{k−1} + diag(tanh′(z_k)) W ∂h_{k−1}/∂W[V]
    """
    chain = start(y)
    for _ in range(_MOST_STEPS):
        for law, proposed in _proposals(chain.last, _RULES_OF_DIFFERENTIALS, definitions):
            if proposed != chain.last:
                chain = chain.eq(proposed, by=law)
                break
        else:
            break
    if isinstance(chain.last, sp.MatMul):
        expanded = _multiplied_out(chain.last)
        if expanded != chain.last:
            chain = chain.eq(expanded, by=ALGEBRA)
    return chain


def _multiplied_out(product: sp.MatMul) -> sp.MatrixExpr:
    """Return A (u + v) as A u + A v, where the last factor is a sum."""
    *before, last = product.args
    if not isinstance(last, sp.MatAdd):
        return product
    return sp.MatAdd(*(tidy(sp.MatMul(*before, summand)) for summand in last.args))


def _proposals(
    expression: sp.MatrixExpr,
    rules: Sequence[RewritingLaw],
    definitions: Sequence[RewritingLaw],
) -> Iterator[tuple[RewritingLaw, sp.MatrixExpr]]:
    for law in rules:
        yield law, tidy(law.applied_to(expression))
    # A definition is unfolded where it is differentiated and nowhere else: slopes stay φ′(z_k).
    for law in definitions:
        restricted = law.where_differentiated()
        yield restricted, restricted.applied_to(expression)


def after_steps(theorem: Theorem, index: sp.Symbol, steps: int) -> Theorem:
    """Return a theorem for a given number of steps, its product of Jacobians written out.

    The factors refer to the pre-activations by name, so the expression has O(steps) nodes whatever
    the sizes are.

    >>> from gradproof.symbolic.theorems.recurrence import STEPS, jacobian_product
    >>> print(after_steps(jacobian_product(), STEPS, 2))
    ∂h_{t+2}/∂h_t = diag(tanh′(z_{t+2})) W diag(tanh′(z_{t+1})) W
    """
    law = theorem.law({index: sp.Integer(as_index(steps, "steps", least=1))})
    proposition = theorem.proposition.substitute({index: sp.Integer(steps)})
    chain = start(proposition.left)
    add = {Relation.EQ: chain.eq, Relation.LE: chain.le, Relation.LT: chain.lt}
    add |= {Relation.GE: chain.ge, Relation.GT: chain.gt}
    chain = add[proposition.relation](proposition.right, by=law)
    written_out = tidy(PRODUCT_WRITTEN_OUT.applied_to(chain.last))
    if written_out != chain.last:
        chain = chain.eq(written_out, by=PRODUCT_WRITTEN_OUT)
    return Theorem.of(theorem.name, chain, model=theorem.model)


def in_denominator_layout(theorem: Theorem) -> Theorem:
    """Return an equation of Jacobians transposed, for texts that write (∂y/∂x)_ij = ∂y_j/∂x_i.

    The transposition is written out, so that both layouts can be told apart.

    Raises
    ------
    InputError
        If the theorem is no equation of matrices.

    >>> from gradproof.symbolic.theorems.recurrence import state_jacobian
    >>> print(in_denominator_layout(state_jacobian()))
    (∂h_k/∂h_{k−1})ᵀ = Wᵀ diag(tanh′(z_k))
    """
    proposition = theorem.proposition
    if proposition.relation is not Relation.EQ or not is_matrix(proposition.left):
        raise InputError("theorem", f"is {theorem}", "give an equation of Jacobians")
    chain = (
        start(sp.Transpose(proposition.left))
        .eq(sp.Transpose(proposition.right), by=theorem.law())
        .eq(_transposed(proposition.right), by=ALGEBRA)
    )
    return Theorem.of(theorem.name, chain, model=theorem.model)


def _transposed(expression: sp.MatrixExpr) -> sp.MatrixExpr:
    if isinstance(expression, (Diagonal, sp.Identity)):
        return expression
    if isinstance(expression, Blocks):
        return Blocks(*(_transposed(block.arg) for block in expression.transposed.args))
    if isinstance(expression, sp.MatAdd):
        return sp.MatAdd(*(_transposed(term) for term in expression.args))
    if isinstance(expression, sp.MatMul):
        scalars = [factor for factor in expression.args if not is_matrix(factor)]
        matrices = [factor for factor in expression.args if is_matrix(factor)]
        return sp.MatMul(*scalars, *(_transposed(factor) for factor in reversed(matrices)))
    return sp.Transpose(expression)


def tidy(expression: sp.MatrixExpr) -> sp.MatrixExpr:
    """Return a matrix expression without zero summands, unit factors, and products with zero.

    Blocks are tidied one by one.

    >>> W = sp.MatrixSymbol("W", 2, 2)
    >>> tidy(sp.MatAdd(sp.MatMul(W, sp.Identity(2)), sp.ZeroMatrix(2, 2)))
    W
    """
    if isinstance(expression, Blocks):
        return Blocks(*map(tidy, expression.args))
    if not isinstance(expression, (sp.MatAdd, sp.MatMul)):
        return expression
    parts: list[sp.Basic] = []
    for part in expression.args:
        tidied = tidy(part) if is_matrix(part) else part
        parts += tidied.args if type(tidied) is type(expression) else [tidied]
    if isinstance(expression, sp.MatAdd):
        kept = [part for part in parts if not isinstance(part, sp.ZeroMatrix)]
        if not kept:
            return sp.ZeroMatrix(*expression.shape)
        return kept[0] if len(kept) == 1 else sp.MatAdd(*kept)
    if any(isinstance(part, sp.ZeroMatrix) for part in parts):
        return sp.ZeroMatrix(*expression.shape)
    coefficient = sp.Mul(*(part for part in parts if not is_matrix(part)))
    kept = [part for part in parts if is_matrix(part) and not isinstance(part, sp.Identity)]
    kept = kept or [sp.Identity(expression.shape[0])]
    kept = kept if coefficient == 1 else [coefficient, *kept]
    return kept[0] if len(kept) == 1 else sp.MatMul(*kept)
