"""The proof that a balanced polytope is invariant: ball arithmetic on exact eigenvectors.

**Theorem.** Let V be finitely many vectors that span ℂᵈ, with each its conjugate,
‖x‖_V = min {Σ|c_k| : x = Σ c_k v_k} for complex c_k, κ > 0, s ≥ 1, and A_1, …, A_m real. If
‖A_i v‖_V ≤ κs for all i and all v of V, or one of v and its conjugate, the joint spectral radius of
the A_i is at most κs.

Proof. ‖·‖_V is a norm, and ‖A v̄‖_V = ‖Av‖_V for real A, as V is its own conjugate. x = Σ c_k v_k
with Σ|c_k| = ‖x‖_V gives ‖A_i x‖_V ≤ Σ|c_k| ‖A_i v_k‖_V ≤ κs‖x‖_V. So a product of n of the
matrices has norm at most (κs)ⁿ, and its spectral radius too.

Let Π be the product of a word of length L, Πv = λv with λ ≠ 0, and κ ≥ |λ|^{1/L}. The vectors
v_1 = v, v_{k+1} = A_{i_k} v_k/κ satisfy A_{i_k} v_k = κ v_{k+1}, of norm at most κ, and
A_{i_L} v_L = (λ/κ^L) κ v_1 too. Images that are vertices by construction so need no arithmetic, and
for the others it is enough to solve a linear system: A_i v_j/κ = Σ c_k v_k shows
‖A_i v_j/κ‖_V ≤ Σ|c_k|, where all c_k but those of a basis may be any numbers. The vectors are exact
vectors, known in balls, and as a strict Σ|c_k| < 1 survives the width of the balls, s = 1 is often
proved for κ = |λ|^{1/L}: then κ ≤ ρ(Π)^{1/L} ≤ joint spectral radius ≤ κ, an exact value.

**The eigenvector in balls.** If Π − λI without row r and column c is invertible, v_c ≠ 0 (v_c = 0
would give a kernel vector of the minor), so v with v_c = 1 solves the d − 1 linear equations that
are left, and is their only solution. That the minor is invertible is shown by FLINT's solver, that
there is an eigenvector by λ being a root of the characteristic polynomial, which is isolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

import numpy as np
from flint import acb, acb_mat, arb, fmpq, fmpq_poly, fmpz_poly
from numpy.typing import NDArray
from scipy.linalg import qr

from gradproof.growth.joint.blocks import in_balls
from gradproof.growth.joint.field import ExactVertices, Vector, eigenvector, minimal_polynomial
from gradproof.growth.joint.membership import Points, Witness
from gradproof.growth.joint.polytope import Polytope
from gradproof.growth.joint.words import Word, exact_word_product
from gradproof.spectral.exact import eigenvalue_polynomial
from gradproof.spectral.rationals import RationalMatrix

__all__ = ["PRECISION", "Cycle", "exact_vector", "leading_cycle", "midpoints", "proved_stretch"]

#: Bits; a vertex loses a few with each matrix that made it.
PRECISION = 256
_SAME = 1e-12


@dataclass(frozen=True)
class Cycle:
    """A word, |λ|^{1/L} for an eigenvalue λ of its product, and an eigenvector, in balls.

    ``sign`` is that of λ, 0 if it isn't real; the component ``pivot`` of the vector is ``weight``.
    """

    word: Word
    rate: arb
    vector: acb_mat
    sign: int
    pivot: int
    weight: float = 1.0

    def weighted(self, weight: float) -> Cycle:
        """Return the cycle with a multiple of its vector."""
        return replace(self, vector=self.vector * acb(weight), weight=weight)


def leading_cycle(matrices: Sequence[RationalMatrix], word: Word, /) -> Cycle | None:
    """Return the cycle of an eigenvalue of largest modulus of a product, a real one if there is.

    The balls have the working precision. None where the eigenvalue isn't simple, or is 0.

    >>> A = ((2, 1), (0, 1))
    >>> found = leading_cycle([A], (0,))
    >>> found.rate, [found.vector[i, 0] for i in range(2)]
    (2.00000000000000, [1.00000000000000, 0])
    """
    product = exact_word_product(matrices, word)
    p = eigenvalue_polynomial(product)
    roots: list[tuple[acb, int]] = cast(Any, p).complex_roots()
    top = max(float(abs(z).mid()) for z, _ in roots)
    leading = [pair for pair in roots if float(abs(pair[0]).mid()) >= top * (1 - _SAME)]
    root, count = min(leading, key=lambda pair: (pair[0].imag != 0, -float(pair[0].imag.mid())))
    if count > 1 or not abs(root) > 0:
        return None
    if root.imag == 0:
        root = acb(_exact_if_rational(p, root.real))
    size = range(len(product))
    unit = acb_mat([[int(i == j) for j in size] for i in size])
    found = _kernel_vector(acb_mat(in_balls(product)) - unit * root)
    if found is None:
        return None
    sign = 0 if root.imag != 0 else 1 if root.real > 0 else -1
    modulus = abs(root.real) if sign else abs(root)
    return Cycle(word, modulus.root(len(word)), *found[:1], sign, found[1])


def _exact_if_rational(p: fmpz_poly, root: arb) -> arb:
    """Return the root that a ball isolates, without a radius if it is a short dyadic number."""
    guess = Fraction(float(root.mid())).limit_denominator(2**20)
    ball = arb(fmpq(guess.numerator, guess.denominator))
    return (
        ball if root.contains(ball) and p(fmpq(guess.numerator, guess.denominator)) == 0 else root
    )


def _kernel_vector(A: acb_mat) -> tuple[acb_mat, int] | None:
    """Return the kernel vector of a singular matrix with an invertible minor, and where it is 1."""
    size = A.nrows()
    left, _, right = np.linalg.svd(midpoints(A))
    r, c = int(np.argmax(np.abs(left[:, -1]))), int(np.argmax(np.abs(right[-1])))
    rows, columns = [i for i in range(size) if i != r], [j for j in range(size) if j != c]
    entries = {c: acb(1)}
    if rows:
        minor = acb_mat([[A[i, j] for j in columns] for i in rows])
        try:
            solution = minor.solve(acb_mat([[-A[i, c]] for i in rows]))
        except ZeroDivisionError:
            return None
        entries |= {j: solution[k, 0] for k, j in enumerate(columns)}
    return acb_mat([[entries[j]] for j in range(size)]), c


def midpoints(A: acb_mat) -> NDArray[np.complex128]:
    """Return the midpoints, rounded to nearest."""
    return np.array([[complex(entry.mid()) for entry in row] for row in A.tolist()])


def exact_vector(x: Points) -> acb_mat:
    """Return a vector of floating-point numbers, taken exactly."""
    return acb_mat([[acb(complex(entry))] for entry in x])


def proved_stretch(
    matrices: Sequence[RationalMatrix],
    polytope: Polytope,
    cycles: Sequence[Cycle],
    kappa: arb,
    /,
    *,
    tight: bool = False,
) -> arb | None:
    """Return s ≥ 1 with ‖A_i v_j‖_V ≤ κs for all i, j; exactly 1 where every image is inside.

    Parameters
    ----------
    polytope
        Whose first starts are the cycles, in this order; its extra vectors follow.
    cycles
        With vectors that are exact in their balls.
    kappa
        At least |λ|^{1/L} of every cycle.
    tight
        Whether κ is the largest of these: then what is on the boundary is decided exactly.

    Returns
    -------
    arb or None
        An upper bound (the upper end of the ball counts); None if a basis isn't shown to be one.
    """
    balls = [acb_mat(in_balls(A) / kappa) for A in matrices]
    starts = [*(cycle.vector for cycle in cycles), *map(exact_vector, polytope.extra)]
    vertices = list[acb_mat]()
    for origin in polytope.origins:
        vertices.append(
            starts[origin] if isinstance(origin, int) else balls[origin[1]] * vertices[origin[0]]
        )
    if not _span(vertices):
        return None
    by_construction = {origin for origin in polytope.origins if isinstance(origin, tuple)}
    by_construction |= {_end(polytope.origins, n, cycle.word) for n, cycle in enumerate(cycles)}
    inverses = dict[tuple[int, ...], acb_mat]()
    stretch, on_boundary = arb(1), list[tuple[int, int]]()
    for j, vertex in enumerate(vertices):
        for i, A in enumerate(balls):
            if (j, i) in by_construction:
                continue
            total = _shown_norm(A * vertex, polytope.witnesses[j, i], vertices, inverses)
            if total is None:
                return None
            if not total <= 1:
                stretch = stretch.max(total)
                on_boundary.append((j, i))
    if not stretch.is_finite():
        return None
    if tight and on_boundary and not stretch > 1:
        exact = _exact_vertices(matrices, polytope, cycles, kappa)
        if exact and all(exact.is_inside(*e, polytope.witnesses[e].basis) for e in on_boundary):
            return arb(1)
    return stretch


def _exact_vertices(
    matrices: Sequence[RationalMatrix], polytope: Polytope, cycles: Sequence[Cycle], kappa: arb
) -> ExactVertices | None:
    """Return the vertices in the field of κ, the largest of the cycles' rates; None if too dear."""
    if not all(cycle.sign for cycle in cycles) or any(map(np.iscomplexobj, polytope.extra)):
        return None
    words = [(cycle.word, cycle.sign, cycle.rate) for cycle in cycles]
    f = minimal_polynomial(matrices, words, kappa)
    if f is None:
        return None
    starts = list[Vector]()
    for cycle in cycles:
        eigenvalue = fmpq_poly([0] * len(cycle.word) + [cycle.sign]) % f
        product = exact_word_product(matrices, cycle.word)
        weight = fmpq(*cycle.weight.as_integer_ratio())
        start = eigenvector(product, eigenvalue, cycle.pivot, weight, f)
        if start is None:
            return None
        starts.append(start)
    for x in polytope.extra:
        starts.append([fmpq_poly([fmpq(*float(entry).as_integer_ratio())]) for entry in x])
    return ExactVertices(matrices, polytope, starts, f, kappa)


