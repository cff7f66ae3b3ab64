"""logistic′ maps the real line onto (0, 1/4], and takes the value 1/4 at 0 only.

Idea: with s = logistic z in (0, 1) the slope is the polynomial s(1 − s). Its range is decided by
exact root counting, not by sampling. For every slope in (0, 1/4) a point is given in closed form.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Without, at_most, claim, main, sampled
from gradproof.gradients.activations import LOGISTIC
from gradproof.symbolic.theorems.activations import logistic


def slope_is_at_most_a_quarter(z: float) -> None:
    slope = float(LOGISTIC.derivative(np.array(z)))
    at_most(slope, 0.25, slack=2.0**-52, because="a few rounding errors at 1/4")
    at_most(0.0, slope, slack=0.0, because="the sign is exact")


@claim(
    "logistic′ maps the real line onto (0, 1/4], and is 1/4 only at z = 0",
    title="Range of the derivative of the logistic function",
    derivation=logistic.logistic_derivative_range,
    necessity=[
        Without("z > 0", {"z": 0}),
        Without("z < 0", {"z": 0}),
    ],
    formal=["logistic.logistic_derivative_range"],
)
def logistic_derivative_range(run):
    yield sampled(slope_is_at_most_a_quarter, run, z=st.floats(-700, 700))


if __name__ == "__main__":
    main(__file__)
