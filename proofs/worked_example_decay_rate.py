"""Refuted: the rates that the article reads off its worked example, ρ(W) ≈ 0.46 and 0.35 a step.

W = [[0.5, 0.3], [−0.2, 0.4]] has trace 9/10 and determinant 13/50: its eigenvalues are
(9 ± i√23)/20 ≈ 0.45 ± 0.24i, of modulus √0.26 ≈ 0.51. Every ρ(J_k) is above 0.44, and the norm
after five steps is above 0.043, eight times 0.35⁵ ≈ 0.00525.
"""

from fractions import Fraction

import numpy as np

from gradproof import ElmanNetwork, Source, Witness, claim, enclosed, exactly, main, refuted
from gradproof.claims.evidence import Evidence
from gradproof.gradients.enclosed import enclose_trajectory
from gradproof.spectral.exact import compare_spectral_radius, exact_determinant
from gradproof.spectral.root_location import Comparison

WEIGHTS = [[Fraction(1, 2), Fraction(3, 10)], [Fraction(-1, 5), Fraction(2, 5)]]
NETWORK = ElmanNetwork(np.array(WEIGHTS, dtype=float), np.zeros((2, 1)), np.zeros(2))
STEPS = 5

CODE = """\
import numpy as np

W = np.array([[0.5, 0.3], [-0.2, 0.4]])
h, product = np.array([1.0, 0.0]), np.eye(2)
print("W", np.abs(np.linalg.eigvals(W)))
for k in range(1, 6):
    h = np.tanh(W @ h)
    J = np.diag(1 - h**2) @ W
    product = J @ product
    print(k, np.abs(np.linalg.eigvals(J)).max(), np.linalg.norm(product), 0.35**k)
"""


def refutation() -> Evidence:
    """Enclose the radii and the norm, for the float64 numbers nearest to the weights.

    These are off by less than 2⁻⁵⁴, and every bound has room of at least 1e-4.
    """
    run = enclose_trajectory(NETWORK, [1.0, 0.0], np.zeros((STEPS, 1)))
    radii = [
        enclosed(f"ρ(J_{k})", radius, ">", 0.44)
        for k, radius in enumerate(run.spectral_radii, start=1)
    ]
    witness = Witness(
        "ρ(W) > 1/2, every ρ(J_k) > 0.44, and ‖∂h_5/∂h_0‖_F > 0.043 > 8 · 0.35^5",
        {"W": "[[0.5, 0.3], [-0.2, 0.4]]", "h_0": "[1, 0]", "det W": str(Fraction(13, 50))},
        code=CODE,
    )
    return refuted(
        witness,
        exactly(exact_determinant(WEIGHTS) == Fraction(13, 50), about="det W = 13/50"),
        exactly(
            compare_spectral_radius(WEIGHTS, Fraction(1, 2)) is Comparison.ABOVE,
            about="ρ(W) > 1/2",
        ),
        exactly(8 * Fraction(7, 20) ** STEPS < Fraction(43, 1000), about="8 · 0.35^5 < 0.043"),
        *radii,
        enclosed("‖∂h_5/∂h_0‖_F", run.product_frobenius_norm, ">", 0.043),
    )


@claim(
    "For W = [[0.5, 0.3], [−0.2, 0.4]], h_0 = (1, 0) and h_k = tanh(W h_{k−1}): the "
    "eigenvalues of W have modulus around 0.46, each Jacobian has a spectral radius of 0.3 to 0.4, "
    "and after 5 steps the norm of their product is roughly 0.35^5 ≈ 0.005",
    title="Decay rate of the worked example",
    scope="instance",
    source=Source("Brenndoerfer2025", "A Worked Example: Gradient Decay Analysis"),
    expected="fails",
    uses=["article_worked_example"],
)
def worked_example_decay_rate(run):
    yield refutation()


if __name__ == "__main__":
    main(__file__)
