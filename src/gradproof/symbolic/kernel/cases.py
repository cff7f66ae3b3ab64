"""The rule of cases: what holds on every piece of the real line holds for every real number.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.instances.instantiate import Model
from gradproof.symbolic.kernel.derivation import Section, Theorem
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import domain, text
from gradproof.symbolic.language.relation import Proposition
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import is_plain, symbols_of

__all__ = ["between", "by_cases"]


def between(lower: sp.Expr, upper: sp.Expr, p: sp.Symbol) -> sp.Expr:
    """Return (a + b p)/(1 + p), which runs through the open interval (a, b) as p does (0, ∞).

    It is a + (b − a) p/(1 + p), and p/(1 + p) increases from 0 to 1.

    >>> between(-1, 1, sp.Symbol("p", positive=True))
    (p - 1)/(p + 1)
    """
    return sp.sympify(lower + upper * p) / (1 + p)


def by_cases(
    name: str,
    z: sp.Symbol,
    proposition: Proposition,
    cases: Sequence[Theorem],
    *,
    cuts: Sequence[int] = (0,),
    model: Model | None = None,
) -> Theorem:
    """Prove ``proposition`` for every real z from its cases, the real line being cut at points.

    For cuts c₁ < … < c_m the cases are, in this order: z < c₁, z = c₁, c₁ < z < c₂, …, z = c_m,
    z > c_m. Together they are all real numbers. A case is a theorem that says the proposition with
    an expression in place of z that takes every value of its piece: c₁ + q for a symbol q declared
    negative, or c₁ − p for one declared positive; c; :func:`between`; c_m + p. The symbol p or q
    occurs nowhere else, neither in the proposition nor in a hypothesis of that theorem.

    The hypotheses of all cases are those of the result.

    Raises
    ------
    InputError
        If z isn't a plain real symbol, the cuts don't increase, or a case says something else.
    """
    if not is_plain(z, real=True):
        raise InputError("z", f"is {text(z)}", "give a symbol declared real")
    if not isinstance(proposition, Proposition):
        raise InputError("proposition", f"is {proposition!r}", "give a Proposition")
    points = [sp.sympify(cut) for cut in cuts]
    increasing = all(a < b for a, b in itertools.pairwise(points))
    if not points or not all(point.is_Rational for point in points) or not increasing:
        raise InputError("cuts", f"are {cuts}", "give rational numbers that increase")
    if len(cases) != 2 * len(points) + 1:
        raise InputError("cases", f"are {len(cases)}", f"give {2 * len(points) + 1}")
    sections: list[Section] = []
    for number, case in enumerate(cases):
        if not isinstance(case, Theorem):
            raise InputError("cases", f"hold {case!r}", "give theorems")
        heading = _check_case(case, number, z, proposition, points)
        sections += [
            replace(section, heading=". ".join(filter(None, (heading, section.heading))))
            for section in case.sections
        ]
    hypotheses = frozenset().union(*(case.hypotheses for case in cases))
    if any(z in hypothesis.free_symbols for hypothesis in hypotheses):
        raise InputError("cases", f"assume something about {text(z)}", "assume nothing about it")
    return Theorem(name, proposition, hypotheses, tuple(sections), model, KERNEL)


def _check_case(
    case: Theorem, number: int, z: sp.Symbol, proposition: Proposition, points: list[sp.Rational]
) -> str:
    """Refuse a theorem that isn't the case of this number; return the heading of the case."""
    position, is_point = divmod(number, 2)
    if is_point:
        heading = f"Case {text(z)} = {text(points[position])}"
        candidates = [(None, points[position])]
    else:
        heading, candidates = _open_piece(case, position, z, points)
    for symbol, expression in candidates:
        try:
            wanted = proposition.substitute({z: expression})
        except ValueError:
            continue
        found = case.proposition
        if (
            found.relation.implies(proposition.relation)
            and same(found.left, wanted.left)
            and same(found.right, wanted.right)
        ):
            fixed = symbols_of(proposition.left, proposition.right).union(
                *(hypothesis.free_symbols for hypothesis in case.hypotheses)
            )
            if symbol is None or text(expression) == text(z):
                by_parts = ""
            else:
                by_parts = f": {text(z)} = {text(expression)}, {domain(symbol)}"
            if symbol is None or symbol not in fixed:
                return heading + by_parts
            raise InputError("cases", f"assume something of {text(symbol)}", "assume nothing of it")
    raise InputError("cases", f"hold “{case}”", f"prove {proposition} in the {heading.lower()}")


def _open_piece(
    case: Theorem, position: int, z: sp.Symbol, points: list[sp.Rational]
) -> tuple[str, list[tuple[sp.Symbol | None, sp.Expr]]]:
    """Return the heading of an open piece, and the expressions that take all of its values."""
    free = [s for s in case.proposition.free_symbols if isinstance(s, sp.Symbol) and s != z]
    above = [symbol for symbol in free if is_plain(symbol, positive=True)]
    below = [symbol for symbol in free if is_plain(symbol, negative=True)]
    name = text(z)
    if position == 0:
        (first, *_) = points
        expressions = [(q, first + q) for q in below] + [(p, first - p) for p in above]
        return f"Case {name} < {text(first)}", expressions
    if position == len(points):
        last = points[-1]
        return f"Case {name} > {text(last)}", [(p, last + p) for p in above]
    lower, upper = points[position - 1], points[position]
    heading = f"Case {text(lower)} < {name} < {text(upper)}"
    return heading, [(p, between(lower, upper, p)) for p in above]
