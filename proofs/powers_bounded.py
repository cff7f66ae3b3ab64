"""sup ‖Wⁿ‖ < ∞ if and only if ρ(W) ≤ 1 and every eigenvalue of modulus 1 is semisimple.

Idea: under the condition some scaling of W is a contraction. Conversely ρ(W) > 1 gives geometric
growth, and a Jordan chain on the unit circle gives ‖Wⁿu‖ ≥ n‖v‖ − ‖u‖. The three inequalities are
derived; that an eigenvalue which isn't semisimple has such a chain is Jordan's theorem.
"""

import numpy as np

from gradproof import Source, Verdict, Without, claim, main, sampled
from gradproof.spectral.exact import powers_bounded as decide
from gradproof.spectral.spectra import power_norms
from gradproof.strategies import integer_matrices
from gradproof.symbolic.theorems import powers


def exact_decision_agrees_with_the_powers(W: np.ndarray) -> None:
    bounded = decide(W).verdict is Verdict.HOLDS
    norms = power_norms(W, 240)
    # An integer matrix with bounded powers has finitely many of them, so they are exact here and in
    # the end periodic, the period dividing 12 (eigenvalues are roots of unity of degree ≤ 3).
    # Unbounded powers grow at least linearly.
    grown = norms[-1] > 1.5 * norms[:121].max()
    assert bounded is not bool(grown), f"decided {bounded}, measured growth {bool(grown)}"


@claim(
    "sup ‖Wⁿ‖ < ∞ if ρ(W) ≤ 1 and the eigenvalues of modulus 1 are semisimple; ρ(W)ⁿ ≤ ‖Wⁿ‖; and "
    "n‖v‖ − ‖u‖ ≤ ‖Wⁿ u‖ for a Jordan chain W v = λ v, W u = λ u + v with |λ| = 1",
    title="When powers stay bounded",
    source=Source("HornJohnson2013", "Theorem 3.2.5.2"),
    derivation=powers.powers_bounded,
    necessity=[
        Without("ρ(W) ≤ 1, and …", {"W": [[1, 1], [0, 1]]}),
        Without("ρ(W) ≤ 1, and …", {"W": [[2]]}),
        Without("W v = λ v", {"W": [[0]], "lambda": 1, "v": [-1], "u": [1], "n": 2}),
        Without("W u = λ u + v", {"W": [[1]], "lambda": 1, "v": [1], "u": [0], "n": 1}),
        Without(
            "|λ| = 1",
            {"W": [[0.5, 1], [0, 0.5]], "lambda": 0.5, "v": [1, 0], "u": [0, 1], "n": 3},
        ),
        Without(
            "|λ| = 1",
            {"W": [[2, 10], [0, 2]], "lambda": 2, "v": [10, 0], "u": [-5, 1], "n": 1},
        ),
    ],
)
def powers_bounded(run):
    yield sampled(exact_decision_agrees_with_the_powers, run, W=integer_matrices())


if __name__ == "__main__":
    main(__file__)
