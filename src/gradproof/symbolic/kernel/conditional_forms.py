"""Laws made from theorems: forms in slopes, norms by all vectors, and products of inequalities."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.source import Source
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.kernel.law import least_grade
from gradproof.symbolic.kernel.laws import RewritingLaw
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import SpectralNorm, Trace, is_matrix
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis, Relation, is_real, realness
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import has_real_scalars, is_plain, symbols_of

__all__ = ["cancelled_by", "constant_slopes_by", "norm_by_vectors", "product_by", "sector_by"]


def sector_by(
    lower: Theorem | Hypothesis,
    upper: Theorem | Hypothesis,
    *,
    slopes: nodes.Diagonal,
    vector: sp.MatrixExpr,
) -> RewritingLaw:
    """Return the law vᵀ D D v ≤ (α + β) vᵀ D v − α β vᵀ v for D = diag(φ′(z)) and a real column v.

    It is Σᵢ vᵢ² (dᵢ − α)(β − dᵢ) ≥ 0.

    Parameters
    ----------
    lower, upper
        Theorems or hypotheses ``α ≤ φ′(z)`` and ``φ′(z) ≤ β`` for all real z.
    slopes, vector
        D and v.

    Raises
    ------
    InputError
        If the bounds aren't of that form, or are bounds of something else than the slopes.
    """
    below, alpha = _bound_of_slope("lower", lower)
    above, beta = _bound_of_slope("upper", upper)
    for value in (below, above):
        if not _is_diagonal_of(slopes, value):
            raise InputError("slopes", f"are {text(slopes)}", f"give values of {text(value)}")
    if not (is_matrix(vector) and vector.shape[1] == 1 and has_real_scalars(vector)):
        raise InputError("vector", f"is {text(vector)}", "give a real column")
    if not same(vector.shape[0], slopes.shape[0]):
        raise InputError("vector", f"has the shape {vector.shape}", f"fit {text(slopes)}")
    row = sp.Transpose(vector)
    square = Trace(sp.MatMul(row, slopes, slopes, vector))
    between = Trace(sp.MatMul(row, slopes, vector))
    larger = (alpha + beta) * between - alpha * beta * Trace(sp.MatMul(row, vector))

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and same(term, square):
            yield larger

    bounds = (lower, upper)
    theorems = [bound for bound in bounds if isinstance(bound, Theorem)]
    assumed = frozenset(bound for bound in bounds if isinstance(bound, Hypothesis))
    return RewritingLaw(
        "slopes in a sector",
        f"vᵀ D D v ≤ (α + β) vᵀ D v − α β vᵀ v for D = diag(φ′(z)), {lower} and {upper}",
        hypotheses=assumed.union(realness(square), *(theorem.hypotheses for theorem in theorems)),
        uses=tuple(dict.fromkeys(theorem.name for theorem in theorems)),
        grade=least_grade(*theorems),
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def constant_slopes_by(constant: Theorem) -> RewritingLaw:
    """Return the law diag(φ′(v)) = c I, given the theorem ``φ′(z) = c`` for all real z.

    Raises
    ------
    InputError
        If the theorem isn't of that form.
    """
    if not isinstance(constant, Theorem) or constant.proposition.relation is not Relation.EQ:
        raise InputError("constant", f"is “{constant}”", "give the theorem φ′(z) = c")
    value, c = _bound_of_slope("constant", constant)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and _is_diagonal_of(term, value):
            yield sp.MatMul(c, sp.Identity(term.shape[0]))

    return RewritingLaw(
        "a constant slope",
        f"diag(φ′(v)) = c I, and {constant}",
        hypotheses=constant.hypotheses,
        uses=(constant.name,),
        grade=constant.grade,
        seal=KERNEL,
        rule=rule,
    )


def _is_diagonal_of(matrix: sp.Basic, value: nodes.ActivationValue) -> bool:
    """Whether it is diag(φ′(v)) where ``value`` is φ′(z), of the same order."""
    if type(matrix) is not nodes.Diagonal or type(matrix.vector) is not nodes.Elementwise:
        return False
    entries = matrix.vector
    return bool(entries.activation == value.activation and entries.order == value.order)


def _bound_of_slope(
    argument: str, bound: Theorem | Hypothesis
) -> tuple[nodes.ActivationValue, sp.Expr]:
    """Return φ′(z) and the number that bounds it on the side named, for all real z."""
    if not isinstance(bound, (Theorem, Hypothesis)) or bound.proposition is None:
        raise InputError(argument, f"is {bound!r}", "give a theorem or a hypothesis")
    proposition = bound.proposition
    small, large, relation = proposition.left, proposition.right, proposition.relation
    if relation.is_downward:
        small, large, relation = large, small, relation.flipped
    value, number = (large, small) if argument == "lower" else (small, large)
    if relation is Relation.EQ and type(value) is not nodes.ActivationValue:
        value, number = number, value
    wanted = "give φ′(z) with a real bound for all real z"
    if type(value) is not nodes.ActivationValue or not number.is_real:
        raise InputError(argument, f"is “{bound}”", wanted)
    z = value.argument
    if isinstance(bound, Theorem):
        holds_everywhere = all(z not in h.free_symbols for h in bound.hypotheses)
    else:
        holds_everywhere = bound.variables == (z,)
    if not (holds_everywhere and is_plain(z, real=True)) or z in symbols_of(number):
        raise InputError(argument, f"is “{bound}”, not for all real {text(z)}", wanted)
    return value, number


def norm_by_vectors(
    theorem: Theorem, *, matrix: sp.MatrixExpr, vector: sp.MatrixSymbol, factor: sp.Expr
) -> RewritingLaw:
    """Return the law ‖A‖ ≤ √c, given the theorem ``‖A v‖² ≤ c ‖v‖²`` for every real column v.

    A is real, so that its norm is attained at a real v. Nothing but its realness is assumed of v.

    Parameters
    ----------
    theorem
        The inequality, v being a matrix symbol.
    matrix, vector, factor
        A, v and c ≥ 0.

    Raises
    ------
    InputError
        If the theorem is of another form, A isn't real, or v isn't every real column.
    """
    proposition = _theorem("theorem", theorem).proposition
    image, size = SpectralNorm(sp.MatMul(matrix, vector)), SpectralNorm(vector)
    if not (
        proposition.relation.implies(Relation.LE)
        and same(proposition.left, image**2)
        and same(proposition.right, factor * size**2)
        and factor.is_nonnegative
    ):
        raise InputError("theorem", f"is {theorem}", "give ‖A v‖² ≤ c ‖v‖² with c ≥ 0")
    if type(vector) is not sp.MatrixSymbol or vector.shape[1] != 1:
        raise InputError("vector", f"is {text(vector)}", "give a symbol of a column")
    if not has_real_scalars(matrix):
        raise InputError("matrix", f"is {text(matrix)}", "use real scalars")
    remaining = theorem.hypotheses - {is_real(vector)}
    fixed = symbols_of(matrix, factor).union(*(h.free_symbols for h in remaining))
    if vector in fixed:
        raise InputError("vector", f"{text(vector)} isn't every real column", "assume nothing else")
    norm = SpectralNorm(matrix)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and same(term, norm):
            yield sp.sqrt(factor)

    return RewritingLaw(
        "the norm of a real matrix by all real vectors",
        f"‖A‖ ≤ √c for real A, and {theorem} for every real {text(vector)}",
        Source("HornJohnson2013", "Section 5.6, the spectral norm as an induced norm"),
        hypotheses=remaining | {is_real(symbol) for symbol in matrix.atoms(sp.MatrixSymbol)},
        uses=(theorem.name,),
        grade=theorem.grade,
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def product_by(first: Theorem, second: Theorem) -> RewritingLaw:
    """Return the law 0 ≤ (b − a)(y − x), given theorems ``a ≤ b`` and ``x ≤ y`` between numbers.

    Raises
    ------
    InputError
        If they aren't inequalities between real numbers.
    """
    (a, b), (x, y) = _sides("first", first), _sides("second", second)

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and term == 0:
            yield (b - a) * (y - x)

    return RewritingLaw(
        "a product of numbers that aren't negative",
        f"0 ≤ (b − a)(y − x), {first} and {second}",
        hypotheses=first.hypotheses | second.hypotheses,
        uses=tuple(dict.fromkeys((first.name, second.name))),
        grade=least_grade(first, second),
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def _sides(argument: str, theorem: Theorem) -> tuple[sp.Expr, sp.Expr]:
    proposition = _theorem(argument, theorem).proposition
    sides = proposition.left, proposition.right
    # A matrix isn't real here, and neither is ∞ or a limit, which may be ∞.
    if not all(side.is_real for side in sides):
        raise InputError(argument, f"is {theorem}", "give an inequality of real numbers")
    return sides[::-1] if proposition.relation.is_downward else sides


def cancelled_by(theorem: Theorem, *, left: sp.Expr, right: sp.Expr) -> RewritingLaw:
    """Return the law x ≤ y, given the theorem ``x² ≤ x y``, for x ≥ 0 and y ≥ 0.

    Where x = 0 it holds because y ≥ 0; else x is cancelled.

    Raises
    ------
    InputError
        If the theorem is of another form, or a side isn't known to be ≥ 0.
    """
    proposition = _theorem("theorem", theorem).proposition
    if not (
        proposition.relation.implies(Relation.LE)
        and left.is_nonnegative
        and right.is_nonnegative
        and same(proposition.left, left**2)
        and same(proposition.right, left * right)
    ):
        raise InputError("theorem", f"is {theorem}", "give x² ≤ x y with x ≥ 0 and y ≥ 0")

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and same(term, left):
            yield right

    return RewritingLaw(
        "a common factor cancels",
        f"x ≤ y for x ≥ 0 and y ≥ 0, and {theorem}",
        hypotheses=theorem.hypotheses,
        uses=(theorem.name,),
        grade=theorem.grade,
        seal=KERNEL,
        relation=Relation.LE,
        rule=rule,
    )


def _theorem(argument: str, theorem: Theorem) -> Theorem:
    """Refuse look-alikes, which could claim anything."""
    if not isinstance(theorem, Theorem):
        raise InputError(argument, f"is {theorem!r}", "give a theorem")
    return theorem
