"""With WᵀW = I and the identity as activation, ΦᵀΦ = I and ‖Φ v‖ = ‖v‖ for Φ = ∂h_{t+n}/∂h_t.

So such a recurrence neither shrinks nor enlarges a gradient, over any number of steps. Idea: every
slope is 1, so Φ is a product of matrices W, and WᵀW = I is used once for each.
"""

from gradproof import NotKnownToNeed, Without, claim, main
from gradproof.symbolic.theorems import orthogonal


@claim(
    "ΦᵀΦ = I and ‖Φ v‖ = ‖v‖ for real v, Φ = ∂h_{t+n}/∂h_t, φ the identity and WᵀW = I",
    title="Linear recurrence with an orthogonal matrix",
    derivation=orthogonal.orthogonal_linear_recurrence,
    necessity=[
        Without("Wᵀ W = I", {"W": [[3]], "n": 1, "v": [1]}),
        NotKnownToNeed(
            "v is real", "the proof compares real inner products; the complex case is not examined"
        ),
    ],
)
def orthogonal_linear_recurrence(run):
    return ()


if __name__ == "__main__":
    main(__file__)
