"""The slopes that a step can have: all that the growth of gradients needs to know of φ.

∂h_n/∂h_0 = D_n W ⋯ D_1 W with D_k = diag(φ′(z_k)). Upper bounds hold for all D_k with entries in
[lower, upper], which contains every value of φ′. Lower bounds use entries between ``least`` and
``steepest`` that φ′ really takes, each in (0, γ] for the monotonic functions (claims
``tanh_derivative_range``, ``silu_derivative_range`` and so on); of ``relu``, ``hard_tanh`` and
``leaky_relu`` only these two.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.errors import UnknownNameError

__all__ = ["SLOPES", "SlopeRange", "slope_range"]

#: A slope that strictly monotonic functions take, nearly switched off; a power of two, so that DW
#: is exact.
_SWITCHED_OFF = 2.0**-12


@dataclass(frozen=True)
class SlopeRange:
    """The values of φ′.

    Parameters
    ----------
    lower, upper
        lower ≤ φ′(z) ≤ upper for all z.
    least, steepest
        Values of φ′, near its infimum and its supremum.
    """

    lower: float
    upper: float
    least: float
    steepest: float

    @property
    def largest(self) -> float:
        """An upper bound of sup|φ′|."""
        return max(-self.lower, self.upper)


_UNIT = SlopeRange(0.0, 1.0, _SWITCHED_OFF, 1.0)
_KINKED = SlopeRange(0.0, 1.0, 0.0, 1.0)

SLOPES = {
    "tanh": _UNIT,
    "logistic": SlopeRange(0.0, 0.25, _SWITCHED_OFF / 4, 0.25),
    "relu": _KINKED,
    "leaky_relu": SlopeRange(0.01, 1.0, 0.01, 1.0),
    "hard_tanh": _KINKED,
    "elu": _UNIT,
    "softsign": _UNIT,
    "arctan": _UNIT,
    "softplus": SlopeRange(0.0, 1.0, _SWITCHED_OFF, 1 - _SWITCHED_OFF),
    "silu": SlopeRange(-0.099841, 1.099841, -0.0997, 1.0997),
    "gelu": SlopeRange(-0.128911, 1.128911, -0.1288, 1.1288),
    "identity": SlopeRange(1.0, 1.0, 1.0, 1.0),
}
"""By name; ``leaky_relu`` with the usual negative slope 0.01, as float64 has it. The decimal bounds
of ``silu`` and ``gelu`` are those of their claims, widened (or narrowed) beyond their rounding."""


def slope_range(activation: str, /) -> SlopeRange:
    """Return the slopes of an activation.

    Raises
    ------
    UnknownNameError
        If it isn't known here.

    >>> slope_range("logistic").upper
    0.25
    """
    if activation not in SLOPES:
        known = ", ".join(SLOPES)
        raise UnknownNameError("activation", f"is {activation!r}", f"use one of {known}")
    return SLOPES[activation]
