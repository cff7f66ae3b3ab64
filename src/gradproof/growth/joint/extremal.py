"""Upper bounds of the joint spectral radius by polytopes: the search and its proof together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from flint import arb

from gradproof.arrays import Array
from gradproof.errors import EnclosureError
from gradproof.growth.joint.blocks import rounded
from gradproof.growth.joint.membership import Points
from gradproof.growth.joint.polytope import Start, grow
from gradproof.growth.joint.proof import (
    PRECISION,
    Cycle,
    leading_cycle,
    midpoints,
    proved_stretch,
)
from gradproof.growth.joint.words import Word
from gradproof.spectral.bracket import enclose_ball
from gradproof.spectral.rationals import RationalMatrix
from gradproof.spectral.root_location import working_precision

__all__ = ["PolytopeBound", "polytope_bound"]

_ORBIT, _WIDEST = 8, 2000


@dataclass(frozen=True)
class PolytopeBound:
    """An upper bound of the joint spectral radius, rounded up.

    ``exact``: the joint spectral radius is proved to be the largest of the words' rates.
    """

    upper: float
    exact: bool
    vertices: int


def polytope_bound(
    matrices: Sequence[RationalMatrix],
    T: Array,
    words: Sequence[Word],
    in_time: Callable[[], bool],
    /,
    *,
    rate: float,
    excess: float = 0.0,
    most: int = 4000,
) -> PolytopeBound | None:
    """Return the bound by a polytope that starts from the leading eigenvectors of the words.

    Parameters
    ----------
    T
        Coordinates in which the search in floating point works.
    rate, excess
        Without an excess the words' own rates are tried; with one, a rate of rate·(1 + excess).

    Returns
    -------
    PolytopeBound or None
        None where nothing was found in time, or it wasn't proved.

    >>> A = ((0, 1), (1, 0)), ((1, 0), (0, 0))
    >>> polytope_bound(A, np.eye(2), [(0,)], lambda: True, rate=1.0)
    PolytopeBound(upper=1.0, exact=True, vertices=3)
    """
    floats = rounded(matrices)
    with working_precision(PRECISION):
        cycles = [cycle for word in words if (cycle := leading_cycle(matrices, word))]
        if excess == 0:
            kappa = arb(0)
            for cycle in cycles:
                kappa = kappa.max(cycle.rate)
        else:
            # A float64, so that A/κ is nearly as short as A.
            kappa = arb(rate * (1 + excess))
            cycles = [cycle for cycle in cycles if cycle.rate <= kappa]
        scale = float(kappa.mid())
        if not (scale > 0 and cycles):
            return None
        search = T @ floats @ np.linalg.inv(T) / scale
        weighted = [
            cycle.weighted(weight)
            for cycle, weight in zip(cycles, _weights(search, T, cycles), strict=True)
        ]
        polytope = grow(search, [_start(T, cycle) for cycle in weighted], in_time, most=most)
        if polytope is None:
            return None
        inverse = np.linalg.inv(T)
        extra = [inverse @ x for x in polytope.extra]
        stretch = proved_stretch(
            matrices, replace(polytope, extra=extra), weighted, kappa, tight=excess == 0
        )
        if stretch is None:
            return None
        try:
            upper = enclose_ball(kappa * stretch).upper
        except EnclosureError:
            return None
        return PolytopeBound(upper, excess == 0 and stretch == 1, len(polytope.origins))


def _start(T: Array, cycle: Cycle) -> Start:
    point = T @ midpoints(cycle.vector)[:, 0]
    return Start(point.real if cycle.sign else point, cycle.word)


def _weights(search: Array, T: Array, cycles: Sequence[Cycle]) -> list[float]:
    """Return lengths of the starting vectors for which none of the cycles dwarfs another.

    For the left eigenvector u_j of product j with u_jᵀv_j = 1, |u_jᵀx| ≤ 1 is necessary for x in a
    hull in which v_j is extremal; Guglielmi and Protasov (2013) balance all orbits by it.
    """
    roots = [T @ midpoints(cycle.vector)[:, 0] for cycle in cycles]
    logs = -np.log([np.linalg.norm(root) for root in roots])
    if len(cycles) < 2:
        return [1.0 for _ in cycles]
    roots = [root * np.exp(log) for root, log in zip(roots, logs, strict=True)]
    duals = list[Points]()
    for cycle, root in zip(cycles, roots, strict=True):
        product = np.eye(len(T))
        for letter in cycle.word:
            product = search[letter] @ product
        values, left = np.linalg.eig(product.T)
        value = root.conj() @ product @ root
        u = left[:, int(np.argmin(np.abs(values - value)))]
        duals.append(u / (u @ root) if abs(u @ root) > 0 else u)
    reach = np.zeros((len(cycles), len(cycles)))
    for i, root in enumerate(roots):
        orbit = root[:, np.newaxis]
        for _ in range(_ORBIT):
            reach[i] = np.maximum(reach[i], np.abs(np.array(duals) @ orbit).max(axis=1))
            orbit = np.concatenate([A @ orbit for A in search], axis=1)[:, :_WIDEST]
    extra = np.zeros(len(cycles))
    with np.errstate(divide="ignore"):
        gains = np.log(reach)
    for _ in cycles:
        extra = np.maximum(extra, (extra[:, np.newaxis] + gains).max(axis=0))
    weights = np.exp(logs - logs[0] + extra - extra[0])
    # Equal ones exactly, so that what lies on the boundary by symmetry does so exactly.
    return [1.0 if abs(x - 1) < 1e-9 else float(x) for x in weights]
