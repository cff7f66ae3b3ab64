"""Long products in exact integers, and the families of factors that are tried."""

import math
from fractions import Fraction

import numpy as np
from flint import arb, fmpz_mat

from gradproof.growth.products import (
    enclose_log,
)
from gradproof.spectral.bracket import enclose_ball
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.spectral.root_location import working_precision


def integers(matrix):
    """Return (N, e) with matrix = 2^e N exactly, N of integers."""
    ratios = [[float(x).as_integer_ratio() for x in row] for row in matrix]
    bits = max(q.bit_length() - 1 for row in ratios for _, q in row)
    return [[(p << bits) // q for p, q in row] for row in ratios], -bits


def exact_log_norm(W, slopes=None):
    """Return an enclosure of the logarithm, from the exact product of integer matrices."""
    factors = [integers(factor) for factor in (W if slopes is None else [W])]
    product, exponent = fmpz_mat(np.eye(len(factors[0][0]), dtype=int).tolist()), 0
    for k in range(len(W) if slopes is None else len(slopes)):
        numbers, e = factors[k if slopes is None else 0]
        if slopes is not None:
            ([row], shift) = integers([slopes[k]])
            numbers = [[s * x for x in line] for s, line in zip(row, numbers, strict=True)]
            e += shift
        product, exponent = fmpz_mat(numbers) * product, exponent + e
    size = max(abs(int(x)) for x in product.entries()).bit_length()
    if size == 0:
        return -math.inf, -math.inf
    if len(factors[0][0]) == 1:
        # No norm is in between, so that nothing but the logarithm is rounded.
        with working_precision(200):
            log = abs(arb(product[0, 0])).log() + exponent * arb(2).log()
        return enclose_ball(log).lower, enclose_ball(log).upper
    near_one = [[Fraction(int(x), 2**size) for x in row] for row in product.tolist()]
    norm = enclose_spectral_norm(near_one)
    exponent += size
    return enclose_log(norm.lower, exponent).lower, enclose_log(norm.upper, exponent).upper


def overlap(found, exact):
    return found.lower <= exact[1] and exact[0] <= found.upper


def orthogonal(g, d):
    return np.linalg.qr(g.normal(size=(d, d)))[0]


def sizes(g, shape, exponent):
    return g.normal(size=shape) * 2.0 ** g.integers(-exponent, exponent + 1, shape)


#: Kinds of (W, slopes), and the width that is expected of them at most.
FAMILIES = {
    "contracting": (
        lambda g, d, T: (g.normal(size=(d, d)) / 3, g.uniform(0.1, 1, (T, d))),
        1e-9,
    ),
    "expanding": (lambda g, d, T: (g.normal(size=(d, d)) * 3, g.uniform(0, 1, (T, d))), 1e-9),
    "orthogonal": (lambda g, d, T: (orthogonal(g, d), np.ones((T, d))), 1e-11),
    "slopes of both signs": (lambda g, d, T: (g.normal(size=(d, d)), g.normal(size=(T, d))), 1e-8),
    "integers": (
        lambda g, d, T: (g.integers(-2, 3, (d, d)), g.integers(-1, 3, (T, d))),
        math.inf,
    ),
    "slopes that are often 0": (
        lambda g, d, T: (g.normal(size=(d, d)), g.integers(0, 4, (T, d)) > 0),
        math.inf,
    ),
    "nilpotent": (lambda g, d, T: (np.triu(g.normal(size=(d, d)), 1), np.ones((T, d))), 1e-12),
    "rank one": (
        lambda g, d, T: (np.outer(g.normal(size=d), g.normal(size=d)), g.uniform(size=(T, d))),
        1e-8,
    ),
    "graded": (lambda g, d, T: (sizes(g, (d, d), 40), sizes(g, (T, d), 40)), math.inf),
    "from tiny to huge": (
        lambda g, d, T: (sizes(g, (d, d), 1000), sizes(g, (T // 4 + 1, d), 1000)),
        math.inf,
    ),
    "subnormal": (
        lambda g, d, T: (g.normal(size=(d, d)) * 2.0**-1072, g.uniform(size=(T, d)) * 2.0**-1072),
        math.inf,
    ),
    "huge": (
        lambda g, d, T: (g.normal(size=(d, d)) * 2.0**1020, g.uniform(size=(T, d)) * 2.0**1020),
        1e-8,
    ),
}
