"""Quadratic forms along one matrix and along several: decay of powers, and growth step by step.

r²X − AᵀXA ⪰ 0 with X ≻ 0 bounds the powers of A by √(M/μ) rⁿ, and ρ(A) by r: Lyapunov's inequality
in discrete time. And inequalities that lead from one form to the next, one for each step of a word
of slopes, compose to one about the product of the word.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume_at
from gradproof.symbolic.kernel.conditional_forms import constant_slopes_by, norm_by_vectors
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.form_laws import CAUCHY_SCHWARZ
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    JACOBIAN_OF_IDENTITY,
    LIMIT_OF_CONSTANT,
    LIMIT_OF_ROOT,
    NONNEGATIVE_DIFFERENCE,
    SUBMULTIPLICATIVE,
    RewritingLaw,
    chain_rule_through,
)
from gradproof.symbolic.language.expressions import (
    Jacobian,
    LimitSuperior,
    SpectralNorm,
    SpectralRadius,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.elementary import identity_derivative
from gradproof.symbolic.theorems.powers import gelfand
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    state_jacobian,
)

__all__ = ["forms_compose", "lyapunov_upper"]

_CELL = ElmanRecurrence("identity")
_D, _W = _CELL.d, _CELL.W
_N = sp.Symbol("n", integer=True, nonnegative=True)
_COUNT = sp.Symbol("n", integer=True, positive=True)
_A, _X = (sp.MatrixSymbol(name, _D, _D) for name in "AX")
_V, _Y, _ANY = (sp.MatrixSymbol(name, _D, 1) for name in "vyw")
_R, _EPSILON, _MU, _M = sp.symbols("r varepsilon mu M", positive=True)
_LYAPUNOV = "lyapunov_upper"

_B, _C, _FIRST, _SECOND, _THIRD = (sp.MatrixSymbol(name, _D, _D) for name in "BCPQR")
_Q, _S = sp.symbols("q s", positive=True)
_MARGIN = sp.Symbol("varepsilon", nonnegative=True)


def _form(vector: sp.MatrixExpr, matrix: sp.MatrixExpr = _X) -> Trace:
    """Return the number vᵀ X v."""
    return Trace(sp.MatMul(sp.Transpose(vector), matrix, vector))


# --- Decay of powers ------------------------------------------------------------------------------


def lyapunov_inequality(*, margin: bool = False) -> Hypothesis:
    """Return the hypothesis (Ay)ᵀX(Ay) ≤ r² yᵀXy for all real y, less ε‖y‖² if asked."""
    larger = _R**2 * _form(_Y)
    if margin:
        larger -= _EPSILON * SpectralNorm(_Y) ** 2
    return Hypothesis.of(_form(sp.MatMul(_A, _Y)), Relation.LE, larger, for_all=(_Y,))


def _decaying_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw A with ρ(A) < r, and X = Σ (A/r)ᵏᵀ Q (A/r)ᵏ: r²X − AᵀXA = r²Q for a Q ≻ 0."""
    d = int(generator.integers(1, 4))
    A, root = generator.normal(size=(2, d, d))
    r = float(np.abs(np.linalg.eigvals(A)).max() * generator.uniform(1.1, 1.5)) + 1e-2
    Q = root @ root.T + 0.1 * np.eye(d)
    vectorised = np.eye(d * d) - np.kron(A.T / r, A.T / r)
    X = np.linalg.solve(vectorised, Q.reshape(-1)).reshape(d, d)
    moduli = np.linalg.eigvalsh(X)
    return {
        _D: d,
        _A: A,
        _W: A,
        _X: X,
        _R: r,
        _MU: float(moduli[0]) * 0.999,
        _M: float(moduli[-1]) * 1.001,
        _EPSILON: 0.9 * r**2 * float(np.linalg.eigvalsh(Q)[0]),
    }


