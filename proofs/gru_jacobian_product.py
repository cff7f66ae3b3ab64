"""∂h_T/∂h_t of the GRU is the product of its state Jacobians, the newest factor on the left."""

from gradproof import claim, main
from gradproof.symbolic.theorems import cells


@claim(
    "∂h_{t+n}/∂h_t of the GRU is the product of the state Jacobians of the steps t + 1, …, t + n, "
    "the newest factor on the left",
    title="Jacobian product of the GRU",
    derivation=lambda: cells.jacobian_product("gru"),
)
def gru_jacobian_product(run):
    return ()


if __name__ == "__main__":
    main(__file__)
