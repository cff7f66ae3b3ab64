"""If W is real and WᵀW = I then ‖W‖ = 1, so ‖∂h_T/∂h_t‖ ≤ γ^(T−t) where |φ′| ≤ γ; for tanh ≤ 1.

So an orthogonal W can't make gradients of a tanh network explode; its slopes may still make them
vanish. Idea: ‖W‖² = ‖WᵀW‖ = ‖I‖.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import ElmanNetwork, NotKnownToNeed, Source, Without, at_most, claim, main, sampled
from gradproof.gradients.network import Trajectory, forward
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.spectral.spectra import spectral_norm
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import bounds


def reflection(normal: list[int], size: int) -> np.ndarray:
    v = np.resize(np.array(normal, dtype=float), size)
    return np.eye(size) - 2 * np.outer(v, v) / (v @ v)


def no_orthogonal_matrix_makes_gradients_grow(
    drawn: tuple[ElmanNetwork, Trajectory], first: list[int], second: list[int]
) -> None:
    given, run = drawn
    n, d = run.steps, given.state_size
    W = reflection(first, d) @ reflection(second, d)
    # v has small integers, so an entry of a reflection is a rounded quotient of modulus ≤ 2 and a
    # rounded difference: off by 3 u, both matrices by 6 d u in norm; their product by another
    # d² u. With ‖E‖ ≤ 10 d² u, ‖W‖ⁿ ≤ (1 + 10 d² u)ⁿ; 100 d² u more for each SVD, Higham (2002).
    relative = 110 * d**2 * (n + 1) * 2.0**-53
    because = "derived rounding bound"
    at_most(spectral_norm(W), 1.0, slack=relative, because=because)
    network = ElmanNetwork(W, given.input_weight, given.bias, given.activation)
    trajectory = forward(network, run.initial_state, run.inputs)
    product = spectral_norm(jacobian_product(network, trajectory).to_array())
    error = float(np.linalg.norm(jacobian_product_error_upper(network, trajectory)))
    at_most(product, 1.0, slack=error + relative, because=because)


@claim(
    "if W is real and WᵀW = I then ‖W‖ = 1 and ‖∂h_{t+n}/∂h_t‖ ≤ γⁿ where |φ′| ≤ γ; for tanh γ = 1",
    source=Source("HornJohnson2013", "Section 5.6"),
    derivation=bounds.orthogonal_recurrent_matrix,
    necessity=[
        Without("W is real", {"W": [[1.25, 0.75j], [-0.75j, 1.25]]}),
        NotKnownToNeed(
            "W is real", "the weights of a recurrence are real throughout; it is said for ‖W‖ = 1"
        ),
        Without("Wᵀ W = I", {"W": [[2]], "phi": "identity", "gamma": 1, "n": 1}),
        Without("|φ′(z)| ≤ γ for all z", {"phi": (2, "identity"), "gamma": 1, "W": [[1]], "n": 1}),
    ],
)
def orthogonal_recurrent_matrix(run):
    normals = st.lists(st.sampled_from([1, 2, -1, -3]), min_size=1, max_size=6)
    yield sampled(
        no_orthogonal_matrix_makes_gradients_grow,
        run,
        drawn=trajectories(),
        first=normals,
        second=normals,
    )


if __name__ == "__main__":
    main(__file__)
