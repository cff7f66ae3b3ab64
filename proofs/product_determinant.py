"""det ∂h_T/∂h_t = det(W)^(T−t) · the product of all slopes φ′(z_{k,i}): volumes shrink or grow so.

So log|det Φ| = n log|det W| + Σ_k Σ_i log|φ′(z_{k,i})|, an equation where norms give inequalities.
Idea: the determinant is multiplicative.
"""

import math
from fractions import Fraction

import numpy as np

from gradproof import Source, at_most, claim, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.gradients.products import ScaledMatrix, jacobian_product
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import determinants


def exact_determinant(matrix: list[list[Fraction]]) -> Fraction:
    """Return det A of rational numbers, by expansion along the first row; A is small."""
    if not matrix:
        return Fraction(1)
    minors = ([row[:j] + row[j + 1 :] for row in matrix[1:]] for j in range(len(matrix)))
    first = enumerate(zip(matrix[0], minors, strict=True))
    return sum(((-1) ** j * a * exact_determinant(rest) for j, (a, rest) in first), Fraction(0))


def rational(matrix: np.ndarray) -> list[list[Fraction]]:
    return [[Fraction(float(entry)) for entry in row] for row in matrix]


def determinant_is_the_product(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    W, D = network.recurrent_weight, slopes(network, trajectory)
    n, d = trajectory.steps, network.state_size
    if D.min(where=D > 0, initial=1.0) < 2.0**-500:
        return  # slopes that are subnormal, or become so in a product, have no relative accuracy
    product = jacobian_product(network, trajectory)
    mantissa, exponent = product.mantissa, product.exponent
    # The slopes are taken as computed, so the product of n factors D_k W is off by at most
    # n (d + 1) u times the product of the moduli, in every entry (Higham 2002, Section 3.5), and
    # by 2⁻⁹⁰⁰ for entries that became subnormal. Doubled for what is of second order.
    moduli = ScaledMatrix.identity(d)
    for slope in D:
        moduli = ScaledMatrix.of(slope[:, np.newaxis] * np.abs(W)) @ moduli
    scaled = np.ldexp(moduli.mantissa, moduli.exponent - exponent)
    error = 2 * n * (d + 1) * 2.0**-53 * scaled + 2.0**-900
    # |det(A + E) − det A| ≤ d ‖E‖ (‖A‖ + ‖E‖)^(d−1): exchange column after column (Hadamard).
    size = float(np.linalg.norm(error))
    slack = d * size * (float(np.linalg.norm(mantissa)) + 2 * size) ** (d - 1)
    expected = exact_determinant(rational(W)) ** n * math.prod(Fraction(float(a)) for a in D.flat)
    difference = abs(
        exact_determinant(rational(mantissa)) - expected / Fraction(2) ** (d * exponent)
    )
    at_most(float(difference), 0.0, slack=slack, because="derived rounding bound")


@claim(
    "det ∂h_{t+n}/∂h_t = det(W)ⁿ det(D_{t+n} ⋯ D_{t+1}) with D_k = diag(φ′(z_k))",
    title="Determinant of the Jacobian product",
    source=Source("HornJohnson2013", "Section 0.3.5"),
    derivation=lambda activation="phi": determinants.product_determinant(activation),
)
def product_determinant(run):
    yield sampled(determinant_is_the_product, run, drawn=trajectories())


if __name__ == "__main__":
    main(__file__)
