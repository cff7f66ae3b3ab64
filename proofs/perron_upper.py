"""‖S Φ S⁻¹‖_∞ ≤ (γ‖S W S⁻¹‖_∞)ⁿ for S = diag(s); so Φ → 0 where γ ρ(|W|) < 1, |W| = (|w_ij|).

Φ = ∂h_{t+n}/∂h_t and |φ′| ≤ γ. Idea: v = (I − |W|/r)⁻¹ 1 ≥ 1 has |W| v < r v for r > ρ(|W|), so
the row sums of |S W S⁻¹| are below r for s_i = 1/v_i.
"""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from gradproof import Source, Without, at_most, claim, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory, forward
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.hypotheses.witnesses import SCALING_NOT_DIAGONAL
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import row_sum_bounds


def row_sums(matrix: np.ndarray) -> float:
    return float(np.abs(matrix).sum(axis=1).max())


def scaled_row_sums_are_bounded(
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
    rate = row_sums(scaling * W)
    product = jacobian_product(network, trajectory).to_array()
    error = jacobian_product_error_upper(network, trajectory)
    # A sum of d terms is off by d u relative, Higham (2002), Section 4.2: n of them in rateⁿ, one
    # on the left, and n for the power.
    relative = (2 * d * (n + 1) + n) * 2.0**-53
    slack = row_sums(scaling * error) + relative * rate**n + 2.0**-1000
    at_most(row_sums(scaling * product), rate**n, slack=slack, because="derived rounding bound")


STEEP = {"phi": (2, "identity"), "gamma": 1, "W": [[1]], "n": 1, "S": [[1]], "s": [1]}


@claim(
    "‖S Φ S⁻¹‖_∞ ≤ (γ‖S W S⁻¹‖_∞)ⁿ for Φ = ∂h_{t+n}/∂h_t, an invertible S = diag(s) and |φ′| ≤ γ; "
    "so ‖Φ‖ ≤ √d ‖S⁻¹‖_∞ ‖S‖_∞ (γ‖S W S⁻¹‖_∞)ⁿ, and Φ → 0 as n → ∞ if γ ρ(|W|) < 1, where |W| "
    "has the entries |w_ij|; for tanh γ = 1. No S does better: ρ(|W|) ≤ ‖S W S⁻¹‖_∞",
    title="Upper bound by row sums",
    source=Source("HornJohnson2013", "Chapter 8"),
    derivation=lambda activation=None: (
        row_sum_bounds.perron_upper(activation)
        if activation
        else (
            *row_sum_bounds.perron_upper(),
            *row_sum_bounds.perron_upper("tanh"),
            row_sum_bounds.perron_lower(),
        )
    ),
    necessity=[
        Without("|φ′(z)| ≤ γ for all z", STEEP),
        Without("|φ′(z)| ≤ γ for all z", {"phi": "identity", "gamma": Fraction(1, 2), "W": [[1]]}),
        Without("S = diag(s)", SCALING_NOT_DIAGONAL),
        Without("γ ρ(|W|) < 1", {"phi": "identity", "gamma": 1, "W": [[1]]}),
        # tanh is differentiated at its fixed point 0, where Φ = Wⁿ.
        Without("ρ(|W|) < 1", {"W": [[1]]}),
    ],
)
def perron_upper(run):
    yield sampled(
        scaled_row_sums_are_bounded,
        run,
        drawn=trajectories(steps=st.integers(1, 6)),
        exponents=st.tuples(*[st.integers(-4, 4)] * 4),
    )


if __name__ == "__main__":
    main(__file__)
