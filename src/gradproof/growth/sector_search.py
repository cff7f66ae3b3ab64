"""The search for a sector certificate: nothing here is trusted, all of it is verified afterwards.

For T = e^{2P}, P = diag(p), A = e^P W e^{−P} and Y = 2I − e^{−P}Xe^{−P} the certificate asks for

    [[Q − Y, −Nᵀ], [−N, Y]] positive semidefinite, N = (α+β)A/r, Q = 2I + 2αβ AᵀA/r².

Such Y exist if and only if Q − zN − z̄Nᵀ is positive semidefinite for all |z| = 1. The largest
solves Y + NᵀY⁻¹N = Q, the smallest is Q − Z for the largest solution of Z + NZ⁻¹Nᵀ = Q, and both
come out of one cyclic reduction (Meini 2002, "Efficient computation of the extreme solutions of
X + A*X⁻¹A = Q, X − A*X⁻¹A = Q"):

    N ← N R⁻¹ N,   Y ← Y − NᵀR⁻¹N,   Z ← Z − N R⁻¹Nᵀ,   R ← R − N R⁻¹Nᵀ − NᵀR⁻¹N

from Y = Z = R = Q, as long as R is positive definite. For [α, β] = [0, 1] the least r is the
numerical radius w(A) (Ando 1973, "Structure of operators with numerical radius one").

The p of a small r is found by the barrier φ_r(p) = −(mean over |z| = 1 of log det(Q − zN − z̄Nᵀ)),
which is −log det Y for the largest Y (Szegő). With L = R⁻¹ at the end, the mean of the inverse, and
H = LNᵀY⁻¹, the mean of z times the inverse, dφ = ⟨G, dA⟩ with
G = −(4αβ/r²) A L + 2((α+β)/r) Hᵀ, and dA_ij = (dp_i − dp_j) a_ij.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, cholesky

from gradproof.arrays import Array
from gradproof.growth.sector import SectorBound, sector_bound

__all__ = ["search_sector_bound"]

#: Cyclic reduction converges quadratically; near the least r it first halves its way there.
_REDUCTIONS = 60
#: The search for p ends where a round lowers the least r by less than this.
_WORTHWHILE = 1e-4
#: The barrier is centred at this part of the way from the least r to the last one.
_NEARER = 0.25
_NEWTON_LIKE_STEPS = 40
_LARGEST_EXPONENT = 20.0


@dataclass(frozen=True)
class _Factors:
    """The largest Y and Z and the last R of a cyclic reduction."""

    Y: Array
    Z: Array
    R: Array


def search_sector_bound(
    W: Array, p: Array, /, *, lower: float, upper: float, seconds: float, optimise: bool = True
) -> SectorBound | None:
    """Return the best verified bound whose search starts at T = e^{2 diag(p)}.

    >>> W = np.array([[0.0, 1.5], [0.1, 0.0]])
    >>> round(search_sector_bound(W, np.zeros(2), lower=0, upper=1, seconds=5).rate, 3)
    0.387
    """
    deadline = time.monotonic() + seconds
    # Sizes don't matter to the search, but their squares may overflow.
    exponent = int(np.frexp(np.abs(W).max())[1])
    problem = _Problem(np.ldexp(W, -exponent), lower, upper)
    start = problem.largest_rate(p)
    if not 0 < start < math.inf:
        return None
    rate = problem.least_rate(p, start, 1e-2)
    last = start
    while optimise and rate is not None and time.monotonic() < deadline:
        found = _centre(problem, p, rate + _NEARER * (last - rate), deadline)
        better = problem.least_rate(found, rate + _NEARER * (last - rate), 1e-3)
        if better is None or better > rate:
            break
        done = last - rate < _WORTHWHILE * rate
        p, last, rate = found, rate + _NEARER * (last - rate), better
        if done:
            break
    return None if rate is None else _verified(problem, W, exponent, p, max(rate * 1.01, last))


def _verified(
    problem: _Problem, W: Array, exponent: int, p: Array, rate: float
) -> SectorBound | None:
    """Return the verified bound at p, a little above the least rate."""
    least = problem.least_rate(p, rate, 1e-7)
    if least is None:
        return None
    for widening in (2.0**-20, 2.0**-14, 2.0**-9):
        r = least * (1 + widening)
        factors = problem.factors(p, r)
        if factors is None:
            continue
        size = len(p)
        # The middle of the largest and the smallest Y.
        Y = (factors.Y + problem.parts(p, r)[1] - factors.Z) / 2
        X = 2 * np.eye(size) - Y
        scale = np.exp(p - p.max())
        form = scale[:, np.newaxis] * X * scale[np.newaxis, :]
        r = float(np.ldexp(r, exponent))
        found = sector_bound(W, form, np.square(scale), r, lower=problem.lower, upper=problem.upper)
        if found is not None:
            return found
    return None


class _Problem:
    """W and [α, β], and what is asked of them at p and r."""

    def __init__(self, W: Array, lower: float, upper: float) -> None:
        self.W, self.lower, self.upper = W, lower, upper

    def scaled(self, p: Array) -> Array:
        e = np.exp(p)
        return np.asarray(e[:, np.newaxis] * self.W / e[np.newaxis, :])

    def largest_rate(self, p: Array) -> float:
        """Return a rate at which X = T is nearly a certificate."""
        steepest = max(abs(self.lower), abs(self.upper))
        return 1.001 * steepest * float(np.linalg.norm(self.scaled(p), 2))

    def parts(self, p: Array, r: float) -> tuple[Array, Array]:
        """Return N and Q."""
        A = self.scaled(p)
        N = (self.lower + self.upper) / r * A
        return N, 2 * np.eye(len(A)) + (2 * self.lower * self.upper / r**2) * (A.T @ A)

    def factors(self, p: Array, r: float) -> _Factors | None:
        """Return the result of cyclic reduction; None where r is too small."""
        N, Q = self.parts(p, r)
        found = _cyclic_reduction(N, Q)
        if found is None or self.lower * self.upper <= 0:
            return found
        # With slopes of one sign only, X has to be checked too.
        Y = (found.Y + Q - found.Z) / 2
        return found if _cholesky(2 * np.eye(len(Y)) - Y) is not None else None

    def least_rate(self, p: Array, feasible: float, accuracy: float) -> float | None:
        """Return the least r at p, by bisection, from above; None where ``feasible`` isn't."""
        for _ in range(8):
            if self.factors(p, feasible) is not None:
                break
            feasible *= 1.05
        else:
            return None
        low, high = 0.0, feasible
        while high - low > accuracy * high:
            middle = (low + high) / 2 if low else high * 0.8
            if self.factors(p, middle) is None:
                low = middle
            else:
                high = middle
                if high < 1e-300:
                    return None
        return high

    def barrier(self, p: Array, r: float) -> tuple[float, Array] | None:
        """Return φ_r(p) and its gradient; None for +∞."""
        if np.ptp(p) > 2 * _LARGEST_EXPONENT:
            return None
        factors = self.factors(p, r)
        if factors is None:
            return None
        chol = _cholesky(factors.Y)
        last = _cholesky(factors.R)
        if chol is None or last is None:
            return None
        N, _ = self.parts(p, r)
        A = self.scaled(p)
        L = cho_solve((last, False), np.eye(len(A)))
        H = L @ cho_solve((chol, False), N).T
        G = -4 * self.lower * self.upper / r**2 * (A @ L)
        G += 2 * (self.lower + self.upper) / r * H.T
        products = G * A
        value = -2 * float(np.sum(np.log(chol.diagonal())))
        return value, products.sum(axis=1) - products.sum(axis=0)


