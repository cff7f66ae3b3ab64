"""elu′ is 1 for z ≥ 0 and e^z for z ≤ 0 (α = 1).

Idea: the pieces z and e^z − 1 are differentiated; at 0 both difference quotients tend to 1.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import joined


def slope_is_the_complex_step_of_elu(z: float) -> None:
    measured = complex_step_jacobian(
        lambda x: np.where(x.real > 0, x, np.exp(x) - 1), np.array([z])
    )[0, 0]
    close(measured, min(1.0, float(np.exp(z))), tolerance=64 * 2.0**-53, because="64 u absolute")


@claim(
    "elu′(z) = 1 for z > 0, e^z for z < 0, and 1 at z = 0",
    title="Derivative of ELU",
    derivation=joined.elu_derivative,
)
def elu_derivative(run):
    yield sampled(slope_is_the_complex_step_of_elu, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
