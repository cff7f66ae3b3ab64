"""From a recurrent layer to what can be said of its gradients."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from gradproof.analysis.criteria import Criterion, classical_criteria
from gradproof.analysis.gated import GateRange, StateBound, gate_ranges, state_bounds
from gradproof.analysis.runs import MeasuredGradients, measure
from gradproof.arrays import Array
from gradproof.errors import EnclosureError
from gradproof.growth.decision import Decay, Decision, GrowthDecision, decide
from gradproof.growth.products import LogNormEnclosure, enclose_log_norm_of_product
from gradproof.growth.slopes import slope_range
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.enclosures import enclose_spectral_norm, enclose_spectral_radius
from gradproof.weights.layers import Kind, RecurrentLayer

__all__ = ["HORIZONS", "GateAnalysis", "LayerAnalysis", "analyse"]

#: Names of thresholds below which a gradient is looked for.
HORIZONS = {"0.001": 1e-3, "float32": 2.0**-149, "float64": 2.0**-1074}


@dataclass(frozen=True)
class GateAnalysis:
    """One recurrent matrix of a layer: ρ(W), ‖W‖ and, for a gate, between what values it stays.

    The enclosures are None where they leave the range of float64.
    """

    radius: Enclosure | None
    norm: Enclosure | None
    range: GateRange | None = None


@dataclass(frozen=True, eq=False)
class LayerAnalysis:
    """What is known of the gradients of a layer.

    Parameters
    ----------
    layer
        The layer itself.
    activation
        Of a simple layer: φ, which no file of weights tells.
    inputs_within
        X: for a gated layer decay is decided for all inputs with |x_j| ≤ X.
    decision, rate_lower, rate_upper, constant
        As of :class:`gradproof.growth.decision.GrowthDecision`.
    proof
        What it rests on: the decision for a simple layer, the bound for a gated one, or None.
    gates
        Each recurrent matrix by its label.
    criteria
        Of the literature, for a simple layer.
    run
        Gradients along the given inputs.
    run_log
        log ‖Φ_T‖ of a simple layer, enclosed for the slopes as recorded on that run.
    seconds
        What it took.
    """

    layer: RecurrentLayer
    activation: str
    inputs_within: float
    decision: Decision
    rate_lower: float
    rate_upper: float
    constant: float
    proof: GrowthDecision | StateBound | None
    gates: dict[str, GateAnalysis]
    criteria: tuple[Criterion, ...] = ()
    run: MeasuredGradients | None = None
    run_log: LogNormEnclosure | None = None
    seconds: float = field(default=0.0)

    def horizon(self, threshold: float, /) -> int | None:
        """Return n from which on gradients are proved to be at most the threshold, or None."""
        if self.decision is not Decision.DECAY or self.constant == math.inf:
            return None
        if isinstance(self.proof, Decay):
            return self.proof.horizon(threshold)
        if self.constant <= threshold:
            return 0
        if self.rate_upper == 0:
            return 1
        # The quotient is right up to a few u, the factor covers them.
        needed = (math.log(self.constant) - math.log(threshold)) / -math.log(self.rate_upper)
        return math.ceil(needed * (1 + 2.0**-40)) + 1


def analyse(
    layer: RecurrentLayer,
    /,
    *,
    activation: str = "tanh",
    budget: float = 10.0,
    inputs_within: float = math.inf,
    inputs: Array | None = None,
) -> LayerAnalysis:
    """Analyse one layer.

    Parameters
    ----------
    activation
        φ of a simple layer; LSTM and GRU have the logistic function and tanh.
    budget
        Seconds for the decision.
    inputs_within
        X ≥ 0, for a gated layer: only inputs with |x_j| ≤ X are asked about.
    inputs
        Of a run to measure, shape (T, m).

    Raises
    ------
    UnknownNameError, OutOfRangeError, ShapeError
        If the activation isn't known, or the inputs aren't those of this layer.

    >>> import numpy as np
    >>> from gradproof.weights.layers import Gate
    >>> gate = Gate(np.array([[0.5, 0.9], [0.0, 0.5]]), None, np.zeros((0, 2)), np.zeros(2))
    >>> found = analyse(RecurrentLayer(Kind.SIMPLE, {"h": gate}))
    >>> found.decision.value, found.rate_upper < 0.7, found.horizon(1e-3)
    ('decay', True, 20)
    """
    started = time.perf_counter()
    slopes = slope_range(activation)
    run = None if inputs is None else measure(layer, inputs, activation=activation)
    if layer.kind is not Kind.SIMPLE:
        return _gated(layer, inputs_within, run, started)
    W = layer.gates["h"].recurrent
    gate = GateAnalysis(*_enclosed(W))
    proof = decide(W, activation=activation, budget=budget)
    criteria: tuple[Criterion, ...] = ()
    if gate.radius is not None and gate.norm is not None:
        criteria = classical_criteria(W, gate.radius, gate.norm, slopes, proof.decision)
    return LayerAnalysis(
        layer,
        activation,
        math.inf,
        proof.decision,
        proof.rate_lower,
        proof.rate_upper,
        proof.constant,
        proof,
        {"h": gate},
        criteria,
        run,
        None if run is None else enclose_log_norm_of_product(W, run.slopes),
        time.perf_counter() - started,
    )


def _gated(
    layer: RecurrentLayer, inputs_within: float, run: MeasuredGradients | None, started: float
) -> LayerAnalysis:
    bounds = state_bounds(layer, inputs_within=inputs_within)
    ranges = gate_ranges(layer, inputs_within=inputs_within)
    best = bounds[0] if bounds else None
    rate = math.inf if best is None else best.rate
    return LayerAnalysis(
        layer,
        "",
        inputs_within,
        Decision.DECAY if rate < 1 else Decision.UNDECIDED,
        0.0,
        rate,
        math.inf if best is None else best.constant,
        best,
        {
            label: GateAnalysis(*_enclosed(gate.recurrent), ranges.get(label))
            for label, gate in layer.gates.items()
        },
        run=run,
        seconds=time.perf_counter() - started,
    )


def _enclosed(W: Array) -> tuple[Enclosure | None, Enclosure | None]:
    found: list[Enclosure | None] = []
    for enclose in (enclose_spectral_radius, enclose_spectral_norm):
        try:
            found.append(enclose(W))
        except EnclosureError:
            found.append(None)
    return found[0], found[1]
