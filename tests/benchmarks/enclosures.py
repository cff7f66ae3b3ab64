"""Enclosures of large matrices beside NumPy's own singular values and eigenvalues.

    python tests/benchmarks/enclosures.py [--quick]

Times are the best of three in one run; what is printed are ratios. Pin the threads of BLAS:
OPENBLAS_NUM_THREADS=1, OMP_NUM_THREADS=1. Exit code 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
from flint import acb_mat

from gradproof.spectral.enclosures import (
    enclose_smallest_singular_value,
    enclose_spectral_norm,
    enclose_spectral_radius,
)


def best(function: Callable[[], object], repetitions: int = 3) -> float:
    """Return the least time of several calls."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="d = 256 only")
    options = parser.parse_args()
    missed = False
    for d in (256,) if options.quick else (256, 1024):
        W = np.random.default_rng(d).normal(size=(d, d)) / np.sqrt(d)
        singular = best(lambda W=W: np.linalg.svd(W, compute_uv=False))
        eigen = best(lambda W=W: np.linalg.eigvals(W), 2)
        for name, enclose, peer, time_of_peer, bar in (
            ("σ(W)", enclose_spectral_norm, "svdvals", singular, 1.0),
            ("σ_min(W)", enclose_smallest_singular_value, "svdvals", singular, None),
            ("ρ(W)", enclose_spectral_radius, "eigvals", eigen, 5.0),
        ):
            ratio = best(lambda enclose=enclose, W=W: enclose(W)) / time_of_peer
            found = enclose(W)
            width = (found.upper - found.lower) / found.upper
            said = "" if bar is None else f"; bar {bar:g}"
            print(f"d = {d}: {name} {ratio:.2f} × numpy {peer}{said}; relative width {width:.1e}")
            missed |= bar is not None and ratio > bar
    W = np.random.default_rng(128).normal(size=(128, 128)) / np.sqrt(128)
    slow = best(lambda: acb_mat(W.tolist()).eig(), 1)
    ratio = slow / best(lambda: enclose_spectral_radius(W))
    print(
        f"d = 128: python-flint's eigenvalues in balls take {ratio:.0f} × as long as ρ(W); bar 100"
    )
    return int(missed or ratio < 100)


if __name__ == "__main__":
    sys.exit(main())
