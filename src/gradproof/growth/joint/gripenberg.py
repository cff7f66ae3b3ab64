"""Branch and bound over products, in a quadratic norm, with every rounding paid for.

**Theorem** (Gripenberg 1996, "Computing the joint spectral radius"). Let a finite tree of words
hold with each inner word all its extensions by one matrix, and let p(w) be the least of
‖product of w′‖^{1/|w′|} over the non-empty prefixes w′ of w. The joint spectral radius is at most
the largest p of a leaf.

Proof. Let β be that maximum and N the depth. An infinite word starts with a leaf, so with a prefix
w′ whose product has norm at most β^{|w′|}; take it off and go on. So a product of n matrices has
norm at most Cβⁿ, where C bounds what is left over of fewer than N matrices, over βⁿ for n < N.

A prefix is what is applied first. Words with p(w) ≤ target are not extended. The norm is that of
C = T A T⁻¹, ‖x‖_T = ‖Tx‖₂; T comes from a search and is trusted for nothing: C is enclosed in
balls, and each computed product M of a word is stored with a bound e ≥ ‖C_w − M‖. With B = fl(C_i),
‖C_i − B‖ ≤ η, one more factor gives, as fl(BM) is off by at most γ_d|B||M| (Higham 2002, (3.13)),

    ‖C_i C_w − fl(BM)‖ ≤ η(‖M‖ + e) + ‖B‖e + γ_d ‖B‖_F ‖M‖_F.

**Norms of many matrices at once.** ‖X‖² = ‖XᵀX‖ ≤ ‖G‖ + γ_d‖X‖_F² for G = fl(XᵀX). Applied to
X₀ = X, X_{k+1} = fl(X_kᵀX_k) after scaling by powers of two, and ‖X_s‖ ≤ ‖X_s‖_F at the end, it
exceeds ‖X‖ by a factor of at most d^{2^{−s−1}}, besides roundings.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from flint import arb, arb_mat
from scipy.optimize import minimize

from gradproof.arrays import Array
from gradproof.errors import EnclosureError
from gradproof.growth.joint.blocks import in_balls
from gradproof.spectral.bracket import enclose_ball
from gradproof.spectral.rationals import RationalMatrix
from gradproof.spectral.root_location import working_precision
from gradproof.spectral.verified import FLOOR, UP, gamma, verified_spectral_norm

__all__ = [
    "Letters",
    "branch_and_bound",
    "enclosed_letters",
    "extended",
    "norms_upper",
    "quadratic_coordinates",
]

_SCHATTEN = (2, 8, 32, 128)
_SQUARINGS = 10
_PRECISION = 192
#: Of a power and of a root: far above what any library's pow is off, and checked afterwards.
_ROOM = 2.0**-40
_TINY = 2.0**-500
_LONGEST = 256
_LARGEST_CONDITION = 1e8


class _TimeIsOverError(Exception):
    """Ends a minimisation."""


class Letters:
    """Matrices C_i: float64 B_i, bounds of ‖C_i − B_i‖, and of both ‖C_i‖ and ‖B_i‖."""

    def __init__(self, matrices: Array, errors: Array, norms: Array) -> None:
        self.matrices = matrices
        self.errors = errors
        self.norms = norms


def quadratic_coordinates(matrices: Array, in_time: Callable[[], bool], /) -> Array:
    """Return an invertible T for which max_i ‖T A_i T⁻¹‖₂ is nearly least, in floating point.

    What is minimised is the Schatten norm (1/2k) log Σ_ij σ_ij^{2k} of all T A_i T⁻¹ together. For
    (I + H)T its derivative is the inner product of H and Σ w_ij (u uᵀ − v vᵀ), w_ij ∝ σ_ij^{2k}.

    >>> A = np.array([[0.0, 100.0], [-0.01, 0.0]])
    >>> T = quadratic_coordinates(A[np.newaxis], lambda: True)
    >>> round(float(np.linalg.norm(T @ A @ np.linalg.inv(T), 2)), 3)
    1.0
    """
    size = matrices.shape[1]
    best, least = np.eye(size), float(np.linalg.norm(matrices, ord=2, axis=(1, 2)).max())
    if least == 0 or size == 1:
        return best
    scaled = matrices / least

    def objective(flat: Array, k: int) -> tuple[float, Array]:
        if not in_time():
            raise _TimeIsOverError
        T = flat.reshape(size, size)
        try:
            inverse = np.linalg.inv(T)
            U, values, Vt = np.linalg.svd(T @ scaled @ inverse)
        except np.linalg.LinAlgError:
            return 1e300, np.zeros(flat.size)
        top = float(values.max())
        if not 0 < top < math.inf:
            return 1e300, np.zeros(flat.size)
        powers = (values / top) ** (2 * k)
        weights = powers / powers.sum()
        weighted = weights[:, np.newaxis, :]
        gradient = ((U * weighted) @ U.transpose(0, 2, 1)).sum(axis=0)
        gradient -= ((Vt.transpose(0, 2, 1) * weighted) @ Vt).sum(axis=0)
        value = math.log(top) + math.log(float(powers.sum())) / (2 * k)
        return value, (gradient @ inverse.T).ravel()

    flat = best.ravel()
    for k in _SCHATTEN:
        try:
            found = minimize(
                objective, flat, (k,), jac=True, method="L-BFGS-B", options={"maxiter": 200}
            )
        except _TimeIsOverError:
            break
        T = found.x.reshape(size, size)
        if not np.all(np.isfinite(T)) or np.linalg.cond(T) > _LARGEST_CONDITION:
            break
        T = T / np.abs(T).max()
        flat = T.ravel()
        norms = np.linalg.norm(T @ matrices @ np.linalg.inv(T), ord=2, axis=(1, 2))
        if norms.max() < least:
            best, least = T, float(norms.max())
    return best


def enclosed_letters(
    matrices: Sequence[RationalMatrix], T: Array, scale: float, /
) -> Letters | None:
    """Return T A_i T⁻¹/scale with their errors; None where T isn't shown to be invertible."""
    with working_precision(_PRECISION):
        exact = arb_mat([[arb(float(x)) for x in row] for row in T])
        try:
            inverse = exact.inv()
        except ZeroDivisionError:
            return None
        balls = [exact * in_balls(A) * inverse / arb(scale) for A in matrices]
        size = range(len(T))
        rounded = [np.array([[float(C[i, j].mid()) for j in size] for i in size]) for C in balls]
        errors, norms = list[float](), list[float]()
        for B, C in zip(rounded, balls, strict=True):
            if not np.all(np.isfinite(B)):
                return None
            squares = [(C[i, j] - arb(float(B[i, j]))) for i in size for j in size]
            total = sum((abs(x) for x in squares), arb(0))
            try:
                errors.append(enclose_ball(total).upper)
            except EnclosureError:
                return None
            found = verified_spectral_norm(B)
            norms.append(
                math.inf if found is None else math.nextafter(found.upper + errors[-1], math.inf)
            )
    return Letters(np.array(rounded), np.array(errors), np.array(norms))


