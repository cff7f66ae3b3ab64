"""Inputs of prescribed size, and runs of prescribed slopes."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from gradproof.arrays import Array, as_real
from gradproof.errors import OutOfRangeError, ShapeError
from gradproof.gradients.network import ElmanNetwork, Trajectory, forward, inputs_realising
from gradproof.strategies.matrices import Size, drawn_size, dyadics, matrices, nonnegative
from gradproof.strategies.networks import networks

__all__ = ["bounded_inputs", "saturated_trajectories", "trajectories_with_slopes"]


@st.composite
def bounded_inputs(draw: st.DrawFn, bound: float, steps: Size, size: Size) -> Array:
    """Draw x_1 … x_T, shape (steps, size), with |entries| ≤ ``bound``. Shrinks to zeros.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(bounded_inputs(0.5, 2, 1), lambda x: x.any(), settings=few).tolist()
    [[0.0], [0.0625]]
    """
    most = nonnegative(bound, "bound")
    count, width = drawn_size(draw, steps, "steps"), drawn_size(draw, size, "size")
    return np.asarray(most * draw(matrices(count, width, dyadics(8))))


def _realised(network: ElmanNetwork, states: Array) -> tuple[ElmanNetwork, Trajectory]:
    inputs = inputs_realising(network, states[0], states[1:])
    return network, forward(network, states[0], inputs)


@st.composite
def trajectories_with_slopes(
    draw: st.DrawFn, slopes: ArrayLike, size: Size | None = None
) -> tuple[ElmanNetwork, Trajectory]:
    """Draw a tanh network with U = I, and a run in which tanh′(z_k) is as given, all k.

    h_k = ±√(1 − s_k), and the inputs artanh(h_k) − W h_{k−1} − b lead there. The slopes hold up to
    the rounding of z_k = W h_{k−1} + x_k + b: within 2(d + 6)u(‖|W|‖_∞ + |x| + |b|) absolutely.

    Parameters
    ----------
    slopes
        s_1 … s_T, shape (T,) for all units alike, or (T, d); in (0, 1].
    size
        d; by default drawn, or that of the slopes.

    Raises
    ------
    OutOfRangeError, ShapeError
        If a slope isn't in (0, 1], or the slopes are of another size.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> network, run = find(trajectories_with_slopes([0.75, 1.0]), lambda _: True, settings=few)
    >>> run.states.tolist()
    [[0.0], [0.5], [0.0]]
    """
    wanted = as_real(slopes, "slopes", dimensions=2 if np.ndim(slopes) == 2 else 1)
    if not ((wanted > 0) & (wanted <= 1)).all():
        raise OutOfRangeError("slopes", "has an entry outside (0, 1]", "give slopes of tanh")
    if wanted.ndim == 2:
        size = wanted.shape[1] if size is None else size
    network = draw(networks(size))
    d = network.state_size
    if wanted.ndim == 2 and wanted.shape[1] != d:
        raise ShapeError("slopes", f"has shape {wanted.shape}", f"give {d} columns")
    network = ElmanNetwork(network.recurrent_weight, np.eye(d), network.bias)
    moduli = np.sqrt(1 - (wanted if wanted.ndim == 2 else wanted[:, np.newaxis] * np.ones(d)))
    count = len(moduli)
    signs = draw(matrices(count, d, st.sampled_from([1.0, -1.0])))
    states = np.vstack([np.zeros(d), signs * moduli + 0.0])
    return _realised(network, states)


@st.composite
def saturated_trajectories(
    draw: st.DrawFn, size: Size | None = None, *, steps: Size = 5
) -> tuple[ElmanNetwork, Trajectory]:
    """Draw a tanh network with U = I, and a run whose pre-activations have moduli of 4 … 16.

    So all slopes are at most tanh′(4) < 1.35e-3 but for what rounding of z_k does, a few units in
    the last place of 16 + ‖|W|‖_∞.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> network, run = find(saturated_trajectories(steps=2), lambda _: True, settings=few)
    >>> run.preactivations.tolist()
    [[4.0], [4.0]]
    """
    network = draw(networks(size))
    d, count = network.state_size, drawn_size(draw, steps, "steps")
    network = ElmanNetwork(network.recurrent_weight, np.eye(d), network.bias)
    moduli = draw(matrices(count, d, st.integers(16, 64).map(lambda k: k / 4)))
    z = moduli * draw(matrices(count, d, st.sampled_from([1.0, -1.0])))
    state, inputs = np.zeros(d), []
    for target in z:
        inputs.append(target - network.recurrent_weight @ state - network.bias)
        state = np.tanh(target)
    return network, forward(network, np.zeros(d), np.array(inputs))
