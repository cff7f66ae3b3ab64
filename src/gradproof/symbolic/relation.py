"""Relations between expressions, and propositions made of them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from gradproof.symbolic.expressions import LimitSuperior, ScalarDerivative
from gradproof.symbolic.notation import latex, text

__all__ = ["Hypothesis", "Proposition", "Relation", "satisfies_assumptions"]


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
class Proposition:
    """``left relation right``."""

    left: sp.Basic
    relation: Relation
    right: sp.Basic

    @property
    def free_symbols(self) -> frozenset[sp.Basic]:
        return frozenset(self.left.free_symbols | self.right.free_symbols)

    def substitute(self, values: Mapping[sp.Basic, sp.Basic]) -> Proposition:
        """Return the proposition with symbols replaced, all at once.

        Replacing is refused by a ``ValueError`` where a value breaks an assumption that the symbol
        carries (a positive integer, say), or where the symbol is bound.
        """
        for symbol, value in values.items():
            if not satisfies_assumptions(symbol, value):
                raise ValueError(f"{text(value)} doesn't satisfy what is assumed of {text(symbol)}")
            for side in (self.left, self.right):
                if any(
                    node.args[1] == symbol for node in side.atoms(ScalarDerivative, LimitSuperior)
                ):
                    raise ValueError(f"{text(symbol)} is bound, nothing can be put in its place")
        replacement = dict(values)
        return Proposition(
            self.left.xreplace(replacement), self.relation, self.right.xreplace(replacement)
        )

    def __str__(self) -> str:
        return f"{text(self.left)} {self.relation.value} {text(self.right)}"

    @property
    def latex(self) -> str:
        return f"{latex(self.left)} {self.relation.latex} {latex(self.right)}"


def satisfies_assumptions(symbol: sp.Basic, value: sp.Basic) -> bool:
    """Whether ``value`` provably has every property that ``symbol`` was declared with.

    >>> k = sp.Symbol("k", integer=True, positive=True)
    >>> n = sp.Symbol("n", integer=True, nonnegative=True)
    >>> satisfies_assumptions(k, n + 1), satisfies_assumptions(k, n)
    (True, False)
    """
    if isinstance(symbol, sp.MatrixSymbol):
        return bool(getattr(value, "is_Matrix", False)) and symbol.shape == value.shape
    if not isinstance(symbol, sp.Symbol):
        return False
    return all(
        getattr(value, f"is_{name}") is truth for name, truth in symbol._assumptions_orig.items()
    )


@dataclass(frozen=True)
class Hypothesis:
    """Something that a theorem assumes.

    Parameters
    ----------
    statement
        The hypothesis in words or symbols.
    proposition
        Its formula, where it has one that steps may use.
    variables
        Symbols over which the hypothesis is universally quantified.
    is_definition
        Whether it merely fixes the meaning of a symbol (the recurrence h_k = φ(z_k), say).
    """

    statement: str
    proposition: Proposition | None = None
    variables: tuple[sp.Symbol, ...] = ()
    is_definition: bool = False

    @classmethod
    def of(
        cls,
        left: sp.Basic,
        relation: Relation,
        right: sp.Basic,
        *,
        for_all: tuple[sp.Symbol, ...] = (),
    ) -> Hypothesis:
        """Return the hypothesis ``left relation right``, for all values of ``for_all``."""
        proposition = Proposition(sp.sympify(left), relation, sp.sympify(right))
        names = ", ".join(text(symbol) for symbol in for_all)
        return cls(f"{proposition}{f' for all {names}' if names else ''}", proposition, for_all)

    @property
    def free_symbols(self) -> frozenset[sp.Basic]:
        if self.proposition is None:
            return frozenset()
        return self.proposition.free_symbols - frozenset(self.variables)

    @property
    def latex(self) -> str:
        if self.proposition is None:
            return rf"\text{{{self.statement}}}"
        names = ", ".join(latex(symbol) for symbol in self.variables)
        return self.proposition.latex + (rf" \quad\text{{for all }} {names}" if names else "")

    def __str__(self) -> str:
        return self.statement
