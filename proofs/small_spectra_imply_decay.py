"""Refuted: if every Jacobian J_k has spectral radius below 1, their product shrinks.

Witness: W = [[−2, −3], [3/2, 2]], input weights I, no bias, and inputs that move the state to and
fro between (0, 3/4) and (3/4, 0). There the slopes 1 − h² are (1, 7/16) and (7/16, 1), all numbers
are rational, ρ(W) = 1/√2, every J_k has eigenvalues of modulus 7/8 and 1/4, and yet the product
grows by the factor ρ(J_2 J_1) > 9/5 every two steps. What decides is the growth over sequences of
slopes, not the eigenvalues of the single factors.
"""

from fractions import Fraction

from gradproof import (
    Source,
    Witness,
    at_most,
    claim,
    confirmed,
    exactly,
    floating,
    main,
    refuted,
)
from gradproof.claims.evidence import Evidence
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.exact import compare_spectral_radius
from gradproof.spectral.root_location import Comparison

NETWORK = RationalCycle.of("-2 -3; 3/2 2", "0 3/4; 3/4 0")
GROWTH = Fraction(9, 5)
PERIODS = 20

CODE = """\
import numpy as np

W = np.array([[-2, -3], [1.5, 2]])
h, product = np.array([0.75, 0]), np.eye(2)
for k in range(1, 41):
    target = np.array([0, 0.75]) if k % 2 else np.array([0.75, 0])
    x = np.arctanh(target) - W @ h  # the input that realises the next state
    h = np.tanh(W @ h + x)
    J = np.diag(1 - h**2) @ W
    product = J @ product
    print(k, max(abs(np.linalg.eigvals(J))), np.linalg.norm(product, 2))
"""


def refutation() -> Evidence:
    """Decide in rational arithmetic that the witness is one."""
    product = NETWORK.product()
    small = compare_spectral_radius(NETWORK.recurrent_weight) is Comparison.BELOW and all(
        compare_spectral_radius(J, Fraction(7, 8)) is Comparison.EQUAL for J in NETWORK.jacobians()
    )
    large = compare_spectral_radius(product, GROWTH) is Comparison.ABOVE
    witness = Witness(
        f"ρ(W) < 1 and ρ(J_1) = ρ(J_2) = 7/8, but ρ(J_2 J_1) > {GROWTH}: the product of n "
        f"Jacobians grows at least like ({GROWTH})^(n/2)",
        {
            **NETWORK.values(),
            "J_2 J_1": str([[str(entry) for entry in row] for row in product]),
        },
        code=CODE,
    )
    return refuted(
        witness,
        exactly(small, about="ρ(W) < 1 and ρ(J_1) = ρ(J_2) = 7/8"),
        exactly(large, about=f"ρ(J_2 J_1) is above {GROWTH}"),
    )


def network_realises_the_growth() -> None:
    product = NETWORK.measured(PERIODS)
    # ρ(J_2 J_1)^20 > (9/5)^20 ≈ 1.3e5 is far from the rounding error of twenty products.
    at_most(float(GROWTH) ** PERIODS, abs(product).max(), slack=0.0, because="gap")


@claim(
    "If every Jacobian J_k = diag(tanh′(z_k)) W has spectral radius below 1, "
    "the product of the Jacobians shrinks",
    title="Small spectral radii imply decay",
    latex=r"\rho(J_k) < 1 \text{ for all } k \implies J_n \cdots J_1 \to 0",
    source=Source("Brenndoerfer2025", "Summary: Gradient chain multiplication"),
    expected="fails",
    uses=["jacobian_product"],
    formal=[
        "refutation.small_spectra_do_not_imply_decay",
        "refutation.decay_from_spectral_radii_refuted",
    ],
)
def small_spectra_imply_decay(run):
    realised = floating(
        network_realises_the_growth,
        about="a tanh network with explicit inputs, differentiated by finite differences",
    )
    yield confirmed(refutation(), realised)


if __name__ == "__main__":
    main(__file__)
