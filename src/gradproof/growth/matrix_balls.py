"""Long products of matrices with an error in the 2-norm, for any number of factors.

Every matrix P is kept as a floating-point centre M, an integer e of any size and a number f with
‖2⁻ᵉP − M‖₂ ≤ f, so that nothing under- or overflows for any T. Let u = 2⁻⁵³, γ_d = du/(1 − du).

**One product.** With n ≥ ‖M‖₂ and t ≥ ‖M‖_F, C = fl(M_A M_B) is off by at most γ_d |M_A||M_B|
entrywise (Higham 2002, (3.13), for inner products in any order), so by γ_d t_A t_B in the norm. As
P_A P_B = (M_A + E_A)(M_B + E_B) up to the power of two, C encloses P_A P_B with

    f_C = n_A f_B + f_A n_B + f_A f_B + γ_d t_A t_B,    n_C = min(t_C, n_A n_B + γ_d t_A t_B).

A closer n is √(‖fl(MᵀM)‖_F + γ_d t²), by ‖M‖₂² = ‖MᵀM‖₂ ≤ ‖MᵀM‖_F: at most d^¼ ‖M‖₂, up to
rounding, at half the cost of a product.

**Many products.** Norms of long products are far below the products of the norms: by √d at each
junction, where leading singular vectors are unrelated. Multiplied pairwise, f/‖P‖ grows by that
factor with each of log₂ T levels. So the factors are multiplied pairwise in short blocks B_1 … B_N
only, and the blocks one after the other: C_j = fl(B_j C_{j−1}) = B_j C_{j−1} + G_j, where the bound
above with f = 0 for C_{j−1} gives ‖G_j‖ ≤ g_j. Exactly, without terms of second order,

    C_N − B_N ⋯ B_1 = Σ_j X_j G_j,    X_j = B_N ⋯ B_{j+1},    so the error is at most Σ_j ‖X_j‖ g_j.

‖X_j‖ is needed to a digit only. X_j is a product of at most log₂ N nodes of the pairwise tree over
the blocks; going down that tree, each of them is computed and bounded as one product above. The
errors of the larger nodes are bounded by the same sum, over the blocks below them. Each bound holds
whatever the others are worth; the better one is taken.

**Underflow.** Centres are rescaled by powers of two when their size leaves [2⁻¹⁰⁰, 2¹⁰⁰]. What
becomes subnormal, there or in a product, is off by at most 2⁻¹⁰⁷⁴ for each of d³ ≤ 2³⁹ operations:
less than the 2⁻¹⁰⁰⁰ that is added each time. Bounds are computed from positive numbers with few
roundings each, and multiplied by 1 + 2⁻²⁰.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.linalg.blas import dsyrk

from gradproof.arrays import Array
from gradproof.spectral.verified import FLOOR, UP, gamma

__all__ = ["MatrixBall", "enclose_product", "frobenius_upper", "matrix_ball"]

#: Steps that are multiplied pairwise before the errors are bounded through the exact sum.
_BLOCK = 8
#: Levels of the tree over the blocks after which a node's error is bounded in that way.
_LEVELS = 4
#: Bytes that the nodes of the tree over the blocks may take, and the least number of blocks.
_MEMORY, _FEWEST = 2**27, 16
#: Sizes between which nothing is rescaled: products of two have squares far inside float64.
_SMALL, _LARGE = 2.0**-100, 2.0**100
#: Numbers below 2^_RANGE are far from overflow.
_RANGE = 900
#: Squares below the range of float64 add less than this to a Frobenius norm.
_LOST_SQUARES = 2.0**-500


@dataclass(frozen=True, eq=False)
class MatrixBall:
    """All P with ‖2^−exponent P − centre‖₂ ≤ error; norm ≥ ‖centre‖₂, frobenius ≥ ‖centre‖_F.

    centre is a square float64 matrix of size at most 8192, to which the counts of roundings extend.
    """

    centre: Array
    exponent: int
    error: float
    norm: float
    frobenius: float


def matrix_ball(
    centre: Array, exponent: int, error: float, norm: float = math.inf, *, closely: bool = False
) -> MatrixBall:
    """Return the ball, rescaled if it is too small or too large."""
    frobenius = frobenius_upper(centre)
    if not _SMALL <= max(frobenius, error) <= _LARGE:
        shift = math.frexp(max(float(np.abs(centre).max()), error))[1]
        centre, exponent = np.ldexp(centre, -shift), exponent + shift
        error = (math.ldexp(error, -shift) + FLOOR) * UP
        in_range = math.frexp(norm)[1] - shift < _RANGE
        norm = (math.ldexp(norm, -shift) + FLOOR) * UP if in_range else math.inf
        frobenius = frobenius_upper(centre)
    if closely:
        norm = min(norm, _norm_by_gram(centre, frobenius))
    return MatrixBall(centre, exponent, error, min(norm, frobenius), frobenius)


def _norm_by_gram(matrix: Array, frobenius: float) -> float:
    """Return √(‖fl(MᵀM)‖_F + γ_d‖M‖_F²) ≥ ‖M‖₂."""
    triangle = dsyrk(1.0, matrix.T)
    both, diagonal = triangle.ravel(order="K"), triangle.diagonal()
    squares = 2 * float(both @ both) - float(diagonal @ diagonal)
    gram = (math.sqrt(max(squares, 0.0)) + _LOST_SQUARES) * UP
    return math.sqrt(gram + gamma(len(matrix)) * frobenius * frobenius + FLOOR) * UP


def frobenius_upper(matrix: Array) -> float:
    """Return an upper bound of ‖M‖_F for entries of at most 2²⁰⁰."""
    entries = matrix.ravel()
    return (math.sqrt(float(entries @ entries)) + _LOST_SQUARES) * UP


def _times(A: MatrixBall, B: MatrixBall, /, *, closely: bool = True) -> MatrixBall:
    """Return a ball with all products of a matrix in A and one in B."""
    rounding = gamma(len(A.centre)) * A.frobenius * B.frobenius + FLOOR
    inherited = A.norm * B.error + A.error * B.norm + A.error * B.error
    return matrix_ball(
        A.centre @ B.centre,
        A.exponent + B.exponent,
        (inherited + rounding) * UP,
        (A.norm * B.norm + rounding) * UP,
        closely=closely,
    )


def enclose_product(
    factor: Callable[[int], MatrixBall], start: int, stop: int, /, *, size: int
) -> MatrixBall:
    """Return a ball with factor(stop − 1) ⋯ factor(start), d × d for d = size.

    >>> unit = matrix_ball(np.array([[0.5]]), 1, 0.0)
    >>> found = enclose_product(lambda k: unit, 0, 1000, size=1)
    >>> float(found.centre[0, 0]) * 2.0**found.exponent, found.error < 1e-12
    (1.0, True)
    """
    count = stop - start
    if count == 1:
        return factor(start)
    if count <= _BLOCK:
        middle = start + count // 2
        newer = enclose_product(factor, middle, stop, size=size)
        # Of pairs, half of all products, a closer norm would gain less than it costs.
        older = enclose_product(factor, start, middle, size=size)
        return _times(newer, older, closely=count > 2)
    most = max(_FEWEST, _MEMORY // (2 * 8 * size * size))
    parts = min(most, -(-count // _BLOCK))
    ends = [start + count * j // parts for j in range(parts + 1)]
    blocks = [enclose_product(factor, a, b, size=size) for a, b in pairwise(ends)]
    return _tree(blocks, improve=True).ball


@dataclass(frozen=True, eq=False)
class _Node:
    """A node of the pairwise tree over blocks; a block itself has no children."""

    ball: MatrixBall
    newer: _Node | None = None
    older: _Node | None = None


def _tree(blocks: Sequence[MatrixBall], *, improve: bool = False) -> _Node:
    """Return the tree over blocks, the oldest first, every few levels with improved errors."""
    if len(blocks) == 1:
        return _Node(blocks[0])
    middle = len(blocks) // 2
    older, newer = _tree(blocks[:middle]), _tree(blocks[middle:])
    node = _Node(_times(newer.ball, older.ball), newer, older)
    height = (len(blocks) - 1).bit_length()
    # Of two blocks the sum would be the same bound.
    return _improved(node) if height > 1 and (improve or height % _LEVELS == 0) else node


def _improved(root: _Node) -> _Node:
    """Return the node with its error bounded by Σ_j ‖X_j‖ g_j, if that is less."""
    chain: MatrixBall | None = None
    terms: list[tuple[float, int]] = []

    def visit(node: _Node, left: MatrixBall | None) -> None:
        """Go through the blocks below, the oldest first; left is X for the newest of them."""
        nonlocal chain
        if node.newer is not None and node.older is not None:
            newer = node.newer.ball
            visit(node.older, newer if left is None else _times(left, newer))
            visit(node.newer, left)
            return
        step = node.ball if chain is None else _times(node.ball, chain)
        size, exponent = (1.0, 0) if left is None else (left.norm + left.error, left.exponent)
        fraction, power = math.frexp(step.error)
        terms.append((size * fraction * UP, exponent + step.exponent + power))
        # The chain goes on from its centre: what it is off by from here on is in the term.
        chain = replace(step, error=0.0)

    visit(root, None)
    assert chain is not None
    error = _sum(terms, chain.exponent)
    before = _sum([(root.ball.error, root.ball.exponent)], chain.exponent)
    if error >= before:
        return root
    return replace(root, ball=matrix_ball(chain.centre, chain.exponent, error, chain.norm))


def _sum(terms: Sequence[tuple[float, int]], exponent: int) -> float:
    """Return an upper bound of 2^−exponent Σ value · 2^e; ∞ beyond the range of float64."""
    shifted = [(value, e - exponent) for value, e in terms if value > 0]
    if any(math.frexp(value)[1] + e > _RANGE for value, e in shifted):
        return math.inf
    return (math.fsum(math.ldexp(value, e) for value, e in shifted) + FLOOR) * UP
