"""arctan′ maps the real line onto (0, 1], and takes the value 1 at 0 only.

Idea: the slope is a rational function of z; its range is decided by exact root counting. Every s in
(0, 1) is 1/(1 + p²) for a p > 0.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Without, at_most, claim, main, sampled
from gradproof.gradients.smooth_activations import ARCTAN
from gradproof.symbolic.theorems.activations import elementary


def slope_lies_in_the_unit_interval(z: float) -> None:
    slope = float(ARCTAN.derivative(np.array(z)))
    at_most(slope, 1.0, slack=0.0, because="1/(1 + z²) is rounded to at most 1")
    at_most(0.0, slope, slack=0.0, because="the sign is exact")


@claim(
    "0 < arctan′(z) ≤ 1 for every real z; = 1 only at z = 0; every value in (0, 1] is taken",
    title="Range of the derivative of arctan",
    derivation=elementary.arctan_derivative_range,
    necessity=[
        Without("z > 0", {"z": 0}),
        Without("z < 0", {"z": 0}),
    ],
)
def arctan_derivative_range(run):
    yield sampled(slope_lies_in_the_unit_interval, run, z=st.floats(allow_nan=False))


if __name__ == "__main__":
    main(__file__)
