"""What follows from the readings of a statement; and the verdicts of the article."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gradproof.audit.audit import AuditVerdict, audit, judged
from gradproof.audit.checks import decides
from gradproof.audit.statement import Check, Kind, Reading, Section, Statement
from gradproof.claims.check import check_claim
from gradproof.claims.evidence import exactly, sampled
from gradproof.claims.run import PROFILES, Run
from gradproof.errors import InputError, UnknownNameError

GOLDEN = Path(__file__).parent / "golden_verdicts.json"

YES = decides("1 = 1", lambda: exactly(1 + 1 == 2, about="1 + 1 = 2"))
NO = decides("1 = 2", lambda: exactly(1 + 1 == 3, about="1 + 1 = 3"))


def _raises(_run):
    raise ValueError("a defect")


OPEN = Check("who knows", _raises)


def statement(kind=Kind.FORMULA, **readings):
    return Statement("a-statement", (1, 1), "a few words", kind, **readings)


def verdict_of(found):
    report = audit([Section("a section", (1, 1), (found,))], {})
    return report.findings[0]


OTHERWISE = Reading("otherwise", YES)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (statement(as_written=YES), AuditVerdict.TRUE),
        (statement(Kind.OUTPUT, as_written=YES), AuditVerdict.REPRODUCED),
        (statement(as_written=NO, missing=OTHERWISE), AuditVerdict.MISSING_HYPOTHESIS),
        (
            statement(as_written=NO, loosely=OTHERWISE, corrected=OTHERWISE),
            AuditVerdict.IMPRECISE,
        ),
        (statement(as_written=NO, corrected=OTHERWISE), AuditVerdict.FALSE),
        (statement(Kind.FIGURE, as_written=NO, corrected=OTHERWISE), AuditVerdict.NOT_REPRODUCED),
        (statement(because="the code is hidden"), AuditVerdict.NOT_CHECKABLE),
    ],
    ids=lambda value: value.value if isinstance(value, AuditVerdict) else "",
)
def test_the_verdict_follows_from_the_readings(found, expected):
    assert verdict_of(found).verdict is expected


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (statement(as_written=OPEN), "as-written: undecided: "),
        (statement(as_written=NO), "it is false, and nothing says what holds instead"),
        (statement(as_written=NO, corrected=Reading("no", NO)), "corrected: it fails: "),
        (statement(as_written=NO, missing=Reading("no", NO)), "missing: it fails: "),
        (
            statement(as_written=YES, corrected=OTHERWISE),
            "it holds as written, and is read otherwise",
        ),
    ],
)
def test_what_contradicts_itself_has_no_verdict(found, problem):
    finding = verdict_of(found)
    assert finding.verdict is None
    assert any(text.startswith(problem) for text in finding.problems)


def test_the_weakest_grade_of_the_readings_that_count_is_the_grade():
    enclosed = replace(YES, investigate=lambda run: sampled(_holds, run, **_one_number()))
    exact_only = verdict_of(statement(as_written=NO, corrected=OTHERWISE))
    assert exact_only.grade.value == "exact"
    weak = statement(as_written=NO, corrected=Reading("sampled", enclosed))
    assert verdict_of(weak).grade.value == "sampled"


def _holds(x):
    assert x == x


def _one_number():
    from hypothesis import strategies

    return {"x": strategies.integers()}


def test_a_reading_names_a_claim_that_is_there():
    with pytest.raises(UnknownNameError, match="a-statement rests on the claim 'nowhere'"):
        verdict_of(statement(as_written=Check("says", claim="nowhere")))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "Has Capitals"}, "use lower case words and hyphens"),
        ({"lines": (3, 2)}, "give the first and last"),
        ({"quote": "word " * 26}, "quotes 26 words; quote from 1 to 25"),
        ({"as_written": None}, "has no check"),
        ({"missing": OTHERWISE, "loosely": OTHERWISE}, "both imprecise and lacking"),
    ],
)
def test_a_malformed_statement_is_refused(change, problem):
    with pytest.raises(InputError, match=problem):
        replace(statement(as_written=YES), **change)


def test_statements_stand_in_order_within_their_section():
    found = statement(as_written=YES)
    for lines in ((2, 5), (5, 9)):
        with pytest.raises(InputError, match="order it within"):
            Section("a section", lines, (found,))
    later = replace(found, name="later", lines=(4, 4))
    with pytest.raises(InputError, match="order it within"):
        Section("a section", (1, 5), (later, found))


def test_the_verdicts_of_the_article_are_as_kept(audited):
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = {
        f.statement.name: [f.verdict.value, f.grade and f.grade.value] for f in audited.findings
    }
    assert found == kept


def test_every_statement_has_its_verdict(audited):
    assert audited.is_complete, [f.problems for f in audited.findings if f.problems]
    assert len(audited.findings) >= 200


def test_what_is_not_plainly_true_says_what_holds(audited):
    plain = {AuditVerdict.TRUE, AuditVerdict.REPRODUCED, AuditVerdict.NOT_CHECKABLE}
    for finding in audited.findings:
        assert (finding.corrected == "") is (finding.verdict in plain), finding.statement.name


def planted(sections):
    return [
        (statement, role, check)
        for section in sections
        for statement in section.statements
        for role, check in statement.readings.items()
        if check.planted is not None
    ]


def test_figures_planted_in_at_least_thirty_statements_change_the_verdict(sections, audited):
    before = {finding.statement.name: finding for finding in audited.findings}
    names = set()
    for statement, role, check in planted(sections):
        report = check_claim(
            replace(
                before[statement.name].reports[role].claim, investigate=check.planted().investigate
            ),
            Run(PROFILES["quick"], 0, statement.name),
        )
        finding = before[statement.name]
        changed = judged(statement, finding.section, {**finding.reports, role: report})
        assert changed.verdict is not finding.verdict, f"{statement.name}, {role}"
        names.add(statement.name)
    assert len(names) >= 30
