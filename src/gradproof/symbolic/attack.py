"""The second check of a derivation: every step and the conclusion at random instances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradproof.symbolic.instances.instantiate import Model, NotNumericError, try_instances
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language.relation import Hypothesis, Proposition

__all__ = ["AttackOutcome", "attack"]


@dataclass(frozen=True)
class AttackOutcome:
    """How many propositions were evaluated, how many had no instance, and what was found."""

    attacked: int
    skipped: int
    proposition: str = ""
    counterexample: str | None = None


def attack(theorems: Sequence[Theorem], *, trials: int, seed: int) -> AttackOutcome:
    """Evaluate each step and each conclusion of the theorems at ``trials`` random instances.

    >>> from gradproof.symbolic.theorems.recurrence import state_jacobian
    >>> attack([state_jacobian()], trials=2, seed=0).counterexample is None
    True
    """
    attacked = skipped = 0
    for theorem in theorems:
        for proposition, hypotheses, model in _targets(theorem):
            try:
                found = try_instances(
                    proposition, hypotheses, model=model, trials=trials, seed=seed
                )
            except NotNumericError:
                skipped += 1
                continue
            if found.evaluated == 0:
                skipped += 1
                continue
            attacked += 1
            if found.counterexample is not None:
                return AttackOutcome(attacked, skipped, str(proposition), found.counterexample)
    return AttackOutcome(attacked, skipped)


def _targets(
    theorem: Theorem,
) -> Iterable[tuple[Proposition, Iterable[Hypothesis], Model | None]]:
    # The hypotheses of the whole theorem hold at every instance, so they serve each step as well;
    # the steps' own add those that the theorem has discharged (by induction, by existence).
    for step in theorem.steps:
        yield step.proposition, theorem.hypotheses | step.hypotheses, theorem.model
    yield theorem.proposition, theorem.hypotheses, theorem.model
