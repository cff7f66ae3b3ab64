"""Points on the boundary of a polytope: exact arithmetic with the rate κ of a word.

Balls show Σ|c_k| < 1, never Σ|c_k| = 1, which happens for matrices of small integers. There the
coefficients are computed in the field ℚ(κ) = ℚ[x]/(f), f the minimal polynomial of κ: whether an
element is 0 is decided exactly, and the sign of another by its value at κ in balls.

For a real eigenvalue λ = ±κ^L of the product of a word, p(±κ^L) = 0 for its characteristic
polynomial p. So the minimal polynomial of κ is an irreducible factor of p(±x^L), and the only one
whose value at κ may be 0, if balls exclude all others. The eigenvector has its components in
ℚ(λ) ⊆ ℚ(κ), once one of them is rational.

Of several words at least one has the rate κ, their largest. If for each of them only f may vanish
at κ, f is the minimal polynomial of κ, ±κ^L is a root of every p, and λ is this root if no other
is near: all words have the rate κ.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from flint import acb, arb, fmpq, fmpq_poly, fmpz_poly

from gradproof.growth.joint.polytope import Polytope
from gradproof.growth.joint.words import Word, exact_word_product
from gradproof.spectral.exact import eigenvalue_polynomial
from gradproof.spectral.rationals import RationalMatrix

__all__ = ["ExactVertices", "Vector", "eigenvector", "minimal_polynomial"]

#: Beyond these the arithmetic takes too long; the bracket is then an ulp wider, and not exact.
_LARGEST_DEGREE = 24
_LARGEST_DEGREE_BY_BITS = 600

Element = fmpq_poly
Vector = list[Element]


def minimal_polynomial(
    matrices: Sequence[RationalMatrix], words: Sequence[tuple[Word, int, arb]], kappa: arb, /
) -> fmpq_poly | None:
    """Return the minimal polynomial of κ, if all words have the rate κ; None where it isn't shown.

    Parameters
    ----------
    words
        With the sign and the rate of the real eigenvalue ±rate^L.
    kappa
        The largest of the rates.

    >>> A, B, golden = ((1, 1), (0, 1)), ((1, 0), (1, 1)), (1 + arb(5).sqrt()) / 2
    >>> minimal_polynomial([A, B], [((0, 1), 1, golden)], golden)
    x^2 + (-1)*x + (-1)
    """
    bits = (x.bit_length() for A in matrices for row in A for y in row for x in _parts(y))
    degree = max(len(matrices[0]) * len(word) for word, _, _ in words)
    if degree > _LARGEST_DEGREE or degree * max(bits) > _LARGEST_DEGREE_BY_BITS:
        return None
    shown = set[tuple[int, ...]]()
    for word, sign, rate in words:
        p = eigenvalue_polynomial(exact_word_product(matrices, word))
        factors = p(fmpz_poly([0] * len(word) + [sign])).factor()[1]
        shown |= {tuple(map(int, f.coeffs())) for f, _ in factors if f(kappa).contains(0)}
        where = sign * (kappa ** len(word)).union(rate ** len(word))
        roots: list[tuple[acb, int]] = cast(Any, p).complex_roots()
        if sum(bool(z.overlaps(acb(where))) for z, _ in roots) != 1 or len(shown) != 1:
            return None
    (coefficients,) = shown
    return fmpq_poly(list(coefficients)) * fmpq(1, coefficients[-1])


def _parts(x: Fraction) -> tuple[int, int]:
    return x.numerator, x.denominator


class ExactVertices:
    """The vertices of a real polytope with their components in ℚ(κ)."""

    def __init__(
        self,
        matrices: Sequence[RationalMatrix],
        polytope: Polytope,
        starts: Sequence[Vector],
        modulus: fmpq_poly,
        kappa: arb,
    ) -> None:
        self._matrices = matrices
        self._polytope = polytope
        self._starts = starts
        self._modulus = modulus
        self._kappa = kappa
        self._known = dict[int, Vector]()

    def is_inside(self, j: int, i: int, basis: Sequence[int]) -> bool:
        """Whether Σ|c_k| ≤ 1 is shown for A_i v_j/κ = Σ c_k v_k over the basis."""
        columns = [self._vertex(k) for k in basis]
        coordinates = _solved(columns, self._image(j, i), self._modulus)
        if coordinates is None:
            return False
        excess = fmpq_poly([-1])
        for c in coordinates:
            sign = self._sign(c)
            if sign is None:
                return False
            excess = excess + c * sign
        return self._sign(excess) in (-1, 0)

    def _vertex(self, j: int) -> Vector:
        if j not in self._known:
            origin = self._polytope.origins[j]
            self._known[j] = (
                self._starts[origin] if isinstance(origin, int) else self._image(*origin)
            )
        return self._known[j]

    def _image(self, j: int, i: int) -> Vector:
        """Return A_i v_j/κ."""
        v, f = self._vertex(j), self._modulus
        entries = [[fmpq(x.numerator, x.denominator) for x in row] for row in self._matrices[i]]
        products = [sum((v[k] * x for k, x in enumerate(row)), fmpq_poly()) for row in entries]
        return [component * self._reciprocal % f for component in products]

    @cached_property
    def _reciprocal(self) -> Element:
        return _inverse(fmpq_poly([0, 1]) % self._modulus, self._modulus)

    def _sign(self, element: Element) -> int | None:
        """Return the sign of the value at κ; None where the balls don't show it."""
        if element.degree() < 0:
            return 0
        value = element.numer()(self._kappa)
        return 1 if value > 0 else -1 if value < 0 else None


def eigenvector(
    product: RationalMatrix, eigenvalue: Element, pivot: int, weight: fmpq, f: fmpq_poly, /
) -> Vector | None:
    """Return v in ℚ[x]/(f) with product·v = eigenvalue·v and v_pivot = weight, if it is unique."""
    size = range(len(product))
    others = [j for j in size if j != pivot]
    shifted = [
        [
            fmpq_poly([fmpq(x.numerator, x.denominator)]) - (eigenvalue if i == j else 0)
            for j, x in enumerate(row)
        ]
        for i, row in enumerate(product)
    ]
    columns = [[row[j] % f for row in shifted] for j in others]
    found = _solved(columns, [-row[pivot] * weight % f for row in shifted], f)
    if found is None:
        return None
    vector = [fmpq_poly([weight]) for _ in size]
    for j, value in zip(others, found, strict=True):
        vector[j] = value
    return vector


def _inverse(a: Element, f: fmpq_poly) -> Element:
    """Return 1/a for a ≠ 0."""
    _, inverse, _ = a.xgcd(f)
    return inverse % f


def _solved(columns: Sequence[Vector], x: Vector, f: fmpq_poly) -> Vector | None:
    """Return the unique c with Σ c_k column_k = x, by elimination; None if there is none."""
    rows = [[*(column[i] for column in columns), x[i]] for i in range(len(x))]
    unknowns = len(columns)
    for k in range(unknowns):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k].degree() >= 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        inverse = _inverse(rows[k][k], f)
        rows[k] = [entry * inverse % f for entry in rows[k]]
        for r, row in enumerate(rows):
            if r != k and row[k].degree() >= 0:
                rows[r] = [
                    (entry - row[k] * own) % f for entry, own in zip(row, rows[k], strict=True)
                ]
    if any(row[-1].degree() >= 0 for row in rows[unknowns:]):
        return None
    return [row[-1] for row in rows[:unknowns]]
