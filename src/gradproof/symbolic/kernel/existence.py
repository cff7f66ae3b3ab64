"""Getting rid of hypotheses: what exists may be assumed, if the conclusion doesn't mention it."""

from __future__ import annotations

from dataclasses import InitVar, dataclass

import sympy as sp

from gradproof.errors import InputError
from gradproof.source import Source
from gradproof.symbolic.instances.instantiate import Model
from gradproof.symbolic.kernel.derivation import Section, Theorem
from gradproof.symbolic.language.expressions import SpectralNorm, SpectralRadius
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation, invertibility
from gradproof.symbolic.language.seal import KERNEL, Sealed
from gradproof.symbolic.language.vocabulary import is_plain, symbols_of

__all__ = [
    "Existence",
    "eliminate",
    "from_above",
    "number_between",
    "scaling_near_radius",
    "semisimple_scaling",
]


@dataclass(frozen=True)
class Existence(Sealed, seal=KERNEL):
    """``given`` ⟹ there are values of ``fresh`` such that all of ``provided`` hold."""

    name: str
    statement: str
    source: Source | None
    given: frozenset[Hypothesis]
    provided: frozenset[Hypothesis]
    fresh: frozenset[sp.Basic]
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not KERNEL:
            raise InputError("Existence", "was made by hand", "use one of the kernel's")


def number_between(lower: sp.Expr, upper: sp.Expr, r: sp.Symbol) -> Existence:
    """Return: if 0 ≤ a < b, there is an r > 0 with a < r < b (take (a + b)/2)."""
    if not lower.is_nonnegative:
        raise InputError("lower", f"{text(lower)} isn't known to be ≥ 0", "give a norm or a radius")
    _check_positive_symbol("r", r)
    _check_fresh(r, lower, upper)
    return Existence(
        "a number in between",
        "for 0 ≤ a < b there is r > 0 with a < r < b",
        None,
        frozenset({Hypothesis.of(lower, Relation.LT, upper)}),
        frozenset({Hypothesis.of(lower, Relation.LT, r), Hypothesis.of(r, Relation.LT, upper)}),
        frozenset({r}),
        KERNEL,
    )


def scaling_near_radius(
    W: sp.MatrixSymbol, r: sp.Symbol, S: sp.MatrixSymbol, M: sp.MatrixSymbol, c: sp.Symbol
) -> Existence:
    """Return: if ρ(W) < r, then W = S M S⁻¹ with ‖M‖ ≤ r and ‖S‖‖S⁻¹‖ ≤ c for some S, M and c.

    By Schur's theorem W = Q (Λ + N) Qᴴ with Λ diagonal and N strictly upper triangular; conjugation
    by diag(1, s, s², …) multiplies the j-th superdiagonal of N by s^j, and ‖Λ‖ = ρ(W), so for small
    s > 0 the norm is at most r.
    """
    provided = _scaling(W, S, M, c, r)
    if c == r:
        raise InputError("c", "is the symbol r", "use a new symbol")
    return Existence(
        "a scaling near the spectral radius",
        "for ρ(W) < r there are S, M, c with W = S M S⁻¹, ‖M‖ ≤ r, ‖S‖‖S⁻¹‖ ≤ c",
        Source("HornJohnson2013", "Lemma 5.6.10"),
        frozenset({Hypothesis.of(SpectralRadius(W), Relation.LT, r)}),
        provided,
        frozenset({S, M, c}),
        KERNEL,
    )


def semisimple(W: sp.MatrixSymbol) -> Hypothesis:
    """Return the condition under which the powers of W stay bounded, in words."""
    return Hypothesis(
        "ρ({0}) ≤ 1, and every eigenvalue of {0} of modulus 1 is semisimple "
        "(its algebraic and geometric multiplicities agree)",
        about=(W,),
    )


def semisimple_scaling(
    W: sp.MatrixSymbol, S: sp.MatrixSymbol, M: sp.MatrixSymbol, c: sp.Symbol
) -> Existence:
    """Return: under :func:`semisimple` there are S, M, c with W = S M S⁻¹, ‖M‖ ≤ 1, ‖S‖‖S⁻¹‖ ≤ c.

    In the Jordan form of W the blocks of modulus 1 are 1×1; the others have spectral radius below 1
    and are scaled to norm ≤ 1 as in :func:`scaling_near_radius`. So M is block diagonal, and its
    norm the greatest of the blocks' norms.
    """
    provided = _scaling(W, S, M, c, sp.Integer(1))
    return Existence(
        "a scaling of a power-bounded matrix",
        "if the eigenvalues of modulus 1 are semisimple and ρ(W) ≤ 1, "
        "there are S, M, c with W = S M S⁻¹, ‖M‖ ≤ 1, ‖S‖‖S⁻¹‖ ≤ c",
        Source("HornJohnson2013", "Theorem 3.2.5.2"),
        frozenset({semisimple(W)}),
        provided,
        frozenset({S, M, c}),
        KERNEL,
    )


