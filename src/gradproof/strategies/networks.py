"""Hypothesis strategies for networks and their runs.

Everything drawn is a short dyadic rational, so that a shrunk example can be read and typed; the
recurrent weights come from :mod:`gradproof.strategies.matrices`. Silence is drawn without any
choice: what isn't there needs no shrinking.
"""

from __future__ import annotations

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from gradproof.arrays import Array
from gradproof.gradients.activations import TANH, Activation
from gradproof.gradients.exact_gradients import SQUARE, float64_is_exact
from gradproof.gradients.network import ElmanNetwork, Trajectory, forward
from gradproof.strategies.matrices import (
    Number,
    Size,
    drawn_size,
    dyadics,
    matrices,
    quiet_or,
    recurrent_matrices,
)

__all__ = ["input_sequences", "integer_trajectories", "networks", "trajectories"]


@st.composite
def input_sequences(draw: st.DrawFn, steps: Size, size: Size) -> Array:
    """Draw x_1 … x_T, shape (steps, size): silence, gentle drive, or drive that saturates tanh.

    Shrinks to zeros.
    """
    count = drawn_size(draw, steps, "steps")
    width = drawn_size(draw, size, "size")
    return draw(quiet_or(count, width, [8, 64]))


@st.composite
def networks(
    draw: st.DrawFn,
    size: Size | None = None,
    *,
    input_size: Size | None = None,
    spectral_radius: Number | None = None,
    spectral_norm: Number | None = None,
    activation: Activation = TANH,
) -> ElmanNetwork:
    """Draw a network: W as in :func:`recurrent_matrices`, U and b short dyadics.

    Where no ``input_size`` is given, m = d and U is often the identity, with which every sequence
    of states is realised by some inputs.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> find(networks(), lambda network: True, settings=few).recurrent_weight.tolist()
    [[0.0]]
    """
    weight = draw(
        recurrent_matrices(size, spectral_radius=spectral_radius, spectral_norm=spectral_norm)
    )
    d = weight.shape[0]
    m = d if input_size is None else drawn_size(draw, input_size, "input_size")
    identity = input_size is None and draw(st.sampled_from([True, False]))
    entering = np.eye(d) if identity else draw(matrices(d, m, dyadics(16)))
    bias = draw(quiet_or(1, d, [8]))[0]
    return ElmanNetwork(weight, entering, bias, activation)


@st.composite
def trajectories(
    draw: st.DrawFn,
    size: Size | None = None,
    *,
    steps: Size | None = None,
    input_size: Size | None = None,
    spectral_radius: Number | None = None,
    spectral_norm: Number | None = None,
    activation: Activation = TANH,
) -> tuple[ElmanNetwork, Trajectory]:
    """Draw a network and one run of it, from h_0 in (−1, 1) over 1 … 20 steps or ``steps``.

    Shrinks to one unit, one step, and zeros.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> network, run = find(trajectories(), lambda drawn: True, settings=few)
    >>> run.states.tolist()
    [[0.0], [0.0]]
    """
    network = draw(
        networks(
            size,
            input_size=input_size,
            spectral_radius=spectral_radius,
            spectral_norm=spectral_norm,
            activation=activation,
        )
    )
    initial = draw(quiet_or(1, network.state_size, [7]))[0]
    count = drawn_size(draw, st.integers(1, 20) if steps is None else steps, "steps")
    inputs = draw(input_sequences(count, network.input_size))
    return network, forward(network, initial, inputs)


@st.composite
def integer_trajectories(draw: st.DrawFn) -> tuple[ElmanNetwork, Trajectory]:
    """Draw a network with φ(z) = z² and one run of it, all numbers integers, over 1 … 3 steps.

    They are so small that neither the run nor its backpropagation rounds in float64.

    Shrinks to one unit, one step, and zeros.

    >>> from hypothesis import Phase, find, settings
    >>> few = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
    >>> network, run = find(integer_trajectories(), lambda drawn: True, settings=few)
    >>> run.states.tolist()
    [[0.0], [0.0]]
    """
    d, m, count = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    entries = st.integers(-2, 2).map(float)
    network = ElmanNetwork(
        draw(matrices(d, d, entries)),
        draw(matrices(d, m, entries)),
        draw(matrices(1, d, entries))[0],
        SQUARE,
    )
    initial = draw(matrices(1, d, entries))[0]
    run = forward(network, initial, draw(matrices(count, m, entries)))
    assume(float64_is_exact(network, run))
    return network, run
