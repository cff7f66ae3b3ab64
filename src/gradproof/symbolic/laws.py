"""The laws: all that a step of a derivation may appeal to.

A law decides whether a step ``left relation right`` is an instance of it; it never trusts what the
step claims. Each law states what it says, why it is true, and where that can be read. Together
with :mod:`~gradproof.symbolic.normal_form`, :mod:`~gradproof.symbolic.rewriting`,
:mod:`~gradproof.symbolic.step` and :mod:`~gradproof.symbolic.derivation` this is the trusted base:
every theorem rests on it and on SymPy's integers, polynomials and ordering of sums and products.

Matrices are complex, of any size; W, U and b of a network are real. ‖·‖ is the operator 2-norm.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from gradproof.source import Source
from gradproof.symbolic import expressions as nodes
from gradproof.symbolic.expressions import is_matrix
from gradproof.symbolic.normal_form import same
from gradproof.symbolic.notation import text
from gradproof.symbolic.relation import Hypothesis, Relation
from gradproof.symbolic.rewriting import Binders, inside_derivative, rewritings

__all__ = ["CATALOGUE", "KERNEL", "Law", "RewritingLaw", "law_listing"]

#: The seal of the laws that the kernel made itself; a step refuses every other one.
KERNEL = object()


@dataclass(frozen=True)
class Law:
    """What a step appeals to.

    Parameters
    ----------
    name
        The words printed beside the step.
    statement
        What the law says, as a formula.
    source
        Where it is proved; None where the docstring proves it in a line.
    hypotheses
        What a step that uses the law then assumes.
    uses
        Names of the theorems on which the law rests.
    seal
        :data:`KERNEL` for laws of the kernel. Whoever wants to use something else states it as a
        :class:`~gradproof.symbolic.relation.Hypothesis`, so that it is printed with the theorem.
    """

    name: str
    statement: str
    source: Source | None = None
    hypotheses: frozenset[Hypothesis] = frozenset()
    uses: tuple[str, ...] = ()
    seal: object = field(default=None, repr=False, compare=False)

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        """Return why the step is no instance of the law, or None where it is one."""
        raise NotImplementedError


@dataclass(frozen=True)
class RewritingLaw(Law):
    """A law that acts on parts of an expression: each result r has ``part relation r``."""

    relation: Relation = Relation.EQ
    rule: Callable[[sp.Basic, Binders], Iterator[sp.Basic]] = field(
        default=lambda _term, _binders: iter(()), compare=False
    )

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation.is_downward:
            return self.refuses(right, relation.flipped, left)
        if not self.relation.implies(relation):
            return f"it gives “{self.relation.value}”, not “{relation.value}”"
        results = []
        for result in rewritings(left, self._guarded, self.relation):
            if same(result, right):
                return None
            if result != left:
                results.append(result)
        if self.relation is Relation.EQ and any(
            same(result, left) for result in rewritings(right, self._guarded, self.relation)
        ):
            return None
        if not results:
            return "it applies nowhere in the left side"
        return f"from the left side it gives {text(results[0])}"

    def _guarded(self, term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        """Keep hypotheses about one value of an index from acting under that index's binder."""
        for binder in binders:
            if isinstance(binder, nodes.LimitSuperior) and any(
                binder.index in hypothesis.free_symbols for hypothesis in self.hypotheses
            ):
                return
        yield from self.rule(term, binders)


CATALOGUE: dict[str, Law] = {}


