"""Refuted: if ρ(W) ≤ 1, the powers of W stay bounded.

The Jordan block [[1, 1], [0, 1]] has ρ = 1 and Wⁿ = [[1, n], [0, 1]]. What holds is
powers_bounded: the eigenvalues on the unit circle must be semisimple.
"""

from gradproof import Verdict, Witness, claim, exactly, main, refuted
from gradproof.spectral.exact import compare_spectral_radius, exact_product, powers_bounded
from gradproof.spectral.root_location import Comparison

JORDAN_BLOCK = [[1, 1], [0, 1]]


@claim(
    "If ρ(W) ≤ 1 then sup ‖Wⁿ‖ < ∞",
    title="Spectral radius 1 bounds the powers",
    latex=r"\rho(W) \le 1 \implies \sup_n \lVert W^n \rVert < \infty",
    expected="fails",
    uses=["powers_bounded"],
)
def radius_one_bounds_powers(run):
    meets_the_hypothesis = compare_spectral_radius(JORDAN_BLOCK) is not Comparison.ABOVE
    unbounded = powers_bounded(JORDAN_BLOCK).verdict is Verdict.FAILS
    hundredth = exact_product([JORDAN_BLOCK] * 100)
    witness = Witness(
        "ρ(W) = 1, yet Wⁿ = [[1, n], [0, 1]]",
        {"W": repr(JORDAN_BLOCK), "W**100": "[[1, 100], [0, 1]]"},
        code="import numpy as np\nprint(np.linalg.matrix_power([[1, 1], [0, 1]], 100))\n",
    )
    yield refuted(
        witness,
        exactly(meets_the_hypothesis, about="ρ(W) ≤ 1"),
        exactly(unbounded, about="1 isn't a semisimple eigenvalue of W"),
        exactly(hundredth == ((1, 100), (0, 1)), about="W¹⁰⁰ = [[1, 100], [0, 1]]"),
    )


if __name__ == "__main__":
    main(__file__)
