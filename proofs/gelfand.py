"""‖Wⁿ‖^(1/n) → ρ(W), from above.

Idea: ρ(W) ≤ ‖Wⁿ‖^(1/n) for every n ≥ 1, and for every r > ρ(W) the bound ‖Wⁿ‖ ≤ c rⁿ makes the
limit superior at most r.
"""

import math

import numpy as np

from gradproof import Source, claim, main, sampled
from gradproof.spectral.exact import compare_spectral_radius
from gradproof.spectral.root_location import Comparison
from gradproof.strategies import integer_matrices
from gradproof.symbolic.theorems import powers


def roots_of_norms_fall_under_doubling_and_stay_above_the_radius(W: np.ndarray) -> None:
    power = W.astype(int).astype(object)  # Python's integers: all below is exact
    square = int((power * power).sum())
    for _ in range(5):
        power = power @ power
        doubled = int((power * power).sum())
        # In the Frobenius norm, squared: ‖A²‖² ≤ (‖A‖²)², so the roots of the norms don't grow.
        assert doubled <= square**2, f"{doubled} > {square}**2"
        assert compare_spectral_radius(power, math.isqrt(doubled) + 1) is Comparison.BELOW
        square = doubled


@claim(
    "‖Wⁿ‖^(1/n) → ρ(W), and ρ(W) ≤ ‖Wⁿ‖^(1/n) for every n ≥ 1",
    title="Gelfand’s formula",
    source=Source("HornJohnson2013", "Corollary 5.6.14"),
    derivation=powers.gelfand,
    formal=["powers.gelfand"],
)
def gelfand(run):
    law = roots_of_norms_fall_under_doubling_and_stay_above_the_radius
    yield sampled(law, run, W=integer_matrices())


if __name__ == "__main__":
    main(__file__)
