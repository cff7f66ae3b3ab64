"""Products of Jacobians Φ(T,t) = J_T J_{T−1} ⋯ J_{t+1}, scaled so that none vanishes or overflows.

The newest factor stands on the LEFT and Φ(t,t) = I. A product over n steps is of the size of
(γ‖W‖)ⁿ and leaves the range of float64 after a few hundred steps; here each partial product is
kept as M·2^e with an integer e of any size and largest entry of M in [½, 1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gradproof.arrays import Array, as_index, as_matrix, as_vector
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes

__all__ = [
    "ScaledMatrix",
    "jacobian_product",
    "jacobian_products",
    "jacobian_vector_product",
    "span",
    "vector_jacobian_product",
]


@dataclass(frozen=True, eq=False)
class ScaledMatrix:
    """The matrix mantissa · 2^exponent, with max|mantissa| in [½, 1), or zero with exponent 0.

    Scaling by a power of two rounds nothing, except that an entry smaller than 2⁻¹⁰²² times the
    largest becomes subnormal and may lose digits or vanish.

    >>> scaled = ScaledMatrix.of([[3.0, 0.0], [0.0, 0.5]])
    >>> scaled.mantissa.tolist(), scaled.exponent
    ([[0.75, 0.0], [0.0, 0.125]], 2)
    """

    mantissa: Array
    exponent: int

    @classmethod
    def of(cls, matrix: ArrayLike, /, *, exponent: int = 0) -> ScaledMatrix:
        """Return matrix · 2^exponent in scaled form.

        Raises
        ------
        ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
            If ``matrix`` is no real finite matrix.
        """
        return _normalised(as_matrix(matrix, "matrix"), exponent)

    @classmethod
    def identity(cls, size: int, /) -> ScaledMatrix:
        """Return the identity of the given size."""
        return _normalised(np.eye(as_index(size, "size", least=1)), 0)

    def __matmul__(self, other: ScaledMatrix) -> ScaledMatrix:
        """Return the product self · other; its only roundings are those of the mantissas' product.

        >>> tiny = ScaledMatrix.of([[1.0]], exponent=-5000)
        >>> (tiny @ tiny).exponent
        -9999
        """
        as_matrix(other.mantissa, "other", rows=self.mantissa.shape[1])
        return _normalised(self.mantissa @ other.mantissa, self.exponent + other.exponent)

    def log_norm(self) -> float:
        """Return log‖·‖₂, the natural logarithm of the spectral norm; −∞ for the zero matrix.

        >>> round(ScaledMatrix.of([[1.0]], exponent=-100000).log_norm(), 6)
        -69314.718056
        """
        norm = float(np.linalg.norm(self.mantissa, 2))
        return math.log(norm) + self.exponent * math.log(2) if norm else -math.inf

    def to_array(self) -> Array:
        """Return the matrix itself. Entries out of range become 0, subnormal or infinite."""
        # ldexp takes a C int; every entry has left the range of float64 long before ±5000.
        exponent = max(-5000, min(5000, self.exponent))
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(np.ldexp(self.mantissa, exponent))


def _normalised(matrix: Array, exponent: int) -> ScaledMatrix:
    _, shift = math.frexp(float(np.abs(matrix).max()))
    mantissa = np.ldexp(matrix, -shift)
    mantissa.setflags(write=False)
    return ScaledMatrix(mantissa, exponent + shift if mantissa.any() else 0)


def span(trajectory: Trajectory, start: int, stop: int | None) -> tuple[int, int]:
    """Return (start, stop) with 0 ≤ start ≤ stop ≤ T, where no ``stop`` means T.

    Raises
    ------
    OutOfRangeError, NotRealError
        Naming the end that is out of range, or no integer.
    """
    first = as_index(start, "start", most=trajectory.steps)
    last = trajectory.steps if stop is None else stop
    return first, as_index(last, "stop", least=first, most=trajectory.steps)


def jacobian_products(
    network: ElmanNetwork, trajectory: Trajectory, /, *, start: int = 0, stop: int | None = None
) -> Iterator[ScaledMatrix]:
    """Yield Φ(start,start) = I, Φ(start+1,start), …, Φ(stop,start), one by one.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T (``stop`` is T where none is given).

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> run = forward(network, [0.0], [[0.0], [0.0]])
    >>> [float(product.to_array()[0, 0]) for product in jacobian_products(network, run)]
    [1.0, 0.5, 0.25]
    """
    first, last = span(trajectory, start, stop)
    return _multiplied(network, trajectory, first, last, ScaledMatrix.identity(network.state_size))


def _multiplied(
    network: ElmanNetwork, trajectory: Trajectory, start: int, stop: int, right: ScaledMatrix
) -> Iterator[ScaledMatrix]:
    weight = ScaledMatrix.of(network.recurrent_weight)
    slope = slopes(network, trajectory)[:, :, np.newaxis]
    product = right
    yield product
    for k in range(start, stop):
        matrix = (slope[k] * weight.mantissa) @ product.mantissa
        product = _normalised(matrix, weight.exponent + product.exponent)
        yield product


def _last(products: Iterator[ScaledMatrix]) -> ScaledMatrix:
    product = next(products)
    for later in products:
        product = later
    return product


def jacobian_product(
    network: ElmanNetwork, trajectory: Trajectory, /, *, start: int = 0, stop: int | None = None
) -> ScaledMatrix:
    """Return Φ(stop,start) = ∂h_stop/∂h_start = J_stop ⋯ J_{start+1}, shape (d, d).

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T (``stop`` is T where none is given).

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.0, 1.0], [0.5, 0.0]], [[1.0], [0.0]], [0.0, 0.0])
    >>> run = forward(network, [0.0, 0.0], [[0.0]] * 3)
    >>> jacobian_product(network, run).to_array().tolist()
    [[0.0, 0.5], [0.25, 0.0]]
    """
    return _last(jacobian_products(network, trajectory, start=start, stop=stop))


def jacobian_vector_product(
    network: ElmanNetwork,
    trajectory: Trajectory,
    tangent: ArrayLike,
    /,
    *,
    start: int = 0,
    stop: int | None = None,
) -> ScaledMatrix:
    """Return the column Φ(stop,start) v, shape (d, 1): how a change v of h_start moves h_stop.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T (``stop`` is T where none is given).
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If ``tangent`` is no real finite vector of d entries.
    """
    vector = as_vector(tangent, "tangent", size=network.state_size)
    first, last = span(trajectory, start, stop)
    column = ScaledMatrix.of(vector[:, np.newaxis])
    return _last(_multiplied(network, trajectory, first, last, column))


def vector_jacobian_product(
    network: ElmanNetwork,
    trajectory: Trajectory,
    cotangent: ArrayLike,
    /,
    *,
    start: int = 0,
    stop: int | None = None,
) -> ScaledMatrix:
    """Return the row vᵀΦ(stop,start), shape (1, d): ∂L/∂h_start where vᵀ = ∂L/∂h_stop.

    Computed from the left, v first: stop − start vector–matrix products, the way gradients flow.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T (``stop`` is T where none is given).
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If ``cotangent`` is no real finite vector of d entries.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> run = forward(network, [0.0], [[0.0], [0.0]])
    >>> vector_jacobian_product(network, run, [4.0]).to_array().tolist()
    [[1.0]]
    """
    vector = as_vector(cotangent, "cotangent", size=network.state_size)
    first, last = span(trajectory, start, stop)
    weight = ScaledMatrix.of(network.recurrent_weight)
    slope = slopes(network, trajectory)
    row = ScaledMatrix.of(vector[np.newaxis])
    for k in reversed(range(first, last)):
        matrix = (row.mantissa * slope[k]) @ weight.mantissa
        row = _normalised(matrix, row.exponent + weight.exponent)
    return row
