"""Recurrent weights whose singular values, departure from normality or growth is prescribed."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from gradproof.arrays import Array
from gradproof.errors import OutOfRangeError
from gradproof.strategies.matrices import (
    Size,
    dimensions,
    drawn_size,
    dyadics,
    nonnegative,
    quiet_or,
    reflected,
    sparse_matrices,
    vectors,
)

__all__ = [
    "matrices_of_departure",
    "matrices_of_smallest_singular_value",
    "stable_matrices",
    "unstable_matrices",
]


@st.composite
def matrices_of_smallest_singular_value(
    draw: st.DrawFn, smallest: float, size: Size | None = None
) -> Array:
    """Draw W = Q diag(σ) Q′ with min σ = ``smallest`` and the others at most 5 times that, or 1.

    Within (d + 2)²u‖W‖ of the prescribed number, as derived for
    :func:`~gradproof.strategies.recurrent_matrices`, and by Weyl's inequality for singular values.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(matrices_of_smallest_singular_value(0.5), lambda W: True, settings=few).tolist()
    [[0.5]]
    """
    least = nonnegative(smallest, "smallest")
    d = drawn_size(draw, size, "size")
    steps = draw(vectors(d, st.integers(0, 32).map(lambda k: k / 8)))
    singular = least + (least or 0.25) * np.array([0.0, *steps[1:]])
    left, right = draw(reflected(d)), draw(reflected(d))
    return np.asarray((left * singular) @ right)


# Pairs whose squares add up to 1, for shares of a Frobenius norm.
_SHARES = ((1.0, 0.0), (0.6, 0.8), (5 / 13, 12 / 13))


@st.composite
def matrices_of_departure(draw: st.DrawFn, departure: float, size: Size | None = None) -> Array:
    """Draw W with √(‖W‖_F² − Σ|λ|²) = ``departure``: Henrici's departure from normality.

    W is a triangular matrix with a strict upper part of that Frobenius norm, its rows and columns
    permuted and their signs changed alike, which is exact. It holds within 4u relative: the two
    entries above the diagonal are products of the departure and rounded shares.

    Raises
    ------
    OutOfRangeError
        If ``size`` is 1 and the departure isn't 0.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(matrices_of_departure(2.0), lambda W: True, settings=few).tolist()
    [[0.0, 2.0], [0.0, 0.0]]
    """
    amount = nonnegative(departure, "departure")
    sizes = st.integers(2, 6) if size is None and amount else size
    d = drawn_size(draw, sizes, "size")
    if d == 1 and amount:
        raise OutOfRangeError("size", "is 1, where every matrix is normal", "give at least 2")
    W = np.diag(draw(quiet_or(1, d, [8]))[0])
    if amount:
        places = list(zip(*np.triu_indices(d, 1), strict=True))
        shares = draw(st.sampled_from(_SHARES)) if d > 2 else _SHARES[0]
        chosen = draw(st.permutations(places))[: len(shares)]
        for place, share in zip(chosen, shares[: len(chosen)], strict=True):
            W[place] = amount * share
    if not draw(st.booleans()):
        return np.asarray(W)
    order = draw(st.permutations(range(d)))
    signs = draw(vectors(d, st.sampled_from([1.0, -1.0])))
    return np.asarray((signs[:, np.newaxis] * W * signs)[np.ix_(order, order)])


def _powers_of_two(size: int) -> st.SearchStrategy[Array]:
    return vectors(size, st.integers(-3, 3).map(lambda k: 2.0**k))


@st.composite
def stable_matrices(draw: st.DrawFn, size: Size | None = None) -> Array:
    """Draw W for which no slopes in [0, 1] make gradients explode: ρ(|W|) ≤ 15/16.

    W = S M S⁻¹ with a diagonal S of powers of two and ‖M‖_∞ ≤ 15/16, without rounding. So every
    product of n factors D_k W, 0 ≤ D_k ≤ I, has ‖S⁻¹ ⋯ S‖_∞ ≤ (15/16)ⁿ: the joint spectral radius
    is at most 15/16. ρ(W) is below 1, ‖W‖ need not be.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> def large(W):
    ...     return np.linalg.norm(W, 2) > 1
    >>> W = find(stable_matrices(), large, settings=few)
    >>> bool(max(abs(np.linalg.eigvals(abs(W)))) <= 15 / 16)
    True
    """
    d = drawn_size(draw, size, "size")
    M = draw(sparse_matrices(d, dyadics(15, denominator=16)))
    for row in M:
        while np.abs(row).sum() > 15 / 16:
            row /= 2
    # As many as there may be units: so the number of choices is the same for fewer.
    scale = draw(_powers_of_two(max(d, 6)))[:d]
    return np.asarray(scale[:, np.newaxis] * M / scale)


#: 2 × 2 matrices with slopes, once or alternating, under which the product has an eigenvalue of
#: modulus > 1; of the second and the third all eigenvalues are inside the disc, or on its edge.
_UNSTABLE = (
    [[2.0, 0.0], [0.0, 0.0]],  # slopes 1: eigenvalue 2
    [[1.0, 1.5], [-1.5, -2.0]],  # slopes (3/4, 1): −(5 + √13)/8; ρ(W) = 1/2
    [[1.0, 1.0], [-2.0, -1.0]],  # slopes (1, 3/4), (3/4, 1): −9/8; ρ(W) = 1
)


@st.composite
def unstable_matrices(draw: st.DrawFn, size: Size | None = None) -> Array:
    """Draw W, d ≥ 2, for which some slopes in (0, 1] make gradients explode.

    Two units have a matrix of :data:`_UNSTABLE` among them, scaled by powers of two, which leaves
    its eigenvalues and those of products alone. With slopes near 0 the other units are silent, so
    the joint spectral radius of {D W : 0 ≤ D ≤ I} is above 1. ρ(W) may be below 1.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> def small(W):
    ...     return max(abs(np.linalg.eigvals(W))) < 0.9
    >>> find(unstable_matrices(), small, settings=few).tolist()
    [[1.0, 1.5], [-1.5, -2.0]]
    """
    d = drawn_size(draw, dimensions().map(lambda d: d + 1) if size is None else size, "size")
    if d < 2:
        raise OutOfRangeError("size", f"is {d}", "give at least 2")
    core = np.array(draw(st.sampled_from(_UNSTABLE)))
    scale = draw(vectors(2, st.integers(0, 3).map(lambda k: 2.0**k)))
    W = draw(quiet_or(d, d, [8]))
    i, j = sorted(draw(st.permutations(range(d)))[:2])
    W[np.ix_([i, j], [i, j])] = scale[:, np.newaxis] * core / scale
    return np.asarray(W)
