"""Tanh networks that inputs lead around a cycle of rational states: witnesses in exact arithmetic.

With U = I and b = 0 the inputs x_k = artanh(h_k) − W h_{k−1} realise any states inside (−1, 1).
Where these are rational, so are the slopes tanh′(z_k) = 1 − h_k² and J_k = diag(1 − h_k²) W:
nothing transcendental is left, and the eigenvalues of the product over one period decide what
becomes of the product over many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gradproof.arrays import Array
from gradproof.errors import OutOfRangeError
from gradproof.gradients.differences import central_difference_state_jacobian
from gradproof.gradients.network import ElmanNetwork, Trajectory, forward, inputs_realising
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import central_difference_tolerance
from gradproof.spectral.exact import exact_product
from gradproof.spectral.rationals import RationalMatrix, as_rational_matrix

__all__ = ["RationalCycle"]


@dataclass(frozen=True)
class RationalCycle:
    """A recurrent matrix W and the states h_1 … h_p of one period; h_0 = h_p.

    Raises
    ------
    OutOfRangeError
        If a state has the wrong size, or an entry isn't strictly between −1 and 1.

    >>> RationalCycle.of("2", "1/2").jacobians()
    (((Fraction(3, 2),),),)
    """

    recurrent_weight: RationalMatrix
    states: tuple[tuple[Fraction, ...], ...]

    def __post_init__(self) -> None:
        size = len(self.recurrent_weight)
        for state in self.states:
            if len(state) != size or any(abs(entry) >= 1 for entry in state):
                problem = "has another size than W, or an entry outside (−1, 1)"
                raise OutOfRangeError("states", problem, "give states that tanh reaches")

    @classmethod
    def of(cls, recurrent_weight: str, states: str) -> RationalCycle:
        """Return the cycle for rows of W and states, separated by semicolons: "1 1/2; 0 1"."""
        return cls(as_rational_matrix(_rows(recurrent_weight), "W"), _rows(states))

    @property
    def slopes(self) -> tuple[tuple[Fraction, ...], ...]:
        """tanh′(z_k) = 1 − h_k² for k = 1 … p."""
        return tuple(tuple(1 - h * h for h in state) for state in self.states)

    def jacobians(self) -> tuple[RationalMatrix, ...]:
        """Return J_1 … J_p, J_k = diag(1 − h_k²) W."""
        W = self.recurrent_weight
        return tuple(
            tuple(tuple(s * w for w in row) for s, row in zip(slope, W, strict=True))
            for slope in self.slopes
        )

    def product(self, periods: int = 1) -> RationalMatrix:
        """Return ⋯ J_2 J_1 over so many periods, the newest factor on the left."""
        return exact_product(list(reversed(self.jacobians() * periods)))

    def network(self) -> ElmanNetwork:
        """Return the network with U = I and b = 0, weights rounded to float64."""
        size = len(self.recurrent_weight)
        return ElmanNetwork(_floats(self.recurrent_weight), np.eye(size), np.zeros(size))

    def run(self, periods: int = 1) -> Trajectory:
        """Return the run of the network under the inputs that lead around the cycle."""
        network, states = self.network(), _floats(self.states)
        inputs = inputs_realising(network, states[-1], np.tile(states, (periods, 1)))
        return forward(network, states[-1], inputs)

    def measured(self, periods: int = 1) -> Array:
        """Return Φ over so many periods, from the run, checked by central differences.

        Raises
        ------
        AssertionError
            If a difference is off by more than the derived tolerance.
        """
        network, run = self.network(), self.run(periods)
        product = jacobian_product(network, run).to_array()
        off = np.abs(central_difference_state_jacobian(network, run) - product)
        tolerance = central_difference_tolerance(network, run)
        assert np.all(off <= tolerance), f"differences are off by {off.max()}"
        return product

    def values(self) -> dict[str, str]:
        """Return what determines the network, for a witness."""
        rows = ", ".join(f"[{', '.join(map(str, row))}]" for row in self.recurrent_weight)
        states = "; ".join(f"({', '.join(map(str, state))})" for state in self.states)
        return {
            "W": f"[{rows}]",
            "h_k": states if len(self.states) == 1 else f"{states}, and so on",
            "x_k": "artanh(h_k) − W h_{k−1}, with U = I and b = 0",
        }


def _rows(text: str) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(Fraction(entry) for entry in row.split()) for row in text.split(";"))


def _floats(rows: Sequence[Sequence[Fraction]]) -> Array:
    return np.array([[float(entry) for entry in row] for row in rows])
