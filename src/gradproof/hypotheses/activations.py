"""The activations at an instance: values of every derivative, and the exact range of each.

φ⁽ⁿ⁾(z) is n! times a coefficient of the power series of φ(z + x), computed from the definition of φ
in ball arithmetic. For an abstract φ an instance chooses c·f with a rational c and an f of the
table; whether |φ′(z)| ≤ γ for ALL real z is then read off the range of f′.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, arb_series, fmpq

from gradproof.hypotheses.values import Dual, Number, UndecidedValueError
from gradproof.symbolic.language import expressions as nodes

__all__ = ["Activation", "Range", "range_over_the_line"]


def _logistic(s: Any) -> Any:
    return 1 / (1 + (-s).exp())


#: Each function of a power series. tanh z = 1 − 2/(e^{2z} + 1).
_SERIES: Mapping[str, Callable[[Any], Any]] = {
    "arctan": lambda s: s.atan(),
    "erf": lambda s: s.erf(),
    "gelu": lambda s: s * (arb(1) / 2) * (1 + (s * (arb(1) / 2).sqrt()).erf()),
    "identity": lambda s: s,
    "logistic": _logistic,
    "silu": lambda s: s * _logistic(s),
    "sine": lambda s: s.sin(),
    "softplus": lambda s: (1 + s.exp()).log(),
    "tanh": lambda s: 1 - 2 / ((2 * s).exp() + 1),
}


#: φ(z) for z < 0 of families that are the identity for z > 0; φ(0) = 0, and the parameter is the
#: convention for φ′(0).
_LEFT_OF_ZERO: Mapping[str, Callable[[Any, Any], Any]] = {
    "elu": lambda s, parameter: parameter * (s.exp() - 1),
    "leaky_relu": lambda s, parameter: parameter * s,
}


@dataclass(frozen=True)
class Range:
    """The values of a function on the real line: inf, sup, and whether these are taken.

    None for an end stands for ∞.
    """

    lower: Number | None
    upper: Number | None
    takes_lower: bool
    takes_upper: bool

    @property
    def complement(self) -> Range:
        """The range of 1 − f."""
        ends = [None if e is None else Number.of(1) - e for e in (self.upper, self.lower)]
        return Range(ends[0], ends[1], self.takes_upper, self.takes_lower)

    def times(self, factor: Fraction) -> Range:
        """Return the range of the function times a number."""
        if factor < 0:
            turned = self.times(-factor)
            return Range(
                None if turned.upper is None else -turned.upper,
                None if turned.lower is None else -turned.lower,
                turned.takes_upper,
                turned.takes_lower,
            )
        if factor == 0:
            return Range(Number.of(0), Number.of(0), True, True)
        ends = [None if e is None else e.times(factor) for e in (self.lower, self.upper)]
        return Range(ends[0], ends[1], self.takes_lower, self.takes_upper)

    @property
    def modulus(self) -> Range | None:
        """The range of |f|, for an f whose range is an interval; None where it isn't worked out."""
        low, high, zero = self.lower, self.upper, Number.of(0)
        if low is None or high is None:
            return None
        if low.is_below(zero) is False:
            return self
        if zero.is_below(high) is False:
            return self.times(Fraction(-1))
        opposite = -low
        if opposite.equals(high):
            return Range(zero, high, True, self.takes_lower or self.takes_upper)
        if opposite.is_below(high) is None:
            return None
        larger, taken = (
            (high, self.takes_upper) if opposite.is_below(high) else (opposite, self.takes_lower)
        )
        return Range(zero, larger, True, taken)


def _closed(lower: Any, upper: Any) -> Range:
    return Range(Number.of(lower), Number.of(upper), True, True)


def _between(lower: Any, upper: Any, *, takes_upper: bool = False) -> Range:
    ends = [None if end is None else Number.of(end) for end in (lower, upper)]
    return Range(ends[0], ends[1], False, takes_upper)


