"""Powers of a matrix: when they vanish, when they stay bounded, and how fast they grow.

Each theorem is a sandwich: eigenvalues bound powers from below, a scaled norm from above.
"""

from __future__ import annotations

import functools

import numpy as np
import sympy as sp

from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import root_by
from gradproof.symbolic.kernel.derivation import Chain, Theorem, by_induction, start
from gradproof.symbolic.kernel.existence import (
    eliminate,
    from_above,
    number_between,
    scaling_near_radius,
    semisimple_scaling,
)
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    FINITE,
    HOMOGENEOUS,
    LIMIT_OF_CONSTANT,
    LIMIT_OF_ROOT,
    MODULUS_OF_POWER,
    NORM_DOMINATES_RADIUS,
    NORM_OF_IDENTITY,
    REVERSE_TRIANGLE,
    SPECTRAL_MAPPING,
    SUBMULTIPLICATIVE,
    RewritingLaw,
    geometric_limit,
)
from gradproof.symbolic.language.expressions import LimitSuperior, SpectralNorm, SpectralRadius
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation

__all__ = ["gelfand", "power_norm_lower", "power_norm_upper", "powers_bounded", "powers_vanish"]

_D = sp.Symbol("d", integer=True, positive=True)
_N = sp.Symbol("n", integer=True, nonnegative=True)
_COUNT = sp.Symbol("n", integer=True, positive=True)
_W, _S, _M = (sp.MatrixSymbol(name, _D, _D) for name in "WSM")
_R, _C = sp.symbols("r c", positive=True)

_SIMILAR = Hypothesis.of(_W, Relation.EQ, _S * _M * _S.I)
_CONDITION = Hypothesis.of(SpectralNorm(_S) * SpectralNorm(_S.I), Relation.LE, _C)


def _norm_at_most(r: sp.Expr) -> Hypothesis:
    return Hypothesis.of(SpectralNorm(_M), Relation.LE, r)


def _scaled_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    """Draw S and M, and whatever the hypotheses tie to them."""
    d = int(generator.integers(1, 4))
    S, M = generator.normal(size=(2, d, d))
    M *= 0.9 / np.linalg.norm(M, 2)
    condition = np.linalg.norm(S, 2) * np.linalg.norm(np.linalg.inv(S), 2)
    return {
        _D: d,
        _S: S,
        _M: M,
        _W: S @ M @ np.linalg.inv(S),
        _R: 0.9 + 0.09 * generator.random(),
        _C: condition * (1 + generator.random()),
    }


@functools.cache
def power_norm_lower() -> Theorem:
    """Return ρ(W)ⁿ ≤ ‖Wⁿ‖.

    >>> print(power_norm_lower())
    ρ(W)ⁿ ≤ ‖Wⁿ‖
    """
    chain = (
        start(SpectralRadius(_W) ** _N)
        .eq(SpectralRadius(_W**_N), by=SPECTRAL_MAPPING)
        .le(SpectralNorm(_W**_N), by=NORM_DOMINATES_RADIUS)
    )
    return Theorem.of("power_norm_lower", chain)


@functools.cache
def _power_submultiplicative() -> Theorem:
    proposition = Proposition(SpectralNorm(_M**_N), Relation.LE, SpectralNorm(_M) ** _N)
    base = start(SpectralNorm(sp.MatPow(_M, 0))).eq(sp.Integer(1), by=NORM_OF_IDENTITY)

    def step(hypothesis: RewritingLaw) -> Chain:
        return (
            start(SpectralNorm(sp.MatMul(_M, _M**_N)))
            .le(SpectralNorm(_M) * SpectralNorm(_M**_N), by=SUBMULTIPLICATIVE)
            .le(SpectralNorm(_M) ** (_N + 1), by=hypothesis)
        )

    return by_induction("power_norm_upper", _N, proposition, base, step)


@functools.cache
def _power_of_similar() -> Theorem:
    conjugated = sp.MatMul(_S, _M**_N, _S.I)
    proposition = Proposition(_W**_N, Relation.EQ, conjugated)
    base = start(sp.MatPow(_W, 0)).eq(sp.MatMul(_S, sp.MatPow(_M, 0), _S.I), by=ALGEBRA)

    def step(hypothesis: RewritingLaw) -> Chain:
        return (
            start(sp.MatMul(_W, _W**_N))
            .eq(sp.MatMul(_W, _S, _M**_N, _S.I), by=hypothesis)
            .eq(sp.MatMul(_S, _M, _S.I, _S, _M**_N, _S.I), by=assume(_SIMILAR))
            .eq(sp.MatMul(_S, _M ** (_N + 1), _S.I), by=ALGEBRA)
        )

    return by_induction("power_norm_upper", _N, proposition, base, step, model=_scaled_instance)


