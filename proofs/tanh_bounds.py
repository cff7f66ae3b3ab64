"""−1 < tanh z < 1 for every real z.

Idea: tanh z is a rational function of e^z, which ranges over (0, ∞); the sign of a rational
function on an interval is decided exactly by counting roots.
"""

from hypothesis import strategies as st

import gradproof
from gradproof import claim, main, sampled
from gradproof.symbolic.theorems.activations import tanh


def tanh_is_at_most_one_in_modulus(z: float) -> None:
    import math

    gradproof.at_most(abs(math.tanh(z)), 1.0, slack=0.0, because="tanh is rounded to at most 1")


@claim(
    "−1 < tanh(z) < 1 for every real z",
    title="Bounds of tanh",
    derivation=tanh.tanh_bounds,
    formal=["activations.tanh_bounds"],
)
def tanh_bounds(run):
    yield sampled(tanh_is_at_most_one_in_modulus, run, z=st.floats(allow_nan=False))


if __name__ == "__main__":
    main(__file__)
