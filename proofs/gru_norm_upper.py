"""A bound of the Jacobians of the GRU from the norms of its weights.

One step has a norm of at most r = Z + V (‖W_n‖ + ν‖W_r‖/4) + (H + 1)‖W_z‖/4, where Z, V, ν and H
bound the entries of z_k, 1 − z_k, W_n h_{k−1} + v_n and h_j. Idea: triangle inequality.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import gated_bounds

AT_REST = {"W_z": [[0]], "n": 1, "H": 1, "Z": 0.5, "V": 0.5, "nu": 1}


@claim(
    "‖∂h_{t+n}/∂h_t‖ ≤ (Z + V (‖W_n‖ + ν‖W_r‖/4) + (H + 1)‖W_z‖/4)ⁿ for the GRU, where "
    "‖diag(z_k)‖ ≤ Z, ‖diag(1 − z_k)‖ ≤ V and ‖diag(W_n h_{k−1} + v_n)‖ ≤ ν for all k ≥ 1, and "
    "‖diag(h_j)‖ ≤ H for all j ≥ 0",
    title="Norm bound of the GRU",
    derivation=gated_bounds.gru_norm_upper,
    necessity=[
        # n_k = 0 at every step, so h_k = 0, and both gates are 1/2.
        Without("‖diag(z_k)‖ ≤ Z for all k", AT_REST | {"Z": 0.25}),
        Without("‖diag(1 − z_k)‖ ≤ V for all k", AT_REST | {"W_n": [[1]], "V": 0.125}),
        Without(
            "‖diag(W_n h_{k−1} + v_n)‖ ≤ ν for all k",
            AT_REST | {"W_r": [[1]], "v_n": [8], "b_n": [-4], "nu": 1},
        ),
        # z_1 = 1/2 moves with h_0 = 8: ∂h_1/∂h_0 = 1/2 + 8/4.
        Without(
            "‖diag(h_j)‖ ≤ H for all j",
            {"W_z": [[1]], "b_z": [-8], "h_0": [8], "n": 1, "H": 1, "Z": 1, "V": 1, "nu": 1},
        ),
    ],
)
def gru_norm_upper(run):
    return ()


if __name__ == "__main__":
    main(__file__)
