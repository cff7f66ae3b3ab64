"""clip(g) = (c/μ) g with μ = max(c, ‖g‖) has a norm of at most c and the direction of g.

Its norm is c where ‖g‖ ≥ c, and clip(g) = g where ‖g‖ ≤ c. Idea: the norm is homogeneous. Clipping
bounds a gradient that explodes; it does nothing for one that vanishes.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Source, Without, at_most, claim, close, main, sampled
from gradproof.symbolic.theorems import clipping


def clipped_gradients_are_short_and_parallel(entries: list[int], c: float) -> None:
    g = np.array(entries, dtype=float)
    d, norm = g.size, float(np.linalg.norm(entries))
    clipped = c / max(c, norm) * g
    # A norm of d entries is computed with a relative error of at most (d + 2) u (Higham 2002,
    # Section 3.1); there are two norms, a quotient and a product.
    relative = (2 * d + 8) * 2.0**-53
    because = "derived rounding bound"
    at_most(float(np.linalg.norm(clipped)), c, slack=relative * c, because=because)
    tolerance = relative * np.abs(g)
    close(clipped * max(c, norm) / c, g, tolerance=tolerance, because=because)
    if norm <= c:
        close(clipped, g, tolerance=0.0, because="c/c = 1 exactly")


@claim(
    "‖clip(g)‖ ≤ c for clip(g) = (c/μ) g, μ = max(c, ‖g‖); ‖clip(g)‖ = c where ‖g‖ = μ; "
    "clip(g) = g where μ = c",
    source=Source("PascanuMikolovBengio2013", "Section 3.2"),
    derivation=clipping.gradient_clipping,
    necessity=[
        Without("‖g‖ ≤ μ", {"g": [2], "c": 1, "mu": 1}),
        Without("‖g‖ = μ", {"g": [2], "c": 1, "mu": 1}),
        Without("‖g‖ = μ", {"g": [0], "c": 1, "mu": 1}),
        Without("μ = c", {"g": [1], "c": 1, "mu": 2}),
        Without("μ = c", {"g": [1], "c": 2, "mu": 1}),
        Without("c > 0", {"g": [1], "c": -1, "mu": 1}),
    ],
)
def gradient_clipping(run):
    yield sampled(
        clipped_gradients_are_short_and_parallel,
        run,
        entries=st.lists(st.integers(-1000, 1000), min_size=1, max_size=8),
        c=st.sampled_from([1.0, 0.5, 5.0, 1000.0]),
    )


if __name__ == "__main__":
    main(__file__)
