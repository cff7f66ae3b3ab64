"""The invariant polytope algorithm: a norm in which no matrix of a set expands, searched for.

Guglielmi, Wirth and Zennaro (2005, "Complex polytope extremality results for families of matrices")
and Guglielmi and Protasov (2013, "Exact computation of joint spectral characteristics of linear
operators"): let v be the leading eigenvector of a product whose rate ρ^{1/L} = κ may be the joint
spectral radius. Start with the vectors through which the product carries v, and add the images
A_i v_j/κ that lie outside the symmetric hull of the vectors so far. If nothing is left to add, the
hull P satisfies A_i P ⊆ κP for all i, so the joint spectral radius is κ.

The search is in floating point and says only, for every matrix and every vertex, why the image is
in P: it is a vertex by construction, or a combination of d named vertices. The proof is in
:mod:`gradproof.growth.joint.proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from gradproof.arrays import Array
from gradproof.growth.joint.membership import Points, Witness, hull_of
from gradproof.growth.joint.words import Word

__all__ = ["Polytope", "Start", "grow"]

#: An image this far outside is a vertex; what is nearer to the boundary, the proof will measure.
_OUTSIDE = 1e-12
_SAME = 1e-9
_INDEPENDENT = 1e-7


@dataclass(frozen=True)
class Start:
    """A vector to start from, and the word that carries it through its cycle, if it has one."""

    vector: Points
    word: Word = ()


@dataclass
class Polytope:
    """Vertices, where they come from, and why every image is inside.

    ``origins[j]`` is the number of a start, or (j′, i): then v_j = A_i v_j′/κ. ``closed`` has the
    (j, i) at which a cycle ends; ``witnesses`` has
    a combination of vertices for every other image. ``extra`` are
    vectors that were added so that the vertices span the space.
    """

    origins: list[int | tuple[int, int]] = field(default_factory=list)
    closed: set[tuple[int, int]] = field(default_factory=set)
    witnesses: dict[tuple[int, int], Witness] = field(default_factory=dict)
    extra: list[Points] = field(default_factory=list)


def grow(
    matrices: Array, starts: Sequence[Start], in_time: Callable[[], bool], /, *, most: int
) -> Polytope | None:
    """Return a polytope that seems invariant under all matrices (scaled to κ = 1), or None.

    None if there would be more than ``most`` vertices, or the time is over.

    >>> A, B = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, -1.0]])
    >>> found = grow(np.array([A, B]), [Start(np.array([1.0, 1.0]), (0,))], lambda: True, most=9)
    >>> found.origins
    [0, (0, 1)]
    """
    polytope, points = Polytope(), list[Points]()
    known = set[tuple[int, int]]()

    def append(point: Points, origin: int | tuple[int, int]) -> None:
        points.append(point)
        polytope.origins.append(origin)
        if isinstance(origin, tuple):
            known.add(origin)

    for number, start in enumerate(starts):
        append(start.vector, number)
        for letter in start.word[:-1]:
            append(matrices[letter] @ points[-1], (len(points) - 1, letter))
        if start.word:
            polytope.closed.add((len(points) - 1, start.word[-1]))
            known.add((len(points) - 1, start.word[-1]))
    _span(matrices, polytope, points, append, len(starts))
    hull = hull_of(np.array(points))
    fresh = list(range(len(points)))
    while fresh:
        edges = [(j, i) for j in fresh for i in range(len(matrices)) if (j, i) not in known]
        images = {edge: matrices[edge[1]] @ points[edge[0]] for edge in edges}
        first = len(points)
        # The longest first: what they make superfluous is not added.
        for edge in sorted(edges, key=lambda edge: -float(np.linalg.norm(images[edge]))):
            if len(points) > most or not in_time():
                return None
            value, witness = hull.norm(images[edge])
            if witness is not None and value <= 1 + _OUTSIDE:
                polytope.witnesses[edge] = witness
            else:
                append(images[edge], edge)
                hull.add(images[edge][np.newaxis])
        fresh = list(range(first, len(points)))
    return polytope


def _span(
    matrices: Array,
    polytope: Polytope,
    points: list[Points],
    append: Callable[[Points, int | tuple[int, int]], None],
    starts: int,
) -> None:
    """Add images, and short vectors where these lie in a subspace, until the vertices span."""
    size = matrices.shape[1]
    j = 0
    while j < len(points) and len(points) < 4 * size * len(matrices):
        for i, A in enumerate(matrices):
            known = (j, i) in polytope.closed or (j, i) in polytope.origins
            image = A @ points[j]
            if not known and _away(points, image) > _INDEPENDENT:
                append(image, (j, i))
        j += 1
    scale = min(float(np.linalg.norm(point)) for point in points) / 16
    for row in np.linalg.svd(np.array([*points, *(p.conj() for p in points)]))[2].conj():
        if _away(points, row) > _INDEPENDENT:
            append(scale * row, starts + len(polytope.extra))
            polytope.extra.append(scale * row)


def _away(points: list[Points], x: Points) -> float:
    """Return the distance of x from the span, relative to its length."""
    length = float(np.linalg.norm(x))
    if length == 0:
        return 0.0
    V = np.array([*points, *(point.conj() for point in points)]).T
    return float(np.linalg.norm(x - V @ np.linalg.lstsq(V, x, rcond=None)[0])) / length
