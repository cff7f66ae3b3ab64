"""|leaky_relu_a′| ≤ max(1, |a|) for every real argument: γ = max(1, |a|).

Idea: in each of the cases z < 0, z = 0 and z > 0 the slope is a or 1.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems.activations import piecewise_linear


@claim(
    "|leaky_relu_a′(z)| ≤ 1 for every real z where |a| ≤ 1, and ≤ |a| where |a| ≥ 1, with "
    "leaky_relu_a′(0) = a",
    title="Bound on the slope of leaky ReLU",
    derivation=piecewise_linear.leaky_relu_slope_bound,
    necessity=[
        Without("|a| ≤ 1", {"a": 2, "z": -1}),
        Without("1 ≤ |a|", {"a": 0.5, "z": 1}),
    ],
)
def leaky_relu_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
