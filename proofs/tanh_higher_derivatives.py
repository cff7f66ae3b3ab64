"""|tanh″| ≤ 4/(3√3) and −2 ≤ tanh‴ ≤ 2/3, the constants in tolerances of differences.

Idea: both are polynomials in t = tanh z; (tanh″)² ≤ 16/27 is decided exactly on (−1, 1).
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import at_most, claim, main, sampled
from gradproof.gradients.activations import TANH
from gradproof.symbolic.theorems.activations import tanh


def constants_of_the_numeric_layer_are_the_proved_ones(z: float) -> None:
    t = float(np.tanh(z))
    rounding = 16 * 2.0**-53
    at_most(abs(2 * t * (1 - t * t)), TANH.second_upper, slack=rounding, because="a few u")
    at_most(abs((6 * t * t - 2) * (1 - t * t)), TANH.third_upper, slack=rounding, because="a few u")


@claim(
    "tanh″ = −2 tanh (1 − tanh²) with (tanh″)² ≤ 16/27; tanh‴ = (6 tanh² − 2)(1 − tanh²) lies in "
    "[−2, 2/3]",
    title="Higher derivatives of tanh",
    derivation=tanh.tanh_higher_derivatives,
)
def tanh_higher_derivatives(run):
    yield sampled(constants_of_the_numeric_layer_are_the_proved_ones, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
