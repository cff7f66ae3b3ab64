"""Initialisations of recurrent weights, by the formulas that PyTorch documents for ``nn.init``.

One seed is drawn, and NumPy's generator draws the entries: these are distributions, so there is
nothing to shrink but the size and the seed.
"""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from gradproof.arrays import Array
from gradproof.errors import InputError
from gradproof.strategies.matrices import Size, drawn_size, nonnegative

__all__ = ["ginibre", "he", "orthogonal_initialisation", "recurrent_default", "xavier"]


def _generator(draw: st.DrawFn) -> np.random.Generator:
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


def _distributed(generator: np.random.Generator, kind: str, deviation: float, d: int) -> Array:
    """Return entries of a standard deviation s: N(0, s²), or uniform on [−√3 s, √3 s]."""
    if kind == "normal":
        return np.asarray(generator.normal(0.0, deviation, size=(d, d)))
    if kind == "uniform":
        bound = math.sqrt(3) * deviation
        return np.asarray(generator.uniform(-bound, bound, size=(d, d)))
    raise InputError("distribution", f"is {kind!r}", 'give "uniform" or "normal"')


@st.composite
def ginibre(draw: st.DrawFn, gain: float = 1.0, size: Size | None = None) -> Array:
    """Draw W with independent entries N(0, g²/d): ρ(W) → g and ‖W‖ → 2g almost surely as d → ∞.

    The circular law (Tao, Vu 2010, Theorem 1.10) and Geman 1980.
    """
    d = drawn_size(draw, size, "size")
    deviation = nonnegative(gain, "gain") / math.sqrt(d)
    return _distributed(_generator(draw), "normal", deviation, d)


@st.composite
def xavier(
    draw: st.DrawFn, gain: float = 1.0, size: Size | None = None, *, distribution: str = "uniform"
) -> Array:
    """Draw entries of deviation g √(2/(d + d)) (Glorot, Bengio 2010, equation (16)).

    The uniform ones are within ±g √(6/(d + d)). PyTorch recommends the gain 5/3 for tanh.
    """
    d = drawn_size(draw, size, "size")
    deviation = nonnegative(gain, "gain") * math.sqrt(2 / (d + d))
    return _distributed(_generator(draw), distribution, deviation, d)


@st.composite
def he(
    draw: st.DrawFn,
    gain: float = math.sqrt(2),
    size: Size | None = None,
    *,
    distribution: str = "uniform",
) -> Array:
    """Draw entries of deviation g/√d, by default for ReLU (He et al. 2015, equation (10)).

    PyTorch calls it Kaiming; the uniform ones are within ±g √(3/d).
    """
    d = drawn_size(draw, size, "size")
    deviation = nonnegative(gain, "gain") / math.sqrt(d)
    return _distributed(_generator(draw), distribution, deviation, d)


@st.composite
def recurrent_default(draw: st.DrawFn, size: Size | None = None) -> Array:
    """Draw entries uniform on [−1/√d, 1/√d], as ``torch.nn.RNN`` initialises all its weights."""
    d = drawn_size(draw, size, "size")
    return _distributed(_generator(draw), "uniform", 1 / math.sqrt(3 * d), d)


@st.composite
def orthogonal_initialisation(
    draw: st.DrawFn, gain: float = 1.0, size: Size | None = None
) -> Array:
    """Draw g Q with Q uniform on the orthogonal group (Saxe, McClelland, Ganguli 2014).

    The Q of a QR factorisation of a Ginibre matrix, its columns signed by the diagonal of R
    (Mezzadri 2007). Householder's QR is backward stable: ‖QᵀQ − I‖ is of order d^(3/2)u (Higham
    2002, Theorem 19.4).
    """
    d = drawn_size(draw, size, "size")
    Q, R = np.linalg.qr(_generator(draw).normal(size=(d, d)))
    return np.asarray(nonnegative(gain, "gain") * Q * np.where(np.diag(R) < 0, -1.0, 1.0))
