"""|softplus′(z)| ≤ 1 for every real z, and no smaller bound holds: γ = sup |softplus′| = 1.

Idea: the slope is positive, so its modulus is the slope itself.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import elementary


@claim(
    "|softplus′(z)| ≤ 1 for every real z",
    title="Bound on the slope of softplus",
    derivation=elementary.softplus_slope_bound,
    formal=["softplus.softplus_slope_bound"],
)
def softplus_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
