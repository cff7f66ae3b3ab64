"""∂⁺h_k/∂W[V] = D_k V h_{k−1}, ∂⁺h_k/∂U[V] = D_k V x_k, ∂⁺h_k/∂b[V] = D_k V, D_k = diag(φ′(z_k)).

The immediate derivative in the direction V: what a parameter does in step k alone, h_{k−1} being
held fixed. Idea: the product rule, in which h_{k−1} is a constant.
"""

import numpy as np

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.exact_gradients import exact_gradient_of_squares
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.strategies import integer_trajectories
from gradproof.symbolic.theorems import backpropagation


def the_last_step_alone_is_a_run_of_one_step(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, run = drawn
    last = Trajectory(run.inputs[-1:], run.preactivations[-1:], run.states[-2:])
    # Against the loss Σ h_i² the immediate derivative in the direction V is (2 h)ᵀ D V h_{k−1}.
    at_preactivation = 2 * run.states[-1] * slopes(network, run)[-1]
    for parameter, expected in (
        ("recurrent_weight", np.outer(at_preactivation, run.states[-2])),
        ("input_weight", np.outer(at_preactivation, run.inputs[-1])),
        ("bias", at_preactivation),
    ):
        close(
            expected,
            exact_gradient_of_squares(network, last, parameter),
            tolerance=0.0,
            because="integers below 2⁵³ are exact",
        )


@claim(
    "The immediate derivatives of h_k in the direction V, in which h_{k−1} is held fixed, are "
    "D_k V h_{k−1} for W, D_k V x_k for U, and D_k V for b, with D_k = diag(φ′(z_k)); "
    "for real parameters and directions and differentiable φ",
    title="Immediate differentials",
    source=Source("PascanuMikolovBengio2013", "Section 1.1: the immediate partial derivative"),
    chapter="chain",
    derivation=lambda: tuple(map(backpropagation.immediate_differential, "WUb")),
    formal=[
        "weights.immediate_recurrent_weight_derivative",
        "weights.immediate_input_weight_derivative",
        "weights.immediate_bias_derivative",
    ],
)
def immediate_differential(run):
    yield sampled(the_last_step_alone_is_a_run_of_one_step, run, drawn=integer_trajectories())


if __name__ == "__main__":
    main(__file__)