def _decaying_form(r: sp.Expr, at: RewritingLaw) -> Theorem:
    """Return (Aⁿv)ᵀX(Aⁿv) ≤ r²ⁿ vᵀXv by induction on n, given the law for y = Aⁿv."""
    power = r ** (2 * _N)
    base = start(_form(_carried(sp.Integer(0)))).eq(_form(_V), by=ALGEBRA)

    def step(hypothesis: RewritingLaw) -> Chain:
        return (
            start(_form(_carried(_N + 1)))
            .eq(_form(sp.MatMul(_A, *_carried(_N).args)), by=ALGEBRA)
            .le(r**2 * _form(_carried(_N)), by=at)
            .le(r**2 * power * _form(_V), by=hypothesis)
        )

    proposition = Proposition(_form(_carried(_N)), Relation.LE, power * _form(_V))
    return by_induction(_LYAPUNOV, _N, proposition, base, step, model=_decaying_instance)


def _carried(n: sp.Expr) -> sp.MatrixExpr:
    return sp.MatMul(sp.MatPow(_A, n), _V)


def _power_bound(of_form: Theorem, r: sp.Expr, M: sp.Expr, upper: RewritingLaw) -> Theorem:
    """Return ‖Aⁿ‖ ≤ √(M/μ) rⁿ, given the law vᵀXv ≤ M‖v‖²."""
    norm, image = SpectralNorm, _carried(_N)
    lower = Hypothesis.of(_MU * norm(_ANY) ** 2, Relation.LE, _form(_ANY), for_all=(_ANY,))
    size, factor = norm(image) ** 2, M / _MU * r ** (2 * _N)
    chain = (
        start(size)
        .eq(sp.Mul(1 / _MU, sp.Mul(_MU, size, evaluate=False), evaluate=False), by=ALGEBRA)
        .le(_form(image) / _MU, by=assume_at(lower, {_ANY: image}))
        .le(r ** (2 * _N) * _form(_V) / _MU, by=of_form.law())
        .le(factor * norm(_V) ** 2, by=upper)
    )
    of_vectors = Theorem.of(_LYAPUNOV, chain, model=_decaying_instance).preceded_by(of_form)
    power = sp.MatPow(_A, _N)
    by_vectors = norm_by_vectors(of_vectors, matrix=power, vector=_V, factor=factor)
    norms = (
        start(norm(power))
        .le(sp.sqrt(factor), by=by_vectors)
        .eq(sp.sqrt(M / _MU) * r**_N, by=ALGEBRA)
    )
    return Theorem.of(_LYAPUNOV, norms, model=_decaying_instance).preceded_by(of_vectors)


def _bounded() -> tuple[sp.Expr, Theorem]:
    """Return M = 1 + ‖X‖, and yᵀXy ≤ M‖y‖²."""
    norm, M = SpectralNorm, 1 + SpectralNorm(_X)
    larger = Theorem.of(_LYAPUNOV, start(norm(_X)).le(M, by=NONNEGATIVE_DIFFERENCE))
    chain = (
        start(_form(_Y))
        .le(norm(_Y) * norm(sp.MatMul(_X, _Y)), by=CAUCHY_SCHWARZ)
        .le(norm(_X) * norm(_Y) ** 2, by=SUBMULTIPLICATIVE)
        .le(M * norm(_Y) ** 2, by=larger.law())
    )
    return M, Theorem.of(_LYAPUNOV, chain, model=_decaying_instance)


def _radius_bound(r: sp.Expr, at: RewritingLaw) -> Theorem:
    """Return ρ(A) ≤ r."""
    M, upper = _bounded()
    bounded = _power_bound(_decaying_form(r, at), r, M, upper.law({_Y: _V}))
    (below, _), n, radius = gelfand(), _COUNT, SpectralRadius(_A)
    small, large = (
        side.xreplace({_N: n}) ** (1 / n)
        for side in (bounded.proposition.left, bounded.proposition.right)
    )
    chain = (
        start(radius)
        .eq(LimitSuperior(radius, n), by=LIMIT_OF_CONSTANT)
        .le(LimitSuperior(small, n), by=below.law({sp.MatrixSymbol("W", _D, _D): _A}))
        .le(LimitSuperior(large, n), by=bounded.law({_N: n}))
        .eq(r, by=LIMIT_OF_ROOT)
    )
    return Theorem.of(_LYAPUNOV, chain, model=_decaying_instance).preceded_by(bounded)


