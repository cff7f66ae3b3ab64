"""identity′ = 1 and identity″ = 0.

Idea: the derivatives of the polynomial z.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import elementary


@claim(
    "identity′(z) = 1 and identity″(z) = 0 for every real z",
    title="Derivative of the identity",
    derivation=elementary.identity_derivative,
)
def identity_derivative(run):
    return ()


if __name__ == "__main__":
    main(__file__)
