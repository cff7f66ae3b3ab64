"""Along a periodic orbit the Jacobian of n periods is the n-th power of the Jacobian of one.

With z_{k+p} = z_k and M = ∂h_{t+p}/∂h_t, the product of the p Jacobians of one period, ρ(M)
decides, and no Jacobian of a single step does. Idea: every period has the same factors, and the
chain rule goes from period to period.
"""

from gradproof import NotKnownToNeed, Without, claim, main
from gradproof.symbolic.theorems import periodic_orbits


@claim(
    "if z_{t+k+p} = z_{t+k} for all k ≥ 1, with a period p ≥ 1, then ∂h_{t+np}/∂h_t = Mⁿ for all "
    "n ≥ 0, with M = ∂h_{t+p}/∂h_t = ∏_{k=t+1}^{t+p} diag(φ′(z_k)) W; so "
    "ρ(M)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖, and ∂h_{t+np}/∂h_t → 0 as n → ∞ if ρ(M) < 1",
    title="Along a periodic orbit",
    derivation=periodic_orbits.periodic_orbit,
    uses=["jacobian_product", "powers_vanish", "power_norm_lower"],
    necessity=[
        Without(
            "z_{t+k+p} = z_{t+k} for all k", {"phi": "tanh", "W": [[1]], "b": [1], "p": 1, "n": 2}
        ),
        Without("ρ(∂h_{t+p}/∂h_t) < 1", {"phi": "tanh", "W": [[1]], "p": 1}),
        NotKnownToNeed(
            "z_{t+k+p} = z_{t+k} for all k",
            "not decided at φ = tanh, W = 2, h_t = 0, p = 1, inputs 2, −2 tanh 2, 0, 0, …",
            "limsup_n ‖∂h_{t+np}/∂h_t‖ ≤ 0",
        ),
    ],
)
def periodic_orbit(run):
    return ()


if __name__ == "__main__":
    main(__file__)
