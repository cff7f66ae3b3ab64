"""Lines 107–143: why gradients vanish, and the eigenvalue perspective."""

from fractions import Fraction

import numpy as np
from flint import acb, arb

from gradproof import all_of, confirmed, enclosed, exactly, floating
from gradproof.audit import Kind, Reading, Section, Statement, by, compares, decides, refutes
from gradproof.audit.growth_rates import growth_rate
from gradproof.audit.worked_example import ball, enclosed_run, states
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.exact import compare_spectral_radius
from gradproof.spectral.root_location import Comparison, working_precision


def mean_slope_of_worked_example() -> Enclosure:
    """Enclose the mean of 1 − h² over the two units and five steps of lines 614–625."""
    balls = [ball(entry) for state in enclosed_run().states[1:] for entry in state]
    return enclose_ball(sum((1 - h * h for h in balls), arb(0)) / len(balls))


def mean_slope_of_worked_example_again() -> float:
    return float(np.mean([1 - h**2 for h in states()[1:]]))


def mean_slope_of_gaussian(deviation: Fraction) -> Enclosure:
    """Enclose E[tanh′(σ Z)] for a standard normal Z, by rigorous integration over [−30, 30].

    What is left out has a probability below e^(−450).
    """
    sigma = arb(deviation.numerator) / deviation.denominator

    def integrand(z, _analytic):
        return (-(z**2) / 2).exp() / (acb(sigma) * z).cosh() ** 2

    with working_precision(80):
        integral = acb.integral(integrand, -30, 30).real / (2 * arb.pi()).sqrt()
    return enclose_ball(integral)


def mean_slope_of_gaussian_again(deviation: float) -> float:
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    return float(weights @ (1 / np.cosh(deviation * nodes) ** 2) / np.sqrt(2 * np.pi))


def gaussian_means_agree() -> None:
    for deviation in (Fraction(1), Fraction(3, 2)):
        again = mean_slope_of_gaussian_again(float(deviation))
        assert abs(mean_slope_of_gaussian(deviation).lower - again) < 1e-6


def gaussian_means():
    one, more = mean_slope_of_gaussian(Fraction(1)), mean_slope_of_gaussian(Fraction(3, 2))
    made = all_of(enclosed("E tanh′(Z)", one, ">", 0.6), enclosed("E tanh′(3Z/2)", more, "<", 0.5))
    again = floating(gaussian_means_agree, about="Gauss–Hermite quadrature gives the same")
    return confirmed(made, again)


def spectral_radius_of_worked_example():
    # det W = 13/50 is the squared modulus of both of its conjugate eigenvalues.
    W = [[Fraction(1, 2), Fraction(3, 10)], [Fraction(-1, 5), Fraction(2, 5)]]
    below = compare_spectral_radius(W, Fraction(50990195, 10**8)) is Comparison.ABOVE
    above = compare_spectral_radius(W, Fraction(50990196, 10**8)) is Comparison.BELOW
    return exactly(below and above, about="0.50990195 < ρ(W) < 0.50990196, √(13/50)")


# Slopes 3/4 and 1; W has the double eigenvalue −19/20, J the eigenvalue −19 (5 + √13)/80.
NEAR_ONE = RationalCycle.of("19/10 57/20; -57/20 -19/5", "1/2 0")

GROWING = [[1, 1.5], [-1.5, -2]]

HIDDEN = "the code behind this figure isn't shown: weights, inputs and sizes are unknown"

