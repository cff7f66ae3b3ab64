"""δ_{k−1} = (D_k W)ᵀ δ_k, from δ_T = ∇ℓ(h_T) on: how backpropagation goes one step back.

Here δ_k = (∂h_T/∂h_k)ᵀ ∇ℓ(h_T) with T = k + n. Idea: h_T depends on h_{k−1} through h_k alone, and
∂h_k/∂h_{k−1} = D_k W.
"""

import numpy as np

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.network import ElmanNetwork, Trajectory, state_jacobian
from gradproof.gradients.products import jacobian_product
from gradproof.strategies import integer_trajectories
from gradproof.symbolic.theorems import backpropagation


def one_step_back_is_one_transposed_jacobian(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, run = drawn
    g = 2 * run.states[-1]
    # With entries up to 2, d ≤ 3, m ≤ 2 and T ≤ 3 the entries of the Jacobians stay below 2·10¹⁵.
    delta = g
    for k in range(run.steps, 0, -1):
        delta = state_jacobian(network, run, k).T @ delta
        at_once = jacobian_product(network, run, start=k - 1).to_array().T @ g
        close(delta, at_once, tolerance=0.0, because="integers below 2⁵³ are exact")
    computed = backpropagate(network, run, g).initial_state
    close(computed, np.asarray(delta), tolerance=0.0, because="integers below 2⁵³ are exact")


@claim(
    "(∂h_T/∂h_{k−1})ᵀ ∇ℓ(h_T) = (diag(φ′(z_k)) W)ᵀ (∂h_T/∂h_k)ᵀ ∇ℓ(h_T) for 1 ≤ k ≤ T, "
    "and (∂h_T/∂h_T)ᵀ ∇ℓ(h_T) = ∇ℓ(h_T)",
    title="Backward recursion of the gradient",
    source=Source("PascanuMikolovBengio2013", "Section 1.1, equation (5)"),
    derivation=backpropagation.backward_recursion,
    formal=["chain.loss_gradient", "chain.backward_recursion"],
)
def backward_recursion(run):
    yield sampled(one_step_back_is_one_transposed_jacobian, run, drawn=integer_trajectories())


if __name__ == "__main__":
    main(__file__)
