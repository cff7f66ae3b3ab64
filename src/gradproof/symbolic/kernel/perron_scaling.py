"""That a diagonal scaling brings the ∞-norm of W near the spectral radius of |W| (Perron).

Part of the trusted base; see :mod:`~gradproof.symbolic.kernel.existence`.
"""

from __future__ import annotations

import sympy as sp

from gradproof.errors import InputError
from gradproof.source import Source
from gradproof.symbolic.kernel.existence import Existence
from gradproof.symbolic.language.expressions import Diagonal, SpectralRadius
from gradproof.symbolic.language.notation import text
from gradproof.symbolic.language.relation import Hypothesis, Relation, invertibility
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm
from gradproof.symbolic.language.seal import KERNEL
from gradproof.symbolic.language.vocabulary import is_plain, symbols_of

__all__ = ["perron_scaling"]


def perron_scaling(
    W: sp.MatrixSymbol, c: sp.Expr, r: sp.Symbol, S: sp.MatrixSymbol, s: sp.MatrixSymbol
) -> Existence:
    """Return: if c ρ(|W|) < r, then c‖S W S⁻¹‖_∞ ≤ r for some invertible S = diag(s); c, r > 0.

    With q = r/c > ρ(|W|) the series v = Σ (|W|/q)^k 1 converges, k ≥ 0; v ≥ 1 entry by entry, and
    |W| v = q (v − 1) < q v. For s_i = 1/v_i the i-th row sum of |S W S⁻¹| is (|W| v)_i / v_i < q.

    Raises
    ------
    InputError
        If c is no positive number, r no positive symbol, or S and s aren't new and of W's size.
    """
    if not (isinstance(W, sp.MatrixSymbol) and isinstance(S, sp.MatrixSymbol)):
        raise InputError("W, S", "are no matrix symbols", "give matrix symbols")
    fits = isinstance(s, sp.MatrixSymbol) and s.shape == (W.shape[0], 1)
    if not fits or W.shape != S.shape or W.shape[0] != W.shape[1] or len({W, S, s}) < 3:
        raise InputError("S, s", "don't fit", "give S of the size of W, and a column s of it")
    if not is_plain(r, positive=True):
        raise InputError("r", f"is {text(r)}", "give a symbol declared positive")
    c = sp.sympify(c)
    if not c.is_positive or {r, S, s} & symbols_of(c):
        raise InputError("c", f"is {text(c)}", "give a positive number without r, S and s")
    scaled = InfinityNorm(sp.MatMul(S, W, S.I))
    return Existence(
        "Perron's scaling",
        "for c ρ(|W|) < r there is an invertible S = diag(s) with c ‖S W S⁻¹‖_∞ ≤ r",
        Source("HornJohnson2013", "Chapter 8, nonnegative matrices; proved in the code"),
        frozenset({Hypothesis.of(c * SpectralRadius(EntrywiseModulus(W)), Relation.LT, r)}),
        frozenset(
            {
                Hypothesis.of(S, Relation.EQ, Diagonal(s)),
                Hypothesis.of(c * scaled, Relation.LE, r),
                *invertibility(S.I),
            }
        ),
        frozenset({S, s}),
        KERNEL,
    )
