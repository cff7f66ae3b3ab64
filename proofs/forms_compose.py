"""Inequalities of single steps compose: a word of slopes may have one quadratic form for each step.

From q² yᵀPy + ε‖y‖² ≤ (By)ᵀQ(By) and s² yᵀQy ≤ (Cy)ᵀR(Cy) follows the same for C B, with the rate
q s. Applied p − 1 times along a word of steps A_1, …, A_p with forms P_0, …, P_p = P_0, it gives
the inequality of stein_lower for A_p ⋯ A_1: only the first step needs a margin. Idea: insert By.
"""

from gradproof import Without, claim, main
from gradproof.symbolic.theorems import quadratic_forms

ONES = {"P": [[1]], "Q": [[1]], "R": [[1]], "B": [[1]], "C": [[1]], "y": [1], "q": 1, "s": 1}


@claim(
    "if B, C, P, Q and R are real, q > 0, s > 0, ε ≥ 0, and q² yᵀPy + ε‖y‖² ≤ (By)ᵀQ(By) and "
    "s² yᵀQy ≤ (Cy)ᵀR(Cy) for all real y, then (qs)² yᵀPy + s²ε‖y‖² ≤ (CBy)ᵀR(CBy) for all real y",
    title="Forms along a word",
    derivation=lambda: (quadratic_forms.forms_compose(),),
    chapter="powers",
    necessity=[
        Without("q² yᵀ P y + ε ‖y‖² ≤ …", ONES | {"P": [[2]], "varepsilon": 0}),
        Without("s² yᵀ Q y ≤ …", ONES | {"R": [[0.5]], "varepsilon": 0}),
    ],
)
def forms_compose(run):
    return ()


if __name__ == "__main__":
    main(__file__)
