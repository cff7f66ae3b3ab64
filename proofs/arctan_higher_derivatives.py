"""|arctan″| ≤ 3√3/8 and −2 ≤ arctan‴ ≤ 1/2, the constants in tolerances of differences.

Idea: both are rational functions of z; (arctan″)² ≤ 27/64 is decided exactly on the whole line.
"""

from hypothesis import strategies as st

from gradproof import at_most, claim, main, sampled
from gradproof.gradients.smooth_activations import ARCTAN
from gradproof.symbolic.theorems.activations import elementary


def constants_of_the_numeric_layer_are_the_proved_ones(z: float) -> None:
    s, rounding = 1 / (1 + z * z), 64 * 2.0**-53
    at_most(abs(2 * z * s**2), ARCTAN.second_upper, slack=rounding, because="a few u")
    at_most(abs((6 * z * z - 2) * s**3), ARCTAN.third_upper, slack=rounding, because="a few u")


@claim(
    "(arctan″)² ≤ 27/64 and −2 ≤ arctan‴ ≤ 1/2, both as rational functions of z",
    title="Higher derivatives of arctan",
    derivation=elementary.arctan_higher_derivatives,
)
def arctan_higher_derivatives(run):
    yield sampled(constants_of_the_numeric_layer_are_the_proved_ones, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
