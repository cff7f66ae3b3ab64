"""The state Jacobian of the GRU in PyTorch's convention, where the reset gate acts after W_n.

h_k = (1 − z_k) ⊙ n_k + z_k ⊙ h_{k−1}, so diag(z_k) is the direct path.
"""

from gradproof import Source, claim, main
from gradproof.symbolic.theorems import cells


@claim(
    "∂h_k/∂h_{k−1} of the GRU h_k = (1 − z_k) ⊙ n_k + z_k ⊙ h_{k−1} with "
    "n_k = tanh(U_n x_k + b_n + r_k ⊙ (W_n h_{k−1} + v_n)) is diag(z_k) and the paths through the "
    "gates and n",
    title="State Jacobian of the GRU",
    source=Source("ChoEtAl2014", "Section 2.3; the reset gate acts after W_n, as in PyTorch"),
    derivation=lambda: cells.state_jacobian("gru"),
)
def gru_state_jacobian(run):
    return ()


if __name__ == "__main__":
    main(__file__)
