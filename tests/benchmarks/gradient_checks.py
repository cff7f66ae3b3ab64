"""Gradient checks beside those of PyTorch, JAX and numdifftools: speed, planted bugs, false alarms.

    python tests/benchmarks/gradient_checks.py [--quick]

Needs the extra ``bench``; a peer that isn't installed is left out. Times are the best of several in
one run; what is printed are ratios. Pin the threads of BLAS: OPENBLAS_NUM_THREADS=1,
OMP_NUM_THREADS=1. Exit code 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.gradients.differences import central_difference_state_jacobian
from gradproof.gradients.network import ElmanNetwork, forward
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import central_difference_tolerance
from gradproof.testing import check_gradient, check_jacobian, check_recurrent_gradient

warnings.simplefilter("ignore")
Array = NDArray[Any]


# ---------------------------------------------------------------------------------------------
# Speed: the full Jacobian of a tanh network by its weights
# ---------------------------------------------------------------------------------------------

UNITS, STEPS = 20, 30


def weights_to_state(theta: Array, inputs: Array, h0: Array) -> Array:
    """Return h_T for rows of 420 parameters: W and b."""
    W = theta[..., : UNITS * UNITS].reshape(*theta.shape[:-1], UNITS, UNITS)
    b = theta[..., UNITS * UNITS :]
    h = np.broadcast_to(h0, b.shape)
    for x in inputs:
        h = np.tanh((W @ h[..., np.newaxis])[..., 0] + x + b)
    return h


def jacobian_of_weights(theta: Array, inputs: Array, h0: Array) -> Array:
    """Return ∂h_T/∂θ by forward accumulation, shape (20, 420)."""
    W, b = theta[: UNITS * UNITS].reshape(UNITS, UNITS), theta[UNITS * UNITS :]
    h, total = h0, np.zeros((UNITS, theta.size))
    for x in inputs:
        before = h
        h = np.tanh(W @ h + x + b)
        total = W @ total
        total[:, : UNITS * UNITS] += np.kron(np.eye(UNITS), before)
        total[:, UNITS * UNITS :] += np.eye(UNITS)
        total *= (1 - h**2)[:, np.newaxis]
    return total


def best(work: Callable[[], Any], times: int) -> float:
    """Return the least time of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def speed() -> bool:
    """Print how many times longer the peers take."""
    generator = np.random.default_rng(0)
    theta = np.concatenate(
        [generator.normal(size=UNITS * UNITS) / np.sqrt(UNITS), generator.normal(size=UNITS) / 10]
    )
    inputs, h0 = generator.normal(size=(STEPS, UNITS)) / 2, generator.normal(size=UNITS) / 4

    def function(theta: Array) -> Array:
        return weights_to_state(theta, inputs, h0)

    exact = jacobian_of_weights(theta, inputs, h0)
    report = check_jacobian(function, exact, theta, vectorized=True)
    error = abs(report.worst.got - report.worst.expected) / np.abs(exact).max()
    own = best(lambda: check_jacobian(function, exact, theta, vectorized=True), 3)
    print(
        f"full Jacobian, d = {UNITS}, T = {STEPS}: {report.status.value}, worst entry {error:.1e}"
    )
    met = report.status.value == "pass" and error <= 1e-13
    try:
        import torch
    except ImportError:
        print("  torch is not installed")
    else:
        torch.set_num_threads(1)
        x, h = torch.from_numpy(inputs), torch.from_numpy(h0)

        def in_torch(theta: Any) -> Any:
            W, b = theta[: UNITS * UNITS].reshape(UNITS, UNITS), theta[UNITS * UNITS :]
            state = h
            for driving in x:
                state = torch.tanh(W @ state + driving + b)
            return state

        point = torch.from_numpy(theta).requires_grad_()
        ratio = best(lambda: torch.autograd.gradcheck(in_torch, point), 2) / own
        print(f"  torch.autograd.gradcheck (slow): {ratio:.1f} times as long; bar 15")
        met &= ratio >= 15
    try:
        import numdifftools
    except ImportError:
        print("  numdifftools is not installed")
    else:
        ratio = best(lambda: numdifftools.Jacobian(function)(theta), 1) / own
        print(f"  numdifftools.Jacobian: {ratio:.0f} times as long; bar 50")
        met &= ratio >= 50
    return met


