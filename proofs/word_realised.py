"""A word of slopes that inputs realise for ever makes the gradient grow at the rate ρ(A)^(1/p).

A is the product of diag(e_k) W over one word of p slopes. With the inputs of slopes_realised
∂h_{t+np}/∂h_t = Aⁿ; so its norm is at least ρ(A)ⁿ, its n-th root tends to ρ(A), and a certificate
of stein_lower for A says that it is at least qⁿ: for q > 1 the gradient explodes along these
inputs. For tanh the word may have any slopes in (0, 1].
"""

from gradproof import NotKnownToNeed, Without, claim, main
from gradproof.symbolic.theorems import realised_slopes

# c = 0 for ever: tanh′(0) = 1, and the state rests at 0. P = 1 certifies A = 1 at q = 1.
REST = {"phi": "tanh", "W": [[1]], "U": [[1]], "R": [[1]], "c": [0], "e": [1], "n": 1}
REST |= {"p": 1, "A": [[1]]}
CERTIFIED = REST | {"P": [[1]], "v": [1], "q": 1}
INPUTS = "x_{t+j+1} = R (c_{t+j+1} − W h_{t+j} − b) for all j"
SLOPES = "φ′(c_{t+j+1}) = e_{t+j+1} for all j"
REPEATS = "e_{t+k+p} = e_{t+k} for all k"
RATE = "limsup_n ‖∂h_{t+np}/∂h_t‖^(1/n) ≤ ρ(A)"
# The input 1 has no effect: the state rests at 0, where the slope is 1; arctan′(1) = 1/2.
WITHOUT_INPUT = REST | {"phi": "arctan", "U": [[0]], "c": [1], "e": [0.5], "x": [1], "A": [[0.5]]}


@claim(
    "if U R = I, x_k = R (c_k − W h_{k−1} − b) and φ′(c_k) = e_k for all k > t, e_{k+p} = e_k for "
    "all k > t, and A = ∏_{k=t+1}^{t+p} diag(e_k) W, then ∂h_{t+np}/∂h_t = Aⁿ, "
    "ρ(A)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖ for all n ≥ 0, and limsup ‖∂h_{t+np}/∂h_t‖^(1/n) ≤ ρ(A); and "
    "qⁿ ≤ ‖∂h_{t+np}/∂h_t‖ for every q, P and v as in stein_lower",
    title="A word of slopes that inputs realise",
    derivation=lambda activation="phi": realised_slopes.word_realised(activation),
    necessity=[
        Without("A = …", REST | {"A": [[2]]}),
        Without("A = …", CERTIFIED | {"A": [[2]], "q": 2}),
        Without(INPUTS, REST | {"x": [1]}),
        Without(INPUTS, CERTIFIED | {"x": [1]}),
        Without(SLOPES, REST | {"e": [2], "A": [[2]]}),
        Without(SLOPES, CERTIFIED | {"e": [2], "A": [[2]], "q": 2}),
        Without("U R = I", WITHOUT_INPUT),
        Without("q² yᵀ P y ≤ (A y)ᵀ P (A y) for all real y", CERTIFIED | {"q": 2}),
        Without("0 < vᵀ P v", CERTIFIED | {"q": 2, "P": [[-1]]}),
        # These counterexamples have irrational states, which aren't compared exactly.
        NotKnownToNeed(REPEATS, "not decided at φ = arctan, W = U = 1, h_t = 0, c = 0, 1, 0, 0, …"),
        *(
            NotKnownToNeed("U R = I", "not decided at φ = tanh, W = b = 1, h_t = U = x = c = 0", of)
            for of in (RATE, "ρ(A)ⁿ ≤ ‖∂h_{t+np}/∂h_t‖", "qⁿ ≤ ‖∂h_{t+np}/∂h_t‖")
        ),
        *(
            NotKnownToNeed(condition, "not decided, as roots of norms aren't followed", RATE)
            for condition in ("A = …", INPUTS, SLOPES)
        ),
    ],
)
def word_realised(run):
    return ()


if __name__ == "__main__":
    main(__file__)
