"""elu′ lies in (0, 1], and is below 1 for z < 0 (α = 1).

Idea: the slope is 1 or e^z, and e^z ranges over (0, 1) for z < 0.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "0 < elu′(z) ≤ 1 for every real z, and elu′(z) < 1 for z < 0",
    title="Range of the derivative of ELU",
    derivation=joined.elu_derivative_range,
)
def elu_derivative_range(run):
    return ()


if __name__ == "__main__":
    main(__file__)
