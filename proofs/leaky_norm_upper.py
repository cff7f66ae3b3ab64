"""‖∂h_T/∂h_t‖ ≤ (|1 − α| + γ |α| ‖W‖)^(T−t) for the leaky recurrence, where |φ′| ≤ γ.

For 0 < α ≤ 1 this rate is below 1 exactly if γ‖W‖ < 1, and then lies between γ‖W‖ and 1. Idea:
triangle inequality for the two paths of one step, then induction.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import leaky


@claim(
    "‖∂h_{t+n}/∂h_t‖ ≤ (|1 − α| + γ |α| ‖W‖)ⁿ for h_k = (1 − α) h_{k−1} + α φ(z_k) with |φ′| ≤ γ",
    title="Norm bound of the leaky recurrence",
    derivation=leaky.leaky_norm_upper,
    necessity=[
        Without(
            "|φ′(z)| ≤ γ for all z",
            {"phi": (2, "identity"), "gamma": 1, "alpha": 1, "W": [[1]], "n": 1},
        ),
    ],
)
def leaky_norm_upper(run):
    return ()


if __name__ == "__main__":
    main(__file__)
