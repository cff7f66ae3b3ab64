"""−0.12891 ≤ gelu′ ≤ 1.12891 on the real line, and the values at ±√2 are within 10⁻⁵ of that.

Idea: balls over the parts of an interval, and monotone tails; gelu′(√2) in closed form.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import gaussian


@claim(
    "−0.12891 ≤ gelu′(z) ≤ 1.12891 for every real z; gelu′(√2) = (1 + erf(1))/2 + 1/(e √π) ≥ "
    "1.1289; gelu′(−√2) ≤ −0.1289",
    title="Range of the derivative of GELU",
    derivation=gaussian.gelu_derivative_range,
)
def gelu_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
