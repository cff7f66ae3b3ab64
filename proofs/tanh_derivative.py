"""tanh′ = 1 − tanh², for every real argument.

Idea: write tanh z = (e^z − e^(−z)) / (e^z + e^(−z)) and apply the quotient rule.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import tanh


def slope_is_the_complex_step_of_tanh(z: float) -> None:
    measured = complex_step_jacobian(np.tanh, np.array([z]))[0, 0]
    # 1 − tanh² cancels: its error is that of tanh² ≤ 1, a few rounding errors of size 2⁻⁵³.
    close(measured, 1 - np.tanh(z) ** 2, tolerance=16 * 2.0**-53, because="16 u absolute")


@claim(
    "tanh′(z) = 1 − tanh(z)² for every real z",
    title="Derivative of tanh",
    derivation=tanh.tanh_derivative,
    formal=["activations.tanh_derivative", "activations.tanh_derive1"],
)
def tanh_derivative(run):
    yield sampled(slope_is_the_complex_step_of_tanh, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
