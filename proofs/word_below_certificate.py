"""What a word of slopes proves from below never exceeds what a sector proves from above.

If every entry of e_k is in [α, β], a certificate of sector_of_slopes with the rate r^(1/p) gives
ρ(A) ≤ r for the product A of a word of p slopes: ρ(A)^(1/p) is at most its rate. Idea: Gelfand's
formula, along the word repeated for ever.
"""

from gradproof import NotKnownToNeed, Without, claim, main
from gradproof.symbolic.theorems import slope_words

ONES = {"d": 1, "W": [[1]], "X": [[1]], "s": [1], "e": [1], "alpha": 0, "beta": 1}
ONES |= {"r": 1, "mu": 1, "A": [[1]], "p": 1}


@claim(
    "if A = ∏_{k=t+1}^{t+p} diag(e_k) W, e_{t+k+p} = e_{t+k} for all k ≥ 1, the entries of e_k are "
    "in [α, β], and the matrix inequality of sector_of_slopes holds with r^(1/p) in place of r, "
    "then ρ(A) ≤ r",
    title="Lower bounds by words, upper bounds by a sector",
    derivation=lambda: (slope_words.word_below_certificate(),),
    chapter="norms",
    necessity=[
        Without("0 ≤ …", ONES | {"r": 0.5}),
        Without(
            "‖(−α/2 − β/2) I + diag(e_k)‖ ≤ β/2 − α/2 for all k", ONES | {"e": [2], "A": [[2]]}
        ),
        Without("μ ‖w‖² ≤ wᵀ X w for all real w", ONES | {"X": [[0]], "s": [0], "r": 0.5}),
        Without("A = …", ONES | {"A": [[2]]}),
        NotKnownToNeed(
            "e_{t+k+p} = e_{t+k} for all k",
            "the word alone counts: slopes after it may be replaced by its repetition",
        ),
    ],
)
def word_below_certificate(run):
    return ()


if __name__ == "__main__":
    main(__file__)
