"""Truncated backpropagation: n steps back from h_{t+n} is the exact gradient with h_t held fixed.

It leaves out what the parameters did to h_t, and nothing else. Idea: the induction of
recurrent_weight_gradient, begun at h_t.
"""

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.exact_gradients import exact_gradient_of_squares
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.strategies import integer_trajectories
from gradproof.symbolic.theorems.backpropagation import (
    bias_gradient,
    input_weight_gradient,
    recurrent_weight_gradient,
)
from gradproof.symbolic.theorems.recurrence import T_START

GRADIENTS = (recurrent_weight_gradient, input_weight_gradient, bias_gradient)
PARAMETERS = ("recurrent_weight", "input_weight", "bias")


def a_later_part_of_a_run_is_a_run(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, run = drawn
    for t in range(run.steps):
        later = Trajectory(run.inputs[t:], run.preactivations[t:], run.states[t:])
        truncated = backpropagate(network, later, 2 * run.states[-1])
        for parameter in PARAMETERS:
            close(
                getattr(truncated, parameter),
                exact_gradient_of_squares(network, later, parameter),
                tolerance=0.0,
                because="integers below 2⁵³ are exact",
            )


@claim(
    "With h_t held fixed: ∂ℓ(h_{t+n})/∂W = Σ_{k=t+1}^{t+n} D_k δ_k h_{k−1}ᵀ, "
    "∂ℓ(h_{t+n})/∂U = Σ D_k δ_k x_kᵀ, ∂ℓ(h_{t+n})/∂b = Σ D_k δ_k, where "
    "δ_k = (∂h_{t+n}/∂h_k)ᵀ ∇ℓ(h_{t+n}), D_k = diag(φ′(z_k)), for real parameters and "
    "differentiable φ and ℓ",
    source=Source("PascanuMikolovBengio2013", "Section 1.1, equations (3)–(5)"),
    derivation=lambda: tuple(gradient(T_START) for gradient in GRADIENTS),
)
def truncated_backpropagation(run):
    yield sampled(a_later_part_of_a_run_is_a_run, run, drawn=integer_trajectories())


if __name__ == "__main__":
    main(__file__)
