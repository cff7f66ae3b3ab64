"""∂h_T/∂W[V] = Σ_{k=1}^{T} (∂h_T/∂h_k) ∂⁺h_k/∂W[V]: what stands last is the IMMEDIATE derivative.

[V] is the derivative in the direction V, with h_0 held fixed on the left and h_{k−1} held fixed on
the right (immediate_differential). The same for U and b. Idea: induction on T; W acts on h_{T+1} in
the last step, and through h_T. With total derivatives in the last place the formula is false
(total_derivatives_add_up).
"""

import numpy as np

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.exact_gradients import exact_gradient_of_squares
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.gradients.products import jacobian_product
from gradproof.strategies import integer_trajectories
from gradproof.symbolic.theorems import backpropagation


def immediate_derivatives_add_up(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, run = drawn
    g = 2 * run.states[-1]
    found = np.zeros_like(network.recurrent_weight)
    for k in range(1, run.steps + 1):
        row = g @ jacobian_product(network, run, start=k).to_array()
        for i, j in np.ndindex(*found.shape):
            direction = np.zeros_like(found)
            direction[i, j] = 1.0
            immediate = slopes(network, run)[k - 1] * (direction @ run.states[k - 1])
            found[i, j] += row @ immediate
    exact = exact_gradient_of_squares(network, run, "recurrent_weight")
    close(found, exact, tolerance=0.0, because="integers below 2⁵³ are exact")


@claim(
    "∂h_T/∂P[V] = Σ_{k=1}^{T} (∂h_T/∂h_k) ∂⁺h_k/∂P[V] for each of the parameters P = W, U, b and "
    "every direction V, P and V real and φ differentiable; h_0 is held fixed on the left, h_{k−1} "
    "on the right",
    source=Source("PascanuMikolovBengio2013", "Section 1.1, equation (4)"),
    derivation=lambda: tuple(map(backpropagation.total_differential, "WUb")),
    formal=[
        "weights.recurrent_weight_derivative",
        "weights.input_weight_derivative",
        "weights.bias_derivative",
        "weights.immediate_recurrent_weight_derivative",
        "weights.immediate_input_weight_derivative",
        "weights.immediate_bias_derivative",
        "chain.state_derivative",
    ],
)
def total_differential(run):
    yield sampled(immediate_derivatives_add_up, run, drawn=integer_trajectories())


if __name__ == "__main__":
    main(__file__)
