"""Formulas in rows: nothing is lost, brackets pair in what isn't cut, and rows are short."""

import re

import pytest

from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.render.abbreviations import Abbreviations
from gradproof.render.latex_rows import breakable, fitted, plain_brackets, rows

CLAIMS = [claim for claim in load_claims([shipped_proofs()]) if claim.derivation is not None]
LINE = 56


def without_sizes(formula):
    return re.sub(r"\\(?:left|right|bigl|bigr)(?![a-z])", "", formula).replace(" ", "")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_the_pieces_of_every_formula_are_the_formula(claim):
    for theorem in claim.theorems():
        short = Abbreviations.of(theorem)
        for step in theorem.steps:
            formula = short.latex(step.right)
            for line in (20, LINE):
                pieces = breakable(formula, line)
                assert without_sizes("".join(pieces)) == without_sizes(formula)
                for piece in pieces:
                    assert piece.count(r"\left") == piece.count(r"\right")
                    assert piece.count("{") == piece.count("}")


def test_a_sum_is_broken_before_signs_and_a_product_between_factors():
    long = " + ".join([r"\operatorname{f}\left(a_{k}\right)"] * 12)
    first, *others = rows("& ", long)
    assert first.startswith("& ")
    assert others
    assert all(row.startswith(r"&\qquad {}") and "+ " in row[:20] for row in others)
    assert rows("& ", "a + b") == ["& a + b"]
    factors = r"\,".join(["W_{longer}"] * 30)
    assert len(rows("& ", factors)) > 1


def test_what_a_product_sign_is_of_stays_with_it():
    factor = r"\mathop{\overleftarrow{\prod}}\limits_{k=1}^{n}\,W"
    for row in breakable(r"\,".join([factor] * 20), 10):
        assert row.count("prod") == row.count("W")


def test_a_long_norm_is_broken_within_its_bars():
    inner = " + ".join([r"\operatorname{diag}\left(a_{k}\right)\,W"] * 12)
    pieces = breakable(rf"\left\lVert {inner} \right\rVert^{{2}}", LINE)
    assert len(pieces) > 1
    assert pieces[0].startswith(r"\bigl\lVert")
    assert pieces[-1].endswith(r"\bigr\rVert^{2}")


def test_brackets_grow_only_where_something_is_tall():
    assert plain_brackets(r"f\left(z_{k}\right)") == "f(z_{k})"
    tall = r"f\left(\frac{a}{b}\right)"
    assert plain_brackets(tall) == tall
    assert plain_brackets(r"f\left[g\left(z^{f}_{k}\right)\right]") == "f[g(z^{f}_{k})]"


def test_what_has_no_place_to_break_is_made_to_fit():
    assert fitted("a") == "a"
    assert fitted(r"\sqrt{" + "a" * 80 + "}").startswith(r"\fit{")
