"""An attack on enclosures and decisions by matrices that rounding hurts, in 200-bit balls.

    python tests/red_team/matrices.py --cases 10000

Each case is an adversarial matrix: graded, rank-deficient, nilpotent, Jordan, near the threshold,
subnormal or huge, reducible, integer, defective. Its enclosures are compared with balls of 200
bits, and what ``decide`` proves with words of slopes in balls and with exact powers.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
from flint import acb_mat, arb, arb_mat, ctx

from gradproof.growth.decision import Decay, ExplosionPossible, GrowthDecision, decide
from gradproof.spectral.bracket import Enclosure
from gradproof.spectral.diagonalised import verified_spectral_radius
from gradproof.spectral.enclosures import (
    enclose_smallest_singular_value,
    enclose_spectral_norm,
    enclose_spectral_radius,
)
from gradproof.spectral.verified import verified_smallest_singular_value, verified_spectral_norm

BITS = 200
FAMILIES = (
    "ginibre graded rank_deficient nilpotent jordan near_threshold subnormal huge reducible "
    "integer near_defective orthogonal"
).split()


def adversary(family: str, generator: np.random.Generator) -> np.ndarray:
    """Return a matrix of the family, d ≤ 8."""
    d = int(generator.integers(1, 9))
    G = generator.normal(size=(d, d))
    if family == "graded":
        exponents = generator.integers(-150, 150, size=d)
        return np.ldexp(G, exponents[:, np.newaxis] - exponents[np.newaxis, :])
    if family == "rank_deficient":
        k = int(generator.integers(0, d + 1))
        return generator.integers(-3, 4, size=(d, k)) @ generator.integers(-3, 4, size=(k, d)) / 4.0
    if family == "nilpotent":
        order = generator.permutation(d)
        return np.triu(G, 1)[np.ix_(order, order)]
    if family == "jordan":
        return np.eye(d) * generator.choice([0.5, 1.0, -1.0, 0.0]) + np.diag(np.ones(d - 1), 1)
    if family == "near_threshold":
        gap = generator.choice([0, 1e-15, -1e-15, 1e-12, -1e-12, 1e-9, -1e-9, 1e-6, -1e-6])
        Q, _ = np.linalg.qr(G)
        W = Q if generator.random() < 0.5 else G / np.abs(np.linalg.eigvals(G)).max()
        return W * (1 + gap)
    if family == "subnormal":
        return G * 2.0 ** float(generator.integers(-1074, -1015))
    if family == "huge":
        return G * 2.0 ** float(generator.integers(500, 1015))
    if family == "reducible":
        order = generator.permutation(d)
        W = np.where(generator.random((d, d)) < 0.5, np.triu(G), 0)
        return W[np.ix_(order, order)]
    if family == "integer":
        return generator.integers(-2, 3, size=(d, d)).astype(float)
    if family == "near_defective":
        W = np.eye(d) * 0.75 + np.diag(np.ones(d - 1), 1)
        W[-1, 0] = generator.choice([1e-16, 1e-8, -1e-12, 0.0])
        return W
    if family == "orthogonal":
        return np.linalg.qr(G)[0]
    return G / math.sqrt(d)


def eigenvalues(A: arb_mat) -> list:
    """Balls that contain all eigenvalues, however they cluster."""
    return list(acb_mat(A).eig(multiple=True))


def max_ball(values: list[arb]) -> arb:
    top = values[0]
    for value in values[1:]:
        top = top.max(value)
    return top


@contextlib.contextmanager
def precise() -> Iterator[None]:
    """Balls of 200 bits, for what is computed here and nothing else."""
    before = ctx.prec
    ctx.prec = BITS
    try:
        yield
    finally:
        ctx.prec = before


def findings(W: np.ndarray, decision: GrowthDecision) -> list[str]:
    """Return what is wrong for this matrix."""
    found = []
    if W.any():
        radii = (enclose_spectral_radius(W), verified_spectral_radius(W))
        norms = (enclose_spectral_norm(W), verified_spectral_norm(W))
        smallest = (enclose_smallest_singular_value(W), verified_smallest_singular_value(W))
        with precise():
            found += radius_findings(W, radii)
            for name, enclosures, within in (
                ("norm", norms, norm_within),
                ("smallest singular value", smallest, smallest_within),
            ):
                found += [
                    f"{name}: [{e.lower!r}, {e.upper!r}]"
                    for e in enclosures
                    if e is not None and not within(W, e.lower, e.upper)
                ]
    with precise():
        found += decision_findings(W, decision)
    return found


def radius_findings(W: np.ndarray, enclosures: tuple[Enclosure | None, ...]) -> Iterator[str]:
    exponent = int(np.frexp(np.abs(W).max())[1])
    scaled = np.ldexp(W, -exponent)
    if not np.array_equal(np.ldexp(scaled, exponent), W):
        return
    try:
        radius = max_ball([abs(λ) for λ in eigenvalues(arb_mat(scaled.tolist()))])
    except ValueError:
        return
    radius = radius * arb(2) ** exponent
    for found in enclosures:
        if found is not None and (radius < found.lower or radius > found.upper):
            yield f"radius: [{found.lower!r}, {found.upper!r}] misses {radius.str(30)}"


def definite(W: np.ndarray, c: arb, sign: int) -> bool | None:
    """Whether sign·(WᵀW − c²I) is positive definite, by LDLᵀ; None where the balls can't tell."""
    A = arb_mat(W.tolist())
    M = (A.transpose() * A).tolist()
    size = len(M)
    for i in range(size):
        M[i][i] -= c * c
    for k in range(size):
        pivot = sign * M[k][k]
        if pivot < 0:
            return False
        if not pivot > 0:
            return None
        for i in range(k + 1, size):
            factor = M[i][k] / M[k][k]
            for j in range(k, size):
                M[i][j] -= factor * M[k][j]
    return True


