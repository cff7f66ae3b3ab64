"""‖clip(g) − clip(h)‖ ≤ ‖g − h‖ for clip(g) = (c/μ) g with μ = max(c, ‖g‖).

So an error in a gradient isn't enlarged when the gradient is clipped. Idea: clip(g) is the
projection of g on a ball, and (p − q)ᵀ(g − p) ≥ 0 for p = clip(g) and every q in that ball.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import NotKnownToNeed, Without, at_most, claim, main, sampled
from gradproof.symbolic.theorems import clipping


def clipped_gradients_are_no_further_apart(pairs: list[tuple[int, int]], c: float) -> None:
    g, h = np.array(pairs, dtype=float).T
    lengths = [float(np.linalg.norm(vector)) for vector in (g, h)]
    clipped = [c / max(c, length) * v for v, length in zip((g, h), lengths, strict=True)]
    # A norm of d entries is computed with a relative error of at most (d + 2) u (Higham 2002,
    # Section 3.1), and so is a clipped vector, with two rounding errors more, as no vector that is
    # longer than min(c, ‖g‖).
    relative = (2 * g.size + 16) * 2.0**-53
    slack = relative * (sum(min(c, length) for length in lengths) + sum(lengths))
    difference, distance = clipped[0] - clipped[1], g - h
    at_most(
        float(np.linalg.norm(difference)),
        float(np.linalg.norm(distance)),
        slack=slack,
        because="derived rounding bound",
    )


@claim(
    "‖clip(g) − clip(h)‖ ≤ ‖g − h‖ for real g and h, where clip(g) = (c/μ) g and clip(h) = (c/ν) h "
    "with μ = max(c, ‖g‖), ν = max(c, ‖h‖), c > 0",
    title="Clipping by norm is nonexpansive",
    derivation=lambda: (clipping.clipping_is_nonexpansive(),),
    necessity=[
        Without("c ≤ μ", {"c": 1, "mu": "1/2", "nu": 1, "g": ["1/2"], "h": ["-1/4"]}),
        Without("c ≤ ν", {"c": 1, "nu": "1/2", "mu": 1, "h": ["1/2"], "g": ["-1/4"]}),
        Without("(μ − c) (μ − ‖g‖) = 0", {"c": 1, "mu": 10, "nu": 1, "g": [1], "h": [1]}),
        Without("(ν − c) (ν − ‖h‖) = 0", {"c": 1, "nu": 10, "mu": 1, "g": [1], "h": [1]}),
        Without("‖g‖ ≤ μ", {"c": 1, "mu": 1, "nu": 2, "g": [2], "h": [2]}),
        Without("‖h‖ ≤ ν", {"c": 1, "nu": 1, "mu": 2, "g": [2], "h": [2]}),
        NotKnownToNeed(
            "g is real", "the proof compares real inner products; the complex case is not examined"
        ),
        NotKnownToNeed(
            "h is real", "the proof compares real inner products; the complex case is not examined"
        ),
    ],
)
def clipping_is_nonexpansive(run):
    yield sampled(
        clipped_gradients_are_no_further_apart,
        run,
        pairs=st.lists(st.tuples(*[st.integers(-1000, 1000)] * 2), min_size=1, max_size=8),
        c=st.sampled_from([1.0, 0.5, 5.0, 1000.0]),
    )


if __name__ == "__main__":
    main(__file__)
