"""‖Wⁿ‖ ≤ c rⁿ if W = S M S⁻¹ with ‖M‖ ≤ r and ‖S‖‖S⁻¹‖ ≤ c.

Idea: the inner factors S⁻¹S of the n-fold product cancel.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems import powers


@claim(
    "‖Wⁿ‖ ≤ c rⁿ for W = S M S⁻¹ with ‖M‖ ≤ r and ‖S‖‖S⁻¹‖ ≤ c",
    derivation=powers.power_norm_upper,
)
def power_norm_upper(run):
    return ()


if __name__ == "__main__":
    main(__file__)
