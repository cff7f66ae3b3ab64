"""Laws of sequences made from hypotheses and theorems: a limit superior, and bounds by logarithms.

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.laws`.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.law import RewritingLaw
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.relation import Hypothesis, Relation
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import symbols_of

__all__ = ["exponential_of", "limit_above_constant"]


def limit_above_constant(ratio_below_one: Theorem) -> RewritingLaw:
    """Return the law limsup (a + c rⁿ) = a for a ≥ 0, c ≥ 0, given the theorem r < 1 for an r ≥ 0.

    c rⁿ → 0, and a sequence that converges has its limit as its limit superior.

    Raises
    ------
    InputError
        If the theorem is of another form.
    """
    wanted = "give the theorem r < 1 for an r ≥ 0"
    if not isinstance(ratio_below_one, Theorem):
        raise InputError("ratio_below_one", f"is {ratio_below_one!r}", wanted)
    proposition = ratio_below_one.proposition
    r = proposition.left
    is_below = proposition.relation is Relation.LT and proposition.right == 1
    if not (is_below and r.is_nonnegative):
        raise InputError("ratio_below_one", f"is the theorem {ratio_below_one}", wanted)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not isinstance(term, nodes.LimitSuperior) or inside_derivative(binders):
            return
        index = term.index
        about_index = any(index in h.free_symbols for h in ratio_below_one.hypotheses)
        if about_index or index in symbols_of(r):
            return
        parts = sp.Add.make_args(term.term)
        constant = sp.Add(*(part for part in parts if index not in symbols_of(part)))
        growing = [part for part in parts if index in symbols_of(part)]
        if len(growing) == 1 and constant.is_real and constant.is_nonnegative:
            c = growing[0] / r**index
            if index not in symbols_of(c) and c.is_real and c.is_nonnegative:
                yield constant

    return RewritingLaw(
        "limit of a constant and a geometric sequence",
        f"limsup (a + c rⁿ) = a for a ≥ 0, c ≥ 0, 0 ≤ r < 1, and {ratio_below_one}",
        hypotheses=ratio_below_one.hypotheses,
        uses=(ratio_below_one.name,),
        seal=KERNEL,
        rule=rule,
    )


def exponential_of(logarithms: Hypothesis) -> RewritingLaw:
    """Return the law ∏ x^a ≤ ∏ y^b, given Σ a log x ≤ Σ b log y with all x, y > 0.

    e^x is increasing, and e^(a log x) = x^a for x > 0 and real a.

    Raises
    ------
    InputError
        If the hypothesis is of another form.
    """
    wanted = "give Σ a log x ≤ Σ b log y with positive x and y and real a and b"
    proposition = logarithms.proposition if isinstance(logarithms, Hypothesis) else None
    if proposition is None or logarithms.variables or proposition.relation is not Relation.LE:
        raise InputError("logarithms", f"are {logarithms}", wanted)
    sides = [_exponential(side) for side in (proposition.left, proposition.right)]
    if sides[0] is None or sides[1] is None:
        raise InputError("logarithms", f"are “{logarithms}”", wanted)
    smaller, larger = sides

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and same(term, smaller):
            yield larger

    return RewritingLaw(
        "the exponential function is increasing",
        f"∏ x^a ≤ ∏ y^b, and {logarithms}",
        hypotheses=frozenset({logarithms}),
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def _exponential(side: sp.Expr) -> sp.Expr | None:
    """Return e to a sum of multiples of logarithms as a product of powers, or None."""
    product: sp.Expr = sp.Integer(1)
    for term in sp.Add.make_args(side):
        factors = sp.Mul.make_args(term)
        logarithms = [factor for factor in factors if isinstance(factor, sp.log)]
        if len(logarithms) != 1:
            return None
        base = logarithms[0].args[0]
        exponent = sp.Mul(*(factor for factor in factors if factor is not logarithms[0]))
        if not (base.is_positive and exponent.is_real):
            return None
        product *= base**exponent
    return product