def _end(origins: Sequence[int | tuple[int, int]], start: int, word: Word) -> tuple[int, int]:
    """Return (j, i) with A_i v_j on the line of the start: the end of its cycle."""
    j = origins.index(start)
    for letter in word[:-1]:
        j = origins.index((j, letter))
    return j, word[-1]


def _span(vertices: Sequence[acb_mat]) -> bool:
    """Whether the vertices and their conjugates are shown to span the space."""
    floats = np.concatenate([midpoints(v) for v in vertices], axis=1)
    size = len(floats)
    if not np.all(np.isfinite(floats)):
        return False
    lengths = np.linalg.norm(floats, axis=0)
    floats = floats / np.where(lengths > 0, lengths, 1)
    pivots = qr(np.concatenate([floats, floats.conj()], axis=1), mode="r", pivoting=True)[1][:size]
    if len(pivots) < size:
        return False
    both = [*vertices, *(v.conjugate() for v in vertices)]
    try:
        acb_mat([[both[k][row, 0] for k in pivots] for row in range(size)]).inv()
    except (ZeroDivisionError, ValueError):
        return False
    return True


def _shown_norm(
    x: acb_mat,
    witness: Witness,
    vertices: Sequence[acb_mat],
    inverses: dict[tuple[int, ...], acb_mat],
) -> arb | None:
    """Return Σ|c_k| for x = Σ c_k v_k, the coefficients of a basis solved for."""
    size = x.nrows()

    def vertex(number: int) -> acb_mat:
        return vertices[number] if number >= 0 else vertices[~number].conjugate()

    if witness.basis not in inverses:
        columns = [vertex(k) for k in witness.basis]
        rows = [[column[row, 0] for column in columns] for row in range(size)]
        try:
            inverses[witness.basis] = acb_mat(rows).inv()
        except (ZeroDivisionError, ValueError):
            return None
    total = arb(0)
    for number, coefficient in witness.others:
        x = x - vertex(number) * acb(coefficient)
        total += abs(acb(coefficient))
    solved = inverses[witness.basis] * x
    return sum((abs(solved[k, 0]) for k in range(size)), total)
