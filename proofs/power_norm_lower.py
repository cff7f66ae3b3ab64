"""ρ(W)ⁿ ≤ ‖Wⁿ‖ for every square matrix W and every n ≥ 0.

Idea: the eigenvalues of Wⁿ are the n-th powers of those of W, and no eigenvalue exceeds the norm.
"""

from gradproof import Source, claim, main
from gradproof.symbolic.theorems import powers


@claim(
    "ρ(W)ⁿ ≤ ‖Wⁿ‖",
    title="Powers bounded from below by the spectral radius",
    source=Source("HornJohnson2013", "Theorem 5.6.9"),
    derivation=powers.power_norm_lower,
    formal=["spectra.spectral_radius_power_le"],
)
def power_norm_lower(run):
    return ()


if __name__ == "__main__":
    main(__file__)
