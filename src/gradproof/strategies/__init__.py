"""Hypothesis strategies for recurrent weights, inputs, runs and networks, with what they prescribe.

What is prescribed holds exactly, or up to a rounding that the docstring states. Examples shrink to
few units, to diagonal matrices and to short numbers.

Where this is imported, ``hypothesis.strategies.from_type(ElmanNetwork)`` draws networks. Importing
Hypothesis alone doesn't register that: it would cost every user of Hypothesis the import of SciPy.
"""

from hypothesis.strategies import register_type_strategy as _register

from gradproof.gradients.network import ElmanNetwork as _ElmanNetwork
from gradproof.strategies.initialisations import (
    ginibre,
    he,
    orthogonal_initialisation,
    recurrent_default,
    xavier,
)
from gradproof.strategies.matrices import (
    dimensions,
    dyadics,
    integer_matrices,
    recurrent_matrices,
)
from gradproof.strategies.networks import (
    input_sequences,
    integer_trajectories,
    networks,
    trajectories,
)
from gradproof.strategies.prescribed import (
    matrices_of_departure,
    matrices_of_smallest_singular_value,
    stable_matrices,
    unstable_matrices,
)
from gradproof.strategies.sequences import (
    bounded_inputs,
    saturated_trajectories,
    trajectories_with_slopes,
)
from gradproof.strategies.structured import (
    dale_matrices,
    jordan_matrices,
    near_defective_matrices,
    nilpotent_matrices,
    orthogonal_matrices,
    rational_matrices,
    reducible_matrices,
)

__all__ = [
    "bounded_inputs",
    "dale_matrices",
    "dimensions",
    "dyadics",
    "ginibre",
    "he",
    "input_sequences",
    "integer_matrices",
    "integer_trajectories",
    "jordan_matrices",
    "matrices_of_departure",
    "matrices_of_smallest_singular_value",
    "near_defective_matrices",
    "networks",
    "nilpotent_matrices",
    "orthogonal_initialisation",
    "orthogonal_matrices",
    "rational_matrices",
    "recurrent_default",
    "recurrent_matrices",
    "reducible_matrices",
    "saturated_trajectories",
    "stable_matrices",
    "trajectories",
    "trajectories_with_slopes",
    "unstable_matrices",
    "xavier",
]

_register(_ElmanNetwork, networks())
