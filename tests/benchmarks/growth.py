"""Decisions about growth: how much is decided, how tightly, and how fast.

    python tests/benchmarks/growth.py [--quick] [--peer]

The first table says, for families of matrices, how large ρ(W) may be for each certificate to prove
decay, beside the lower bound above which decay is impossible (medians). The second says how long
``decide`` takes for random matrices at three scales and for trained networks, the third how long
certificates take to verify with the standard library alone. ``--peer`` compares the best diagonal
scaling with the same linear matrix inequality through cvxpy and Clarabel, which have to be
installed. Pin the threads of BLAS: OPENBLAS_NUM_THREADS=1, OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gradproof.growth.certificates import certificate_of
from gradproof.growth.decision import Undecided, decide
from gradproof.growth.scaling import centred_scaling, scaled_bound, schatten_scaling
from gradproof.growth.slopes import SLOPES
from gradproof.growth.upper_bounds import dear_bounds
from gradproof.growth.witnesses import periodic_witness
from gradproof.verify import verify

sys.path.insert(0, str(Path(__file__).parents[1] / "growth"))
from training import trained_networks

Matrix = np.ndarray
VERIFY_BAR = 2.0


def families(d: int, generator: np.random.Generator) -> Iterator[tuple[str, Matrix]]:
    """Yield one matrix of each family."""
    G = generator.normal(size=(d, d)) / np.sqrt(d)
    gains = np.exp(generator.normal(size=d))
    Q = np.linalg.qr(generator.normal(size=(d, d)))[0]
    yield "Ginibre", G
    yield "sparse", np.where(generator.random((d, d)) < 0.1, G * np.sqrt(10), 0)
    yield "row gains", gains[:, np.newaxis] * G
    yield "diagonally similar", gains[:, np.newaxis] * G / gains
    triangle = np.triu(2 * generator.normal(size=(d, d)), 1) / np.sqrt(d)
    yield "non-normal", Q @ (triangle + np.diag(generator.uniform(-1, 1, d))) @ Q.T
    half = d // 2
    blocks = np.sqrt(2) * G
    blocks[half:, :half] = 0
    blocks[:half, half:] = generator.normal(size=(half, d - half))
    yield "block triangular", blocks
    yield "orthogonal", Q


def tightness(sizes: tuple[int, ...], samples: int, budget: float) -> None:
    """Print the largest certified ρ(W) of each family, by certificate."""
    print("| d | family | ‖W‖ | best diagonal scaling | sector | impossible above | undecided |")
    print("|---|---|---|---|---|---|---|")
    for d in sizes:
        rows: dict[str, list[list[float]]] = {}
        for sample in range(samples):
            for name, W in families(d, np.random.default_rng([d, sample])):
                ρ = float(np.abs(np.linalg.eigvals(W)).max())
                diagonal = scaled_bound(W, centred_scaling(W, schatten_scaling(W)))
                upper = min(b.rate for b in dear_bounds(W, SLOPES["tanh"], seconds=budget))
                lower = periodic_witness(W, seconds=budget / 4, longest=4).rate
                # Of all scales of W those between the two are undecided.
                undecided = 1 - lower / upper
                norm = float(np.linalg.norm(W, 2))
                row = [ρ / norm, ρ / diagonal.rate, ρ / upper, ρ / lower, undecided]
                rows.setdefault(name, []).append(row)
        for name, values in rows.items():
            middle = np.median(values, axis=0)
            shown = " | ".join(f"{x:.3f}" for x in middle[:4])
            print(f"| {d} | {name} | {shown} | {middle[4]:.1%} |", flush=True)


def speed(quick: bool) -> int:
    """Print how long decisions take; return how many bars are missed."""
    missed = 0
    print("| d | matrices | median seconds | bar | undecided |")
    print("|---|---|---|---|---|")
    for d, bar, samples in ((25, 1.0, 9), (64, 3.0, 9), (256, 30.0, 3)):
        if quick and d > 64:
            continue
        random = [
            scale * np.random.default_rng([d, k]).normal(size=(d, d)) / np.sqrt(d)
            for scale in (0.4, 0.7, 0.8, 1.2)
            for k in range(samples // 3)
        ]
        trained = (
            [] if d > 64 else [n.recurrent_weight for n in trained_networks(d, 3 if quick else 5)]
        )
        for name, matrices in (("random", random), ("trained", trained)):
            if not matrices:
                continue
            times, undecided = [], 0
            for W in matrices:
                start = time.perf_counter()
                undecided += isinstance(decide(W, budget=bar * 1.5), Undecided)
                times.append(time.perf_counter() - start)
            median = float(np.median(times))
            missed += median > bar
            print(
                f"| {d} | {len(times)} {name} | {median:.2f} | {bar:g} |"
                f" {undecided} of {len(times)} |",
                flush=True,
            )
    return missed


def verification(quick: bool) -> int:
    """Print how long certificates take to verify, in integers; return how many bars are missed."""
    missed = 0
    print("| d | certificate | bytes | seconds to verify | bar |")
    print("|---|---|---|---|---|")
    for d in (64,) if quick else (64, 256):
        for scale in (0.4, 0.7, 1.2):
            W = scale * np.random.default_rng(d).normal(size=(d, d)) / np.sqrt(d)
            found = decide(W, budget=30.0)
            document = json.dumps(certificate_of(W, found)).encode()
            start = time.perf_counter()
            verify(document)
            seconds = time.perf_counter() - start
            missed += seconds > VERIFY_BAR
            print(
                f"| {d} | {found.decision.value}, scale {scale} | {len(document)} | {seconds:.2f} |"
                f" {VERIFY_BAR:g} |",
                flush=True,
            )
    return missed


def peer(d: int = 100) -> int:
    """Compare the best diagonal scaling with cvxpy and Clarabel on the same inequality."""
    import cvxpy

    W = np.random.default_rng(d).normal(size=(d, d)) / np.sqrt(d)
    start = time.perf_counter()
    ours = scaled_bound(W, centred_scaling(W, schatten_scaling(W))).rate
    own_time = time.perf_counter() - start
    q, t = cvxpy.Variable(d), cvxpy.Parameter(nonneg=True)
    P = cvxpy.diag(q)
    inequality = t * P - W.T @ P @ W >> 0
    problem = cvxpy.Problem(cvxpy.Minimize(0), [inequality, q >= 1])
    low, high = float(np.abs(np.linalg.eigvals(W)).max()) ** 2, float(np.linalg.norm(W, 2)) ** 2
    start = time.perf_counter()
    solves = 0
    while high - low > 1e-5 * high and time.perf_counter() - start < 200:
        t.value = (low + high) / 2
        problem.solve(solver=cvxpy.CLARABEL)
        solves += 1
        if problem.status in ("optimal", "optimal_inaccurate"):
            high = t.value
        else:
            low = t.value
    other_time = time.perf_counter() - start
    print(
        f"d = {d}: {ours:.6f} (verified) in {own_time:.2f} s; cvxpy with Clarabel {high**0.5:.6f}"
        f" after {solves} solves, {other_time / own_time:.0f} × as long; bar 50"
    )
    return int(other_time < 50 * own_time or ours > high**0.5 * (1 + 1e-5))


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--peer", action="store_true", help="compare with cvxpy only")
    options = parser.parse_args()
    if options.peer:
        return peer()
    tightness((16,) if options.quick else (16, 64), 3 if options.quick else 9, 8.0)
    print()
    missed = speed(options.quick)
    print()
    return int(missed + verification(options.quick) > 0)


if __name__ == "__main__":
    sys.exit(main())
