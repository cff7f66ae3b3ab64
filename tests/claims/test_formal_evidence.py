"""A theorem that a proof assistant checked gives its grade to the claims that it states."""

import pytest

from gradproof.claims.check import check
from gradproof.claims.claim import claim
from gradproof.claims.evidence import EvidenceKind, exactly, refuted
from gradproof.errors import ContradictionError, InputError
from gradproof.formal.theories import FormalTheorem
from gradproof.render.book import book_as_latex
from gradproof.render.book_html import book_as_html
from gradproof.render.json import claim_as_record
from gradproof.verdict import Grade, Scope, Verdict, Witness, join

ONE, TWO = (FormalTheorem(f"a.{name}", "forall n : nat, n <= n", ()) for name in ("one", "two"))
WITNESS = Witness("n = 0", {"n": "0"})


def nothing_else(run):
    yield exactly(True, about="n = 1")


def refutes_it(run):
    yield refuted(WITNESS, exactly(True, about="0 < 0 is false"))


def report(function=nothing_else, checked=(ONE, TWO), **options):
    declared = claim("n ≤ n", **options)(function)
    return check([declared], profile="quick", formal={t.name: t for t in checked})


def judged(*arguments, **options):
    return report(*arguments, **options).claims[0]


def test_a_claim_gets_the_grade_of_its_theorems():
    found = judged(formal=["a.one", "a.two"])
    assert (found.judgement.verdict, found.judgement.grade) == (Verdict.HOLDS, Grade.FORMAL)
    assert found.judgement.scope is Scope.UNIVERSAL
    assert found.evidence[-1].kind is EvidenceKind.FORMAL
    assert found.formal == (ONE, TWO)
    assert "Coq's kernel checked a.one, a.two" in found.judgement.reason


@pytest.mark.parametrize(
    ("formal", "checked"),
    [((), (ONE,)), (("a.one",), ()), (("a.one", "a.two"), (ONE,)), (("a.none",), (ONE,))],
)
def test_a_part_of_the_statement_is_not_the_statement(formal, checked):
    found = judged(formal=formal, checked=checked)
    assert found.judgement.verdict is Verdict.UNDECIDED
    assert found.judgement.grade < Grade.FORMAL
    assert found.formal == ()


def test_a_refutation_keeps_its_witness():
    found = judged(refutes_it, expected="fails", formal=["a.one"])
    assert (found.judgement.verdict, found.judgement.grade) == (Verdict.FAILS, Grade.FORMAL)
    assert found.judgement.witness == WITNESS


def test_a_theorem_against_a_witness_is_a_contradiction():
    with pytest.raises(ContradictionError):
        join(item.judgement for item in judged(refutes_it, formal=["a.one"]).evidence)


def test_nothing_is_proved_of_what_is_expected_to_stay_undecided():
    with pytest.raises(InputError, match=r"formal names a\.one"):
        claim("n ≤ n", expected="undecided", formal=["a.one"])


def test_the_json_has_the_theorems():
    assert claim_as_record(judged(formal=["a.one"]))["formal"] == [
        {"theorem": "a.one", "statement": "forall n : nat, n <= n", "axioms": []}
    ]


def test_the_book_shows_the_kernels_badge_with_the_statement():
    latex, page = book_as_latex(report(formal=["a.one"])), book_as_html(report(formal=["a.one"]))
    assert r"\badge{NavyBlue}{Coq: a.one}" in latex
    assert "\\begin{verbatim}\nforall n : nat, n <= n\n\\end{verbatim}" in latex
    assert '<span class="badge kernel">Coq: a.one</span>' in page
    assert "<pre>forall n : nat, n &lt;= n</pre>" in page
    without = report()
    assert "Coq: " not in book_as_latex(without)
    assert "badge kernel" not in book_as_html(without)
