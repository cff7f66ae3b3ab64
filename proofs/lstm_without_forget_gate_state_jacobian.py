"""The state Jacobian of the LSTM of 1997, which has no forget gate: ∂c_k/∂c_{k−1} = I."""

from gradproof import Source, claim, main
from gradproof.symbolic.theorems import cells


@claim(
    "∂(h_k, c_k)/∂(h_{k−1}, c_{k−1}) of the LSTM without forget gate, c_k = c_{k−1} + i_k ⊙ g_k, "
    "h_k = o_k ⊙ tanh(c_k), is the block matrix of the theorem",
    title="State Jacobian of the LSTM without forget gate",
    source=Source("HochreiterSchmidhuber1997", "Sections 3.2 and 4, the constant error carrousel"),
    derivation=lambda: cells.state_jacobian("lstm_without_forget_gate"),
)
def lstm_without_forget_gate_state_jacobian(run):
    return ()


if __name__ == "__main__":
    main(__file__)
