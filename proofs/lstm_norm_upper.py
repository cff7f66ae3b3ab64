"""A bound of the Jacobians of the LSTM from the norms of its weights.

With β = κ‖W_f‖/4 + ‖W_i‖/4 + ‖W_g‖, one step has a norm of at most
r = ((‖W_o‖/4 + β)² + β² + 2F²)^(1/2), where κ bounds |c| and F the forget gate. Idea: triangle
inequality in each block, then the norm of the blocks' norms. r < 1 makes gradients vanish.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import gated_bounds

AT_REST = {"W_f": [[0]], "n": 1}
LARGE_CELL_STATE = {"W_f": [[1]], "c_0": [8], "F": 1, "n": 1}


@claim(
    "‖∂(h_{t+n}, c_{t+n})/∂(h_t, c_t)‖ ≤ rⁿ for the LSTM, r² = (‖W_o‖/4 + β)² + β² + 2F² with "
    "β = κ‖W_f‖/4 + ‖W_i‖/4 + ‖W_g‖, where ‖diag(c_j)‖ ≤ κ for all j and ‖diag(f_k)‖ ≤ F for all k",
    title="Norm bound of the LSTM",
    derivation=gated_bounds.lstm_norm_upper,
    necessity=[
        Without("‖diag(c_j)‖ ≤ κ for all j", LARGE_CELL_STATE | {"kappa": 0.125}),
        Without("‖diag(f_k)‖ ≤ F for all k", AT_REST | {"kappa": 1, "F": 0.25}),
    ],
)
def lstm_norm_upper(run):
    return ()


if __name__ == "__main__":
    main(__file__)
