"""Break every step of every derivation that is shipped, and see what the kernel refuses.

    python tests/mutation/derivations.py [--quick] [--select PATTERN] [--write]

Each step ``left relation right`` by a law is changed in one place: a sign, a factor, the order of
a product, a transposition, a constant, an index, the relation, the quantity. The changed step is
built anew with the law of the step, and with other laws. Whether it is false is found out
independently, by numbers at random instances that meet its hypotheses. A false step that the kernel
accepts is a defect of the kernel: it is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from gradproof.claims.load import load_claims, select, shipped_proofs
from gradproof.errors import StepRefusedError
from gradproof.symbolic.instances.instantiate import Model, NotNumericError, try_instances
from gradproof.symbolic.kernel import law as law_module
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.law import CATALOGUE, Law
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import is_matrix
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation

GUARANTEE = Path(__file__).resolve().parents[2] / "docs" / "guarantee.md"
TRIALS = 40
# A step about gates has hundreds of places at which a sign can be changed.
PLACES = 12
_QUANTITIES = (nodes.SpectralNorm, nodes.SpectralRadius, nodes.SmallestSingularValue)


@dataclass(frozen=True)
class Mutant:
    """One change of a step: which kind, and the step that results."""

    kind: str
    relation: Relation
    right: sp.Basic


def changes(expression: sp.Basic) -> Iterator[tuple[str, sp.Basic]]:
    """Yield (kind, expression with one change at its top), whether or not it has a meaning."""
    args = expression.args
    if isinstance(expression, (sp.Add, sp.MatAdd)):
        for i, term in enumerate(args):
            rest = [*args[:i], *args[i + 1 :]]
            yield "sign", expression.func(*args[:i], -term, *args[i + 1 :])
            yield "term dropped", _of(expression, rest)
    elif isinstance(expression, (sp.Mul, sp.MatMul)):
        for i in range(len(args)):
            yield "factor dropped", _of(expression, [*args[:i], *args[i + 1 :]])
        matrices = [i for i, factor in enumerate(args) if is_matrix(factor)]
        for i, j in itertools.pairwise(matrices):
            swapped = list(args)
            swapped[i], swapped[j] = args[j], args[i]
            yield "order", expression.func(*swapped)
        if len(matrices) > 2:
            scalars = [factor for factor in args if not is_matrix(factor)]
            yield "order", expression.func(*scalars, *(args[i] for i in reversed(matrices)))
    elif isinstance(expression, (sp.Pow, sp.MatPow)) and not isinstance(expression, sp.Inverse):
        for shift in (1, -1):
            yield "exponent", expression.func(args[0], args[1] + shift)
    elif isinstance(expression, sp.Rational):
        for shift in (1, -1):
            yield "constant", expression + shift
    elif isinstance(expression, nodes.TimeIndexed):
        for shift in (1, -1):
            yield "index", expression.func(args[0], args[1] + shift, args[2])
    elif isinstance(expression, nodes.OrderedProduct):
        for first, last in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            yield "index", expression.func(args[0], args[1] + first, args[2] + last)
    elif isinstance(expression, (nodes.ActivationValue, nodes.Elementwise)):
        for shift in (1, -1):
            yield "order of derivative", expression.func(args[0], args[1] + shift, args[2])
    elif isinstance(expression, _QUANTITIES):
        for other in _QUANTITIES:
            if other is not type(expression):
                yield "quantity", other(args[0])
    if is_matrix(expression):
        yield "transposition", sp.Transpose(expression)
        yield "factor doubled", sp.MatMul(2, expression)
        yield "sign", sp.MatMul(-1, expression)
    elif not expression.is_Symbol:
        yield "factor doubled", 2 * expression
        yield "sign", -expression


def _of(expression: sp.Basic, args: list[sp.Basic]) -> sp.Basic:
    """Return a sum or product of these; of one, that one itself."""
    return args[0] if len(args) == 1 else expression.func(*args)


def _parts(expression: sp.Basic) -> Iterator[int]:
    """Yield the positions of the arguments that may be changed: no names, no bound variables."""
    if isinstance(expression, (sp.MatrixSymbol, sp.Identity, sp.ZeroMatrix, nodes.TimeIndexed)):
        return
    for position, part in enumerate(expression.args):
        binds = isinstance(expression, (nodes.ScalarDerivative, nodes.LimitSuperior))
        if isinstance(part, sp.Expr) and not (binds and position == 1):
            yield position


def broken(expression: sp.Basic) -> Iterator[tuple[str, sp.Basic]]:
    """Yield (kind, expression) for one change anywhere inside."""
    yield from _attempted(changes(expression))
    for position in _parts(expression):
        for kind, part in broken(expression.args[position]):
            args = list(expression.args)
            args[position] = part
            yield from _attempted(_rebuilt(kind, expression, args))


def _rebuilt(
    kind: str, expression: sp.Basic, args: list[sp.Basic]
) -> Iterator[tuple[str, sp.Basic]]:
    yield kind, expression.func(*args)


def _attempted(made: Iterator[tuple[str, sp.Basic]]) -> Iterator[tuple[str, sp.Basic]]:
    """Skip a change that SymPy itself refuses: sizes that don't fit, say."""
    while True:
        try:
            item = next(made)
        except StopIteration:
            return
        except (ValueError, TypeError, AttributeError):
            return
        if isinstance(item[1], sp.Expr) and not item[1].has(sp.nan, sp.zoo):
            yield item


