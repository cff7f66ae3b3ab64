"""Analyses of recurrent layers as a JSON object, for programs; documented in docs/analyze.md."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradproof.analysis.analyse import HORIZONS, GateAnalysis, LayerAnalysis
from gradproof.render.analysis_words import certificate, certificate_kind
from gradproof.spectral.bracket import Enclosure
from gradproof.weights.layers import FoundLayer, Kind

__all__ = ["AnalysedLayer", "Problem", "analyses_as_json"]

SCHEMA_VERSION = 1


@dataclass(frozen=True, eq=False)
class AnalysedLayer:
    """A layer, where it was found, and its analysis."""

    file: Path
    found: FoundLayer
    analysis: LayerAnalysis


@dataclass(frozen=True)
class Problem:
    """Why a file, or a layer of it, wasn't analysed.

    Parameters
    ----------
    skipped
        Whether nobody asked for it: a file in a folder that holds no recurrent layer.
    """

    file: Path
    message: str
    skipped: bool = False


def analyses_as_json(layers: Sequence[AnalysedLayer], problems: Sequence[Problem] = ()) -> str:
    """Return {"schema": 1, "layers": […], "problems": […]}; infinite numbers are null."""
    document = {
        "schema": SCHEMA_VERSION,
        "layers": [_layer(layer) for layer in layers],
        "problems": [
            {"file": _text(p.file), "message": p.message, "skipped": p.skipped} for p in problems
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _text(path: Path) -> str:
    """Return a path as text that UTF-8 can hold."""
    return str(path).encode("utf-8", "replace").decode()


def _layer(analysed: AnalysedLayer) -> dict[str, Any]:
    found, analysis = analysed.found, analysed.analysis
    simple = analysis.layer.kind is Kind.SIMPLE
    run = analysis.run
    return {
        "file": _text(analysed.file),
        "name": found.name.encode("utf-8", "replace").decode(),
        "kind": analysis.layer.kind.value,
        "shape": list(found.shape),
        "convention": found.convention.value,
        "units": analysis.layer.size,
        "inputs": analysis.layer.input_size,
        "activation": analysis.activation or None,
        "input_bound": _number(analysis.inputs_within),
        "decision": analysis.decision.value,
        "rate_lower": _number(analysis.rate_lower),
        "rate_upper": _number(analysis.rate_upper),
        "constant": _number(analysis.constant),
        "certificate": certificate_kind(certificate(analysis)),
        "horizon": {name: analysis.horizon(threshold) for name, threshold in HORIZONS.items()},
        "matrices": {
            "W" if simple else label: _matrix(gate) for label, gate in analysis.gates.items()
        },
        "criteria": [
            {
                "criterion": criterion.formula,
                "met": criterion.met,
                "conclusion": criterion.conclusion,
                "entitled": criterion.entitled.value,
                "reason": criterion.reason,
                "true_here": criterion.agreement.value,
            }
            for criterion in analysis.criteria
        ],
        "run": None
        if run is None
        else {
            "steps": list(run.steps),
            "log_norms": [_number(log) for log in run.logs.tolist()],
            "log_norm": None
            if analysis.run_log is None
            else [_number(analysis.run_log.lower), _number(analysis.run_log.upper)],
        },
        "seconds": round(analysis.seconds, 6),
    }


def _matrix(gate: GateAnalysis) -> dict[str, Any]:
    return {"spectral_radius": _ends(gate.radius), "norm": _ends(gate.norm)}


def _ends(enclosure: Enclosure | None) -> list[float] | None:
    return None if enclosure is None else [enclosure.lower, enclosure.upper]


def _number(x: float) -> float | None:
    return x if math.isfinite(x) else None
