"""What a vector loses of its length through the slopes, step by step, where WᵀW = I.

‖Φ_n v‖² = ‖v‖² − Σ_k Σᵢ (1 − φ′(z_k)ᵢ²)(W Φ_{k−1} v)ᵢ² for Φ_k = ∂h_k/∂h_t. For tanh every term is
≥ 0, so the length is kept if and only if the slope is 1 wherever an entry of W Φ_{k−1} v isn't 0.
Idea: ‖W x‖ = ‖x‖ and ‖D y‖² = ‖y‖² − yᵀ(I − D²)y.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import orthogonal


@claim(
    "‖Φ_{t+n} v‖² + Σ_{k=t+1}^{t+n} (W Φ_{k−1} v)ᵀ (I − D_k²) W Φ_{k−1} v = ‖v‖² for "
    "Φ_k = ∂h_k/∂h_t, D_k = diag(φ′(z_k)), real v and real W with WᵀW = I; for tanh "
    "yᵀ D_k² y ≤ ‖y‖² for every real y, so no term of the sum is negative",
    title="Length balance of an orthogonal recurrent matrix",
    derivation=lambda: (orthogonal.length_balance(), orthogonal.tanh_gains_no_length()),
    necessity=[
        Without("Wᵀ W = I", {"phi": "identity", "W": [[3]], "v": [1], "n": 1}),
    ],
)
def length_balance(run):
    return ()


if __name__ == "__main__":
    main(__file__)
