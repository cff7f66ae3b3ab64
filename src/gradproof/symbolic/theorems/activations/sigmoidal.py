"""Functions s of e^z whose slope is a polynomial in s: what tanh and the logistic function share.

Everything is decided for s in an open interval, where each derivative is a polynomial; that s lies
there is decided for e^z in (0, ∞). Nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from gradproof.symbolic.kernel.conditional import range_of, range_of_exponential
from gradproof.symbolic.kernel.derivation import Chain, Theorem, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DERIVATIVE_OF_EXPONENTIALS,
    POLYNOMIAL_CHAIN_RULE,
    QUOTIENT_RULE,
    Law,
)
from gradproof.symbolic.language.expressions import ActivationValue, ScalarDerivative
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems.activations.common import (
    NEGATIVE,
    POSITIVE,
    REAL,
    ZERO,
    derived,
    extended,
)

__all__ = ["Sigmoid"]


@dataclass(frozen=True)
class Sigmoid:
    """A function s = N/D, N and D sums of exponentials, with s′ = q(s) for a polynomial q.

    Parameters
    ----------
    name
        Its name in derivations.
    definition
        The law s(z) = N/D.
    quotient
        Returns N and D at z.
    slope
        q, so that s′ = q(s).
    lower, upper
        The ends of the range of s.
    """

    name: str
    definition: Law
    quotient: Callable[[sp.Expr], tuple[sp.Expr, sp.Expr]]
    slope: Callable[[sp.Expr], sp.Expr]
    lower: sp.Rational
    upper: sp.Rational

    def __call__(self, z: sp.Expr, order: int = 0) -> ActivationValue:
        return ActivationValue(self.name, order, z)

    def _fraction(self, z: sp.Expr) -> sp.Expr:
        numerator, denominator = self.quotient(z)
        return numerator / denominator

    def derivative(self) -> Theorem:
        """Return s′(z) = q(s(z)), by the quotient rule."""
        z = REAL
        numerator, denominator = self.quotient(z)
        f, g = ScalarDerivative(numerator, z), ScalarDerivative(denominator, z)
        chain = derived(
            self(z, 1),
            (numerator / denominator, self.definition),
            ((f * denominator - numerator * g) / denominator**2, QUOTIENT_RULE),
            (
                (sp.diff(numerator, z) * denominator - numerator * sp.diff(denominator, z))
                / denominator**2,
                DERIVATIVE_OF_EXPONENTIALS,
            ),
            (self.slope(numerator / denominator), ALGEBRA),
            (self.slope(self(z)), self.definition),
        )
        return Theorem.of(f"{self.name}_derivative", chain)

    def bounds(self) -> tuple[Theorem, Theorem]:
        """Return lower < s(z) and s(z) < upper for every real z."""
        name, by, value = f"{self.name}_bounds", range_of_exponential(REAL), self._fraction(REAL)
        above = start(self.lower).lt(value, by=by).eq(self(REAL), by=self.definition)
        below = start(self(REAL)).eq(value, by=self.definition).lt(self.upper, by=by)
        return Theorem.of(name, above), Theorem.of(name, below)

    def inside(self) -> Law:
        """Return the law of rational functions of s(z), over the range of s."""
        above, below = self.bounds()
        return range_of(self(REAL), above=above, below=below)

    def at(self, z: sp.Expr) -> Chain:
        """Return the chain s′(z) = q(s(z))."""
        return start(self(z, 1)).eq(self.slope(self(z)), by=self.derivative().law({REAL: z}))

    def derivative_range(
        self, greatest: sp.Expr, *, point: sp.Expr, value: sp.Expr
    ) -> tuple[Theorem, ...]:
        """Return 0 < s′ ≤ greatest, = greatest at 0 only, and s′(point) = value for every p > 0.

        As p runs through (0, ∞), the value must run through (0, greatest).
        """
        name = f"{self.name}_derivative_range"
        polynomial, by, inside = self.slope(self(REAL)), self.derivative().law(), self.inside()
        chains = (
            start(ZERO).lt(polynomial, by=inside).eq(self(REAL, 1), by=by),
            self.at(REAL).le(greatest, by=inside),
            self.at(ZERO).eq(greatest, by=self.definition),
            *(
                self.at(z)
                .eq(self.slope(self._fraction(z)), by=self.definition)
                .lt(greatest, by=range_of_exponential(z))
                for z in (POSITIVE, NEGATIVE)
            ),
            self.at(point)
            .eq(self.slope(self._fraction(point)), by=self.definition)
            .eq(value, by=ALGEBRA),
        )
        return tuple(Theorem.of(name, chain) for chain in chains)

    def higher_derivatives(
        self,
        second: tuple[sp.Expr, sp.Expr],
        third: tuple[sp.Expr, sp.Expr],
        *,
        square: sp.Expr,
        upper: sp.Expr,
        lower: sp.Expr,
    ) -> tuple[Theorem, ...]:
        """Return s″ and s‴ as polynomials in s, with (s″)² ≤ square and lower ≤ s‴ ≤ upper.

        ``second`` is q′(s) s′ with s′ as a node, then with q(s) in its place; ``third`` likewise.
        """
        name, z, by = f"{self.name}_higher_derivatives", REAL, self.derivative().law()
        inside = self.inside()
        of_second = Theorem.of(
            name,
            derived(
                self(z, 2),
                (self.slope(self(z)), by),
                (second[0], POLYNOMIAL_CHAIN_RULE),
                (second[1], by),
            ),
        )
        of_third = Theorem.of(
            name,
            derived(
                self(z, 3),
                (second[1], of_second.law()),
                (third[0], POLYNOMIAL_CHAIN_RULE),
                (third[1], by),
            ),
        )
        squared = start(self(z, 2) ** 2).eq(second[1] ** 2, by=of_second.law())
        value = start(self(z, 3)).eq(third[1], by=of_third.law())
        bounds = (
            squared.le(square, by=inside),
            extended(value, Relation.LE, upper, inside),
            extended(value, Relation.GE, lower, inside),
        )
        return (of_second, of_third, *(Theorem.of(name, chain) for chain in bounds))
