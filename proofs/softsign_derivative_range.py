"""softsign′ maps the real line onto (0, 1], and takes the value 1 at 0 only.

Idea: the slope is a rational function of z on each side of 0; its range is decided by exact root
counting.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "0 < softsign′(z) ≤ 1 for every real z; = 1 only at z = 0; every value in (0, 1] is taken",
    title="Range of the derivative of softsign",
    derivation=joined.softsign_derivative_range,
)
def softsign_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
