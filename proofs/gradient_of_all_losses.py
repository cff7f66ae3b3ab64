"""With a loss at every step, ∂(Σ_k ℓ_k(h_k))/∂W = Σ_k ∂ℓ_k(h_k)/∂W; likewise for U and b.

Each term is the gradient of a loss on one state (recurrent_weight_gradient, input_weight_gradient,
bias_gradient). One pass back gives the whole: δ_{k−1} = (D_k W)ᵀ δ_k + ∇ℓ_{k−1}(h_{k−1}).
"""

import numpy as np

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.exact_gradients import exact_gradient_of_squares
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.strategies import integer_trajectories
from gradproof.symbolic.theorems import backpropagation


def integers(array: np.ndarray) -> np.ndarray:
    """Return integers of any size in place of the float64 ones."""
    return array.astype(np.int64).astype(object)


def one_pass_back_gives_the_sum(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, run = drawn
    W, h, slope = map(integers, (network.recurrent_weight, run.states, slopes(network, run)))
    found, expected = (integers(np.zeros(W.shape)) for _ in range(2))
    delta = integers(np.zeros(network.state_size))
    for k in range(run.steps, 0, -1):
        at_preactivation = slope[k - 1] * (delta + 2 * h[k])
        found += np.outer(at_preactivation, h[k - 1])
        delta = at_preactivation @ W
        until = Trajectory(run.inputs[:k], run.preactivations[:k], run.states[: k + 1])
        expected += integers(exact_gradient_of_squares(network, until, "recurrent_weight"))
    difference = (found - expected).astype(float)
    close(difference, np.zeros(W.shape), tolerance=0.0, because="integers are exact")


@claim(
    "∂(Σ_{k=1}^{T} ℓ_k(h_k))/∂P = Σ_{k=1}^{T} ∂ℓ_k(h_k)/∂P for P = W, U, b, P real and φ and all "
    "ℓ_k differentiable",
    title="Gradient of a sum of losses",
    source=Source("PascanuMikolovBengio2013", "Section 1.1, equation (3)"),
    derivation=lambda: tuple(map(backpropagation.gradient_of_all_losses, "WUb")),
    uses=["recurrent_weight_gradient", "input_weight_gradient", "bias_gradient"],
)
def gradient_of_all_losses(run):
    yield sampled(one_pass_back_gives_the_sum, run, drawn=integer_trajectories())


if __name__ == "__main__":
    main(__file__)
