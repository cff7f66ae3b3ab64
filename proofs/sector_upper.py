"""One matrix inequality bounds ‖∂h_{t+n}/∂h_t‖ by √(M/μ) rⁿ, for all slopes in [α, β] at once.

Let S = diag(s), T = S², and let [[r²X + 2αβ WᵀTW, −(α+β)WᵀT], [−(α+β)TW, 2T − X]] be positive
semidefinite. Then vᵀΦᵀXΦv ≤ r²ⁿ vᵀXv for Φ = ∂h_{t+n}/∂h_t and every real v. For tanh α = 0 and
β = 1, for the logistic function β = 1/4. For (0, 1) the inequality says, after a congruence, that
[[X, WᵀQ], [QW, 2rQ − X]] is positive semidefinite with Q = T/r.

Idea: with y = D W x the form of that matrix at (x, y) is r² xᵀXx − yᵀXy minus twice
Σ tᵢ (dᵢ − α)(β − dᵢ)(W x)ᵢ² ≥ 0. A diagonal scaling is the case X = T = S², α = 0, β = 1: the
matrix is positive semidefinite where ‖S W S⁻¹‖ ≤ r.
"""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from gradproof import NotKnownToNeed, Without, at_most, claim, main, sampled
from gradproof.gradients.network import ElmanNetwork, Trajectory
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import jacobian_product_error_upper
from gradproof.spectral.spectra import spectral_norm
from gradproof.strategies import trajectories
from gradproof.symbolic.theorems import sector


def products_are_bounded_by_a_certificate(
    drawn: tuple[ElmanNetwork, Trajectory], entries: tuple[int, ...]
) -> None:
    network, run = drawn
    n, d, W = run.steps, network.state_size, network.recurrent_weight
    root = np.resize(entries, (d, d)) + 3 * np.eye(d)
    X = root @ root.T + np.eye(d)  # small integers: exact
    T = np.diag(np.abs(X).sum(axis=1))  # so 2T − X is diagonally dominant
    # Schur complement: r² X ⪰ WᵀT (2T − X)⁻¹ TW, where r is the norm of K⁻¹ T W L⁻ᵀ.
    L, K = np.linalg.cholesky(X), np.linalg.cholesky(2 * T - X)
    r = spectral_norm(np.linalg.solve(L, np.linalg.solve(K, T @ W).T))
    product = jacobian_product(network, run).to_array()
    bound = np.sqrt(np.linalg.cond(X)) * r**n
    # Cholesky factors, solutions and an SVD are backward stable, Higham (2002): r is off by
    # κ p(d) u relative, κ the product of the condition numbers, with a modest p(d) that 100 d²
    # covers; r occurs n times, √cond(X) once.
    condition = float(np.linalg.cond(X) * np.linalg.cond(2 * T - X))
    relative = 100 * d**2 * (n + 1) * condition * 2.0**-53
    error = float(np.linalg.norm(jacobian_product_error_upper(network, run)))
    slack = error + relative * bound + 2.0**-1000
    at_most(spectral_norm(product), bound, slack=slack, because="derived rounding bound")


HALF = Fraction(1, 2)
UNIT = {"d": 1, "n": 1, "X": [[1]], "s": [1], "mu": 1, "M": 1, "r": HALF}
# Φ = W φ′ = 1 in each: the identity, tanh at its fixed point 0, the logistic function at 1/2.
IDENTITY = UNIT | {"W": [[1]], "phi": "identity", "alpha": 0, "beta": 1}
EXAMPLES = (IDENTITY, UNIT | {"W": [[1]]}, UNIT | {"W": [[4]], "b": [-2], "h_0": [HALF]})
ALONG = {"v": [1]}


def in_each(condition: str, changed: dict[str, object]) -> list[Without]:
    """Return the witness against a condition for each of the three activations."""
    return [Without(condition, example | changed) for example in EXAMPLES]


@claim(
    "‖Φ‖ ≤ √(M/μ) rⁿ and vᵀΦᵀXΦv ≤ r²ⁿ vᵀXv for Φ = ∂h_{t+n}/∂h_t and every real v, where r > 0, "
    "T = diag(s)², X and s real, α ≤ φ′ ≤ β, 0 < μ, μ‖w‖² ≤ wᵀXw ≤ M‖w‖² for all real w and "
    "r² uᵀXu + 2αβ uᵀWᵀTWu − 2(α + β) uᵀWᵀTy + 2 yᵀTy − yᵀXy ≥ 0 for all real u and y; and then "
    "limsup ‖Φ‖ = 0 if r < 1. For tanh (α, β) = (0, 1), for the logistic function (0, 1/4). If "
    "S = diag(s) is invertible and ‖S W S⁻¹‖ ≤ r, the last form is ≥ 0 for X = T, (α, β) = (0, 1)",
    title="Upper bound by a sector of slopes",
    derivation=lambda activation=None: (
        sector.sector_upper(activation)
        if activation
        else (
            *sector.sector_upper(),
            *sector.sector_upper("tanh"),
            *sector.sector_upper("logistic"),
            sector.diagonal_scaling_is_a_sector_certificate(),
        )
    ),
    necessity=[
        *in_each("0 ≤ …", ALONG),
        Without("φ′(z) ≤ β for all z", IDENTITY | ALONG | {"beta": 0}),
        Without("α ≤ φ′(z) for all z", IDENTITY | ALONG | {"beta": 0, "phi": (-1, "identity")}),
        *in_each("μ ‖w‖² ≤ wᵀ X w for all real w", ALONG | {"X": [[0]], "s": [0]}),
        *in_each("wᵀ X w ≤ M ‖w‖² for all real w", ALONG | {"r": 1, "M": HALF, "n": 0}),
        NotKnownToNeed(
            "wᵀ X w ≤ M ‖w‖² for all real w",
            "every matrix X has such an M, its norm say, and the limit doesn't speak of M",
            theorem="limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0",
        ),
        *in_each("r < 1", {"r": 1}),
        NotKnownToNeed(
            "v is real",
            "a real matrix has the same norm on real and on complex vectors",
            theorem="‖∂h_{t+n}/∂h_t v‖² ≤ M r²ⁿ ‖v‖²/μ",
        ),
        Without(
            "‖diag(s) W diag(s)⁻¹‖ ≤ r",
            {"W": [[2]], "s": [1], "r": 1, "u": [1], "y": [1]},
        ),
    ],
    formal=[
        "sector.sector_upper",
        "sector.diagonal_scaling_is_a_sector_certificate",
        "activations.tanh_slopes_within",
        "logistic.logistic_slopes_within",
    ],
)
def sector_upper(run):
    yield sampled(
        products_are_bounded_by_a_certificate,
        run,
        drawn=trajectories(),
        entries=st.tuples(*[st.integers(-2, 2)] * 7),
    )


if __name__ == "__main__":
    main(__file__)
