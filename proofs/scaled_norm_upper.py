"""‖S Φ S⁻¹‖ ≤ (γ‖S W S⁻¹‖)ⁿ for a diagonal S and |φ′| ≤ γ, where Φ = ∂h_{t+n}/∂h_t.

So ‖Φ‖ ≤ ‖S‖‖S⁻¹‖ (γ‖S W S⁻¹‖)ⁿ: one S with γ‖S W S⁻¹‖ < 1 makes gradients vanish, also where
γ‖W‖ > 1. Idea: diagonal matrices commute, so S passes each D_k. With P = SᵀS, ‖S‖‖S⁻¹‖ = √cond(P).
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Without, at_most, claim, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory, forward
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.hypotheses.witnesses import SCALING_NOT_DIAGONAL
from gradproof.spectral.spectra import spectral_norm
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import scaled_bounds


def scaled_norms_are_bounded(
    drawn: tuple[ElmanNetwork, Trajectory], exponents: tuple[int, ...]
) -> None:
    given, run = drawn
    n, d = run.steps, given.state_size
    s = 2.0 ** np.resize(exponents, d)
    scaling = s[:, np.newaxis] / s  # S A S⁻¹ has the entries s_i a_ij / s_j: powers of 2 are exact
    # The weights drawn are those of S W S⁻¹, so that W itself is of large norm, where it matters.
    W = given.recurrent_weight / scaling
    network = ElmanNetwork(W, given.input_weight, given.bias, given.activation)
    trajectory = forward(network, run.initial_state, run.inputs)
    rate = spectral_norm(scaling * W)
    product = jacobian_product(network, trajectory).to_array()
    error = jacobian_product_error_upper(network, trajectory)
    # An SVD is backward stable: its norm is off by p(d) u relative, Higham (2002), with a modest
    # p(d) that 100 d² covers; n factors of the rate carry n of these, the left side one.
    relative = 100 * d**2 * (n + 1) * 2.0**-53
    because = "derived rounding bound"
    slack = float(np.linalg.norm(scaling * error)) + relative * rate**n + 2.0**-1000
    at_most(spectral_norm(scaling * product), rate**n, slack=slack, because=because)
    bound = s.max() / s.min() * rate**n
    slack = float(np.linalg.norm(error)) + relative * bound + 2.0**-1000
    at_most(spectral_norm(product), bound, slack=slack, because=because)


UNIT = {"S": [[1]], "s": [1]}


@claim(
    "‖S Φ S⁻¹‖ ≤ (γ‖S W S⁻¹‖)ⁿ and ‖Φ‖ ≤ ‖S‖‖S⁻¹‖ (γ‖S W S⁻¹‖)ⁿ for Φ = ∂h_{t+n}/∂h_t, "
    "an invertible diagonal S and |φ′| ≤ γ; for tanh γ = 1",
    title="Upper bound by a diagonal scaling",
    derivation=lambda activation=None: (
        scaled_bounds.scaled_norm_upper(activation)
        if activation
        else (*scaled_bounds.scaled_norm_upper(), *scaled_bounds.scaled_norm_upper("tanh"))
    ),
    necessity=[
        Without(
            "|φ′(z)| ≤ γ for all z", {"phi": (2, "identity"), "gamma": 1, "W": [[1]], "n": 1} | UNIT
        ),
        Without("S = diag(s)", SCALING_NOT_DIAGONAL),
    ],
    formal=["bounds.scaled_norm_upper", "activations.tanh_slope_bound"],
)
def scaled_norm_upper(run):
    yield sampled(
        scaled_norms_are_bounded,
        run,
        drawn=trajectories(steps=st.integers(1, 6)),
        exponents=st.tuples(*[st.integers(-4, 4)] * 4),
    )


if __name__ == "__main__":
    main(__file__)
