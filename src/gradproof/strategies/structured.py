"""Recurrent weights of a certain structure: orthogonal, nilpotent, defective, reducible, Dale's."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from gradproof.arrays import Array, as_index, as_real
from gradproof.errors import OutOfRangeError
from gradproof.strategies.matrices import (
    Size,
    drawn_size,
    dyadics,
    integer_matrices,
    matrices,
    quiet_or,
    reflected,
    sheared,
    sparse_matrices,
    vectors,
)

__all__ = [
    "dale_matrices",
    "jordan_matrices",
    "near_defective_matrices",
    "nilpotent_matrices",
    "orthogonal_matrices",
    "rational_matrices",
    "reducible_matrices",
]


@st.composite
def orthogonal_matrices(draw: st.DrawFn, size: Size | None = None) -> Array:
    """Draw an orthogonal Q: signs, permutations, reflections, and products of two of these.

    Exact for signs and permutations. A reflection is off by (2 + √d)u in norm, and a product of two
    by twice that and γ_d·d: ‖QᵀQ − I‖ ≤ 4(d + 2)²u.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(orthogonal_matrices(), lambda Q: True, settings=few).tolist()
    [[1.0]]
    """
    d = drawn_size(draw, size, "size")
    first = draw(reflected(d))
    return first if not draw(st.booleans()) else np.asarray(first @ draw(reflected(d)))


def _permuted(draw: st.DrawFn, matrix: Array) -> Array:
    """Turn the order of the units around, and shift it: as many choices whatever the size is."""
    order = np.roll(np.arange(len(matrix)), draw(st.integers(0, 5)))
    if draw(st.booleans()):
        order = order[::-1]
    return np.asarray(matrix[np.ix_(order, order)])


@st.composite
def nilpotent_matrices(draw: st.DrawFn, size: Size | None = None) -> Array:
    """Draw W with W^d = 0: strictly triangular, rows and columns shifted or turned alike. Exact.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(nilpotent_matrices(), lambda W: W.any(), settings=few).tolist()
    [[0.0, 0.125], [0.0, 0.0]]
    """
    d = drawn_size(draw, size, "size")
    return _permuted(draw, np.asarray(np.triu(draw(sparse_matrices(d, dyadics(16))), 1)))


@st.composite
def jordan_matrices(draw: st.DrawFn, eigenvalue: float, size: Size | None = None) -> Array:
    """Draw W with one eigenvalue λ, and one Jordan block: W − λI is nilpotent of rank d − 1.

    λI + N, hidden by transformations I + k e_i e_jᵀ as long as no entry is rounded. Exact.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(jordan_matrices(1.0), lambda W: len(W) > 1, settings=few).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    value = float(as_real(eigenvalue, "eigenvalue", dimensions=0))
    d = drawn_size(draw, size, "size")
    W = value * np.eye(d) + np.eye(d, k=1)
    for _ in range(draw(st.integers(0, 2)) if d > 1 else 0):
        i, j = draw(st.permutations(range(d)))[:2]
        W = sheared(W, i, j, draw(st.sampled_from([1, -1, 2, -2])))
    return np.asarray(W)


@st.composite
def near_defective_matrices(
    draw: st.DrawFn, eigenvalue: float = 1.0, size: Size | None = None
) -> Array:
    """Draw W = λI + N + g e_d e_1ᵀ with g = 2⁻ᵏ, 20 ≤ k ≤ 50, and d ≥ 2 units.

    The characteristic polynomial is (x − λ)^d − g exactly: eigenvalues on a circle of radius
    g^(1/d) around λ, with a condition number of order g^(1/d − 1).

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> W = find(near_defective_matrices(), lambda W: True, settings=few)
    >>> W[0].tolist(), int(W[1, 0] * 2**20)
    ([1.0, 1.0], 1)
    """
    value = float(as_real(eigenvalue, "eigenvalue", dimensions=0))
    d = drawn_size(draw, st.integers(2, 6) if size is None else size, "size")
    if d < 2:
        raise OutOfRangeError("size", f"is {d}", "give at least 2")
    W = value * np.eye(d) + np.eye(d, k=1)
    W[-1, 0] = 2.0 ** -draw(st.integers(20, 50))
    return np.asarray(W)


@st.composite
def reducible_matrices(draw: st.DrawFn, size: Size | None = None) -> Array:
    """Draw W that is block triangular up to a permutation: some units never hear of the others.

    The eigenvalues are those of the blocks, of which there are at least two; d ≥ 2.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(reducible_matrices(), lambda W: True, settings=few).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    d = drawn_size(draw, st.integers(2, 6) if size is None else size, "size")
    if d < 2:
        raise OutOfRangeError("size", f"is {d}", "give at least 2")
    W = draw(quiet_or(d, d, [16]))
    first = draw(st.integers(1, d - 1))
    W[first:, :first] = 0
    return _permuted(draw, W)


@st.composite
def rational_matrices(
    draw: st.DrawFn, size: Size | None = None, *, largest_denominator: int = 6
) -> list[list[Fraction]]:
    """Draw rows of fractions n/q with one q for all, for the exact layer. Shrinks to integers.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(rational_matrices(), lambda W: W[0][0] > 0, settings=few)
    [[Fraction(1, 1)]]
    """
    most = as_index(largest_denominator, "largest_denominator", least=1)
    numerators = draw(integer_matrices(size, most=12))
    q = draw(st.integers(1, most))
    return [[Fraction(int(n), q) for n in row] for row in numerators]


@st.composite
def dale_matrices(draw: st.DrawFn, size: Size | None = None) -> Array:
    """Draw W that obeys Dale's law: each column is of one sign, excitatory (≥ 0) or inhibitory.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(dale_matrices(), lambda W: W.min() < 0, settings=few).tolist()
    [[-0.125]]
    """
    if size is None and not draw(st.booleans()):
        return np.diag(draw(st.lists(dyadics(16), min_size=1, max_size=6)))
    d = drawn_size(draw, size, "size")
    moduli = np.abs(draw(matrices(d, d, dyadics(16))))
    return np.asarray(moduli * draw(vectors(d, st.sampled_from([1.0, -1.0]))))
