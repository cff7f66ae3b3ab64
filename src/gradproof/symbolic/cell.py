"""A recurrent cell as a list of equations, and what follows for every cell: its Jacobians.

A cell of one's own is written with SymPy's matrix expressions and the few functions below, at the
step index :data:`K`::

    d, m = size("d"), size("m")
    h, x = state("h", d), inputs("x", m)
    W, U = sp.MatrixSymbol("W", d, d), sp.MatrixSymbol("U", d, m)
    cell = Cell("mine", {h(K): h(K - 1) + tanh(W * h(K - 1) + U * x(K))})
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.differential import differentiate, tidy
from gradproof.symbolic.kernel.assumptions import define
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.kinks import is_differentiable_elementwise, jacobian_of_kinked
from gradproof.symbolic.kernel.laws import (
    EMPTY_PRODUCT,
    JACOBIAN_BY_BLOCKS,
    JACOBIAN_OF_IDENTITY,
    NEWEST_FACTOR_LEFT,
    RewritingLaw,
    chain_rule_through,
)
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    Elementwise,
    Input,
    Jacobian,
    OrderedProduct,
    Preactivation,
    State,
    TimeIndexed,
)
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Proposition, Relation

__all__ = [
    "STEPS",
    "T_START",
    "Cell",
    "K",
    "gate",
    "hadamard",
    "identity",
    "inputs",
    "logistic",
    "size",
    "state",
    "tanh",
]

#: A step index k ≥ 1, a start t ≥ 0, and a number of steps n = T − t ≥ 0.
K = sp.Symbol("k", integer=True, positive=True)
T_START = sp.Symbol("t", integer=True, nonnegative=True)
STEPS = sp.Symbol("n", integer=True, nonnegative=True)


def size(name: str) -> sp.Symbol:
    """Return a size: a positive integer symbol."""
    return sp.Symbol(name, integer=True, positive=True)


def state(name: str, d: sp.Expr) -> Callable[[sp.Expr], State]:
    """Return the states h_k of size d, as a function of k."""
    return functools.partial(_indexed, State, name, d)


def gate(name: str, d: sp.Expr) -> Callable[[sp.Expr], Preactivation]:
    """Return values within step k, gates or pre-activations, of size d, as a function of k."""
    return functools.partial(_indexed, Preactivation, name, d)


def inputs(name: str, m: sp.Expr) -> Callable[[sp.Expr], Input]:
    """Return the inputs x_k of size m, as a function of k."""
    return functools.partial(_indexed, Input, name, m)


def _indexed(kind: type[TimeIndexed], name: str, d: sp.Expr, k: sp.Expr) -> TimeIndexed:
    return kind(name, k, d)


tanh: Callable[[sp.MatrixExpr], Elementwise] = functools.partial(Elementwise, "tanh", 0)
logistic: Callable[[sp.MatrixExpr], Elementwise] = functools.partial(Elementwise, "logistic", 0)
hadamard = Hadamard


def identity(d: sp.Expr) -> sp.Identity:
    """Return the identity matrix I of size d×d."""
    return sp.Identity(d)


def _parts(column: sp.MatrixExpr) -> tuple[sp.MatrixExpr, ...]:
    return column.args if isinstance(column, Stacked) else (column,)


@dataclass(frozen=True)
class Cell:
    """A recurrent cell: equations at the step index :data:`K` for its states and gates.

    Parameters
    ----------
    name
        What to call it; the names of its theorems begin so.
    equations
        ``{h(K): …}`` for every state and every gate. A right side may hold states at K − 1, inputs,
        parameters, and other values at K.

    Raises
    ------
    InputError
        If no state is defined, or an equation is no definition; see
        :func:`~gradproof.symbolic.kernel.assumptions.define`.

    >>> d = size("d")
    >>> h, W = state("h", d), sp.MatrixSymbol("W", d, d)
    >>> cell = Cell("mine", {h(K): h(K - 1) + tanh(W * h(K - 1))})
    >>> print(cell.state_jacobian())
    ∂h_k/∂h_{k−1} = I + diag(tanh′(W h_{k−1})) W
    >>> print(cell.jacobian_product())
    ∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [I + diag(tanh′(W h_{k−1})) W]
    """

    name: str
    equations: Mapping[TimeIndexed, sp.MatrixExpr] = field(hash=False)

    def __post_init__(self) -> None:
        if not any(isinstance(left, State) for left in self.equations):
            raise InputError("equations", "define no state", "give an equation for State(…, K, …)")
        if any(getattr(left, "index", K) != K for left in self.equations):
            raise InputError("equations", "have another index than K", f"use K, which is {text(K)}")
        _ = self.definitions

    @property
    def definitions(self) -> tuple[RewritingLaw, ...]:
        """The equations as laws."""
        return tuple(define(left, right) for left, right in self.equations.items())

    @property
    def laws_away_from_kinks(self) -> tuple[RewritingLaw, ...]:
        """The chain rule for each φ(z_k) whose φ isn't differentiable everywhere."""
        applied = set().union(*(right.atoms(Elementwise) for right in self.equations.values()))
        kinked = sorted((e for e in applied if not is_differentiable_elementwise(e)), key=text)
        return tuple(map(jacobian_of_kinked, kinked))

    def state(self, k: sp.Expr) -> sp.MatrixExpr:
        """Return the whole state at k: one state, or all of them stacked in their order."""
        parts = [left.xreplace({K: k}) for left in self.equations if isinstance(left, State)]
        return parts[0] if len(parts) == 1 else Stacked(*parts)

    def definition(self, vector: TimeIndexed) -> RewritingLaw:
        """Return the law that defines one state or gate.

        Raises
        ------
        InputError
            If the cell has no such equation.
        """
        if vector not in self.equations:
            raise InputError("vector", f"is {text(vector)}", f"use one of {self._defined}")
        return define(vector, self.equations[vector])

    @property
    def _defined(self) -> str:
        return ", ".join(map(text, self.equations))

    def derivative(
        self, later: sp.MatrixExpr, earlier: sp.MatrixExpr, *, name: str = ""
    ) -> Theorem:
        """Return ∂later/∂earlier as a closed expression, for states or stacked states.

        ``name`` is that of the theorem, by default “…state_jacobian”.

        Raises
        ------
        InputError
            If a derivative is left, since something has no equation.
        """
        name = name or "_".join(filter(None, (self.name, "state_jacobian")))
        if len(self.equations) <= 2:
            rules = self.laws_away_from_kinks
            chain = differentiate(later, earlier, definitions=self.definitions, rules=rules)
            return Theorem.of(name, chain)
        lemmas: dict[Jacobian, Theorem] = {}
        for of, by in itertools.product(_parts(later), _parts(earlier)):
            self._prove(of, by, name, lemmas)
        if not isinstance(later, Stacked):
            theorem = lemmas.pop(Jacobian(later, earlier))
            return theorem.preceded_by(*lemmas.values()) if lemmas else theorem
        chain = start(Jacobian(later, earlier))
        blocks = Blocks(*itertools.starmap(Jacobian, itertools.product(later.args, earlier.args)))
        chain = chain.eq(blocks, by=JACOBIAN_BY_BLOCKS)
        for block in blocks.args:
            law = lemmas[block].law()
            chain = chain.eq(law.applied_to(chain.last), by=law)
        return Theorem.of(name, chain).preceded_by(*lemmas.values())

    def _prove(
        self, of: TimeIndexed, by: State, name: str, lemmas: dict[Jacobian, Theorem]
    ) -> None:
        """Prove ∂of/∂by = …, and before it the same for the gates and states that it needs.

        Pre-activations that are affine are unfolded on the spot.
        """
        if Jacobian(of, by) in lemmas:
            return
        needed = self._values_in(of)
        affine = [v for v in needed if not self.equations[v].atoms(Elementwise, Hadamard)]
        gates = [value for value in needed if value not in affine]
        for value in gates:
            self._prove(value, by, name, lemmas)
        known = [lemmas[Jacobian(value, by)].law() for value in gates]
        chain = differentiate(
            of,
            by,
            definitions=[self.definition(value) for value in (of, *affine)],
            rules=(*self.laws_away_from_kinks, *known),
        )
        lemmas[Jacobian(of, by)] = Theorem.of(name, chain)

    def _values_in(self, of: TimeIndexed) -> list[TimeIndexed]:
        found = self.equations[of].atoms(TimeIndexed)
        return [value for value in self.equations if value in found]

    def state_jacobian(self) -> Theorem:
        """Return ∂s_k/∂s_{k−1}, s being the whole state; block by block if there are several."""
        return self.derivative(self.state(K), self.state(K - 1))

    def jacobian_product(self, one_step: Theorem | None = None) -> Theorem:
        """Return ∂s_{t+n}/∂s_t as the product of the Jacobians of n steps, by induction on n.

        ``one_step`` is the theorem ∂s_k/∂s_{k−1} = …, by default :meth:`state_jacobian`.
        """
        one_step = one_step or self.state_jacobian()
        factor, s = one_step.proposition.right, self.state
        t, n = T_START, STEPS

        def factors(steps: sp.Expr) -> OrderedProduct:
            return OrderedProduct(factor.xreplace({K: BOUND_INDEX}), t + 1, t + steps)

        def jacobian(steps: sp.Expr) -> Jacobian:
            return Jacobian(s(t + steps), s(t))

        base = (
            start(jacobian(sp.Integer(0)))
            .eq(sp.Identity(s(t).shape[0]), by=JACOBIAN_OF_IDENTITY)
            .eq(factors(sp.Integer(0)), by=EMPTY_PRODUCT)
        )

        def step(hypothesis: RewritingLaw) -> Chain:
            newest, earlier = factor.xreplace({K: t + n + 1}), jacobian(n)
            split = sp.MatMul(Jacobian(s(t + n + 1), s(t + n)), earlier)
            return (
                start(jacobian(n + 1))
                .eq(split, by=chain_rule_through(s(t + n)))
                .eq(tidy(sp.MatMul(newest, earlier)), by=one_step.law({K: t + n + 1}))
                .eq(tidy(sp.MatMul(newest, factors(n))), by=hypothesis)
                .eq(factors(n + 1), by=NEWEST_FACTOR_LEFT)
            )

        proposition = Proposition(jacobian(n), Relation.EQ, factors(n))
        name = one_step.name.replace("state_jacobian", "jacobian_product")
        return by_induction(name, n, proposition, base, step)
