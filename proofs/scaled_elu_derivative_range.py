"""0 < elu_α′ for every real argument and every α > 0.

Idea: the slope is 1, α e^z or α.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "0 < elu_α′(z) for every real z and α > 0, with elu_α′(0) = α",
    title="Range of the derivative of scaled ELU",
    derivation=joined.scaled_elu_derivative_range,
)
def scaled_elu_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
