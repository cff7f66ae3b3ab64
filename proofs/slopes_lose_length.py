"""‖D_k W x‖² ≤ ‖x‖² − Σ (1 − dᵢ)(W x)ᵢ² for tanh and WᵀW = I, dᵢ the slopes of step k.

So a step of a tanh network with an orthogonal W keeps the length of x only where the slope is 1 for
every i with (W x)ᵢ ≠ 0. Idea: dᵢ² ≤ dᵢ for dᵢ in [0, 1], and ‖W x‖ = ‖x‖.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import orthogonal


@claim(
    "‖D W x‖² ≤ ‖x‖² − (W x)ᵀ(I − D) W x for real x, real W with WᵀW = I and D = diag(tanh′(z_k))",
    derivation=lambda: (orthogonal.slopes_lose_length(),),
    necessity=[Without("Wᵀ W = I", {"W": [[3]], "x": [1], "k": 1})],
)
def slopes_lose_length(run):
    return ()


if __name__ == "__main__":
    main(__file__)
