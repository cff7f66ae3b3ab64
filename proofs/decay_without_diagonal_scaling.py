"""W = ⅔ [[1, −1], [1, −1]] makes gradients of tanh networks vanish; no diagonal scaling shows it.

‖∂h_{t+n}/∂h_t‖ ≤ √(9/2) (4/5)ⁿ whatever the inputs, by :mod:`sector_upper` with
X = [[11, −7], [−7, 11]], T = 10 I and r = 4/5; X has the eigenvalues 4 and 18. But ‖W‖ = 4/3, and
‖S W S⁻¹‖ ≥ ρ(diag(1, −1) W) = 4/3 for every diagonal S, by :mod:`scaled_norm_lower`.
"""

from fractions import Fraction

from gradproof import all_of, claim, exactly, main
from gradproof.spectral.exact import compare_spectral_radius, exact_determinant
from gradproof.spectral.root_location import Comparison

Matrix = list[list[Fraction]]

W: Matrix = [[Fraction(2, 3), Fraction(-2, 3)], [Fraction(2, 3), Fraction(-2, 3)]]
SIGNED: Matrix = [W[0], [-entry for entry in W[1]]]
X: Matrix = [[Fraction(11), Fraction(-7)], [Fraction(-7), Fraction(11)]]
T, R, LEAST, MOST = Fraction(10), Fraction(4, 5), Fraction(4), Fraction(18)


def certificate() -> Matrix:
    """Return [[r²X, −TWᵀ], [−TW, 2T − X]] for T a multiple of the identity."""
    upper = [
        [R**2 * X[i][j] for j in range(2)] + [-T * W[j][i] for j in range(2)] for i in range(2)
    ]
    lower = [
        [-T * W[i][j] for j in range(2)] + [2 * T * (i == j) - X[i][j] for j in range(2)]
        for i in range(2)
    ]
    return upper + lower


def is_positive_definite(A: Matrix) -> bool:
    """Decide by the leading principal minors of a symmetric A (Sylvester)."""
    symmetric = all(A[i][j] == A[j][i] for i in range(len(A)) for j in range(i))
    minors = (exact_determinant([row[:k] for row in A[:k]]) for k in range(1, len(A) + 1))
    return symmetric and all(minor > 0 for minor in minors)


def eigenvalues_of_X_are(first: Fraction, second: Fraction) -> bool:
    """Decide by trace and determinant, which fix the two eigenvalues."""
    return X[0][0] + X[1][1] == first + second and exact_determinant(X) == first * second


@claim(
    "W = ⅔ [[1, −1], [1, −1]]: ‖S W S⁻¹‖ ≥ 4/3 for every invertible diagonal S, and yet "
    "‖∂h_{t+n}/∂h_t‖ ≤ √(9/2) (4/5)ⁿ for tanh and all inputs",
    title="Decay that no diagonal scaling proves",
    scope="instance",
    uses=["sector_upper", "scaled_norm_lower"],
)
def decay_without_diagonal_scaling(run):
    yield all_of(
        exactly(
            is_positive_definite(certificate()),
            about="[[r²X, −WᵀT], [−TW, 2T − X]] is positive definite with r = 4/5",
        ),
        exactly(eigenvalues_of_X_are(LEAST, MOST), about="X has the eigenvalues 4 and 18"),
        exactly(Fraction(9, 2) == MOST / LEAST, about="M/μ = 9/2"),
        exactly(
            compare_spectral_radius(SIGNED, Fraction(4, 3)) is Comparison.EQUAL,
            about="ρ(diag(1, −1) W) = 4/3",
        ),
        about="the certificate is positive definite, X has the eigenvalues 4 and 18, and "
        "ρ(diag(1, −1) W) = 4/3, all in rational arithmetic",
    )


if __name__ == "__main__":
    main(__file__)