def _slower(M: sp.Expr) -> sp.Expr:
    """Return s = r/2 + Mr³/(2Mr² + ε), below r, for which (r² − s²)M ≤ ε.

    It is r − rε/(2(2Mr² + ε)), written as a sum of positive numbers.
    """
    return _R / 2 + M * _R**3 / (2 * M * _R**2 + _EPSILON)


def _gap(M: sp.Expr) -> sp.Expr:
    """Return r² − s² = (r − s)(r + s), written as a product of positive numbers."""
    return _R * _EPSILON / (2 * (2 * M * _R**2 + _EPSILON)) * (_R + _slower(M))


def _with_margin() -> tuple[sp.Expr, Theorem]:
    """Return s, and (Ay)ᵀX(Ay) ≤ s² yᵀXy, given the inequality with a margin."""
    norm, y = SpectralNorm, _Y
    M, upper = _bounded()
    room = Theorem.of(_LYAPUNOV, start(_gap(_M) * _M).le(_EPSILON, by=NONNEGATIVE_DIFFERENCE))
    s, gap, less = _slower(M), _gap(M), _EPSILON * norm(y) ** 2
    given = lyapunov_inequality(margin=True)
    chain = (
        start(_form(sp.MatMul(_A, y)))
        .le(_R**2 * _form(y) - less, by=assume_at(given, {_Y: y}))
        .eq(s**2 * _form(y) + gap * _form(y) - less, by=ALGEBRA)
        .le(s**2 * _form(y) + gap * M * norm(y) ** 2 - less, by=upper.law())
        .le(s**2 * _form(y), by=room.law({_M: M}))
    )
    return s, Theorem.of(_LYAPUNOV, chain, model=_decaying_instance).preceded_by(upper, room)


def _linear_power() -> Theorem:
    """Return ∂h_{t+n}/∂h_t = Wⁿ for the identity as activation."""
    t, n, cell = T_START, STEPS, _CELL
    slope, one_step = constant_slopes_by(identity_derivative()[0]), state_jacobian("identity")
    base = (
        start(cell.jacobian(t, t))
        .eq(sp.Identity(_D), by=JACOBIAN_OF_IDENTITY)
        .eq(sp.MatPow(_W, 0), by=ALGEBRA)
    )

    def step(hypothesis: RewritingLaw) -> Chain:
        last = t + n + 1
        newest = Jacobian(cell.h(last), cell.h(t + n))
        return (
            start(cell.jacobian(last, t))
            .eq(sp.MatMul(newest, cell.jacobian(t + n, t)), by=chain_rule_through(cell.h(t + n)))
            .eq(sp.MatMul(newest, sp.MatPow(_W, n)), by=hypothesis)
            .eq(sp.MatMul(cell.slopes(last), _W, sp.MatPow(_W, n)), by=one_step.law({K: last}))
            .eq(sp.MatMul(sp.Identity(_D), _W, sp.MatPow(_W, n)), by=slope)
            .eq(sp.MatPow(_W, n + 1), by=ALGEBRA)
        )

    proposition = Proposition(cell.jacobian(t + n, t), Relation.EQ, sp.MatPow(_W, n))
    return by_induction(_LYAPUNOV, n, proposition, base, step)


