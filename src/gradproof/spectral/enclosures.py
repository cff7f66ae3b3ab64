"""Spectral radius, singular values and eigenvalues between two floating-point numbers.

For ρ(W), ‖W‖ and σ_min(W) there is an exact oracle: it compares the number with any rational c
without rounding. ρ(W) is the largest modulus of a root of the characteristic polynomial, and the
squares of the singular values are the roots of that of WᵀW, which are all real
(:mod:`gradproof.spectral.root_location`). A search over the float64 numbers, started at the rounded
value of NumPy, then ends with two neighbours that have the number between them, or with the number
itself where it is a float64: no enclosure in float64 is tighter. NumPy's value only decides how
many questions the search asks.

Why not eigenvalues in ball arithmetic? They have to be isolated, which fails for multiple ones
(identity, orthogonal and defective W), and the error of small ones is relative to ‖W‖. The oracle
has neither limit: multiple, defective, tiny and exactly zero values are no special cases. Its cost
is one characteristic polynomial and ten to seventy comparisons.

For large matrices, where that takes too long, the enclosures of :mod:`gradproof.spectral.verified`
and :mod:`gradproof.spectral.diagonalised` are some d² roundings wide.

Single eigenvalues are complex and have no such oracle; :func:`enclose_eigenvalues` isolates them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import numpy as np
from flint import acb, acb_mat, arb, fmpq

from gradproof.arrays import Array, as_square_matrix
from gradproof.errors import EnclosureError
from gradproof.spectral.bracket import Enclosure, enclose_ball, search_float64
from gradproof.spectral.components import strongly_connected_components
from gradproof.spectral.diagonalised import verified_spectral_radius
from gradproof.spectral.exact import eigenvalue_polynomial
from gradproof.spectral.lyapunov import verified_radius_by_forms
from gradproof.spectral.rationals import (
    MatrixLike,
    RationalMatrix,
    as_rational_matrix,
    integer_matrix,
)
from gradproof.spectral.root_location import (
    compare_real_root,
    compare_root_radius,
    dilate,
    working_precision,
)
from gradproof.spectral.spectra import smallest_singular_value, spectral_norm, spectral_radius
from gradproof.spectral.verified import (
    LARGEST,
    verified_smallest_singular_value,
    verified_spectral_norm,
)

__all__ = [
    "EigenvalueEnclosure",
    "Enclosure",
    "enclose_eigenvalues",
    "enclose_smallest_singular_value",
    "enclose_spectral_norm",
    "enclose_spectral_radius",
]


@dataclass(frozen=True)
class EigenvalueEnclosure:
    """An eigenvalue in a rectangle that contains no other, and its algebraic multiplicity."""

    real: Enclosure
    imaginary: Enclosure
    multiplicity: int = 1


def enclose_spectral_radius(W: MatrixLike, /) -> Enclosure:
    """Enclose ρ(W) = max|λ|.

    Between neighbouring float64 numbers for d ≤ 32; else, for d ≤ 8192, to a relative width of
    about d²u times the condition number of the eigenvectors, by a verified diagonalisation
    (:mod:`gradproof.spectral.diagonalised`). Strongly connected components are taken one by one.
    Where that shows nothing, as for defective W, by quadratic forms, to some digits
    (:mod:`gradproof.spectral.lyapunov`), and where these don't, exactly and slowly.

    Parameters
    ----------
    W
        Square matrix of floats (taken exactly), integers or fractions.

    Raises
    ------
    EnclosureError
        If ρ(W) exceeds the largest float64.

    >>> enclose_spectral_radius([[1, 1], [1, 0]])
    Enclosure(lower=1.6180339887498947, upper=1.618033988749895, grade=<Grade.ENCLOSED: 'enclosed'>)
    >>> enclose_spectral_radius([[0, 1], [0, 0]]).upper
    0.0
    """
    found = _verified(_radius_by_components, W)
    if found is not None:
        return found
    matrix = as_rational_matrix(W, "W")
    p = eigenvalue_polynomial(matrix)
    return search_float64(lambda r: compare_root_radius(p, r), _guess(spectral_radius, matrix))


def enclose_spectral_norm(W: MatrixLike, /) -> Enclosure:
    """Enclose ‖W‖ = σ_max(W), the operator 2-norm.

    Between neighbouring float64 numbers for d ≤ 32, and for entries that float64 can't hold; else
    to a relative width of about d²u, at the cost of a Cholesky factorisation, for d ≤ 8192
    (:mod:`gradproof.spectral.verified`). Parameters and errors as for
    :func:`enclose_spectral_radius`.

    >>> enclose_spectral_norm([[3, 0], [4, 0]]).contains(5)
    True
    """
    found = _verified(verified_spectral_norm, W)
    if found is not None:
        return found
    matrix = as_rational_matrix(W, "W")
    return _enclose_singular_value(matrix, 1, _guess(spectral_norm, matrix))


def enclose_smallest_singular_value(W: MatrixLike, /) -> Enclosure:
    """Enclose σ_min(W); it is [0, 0] if det W = 0.

    As tightly and fast as :func:`enclose_spectral_norm`, to a relative width of d²u times the
    condition number for d > 32; exactly, and slowly, where that is beyond 1/(d²u).

    >>> enclose_smallest_singular_value([[3, 1], [6, 2]]).upper
    0.0
    """
    found = _verified(verified_smallest_singular_value, W)
    if found is not None:
        return found
    matrix = as_rational_matrix(W, "W")
    return _enclose_singular_value(matrix, len(matrix), _guess(smallest_singular_value, matrix))


#: Up to this size the exact way takes less than a second, and its enclosures are the tightest.
_EXACT_UP_TO = 32


def _verified(enclose: Callable[[Array], Enclosure | None], W: MatrixLike) -> Enclosure | None:
    """Enclose a quantity of a large float64 matrix, where that can be done fast."""
    try:
        raw = np.asarray(W)
    except ValueError:  # rows of different lengths: the exact way says so
        return None
    square = raw.ndim == 2 and raw.shape[0] == raw.shape[1]
    is_float64 = raw.dtype.kind == "f" and raw.dtype.itemsize <= 8
    if not is_float64 or not square or not _EXACT_UP_TO < len(raw) <= LARGEST:
        return None
    return enclose(as_square_matrix(raw, "W"))


def _radius_by_components(W: Array) -> Enclosure | None:
    """Enclose ρ(W) as the largest of those of the diagonal blocks of its block triangular form."""
    lower = upper = 0.0
    for units in strongly_connected_components(W):
        block = W[np.ix_(units, units)]
        if len(units) <= _EXACT_UP_TO:
            found: Enclosure | None = enclose_spectral_radius(block)
        else:
            found = verified_spectral_radius(block) or verified_radius_by_forms(block)
        if found is None:
            return None
        lower, upper = max(lower, found.lower), max(upper, found.upper)
    return Enclosure(lower, upper)


def _enclose_singular_value(W: RationalMatrix, k: int, guess: float) -> Enclosure:
    N, scale = integer_matrix(W)
    squares = dilate((N.transpose() * N).charpoly(), 1 / scale**2)
    return search_float64(lambda c: compare_real_root(squares, k, c * c), guess)


def _guess(quantity: Callable[[Array], float], W: RationalMatrix) -> float:
    """Return a rounded value of a positively homogeneous quantity, within the float64 range."""
    largest = max(abs(entry) for row in W for entry in row)
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length()
    scale = Fraction(2) ** exponent
    rounded = quantity(np.array([[float(entry / scale) for entry in row] for row in W]))
    try:
        return math.ldexp(rounded, exponent)
    except OverflowError:
        return sys.float_info.max


# An isolated eigenvalue is accepted when each part is known to 2⁻⁵⁶ of its modulus, an eighth of a
# unit roundoff, so that rounding the ends outward to float64 is what its width is made of.
_ACCURACY = 56
# Ball eigenvalues at 1024 bits take seconds at d = 64; the polynomial takes over from there. Its
# roots come out at the accuracy asked for (FLINT, arb_fmpz_poly_complex_roots), so that a second
# precision is a reserve.
_MATRIX_PRECISIONS = (64, 128, 256, 512)
_POLYNOMIAL_PRECISIONS = (128, 256, 512)


def enclose_eigenvalues(W: MatrixLike, /) -> tuple[EigenvalueEnclosure, ...]:
    """Enclose every eigenvalue in a rectangle of its own, largest modulus first.

    Parameters
    ----------
    W
        Square matrix of floats (taken exactly), integers or fractions; meant for d ≤ 64.

    Returns
    -------
    tuple of EigenvalueEnclosure
        One for each distinct eigenvalue, the parts to 2⁻⁵⁶|λ| and then rounded outward to float64.
        The imaginary part is [0, 0] exactly if the eigenvalue is real.

    Raises
    ------
    EnclosureError
        If a part exceeds the largest float64, or 512 bits don't give the accuracy.

    Notes
    -----
    Distinct eigenvalues, none of them 0, are isolated by FLINT's ``acb_mat_eig_simple`` at
    increasing precision: its cost doesn't grow when they cluster as those of I + 10⁻¹⁵X do.
    Otherwise, and where that fails, the roots of the exact characteristic polynomial are isolated
    by ``arb_fmpz_poly_complex_roots`` after its multiple factors are split off: multiple, zero and
    defective eigenvalues are then no obstacle.

    >>> [(e.real.contains(2), e.multiplicity) for e in enclose_eigenvalues([[2, 1], [0, 2]])]
    [(True, 2)]
    """
    matrix = as_rational_matrix(W, "W")
    p = eigenvalue_polynomial(matrix)
    if p[0] != 0 and p.gcd(p.derivative()).degree() == 0:
        for bits in _MATRIX_PRECISIONS:
            with working_precision(bits):
                isolated = _matrix_eigenvalues(matrix)
                if isolated is not None and all(map(_is_accurate, isolated)):
                    return _ordered([(ball, 1) for ball in isolated])
    for bits in _POLYNOMIAL_PRECISIONS:
        with working_precision(bits):
            roots: list[tuple[acb, int]] = cast(Any, p).complex_roots()
            if all(_is_accurate(ball) for ball, _ in roots):
                return _ordered([(ball, multiplicity) for ball, multiplicity in roots])
    raise EnclosureError(
        f"an eigenvalue of W isn't accurate to {_ACCURACY} bits at {_POLYNOMIAL_PRECISIONS[-1]} "
        "bits of precision; split W into blocks or round its entries"
    )


def _matrix_eigenvalues(W: RationalMatrix) -> list[acb] | None:
    """Return disjoint balls with one eigenvalue each, or None if the precision is too low."""
    A = acb_mat([[acb(fmpq(entry.numerator, entry.denominator)) for entry in row] for row in W])
    try:
        balls = A.eig()
    except ValueError:
        return None
    return _with_real_ones_marked(balls)


def _with_real_ones_marked(balls: list[acb]) -> list[acb] | None:
    """Return disjoint balls with one eigenvalue of a real matrix each, exactly real if it is."""
    marked = list(balls)
    for i, ball in enumerate(balls):
        if not ball.imag.contains(0):
            continue
        # conj λ is an eigenvalue in the mirrored ball. If that meets no other ball, conj λ = λ.
        mirror = ball.conjugate()
        if any(mirror.overlaps(other) for j, other in enumerate(balls) if j != i):
            return None
        marked[i] = acb(ball.real)
    return marked


def _is_accurate(ball: acb) -> bool:
    radius = arb(max(ball.real.rad(), ball.imag.rad()))
    return bool(radius * 2**_ACCURACY <= abs(ball))


def _ordered(balls: list[tuple[acb, int]]) -> tuple[EigenvalueEnclosure, ...]:
    found = [EigenvalueEnclosure(enclose_ball(z.real), enclose_ball(z.imag), m) for z, m in balls]

    def key(eigenvalue: EigenvalueEnclosure) -> tuple[float, float, float]:
        real, imaginary = eigenvalue.real.upper, eigenvalue.imaginary.upper
        return -math.hypot(real, imaginary), -real, -imaginary

    return tuple(sorted(found, key=key))
