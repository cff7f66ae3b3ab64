"""∂h_{t+n}/∂h_t = D_{t+n} W ⋯ D_{t+1} W with D_k = diag(tanh′(z_k)), the newest factor on the LEFT.

For every d, m, t and n. Idea: induction on n; h_{t+n+1} depends on h_t through h_{t+n} alone.
"""

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.differences import (
    central_difference_state_jacobian,
    complex_step_state_jacobian,
)
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.gradients.products import jacobian_product as numeric_product
from gradproof.gradients.tolerances import central_difference_tolerance, complex_step_tolerance
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import cells


def product_is_the_complex_step(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    close(
        complex_step_state_jacobian(network, trajectory),
        numeric_product(network, trajectory).to_array(),
        tolerance=complex_step_tolerance(network, trajectory),
        because="derived bound of rounding errors",
    )


def product_is_the_central_difference(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    close(
        central_difference_state_jacobian(network, trajectory),
        numeric_product(network, trajectory).to_array(),
        tolerance=central_difference_tolerance(network, trajectory),
        because="derived bound of truncation and rounding",
    )


@claim(
    "∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} diag(tanh′(z_k)) W, the newest factor on the left",
    source=Source("PascanuMikolovBengio2013", "Section 1.1"),
    derivation=cells.jacobian_product,
    formal=["chain.tanh_state_derivative"],
)
def jacobian_product(run):
    yield sampled(product_is_the_complex_step, run, drawn=trajectories())
    yield sampled(product_is_the_central_difference, run, drawn=trajectories())


if __name__ == "__main__":
    main(__file__)