SECTION = Section(
    "Why gradients vanish, and the eigenvalue perspective",
    (107, 143),
    (
        Statement(
            "product-governed-by-eigenvalues",
            (111, 111),
            "when you multiply matrices repeatedly, the behavior of the product is governed by the "
            "eigenvalues of those matrices",
            Kind.INEQUALITY,
            by("small_spectra_imply_decay"),
            corrected=Reading(
                "That holds for the powers of one matrix. Products of D_k W are governed by the "
                "growth rate over all slopes: it is 2 for W = [1 3/2; −3/2 −2], whose ρ(W) is 1/2.",
                decides(
                    "ρ(W) = 1/2, and the growth rate is 2",
                    lambda: exactly(
                        compare_spectral_radius(GROWING, Fraction(1, 2)) is Comparison.EQUAL,
                        about="ρ(W) = 1/2",
                    ),
                    lambda: enclosed("growth rate", growth_rate(GROWING), "≥", 2),
                    lambda: enclosed("growth rate", growth_rate(GROWING), "≤", 2),
                ),
            ),
            because="every factor can have the spectral radius 7/8 and the product grow like "
            "(9/5)^(n/2)",
        ),
        Statement(
            "eigenvalues-tell-stretching",
            (111, 111),
            "Eigenvalues tell us how much a matrix stretches or shrinks vectors in different "
            "directions.",
            Kind.INEQUALITY,
            refutes(
                "No vector is stretched by more than the largest modulus of an eigenvalue",
                "[0 2; 0 0] has the eigenvalue 0 only, and stretches e_2 by 2",
                {"W": "[[0, 2], [0, 0]]"},
                lambda: exactly(
                    compare_spectral_radius([[0, 2], [0, 0]], 0) is Comparison.EQUAL,
                    about="ρ(W) = 0, and W e_2 = 2 e_1",
                ),
            ),
            loosely=Reading(
                "they do in the directions of eigenvectors, so ρ(W) ≤ ‖W‖", by("power_norm_lower")
            ),
            corrected=Reading(
                "Eigenvalues say it of eigenvectors; of all vectors singular values do: "
                "σ_min(W)‖v‖ ≤ ‖W v‖ ≤ ‖W‖‖v‖.",
                by("product_norm_lower"),
            ),
            because="only in the directions of eigenvectors; singular values say it of every "
            "vector",
        ),
        Statement(
            "small-eigenvalues-shrink-any-vector",
            (111, 111),
            "If all eigenvalues have magnitude less than 1, repeated multiplication shrinks any "
            "vector toward zero.",
            Kind.LIMIT,
            by("powers_vanish"),
            because="Wⁿ v → 0 for the powers of one matrix; ‖Wⁿ v‖ may grow before it shrinks",
        ),
        Statement(
            "spectral-radius-definition",
            (115, 115),
            "The spectral radius ρ(W_hh) is the largest eigenvalue in absolute value, denoted "
            "|λ_max|.",
            Kind.DEFINITION,
            decides(
                "ρ(W) = √(13/50) for the W of line 603, the modulus of its eigenvalues",
                spectral_radius_of_worked_example,
            ),
            because="the definition; it is the largest modulus, not the largest real part",
        ),
        Statement(
            "radius-determines-fate",
            (115, 115),
            "This single number largely determines the fate of our gradients.",
            Kind.INEQUALITY,
            by("small_radius_implies_decay"),
            loosely=Reading(
                "it does in the simplified case of the sentences before: slopes that are one "
                "constant c make the product cⁿ Wⁿ",
                by("powers_vanish"),
            ),
            corrected=Reading(
                "It does at a fixed point or on a periodic orbit, for the Jacobian there: "
                "the product is a power.",
                by("fixed_point"),
            ),
            because="right where all slopes are one constant, as the article simplifies here; with "
            "others ρ(W) = 1/2 and a gradient that grows like 1.07ⁿ go together",
        ),
        Statement(
            "powers-vanish",
            (119, 119),
            "If |λ_max| < 1: the product W_hh^n → 0 as n → ∞",
            Kind.LIMIT,
            by("powers_vanish"),
        ),
        Statement(
            "powers-explode",
            (120, 120),
            "If |λ_max| > 1: the product W_hh^n → ∞ as n → ∞",
            Kind.LIMIT,
            by("power_norm_lower"),
            because="‖Wⁿ‖ ≥ ρ(W)ⁿ; it is the norm that goes to infinity, not every entry",
        ),
        Statement(
            "powers-may-stay-bounded",
            (121, 121),
            "If |λ_max| = 1: the product may remain bounded",
            Kind.LIMIT,
            by("powers_bounded"),
            because="bounded if the eigenvalues on the circle are semisimple; [1 1; 0 1]ⁿ isn't",
        ),
        Statement(
            "slope-one-only-at-zero",
            (123, 123),
            "it's always between 0 and 1, with equality to 1 only when z = 0",
            Kind.INEQUALITY,
            by("tanh_derivative_range"),
        ),
        Statement(
            "states-rarely-zero",
            (123, 123),
            "In practice, hidden state values are rarely exactly zero",
            Kind.HEURISTIC,
            because="no weights, inputs or data are named; and it is z_k, not h_k, at which the "
            "slope is taken",
        ),
        Statement(
            "slope-typically-half",
            (123, 123),
            "so the derivative is typically around 0.5 or less",
            Kind.HEURISTIC,
            compares(
                "the mean slope of the article's own worked example",
                mean_slope_of_worked_example,
                "≤",
                0.55,
                also=mean_slope_of_worked_example_again,
            ),
            corrected=Reading(
                "It doesn't follow, and depends on the spread of z: for z from N(0, σ²) the mean "
                "slope is above 0.6 at σ = 1 and below 0.5 at σ = 3/2. Line 134 says 0.6, line "
                "480 takes 0.65; in the worked example it is 0.97.",
                decides(
                    "0.6 < E tanh′(Z), and E tanh′(3Z/2) < 0.5",
                    gaussian_means,
                ),
            ),
            because="not being zero doesn't make it 0.5: tanh′(0.1) = 0.99, and the mean slope of "
            "the worked example is 0.97",
        ),
        Statement(
            "slope-vanishes-in-saturation",
            (123, 123),
            "When activations saturate (large positive or negative values), the derivative "
            "approaches 0.",
            Kind.LIMIT,
            decides(
                "tanh′(z) = 1/cosh²(z) < 4 e^(−40) for |z| ≥ 20, cosh increasing",
                lambda: enclosed("tanh′(20)", enclose_ball(1 / arb(20).cosh() ** 2), "<", 1.8e-17),
            ),
            because="tanh′(z) = 1/cosh²(z) ≤ 4 e^(−2|z|): 1.7e-17 at z = 20",
        ),
        Statement(
            "radius-near-one-decays",
            (125, 125),
            "Even if W_hh has spectral radius close to 1, the tanh derivative pulls the effective "
            "decay factor below 1.",
            Kind.INEQUALITY,
            refutes(
                "If ρ(W) is close to 1, the slopes make the product shrink",
                "ρ(W) = 19/20, and slopes of 3/4 and 1 at every step: ρ(J_k) > 2",
                NEAR_ONE.values(),
                lambda: exactly(
                    compare_spectral_radius(NEAR_ONE.recurrent_weight, Fraction(19, 20))
                    is Comparison.EQUAL,
                    about="ρ(W) = 19/20",
                ),
                lambda: exactly(
                    compare_spectral_radius(NEAR_ONE.product(), 2) is Comparison.ABOVE,
                    about="ρ(J_k) > 2, the same J_k at every step",
                ),
                also=lambda: NEAR_ONE.measured(5),
                about="the network, differentiated by central differences",
            ),
            corrected=Reading(
                "Slopes in (0, 1] can undo cancellations in W and make the product grow. They "
                "can't if some diagonal scaling has ‖S W S⁻¹‖ ≤ 1.",
                by("scaled_norm_upper"),
            ),
            because="at ρ(W) = 0.95 slopes of 3/4 and 1 can make ρ(J) = 2.04",
        ),
        Statement(
            "figure-preactivations",
            (132, 132),
            "Values cluster around zero but spread across a wide range, with most falling between "
            "−2 and 2.",
            Kind.FIGURE,
            because=HIDDEN,
        ),
        Statement(
            "figure-slopes",
            (134, 134),
            "most values fall below 0.8 with a mean around 0.6",
            Kind.FIGURE,
            because=HIDDEN,
        ),
        Statement(
            "tanh-shrinks-forty-percent",
            (134, 134),
            "This confirms that tanh typically shrinks gradients by 40-50% at each timestep.",
            Kind.CAUSE,
            by("mean_slope_sets_the_rate"),
            corrected=Reading(
                "For one unit the slopes act through their geometric mean, which is smaller; for "
                "many units the mean of the slopes decides nothing.",
                by("scalar_recurrence"),
            ),
            because="a mean slope of 0.6 isn't a rate of 0.6: what counts is the product",
        ),
        Statement(
            "slopes-rarely-one",
            (136, 136),
            "even though tanh derivatives can reach 1, they rarely do in practice",
            Kind.HEURISTIC,
            because="1 is reached at z = 0; how often that is near depends on weights that aren't "
            "shown",
        ),
        Statement(
            "mean-slope-is-shrinkage",
            (136, 136),
            "The mean derivative is around 0.6, meaning each timestep shrinks gradients by roughly "
            "40%.",
            Kind.CAUSE,
            by("mean_slope_sets_the_rate"),
            corrected=Reading(
                "|∂h_{t+n}/∂h_t| = |w|ⁿ times the product of the slopes for one unit: their "
                "geometric mean counts.",
                by("scalar_recurrence"),
            ),
            because="the arithmetic mean of the slopes isn't the factor per step",
        ),
        Statement(
            "mean-slope-contradicts-half",
            (136, 136),
            "The mean derivative is around 0.6",
            Kind.NUMBER,
            compares(
                "what line 123 calls typical, 0.5, minus 0.6, in modulus",
                lambda: abs(Fraction(1, 2) - Fraction(3, 5)),
                "<",
                Fraction(1, 20),
                also=lambda: abs(0.5 - 0.6),
            ),
            loosely=Reading(
                "both are of the order of a half",
                compares("0.6/0.5", lambda: Fraction(6, 5), "<", 2, also=lambda: 0.6 / 0.5),
            ),
            corrected=Reading(
                "The article has four values for one quantity: 0.5 (lines 123, 149, 760, 778), "
                "0.6 (134, 136) and 0.65 (480); after 50 steps 0.6 and 0.5 differ by a factor of "
                "9,000.",
                compares(
                    "(0.6/0.5)^50",
                    lambda: Fraction(6, 5) ** 50,
                    ">",
                    9000,
                    also=lambda: 1.2**50,
                ),
            ),
            because="line 123 says 0.5 or less, this line 0.6, line 480 takes 0.65",
        ),
        Statement(
            "effective-factor-below-one",
            (136, 136),
            "Combined with the weight matrix's contribution, the effective decay factor is "
            "typically well below 1.",
            Kind.HEURISTIC,
            because="it depends on W, of which nothing is said here",
        ),
        Statement(
            "figure-tanh-range",
            (141, 141),
            "The tanh activation function maps inputs to the range (-1, 1)",
            Kind.INEQUALITY,
            by("tanh_bounds"),
        ),
        Statement(
            "figure-slope-peak",
            (143, 143),
            "The tanh derivative peaks at 1 when input is 0 and approaches 0 as input magnitude "
            "increases.",
            Kind.LIMIT,
            by("tanh_derivative_range"),
        ),
        Statement(
            "preserved-only-near-zero",
            (143, 143),
            "Gradients are maximally preserved only near zero.",
            Kind.INEQUALITY,
            by("tanh_derivative_range"),
            because="tanh′(z) = 1 at z = 0 only",
        ),
    ),
)
