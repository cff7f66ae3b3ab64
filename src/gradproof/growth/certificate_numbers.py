"""Arrays as exact dyadic numbers in JSON, and rounded factors of positive definite matrices.

**Which factor.** With S a diagonal of powers of two such that S⁻¹AS⁻¹ has a diagonal near 1, let
2δ be its least eigenvalue, and L the factor of S⁻¹AS⁻¹ − δI, rounded to multiples of 2⁻ᵇ. An entry
of E = S⁻¹AS⁻¹ − LLᵀ is then off δI by about 2⁻ᵇ/2 (rows of L are short), a row of E by n2⁻ᵇ/2, and
for 2⁻ᵇ ≤ δ/2n E is diagonally dominant, with room for what A itself is in doubt.
"""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.linalg import LinAlgError, cholesky, eigh

from gradproof.arrays import Array
from gradproof.errors import EnclosureError

__all__ = [
    "WIDEST_RANGE",
    "array",
    "factor",
    "head",
    "root",
    "rounded",
    "scalar",
    "spectrum",
    "symmetric",
]

#: Bits after the binary point of a factor whose rows have lengths near 1.
_LEAST_BITS, _MOST_BITS = 12, 50
#: Beyond this range of exponents, integers with a common one would be too long for the verifier.
WIDEST_RANGE = 1000

#: By how much the least eigenvalue of a metric is lowered, and the greatest raised.
_SPREADS = tuple(2.0**-k for k in (24, 16, 8, 4, 2, 1))


def factor(A: Array, *, error: Array | None = None, strict: bool = False) -> dict[str, Any] | None:
    """Return exponents and integers of a factor that shows A ⪰ 0 (≻ 0), or None.

    ``error`` is an estimate of |A − fl(A)|, beside a few roundings of each entry.
    """
    diagonal, size = A.diagonal(), len(A)
    if not np.all(np.isfinite(A)) or diagonal.min() < 0:
        return None
    absent = diagonal == 0
    if absent.any() and (strict or A[absent].any()):
        return None
    exponents = np.where(absent, 0, np.frexp(diagonal)[1] // 2)
    unscaled = -exponents[:, np.newaxis] - exponents[np.newaxis, :]
    scaled = np.ldexp(A, unscaled)
    doubt = np.abs(scaled) * 2.0**-50 + (0.0 if error is None else np.ldexp(error, unscaled))
    filled = scaled + np.diag(absent.astype(np.float64))
    shift = float(eigh(filled, eigvals_only=True, subset_by_index=[0, 0])[0]) / 2
    if shift <= 4 * size * 2.0**-_MOST_BITS:
        return None
    bits = max(_LEAST_BITS, math.ceil(math.log2(2 * size / shift)))
    try:
        L = cholesky(filled - shift * np.eye(size), lower=True, check_finite=False)
    except LinAlgError:
        return None
    L = np.rint(np.ldexp(L, bits)) * ~absent[:, np.newaxis]
    rest = scaled - np.ldexp(L @ L.T, -2 * bits)
    margins = 2 * rest.diagonal() - np.abs(rest).sum(axis=1)
    if np.any(margins[~absent] <= 2 * doubt.sum(axis=1)[~absent] + size * 2.0**-50):
        return None
    integers = [row[: i + 1] for i, row in enumerate(_integers(L))]
    return {"exponents": (exponents - bits).tolist(), "integers": integers}


def rounded(array: Array, bits: int) -> Array:
    """Return the nearest multiples of 2^−bits."""
    return np.asarray(np.ldexp(np.rint(np.ldexp(array, bits)), -bits))


def _integers(array: Array) -> list[Any]:
    """Return integral numbers of any size as integers, in lists."""
    return [[int(v) for v in row] for row in array.tolist()]


def scalar(value: float) -> dict[str, int]:
    """Return a float exactly."""
    numerator, denominator = float(value).as_integer_ratio()
    return {"exponent": 1 - denominator.bit_length(), "integers": numerator}


def array(array: Array) -> dict[str, Any]:
    """Return a vector or a matrix exactly, as integers with a common exponent."""
    modulus = np.abs(array[array != 0])
    if not modulus.size:
        return {"exponent": 0, "integers": np.zeros(array.shape, dtype=np.int64).tolist()}
    mantissas, exponents = np.frexp(array)
    wholes = np.ldexp(mantissas, 53).astype(np.int64)
    low = int(exponents[array != 0].min())
    if int(exponents[array != 0].max()) - low > WIDEST_RANGE:
        raise EnclosureError("the numbers are of too different sizes for a certificate")
    shifts = np.where(array != 0, exponents - low, 0)
    rows = np.atleast_2d(wholes).tolist()
    shifted = [
        [v << s for v, s in zip(row, shift, strict=True)]
        for row, shift in zip(rows, np.atleast_2d(shifts).tolist(), strict=True)
    ]
    common = math.gcd(*(v for row in shifted for v in row))
    spare = (common & -common).bit_length() - 1
    shifted = [[v >> spare for v in row] for row in shifted]
    return {
        "exponent": low - 53 + spare,
        "integers": shifted if array.ndim == 2 else shifted[0],
    }


def symmetric(metric: Array) -> dict[str, Any]:
    """Return a metric as its lower triangle, or as the vector that is its diagonal."""
    common = array(np.tril(metric) if metric.ndim == 2 else metric)
    if metric.ndim == 2:
        common["integers"] = [row[: i + 1] for i, row in enumerate(common["integers"])]
    return common


def root(square: Fraction) -> float:
    """Return the least float, but for a rounding, whose square is at least a number ≥ 1."""
    root = math.sqrt(square)
    while Fraction(root) ** 2 < square:
        root = math.nextafter(root, math.inf)
    return root


def spectrum(metric: Array) -> tuple[float, float, dict[str, Any]]:
    """Return bounds of the eigenvalues of a metric, with factors that prove them."""
    if metric.ndim == 1:
        return float(metric.min()), float(metric.max()), {"least": None, "greatest": None}
    identity, exponents = np.eye(len(metric)), np.frexp(metric.diagonal())[1] // 2
    unscaled = -exponents[:, np.newaxis] - exponents[np.newaxis, :]
    try:
        # The large eigenvalues are right even if X is graded: the least is one of the inverse.
        inverse = np.ldexp(np.linalg.inv(np.ldexp(metric, unscaled)), unscaled)
        low = 1 / float(eigh(inverse, eigvals_only=True)[-1])
        high = float(eigh(metric, eigvals_only=True)[-1])
    except (LinAlgError, ValueError, ZeroDivisionError):
        low = 0.0
    for spread in _SPREADS if low > 0 else ():
        least, greatest = low * (1 - spread), high * (1 + spread)
        above = factor(metric - least * identity)
        below = factor(greatest * identity - metric)
        if above is not None and below is not None:
            return least, greatest, {"least": above, "greatest": below}
    raise EnclosureError("the metric isn't positive definite beyond rounding")


def head(kind: str, activation: str, W: Array, embedded: bool) -> dict[str, Any]:
    """Return the fields that all certificates have."""
    digest = hashlib.sha256(W.astype("<f8").tobytes()).hexdigest()
    matrix = array(W) if embedded else {"sha256": digest, "dimension": len(W)}
    start = {"format": "gradproof-certificate 1", "kind": kind, "activation": activation}
    return {**start, "matrix": matrix}
