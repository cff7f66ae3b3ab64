"""A word of slopes, repeated n times, multiplies by the n-th power of its product A.

The columns e_k are any real ones with e_{k+p} = e_k, and A = diag(e_{t+p}) W ⋯ diag(e_{t+1}) W. So
ρ(A)ⁿ bounds the norm of the product over n words from below: ρ(A)^(1/p) is a lower bound of the
growth rate over all slopes. Idea: a product splits after its first p factors, and what comes after
them is the product over one word less.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import slope_words

ONES = {"W": [[1]], "A": [[1]], "e": [1], "p": 1}


@claim(
    "if e_{t+k+p} = e_{t+k} for all k ≥ 1, with a period p ≥ 1, then "
    "∏_{k=t+1}^{t+np} diag(e_k) W = Aⁿ and ρ(A)ⁿ ≤ ‖∏_{k=t+1}^{t+np} diag(e_k) W‖ for all n ≥ 0, "
    "with A = ∏_{k=t+1}^{t+p} diag(e_k) W",
    title="A word of slopes",
    derivation=slope_words.word_power,
    chapter="norms",
    necessity=[
        Without("e_{t+k+p} = e_{t+k} for all k", ONES | {"e_2": [0], "n": 2}),
        Without("A = …", ONES | {"A": [[2]], "n": 1}),
    ],
)
def word_power(run):
    return ()


if __name__ == "__main__":
    main(__file__)
