"""|silu″| ≤ 1/2, attained at 0, and |silu‴| ≤ 0.30819, right within 10⁻⁵.

Idea: silu⁽ⁿ⁾ = n logistic⁽ⁿ⁻¹⁾ + z logistic⁽ⁿ⁾, a function of z and e^z. For silu″ ≤ 1/2:
z (1 − e^z) ≤ 0 and e^z/(1 + e^z)² ≤ 1/4; the rest is decided by ball arithmetic.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import silu


@claim(
    "|silu″(z)| ≤ 1/2 for every real z, and silu″(0) = 1/2; |silu‴(z)| ≤ 0.30819 for every real "
    "z, and silu‴(−129/125) ≥ 0.30818",
    title="Higher derivatives of SiLU",
    derivation=silu.silu_higher_derivatives,
)
def silu_higher_derivatives(run):
    return ()


if __name__ == "__main__":
    main(__file__)
