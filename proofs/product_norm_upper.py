"""‖∂h_T/∂h_t‖ ≤ (γ‖W‖)^(T−t) where |φ′| ≤ γ; for tanh γ = 1, for the logistic function 1/4.

So γ‖W‖ < 1 makes gradients vanish at least geometrically, whatever the inputs. Sufficient only:
gradients may vanish with ‖W‖ > 1. Idea: the norm is submultiplicative, and ‖diag(a)‖ = max |aᵢ|.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Source, Without, at_most, claim, main, sampled
from gradproof.gradients.activations import LOGISTIC
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.spectral.spectra import spectral_norm
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import bounds


def product_norm_is_at_most_the_power(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    product = jacobian_product(network, trajectory)
    W, gamma = network.recurrent_weight, network.activation.slope_upper
    # An SVD is backward stable: its norm is off by p(d) u relative, Higham (2002), with a modest
    # p(d) that 100 d² covers; n factors of ‖W‖ carry n of these.
    n, d = trajectory.steps, network.state_size
    bound = (gamma * spectral_norm(W)) ** n
    error = np.linalg.norm(jacobian_product_error_upper(network, trajectory))
    slack = float(error) + 100 * d**2 * (n + 1) * 2.0**-53 * bound + 2.0**-1000
    at_most(spectral_norm(product.to_array()), bound, slack=slack, because="derived rounding bound")


@claim(
    "‖∂h_{t+n}/∂h_t‖ ≤ (γ‖W‖)ⁿ for every activation with |φ′| ≤ γ; for tanh γ = 1, for the "
    "logistic function γ = 1/4",
    title="Upper bound of the Jacobian product",
    source=Source("PascanuMikolovBengio2013", "Section 2.1"),
    derivation=lambda activation=None: tuple(
        map(bounds.product_norm_upper, [activation] if activation else ["phi", "tanh", "logistic"])
    ),
    necessity=[
        Without("|φ′(z)| ≤ γ for all z", {"phi": (2, "identity"), "gamma": 1, "W": [[1]], "n": 1}),
    ],
    formal=[
        "bounds.product_norm_upper",
        "activations.tanh_slope_bound",
        "logistic.logistic_slope_bound",
    ],
)
def product_norm_upper(run):
    drawn = st.one_of(trajectories(), trajectories(activation=LOGISTIC))
    yield sampled(product_norm_is_at_most_the_power, run, drawn=drawn)


if __name__ == "__main__":
    main(__file__)
