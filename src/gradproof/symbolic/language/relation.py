"""What a theorem assumes: hypotheses, definitions, and what expressions take for granted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sympy as sp

from gradproof.errors import InputError
from gradproof.latex_text import as_latex
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import BOUND_INDEX
from gradproof.symbolic.language.gradient_nodes import (
    Gradient,
    Loss,
    LossGradient,
    MatrixSum,
    ParameterDifferential,
    ScalarSum,
)
from gradproof.symbolic.language.notation import latex, text
from gradproof.symbolic.language.proposition import (
    Proposition,
    Relation,
    satisfies_assumptions,
)
from gradproof.symbolic.language.seal import KERNEL, Sealed
from gradproof.symbolic.language.vocabulary import (
    has_constant_scalars,
    has_real_scalars,
    problem_with,
    symbols_of,
)

__all__ = [
    "Hypothesis",
    "Proposition",
    "Relation",
    "check_definition",
    "invertibility",
    "is_real",
    "realness",
    "satisfies_assumptions",
    "substituted",
    "whole_state",
]


@dataclass(frozen=True)
class Hypothesis(Sealed, seal=KERNEL):
    """Something that a theorem assumes.

    Parameters
    ----------
    statement
        The hypothesis in words, {0}, {1}, … standing for what it is ``about``. Where there is a
        proposition, its formula takes the place of the statement.
    proposition
        Its formula, where it has one that steps may use.
    variables
        Symbols over which the hypothesis is universally quantified: numbers as they are declared,
        or matrices, and then real ones.
    is_definition
        Whether it merely fixes the meaning of a symbol (the recurrence h_k = φ(z_k), say).
    about
        The expressions that a statement in words speaks about.
    states
        The names of all states, where that is what is said; see :func:`whole_state`.

    Raises
    ------
    InputError
        If the proposition has no meaning, or is called a definition and is none; if it is
        quantified over something other than symbols, or over numbers and matrices at once.
    """

    statement: str
    proposition: Proposition | None = None
    variables: tuple[sp.Symbol | sp.MatrixSymbol, ...] = ()
    is_definition: bool = False
    about: tuple[sp.Basic, ...] = ()
    states: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "variables", tuple(self.variables))
        object.__setattr__(self, "about", tuple(self.about))
        if self.proposition is None:
            problem = next(filter(None, map(problem_with, self.about)), None)
        else:
            problem = self.proposition.problem() or self._problem_with_variables()
            if self.is_definition:
                check_definition(self.proposition, self.variables)
            names = ", ".join(text(symbol) for symbol in self.variables)
            quantified = f" for all {'real ' if self.is_about_all_matrices else ''}{names}"
            quantified += " ≥ 1" if self.is_definition else ""
            object.__setattr__(
                self, "statement", f"{self.proposition}{quantified if names else ''}"
            )
        if problem is not None:
            raise InputError("hypothesis", f"“{self}” can't be used: {problem}", "state another")

    @classmethod
    def of(
        cls,
        left: sp.Basic,
        relation: Relation,
        right: sp.Basic,
        *,
        for_all: tuple[sp.Symbol | sp.MatrixSymbol, ...] = (),
    ) -> Hypothesis:
        """Return the hypothesis ``left relation right``, for all values of ``for_all``."""
        return cls("", Proposition(sp.sympify(left), relation, sp.sympify(right)), for_all)

    @property
    def is_about_all_matrices(self) -> bool:
        """Whether it is quantified over all real matrices of some sizes."""
        return any(type(symbol) is sp.MatrixSymbol for symbol in self.variables)

    def _problem_with_variables(self) -> str | None:
        kinds = {type(symbol) for symbol in self.variables}
        if len(set(self.variables)) < len(self.variables):
            return "a symbol is quantified twice"
        if kinds <= {sp.Symbol, sp.Dummy} or kinds <= {sp.MatrixSymbol}:
            return None
        return "it is quantified neither over numbers nor over matrices"

    @property
    def free_symbols(self) -> frozenset[sp.Basic]:
        if self.proposition is None:
            return symbols_of(*self.about) - frozenset(self.variables)
        return self.proposition.free_symbols - frozenset(self.variables)

    def substitute(self, values: Mapping[sp.Basic, sp.Basic]) -> Hypothesis:
        """Return the hypothesis with its free symbols replaced; see :meth:`Proposition.substitute`.

        Raises
        ------
        ValueError
            If a value contains a symbol over which the hypothesis is quantified, too.
        """
        values = dict(values)
        if not (self.free_symbols & set(values)):
            return self
        free = {symbol: v for symbol, v in values.items() if symbol not in self.variables}
        # A variable v of size d×1 becomes one of size e×1 where e is put for d.
        variables = tuple(variable.xreplace(free) for variable in self.variables)
        if symbols_of(*values.values()) & {*self.variables, *variables}:
            raise ValueError(f"a value contains a symbol that “{self}” binds")
        if self.proposition is None:
            replaced = (Proposition(e, Relation.EQ, e).substitute(free).left for e in self.about)
            return replace(self, about=tuple(replaced), variables=variables)
        return replace(self, proposition=self.proposition.substitute(free), variables=variables)

    @property
    def latex(self) -> str:
        if self.proposition is None:
            return rf"\text{{{as_latex(str(self))}}}"
        names = ", ".join(latex(symbol) for symbol in self.variables)
        real = "real " if self.is_about_all_matrices else ""
        return self.proposition.latex + (rf" \quad\text{{for all {real}}} {names}" if names else "")

    def __str__(self) -> str:
        words = self.statement.format(*map(text, self.about)) if self.about else self.statement
        if self.proposition is None and self.variables:
            words += f", for all {', '.join(map(text, self.variables))}"
        return words


def invertibility(*expressions: sp.Basic) -> frozenset[Hypothesis]:
    """Return what expressions with inverses take for granted: that these matrices are invertible.

    >>> S = sp.MatrixSymbol("S", 2, 2)
    >>> print(*invertibility(S.I + S**2))
    S is invertible
    """
    return frozenset(
        Hypothesis("{0} is invertible", about=(power.base,))
        for expression in expressions
        for power in expression.atoms(sp.MatPow)
        if not power.exp.is_nonnegative
    )


def is_real(matrix: sp.MatrixSymbol) -> Hypothesis:
    """Return the hypothesis that the entries of a matrix are real, in words."""
    return Hypothesis(_IS_REAL, about=(matrix,))


_IS_REAL = "{0} is real"


def whole_state(names: Iterable[str]) -> Hypothesis:
    """Return what the chain rule takes for granted: that there are no states but these.

    >>> print(whole_state(["h", "c"]))
    the whole state is (c, h)
    """
    states = frozenset(names)
    listed = ", ".join(sorted(states))
    statement = f"the whole state is {f'({listed})' if len(states) > 1 else listed}"
    return Hypothesis(statement, is_definition=True, states=states)


def realness(*expressions: sp.Basic) -> frozenset[Hypothesis]:
    """Return what traces and derivatives by a parameter take for granted: matrices are real.

    These are all matrices in a trace, the parameter, and the direction of a differential. States,
    inputs and slopes of a network are real anyway.

    >>> v = sp.MatrixSymbol("v", 2, 1)
    >>> print(*realness(nodes.Trace(v.T * v)))
    v is real
    """
    real: set[sp.Basic] = set()
    for expression in expressions:
        for trace in expression.atoms(nodes.Trace):
            real |= trace.atoms(sp.MatrixSymbol)
        for derivative in expression.atoms(ParameterDifferential, Gradient):
            real.add(derivative.parameter)
        real |= {differential.direction for differential in expression.atoms(ParameterDifferential)}
    return frozenset(map(is_real, real))


def substituted(
    hypotheses: Iterable[Hypothesis], values: Mapping[sp.Basic, sp.Basic]
) -> frozenset[Hypothesis]:
    """Return hypotheses with free symbols replaced; see :meth:`Hypothesis.substitute`.

    What is put for a real matrix is real where its scalars and its matrix symbols are. A parameter
    by which one hypothesis differentiates is bound in all: another one may define the states.
    """
    found: set[Hypothesis] = set()
    given = tuple(hypotheses)
    sides = [s for h in given if h.proposition for s in (h.proposition.left, h.proposition.right)]
    fixed = {d.parameter for side in sides for d in side.atoms(ParameterDifferential, Gradient)}
    fixed |= {parameter.xreplace(dict(values)) for parameter in fixed - set(values)}
    if fixed & (symbols_of(*values.values()) | set(values)):
        raise ValueError("a hypothesis differentiates by what is replaced or put in")
    for hypothesis in given:
        new = hypothesis.substitute(values)
        if hypothesis.statement == _IS_REAL and has_real_scalars(new.about[0]):
            found |= {is_real(symbol) for symbol in new.about[0].atoms(sp.MatrixSymbol)}
        else:
            found.add(new)
    return frozenset(found)


def check_definition(proposition: Proposition, variables: tuple[sp.Symbol, ...]) -> None:
    """Refuse what isn't the definition of one state or pre-activation by what comes before it.

    A definition is of first order: what has the index k follows from states with the index k − 1,
    from inputs, and from other values with the index k. So a state depends on the states at t
    through the states at every r in between, as the chain rule says. That values with the index k
    don't define each other in a circle is checked where a theorem puts definitions together.

    Raises
    ------
    InputError
        If the index is no positive integer symbol, the sizes differ, or the right side contains
        something else.
    """
    left, right = proposition.left, proposition.right
    if type(left) not in (nodes.State, nodes.Preactivation) or (
        proposition.relation is not Relation.EQ
    ):
        raise InputError("left", f"is {text(left)}", "define a state or a pre-activation")
    k = left.index
    if not (k.is_Symbol and k.is_integer and k.is_positive and k != BOUND_INDEX):
        raise InputError("left", f"has the index {text(k)}", "use a positive integer symbol")
    if variables != (k,):
        raise InputError("variables", f"are {variables}", f"define for all {text(k)}")
    if left.shape != right.shape:
        raise InputError("right", f"has shape {right.shape}", f"give shape {left.shape}")
    binders = (nodes.Jacobian, nodes.ScalarDerivative, nodes.LimitSuperior, nodes.OrderedProduct)
    gradients = (ParameterDifferential, Gradient, Loss, LossGradient, MatrixSum, ScalarSum)
    plain = has_real_scalars(right) and has_constant_scalars(right)
    if right.atoms(*binders, *gradients) or not plain:
        raise InputError(
            "right", f"is {text(right)}", "use real sums and products of what is given"
        )
    for vector in right.atoms(nodes.TimeIndexed):
        allowed = (
            isinstance(vector, nodes.Input)
            or (vector.index == k and vector.name != left.name)
            or (isinstance(vector, nodes.State) and vector.index == k - 1)
        )
        if not allowed:
            raise InputError(
                "right", f"contains {text(vector)}", "use inputs and the states just before"
            )
