"""How the gradient of a loss at the last step shrinks on its way back, in a small tanh network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from gradproof.experiments.record import Record, summary

__all__ = ["PARTS", "gradient_flow"]

STEPS, INPUTS, UNITS, FIRST_INPUTS = 30, 5, 20, 5
SEED, SEEDS = 42, 200
GAINS = (0.5, 1.0, 2.0)
PARTS = 1 + len(GAINS) * SEEDS


def network(gain: float) -> nn.ModuleDict:
    """Return the three weights, none with a bias, initialised by Xavier's uniform distribution.

    The layers are made first and initialised afterwards, in the order of their names: that fixes
    which random numbers each one gets.
    """
    layers = nn.ModuleDict(
        {
            "input": nn.Linear(INPUTS, UNITS, bias=False),
            "recurrent": nn.Linear(UNITS, UNITS, bias=False),
            "output": nn.Linear(UNITS, 1, bias=False),
        }
    )
    nn.init.xavier_uniform_(layers["input"].weight)
    nn.init.xavier_uniform_(layers["recurrent"].weight, gain=gain)
    nn.init.xavier_uniform_(layers["output"].weight)
    return layers


def measured(layers: nn.ModuleDict, inputs: torch.Tensor) -> tuple[list[float], float]:
    """Return ‖∂L/∂h_t‖ for t = 1 … 30, and the mean slope of the run."""
    target = inputs[:, :FIRST_INPUTS].sum()
    state = torch.zeros(1, UNITS, requires_grad=True)
    states = []
    for k in range(STEPS):
        state = torch.tanh(layers["input"](inputs[:, k]) + layers["recurrent"](state))
        state.retain_grad()
        states.append(state)
    loss = (layers["output"](state) - target) ** 2
    loss.backward()
    norms = [float(h.grad.norm()) for h in states if h.grad is not None]
    slopes = torch.stack([1 - h.detach() ** 2 for h in states])
    return norms, float(slopes.mean())


def _case(seed: int, gain: float, *, keep: bool = False) -> dict[str, Any]:
    torch.manual_seed(seed)
    inputs = torch.randn(1, STEPS, INPUTS)
    layers = network(gain)
    norms, mean_slope = measured(layers, inputs)
    weight = layers["recurrent"].weight.detach()
    case: dict[str, Any] = {
        "norms": norms,
        "mean_slope": mean_slope,
        "spectral_radius": float(torch.linalg.eigvals(weight).abs().max()),
        "spectral_norm": float(torch.linalg.matrix_norm(weight, 2)),
    }
    if keep:
        case["run"] = {name: layer.weight.tolist() for name, layer in layers.items()}
        case["run"]["inputs"] = inputs[0].tolist()
    return case


def gradient_flow(advance: Callable[[], None]) -> Record:
    """Measure the case of seed 42, and 200 seeds for three gains of the recurrent weights."""
    first = _case(SEED, GAINS[0], keep=True)
    advance()
    results: dict[str, Any] = {"seed_42": first}
    for gain in GAINS:
        cases = []
        for seed in range(SEEDS):
            cases.append(_case(seed, gain))
            advance()
        results[f"gain_{gain}"] = dict(_columns(cases))
    settings = {
        "steps": STEPS,
        "inputs": INPUTS,
        "units": UNITS,
        "seeds": SEEDS,
        "gains": list(GAINS),
    }
    return Record("gradient_flow", f"torch {torch.__version__}", settings, results)


def _columns(cases: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, float]]]:
    yield "ratio", summary([case["norms"][-1] / case["norms"][0] for case in cases])
    for name in ("mean_slope", "spectral_radius", "spectral_norm"):
        yield name, summary([case[name] for case in cases])