def mutants(step: Step, places: int | None = None) -> list[Mutant]:
    """Return every single change of a step, each once; of each kind at most so many, spread out."""
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in _every_mutant(step):
        by_kind.setdefault(mutant.kind, []).append(mutant)
    return list(itertools.chain.from_iterable(_spread(m, places) for m in by_kind.values()))


def _spread(found: list[Mutant], places: int | None) -> list[Mutant]:
    if places is None or len(found) <= places:
        return found
    return [found[len(found) * i // places] for i in range(places)]


def _every_mutant(step: Step) -> Iterator[Mutant]:
    seen = {(step.relation, step.right)}
    for relation in Relation:
        if (relation, step.right) not in seen:
            seen.add((relation, step.right))
            yield Mutant("relation", relation, step.right)
    for kind, right in broken(step.right):
        if (step.relation, right) not in seen:
            seen.add((step.relation, right))
            yield Mutant(kind, step.relation, right)


def accepts(step: Step, mutant: Mutant, law: Law) -> tuple[bool, bool]:
    """Return whether the changed step comes into being, and whether its error shows it false."""
    try:
        Step(step.left, mutant.relation, mutant.right, law, step.hypotheses | step.context)
    except StepRefusedError as error:
        return False, error.counterexample is not None
    return True, False


def complex_model(proposition: Proposition, hypotheses: Iterable[Hypothesis]) -> Model | None:
    """Return a model with complex matrices, where nothing makes them real."""
    if any(h.is_definition or h.proposition is None for h in hypotheses):
        return None
    matrices = [s for s in proposition.free_symbols if isinstance(s, sp.MatrixSymbol)]

    def drawn(generator: np.random.Generator) -> dict[sp.Basic, object]:
        values: dict[sp.Basic, object] = {}
        for matrix in sorted(matrices, key=str):
            for size in matrix.shape:
                if size.is_Symbol and size not in values:
                    values[size] = int(generator.integers(1, 4))
            shape = [int(values.get(size, size)) for size in matrix.shape]
            real, imaginary = generator.normal(size=(2, *shape)) / 1.5
            values[matrix] = real + 1j * imaginary
        return values

    return drawn


def is_false(theorem: Theorem, step: Step, mutant: Mutant, trials: int) -> bool | None:
    """Whether numbers refute the changed step; None where there are no numbers for it."""
    proposition = Proposition(step.left, mutant.relation, mutant.right)
    if proposition.problem() is not None:
        return None
    # Where the step itself fails, the instance doesn't meet the hypotheses, as far as one can see.
    unchanged = Hypothesis("the step", step.proposition)
    hypotheses = theorem.hypotheses | step.hypotheses | {unchanged}
    evaluated = 0
    for model in dict.fromkeys((theorem.model, None, complex_model(proposition, hypotheses))):
        try:
            found = try_instances(proposition, hypotheses, model=model, trials=trials)
        except (NotNumericError, TypeError, ValueError, KeyError, AttributeError):
            continue
        if found.counterexample is not None:
            return True
        evaluated += found.evaluated
    return False if evaluated else None


@dataclass
class Outcome:
    """The counts of a run, by kind of change, and what went wrong."""

    steps: int
    counts: dict[str, Counter[str]]
    accepted_falsehoods: list[str]

    @property
    def total(self) -> Counter[str]:
        """The counts of all kinds together."""
        return sum(self.counts.values(), Counter())

    def table(self) -> str:
        """Return the counts as a table in Markdown."""
        columns = ("mutants", "meaningless", "false", "refused", "true", "accepted", "open")
        heading = ("change", *columns)
        rows = [*sorted(self.counts.items()), ("together", self.total)]
        lines = [f"| {' | '.join(heading)} |", "|---" * len(heading) + "|"]
        lines += [
            f"| {kind} | {' | '.join(str(count[column]) for column in columns)} |"
            for kind, count in rows
        ]
        return "\n".join(lines)


@contextmanager
def rewritings_kept() -> Iterator[None]:
    """Keep what each law makes of a side: the left one is the same for all changes of a step."""
    kept: dict[object, list[sp.Basic]] = {}
    made = law_module.rewritings

    def rewritings(expression: sp.Basic, rule: Any, relation: Relation) -> Iterator[sp.Basic]:
        key = (id(rule.__self__), expression, relation)
        if key not in kept:
            kept[key] = list(made(expression, rule, relation))
        return iter(kept[key])

    law_module.rewritings = rewritings
    try:
        yield
    finally:
        law_module.rewritings = made


def run(
    theorems: Iterable[Theorem],
    *,
    every: int = 1,
    places: int | None = PLACES,
    trials: int = TRIALS,
) -> Outcome:
    """Break the steps of the theorems; ``every`` takes each n-th change only."""
    outcome = Outcome(0, {}, [])
    done: set[tuple[object, ...]] = set()
    number = itertools.count()
    catalogue = tuple(CATALOGUE.values())
    for theorem in theorems:
        laws = tuple(dict.fromkeys(step.law for step in theorem.steps))
        for step in theorem.steps:
            key = (step.left, step.relation, step.right, step.law.name, step.law.hypotheses)
            if key in done:
                continue
            done.add(key)
            outcome.steps += 1
            # A law with hypotheses of its own speaks of other instances, and is left out.
            known = theorem.hypotheses | step.hypotheses
            others = [
                law
                for law in (*laws, *catalogue)
                if law is not step.law and law.hypotheses <= known
            ]
            with rewritings_kept():
                for mutant in mutants(step, places):
                    if next(number) % every == 0:
                        _try(outcome, theorem, step, mutant, others, trials)
    return outcome


def _try(
    outcome: Outcome,
    theorem: Theorem,
    step: Step,
    mutant: Mutant,
    others: Iterable[Law],
    trials: int,
) -> None:
    count = outcome.counts.setdefault(mutant.kind, Counter())
    count["mutants"] += 1
    if Proposition(step.left, mutant.relation, mutant.right).problem() is not None:
        count["meaningless"] += 1
        assert not accepts(step, mutant, step.law)[0]
        return
    accepted, shown_false = accepts(step, mutant, step.law)
    false = True if shown_false else is_false(theorem, step, mutant, trials)
    if false is None:
        count["open"] += 1
    elif not false:
        count["true"] += 1
        count["accepted"] += accepted
    else:
        count["false"] += 1
        accepting = [step.law] if accepted else []
        accepting += [
            law for law in others if law.refuses(step.left, mutant.relation, mutant.right) is None
        ]
        # The error shows it false where the step's own hypotheses hold: others may assume more.
        assumed = step.hypotheses | step.context
        if shown_false and any(not law.hypotheses <= assumed for law in accepting):
            accepting = accepting if is_false(theorem, step, mutant, trials) else []
        if accepting:
            proposition = Proposition(step.left, mutant.relation, mutant.right)
            names = ", ".join(law.name for law in accepting)
            outcome.accepted_falsehoods.append(f"{theorem.name}: {proposition} by {names}")
        else:
            count["refused"] += 1


def shipped(pattern: str | None = None) -> list[Theorem]:
    """Return the theorems of all shipped claims, in order."""
    claims = select(load_claims([shipped_proofs()]), pattern)
    return [theorem for claim in claims for theorem in claim.theorems()]


def sentence(outcome: Outcome) -> str:
    """Return the figure that docs/guarantee.md quotes."""
    total = outcome.total
    words = f"""
    - **Breaking the derivations.** Each of the {outcome.steps} steps of the shipped derivations,
    changed in one place in every way on a list, of each way at up to {PLACES} places spread over
    the step: {total["mutants"]:,} changes. {total["false"]:,} leave a proposition that is false at
    an instance found by numbers; {total["refused"]:,} of these are refused, by the law of the step
    and by every other. {total["meaningless"]:,} have no meaning and are refused.
    {total["true"]:,} aren't refuted by numbers, {total["accepted"]:,} of which are accepted;
    {total["open"]:,} have no numbers (limits). `python tests/mutation/derivations.py` repeats it.
    """
    return textwrap.fill(" ".join(words.split()), 104, subsequent_indent="  ")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="every 25th change only")
    parser.add_argument("--select", metavar="PATTERN", help="only claims of this name")
    parser.add_argument("--write", action="store_true", help="put the figure into the guarantee")
    options = parser.parse_args()
    outcome = run(shipped(options.select), every=25 if options.quick else 1)
    print(f"{outcome.steps} steps\n\n{outcome.table()}")
    for falsehood in outcome.accepted_falsehoods:
        print("ACCEPTED AND FALSE:", falsehood)
    if options.write and not (options.quick or options.select):
        text = GUARANTEE.read_text(encoding="utf-8")
        start = text.index("- **Breaking the derivations.**")
        end = text.index("\n- **", start + 1)
        GUARANTEE.write_text(text[:start] + sentence(outcome) + text[end:], encoding="utf-8")
    return 1 if outcome.accepted_falsehoods else 0


if __name__ == "__main__":
    sys.exit(main())
