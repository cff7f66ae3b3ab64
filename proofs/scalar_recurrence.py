"""For one unit |∂h_T/∂h_t| = |w|^(T−t) |φ′(z_T)| ⋯ |φ′(z_{t+1})|: no inequality is needed.

The rate per step is |w| times the geometric mean of the slopes. Idea: for 1×1 matrices the norm is
the modulus, which is multiplicative.
"""

import numpy as np

from gradproof import claim, close, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.gradients.products import jacobian_product
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import determinants


def modulus_is_the_product_of_moduli(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    n = trajectory.steps
    found = abs(float(jacobian_product(network, trajectory).to_array()[0, 0]))
    weight = abs(float(network.recurrent_weight[0, 0]))
    expected = weight**n * float(np.prod(slopes(network, trajectory)))
    # Both sides take the computed slopes as given. Each is a product of 2 n factors with one
    # rounding a factor, and wⁿ is correct to n u: together 6 n u, where nothing is subnormal.
    tolerance = 6 * n * 2.0**-53 * expected + 2.0**-1000
    close(found, expected, tolerance=tolerance, because="derived rounding bound")


@claim(
    "|∂h_{t+n}/∂h_t| = |w|ⁿ |φ′(z_{t+n}) ⋯ φ′(z_{t+1})| for a network of one unit, d = 1",
    title="Network of one unit",
    derivation=lambda activation="phi": determinants.scalar_recurrence(activation),
    formal=["chain.scalar_recurrence_norm", "chain.state_derivative"],
)
def scalar_recurrence(run):
    yield sampled(modulus_is_the_product_of_moduli, run, drawn=trajectories(1))


if __name__ == "__main__":
    main(__file__)
