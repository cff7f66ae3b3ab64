"""An indefinite quadratic form proves ρ(A) ≥ q: AᵀPA − q²P ⪰ 0, and vᵀPv > 0 for one v.

P is any real matrix. With −P for P the conditions read q²P − AᵀPA ⪰ 0 and vᵀPv < 0: the inequality
of Stein whose solution is positive definite where ρ(A) < q. Idea: along vₙ = Aⁿv the form grows at
least like q²ⁿ, and it is at most ‖P‖‖vₙ‖²; Gelfand's formula takes the n-th root. A margin,
AᵀPA − q²P ⪰ εI, leaves room for the rate q + 2qε/(4Mq² + ε) in place of q, where M ≥ ‖P‖.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Without, at_most, claim, main, sampled
from gradproof.symbolic.theorems import stein


def the_form_grows(entries: tuple[int, ...], signs: tuple[int, ...], q: int, n: int) -> None:
    d = len(signs)
    # A = S Λ S⁻¹, S unit triangular with small integers: everything is exact in integers.
    S = np.eye(d, dtype=object) + np.tril(np.resize(entries, (d, d)).astype(object), -1)
    inverse = np.eye(d, dtype=object)
    for i in range(d):
        inverse[i] = inverse[i] - S[i, :i] @ inverse[:i]
    values = [2 * q if sign > 0 else q // 2 for sign in signs]
    A, P = S @ np.diag(values) @ inverse, inverse.T @ np.diag(signs) @ inverse
    v = S @ np.array([1 if sign > 0 else 0 for sign in signs], dtype=object)
    image = v
    for _ in range(n):
        image = A @ image
    at_most(q ** (2 * n) * (v @ P @ v), image @ P @ image, slack=0, because="exact in integers")


SCALAR = {"A": [[1]], "P": [[1]], "v": [1], "q": 1}
ONCE = SCALAR | {"n": 1, "kappa": 1, "M": 1}
INEQUALITY = "q² yᵀ P y ≤ (A y)ᵀ P (A y) for all real y"


@claim(
    "if A, P and v are real, q > 0, and q² yᵀPy ≤ (Ay)ᵀP(Ay) for all real y, then "
    "q²ⁿ vᵀPv ≤ (Aⁿv)ᵀP(Aⁿv) for all n ≥ 0; √(κ/M) qⁿ ≤ ‖Aⁿv‖ if 0 < κ ≤ vᵀPv and ‖P‖ ≤ M; and "
    "if 0 < vᵀPv, q ≤ ρ(A) and qⁿ ≤ ‖Aⁿ‖. If 0 < vᵀPv and even "
    "q² yᵀPy + ε‖y‖² ≤ (Ay)ᵀP(Ay) for all real y, with an ε > 0, then q < ρ(A)",
    title="Lower bound of the spectral radius by an indefinite form",
    derivation=stein.stein_lower,
    necessity=[
        Without(INEQUALITY, ONCE | {"A": [[0]]}),
        Without("κ ≤ vᵀ P v", ONCE | {"v": [0]}),
        Without("‖P‖ ≤ M", ONCE | {"M": 0.25}),
        Without("0 < vᵀ P v", SCALAR | {"A": [[0]], "P": [[-1]], "n": 1}),
        Without("0 < vᵀ P v", SCALAR | {"A": [[0]], "P": [[-1]], "varepsilon": 1}),
        Without("q² yᵀ P y + ε ‖y‖² ≤ …", SCALAR | {"varepsilon": 1}),
    ],
)
def stein_lower(run):
    yield sampled(
        the_form_grows,
        run,
        entries=st.tuples(*[st.integers(-3, 3)] * 7),
        signs=st.lists(st.sampled_from([-1, 1]), min_size=1, max_size=4).map(tuple),
        q=st.integers(1, 6),
        n=st.integers(0, 6),
    )


if __name__ == "__main__":
    main(__file__)
