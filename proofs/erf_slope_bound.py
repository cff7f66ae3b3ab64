"""|erf′(z)| ≤ 2/√π for every real z, and 2/√π is attained: γ = sup |erf′| = 2/√π.

Idea: the slope is positive, so its modulus is the slope itself.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import gaussian


@claim(
    "|erf′(z)| ≤ 2/√π for every real z",
    title="Bound on the slope of erf",
    derivation=gaussian.erf_slope_bound,
)
def erf_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
