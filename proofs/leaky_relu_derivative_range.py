"""a ≤ leaky_relu_a′ ≤ 1 for every real argument, where a ≤ 1.

Idea: in each of the cases z < 0, z = 0 and z > 0 the slope is a or 1.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems.activations import piecewise_linear


@claim(
    "a ≤ leaky_relu_a′(z) ≤ 1 for every real z where a ≤ 1, with leaky_relu_a′(0) = a",
    title="Range of the derivative of leaky ReLU",
    derivation=piecewise_linear.leaky_relu_derivative_range,
    necessity=[
        Without("a ≤ 1", {"a": 2, "z": 1}),
        Without("a ≤ 1", {"a": 2, "z": -1}),
    ],
)
def leaky_relu_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
