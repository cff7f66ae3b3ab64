"""What a claim is restated for: another cell, another activation."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["restated_for"]

_CELLS: Mapping[str, str] = {
    "elman": "the Elman network",
    "leaky": "the leaky network",
    "residual": "the residual network",
    "lstm": "the LSTM",
    "lstm_without_forget_gate": "the LSTM without forget gate",
    "gru": "the GRU",
}


def restated_for(*, cell: str | None = None, activation: str | None = None) -> str:
    """Return the words that follow the name of the claim, "" where nothing is chosen.

    >>> restated_for(cell="lstm")
    'for the LSTM'
    >>> restated_for(cell="leaky", activation="logistic")
    'for the leaky network with φ = logistic'
    """
    of_cell = [] if cell is None else [_CELLS.get(cell, cell)]
    function = "φ" if activation == "phi" else f"φ = {activation}"
    of_activation = [] if activation is None else [function]
    words = " with ".join(of_cell + of_activation)
    return f"for {words}" if words else ""
