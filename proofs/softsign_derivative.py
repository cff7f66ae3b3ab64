"""softsign′ = 1/(1 + |z|)², for every real argument, 0 included.

Idea: the quotient z/(1 ± z) is differentiated on each side of 0; at 0 the difference quotient is
1/(1 + |z|), which tends to 1.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import joined


def slope_is_the_complex_step_of_softsign(z: float) -> None:
    measured = complex_step_jacobian(lambda x: x / (1 + np.sign(z) * x), np.array([z]))[0, 0]
    close(measured, 1 / (1 + abs(z)) ** 2, tolerance=64 * 2.0**-53, because="64 u absolute")


@claim(
    "softsign′(z) = 1/(1 + |z|)² for every real z",
    title="Derivative of softsign",
    derivation=joined.softsign_derivative,
)
def softsign_derivative(run):
    yield sampled(slope_is_the_complex_step_of_softsign, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
