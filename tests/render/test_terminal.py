"""What a person reads: the table, the surprises, the summary."""

import io

import pytest
from rich.console import Console

from gradproof.claims.check import check
from gradproof.claims.claim import claim
from gradproof.claims.evidence import exactly, refuted
from gradproof.render.terminal import print_claims, print_report
from gradproof.verdict import Witness


def holds(run):
    yield exactly(True, about="arithmetic")


def fails(run):
    yield refuted(Witness("look: [1] [/bold]", {"W": "[[1, 2]]"}), exactly(True, about="it is"))


def undecided(run):
    yield exactly(True, about="an instance")


CASES = {
    "holds": claim("true", scope="instance")(holds),
    "fails": claim("[red]false[/red]", scope="instance", expected="fails")(fails),
    "undecided": claim("open", expected="undecided")(undecided),
}


def shown(*claims, width=90):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    print_report(check(claims, profile="quick"), console)
    return console.file.getvalue()


def test_the_table_has_a_row_for_each_claim_and_the_summary_counts_them():
    text = shown(*CASES.values())
    rows = [line.split() for line in text.splitlines()]
    assert rows[0] == ["claim", "scope", "verdict", "grade", "seconds"]
    assert [row[0] for row in rows[1:4]] == list(CASES)
    assert "1 holding, 1 refuted, 1 undecided; all as declared" in text


@pytest.mark.parametrize("wrong", ["holds", "fails", "undecided"])
def test_a_surprise_is_told_with_statement_reason_and_witness(wrong):
    (function,) = {"holds": [fails], "fails": [holds], "undecided": [holds]}[wrong]
    text = shown(claim("[b]the words[/b]", scope="instance", expected=wrong)(function))
    assert f"✗ declared: {wrong}" in text
    assert "[b]the words[/b]" in text
    assert "1 NOT as declared" in text
    if function is fails:
        assert "look: [1] [/bold]" in text
        assert "W = [[1, 2]]" in text


def test_nothing_is_lost_on_a_narrow_terminal():
    text = shown(claim("true", scope="instance")(holds), width=40)
    assert "holds" in text
    assert "exact" in text


def test_statements_are_listed():
    console = Console(file=io.StringIO(), width=80)
    print_claims(CASES.values(), console)
    text = console.file.getvalue()
    assert "[red]false[/red]" in text
    assert "undecided" in text
