"""silu′ = s + z s (1 − s) with s = logistic z, for every real argument.

Idea: silu z = z logistic z, and logistic′ = s (1 − s).
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import silu


def slope_is_the_complex_step_of_silu(z: float) -> None:
    measured = complex_step_jacobian(lambda x: x / (1 + np.exp(-x)), np.array([z]))[0, 0]
    s = 1 / (1 + np.exp(-z))
    # Both sides are sums of terms of at most 1 + |z| in modulus, off by a few u each.
    tolerance = 64 * 2.0**-53 * (1 + abs(z))
    close(measured, s + z * s * (1 - s), tolerance=tolerance, because="64 u of the greatest term")


@claim(
    "silu′(z) = s + z s (1 − s) with s = logistic(z), for every real z",
    title="Derivative of SiLU",
    derivation=silu.silu_derivative,
)
def silu_derivative(run):
    yield sampled(slope_is_the_complex_step_of_silu, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
