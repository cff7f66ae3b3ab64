"""Growth from an indefinite quadratic form: AᵀPA − q²P ⪰ 0 and vᵀPv > 0 give q ≤ ρ(A).

Along vₙ = Aⁿv the form grows, vₙᵀPvₙ ≥ q²ⁿ vᵀPv, and it is at most ‖P‖‖vₙ‖². So ‖Aⁿ‖ grows at
least like qⁿ, and Gelfand's formula says q ≤ ρ(A). With −P for P the conditions are
q²P − AᵀPA ⪰ 0 and vᵀPv < 0: an inequality of Stein, where a positive definite P would say ρ(A) ≤ q.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume, assume_at
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.existence import eliminate, number_between
from gradproof.symbolic.kernel.form_laws import CAUCHY_SCHWARZ
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    LIMIT_OF_ROOT,
    NONNEGATIVE_DIFFERENCE,
    SUBMULTIPLICATIVE,
    RewritingLaw,
)
from gradproof.symbolic.language.expressions import (
    LimitSuperior,
    SpectralNorm,
    SpectralRadius,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.powers import gelfand, power_norm_lower

__all__ = ["certificate_of", "form_inequality", "stein_lower"]

_D = sp.Symbol("d", integer=True, positive=True)
_N = sp.Symbol("n", integer=True, nonnegative=True)
_COUNT = sp.Symbol("n", integer=True, positive=True)
_A, _P = (sp.MatrixSymbol(name, _D, _D) for name in "AP")
_V, _Y = (sp.MatrixSymbol(name, _D, 1) for name in "vy")
_W = sp.MatrixSymbol("W", _D, _D)
_Q, _EPSILON, _KAPPA, _M = sp.symbols("q varepsilon kappa M", positive=True)

_NAME = "stein_lower"


def _form(vector: sp.MatrixExpr) -> Trace:
    """Return the number vᵀ P v."""
    return Trace(sp.MatMul(sp.Transpose(vector), _P, vector))


def form_inequality(*, margin: bool = False) -> Hypothesis:
    """Return the hypothesis q² yᵀPy ≤ (Ay)ᵀP(Ay) for all real y, with a margin ε‖y‖² if asked."""
    smaller = _Q**2 * _form(_Y)
    if margin:
        smaller += _EPSILON * SpectralNorm(_Y) ** 2
    return Hypothesis.of(smaller, Relation.LE, _form(sp.MatMul(_A, _Y)), for_all=(_Y,))


def _above(matrix: sp.MatrixSymbol) -> Theorem:
    """Return ‖B‖ ≤ 1 + ‖B‖: a bound that is known to be positive."""
    norm = SpectralNorm(matrix)
    return Theorem.of(_NAME, start(norm).le(1 + norm, by=NONNEGATIVE_DIFFERENCE))


def _instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw A = S Λ S⁻¹ with Λ = diag(λ) and P = S⁻ᵀ diag(±1) S⁻¹, + where |λ| > q.

    Then AᵀPA − q²P = S⁻ᵀ diag(±(λ² − q²)) S⁻¹ ≻ 0, with room for a margin.
    """
    d = int(generator.integers(1, 4))
    q = float(generator.uniform(0.2, 1.2))
    large = np.arange(d) < generator.integers(1, d + 1)
    moduli = q * np.where(large, generator.uniform(1.2, 2, size=d), generator.uniform(0, 0.8))
    S = generator.normal(size=(d, d))
    inverse, signs = np.linalg.inv(S), np.where(large, 1.0, -1.0)
    A = S @ np.diag(moduli * generator.choice([-1, 1], size=d)) @ inverse
    P = inverse.T @ np.diag(signs) @ inverse
    v = S[:, :1] / np.linalg.norm(S[:, 0])
    room = float(np.linalg.eigvalsh(A.T @ P @ A - q**2 * P)[0])
    return {
        _D: d,
        _Q: q,
        _EPSILON: room * generator.uniform(0.5, 0.9),
        _A: A,
        _P: P,
        _V: v,
        _KAPPA: float((v.T @ P @ v).item() * generator.uniform(0.5, 0.99)),
        _M: float(np.linalg.norm(P, 2) * generator.uniform(1, 1.2)),
    }


