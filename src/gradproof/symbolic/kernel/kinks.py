"""The laws of activations with kinks: their pieces, their slopes at kinks, their Jacobians.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`. A piece is used only where the
sign of the argument decides it, by the assumptions of its symbols. The slope at a kink is a
convention, that of PyTorch's backward pass: an element of Clarke's subdifferential.
"""

# ruff: noqa: D103  # each law's statement stands in its decorator
from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from gradproof.errors import InputError
from gradproof.symbolic.kernel.law import RewritingLaw, enter
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import is_plain, is_smooth_at

__all__ = [
    "DEFINITION_OF_ELU",
    "DEFINITION_OF_HARD_TANH",
    "DEFINITION_OF_LEAKY_RELU",
    "DEFINITION_OF_RELU",
    "DEFINITION_OF_SOFTSIGN",
    "SLOPE_AT_KINK",
    "SLOPE_WHERE_PIECES_JOIN",
    "is_differentiable_elementwise",
    "jacobian_of_kinked",
    "needs_off_kinks",
    "off_kinks",
]

_ZERO, _ONE = sp.Integer(0), sp.Integer(1)


def _parts(term: sp.Basic, order: int = 0) -> tuple[str, sp.Expr, sp.Expr] | None:
    """Return name, parameter (1 where there is none) and argument of φ⁽ⁿ⁾(z)."""
    if not isinstance(term, nodes.ActivationValue) or term.order != order:
        return None
    activation = term.activation
    if isinstance(activation, nodes.ParametricActivation):
        return activation.name, activation.parameter, term.argument
    return activation, _ONE, term.argument


def _is_at_least(x: sp.Expr, bound: sp.Expr) -> bool:
    """Whether x ≥ bound by the assumptions of the symbols; x − bound may be put over one bar."""
    difference = x - bound
    if difference.is_nonnegative:
        return True
    try:
        return bool(sp.cancel(difference).is_nonnegative)
    except BasePolynomialError:
        return False


@enter("definition of ReLU", "relu(z) = z for z ≥ 0, 0 for z ≤ 0", inside_derivatives=True)
def DEFINITION_OF_RELU(term: sp.Basic) -> Iterator[sp.Basic]:
    found = _parts(term)
    if found is not None and found[0] == "relu":
        _, _, z = found
        if _is_at_least(z, _ZERO):
            yield z
        elif _is_at_least(-z, _ZERO):
            yield _ZERO


@enter(
    "definition of leaky ReLU",
    "leaky_relu_a(z) = z for z ≥ 0, a z for z ≤ 0",
    inside_derivatives=True,
)
def DEFINITION_OF_LEAKY_RELU(term: sp.Basic) -> Iterator[sp.Basic]:
    found = _parts(term)
    if found is not None and found[0] == "leaky_relu":
        _, a, z = found
        if _is_at_least(z, _ZERO):
            yield z
        elif _is_at_least(-z, _ZERO):
            yield a * z


@enter(
    "definition of hard tanh",
    "hard_tanh(z) = −1 for z ≤ −1, z for −1 ≤ z ≤ 1, 1 for z ≥ 1",
    inside_derivatives=True,
)
def DEFINITION_OF_HARD_TANH(term: sp.Basic) -> Iterator[sp.Basic]:
    found = _parts(term)
    if found is not None and found[0] == "hard_tanh":
        _, _, z = found
        if _is_at_least(z, _ONE):
            yield _ONE
        elif _is_at_least(-z, _ONE):
            yield -_ONE
        elif _is_at_least(z, -_ONE) and _is_at_least(-z, -_ONE):
            yield z


@enter(
    "definition of softsign",
    "softsign(z) = z/(1 + z) for z ≥ 0, z/(1 − z) for z ≤ 0",
    inside_derivatives=True,
)
def DEFINITION_OF_SOFTSIGN(term: sp.Basic) -> Iterator[sp.Basic]:
    found = _parts(term)
    if found is not None and found[0] == "softsign":
        _, _, z = found
        if _is_at_least(z, _ZERO):
            yield z / (1 + z)
        elif _is_at_least(-z, _ZERO):
            yield z / (1 - z)


@enter(
    "definition of ELU",
    "elu_α(z) = z for z ≥ 0, α (e^z − 1) for z ≤ 0; elu is that with α = 1",
    inside_derivatives=True,
)
def DEFINITION_OF_ELU(term: sp.Basic) -> Iterator[sp.Basic]:
    found = _parts(term)
    if found is not None and found[0] == "elu":
        _, alpha, z = found
        if _is_at_least(z, _ZERO):
            yield z
        elif _is_at_least(-z, _ZERO):
            yield alpha * (sp.exp(z) - 1)


