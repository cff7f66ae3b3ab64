"""|arctan′(z)| ≤ 1 for every real z, and 1 is attained: γ = sup |arctan′| = 1.

Idea: the slope is positive, so its modulus is the slope itself.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import elementary


@claim(
    "|arctan′(z)| ≤ 1 for every real z",
    title="Bound on the slope of arctan",
    derivation=elementary.arctan_slope_bound,
)
def arctan_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