def certificate_of(A: np.ndarray, generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Return q, P, v, κ and M that prove q ≤ ρ(A), from eigenvectors of a real A.

    With the columns of V the real and imaginary parts of eigenvectors, P = V⁻ᵀ diag(±1) V⁻¹.
    """
    values, vectors = np.linalg.eig(A)
    radius = float(np.abs(values).max())
    q = radius * float(generator.uniform(0.5, 0.95)) or 1.0
    columns = [
        column.real if value.imag >= 0 else column.imag
        for value, column in zip(values, vectors.T, strict=True)
    ]
    inverse = np.linalg.inv(np.transpose(columns))
    P = inverse.T @ np.diag(np.where(np.abs(values) >= q, 1.0, -1.0)) @ inverse
    v = columns[int(np.argmax(np.abs(values)))].reshape(-1, 1)
    v = v / np.linalg.norm(v)
    form = float((v.T @ P @ v).item())
    # Of a nilpotent A nothing is certified: it makes an instance that is passed over.
    return {
        _Q: q,
        _P: P,
        _V: v,
        _KAPPA: form / 2 if form > 0 else 1.0,
        _M: float(np.linalg.norm(P)),
    }


@dataclass(frozen=True)
class _Rate:
    """r, and the law r² yᵀPy ≤ (Ay)ᵀP(Ay) for a given y."""

    r: sp.Expr
    at: Callable[[sp.MatrixExpr], RewritingLaw]


def _growing_form(rate: _Rate) -> Theorem:
    """Return r²ⁿ vᵀPv ≤ (Aⁿv)ᵀP(Aⁿv), by induction on n."""

    def carried(n: sp.Expr) -> sp.MatrixExpr:
        return sp.MatMul(sp.MatPow(_A, n), _V)

    base = start(_form(_V)).eq(_form(carried(sp.Integer(0))), by=ALGEBRA)
    square, power = rate.r**2, rate.r ** (2 * _N)

    def step(hypothesis: RewritingLaw) -> Chain:
        before = sp.Mul(power, _form(_V), evaluate=False)
        return (
            start(rate.r ** (2 * (_N + 1)) * _form(_V))
            .eq(sp.Mul(square, before, evaluate=False), by=ALGEBRA)
            .le(square * _form(carried(_N)), by=hypothesis)
            .le(_form(sp.MatMul(_A, *carried(_N).args)), by=rate.at(carried(_N)))
            .eq(_form(carried(_N + 1)), by=ALGEBRA)
        )

    proposition = Proposition(power * _form(_V), Relation.LE, _form(carried(_N)))
    return by_induction(_NAME, _N, proposition, base, step, model=_instance)


def _growing_vectors(
    rate: _Rate, M: sp.Expr, bounded: RewritingLaw, relation: Relation
) -> tuple[Theorem, Theorem]:
    """Return the growth of the form, and √(κ/M) rⁿ ≤ ‖Aⁿv‖, given the law ‖P‖ ≤ M.

    κ is ≤ vᵀPv, or < if that is the ``relation``.
    """
    of_form, norm, power = _growing_form(rate), SpectralNorm, rate.r ** (2 * _N)
    image = sp.MatMul(sp.MatPow(_A, _N), _V)
    positive = assume(Hypothesis.of(_KAPPA, relation, _form(_V)))
    squares = (
        start(_KAPPA * power / M)
        .le(power * _form(_V) / M, by=positive)
        .le(_form(image) / M, by=of_form.law())
        .le(norm(image) * norm(sp.MatMul(_P, *image.args)) / M, by=CAUCHY_SCHWARZ)
        .le(norm(_P) * norm(image) ** 2 / M, by=SUBMULTIPLICATIVE)
        .le(norm(image) ** 2, by=bounded)
    )
    of_squares = Theorem.of(_NAME, squares, model=_instance).preceded_by(of_form)
    root = (
        start(sp.sqrt(_KAPPA / M) * rate.r**_N)
        .eq(sp.Pow(_KAPPA * power / M, sp.S.Half, evaluate=False), by=ALGEBRA)
        .le(norm(image), by=of_squares.law())
    )
    return of_form, Theorem.of(_NAME, root, model=_instance).preceded_by(of_squares)


def _growing_radius(rate: _Rate) -> Theorem:
    """Return r ≤ ρ(A)."""
    bound, longer = _above(_P), _above(_V)
    _, of_vectors = _growing_vectors(rate, bound.proposition.right, bound.law(), Relation.LT)
    (_, gelfand_above), n, norm = gelfand(), _COUNT, SpectralNorm
    smaller, along = (
        side.xreplace({_N: n}) / longer.proposition.right
        for side in (of_vectors.proposition.left, of_vectors.proposition.right)
    )
    powers = norm(sp.MatPow(_A, n))
    product = powers * norm(_V) / longer.proposition.right
    chain = (
        start(rate.r)
        .eq(LimitSuperior(smaller ** (1 / n), n), by=LIMIT_OF_ROOT)
        .le(LimitSuperior(along ** (1 / n), n), by=of_vectors.law({_N: n}))
        .le(LimitSuperior(product ** (1 / n), n), by=SUBMULTIPLICATIVE)
        .le(LimitSuperior(powers ** (1 / n), n), by=longer.law())
        .le(SpectralRadius(_A), by=gelfand_above.law({_W: _A}))
    )
    of_radius = Theorem.of(_NAME, chain, model=_instance).preceded_by(of_vectors)
    between = number_between(sp.Integer(0), _form(_V), _KAPPA)
    return eliminate(of_radius, between, name=_NAME, model=_instance)


def _faster() -> Theorem:
    """Return M(2qν + ν²) ≤ ε for ν = 2qε/(4Mq² + ε), what a margin ε adds to the rate."""
    nu = _added(_M)
    chain = start(_M * (2 * _Q * nu + nu**2)).le(_EPSILON, by=NONNEGATIVE_DIFFERENCE)
    return Theorem.of(_NAME, chain)


def _added(M: sp.Expr) -> sp.Expr:
    return 2 * _Q * _EPSILON / (4 * M * _Q**2 + _EPSILON)


def _with_margin() -> tuple[sp.Expr, Theorem]:
    """Return r = q + ν, and r² yᵀPy ≤ (Ay)ᵀP(Ay), given the inequality with a margin."""
    norm, y, room, bound = SpectralNorm, _Y, _faster(), _above(_P)
    M = bound.proposition.right
    nu, given = _added(M), form_inequality(margin=True)
    before, extra = _Q**2 * _form(y), 2 * _Q * nu + nu**2
    chain = (
        start((_Q + nu) ** 2 * _form(y))
        .eq(before + extra * _form(y), by=ALGEBRA)
        .le(before + extra * norm(y) * norm(sp.MatMul(_P, y)), by=CAUCHY_SCHWARZ)
        .le(before + extra * norm(_P) * norm(y) ** 2, by=SUBMULTIPLICATIVE)
        .le(before + extra * M * norm(y) ** 2, by=bound.law())
        .le(before + _EPSILON * norm(y) ** 2, by=room.law({_M: M}))
        .le(_form(sp.MatMul(_A, y)), by=assume_at(given, {_Y: y}))
    )
    return _Q + nu, Theorem.of(_NAME, chain, model=_instance).preceded_by(room)


@functools.cache
def stein_lower() -> tuple[Theorem, ...]:
    """Return how (Aⁿv)ᵀP(Aⁿv), ‖Aⁿv‖ and ‖Aⁿ‖ grow, q ≤ ρ(A), and q < ρ(A) given a margin.

    Given q² yᵀPy ≤ (Ay)ᵀP(Ay) for all real y and 0 < vᵀPv; where constants are spoken of, κ ≤ vᵀPv
    with κ > 0, and M bounds ‖P‖. The margin is AᵀPA − q²P ⪰ εI with ε > 0.

    >>> for theorem in stein_lower():
    ...     print(theorem)
    q²ⁿ vᵀ P v ≤ (Aⁿ v)ᵀ P (Aⁿ v)
    √κ qⁿ/√M ≤ ‖Aⁿ v‖
    q ≤ ρ(A)
    qⁿ ≤ ‖Aⁿ‖
    q < ρ(A)
    """
    inequality = form_inequality()
    plain = _Rate(_Q, lambda y: assume_at(inequality, {_Y: y}))
    bounded = assume(Hypothesis.of(SpectralNorm(_P), Relation.LE, _M))
    of_form, of_vectors = _growing_vectors(plain, _M, bounded, Relation.LE)
    of_radius = _growing_radius(plain)
    powers = (
        start(_Q**_N)
        .le(SpectralRadius(_A) ** _N, by=of_radius.law())
        .le(SpectralNorm(sp.MatPow(_A, _N)), by=power_norm_lower().law({_W: _A}))
    )
    of_powers = Theorem.of(_NAME, powers, model=_instance)
    larger, one_step = _with_margin()
    of_larger = _growing_radius(_Rate(larger, lambda y: one_step.law({_Y: y})))
    strict = (
        start(_Q).lt(larger, by=NONNEGATIVE_DIFFERENCE).le(SpectralRadius(_A), by=of_larger.law())
    )
    of_strict = Theorem.of(_NAME, strict, model=_instance).preceded_by(one_step, of_larger)
    return of_form, of_vectors, of_radius, of_powers, of_strict
