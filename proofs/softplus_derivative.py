"""softplus′ = logistic, for every real argument.

Idea: softplus z = log(1 + e^z), and (log f)′ = f′/f.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.gradients.smooth_activations import SOFTPLUS
from gradproof.symbolic.theorems.activations import elementary


def slope_is_the_complex_step_of_softplus(z: float) -> None:
    def softplus(x: np.ndarray) -> np.ndarray:
        return np.log(1 + np.exp(x))

    measured = complex_step_jacobian(softplus, np.array([z]))[0, 0]
    # Both sides are at most 1, and off by a few rounding errors of exp, sum and quotient.
    close(
        measured, float(SOFTPLUS.derivative(np.array(z))), tolerance=64 * 2.0**-53, because="64 u"
    )


@claim(
    "softplus′(z) = logistic(z) for every real z",
    title="Derivative of softplus",
    derivation=elementary.softplus_derivative,
    formal=["softplus.softplus_derivative", "softplus.softplus_derive1"],
)
def softplus_derivative(run):
    yield sampled(slope_is_the_complex_step_of_softplus, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
