"""Deciding propositions and hypotheses at an explicit instance: true, false, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from gradproof.hypotheses.activations import Range, range_over_the_line
from gradproof.hypotheses.forms import holds_for_all_vectors
from gradproof.hypotheses.instance import Instance, evaluate
from gradproof.hypotheses.limits import (
    INFINITE,
    limit_superior,
    steps_that_count,
)
from gradproof.hypotheses.matrices import determinant, matrices_equal
from gradproof.hypotheses.values import Number, UndecidedValueError, value_of
from gradproof.spectral.exact import powers_bounded
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.language.vocabulary import is_plain
from gradproof.verdict import Verdict

__all__ = ["decide", "meets"]

#: Where a hypothesis for all real z is tried, to show that it fails.
_POINTS = tuple(map(Fraction, (0, 1, -1, 2, -2)))

#: At how many steps a hypothesis for all k is tried, to show that it fails.
_STEPS = 6


def decide(proposition: Proposition, at: Instance) -> bool | None:
    """Decide ``left relation right`` at an instance, rounding included.

    Raises
    ------
    UndecidedValueError
        If a side has no value that can be enclosed.
    """
    left, right = (_side(side, at) for side in (proposition.left, proposition.right))
    relation = proposition.relation
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return matrices_equal(left, right)
    if relation.is_downward:
        left, right, relation = right, left, relation.flipped
    if left is INFINITE or right is INFINITE:
        return _decide_infinite(left, relation, right)
    left, right = value_of(left), value_of(right)
    if relation is Relation.EQ:
        return left.equals(right)
    if relation is Relation.LT:
        return left.is_below(right)
    above = right.is_below(left)
    return None if above is None else not above


def _side(side: sp.Basic, at: Instance) -> Any:
    if side is sp.oo:
        return INFINITE
    if isinstance(side, nodes.LimitSuperior):
        return limit_superior(side, at)
    return evaluate(side, at)


def _decide_infinite(left: Any, relation: Relation, right: Any) -> bool:
    if relation is Relation.LT:
        return left is not INFINITE
    if relation is Relation.EQ:
        return left is right
    return right is INFINITE


def meets(hypothesis: Hypothesis, at: Instance) -> bool | None:
    """Decide whether an instance meets a hypothesis; None where that is undecided.

    Definitions are built into the instance. A hypothesis in words is decided where its words are
    known here; one for all real z by the range of the activation chosen, or refuted at one z; one
    for all k if the trajectory is periodic, or refuted at one k; one for all real vectors if it
    says that a quadratic form is ≥ 0.
    """
    if hypothesis.is_definition:
        return True
    if hypothesis.proposition is None:
        return _in_words(hypothesis, at)
    if not hypothesis.variables:
        return decide(hypothesis.proposition, at)
    vectors = [v for v in hypothesis.variables if isinstance(v, sp.MatrixSymbol)]
    if len(vectors) == len(hypothesis.variables):
        return holds_for_all_vectors(hypothesis.proposition, vectors, at)
    if len(hypothesis.variables) > 1:
        return None
    (variable,) = hypothesis.variables
    if is_plain(variable, integer=True, positive=True) or is_plain(
        variable, integer=True, nonnegative=True
    ):
        return _at_every_step(hypothesis.proposition, variable, at)
    if is_plain(variable, real=True):
        return _on_the_line(hypothesis.proposition, variable, at)
    return None


def _at_every_step(proposition: Proposition, k: sp.Symbol, at: Instance) -> bool | None:
    def at_step(step: int) -> bool | None:
        return _tried(Proposition(*_instantiated(proposition, k, step)), at)

    found = _throughout(at_step, (proposition.left, proposition.right), k, at)
    return True if found is None and _is_within_range(proposition, k, at) else found


def _throughout(
    at_step: Callable[[int], bool | None], sides: Iterable[sp.Basic], k: sp.Symbol, at: Instance
) -> bool | None:
    """Decide what is asked of every step: false at an early one, or true at all that count."""
    first = 1 if k.is_positive else 0
    if any(at_step(step) is False for step in range(first, first + _STEPS)):
        return False
    try:
        steps = steps_that_count(sides, k, at)
    except UndecidedValueError:
        return None
    return True if all(at_step(step) for step in steps) else None


def _is_within_range(proposition: Proposition, k: sp.Symbol, at: Instance) -> bool:
    """Whether ‖diag(v_k)‖ ≤ b, b a number, follows from v_k = φ(z_k) or 1 − φ(z_k) by |φ| ≤ b.

    Or v_k is the same at every k, as matrices that are 0 take away what depends on k.
    """
    left, right = proposition.left, proposition.right
    if proposition.relation is not Relation.LE or k in right.free_symbols:
        return False
    vector = left.args[0].args[0] if isinstance(left, nodes.SpectralNorm) else None
    if left != nodes.SpectralNorm(nodes.Diagonal(vector)):
        return False
    kept = _without_dead_products(vector, at)
    if k not in kept.free_symbols:
        constant = Proposition(nodes.SpectralNorm(nodes.Diagonal(kept)), Relation.LE, right)
        return _tried(constant, at) is True
    values = _entries_range(vector, at)
    modulus = None if values is None else values.modulus
    if modulus is None or modulus.upper is None:
        return False
    return value_of(evaluate(right, at)).is_below(modulus.upper) is False


def _without_dead_products(vector: sp.Basic, at: Instance) -> sp.Basic:
    """Return a sum without the products W v in which W is 0 at the instance."""
    zero = sp.ZeroMatrix(*vector.shape)
    kept = [
        term
        for term in sp.MatAdd.make_args(vector)
        if not (
            isinstance(term, sp.MatMul)
            and isinstance(term.args[0], sp.MatrixSymbol)
            and matrices_equal(
                at.matrix(term.args[0]), evaluate(sp.ZeroMatrix(*term.args[0].shape), at)
            )
        )
    ]
    return sp.MatAdd(*kept) if kept else zero


def _entries_range(vector: sp.Basic, at: Instance) -> Range | None:
    """Return the range of the entries of φ(z_k) or 1 − φ(z_k), where it is known of φ."""
    if isinstance(vector, sp.MatAdd) and len(vector.args) == 2:
        one = next((term for term in vector.args if isinstance(term, sp.OneMatrix)), None)
        rest = [-term for term in vector.args if term is not one]
        inner = _entries_range(rest[0], at) if one is not None else None
        return None if inner is None else inner.complement
    if not isinstance(vector, nodes.Preactivation):
        return None
    found = at.definition_of(vector)
    if found is None or not isinstance(found[1], nodes.Elementwise):
        return None
    return at.activation(found[1].activation).range(int(found[1].order))


def _instantiated(
    proposition: Proposition, k: sp.Symbol, step: int
) -> tuple[sp.Basic, Relation, sp.Basic]:
    value = {k: sp.Integer(step)}
    return proposition.left.xreplace(value), proposition.relation, proposition.right.xreplace(value)


def _on_the_line(proposition: Proposition, z: sp.Symbol, at: Instance) -> bool | None:
    for point in _POINTS:
        if _tried(proposition, at.where(z, Number.of(point))) is False:
            return False
    left, right, relation = proposition.left, proposition.right, proposition.relation
    if relation.is_downward:
        left, right, relation = right, left, relation.flipped
    low, high = (_range(side, z, at) for side in (left, right))
    if low is None or high is None:
        return None
    top, bottom = low.upper, high.lower
    if relation is Relation.EQ:
        same = low.lower is not None and top is not None and low.lower.equals(top)
        return True if same and _is_constant(high) and _equal(top, bottom) else None
    if top is None or bottom is None:
        return None
    if not (_is_constant(low) or _is_constant(high)):
        return True if top.is_below(bottom) else None
    return _below_everywhere(low, high, relation)


def _below_everywhere(low: Range, high: Range, relation: Relation) -> bool | None:
    """Decide x < y or x ≤ y for all x and y of two ranges, one of which is a single number."""
    top, bottom = low.upper, high.lower
    assert top is not None
    assert bottom is not None
    below = top.is_below(bottom)
    if below or (below is None and not _equal(top, bottom)):
        return below
    if _equal(top, bottom):
        return relation is Relation.LE or not (low.takes_upper and high.takes_lower)
    return False


def _equal(a: Number | None, b: Number | None) -> bool:
    return a is not None and b is not None and a.equals(b) is True


def _is_constant(found: Range) -> bool:
    return _equal(found.lower, found.upper)


def _range(side: sp.Basic, z: sp.Symbol, at: Instance) -> Range | None:
    if z not in side.atoms(sp.Symbol):
        value = value_of(evaluate(side, at))
        return Range(value, value, True, True)
    return range_over_the_line(side, z, at.activation)


def _tried(proposition: Proposition, at: Instance) -> bool | None:
    try:
        return decide(proposition, at)
    except UndecidedValueError:
        return None


def _is_invertible(A: Any) -> bool | None:
    vanishes = value_of(determinant(A)).equals(Number.of(0))
    return None if vanishes is None else not vanishes


def _is_real(A: Any) -> bool | None:
    imaginary = [
        entry.exact[1] != 0 if entry.exact is not None else not entry.ball.imag.contains(0)
        for entry in map(value_of, A.flat)
    ]
    if any(imaginary):
        return False
    return True if all(value_of(entry).is_real for entry in A.flat) else None


def _is_power_bounded(A: Any) -> bool | None:
    fractions = [[value_of(entry).fraction for entry in row] for row in A]
    if any(entry is None for row in fractions for entry in row):
        return None
    return powers_bounded(fractions).verdict is Verdict.HOLDS  # type: ignore[arg-type]


#: Hypotheses in words, by their statement with {0} for the matrix that they are about.
_WORDS: Mapping[str, Callable[[Any], bool | None]] = {
    "{0} is invertible": _is_invertible,
    "{0} is real": _is_real,
    (
        "ρ({0}) ≤ 1, and every eigenvalue of {0} of modulus 1 is semisimple "
        "(its algebraic and geometric multiplicities agree)"
    ): _is_power_bounded,
}


def _in_words(hypothesis: Hypothesis, at: Instance) -> bool | None:
    if hypothesis.statement.startswith("no entry of {0} is a kink of "):
        return _off_kinks(hypothesis, at)
    decider = _WORDS.get(hypothesis.statement)
    if decider is None or len(hypothesis.about) != 1:
        return None
    return decider(evaluate(hypothesis.about[0], at))


def _off_kinks(hypothesis: Hypothesis, at: Instance) -> bool | None:
    """Decide whether no z_k is where φ has a kink, for all k if the trajectory recurs."""
    vector, function = hypothesis.about
    (k,) = hypothesis.variables
    _, kinks = nodes.kinks_of(function.activation) or (0, ())

    def at_step(step: int) -> bool | None:
        entries = evaluate(vector.xreplace({k: sp.Integer(step)}), at).flat
        same = [value_of(z).equals(Number.of(int(kink))) for z in entries for kink in kinks]
        return False if True in same else None if None in same else True

    return _throughout(at_step, (vector,), k, at)
