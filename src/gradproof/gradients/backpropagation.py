"""Backpropagation through time: the gradient of a loss on h_T, in every parameter.

With δ_t = ∂L/∂h_t (a column) the chain rule along the run reads δ_{t−1} = J_tᵀ δ_t, that is
δ_t = Φ(T,t)ᵀ ∂L/∂h_T. A parameter acts on the loss once per step, through the immediate partial
derivative of z_t with h_{t−1} held fixed, and the steps add up (Pascanu, Mikolov, Bengio 2013,
equations (3)–(5)):

    ∂L/∂W = Σ_t (D_t δ_t) h_{t−1}ᵀ,   ∂L/∂U = Σ_t (D_t δ_t) x_tᵀ,   ∂L/∂b = Σ_t D_t δ_t,
    ∂L/∂h_0 = δ_0,   ∂L/∂x_t = Uᵀ D_t δ_t,   D_t = diag(φ′(z_t)).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from gradproof.arrays import Array, as_vector
from gradproof.errors import OutOfRangeError
from gradproof.gradients.network import ElmanNetwork, Trajectory, slopes

__all__ = ["Gradients", "backpropagate"]


@dataclass(frozen=True, eq=False)
class Gradients:
    """∂L/∂(each thing that enters the run), each of the shape of that thing.

    Parameters
    ----------
    recurrent_weight, input_weight, bias
        ∂L/∂W, shape (d, d); ∂L/∂U, shape (d, m); ∂L/∂b, shape (d,).
    initial_state, inputs
        ∂L/∂h_0, shape (d,); ∂L/∂x_t in row t − 1, shape (T, m).
    """

    recurrent_weight: Array
    input_weight: Array
    bias: Array
    initial_state: Array
    inputs: Array


def backpropagate(
    network: ElmanNetwork, trajectory: Trajectory, cotangent: ArrayLike, /
) -> Gradients:
    """Return the gradient of a loss with ∂L/∂h_T = ``cotangent``, through all T steps.

    Values are plain float64: what vanishes below 1e-308 becomes 0. For the size of such gradients
    see :func:`~gradproof.gradients.products.vector_jacobian_product`, which scales.

    Raises
    ------
    ShapeError, EmptyArgumentError, NotFiniteError, NotRealError
        If ``cotangent`` is no real finite vector of d entries.
    OutOfRangeError
        If the gradient overflows float64.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> run = forward(network, [0.0], [[0.0], [0.0]])
    >>> gradients = backpropagate(network, run, [1.0])
    >>> gradients.initial_state.tolist(), gradients.inputs.tolist(), gradients.bias.tolist()
    ([0.25], [[0.5], [1.0]], [1.5])
    """
    flowing = as_vector(cotangent, "cotangent", size=network.state_size)
    slope = slopes(network, trajectory)
    at_preactivations = np.empty_like(trajectory.preactivations)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in reversed(range(trajectory.steps)):
            at_preactivations[k] = slope[k] * flowing
            flowing = at_preactivations[k] @ network.recurrent_weight
        gradients = Gradients(
            recurrent_weight=at_preactivations.T @ trajectory.states[:-1],
            input_weight=at_preactivations.T @ trajectory.inputs,
            bias=at_preactivations.sum(axis=0),
            initial_state=flowing,
            inputs=at_preactivations @ network.input_weight,
        )
    for field in fields(gradients):
        if not np.isfinite(getattr(gradients, field.name)).all():
            raise OutOfRangeError(
                "cotangent",
                f"gives a gradient in {field.name} that overflows float64",
                "give a smaller one, fewer steps, or use vector_jacobian_product, which scales",
            )
    return gradients
