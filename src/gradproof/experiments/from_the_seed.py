"""What PyTorch draws from a seed, and what follows from it, in NumPy: a second computation.

PyTorch's generator on a CPU is the Mersenne Twister, seeded as NumPy's ``RandomState``. Of each 32
bits the last 24 make a number in [0, 1); 16 of them make 16 normal numbers by Box's and Muller's
formula, of which the cosines come first; where a length is no multiple of 16, the last 16 numbers
are drawn once more. Fewer than 16 are made one by one, in float64. Both agree to the roundings of
float32: tests compare them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array

__all__ = [
    "Flow",
    "Twister",
    "copying_batch",
    "copying_parameters",
    "gradient_flow",
    "large_gradient",
    "simulation_weights",
    "slope_measures",
]

SEED = 42


class Twister:
    """PyTorch's random numbers after ``torch.manual_seed(seed)``, in float64."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.RandomState(seed)

    def _bits(self, count: int) -> NDArray[np.int64]:
        drawn = self._generator.randint(0, 2**32, size=count, dtype=np.uint32)
        return drawn.astype(np.int64)

    def _fractions(self, count: int) -> Array:
        return (self._bits(count) % 2**24) / 2.0**24

    def uniform(self, rows: int, columns: int, bound: float) -> Array:
        """Draw what ``uniform_(-bound, bound)`` gives."""
        return bound * (2 * self._fractions(rows * columns) - 1).reshape(rows, columns)

    def normal(self, *shape: int) -> Array:
        """Draw what ``torch.randn`` gives, for at least 16 numbers.

        >>> Twister(42).normal(16)[:2].round(4).tolist()
        [1.9269, 1.4873]
        """
        count = int(np.prod(shape))
        drawn, whole = np.empty(count), count // 16 * 16
        fractions = self._fractions(count)
        drawn[:whole] = _box_muller(fractions[:whole])
        if whole < count:
            drawn[-16:] = _box_muller(self._fractions(16))
        return drawn.reshape(shape)

    def normal_few(self, calls: int, count: int) -> Array:
        """Draw what so many calls of ``torch.randn(count)`` give, for less than 16 numbers."""
        pairs = (calls * count + 1) // 2
        halves = self._bits(4 * pairs).astype(np.uint64).reshape(-1, 2)
        whole = (halves[:, 0] << np.uint64(32)) | halves[:, 1]
        fractions = ((whole % np.uint64(2**53)) / 2.0**53).reshape(-1, 2)
        radius, angle = np.sqrt(-2 * np.log1p(-fractions[:, 1])), 2 * np.pi * fractions[:, 0]
        drawn = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return np.asarray(drawn.ravel()[: calls * count].reshape(calls, count))

    def integers(self, low: int, high: int, shape: Sequence[int]) -> NDArray[np.int64]:
        """Draw what ``torch.randint(low, high, shape)`` gives."""
        return low + self._bits(int(np.prod(shape))).reshape(shape) % (high - low)


