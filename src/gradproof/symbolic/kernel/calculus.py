"""The laws of derivatives: of real functions of one real variable, and of column vectors.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

# ruff: noqa: D103  # each law's statement stands in its decorator
from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.source import Source
from gradproof.symbolic.kernel.law import RewritingLaw, enter
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.relation import whole_state
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import is_differentiable, is_smooth_at

__all__ = [
    "DEFINITION_OF_DERIVATIVE",
    "DEFINITION_OF_TANH",
    "DERIVATIVE_OF_EXPONENTIALS",
    "JACOBIAN_BY_BLOCKS",
    "JACOBIAN_OF_CONSTANT",
    "JACOBIAN_OF_ELEMENTWISE",
    "JACOBIAN_OF_HADAMARD",
    "JACOBIAN_OF_IDENTITY",
    "JACOBIAN_OF_LINEAR_MAP",
    "JACOBIAN_OF_SUM",
    "POLYNOMIAL_CHAIN_RULE",
    "QUOTIENT_RULE",
    "chain_rule_through",
]

# ---------------------------------------------------------------------------------------------
# Derivatives of real functions of one real variable
# ---------------------------------------------------------------------------------------------


@enter("definition of φ′", "φ⁽ⁿ⁺¹⁾(z) = d/dz φ⁽ⁿ⁾(z) where no z is a kink", inside_derivatives=True)
def DEFINITION_OF_DERIVATIVE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ActivationValue) and term.order > 0 and term.argument.is_Symbol:
        lower = nodes.ActivationValue(term.activation, term.order - 1, term.argument)
        if is_differentiable(lower, term.argument):
            yield nodes.ScalarDerivative(lower, term.argument)


@enter("definition of tanh", "tanh z = (e^z − e^(−z)) / (e^z + e^(−z))", inside_derivatives=True)
def DEFINITION_OF_TANH(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ActivationValue) and term.activation == "tanh" and term.order == 0:
        z = term.argument
        yield (sp.exp(z) - sp.exp(-z)) / (sp.exp(z) + sp.exp(-z))


@enter("quotient rule", "d/dz (f/g) = ((df/dz) g − f (dg/dz)) / g² where g ≠ 0")
def QUOTIENT_RULE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ScalarDerivative):
        factors = sp.Mul.make_args(term.function)
        below = [f for f in factors if f.is_Pow and f.exp.is_Integer and f.exp.is_negative]
        numerator = sp.Mul(*(f for f in factors if f not in below))
        denominator = sp.Mul(*(1 / f for f in below))
        if below and denominator.is_nonzero:
            f, g = (nodes.ScalarDerivative(e, term.variable) for e in (numerator, denominator))
            yield (f * denominator - numerator * g) / denominator**2


@enter("derivative of exponentials", "d/dz Σ c e^(a z) = Σ c a e^(a z), c and a rational")
def DERIVATIVE_OF_EXPONENTIALS(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ScalarDerivative):
        total = sp.Integer(0)
        for summand in sp.Add.make_args(term.function):
            coefficient, exponential = summand.as_coeff_Mul()
            if exponential == 1:  # a constant c, with a = 0
                continue
            if not isinstance(exponential, sp.exp):
                return
            rate = exponential.args[0].coeff(term.variable)
            if not (rate.is_Rational and exponential.args[0] == rate * term.variable):
                return
            total += coefficient * rate * exponential
        yield total


@enter("chain rule for polynomials", "d/dz p(φ(z)) = p′(φ(z)) φ′(z)")
def POLYNOMIAL_CHAIN_RULE(term: sp.Basic) -> Iterator[sp.Basic]:
    if not isinstance(term, nodes.ScalarDerivative):
        return
    generators = term.function.atoms(nodes.ActivationValue)
    if len(generators) != 1:
        return
    (value,) = generators
    t = sp.Dummy("t", real=True)
    polynomial = term.function.xreplace({value: t})
    # Nothing but t may be left: d/dz (z φ(z)) has a second term.
    if value.argument != term.variable or not polynomial.is_polynomial(t):
        return
    if polynomial.free_symbols != {t}:
        return
    slope = sp.diff(polynomial, t).xreplace({t: value})
    yield slope * nodes.ActivationValue(value.activation, value.order + 1, value.argument)


# ---------------------------------------------------------------------------------------------
# The differential calculus of column vectors
# ---------------------------------------------------------------------------------------------

_ANY = sp.Dummy("z", real=True)

_CALCULUS = Source("MagnusNeudecker2019", "Chapter 5: chain rule, first identification theorem")


def _states(column: sp.Basic) -> frozenset[tuple[str, sp.Expr]] | None:
    """Return names and sizes of a state, or of different states stacked, else None."""
    parts = column.args if isinstance(column, Stacked) else (column,)
    if not all(type(part) is nodes.State and same(part.index, parts[0].index) for part in parts):
        return None
    if len({part.name for part in parts}) < len(parts):
        return None
    return frozenset((part.name, part.shape[0]) for part in parts)


def _is_independent(expression: sp.Basic, variable: sp.MatrixExpr) -> bool:
    """Whether an expression is constant when h_t is varied (see ``Jacobian``)."""
    varied = {name for name, _ in _states(variable) or ()}
    if expression.atoms(nodes.Jacobian) or not varied:
        return False

    def is_constant(vector: nodes.TimeIndexed) -> bool:
        steps_before = variable.index - vector.index
        if isinstance(vector, nodes.State) and vector.name in varied:
            return bool(steps_before.is_positive)
        return isinstance(vector, nodes.Input) or bool(steps_before.is_nonnegative)

    return all(map(is_constant, expression.atoms(nodes.TimeIndexed)))


@enter("derivative of a constant", "∂c/∂h_t = 0 where c doesn't depend on h_t", _CALCULUS)
def JACOBIAN_OF_CONSTANT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and _is_independent(term.function, term.variable):
        yield sp.ZeroMatrix(*term.shape)


@enter("derivative of the identity", "∂h_t/∂h_t = I", _CALCULUS)
def JACOBIAN_OF_IDENTITY(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and same(term.function, term.variable):
        yield sp.Identity(term.shape[0])


@enter("derivative of a sum", "∂(u + v)/∂h_t = ∂u/∂h_t + ∂v/∂h_t", _CALCULUS)
def JACOBIAN_OF_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and isinstance(term.function, sp.MatAdd):
        parts = [nodes.Jacobian(part, term.variable) for part in term.function.args]
        yield sp.MatAdd(*parts)


@enter(
    "derivative of a linear map", "∂(A v)/∂h_t = A ∂v/∂h_t where A doesn't depend on h_t", _CALCULUS
)
def JACOBIAN_OF_LINEAR_MAP(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and isinstance(term.function, sp.MatMul):
        *matrices, vector = term.function.args
        if all(_is_independent(matrix, term.variable) for matrix in matrices):
            yield sp.MatMul(*matrices, nodes.Jacobian(vector, term.variable))


@enter(
    "chain rule for an elementwise function",
    "∂φ(v)/∂h_t = diag(φ′(v)) ∂v/∂h_t for φ without kinks",
    _CALCULUS,
)
def JACOBIAN_OF_ELEMENTWISE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and isinstance(term.function, nodes.Elementwise):
        applied = term.function
        if not is_smooth_at(applied.activation, int(applied.order), _ANY):
            return
        slopes = nodes.Elementwise(applied.activation, applied.order + 1, applied.argument)
        yield sp.MatMul(nodes.Diagonal(slopes), nodes.Jacobian(applied.argument, term.variable))


@enter(
    "derivative of an entrywise product",
    "∂(u ⊙ v)/∂h_t = diag(v) ∂u/∂h_t + diag(u) ∂v/∂h_t",
    _CALCULUS,
)
def JACOBIAN_OF_HADAMARD(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian) and isinstance(term.function, Hadamard):
        u, v = term.function.args
        yield sp.MatAdd(
            sp.MatMul(nodes.Diagonal(v), nodes.Jacobian(u, term.variable)),
            sp.MatMul(nodes.Diagonal(u), nodes.Jacobian(v, term.variable)),
        )


@enter(
    "derivative block by block",
    "∂(u, v)/∂(h_t, c_t) = [∂u/∂h_t, ∂u/∂c_t; ∂v/∂h_t, ∂v/∂c_t]",
    _CALCULUS,
)
def JACOBIAN_BY_BLOCKS(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Jacobian):
        u, h = term.function, term.variable
        if isinstance(u, Stacked) and isinstance(h, Stacked) and len(u.args) == len(h.args):
            yield Blocks(*(nodes.Jacobian(part, state) for part in u.args for state in h.args))


def chain_rule_through(middle: sp.MatrixExpr) -> RewritingLaw:
    """Return the law ∂h_s/∂h_t = (∂h_s/∂h_r)(∂h_r/∂h_t) for t ≤ r ≤ s, h_r being ``middle``.

    h_s depends on h_t through h_r alone, since every state is a function of the one before it.
    Where there are several states, ``middle`` stacks all of them, and the product may be written as
    the sum ∂h_s/∂h_r ∂h_r/∂h_t + ∂h_s/∂c_r ∂c_r/∂h_t. That ``middle`` is the whole
    state is a hypothesis, which a theorem holds against the definitions that it uses.
    """
    whole = _states(middle)
    names = sorted(name for name, _ in whole or ())

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not isinstance(term, nodes.Jacobian) or inside_derivative(binders) or whole is None:
            return
        later, earlier = _states(term.function), _states(term.variable)
        if (
            later is not None
            and earlier is not None
            and later <= whole
            and earlier <= whole
            and (term.function.index - middle.index).is_nonnegative
            and (middle.index - term.variable.index).is_nonnegative
        ):
            yield sp.MatMul(
                nodes.Jacobian(term.function, middle), nodes.Jacobian(middle, term.variable)
            )
            if isinstance(middle, Stacked):  # the same product of blocks, multiplied out
                yield sp.MatAdd(
                    *(
                        sp.MatMul(
                            nodes.Jacobian(term.function, part), nodes.Jacobian(part, term.variable)
                        )
                        for part in middle.args
                    )
                )

    return RewritingLaw(
        "chain rule",
        "∂h_s/∂h_t = ∂h_s/∂h_r ∂h_r/∂h_t for t ≤ r ≤ s, h the whole state",
        _CALCULUS,
        hypotheses=frozenset({whole_state(names)} if names else ()),
        seal=KERNEL,
        rule=rule,
    )
