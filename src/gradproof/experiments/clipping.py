"""Gradient clipping at several thresholds, in training where gradients explode: in PyTorch.

The networks and settings are those of :mod:`gradproof.experiments.clipping_in_numpy`. And what
becomes of a gradient whose norm overflows before it is clipped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from gradproof.experiments.clipping_in_numpy import (
    BATCH,
    CASES,
    GAIN,
    INPUTS,
    LAST_INPUTS,
    PARTS,
    RATES,
    SEEDS,
    SETTINGS,
    STEPS,
    UNITS,
    UPDATES,
    measures_of,
)
from gradproof.experiments.record import Record, over_seeds

__all__ = ["PARTS", "clipping"]


class Network(nn.Module):
    """A tanh layer without bias, and a linear readout of its last state."""

    def __init__(self) -> None:
        super().__init__()
        self.recurrent = nn.RNN(INPUTS, UNITS, batch_first=True, bias=False)
        self.output = nn.Linear(UNITS, 1, bias=False)
        nn.init.xavier_uniform_(self.recurrent.weight_ih_l0)
        nn.init.xavier_uniform_(self.recurrent.weight_hh_l0, gain=GAIN)
        nn.init.xavier_uniform_(self.output.weight)

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        """Return the mean square error of the sum of the last inputs."""
        states, _ = self.recurrent(x)
        found = self.output(states[:, -1])[:, 0]
        return torch.as_tensor(((found - x[:, -LAST_INPUTS:].sum((1, 2))) ** 2).mean())


def trained(name: str, seed: int) -> dict[str, float]:
    """Train with the optimiser and clipping of that name; return what is kept."""
    kind, clipped, threshold = CASES[name]
    torch.manual_seed(seed)
    made = Network()
    parameters = list(made.parameters())
    make = torch.optim.Adam if kind == "adam" else torch.optim.SGD
    optimiser = make(parameters, lr=RATES[kind])
    losses, norms, updates, cosines = [], [], [], []
    for _ in range(UPDATES):
        x = torch.randn(BATCH, STEPS, INPUTS)
        optimiser.zero_grad()
        loss = made.loss(x)
        loss.backward()
        before = _together(parameters, gradients=True)
        if clipped == "norm":
            nn.utils.clip_grad_norm_(parameters, threshold)
        else:
            nn.utils.clip_grad_value_(parameters, threshold)
        after = _together(parameters, gradients=True)
        old = _together(parameters)
        optimiser.step()
        losses.append(float(loss.detach()))
        norms.append(float(before.norm()))
        updates.append(float((_together(parameters) - old).norm()))
        cosines.append(float(before @ after / before.norm() / after.norm()))
    return measures_of(losses, norms, updates, cosines)


def _together(parameters: list[nn.Parameter], *, gradients: bool = False) -> torch.Tensor:
    """Return all parameters, or their gradients, as one vector in float64."""
    parts = [p.grad if gradients else p.detach() for p in parameters]
    return torch.cat([part.flatten().double() for part in parts if part is not None])


def _overflow() -> dict[str, Any]:
    """Clip a float32 gradient whose entries are finite and whose norm isn't."""
    gradient = torch.tensor([3e19, -4e19])
    norm = gradient.norm()
    return {
        "gradient": gradient.tolist(),
        "norm": float(norm),
        "clipped": (gradient * (1.0 / norm)).tolist(),
    }


def clipping(advance: Callable[[], None]) -> Record:
    """Train with every threshold, over seeds."""
    results: dict[str, Any] = {"overflow": _overflow()}
    for name in CASES:
        results[name] = over_seeds(functools.partial(trained, name), range(SEEDS), advance)
    return Record("clipping", f"torch {torch.__version__}", SETTINGS, results)
