"""A bound of the Jacobians of the GRU from the norms of its weights.

One step has a norm of at most r = Z + V (‖W_n‖ + ν‖W_r‖/4) + (H + 1)‖W_z‖/4, where Z, V, ν and H
bound the entries of z_k, 1 − z_k, W_n h_{k−1} + v_n and h_j. Idea: triangle inequality.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems import gated_bounds


@claim(
    "‖∂h_{t+n}/∂h_t‖ ≤ (Z + V (‖W_n‖ + ν‖W_r‖/4) + (H + 1)‖W_z‖/4)ⁿ for the GRU, where "
    "‖diag(z_k)‖ ≤ Z, ‖diag(1 − z_k)‖ ≤ V and ‖diag(W_n h_{k−1} + v_n)‖ ≤ ν for all k ≥ 1, and "
    "‖diag(h_j)‖ ≤ H for all j ≥ 0",
    derivation=gated_bounds.gru_norm_upper,
)
def gru_norm_upper(run):
    return ()


if __name__ == "__main__":
    main(__file__)
