"""Refuted: if the spectral radius of W is below 1, gradients vanish.

Witness: W = [[1, 3/2], [−3/2, −2]] has the double eigenvalue −1/2. A constant input holds the state
at (1/2, 0), where the slopes are (3/4, 1) and the Jacobian of every step has the eigenvalue
−(5 + √13)/8 < −1.07. Slopes below 1 enlarge the product: they undo a cancellation within W.
"""

from fractions import Fraction

from gradproof import Source, Witness, claim, confirmed, exactly, floating, main, refuted
from gradproof.claims.evidence import Evidence
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.exact import compare_spectral_radius
from gradproof.spectral.root_location import Comparison

NETWORK = RationalCycle.of("1 3/2; -3/2 -2", "1/2 0")
GROWTH = Fraction(107, 100)
STEPS = 100

CODE = """\
import numpy as np

W = np.array([[1, 1.5], [-1.5, -2]])
h = np.array([0.5, 0])
x = np.arctanh(h) - W @ h  # the input that holds the state at h
product = np.eye(2)
for k in range(1, 101):
    h = np.tanh(W @ h + x)
    product = np.diag(1 - h**2) @ W @ product
    print(k, np.linalg.norm(product, 2))
print(np.abs(np.linalg.eigvals(W)))
"""


def refutation() -> Evidence:
    """Decide in rational arithmetic that the witness is one."""
    W, J = NETWORK.recurrent_weight, NETWORK.product()
    small = compare_spectral_radius(W, Fraction(1, 2)) is Comparison.EQUAL
    large = compare_spectral_radius(J, GROWTH) is Comparison.ABOVE
    witness = Witness(
        f"ρ(W) = 1/2, but ρ(J_k) > {GROWTH}: the product of n Jacobians grows like ({GROWTH})ⁿ",
        NETWORK.values(),
        code=CODE,
    )
    return refuted(
        witness,
        exactly(small, about="ρ(W) = 1/2"),
        exactly(large, about=f"ρ(J_k) > {GROWTH}"),
    )


def network_realises_the_growth() -> None:
    product = NETWORK.measured(STEPS)
    assert abs(product).max() > float(GROWTH) ** STEPS


@claim(
    "If ρ(W) < 1, the product of the Jacobians diag(tanh′(z_k)) W shrinks",
    title="A small spectral radius implies decay",
    latex=r"\rho(W) < 1 \implies J_n \cdots J_1 \to 0",
    source=Source("Brenndoerfer2025", "Vanishing Gradients"),
    expected="fails",
    uses=["fixed_point"],
    formal=[
        "refutation.small_radius_does_not_imply_decay",
        "refutation.decay_from_weight_radius_refuted",
    ],
)
def small_radius_implies_decay(run):
    realised = floating(
        network_realises_the_growth,
        about="a tanh network with a constant input, differentiated by finite differences",
    )
    yield confirmed(refutation(), realised)


if __name__ == "__main__":
    main(__file__)
