"""What an analysis says, in words for readers who know recurrent networks, not this theory."""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

import numpy as np

from gradproof.analysis.analyse import HORIZONS, LayerAnalysis
from gradproof.analysis.gated import StateBound
from gradproof.analysis.reach import has_full_row_rank
from gradproof.growth.decision import Decision
from gradproof.growth.scaling import ScaledBound
from gradproof.spectral.bracket import Enclosure
from gradproof.weights.layers import Kind

__all__ = [
    "HEADLINES",
    "certificate",
    "certificate_in_words",
    "certificate_kind",
    "decision_in_words",
    "kind_in_words",
    "power",
    "rounded_down",
    "rounded_up",
    "shown_enclosure",
    "shown_rates",
]

HEADLINES = {
    Decision.DECAY: "gradients vanish",
    Decision.EXPLOSION_POSSIBLE: "gradients can explode",
    Decision.UNDECIDED: "undecided",
}

_KINDS = {Kind.SIMPLE: "simple recurrent layer", Kind.LSTM: "LSTM", Kind.GRU: "GRU"}
_THRESHOLDS = {
    "0.001": "a thousandth",
    "float32": "the smallest float32",
    "float64": "the smallest float64",
}
assert set(_THRESHOLDS) == set(HORIZONS)


def rounded_up(x: float, digits: int = 4) -> str:
    """Return x with so many significant digits, more near 1, not below x.

    >>> rounded_up(0.98765), rounded_up(1 - 2.0**-20), rounded_up(float("inf"))
    ('0.9877', '0.9999991', '∞')
    """
    return _shown(x, Context(prec=digits, rounding=ROUND_CEILING))


def rounded_down(x: float, digits: int = 4) -> str:
    """Return x with so many significant digits, not above x.

    >>> rounded_down(0.98769), rounded_down(2.0**-30)
    ('0.9876', '9.313e-10')
    """
    return _shown(x, Context(prec=digits, rounding=ROUND_FLOOR))


def _shown(x: float, context: Context) -> str:
    if not math.isfinite(x):
        return "∞" if x > 0 else "−∞" if x < 0 else "unknown"
    number = context.create_decimal(Decimal(x))
    while number == 1 != x:  # on which side of 1 it is has to be seen
        context.prec += 1
        number = context.create_decimal(Decimal(x))
    if number == 0:
        return "0"
    if -4 <= number.adjusted() < 6:
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits, _, exponent = f"{number:e}".partition("e")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{digits}e{int(exponent)}".replace("-", "−", 1 if digits.startswith("-") else 0)


def shown_enclosure(found: Enclosure | None) -> str:
    """Return the number to the digits that are known, four at most, or its two ends.

    >>> shown_enclosure(Enclosure(0.987612, 0.987613)), shown_enclosure(Enclosure(0.75, 1.25))
    ('0.9876', '0.75 … 1.25')
    >>> shown_enclosure(Enclosure(1 - 2.0**-20, 1 - 2.0**-21))
    '0.9999 … 0.9999996'
    """
    if found is None:
        return "beyond float64"
    down, up = (Context(prec=4).create_decimal(Decimal(x)) for x in (found.lower, found.upper))
    if down == up and (down != 1 or found.lower == found.upper == 1):
        return _shown(float(down), Context(prec=4))
    return f"{rounded_down(found.lower)} … {rounded_up(found.upper)}"


def shown_rates(analysis: LayerAnalysis, digits: int = 4) -> str:
    """Return the rate: where it is decided the end that decides, else the bracket."""
    if analysis.decision is Decision.DECAY:
        return f"≤ {rounded_up(analysis.rate_upper, digits)}"
    if analysis.decision is Decision.EXPLOSION_POSSIBLE:
        return f"≥ {rounded_down(analysis.rate_lower, digits)}"
    return (
        f"{rounded_down(analysis.rate_lower, digits)} … {rounded_up(analysis.rate_upper, digits)}"
    )


def power(constant: float, rate: str, exponent: str) -> str:
    """Return "1.9 · 0.87ⁿ", the constant rounded up, or the power alone.

    >>> power(1.0, "0.5", "ⁿ"), power(1.23456, "0.5", "ⁿ")
    ('0.5ⁿ', '1.235 · 0.5ⁿ')
    """
    alone = f"{rate}{exponent}"
    return alone if constant == 1 else f"{rounded_up(constant)} · {alone}"


def kind_in_words(analysis: LayerAnalysis) -> str:
    """Return as "LSTM, 64 units, 3 inputs per step"."""
    layer = analysis.layer
    width = layer.input_size
    parts = [_KINDS[layer.kind], _count(layer.size, "unit")]
    parts.append("without input weights" if width is None else f"{_count(width, 'input')} per step")
    if layer.kind is Kind.SIMPLE:
        parts.append(f"φ = {analysis.activation}")
    return ", ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _whose(analysis: LayerAnalysis) -> str:
    """Return for which inputs a decay is proved."""
    if math.isinf(analysis.inputs_within):
        return "whatever the inputs"
    return f"under all inputs with |x_j| ≤ {analysis.inputs_within:g}"


def decision_in_words(analysis: LayerAnalysis) -> list[str]:
    """Return sentences that say what is proved, and what isn't."""
    if analysis.decision is Decision.DECAY:
        return _decay_in_words(analysis)
    if analysis.decision is Decision.EXPLOSION_POSSIBLE:
        return _explosion_in_words(analysis)
    return _undecided_in_words(analysis)


