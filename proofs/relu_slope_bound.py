"""|relu′(z)| ≤ 1 for every real z, and 1 is attained: γ = sup |relu′| = 1.

Idea: in each of the cases z < 0, z = 0 and z > 0 the slope is 0 or 1.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import piecewise_linear


@claim(
    "|relu′(z)| ≤ 1 for every real z, with relu′(0) = 0",
    title="Bound on the slope of ReLU",
    derivation=piecewise_linear.relu_slope_bound,
)
def relu_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
