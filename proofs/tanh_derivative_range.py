"""tanh′ maps the real line onto (0, 1], and takes the value 1 at 0 only.

Idea: with t = tanh z in (−1, 1) the slope is the polynomial 1 − t². Its range is decided by exact
root counting, not by sampling. For every s in (0, 1) a point with slope s is given in closed form.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Without, at_most, claim, close, main, sampled
from gradproof.gradients.activations import TANH
from gradproof.symbolic.theorems.activations import tanh


def slope_lies_in_the_unit_interval(z: float) -> None:
    slope = float(TANH.derivative(np.array(z)))
    at_most(slope, 1.0, slack=2.0**-52, because="one rounding error at 1")
    at_most(0.0, slope, slack=0.0, because="the sign is exact")


def every_slope_is_attained(slope: float) -> None:
    z = np.arctanh(np.sqrt(1 - slope))
    found = float(TANH.derivative(np.array(z)))
    # d tanh′/dz = −2 tanh tanh′, so a relative error of 8 u in z moves the slope by 16 u |z| slope;
    # √(1 − s) near 1 is itself known to u/s, which moves z by as much.
    tolerance = (16 * abs(z) * slope + 16) * 2.0**-53
    close(found, slope, tolerance=tolerance, because="rounding of arctanh and of the slope")


@claim(
    "0 < tanh′(z) ≤ 1 for every real z; tanh′(z) = 1 only at z = 0; every value in (0, 1] is taken",
    title="Range of the derivative of tanh",
    derivation=tanh.tanh_derivative_range,
    necessity=[
        Without("z > 0", {"z": 0}),
        Without("z < 0", {"z": 0}),
    ],
    formal=["activations.tanh_derivative_range"],
)
def tanh_derivative_range(run):
    yield sampled(slope_lies_in_the_unit_interval, run, z=st.floats(-300, 300))
    yield sampled(every_slope_is_attained, run, slope=st.floats(2.0**-20, 1))


if __name__ == "__main__":
    main(__file__)
