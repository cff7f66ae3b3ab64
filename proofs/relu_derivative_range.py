"""0 ≤ relu′ ≤ 1 for every real argument; the only values are 0 and 1.

Idea: three cases, z < 0, z = 0 and z > 0, in each of which the slope is known.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import piecewise_linear


@claim(
    "0 ≤ relu′(z) ≤ 1 for every real z, with relu′(0) = 0",
    title="Range of the derivative of ReLU",
    derivation=piecewise_linear.relu_derivative_range,
)
def relu_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
