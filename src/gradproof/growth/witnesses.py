"""Inputs that make gradients grow: a word of slopes, repeated for ever.

With U of full row rank, inputs steer the state to any h_k in the open range of φ, so any diagonal
D_k = diag(φ′(z_k)) whose entries are values of φ′ occurs, in any order. If D_1, …, D_L recur with
period L, the gradient over mL steps is A^m for A = D_L W ⋯ D_1 W, and ‖A^m‖ ≥ ρ(A)^m. So gradients
can grow like ρ(A)^{n/L} (claims ``fixed_point`` and ``periodic_orbit``).

ρ(A)^{1/L} is the spectral radius of the block matrix with the blocks D_k W on its cyclic
subdiagonal, whose L-th power has the rotations of A on its diagonal. Its entries are exact, and it
is enclosed.

The search takes entries steepest or least: the joint spectral radius of all DW is that of these
vertices, and the supremum of ρ(A)^{1/L} over their words (Berger and Wang 1992). For a simple
eigenvalue λ of A with left and right eigenvectors y and x, with r_k = D_{k−1} W ⋯ D_1 W x and
l_kᵀ = yᵀ D_L W ⋯ D_{k+1} W,

    ∂λ/∂D_k,i = (l_k)_i (W r_k)_i / (yᵀx).

The entries whose change promises most are changed, as many at once as raise |λ|.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.errors import EnclosureError, UnknownNameError
from gradproof.growth.slopes import slope_range
from gradproof.spectral.enclosures import enclose_spectral_radius

__all__ = ["PeriodicWitness", "periodic_witness", "witness_of"]

Word = NDArray[np.bool_]

#: All subsets are tried up to this size.
_ALL_SUBSETS_UP_TO = 8
#: The block matrix of a word is not made larger than this.
_LARGEST_BLOCK_MATRIX = 1024
#: In a search without a limit of time this many starts are tried for each length.
_STARTS = 24
_INVERSES: dict[str, Callable[[Array], Array]] = {
    "tanh": np.arctanh,
    "logistic": lambda h: np.asarray(np.log(h / (1 - h))),
}


@dataclass(frozen=True)
class PeriodicWitness:
    """Slopes that inputs can make the network have, again and again, and the growth they cause.

    Parameters
    ----------
    activation
        Its name.
    slopes
        Shape (L, d): the diagonals of D_1, …, D_L, applied in this order.
    rate
        A lower bound of ρ(D_L W ⋯ D_1 W)^{1/L}: ‖∂h_{mL}/∂h_0‖ ≥ rate^{mL} for all m.
    """

    activation: str
    slopes: Array
    rate: float

    @property
    def states(self) -> Array:
        """h_1, …, h_L ≥ φ(0) with φ′(z_k) = D_k, in float64, for ``tanh`` and ``logistic``.

        By tanh′ = 1 − h² and logistic′ = h(1 − h).
        """
        if self.activation not in _INVERSES:
            known = " and ".join(_INVERSES)
            problem = f"is {self.activation!r}, whose slopes have no inverse here"
            raise UnknownNameError("activation", problem, f"states are given for {known}")
        root = np.sqrt(1 - self.slopes / slope_range(self.activation).steepest)
        return np.asarray(root if self.activation == "tanh" else (1 + root) / 2)

    def inputs(self, W: Array, /) -> Array:
        """Return x_1, …, x_L, shape (L, d), for U = I and b = 0: x_k = φ⁻¹(h_k) − W h_{k−1}.

        The state starts at h_0 = h_L and comes back to it.
        """
        states = self.states
        return np.asarray(_INVERSES[self.activation](states) - np.roll(states, 1, axis=0) @ W.T)


def periodic_witness(
    W: Array, /, *, activation: str = "tanh", seconds: float = 1.0, longest: int = 1
) -> PeriodicWitness:
    """Return the best witness that a search within the time finds; its rate is rigorous.

    >>> W = np.array([[1.0, 1.5], [-1.5, -2.0]])
    >>> round(periodic_witness(W).rate, 3)
    2.0
    """
    range_ = slope_range(activation)
    best_value, best = -1.0, np.ones((1, len(W)), dtype=np.bool_)
    for value, word in _candidates(W, range_.least, range_.steepest, seconds, longest):
        if value > best_value * (1 + 1e-9):
            best_value, best = value, word
    return witness_of(W, best, activation=activation)


def witness_of(W: Array, word: Word, /, *, activation: str = "tanh") -> PeriodicWitness:
    """Return the witness whose slopes are the steepest where ``word``, shape (L, d), is true.

    >>> witness_of(np.array([[2.0]]), np.array([[True]])).rate
    2.0
    """
    range_ = slope_range(activation)
    slopes = np.where(word, range_.steepest, range_.least)
    try:
        rate = enclose_spectral_radius(_block_matrix(W, slopes)).lower
    except EnclosureError:
        rate = 0.0
    return PeriodicWitness(activation, slopes, rate)


def _block_matrix(W: Array, slopes: Array) -> Array:
    """Return the matrix whose spectral radius is ρ(D_L W ⋯ D_1 W)^{1/L}."""
    length, size = slopes.shape
    blocks = np.zeros((length, size, length, size))
    for k in range(length):
        blocks[(k + 1) % length, :, k, :] = slopes[k][:, np.newaxis] * W
    return blocks.reshape(length * size, length * size)


def _candidates(
    W: Array, least: float, steepest: float, seconds: float, longest: int
) -> Iterator[tuple[float, Word]]:
    """Yield words with the value of ρ^{1/L}, in floating point."""
    size, deadline = len(W), time.monotonic() + seconds
    search = _Search(W, least, steepest, deadline)
    everything: Word = np.ones((1, size), dtype=np.bool_)
    yield search.value(everything), everything
    if size <= _ALL_SUBSETS_UP_TO:
        for bits in itertools.product((False, True), repeat=size):
            word: Word = np.array([bits])
            yield search.value(word), word
    else:
        yield search.climb(everything)
    generator = np.random.default_rng(0)
    lengths = [n for n in range(1, longest + 1) if n * size <= _LARGEST_BLOCK_MATRIX]
    for _ in range(_STARTS):
        for length in lengths:
            if time.monotonic() > deadline:
                return
            if length > 1 or size > _ALL_SUBSETS_UP_TO:
                yield search.climb(generator.random((length, size)) < 0.7)


class _Search:
    """Words that are changed entry by entry as long as ρ rises."""

    def __init__(self, W: Array, least: float, steepest: float, deadline: float) -> None:
        # Sizes don't matter to the search, but powers of them may overflow.
        self.exponent = int(np.frexp(np.abs(W).max())[1])
        self.W = np.ldexp(W, -self.exponent)
        self.least, self.steepest, self.deadline = least, steepest, deadline

    def _steps(self, word: Word) -> list[Array]:
        return [np.where(row, self.steepest, self.least)[:, np.newaxis] * self.W for row in word]

    def value(self, word: Word) -> float:
        product = np.eye(len(self.W))
        for step in self._steps(word):
            product = step @ product
        radius = float(np.abs(np.linalg.eigvals(product)).max())
        return float(np.ldexp(radius ** (1 / len(word)), self.exponent))

    def climb(self, word: Word) -> tuple[float, Word]:
        """Return a word that no promised change improves, and its value."""
        value = self.value(word)
        while time.monotonic() < self.deadline:
            gains = self._gains(word)
            if gains is None:
                break
            order = np.argsort(-gains, axis=None)
            count = min(int(np.sum(gains > 0)), max(1, word.size // 2))
            while count:
                changed = word.copy()
                changed.flat[order[:count]] ^= True
                other = self.value(changed)
                if other > value * (1 + 1e-12):
                    word, value = changed, other
                    break
                count //= 2
            if not count:
                break
        return value, word

    def _gains(self, word: Word) -> Array | None:
        """Return, to first order, the relative growth of |λ| by each change of an entry."""
        steps = self._steps(word)
        product = np.eye(len(self.W))
        for step in steps:
            product = step @ product
        values, vectors = np.linalg.eig(product)
        largest = int(np.abs(values).argmax())
        λ, right = values[largest], vectors[:, largest]
        try:
            left = np.linalg.inv(vectors)[largest]
        except np.linalg.LinAlgError:
            return None
        if λ == 0:
            return None
        rights, lefts = [right], [left]
        for step in steps[:-1]:
            rights.append(step @ rights[-1])
        for step in reversed(steps[1:]):
            lefts.append(lefts[-1] @ step)
        derivative = np.array(
            [
                ((row_left * (self.W @ row_right)) / λ).real
                for row_left, row_right in zip(reversed(lefts), rights, strict=True)
            ]
        )
        change = np.where(word, self.least - self.steepest, self.steepest - self.least)
        return np.asarray(derivative * change)
