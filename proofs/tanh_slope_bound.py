"""|tanh′(z)| ≤ 1 for every real z, and 1 is attained: γ = sup |tanh′| = 1.

Idea: the slope is positive, so its modulus is the slope itself.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import tanh


@claim(
    "|tanh′(z)| ≤ 1 for every real z",
    title="Bound on the slope of tanh",
    derivation=tanh.tanh_slope_bound,
    formal=["activations.tanh_slope_bound"],
)
def tanh_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
