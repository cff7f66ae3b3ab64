"""Numbers at an explicit instance: a rational number exactly, every other one as a ball.

A :class:`Number` is a + b i with rational a and b, or a complex ball that contains it. A ball of
radius 0 is the number that it contains, so results that happen to be exact stay so, and an equality
can be decided. Whatever can't be decided at the working precision is None, never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

__all__ = ["Dual", "Number", "UndecidedValueError", "maximum", "minimum", "value_of"]


class UndecidedValueError(ArithmeticError):
    """A quantity has no value that this module can enclose at an instance; the message says why."""


class Number:
    """A complex number, exactly or enclosed in a ball."""

    __slots__ = ("_ball", "exact")
    #: (real part, imaginary part), or None for a number known by its ball alone.
    exact: tuple[Fraction, Fraction] | None
    _ball: Any

    def __init__(self, exact: tuple[Fraction, Fraction] | None, ball: Any = None) -> None:
        self.exact = exact
        self._ball = ball

    @classmethod
    def of(cls, value: Any) -> Number:
        """Return a Python number at its exact value, or what a ball contains.

        >>> Number.of(0.25).exact
        (Fraction(1, 4), Fraction(0, 1))
        """
        if isinstance(value, Number):
            return value
        if isinstance(value, arb | acb):
            return cls._of_ball(acb(value))
        if isinstance(value, complex):
            return cls((Fraction(value.real), Fraction(value.imag)))
        return cls((Fraction(value), Fraction(0)))

    @classmethod
    def _of_ball(cls, ball: Any) -> Number:
        if not ball.is_finite():
            raise UndecidedValueError("a number isn't finite at this precision")
        parts = [_dyadic(part) for part in (ball.real, ball.imag)]
        if parts[0] is not None and parts[1] is not None:
            return cls((parts[0], parts[1]))
        return cls(None, ball)

    @property
    def ball(self) -> Any:
        """The number as a complex ball at the working precision."""
        if self.exact is None:
            return self._ball
        return acb(*(arb(fmpq(part.numerator, part.denominator)) for part in self.exact))

    @property
    def is_real(self) -> bool:
        """Whether the number is known to be real."""
        if self.exact is not None:
            return self.exact[1] == 0
        return bool(self._ball.imag.is_zero())

    @property
    def real(self) -> Any:
        """The real part as a ball.

        Raises
        ------
        UndecidedValueError
            If the number isn't known to be real.
        """
        if not self.is_real:
            raise UndecidedValueError("a number isn't known to be real")
        return self.ball.real

    @property
    def fraction(self) -> Fraction | None:
        """The number, where it is known to be rational."""
        return self.exact[0] if self.exact is not None and self.exact[1] == 0 else None

    def equals(self, other: Number) -> bool | None:
        """Whether the numbers are equal; None where that is undecided."""
        if self.exact is not None and other.exact is not None:
            return self.exact == other.exact
        return None if self.ball.overlaps(other.ball) else False

    def is_below(self, other: Number) -> bool | None:
        """Whether a < b for real numbers; None where that is undecided."""
        a, b = self.fraction, other.fraction
        if a is not None and b is not None:
            return a < b
        left, right = self.real, other.real
        if left < right:
            return True
        return False if left >= right else None

    def _with(self, other: Any, exactly: Callable[..., Any], in_balls: Callable[..., Any]) -> Any:
        if not isinstance(other, Number):
            if isinstance(other, Dual):
                return NotImplemented
            other = Number.of(other)
        if self.exact is not None and other.exact is not None:
            return Number(exactly(*self.exact, *other.exact))
        return Number._of_ball(in_balls(self.ball, other.ball))

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b, c, d: (a + c, b + d), lambda x, y: x + y)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b, c, d: (a - c, b - d), lambda x, y: x - y)

    def __mul__(self, other: Any) -> Any:
        return self._with(
            other, lambda a, b, c, d: (a * c - b * d, a * d + b * c), lambda x, y: x * y
        )

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Any:
        return Number.of(other) - self

    def __neg__(self) -> Number:
        return self.times(Fraction(-1))

    def times(self, factor: Fraction) -> Number:
        """Return the number times a rational one."""
        product: Number = self * Number.of(factor)
        return product

    def inverse(self) -> Number:
        """Return 1/a.

        Raises
        ------
        UndecidedValueError
            If a isn't known to differ from 0.
        """
        if self.exact is None:
            if self._ball.contains(0):
                raise UndecidedValueError("a denominator isn't known to differ from 0")
            return Number._of_ball(1 / self._ball)
        a, b = self.exact
        square = a * a + b * b
        if square == 0:
            raise UndecidedValueError("a denominator is 0")
        return Number((a / square, -b / square))

    @property
    def square_of_modulus(self) -> Number:
        """|a|², exactly where a is exact."""
        if self.exact is None:
            modulus = abs(self._ball)
            return Number.of(modulus * modulus)
        a, b = self.exact
        return Number.of(a * a + b * b)

    def __abs__(self) -> Number:
        if self.exact is None:
            return Number.of(abs(self._ball))
        a, b = self.exact
        return Number.of(abs(a)) if b == 0 else self.square_of_modulus.root(2)

    @property
    def nonnegative(self) -> Number:
        """The number, known to be ≥ 0 although its ball may reach below 0 by rounding."""
        return self if self.exact is not None else Number.of(self.real.nonnegative_part())

    def root(self, n: int) -> Number:
        """Return the n-th root of a real number ≥ 0, exactly where it is rational.

        Raises
        ------
        UndecidedValueError
            If the number isn't known to be ≥ 0.
        """
        fraction = self.fraction
        if fraction is not None and fraction >= 0:
            parts = [_integer_root(part, n) for part in fraction.as_integer_ratio()]
            if parts[0] is not None and parts[1] is not None:
                return Number.of(Fraction(parts[0], parts[1]))
        return Number.of(self.real.root(n))

    def power(self, exponent: Fraction) -> Number:
        """Return aᵉ for a rational e; a is real and ≥ 0 where e is no integer."""
        if exponent < 0:
            return self.power(-exponent).inverse()
        if exponent > _LARGEST_EXPONENT:
            raise UndecidedValueError(f"the exponent {exponent} is large; choose a smaller one")
        result = Number.of(1)
        for _ in range(exponent.numerator):
            result = result * self
        return result if exponent.denominator == 1 else result.root(exponent.denominator)

    def __repr__(self) -> str:
        if self.exact is None:
            return str(self._ball.real if self.is_real else self._ball)
        a, b = self.exact
        return f"{a}" if b == 0 else f"{a} + {b} i"


# Exact powers grow by one copy of their base each time; nobody needs witnesses beyond this.
_LARGEST_EXPONENT = 4096


def _dyadic(ball: Any) -> Fraction | None:
    """Return the number in a ball of radius 0, else None."""
    if not ball.is_exact():
        return None
    mantissa, exponent = (int(part) for part in ball.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent


def _integer_root(value: int, n: int) -> int | None:
    """Return the n-th root of an integer ≥ 0 where it is an integer."""
    root = math.isqrt(value) if n == 2 else round(value ** (1 / n)) if value < 2**53 else -1
    return root if root >= 0 and root**n == value else None


class Dual:
    """a + Σ aᵢ εᵢ with εᵢ εⱼ = 0: a number together with its derivatives in several directions."""

    __slots__ = ("parts", "value")

    def __init__(self, value: Number, parts: Iterable[Number]) -> None:
        self.value = value
        self.parts = tuple(parts)

    def _lifted(self, other: Any) -> Dual:
        return (
            other if isinstance(other, Dual) else Dual(Number.of(other), [ZERO] * len(self.parts))
        )

    def __add__(self, other: Any) -> Dual:
        x = self._lifted(other)
        return Dual(self.value + x.value, (a + b for a, b in zip(self.parts, x.parts, strict=True)))

    def __mul__(self, other: Any) -> Dual:
        x = self._lifted(other)
        return Dual(
            self.value * x.value,
            (a * x.value + self.value * b for a, b in zip(self.parts, x.parts, strict=True)),
        )

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Dual:
        return self * Number.of(-1)

    def __sub__(self, other: Any) -> Dual:
        return self + (-self._lifted(other))

    def __rsub__(self, other: Any) -> Dual:
        return self._lifted(other) - self

    def through(self, value: Number, slope: Number) -> Dual:
        """Return f(a) + f′(a) Σ aᵢ εᵢ, given f(a) and f′(a)."""
        return Dual(value, (slope * part for part in self.parts))


ZERO = Number.of(0)


def value_of(entry: Number | Dual) -> Number:
    """Return the number itself.

    Raises
    ------
    UndecidedValueError
        If it carries derivatives, which a norm or a modulus can't pass on.
    """
    if isinstance(entry, Dual):
        raise UndecidedValueError("this quantity isn't differentiated")
    return entry


def maximum(numbers: Iterable[Number]) -> Number:
    """Return the greatest of real numbers, exactly where one is rational and certainly greatest."""
    found = list(numbers)
    for candidate in found:
        if candidate.fraction is not None and all(
            candidate.is_below(other) is False for other in found
        ):
            return candidate
    greatest = found[0].real
    for other in found[1:]:
        greatest = greatest.max(other.real)
    return Number.of(greatest)


def minimum(numbers: Iterable[Number]) -> Number:
    """Return the least of real numbers, exactly where one is rational and certainly least."""
    return -maximum(-number for number in numbers)
