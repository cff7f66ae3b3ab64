"""0 ≤ hard_tanh′ ≤ 1 for every real argument; the only values are 0 and 1.

Idea: five cases: z < −1, z = −1, −1 < z < 1, z = 1 and z > 1.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import piecewise_linear


@claim(
    "0 ≤ hard_tanh′(z) ≤ 1 for every real z, with hard_tanh′(±1) = 0",
    title="Range of the derivative of hard tanh",
    derivation=piecewise_linear.hard_tanh_derivative_range,
)
def hard_tanh_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
