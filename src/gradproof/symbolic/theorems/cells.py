"""The state Jacobian and the product of Jacobians of every cell that the package knows by name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from gradproof.errors import UnknownNameError
from gradproof.symbolic.cell import Cell
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.theorems.gated import gru, lstm, lstm_without_forget_gate
from gradproof.symbolic.theorems.recurrence import (
    ElmanRecurrence,
    LeakyRecurrence,
    ResidualRecurrence,
)

__all__ = ["CELLS", "GATED_CELLS", "jacobian_product", "state_jacobian"]

#: Cells by name, as functions of the activation.
CELLS: Mapping[str, Callable[[str], Cell]] = {
    "elman": lambda activation: ElmanRecurrence(activation).cell,
    "leaky": lambda activation: LeakyRecurrence(activation).cell,
    "residual": lambda activation: ResidualRecurrence(activation).cell,
    "lstm": lambda _activation: lstm(),
    "lstm_without_forget_gate": lambda _activation: lstm_without_forget_gate(),
    "gru": lambda _activation: gru(),
}

#: Those that have activations of their own.
GATED_CELLS = frozenset({"gru", "lstm", "lstm_without_forget_gate"})


def _cell(name: str, activation: str) -> Cell:
    if name not in CELLS:
        raise UnknownNameError("cell", f"is {name!r}", f"use one of {', '.join(CELLS)}")
    return CELLS[name](activation)


@functools.cache
def state_jacobian(cell: str = "elman", activation: str = "tanh") -> Theorem:
    """Return ∂s_k/∂s_{k−1}, s being the whole state of the cell.

    Raises
    ------
    UnknownNameError
        If there is no such cell.

    >>> print(state_jacobian("residual"))
    ∂h_k/∂h_{k−1} = I + diag(tanh′(z_k)) W
    """
    return _cell(cell, activation).state_jacobian()


@functools.cache
def jacobian_product(cell: str = "elman", activation: str = "tanh") -> Theorem:
    """Return ∂s_{t+n}/∂s_t as the product of the state Jacobians of n steps, by induction on n.

    Raises
    ------
    UnknownNameError
        If there is no such cell.

    >>> print(jacobian_product("residual", "logistic"))
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [I + diag(logistic′(z_k)) W]
    """
    return _cell(cell, activation).jacobian_product(state_jacobian(cell, activation))
