"""Factors with few bits that prove a matrix of integers positive semidefinite.

Coq multiplies integers bit by bit, so the factors L of a certificate are replaced by ones with as
few bits as still prove the same.

**Which factor.** B = SAS has a diagonal near 2^K. With λ the least eigenvalue of 2^−K B, L is the
Cholesky factor of 2^−K B − ¾λI, rounded to b bits, and B = 2^{K−2b}LLᵀ + E has to be left with a
diagonally dominant E. The rounding changes a row of E by about n2^−b, in sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, eigh

from gradproof.growth.coq.numbers import Rows

__all__ = ["Factor", "given_factor", "short_factors"]

#: Bits of a rounded factor; products of longer ones would leave 64 bits.
_LEAST_BITS, _MOST_BITS = 6, 50
_HALF = 25


class Factor(NamedTuple):
    """B = SAS = 2^weight·LLᵀ + E with S = diag(2^scales) and a diagonally dominant E."""

    scales: list[int]
    weight: int | None  # None: L is absent
    rows: Rows


def given_factor(given: dict[str, Any] | None, lifts: Sequence[int], exponent: int) -> Factor:
    """Return a factor of a certificate, for its matrix times 2^−exponent.

    ``lifts`` are further powers: the matrix is multiplied by 2^(lifts_i + lifts_j) in entry (i, j).
    """
    exponents = [0] * len(lifts) if given is None else given["exponents"]
    sums = [own + lift for own, lift in zip(exponents, lifts, strict=True)]
    highest = max(*sums, (exponent + 1) // 2)
    scales = [highest - each for each in sums]
    if given is None:
        return Factor(scales, None, [])
    return Factor(scales, 2 * highest - exponent, given["integers"])


def short_factors(rows: Rows) -> Iterator[Factor]:
    """Yield factors of a lower triangle that prove it positive, fewest bits first."""
    size = len(rows)
    lengths = [row[-1].bit_length() for row in rows]
    if min(row[-1] for row in rows) <= 0:
        return
    top = max(*lengths, 2 * _MOST_BITS) + 1
    scales = [(top - length) // 2 for length in lengths]
    lifted = [
        [entry << scale + other for entry, other in zip(row, scales, strict=False)]
        for row, scale in zip(rows, scales, strict=True)
    ]
    scaled = np.zeros((size, size))
    try:
        for i, row in enumerate(lifted):
            scaled[i, : i + 1] = [entry / (1 << top) for entry in row]
        scaled += np.tril(scaled, -1).T
        least = float(eigh(scaled, eigvals_only=True, subset_by_index=[0, 0])[0])
        L = cholesky(scaled - 0.75 * least * np.eye(size), lower=True)
    except (LinAlgError, ValueError, OverflowError):
        return
    if least <= 0:
        return
    expected = math.ceil(math.log2(2 * size / least))
    most = min(max(expected, _LEAST_BITS) + 2, _MOST_BITS + 1)
    for bits in range(max(_LEAST_BITS, expected - 6), most):
        rounded = np.rint(np.ldexp(L, bits)).astype(np.int64)
        if _dominant(lifted, rounded, top - 2 * bits):
            factor = [row[: i + 1] for i, row in enumerate(rounded.tolist())]
            yield Factor(scales, top - 2 * bits, factor)


def _dominant(rows: Rows, L: NDArray[np.int64], weight: int) -> bool:
    """Is B − 2^weight LLᵀ diagonally dominant? Exact, in integers."""
    high = L >> _HALF
    low = L - (high << _HALF)
    parts = (high @ high.T, high @ low.T + low @ high.T, low @ low.T)
    first, mixed, last = (part.astype(object) for part in parts)
    squares = ((first << _HALF) + mixed << _HALF) + last
    size = len(rows)
    E = np.zeros((size, size), dtype=object)
    for i, row in enumerate(rows):
        E[i, : i + 1] = row
        E[i, : i + 1] -= squares[i, : i + 1] << weight
    moduli = np.abs(E).sum(axis=0) + np.abs(E).sum(axis=1)
    return bool(np.all(moduli <= 3 * E.diagonal()))
