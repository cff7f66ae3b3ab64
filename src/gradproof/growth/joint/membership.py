"""Balanced polytopes in floating point: the norm of a point, and the vertices that show it.

For vertices v_1, …, v_N that span ℝᵈ let ‖x‖_V = min {Σ|c_k| : x = Σ c_k v_k}, the norm whose unit
ball is their symmetric convex hull. A minimum is attained on d independent vertices, a basis, so
that the indices of a basis are all that has to be handed on to a proof.

It is found by the simplex method: with −v_k a column like v_k, every basis is feasible after a
change of signs, so that it starts from the best basis of points before. For the y with
yᵀ(c_k/|c_k|)v_k = 1 on the basis, max |yᵀv_k| ≤ 1 shows that the basis is optimal; else the vertex
of the maximum enters. As ‖x‖_V ≥ yᵀx/max |yᵀv_k|, it ends once x is clearly inside or outside.

Complex vertices come with their conjugates, and the c_k are complex: then the columns are the real
and imaginary parts of e^{iθ}v_k for all θ, of which the one with the best phase enters. Nothing
here is trusted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr

from gradproof.arrays import Array

__all__ = ["BalancedHull", "SymmetricHull", "Witness", "hull_of"]

Points = NDArray[Any]

_TIE = 1e-12
#: A basis settles a point if it shows it this far inside.
_CLEAR = 1e-9
_STORED = 256
_PIVOTS = 400
_WELL_APART = 1e-6


@dataclass(frozen=True)
class Witness:
    """A point is a combination of a basis of d vertices and of others with known coefficients.

    The number ~k = −1 − k stands for the conjugate of vertex k.
    """

    basis: tuple[int, ...]
    others: tuple[tuple[int, complex], ...] = ()


def hull_of(points: Points) -> SymmetricHull | BalancedHull:
    """Return the hull of real or complex points, the rows."""
    return BalancedHull(points) if np.iscomplexobj(points) else SymmetricHull(points)


@dataclass(frozen=True)
class _Column:
    """A real column, and the vertex and the factor that made it."""

    entries: Array
    number: int
    factor: complex


class _Simplex:
    """The simplex method that the head of this module describes, for columns that ± are given."""

    def __init__(self, start: list[_Column]) -> None:
        self._bases = [start]
        self._inverses: Array = _inverse(start)[np.newaxis]

    def solve(
        self, x: Array, entering: Callable[[Array], tuple[float, _Column]]
    ) -> tuple[float, list[_Column], Array] | float:
        """Return the norm, a basis and the coefficients, or only a number above 1 if x is outside.

        ``entering`` returns max |yᵀv| and the column v of the maximum, with its sign.
        """
        best = int(np.argmin(np.abs(self._inverses @ x).sum(axis=1)))
        basis, inverse = list(self._bases[best]), self._inverses[best]
        for step in range(_PIVOTS):
            c = inverse @ x
            signs = np.where(c < 0, -1.0, 1.0)
            value = float(np.abs(c).sum())
            reach, column = entering(signs @ inverse)
            if value <= 1 - _CLEAR or reach <= 1 + _TIE:
                if step:
                    self._store(basis, inverse)
                return value, basis, c
            if value > (1 + _TIE) * reach:
                return value / reach
            direction = signs * (inverse @ column.entries)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratios = np.where(direction > _TIE, np.abs(c) / direction, math.inf)
            leaving = int(np.argmin(ratios))
            if not math.isfinite(ratios[leaving]):
                break
            basis[leaving] = column
            inverse = _inverse(basis)
        return math.inf

    def _store(self, basis: list[_Column], inverse: Array) -> None:
        self._bases = [*self._bases[-_STORED:], basis]
        self._inverses = np.concatenate([self._inverses[-_STORED:], inverse[np.newaxis]])


def _inverse(basis: list[_Column]) -> Array:
    try:
        return np.asarray(np.linalg.inv(np.array([column.entries for column in basis]).T))
    except np.linalg.LinAlgError:
        return np.full((len(basis), len(basis)), math.nan)


class SymmetricHull:
    """The norm ‖x‖_V for a growing set of vertices, in floating point.

    >>> hull = SymmetricHull(np.array([[1.0, 1.0], [1.0, -1.0]]))
    >>> value, witness = hull.norm(np.array([0.5, 0.0]))
    >>> value, sorted(witness.basis)
    (0.5, [0, 1])
    """

    def __init__(self, vertices: Array) -> None:
        self.vertices = vertices
        self._simplex: _Simplex | None = None

    def add(self, points: Array) -> None:
        """Add rows as vertices."""
        self.vertices = np.vstack([self.vertices, points])

    def norm(self, x: Array) -> tuple[float, Witness | None]:
        """Return ‖x‖_V, or a number on the same side of 1, and d vertices that show it if ≤ 1."""
        if self._simplex is None:
            pivots = qr(self.vertices.T, mode="r", pivoting=True)[1][: len(x)]
            self._simplex = _Simplex([self._column(int(k)) for k in pivots])
        found = self._simplex.solve(x, self._entering)
        if isinstance(found, float):
            return found, None
        value, basis, _ = found
        return value, Witness(tuple(column.number for column in basis))

    def _column(self, number: int, sign: float = 1.0) -> _Column:
        return _Column(sign * self.vertices[number], number, sign)

    def _entering(self, y: Array) -> tuple[float, _Column]:
        reach = self.vertices @ y
        k = int(np.argmax(np.abs(reach)))
        return float(abs(reach[k])), self._column(k, math.copysign(1.0, reach[k]))


class BalancedHull:
    """The norm ‖x‖_V of complex x for complex vertices and their conjugates, in floating point.

    >>> hull = BalancedHull(np.array([[1.0, 1.0j]]))
    >>> value, witness = hull.norm(np.array([0.5, 0.0j]))
    >>> round(value, 6), sorted(witness.basis)
    (0.5, [-1, 0])
    """

    def __init__(self, vertices: Points) -> None:
        self.vertices = vertices
        self._simplex: _Simplex | None = None

    def add(self, points: Points) -> None:
        """Add rows, and their conjugates, as vertices."""
        self.vertices = np.vstack([self.vertices, points])

    def norm(self, x: Points) -> tuple[float, Witness | None]:
        """Return ‖x‖_V, or a number on the same side of 1, and a witness if it is at most 1."""
        if self._simplex is None:
            count = len(self.vertices)
            numbers = [k for j in range(count) for k in (j, ~j)]
            columns = [self._column(k, factor) for k in numbers for factor in (1, 1j)]
            entries = np.array([column.entries for column in columns]).T
            pivots = qr(entries, mode="r", pivoting=True)[1][: len(entries)]
            self._simplex = _Simplex([columns[int(k)] for k in pivots])
        found = self._simplex.solve(np.concatenate([x.real, x.imag]), self._entering)
        if isinstance(found, float):
            return found, None
        value, basis, c = found
        return value, self._witness(basis, c)

    def _column(self, number: int, factor: complex) -> _Column:
        vector = factor * self._vertex(number)
        return _Column(np.concatenate([vector.real, vector.imag]), number, factor)

    def _vertex(self, number: int) -> Points:
        vertex: Points = self.vertices[number if number >= 0 else ~number]
        return vertex if number >= 0 else vertex.conj()

    def _entering(self, y: Array) -> tuple[float, _Column]:
        size, count = len(y) // 2, len(self.vertices)
        dual = y[:size] - 1j * y[size:]
        reach = np.concatenate([self.vertices @ dual, self.vertices.conj() @ dual])
        k = int(np.argmax(np.abs(reach)))
        length = float(abs(reach[k]))
        factor = complex(reach[k].conjugate() / length) if length > 0 else 1.0
        return length, self._column(k if k < count else ~(k - count), factor)

    def _witness(self, basis: list[_Column], c: Array) -> Witness | None:
        """Return independent vertices, the largest coefficients first, and those of the others."""
        total = dict[int, complex]()
        for column, weight in zip(basis, c, strict=True):
            total[column.number] = total.get(column.number, 0) + float(weight) * column.factor
        numbers = sorted(total, key=lambda k: -abs(total[k]))
        units = {k: self._vertex(k) / np.linalg.norm(self._vertex(k)) for k in numbers}
        chosen = list[int]()
        for number in numbers:
            trial = np.array([units[k] for k in [*chosen, number]])
            if np.linalg.svd(trial, compute_uv=False)[-1] > _WELL_APART:
                chosen.append(number)
            if len(chosen) == self.vertices.shape[1]:
                others = tuple((k, total[k]) for k in numbers if k not in chosen)
                return Witness(tuple(chosen), others)
        return None
