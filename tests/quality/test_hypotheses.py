"""Every condition of every shipped theorem is examined, and weakened statements never hold."""

import dataclasses
from collections import Counter

import pytest

from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.errors import InputError
from gradproof.hypotheses.mutation import judge, mutations
from gradproof.hypotheses.necessity import Need, examine, witnesses_of
from gradproof.verdict import Grade, Verdict

CLAIMS = [c for c in load_claims([shipped_proofs()]) if c.derivation is not None]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_every_declared_witness_is_one_and_no_condition_is_passed_over(claim):
    findings, problems = examine(claim.theorems(), claim.necessity)
    assert problems == ()
    assert all(finding.need is not Need.UNEXAMINED for finding in findings)
    examined = {(finding.theorem, finding.condition) for finding in findings}
    for theorem in claim.theorems():
        assert {(str(theorem), str(h)) for h in theorem.conditions} <= examined


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_no_weakened_theorem_holds(claim):
    instances = [declaration.values for declaration in witnesses_of(claim.necessity)]
    for theorem in claim.theorems():
        for mutation in mutations(theorem):
            judgement = judge(mutation, instances)
            assert judgement.verdict in (Verdict.FAILS, Verdict.UNDECIDED)
            if judgement.verdict is Verdict.FAILS:
                assert judgement.witness is not None
                assert judgement.grade >= Grade.ENCLOSED
            with pytest.raises(InputError, match="made by hand"):
                dataclasses.replace(theorem, hypotheses=mutation.hypotheses)


def test_the_figure_in_the_guarantee_is_current():
    needs: Counter[Need] = Counter()
    verdicts: Counter[Verdict] = Counter()
    for claim in CLAIMS:
        findings, _ = examine(claim.theorems(), claim.necessity)
        conditions = {(str(t), str(h)) for t in claim.theorems() for h in t.conditions}
        needs.update(f.need for f in findings if (f.theorem, f.condition) in conditions)
        instances = [declaration.values for declaration in witnesses_of(claim.necessity)]
        verdicts.update(
            judge(mutation, instances).verdict
            for theorem in claim.theorems()
            for mutation in mutations(theorem)
        )
    figure = (
        f"{needs.total()} conditions: {needs[Need.NEEDED]} needed, each with a witness, "
        f"{needs[Need.GIVES_MEANING]} give meaning to an inverse, a form or a derivative, "
        f"{needs[Need.NOT_KNOWN]} not known to be needed; "
        f"{verdicts.total()} weakened statements: {verdicts[Verdict.FAILS]} fail, "
        f"{verdicts[Verdict.UNDECIDED]} are undecided, {verdicts[Verdict.HOLDS]} hold."
    )
    guarantee = shipped_proofs().parent / "docs" / "guarantee.md"
    text = " ".join(guarantee.read_text(encoding="utf-8").split())
    assert figure in text, figure
