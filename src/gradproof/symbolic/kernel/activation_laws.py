"""The laws of single activations: their definitions and the derivatives these need.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from gradproof.symbolic.kernel.law import enter
from gradproof.symbolic.language import expressions as nodes

__all__ = [
    "DEFINITION_OF_GELU",
    "DEFINITION_OF_IDENTITY",
    "DEFINITION_OF_LOGISTIC",
    "DEFINITION_OF_SILU",
    "DEFINITION_OF_SOFTPLUS",
    "DERIVATIVE_OF_ARCTAN",
    "DERIVATIVE_OF_ERF",
    "DERIVATIVE_OF_LOGARITHM",
    "DERIVATIVE_OF_POLYNOMIAL",
]


def _is_value_of(term: sp.Basic, activation: str, order: int = 0) -> bool:
    return (
        isinstance(term, nodes.ActivationValue)
        and term.activation == activation
        and term.order == order
    )


@enter("definition of the identity", "identity(z) = z", inside_derivatives=True)
def DEFINITION_OF_IDENTITY(term: sp.Basic) -> Iterator[sp.Basic]:
    if _is_value_of(term, "identity"):
        yield term.argument


@enter(
    "definition of the logistic function", "logistic(z) = e^z/(1 + e^z)", inside_derivatives=True
)
def DEFINITION_OF_LOGISTIC(term: sp.Basic) -> Iterator[sp.Basic]:
    if _is_value_of(term, "logistic"):
        yield sp.exp(term.argument) / (1 + sp.exp(term.argument))


@enter("definition of softplus", "softplus(z) = log(1 + e^z)", inside_derivatives=True)
def DEFINITION_OF_SOFTPLUS(term: sp.Basic) -> Iterator[sp.Basic]:
    if _is_value_of(term, "softplus"):
        yield sp.log(1 + sp.exp(term.argument))


@enter("derivative of arctan", "arctan′(z) = 1/(1 + z²)", inside_derivatives=True)
def DERIVATIVE_OF_ARCTAN(term: sp.Basic) -> Iterator[sp.Basic]:
    # arctan is the inverse of tan on (−π/2, π/2), where tan′ = 1 + tan² ≥ 1: the inverse function
    # theorem gives arctan′(tan x) = 1/(1 + tan² x), and tan maps that interval onto the real line.
    if _is_value_of(term, "arctan", order=1):
        yield 1 / (1 + term.argument**2)


@enter("derivative of erf", "erf′(z) = 2/√π e^(−z²)", inside_derivatives=True)
def DERIVATIVE_OF_ERF(term: sp.Basic) -> Iterator[sp.Basic]:
    # erf(z) = 2/√π ∫₀ᶻ e^(−x²) dx by definition, and the integrand is continuous.
    if _is_value_of(term, "erf", order=1):
        yield 2 / sp.sqrt(sp.pi) * sp.exp(-(term.argument**2))


@enter("definition of SiLU", "silu(z) = z logistic(z)", inside_derivatives=True)
def DEFINITION_OF_SILU(term: sp.Basic) -> Iterator[sp.Basic]:
    if _is_value_of(term, "silu"):
        yield term.argument * nodes.ActivationValue("logistic", 0, term.argument)


@enter("definition of GELU", "gelu(z) = z (1 + erf(z/√2))/2", inside_derivatives=True)
def DEFINITION_OF_GELU(term: sp.Basic) -> Iterator[sp.Basic]:
    # z Φ(z), Φ being the distribution function of the standard normal distribution.
    if _is_value_of(term, "gelu"):
        z = term.argument
        yield z * (1 + nodes.ActivationValue("erf", 0, z / sp.sqrt(2))) / 2


@enter("derivative of the logarithm", "d/dz log f = (df/dz)/f where f > 0")
def DERIVATIVE_OF_LOGARITHM(term: sp.Basic) -> Iterator[sp.Basic]:
    # The chain rule, with log′ = 1/x.
    if isinstance(term, nodes.ScalarDerivative) and isinstance(term.function, sp.log):
        f = term.function.args[0]
        if f.is_positive:
            yield nodes.ScalarDerivative(f, term.variable) / f


@enter("derivative of polynomials", "d/dz Σ c zⁿ = Σ c n zⁿ⁻¹, c rational, n ≥ 0")
def DERIVATIVE_OF_POLYNOMIAL(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.ScalarDerivative):
        try:  # refuses whatever isn't a number or z, functions of z included
            polynomial = sp.Poly(term.function, term.variable, domain=sp.QQ)
        except BasePolynomialError:
            return
        yield polynomial.diff().as_expr()
