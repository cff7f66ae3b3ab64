"""|elu_α′| ≤ max(1, α) for every real argument and every α > 0: γ = max(1, α).

Idea: the slope is 1, α e^z with e^z < 1, or α.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "|elu_α′(z)| ≤ 1 for every real z where 0 < α ≤ 1, and ≤ α where α ≥ 1, with elu_α′(0) = α",
    title="Bound on the slope of scaled ELU",
    derivation=joined.scaled_elu_slope_bound,
    necessity=[
        Without("α ≤ 1", {"alpha": 2, "z": 0}),
        Without("1 ≤ α", {"alpha": 0.5, "z": 1}),
    ],
)
def scaled_elu_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