SLIGHTLY = 1e-25


def norm_within(W: np.ndarray, lower: float, upper: float) -> bool:
    # σ ≤ upper(1 + ε) is wanted: c²I − WᵀW positive definite. And σ < lower(1 − ε) must fail.
    above = definite(W, arb(upper) * (1 + arb(SLIGHTLY)), -1)
    below = lower > 0 and definite(W, arb(lower) * (1 - arb(SLIGHTLY)), -1)
    return above is not False and below is not True


def smallest_within(W: np.ndarray, lower: float, upper: float) -> bool:
    above = lower == 0 or definite(W, arb(lower) * (1 - arb(SLIGHTLY)), 1) is not False
    below = definite(W, arb(upper) * (1 + arb(SLIGHTLY)), 1) is True
    return above and not below


def decision_findings(W: np.ndarray, found: GrowthDecision) -> Iterator[str]:
    generator = np.random.default_rng(0)
    if isinstance(found, Decay):
        for length in (1, 2, 3, 5):
            word = (generator.random((length, len(W))) < 0.7).astype(float)
            word[0] = 1.0
            if grows_beyond(W, word, arb(found.rate)):
                yield f"decay: rate {found.rate!r}, but {word.tolist()} grows faster"
            norm = product_norm(W, word)
            if norm > arb(found.constant) * arb(found.rate) ** length:
                yield f"decay: constant {found.constant!r} at rate {found.rate!r}"
    if isinstance(found, ExplosionPossible):
        witness = found.witness
        slopes = witness.slopes
        if not (np.all(slopes > 0) and np.all(slopes <= 1)):
            yield f"explosion: slopes {slopes.tolist()}"
        if not reaches(W, slopes, arb(found.rate)):
            yield f"explosion: rate {found.rate!r} isn't reached by {slopes.tolist()}"


def product(W: np.ndarray, word: np.ndarray) -> arb_mat:
    A = arb_mat(W.tolist())
    Φ = arb_mat(np.eye(len(W)).tolist())
    for row in word:
        D = arb_mat(np.diag(row).tolist())
        Φ = D * A * Φ
    return Φ


def product_norm(W: np.ndarray, word: np.ndarray) -> arb:
    """A lower bound of the norm: the largest entry."""
    return max_ball([abs(x).abs_lower() for row in product(W, word).tolist() for x in row])


def radius_of(Φ: arb_mat) -> arb | None:
    top = max_ball([abs(x) for row in Φ.tolist() for x in row])
    if not top > 0:
        return arb(0)
    try:
        return max_ball([abs(λ) for λ in eigenvalues(Φ * (1 / top.mid()))]) * top.mid()
    except ValueError:
        return None


def grows_beyond(W: np.ndarray, word: np.ndarray, rate: arb) -> bool:
    radius = radius_of(product(W, word))
    return radius is not None and bool(radius > rate ** len(word))


def reaches(W: np.ndarray, word: np.ndarray, rate: arb) -> bool:
    radius = radius_of(product(W, word))
    return radius is None or not radius < rate ** len(word)


def attack(cases: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Return what was found wrong, and how often each decision was made."""
    wrong: list[str] = []
    decisions: Counter[str] = Counter()
    for case in range(cases):
        family = FAMILIES[case % len(FAMILIES)]
        W = adversary(family, np.random.default_rng([seed, case]))
        decision = decide(W, budget=0.1)
        found = findings(W, decision)
        wrong += [f"{family} (seed {seed}, case {case}): {finding}" for finding in found]
        decisions[f"{family}: {decision.decision.value}"] += 1
    return wrong, decisions


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    wrong, decisions = attack(arguments.cases, arguments.seed)
    for name, count in sorted(decisions.items()):
        print(f"{count:6} {name}")
    print(f"{arguments.cases} matrices, {len(wrong)} findings")
    for line in wrong[:20]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
