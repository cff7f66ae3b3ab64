"""Lyapunov's inequality: r²X − AᵀXA ⪰ 0 and X ≻ 0 bound the powers of A by √(M/μ) rⁿ, ρ(A) by r.

It is the certificate of decay where the Jacobians are known: the powers of W for the identity as
activation, those of D* W at a fixed point (fixed_point), those of one period (periodic_orbit).
Idea: vᵀXv falls by r² in each step, and lies between μ‖v‖² and M‖v‖²; Gelfand's formula takes the
n-th root. A margin, r²X − AᵀXA ⪰ εI, leaves room for a smaller rate.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Without, at_most, claim, main, sampled
from gradproof.symbolic.theorems import quadratic_forms


def the_form_falls(entries: tuple[int, ...], d: int, n: int) -> None:
    A = np.resize(entries, (d, d)).astype(object)
    # r is above the greatest row sum and column sum of |A|, so X = I will do: ‖A‖ ≤ r.
    r = int(max(np.abs(A).sum(axis=0).max(), np.abs(A).sum(axis=1).max(), 1))
    v = np.resize(entries[::-1], d).astype(object)
    image = v
    for _ in range(n):
        image = A @ image
    at_most(image @ image, r ** (2 * n) * (v @ v), slack=0, because="exact in integers")


SCALAR = {"A": [[1]], "W": [[1]], "X": [[1]], "r": 1, "mu": 1}
ONCE = SCALAR | {"n": 1, "M": 1}
POWERS = {name: ONCE[name] for name in ("A", "X", "r", "mu", "n", "M")}
NETWORK = {name: ONCE[name] for name in ("W", "X", "r", "mu", "n", "M")}
RADIUS = {name: SCALAR[name] for name in ("A", "X", "r", "mu")}
LOWER, UPPER = "μ ‖w‖² ≤ wᵀ X w for all real w", "wᵀ X w ≤ M ‖w‖² for all real w"


@claim(
    "if A and X are real, r > 0, and (Ay)ᵀX(Ay) ≤ r² yᵀXy for all real y, then "
    "(Aⁿv)ᵀX(Aⁿv) ≤ r²ⁿ vᵀXv for all real v and n ≥ 0; if μ‖w‖² ≤ wᵀXw for all real w, with μ > 0, "
    "ρ(A) ≤ r, and ρ(A) < r if even (Ay)ᵀX(Ay) ≤ r² yᵀXy − ε‖y‖² with an ε > 0; if further "
    "wᵀXw ≤ M‖w‖² for all real w, ‖Aⁿ‖ ≤ √(M/μ) rⁿ. With the identity as activation and A = W, "
    "‖∂h_{t+n}/∂h_t‖ ≤ √(M/μ) rⁿ",
    title="Upper bound of powers by a quadratic form",
    derivation=quadratic_forms.lyapunov_upper,
    chapter="powers",
    necessity=[
        Without("(A y)ᵀ X (A y) ≤ r² yᵀ X y for all real y", POWERS | {"A": [[2]], "v": [1]}),
        Without("(W y)ᵀ X (W y) ≤ r² yᵀ X y for all real y", NETWORK | {"W": [[2]]}),
        Without("(A y)ᵀ X (A y) ≤ r² yᵀ X y − …", RADIUS | {"varepsilon": 1}),
        Without(LOWER, POWERS | {"A": [[2]], "X": [[0]]}),
        Without(LOWER, NETWORK | {"W": [[2]], "X": [[0]]}),
        Without(LOWER, RADIUS | {"A": [[2]], "X": [[-1]], "varepsilon": 1}),
        Without(UPPER, POWERS | {"M": 0.5, "n": 0}),
        Without(UPPER, NETWORK | {"M": 0.5, "n": 0}),
    ],
)
def lyapunov_upper(run):
    yield sampled(
        the_form_falls,
        run,
        entries=st.tuples(*[st.integers(-5, 5)] * 7),
        d=st.integers(1, 4),
        n=st.integers(0, 6),
    )


if __name__ == "__main__":
    main(__file__)
