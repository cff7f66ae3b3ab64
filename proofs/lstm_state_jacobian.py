"""The state Jacobian of the LSTM, block by block.

The state is (h, c). With f, i, o the gates and g the proposed value,
∂c_k/∂c_{k−1} = diag(f_k), and the gates' dependence on h_{k−1} fills the other blocks. Idea: the
product rule for ⊙, the chain rule for each gate.
"""

from gradproof import Source, claim, main
from gradproof.symbolic.theorems import cells


@claim(
    "∂(h_k, c_k)/∂(h_{k−1}, c_{k−1}) of the LSTM c_k = f_k ⊙ c_{k−1} + i_k ⊙ g_k, "
    "h_k = o_k ⊙ tanh(c_k) is the block matrix of the theorem",
    title="State Jacobian of the LSTM",
    source=Source("GersSchmidhuberCummins2000", "Section 3, the forget gate"),
    derivation=lambda: cells.state_jacobian("lstm"),
)
def lstm_state_jacobian(run):
    return ()


if __name__ == "__main__":
    main(__file__)
