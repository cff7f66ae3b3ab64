"""Evidence: what one check leaves behind, and the checks that produce it.

Every piece of evidence must establish the WHOLE statement of its claim. Parts of one argument are
put together by :func:`all_of`; pieces that a claim yields one after another count as independent.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from gradproof.errors import EmptyArgumentError, InputError
from gradproof.verdict import Grade, Judgement, Scope, Verdict, Witness, meet

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from gradproof.claims.run import Run
    from gradproof.formal.theories import FormalTheorem
    from gradproof.spectral.bracket import Enclosure
    from gradproof.symbolic.kernel.derivation import Theorem

__all__ = [
    "Comparison",
    "Evidence",
    "EvidenceKind",
    "all_of",
    "attacked",
    "confirmed",
    "decided",
    "derived",
    "enclosed",
    "exactly",
    "floating",
    "formally",
    "refuted",
    "rounds_to",
    "sampled",
]

Comparison = Literal["<", "≤", ">", "≥"]


class EvidenceKind(enum.Enum):
    """Which check was made."""

    DERIVATION = "derivation"
    ATTACK = "attack"
    EXACT = "exact"
    ENCLOSURE = "enclosure"
    FLOAT = "float"
    PROPERTY = "property"
    FORMAL = "formal"
    ERROR = "error"


@dataclass(frozen=True)
class Evidence:
    """One line of evidence for a claim.

    Parameters
    ----------
    kind
        Which check was made.
    judgement
        What it found.
    uses
        Names of the theorems that it rests on.
    seconds
        How long it took; set by the engine.
    """

    kind: EvidenceKind
    judgement: Judgement
    uses: tuple[str, ...] = ()
    seconds: float = 0.0


def derived(theorems: Iterable[Theorem]) -> Evidence:
    """Return the evidence that a derivation gives: as universal and as sure as its theorems.

    The steps were checked when they were made; a theorem that exists is a theorem that holds. It is
    exact, unless a law was decided by ball arithmetic: then it is enclosed.
    """
    found = _nonempty(theorems, "theorems")
    steps = sum(1 for theorem in found for _ in theorem.steps)
    laws = {step.law.name for theorem in found for step in theorem.steps}
    conclusions = "; ".join(str(theorem) for theorem in found)
    detail = f"{steps} steps by {len(laws)} laws: {conclusions}"
    uses = tuple(dict.fromkeys(name for theorem in found for name in theorem.uses))
    grade = min((theorem.grade for theorem in found), key=lambda grade: grade.rank)
    judgement = Judgement(Verdict.HOLDS, grade, Scope.UNIVERSAL, detail)
    return Evidence(EvidenceKind.DERIVATION, judgement, uses)


def formally(
    theorems: Iterable[FormalTheorem], verdict: Verdict, witness: Witness | None = None
) -> Evidence:
    """Return the evidence of theorems that a proof assistant's kernel checked.

    Parameters
    ----------
    theorems
        Together they are the statement of the claim, or its refutation.
    verdict
        Which of the two.
    witness
        Of a refutation: the values that the theorem is about.
    """
    found = _nonempty(theorems, "theorems")
    reason = f"Coq's kernel checked {', '.join(theorem.name for theorem in found)}"
    if verdict is Verdict.FAILS and witness is None:
        witness = Witness(reason)
    judgement = Judgement(verdict, Grade.FORMAL, Scope.UNIVERSAL, reason, witness)
    return Evidence(EvidenceKind.FORMAL, judgement)


def attacked(theorems: Iterable[Theorem], run: Run) -> Evidence:
    """Return the evidence of random instantiation: every step evaluated with numbers.

    A step that is false at an instance makes the evidence fail, with the instance as its witness.
    """
    from gradproof.symbolic.attack import attack  # SymPy loads slowly, and only here is it needed

    found = _nonempty(theorems, "theorems")
    outcome = attack(found, trials=run.trials, seed=run.seed_value)
    if outcome.counterexample is None:
        reason = (
            f"{outcome.attacked} propositions hold at up to {run.trials} random instances each"
            + (f", {outcome.skipped} (about limits, say) have none" if outcome.skipped else "")
        )
        verdict = Verdict.HOLDS if outcome.attacked else Verdict.UNDECIDED
        judgement = Judgement(verdict, Grade.SAMPLED, Scope.INSTANCE, reason)
    else:
        witness = Witness(f"{outcome.proposition} is false: {outcome.counterexample}")
        judgement = Judgement(Verdict.FAILS, Grade.FLOAT, Scope.INSTANCE, witness.shows, witness)
    return Evidence(EvidenceKind.ATTACK, judgement)


def decided(judgement: Judgement, *, uses: Iterable[str] = ()) -> Evidence:
    """Return a judgement made elsewhere (an exact decision, say) as evidence."""
    kind = EvidenceKind.EXACT if judgement.grade >= Grade.EXACT else EvidenceKind.ENCLOSURE
    return Evidence(kind, judgement, tuple(uses))


def enclosed(name: str, value: Enclosure, relation: Comparison, bound: float) -> Evidence:
    """Return the evidence that an enclosure gives about ``name relation bound``.

    Holds or fails only where the whole enclosure lies on one side; undecided otherwise.

    >>> from gradproof.spectral.enclosures import enclose_spectral_norm
    >>> enclosed("‖W‖", enclose_spectral_norm([[0.5]]), "<", 1.0).judgement.verdict
    <Verdict.HOLDS: 'holds'>
    """
    below, above = value.upper, value.lower
    holds = {
        "<": below < bound,
        "≤": below <= bound,
        ">": above > bound,
        "≥": above >= bound,
    }
    fails = {
        "<": above >= bound,
        "≤": above > bound,
        ">": below <= bound,
        "≥": below < bound,
    }
    if relation not in holds:
        raise InputError("relation", f"is {relation!r}", f"use one of {', '.join(holds)}")
    reason = (
        f"{name} lies in [{value.lower!r}, {value.upper!r}]; asked: {name} {relation} {bound!r}"
    )
    if holds[relation]:
        judgement = Judgement(Verdict.HOLDS, value.grade, Scope.INSTANCE, reason)
    elif fails[relation]:
        witness = Witness(reason, {name: f"({value.lower!r}, {value.upper!r})"})
        judgement = Judgement(Verdict.FAILS, value.grade, Scope.INSTANCE, reason, witness)
    else:
        judgement = Judgement(Verdict.UNDECIDED, value.grade, Scope.INSTANCE, reason)
    return Evidence(EvidenceKind.ENCLOSURE, judgement)


def rounds_to(name: str, value: Enclosure, printed: str) -> Evidence:
    """Return the evidence that a number, rounded to the printed decimals, is the printed figure.

    Every number of the enclosure must be within half a unit of the last printed place.

    >>> from gradproof.spectral.bracket import Enclosure
    >>> rounds_to("x", Enclosure(0.333, 0.3331), "0.333").judgement.verdict
    <Verdict.HOLDS: 'holds'>
    """
    figure = Decimal(printed)
    half = Fraction(1, 2) * Fraction(10) ** int(figure.as_tuple().exponent)
    low, high = Fraction(figure) - half, Fraction(figure) + half
    reason = f"{name} lies in [{value.lower!r}, {value.upper!r}]; printed: {printed}"
    if low <= Fraction(value.lower) and Fraction(value.upper) <= high:
        judgement = Judgement(Verdict.HOLDS, value.grade, Scope.INSTANCE, reason)
    elif Fraction(value.upper) < low or Fraction(value.lower) > high:
        witness = Witness(reason, {name: f"({value.lower!r}, {value.upper!r})"})
        judgement = Judgement(Verdict.FAILS, value.grade, Scope.INSTANCE, reason, witness)
    else:
        judgement = Judgement(Verdict.UNDECIDED, value.grade, Scope.INSTANCE, reason)
    return Evidence(EvidenceKind.ENCLOSURE, judgement)


def floating(check: Callable[[], object], *, about: str) -> Evidence:
    """Return the evidence of a check in floating point, without an error bound for the whole.

    ``check`` calls :func:`~gradproof.sampling.properties.at_most` or
    :func:`~gradproof.sampling.properties.close`, or asserts; it fails by raising AssertionError.
    """
    try:
        check()
    except AssertionError as error:
        reason = f"{about}: {error or 'the assertion is false'}"
        judgement = Judgement(Verdict.FAILS, Grade.FLOAT, Scope.INSTANCE, reason, Witness(reason))
    else:
        judgement = Judgement(Verdict.HOLDS, Grade.FLOAT, Scope.INSTANCE, about)
    return Evidence(EvidenceKind.FLOAT, judgement)


def sampled(law: Callable[..., None], run: Run, /, **strategies: SearchStrategy[Any]) -> Evidence:
    """Return the evidence of a property, tried at random cases under Hypothesis.

    Parameters
    ----------
    law
        Raises :class:`~gradproof.sampling.properties.Violation` where it is false.
    run
        Says how many cases, and with which seed.
    strategies
        One for each argument of ``law``.
    """
    from gradproof.sampling.properties import as_code, as_script, search  # Hypothesis loads slowly

    outcome = search(law, strategies, examples=run.examples, seed_value=run.seed_value)
    about = law.__name__.replace("_", " ").strip()
    if outcome.arguments is None:
        reason = f"{about}: held in {outcome.examples} random cases"
        judgement = Judgement(Verdict.HOLDS, Grade.SAMPLED, Scope.INSTANCE, reason)
    else:
        values = {name: as_code(value) for name, value in outcome.arguments.items()}
        code = as_script(law.__name__, outcome.arguments)
        witness = Witness(f"{about} is false: {outcome.message}", values, code)
        judgement = Judgement(Verdict.FAILS, Grade.FLOAT, Scope.INSTANCE, witness.shows, witness)
    return Evidence(EvidenceKind.PROPERTY, judgement)


def all_of(*parts: Evidence, about: str = "") -> Evidence:
    """Combine parts of one argument: all must hold, and the weakest grade counts.

    ``about`` says in a few words what they show together, in place of all their reasons.

    >>> part = floating(lambda: None, about="nothing to do")
    >>> all_of(part, part).judgement.grade
    <Grade.FLOAT: 'float'>
    """
    found = _nonempty(parts, "parts")
    judgement = meet(part.judgement for part in found)
    if about and judgement.verdict is Verdict.HOLDS:
        judgement = replace(judgement, reason=about)
    weakest = min(found, key=lambda part: part.judgement.grade.rank)
    uses = tuple(dict.fromkeys(name for part in found for name in part.uses))
    return replace(weakest, judgement=judgement, uses=uses)


def refuted(witness: Witness, *parts: Evidence) -> Evidence:
    """Return the evidence that a statement fails, if all parts of the refutation hold.

    Parameters
    ----------
    witness
        The counterexample.
    parts
        What makes it one: that it meets the hypotheses, and that the conclusion fails there.
    """
    whole = all_of(*parts)
    if whole.judgement.verdict is Verdict.HOLDS:
        shown = replace(
            whole.judgement, verdict=Verdict.FAILS, reason=witness.shows, witness=witness
        )
        return replace(whole, judgement=shown)
    return replace(whole, judgement=_undecided(whole.judgement, "the witness isn't one"))


def confirmed(evidence: Evidence, *checks: Evidence) -> Evidence:
    """Return the evidence at its own grade if independent checks agree with it, else undecided."""
    for made in checks:
        if made.judgement.verdict is not Verdict.HOLDS:
            return replace(evidence, judgement=_undecided(made.judgement, "not confirmed"))
    agreed = "; ".join(made.judgement.reason for made in checks)
    reason = f"{evidence.judgement.reason}; confirmed: {agreed}"
    return replace(evidence, judgement=replace(evidence.judgement, reason=reason))


def _undecided(judgement: Judgement, why: str) -> Judgement:
    return Judgement(
        Verdict.UNDECIDED, judgement.grade, judgement.scope, f"{why}: {judgement.reason}"
    )


def exactly(holds: bool, *, about: str) -> Evidence:
    """Return the evidence of a computation in exact arithmetic that decides yes or no."""
    if holds:
        judgement = Judgement(Verdict.HOLDS, Grade.EXACT, Scope.INSTANCE, about)
    else:
        reason = f"false: {about}"
        judgement = Judgement(Verdict.FAILS, Grade.EXACT, Scope.INSTANCE, reason, Witness(reason))
    return Evidence(EvidenceKind.EXACT, judgement)


_Item = TypeVar("_Item")


def _nonempty(items: Iterable[_Item], argument: str) -> list[_Item]:
    found = list(items)
    if not found:
        raise EmptyArgumentError(argument, "are empty", "give at least one")
    return found
