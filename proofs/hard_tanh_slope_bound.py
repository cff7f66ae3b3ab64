"""|hard_tanh′(z)| ≤ 1 for every real z, and 1 is attained: γ = sup |hard_tanh′| = 1.

Idea: five cases: z < −1, z = −1, −1 < z < 1, z = 1 and z > 1.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import piecewise_linear


@claim(
    "|hard_tanh′(z)| ≤ 1 for every real z, with hard_tanh′(±1) = 0",
    title="Bound on the slope of hard tanh",
    derivation=piecewise_linear.hard_tanh_slope_bound,
)
def hard_tanh_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
