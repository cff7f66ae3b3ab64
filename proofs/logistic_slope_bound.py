"""|logistic′(z)| ≤ 1/4 for every real z, and 1/4 is attained: γ = sup |logistic′| = 1/4.

Idea: the slope is positive, so its modulus is the slope itself.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import logistic


@claim(
    "|logistic′(z)| ≤ 1/4 for every real z",
    title="Bound on the slope of the logistic function",
    derivation=logistic.logistic_slope_bound,
    formal=["logistic.logistic_slope_bound"],
)
def logistic_slope_bound(run):
    return ()


if __name__ == "__main__":
    main(__file__)
