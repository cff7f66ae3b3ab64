"""One matrix inequality bounds every product ∏ diag(e_k) W with slopes e_k in [α, β] by √(M/μ) rⁿ.

That every entry of e_k is in [α, β] is said by ‖diag(e_k) − ((α + β)/2) I‖ ≤ (β − α)/2. The e_k may
change from step to step in any way, so r bounds the growth rate over all slopes, the joint spectral
radius of {diag(e) W: α ≤ e_i ≤ β}. Idea: that of sector_upper; here the sector comes from
‖(D − c I) v‖ ≤ ‖D − c I‖‖v‖ with c = (α + β)/2, and no network takes part.
"""

from gradproof import NotKnownToNeed, Without, claim, main
from gradproof.symbolic.theorems import slope_sequences

# With X = T = W = 1 and slopes in [0, 1] the form is (u − y)² where r = 1.
ONES = {"d": 1, "W": [[1]], "X": [[1]], "s": [1], "e": [1], "alpha": 0, "beta": 1}
ONES |= {"r": 1, "mu": 1}
ONCE = ONES | {"M": 1, "v": [1], "n": 1}
SECTOR = "‖(−α/2 − β/2) I + diag(e_k)‖ ≤ β/2 − α/2 for all k"
RATE = "limsup_n ‖∏_{k=t+1}^{t+n} [diag(e_k) W]‖^(1/n) ≤ r"
ROOTS = "not decided, as roots of norms aren't followed: the bounds of ‖Φ‖ need it"


@claim(
    "‖Φ‖ ≤ √(M/μ) rⁿ, vᵀΦᵀXΦv ≤ r²ⁿ vᵀXv and limsup ‖Φ‖^(1/n) ≤ r for every product "
    "Φ = ∏_{k=t+1}^{t+n} diag(e_k) W whose slopes, the entries of e_k, are in [α, β], and every "
    "real v, where r > 0, W, X and s are real, 0 < μ, μ‖w‖² ≤ wᵀXw ≤ M‖w‖² for all real w, and "
    "r² uᵀXu + 2αβ uᵀWᵀTWu − 2(α + β) uᵀWᵀTy + 2 yᵀTy − yᵀXy ≥ 0 for all real u and y, with "
    "T = diag(s)²; and then limsup ‖Φ‖ = 0 if r < 1",
    title="Upper bound for all slopes in a sector",
    derivation=slope_sequences.sector_of_slopes,
    chapter="norms",
    necessity=[
        Without("0 ≤ …", ONCE | {"r": 0.5}),
        Without(SECTOR, ONCE | {"e": [2]}),
        Without(
            "μ ‖w‖² ≤ wᵀ X w for all real w",
            ONES | {"X": [[0]], "s": [0], "r": 0.5, "M": 1, "n": 1},
        ),
        Without("wᵀ X w ≤ M ‖w‖² for all real w", ONES | {"M": 0.5, "n": 0}),
        Without("r < 1", ONES),
        # W = 1/2 alone decays by 1/2; with slopes of 2, which aren't in [0, 1], it doesn't.
        Without(SECTOR, ONES | {"W": [[0.5]], "e": [2], "r": 0.5}),
        *(
            NotKnownToNeed(condition, ROOTS, RATE)
            for condition in (
                "0 ≤ …",
                SECTOR,
                "μ ‖w‖² ≤ wᵀ X w for all real w",
            )
        ),
    ],
    formal=[
        "sector.sector_of_slopes",
        "sector.sector_of_slopes_rate",
        "sector.sector_of_slopes_limit",
    ],
)
def sector_of_slopes(run):
    return ()


if __name__ == "__main__":
    main(__file__)
