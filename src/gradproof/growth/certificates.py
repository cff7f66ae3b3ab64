"""Certificates that travel: a JSON object of exact dyadic numbers that anybody can check alone.

What comes in (a metric, multipliers, a scaling, a word of slopes) is the result of a search and is
trusted for nothing. It is rounded to dyadic numbers, the rate is enlarged (or lessened) by as
little as makes the rounded data prove it, and rounded Cholesky factors are added. Whether a factor
is good enough is estimated here in floating point; the proof is what :mod:`gradproof.verify` then
finds in exact integers, and it shares no code with this module. The format and the theorems are in
docs/certificate_format.md.

**Row sums.** If a nonnegative B has row sums ≤ r and Bᵀy ≤ ry for a positive y, then ‖CBC⁻¹‖₂ ≤ r
for C = diag(√y) (the test of Schur): with p = √y, CBC⁻¹p = CB1 ≤ rp and (CBC⁻¹)ᵀp = C⁻¹Bᵀy ≤ rp.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, eigh, matrix_balance, solve_discrete_lyapunov

from gradproof.arrays import Array, as_real, as_square_matrix, as_vector
from gradproof.errors import EnclosureError, OutOfRangeError, ShapeError
from gradproof.growth import certificate_numbers as numbers
from gradproof.growth.certificate_numbers import WIDEST_RANGE
from gradproof.growth.decision import GrowthDecision
from gradproof.growth.scaling import ScaledBound
from gradproof.growth.sector import SectorBound
from gradproof.growth.slopes import slope_range
from gradproof.growth.witnesses import PeriodicWitness

__all__ = [
    "certificate_of",
    "decay_certificate",
    "diagonal_scaling_certificate",
    "explosion_certificate",
    "row_sum_certificate",
]

#: A certificate: an object as :mod:`json` writes it.
Certificate: TypeAlias = dict[str, Any]

#: By how much a rate is enlarged, relatively, until the rounded data prove it.
_ENLARGEMENTS = (0.0, *(2.0**-k for k in (40, 30, 24, 18, 14, 10, 8)))
#: By how much the rate of an explosion stays below the spectral radius. The first proves most, but
#: the metric grows like its inverse; the last two are for radii that are nearly 1.
_GAPS = tuple(2.0**-k for k in (24, 18, 14, 10, 7, 5, 3, 2, 34, 44))
#: Bits of the smallest diagonal entry of a metric.
_METRIC_BITS = 44
_VECTOR_BITS = 20


def decay_certificate(
    W: ArrayLike,
    X: ArrayLike,
    T: ArrayLike | None,
    rate: float,
    /,
    *,
    activation: str = "tanh",
    slopes: tuple[float, float] | None = None,
    embedded: bool = True,
) -> Certificate:
    """Return a certificate of ‖∂h_n/∂h_0‖₂ ≤ constant·rateⁿ for all inputs.

    Needed is [[2T − X, −(α+β)TW], [−(α+β)WᵀT, rate²X + 2αβWᵀTW]] ⪰ 0, or rate²X − β²WᵀXW ⪰ 0
    where α = β, at least nearly: the rate of the certificate is larger by the least of a few steps,
    0 to 2⁻⁸ relative, that suffices.

    Parameters
    ----------
    W
        Recurrent matrix, shape (d, d).
    X
        The metric, symmetric and positive definite, shape (d, d); or (d,), its diagonal.
    T
        The multipliers, shape (d,), all ≥ 0; None where α = β.
    rate
        What X and T prove; below 1.
    activation, slopes
        The name of φ, and a range [α, β] that contains all its slopes, its own by default.
    embedded
        Whether the matrix is in the certificate, or its SHA-256 alone.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If an array isn't what it should be.
    OutOfRangeError
        If the rate isn't in [0, 1), a multiplier is negative, or T and the slopes don't fit.
    UnknownNameError
        If the activation is none of :data:`gradproof.growth.slopes.SLOPES`.
    EnclosureError
        If the rounded data prove no rate below 1 that is near the given one.

    >>> found = decay_certificate([[0.5, 0.25], [0.0, 0.25]], [1, 1], [1, 1], 0.625)
    >>> found["kind"], found["rate"]
    ('decay', {'exponent': -3, 'integers': 5})
    """
    matrix = as_square_matrix(W, "W")
    size = len(matrix)
    metric = as_real(X, "X", dimensions=np.ndim(X))
    if metric.shape not in ((size,), (size, size)):
        raise ShapeError("X", f"has shape {metric.shape}", f"give ({size},) or ({size}, {size})")
    if not 0 <= rate < 1:
        raise OutOfRangeError("rate", f"is {rate}", "give a number in [0, 1)")
    alpha, beta = slopes or _range(activation)
    diagonal = metric.diagonal() if metric.ndim == 2 else metric
    if not diagonal.max() * 2.0**-WIDEST_RANGE < diagonal.min():
        raise EnclosureError("the metric isn't positive definite, or its entries differ too much")
    bits = _METRIC_BITS - int(np.frexp(diagonal.min())[1])
    metric = numbers.rounded(metric, bits)
    full = np.diag(metric) if metric.ndim == 1 else np.tril(metric) + np.tril(metric, -1).T
    least, greatest, factors = numbers.spectrum(metric if metric.ndim == 1 else full)
    # M for (W, rate) and for (2^k W, 2^k rate) are congruent: tiny rates have no square in float64.
    power = -int(np.frexp(rate)[1])
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = np.ldexp(matrix, power)
        if T is None:
            multipliers = None
            if alpha != beta:
                raise OutOfRangeError("T", "is None, and α ≠ β", "give multipliers")
            parts = np.zeros((0, 0)), np.zeros((size, 0)), -beta * beta * (scaled.T @ full @ scaled)
        else:
            # One bit more, so that X/2 is rounded as X is.
            multipliers = numbers.rounded(as_vector(T, "T", size=size), bits + 1)
            if multipliers.min() < 0 or alpha > beta:
                raise OutOfRangeError("T or slopes", "is out of range", "give T ≥ 0 and α ≤ β")
            weighted = scaled.T * multipliers
            corner = 2 * alpha * beta * (weighted @ scaled)
            parts = 2 * np.diag(multipliers) - full, -(alpha + beta) * weighted, corner
        larger, factor = _contraction(parts, full, rate, power)
    return {
        **numbers.head("decay", activation, matrix, embedded),
        "slopes": [numbers.scalar(alpha), numbers.scalar(beta)],
        "rate": numbers.scalar(larger),
        "constant": numbers.scalar(numbers.root(Fraction(greatest) / Fraction(least))),
        "metric": numbers.symmetric(metric),
        "multipliers": None if multipliers is None else numbers.array(multipliers),
        "least": numbers.scalar(least),
        "greatest": numbers.scalar(greatest),
        "factors": {"contraction": factor, **factors},
    }


def diagonal_scaling_certificate(
    W: ArrayLike,
    scaling: ArrayLike,
    rate: float,
    /,
    *,
    activation: str = "tanh",
    slopes: tuple[float, float] | None = None,
    embedded: bool = True,
) -> Certificate:
    """Return a certificate of decay for γ‖S W S⁻¹‖₂ ≤ rate, S = diag(scaling), γ = max|slope|.

    The metric is S². Slopes ≥ 0 are taken as [0, γ], with the multipliers S²; others as [−γ, γ],
    with S²/2. The condition is rate²S² − γ²WᵀS²W ⪰ 0 both times.

    Raises
    ------
    OutOfRangeError
        If an entry of the scaling isn't positive.
    EnclosureError
        As :func:`decay_certificate`, which raises the other errors, too.

    >>> W = [[0.0, 4.0], [0.01, 0.0]]
    >>> import math
    >>> found = diagonal_scaling_certificate(W, [0.05, 1.0], 0.21)
    >>> math.ldexp(found["rate"]["integers"], found["rate"]["exponent"]) < 0.2101
    True
    """
    low, high = slopes or _range(activation)
    scale = as_real(scaling, "scaling", dimensions=1)
    if scale.min() <= 0:
        raise OutOfRangeError("scaling", f"has the entry {scale.min()}", "give positive numbers")
    with np.errstate(over="ignore", under="ignore"):
        metric = np.square(scale / scale.max())
    steepest = max(-low, high)
    chosen = (0.0 if low >= 0 else -steepest, steepest)
    multipliers = metric if low >= 0 else metric / 2
    return decay_certificate(
        W, metric, multipliers, rate, activation=activation, slopes=chosen, embedded=embedded
    )


def row_sum_certificate(
    W: ArrayLike,
    scaling: ArrayLike,
    rate: float,
    /,
    *,
    activation: str = "tanh",
    embedded: bool = True,
) -> Certificate:
    """Return a certificate of decay for γ‖S W S⁻¹‖_∞ ≤ rate, by another scaling in the 2-norm.

    B = γS|W|S⁻¹, and y solves (I − Bᵀ/r)y = 1 for an r slightly above rate: see the head of this
    module.

    >>> import math
    >>> found = row_sum_certificate([[0.0, 0.9], [0.1, 0.0]], [1.0, 2.0], 0.45)
    >>> math.ldexp(found["rate"]["integers"], found["rate"]["exponent"]) < 0.451
    True
    """
    matrix = as_square_matrix(W, "W")
    scale = as_vector(scaling, "scaling", size=len(matrix))
    modulus = slope_range(activation).largest * scale[:, np.newaxis] * np.abs(matrix) / scale
    for enlargement in (2.0**-20, 2.0**-12):
        larger = rate + min(rate * enlargement, (1 - rate) / 2) + 2.0**-1000
        y = np.linalg.solve(np.eye(len(matrix)) - modulus.T / larger, np.ones(len(matrix)))
        if np.all(y >= 1):
            return diagonal_scaling_certificate(
                matrix, scale * np.sqrt(y), larger, activation=activation, embedded=embedded
            )
    raise EnclosureError(f"the row sums prove no rate that is near {rate}")


def explosion_certificate(
    W: ArrayLike, word: ArrayLike, /, *, activation: str = "tanh", embedded: bool = True
) -> Certificate:
    """Return a certificate that ∂h_n/∂h_0 grows at least like rateⁿ for some inputs.

    Parameters
    ----------
    W
        Recurrent matrix, shape (d, d).
    word
        Slopes, shape (L, d), the first step's first; for tanh in (0, 1], for logistic in (0, ¼].
    activation, embedded
        As for :func:`decay_certificate`.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If an array isn't what it should be.
    EnclosureError
        If ρ(D_L W ⋯ D_1 W) > 1 isn't proved by the metric that solves Stein's equation.

    >>> import math
    >>> found = explosion_certificate([[1.0, 1.5], [-1.5, -2.0]], [[0.0625, 1.0]])
    >>> 1.9 < math.ldexp(found["rate"]["integers"], found["rate"]["exponent"]) < 2.0
    True
    """
    matrix = as_square_matrix(W, "W")
    slopes = as_real(word, "word", dimensions=2)
    if slopes.shape[1] != len(matrix):
        raise ShapeError("word", f"has shape {slopes.shape}", f"give {len(matrix)} columns")
    with np.errstate(all="ignore"):
        found = next(_metrics(matrix, slopes), None)
    if found is None:
        raise EnclosureError("no growth along this word is proved")
    rate, metrics, factors, vector = found
    return {
        **numbers.head("explosion", activation, matrix, embedded),
        "rate": numbers.scalar(rate),
        "word": numbers.array(slopes),
        "metrics": [numbers.symmetric(metric) for metric in metrics],
        "vector": numbers.array(vector),
        "factors": factors,
        "illustration": _illustration(matrix, PeriodicWitness(activation, slopes, rate)),
    }


def certificate_of(W: ArrayLike, found: GrowthDecision, /, *, embedded: bool = True) -> Certificate:
    """Return the certificate of a decision about W.

    Raises
    ------
    EnclosureError
        If nothing is decided, or what decides leaves no room for the rounding.
    """
    proof = found.certificate
    if isinstance(proof, ScaledBound):
        make = diagonal_scaling_certificate if proof.norm == "2" else row_sum_certificate
        return make(W, proof.scaling, proof.rate, activation=found.activation, embedded=embedded)
    if isinstance(proof, SectorBound):
        slopes = (proof.lower, proof.upper)
        T = None if proof.lower == proof.upper else proof.multipliers
        options: Any = {"activation": found.activation, "slopes": slopes, "embedded": embedded}
        return decay_certificate(W, proof.form, T, proof.rate, **options)
    if isinstance(proof, PeriodicWitness):
        word = proof.slopes
        return explosion_certificate(W, word, activation=found.activation, embedded=embedded)
    ends = f"the rate is between {found.rate_lower} and {found.rate_upper}"
    if proof is None:
        raise EnclosureError(f"nothing is decided: {ends}")
    raise EnclosureError(f"no certificate is made of a {type(proof).__name__}; {ends}")


def _range(activation: str) -> tuple[float, float]:
    slopes = slope_range(activation)
    return slopes.lower, slopes.upper


def _contraction(
    parts: tuple[Array, Array, Array], metric: Array, rate: float, power: int
) -> tuple[float, dict[str, Any]]:
    """Return a rate below 1, the given one or a larger, and the factor that proves it."""
    first, second, third = parts
    for enlargement in _ENLARGEMENTS:
        larger = rate * (1 + enlargement)
        square = np.ldexp(larger, power) ** 2
        whole = np.block([[first, second.T], [second, square * metric + third]])
        factor = numbers.factor(whole) if larger < 1 else None
        if factor is not None:
            lower = [exponent - power for exponent in factor["exponents"][-len(metric) :]]
            factor["exponents"][-len(metric) :] = lower
            return larger, factor
    raise EnclosureError(f"the data prove no rate below 1 that is near {rate}")


_Growth: TypeAlias = tuple[float, list[Array], list[dict[str, Any]], Array]


def _metrics(W: Array, slopes: Array) -> Iterator[_Growth]:
    """Yield rates, metrics, factors and vectors that prove the growth along a word.

    With B_k = D_kW/q and B = B_L ⋯ B_1 the metrics solve P_{k−1} = B_kᵀP_kB_k + I, P_L = P_0: the
    equation of Stein P_0 = BᵀP_0B + Q, Q = Σ_k (B_{k−1} ⋯ B_1)ᵀ(B_{k−1} ⋯ B_1), then backwards.
    All of it in coordinates in which B is balanced by powers of two.
    """
    size = len(W)
    product = np.eye(size)
    for row in slopes:
        product = row[:, np.newaxis] * W @ product
    if not np.all(np.isfinite(product)):
        return
    balanced, (balance, _) = matrix_balance(product, permute=False, separate=True)
    top = float(np.abs(np.linalg.eigvals(balanced)).max()) ** (1 / len(slopes))
    steps = [row[:, np.newaxis] * W * balance / balance[:, np.newaxis] for row in slopes]
    for gap in _GAPS:
        rate = top * (1 - gap)
        if rate > 1:
            found = _stein([step / rate for step in steps])
            growth = None if found is None else _checked(W, slopes, rate, found, balance)
            if growth is not None:
                yield growth


def _stein(steps: Sequence[Array]) -> list[Array] | None:
    """Return P_0, …, P_{L−1}, nearly solutions of P_{k−1} = B_kᵀP_kB_k + I, rounded."""
    size = len(steps[0])
    product, constant = np.eye(size), np.zeros((size, size))
    for step in steps:
        constant += product.T @ product
        product = step @ product
    try:
        P = solve_discrete_lyapunov(product.T, constant)
        P = P + solve_discrete_lyapunov(product.T, constant - P + product.T @ P @ product)
    except (LinAlgError, ValueError):
        return None
    if not np.all(np.isfinite(P)):
        return None
    metrics = [P]
    for step in reversed(steps[1:]):
        metrics.insert(1, step.T @ metrics[1 % len(metrics)] @ step + np.eye(size))
    exponent = 51 - int(np.frexp(max(np.abs(P).max() for P in metrics))[1])
    return [numbers.rounded((P + P.T) / 2, exponent) for P in metrics]


def _checked(
    W: Array, slopes: Array, rate: float, metrics: list[Array], balance: Array
) -> _Growth | None:
    """Return what proves the growth, in the coordinates of W, or None."""
    exponents = np.frexp(balance)[1] - 1
    scaled = [np.ldexp(P, -exponents[:, np.newaxis] - exponents) for P in metrics]
    values, vectors = eigh(metrics[0], subset_by_index=[0, 0])
    if values[0] >= 0:
        return None
    vector = np.ldexp(numbers.rounded(vectors[:, 0], _VECTOR_BITS), exponents)
    factors = []
    for k, row in enumerate(slopes):
        step = row[:, np.newaxis] * W
        following = scaled[(k + 1) % len(slopes)]
        image = step.T @ following @ step
        moduli = np.abs(step).T @ np.abs(following) @ np.abs(step)
        error = (moduli + np.abs(scaled[k]) * rate * rate) * 2.0**-51
        A = rate * rate * scaled[k] - (image + image.T) / 2
        factor = numbers.factor(A, error=error, strict=True)
        if factor is None:
            return None
        factors.append(factor)
    return rate, scaled, factors, vector


def _illustration(W: Array, witness: PeriodicWitness) -> dict[str, Any]:
    """Return states and inputs that realise the word for U = I and b = 0, in floating point."""
    if witness.activation not in ("tanh", "logistic"):
        return {}
    with np.errstate(divide="ignore", invalid="ignore"):
        inputs = witness.inputs(W)
    if not np.all(np.isfinite(inputs)):
        return {}
    return {"states": witness.states.tolist(), "inputs": inputs.tolist()}
