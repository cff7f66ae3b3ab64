"""∂ℓ(h_T)/∂W = Σ_{k=1}^{T} (D_k δ_k) h_{k−1}ᵀ with δ_k = (∂h_T/∂h_k)ᵀ ∇ℓ(h_T), D_k = diag(φ′(z_k)).

For every d, m, T and every differentiable ℓ; h_0 and the inputs are held fixed. Idea: by induction
∂h_T/∂W[V] = Σ (∂h_T/∂h_k) D_k V h_{k−1} for every direction V, and a matrix is known by its traces
against all V.
"""

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.exact_gradients import exact_gradient_of_squares
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.strategies import integer_trajectories
from gradproof.symbolic.theorems import backpropagation


def backpropagation_is_the_exact_gradient(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, run = drawn
    close(
        backpropagate(network, run, 2 * run.states[-1]).recurrent_weight,
        exact_gradient_of_squares(network, run, "recurrent_weight"),
        tolerance=0.0,
        because="integers below 2⁵³ are exact",
    )


@claim(
    "∂ℓ(h_T)/∂W = Σ_{k=1}^{T} diag(φ′(z_k)) (∂h_T/∂h_k)ᵀ ∇ℓ(h_T) h_{k−1}ᵀ "
    "for real W and differentiable φ and ℓ, h_0 and the inputs being held fixed",
    title="Gradient with respect to the recurrent weight",
    source=Source("PascanuMikolovBengio2013", "Section 1.1, equations (3)–(5)"),
    derivation=backpropagation.recurrent_weight_gradient,
    formal=["weights.recurrent_weight_gradient"],
)
def recurrent_weight_gradient(run):
    yield sampled(backpropagation_is_the_exact_gradient, run, drawn=integer_trajectories())


if __name__ == "__main__":
    main(__file__)