def _power_bound(r: sp.Expr) -> Theorem:
    """Return ‖Wⁿ‖ ≤ c rⁿ, given W = S M S⁻¹, ‖M‖ ≤ r and ‖S‖‖S⁻¹‖ ≤ c."""
    norm = SpectralNorm
    chain = (
        start(norm(_W**_N))
        .eq(norm(sp.MatMul(_S, _M**_N, _S.I)), by=_power_of_similar().law())
        .le(norm(_S) * norm(_M**_N) * norm(_S.I), by=SUBMULTIPLICATIVE)
        .le(norm(_S) * norm(_M) ** _N * norm(_S.I), by=_power_submultiplicative().law())
        .le(norm(_S) * norm(_S.I) * r**_N, by=assume(_norm_at_most(r)))
        .le(_C * r**_N, by=assume(_CONDITION))
    )
    theorem = Theorem.of("power_norm_upper", chain, model=_scaled_instance)
    return theorem.preceded_by(_power_of_similar(), _power_submultiplicative())


@functools.cache
def power_norm_upper() -> Theorem:
    """Return ‖Wⁿ‖ ≤ c rⁿ for W = S M S⁻¹ with ‖M‖ ≤ r and ‖S‖‖S⁻¹‖ ≤ c.

    >>> print(power_norm_upper())
    ‖Wⁿ‖ ≤ c rⁿ
    """
    return _power_bound(_R)


@functools.cache
def powers_vanish() -> tuple[Theorem, ...]:
    """Return the theorems that say: Wⁿ → 0 if and only if ρ(W) < 1.

    If ρ(W) < 1, limsup ‖Wⁿ‖ ≤ 0. If 1 ≤ ρ(W), 1 ≤ ‖Wⁿ‖ for every n.

    >>> for theorem in powers_vanish():
    ...     print(theorem, "given", *theorem.conditions)
    limsup_n ‖Wⁿ‖ ≤ 0 given ρ(W) < 1
    1 ≤ ‖Wⁿ‖ given 1 ≤ ρ(W)
    """
    below_one = Hypothesis.of(_R, Relation.LT, sp.Integer(1))
    limit = (
        start(LimitSuperior(SpectralNorm(_W**_N), _N))
        .le(LimitSuperior(_C * _R**_N, _N), by=power_norm_upper().law())
        .eq(sp.Integer(0), by=geometric_limit(below_one))
    )
    scaled = Theorem.of("powers_vanish", limit).preceded_by(power_norm_upper())
    near = scaling_near_radius(_W, _R, _S, _M, _C)
    between = number_between(SpectralRadius(_W), sp.Integer(1), _R)
    vanish = eliminate(eliminate(scaled, near, name="powers_vanish"), between, name="powers_vanish")
    at_least_one = Hypothesis.of(sp.Integer(1), Relation.LE, SpectralRadius(_W))
    stay = (
        start(sp.Integer(1))
        .eq(sp.Pow(1, _N, evaluate=False), by=ALGEBRA)
        .le(SpectralRadius(_W) ** _N, by=assume(at_least_one))
        .le(SpectralNorm(_W**_N), by=power_norm_lower().law())
    )
    return vanish, Theorem.of("powers_vanish", stay, model=_expanding_instance)


def _expanding_instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
    d = int(generator.integers(1, 4))
    W = generator.normal(size=(d, d))
    radius = float(np.abs(np.linalg.eigvals(W)).max())
    return {_D: d, _W: W * (1 + generator.random()) / radius}


@functools.cache
def gelfand() -> tuple[Theorem, ...]:
    """Return the theorems that say: ‖Wⁿ‖^(1/n) → ρ(W), from above.

    >>> for theorem in gelfand():
    ...     print(theorem)
    ρ(W) ≤ ‖Wⁿ‖^(1/n)
    limsup_n ‖Wⁿ‖^(1/n) ≤ ρ(W)
    """
    root = 1 / _COUNT
    norm = SpectralNorm(_W**_COUNT)
    lower = start(SpectralRadius(_W)).le(norm**root, by=root_by(power_norm_lower(), {_N: _COUNT}))
    upper = (
        start(LimitSuperior(norm**root, _COUNT))
        .le(
            LimitSuperior((_C * _R**_COUNT) ** root, _COUNT),
            by=power_norm_upper().law({_N: _COUNT}),
        )
        .eq(_R, by=LIMIT_OF_ROOT)
    )
    scaled = Theorem.of("gelfand", upper).preceded_by(power_norm_upper())
    for_every_r = eliminate(scaled, scaling_near_radius(_W, _R, _S, _M, _C), name="gelfand")
    return Theorem.of("gelfand", lower), from_above(for_every_r, _R, name="gelfand")


