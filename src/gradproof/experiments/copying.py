"""The copying task: a tanh network and an LSTM, with the controls that a causal reading needs.

A sequence of symbols, blanks, a marker, and then the symbols are to be given back. The controls: no
delay; one symbol at several lags; more updates; other initial weights. Of each network it is
measured how much of the gradient arrives, before and after training.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import torch
from torch import nn

from gradproof.experiments import gradient_flow
from gradproof.experiments.copying_cases import (
    BATCH,
    CASES,
    IDENTITY,
    LARGEST_NORM,
    LAST,
    SYMBOLS,
    UNITS,
    Case,
)
from gradproof.experiments.record import Record, over_seeds

__all__ = ["PARTS", "copying"]

SEED = 42
#: Of the article: what is trained from its own seed, once as it is, and once without clipping.
OWN = CASES["tanh_delay_20"]
PARTS = 2 + sum(case.seeds for case in CASES.values())


class Network(nn.Module):
    """Embedding, one recurrent layer, and a linear readout at every step."""

    def __init__(self, *, lstm: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS + 2, UNITS)
        cell = nn.LSTM if lstm else nn.RNN
        self.recurrent = cell(UNITS, UNITS, batch_first=True)
        self.output = nn.Linear(UNITS, SYMBOLS + 2)

    def forward(self, symbols: torch.Tensor) -> torch.Tensor:
        return self.read(self.embedding(symbols))

    def read(self, embedded: torch.Tensor) -> torch.Tensor:
        """Return the scores of all classes at every step."""
        states, _ = self.recurrent(embedded)
        return torch.as_tensor(self.output(states))


def network(case: Case) -> Network:
    """Return a network with the initial weights of the case."""
    made = Network(lstm=case.lstm)
    layer = made.recurrent
    with torch.no_grad():
        made.embedding.weight *= case.embedding
        if case.recurrent == "orthogonal":
            nn.init.orthogonal_(layer.weight_hh_l0)
        if case.recurrent == "identity":
            layer.weight_hh_l0.copy_(IDENTITY * torch.eye(UNITS))
            layer.bias_ih_l0.zero_()
            layer.bias_hh_l0.zero_()
        if case.forget is not None:  # the gates stand in the order i, f, g, o, with two biases
            layer.bias_ih_l0[UNITS : 2 * UNITS] = case.forget
            layer.bias_hh_l0[UNITS : 2 * UNITS] = 0
    return made


def sequences(
    length: int, delay: int, batch: int = BATCH, generator: torch.Generator | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and targets; 0 is the blank, 9 the marker, which stands after the delay."""
    symbols = torch.randint(1, SYMBOLS + 1, (batch, length), generator=generator)
    total = 2 * length + delay + 1
    inputs = torch.zeros(batch, total, dtype=torch.long)
    inputs[:, :length] = symbols
    inputs[:, length + delay] = SYMBOLS + 1
    targets = torch.zeros(batch, total, dtype=torch.long)
    targets[:, length + delay + 1 :] = symbols
    return inputs, targets


def log_reach(trained_network: Network, length: int, delay: int) -> float:
    """Return log₁₀ of the part of the gradient that reaches the step where a symbol is shown.

    That is the geometric mean of ‖∂ℓ/∂x_i‖/‖∂ℓ/∂x_r‖ over symbols and sequences: ℓ is the loss of
    the recall of one symbol, x_i the embedded input where it is shown, x_r where it is recalled.
    In float64, on sequences of their own.
    """
    measured = copy.deepcopy(trained_network).double()
    inputs, targets = sequences(length, delay, generator=torch.Generator().manual_seed(0))
    embedded = measured.embedding(inputs).detach().requires_grad_()
    scores = measured.read(embedded)
    logs = []
    for shown in range(length):
        recalled = shown + length + delay + 1
        loss = nn.functional.cross_entropy(
            scores[:, recalled], targets[:, recalled], reduction="sum"
        )
        (gradient,) = torch.autograd.grad(loss, embedded, retain_graph=True)
        norms = gradient.norm(dim=2)
        logs.append((norms[:, shown] / norms[:, recalled]).log10())
    return float(torch.stack(logs).mean())


