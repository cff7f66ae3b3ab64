"""|elu_α″| < α and |elu_α‴| < α for z < 0; both are 0 for z > 0.

Idea: both are α e^z for z < 0, which takes every value in (0, α).
"""

from gradproof import claim, main
from gradproof.symbolic.theorems.activations import joined


@claim(
    "|elu_α″(z)| < α and |elu_α‴(z)| < α for z < 0 and every α > 0",
    title="Higher derivatives of scaled ELU",
    derivation=joined.scaled_elu_higher_derivatives,
)
def scaled_elu_higher_derivatives(run):
    return ()


if __name__ == "__main__":
    main(__file__)
