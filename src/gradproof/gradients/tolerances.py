"""How far a difference and a computed Jacobian product may lie apart.

Each tolerance is a sum of derived terms (:mod:`gradproof.gradients.propagation` has the
recursions), so that a comparison which exceeds it shows a wrong derivative, and nothing else.
A tolerance above the size of Φ says that the comparison can't resolve Φ at all.
"""

from __future__ import annotations

import numpy as np

from gradproof.arrays import UNIT_ROUNDOFF, Array
from gradproof.gradients.differences import (
    CENTRAL_STEP,
    COMPLEX_STEP,
    offset_points,
    require_analytic,
    require_step,
)
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.gradients.products import span
from gradproof.gradients.propagation import OUTWARD, Propagation, gamma, outward, through

__all__ = [
    "central_difference_tolerance",
    "complex_step_tolerance",
    "jacobian_product_error_upper",
]


def jacobian_product_error_upper(
    network: ElmanNetwork, trajectory: Trajectory, /, *, start: int = 0, stop: int | None = None
) -> Array:
    """Bound, entry by entry, |computed − exact| of ``jacobian_product``, shape (d, d).

    Exact means ∂h_stop/∂h_start in real arithmetic from the recorded h_start on: the roundings of
    the recorded run count as well as those of the product. Infinite where the run is too unstable.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> run = forward(network, [0.0], [[1.0], [1.0]])
    >>> bool(jacobian_product_error_upper(network, run) < 1e-14)
    True
    """
    first, last = span(trajectory, start, stop)
    bounds = Propagation(network, trajectory, first, np.zeros(network.state_size), 0.0)
    return outward(through(bounds.run(last), bounds.rounding))


def complex_step_tolerance(
    network: ElmanNetwork,
    trajectory: Trajectory,
    /,
    *,
    start: int = 0,
    stop: int | None = None,
    step: float = COMPLEX_STEP,
) -> Array:
    """Bound, entry by entry, |complex step − computed Φ(stop,start)|, shape (d, d).

    |V − Φ| + |computed Φ − Φ| + u|V|, the last for the division by the step. Infinite where the
    imaginary part may leave the strip in which φ is known to be tame.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T and ``step`` is positive, or if φ has no complex extension.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> run = forward(network, [0.0], [[1.0], [1.0]])
    >>> bool(complex_step_tolerance(network, run) < 1e-14)
    True
    """
    first, last = span(trajectory, start, stop)
    require_analytic(network.activation)
    bounds = Propagation(
        network, trajectory, first, np.zeros(network.state_size), require_step(step)
    )
    upper = bounds.run(last)
    with np.errstate(over="ignore", invalid="ignore"):
        imaginary = through(upper, bounds.imaginary)
        division = UNIT_ROUNDOFF * (upper[:, 0] + imaginary)
        return outward(imaginary + through(upper, bounds.rounding) + division)


def central_difference_tolerance(
    network: ElmanNetwork,
    trajectory: Trajectory,
    /,
    *,
    start: int = 0,
    stop: int | None = None,
    step: float = CENTRAL_STEP,
) -> Array:
    """Bound, entry by entry, |central difference − computed Φ(stop,start)|, shape (d, d).

    Let a, b be the offsets of the two points really used. Taylor to third order on either side
    gives (f(a) − f(−b))/(a + b) − f′(0) = (a − b)f″(0)/2 + (a³f‴(ξ) + b³f‴(η))/(6(a + b)), and
    (a³ + b³)/(a + b) = a² − ab + b² ≤ max(a, b)². So the tolerance is

        |a − b|/2·sup|h″| + max(a, b)²/6·sup|h‴|      truncation
        + 2e/(a + b)                                  rounding of the two runs, |h̃ − h| ≤ e
        + γ_4(|Φ| + truncation + rounding)            difference, a + b, quotient
        + error of the computed product.

    Infinite where the run is too unstable for the offsets.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ start ≤ stop ≤ T; if ``step`` isn't positive, or is rounded away.

    >>> from gradproof.gradients.network import forward
    >>> network = ElmanNetwork([[0.5]], [[1.0]], [0.0])
    >>> run = forward(network, [0.0], [[1.0], [1.0]])
    >>> bool(central_difference_tolerance(network, run) < 1e-9)
    True
    """
    first, last = span(trajectory, start, stop)
    state = trajectory.states[first]
    forwards, backwards = offset_points(state, step)
    ahead, behind, width = forwards - state, state - backwards, forwards - backwards
    # Each offset is off by u relative at most, their difference by 4u of the width at most.
    offset = np.maximum(ahead, behind) * OUTWARD
    bounds = Propagation(network, trajectory, first, offset, 0.0)
    upper = bounds.run(last)
    with np.errstate(over="ignore", invalid="ignore"):
        uneven = np.abs(ahead - behind) + 4 * UNIT_ROUNDOFF * width
        truncation = uneven / 2 * through(upper, bounds.second)
        truncation += np.square(offset) / 6 * through(upper, bounds.third)
        rounding = 2 * through(upper, bounds.drifting) / width
        quotient = gamma(4) * (upper[:, 0] + truncation + rounding)
        return outward(truncation + rounding + quotient + through(upper, bounds.rounding))
