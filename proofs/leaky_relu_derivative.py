"""The slope of leaky ReLU is 1 for z > 0 and a for z < 0; at 0 it is a by convention.

Idea: leaky ReLU is z on one side of 0 and a z on the other.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import piecewise_linear


def slope_is_the_complex_step_of_leaky_relu(z: float, a: float) -> None:
    def leaky_relu(x: np.ndarray) -> np.ndarray:
        return np.where(x.real > 0, x, a * x)

    measured = complex_step_jacobian(leaky_relu, np.array([z]))[0, 0]
    # a times the step and the quotient by it round, twice u relative; a tiny a underflows.
    tolerance = 4 * 2.0**-53 * abs(a) + 2.0**-900
    close(measured, 1.0 if z > 0 else a, tolerance=tolerance, because="two roundings")


@claim(
    "leaky_relu_a′(z) = 1 for z > 0 and a for z < 0; leaky_relu_a″ and leaky_relu_a‴ are 0 for z "
    "≠ 0; leaky_relu_a′(0) = a, by convention; for every real a",
    title="Derivative of leaky ReLU",
    derivation=piecewise_linear.leaky_relu_derivative,
)
def leaky_relu_derivative(run):
    yield sampled(
        slope_is_the_complex_step_of_leaky_relu,
        run,
        z=st.floats(-30, 30).filter(bool),
        a=st.floats(-2, 2),
    )


if __name__ == "__main__":
    main(__file__)
