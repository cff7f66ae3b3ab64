"""In a notebook, objects show themselves as formulas, and these are the ones they hold."""

import pytest

from gradproof.latex_text import as_latex
from gradproof.symbolic.theorems.bounds import product_norm_upper
from gradproof.symbolic.theorems.cells import state_jacobian

THEOREM = product_norm_upper()
(*_, SECTION) = THEOREM.sections
(*_, STEP) = THEOREM.steps
(CONDITION,) = THEOREM.conditions


@pytest.mark.parametrize(
    ("shown", "formula"),
    [
        (THEOREM, THEOREM.latex),
        (THEOREM.proposition, THEOREM.proposition.latex),
        (CONDITION, CONDITION.latex),
        (STEP, STEP.proposition.latex),
        (SECTION.chain, SECTION.chain.proposition.latex.split(r"\le")[-1]),
        (state_jacobian("lstm"), state_jacobian("lstm").proposition.latex),
    ],
    ids=["theorem", "proposition", "hypothesis", "step", "chain", "blocks"],
)
def test_an_object_shows_its_formula(shown, formula):
    latex = shown._repr_latex_()
    assert latex.startswith("$")
    assert latex.endswith("$")
    assert formula.strip() in latex


def test_a_chain_shows_a_row_for_each_step_with_its_law():
    latex = SECTION.chain.latex
    assert latex.count(r"\\ &") == len(SECTION.chain.steps)
    assert all(f"{{{as_latex(step.law.name)}}}" in latex for step in SECTION.chain.steps)
    assert latex.count("{") == latex.count("}")


def test_what_has_no_formula_shows_none():
    assert STEP.law._repr_latex_() is None
