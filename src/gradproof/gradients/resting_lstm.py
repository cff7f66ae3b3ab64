"""The LSTM with one state entry at rest, where its Jacobian is a rational matrix.

With h = c = 0, no input, no bias and W_f = W_i = W_o = 0, W_g = w the cell stays at rest. There
every gate is 1/2, every slope of a gate 1/4 and every slope of tanh 1, so that with f the forget
gate (1/2, or 1 where there is none) the state Jacobian is [[w/4, f/2], [w/2, f]]: of rank one, with
trace w/4 + f, and Jⁿ = (w/4 + f)ⁿ⁻¹ J.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

__all__ = ["by_complex_step", "jacobian_at_rest"]

_HALF = Fraction(1, 2)


def jacobian_at_rest(w: int, forget: Fraction) -> list[list[Fraction]]:
    """Return ∂(h_k, c_k)/∂(h_{k−1}, c_{k−1}) at rest, exactly.

    >>> jacobian_at_rest(-4, Fraction(1))
    [[Fraction(-1, 1), Fraction(1, 2)], [Fraction(-2, 1), Fraction(1, 1)]]
    """
    through_h = _HALF * w  # i tanh′ W_g; the paths through f and i carry the weight 0
    return [[_HALF * through_h, _HALF * forget], [through_h, forget]]


def by_complex_step(w: int, forget: Fraction, steps: int) -> float:
    """Return ∂c_n/∂c_0 at rest by the complex step through the cell itself.

    >>> by_complex_step(-4, Fraction(1), 2)
    0.0
    """
    h, c = 0j, 1e-30j
    for _ in range(steps):
        c = float(forget) * c + 0.5 * np.tanh(w * h)
        h = 0.5 * np.tanh(c)
    return float(np.imag(c) / 1e-30)
