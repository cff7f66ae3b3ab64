"""∂h_{t+n}/∂h_t = J_{t+n} ⋯ J_{t+1} with J_k = (1 − α) I + α diag(tanh′(z_k)) W.

Idea: the induction of jacobian_product; nothing in it depends on the form of one factor.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems import recurrence


@claim(
    "∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} ((1 − α) I + α diag(tanh′(z_k)) W) for the leaky recurrence",
    title="Jacobian product of the leaky recurrence",
    derivation=recurrence.leaky_jacobian_product,
)
def leaky_jacobian_product(run):
    return ()


if __name__ == "__main__":
    main(__file__)
