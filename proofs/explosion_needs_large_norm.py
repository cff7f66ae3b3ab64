"""If ‖∂h_T/∂h_t‖ > 1 for some T, or is unbounded as T grows, then γ‖W‖ > 1, where |φ′| ≤ γ.

Necessary only: gradients may vanish with γ‖W‖ > 1. Idea: product_norm_upper read backwards.
"""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from gradproof import Source, Without, at_most, claim, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.spectral.spectra import spectral_norm
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import bounds


def no_gradient_grows_without_a_large_norm(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    n, d = trajectory.steps, network.state_size
    product = spectral_norm(jacobian_product(network, trajectory).to_array())
    error = np.linalg.norm(jacobian_product_error_upper(network, trajectory))
    # W is drawn with ‖W‖ ≤ 1 but for rounding, which is within (d + 2)² u; n of these in ‖W‖ⁿ. The
    # SVD of the product is off by p(d) u, Higham (2002). 100 d² covers (d + 2)² and a modest p(d).
    slack = float(error) + 100 * d**2 * (n + 1) * 2.0**-53
    at_most(product, 1.0, slack=slack, because="derived rounding bound")


@claim(
    "if γ‖W‖ ≤ 1 then ‖∂h_{t+n}/∂h_t‖ ≤ 1 for all n, and → 0 if γ‖W‖ < 1, where |φ′| ≤ γ; "
    "so gradients explode only where γ‖W‖ > 1",
    title="Explosion needs a large norm",
    source=Source("PascanuMikolovBengio2013", "Section 2.1"),
    derivation=bounds.explosion_needs_large_norm,
    necessity=[
        Without("|φ′(z)| ≤ γ for all z", {"phi": (2, "identity"), "gamma": 1, "W": [[1]], "n": 1}),
        Without("|φ′(z)| ≤ γ for all z", {"phi": "identity", "gamma": Fraction(1, 2), "W": [[1]]}),
        Without("γ ‖W‖ ≤ 1", {"phi": "identity", "gamma": 1, "W": [[2]], "n": 1}),
        Without("γ ‖W‖ < 1", {"phi": "identity", "gamma": 1, "W": [[1]]}),
    ],
    formal=["bounds.explosion_needs_large_norm"],
)
def explosion_needs_large_norm(run):
    norms = st.sampled_from([1.0, 0.5, 0.9])
    yield sampled(
        no_gradient_grows_without_a_large_norm, run, drawn=trajectories(spectral_norm=norms)
    )


if __name__ == "__main__":
    main(__file__)
