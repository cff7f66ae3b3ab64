"""logistic′ = logistic (1 − logistic), for every real argument.

Idea: write logistic z = e^z/(1 + e^z) and apply the quotient rule.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.activations import LOGISTIC
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.symbolic.theorems.activations import logistic


def slope_is_the_complex_step_of_the_logistic_function(z: float) -> None:
    measured = complex_step_jacobian(LOGISTIC.function, np.array([z]))[0, 0]
    s = 1 / (1 + np.exp(-z))
    # 1 − s cancels: both sides are at most 1/4 and off by a few rounding errors of size 2⁻⁵³.
    close(measured, s * (1 - s), tolerance=64 * 2.0**-53, because="64 u absolute")


@claim(
    "logistic′(z) = logistic(z) (1 − logistic(z)) for every real z",
    title="Derivative of the logistic function",
    derivation=logistic.logistic_derivative,
    formal=["logistic.logistic_derivative", "logistic.logistic_derive1"],
)
def logistic_derivative(run):
    yield sampled(slope_is_the_complex_step_of_the_logistic_function, run, z=st.floats(-30, 30))


if __name__ == "__main__":
    main(__file__)