@enter(
    "the slope at a kink",
    "relu′(0) = 0, leaky_relu_a′(0) = a, hard_tanh′(±1) = 0, elu_α′(0) = α, by convention",
)
def SLOPE_AT_KINK(term: sp.Basic) -> Iterator[sp.Basic]:
    # Where the two pieces join smoothly (a = 1, α = 1), the value is the derivative itself.
    found = _parts(term, order=1)
    if found is None:
        return
    name, parameter, z = found
    lowest, points = nodes.kinks_of(term.activation) or (None, ())
    if lowest == 1 and any(same(z, point) for point in points):
        yield {"relu": _ZERO, "hard_tanh": _ZERO, "leaky_relu": parameter, "elu": parameter}[name]


@enter("the slope where the pieces join", "softsign′(0) = 1, elu′(0) = 1")
def SLOPE_WHERE_PIECES_JOIN(term: sp.Basic) -> Iterator[sp.Basic]:
    # The difference quotients at 0 are 1/(1 + |z|), and 1 or (e^z − 1)/z: all tend to 1.
    found = _parts(term, order=1)
    if found is not None and term.activation in ("softsign", "elu") and same(found[2], _ZERO):
        yield _ONE


# ---------------------------------------------------------------------------------------------
# Jacobians
# ---------------------------------------------------------------------------------------------


def off_kinks(applied: nodes.Elementwise, *, for_all: tuple[sp.Symbol, ...] = ()) -> Hypothesis:
    """Return the hypothesis, in words, that no entry of v is a kink of φ, for v in φ⁽ⁿ⁾(v).

    >>> k, d = sp.symbols("k d", integer=True, positive=True)
    >>> print(off_kinks(nodes.Elementwise("relu", 0, nodes.Preactivation("z", k, d)), for_all=(k,)))
    no entry of z_k is a kink of relu, for all k
    """
    kinks = nodes.kinks_of(applied.activation)
    if kinks is None:
        raise InputError("applied", f"is {text(applied)}", "give an activation with kinks")
    function = nodes.Elementwise(applied.activation, 0, applied.argument)
    label = applied.args[0]
    name = label.name if not isinstance(label, nodes.ParametricActivation) else text(label)
    return Hypothesis(
        f"no entry of {{0}} is a kink of {name}", None, for_all, about=(applied.argument, function)
    )


def needs_off_kinks(
    expression: sp.Basic, *, for_all: tuple[sp.Symbol, ...]
) -> frozenset[Hypothesis]:
    """Return what an expression needs to be differentiable: that no argument is at a kink."""
    return frozenset(
        off_kinks(applied, for_all=for_all)
        for applied in expression.atoms(nodes.Elementwise)
        if not is_differentiable_elementwise(applied)
    )


def is_differentiable_elementwise(applied: nodes.Elementwise) -> bool:
    """Whether φ⁽ⁿ⁾ is differentiable on the whole line, so that φ⁽ⁿ⁾(v) is, whatever v is."""
    return is_smooth_at(applied.activation, int(applied.order), sp.Dummy("z", real=True))


def jacobian_of_kinked(applied: nodes.Elementwise) -> RewritingLaw:
    """Return the law ∂φ(z_k)/∂h_t = diag(φ′(z_k)) ∂z_k/∂h_t, where no z_k has an entry at a kink.

    Where no entry is a kink, φ is differentiable there, and the chain rule holds.

    Parameters
    ----------
    applied
        φ⁽ⁿ⁾(z_k) with a pre-activation z_k and a positive integer symbol k, which the hypothesis
        then quantifies over.

    Raises
    ------
    InputError
        If it is anything else, or φ has no kinks.
    """
    vector = applied.argument
    if type(vector) is not nodes.Preactivation or not is_plain(
        vector.index, integer=True, positive=True
    ):
        raise InputError("applied", f"is {text(applied)}", "give φ(z_k) with a symbol k")
    if vector.index in applied.args[0].free_symbols | vector.args[2].free_symbols:
        raise InputError("applied", f"is {text(applied)}", "only z_k itself depends on k")
    hypothesis = off_kinks(applied, for_all=(vector.index,))

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if inside_derivative(binders) or not isinstance(term, nodes.Jacobian):
            return
        function = term.function
        if (
            isinstance(function, nodes.Elementwise)
            and function.args[:2] == applied.args[:2]
            and type(function.argument) is nodes.Preactivation
            and function.argument.args[::2] == vector.args[::2]  # name and size
        ):
            slopes = nodes.Elementwise(function.args[0], function.order + 1, function.argument)
            yield sp.MatMul(
                nodes.Diagonal(slopes), nodes.Jacobian(function.argument, term.variable)
            )

    return RewritingLaw(
        "chain rule for an elementwise function, away from kinks",
        "∂φ(z_k)/∂h_t = diag(φ′(z_k)) ∂z_k/∂h_t where no entry of z_k is a kink of φ",
        hypotheses=frozenset({hypothesis}),
        seal=KERNEL,
        rule=rule,
    )
