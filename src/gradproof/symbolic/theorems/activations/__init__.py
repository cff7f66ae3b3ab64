"""The activations: the derivatives of each, their exact ranges and their greatest moduli.

One module for each family; :data:`CONSTANTS` is the table of what they prove.

>>> CONSTANTS["gelu"].second_upper.upper, CONSTANTS["gelu"].grade.value
(sqrt(2)/sqrt(pi), 'enclosed')
"""

from gradproof.symbolic.theorems.activations.constants import (
    CONSTANTS,
    ActivationConstants,
    Figure,
)

__all__ = ["CONSTANTS", "ActivationConstants", "Figure"]