@functools.cache
def lyapunov_upper() -> tuple[Theorem, ...]:
    """Return how (Aⁿv)ᵀX(Aⁿv) and ‖Aⁿ‖ decay, ρ(A) ≤ r, ρ(A) < r given a margin, and a network.

    Given (Ay)ᵀX(Ay) ≤ r² yᵀXy and μ‖w‖² ≤ wᵀXw for all real y and w; M bounds X from above. The
    margin is r²X − AᵀXA ⪰ εI with ε > 0. The last is for the identity as activation, and A = W.

    >>> for theorem in lyapunov_upper():
    ...     print(theorem)
    (Aⁿ v)ᵀ X (Aⁿ v) ≤ r²ⁿ vᵀ X v
    ‖Aⁿ‖ ≤ √M rⁿ/√μ
    ρ(A) ≤ r
    ρ(A) < r
    ‖∂h_{t+n}/∂h_t‖ ≤ √M rⁿ/√μ
    """
    inequality, size = lyapunov_inequality(), SpectralNorm(_ANY) ** 2
    of_form = _decaying_form(_R, assume_at(inequality, {_Y: _carried(_N)}))
    upper = Hypothesis.of(_form(_ANY), Relation.LE, _M * size, for_all=(_ANY,))
    of_powers = _power_bound(of_form, _R, _M, assume_at(upper, {_ANY: _V}))
    of_radius = _radius_bound(_R, assume_at(inequality, {_Y: _carried(_N)}))
    s, one_step = _with_margin()
    of_smaller = _radius_bound(s, one_step.law({_Y: _carried(_N)}))
    slower = Theorem.of(_LYAPUNOV, start(_slower(_M)).lt(_R, by=NONNEGATIVE_DIFFERENCE))
    strict = (
        start(SpectralRadius(_A))
        .le(s, by=of_smaller.law())
        .lt(_R, by=slower.law({_M: 1 + SpectralNorm(_X)}))
    )
    of_strict = Theorem.of(_LYAPUNOV, strict, model=_decaying_instance)
    of_strict = of_strict.preceded_by(one_step, of_smaller)
    linear, jacobian = _linear_power(), _CELL.jacobian(T_START + STEPS, T_START)
    chain = (
        start(SpectralNorm(jacobian))
        .eq(SpectralNorm(sp.MatPow(_W, STEPS)), by=linear.law())
        .le(of_powers.proposition.right, by=of_powers.law({_A: _W}))
    )
    of_network = Theorem.of(_LYAPUNOV, chain, model=_decaying_instance).preceded_by(linear)
    return of_form, of_powers, of_radius, of_strict, of_network


# --- Growth, step by step -------------------------------------------------------------------------


def _steps() -> tuple[Hypothesis, Hypothesis]:
    """Return q² yᵀPy + ε‖y‖² ≤ (By)ᵀQ(By) and s² yᵀQy ≤ (Cy)ᵀR(Cy) for all real y."""
    y, margin = _Y, _MARGIN * SpectralNorm(_Y) ** 2
    first, second = (_form(sp.MatMul(m, y), P) for m, P in ((_B, _SECOND), (_C, _THIRD)))
    return (
        Hypothesis.of(_Q**2 * _form(y, _FIRST) + margin, Relation.LE, first, for_all=(y,)),
        Hypothesis.of(_S**2 * _form(y, _SECOND), Relation.LE, second, for_all=(y,)),
    )


def _growing_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw B, C and R, and Q and P below what the inequalities ask for."""
    d = int(generator.integers(1, 4))
    B, C, R = generator.normal(size=(3, d, d))
    q, s, epsilon = (float(value) for value in generator.uniform(0.3, 1.5, size=3))
    R = R + R.T
    Q = (C.T @ R @ C - generator.uniform() * np.eye(d)) / s**2
    P = (B.T @ Q @ B - (epsilon + generator.uniform()) * np.eye(d)) / q**2
    return {_D: d, _B: B, _C: C, _FIRST: P, _SECOND: Q, _THIRD: R, _Q: q, _S: s, _MARGIN: epsilon}


@functools.cache
def forms_compose() -> Theorem:
    """Return (qs)² yᵀPy + s²ε‖y‖² ≤ (CBy)ᵀR(CBy), from the inequalities of B and of C.

    >>> print(forms_compose())
    q² s² yᵀ P y + ε s² ‖y‖² ≤ (C B y)ᵀ R (C B y)
    """
    first, second = _steps()
    y, image = _Y, sp.MatMul(_B, _Y)
    before = first.proposition.left  # type: ignore[union-attr]
    chain = (
        start(_Q**2 * _S**2 * _form(y, _FIRST) + _S**2 * _MARGIN * SpectralNorm(y) ** 2)
        .eq(sp.Mul(_S**2, before, evaluate=False), by=ALGEBRA)
        .le(_S**2 * _form(image, _SECOND), by=assume_at(first, {_Y: y}))
        .le(_form(sp.MatMul(_C, *image.args), _THIRD), by=assume_at(second, {_Y: image}))
    )
    return Theorem.of("forms_compose", chain, model=_growing_instance)
