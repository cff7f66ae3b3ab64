"""∂h_T/∂h_t = D_T W ⋯ D_{t+1} W for activations with kinks, where no entry of any z_k is at a kink.

For ReLU, leaky ReLU with |a| ≤ 1 and hard tanh ‖∂h_T/∂h_t‖ ≤ ‖W‖^(T−t) follows, under the same
hypothesis. Idea: away from its kinks φ is differentiable, and the chain rule holds.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import bounds, recurrence

KINKED = ("relu", "leaky_relu", "hard_tanh")


@claim(
    "∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} diag(φ′(z_k)) W, and ‖∂h_{t+n}/∂h_t‖ ≤ ‖W‖ⁿ, for φ = ReLU, "
    "leaky ReLU (the bound for |a| ≤ 1) and hard tanh, where no entry of a z_k, k ≥ 1, is a kink "
    "of φ",
    title="Jacobian product of activations with kinks",
    derivation=lambda: (
        *map(recurrence.jacobian_product, KINKED),
        *map(bounds.product_norm_upper, KINKED),
    ),
    necessity=[
        # z_k = −1 and h_k = −2 at every step.
        Without("|a| ≤ 1", {"a": 2, "W": [[1]], "b": [1], "h_0": [-2], "n": 1}),
    ],
)
def kinked_jacobian_product(run):
    return ()


if __name__ == "__main__":
    main(__file__)
