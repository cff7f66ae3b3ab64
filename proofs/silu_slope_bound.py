"""|silu′(z)| ≤ 1.09984 for every real z: 1.0998 ≤ γ ≤ 1.09984, above 1.

Idea: the bounds of silu′ on both sides.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import silu


@claim(
    "|silu′(z)| ≤ 1.09984 for every real z",
    title="Bound on the slope of SiLU",
    derivation=silu.silu_slope_bound,
)
def silu_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
