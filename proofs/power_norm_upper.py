"""‖Wⁿ‖ ≤ c rⁿ if W = S M S⁻¹ with ‖M‖ ≤ r and ‖S‖‖S⁻¹‖ ≤ c.

Idea: the inner factors S⁻¹S of the n-fold product cancel.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import powers


@claim(
    "‖Wⁿ‖ ≤ c rⁿ for W = S M S⁻¹ with ‖M‖ ≤ r and ‖S‖‖S⁻¹‖ ≤ c",
    title="Powers bounded by a similar matrix",
    derivation=powers.power_norm_upper,
    necessity=[
        Without("W = S M S⁻¹", {"W": [[2]], "S": [[1]], "M": [[1]], "r": 1, "c": 1, "n": 1}),
        Without("‖M‖ ≤ r", {"W": [[2]], "S": [[1]], "M": [[2]], "r": 1, "c": 1, "n": 1}),
        Without(
            "‖S‖ ‖S⁻¹‖ ≤ c",
            {"W": [[0, 2], [0, 0]], "S": [[2, 0], [0, 1]], "M": [[0, 1], [0, 0]]}
            | {"r": 1, "c": 1, "n": 1},
        ),
    ],
)
def power_norm_upper(run):
    return ()


if __name__ == "__main__":
    main(__file__)
