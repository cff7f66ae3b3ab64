"""‖∂h_{t+n}/∂h_t‖ ≥ 1 + n(μ σ_min(W) − 1) where every slope tanh′(z_{k,i}) is at least μ.

So where μ σ_min(W) > 1 gradients grow without bound: ‖∂h_{t+n}/∂h_t‖ ≥ b from
n ≥ (b − 1)/(μ σ_min(W) − 1) on. Idea: product_norm_lower, and rⁿ ≥ 1 + n(r − 1) for r ≥ 0.
"""

import numpy as np

from gradproof import Without, at_most, claim, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.spectral.spectra import smallest_singular_value, spectral_norm
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import growth_bounds


def norm_is_above_a_line(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    W = network.recurrent_weight
    n, d = trajectory.steps, network.state_size
    norm = spectral_norm(jacobian_product(network, trajectory).to_array())
    mu = float(slopes(network, trajectory).min())
    line = 1 + n * (mu * smallest_singular_value(W) - 1)
    # An SVD is backward stable to p(d) u times the norm, p(d) ≤ 100 d²; for W that enters n times.
    # μ is a computed slope, off by a few u, and the line takes five operations on numbers ≤ n μ‖W‖.
    error = float(np.linalg.norm(jacobian_product_error_upper(network, trajectory)))
    relative = 100 * d**2 * 2.0**-53
    slack = error + relative * (norm + n * (mu * spectral_norm(W) + 1))
    at_most(line, norm, slack=slack, because="derived rounding bound")


@claim(
    "1 + n(μ σ_min(W) − 1) ≤ ‖∂h_{t+n}/∂h_t‖ where every slope tanh′(z_{k,i}) is at least μ ≥ 0, "
    "by 1 + n(r − 1) ≤ rⁿ for r ≥ 0 and n ≥ 0",
    title="Explosion bounded from below",
    derivation=growth_bounds.explosion_lower,
    necessity=[
        Without("μ ≤ σ_min(diag(tanh′(z_k))) for all k", {"mu": 2, "W": [[1]], "U": [[1]], "n": 1}),
    ],
    formal=["explosion.explosion_lower", "explosion.bernoulli"],
)
def explosion_lower(run):
    yield sampled(norm_is_above_a_line, run, drawn=trajectories())


if __name__ == "__main__":
    main(__file__)
