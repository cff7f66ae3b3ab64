"""|erf″| ≤ √(8/(π e)) and |erf‴| ≤ 4/√π, both attained.

Idea: polynomials times e^(−z²), bounded by tangents of the exponential, 1 + x ≤ e^x.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import gaussian


@claim(
    "(erf″)² ≤ 8/(π e) for every real z, with equality at 1/√2; −4/√π ≤ erf‴ ≤ 8 e^(−3/2)/√π for "
    "every real z, and erf‴(0) = −4/√π",
    title="Higher derivatives of erf",
    derivation=gaussian.erf_higher_derivatives,
)
def erf_higher_derivatives(run):
    return ()


if __name__ == "__main__":
    main(__file__)
