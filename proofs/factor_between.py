"""The norm of a product is convex in each factor: its greatest values are at extreme factors.

So for slopes in [α, β] the greatest norm of a product of n factors diag(e_k) W is at slopes that
are all α or β, since each entry of each e_k may be moved to one of its ends in turn. Idea: the
triangle inequality.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import slope_words

ONES = {"L": [[1]], "F": [[1]], "G": [[1]], "R": [[1]], "lambda": 0.5, "mu": 0.5, "c": 1}


@claim(
    "‖L (λF + μG) R‖ ≤ λ‖L F R‖ + μ‖L G R‖ for λ ≥ 0 and μ ≥ 0; and ‖L (λF + μG) R‖ ≤ c if "
    "‖L F R‖ ≤ c, ‖L G R‖ ≤ c and λ + μ = 1",
    title="A factor between two others",
    derivation=slope_words.factor_between,
    chapter="norms",
    necessity=[
        Without("‖L F R‖ ≤ c", ONES | {"F": [[3]]}),
        Without("‖L G R‖ ≤ c", ONES | {"G": [[3]]}),
        Without("λ + μ = 1", ONES | {"lambda": 2}),
        Without("λ ≥ 0", {"L": [[1]], "F": [[1]], "G": [[0]], "R": [[1]], "lambda": -1, "mu": 0}),
        Without("μ ≥ 0", {"L": [[1]], "F": [[0]], "G": [[1]], "R": [[1]], "lambda": 0, "mu": -1}),
    ],
)
def factor_between(run):
    return ()


if __name__ == "__main__":
    main(__file__)
