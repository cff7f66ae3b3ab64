"""What conditions are for: everything that was found is said, once, and of the right theorems."""

import re

import pytest

from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.hypotheses.necessity import ConditionFinding, Need, examine
from gradproof.latex_text import as_latex
from gradproof.render.conditions import condition_sentences
from gradproof.render.derivation import derivation_as_latex, derivation_as_text
from gradproof.render.html import derivation_as_html
from gradproof.render.mathml import words_as_html
from gradproof.verdict import Witness

CLAIMS = [claim for claim in load_claims([shipped_proofs()]) if claim.derivation is not None]
OPENINGS = {
    Need.NEEDED: "Without ",
    Need.GIVES_MEANING: "That ",
    Need.NOT_KNOWN: "Not known to be needed: ",
    Need.UNEXAMINED: "Not examined: ",
}


def said(claim):
    findings, _ = examine(claim.theorems(), claim.necessity)
    return findings, list(condition_sentences(findings, len(claim.theorems())))


def numbers_in(sentence):
    """Return the numbers of “Theorem 1” and “Theorems 1, 3–5 and 7”."""
    found = []
    for listed in re.findall(r"Theorems? (\d+(?:(?:, | and |–)\d+)*)", sentence):
        for part in re.split(r", | and ", listed):
            first, _, last = part.partition("–")
            found += range(int(first), int(last or first) + 1)
    return found


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_every_finding_is_said_once(claim):
    findings, sentences = said(claim)
    assert len(sentences) == len(set(sentences))
    assert bool(sentences) == bool(findings)
    for finding in findings:
        about = [s for s in sentences if s.startswith(OPENINGS[finding.need])]
        subject = finding.condition.removesuffix(" is real")
        assert sum(subject in s for s in about) >= 1, finding
        if finding.need is Need.NOT_KNOWN:
            assert any(finding.reason[1:] in s for s in about)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_the_theorems_that_need_a_condition_are_the_ones_named(claim):
    findings, sentences = said(claim)
    needed = [finding for finding in findings if finding.need is Need.NEEDED]
    for condition in {finding.condition for finding in needed}:
        starts = (f"Without {condition}", f"Without “{condition}”")
        (sentence,) = (s for s in sentences if re.match(r"[ ,]", _after(s, starts)))
        numbers = [finding.number for finding in needed if finding.condition == condition]
        if len(claim.theorems()) > 1:
            assert sorted(numbers_in(_after(sentence, starts))) == numbers
        else:
            assert " this fails: " in sentence


def _after(sentence, starts):
    return next((sentence.removeprefix(s) for s in starts if sentence.startswith(s)), "")


def test_a_finding_speaks_of_the_theorem_with_its_number():
    for claim in CLAIMS:
        theorems = claim.theorems()
        for finding in examine(theorems, claim.necessity)[0]:
            assert finding.theorem == str(theorems[finding.number - 1])


def test_witnesses_read_as_people_write_them():
    by_name = {claim.name: said(claim)[1] for claim in CLAIMS}
    assert (
        "Without γ ‖W‖ ≤ 1, Theorem 1 fails: φ(z) = z, γ = n = 1, W = 2."
        in (by_name["explosion_needs_large_norm"])
    )
    assert (
        "Without ‖S‖ ‖S⁻¹‖ ≤ c this fails: W = [[0, 2], [0, 0]], S = [[2, 0], [0, 1]], "
        "M = [[0, 1], [0, 0]], r = c = n = 1."
    ) in by_name["power_norm_upper"]
    assert "That S is invertible gives the statement a meaning." in by_name["power_norm_upper"]


def needed(number, **values):
    return ConditionFinding("A", "c", Need.NEEDED, "", Witness("", values), number)


def test_instances_are_given_once():
    same = [needed(1, W="[[1]]"), needed(2, W="[[1]]", n="2"), needed(4, W="[[3]]")]
    (sentence,) = condition_sentences(same, 4)
    assert sentence == "Without c, Theorems 1 and 2 fail: W = 1, n = 2; Theorem 4: W = 3."
    chosen = [needed(1, phi="tanh", W="[[1]]"), needed(2, W="[[1]]"), needed(3, W="[[1]]")]
    (sentence,) = condition_sentences(chosen, 3)
    assert sentence == (
        "Without c, Theorem 1 fails: φ = tanh, W = 1; Theorems 2 and 3 at the same values."
    )


def test_the_book_and_each_derivation_say_them(latex_book, html_book):
    book, page = latex_book, html_book
    for claim in CLAIMS:
        findings, sentences = said(claim)
        theorems = claim.theorems()
        text = derivation_as_text(claim, theorems, conditions=findings)
        latex = derivation_as_latex(claim, theorems, conditions=findings)
        html = derivation_as_html(claim, theorems, conditions=findings)
        assert ("Hypotheses" in text) == bool(findings)
        for sentence in sentences:
            assert sentence in text
            assert as_latex(sentence) in book
            assert as_latex(sentence) in latex
            assert f"<li>{words_as_html(sentence)}</li>" in page
            assert f"<li>{words_as_html(sentence)}</li>" in html
