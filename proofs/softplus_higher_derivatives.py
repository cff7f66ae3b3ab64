"""0 < softplus″ ≤ 1/4 and |softplus‴| ≤ 1/(6√3), the constants in tolerances of differences.

Idea: they are the first two derivatives of the logistic function.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import elementary


@claim(
    "softplus″ = logistic′ lies in (0, 1/4]; softplus‴ = logistic″ with (softplus‴)² ≤ 1/108",
    title="Higher derivatives of softplus",
    derivation=elementary.softplus_higher_derivatives,
)
def softplus_higher_derivatives(run):
    return ()


if __name__ == "__main__":
    main(__file__)
