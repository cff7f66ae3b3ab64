"""Where the roots of an integer polynomial lie, decided without rounding.

The question is whether all roots of p lie in |z| < r, or one on the circle |z| = r, or one outside.
The polynomial p(r z) reduces it to r = 1. Write f*(z) = zⁿ f(1/z) for a real polynomial f of degree
n: the coefficients in reverse order. f* vanishes at ζ ≠ 0 where f vanishes at 1/ζ, and not at 0. On
the circle |f*| = |f|.

**Splitting.** Let g = gcd(f, f*). A root ζ of f on the circle has 1/ζ = conj ζ, so it's a root of
f* too, of the same multiplicity. Hence f/g has no root on the circle, and the roots of g come in
pairs {ζ, 1/ζ}: either all roots of g are on the circle, or one of them is outside.

**Off the circle: Schur and Cohn.** Let aₙ be the leading, a₀ the constant coefficient, k = a₀/aₙ
and z·Tf = f − k f*. Then f has all its roots in |z| < 1 ⟺ |k| < 1 and Tf has. For k is ± the
product of the roots, so |k| < 1 is necessary; given it, |k f*| < |f| on the circle unless f
vanishes there, so by Rouché z·Tf and f have equally many roots inside; and where f vanishes on the
circle, so do f* and Tf. The degree of Tf is n − 1: n steps decide.

**On the circle: Cohn.** Let h be the squarefree part of g, so h* = ±h. All roots of h are on the
circle ⟺ all roots of h′ are in |z| < 1. (⟹) By Gauss and Lucas the roots of h′ lie in the convex
hull of those of h, which meets the circle only in roots of h, and these are simple. (⟸)
Differentiating h = ±h* gives n h = z h′ ± (h′)*; as the roots of h′ are inside, |(h′)*| ≤ |h′| for
|z| ≥ 1 by the maximum principle, so |z h′| > |(h′)*| and h ≠ 0 for |z| > 1, and, as h* = ±h, for
|z| < 1. The step before applies to h′: a root of it on the circle would be one of (h′)*, so of h by
n h = z h′ ± (h′)*, and a double one.

**In balls.** The Schur–Cohn steps run in ball arithmetic, in which |k| < 1 and |k| ≥ 1 are only
ever answered when certain, at doubling precision. A tie |k| = 1 would never be answered, so each
precision b also asks at the radii 1 ∓ ε, ε = 2^(−⌊√b⌋): all roots inside the smaller, or not all
inside the larger, decides too. This ends: f has no root on the circle, so for small ε either answer
is the one for ε = 0; each k is a rational function of the radius, not constantly ±1 as all |k| < 1
at large radii, so for small ε there is no tie; and as ε → 0 the gap to a tie and the growth of the
rounding errors are at worst powers of ε, while 2^(−b) falls faster than any.

**Real roots: Descartes.** The number of positive roots of a polynomial ALL of whose roots are real
is the number of sign changes of its coefficients (zeros skipped), multiplicities counted. Proof:
with V₊ and V₋ the sign changes of p(x) and p(−x), Descartes' rule bounds the numbers of positive
and negative roots by V₊ and V₋, V₊ + V₋ ≤ n − m where x^m is the lowest power of x in p, and the
roots other than 0 are n − m in number: equality holds throughout.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx, fmpz_poly

__all__ = [
    "Comparison",
    "compare_real_root",
    "compare_root_radius",
    "count_roots_above",
    "dilate",
    "reciprocal_split",
    "working_precision",
]


class Comparison(enum.Enum):
    """Where a number lies relative to another."""

    BELOW = "below"
    EQUAL = "equal"
    ABOVE = "above"


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Run a block with ball arithmetic at this precision and restore the one before.

    The precision is a global of python-flint. Were another thread to change it, balls would get
    wider or narrower but still contain what they stand for.
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def dilate(p: fmpz_poly, r: Fraction, /) -> fmpz_poly:
    """Return p(r x), r > 0, times the constant that makes its coefficients coprime integers.

    >>> dilate(fmpz_poly([1, 1]), Fraction(2, 3))
    2*x + 3
    """
    n = p.degree()
    powers = [r.numerator**i * r.denominator ** (n - i) for i in range(n + 1)]
    coefficients = [int(c) * power for c, power in zip(p.coeffs(), powers, strict=True)]
    content = math.gcd(*coefficients)
    return fmpz_poly([c // content for c in coefficients])


def reciprocal_split(p: fmpz_poly, /) -> tuple[fmpz_poly, fmpz_poly]:
    """Return f/g and h of the introduction, for f = p ≠ 0 with coprime coefficients.

    >>> reciprocal_split(fmpz_poly([-1, 1]) ** 2 * fmpz_poly([-2, 1]))
    (x + (-2), x + (-1))
    """
    g = p.gcd(fmpz_poly(p.coeffs()[::-1]))
    return p // g, g // g.gcd(g.derivative())


def compare_root_radius(p: fmpz_poly, r: Fraction, /) -> Comparison:
    """Compare the largest modulus of a root of p, of degree at least 1, with r ≥ 0.

    >>> compare_root_radius(fmpz_poly([1, 0, 1]), Fraction(1))
    <Comparison.EQUAL: 'equal'>
    """
    if r == 0:
        return Comparison.ABOVE if any(p.coeffs()[:-1]) else Comparison.EQUAL
    off_circle, reciprocal = reciprocal_split(dilate(p, r))
    if not _all_roots_inside(off_circle):
        return Comparison.ABOVE
    if reciprocal.degree() == 0:
        return Comparison.BELOW
    return Comparison.EQUAL if _all_roots_inside(reciprocal.derivative()) else Comparison.ABOVE


def _all_roots_inside(f: fmpz_poly) -> bool:
    """Decide whether all roots of f, none of which is on the circle, have modulus below 1."""
    precision = 128
    while True:
        margin = Fraction(1, 2 ** math.isqrt(precision))
        with working_precision(precision):
            for radius in (Fraction(1), 1 - margin, 1 + margin):
                inside = _schur_cohn(dilate(f, radius))
                if (inside is True and radius <= 1) or (inside is False and radius >= 1):
                    return inside
        precision *= 2


def _schur_cohn(f: fmpz_poly) -> bool | None:
    """Decide whether all roots of f lie in |z| < 1, or return None if the precision is too low."""
    lead = arb(f.coeffs()[-1])
    monic = [arb(c) / lead for c in f.coeffs()]
    while len(monic) > 1:
        k = monic[0]
        if not abs(k) < 1:
            return False if abs(k) >= 1 else None
        lead = 1 - k * k
        # z·Tf = f − k f*; its constant coefficient a₀ − k aₙ is zero and dropped.
        monic = [(a - k * b) / lead for a, b in zip(monic[1:], monic[-2::-1], strict=True)]
    return True


def count_roots_above(p: fmpz_poly, c: Fraction, /) -> int:
    """Count the roots > c, with multiplicity, of a polynomial all of whose roots are real.

    >>> p = fmpz_poly([-1, 0, 1])
    >>> [count_roots_above(p, Fraction(c)) for c in (-2, -1, 0, 1)]
    [2, 1, 1, 0]
    """
    n, t = p.degree(), c.denominator
    scaled = fmpz_poly([int(a) * t ** (n - i) for i, a in enumerate(p.coeffs())])
    shifted = scaled(fmpz_poly([c.numerator, 1]))
    signs = [a > 0 for a in shifted.coeffs() if a != 0]
    return sum(left != right for left, right in pairwise(signs))


def compare_real_root(p: fmpz_poly, k: int, c: Fraction, /) -> Comparison:
    """Compare the k-th largest root (k = 1, …, n) with c; all n roots of p are real.

    >>> p = fmpz_poly([-1, 0, 1])
    >>> compare_real_root(p, 1, Fraction(1)), compare_real_root(p, 2, Fraction(1))
    (<Comparison.EQUAL: 'equal'>, <Comparison.BELOW: 'below'>)
    """
    if count_roots_above(p, c) >= k:
        return Comparison.ABOVE
    mirrored = fmpz_poly([a * (-1) ** i for i, a in enumerate(p.coeffs())])
    at_least = p.degree() - count_roots_above(mirrored, -c)
    return Comparison.EQUAL if at_least >= k else Comparison.BELOW
