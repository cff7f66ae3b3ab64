"""hard_tanh′ is 1 for |z| < 1 and 0 for |z| > 1; at the kinks ±1 its value is 0 by convention.

Idea: each piece is written as the image of (0, ∞) under a g with g′ ≠ 0, and hard_tanh′(g) =
(d/dp hard_tanh(g))/g′ by the chain rule.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import piecewise_linear


def slope_is_the_complex_step_of_hard_tanh(z: float) -> None:
    measured = complex_step_jacobian(
        lambda x: np.where(abs(x.real) < 1, x, np.sign(x.real)), np.array([z])
    )[0, 0]
    close(measured, float(abs(z) < 1), tolerance=0.0, because="nothing rounds")


@claim(
    "hard_tanh′(z) = 1 for |z| < 1 and 0 for |z| > 1; hard_tanh″ and hard_tanh‴ are 0 for |z| ≠ 1; "
    "hard_tanh′(±1) = 0, by convention",
    title="Derivative of hard tanh",
    derivation=piecewise_linear.hard_tanh_derivative,
)
def hard_tanh_derivative(run):
    yield sampled(
        slope_is_the_complex_step_of_hard_tanh,
        run,
        z=st.floats(-3, 3).filter(lambda z: abs(z) != 1),
    )


if __name__ == "__main__":
    main(__file__)
