"""relu′ is 1 for z > 0 and 0 for z < 0; at the kink 0 its value is 0 by convention.

Idea: ReLU is linear on each side of 0, so its derivatives there are those of z and of 0.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import piecewise_linear


def slope_is_the_complex_step_of_relu(z: float) -> None:
    measured = complex_step_jacobian(lambda x: x * (x.real > 0), np.array([z]))[0, 0]
    close(measured, float(z > 0), tolerance=0.0, because="nothing rounds")


@claim(
    "relu′(z) = 1 for z > 0 and 0 for z < 0; relu″ and relu‴ are 0 for z ≠ 0; relu′(0) = 0, by "
    "convention",
    title="Derivative of ReLU",
    derivation=piecewise_linear.relu_derivative,
)
def relu_derivative(run):
    yield sampled(slope_is_the_complex_step_of_relu, run, z=st.floats(-30, 30).filter(bool))


if __name__ == "__main__":
    main(__file__)