def trained(
    made: Network,
    length: int,
    delay: int,
    updates: int,
    rate: float = 0.001,
    *,
    clipped: bool = True,
) -> dict[str, Any]:
    """Train with Adam on fresh batches, gradients clipped; return loss and accuracy of recall.

    Of the gradients' norms before clipping it says how many were above the threshold, and the
    greatest.
    """
    optimiser = torch.optim.Adam(made.parameters(), lr=rate)
    loss_of = nn.CrossEntropyLoss()
    losses, accuracies, norms = [], [], []
    before = log_reach(made, length, delay)
    for _ in range(updates):
        inputs, targets = sequences(length, delay)
        optimiser.zero_grad()
        outputs = made(inputs)
        loss = loss_of(outputs.reshape(-1, SYMBOLS + 2), targets.reshape(-1))
        loss.backward()
        largest = LARGEST_NORM if clipped else float("inf")
        norms.append(float(nn.utils.clip_grad_norm_(made.parameters(), largest)))
        optimiser.step()
        recalled = outputs[:, length + delay + 1 :].argmax(-1)
        right = recalled == targets[:, length + delay + 1 :]
        accuracies.append(float(right.double().mean()))
        losses.append(float(loss.detach()))
    return {
        "loss": sum(losses[-LAST:]) / LAST,
        "accuracy": sum(accuracies[-LAST:]) / LAST,
        "log_reach_before": before,
        "log_reach_after": log_reach(made, length, delay),
        "share_clipped": sum(norm > LARGEST_NORM for norm in norms) / updates,
        "greatest_norm": max(norms),
        "losses": losses[:: max(updates // 50, 1)],
        "accuracies": accuracies[:: max(updates // 50, 1)],
    }


def _from_the_text(*, clipped: bool) -> dict[str, Any]:
    """Draw what is drawn before, in its order, from seed 42, and train the tanh network."""
    torch.manual_seed(SEED)
    torch.randn(1, gradient_flow.STEPS, gradient_flow.INPUTS)
    gradient_flow.network(gradient_flow.GAINS[0])
    inputs, targets = sequences(OWN.length, OWN.delay)
    made = network(OWN)
    example = {"input": inputs[0].tolist(), "target": targets[0].tolist()}
    outcome = trained(made, OWN.length, OWN.delay, OWN.updates, clipped=clipped)
    return {"example": example, **outcome}


def _departure(made: Network) -> float:
    """Return ‖WᵀW − I‖, which is 0 where W is orthogonal."""
    W = made.recurrent.weight_hh_l0.detach().double()
    return float(torch.linalg.matrix_norm(W.T @ W - torch.eye(UNITS), 2))


def _outcome(case: Case, seed: int) -> dict[str, float]:
    torch.manual_seed(seed)
    made = network(case)
    found = trained(made, case.length, case.delay, case.updates, case.rate)
    if case.recurrent == "orthogonal":
        found["departure_from_orthogonal"] = _departure(made)
    return {name: value for name, value in found.items() if isinstance(value, float)}


def copying(advance: Callable[[], None]) -> Record:
    """Train with the article's settings, over seeds, and with the controls."""
    results: dict[str, Any] = {"seed_42": _from_the_text(clipped=True)}
    advance()
    results["seed_42_unclipped"] = _from_the_text(clipped=False)
    advance()
    for name, case in CASES.items():
        results[name] = over_seeds(functools.partial(_outcome, case), range(case.seeds), advance)
    settings = {
        "symbols": SYMBOLS,
        "units": UNITS,
        "batch": BATCH,
        "largest_norm": LARGEST_NORM,
        "last": LAST,
        "identity": IDENTITY,
        "cases": {name: asdict(case) for name, case in CASES.items()},
    }
    return Record("copying", f"torch {torch.__version__}", settings, results)
