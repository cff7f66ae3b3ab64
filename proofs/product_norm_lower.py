"""(μ σ_min(W))^(T−t) ≤ σ_min(∂h_T/∂h_t) where every slope tanh′(z_{k,i}) is at least μ.

So μ σ_min(W) > 1 guarantees that gradients explode, in every direction. Idea: σ_min of a product is
at least the product of the σ_min, and σ_min(diag(a)) = min |aᵢ|.
"""

import numpy as np

from gradproof import Without, at_most, claim, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.spectral.spectra import smallest_singular_value, spectral_norm
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import bounds


def smallest_singular_value_is_at_least_the_power(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    W = network.recurrent_weight
    n, d = trajectory.steps, network.state_size
    product = jacobian_product(network, trajectory).to_array()
    mu = float(slopes(network, trajectory).min())
    bound = (mu * smallest_singular_value(W)) ** n
    # Singular values move by at most the norm of the perturbation (Weyl). An SVD is backward stable
    # to p(d) u times the norm, p(d) ≤ 100 d²; for W that enters n times.
    error = np.linalg.norm(jacobian_product_error_upper(network, trajectory))
    relative = 100 * d**2 * (n + 1) * 2.0**-53
    of_weights = n * relative * spectral_norm(W) * max(bound, 2.0**-1000) ** ((n - 1) / n)
    slack = float(error) + relative * spectral_norm(product) + of_weights
    at_most(bound, smallest_singular_value(product), slack=slack, because="derived rounding bound")


@claim(
    "(μ σ_min(W))ⁿ ≤ σ_min(∂h_{t+n}/∂h_t) ≤ ‖∂h_{t+n}/∂h_t‖ "
    "where every slope tanh′(z_{k,i}) is at least μ ≥ 0",
    title="Lower bound of the Jacobian product",
    derivation=bounds.product_norm_lower,
    necessity=[
        Without("μ ≤ σ_min(diag(tanh′(z_k))) for all k", {"mu": 2, "W": [[1]], "n": 1}),
        Without("μ ≥ 0", {"mu": -3, "W": [[1]], "n": 2}),
    ],
    formal=["explosion.singular_value_lower"],
)
def product_norm_lower(run):
    yield sampled(smallest_singular_value_is_at_least_the_power, run, drawn=trajectories())


if __name__ == "__main__":
    main(__file__)
