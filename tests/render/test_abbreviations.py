"""Letters for long blocks: each stands for one block, and says nothing that isn't so."""

import sympy as sp

from gradproof.render.abbreviations import Abbreviations
from gradproof.symbolic.language.notation import latex
from gradproof.symbolic.theorems.bounds import product_norm_upper
from gradproof.symbolic.theorems.cells import jacobian_product, state_jacobian
from gradproof.symbolic.theorems.gated_bounds import lstm_norm_upper


def restored(expression, short):
    blocks = {symbol: block for block, symbol in short.symbols.items()}
    return expression.xreplace(blocks)


def test_put_back_they_give_the_formula():
    theorems = (state_jacobian("lstm"), jacobian_product("lstm"), *lstm_norm_upper())
    for theorem in theorems:
        short = Abbreviations.of(theorem)
        sides = [theorem.proposition.left, theorem.proposition.right]
        sides += [step.right for step in theorem.steps]
        for side in sides:
            # A letter is one for the block of a bound step and for that of a free one.
            assert latex(restored(short.applied(side), short)) == latex(side)
            assert len(short.latex(side)) <= len(latex(side))


def test_one_letter_stands_for_a_block_at_every_step():
    short = Abbreviations.of(jacobian_product("lstm"))
    names = {symbol.name for symbol in short.symbols.values()}
    assert names == {
        rf"\mathcal{{{letter}}}_{{{index}}}" for letter in "ABC" for index in ("k", "t+n+1")
    }
    assert [name for name, _ in short.definitions] == [
        rf"\mathcal{{{letter}}}_{{k}}" for letter in "ABC"
    ]


def test_short_formulas_have_none():
    theorem = product_norm_upper()
    short = Abbreviations.of(theorem)
    assert short.symbols == {}
    assert short.applied(theorem.proposition.right) == theorem.proposition.right
    assert short.in_words("W h_k") == "W h_k"
    assert isinstance(short.applied(sp.Integer(1)), sp.Integer)