def _scaling(
    W: sp.MatrixSymbol, S: sp.MatrixSymbol, M: sp.MatrixSymbol, c: sp.Symbol, r: sp.Expr
) -> frozenset[Hypothesis]:
    """Return the hypotheses W = S M S⁻¹, ‖M‖ ≤ r, ‖S‖‖S⁻¹‖ ≤ c, for new symbols S, M, c."""
    symbols = all(isinstance(matrix, sp.MatrixSymbol) for matrix in (W, S, M))
    if not symbols or len({W, S, M}) < 3 or not (W.shape == S.shape == M.shape):
        raise InputError("S, M", "don't fit", "give two further matrices of the size of W")
    _check_positive_symbol("c", c)
    return frozenset(
        {
            Hypothesis.of(W, Relation.EQ, S * M * S.I),
            Hypothesis.of(SpectralNorm(M), Relation.LE, r),
            Hypothesis.of(SpectralNorm(S) * SpectralNorm(S.I), Relation.LE, c),
            *invertibility(S.I),
        }
    )


def _check_positive_symbol(argument: str, symbol: sp.Basic) -> None:
    if not is_plain(symbol, positive=True):
        raise InputError(argument, f"is {text(symbol)}", "give a symbol declared positive")


def eliminate(
    theorem: Theorem, existence: Existence, *, name: str, model: Model | None = None
) -> Theorem:
    """Replace the hypotheses that ``existence`` provides by the ones that it needs.

    Raises
    ------
    InputError
        If the conclusion or another hypothesis mentions what merely exists.
    """
    _check_kinds(theorem, existence)
    remaining = theorem.hypotheses - existence.provided
    mentioned = theorem.proposition.free_symbols.union(*(h.free_symbols for h in remaining))
    mentioned = mentioned.union(*(h.free_symbols for h in existence.given))
    leaking = existence.fresh & mentioned
    if leaking:
        names = ", ".join(sorted(text(symbol) for symbol in leaking))
        raise InputError("theorem", f"still mentions {names}", "eliminate them from the conclusion")
    last = theorem.sections[-1]
    reason = f"By {existence.name}: {existence.statement}"
    closing = Section("; ".join(filter(None, (last.heading, reason))), last.chain)
    sections = (*theorem.sections[:-1], closing)
    given = remaining | existence.given
    return Theorem(name, theorem.proposition, given, sections, model, KERNEL)


def from_above(theorem: Theorem, r: sp.Symbol, *, name: str, model: Model | None = None) -> Theorem:
    """From ``x ≤ r`` for every r > c conclude ``x ≤ c``, for a c ≥ 0.

    ``theorem`` concludes ``x ≤ r`` under the hypothesis ``c < r``, r being a positive symbol that
    occurs nowhere else. Were x > c, then r = (x + c)/2 (or c + 1 if x = ∞) would contradict it.
    """
    _check_kinds(theorem)
    conclusion = theorem.proposition
    bounding = [h for h in theorem.hypotheses if r in h.free_symbols]
    # “c(z) < r for all z” bounds r by the supremum of c, not by the c(z) of one z.
    is_single = len(bounding) == 1 and not bounding[0].variables
    proposition = bounding[0].proposition if is_single else None
    if (
        conclusion.relation is not Relation.LE
        or conclusion.right != r
        or r in symbols_of(conclusion.left)
        or proposition is None
        or proposition.relation is not Relation.LT
        or proposition.right != r
        or r in symbols_of(proposition.left)
        or not proposition.left.is_nonnegative
        or not is_plain(r, positive=True)
    ):
        raise InputError(
            "theorem",
            f"is {theorem}",
            f"give a bound by {text(r)} for all {text(r)} above a constant",
        )
    limit = Proposition(conclusion.left, Relation.LE, proposition.left)
    last = theorem.sections[-1]
    reason = f"For every {text(r)} with {proposition}"
    closing = Section("; ".join(filter(None, (last.heading, reason))), last.chain)
    remaining = theorem.hypotheses - {bounding[0]}
    return Theorem(name, limit, remaining, (*theorem.sections[:-1], closing), model, KERNEL)


def _check_kinds(theorem: Theorem, existence: Existence | None = None) -> None:
    """Refuse look-alikes, which could claim anything."""
    if not isinstance(theorem, Theorem):
        raise InputError("theorem", f"is {theorem!r}", "give a theorem")
    if existence is not None and not isinstance(existence, Existence):
        raise InputError("existence", f"is {existence!r}", "use one of the kernel's")


def _check_fresh(symbol: sp.Basic, *expressions: sp.Basic) -> None:
    for expression in expressions:
        if symbol in symbols_of(expression):
            raise InputError(text(symbol), f"occurs in {text(expression)}", "use a new symbol")
