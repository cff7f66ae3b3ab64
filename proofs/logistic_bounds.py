"""0 < logistic z < 1 for every real z.

Idea: logistic z is a rational function of e^z, which ranges over (0, ∞); the sign of a rational
function on an interval is decided exactly by counting roots.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import at_most, claim, main, sampled
from gradproof.gradients.activations import LOGISTIC
from gradproof.symbolic.theorems.activations import logistic


def logistic_lies_in_the_unit_interval(z: float) -> None:
    value = float(LOGISTIC.function(np.array(z)))
    at_most(0.0, value, slack=0.0, because="the sign is exact")
    at_most(value, 1.0, slack=0.0, because="1/(1 + e) is rounded to at most 1")


@claim(
    "0 < logistic(z) < 1 for every real z",
    title="Bounds of the logistic function",
    derivation=logistic.logistic_bounds,
    formal=["logistic.logistic_bounds"],
)
def logistic_bounds(run):
    yield sampled(logistic_lies_in_the_unit_interval, run, z=st.floats(allow_nan=False))


if __name__ == "__main__":
    main(__file__)
