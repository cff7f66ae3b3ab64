"""|softsign″| < 2 and |softsign‴| < 6 for z ≠ 0; at 0 neither exists. No smaller bounds hold.

Idea: rational functions of z on each side of 0; they tend to ∓2 and 6 at 0.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "softsign″(z) = ∓2/(1 + |z|)³ and softsign‴(z) = 6/(1 + |z|)⁴ for z > 0 and z < 0, so "
    "|softsign″| < 2 and |softsign‴| < 6 there",
    title="Higher derivatives of softsign",
    derivation=joined.softsign_higher_derivatives,
)
def softsign_higher_derivatives(run):
    return ()


if __name__ == "__main__":
    main(__file__)
