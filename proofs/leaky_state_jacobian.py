"""∂h_k/∂h_{k−1} = (1 − α) I + α diag(tanh′(z_k)) W for h_k = (1 − α) h_{k−1} + α tanh(z_k).

Idea: the derivative is linear in the two paths; the direct one contributes (1 − α) I whatever the
weights are.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import claim, close, main, sampled
from gradproof.gradients.differences import complex_step_jacobian
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import recurrence


def jacobian_is_the_complex_step(drawn: tuple[ElmanNetwork, Trajectory], leak: float) -> None:
    network, trajectory = drawn
    W, d = network.recurrent_weight, network.state_size
    drive = network.input_weight @ trajectory.inputs[0] + network.bias

    def next_state(h: np.ndarray) -> np.ndarray:
        return (1 - leak) * h + leak * np.tanh(W @ h + drive)

    before = trajectory.initial_state
    expected = (1 - leak) * np.eye(d) + leak * slopes(network, trajectory)[0][:, None] * W
    # Inner products of d + m + 2 terms enter z, whose error moves the slope by |tanh″| ≤ 1 times
    # it; the rest is a few operations, and 16 u for the complex tanh.
    terms = d + network.input_size + 24
    size = np.abs(W) @ np.abs(before) + np.abs(drive) + 1
    tolerance = 4 * terms * 2.0**-53 * (1 + abs(leak) * (1 + size[:, None]) * (1 + np.abs(W)))
    close(
        complex_step_jacobian(next_state, before),
        expected,
        tolerance=tolerance,
        because="rounding of z, of the slope and of a few products",
    )


@claim(
    "∂h_k/∂h_{k−1} = (1 − α) I + α diag(tanh′(z_k)) W for h_k = (1 − α) h_{k−1} + α tanh(z_k)",
    title="State Jacobian of the leaky recurrence",
    derivation=recurrence.leaky_state_jacobian,
)
def leaky_state_jacobian(run):
    yield sampled(
        jacobian_is_the_complex_step,
        run,
        drawn=trajectories(steps=1),
        leak=st.integers(-8, 16).map(lambda k: k / 8),
    )


if __name__ == "__main__":
    main(__file__)
