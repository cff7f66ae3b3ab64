"""|identity′(z)| = 1 for every real z: γ = 1, at every point.

Idea: the modulus of 1 is 1.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import elementary


@claim(
    "|identity′(z)| = 1 for every real z",
    title="Bound on the slope of the identity",
    derivation=elementary.identity_slope_bound,
)
def identity_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
