"""clip(g) = (c/μ) g with μ = max(c, ‖g‖) is the vector of norm at most c that is nearest to g.

(p − u)ᵀ(g − p) ≥ 0 for p = clip(g) and every real u with ‖u‖ ≤ c, so ‖g − p‖ ≤ ‖g − u‖. That
‖p‖ ≤ c is :mod:`gradient_clipping`. Idea: either μ = c, and p = g, or c‖g‖ = (c/μ)‖g‖² ≥ uᵀg.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import NotKnownToNeed, Without, at_most, claim, main, sampled
from gradproof.symbolic.theorems import clipping


def no_short_vector_is_nearer(pairs: list[tuple[int, int]], c: float) -> None:
    g, other = np.array(pairs, dtype=float).T
    length = float(np.linalg.norm(g))
    # Halved until it is strictly inside the ball, rounding included.
    while np.linalg.norm(other) > c * (1 - 2.0**-40):
        other = other / 2
    clipped = c / max(c, length) * g
    # A norm of d entries is computed with a relative error of at most (d + 2) u (Higham 2002,
    # Section 3.1), a difference with u; the clipped vector is as long as min(c, ‖g‖).
    slack = (4 * g.size + 16) * 2.0**-53 * (length + c)
    at_most(
        float(np.linalg.norm(g - clipped)),
        float(np.linalg.norm(g - other)),
        slack=slack,
        because="derived rounding bound",
    )


@claim(
    "(p − u)ᵀp ≤ (p − u)ᵀg and ‖g − p‖ ≤ ‖g − u‖ for real g and u with ‖u‖ ≤ c, where p = (c/μ) g, "
    "c > 0, c ≤ μ and (μ − c)(μ − ‖g‖) = 0, as for μ = max(c, ‖g‖)",
    title="Clipping by norm is a projection",
    derivation=clipping.clipping_is_projection,
    necessity=[
        Without("c ≤ μ", {"c": 1, "mu": "1/2", "g": ["1/2"], "u": ["1/2"]}),
        Without("(μ − c) (μ − ‖g‖) = 0", {"c": 1, "mu": 10, "g": [1], "u": [1]}),
        Without("‖u‖ ≤ c", {"c": 1, "mu": 2, "g": [2], "u": [2]}),
        NotKnownToNeed(
            "g is real", "the proof compares real inner products; the complex case is not examined"
        ),
        NotKnownToNeed(
            "u is real", "the proof compares real inner products; the complex case is not examined"
        ),
    ],
)
def clipping_is_projection(run):
    yield sampled(
        no_short_vector_is_nearer,
        run,
        pairs=st.lists(st.tuples(*[st.integers(-1000, 1000)] * 2), min_size=1, max_size=8),
        c=st.sampled_from([1.0, 0.5, 5.0, 1000.0]),
    )


if __name__ == "__main__":
    main(__file__)
