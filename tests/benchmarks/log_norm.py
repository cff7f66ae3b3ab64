"""The enclosure of log‖D_T W ⋯ D_1 W‖ beside the plain product, rescaled at each step.

    python tests/benchmarks/log_norm.py [--quick]

Processor times, the best of three in one run; what is printed are ratios. Pin the threads of BLAS:
OPENBLAS_NUM_THREADS=1, OMP_NUM_THREADS=1. Exit code 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable

import numpy as np

from gradproof.growth.products import enclose_log_norm_of_product

BAR = 3.0


def best(function: Callable[[], object], repetitions: int = 3) -> float:
    """Return the least processor time of several calls."""
    times = []
    for _ in range(repetitions):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def plain_log_norm(W: np.ndarray, slopes: np.ndarray) -> float:
    """Return log‖D_T W ⋯ D_1 W‖ in floating point: one product and one rescaling for each step."""
    product, exponent = np.eye(len(W)), 0
    for row in slopes:
        product = (row[:, np.newaxis] * W) @ product
        shift = math.frexp(float(np.abs(product).max()))[1]
        product = product * 2.0**-shift
        exponent += shift
    return math.log(float(np.linalg.norm(product, 2))) + exponent * math.log(2)


def recorded_slopes(W: np.ndarray, steps: int, drive: float) -> np.ndarray:
    """Return 1 − h² along a run of h = tanh(Wh + x) with random x."""
    generator = np.random.default_rng(1)
    h, slopes = generator.normal(size=len(W)), []
    for _ in range(steps):
        h = np.tanh(W @ h + drive * generator.normal(size=len(W)))
        slopes.append(1 - h * h)
    return np.array(slopes)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the contracting run only")
    options = parser.parse_args()
    d, steps, missed = 256, 1000, False
    runs = (("contracting", 0.8, 0.3), ("at the edge", 1.1, 0.0), ("chaotic", 3.0, 0.0))
    for name, gain, drive in runs[:1] if options.quick else runs:
        W = np.random.default_rng(d).normal(size=(d, d)) * gain / np.sqrt(d)
        slopes = recorded_slopes(W, steps, drive)
        plain = best(lambda W=W, slopes=slopes: plain_log_norm(W, slopes))
        enclosing = best(lambda W=W, slopes=slopes: enclose_log_norm_of_product(W, slopes))
        found, ratio = enclose_log_norm_of_product(W, slopes), enclosing / plain
        print(
            f"d = {d}, T = {steps}, {name}: {ratio:.2f} × the plain product; bar {BAR:g}; "
            f"log-norm in [{found.lower:.7f}, {found.upper:.7f}], width {found.width:.1e}"
        )
        missed |= ratio > BAR
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
