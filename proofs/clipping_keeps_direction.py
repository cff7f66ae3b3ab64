"""Clipping by the norm keeps the direction: uᵀclip(g) ‖g‖ = uᵀg ‖clip(g)‖ for every real u.

clip(g) = (c/μ) g with c, μ > 0, so where g ≠ 0 the cosine of the angle with any u is the same for
clip(g) as for g. Idea: the norm and the inner product are homogeneous.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems import clipping


@claim(
    "uᵀclip(g) ‖g‖ = uᵀg ‖clip(g)‖ for clip(g) = (c/μ) g with c, μ > 0, real g and every real u",
    title="Clipping by norm keeps the direction",
    derivation=lambda: (clipping.clipping_keeps_direction(),),
)
def clipping_keeps_direction(run):
    return ()


if __name__ == "__main__":
    main(__file__)
