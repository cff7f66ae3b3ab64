"""|logistic″| ≤ 1/(6√3) and −1/8 ≤ logistic‴ ≤ 1/24, the constants in tolerances of differences.

Idea: both are polynomials in s = logistic z; (logistic″)² ≤ 1/108 is decided exactly on (0, 1).
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import at_most, claim, main, sampled
from gradproof.gradients.activations import LOGISTIC
from gradproof.symbolic.theorems.activations import logistic


def constants_of_the_numeric_layer_are_the_proved_ones(z: float) -> None:
    s = float(LOGISTIC.function(np.array(z)))
    v, rounding = s * (1 - s), 64 * 2.0**-53
    at_most(abs(v * (1 - 2 * s)), LOGISTIC.second_upper, slack=rounding, because="a few u")
    at_most(abs(v * (1 - 6 * v)), LOGISTIC.third_upper, slack=rounding, because="a few u")


@claim(
    "(logistic″)² ≤ 1/108 and −1/8 ≤ logistic‴ ≤ 1/24, both as polynomials in logistic",
    title="Higher derivatives of the logistic function",
    derivation=logistic.logistic_higher_derivatives,
)
def logistic_higher_derivatives(run):
    yield sampled(constants_of_the_numeric_layer_are_the_proved_ones, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
