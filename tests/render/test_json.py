"""The JSON report: every field, words from the vocabulary only, and nothing lost."""

import json

import pytest

from gradproof import __version__
from gradproof.render.json import report_as_json
from gradproof.verdict import Grade, Scope, Verdict

CLAIM = set(
    "name statement latex source scope expected verdict grade reason seconds uses evidence "
    "conditions formal".split()
)
EVIDENCE = {"kind", "scope", "verdict", "grade", "seconds", "detail"}


@pytest.fixture
def document(report):
    return json.loads(report_as_json(report))


def test_fields_and_words(document):
    assert set(document) == {"gradproof", "profile", "seed", "claims", "summary"}
    assert document["gradproof"] == __version__
    verdicts = {verdict.value for verdict in Verdict}
    grades = {grade.value for grade in Grade}
    scopes = {scope.value for scope in Scope}
    names = {item["name"] for item in document["claims"]}
    for item in document["claims"]:
        assert set(item) == CLAIM
        assert item["verdict"] in verdicts
        assert item["expected"] in verdicts
        assert item["grade"] in grades
        assert item["scope"] in scopes
        assert set(item["uses"]) <= names
        assert item["evidence"]
        for evidence in item["evidence"]:
            assert set(evidence) - {"witness"} == EVIDENCE
            assert evidence["verdict"] in verdicts
            assert evidence["grade"] in grades
            assert ("witness" in evidence) >= (evidence["verdict"] == "fails")
            assert evidence["seconds"] >= 0
        assert item["seconds"] >= sum(e["seconds"] for e in item["evidence"]) * 0.999


def test_the_summary_counts(document):
    summary, claims = document["summary"], document["claims"]
    assert summary["claims"] == len(claims)
    for verdict in Verdict:
        assert summary[verdict.value] == sum(c["verdict"] == verdict.value for c in claims)
    assert summary["as_declared"] == len(claims)
    assert summary["not_as_declared"] == 0
    assert summary["fails"] >= 2
