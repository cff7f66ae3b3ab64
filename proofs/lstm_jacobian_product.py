"""∂(h_T, c_T)/∂(h_t, c_t) of the LSTM is the product of its state Jacobians, newest on the left.

Idea: induction; the chain rule goes through the whole state (h, c), not through c alone.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems import cells


@claim(
    "∂(h_{t+n}, c_{t+n})/∂(h_t, c_t) of the LSTM is the product of the state Jacobians of steps "
    "t + 1, …, t + n, the newest factor on the left",
    title="Jacobian product of the LSTM",
    derivation=lambda: cells.jacobian_product("lstm"),
)
def lstm_jacobian_product(run):
    return ()


if __name__ == "__main__":
    main(__file__)
