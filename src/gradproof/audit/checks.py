"""Checks of readings: a printed figure, a comparison, a decision, a counterexample, a claim."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TypeAlias, TypeVar

from gradproof.audit.statement import Check
from gradproof.claims.evidence import (
    Comparison,
    Evidence,
    all_of,
    confirmed,
    enclosed,
    exactly,
    floating,
    refuted,
    rounds_to,
)
from gradproof.claims.run import Run
from gradproof.sampling.properties import close
from gradproof.spectral.bracket import Enclosure
from gradproof.verdict import Grade, Scope, Witness

__all__ = ["by", "compares", "decides", "measures", "prints", "prints_all", "refutes"]

_Number = TypeVar("_Number", Fraction, float)
Value: TypeAlias = Fraction | int | Enclosure
Numbers: TypeAlias = Callable[[], Sequence[float]]

#: Two float64 computations of a number agree to this, relative: some 10⁶ roundings.
AGREEMENT = 1e-9


def by(claim: str, says: str = "") -> Check:
    """Return the check that a shipped claim is, at its own scope."""
    return Check(says or claim.replace("_", " "), claim=claim)


def prints(
    name: str, value: Callable[[], Value], figure: str, *, also: Callable[[], float]
) -> Check:
    """Return the check that ``figure`` is the value rounded to the decimals that are printed.

    Parameters
    ----------
    name
        The quantity, for the reader.
    value
        Computes it exactly, or encloses it.
    figure
        As printed; an exponent is allowed ("1e-7").
    also
        A second, independent computation in floating point.
    """

    def investigate(run: Run) -> Evidence:
        del run
        found = _enclosure(value())
        return confirmed(rounds_to(name, found, figure), _agrees(name, found, also()))

    def planted() -> Check:
        right = _rounded(value(), figure)
        unit = Decimal(1).scaleb(int(Decimal(figure).as_tuple().exponent))
        other = right if right != Decimal(figure) else right + unit
        return prints(name, value, str(other), also=also)

    return Check(f"{name} = {figure}, rounded", investigate, planted=planted)


def prints_all(
    name: str, values: Callable[[], Sequence[Value]], figures: Sequence[str], *, also: Numbers
) -> Check:
    """Return the check that the figures are the values in their order, rounded as printed.

    ``also`` computes all values a second time in floating point; the rest is as for
    :func:`prints`.
    """

    def investigate(run: Run) -> Evidence:
        del run
        found, again = values(), also()
        pairs = list(zip(found, figures, again, strict=True))
        made = all_of(
            *(rounds_to(name, _enclosure(value), figure) for value, figure, _ in pairs),
            about=f"{name}: {' '.join(figures)} lie within the enclosures",
        )
        second = (_agrees(name, _enclosure(value), float(number)) for value, _, number in pairs)
        return confirmed(made, all_of(*second, about=f"{name} computed a second time"))

    def planted() -> Check:
        right = [str(_rounded(value, f)) for value, f in zip(values(), figures, strict=True)]
        wrong = any(Decimal(r) != Decimal(f) for r, f in zip(right, figures, strict=True))
        unit = Decimal(1).scaleb(int(Decimal(figures[-1]).as_tuple().exponent))
        other = right if wrong else [*right[:-1], str(Decimal(right[-1]) + unit)]
        return prints_all(name, values, other, also=also)

    return Check(f"{name} = {' '.join(figures)}, rounded", investigate, planted=planted)


def compares(
    name: str,
    value: Callable[[], Value],
    relation: Comparison,
    bound: Fraction | float,
    *,
    also: Callable[[], float],
) -> Check:
    """Return the check that ``value relation bound``; the arguments are those of :func:`prints`."""

    def investigate(run: Run) -> Evidence:
        del run
        found = value()
        if isinstance(found, Enclosure):
            made = enclosed(name, found, relation, float(bound))
        else:
            made = exactly(
                _holds(Fraction(found), relation, Fraction(bound)),
                about=f"{name} = {_short(Fraction(found))} {relation} {_short(Fraction(bound))}",
            )
        return confirmed(made, _agrees(name, _enclosure(found), also()))

    def planted() -> Check:
        return compares(name, value, relation, _beyond(value(), relation, bound), also=also)

    return Check(f"{name} {relation} {_short(Fraction(bound))}", investigate, planted=planted)


def decides(says: str, *parts: Callable[[], Evidence]) -> Check:
    """Return the check that all parts of an argument hold."""

    def investigate(run: Run) -> Evidence:
        del run
        return all_of(*(part() for part in parts))

    return Check(says, investigate)


def refutes(
    says: str,
    shows: str,
    values: dict[str, str],
    *parts: Callable[[], Evidence],
    also: Callable[[], None] | None = None,
    about: str = "",
) -> Check:
    """Return the check of a universal statement that one instance refutes.

    Parameters
    ----------
    says
        The statement.
    shows, values
        The witness.
    parts
        That it meets the hypotheses, and that the conclusion fails there.
    also, about
        A second look in floating point at the same instance, and what it does: a network that is
        run and differentiated by differences, say.
    """

    def investigate(run: Run) -> Evidence:
        del run
        made = refuted(Witness(shows, values), *(part() for part in parts))
        return made if also is None else confirmed(made, floating(also, about=about))

    return Check(says, investigate, Scope.UNIVERSAL)


def _enclosure(value: Value) -> Enclosure:
    if isinstance(value, Enclosure):
        return value
    exact = Fraction(value)
    near = float(exact)
    if Fraction(near) == exact:
        return Enclosure(near, near, Grade.EXACT)
    ends = sorted((near, math.nextafter(near, math.inf if Fraction(near) < exact else -math.inf)))
    return Enclosure(ends[0], ends[1], Grade.EXACT)


def _agrees(name: str, first: Enclosure, second: float) -> Evidence:
    """Return the evidence that a second computation gives the same number."""

    def compare() -> None:
        middle = first.lower / 2 + first.upper / 2
        tolerance = AGREEMENT * abs(middle) + first.width
        close(second, middle, tolerance=tolerance, because="two computations of one number")

    return floating(compare, about=f"{name} computed a second time")


def _rounded(value: Value, figure: str) -> Decimal:
    exponent = int(Decimal(figure).as_tuple().exponent)
    scaled = Decimal(round(_middle(value) * Fraction(10) ** -exponent))
    return scaled.scaleb(exponent).quantize(Decimal(1).scaleb(exponent), rounding=ROUND_HALF_EVEN)


def _holds(value: _Number, relation: Comparison, bound: _Number) -> bool:
    return {
        "<": value < bound,
        "≤": value <= bound,
        ">": value > bound,
        "≥": value >= bound,
    }[relation]


def _beyond(value: Value | float, relation: Comparison, bound: Fraction | float) -> Fraction:
    """Return a bound for which the comparison comes out otherwise, a tenth from the value."""
    middle = _middle(value)
    holds = _holds(middle, relation, Fraction(bound))
    distance = abs(middle) / 10 or Fraction(1, 10)
    return middle - distance if holds is (relation in ("<", "≤")) else middle + distance


def _middle(value: Value | float) -> Fraction:
    if isinstance(value, Enclosure):
        return (Fraction(value.lower) + Fraction(value.upper)) / 2
    return Fraction(value)


def _short(number: Fraction) -> str:
    if number.denominator == 1 and abs(number) < 10**6:
        return str(number.numerator)
    return f"{float(number):.6g}"


def measures(name: str, value: Callable[[], float], relation: Comparison, bound: float) -> Check:
    """Return the check that a measured number is on one side of a bound: in floating point."""

    def investigate(run: Run) -> Evidence:
        del run
        found = value()

        def compare() -> None:
            assert _holds(found, relation, bound), f"{name} is {found:.6g}"

        return floating(compare, about=f"{name} = {found:.6g} {relation} {bound:.6g}")

    def planted() -> Check:
        return measures(name, value, relation, float(_beyond(value(), relation, bound)))

    return Check(f"{name} {relation} {bound:.6g}", investigate, planted=planted)
