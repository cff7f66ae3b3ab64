"""gelu′ = Φ(z) + z N(z), with the distribution Φ and the density N of the normal distribution.

Idea: gelu z = z (1 + erf(z/√2))/2, and erf′(z) = 2/√π e^(−z²).
"""

import numpy as np
from hypothesis import strategies as st
from scipy import special

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import gaussian


def slope_is_the_complex_step_of_gelu(z: float) -> None:
    def gelu(x: np.ndarray) -> np.ndarray:
        return x * (1 + special.erf(x / np.sqrt(2))) / 2

    measured = complex_step_jacobian(gelu, np.array([z]))[0, 0]
    slope = (1 + special.erf(z / np.sqrt(2))) / 2 + z * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    # All terms are at most 1; an error of u in z²/2 moves z e^(−z²/2) by z³ e^(−z²/2) u < 2u.
    close(measured, slope, tolerance=64 * 2.0**-53, because="64 u absolute")


@claim(
    "gelu′(z) = (1 + erf(z/√2))/2 + z e^(−z²/2)/√(2π) for every real z",
    title="Derivative of GELU",
    derivation=gaussian.gelu_derivative,
)
def gelu_derivative(run):
    yield sampled(slope_is_the_complex_step_of_gelu, run, z=st.floats(-8, 8))


if __name__ == "__main__":
    main(__file__)
