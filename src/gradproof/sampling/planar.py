"""All small rational networks of two units, in order of size: the smallest that refutes a sentence.

A case is a recurrent matrix W and a state of odd and one of even steps, between which a tanh
network goes to and fro if its inputs say so: x_k = artanh(h_k) − W h_{k−1} with U = I and b = 0.
The slopes 1 − h² are rational then, and J_k = diag(1 − h_k²) W; what becomes of the product
⋯ J_2 J_1 J_2 J_1 is decided by ρ(J_2 J_1). Everything is computed in integers.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Matrices", "PlanarCases", "PlanarNetwork", "planar_cases", "smallest"]

Integers: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]

#: Entries of W are n/2, entries of states n/4: the sign of a state doesn't matter to its slope
#: (16 − n²)/16.
_WEIGHTS, _HALF = range(-4, 5), 2
_STATES, _QUARTER = (0, 2, 3), 4


@dataclass(frozen=True)
class PlanarNetwork:
    """A recurrent matrix of two units, and the states at odd and at even steps.

    Parameters
    ----------
    recurrent_weight
        W, two rows.
    odd_state, even_state
        h_1 = h_3 = …, and h_0 = h_2 = ….
    """

    recurrent_weight: tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
    odd_state: tuple[Fraction, Fraction]
    even_state: tuple[Fraction, Fraction]

    def __str__(self) -> str:
        rows = "; ".join(" ".join(map(str, row)) for row in self.recurrent_weight)
        odd, even = (", ".join(map(str, h)) for h in (self.odd_state, self.even_state))
        return f"W = [{rows}], h = ({odd}) at odd steps, ({even}) at even steps"


@dataclass(frozen=True)
class Matrices:
    """Many rational 2 × 2 matrices: integers, shape (N, 2, 2), over one denominator.

    >>> shear = Matrices(np.array([[[1, 1], [0, 1]]]), 1)
    >>> shear.radius_above_one().item(), shear.norm_above_one().item()
    (False, True)
    """

    numerators: Integers
    denominator: int

    def times(self, other: Matrices) -> Matrices:
        """Return A B for each pair."""
        numerators = np.einsum("nij,njk->nik", self.numerators, other.numerators)
        return Matrices(numerators, self.denominator * other.denominator)

    def scaled(self, numerators: Integers, denominator: int) -> Matrices:
        """Return each matrix times a rational number of its own."""
        scaled = self.numerators * numerators[:, np.newaxis, np.newaxis]
        return Matrices(scaled, self.denominator * denominator)

    @property
    def moduli(self) -> Matrices:
        """The matrices of the moduli of the entries."""
        return Matrices(np.abs(self.numerators), self.denominator)

    @property
    def trace(self) -> Integers:
        """The trace times the denominator."""
        return np.asarray(self.numerators[:, 0, 0] + self.numerators[:, 1, 1])

    @property
    def determinant(self) -> Integers:
        """The determinant times the square of the denominator."""
        a, b, c, d = self.numerators.reshape(-1, 4).T
        return np.asarray(a * d - b * c)

    def radius_below_one(self) -> Truths:
        """Whether ρ < 1: |det| < 1 and |tr| < 1 + det (Jury 1964, for degree 2)."""
        q, t, e = self.denominator, np.abs(self.trace), self.determinant
        return np.asarray((np.abs(e) < q * q) & (t * q < q * q + e))

    def radius_above_one(self) -> Truths:
        """Whether ρ > 1: |det| > 1 or |tr| > 1 + det.

        Else both roots of λ² − tr λ + det are in the closed disc, as limits of roots within.
        """
        q, t, e = self.denominator, np.abs(self.trace), self.determinant
        return np.asarray((np.abs(e) > q * q) | (t * q > q * q + e))

    @property
    def gram(self) -> Matrices:
        """AᵀA."""
        return Matrices(np.swapaxes(self.numerators, 1, 2), self.denominator).times(self)

    def norm_above_one(self) -> Truths:
        """Whether ‖A‖ > 1: ρ(AᵀA) > 1."""
        return self.gram.radius_above_one()

    def norm_exceeds(self, other: Matrices) -> Truths:
        """Whether ‖A‖ > ‖B‖; 2‖A‖² is T + √(T² − 4 det²) for the trace T of AᵀA."""
        T, S = self._of_gram(other.denominator), other._of_gram(self.denominator)
        a = T[0] - S[0]
        # a + √x > √y by squaring twice, with care for signs.
        x, y = T[1], S[1]
        c, e = y - x - a * a, x - y - a * a
        upward = (c < 0) | (4 * a * a * x > c * c)
        downward = (e > 0) & (e * e > 4 * a * a * y)
        return np.asarray(np.where(a >= 0, upward & ((a > 0) | (x > y)), downward))

    def _of_gram(self, factor: int) -> tuple[Integers, Integers]:
        """Return T and T² − 4 det² of the matrices times a factor and their denominator."""
        numerators = self.numerators * factor
        square = (numerators * numerators).sum(axis=(1, 2))
        det = self.determinant * factor * factor
        return square, square * square - 4 * det * det


@dataclass(frozen=True)
class PlanarCases:
    """All cases in order of size: the sum of numerators and denominators beyond 1.

    Parameters
    ----------
    W, J_1, J_2
        The recurrent matrix, and the Jacobians of odd and of even steps.
    states
        4 h, shape (N, 2, 2): of odd steps, and of even ones.
    """

    W: Matrices
    J_1: Matrices
    J_2: Matrices
    states: Integers

    @functools.cached_property
    def period(self) -> Matrices:
        """J_2 J_1, of which the powers are the products of the Jacobians."""
        return self.J_2.times(self.J_1)

    @property
    def weight_times_mean_slope(self) -> Matrices:
        """W times the mean of the slopes of both units at odd and at even steps."""
        slopes = _QUARTER**2 - self.states * self.states
        return self.W.scaled(slopes.sum(axis=(1, 2)), 4 * _QUARTER**2)

    @property
    def has_constant_slopes(self) -> Truths:
        """Whether all units have one slope at all steps."""
        return np.asarray((self.states == self.states[:, :1, :1]).all(axis=(1, 2)))

    @property
    def decays(self) -> Truths:
        """Whether the products of the Jacobians vanish."""
        return self.period.radius_below_one()

    @property
    def explodes(self) -> Truths:
        """Whether they grow exponentially."""
        return self.period.radius_above_one()

    def network(self, i: int) -> PlanarNetwork:
        """Return one case with its fractions."""
        (a, b), (c, d) = self.W.numerators[i].tolist()
        odd, even = self.states[i].tolist()
        rows = tuple((Fraction(p, _HALF), Fraction(q, _HALF)) for p, q in ((a, b), (c, d)))
        states = [(Fraction(p, _QUARTER), Fraction(q, _QUARTER)) for p, q in (odd, even)]
        return PlanarNetwork((rows[0], rows[1]), states[0], states[1])


def _size(value: Fraction) -> int:
    return abs(value.numerator) + value.denominator - 1


@functools.cache
def planar_cases() -> PlanarCases:
    """Return all cases with entries n/2 of W, |n| ≤ 4, and 0, 1/2 and 3/4 of the states.

    >>> cases = planar_cases()
    >>> print(cases.network(0))
    W = [0 0; 0 0], h = (0, 0) at odd steps, (0, 0) at even steps
    """
    weights = _ordered(_WEIGHTS, _HALF)
    states = _ordered(_STATES, _QUARTER)
    W = np.repeat(weights[0], len(states[0]), axis=0).reshape(-1, 2, 2)
    H = np.tile(states[0], (len(weights[0]), 1)).reshape(-1, 2, 2)
    sizes = np.add.outer(weights[1], states[1]).ravel()
    order = np.argsort(sizes, kind="stable")
    W, H = W[order], H[order]
    slopes = _QUARTER**2 - H * H
    J = slopes[:, :, :, np.newaxis] * W[:, np.newaxis]
    denominator = _HALF * _QUARTER**2
    return PlanarCases(
        Matrices(W, _HALF),
        Matrices(J[:, 0], denominator),
        Matrices(J[:, 1], denominator),
        H,
    )


def _ordered(numerators: Iterable[int], denominator: int) -> tuple[Integers, Integers]:
    """Return all quadruples in order of size, positive numbers before negative ones, and sizes."""
    numbers = sorted(numerators, key=lambda n: (_size(Fraction(n, denominator)), -n))
    one = {n: _size(Fraction(n, denominator)) for n in numbers}
    rows = sorted(itertools.product(numbers, repeat=4), key=lambda row: sum(one[n] for n in row))
    return np.array(rows), np.array([sum(one[n] for n in row) for row in rows])


def smallest(refutes: Callable[[PlanarCases], Truths]) -> PlanarNetwork | None:
    """Return the first case of which a sentence is false; None where it is true of them all.

    >>> print(smallest(lambda cases: cases.W.radius_below_one() & cases.explodes))
    W = [1 3/2; -3/2 -2], h = (1/2, 0) at odd steps, (1/2, 0) at even steps
    """
    cases = planar_cases()
    found = np.flatnonzero(refutes(cases))
    return cases.network(int(found[0])) if found.size else None
