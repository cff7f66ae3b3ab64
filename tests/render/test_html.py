"""Pages: well-formed, self-contained, safe against hostile text, and nothing that isn't proved."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from gradproof.claims.check import check
from gradproof.claims.claim import claim
from gradproof.claims.evidence import exactly
from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.render.abbreviations import Abbreviations
from gradproof.render.book_html import book_as_html
from gradproof.render.derivation import derivation_as_latex
from gradproof.render.html import derivation_as_html
from gradproof.render.mathml import formula_as_html

CLAIMS = load_claims([shipped_proofs()])
DERIVED = [found for found in CLAIMS if found.derivation is not None]
HOSTILE = "<script>alert(1)</script> & $x \\input{secret} ]]> \" ' <b>"


def parsed(page):
    return ElementTree.fromstring(page.split("\n", 1)[1])


@pytest.mark.parametrize("found", DERIVED, ids=lambda found: found.name)
def test_every_formula_of_the_theorem_is_on_the_page(found):
    theorems = found.theorems()
    page = derivation_as_html(found, theorems)
    parsed(page)
    assert "\\" not in page.split("</style>")[1], "a command that MathML was not made of"
    for theorem in theorems:
        short, said = Abbreviations.of(theorem), theorem.proposition
        formula = f"{short.latex(said.left)} {said.relation.latex} {short.latex(said.right)}"
        assert formula_as_html(formula) in page
        for step in theorem.steps:
            assert formula_as_html(short.latex(step.right)) in page


def test_the_book_is_one_file_with_links_that_lead_somewhere(html_book):
    page = html_book
    tree = parsed(page)
    identities = [e.attrib["id"] for e in tree.iter() if "id" in e.attrib]
    assert len(identities) == len(set(identities))
    targets = {e.attrib["href"] for e in tree.iter() if "href" in e.attrib}
    assert targets
    assert all(t.startswith("#") and t[1:] in identities for t in targets)
    assert not any("src" in e.attrib for e in tree.iter())
    assert not re.search(r"<script|@import|url\(|<link", page)
    for found in CLAIMS:
        assert found.name in identities


def test_hostile_text_is_shown_and_never_run():
    @claim(HOSTILE, scope="instance", title=HOSTILE)
    def hostile(run):
        yield exactly(True, about=HOSTILE)

    report = check([hostile], profile="quick")
    for page in (book_as_html(report), derivation_as_html(hostile, ())):
        words = "".join(parsed(page).itertext())
        assert HOSTILE in words
        assert "<script" not in page
    source = derivation_as_latex(hostile, ())
    assert r"\input{" not in source
    assert r"\$$x$ \textbackslash{}input\{secret\}" in source
    assert HOSTILE in "".join(ElementTree.fromstring(hostile._repr_html_()).itertext())
    table = ElementTree.fromstring(report._repr_html_())
    assert [cell.text for cell in table.iter("td")] == ["hostile", "holds", "exact"]
