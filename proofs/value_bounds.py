"""|logistic(z)| ≤ 1 and |tanh(z)| ≤ 1 for every real z, as norms of gates need it."""

from gradproof import claim, main
from gradproof.symbolic.theorems import gated_bounds


@claim(
    "|logistic(z)| ≤ 1 and |tanh(z)| ≤ 1 for every real z",
    title="Bounds of the modulus of tanh and the logistic function",
    derivation=gated_bounds.value_bounds,
)
def value_bounds(run):
    return ()


if __name__ == "__main__":
    main(__file__)
