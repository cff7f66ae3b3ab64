"""erf′ maps the real line onto (0, 2/√π], and takes the value 2/√π at 0 only.

Idea: e^(−z²) ≤ 1, and every s = 2/(√π (1 + p)) with p > 0 is the slope at √log(1 + p).
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import gaussian


@claim(
    "0 < erf′(z) ≤ 2/√π for every real z; = 2/√π only at z = 0; every value in (0, 2/√π] is taken",
    title="Range of the derivative of erf",
    derivation=gaussian.erf_derivative_range,
)
def erf_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
