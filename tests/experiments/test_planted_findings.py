"""Opposite findings, planted in both records alike, and false witnesses change the verdicts."""

import re
from dataclasses import replace

import pytest

from gradproof import exactly
from gradproof.audit import Reading, Section, decides
from gradproof.audit.audit import AuditVerdict, audit
from gradproof.audit.load import load_sections, shipped_article
from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.experiments import clipping_records, copying_records, seeded_records
from gradproof.experiments.record import summary
from gradproof.gradients.rational_cycle import RationalCycle

COPYING = (copying_records, ("copying", "copying_in_numpy"))
CLIPPING = (clipping_records, ("clipping", "clipping_in_numpy"))
AT_CHANCE = [0.12, 0.125, 0.13]

#: Statement, the records, the case, what was measured, and what is planted.
PLANTED = [
    ("because-gradients-cannot-reach", COPYING, "lstm_forget_3", "accuracy", AT_CHANCE),
    ("because-gradients-cannot-reach", COPYING, "tanh_delay_20", "log_reach_after", [-1.0, -2.0]),
    ("because-gradients-cannot-reach", COPYING, "lstm_delay_20", "accuracy", [0.21, 0.22]),
    ("fails-because-of-20-steps", COPYING, "tanh_delay_0", "accuracy", [0.9, 0.91]),
    ("cannot-fully-solve", COPYING, "lstm_delay_20_more_updates", "accuracy", AT_CHANCE),
    ("training-comparison", COPYING, "lstm_delay_20", "accuracy", [0.9, 0.91]),
    ("fails-to-learn", COPYING, "tanh_delay_20", "accuracy", [0.9, 0.91]),
    ("not-by-hyperparameters", COPYING, "identity_lag_22", "accuracy", AT_CHANCE),
    ("cannot-learn-no-matter-what", COPYING, "identity_lag_22", "accuracy", AT_CHANCE),
    ("prevents-learning", COPYING, "identity_lag_22", "accuracy", AT_CHANCE),
    ("no-tuning-fixes", COPYING, "identity_lag_22", "accuracy", AT_CHANCE),
    ("no-tuning-fixes", COPYING, "tanh_lag_22", "accuracy", [0.9, 0.91]),
    ("longer-needs-gates", COPYING, "identity_lag_22", "accuracy", AT_CHANCE),
    ("orthogonality-lost", COPYING, "orthogonal_delay_20", "departure_from_orthogonal", [0.1]),
    ("orthogonal-initially", COPYING, "orthogonal_delay_20", "log_reach_before", [-11.0]),
    ("orthogonal-initially", COPYING, "orthogonal_delay_20", "log_reach_after", [-4.0]),
    ("struggle-beyond-10-20", COPYING, "tanh_lag_8", "accuracy", [1.0]),
    ("large-updates-destabilise", CLIPPING, "adam_norm_inf", "log_greatest_update", [3.0]),
    ("large-updates-destabilise", CLIPPING, "descent_norm_inf", "loss", [3.0, 3.1]),
    ("exploding-addressed-by-clipping", CLIPPING, "descent_norm_5.0", "loss", [24.0, 25.0]),
    ("lower-thresholds-slow", CLIPPING, "descent_norm_0.01", "loss", [1.0, 1.1]),
    ("lower-thresholds-slow", CLIPPING, "adam_norm_0.01", "loss", [24.0, 25.0]),
    ("higher-thresholds-risk", CLIPPING, "descent_norm_inf", "loss", [3.0, 3.1]),
]


@pytest.fixture(scope="module")
def parts():
    sections = load_sections(shipped_article())
    return sections, {claim.name: claim for claim in load_claims([shipped_proofs()])}


@pytest.fixture(scope="module")
def verdicts(parts):
    """Judge statements by name; claims that were checked before count as they did."""
    kept, claims = parts
    reports = {}

    def verdicts(names, sections=kept):
        found = audit(
            sections,
            claims,
            known=reports.values(),
            wanted=lambda statement: statement.name in names,
        )
        reports.update(found.claims)
        return {finding.statement.name: finding.verdict for finding in found.findings}

    return verdicts


@pytest.fixture(scope="module")
def judge(verdicts):
    return lambda name: verdicts({name})[name]


@pytest.mark.parametrize(("name", "records", "case", "what", "values"), PLANTED)
def test_a_planted_finding_changes_the_verdict(
    name, records, case, what, values, judge, monkeypatch
):
    before = judge(name)
    assert before is not None
    module, kept = records
    for record in kept:
        monkeypatch.setitem(module.results(record)[case], what, summary(values))
    assert judge(name) is not before


def test_an_explosion_without_clipping_would_make_clipping_needed(judge, monkeypatch):
    before = judge("clip-prevents-explosion")
    for record in COPYING[1]:
        run = copying_records.results(record)["seed_42_unclipped"]
        monkeypatch.setitem(run, "greatest_norm", 5000.0)
    assert before.value == "imprecise"
    assert judge("clip-prevents-explosion") is None  # it would be true, and is corrected


# Sections are loaded anew, since they take what is planted when they are.


ABOUT_THE_EXAMPLE = {
    "task-described",
    "docstring-input",
    "docstring-target",
    "symbols-from-one",
    "printed-settings",
    "printed-input",
    "printed-target",
    "input-described",
    "target-described",
}


def test_another_example_changes_all_verdicts_about_it(verdicts, monkeypatch):
    before = verdicts(ABOUT_THE_EXAMPLE)
    kept = seeded_records.copying_example()
    # The marker a step early, a symbol that isn't one, and the target turned round.
    moved = [10, *kept["input"][1:29], 9, 0, *kept["input"][31:]]
    planted = {"input": moved, "target": kept["target"][::-1]}
    monkeypatch.setattr(seeded_records, "copying_example", lambda: planted)
    after = verdicts(ABOUT_THE_EXAMPLE, load_sections(shipped_article()))
    assert set(before) == ABOUT_THE_EXAMPLE
    assert all(after[name] is not before[name] for name in before), after


BY_WITNESS = {
    "same-matrix-each-step",
    "chain-rule-product",
    "norms-below-one-decay",
    "norms-above-one-explode",
    "full-product",
    "radius-near-one-decays",
    "early-information-cannot-influence",
    "radius-of-jacobian-above-one-explodes",
    "effective-factor-above-one",
    "radius-above-one-explodes",
}


def refuted_by_witness(sections):
    """Judge what is written alone: the other readings are claims, which take long to check."""
    otherwise = Reading("1 = 1", decides("1 = 1", lambda: exactly(1 == 1, about="1 = 1")))
    alone = [
        Section(
            section.title,
            section.lines,
            tuple(
                replace(statement, missing=None, loosely=None, corrected=otherwise)
                for statement in section.statements
                if statement.name in BY_WITNESS
            ),
        )
        for section in sections
    ]
    return {
        finding.statement.name
        for finding in audit(alone, {}).findings
        if finding.verdict is AuditVerdict.FALSE
    }


def test_networks_that_are_no_witnesses_refute_nothing(parts, monkeypatch):
    assert refuted_by_witness(parts[0]) == BY_WITNESS
    of = RationalCycle.of

    def without_recurrence(rows, states):
        return of(re.sub(r"[^\s;]+", "0", rows), states)

    monkeypatch.setattr(RationalCycle, "of", without_recurrence)
    assert refuted_by_witness(load_sections(shipped_article())) == set()
