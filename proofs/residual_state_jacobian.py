"""∂h_k/∂h_{k−1} = I + diag(φ′(z_k)) W for the residual recurrence h_k = h_{k−1} + φ(z_k)."""

from gradproof import claim, main
from gradproof.symbolic.theorems import cells


@claim(
    "∂h_k/∂h_{k−1} = I + diag(tanh′(z_k)) W for h_k = h_{k−1} + tanh(z_k)",
    title="State Jacobian of the residual recurrence",
    derivation=lambda activation="tanh": cells.state_jacobian("residual", activation),
)
def residual_state_jacobian(run):
    return ()


if __name__ == "__main__":
    main(__file__)
