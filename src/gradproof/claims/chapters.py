"""The chapters of the book, in their order."""

from __future__ import annotations

import enum

__all__ = ["Chapter"]


class Chapter(enum.Enum):
    """What a claim is about; the value is the word that a claim declares."""

    ACTIVATIONS = "activations"
    CHAIN = "chain"
    CELLS = "cells"
    NORMS = "norms"
    POWERS = "powers"
    COUNTEREXAMPLES = "counterexamples"
    EXAMPLES = "examples"

    @property
    def title(self) -> str:
        return _TITLES[self]


_TITLES = {
    Chapter.ACTIVATIONS: "Activations",
    Chapter.CHAIN: "The chain: Jacobians and their products",
    Chapter.CELLS: "Leaky, residual and gated cells",
    Chapter.NORMS: "Norm bounds",
    Chapter.POWERS: "Eigenvalues and powers",
    Chapter.COUNTEREXAMPLES: "What fails",
    Chapter.EXAMPLES: "Examples",
}
