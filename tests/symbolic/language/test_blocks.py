"""Block matrices have a meaning only as squares of blocks that fit."""

import pytest
import sympy as sp

from gradproof.symbolic.language.blocks import Blocks
from gradproof.symbolic.language.vocabulary import problem_with_part

D, E = sp.symbols("d e", integer=True, positive=True)
A, TALL, WIDE = sp.MatrixSymbol("A", D, D), sp.MatrixSymbol("B", E, D), sp.MatrixSymbol("C", D, E)
SMALL = sp.MatrixSymbol("F", E, E)
NO_SQUARES = [(A,), (A, A, A), (A,) * 5, (A,) * 6, (A, WIDE, A, A), (A, A, TALL, A), (A, D, A, A)]


@pytest.mark.parametrize("blocks", NO_SQUARES)
def test_what_is_no_square_of_blocks_is_refused(blocks):
    assert "n² blocks" in str(problem_with_part(Blocks(*blocks)))


@pytest.mark.parametrize("blocks", [(A, A, A, A), (A, WIDE, TALL, SMALL), (A,) * 9])
def test_squares_of_blocks_are_accepted(blocks):
    assert problem_with_part(Blocks(*blocks)) is None
