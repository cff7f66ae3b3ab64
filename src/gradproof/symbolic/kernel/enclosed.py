"""Inequalities on the whole real line, decided by ball arithmetic: what exact laws can't reach.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`. A law of this kind has the
grade ``enclosed``: it rests on python-flint's balls (Arb), every rounding included.

An inequality is written D > 0, with D = N/B over one bar and B known to be positive by the
assumptions of SymPy. N > 0 is shown in two parts.

* On [−M, M]: the interval is halved until a ball that contains N over each part is positive.
* For |z| ≥ M: N(±y), y ≥ M, is a sum of terms c yⁱ e^(α y + β y²) ∏ erf(s y)^m. Divided by the
  greatest e^(α y + β y²) among them, every exponential is e^(−a y − b y²) with b > 0, or b = 0 and
  a ≥ 0. Where a = b = 0 and i = 0 it is 1. Else, if i ≤ M (a + 2 b M), then i ≤ y (a + 2 b y) for
  y ≥ M, since b ≥ 0 and a + 2 b M ≥ 0; so yⁱ e^(−a y − b y²), whose logarithmic derivative is
  i/y − a − 2 b y, doesn't increase there and lies between 0 and its value at M. And erf(s y) lies
  between erf(s M) and 1 for s > 0. The sum of balls that contain the terms must be positive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sympy as sp
from flint import arb, ctx, fmpq

from gradproof.errors import InputError
from gradproof.symbolic.kernel.law import Law
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import is_plain
from gradproof.verdict import Grade

__all__ = ["enclosed_on_line", "enclosed_value"]

# From a ball that contains z to a ball that contains the value.
_Ball: TypeAlias = Callable[[Any], Any]

_BITS = 80
_EDGES = (4, 8, 16, 32, 64, 128)
# Parts of [−M, M] that are looked at before giving up.
_MOST_PARTS = 200_000
# Down to this length, ends and middles of parts are float64 numbers without rounding.
_SHORTEST = 2.0**-30


class _NotEnclosedError(Exception):
    """The expression has a part without a ball, or none that decides."""


@contextmanager
def _precision(bits: int) -> Iterator[None]:
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


@dataclass(frozen=True)
class _EnclosedLaw(Law, seal=KERNEL):
    """An inequality of real functions of one symbol, or of real constants."""

    variable: sp.Symbol | None = field(default=None)

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation is Relation.EQ:
            return "it gives inequalities"
        if relation.is_downward:
            return self.refuses(right, relation.flipped, left)
        if not (left.is_real and right.is_real):
            return "a side isn't known to be real"
        difference = right - left
        allowed = set() if self.variable is None else {self.variable}
        if difference.free_symbols - allowed:
            return "the sides contain other symbols"
        try:
            with _precision(_BITS):
                if self.variable is None:
                    return _reason_against(_compiled(difference, None)(None))
                return _refutation(difference, self.variable)
        except _NotEnclosedError as error:
            return str(error)


def enclosed_on_line(z: sp.Symbol) -> Law:
    """Return the law f(z) ≤ g(z), and f(z) < g(z), for all real numbers that z stands for.

    f and g are built from z, rational numbers, π and roots of such, exponentials of polynomials
    c z + b z² and erf(c z) by sums, products and quotients. Only inequalities that hold with room
    to spare can be shown: there is no ball that shows x ≤ x.

    Raises
    ------
    InputError
        If z isn't a plain symbol declared real, positive or negative.
    """
    if not any(is_plain(z, **{sign: True}) for sign in ("real", "positive", "negative")):
        raise InputError("z", f"is {text(z)}", "give a symbol declared real, positive or negative")
    return _EnclosedLaw(
        f"ball arithmetic for all {text(z)}",
        "f(z) ≤ g(z) on an interval, decided by balls on parts of it and monotone tails",
        grade=Grade.ENCLOSED,
        seal=KERNEL,
        variable=z,
    )


def enclosed_value() -> Law:
    """Return the law x ≤ y, and x < y, for two real constants.

    >>> law = enclosed_value()
    >>> law.refuses(sp.Rational(314, 100), Relation.LT, sp.pi) is None
    True
    >>> law.refuses(sp.pi, Relation.LT, sp.Rational(314, 100)) is None
    False
    """
    return _EnclosedLaw(
        "ball arithmetic",
        "x ≤ y for real constants, decided by balls",
        grade=Grade.ENCLOSED,
        seal=KERNEL,
    )


def _reason_against(ball: Any) -> str | None:
    return None if ball > 0 else f"the difference of the sides lies in {ball}"


def _compiled(expression: sp.Basic, z: sp.Symbol | None) -> _Ball:
    """Return the function that gives a ball for the expression from a ball for z."""
    if expression == z:
        return lambda box: box
    if expression.is_Rational:
        constant = arb(fmpq(int(expression.p), int(expression.q)))
        return lambda _: constant
    if expression is sp.pi:
        return lambda _: arb.pi()
    if expression is sp.E:
        return lambda _: arb(1).exp()
    if isinstance(expression, (sp.Add, sp.Mul)):
        parts = [_compiled(part, z) for part in expression.args]
        if isinstance(expression, sp.Add):
            return lambda box: sum((part(box) for part in parts), arb(0))
        return lambda box: _product(part(box) for part in parts)
    if isinstance(expression, sp.exp):
        inner = _compiled(expression.args[0], z)
        return lambda box: inner(box).exp()
    if isinstance(expression, sp.Pow):
        base, exponent = _compiled(expression.base, z), expression.exp
        if exponent.is_Integer:
            return lambda box: _integer_power(base(box), int(exponent))
        if exponent.is_Rational and expression.base.is_positive:
            q = fmpq(int(exponent.p), int(exponent.q))
            return lambda box: (base(box).log() * arb(q)).exp()
    if isinstance(expression, nodes.ActivationValue) and (
        expression.activation == "erf" and expression.order == 0
    ):
        inner = _compiled(expression.argument, z)
        return lambda box: inner(box).erf()
    raise _NotEnclosedError(f"{text(expression)} isn't among what is enclosed")


def _product(factors: Iterator[Any]) -> Any:
    total = arb(1)
    for factor in factors:
        total *= factor
    return total


def _integer_power(ball: Any, n: int) -> Any:
    power = _product(ball for _ in range(abs(n)))
    return power if n >= 0 else 1 / power


def _refutation(difference: sp.Expr, z: sp.Symbol) -> str | None:
    """Return why D > 0 isn't shown for all values of z, or None where it is."""
    numerator, denominator = sp.fraction(sp.together(difference))
    if not denominator.is_positive:
        return f"the denominator {text(denominator)} isn't known to be positive"
    signs = [] if z.is_negative else [1]
    signs += [] if z.is_positive else [-1]
    for edge in _EDGES:
        if all(_tail_is_positive(numerator, z, sign, edge) for sign in signs):
            return _refutation_between(
                _compiled(numerator, z),
                -edge if -1 in signs else 0,
                edge if 1 in signs else 0,
                text(z),
            )
    return f"no sign of the sides is found for large |{text(z)}|"


