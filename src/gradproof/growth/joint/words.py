"""Products with a large spectral radius: lower bounds of the joint spectral radius.

A word (i₁, …, i_L) stands for the product A_{i_L} ⋯ A_{i₁}: the matrices are applied in the order
in which they are written, the first to the vector first. For every word ρ(product)^{1/L} is at most
the joint spectral radius. The search works in floating point and is trusted for nothing; what it
finds is enclosed afterwards, from the exact product.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from gradproof.arrays import Array
from gradproof.spectral.bracket import Enclosure, search_float64
from gradproof.spectral.enclosures import enclose_spectral_radius
from gradproof.spectral.exact import eigenvalue_polynomial, exact_product
from gradproof.spectral.rationals import RationalMatrix
from gradproof.spectral.root_location import compare_root_radius

__all__ = ["Word", "best_words", "enclose_rate", "exact_word_product", "primitive"]

Word = tuple[int, ...]

#: Rates that agree to this are rates of one maximum; the proofs afterwards don't rely on it.
_EQUAL = 1e-13
#: Up to this size exact characteristic polynomials of products take less than a second.
_EXACT_UP_TO = 32


def exact_word_product(matrices: Sequence[RationalMatrix], word: Word, /) -> RationalMatrix:
    """Return A_{i_L} ⋯ A_{i₁}.

    >>> A, B = ((Fraction(0), Fraction(1)), (Fraction(0), Fraction(0))), ((1, 0), (0, 0))
    >>> exact_word_product([A, B], (0, 1))[0]
    (Fraction(0, 1), Fraction(1, 1))
    """
    return exact_product([matrices[i] for i in reversed(word)])


def enclose_rate(matrices: Sequence[RationalMatrix], word: Word, /) -> Enclosure:
    """Enclose ρ(product)^{1/L} between neighbouring float64 numbers, or as well as d > 32 allows.

    ρ^{1/L} < c ⟺ ρ < c^L, and c^L is a rational number.

    >>> A = ((Fraction(1), Fraction(1)), (Fraction(0), Fraction(1)))
    >>> B = ((Fraction(1), Fraction(0)), (Fraction(1), Fraction(1)))
    >>> found = enclose_rate([A, B], (0, 1))
    >>> found.lower, found.upper
    (1.6180339887498947, 1.618033988749895)
    """
    product = exact_word_product(matrices, word)
    length = len(word)
    if len(product) > _EXACT_UP_TO and length == 1:
        return enclose_spectral_radius(_as_floats(product))
    p = eigenvalue_polynomial(product)
    top = max(abs(entry) for row in product for entry in row)
    if top == 0:
        return Enclosure(0.0, 0.0)
    exponent = top.numerator.bit_length() - top.denominator.bit_length()
    scale = Fraction(2) ** exponent
    near_one = np.array([[float(entry / scale) for entry in row] for row in product])
    radius = float(np.abs(np.linalg.eigvals(near_one)).max())
    guess = math.exp((math.log(radius) + exponent * math.log(2)) / length) if radius else 0.0
    return search_float64(lambda c: compare_root_radius(p, c**length), guess)


def _as_floats(A: RationalMatrix) -> Array | RationalMatrix:
    """Return A in float64 where that is exact, and A otherwise."""
    floats = np.array([[float(entry) for entry in row] for row in A])
    exact = all(
        Fraction(x) == a for x, a in zip(floats.flat, (a for row in A for a in row), strict=True)
    )
    return floats if exact else A


def primitive(word: Word, /) -> Word:
    """Return the shortest word whose power a rotation of ``word`` is, least in the order of lists.

    >>> primitive((1, 0, 1, 0))
    (0, 1)
    """
    length = len(word)
    period = next(n for n in range(1, length + 1) if length % n == 0 and word[n:] == word[:-n])
    root = word[:period]
    return min(root[i:] + root[:i] for i in range(period))


def best_words(
    matrices: Array,
    in_time: Callable[[], bool],
    /,
    *,
    longest: int = 48,
    kept: int = 2000,
    most: int = 6,
) -> list[tuple[Word, float]]:
    """Return the words of the largest rate found, the shortest first, with their rates.

    A search by length: a product stays in it while all its prefixes have norms above the best
    rate, as Gripenberg (1996, "Computing the joint spectral radius") shows suffices, and only the
    ``kept`` of largest norm do. Of the words whose rates agree to 1e-13, up to ``most``.
    """
    count, size, _ = matrices.shape
    letters = np.arange(count)
    words: NDArray[np.int64] = np.zeros((1, 0), dtype=np.int64)
    products, logs = np.eye(size)[np.newaxis], np.zeros(1)
    best, found = -math.inf, dict[Word, float]()
    for length in range(1, longest + 1):
        products = (matrices[:, np.newaxis] @ products[np.newaxis]).reshape(-1, size, size)
        logs = np.tile(logs, count)
        words = np.column_stack([np.tile(words, (count, 1)), np.repeat(letters, len(words))])
        norms = np.linalg.norm(products, axis=(1, 2))
        alive = norms > 0
        products, logs, words = products[alive], logs[alive], words[alive]
        if len(words) == 0:
            break
        products = products / norms[alive][:, np.newaxis, np.newaxis]
        logs = logs + np.log(norms[alive])
        radii = np.abs(np.linalg.eigvals(products)).max(axis=1)
        with np.errstate(divide="ignore"):
            rates = (np.log(radii) + logs) / length
        for i in np.argsort(-rates, kind="stable")[: 4 * most * length]:
            if len(found) < 8 * most and rates[i] >= max(best - _EQUAL, -sys.float_info.max):
                word = primitive(tuple(int(letter) for letter in words[i]))
                found.setdefault(word, float(rates[i]))
                best = max(best, float(rates[i]))
        norms = np.linalg.norm(products, ord=2, axis=(1, 2))
        growth = np.log(norms) + logs
        survivors = np.flatnonzero(growth > length * best + 1e-9)
        order = survivors[np.argsort(-growth[survivors], kind="stable")][:kept]
        if len(order) == 0 or not in_time():
            break
        products, logs, words = products[order], logs[order], words[order]
    tied = [(word, rate) for word, rate in found.items() if rate >= best - _EQUAL]
    tied.sort(key=lambda pair: (len(pair[0]), pair[0]))
    return [(word, math.exp(rate)) for word, rate in tied[:most]]
