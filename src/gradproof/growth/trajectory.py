"""Along one trajectory: exact slopes, Lyapunov exponents, and the step at which a gradient is gone.

Φ(n) = ∂h_n/∂h_0 = D_n W ⋯ D_1 W with D_k = diag(φ′(z_k)); its size is enclosed by
:func:`gradproof.growth.products.enclose_log_norm_of_product`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from flint import arb_mat, nmod_mat
from numpy.typing import ArrayLike, DTypeLike

from gradproof.arrays import Array, as_index, as_matrix, as_real, as_square_matrix, as_vector
from gradproof.errors import EnclosureError, OutOfRangeError, UnknownNameError
from gradproof.growth.products import (
    LogNormEnclosure,
    SlopeEnclosure,
    enclose_log,
    enclose_log_norm_of_product,
)
from gradproof.spectral.bracket import enclose_ball
from gradproof.spectral.root_location import working_precision
from gradproof.spectral.verified import scaled

__all__ = [
    "Horizon",
    "LyapunovExponents",
    "computed_underflow",
    "enclose_tanh_slopes",
    "horizon",
    "lyapunov_exponents",
    "underflow_horizon",
]

#: A slope is enclosed well enough when its ball is this small relative to it.
_NARROW = 2.0**-52
#: Beyond this |z|, sech² z ≤ 4 e^{−2|z|} < 2⁻¹¹⁵⁰ is below every positive float64.
_SATURATED = 400.0
_LEAST_BITS = 128
#: A prime near 2⁶³, for ranks.
_PRIME = 2**63 - 25
#: Numbers of at most half the smallest subnormal round to 0 (a tie goes to the even neighbour, 0).
_HALF_OF_SUBNORMAL = {"float32": -150, "float64": -1075}


def enclose_tanh_slopes(
    W: ArrayLike,
    U: ArrayLike,
    b: ArrayLike,
    initial_state: ArrayLike,
    inputs: ArrayLike,
    /,
    *,
    most_bits: int = 2**15,
) -> SlopeEnclosure:
    """Enclose 1 − h_k² along the exact trajectory of h_k = tanh(W h_{k−1} + U x_k + b).

    The float64 arguments are taken exactly and every operation is python-flint's ball arithmetic,
    at 128 bits, then doubled until each slope is known to 2⁻⁵² of itself; the ends are rounded
    outward. Balls grow by up to log₂‖|W|‖₂ bits in a step, about ½ log₂ d more than the states do,
    so that this takes the order of T d² products of balls at T log₂‖|W|‖₂ bits: the price of
    knowing where a chaotic trajectory really goes.

    Parameters
    ----------
    W, U, b
        Shapes (d, d), (d, m), (d,).
    initial_state, inputs
        h_0, shape (d,), and x_1 … x_T, shape (T, m).
    most_bits
        The precision beyond which this is given up.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError, OutOfRangeError
        If an argument isn't what it has to be.
    EnclosureError
        If ``most_bits`` aren't enough.

    >>> found = enclose_tanh_slopes([[2.0]], [[1.0]], [0.0], [0.5], [[0.0], [0.0]])
    >>> bool(np.all(np.abs(found.lower[0] - 1 / np.cosh(1.0) ** 2) < 1e-15))
    True
    >>> bool(np.all(found.upper - found.lower < 1e-15))
    True
    """
    matrix = as_square_matrix(W, "W")
    size = len(matrix)
    weight = as_matrix(U, "U", rows=size)
    bias = as_vector(b, "b", size=size)
    start = as_vector(initial_state, "initial_state", size=size)
    driving = as_matrix(inputs, "inputs", columns=weight.shape[1])
    bits = min(_LEAST_BITS, as_index(most_bits, "most_bits", least=53))
    while bits <= most_bits:
        found = _slopes_at(bits, matrix, weight, bias, start, driving)
        if found is not None:
            return found
        bits *= 2
    raise EnclosureError(
        f"the slopes aren't known to 52 bits at {most_bits} bits of precision; "
        "take fewer steps or raise most_bits"
    )


def _slopes_at(
    bits: int, W: Array, U: Array, b: Array, start: Array, driving: Array
) -> SlopeEnclosure | None:
    """Return the slopes at one precision, or None as soon as a ball is too wide."""
    lower, upper = np.zeros((len(driving), len(b))), np.zeros((len(driving), len(b)))
    with working_precision(bits):
        recurrent, feeding = arb_mat(W.tolist()), arb_mat(U.tolist())
        h, bias = _column(start), _column(b)
        for k, row in enumerate(driving):
            z = (recurrent * h + feeding * _column(row) + bias).entries()
            for i, ball in enumerate(z):
                if abs(ball) > _SATURATED:
                    upper[k, i] = math.ulp(0.0)
                    continue
                cosh = ball.cosh()
                slope = 1 / (cosh * cosh)
                if not slope.rad() <= slope.mid() * _NARROW:
                    return None
                found = enclose_ball(slope)
                lower[k, i], upper[k, i] = found.lower, found.upper
            h = arb_mat([[ball.tanh()] for ball in z])
    return SlopeEnclosure(lower, upper)


def _column(vector: Array) -> arb_mat:
    return arb_mat([[entry] for entry in vector.tolist()])


@dataclass(frozen=True, eq=False)
class LyapunovExponents:
    """Growth rates along T steps, in floating point: no bound of their error is given.

    Parameters
    ----------
    exponents
        λ_1 ≥ … ≥ λ_d, natural logarithms per step; −∞ for each dimension that Φ(T) loses.
    determinant_residual
        |Σλ_i − log|det W| − (1/T) Σ_k Σ_i log|φ′(z_k,i)||; 0 if both sides are −∞, ∞ if one is.
        Claim ``product_determinant`` says that it is 0 without rounding.
    """

    exponents: Array
    determinant_residual: float


def lyapunov_exponents(W: ArrayLike, slopes: ArrayLike, /) -> LyapunovExponents:
    """Return the Lyapunov exponents of T steps, by QR factorisations of D_k W Q_{k−1} = Q_k R_k.

    λ_i = (1/T) Σ_k log|(R_k)_ii| for a fixed orthogonal start Q_0, sorted: each tends to the i-th
    Lyapunov exponent as T grows (Benettin, Galgani, Giorgilli and Strelcyn 1980), as far as that
    exists, with an error of the order of 1/T. The sum is (1/T) log|det Φ(T)| for any T, which is
    the check; it can't see the order of the factors. Costs T QR factorisations.

    How many exponents are −∞ is d − rank Φ(T). Floating point can't tell a zero from a rounding
    error, so where a slope is 0 or W is singular the rank is found modulo a prime near 2⁶³, for the
    exact matrices; Q then keeps as many columns. (A rank modulo a prime is never too large; it is
    too small only where the prime divides all largest minors.)

    Parameters
    ----------
    W
        Recurrent matrix, shape (d, d).
    slopes
        φ′(z_k), shape (T, d).

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If an argument is no real array of its shape.

    >>> found = lyapunov_exponents([[0.0, 2.0], [0.5, 0.0]], np.full((3000, 2), 0.5))
    >>> np.round(found.exponents, 3).tolist(), found.determinant_residual < 1e-12
    ([-0.693, -0.693], True)
    >>> lyapunov_exponents([[1.0, 1.0], [1.0, 1.0]], np.ones((500, 2))).exponents.round(2).tolist()
    [0.69, -inf]
    """
    matrix = as_square_matrix(W, "W")
    size = len(matrix)
    slope = as_matrix(slopes, "slopes", columns=size)
    A, exponent, _ = scaled(matrix)
    shift = np.frexp(np.abs(slope).max(axis=1))[1]
    factor = np.ldexp(slope, -shift[:, np.newaxis])
    totals = np.zeros(size)
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(size, size)))[0]
    for k, rank in enumerate(_ranks(matrix, slope)):
        totals[rank:] = -math.inf
        if rank == 0:
            break
        Q, R = np.linalg.qr(factor[k][:, np.newaxis] * (A @ Q))
        Q = Q[:, :rank]
        with np.errstate(divide="ignore"):
            grown = np.log(np.abs(np.diag(R)[:rank]))
        totals[:rank] += grown + (exponent + int(shift[k])) * math.log(2)
    exponents = np.sort(totals / len(slope))[::-1]
    identity = -math.inf
    if np.all(slope != 0) and _rank(_modular(matrix)) == size:
        identity = float(np.linalg.slogdet(A)[1]) + size * exponent * math.log(2)
        identity += float(np.log(np.abs(slope)).sum()) / len(slope)
    total = float(exponents.sum())
    residual = 0.0 if total == identity == -math.inf else abs(total - identity)
    return LyapunovExponents(exponents, residual)


def _ranks(W: Array, slopes: Array) -> Iterator[int]:
    """Yield the ranks of Φ(1), …, Φ(T), modulo a prime."""
    size = len(W)
    weight = _modular(W)
    if np.all(slopes != 0) and _rank(weight) == size:
        yield from [size] * len(slopes)
        return
    basis = _modular(np.eye(size))
    for row in slopes:
        image = (weight * basis).tolist()
        factors = [_residue(float(slope)) for slope in row]
        scaled_rows = [
            [factor * int(x) for x in line] for factor, line in zip(factors, image, strict=True)
        ]
        # The reduced rows of the transpose are a basis of the column space.
        reduced, rank = nmod_mat(scaled_rows, _PRIME).transpose().rref()
        yield rank
        if rank == 0:
            return
        basis = nmod_mat(list(reduced.tolist())[:rank], _PRIME).transpose()


def _rank(matrix: nmod_mat) -> int:
    return int(matrix.rank())


def _modular(matrix: Array) -> nmod_mat:
    return nmod_mat([[_residue(x) for x in row] for row in matrix.tolist()], _PRIME)


def _residue(x: float) -> int:
    numerator, denominator = x.as_integer_ratio()
    return numerator * pow(denominator, -1, _PRIME) % _PRIME


@dataclass(frozen=True)
class Horizon:
    """The first step found at which ‖Φ(n)‖₂ is certified to be at most a threshold.

    Parameters
    ----------
    step
        n ≥ 0, or None where there is none up to T. ‖Φ(n)‖₂ ≤ threshold is proved for this n; that
        no earlier one would do is said by floating point.
    log_norm
        The enclosure of log‖Φ(n)‖₂ that proves it; None for n = 0, where Φ = I, and without n.
    """

    step: int | None
    log_norm: LogNormEnclosure | None


def horizon(W: ArrayLike, slopes: ArrayLike | SlopeEnclosure, threshold: float, /) -> Horizon:
    """Return the first n with ‖D_n W ⋯ D_1 W‖₂ ≤ threshold, certified.

    A floating-point run finds the step and one or a few enclosures of the product confirm it. The
    norm needn't fall monotonically: later it may exceed the threshold again.

    Parameters
    ----------
    W, slopes
        As for :func:`~gradproof.growth.products.enclose_log_norm_of_product`.
    threshold
        A positive number.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If an argument is no real array of its shape.
    OutOfRangeError
        If the threshold isn't positive.

    >>> horizon([[0.5]], [[1.0]] * 20, 1e-3).step
    10
    >>> horizon([[0.5]], [[1.0]] * 5, 1e-3).step is None
    True
    """
    bound = float(as_real(threshold, "threshold", dimensions=0))
    if bound <= 0:
        raise OutOfRangeError("threshold", f"is {bound}", "give a positive number")
    return _first_below(W, slopes, enclose_log(bound).lower)


def underflow_horizon(
    W: ArrayLike, slopes: ArrayLike | SlopeEnclosure, dtype: DTypeLike = "float32", /
) -> Horizon:
    """Return the first n at which every entry of the exact Φ(n) is certified to round to 0.

    Numbers of at most half the smallest subnormal, 2⁻¹⁵⁰ in float32 and 2⁻¹⁰⁷⁵ in float64, are
    rounded to 0, and no entry exceeds the norm. What is computed step by step in that format
    (:func:`computed_underflow`) may vanish some steps earlier or later, or never: k times the
    smallest subnormal, times a slope a, is rounded back to k for (1 − a)k < ½.

    Raises
    ------
    UnknownNameError
        If ``dtype`` is neither float32 nor float64; for the others see :func:`horizon`.

    >>> underflow_horizon([[0.375]], [[1.0]] * 200).step
    107
    """
    exponent = _HALF_OF_SUBNORMAL[_format(dtype)]
    return _first_below(W, slopes, enclose_log(1.0, exponent).lower)


def computed_underflow(
    W: ArrayLike, slopes: ArrayLike, dtype: DTypeLike = "float32", /
) -> int | None:
    """Return the first n at which Φ(n), accumulated step by step in a format, is the zero matrix.

    This is what really happens to a gradient in that format, on this machine: NumPy multiplies
    J_k = fl(D_k W) and the product so far. None if some entry is left after T steps.

    Raises
    ------
    UnknownNameError
        If ``dtype`` is neither float32 nor float64.

    >>> computed_underflow([[0.375]], [[1.0]] * 200)
    107
    >>> computed_underflow([[0.75]], [[1.0]] * 1000) is None
    True
    """
    kind = np.dtype(_format(dtype))
    weight = as_square_matrix(W, "W").astype(kind)
    slope = as_matrix(slopes, "slopes", columns=len(weight)).astype(kind)
    product = np.eye(len(weight), dtype=kind)
    for k, row in enumerate(slope, start=1):
        product = (row[:, np.newaxis] * weight) @ product
        if not product.any():
            return k
    return None


def _format(dtype: DTypeLike) -> str:
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = repr(dtype)
    if name not in _HALF_OF_SUBNORMAL:
        raise UnknownNameError("dtype", f"is {name}", "use float32 or float64")
    return name


def _first_below(W: ArrayLike, slopes: ArrayLike | SlopeEnclosure, log_threshold: float) -> Horizon:
    """Return the horizon for a threshold whose logarithm is at least the one given."""
    matrix = as_square_matrix(W, "W")
    given: Array | SlopeEnclosure
    if isinstance(slopes, SlopeEnclosure):
        middle = as_matrix(slopes.lower / 2 + slopes.upper / 2, "slopes", columns=len(matrix))
        given = slopes
    else:
        given = middle = as_matrix(slopes, "slopes", columns=len(matrix))
    if log_threshold >= 0:
        return Horizon(0, None)
    needed = log_threshold
    for n, log_norm in enumerate(_computed_log_norms(matrix, middle, log_threshold), start=1):
        if not log_norm < needed:
            continue
        head = given.head(n) if isinstance(given, SlopeEnclosure) else given[:n]
        found = enclose_log_norm_of_product(matrix, head)
        if found.upper <= log_threshold:
            return Horizon(n, found)
        # A step is worth another enclosure of that width only if it lies as much lower.
        needed = log_threshold - (found.upper - log_norm)
    return Horizon(None, None)


def _computed_log_norms(W: Array, slopes: Array, log_threshold: float) -> Iterator[float]:
    """Yield log‖Φ(n)‖₂ in floating point where it may be below the threshold, else ∞."""
    A, weight_exponent, _ = scaled(W)
    product, exponent = np.eye(len(W)), 0
    vector = np.random.default_rng(0).normal(size=len(W))
    for row in slopes:
        product = (row[:, np.newaxis] * A) @ product
        shift = math.frexp(float(np.abs(product).max()))[1]
        product, exponent = np.ldexp(product, -shift), exponent + shift + weight_exponent
        image = product @ vector
        stretch = float(np.linalg.norm(image) / np.linalg.norm(vector))
        # Lengths that the product really stretches: less than the norm, so that no step is missed.
        estimate = math.log(stretch) + exponent * math.log(2) if stretch else -math.inf
        turned = image @ product
        vector = turned / np.linalg.norm(turned) if turned.any() else vector
        if estimate > log_threshold:
            yield math.inf
            continue
        norm = float(np.linalg.norm(product, 2))
        yield math.log(norm) + exponent * math.log(2) if norm else -math.inf
