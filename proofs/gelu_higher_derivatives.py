"""|gelu″| ≤ √(2/π), attained at 0, and |gelu‴| ≤ 0.77877, right within 10⁻⁵.

Idea: gelu″ = (2 − z²) N(z) with the normal density N, bounded by 1 + x ≤ e^x; gelu‴ =
(z³ − 4z) N(z) by ball arithmetic.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import gaussian


@claim(
    "|gelu″(z)| ≤ √(2/π) and gelu″(z) ≥ −√(2/π) e^(−2) for every real z, and gelu″(0) = √(2/π); "
    "|gelu‴(z)| ≤ 0.77877 for every real z, and gelu‴(−0.7923) ≥ 0.77876",
    title="Higher derivatives of GELU",
    derivation=gaussian.gelu_higher_derivatives,
)
def gelu_higher_derivatives(run):
    return ()


if __name__ == "__main__":
    main(__file__)
