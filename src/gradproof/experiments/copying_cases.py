"""What is trained on the copying task: the article's setting, and controls of its causal reading.

Both computations of the accuracies read their settings here, that in PyTorch and that in NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["BATCH", "CASES", "LARGEST_NORM", "LAST", "SYMBOLS", "UNITS", "Case"]

SYMBOLS, UNITS, BATCH, LARGEST_NORM = 8, 64, 32, 1.0
#: Accuracy and loss are means over so many last updates, each of a fresh batch.
LAST = 50


@dataclass(frozen=True)
class Case:
    """One way to train on the copying task.

    Parameters
    ----------
    lstm
        An LSTM, or else a tanh network.
    length, delay
        The number of symbols, and of blanks between them and the marker.
    updates, seeds
        Of each run, and how many runs.
    rate
        Of Adam.
    recurrent
        "default": U(−1/√d, 1/√d), as in PyTorch; "orthogonal"; "identity": 1.02 I, no bias.
    embedding
        The factor of the initial embedding.
    forget
        The bias of the forget gate, instead of a random one, unless it is None. At 5 the gate is
        open: σ(5) = 0.993.
    """

    lstm: bool
    length: int
    delay: int
    updates: int = 500
    seeds: int = 5
    rate: float = 0.001
    recurrent: str = "default"
    embedding: float = 1.0
    forget: float | None = None

    @property
    def lag(self) -> int:
        """The number of steps from the input of a symbol to its recall."""
        return self.length + self.delay + 1


def _cases() -> dict[str, Case]:
    found = {}
    for lstm, cell in ((False, "tanh"), (True, "lstm")):
        for delay in (20, 0):
            found[f"{cell}_delay_{delay}"] = Case(lstm, 10, delay)
        for lag in (2, 3, 4, 5, 8, 16, 32):
            found[f"{cell}_lag_{lag}"] = Case(lstm, 1, lag - 2, seeds=3)
        found[f"{cell}_more_updates"] = Case(lstm, 10, 0, updates=4000, seeds=2)
    found["orthogonal_delay_20"] = Case(False, 10, 20, recurrent="orthogonal")
    found["orthogonal_lag_5"] = Case(False, 1, 3, seeds=3, recurrent="orthogonal")
    for bias in (1, 3, 5):
        found[f"lstm_forget_{bias}"] = Case(True, 10, 20, forget=float(bias))
    found["lstm_delay_20_more_updates"] = Case(True, 10, 20, updates=4000, seeds=2)
    slow = Case(False, 1, 20, updates=4000, rate=2e-4)
    found["tanh_lag_22"] = slow
    found["identity_lag_22"] = replace(slow, recurrent="identity", embedding=0.2)
    return found


CASES = _cases()
#: The scale of the identity: above 1, so that the slopes don't make a state at rest fade.
IDENTITY = 1.02
