"""The copying task: a tanh network and an LSTM, with the controls that a causal reading needs.

A sequence of symbols, blanks, a marker, and then the symbols are to be given back. The controls: no
delay; one symbol at several lags; more updates; other initial weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from gradproof.experiments import gradient_flow
from gradproof.experiments.record import Record, summary

__all__ = ["PARTS", "copying"]

SYMBOLS, UNITS, BATCH, LENGTH, DELAY = 8, 64, 32, 10, 20
UPDATES, RATE, LARGEST_NORM = 500, 0.001, 1.0
SEED, SEEDS = 42, 5
#: Accuracy is the mean over so many last updates, each of a fresh batch.
LAST = 50
LAGS, LAG_SEEDS = (1, 2, 4, 8, 16, 32), 3
MORE_UPDATES, MORE_SEEDS = 4000, 2
PARTS = 1 + 4 * SEEDS + 2 * len(LAGS) * LAG_SEEDS + 2 * MORE_SEEDS + SEEDS


class Network(nn.Module):
    """Embedding, one recurrent layer, and a linear readout at every step."""

    def __init__(self, *, lstm: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS + 2, UNITS)
        cell = nn.LSTM if lstm else nn.RNN
        self.recurrent = cell(UNITS, UNITS, batch_first=True)
        self.output = nn.Linear(UNITS, SYMBOLS + 2)

    def forward(self, symbols: torch.Tensor) -> torch.Tensor:
        states, _ = self.recurrent(self.embedding(symbols))
        return torch.as_tensor(self.output(states))


def sequences(length: int, delay: int, batch: int = BATCH) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and targets; 0 is the blank, 9 the marker, which stands after the delay."""
    symbols = torch.randint(1, SYMBOLS + 1, (batch, length))
    total = 2 * length + delay + 1
    inputs = torch.zeros(batch, total, dtype=torch.long)
    inputs[:, :length] = symbols
    inputs[:, length + delay] = SYMBOLS + 1
    targets = torch.zeros(batch, total, dtype=torch.long)
    targets[:, length + delay + 1 :] = symbols
    return inputs, targets


def trained(network: Network, length: int, delay: int, updates: int) -> dict[str, Any]:
    """Train with Adam on fresh batches, gradients clipped; return loss and accuracy of recall."""
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    loss_of = nn.CrossEntropyLoss()
    losses, accuracies = [], []
    for _ in range(updates):
        inputs, targets = sequences(length, delay)
        optimiser.zero_grad()
        outputs = network(inputs)
        loss = loss_of(outputs.reshape(-1, SYMBOLS + 2), targets.reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), LARGEST_NORM)
        optimiser.step()
        recalled = outputs[:, length + delay + 1 :].argmax(-1)
        right = recalled == targets[:, length + delay + 1 :]
        accuracies.append(float(right.double().mean()))
        losses.append(float(loss.detach()))
    return {
        "loss": sum(losses[-LAST:]) / LAST,
        "accuracy": sum(accuracies[-LAST:]) / LAST,
        "losses": losses[:: max(updates // 50, 1)],
        "accuracies": accuracies[:: max(updates // 50, 1)],
    }


def _from_the_text() -> dict[str, Any]:
    """Draw what is drawn before, in its order, from seed 42, and train the tanh network."""
    torch.manual_seed(SEED)
    torch.randn(1, gradient_flow.STEPS, gradient_flow.INPUTS)
    gradient_flow.network(gradient_flow.GAINS[0])
    inputs, targets = sequences(LENGTH, DELAY)
    network = Network(lstm=False)
    example = {"input": inputs[0].tolist(), "target": targets[0].tolist()}
    return {"example": example, **trained(network, LENGTH, DELAY, UPDATES)}


def _orthogonal(network: Network) -> Network:
    nn.init.orthogonal_(network.recurrent.weight_hh_l0)
    return network


def copying(advance: Callable[[], None]) -> Record:
    """Train with the article's settings, over seeds, and with the controls."""
    results: dict[str, Any] = {"seed_42": _from_the_text()}
    advance()

    def repeated(
        make: Callable[[], Network], length: int, delay: int, updates: int, seeds: int
    ) -> dict[str, Any]:
        outcomes = []
        for seed in range(seeds):
            torch.manual_seed(seed)
            outcomes.append(trained(make(), length, delay, updates))
            advance()
        return {name: summary([o[name] for o in outcomes]) for name in ("loss", "accuracy")}

    for lstm, cell in ((False, "tanh"), (True, "lstm")):

        def make(lstm: bool = lstm) -> Network:
            return Network(lstm=lstm)

        for delay in (DELAY, 0):
            results[f"{cell}_delay_{delay}"] = repeated(make, LENGTH, delay, UPDATES, SEEDS)
        for lag in LAGS:
            results[f"{cell}_lag_{lag}"] = repeated(make, 1, lag - 1, UPDATES, LAG_SEEDS)
        results[f"{cell}_more_updates"] = repeated(make, LENGTH, 0, MORE_UPDATES, MORE_SEEDS)
    results["orthogonal_delay_20"] = repeated(
        lambda: _orthogonal(Network(lstm=False)), LENGTH, DELAY, UPDATES, SEEDS
    )
    settings = {
        "symbols": SYMBOLS,
        "units": UNITS,
        "batch": BATCH,
        "length": LENGTH,
        "delay": DELAY,
        "updates": UPDATES,
        "rate": RATE,
        "largest_norm": LARGEST_NORM,
        "last": LAST,
        "lags": list(LAGS),
        "more_updates": MORE_UPDATES,
    }
    return Record("copying", torch.__version__, settings, results)
