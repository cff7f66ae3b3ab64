"""The Jacobian of T steps: ours at symbolic size, beside SymPy's componentwise derivative at d = 8.

Both are timed in one run, in one process; what is printed are times, sizes and their ratios.
"""

import time

import sympy as sp

from gradproof.symbolic.cell import STEPS
from gradproof.symbolic.differential import after_steps
from gradproof.symbolic.theorems.cells import jacobian_product


def size(expression: sp.Basic) -> int:
    return sum(1 for _ in sp.preorder_traversal(expression))


def componentwise(d: int, steps: int) -> sp.Matrix:
    """Differentiate the composed components of h_T, as SymPy does it."""
    W = sp.Matrix(d, d, sp.symbols(f"w:{d * d}"))
    start = sp.Matrix(sp.symbols(f"h:{d}"))
    state = start
    for _ in range(steps):
        state = (W * state).applyfunc(sp.tanh)
    return state.jacobian(start)


def main() -> None:
    for cell in ("elman", "lstm", "gru"):
        jacobian_product(cell)  # proved once, whatever the number of steps
        for steps in (2, 10, 100, 1000):
            begun = time.perf_counter()
            theorem = after_steps(jacobian_product(cell), STEPS, steps)
            seconds = time.perf_counter() - begun
            nodes = size(theorem.proposition.right)
            print(f"{cell:5}, symbolic d, T = {steps:4}: {1000 * seconds:8.1f} ms, {nodes:6} nodes")
            if (cell, steps) == ("elman", 2):
                ours, our_nodes = seconds, nodes
    begun = time.perf_counter()
    found = componentwise(8, 2)
    theirs = time.perf_counter() - begun
    operations = int(sp.count_ops(found))
    print(f"SymPy, d = 8, T =    2: {1000 * theirs:8.1f} ms, {operations:6} operations")
    print(f"at T = 2: {theirs / ours:.0f} × faster, {operations / our_nodes:.0f} × smaller")


if __name__ == "__main__":
    main()