def norms_upper(matrices: Array, /) -> Array:
    """Return upper bounds of the 2-norms of matrices, shape (n, d, d), of d ≤ 2¹³.

    >>> float(norms_upper(np.array([[[3.0, 0.0], [4.0, 0.0]]]))[0]) - 5 < 1e-3
    True
    """
    size = matrices.shape[1]
    steps = list[tuple[Array, Array]]()
    X = matrices
    for _ in range(_SQUARINGS):
        largest = np.abs(X).max(axis=(1, 2))
        exponents = np.frexp(largest)[1]
        X = np.ldexp(X, -exponents[:, np.newaxis, np.newaxis])
        squares = np.square(X).sum(axis=(1, 2)) * UP
        steps.append((exponents, squares))
        X = X.transpose(0, 2, 1) @ X
    norms: Array = np.sqrt(np.square(X).sum(axis=(1, 2)) * UP) * UP
    for exponents, squares in reversed(steps):
        # What underflowed in scaling and in products is far below FLOOR for entries near 1.
        square = norms + gamma(size) * squares + FLOOR
        norms = np.ldexp(np.sqrt(square * (1 + 2.0**-50)) * (1 + 2.0**-50) + FLOOR, exponents)
    # Below the normal numbers the last ldexp rounds.
    found: Array = np.where(matrices.any(axis=(1, 2)), np.nextafter(norms, math.inf), 0.0)
    return found


def branch_and_bound(
    letters: Letters, target: float, in_time: Callable[[], bool], /, *, most: int = 20_000
) -> float:
    """Return an upper bound of the joint spectral radius, rounded up; at most ``target`` if it can.

    Words are extended until all leaves have p ≤ target, there would be more than ``most``, they
    are 256 letters long, or the time is over: the bound is proved in any case.
    """
    products = np.eye(letters.matrices.shape[1])[np.newaxis]
    errors, rates = np.zeros(1), np.full(1, math.inf)
    closed, length = 0.0, 0
    while True:
        length += 1
        with np.errstate(all="ignore"):
            products, errors = extended(letters, products, errors)
            norms = (norms_upper(products) + errors) * (1 + 2.0**-50)
        if length == 1:
            norms = np.fmin(norms, letters.norms)
        # A norm that is NaN, after an overflow, has the root ∞.
        rates = np.minimum(np.tile(rates, len(letters.matrices)), _roots_upper(norms, length))
        opened = rates > target
        closed = max(closed, float(rates[~opened].max(initial=0.0)))
        if not opened.any():
            return closed
        top = max(closed, float(rates.max()))
        too_many = np.count_nonzero(opened) * len(letters.norms) > most
        if too_many or length == _LONGEST or not in_time() or not math.isfinite(top):
            return top
        products, errors, rates = products[opened], errors[opened], rates[opened]


def extended(letters: Letters, products: Array, errors: Array, /) -> tuple[Array, Array]:
    """Return the products with one more factor, and what they are off by at most."""
    B, size = letters.matrices, products.shape[1]
    frobenius, lengths = _frobenius_upper(B), _frobenius_upper(products)
    off = (
        letters.errors[:, np.newaxis] * (lengths + errors)
        + letters.norms[:, np.newaxis] * errors
        + gamma(size) * frobenius[:, np.newaxis] * lengths
    )
    return (B[:, np.newaxis] @ products).reshape(-1, size, size), off.ravel() * UP + FLOOR


def _frobenius_upper(matrices: Array) -> Array:
    """Return upper bounds of the Frobenius norms; squares that underflow are below _TINY²."""
    norms: Array = (np.sqrt(np.square(matrices).sum(axis=(1, 2))) + _TINY) * UP
    return norms


def _roots_upper(values: Array, n: int) -> Array:
    """Return r with rⁿ ≥ value, checked by multiplication, whose roundings are far below _ROOM."""
    with np.errstate(all="ignore"):
        roots = values ** (1 / n) * (1 + _ROOM) if n > 1 else values
        power = roots
        for _ in range(n - 1):
            power = power * roots
        shown = power * (1 - _ROOM) >= values if n > 1 else values >= 0
    return np.where(shown, roots, math.inf)
