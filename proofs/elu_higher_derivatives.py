"""elu″ and elu‴ are 0 for z > 0 and e^z for z < 0, so below 1; at 0 neither exists (α = 1).

Idea: the exponential is its own derivative.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "elu″(z) = elu‴(z) = 0 for z > 0 and e^z < 1 for z < 0",
    title="Higher derivatives of ELU",
    derivation=joined.elu_higher_derivatives,
)
def elu_higher_derivatives(run):
    return ()


if __name__ == "__main__":
    main(__file__)
