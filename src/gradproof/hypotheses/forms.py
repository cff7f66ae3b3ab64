"""Quadratic forms at an instance: whether q(u, y) ≥ 0 for ALL real u and y.

q(v) = vᵀ Q v for one symmetric matrix Q, which the values of q at e_i and e_i + e_j determine by
Q_ij = (q(e_i + e_j) − q(e_i) − q(e_j))/2. That q is a form is read off its expression, and Q is
decided to be positive semidefinite, or not, by elimination in rational numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy as sp

from gradproof.hypotheses.instance import Instance, evaluate
from gradproof.hypotheses.matrices import as_array
from gradproof.hypotheses.values import Number, value_of
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.relation import Proposition, Relation

__all__ = ["holds_for_all_vectors", "is_positive_semidefinite"]


def holds_for_all_vectors(
    proposition: Proposition, vectors: Sequence[sp.MatrixSymbol], at: Instance
) -> bool | None:
    """Decide ``left ≤ right`` for all real vectors; None unless right − left is a rational form.

    Raises
    ------
    UndecidedValueError
        If a side has no value that can be enclosed.
    """
    low, high, relation = proposition.left, proposition.right, proposition.relation
    if relation.is_downward:
        low, high, relation = high, low, relation.flipped
    if relation is not Relation.LE or not all(_is_form(side, vectors) for side in (low, high)):
        return None
    shapes = [at.shape(vector) for vector in vectors]
    size = sum(rows for rows, _ in shapes)

    def gap(*directions: int) -> Fraction | None:
        there, first = at, 0
        for vector, shape in zip(vectors, shapes, strict=True):
            entries = [Number.of(int(first + i in directions)) for i in range(shape[0])]
            there, first = there.where(vector, as_array([[e] for e in entries])), first + shape[0]
        difference: Number = value_of(evaluate(high, there)) - value_of(evaluate(low, there))
        return difference.fraction

    squares = [gap(i) for i in range(size)]
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for i, a in enumerate(squares):
        for j, b in enumerate(squares[: i + 1]):
            both = a if i == j else gap(i, j)
            if a is None or b is None or both is None:
                return None
            matrix[i][j] = matrix[j][i] = a if i == j else (both - a - b) / 2
    return is_positive_semidefinite(matrix)


def _is_form(side: sp.Basic, vectors: Sequence[sp.MatrixSymbol]) -> bool:
    """Whether an expression is a quadratic form of the vectors, 0 among them."""
    return side == 0 or _degree(side, frozenset(vectors)) == 2


def _degree(expression: sp.Basic, vectors: frozenset[sp.Basic]) -> int | None:
    """Return n for a homogeneous polynomial of degree n in the entries of the vectors, else None.

    ‖A w‖² is a form of a real w as well.
    """
    if expression in vectors:
        return 1
    if not expression.free_symbols & vectors:
        return 0
    if isinstance(expression, sp.Pow) and expression.exp == 2:
        base = expression.base
        if isinstance(base, nodes.SpectralNorm) and base.args[0].shape[1] == 1:
            inner = _degree(base.args[0], vectors)
            return None if inner is None else 2 * inner
    degrees = [_degree(part, vectors) for part in expression.args]
    known = [degree for degree in degrees if degree is not None]
    if len(known) < len(degrees):
        return None
    if isinstance(expression, sp.Mul | sp.MatMul):
        return sum(known)
    if isinstance(expression, sp.Add | sp.MatAdd):
        return known[0] if len(set(known)) == 1 else None
    if isinstance(expression, sp.Transpose | nodes.Trace):
        return known[0]
    return None


def is_positive_semidefinite(matrix: Sequence[Sequence[Fraction]]) -> bool:
    """Whether vᵀ Q v ≥ 0 for all real v, for a symmetric matrix of rational numbers.

    A diagonal entry below 0 refutes it, and so does 0 in a row that isn't 0: 2x Q_ij + Q_jj takes
    both signs as x runs through the reals. A positive pivot is eliminated, which is a congruence.

    >>> is_positive_semidefinite([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]])
    True
    >>> is_positive_semidefinite([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(9)]])
    False
    """
    rest = [list(row) for row in matrix]
    while rest:
        pivot, *row = rest[0]
        if pivot < 0 or (pivot == 0 and any(row)):
            return False
        below = [line[1:] for line in rest[1:]]
        if pivot > 0:
            below = [
                [entry - a * b / pivot for entry, b in zip(line, row, strict=True)]
                for line, a in zip(below, row, strict=True)
            ]
        rest = below
    return True