def _decay_in_words(analysis: LayerAnalysis) -> list[str]:
    of = "h" if analysis.layer.kind is not Kind.LSTM else "(h, c)"
    if analysis.constant == math.inf:
        rate = rounded_up(analysis.rate_upper)
        return [f"Proved: {_whose(analysis)}, ‖∂{of}_n/∂{of}_0‖ ≤ C · {rate}ⁿ for some C."]
    bound = power(analysis.constant, rounded_up(analysis.rate_upper), "ⁿ")
    horizons = [
        f"{_THRESHOLDS[name]} after {analysis.horizon(threshold):,} steps"
        for name, threshold in HORIZONS.items()
    ]
    start = "" if analysis.layer.kind is Kind.SIMPLE else " The run starts at the zero state."
    return [
        f"Proved: {_whose(analysis)}, ‖∂{of}_n/∂{of}_0‖ ≤ {bound}.{start}",
        f"So the gradient is below {', '.join(horizons[:-1])}, {horizons[-1]} at the latest.",
    ]


def _explosion_in_words(analysis: LayerAnalysis) -> list[str]:
    slopes = getattr(certificate(analysis), "slopes", None)
    period = 1 if slopes is None else len(np.atleast_2d(slopes))
    inputs = "a constant input" if period == 1 else f"inputs that repeat every {period} steps"
    rate = rounded_down(analysis.rate_lower)
    said = [f"Proved: under {inputs}, ‖∂h_n/∂h_0‖ ≥ {rate}ⁿ at each multiple n of {period}."]
    if period == 1:
        said = [f"Proved: under {inputs}, ‖∂h_n/∂h_0‖ ≥ {rate}ⁿ for all n."]
    layer = analysis.layer
    entering = layer.gates["h"].entering
    if entering is None:
        said.append("It needs inputs that can drive each unit on its own (U of full row rank).")
    elif (reached := has_full_row_rank(entering)) is False:
        said.append(
            "It needs inputs that can drive each unit on its own. This layer has "
            f"{_count(entering.shape[1], 'input')} for {_count(layer.size, 'unit')}, so these may "
            "be out of reach: what is shown is that W doesn't rule it out."
        )
    elif reached:
        said.append("Such inputs exist: U has full row rank, as was verified.")
    else:
        said.append("It needs input weights U of full row rank, which wasn't verified.")
    return [*said, "Other inputs may still make the gradient vanish."]


def _undecided_in_words(analysis: LayerAnalysis) -> list[str]:
    upper, lower = rounded_up(analysis.rate_upper), rounded_down(analysis.rate_lower)
    if analysis.layer.kind is Kind.SIMPLE:
        said = ["Neither is shown: some inputs may make gradients grow, or none may."]
        if math.isfinite(analysis.rate_upper):
            said.append(
                f"Proved: the greatest rate that inputs can reach is in [{lower}, {upper}]."
            )
        advice = getattr(analysis.proof, "advice", None)
        return [*said, *([_sentence(advice)] if advice else [])]
    whose = _whose(analysis)
    if analysis.rate_upper <= 1:
        said = [f"Proved: gradients don't explode {whose}: ‖∂h_n/∂h_0‖ ≤ "]
        said[0] += f"{rounded_up(analysis.constant)} for all n. Whether they vanish stays open."
    elif math.isfinite(analysis.rate_upper):
        said = [f"Proved: {whose}, gradients grow by at most {upper} per step; no decay is shown."]
    else:
        said = [f"The weights bound no rate {whose}."]
    if math.isinf(analysis.inputs_within):
        gate = "a forget" if analysis.layer.kind is Kind.LSTM else "an update"
        said.append(
            f"Inputs without a bound can hold {gate} gate open, where the gradient doesn't "
            "vanish. Give --input-bound X to ask about all inputs with |x_j| ≤ X."
        )
    return said


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def certificate(analysis: LayerAnalysis) -> Any:
    """Return what proves the decision, or None."""
    if analysis.decision is Decision.UNDECIDED:
        return None
    if isinstance(analysis.proof, StateBound):
        return analysis.proof
    return None if analysis.proof is None else analysis.proof.certificate


def certificate_kind(found: Any) -> str | None:
    """Return the name of a kind of certificate, as "sector bound" for a ``SectorBound``.

    >>> certificate_kind(StateBound("∞", 0.5, 1.0))
    'state bound'
    """
    if found is None:
        return None
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(found).__name__).lower()


_IN_WORDS = {
    "scaled bound": "in units rescaled one by one, every step shrinks the gradient",
    "sector bound": "a quadratic length of the gradient that every step shrinks, "
    "whatever the slopes",
    "vertex bound": "the joint spectral radius of all the steps that extreme slopes make",
    "periodic witness": "slopes that inputs can make the units have, again and again, "
    "and under which the gradient grows",
    "state bound": "bounds of the gates, their slopes and the weights",
}


def certificate_in_words(found: Any) -> str | None:
    """Return what a certificate is, for a reader; None where nothing is decided."""
    kind = certificate_kind(found)
    if isinstance(found, ScaledBound) and found.norm == "2" and np.ptp(found.scaling) == 0:
        return "γ‖W‖ < 1: every step shrinks the gradient"
    return None if kind is None else f"{kind}: {_IN_WORDS[kind]}" if kind in _IN_WORDS else kind