def _range(activation: str, order: int) -> Range | None:
    """Return the range of f⁽ⁿ⁾; each line is elementary calculus, or a claim of its own."""
    quarter, one = Fraction(1, 4), 1
    if activation == "sine":
        return _closed(-1, 1)
    if activation == "identity":
        if order == 0:
            return _between(None, None)
        return _closed(1, 1) if order == 1 else _closed(0, 0)
    return {
        ("arctan", 1): _between(0, one, takes_upper=True),
        ("logistic", 0): _between(0, one),
        ("logistic", 1): _between(0, quarter, takes_upper=True),
        ("softplus", 0): _between(0, None),
        ("softplus", 1): _between(0, one),
        ("softplus", 2): _between(0, quarter, takes_upper=True),
        ("tanh", 0): _between(-1, one),
        ("tanh", 1): _between(0, one, takes_upper=True),
    }.get((activation, order))


@dataclass(frozen=True)
class Activation:
    """The function c·f, or c·f_a of a family with a real parameter a."""

    name: str
    factor: Fraction = Fraction(1)
    parameter: Fraction | None = None

    def __post_init__(self) -> None:
        known = _SERIES if self.parameter is None else _LEFT_OF_ZERO
        if self.name not in known:
            names = ", ".join(sorted(known))
            raise UndecidedValueError(f"{self.name!r} is no activation here; choose of {names}")

    def at(self, z: Number | Dual, order: int) -> Number | Dual:
        """Return φ⁽ⁿ⁾(z), with its derivative where z carries one."""
        if isinstance(z, Dual):
            if self.is_kink(z.value) is not False:
                raise UndecidedValueError(f"{self.name} isn't known to be differentiable there")
            value, slope = self._value(z.value, order), self._value(z.value, order + 1)
            return z.through(value, slope)
        return self._value(z, order)

    def _value(self, z: Number, order: int) -> Number:
        if not z.is_real:
            raise UndecidedValueError("the argument of an activation isn't real")
        if self.name == "identity":  # exact also where z isn't dyadic
            plain = z if order == 0 else Number.of(int(order == 1))
            return plain.times(self.factor)
        length = order + 1
        if self.is_kink(z):
            if order > 1:
                raise UndecidedValueError(f"{self.name} has no derivative of order {order} at 0")
            return Number.of(0 if order == 0 else self.parameter).times(self.factor)
        series = self._series(z)(arb_series([z.real, arb(1)], length))
        coefficient = arb(series[order]) * math.factorial(order)
        return Number.of(coefficient * arb(fmpq(*self.factor.as_integer_ratio())))

    def is_kink(self, z: Number) -> bool | None:
        """Return whether the pieces of the function join at z; None where that is undecided."""
        return False if self.parameter is None else z.equals(Number.of(0))

    def _series(self, z: Number) -> Callable[[Any], Any]:
        """Return the function of power series that is φ beside z."""
        if self.parameter is None:
            return _SERIES[self.name]
        is_left = z.is_below(Number.of(0))
        if is_left is None:
            raise UndecidedValueError("the sign of an argument isn't known")
        ball = arb(fmpq(*self.parameter.as_integer_ratio()))
        return (lambda s: _LEFT_OF_ZERO[self.name](s, ball)) if is_left else (lambda s: s)

    def range(self, order: int) -> Range | None:
        """Return the range of φ⁽ⁿ⁾ over the real line, where it is known."""
        found = _range(self.name, order)
        return None if found is None else found.times(self.factor)

    def __str__(self) -> str:
        return self.name if self.factor == 1 else f"{self.factor} {self.name}"


def range_over_the_line(
    side: sp.Basic, variable: sp.Symbol, activation_of: Callable[[str], Activation]
) -> Range | None:
    """Return the range of φ⁽ⁿ⁾(z) or |φ⁽ⁿ⁾(z)| as z runs through all real numbers, if known."""
    if isinstance(side, sp.Abs):
        inner = range_over_the_line(side.args[0], variable, activation_of)
        return None if inner is None else inner.modulus
    if isinstance(side, nodes.ActivationValue) and side.argument == variable:
        return activation_of(side.activation).range(int(side.order))
    return None
