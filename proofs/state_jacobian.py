"""∂h_k/∂h_{k−1} = diag(tanh′(z_k)) W for h_k = tanh(z_k), z_k = W h_{k−1} + U x_k + b.

For every state size d and input size m. Idea: the chain rule for an elementwise function, then
linearity; input and bias don't depend on the state.
"""

from gradproof import Source, claim, close, main, sampled
from gradproof.gradients.differences import (
    central_difference_state_jacobian,
    complex_step_state_jacobian,
)
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.gradients.network import state_jacobian as numeric_jacobian
from gradproof.gradients.tolerances import central_difference_tolerance, complex_step_tolerance
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import cells


def jacobian_is_the_complex_step(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    close(
        complex_step_state_jacobian(network, trajectory, start=0, stop=1),
        numeric_jacobian(network, trajectory, 1),
        tolerance=complex_step_tolerance(network, trajectory, start=0, stop=1),
        because="derived bound of rounding errors",
    )


def jacobian_is_the_central_difference(drawn: tuple[ElmanNetwork, Trajectory]) -> None:
    network, trajectory = drawn
    close(
        central_difference_state_jacobian(network, trajectory, start=0, stop=1),
        numeric_jacobian(network, trajectory, 1),
        tolerance=central_difference_tolerance(network, trajectory, start=0, stop=1),
        because="derived bound of truncation and rounding",
    )


@claim(
    "∂h_k/∂h_{k−1} = diag(tanh′(z_k)) W",
    source=Source("PascanuMikolovBengio2013", "Section 1.1"),
    derivation=cells.state_jacobian,
    formal=["chain.step_differentiable", "chain.step_derivative", "activations.tanh_derivative"],
)
def state_jacobian(run):
    yield sampled(jacobian_is_the_complex_step, run, drawn=trajectories(steps=1))
    yield sampled(jacobian_is_the_central_difference, run, drawn=trajectories(steps=1))


if __name__ == "__main__":
    main(__file__)
