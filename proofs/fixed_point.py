"""At a fixed point ∂h_{t+n}/∂h_t is the n-th power of one matrix: its spectral radius decides.

h* = φ(W h* + U x + b) is reached at t, and the input is x ever after. Idea: the state stays, so
every factor of the product is D* W with D* = diag(φ′(W h* + U x + b)). For tanh with b = 0 and no
input, h = 0 is a fixed point and D* = I: there ρ(W) itself decides.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import NotKnownToNeed, Without, claim, close, main, sampled
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.strategies import recurrent_matrices
from gradproof.symbolic.theorems import periodic_orbits


def a_silent_network_multiplies_by_its_weights(W: np.ndarray, n: int) -> None:
    d = len(W)
    network = ElmanNetwork(W, np.eye(d), np.zeros(d))
    run = forward(network, np.zeros(d), np.zeros((n, d)))
    product = jacobian_product(network, run).to_array()
    # |computed Wⁿ − Wⁿ| ≤ γ_{nd} |W|ⁿ entry by entry, Higham (2002), Section 3.5.
    rounding = n * d * 2.0**-52 * np.linalg.matrix_power(np.abs(W), n)
    close(
        product,
        np.linalg.matrix_power(W, n),
        tolerance=jacobian_product_error_upper(network, run) + rounding,
        because="derived rounding bound",
    )


REST = {"phi": "tanh", "W": [[1]], "h^*": [0], "x": [0]}
LIMIT = "limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0"


@claim(
    "if h_t = h*, x_k = x for all k > t, and h* = φ(W h* + U x + b), then h_{t+n} = h* and "
    "∂h_{t+n}/∂h_t = (D* W)ⁿ for all n ≥ 0, with D* = diag(φ′(W h* + U x + b)); so "
    "ρ(D* W)ⁿ ≤ ‖∂h_{t+n}/∂h_t‖, and ∂h_{t+n}/∂h_t → 0 if ρ(D* W) < 1. For tanh, h_t = 0, b = 0 "
    "and x_k = 0 for all k > t: ∂h_{t+n}/∂h_t = Wⁿ",
    title="At a fixed point",
    derivation=periodic_orbits.fixed_point,
    uses=["state_jacobian", "powers_vanish", "power_norm_lower"],
    necessity=[
        # The state leaves 0 at once, and its slope falls.
        Without("h_t = h*", REST | {"h_0": [1], "n": 1}),
        Without("x_{t+k} = x for all k", REST | {"U": [[1]], "x_1": [1], "n": 1}),
        Without("h* = φ(U x + W h* + b)", REST | {"b": [1], "n": 2}),
        Without("ρ(diag(φ′(U x + W h* + b)) W) < 1", REST),
        Without("h_t = 0", {"W": [[1]], "h_0": [1], "n": 1}),
        Without("x_{t+k} = 0 for all k", {"W": [[1]], "U": [[1]], "x_1": [1], "n": 1}),
        Without("b = 0", {"W": [[1]], "b": [1], "n": 2}),
        # These counterexamples have irrational states, which aren't compared exactly.
        NotKnownToNeed(
            "h_t = h*", "not decided at h_t = 0, φ = 3 tanh, W = 1, h* = 3 tanh h* > 0", LIMIT
        ),
        NotKnownToNeed(
            "x_{t+k} = x for all k",
            "not decided at φ = tanh, W = 2, h_t = h* = tanh 2h* > 0, x = 0, inputs −2h*, 0, 0, …",
            LIMIT,
        ),
        NotKnownToNeed(
            "h* = φ(U x + W h* + b)",
            "not decided at φ = c sin, W = 1, h_t = h* = arcsin(π/c) with c = 16/5",
            LIMIT,
        ),
    ],
    formal=[
        "explosion.fixed_point_power",
        "explosion.fixed_point_lower",
        "explosion.fixed_point_decay",
        "explosion.tanh_at_rest",
    ],
)
def fixed_point(run):
    law = a_silent_network_multiplies_by_its_weights
    yield sampled(law, run, W=recurrent_matrices(), n=st.integers(1, 8))


if __name__ == "__main__":
    main(__file__)
