"""The second check: it evaluates steps anew for each seed, and a false world doesn't pass it."""

import numpy as np
import pytest

from gradproof.claims.check import check
from gradproof.claims.claim import claim
from gradproof.symbolic import attack as module
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import Trials
from gradproof.symbolic.theorems.bounds import product_norm_lower
from gradproof.symbolic.theorems.powers import powers_vanish
from gradproof.symbolic.theorems.recurrence import jacobian_product, state_jacobian
from gradproof.verdict import Verdict


@pytest.fixture
def wrong_norm(monkeypatch):
    """Make numbers disagree with the laws: norms come out twice as large where they are squared."""
    norm = np.linalg.norm

    def doubled(matrix, order=None):
        return 2 * norm(matrix, order) if np.asarray(matrix).shape[1] > 1 else norm(matrix, order)

    monkeypatch.setattr(np.linalg, "norm", doubled)


def test_a_world_in_which_a_law_fails_is_noticed(wrong_norm):
    from gradproof.symbolic.theorems.bounds import product_norm_upper

    outcome = attack([product_norm_upper("tanh")], trials=10, seed=0)
    assert outcome.counterexample is not None
    assert outcome.proposition


def test_a_derivation_that_numbers_contradict_leaves_its_claim_undecided(wrong_norm):
    from gradproof.symbolic.theorems.bounds import product_norm_upper

    def nothing(run):
        return ()

    declared = claim("a bound", derivation=lambda: product_norm_upper("tanh"))(nothing)
    (report,) = check([declared], profile="ci").claims
    assert report.judgement.verdict is Verdict.UNDECIDED
    assert "disagree" in report.judgement.reason


def test_seeds_and_trials_are_passed_on(monkeypatch):
    seen = []

    def recording(_proposition, _hypotheses, *, model, trials, seed):
        seen.append((trials, seed, model))
        return Trials(trials)

    monkeypatch.setattr(module, "try_instances", recording)
    attack([state_jacobian()], trials=3, seed=17)
    assert {(trials, seed) for trials, seed, _ in seen} == {(3, 17)}
    assert len(seen) == sum(1 for _ in state_jacobian().steps) + 1


def test_what_has_no_instance_is_counted_as_such():
    limits, powers = powers_vanish()
    outcome = attack([limits], trials=5, seed=0)
    assert outcome.skipped > 0
    assert outcome.counterexample is None
    assert attack([powers], trials=5, seed=0).skipped == 0


@pytest.mark.parametrize("theorems", [[jacobian_product()], list(product_norm_lower())])
def test_true_theorems_survive(theorems):
    outcome = attack(theorems, trials=20, seed=5)
    assert outcome.counterexample is None
    assert outcome.attacked >= 5
