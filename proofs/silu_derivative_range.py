"""−0.09984 ≤ silu′ ≤ 1.09984 on the real line, and both bounds are right within 5·10⁻⁵.

Idea: balls over the parts of an interval, and monotone tails; the extrema are at transcendental
points near ±12/5.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import silu


@claim(
    "−0.09984 ≤ silu′(z) ≤ 1.09984 for every real z; at z = 12/5 it is at least 1.0998, at "
    "z = −12/5 at most −0.0998",
    title="Range of the derivative of SiLU",
    derivation=silu.silu_derivative_range,
)
def silu_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
