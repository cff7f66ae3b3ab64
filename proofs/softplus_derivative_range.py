"""softplus′ maps the real line onto (0, 1): its supremum 1 is not attained.

Idea: the slope is logistic z, and logistic log p = p/(1 + p) takes every value in (0, 1).
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import at_most, claim, main, sampled
from gradproof.gradients.smooth_activations import SOFTPLUS
from gradproof.symbolic.theorems.activations import elementary


def slope_lies_in_the_unit_interval(z: float) -> None:
    slope = float(SOFTPLUS.derivative(np.array(z)))
    at_most(0.0, slope, slack=0.0, because="the sign is exact")
    at_most(slope, 1.0, slack=0.0, because="1/(1 + e) is rounded to at most 1")


@claim(
    "0 < softplus′(z) < 1 for every real z; every value in (0, 1) is taken",
    title="Range of the derivative of softplus",
    derivation=elementary.softplus_derivative_range,
    formal=["softplus.softplus_derivative_range"],
)
def softplus_derivative_range(run):
    yield sampled(slope_lies_in_the_unit_interval, run, z=st.floats(-700, 700))


if __name__ == "__main__":
    main(__file__)
