"""|gelu′(z)| ≤ 1.12891 for every real z: 1.1289 ≤ γ ≤ 1.12891, above 1.

Idea: the bounds of gelu′ on both sides.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import gaussian


@claim(
    "|gelu′(z)| ≤ 1.12891 for every real z",
    title="Bound on the slope of GELU",
    derivation=gaussian.gelu_slope_bound,
)
def gelu_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
