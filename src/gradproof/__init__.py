"""Machine-checked mathematics of vanishing and exploding gradients.

The names below are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from gradproof.claims.check import check as check
    from gradproof.claims.claim import claim as claim
    from gradproof.claims.evidence import all_of as all_of
    from gradproof.claims.evidence import confirmed as confirmed
    from gradproof.claims.evidence import decided as decided
    from gradproof.claims.evidence import enclosed as enclosed
    from gradproof.claims.evidence import exactly as exactly
    from gradproof.claims.evidence import floating as floating
    from gradproof.claims.evidence import refuted as refuted
    from gradproof.claims.evidence import sampled as sampled
    from gradproof.cli import main as main
    from gradproof.gradients.network import ElmanNetwork as ElmanNetwork
    from gradproof.growth.decision import decide as decide
    from gradproof.growth.joint_spectral_radius import (
        joint_spectral_radius as joint_spectral_radius,
    )
    from gradproof.growth.numerical_radius import (
        enclose_numerical_radius as enclose_numerical_radius,
    )
    from gradproof.growth.products import (
        enclose_log_norm_of_product as enclose_log_norm_of_product,
    )
    from gradproof.hypotheses.declared import NotKnownToNeed as NotKnownToNeed
    from gradproof.hypotheses.declared import Without as Without
    from gradproof.sampling.properties import at_most as at_most
    from gradproof.sampling.properties import close as close
    from gradproof.source import Source as Source
    from gradproof.spectral.enclosures import (
        enclose_smallest_singular_value as enclose_smallest_singular_value,
    )
    from gradproof.spectral.enclosures import enclose_spectral_norm as enclose_spectral_norm
    from gradproof.spectral.enclosures import enclose_spectral_radius as enclose_spectral_radius
    from gradproof.verdict import Grade as Grade
    from gradproof.verdict import Judgement as Judgement
    from gradproof.verdict import Scope as Scope
    from gradproof.verdict import Verdict as Verdict
    from gradproof.verdict import Witness as Witness

_HOMES = {
    "ElmanNetwork": "gradients.network",
    "Grade": "verdict",
    "Judgement": "verdict",
    "NotKnownToNeed": "hypotheses.declared",
    "Scope": "verdict",
    "Source": "source",
    "Verdict": "verdict",
    "Without": "hypotheses.declared",
    "Witness": "verdict",
    "all_of": "claims.evidence",
    "at_most": "sampling.properties",
    "check": "claims.check",
    "claim": "claims.claim",
    "close": "sampling.properties",
    "confirmed": "claims.evidence",
    "decide": "growth.decision",
    "decided": "claims.evidence",
    "enclose_log_norm_of_product": "growth.products",
    "enclose_numerical_radius": "growth.numerical_radius",
    "enclose_smallest_singular_value": "spectral.enclosures",
    "enclose_spectral_norm": "spectral.enclosures",
    "enclose_spectral_radius": "spectral.enclosures",
    "enclosed": "claims.evidence",
    "exactly": "claims.evidence",
    "floating": "claims.evidence",
    "joint_spectral_radius": "growth.joint_spectral_radius",
    "main": "cli",
    "refuted": "claims.evidence",
    "sampled": "claims.evidence",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gradproof' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"gradproof.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
