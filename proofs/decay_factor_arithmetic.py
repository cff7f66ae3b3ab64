"""Decay factors γⁿ of the article, recomputed with integers: its printed figures are right.

A power of ten printed for a number is the nearest one on the logarithmic scale: x ≈ 10^k if
10^(2k−1) ≤ x² < 10^(2k+1). These are figures of γⁿ only; what a gradient does is another matter,
see mean_slope_sets_the_rate.
"""

from fractions import Fraction

from gradproof import Source, all_of, claim, exactly, main
from gradproof.claims.evidence import Evidence

#: γ, n, and the printed decimal of γⁿ.
DECIMALS = [
    ("0.45", 10, "0.00034"),
    ("0.35", 5, "0.005"),
    ("0.9", 50, "0.0052"),
    ("0.7", 50, "0.000000018"),
    ("0.5", 50, "0.00000000000000089"),
    ("0.3", 50, "0.0000000000000000000000000072"),
]

#: γ, n, and the k of γⁿ ≈ 10^k.
POWERS_OF_TEN = [("0.45", 20, -7), ("0.35", 50, -23)]


def rounds_to(factor: str, n: int, printed: str) -> bool:
    """Return whether γⁿ is within half a unit of the last printed place."""
    places = len(printed.partition(".")[2])
    return abs(Fraction(factor) ** n - Fraction(printed)) <= Fraction(1, 2 * 10**places)


def is_near_power_of_ten(factor: str, n: int, k: int) -> bool:
    square = Fraction(factor) ** (2 * n)
    return Fraction(10) ** (2 * k - 1) <= square < Fraction(10) ** (2 * k + 1)


def figures() -> Evidence:
    parts = [
        exactly(rounds_to(factor, n, printed), about=f"{factor}^{n} ≈ {printed}")
        for factor, n, printed in DECIMALS
    ]
    parts += [
        exactly(is_near_power_of_ten(factor, n, k), about=f"{factor}^{n} ≈ 10^{k}")
        for factor, n, k in POWERS_OF_TEN
    ]
    shrunk = 2900 < Fraction("0.45") ** -10 < 3000
    parts.append(exactly(shrunk, about="0.45^(−10) is between 2900 and 3000"))
    about_200 = abs(Fraction("0.35") ** -5 - 200) < 10
    parts.append(exactly(about_200, about="0.35^(−5) differs from 200 by less than 10"))
    return all_of(*parts)


@claim(
    "0.45^10 ≈ 0.00034, a factor of nearly 3000; 0.45^20 ≈ 10^(−7); 0.35^5 ≈ 0.005, a factor of "
    "about 200; 0.35^50 ≈ 10^(−23); after 50 steps 0.9, 0.7, 0.5, 0.3 leave 0.0052, 1.8·10^(−8), "
    "8.9·10^(−16), 7.2·10^(−27): all are right to the digits printed",
    title="Decay factors in numbers",
    scope="instance",
    source=Source("Brenndoerfer2025", "Quantifying the Decay; A Worked Example"),
)
def decay_factor_arithmetic(run):
    yield figures()


if __name__ == "__main__":
    main(__file__)
