"""Few units: the joint spectral radius of the 2^d matrices DW with extreme slopes.

Every D with entries in [α, β] is a convex combination of the vertices, whose entries are α or β, so
the joint spectral radius of all DW is that of the vertices (claim ``factor_between`` is the step),
and it is the rate itself.

A rate r above it comes with a constant. For T invertible and C = T D W T⁻¹/r, extend words as long
as their product exceeds 1 in norm. If that ends, every word is a sequence of words of norm at most
1, and at the end a word all of whose prefixes were extended, of norm at most c. So ‖Φ‖ ≤
‖T‖‖T⁻¹‖ c rⁿ at products of vertices, and by convexity at all.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.growth.joint.gripenberg import (
    Letters,
    enclosed_letters,
    extended,
    norms_upper,
    quadratic_coordinates,
)
from gradproof.growth.joint_spectral_radius import JointSpectralRadius, joint_spectral_radius
from gradproof.growth.slopes import SlopeRange
from gradproof.spectral.rationals import RationalMatrix
from gradproof.spectral.verified import (
    verified_smallest_singular_value,
    verified_spectral_norm,
)

__all__ = ["VertexBound", "vertex_bound"]

#: The vertices are more than the search for their joint spectral radius can take beyond this.
_UNITS = 5
_TOLERANCE = 1e-4
#: Rates between the joint spectral radius and 1 that are tried, as parts of the way.
_NEARER_TO_ONE = (0.1, 0.3, 0.6)
#: Words of one length, and lengths, after which a rate is given up.
_WORDS, _LONGEST = 20_000, 128


@dataclass(frozen=True)
class VertexBound:
    """‖Φ‖ ≤ constant · rateⁿ for all slopes in the range and all n.

    Parameters
    ----------
    joint
        The joint spectral radius of the vertices.
    word
        The slopes of its word, shape (L, d): True for the upper end.
    rate
        Above ``joint.upper``.
    constant
        Rounded up; ∞ where none was found.
    """

    joint: JointSpectralRadius
    word: NDArray[np.bool_]
    rate: float
    constant: float


def vertex_bound(W: Array, slopes: SlopeRange, /, *, seconds: float) -> VertexBound | None:
    """Return the bound by the joint spectral radius of the vertices; None for too large a W.

    >>> W = np.array([[0.0, 1.5], [0.1, 0.0]])
    >>> found = vertex_bound(W, SlopeRange(0.0, 1.0, 0.0, 1.0), seconds=5)
    >>> found.joint.upper < 0.3873, found.rate < 0.5, found.constant < 20
    (True, True, True)
    """
    if len(W) > _UNITS or slopes.lower == slopes.upper:
        return None
    corners = [np.array(bits) for bits in itertools.product((False, True), repeat=len(W))]
    # In fractions: the product of a slope and an entry would be rounded.
    vertices: list[RationalMatrix] = [
        tuple(
            tuple(
                Fraction(slopes.upper if steep else slopes.lower) * Fraction(float(w)) for w in row
            )
            for steep, row in zip(bits, W, strict=True)
        )
        for bits in corners
    ]
    joint = joint_spectral_radius(vertices, tolerance=_TOLERANCE, budget=seconds)
    word = np.array([corners[letter] for letter in joint.word])
    if joint.upper < 1:
        floats = np.array([[[float(x) for x in row] for row in V] for V in vertices])
        T = quadratic_coordinates(floats, lambda: True)
        for part in _NEARER_TO_ONE:
            rate = joint.upper + part * (1 - joint.upper)
            constant = _constant(vertices, T, rate)
            if constant is not None:
                return VertexBound(joint, word, rate, constant)
    return VertexBound(joint, word, math.nextafter(joint.upper, math.inf), math.inf)


def _constant(vertices: list[RationalMatrix], T: Array, rate: float) -> float | None:
    """Return C with ‖Φ‖ ≤ C rateⁿ at products of vertices; None where the words don't end."""
    with np.errstate(all="ignore"):
        letters = enclosed_letters(vertices, T, rate)
    largest, smallest = verified_spectral_norm(T), verified_smallest_singular_value(T)
    if letters is None or largest is None or smallest is None or smallest.lower == 0:
        return None
    left_over = _left_over(letters)
    if left_over is None:
        return None
    return left_over * largest.upper / smallest.lower * (1 + 2.0**-50)


def _left_over(letters: Letters) -> float | None:
    """Return the largest norm of a word that had to be extended, at least 1."""
    products, errors = np.eye(letters.matrices.shape[1])[np.newaxis], np.zeros(1)
    largest = 1.0
    for _ in range(_LONGEST):
        with np.errstate(all="ignore"):
            products, errors = extended(letters, products, errors)
            norms = (norms_upper(products) + errors) * (1 + 2.0**-50)
        opened = ~(norms <= 1)
        if not opened.any():
            return largest
        largest = max(largest, float(norms.max()))
        # A norm that is NaN, after an overflow, is opened, and then not below the greatest float64.
        if np.count_nonzero(opened) * len(letters.matrices) > _WORDS or not norms.max() < math.inf:
            return None
        products, errors = products[opened], errors[opened]
    return None