# ---------------------------------------------------------------------------------------------
# Planted bugs, at every size of the gradient
# ---------------------------------------------------------------------------------------------

SIZES = (1e12, 1e6, 1.0, 1e-6, 1e-10, 1e-14)
LENGTH = 12


def cell(h: Array, x: Array, W: Array, b: Array) -> Array:
    """Return the next state of a tanh network with U = I."""
    return np.tanh(W @ h + x + b)


def network(generator: np.random.Generator, d: int, size: float) -> dict[str, Any]:
    """Return weights, h_0 and inputs of a network of about that ‖∂h_T/∂h_0‖."""
    W, b = generator.normal(size=(d, d)) / np.sqrt(d), generator.normal(size=d) / 8
    h0, z = generator.normal(size=d) / 4, generator.normal(size=(LENGTH, d)) / 2
    slopes = 1 - np.tanh(z) ** 2

    def log_norm(factor: float) -> float:
        product = np.eye(d)
        for s in slopes:
            product = s[:, np.newaxis] * (factor * W) @ product
        return float(np.log(np.linalg.norm(product, 2)))

    # The norm is the n-th power of the factor, times that for the factor 1.
    W = W * np.exp((np.log(size) - log_norm(1.0)) / LENGTH)
    before = np.vstack([h0, np.tanh(z[:-1])])
    inputs = z - before @ W.T - b
    states = [h0]
    for x in inputs:
        states.append(cell(states[-1], x, W, b))
    return {"W": W, "b": b, "h0": h0, "inputs": inputs, "states": np.array(states)}


def backward(net: dict[str, Any], cotangent: Array, bug: str = "") -> dict[str, Array]:
    """Backpropagate, with a bug; see :data:`BUGS`."""
    W, states, count = net["W"], net["states"], len(net["inputs"])
    single = bug == "float32"
    delta = cotangent.astype(np.float32 if single else np.float64)
    G, g = np.zeros_like(W), np.zeros(len(W))
    driving = np.zeros_like(net["inputs"])
    steps = range(1, count + 1) if bug == "reversed order" else range(count, 0, -1)
    for k in steps:
        at = max(k - 1, 1) if bug == "slopes of the step before" else k
        e = delta * (1 - states[at] ** 2)
        if single:
            e = e.astype(np.float32)
        local = delta if bug == "no slope in the weights" else e
        G += np.outer(local, states[k if bug == "state after the step" else k - 1])
        g += local
        driving[k - 1] = e
        if bug == "last step alone" and k == count:
            break
        passed = delta if bug == "no slope in the states" else e
        delta = (W if bug == "not transposed" else W.T) @ passed
        if bug == "one step less" and k == 2:
            break
        if single:
            delta = delta.astype(np.float32)
    factor = {"sign": -1.0, "half a percent": 1.005, "twice": 2.0}.get(bug, 1.0)
    result = {"W": factor * G, "b": factor * g, "initial_state": factor * delta}
    if bug == "one entry by 1 %":
        result["W"].flat[np.abs(G).argmax()] *= 1.01
    if bug == "no bias":
        result["b"] = 0 * g
    if bug == "indices exchanged":
        result["W"] = result["W"].T.copy()
    return result | {"inputs": factor * driving}


BUGS = (
    "sign", "twice", "half a percent", "one entry by 1 %", "not transposed", "indices exchanged",
    "reversed order", "no slope in the states", "no slope in the weights",
    "slopes of the step before", "state after the step", "last step alone", "one step less",
    "no bias", "float32",
)  # fmt: skip


def own_verdict(net: dict[str, Any], cotangent: Array, gradient: dict[str, Array]) -> str:
    """Return what check_recurrent_gradient says."""
    report = check_recurrent_gradient(
        cell,
        gradient,
        parameters={"W": net["W"], "b": net["b"]},
        initial_state=net["h0"],
        inputs=net["inputs"],
        cotangent=cotangent,
        states=net["states"],
    )
    return report.status.value


