"""Wⁿ → 0 if and only if ρ(W) < 1.

Idea: for ρ(W) < r < 1 some scaling S⁻¹WS has norm at most r, so ‖Wⁿ‖ ≤ c rⁿ → 0; and for ρ(W) ≥ 1
the lower bound ρ(W)ⁿ ≤ ‖Wⁿ‖ keeps every power at norm 1 or more.
"""

from fractions import Fraction

import numpy as np

from gradproof import Source, Verdict, Without, claim, main, sampled
from gradproof.gradients.products import ScaledMatrix
from gradproof.spectral.exact import powers_vanish as decide
from gradproof.strategies import recurrent_matrices
from gradproof.symbolic.theorems import powers


def powers_shrink_exactly_where_the_exact_decision_says(W: np.ndarray) -> None:
    vanish = decide(W).verdict is Verdict.HOLDS
    power = ScaledMatrix.of(W)
    for _ in range(15):
        power = power @ power
    # ρ is 7/8 or 9/8 and n = 2¹⁵, so ρⁿ is e^∓4000 or so, against which no factor c of
    # ‖Wⁿ‖ ≤ c rⁿ counts for matrices of this size and these entries.
    small = power.log_norm() < 0
    assert vanish is small, f"decided {vanish}, measured {small}"


@claim(
    "Wⁿ → 0 if and only if ρ(W) < 1",
    title="When powers vanish",
    source=Source("HornJohnson2013", "Theorem 5.6.12"),
    derivation=powers.powers_vanish,
    necessity=[
        Without("ρ(W) < 1", {"W": [[1]]}),
        Without("1 ≤ ρ(W)", {"W": [[Fraction(1, 2)]], "n": 1}),
    ],
    formal=["powers.powers_vanish"],
)
def powers_vanish(run):
    for radius in (0.875, 1.125):
        yield sampled(
            powers_shrink_exactly_where_the_exact_decision_says,
            run,
            W=recurrent_matrices(spectral_radius=radius),
        )


if __name__ == "__main__":
    main(__file__)