def _law(
    name: str,
    statement: str,
    source: Source | None = None,
    relation: Relation = Relation.EQ,
    *,
    inside_derivatives: bool = False,
) -> Callable[[Callable[..., Iterator[sp.Basic]]], RewritingLaw]:
    """Enter a rewriting rule into the catalogue."""

    def enter(rule: Callable[[sp.Basic], Iterator[sp.Basic]]) -> RewritingLaw:
        def guarded(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
            if inside_derivatives or not inside_derivative(binders):
                yield from rule(term)

        law = RewritingLaw(name, statement, source, seal=KERNEL, relation=relation, rule=guarded)
        CATALOGUE[name] = law
        return law

    return enter


# ---------------------------------------------------------------------------------------------
# Algebra
# ---------------------------------------------------------------------------------------------


class _RationalAlgebra(Law):
    """Two rational functions of the same atoms are equal, and no denominator vanishes."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation is not Relation.EQ:
            return f"it gives “=”, not “{relation.value}”"
        if is_matrix(left):
            return None if same(left, right) else "the two sides have different normal forms"
        for side in (left, right):
            for power in side.atoms(sp.Pow):
                if power.exp.is_negative and not power.base.is_nonzero:
                    return f"{text(power.base)} isn't known to differ from 0"
        if same(left, right) or sp.cancel(sp.together(left - right)) == 0:
            return None
        return "the difference of the two sides isn't identically 0"


ALGEBRA = CATALOGUE["algebra"] = _RationalAlgebra(
    "algebra", "equal by the axioms of rings and fields; denominators differ from 0", seal=KERNEL
)


# ---------------------------------------------------------------------------------------------
# Derivatives of real functions of one real variable
# ---------------------------------------------------------------------------------------------


@_law("definition of φ′", "φ⁽ⁿ⁺¹⁾(z) = d/dz φ⁽ⁿ⁾(z)", inside_derivatives=True)
def DEFINITION_OF_DERIVATIVE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ActivationValue) and term.order > 0 and term.argument.is_Symbol:
        lower = nodes.ActivationValue(term.activation, term.order - 1, term.argument)
        yield nodes.ScalarDerivative(lower, term.argument)


@_law("definition of tanh", "tanh z = (e^z − e^(−z)) / (e^z + e^(−z))", inside_derivatives=True)
def DEFINITION_OF_TANH(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ActivationValue) and term.activation == "tanh" and term.order == 0:
        z = term.argument
        yield (sp.exp(z) - sp.exp(-z)) / (sp.exp(z) + sp.exp(-z))


@_law("quotient rule", "d/dz (f/g) = ((df/dz) g − f (dg/dz)) / g² where g ≠ 0")
def QUOTIENT_RULE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ScalarDerivative):
        factors = sp.Mul.make_args(term.function)
        below = [f for f in factors if f.is_Pow and f.exp.is_Integer and f.exp.is_negative]
        numerator = sp.Mul(*(f for f in factors if f not in below))
        denominator = sp.Mul(*(1 / f for f in below))
        if below and denominator.is_nonzero:
            f, g = (nodes.ScalarDerivative(e, term.variable) for e in (numerator, denominator))
            yield (f * denominator - numerator * g) / denominator**2


@_law("derivative of exponentials", "d/dz Σ c e^(a z) = Σ c a e^(a z), c and a rational")
def DERIVATIVE_OF_EXPONENTIALS(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ScalarDerivative):
        total = sp.Integer(0)
        for summand in sp.Add.make_args(term.function):
            coefficient, exponential = summand.as_coeff_Mul()
            if not isinstance(exponential, sp.exp):
                return
            rate = exponential.args[0].coeff(term.variable)
            if not (rate.is_Rational and exponential.args[0] == rate * term.variable):
                return
            total += coefficient * rate * exponential
        yield total


@_law("chain rule for polynomials", "d/dz p(φ(z)) = p′(φ(z)) φ′(z)")
def POLYNOMIAL_CHAIN_RULE(term: sp.Basic) -> Iterator[sp.Basic]:
    if not isinstance(term, nodes.ScalarDerivative):
        return
    generators = term.function.atoms(nodes.ActivationValue)
    if len(generators) != 1 or term.function.free_symbols != {term.variable}:
        return
    (value,) = generators
    if value.argument != term.variable or not term.function.is_polynomial(value):
        return
    t = sp.Dummy("t")
    slope = sp.diff(term.function.xreplace({value: t}), t).xreplace({t: value})
    yield slope * nodes.ActivationValue(value.activation, value.order + 1, value.argument)


# ---------------------------------------------------------------------------------------------
# The differential calculus of column vectors
# ---------------------------------------------------------------------------------------------

_CALCULUS = Source("MagnusNeudecker2019", "Chapter 5: chain rule, first identification theorem")


def _is_independent(expression: sp.Basic, variable: nodes.State) -> bool:
    """Whether an expression is constant when h_t is varied (see :class:`~.expressions.Jacobian`)."""
    if expression.atoms(nodes.Jacobian):
        return False
    return all(
        isinstance(vector, nodes.Input)
        or (
            (variable.index - vector.index).is_positive
            if isinstance(vector, nodes.State)
            else (variable.index - vector.index).is_nonnegative
        )
        for vector in expression.atoms(nodes.TimeIndexed)
    )


@_law("derivative of a constant", "∂c/∂h_t = 0 where c doesn't depend on h_t", _CALCULUS)
def JACOBIAN_OF_CONSTANT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and _is_independent(term.function, term.variable):
        yield sp.ZeroMatrix(*term.shape)


@_law("derivative of the identity", "∂h_t/∂h_t = I", _CALCULUS)
def JACOBIAN_OF_IDENTITY(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and same(term.function, term.variable):
        yield sp.Identity(term.shape[0])


@_law("derivative of a sum", "∂(u + v)/∂h_t = ∂u/∂h_t + ∂v/∂h_t", _CALCULUS)
def JACOBIAN_OF_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and isinstance(term.function, sp.MatAdd):
        parts = [nodes.Jacobian(part, term.variable) for part in term.function.args]
        yield sp.MatAdd(*parts)


@_law(
    "derivative of a linear map", "∂(A v)/∂h_t = A ∂v/∂h_t where A doesn't depend on h_t", _CALCULUS
)
def JACOBIAN_OF_LINEAR_MAP(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and isinstance(term.function, sp.MatMul):
        *matrices, vector = term.function.args
        if all(_is_independent(matrix, term.variable) for matrix in matrices):
            yield sp.MatMul(*matrices, nodes.Jacobian(vector, term.variable))


@_law("chain rule for an elementwise function", "∂φ(v)/∂h_t = diag(φ′(v)) ∂v/∂h_t", _CALCULUS)
def JACOBIAN_OF_ELEMENTWISE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and isinstance(term.function, nodes.Elementwise):
        applied = term.function
        slopes = nodes.Elementwise(applied.activation, applied.order + 1, applied.argument)
        yield sp.MatMul(nodes.Diagonal(slopes), nodes.Jacobian(applied.argument, term.variable))


def chain_rule_through(middle: nodes.State) -> RewritingLaw:
    """Return the law ∂h_s/∂h_t = (∂h_s/∂h_r)(∂h_r/∂h_t) for t ≤ r ≤ s, h_r being ``middle``.

    h_s depends on h_t through h_r alone, since every state is a function of the one before it.
    """

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if (
            isinstance(term, nodes.Jacobian)
            and isinstance(term.function, nodes.State)
            and not inside_derivative(binders)
            and term.function.name == middle.name == term.variable.name
            and (term.function.index - middle.index).is_nonnegative
            and (middle.index - term.variable.index).is_nonnegative
        ):
            yield sp.MatMul(
                nodes.Jacobian(term.function, middle), nodes.Jacobian(middle, term.variable)
            )

    return RewritingLaw(
        "chain rule",
        "∂h_s/∂h_t = ∂h_s/∂h_r ∂h_r/∂h_t for t ≤ r ≤ s",
        _CALCULUS,
        seal=KERNEL,
        rule=rule,
    )


# ---------------------------------------------------------------------------------------------
# Products with the newest factor on the left
# ---------------------------------------------------------------------------------------------


@_law("empty product", "∏_{k=t+1}^{t} F_k = I")
def EMPTY_PRODUCT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.OrderedProduct) and same(term.lower - 1, term.upper):
        yield sp.Identity(term.shape[0])


@_law("newest factor on the left", "∏_{k=s}^{n} F_k = F_n ∏_{k=s}^{n−1} F_k for n ≥ s")
def NEWEST_FACTOR_LEFT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.OrderedProduct) and (term.upper - term.lower).is_nonnegative:
        shorter = nodes.OrderedProduct(term.factor, term.lower, term.upper - 1)
        yield sp.MatMul(term.factor_at(term.upper), shorter)


# ---------------------------------------------------------------------------------------------
# Norms and spectra
# ---------------------------------------------------------------------------------------------


@_law(
    "the norm is submultiplicative",
    "‖A B‖ ≤ ‖A‖ ‖B‖",
    Source("HornJohnson2013", "Section 5.6, matrix norms: the definition and Theorem 5.6.2"),
    Relation.LE,
)
def SUBMULTIPLICATIVE(term: sp.Basic) -> Iterator[sp.Basic]:
    if not (isinstance(term, nodes.SpectralNorm) and isinstance(term.args[0], sp.MatMul)):
        return
    scalars = [factor for factor in term.args[0].args if not is_matrix(factor)]
    matrices = [factor for factor in term.args[0].args if is_matrix(factor)]
    if scalars:
        return
    cuts = range(1, len(matrices))
    for count in range(1, len(matrices)):
        for chosen in itertools.combinations(cuts, count):
            edges = [0, *chosen, len(matrices)]
            yield sp.Mul(
                *(
                    nodes.SpectralNorm(sp.MatMul(*matrices[a:b]))
                    for a, b in itertools.pairwise(edges)
                )
            )


@_law("the norm is homogeneous", "‖c A‖ = |c| ‖A‖", Source("HornJohnson2013", "Section 5.6"))
def HOMOGENEOUS(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralNorm) and isinstance(term.args[0], sp.MatMul):
        scalars = [factor for factor in term.args[0].args if not is_matrix(factor)]
        matrices = [factor for factor in term.args[0].args if is_matrix(factor)]
        if scalars and matrices:
            yield sp.Abs(sp.Mul(*scalars)) * nodes.SpectralNorm(sp.MatMul(*matrices))


@_law(
    "triangle inequality",
    "‖A + B‖ ≤ ‖A‖ + ‖B‖",
    Source("HornJohnson2013", "Section 5.6"),
    Relation.LE,
)
def TRIANGLE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralNorm) and isinstance(term.args[0], sp.MatAdd):
        yield sp.Add(*(nodes.SpectralNorm(part) for part in term.args[0].args))


@_law("reverse triangle inequality", "‖A‖ − ‖B‖ ≤ ‖A + B‖", None, Relation.LE)
def REVERSE_TRIANGLE(term: sp.Basic) -> Iterator[sp.Basic]:
    # ‖A‖ = ‖(A + B) − B‖ ≤ ‖A + B‖ + ‖B‖.
    if not (isinstance(term, sp.Add) and len(term.args) == 2):
        return
    for larger, smaller in itertools.permutations(term.args):
        if isinstance(larger, nodes.SpectralNorm) and isinstance(-smaller, nodes.SpectralNorm):
            A, B = larger.args[0], (-smaller).args[0]
            if A.shape == B.shape:
                yield nodes.SpectralNorm(sp.MatAdd(A, B))


@_law("the norm of the identity", "‖I‖ = 1", Source("HornJohnson2013", "Section 5.6"))
def NORM_OF_IDENTITY(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralNorm):
        matrix = term.args[0]
        if matrix.shape[0].is_positive and same(matrix, sp.Identity(matrix.shape[0])):
            yield sp.Integer(1)


@_law(
    "spectral mapping",
    "ρ(A)ⁿ = ρ(Aⁿ)",
    Source("HornJohnson2013", "Theorem 1.1.6, eigenvalues of p(A)"),
)
def SPECTRAL_MAPPING(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralRadius) and isinstance(term.args[0], sp.MatPow):
        power = term.args[0]
        if power.exp.is_integer and power.exp.is_nonnegative:
            yield nodes.SpectralRadius(power.base) ** power.exp


@_law(
    "the norm dominates the spectral radius",
    "ρ(A) ≤ ‖A‖",
    Source("HornJohnson2013", "Theorem 5.6.9"),
    Relation.LE,
)
def NORM_DOMINATES_RADIUS(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralRadius):
        yield nodes.SpectralNorm(term.args[0])


# ---------------------------------------------------------------------------------------------
# Limits of non-negative sequences
# ---------------------------------------------------------------------------------------------


def _geometric(term: sp.Basic, index: sp.Symbol) -> tuple[sp.Expr, sp.Expr] | None:
    """Return (c, r) where the term is c·rⁿ with c and r free of n, else None."""
    coefficient, dependent = term.as_independent(index, as_Add=False)
    if dependent == 1:
        return coefficient, sp.Integer(1)
    base, exponent = dependent.as_base_exp()
    if exponent == index and index not in base.free_symbols:
        return coefficient, base
    return None


def geometric_limit(ratio_below_one: Hypothesis) -> RewritingLaw:
    """Return the law limsup c rⁿ = 0, given the hypothesis r < 1 for an r ≥ 0."""
    given = ratio_below_one.proposition

    def rule(term: sp.Basic, _binders: Binders) -> Iterator[sp.Basic]:
        if not isinstance(term, nodes.LimitSuperior) or given is None:
            return
        parts = _geometric(term.term, term.index)
        if (
            parts is not None
            and given.relation is Relation.LT
            and given.right == 1
            and same(given.left, parts[1])
            and parts[1].is_nonnegative
        ):
            yield sp.Integer(0)

    return RewritingLaw(
        "limit of a geometric sequence",
        "limsup c rⁿ = 0 for 0 ≤ r < 1",
        hypotheses=frozenset({ratio_below_one}),
        seal=KERNEL,
        rule=rule,
    )


@_law("limit of the roots of a geometric sequence", "limsup (c rⁿ)^(1/n) = r for c > 0, r > 0")
def LIMIT_OF_ROOT(term: sp.Basic) -> Iterator[sp.Basic]:
    # (c rⁿ)^(1/n) = c^(1/n) r, and log c^(1/n) = (log c)/n → 0.
    if isinstance(term, nodes.LimitSuperior) and term.index.is_positive:
        base, exponent = term.term.as_base_exp()
        parts = _geometric(base, term.index)
        if exponent == 1 / term.index and parts is not None and all(p.is_positive for p in parts):
            yield parts[1]


@_law("limit of a constant", "limsup c = c")
def LIMIT_OF_CONSTANT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.LimitSuperior) and term.index not in term.term.free_symbols:
        yield term.term


class _Finite(Law):
    """A real number is below ∞."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation is Relation.LT and right is sp.oo and left.is_real:
            return None
        return "the left side isn't known to be a real number, or the step isn't “< ∞”"


FINITE = CATALOGUE["a real number is finite"] = _Finite(
    "a real number is finite", "x < ∞ for real x", seal=KERNEL
)


def law_listing() -> list[dict[str, Any]]:
    """Return name, statement and source of every law of the catalogue, for documents."""
    return [
        {"name": law.name, "statement": law.statement, "source": str(law.source or "")}
        for law in CATALOGUE.values()
    ]