def torch_verdict(net: dict[str, Any], cotangent: Array, gradient: dict[str, Array]) -> str | None:
    """Return what gradcheck says of a function with this backward pass."""
    try:
        import torch
    except ImportError:
        return None
    inputs, weights = torch.from_numpy(net["inputs"]), torch.from_numpy(cotangent)

    class Run(torch.autograd.Function):
        @staticmethod
        def forward(_context: Any, W: Any, b: Any, h: Any) -> Any:
            for x in inputs:
                h = torch.tanh(W @ h + x + b)
            return weights @ h

        @staticmethod
        def backward(_context: Any, g: Any) -> Any:
            parts = (gradient[name] for name in ("W", "b", "initial_state"))
            return tuple(g * torch.from_numpy(np.asarray(part, dtype=float)) for part in parts)

    at = [torch.from_numpy(net[name]).requires_grad_() for name in ("W", "b", "h0")]
    try:
        return "pass" if torch.autograd.gradcheck(Run.apply, at) else "fail"
    except Exception:
        return "fail"


def jax_verdict(net: dict[str, Any], cotangent: Array, gradient: dict[str, Array]) -> str | None:
    """Return what check_grads says of a function with this backward pass."""
    try:
        import jax
        from jax.test_util import check_grads
    except ImportError:
        return None
    with jax.enable_x64(True):
        inputs, weights = jax.numpy.asarray(net["inputs"]), jax.numpy.asarray(cotangent)

        def plain(W: Any, b: Any, h: Any) -> Any:
            for x in inputs:
                h = jax.numpy.tanh(W @ h + x + b)
            return weights @ h

        run = jax.custom_vjp(plain)
        parts = [jax.numpy.asarray(gradient[n], dtype=float) for n in ("W", "b", "initial_state")]
        run.defvjp(lambda W, b, h: (plain(W, b, h), None), lambda _, g: tuple(g * p for p in parts))
        at = tuple(jax.numpy.asarray(net[name]) for name in ("W", "b", "h0"))
        try:
            check_grads(run, at, order=1, modes=["rev"])
        except AssertionError:
            return "fail"
        return "pass"


def planted_bugs(repetitions: int, sizes: tuple[int, ...]) -> bool:
    """Print the share of planted bugs that is found, and of right gradients that are accepted."""
    verdicts: dict[str, Counter[tuple[float, bool, str]]] = {}
    checkers = {"gradproof": own_verdict, "torch": torch_verdict, "jax": jax_verdict}
    for size in SIZES:
        for d in sizes:
            for repetition in range(repetitions):
                generator = np.random.default_rng([d, repetition, int(np.log10(size)) + 20])
                net, cotangent = network(generator, d, size), generator.normal(size=d)
                for bug in ("", *BUGS):
                    gradient = backward(net, cotangent, bug)
                    for name, checker in checkers.items():
                        found = checker(net, cotangent, gradient)
                        if found is not None:
                            counts = verdicts.setdefault(name, Counter())
                            counts[size, bool(bug), found] += 1
                        if name == "gradproof" and found != ("fail" if bug else "pass"):
                            print(f"  {bug or 'right'} at {size:g}, d = {d}: {found}")
    print(f"planted bugs, {len(BUGS)} kinds, d = {', '.join(map(str, sizes))}: share found")
    header = "".join(f"{size:>9.0e}" for size in SIZES)
    print(f"  {'‖Φ‖':<22}{header}")
    for name, counts in verdicts.items():
        for planted, words in ((True, "bugs found"), (False, "right accepted")):
            wanted = "fail" if planted else "pass"
            shares = []
            for size in SIZES:
                total = sum(counts[size, planted, v] for v in ("pass", "fail", "vacuous"))
                shares.append(counts[size, planted, wanted] / total)
            print(f"  {name + ', ' + words:<22}{''.join(f'{share:9.0%}' for share in shares)}")
    own = verdicts["gradproof"]
    return all(found == ("fail" if bug else "pass") for (_, bug, found) in own)


