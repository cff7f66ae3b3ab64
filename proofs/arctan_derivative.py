"""arctan′ = 1/(1 + z²), for every real argument.

Idea: arctan is the inverse of tan, and tan′ = 1 + tan².
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import elementary


def slope_is_the_complex_step_of_arctan(z: float) -> None:
    measured = complex_step_jacobian(np.arctan, np.array([z]))[0, 0]
    close(measured, 1 / (1 + z * z), tolerance=64 * 2.0**-53, because="64 u absolute")


@claim(
    "arctan′(z) = 1/(1 + z²) for every real z",
    title="Derivative of arctan",
    derivation=elementary.arctan_derivative,
)
def arctan_derivative(run):
    yield sampled(slope_is_the_complex_step_of_arctan, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
