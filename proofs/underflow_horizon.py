"""c rⁿ ≤ ε as soon as n log(1/r) ≥ log(c/ε): after that many steps a gradient is below ε.

For ‖∂h_{t+n}/∂h_t‖ with γ‖W‖ ≤ r take c = 1. Idea: e^x is increasing. The smallest positive number
of float32 is 2⁻¹⁴⁹, of float64 2⁻¹⁰⁷⁴; what is at most half of that rounds to 0. So rⁿ rounds to 0
in float32 from n = 131 on for r = 9/20, and from n = 987 on for r = 9/10.
"""

from fractions import Fraction

from gradproof import Without, claim, exactly, main
from gradproof.claims.evidence import Evidence, all_of
from gradproof.symbolic.theorems import growth_bounds

HALF_OF_SMALLEST = {"float32": Fraction(1, 2**150), "float64": Fraction(1, 2**1075)}

#: The first n for which rⁿ is at most half of the smallest positive number.
FIRST = {
    (Fraction(7, 20), "float32"): 100,
    (Fraction(7, 20), "float64"): 710,
    (Fraction(9, 20), "float32"): 131,
    (Fraction(9, 20), "float64"): 934,
    (Fraction(1, 2), "float32"): 150,
    (Fraction(1, 2), "float64"): 1075,
    (Fraction(9, 10), "float32"): 987,
    (Fraction(9, 10), "float64"): 7073,
}


def horizons() -> Evidence:
    """Decide in rational arithmetic that each n is the first one."""
    parts = []
    for (r, form), n in FIRST.items():
        epsilon = HALF_OF_SMALLEST[form]
        is_first = r**n <= epsilon < r ** (n - 1)
        parts.append(exactly(is_first, about=f"({r})ⁿ rounds to 0 in {form} from n = {n} on"))
    return all_of(*parts)


@claim(
    "c rⁿ ≤ ε if log c + n log r ≤ log ε, that is n log(1/r) ≥ log(c/ε), for c, r, ε > 0; so "
    "‖∂h_{t+n}/∂h_t‖ ≤ ε if |φ′| ≤ γ, γ‖W‖ ≤ r and n log r ≤ log ε; for tanh γ = 1",
    derivation=lambda: (
        *growth_bounds.underflow_horizon(),
        *growth_bounds.underflow_horizon("tanh")[1:],
    ),
    necessity=[
        Without("n log(r) + log(c) ≤ log(ε)", {"c": 1, "r": "1/2", "n": 1, "varepsilon": "1/4"}),
        Without(
            "n log(r) ≤ log(ε)",
            {
                "phi": "identity",
                "gamma": 1,
                "W": [["1/2"]],
                "r": "1/2",
                "n": 1,
                "varepsilon": "1/4",
            },
        ),
        Without(
            "γ ‖W‖ ≤ r",
            {"phi": "identity", "gamma": 1, "W": [[1]], "r": "1/2", "n": 1, "varepsilon": "3/4"},
        ),
        Without("‖W‖ ≤ r", {"W": [[1]], "r": "1/2", "n": 1, "varepsilon": "3/4"}),
        Without(
            "|φ′(z)| ≤ γ for all z",
            {
                "phi": (2, "identity"),
                "gamma": 1,
                "W": [["1/2"]],
                "r": "1/2",
                "n": 1,
                "varepsilon": "3/4",
            },
        ),
    ],
)
def underflow_horizon(run):
    yield horizons()


if __name__ == "__main__":
    main(__file__)
