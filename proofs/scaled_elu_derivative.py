"""The slope of ELU with scale α > 0 is 1 for z > 0 and α e^z for z < 0; at 0 it is α by convention.

Idea: the pieces z and α (e^z − 1) are differentiated.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "elu_α′(z) = 1 for z > 0 and α e^z for z < 0; elu_α″ and elu_α‴ are 0 for z > 0 and α e^z for "
    "z < 0; elu_α′(0) = α, by convention; for every α > 0",
    title="Derivative of scaled ELU",
    derivation=joined.scaled_elu_derivative,
)
def scaled_elu_derivative(run):
    return ()


if __name__ == "__main__":
    main(__file__)