def _cholesky(symmetric: Array) -> Array | None:
    try:
        return np.asarray(cholesky(symmetric, check_finite=False))
    except LinAlgError:
        return None


def _cyclic_reduction(N: Array, Q: Array) -> _Factors | None:
    R = Y = Z = Q
    size = float(np.abs(Q).max())
    for _ in range(_REDUCTIONS):
        if not np.all(np.isfinite(R)):
            return None
        try:
            factor = cho_factor(R, check_finite=False)
        except LinAlgError:
            return None
        left, right = cho_solve(factor, N), cho_solve(factor, N.T)
        forward, backward = N.T @ left, N @ right
        forward, backward = (forward + forward.T) / 2, (backward + backward.T) / 2
        N = N @ left
        Y, Z, R = Y - forward, Z - backward, R - forward - backward
        if max(np.abs(forward).max(), np.abs(backward).max()) < 1e-15 * size:
            return _Factors(Y, Z, R)
    return None


def _centre(problem: _Problem, p: Array, r: float, deadline: float) -> Array:
    """Return p after some steps of BFGS on the barrier at r."""
    here = problem.barrier(p, r)
    if here is None:
        return p
    value, gradient = here
    size = len(p)
    inverse = np.eye(size) / max(1.0, float(np.abs(gradient).max()))
    for step in range(_NEWTON_LIKE_STEPS):
        direction = -inverse @ gradient
        slope = float(gradient @ direction)
        if slope > -1e-6 * size or time.monotonic() > deadline:
            break
        found = _line_search(lambda q: problem.barrier(q, r), p, direction, value, slope)
        if found is None:
            break
        moved, (value, following) = found
        s, y = moved - p, following - gradient
        p, gradient = moved, following
        curvature = float(s @ y)
        if curvature > 0:
            if step == 0:
                inverse = np.eye(size) * (curvature / float(y @ y))
            rho = 1 / curvature
            left = np.eye(size) - rho * np.outer(s, y)
            inverse = left @ inverse @ left.T + rho * np.outer(s, s)
    return np.asarray(p - p.mean())


def _line_search(
    barrier: Callable[[Array], tuple[float, Array] | None],
    p: Array,
    direction: Array,
    value: float,
    slope: float,
) -> tuple[Array, tuple[float, Array]] | None:
    length = 1.0
    for _ in range(30):
        moved = p + length * direction
        found = barrier(moved)
        if found is not None and found[0] <= value + 1e-4 * length * slope:
            return moved, found
        length /= 2
    return None
