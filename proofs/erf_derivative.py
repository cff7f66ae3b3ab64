"""erf′ = 2/√π e^(−z²), for every real argument.

Idea: erf is the integral of that function from 0.
"""

import numpy as np
from hypothesis import strategies as st
from scipy import special

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import gaussian


def slope_is_the_complex_step_of_erf(z: float) -> None:
    measured = complex_step_jacobian(special.erf, np.array([z]))[0, 0]
    close(
        measured,
        2 / np.sqrt(np.pi) * np.exp(-z * z),
        tolerance=64 * 2.0**-53,
        because="64 u absolute",
    )


@claim(
    "erf′(z) = 2/√π e^(−z²) for every real z",
    title="Derivative of erf",
    derivation=gaussian.erf_derivative,
)
def erf_derivative(run):
    yield sampled(slope_is_the_complex_step_of_erf, run, z=st.floats(-8, 8))


if __name__ == "__main__":
    main(__file__)