def _box_muller(fractions: Array) -> Array:
    blocks = fractions.reshape(-1, 2, 8)
    radius = np.sqrt(-2 * np.log(1 - blocks[:, 0]))
    angle = 2 * np.pi * blocks[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()


@dataclass(frozen=True)
class Flow:
    """The norms ‖∂L/∂h_t‖ for t = 1 … 30, the mean slope, and two measures of W."""

    norms: Array
    mean_slope: float
    spectral_radius: float
    spectral_norm: float

    @property
    def ratio(self) -> float:
        """The last norm over the first."""
        return float(self.norms[-1] / self.norms[0])


def _network(twister: Twister, gain: float) -> tuple[Array, Array, Array]:
    """Draw the weights of lines 203–216: U, W and the readout, the second time they are drawn."""
    for rows, columns in ((20, 5), (20, 20), (1, 20)):
        twister.uniform(rows, columns, 1.0)
    return (
        twister.uniform(20, 5, (6 / 25) ** 0.5),
        twister.uniform(20, 20, gain * (6 / 40) ** 0.5),
        twister.uniform(1, 20, (6 / 21) ** 0.5),
    )


def gradient_flow(seed: int, gain: float) -> Flow:
    """Return the gradient flow of lines 203–297, from the seed and the gain of W."""
    twister = Twister(seed)
    x = twister.normal(30, 5)
    U, W, readout = _network(twister, gain)
    h = np.zeros((31, 20))
    for k in range(30):
        h[k + 1] = np.tanh(U @ x[k] + W @ h[k])
    slopes = 1 - h[1:] ** 2
    flowing = 2 * (readout[0] @ h[30] - x[:5].sum()) * readout[0]
    norms = np.empty(30)
    for k in reversed(range(30)):
        norms[k] = np.linalg.norm(flowing)
        flowing = W.T @ (slopes[k] * flowing)
    return Flow(
        norms,
        float(slopes.mean()),
        float(np.abs(np.linalg.eigvals(W)).max()),
        float(np.linalg.norm(W, 2)),
    )


def copying_batch() -> tuple[Twister, NDArray[np.int64]]:
    """Return the symbols of the examples of lines 340–346, and the generator after them."""
    twister = Twister(SEED)
    twister.normal(30, 5)
    _network(twister, 0.5)
    return twister, twister.integers(1, 9, (32, 10))


def copying_parameters(twister: Twister, units: int = 64) -> dict[str, Array]:
    """Draw the weights of the tanh network of line 434: embedding, U, W, both biases, readout."""
    bound = units**-0.5
    return {
        "embedding": twister.normal(10, units),
        "U": twister.uniform(units, units, bound),
        "W": twister.uniform(units, units, bound),
        "a": twister.uniform(1, units, bound)[0],
        "b": twister.uniform(1, units, bound)[0],
        "output": twister.uniform(10, units, bound),
        "offset": twister.uniform(1, 10, bound)[0],
    }


def slope_measures(recurrent: float, entering: float, seeds: int = 50) -> dict[str, Array]:
    """Return, for each seed, what is measured of tanh networks with weights of stated scales.

    As in :mod:`gradproof.experiments.slopes`: 20 units, 5 inputs, 200 steps, the same measures.
    """
    W, U, x = np.empty((seeds, 20, 20)), np.empty((seeds, 20, 5)), np.empty((seeds, 200, 5))
    for seed in range(seeds):
        twister = Twister(seed)
        W[seed] = twister.normal(20, 20) * recurrent / 20**0.5
        U[seed] = twister.normal(20, 5) * entering / 5**0.5
        x[seed] = twister.normal_few(200, 5)
    h, z = np.zeros((seeds, 20)), np.empty((200, seeds, 20))
    for k in range(200):
        z[k] = np.einsum("sij,sj->si", W, h) + np.einsum("sij,sj->si", U, x[:, k])
        h = np.tanh(z[k])
    slopes, over = 1 / np.cosh(z) ** 2, (0, 2)
    return {
        "deviation": z.std(axis=over, ddof=1),
        "within_two": (np.abs(z) <= 2).mean(axis=over),
        "mean_slope": slopes.mean(axis=over),
        "geometric_mean_slope": np.exp(np.log(slopes).mean(axis=over)),
        "below_0.8": (slopes < 0.8).mean(axis=over),
    }


def simulation_weights(seed: int = SEED, count: int = 4) -> list[Array]:
    """Return the matrices of lines 497–500, before they are scaled."""
    twister = Twister(seed)
    return [twister.normal(10, 10) for _ in range(count)]


def large_gradient() -> Array:
    """Return the vector of line 521, which is drawn after the four matrices."""
    twister = Twister(SEED)
    for _ in range(4):
        twister.normal(10, 10)
    return 100 * twister.normal(100)
