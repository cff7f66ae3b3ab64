"""‖∂h_T/∂h_t‖ ≤ (γ‖W‖)^(T−t) for the activations with γ > 1: SiLU, GELU and erf.

So their gradients vanish where ‖W‖ < 1/γ: ‖W‖ < 1 isn't enough for this bound. Idea: the norm is
submultiplicative, and γ is bounded by ball arithmetic, for erf exactly.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems import bounds


@claim(
    "‖∂h_{t+n}/∂h_t‖ ≤ (γ‖W‖)ⁿ with γ = 1.09984 for SiLU, 1.12891 for GELU and 2/√π for erf",
    title="Upper bound for SiLU, GELU and erf",
    derivation=lambda: tuple(map(bounds.product_norm_upper, ("silu", "gelu", "erf"))),
)
def steep_activations_norm_upper(run):
    return ()


if __name__ == "__main__":
    main(__file__)
