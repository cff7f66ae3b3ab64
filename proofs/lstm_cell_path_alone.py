"""∂c_T/∂c_t = diag(f_T) ⋯ diag(f_{t+1}), if no gate of c looks at h.

Idea: then ∂c_k/∂h_{k−1} = 0, and nothing but the direct path is left. In the LSTM as it is used
W_f, W_i and W_g aren't 0, and the product of the forget gates isn't the gradient.
"""

from gradproof import NotKnownToNeed, claim, main
from gradproof.symbolic.theorems import highway

# With h_k = o_k ⊙ tanh(c_k) each weight alone makes c_2 depend on c_0 through h_1.
UNDEFINED = "the statement doesn't define h_k, through which c_{k+1} would depend on c_k"


@claim(
    "∂c_{t+n}/∂c_t = diag(f_{t+n}) ⋯ diag(f_{t+1}) for the LSTM with W_f = W_i = W_g = 0",
    title="The cell path of the LSTM alone",
    derivation=lambda: (highway.lstm_cell_path_alone(),),
    necessity=[NotKnownToNeed(f"{weight} = 0", UNDEFINED) for weight in ("W_f", "W_i", "W_g")],
)
def lstm_cell_path_alone(run):
    return ()


if __name__ == "__main__":
    main(__file__)
