"""Hypothesis strategies for recurrent weights, with a prescribed spectral radius or norm.

Entries are short dyadic rationals k/8: exact in float64, readable in a shrunk example, and simple
ones (0, then small, then positive) come first. Both prescriptions are built from a normal form
whose radius or norm is known, by transformations that are orthogonal or unimodular, because an
eigenvalue computed afterwards would be known only as well as its condition allows.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias, TypeVar

import numpy as np
from hypothesis import strategies as st

from gradproof.arrays import Array, as_index, as_real
from gradproof.errors import InputError, OutOfRangeError

__all__ = [
    "Number",
    "Size",
    "dimensions",
    "drawn_size",
    "dyadics",
    "integer_matrices",
    "matrices",
    "nonnegative",
    "quiet_or",
    "recurrent_matrices",
    "reflected",
    "sheared",
    "sparse_matrices",
    "vectors",
]

Size: TypeAlias = int | st.SearchStrategy[int]
Number: TypeAlias = float | st.SearchStrategy[float]
T = TypeVar("T")


_MOST = 6


def dimensions(*, most: int = _MOST) -> st.SearchStrategy[int]:
    """Return numbers of units 1 … ``most``; shrinks to 1.

    >>> dimensions(most=0)
    Traceback (most recent call last):
    gradproof.errors.OutOfRangeError: most is 0; give an integer at least 1
    """
    return st.integers(1, as_index(most, "most", least=1))


def dyadics(most: int, /, *, denominator: int = 8) -> st.SearchStrategy[float]:
    """Return the numbers k/denominator with |k| ≤ ``most``; shrinks to 0.

    Raises
    ------
    OutOfRangeError
        If ``denominator`` is no power of two, so that k/denominator would be rounded.
    """
    divisor = as_index(denominator, "denominator", least=1)
    if divisor & (divisor - 1):
        raise OutOfRangeError("denominator", f"is {divisor}", "give a power of two")
    bound = as_index(most, "most")
    return st.integers(-bound, bound).map(lambda k: k / divisor)


def matrices(
    rows: int, columns: int, entries: st.SearchStrategy[float], /
) -> st.SearchStrategy[Array]:
    """Return matrices of the given shape with the given entries."""
    flat = st.lists(entries, min_size=rows * columns, max_size=rows * columns)
    return flat.map(lambda values: np.array(values, dtype=np.float64).reshape(rows, columns))


def sparse_matrices(size: int, entries: st.SearchStrategy[float], /) -> st.SearchStrategy[Array]:
    """Return square matrices of which some entries are drawn, by place, and the others are 0.

    Places beyond the size don't count, so that the size can shrink below them.
    """

    def placed(cells: list[tuple[int, int, float]]) -> Array:
        matrix = np.zeros((size, size))
        for i, j, value in cells:
            if max(i, j) < size:
                matrix[i, j] = value
        return matrix

    index = st.integers(0, max(size, _MOST) - 1)
    return st.lists(st.tuples(index, index, entries), max_size=size * size + 2).map(placed)


def quiet_or(rows: int, columns: int, largest: list[int]) -> st.SearchStrategy[Array]:
    """Return zeros, drawn without any choice so that shrinking has less to do, or dyadics."""
    silent = st.builds(np.zeros, st.just((rows, columns)))
    return st.one_of(silent, *(matrices(rows, columns, dyadics(most)) for most in largest))


def vectors(size: int, entries: st.SearchStrategy[float]) -> st.SearchStrategy[Array]:
    """Return vectors of the given size with the given entries."""
    return matrices(1, size, entries).map(lambda matrix: matrix[0])


def _drawn(draw: st.DrawFn, value: T | st.SearchStrategy[T]) -> T:
    return draw(value) if isinstance(value, st.SearchStrategy) else value


def drawn_size(draw: st.DrawFn, value: Size | None, argument: str) -> int:
    """Draw a size ≥ 1, from ``value`` or where there is none from :func:`dimensions`."""
    return as_index(_drawn(draw, dimensions() if value is None else value), argument, least=1)


def nonnegative(value: float, argument: str) -> float:
    """Return a finite number ≥ 0, or raise an error that names the argument."""
    number = float(as_real(value, argument, dimensions=0))
    if number < 0:
        raise OutOfRangeError(argument, f"is {number}", "give a number ≥ 0")
    return number


def _prescribed(value: Number, argument: str) -> st.SearchStrategy[float]:
    if isinstance(value, st.SearchStrategy):
        return value.map(lambda drawn: nonnegative(drawn, argument))
    return st.just(nonnegative(value, argument))


def recurrent_matrices(
    size: Size | None = None,
    *,
    spectral_radius: Number | None = None,
    spectral_norm: Number | None = None,
) -> st.SearchStrategy[Array]:
    """Return recurrent weights W, square, diagonal to dense and far from normal.

    Parameters
    ----------
    size
        d, or a strategy for it; :func:`dimensions` if none is given.
    spectral_radius
        ρ(W), a number or a strategy for it. Exact where the dominating eigenvalues are real (W is
        similar, by a transformation without any rounding, to a quasi-triangular matrix with ±ρ on
        its diagonal), and within 4u relative where they are a complex pair (ρ ≥ 2⁻¹⁰⁰⁰). W has
        any norm ≥ ρ.
    spectral_norm
        ‖W‖₂, a number or a strategy for it. Within (d + 2)²u relative (‖W‖ ≥ 2⁻¹⁰⁰⁰). W has any
        rank ≥ 1.

    Raises
    ------
    InputError
        If both are prescribed.
    OutOfRangeError, NotRealError, NotFiniteError
        If a prescribed number is negative, or no finite number.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(recurrent_matrices(spectral_radius=0.75), lambda W: True, settings=few).tolist()
    [[0.75]]
    """
    if spectral_radius is not None and spectral_norm is not None:
        raise InputError("spectral_norm", "is given beside spectral_radius", "prescribe one")
    if spectral_radius is not None:
        return _of_spectral_radius(size, _prescribed(spectral_radius, "spectral_radius"))
    if spectral_norm is not None:
        return _of_spectral_norm(size, _prescribed(spectral_norm, "spectral_norm"))
    return _unconstrained(size)


def integer_matrices(size: Size | None = None, *, most: int = 1) -> st.SearchStrategy[Array]:
    """Return square matrices with entries in {−most, …, most}, of size 1 … 3 or ``size``.

    Their powers are exact in float64 while the entries stay below 2⁵³. Shrinks to [[0]].

    >>> from hypothesis import Phase, find, settings
    >>> phases = (Phase.generate, Phase.shrink)
    >>> few = settings(database=None, max_examples=50, derandomize=True, phases=phases)
    >>> find(integer_matrices(), lambda W: True, settings=few).tolist()
    [[0.0]]
    """
    bound = as_index(most, "most")
    entries = st.integers(-bound, bound).map(float)
    sizes = dimensions(most=3) if size is None else size
    if isinstance(sizes, int):
        sizes = st.just(as_index(sizes, "size", least=1))
    return sizes.flatmap(lambda d: matrices(d, d, entries))


@st.composite
def _unconstrained(draw: st.DrawFn, size: Size | None) -> Array:
    shape = draw(st.sampled_from(["diagonal", "dense", "triangular", "transposed", "rank one"]))
    if shape == "diagonal" and size is None:
        # One list, not a size and then entries: so the shrinker can drop any of the units.
        return np.diag(draw(st.lists(dyadics(16), min_size=1, max_size=_MOST)))
    d = drawn_size(draw, size, "size")
    if shape == "diagonal":
        return np.diag(draw(vectors(d, dyadics(16))))
    if shape == "rank one":
        return np.outer(draw(vectors(d, dyadics(16))), draw(vectors(d, dyadics(16))))
    matrix = draw(matrices(d, d, dyadics(16)))
    if shape == "dense":
        return matrix
    return np.asarray(np.triu(matrix) if shape == "triangular" else np.triu(matrix).T)


# cos and sin of a rotation with short entries; the first is exact whatever it is multiplied by.
_ROTATIONS = ((0.0, 1.0), (0.6, 0.8), (-0.8, 0.6), (5 / 13, 12 / 13))


@st.composite
def _of_spectral_radius(
    draw: st.DrawFn, size: Size | None, radius: st.SearchStrategy[float]
) -> Array:
    """Draw a real Schur form with the radius in its first block, then hide it.

    The eigenvalues of a quasi-triangular matrix are those of its diagonal blocks, however large the
    entries above them. The other eigenvalues are fl(ρ·k/8) with |k| ≤ 8, of modulus ≤ ρ because
    rounding is monotone. A block [[a, −b], [b, a]] with a = fl(ρ·fl(cos)), b = fl(ρ·fl(sin)) has
    modulus √(a² + b²), and either entry is right up to 2u + u²: 2u + O(u²) in all, below 4u.
    """
    d = drawn_size(draw, size, "size")
    rho = draw(radius)
    schur = np.diag(rho * draw(quiet_or(1, d, [8]))[0])
    schur[0, 0] = draw(st.sampled_from([rho, -rho]))
    if d > 1 and draw(st.booleans()):
        cosine, sine = draw(st.sampled_from(_ROTATIONS))
        schur[:2, :2] = np.array([[cosine, -sine], [sine, cosine]]) * rho
    if d > 1:
        rows, columns = np.triu_indices(d, 1)
        schur[rows, columns] = draw(quiet_or(1, rows.size, [16]))[0]
        if schur[1, 0] != 0:  # (0, 1) belongs to the rotation, not to what stands above it
            schur[0, 1] = -schur[1, 0]
    if d == 1 or not draw(st.booleans()):
        return np.asarray(schur)
    for _ in range(draw(st.integers(0, 2))):
        i, j = draw(st.lists(st.integers(0, d - 1), min_size=2, max_size=2, unique=True))
        schur = sheared(schur, i, j, draw(st.sampled_from([1, -1, 2, -2])))
    order = draw(st.permutations(range(d)))
    signs = draw(vectors(d, st.sampled_from([1.0, -1.0])))
    return np.asarray((signs[:, np.newaxis] * schur * signs)[np.ix_(order, order)])


def sheared(matrix: Array, i: int, j: int, factor: int) -> Array:
    """Return S⁻¹AS with S = I + factor·e_i e_jᵀ, or A itself where an entry would be rounded.

    Rounding must be refused, not bounded: an eigenvalue of a Jordan block of size d moves by the
    d-th root of the perturbation.
    """
    exact = [[Fraction(entry) for entry in row] for row in matrix.tolist()]
    for row in exact:
        row[j] += factor * row[i]
    exact[i] = [a - factor * b for a, b in zip(exact[i], exact[j], strict=True)]
    rounded = [[float(entry) for entry in row] for row in exact]
    unrounded = all(
        Fraction(near) == entry
        for near_row, row in zip(rounded, exact, strict=True)
        for near, entry in zip(near_row, row, strict=True)
    )
    return np.array(rounded) if unrounded else matrix


@st.composite
def _of_spectral_norm(draw: st.DrawFn, size: Size | None, norm: st.SearchStrategy[float]) -> Array:
    """Draw a singular value decomposition W = Q1 diag(σ) Q2 with σ_1 = ‖W‖, the others fl(σ_1·k/8).

    Rounding: Q = I − 2vvᵀ/vᵀv with small integers v (the products exact, then a quotient and a
    difference rounded) is off by u(‖2vvᵀ/vᵀv‖_F + ‖Q‖_F) = (2 + √d)u in norm, twice; scaling the
    columns of Q1 adds √d·u·σ_1 and the product γ_d‖Q1 diag(σ)‖_F‖Q2‖_F ≤ d²u·σ_1 + O(u²). In all
    (d² + 3√d + 4)u·σ_1, within (d + 2)²u·σ_1; for d = 1 nothing is rounded.
    """
    d = drawn_size(draw, size, "size")
    largest = draw(norm)
    ratios = draw(vectors(d, st.integers(0, 8).map(lambda k: k / 8)))
    singular = largest * np.array([1.0, *ratios[1:]])
    left, right = draw(reflected(d)), draw(reflected(d))
    return np.asarray((left * singular) @ right)


@st.composite
def reflected(draw: st.DrawFn, size: int) -> Array:
    """Draw the identity, or permuted rows of a diagonal of signs or of a reflection."""
    kind = draw(st.sampled_from(["identity", "signs", "reflection"]))
    if kind == "identity":
        return np.eye(size)
    if kind == "signs":
        matrix = np.diag(draw(vectors(size, st.sampled_from([1.0, -1.0]))))
    else:
        normal = draw(vectors(size, dyadics(3, denominator=1)))
        square = normal @ normal or 1.0
        matrix = np.eye(size) - 2 * np.outer(normal, normal) / square
    return np.asarray(matrix[draw(st.permutations(range(size)))])
