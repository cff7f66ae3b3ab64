"""A trajectory with every rounding error accounted for: states, Jacobians, and their product.

The float64 weights, initial state and inputs are taken exactly; what is enclosed is what the real
network does with them, not what a floating-point run of it does. For small d and short sequences:
in regimes that expand, the balls grow with the steps, and the precision must grow with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from flint import acb_mat, arb, arb_mat
from numpy.typing import ArrayLike

from gradproof.arrays import Array, as_index, as_matrix, as_vector
from gradproof.errors import OutOfRangeError
from gradproof.gradients.network import ElmanNetwork
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.root_location import working_precision

__all__ = ["EnclosedTrajectory", "enclose_trajectory"]

EnclosedMatrix: TypeAlias = tuple[tuple[Enclosure, ...], ...]


@dataclass(frozen=True)
class EnclosedTrajectory:
    """Enclosures along one trajectory.

    Parameters
    ----------
    preactivations, states
        z_1 … z_T and h_0 … h_T, each a tuple of d enclosures.
    jacobians
        J_1 … J_T, each d × d.
    spectral_radii
        ρ(J_1) … ρ(J_T).
    product, product_frobenius_norm
        Φ(T, 0) = J_T ⋯ J_1, d × d, and its Frobenius norm.
    """

    preactivations: tuple[tuple[Enclosure, ...], ...]
    states: tuple[tuple[Enclosure, ...], ...]
    jacobians: tuple[EnclosedMatrix, ...]
    spectral_radii: tuple[Enclosure, ...]
    product: EnclosedMatrix
    product_frobenius_norm: Enclosure


def enclose_trajectory(
    network: ElmanNetwork,
    initial_state: ArrayLike,
    inputs: ArrayLike,
    /,
    *,
    precision: int = 128,
) -> EnclosedTrajectory:
    """Return enclosures of h_k = tanh(W h_{k−1} + U x_k + b), J_k = diag(1 − h_k²) W and J_T ⋯ J_1.

    Every operation is python-flint's ball arithmetic at ``precision`` bits, whose results contain
    the exact ones; the ends are then rounded outward to float64.

    Raises
    ------
    OutOfRangeError
        If the activation isn't tanh, or ``precision`` is below 53.
    EnclosureError
        If a ball outgrows the range of float64.

    >>> network = ElmanNetwork([[0.5]], [[0.0]], [0.0])
    >>> run = enclose_trajectory(network, [0.0], [[0.0], [0.0]])
    >>> run.product[0][0].contains(0.25), run.product[0][0].width < 1e-15
    (True, True)
    """
    if network.activation.name != "tanh":
        raise OutOfRangeError("network", f"has {network.activation.name}", "take tanh")
    as_index(precision, "precision", least=53)
    start = as_vector(initial_state, "initial_state", size=network.state_size)
    driving = as_matrix(inputs, "inputs", columns=network.input_size)
    with working_precision(precision):
        W, U = _balls(network.recurrent_weight), _balls(network.input_weight)
        b = _column(network.bias)
        h = _column(start)
        states, preactivations, jacobians = [h], [], []
        for row in driving:
            z = W * h + U * _column(row) + b
            h = _map(z, lambda ball: ball.tanh())
            slopes = [1 / ball.cosh() ** 2 for ball in z.entries()]
            preactivations.append(z)
            states.append(h)
            jacobians.append(_scaled_rows(slopes, W))
        product = jacobians[0]
        for J in jacobians[1:]:
            product = J * product
        return EnclosedTrajectory(
            preactivations=tuple(_vector(z) for z in preactivations),
            states=tuple(_vector(state) for state in states),
            jacobians=tuple(_enclosures(J) for J in jacobians),
            spectral_radii=tuple(_spectral_radius(J) for J in jacobians),
            product=_enclosures(product),
            product_frobenius_norm=enclose_ball(_frobenius_norm(product)),
        )


# k = 2^16 leaves a relative width of about log(d κ)/k, below 1e-3 for a condition κ < 10^25 of the
# eigenvectors.
_SQUARINGS = 16


def _spectral_radius(J: arb_mat) -> Enclosure:
    """Enclose ρ of every matrix in J.

    The balls of acb_mat.eig contain all eigenvalues. Where it can't separate them (an eigenvalue is
    exactly multiple, say), powers do: |tr Aᵏ| ≤ d ρ(A)ᵏ and ρ(A)ᵏ ≤ ‖Aᵏ‖_F, for k = 1, 2, 4, ….
    """
    try:
        moduli = [abs(value) for value in acb_mat(J).eig(multiple=True)]
    except ValueError:
        return _spectral_radius_by_powers(J)
    ends = [enclose_ball(modulus) for modulus in moduli]
    return Enclosure(max(e.lower for e in ends), max(e.upper for e in ends))


def _spectral_radius_by_powers(J: arb_mat) -> Enclosure:
    lower, upper, power = 0.0, math.inf, J
    for squaring in range(_SQUARINGS + 1):
        root = arb(1) / 2**squaring
        norm = _frobenius_norm(power)
        if not norm > 0:  # the power is, or may be, the zero matrix
            end = enclose_ball(norm).upper
            root_of_end = enclose_ball(arb(end) ** root).upper if end > 0 else 0.0
            return Enclosure(lower, min(upper, root_of_end))
        trace = abs(power.trace()) / J.nrows()
        if trace > 0:
            lower = max(lower, enclose_ball(trace**root).lower)
        upper = min(upper, enclose_ball(norm**root).upper)
        power = power * power
    return Enclosure(lower, upper)


def _frobenius_norm(matrix: arb_mat) -> arb:
    """Return a ball that contains ‖A‖_F for every matrix A in the given one.

    A sum of squares may be a ball that reaches below 0, of which there is no root: it is cut there.
    """
    # entry**2 is NaN for a ball around 0.
    squares = sum((entry * entry for entry in matrix.entries()), arb(0))
    if squares >= 0:
        return squares.sqrt()
    largest = squares.upper().sqrt()
    return arb(0).union(largest)


def _ball(number: float) -> arb:
    """Return a float64 number exactly, whatever the working precision."""
    mantissa, denominator = Fraction(float(number)).as_integer_ratio()
    return arb((mantissa, 0)) * arb((1, 1 - denominator.bit_length()))


def _balls(matrix: Array) -> arb_mat:
    return arb_mat([[_ball(entry) for entry in row] for row in matrix])


def _column(vector: Array) -> arb_mat:
    return arb_mat([[_ball(entry)] for entry in vector])


def _map(matrix: arb_mat, function: Any) -> arb_mat:
    return arb_mat(matrix.nrows(), matrix.ncols(), [function(e) for e in matrix.entries()])


def _scaled_rows(factors: list[arb], matrix: arb_mat) -> arb_mat:
    rows = matrix.tolist()
    return arb_mat([[f * entry for entry in row] for f, row in zip(factors, rows, strict=True)])


def _vector(column: arb_mat) -> tuple[Enclosure, ...]:
    return tuple(enclose_ball(entry) for entry in column.entries())


def _enclosures(matrix: arb_mat) -> EnclosedMatrix:
    return tuple(tuple(enclose_ball(entry) for entry in row) for row in matrix.tolist())
