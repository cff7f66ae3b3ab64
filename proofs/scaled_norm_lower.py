"""‖S W S⁻¹‖ ≥ ρ(diag(e) W) for every diagonal S and every e with ‖diag(e)‖ ≤ 1.

So no diagonal scaling proves decay where ρ(diag(e) W) ≥ 1 for some e, signs e included, although
slopes are never negative. Idea: S and diag(e) commute, and ρ(S A S⁻¹) = ρ(A).
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import scaled_bounds


@claim(
    "ρ(diag(e) W) ≤ ‖S W S⁻¹‖ for an invertible diagonal S and ‖diag(e)‖ ≤ 1",
    title="What a diagonal scaling can’t go below",
    derivation=lambda: (scaled_bounds.scaled_norm_lower(),),
    necessity=[
        Without("‖diag(e)‖ ≤ 1", {"e": [2], "W": [[1]], "S": [[1]], "s": [1]}),
        Without(
            "S = diag(s)",
            {
                "W": [["2/3", "-2/3"], ["2/3", "-2/3"]],
                "e": [1, -1],
                "S": [["3/4", "-1/4"], ["-1/4", "3/4"]],
                "s": [1, 1],
            },
        ),
    ],
)
def scaled_norm_lower(run):
    return ()


if __name__ == "__main__":
    main(__file__)
