"""The engine: evidence becomes a verdict, and trouble in a claim becomes no proof of it."""

import pytest
from hypothesis import strategies as st

from gradproof.claims.check import check
from gradproof.claims.claim import claim
from gradproof.claims.evidence import EvidenceKind, decided, exactly, floating, sampled
from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.errors import ContradictionError, InputError, UnknownNameError
from gradproof.symbolic.theorems.recurrence import state_jacobian
from gradproof.verdict import Grade, Verdict, join


def holds(run):
    yield exactly(True, about="it")


def fails(run):
    yield exactly(False, about="it")


def only_sampled(run):
    yield sampled(lambda x: None, run, x=st.integers())


def nothing(run):
    return ()


def raises(run):
    yield exactly(True, about="it")
    raise KeyError("lost")


def contradicts(run):
    yield exactly(True, about="it")
    yield exactly(False, about="it")


def contradicts_within(run):
    yield decided(join([exactly(True, about="a").judgement, exactly(False, about="b").judgement]))


def disagrees(run):
    yield exactly(True, about="it")
    yield floating(lambda: (_ for _ in ()).throw(AssertionError("no")), about="measured")


def judge(function, **options):
    (report,) = check([claim("a statement", **options)(function)], profile="quick").claims
    return report


@pytest.mark.parametrize(
    ("function", "scope", "verdict", "grade"),
    [
        (holds, "instance", Verdict.HOLDS, Grade.EXACT),
        (holds, "universal", Verdict.UNDECIDED, Grade.EXACT),
        (fails, "instance", Verdict.FAILS, Grade.EXACT),
        (fails, "universal", Verdict.FAILS, Grade.EXACT),
        (fails, "existential", Verdict.UNDECIDED, Grade.EXACT),
        (only_sampled, "universal", Verdict.UNDECIDED, Grade.SAMPLED),
        (only_sampled, "instance", Verdict.HOLDS, Grade.SAMPLED),
        (nothing, "instance", Verdict.UNDECIDED, Grade.SAMPLED),
        (raises, "instance", Verdict.UNDECIDED, Grade.SAMPLED),
        (disagrees, "instance", Verdict.UNDECIDED, Grade.FLOAT),
    ],
)
def test_evidence_gives_the_verdict(function, scope, verdict, grade):
    judgement = judge(function, scope=scope).judgement
    assert (judgement.verdict, judgement.grade) == (verdict, grade)


def test_a_claim_that_raises_is_undecided_with_file_and_line():
    report = judge(raises, scope="instance")
    assert report.evidence[-1].kind is EvidenceKind.ERROR
    line = raises.__code__.co_firstlineno + 2
    assert f"test_check.py:{line}: KeyError: 'lost'" in report.judgement.reason
    assert not report.as_declared


def test_a_claim_without_evidence_says_so():
    assert "yields no evidence" in judge(nothing, scope="instance").judgement.reason


def test_a_rigorous_contradiction_stops_the_run():
    with pytest.raises(ContradictionError, match="contradicts"):
        judge(contradicts, scope="instance")
    with pytest.raises(ContradictionError, match="one line of evidence holds"):
        judge(contradicts_within, scope="instance")


@pytest.mark.parametrize("expected", ["holds", "fails", "undecided"])
@pytest.mark.parametrize("function", [holds, fails, disagrees])
def test_a_claim_is_as_declared_exactly_where_the_verdicts_agree(function, expected):
    report = judge(function, scope="instance", expected=expected)
    assert report.as_declared is (report.judgement.verdict.value == expected)


def test_a_derivation_proves_and_brings_its_formula():
    report = judge(nothing, derivation=state_jacobian)
    assert (report.judgement.verdict, report.judgement.grade) == (Verdict.HOLDS, Grade.EXACT)
    assert [item.kind.value for item in report.evidence] == ["derivation", "attack"]
    assert report.latex.startswith(state_jacobian().proposition.latex)


def test_a_derivation_with_a_false_step_proves_nothing():
    def broken():
        from gradproof.symbolic.kernel.derivation import Theorem, start
        from gradproof.symbolic.kernel.laws import JACOBIAN_OF_IDENTITY
        from gradproof.symbolic.theorems.recurrence import ElmanRecurrence, K

        cell = ElmanRecurrence()
        chain = start(cell.jacobian(K, K - 1)).eq(cell.W, by=JACOBIAN_OF_IDENTITY)
        return Theorem.of("broken", chain)

    report = judge(nothing, derivation=broken)
    assert report.judgement.verdict is Verdict.UNDECIDED
    assert "derivative of the identity" in report.judgement.reason
    assert "It is false" in report.judgement.reason


@pytest.mark.parametrize(
    "options", [{"scope": "some"}, {"expected": "true"}], ids=["scope", "expected"]
)
def test_words_that_are_none_are_refused(options):
    with pytest.raises(InputError):
        claim("a statement", **options)
    with pytest.raises(InputError, match="statement"):
        claim("  ")


def test_an_unknown_profile_is_refused():
    with pytest.raises(UnknownNameError, match="profile"):
        check([], profile="slow")


def test_the_same_seed_gives_the_same_report():
    claims = load_claims([shipped_proofs() / "product_norm_upper.py"])

    def reasons():
        (report,) = check(claims, profile="quick", seed=3).claims
        return [item.judgement for item in report.evidence]

    assert reasons() == reasons()


def test_every_shipped_claim_is_as_declared_and_every_universal_one_is_rigorous(report):
    assert report.as_declared
    for item in report.claims:
        if item.claim.scope.value == "universal":
            by_balls = item.claim.name.startswith(("gelu_", "silu_", "steep_activations_"))
            least = Grade.ENCLOSED if by_balls else Grade.EXACT
            assert item.judgement.grade >= least, item.claim.name