def _refutation_between(value: _Ball, lower: int, upper: int, name: str) -> str | None:
    """Return why N > 0 isn't shown on [lower, upper], or None; the ends are halved exactly."""
    parts = [(float(lower), float(upper))]
    looked_at = 0
    while parts:
        low, high = parts.pop()
        middle, radius = (low + high) / 2, (high - low) / 2
        looked_at += 1
        if value(arb(middle, radius)) > 0:
            continue
        if value(arb(middle)) < 0:
            return f"it is false at {name} = {middle!r}"
        if looked_at > _MOST_PARTS or high - low < _SHORTEST:
            return f"it isn't decided near {name} = {middle!r}"
        parts += [(low, middle), (middle, high)]
    return None


@dataclass(frozen=True)
class _Term:
    """c yⁱ e^(α y + β y²) ∏ erf(s y)^m."""

    coefficient: sp.Expr
    power: int
    rate: sp.Rational
    square_rate: sp.Rational
    errors: tuple[tuple[sp.Expr, int], ...]


def _tail_is_positive(numerator: sp.Expr, z: sp.Symbol, sign: int, edge: int) -> bool:
    """Whether N(sign·y) > 0 for all y ≥ M is shown as the head of this module says."""
    y = sp.Dummy("y", positive=True)
    expanded = sp.expand(sp.expand_power_exp(sp.expand(numerator.xreplace({z: sign * y}))))
    terms = [_term(summand, y) for summand in sp.Add.make_args(expanded)]
    leading = max((term.square_rate, term.rate) for term in terms)
    total = arb(0)
    for term in terms:
        ball = _tail_ball(term, leading[1] - term.rate, leading[0] - term.square_rate, edge)
        if ball is None:
            return False
        total += ball
    return bool(total > 0)


def _tail_ball(term: _Term, a: sp.Rational, b: sp.Rational, edge: int) -> Any:
    """Return a ball for c yⁱ e^(−a y − b y²) ∏ erf(s y)^m over y ≥ M, or None."""
    if a == b == 0:
        if term.power:
            return None
        ball = arb(1)
    else:
        if term.power > a * edge + 2 * b * edge**2:
            return None
        at_edge = _compiled(edge**term.power * sp.exp(-a * edge - b * edge**2), None)(None)
        ball = arb(0).union(at_edge)
    ball *= _compiled(term.coefficient, None)(None)
    for scale, exponent in term.errors:
        at_edge = (_compiled(scale, None)(None) * edge).erf()
        ball *= _integer_power(at_edge.union(arb(1)), exponent)
    return ball


def _term(summand: sp.Expr, y: sp.Symbol) -> _Term:
    """Read a summand; what isn't of the form is refused."""
    coefficient: sp.Expr = sp.Integer(1)
    power = 0
    rate = square_rate = sp.Integer(0)
    errors = []
    for factor in sp.Mul.make_args(summand):
        base, exponent = factor, sp.Integer(1)
        if isinstance(factor, sp.Pow):
            base, exponent = factor.args
        if y not in factor.free_symbols:
            coefficient *= factor
        elif base == y and exponent.is_Integer and exponent > 0:
            power += int(exponent)
        elif isinstance(factor, sp.exp):
            polynomial = sp.Poly(factor.args[0], y)
            if polynomial.degree() > 2 or not all(c.is_Rational for c in polynomial.coeffs()):
                raise _NotEnclosedError(f"{text(factor)} isn't among what is enclosed")
            coefficient *= sp.exp(polynomial.coeff_monomial(1))
            rate += polynomial.coeff_monomial(y)
            square_rate += polynomial.coeff_monomial(y**2)
        elif (
            isinstance(base, nodes.ActivationValue)
            and base.activation == "erf"
            and (base.order == 0 and sp.Integer(exponent).is_positive)
        ):
            scale = sp.expand(base.argument / y)
            if y in scale.free_symbols or not (scale.is_positive or scale.is_negative):
                raise _NotEnclosedError(f"{text(base)} isn't among what is enclosed")
            coefficient *= (-1 if scale.is_negative else 1) ** exponent  # erf is odd
            errors.append((sp.Abs(scale), int(exponent)))
        else:
            raise _NotEnclosedError(f"{text(factor)} isn't among what is enclosed")
    return _Term(coefficient, power, rate, square_rate, tuple(errors))
