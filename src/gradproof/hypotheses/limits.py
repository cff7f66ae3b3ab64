"""Limits superior at an instance: of sequences that become periodic, and of powers of a matrix.

A sequence that depends on n through Aⁿ, cⁿ and the trajectory of a recurrence with constant inputs
is a function of a state that each step maps to the next by one and the same map. Once a state
recurs exactly, the sequence is periodic, and its limit superior is the maximum over one period.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import numpy as np
import sympy as sp

from gradproof.hypotheses.instance import Instance, evaluate
from gradproof.hypotheses.values import Number, UndecidedValueError, maximum, value_of
from gradproof.spectral.exact import powers_bounded, powers_vanish
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.notation import text
from gradproof.verdict import Verdict

__all__ = ["INFINITE", "limit_superior", "steps_that_count"]

#: The value of a limit superior that is ∞.
INFINITE = sp.oo

# A witness that isn't periodic within so many steps is better replaced by a simpler one.
_LONGEST = 8


def limit_superior(expression: nodes.LimitSuperior, at: Instance) -> Any:
    """Return a limit superior: a number, or :data:`INFINITE`.

    Raises
    ------
    UndecidedValueError
        If the sequence isn't found to be periodic, and isn't ‖Aⁿ‖ of a rational matrix either.
    """
    n = expression.index
    term = _with_indices_as_numbers(expression.term, n, at)
    if isinstance(term, nodes.SpectralNorm) and isinstance(term.args[0], sp.MatPow):
        power = term.args[0]
        if power.exp == n and n not in _symbols(power.base):
            found = _of_powers(evaluate(power.base, at))
            if found is not None:
                return found
    first = 1 if n.is_positive else 0
    seen: dict[Hashable, int] = {}
    values = []
    for k in range(first, first + _LONGEST):
        there = at.where(n, Number.of(k))
        state = tuple(_exact_state(term, n, there))
        values.append(value_of(evaluate(term, there)))
        if state in seen:
            # The state fixes what comes after it; from there on the values repeat.
            return maximum(values[seen[state] + 1 :])
        seen[state] = k - first
    raise UndecidedValueError(f"{text(term)} isn't periodic within {_LONGEST} steps")


def _with_indices_as_numbers(term: sp.Basic, n: sp.Symbol, at: Instance) -> sp.Basic:
    """Put numbers for the symbols other than n in the indices, p in h_{t+np}, say."""
    numbers = {}
    for vector in term.atoms(nodes.TimeIndexed):
        free = vector.index.free_symbols - {n, nodes.BOUND_INDEX}
        index = vector.index.xreplace({s: sp.Integer(at.integer(s)) for s in free})
        numbers[vector] = vector.func(vector.args[0], index, vector.args[2])
    return term.xreplace(numbers)


def _outside_of_vectors(expression: sp.Basic, k: sp.Symbol) -> bool:
    """Whether an index occurs elsewhere than as the index of a vector h_k, z_k or x_k."""
    if isinstance(expression, nodes.TimeIndexed):
        return k in _symbols(expression.args[2])
    return expression == k or any(_outside_of_vectors(part, k) for part in expression.args)


def _symbols(expression: sp.Basic) -> frozenset[sp.Basic]:
    return frozenset(expression.atoms(sp.Symbol))


def _of_powers(A: Any) -> Any:
    """Return limsup ‖Aⁿ‖ where it is 0 or ∞, for a rational A, else None."""
    fractions = [[value_of(entry).fraction for entry in row] for row in A]
    if any(entry is None for row in fractions for entry in row):
        return None
    if powers_vanish(fractions).verdict is Verdict.HOLDS:  # type: ignore[arg-type]
        return Number.of(0)
    if powers_bounded(fractions).verdict is Verdict.FAILS:  # type: ignore[arg-type]
        return INFINITE
    return None


def _exact_state(expression: sp.Basic, n: sp.Symbol, at: Instance) -> Iterator[Hashable]:
    """Yield exact values that determine the expression now and at every later n.

    Raises
    ------
    UndecidedValueError
        If the expression depends on n in another way, or a value isn't exact.
    """
    if n not in _symbols(expression):
        return
    if isinstance(expression, sp.MatPow | sp.Pow):
        if n in _symbols(expression.base) or not _advances_with(expression.exp, n):
            raise UndecidedValueError(f"{text(expression)} isn't a power of something constant")
        yield _key(evaluate(expression, at))
    elif isinstance(expression, nodes.Jacobian):
        y, variable = expression.function, expression.variable
        if not (
            isinstance(y, nodes.State | nodes.Preactivation)
            and _advances_with(y.index, n)
            and n not in _symbols(variable)
        ):
            raise UndecidedValueError(
                f"{text(expression)} isn't a Jacobian that starts at one step"
            )
        if at.integer(y.index) < at.integer(variable.index):
            raise UndecidedValueError(f"{text(expression)} begins before {text(variable)}")
        states = _states_with(y, at)
        if len(states) > 1:
            raise UndecidedValueError(f"{text(expression)} depends on several states")
        # The next Jacobian follows from this one and the trajectory.
        yield from _trajectory(y, at)
        yield _key(evaluate(nodes.Jacobian(states[0], variable), at))
    elif isinstance(expression, nodes.TimeIndexed):
        if not _advances_with(expression.index, n) or n in _symbols(expression.args[2]):
            raise UndecidedValueError(f"{text(expression)} doesn't advance with {text(n)}")
        yield from _trajectory(expression, at)
    elif isinstance(expression, nodes.OrderedProduct):
        if n in _symbols(expression.lower) | _symbols(expression.factor) or not _advances_with(
            expression.upper, n
        ):
            raise UndecidedValueError(
                f"{text(expression)} doesn't grow by one factor with {text(n)}"
            )
        factor, k = expression.factor, nodes.BOUND_INDEX
        if _outside_of_vectors(factor, k) or any(
            vector.index != k for vector in factor.atoms(nodes.TimeIndexed)
        ):
            raise UndecidedValueError(f"{text(expression)} has factors that aren't of one step")
        for vector in sorted(factor.atoms(nodes.TimeIndexed), key=str):
            yield from _trajectory(vector.xreplace({k: expression.upper}), at)
        yield _key(evaluate(expression, at))
    elif expression.args and not isinstance(expression, sp.MatrixSymbol):
        for part in expression.args:
            yield from _exact_state(part, n, at)
    else:
        raise UndecidedValueError(f"{text(expression)} grows with {text(n)}")


def _advances_with(index: sp.Basic, n: sp.Symbol) -> bool:
    """Whether an index is n plus something constant."""
    return n not in _symbols(sp.expand(index - n))


def _trajectory(vector: Any, at: Instance) -> Iterator[Hashable]:
    """Yield what determines the later course of a recurrence: all its states, for equal inputs."""
    if isinstance(vector, nodes.Input):
        if any(name.rpartition("_")[0] == vector.name for name in at.given):
            raise UndecidedValueError("the inputs aren't the same at every step")
        yield _key(at.sequence(vector))
        return
    if not at.has_constant_inputs:
        raise UndecidedValueError("the inputs aren't the same at every step")
    yield _key(at.sequence(vector))
    yield from (_key(at.sequence(state)) for state in _states_with(vector, at))


def _states_with(vector: Any, at: Instance) -> list[nodes.State]:
    """Return all states that have the index of a vector: h_k for z_k, or h_k and c_k."""
    states = _states(vector.index, at)
    if not states:
        raise UndecidedValueError(f"{text(vector)} belongs to no recurrence")
    return states


def _states(k: sp.Basic, at: Instance) -> list[nodes.State]:
    """Return the states that the recurrence defines, with the index k."""
    lefts = (h.proposition.left for h in at.definitions if h.proposition is not None)
    return [
        nodes.State(left.name, k, left.shape[0]) for left in lefts if isinstance(left, nodes.State)
    ]


def _key(value: Any) -> Hashable:
    entries = value.flat if isinstance(value, np.ndarray) else [value]
    exact = tuple(value_of(entry).exact for entry in entries)
    if None in exact:
        raise UndecidedValueError("a state isn't known exactly")
    return exact


def steps_that_count(expressions: Iterable[sp.Basic], k: sp.Symbol, at: Instance) -> range:
    """Return steps k such that the expressions take together no other values at any step.

    Raises
    ------
    UndecidedValueError
        If what determines them doesn't recur exactly within a few steps.
    """
    sides = tuple(expressions)
    first = 1 if k.is_positive else 0
    seen = set()
    for step in range(first, first + _LONGEST):
        there = at.where(k, Number.of(step))
        state = tuple(part for side in sides for part in _exact_state(side, k, there))
        if state in seen:
            return range(first, step)
        seen.add(state)
    raise UndecidedValueError(f"nothing recurs within {_LONGEST} steps")
