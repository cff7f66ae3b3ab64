"""Relations between expressions, and propositions made of them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import BOUND_INDEX, is_matrix
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    ParameterDifferential,
)
from gradproof.symbolic.language.normal_form import may_be_power_of_zero, same
from gradproof.symbolic.language.notation import latex, text
from gradproof.symbolic.language.seal import KERNEL, Sealed
from gradproof.symbolic.language.vocabulary import (
    bound_symbols,
    problem_with,
    problem_with_part,
    symbols_of,
)

__all__ = ["Proposition", "Relation", "satisfies_assumptions"]


class Relation(enum.Enum):
    """How two sides compare.

    >>> Relation.LE.then(Relation.LT), Relation.EQ.then(Relation.GE)
    (<Relation.LT: '<'>, <Relation.GE: '≥'>)
    >>> Relation.LE.then(Relation.GE) is None
    True
    """

    EQ = "="
    LE = "≤"
    LT = "<"
    GE = "≥"
    GT = ">"

    @property
    def latex(self) -> str:
        return {"=": "=", "≤": r"\le", "<": "<", "≥": r"\ge", ">": ">"}[self.value]

    @property
    def flipped(self) -> Relation:
        """The relation that holds with the sides exchanged."""
        return Relation({"=": "=", "≤": "≥", "<": ">", "≥": "≤", ">": "<"}[self.value])

    @property
    def is_downward(self) -> bool:
        return self in (Relation.GE, Relation.GT)

    def implies(self, weaker: Relation) -> bool:
        """Whether ``a self b`` gives ``a weaker b``."""
        return self is weaker or (self, weaker) in {
            (Relation.EQ, Relation.LE),
            (Relation.EQ, Relation.GE),
            (Relation.LT, Relation.LE),
            (Relation.GT, Relation.GE),
        }

    def then(self, following: Relation) -> Relation | None:
        """Return the relation of a and c when ``a self b`` and ``b following c``, or None."""
        if self is Relation.EQ:
            return following
        if following is Relation.EQ:
            return self
        if self.is_downward is not following.is_downward:
            return None
        return following if self in (Relation.LE, Relation.GE) else self


@dataclass(frozen=True)
class Proposition(Sealed, seal=KERNEL):
    """``left relation right``."""

    left: sp.Basic
    relation: Relation
    right: sp.Basic

    def problem(self) -> str | None:
        """Return why the proposition has no meaning, or None where it has one."""
        if not isinstance(self.relation, Relation):
            return f"{self.relation!r} is no relation"
        for side in (self.left, self.right):
            if not isinstance(side, sp.Expr):
                return f"{side!r} is no expression"
            found = problem_with(side)
            if found is not None:
                return found
        if is_matrix(self.left) != is_matrix(self.right):
            return "one side is a matrix and the other a number"
        if is_matrix(self.left):
            if self.relation is not Relation.EQ:
                return f"matrices aren't ordered by “{self.relation.value}”"
            if not all(map(same, self.left.shape, self.right.shape)):
                return f"the sides have shapes {self.left.shape} and {self.right.shape}"
        elif self.relation is not Relation.EQ and not all(
            side.is_extended_real for side in (self.left, self.right)
        ):
            return "a side isn't known to be real"
        return None

    @property
    def free_symbols(self) -> frozenset[sp.Basic]:
        return symbols_of(self.left, self.right)

    def substitute(self, values: Mapping[sp.Basic, sp.Basic]) -> Proposition:
        """Return the proposition with symbols replaced, all at once.

        Replacing is refused by a ``ValueError`` where a value breaks an assumption that the symbol
        carries (a positive integer, say), where a symbol is bound or would become so, where a
        constant of a derivative would become a function of the states, and where 0ⁿ would arise.
        """
        values = dict(values)
        entering = symbols_of(*values.values())
        bound = bound_symbols(self.left, self.right)
        resized = {symbol.xreplace(values) for symbol in bound - set(values)}
        captured = (bound | resized) & (entering | set(values))
        if captured or BOUND_INDEX in values:
            names = ", ".join(sorted(map(text, captured or {BOUND_INDEX})))
            raise ValueError(f"{names} is bound, nothing can be put in its place or contain it")
        derivatives = (nodes.Jacobian, ParameterDifferential, Gradient)
        differentiates = self.left.atoms(*derivatives) | self.right.atoms(*derivatives)
        for symbol, value in values.items():
            if not satisfies_assumptions(symbol, value, values):
                raise ValueError(f"{text(value)} doesn't satisfy what is assumed of {text(symbol)}")
            problem = problem_with_part(value)
            if problem is not None:
                raise ValueError(problem)
            if differentiates and value.atoms(nodes.TimeIndexed):
                raise ValueError(f"{text(value)} isn't constant, as {text(symbol)} is")
        for power in self.left.atoms(sp.MatPow) | self.right.atoms(sp.MatPow):
            if may_be_power_of_zero(*(part.xreplace(values) for part in power.args)):
                raise ValueError(f"{text(power)} becomes a power of 0 whose exponent may be 0")
        return Proposition(self.left.xreplace(values), self.relation, self.right.xreplace(values))

    def __str__(self) -> str:
        return f"{text(self.left)} {self.relation.value} {text(self.right)}"

    @property
    def latex(self) -> str:
        return f"{latex(self.left)} {self.relation.latex} {latex(self.right)}"


def satisfies_assumptions(
    symbol: sp.Basic, value: sp.Basic, values: Mapping[sp.Basic, sp.Basic] | None = None
) -> bool:
    """Whether ``value`` provably has every property that ``symbol`` was declared with.

    Sizes are compared after the replacements ``values``, which happen at the same time.

    >>> k = sp.Symbol("k", integer=True, positive=True)
    >>> n = sp.Symbol("n", integer=True, nonnegative=True)
    >>> satisfies_assumptions(k, n + 1), satisfies_assumptions(k, n)
    (True, False)
    """
    if type(symbol) is sp.MatrixSymbol:
        sizes = [size.xreplace(dict(values or {})) for size in symbol.shape]
        return is_matrix(value) and all(map(same, sizes, value.shape))
    if type(symbol) not in (sp.Symbol, sp.Dummy):
        return False
    return all(
        getattr(value, f"is_{name}", None) is truth
        for name, truth in symbol._assumptions_orig.items()
    )
