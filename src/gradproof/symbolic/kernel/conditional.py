"""Laws made from theorems: exact ranges of rational functions, and norms of diagonal matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from gradproof.errors import InputError
from gradproof.source import Source
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.law import least_grade
from gradproof.symbolic.kernel.laws import Law, RewritingLaw
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.language.row_sums import OPERATOR_NORMS
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import is_plain, symbols_of

__all__ = [
    "absolute_value_by",
    "diagonal_norm_by",
    "is_nonnegative_on",
    "is_positive_on",
    "range_of",
    "range_of_exponential",
    "range_of_real",
    "root_by",
]


def is_nonnegative_on(polynomial: sp.Poly, lower: sp.Expr, upper: sp.Expr) -> bool:
    """Whether p ≥ 0 on the open interval (lower, upper), decided exactly.

    p with rational coefficients is c·∏ pᵢ^mᵢ with square-free, pairwise coprime pᵢ. It changes sign
    exactly at the roots of those pᵢ with odd mᵢ. So p ≥ 0 on the interval iff the product q of
    these has no root inside (counted by Sturm sequences) and p > 0 at one point that is no root.

    >>> t = sp.Symbol("t")
    >>> is_nonnegative_on(sp.Poly((t - 1) ** 2 * (t + 2), t), -2, 2)
    True
    >>> is_nonnegative_on(sp.Poly(1 - t**2, t), -1, 2)
    False
    """
    if polynomial.is_zero:
        return True
    _, factors = polynomial.factor_list()
    crossing = sp.Poly(1, polynomial.gen)
    for factor, multiplicity in factors:
        if multiplicity % 2:
            crossing *= factor
    if _roots_inside(crossing, lower, upper):
        return False
    return bool(polynomial.eval(_non_root_inside(polynomial, lower, upper)) > 0)


def is_positive_on(polynomial: sp.Poly, lower: sp.Expr, upper: sp.Expr) -> bool:
    """Whether p > 0 on the open interval (lower, upper), decided exactly by Sturm sequences.

    >>> t = sp.Symbol("t")
    >>> is_positive_on(sp.Poly(1 - t**2, t), -1, 1), is_positive_on(sp.Poly(t**2, t), -1, 1)
    (True, False)
    """
    if polynomial.is_zero or _roots_inside(polynomial, lower, upper):
        return False
    return bool(polynomial.eval(_non_root_inside(polynomial, lower, upper)) > 0)


def _roots_inside(polynomial: sp.Poly, lower: sp.Expr, upper: sp.Expr) -> int:
    """Count the distinct real roots in the open interval."""
    if polynomial.degree() <= 0:
        return 0
    ends = [end for end in (lower, upper) if sp.sympify(end).is_finite]
    at_ends = sum(1 for end in ends if polynomial.eval(end) == 0)
    return int(polynomial.count_roots(lower, upper)) - at_ends


def _non_root_inside(polynomial: sp.Poly, lower: sp.Expr, upper: sp.Expr) -> sp.Rational:
    low, high = sp.sympify(lower), sp.sympify(upper)
    if low.is_infinite:
        low = sp.Integer(0) if high.is_infinite else high - 1
    if high.is_infinite:
        high = low + 1
    parts = max(polynomial.degree(), 0) + 2
    candidates = (low + (high - low) * sp.Rational(i, parts) for i in range(1, parts))
    return next(point for point in candidates if polynomial.eval(point) != 0)


@dataclass(frozen=True)
class _RangeLaw(Law, seal=KERNEL):
    """An inequality of rational functions of one generator, on an open interval."""

    generator: sp.Expr = field(default=sp.Integer(0))
    lower: sp.Expr = field(default=-sp.oo)
    upper: sp.Expr = field(default=sp.oo)

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation is Relation.EQ:
            return "it gives inequalities"
        if relation.is_downward:
            return self.refuses(right, relation.flipped, left)
        t = sp.Dummy("t")
        numerator, denominator = sp.fraction(sp.together(self._in_terms_of(t, right - left)))
        numerator, denominator = sp.expand(numerator), sp.expand(denominator)
        if (numerator.free_symbols | denominator.free_symbols) - {t}:
            return f"the sides aren't rational functions of {text(self.generator)} alone"
        try:
            top = sp.Poly(numerator, t, domain=sp.QQ)
            bottom = sp.Poly(denominator, t, domain=sp.QQ)
        except BasePolynomialError:
            return f"the sides aren't rational functions of {text(self.generator)} alone"
        for sign in (1, -1):
            if is_positive_on(sign * bottom, self.lower, self.upper):
                decide = is_positive_on if relation is Relation.LT else is_nonnegative_on
                if decide(sign * top, self.lower, self.upper):
                    return None
                return (
                    f"it is false for some {text(self.generator)} in "
                    f"({text(self.lower)}, {text(self.upper)})"
                )
        return "a denominator vanishes or changes sign"

    def _in_terms_of(self, t: sp.Symbol, expression: sp.Expr) -> sp.Expr:
        if not isinstance(self.generator, sp.exp):
            return expression.xreplace({self.generator: t})
        rates = {
            power: power.args[0] / self.generator.args[0] for power in expression.atoms(sp.exp)
        }
        return expression.xreplace({e: t**rate for e, rate in rates.items() if rate.is_Integer})


def range_of_exponential(z: sp.Symbol) -> Law:
    """Return the law of rational functions of e^z: e^z ranges over (0, ∞).

    For a symbol declared positive the range is (1, ∞), for one declared negative (0, 1).

    Raises
    ------
    InputError
        If z is anything else: e^z of a complex z isn't even real.
    """
    lower, upper = sp.Integer(0), sp.oo
    if not any(is_plain(z, **{sign: True}) for sign in ("real", "positive", "negative")):
        raise InputError("z", f"is {text(z)}", "give a symbol declared real, positive or negative")
    if z.is_positive:
        lower = sp.Integer(1)
    elif z.is_negative:
        upper = sp.Integer(1)
    name = f"exact range for e^{text(z)} in ({text(lower)}, {text(upper)})"
    return _RangeLaw(
        name,
        "p(e^z) ≤ q(e^z), decided by exact root counting",
        seal=KERNEL,
        generator=sp.exp(z),
        lower=lower,
        upper=upper,
    )


def range_of_real(z: sp.Symbol) -> Law:
    """Return the law of rational functions of z, over all real numbers that z stands for.

    These are (−∞, ∞), for a symbol declared positive (0, ∞), for one declared negative (−∞, 0).

    Raises
    ------
    InputError
        If z is anything else.
    """
    if not any(is_plain(z, **{sign: True}) for sign in ("real", "positive", "negative")):
        raise InputError("z", f"is {text(z)}", "give a symbol declared real, positive or negative")
    lower = sp.Integer(0) if z.is_positive else -sp.oo
    upper = sp.Integer(0) if z.is_negative else sp.oo
    return _RangeLaw(
        f"exact range for {text(z)} in ({text(lower)}, {text(upper)})",
        "p(z) ≤ q(z), decided by exact root counting",
        seal=KERNEL,
        generator=z,
        lower=lower,
        upper=upper,
    )


def range_of(generator: sp.Expr, *, above: Theorem, below: Theorem) -> Law:
    """Return the law of rational functions of a generator g, where theorems say a < g < b.

    Parameters
    ----------
    above
        A theorem ``a < g`` (or ``g > a``) with a rational a.
    below
        A theorem ``g < b`` (or ``b > g``) with a rational b.
    """
    lower = _strict_bound(above, generator, is_upper=False)
    upper = _strict_bound(below, generator, is_upper=True)
    return _RangeLaw(
        f"exact range for {text(generator)} in ({text(lower)}, {text(upper)})",
        "p(g) ≤ q(g) for all g in an interval, decided by exact root counting",
        hypotheses=above.hypotheses | below.hypotheses,
        uses=tuple(dict.fromkeys((above.name, below.name))),
        grade=least_grade(above, below),
        seal=KERNEL,
        generator=generator,
        lower=lower,
        upper=upper,
    )


def _strict_bound(theorem: Theorem, generator: sp.Expr, *, is_upper: bool) -> sp.Expr:
    _check_theorem("below" if is_upper else "above", theorem)
    small, large = theorem.proposition.left, theorem.proposition.right
    relation = theorem.proposition.relation
    if relation.is_downward:
        small, large, relation = large, small, relation.flipped
    bound, bounded = (large, small) if is_upper else (small, large)
    if relation is not Relation.LT or bounded != generator or not bound.is_Rational:
        side = "below" if is_upper else "above"
        raise InputError(
            side, f"is the theorem {theorem}", f"give a strict bound of {text(generator)}"
        )
    return bound


def absolute_value_by(positive: Theorem) -> RewritingLaw:
    """Return the law |x| = x, given the theorem ``0 < x`` or ``0 ≤ x``.

    Raises
    ------
    InputError
        If the theorem is of another form.
    """
    _check_theorem("positive", positive)
    proposition = positive.proposition
    upward = proposition.relation in (Relation.LT, Relation.LE)
    if not upward or proposition.left != 0:
        raise InputError("positive", f"is the theorem {positive}", "give 0 < x or 0 ≤ x")
    x = proposition.right

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and isinstance(term, sp.Abs) and same(term.args[0], x):
            yield x

    return RewritingLaw(
        "absolute value of a positive number",
        f"|x| = x, and {positive}",
        hypotheses=positive.hypotheses,
        uses=(positive.name,),
        grade=positive.grade,
        seal=KERNEL,
        rule=rule,
    )


def root_by(power: Theorem, values: Mapping[sp.Basic, sp.Basic]) -> RewritingLaw:
    """Return the law x ≤ y^(1/n), given the theorem ``xⁿ ≤ y`` with x ≥ 0 and an integer n ≥ 1.

    Parameters
    ----------
    power
        A theorem whose left side is a power.
    values
        What to put for its free symbols; the exponent must become a positive integer.
    """
    _check_theorem("power", power)
    try:
        proposition = power.proposition.substitute(values)
    except ValueError as error:
        raise InputError("values", f"{error}", "choose others") from error
    x, n = proposition.left.as_base_exp()
    if proposition.relation is not Relation.LE or not (
        n.is_integer and n.is_positive and x.is_nonnegative and proposition.right.is_nonnegative
    ):
        raise InputError("power", f"is the theorem {power}", "give xⁿ ≤ y with x ≥ 0 and n ≥ 1")
    if power.hypotheses:
        raise InputError(
            "power", f"assumes {power.hypotheses}", "give a theorem without hypotheses"
        )

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and same(term, x):
            yield proposition.right ** (1 / n)

    return RewritingLaw(
        "the n-th root is increasing",
        f"x ≤ y^(1/n), and {proposition}",
        uses=(power.name,),
        grade=power.grade,
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def diagonal_norm_by(bound: Theorem | Hypothesis) -> RewritingLaw:
    """Return the law ‖diag(φ′(v))‖ ≤ γ, given ``|φ′(z)| ≤ γ`` for all real z.

    ‖diag(a)‖ = max |aᵢ|, the greatest singular value of a diagonal matrix; so for ‖·‖_∞, too.

    Raises
    ------
    InputError
        If ``bound`` isn't of that form, z being a real symbol without further restrictions.
    """
    if not isinstance(bound, Hypothesis):
        _check_theorem("bound", bound)
    proposition = bound.proposition
    wanted = "give |φ′(z)| ≤ γ for all real z"
    if proposition is None or proposition.relation not in (Relation.LE, Relation.EQ):
        raise InputError("bound", f"is “{bound}”", wanted)
    left, gamma = proposition.left, proposition.right
    if not (isinstance(left, sp.Abs) and isinstance(left.args[0], nodes.ActivationValue)):
        raise InputError("bound", f"is “{bound}”", wanted)
    value = left.args[0]
    z = value.argument
    assumed = bound.hypotheses if isinstance(bound, Theorem) else frozenset()
    named = isinstance(bound, Theorem) or z in bound.variables
    if not named or z in symbols_of(gamma, value.args[0]) or not _is_unrestricted(z, assumed):
        raise InputError("bound", f"doesn't hold for all real {text(z)}", wanted)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if inside_derivative(binders) or not isinstance(term, OPERATOR_NORMS):
            return
        matrix = term.args[0]
        if isinstance(matrix, nodes.Diagonal) and isinstance(matrix.vector, nodes.Elementwise):
            slopes = matrix.vector
            if slopes.activation == value.activation and slopes.order == value.order:
                yield gamma

    return RewritingLaw(
        "the norm of a diagonal matrix",
        f"‖diag(a)‖ = max |aᵢ|, and {bound}",
        Source("HornJohnson2013", "Section 5.6, the spectral norm"),
        hypotheses=bound.hypotheses if isinstance(bound, Theorem) else frozenset({bound}),
        uses=(bound.name,) if isinstance(bound, Theorem) else (),
        grade=least_grade(bound),
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def _is_unrestricted(z: sp.Basic, assumed: frozenset[Hypothesis]) -> bool:
    """Whether z stands for any real number: a plain real symbol of which nothing is assumed."""
    return is_plain(z, real=True) and all(z not in h.free_symbols for h in assumed)


def _check_theorem(argument: str, theorem: Theorem) -> None:
    """Refuse look-alikes, which could claim anything."""
    if not isinstance(theorem, Theorem):
        raise InputError(argument, f"is {theorem!r}", "give a theorem")