# ---------------------------------------------------------------------------------------------
# Right gradients, and the derived tolerance
# ---------------------------------------------------------------------------------------------


def false_alarms(count: int) -> bool:
    """Print how many right gradients of random networks fail, with and without complex numbers."""
    statuses: Counter[tuple[str, str]] = Counter()
    generator = np.random.default_rng(7)
    while sum(statuses.values()) < count:
        d, T = int(generator.integers(1, 6)), int(generator.integers(1, 15))
        W = generator.normal(size=(d, d)) * 10 ** generator.uniform(-1.5, 1.0) / np.sqrt(d)
        b, h0 = generator.normal(size=d) / 8, generator.normal(size=d) / 4
        inputs, cotangent = generator.normal(size=(T, d)), generator.normal(size=d)
        states = [h0]
        for x in inputs:
            states.append(cell(states[-1], x, W, b))
        net = {"W": W, "b": b, "h0": h0, "inputs": inputs, "states": np.array(states)}
        gradient = backward(net, cotangent)
        theta = np.concatenate([W.ravel(), b, h0])
        flat = np.concatenate([gradient[n].ravel() for n in ("W", "b", "initial_state")])

        def loss(
            theta: Array, d: int = d, inputs: Array = inputs, cotangent: Array = cotangent
        ) -> Any:
            W, b, h = theta[: d * d].reshape(d, d), theta[d * d : -d], theta[-d:]
            for x in inputs:
                h = cell(h, x, W, b)
            return cotangent @ h

        def real(theta: Array, loss: Callable[[Array], Any] = loss) -> Any:
            return loss(theta.real.astype(float)) if not np.iscomplexobj(theta) else 1 / 0

        statuses["complex step", check_gradient(loss, flat, theta).status.value] += 1
        statuses["differences", check_gradient(real, flat, theta).status.value] += 1
        report = check_recurrent_gradient(
            cell, gradient, parameters={"W": W, "b": b}, initial_state=h0, inputs=inputs,
            cotangent=cotangent,
        )  # fmt: skip
        statuses["steps", report.status.value] += 1
    print(f"right gradients: {sum(statuses.values()):,} checks")
    for method in ("complex step", "differences", "steps"):
        found = {s: statuses[method, s] for s in ("pass", "vacuous", "fail")}
        print(f"  {method}: " + ", ".join(f"{n:,} {status}" for status, n in found.items()))
    return not any(status == "fail" for _, status in statuses)


def derived_tolerance(count: int) -> bool:
    """Print how often the tolerance of central differences is violated, and how tight it is."""
    generator = np.random.default_rng(11)
    quotients: dict[float, list[float]] = {}
    violated = entries = 0
    while entries < count:
        d, T = int(generator.integers(1, 9)), int(generator.integers(1, 25))
        W = generator.normal(size=(d, d)) * 10 ** generator.uniform(-1.0, 0.5) / np.sqrt(d)
        net = ElmanNetwork(W, np.eye(d), generator.normal(size=d) / 8)
        run = forward(net, generator.normal(size=d) / 4, generator.normal(size=(T, d)))
        step = 10.0 ** int(generator.integers(-5, -2))
        measured = central_difference_state_jacobian(net, run, step=step)
        off = np.abs(measured - jacobian_product(net, run).to_array())
        allowed = central_difference_tolerance(net, run, step=step)
        violated += int((off > allowed).sum())
        entries += off.size
        known = np.isfinite(allowed) & (off > 0)
        quotients.setdefault(step, []).extend((allowed[known] / off[known]).tolist())
    print(f"derived tolerance: {entries:,} entries, {violated} violations; median bound/actual")
    for step, found in sorted(quotients.items(), reverse=True):
        print(f"  step {step:.0e}: {np.median(found):.3g}")
    return violated == 0


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a hundredth of the cases")
    quick = parser.parse_args().quick
    met = [
        speed(),
        planted_bugs(1 if quick else 3, (2, 8) if quick else (2, 8, 32)),
        false_alarms(120 if quick else 12_000),
        derived_tolerance(1_000 if quick else 100_000),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
