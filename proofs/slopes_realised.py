"""Where U is onto, inputs give the network every pre-activation, and so every slope that φ′ takes.

With U R = I the input x_k = R (c_k − W h_{k−1} − b) makes z_k = c_k, whatever the state h_{k−1} is.
With e_k = φ′(c_k) the Jacobian is ∏ diag(e_k) W. For tanh every e_k with entries in (0, 1] is
φ′(c_k) of some c_k: tanh_derivative_range gives it entry by entry. R exists where U has full row
rank. Idea: W h + U R (c − W h − b) + b = c.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import NotKnownToNeed, Without, claim, close, main, sampled
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.strategies import recurrent_matrices
from gradproof.symbolic.theorems import realised_slopes


def inputs_realise_zero(W: np.ndarray, drawn: tuple[int, ...], n: int) -> None:
    d = len(W)
    b, state = np.resize(drawn, (2, d)) / 4
    # c = 0 and U = I: h_k = 0 from the first step on, and the inputs are exact but for W h_0.
    inputs = np.tile(-b, (n, 1))
    inputs[0] -= W @ state
    network = ElmanNetwork(W, np.eye(d), b)
    run = forward(network, state, inputs)
    product = jacobian_product(network, run).to_array()
    power = np.linalg.matrix_power(W, n)
    # z_1 is off by γ_{d+2}(|W||h_0| + |b|), and so are h_1 and, times |W|ᵏ, z_{k+1}; a slope is
    # 1 − z² + …, off by the square of that. γ_k ≤ 2ku, Higham (2002), Section 3.1.
    scale = np.abs(W).sum() * np.abs(state).sum() + np.abs(b).sum()
    off = (d + 2) * 2.0**-52 * scale * (1 + np.abs(W).sum()) ** n
    rounding = n * d * 2.0**-52 + n * off**2 * 2
    close(
        product,
        power,
        tolerance=jacobian_product_error_upper(network, run)
        + rounding * np.linalg.matrix_power(np.abs(W), n),
        because="derived rounding bound",
    )


# c = 0 for ever: tanh′(0) = 1, and the state rests at 0.
REST = {"phi": "tanh", "W": [[1]], "U": [[1]], "R": [[1]], "c": [0], "e": [1], "n": 1}

WITHOUT_INPUT = REST | {"phi": "arctan", "U": [[0]], "c": [1], "e": [0.5], "x": [1]}


@claim(
    "if U R = I and x_k = R (c_k − W h_{k−1} − b) for all k > t, then z_k = c_k for all k > t; and "
    "if φ′(c_k) = e_k for all k > t, ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} diag(e_k) W for all n ≥ 0",
    title="Slopes that inputs realise",
    derivation=lambda activation="phi": realised_slopes.slopes_realised(activation),
    uses=["tanh_derivative_range"],
    necessity=[
        # The input 1 has no effect: the state rests at 0, where the slope is 1; arctan′(1) = 1/2.
        Without("U R = I", WITHOUT_INPUT),
        NotKnownToNeed(
            "U R = I",
            "not decided, as nothing is said of the states here; the Jacobian needs it",
            "z_{t+j+1} = c_{t+j+1}",
        ),
        Without("x_{t+j+1} = R (c_{t+j+1} − W h_{t+j} − b) for all j", REST | {"x": [1]}),
        Without("φ′(c_{t+j+1}) = e_{t+j+1} for all j", REST | {"e": [2]}),
    ],
    formal=["realisation.inputs_realise"],
)
def slopes_realised(run):
    yield sampled(
        inputs_realise_zero,
        run,
        W=recurrent_matrices(),
        drawn=st.tuples(*[st.integers(-4, 4)] * 8),
        n=st.integers(1, 6),
    )


if __name__ == "__main__":
    main(__file__)