@functools.cache
def powers_bounded() -> tuple[Theorem, ...]:
    """Return the theorems that say: sup ‖Wⁿ‖ < ∞ iff ρ(W) ≤ 1 and the circle is semisimple.

    Sufficient: under that condition limsup ‖Wⁿ‖ < ∞. Necessary: ρ(W)ⁿ ≤ ‖Wⁿ‖ rules out ρ(W) > 1;
    and where an eigenvalue λ of modulus 1 isn't semisimple there are v ≠ 0 and u with W v = λ v and
    W u = λ u + v, so that n‖v‖ − ‖u‖ ≤ ‖Wⁿ u‖ grows without bound.

    >>> for theorem in powers_bounded():
    ...     print(theorem)
    limsup_n ‖Wⁿ‖ < ∞
    ρ(W)ⁿ ≤ ‖Wⁿ‖
    n ‖v‖ − ‖u‖ ≤ ‖Wⁿ u‖
    """
    name = "powers_bounded"
    bound = _power_bound(sp.Integer(1))
    limit = (
        start(LimitSuperior(SpectralNorm(_W**_N), _N))
        .le(LimitSuperior(_C, _N), by=bound.law())
        .eq(_C, by=LIMIT_OF_CONSTANT)
        .lt(sp.oo, by=FINITE)
    )
    scaled = Theorem.of(name, limit).preceded_by(bound)
    sufficient = eliminate(scaled, semisimple_scaling(_W, _S, _M, _C), name=name)
    return sufficient, power_norm_lower(), _jordan_chain_grows()


def _jordan_chain_grows() -> Theorem:
    lam = sp.Symbol("lambda", complex=True, zero=False)  # SymPy's “nonzero” would say: and real
    u, v = sp.MatrixSymbol("u", _D, 1), sp.MatrixSymbol("v", _D, 1)
    eigenvector = Hypothesis.of(_W * v, Relation.EQ, lam * v)
    generalised = Hypothesis.of(_W * u, Relation.EQ, lam * u + v)
    on_circle = Hypothesis.of(sp.Abs(lam), Relation.EQ, sp.Integer(1))

    def along(n: sp.Expr) -> sp.MatrixExpr:
        return lam**n * u + (n * lam ** (n - 1)) * v

    def instance(generator: np.random.Generator) -> dict[sp.Basic, object]:
        basis = generator.normal(size=(2, 2)) + 1j * generator.normal(size=(2, 2))
        value = np.exp(2j * np.pi * generator.random())
        block = np.array([[value, 1], [0, value]])
        W = basis @ block @ np.linalg.inv(basis)
        return {_D: 2, _W: W, v: basis[:, :1], u: basis[:, 1:], lam: complex(value)}

    proposition = Proposition(sp.MatMul(_W**_N, u), Relation.EQ, along(_N))
    base = start(sp.MatMul(sp.MatPow(_W, 0), u)).eq(along(sp.Integer(0)), by=ALGEBRA)

    def step(hypothesis: RewritingLaw) -> Chain:
        return (
            start(sp.MatMul(_W ** (_N + 1), u))
            .eq(sp.MatMul(_W, sp.MatMul(_W**_N, u)), by=ALGEBRA)
            .eq(sp.MatMul(_W, along(_N)), by=hypothesis)
            .eq(lam**_N * sp.MatMul(_W, u) + (_N * lam ** (_N - 1)) * sp.MatMul(_W, v), by=ALGEBRA)
            .eq(
                lam**_N * sp.MatMul(_W, u) + (_N * lam ** (_N - 1)) * (lam * v),
                by=assume(eigenvector),
            )
            .eq(
                lam**_N * (lam * u + v) + (_N * lam ** (_N - 1)) * (lam * v),
                by=assume(generalised),
            )
            .eq(along(_N + 1), by=ALGEBRA)
        )

    name = "powers_bounded"
    formula = by_induction(name, _N, proposition, base, step, model=instance)
    first, second = lam**_N * u, (_N * lam ** (_N - 1)) * v
    norm = SpectralNorm
    chain = (
        start(_N * norm(v) - norm(u))
        .eq(
            _N * sp.Abs(lam) ** (_N - 1) * norm(v) - sp.Abs(lam) ** _N * norm(u),
            by=assume(on_circle),
        )
        .eq(
            sp.Abs(_N * lam ** (_N - 1)) * norm(v) - sp.Abs(lam**_N) * norm(u),
            by=MODULUS_OF_POWER,
        )
        .eq(norm(second) - norm(first), by=HOMOGENEOUS)
        .le(norm(along(_N)), by=REVERSE_TRIANGLE)
        .eq(norm(sp.MatMul(_W**_N, u)), by=formula.law())
    )
    return Theorem.of(name, chain, model=instance).preceded_by(formula)
