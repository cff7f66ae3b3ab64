"""Lines 145–188: quantifying the decay."""

from fractions import Fraction

import mpmath
import numpy as np
from flint import arb

from gradproof import enclosed, exactly, floating
from gradproof.audit import (
    Kind,
    Reading,
    Section,
    Statement,
    by,
    compares,
    decides,
    prints,
    refutes,
)
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.bracket import enclose_ball

FACTOR = Fraction(9, 20)
LATCH = RationalCycle.of("2", "0")


def power(factor: Fraction, steps: int):
    return lambda: factor**steps


def power_again(factor: str, steps: int):
    return lambda: float(mpmath.mpf(factor) ** steps)


def mean_slope_again(bound: float) -> float:
    """Return the mean of tanh′ over [−bound, bound], by the midpoint rule."""
    z = bound * (np.arange(10**6) + 0.5) / 10**6
    return float(np.mean(1 / np.cosh(z) ** 2))


def code_gives_powers() -> None:
    exact = [float(mpmath.mpf("0.9") ** n) for n in range(1, 51)]
    assert np.abs(0.9 ** np.arange(1, 51) - exact).max() < 1e-15


def first_step_below(bound: Fraction) -> int:
    steps = 0
    while FACTOR**steps >= bound:
        steps += 1
    return steps


SECTION = Section(
    "Quantifying the decay",
    (145, 188),
    (
        Statement(
            "factor-combines-eigenvalues-and-slope",
            (147, 147),
            "This factor combines the contribution from the weight matrix eigenvalues and the tanh "
            "derivative.",
            Kind.HEURISTIC,
            by("mean_slope_sets_the_rate"),
            corrected=Reading(
                "For one unit the rate is |w| times the geometric mean of the slopes; for several "
                "no function of ρ(W) and a mean slope is the rate.",
                by("scalar_recurrence"),
            ),
            because="the mean slope and ρ(W) don't determine the rate, not even for one unit",
        ),
        Statement(
            "non-saturated-slope-is-half",
            (149, 149),
            "Suppose the tanh derivative averages 0.5 across timesteps (a reasonable estimate for "
            "non-saturated activations)",
            Kind.HEURISTIC,
            compares(
                "the mean of tanh′ over [−1, 1], that is tanh(1),",
                lambda: enclose_ball(arb(1).tanh()),
                "≤",
                0.6,
                also=lambda: mean_slope_again(1.0),
            ),
            loosely=Reading(
                "over [−2, 2], where line 132 has most values, the mean slope is tanh(2)/2 = 0.48",
                prints(
                    "tanh(2)/2",
                    lambda: enclose_ball(arb(2).tanh() / 2),
                    "0.48",
                    also=lambda: mean_slope_again(2.0),
                ),
            ),
            corrected=Reading(
                "Over [−1, 1] the mean slope is tanh(1) > 0.76. It is tanh(a)/a over [−a, a]: "
                "below 1/2 only where a > 1.9, which includes saturated values.",
                decides(
                    "tanh(1.9)/1.9 > 1/2 > tanh(1.92)/1.92",
                    lambda: enclosed(
                        "tanh(1.9)/1.9", enclose_ball((arb(19) / 10).tanh() * 10 / 19), ">", 0.5
                    ),
                    lambda: enclosed(
                        "tanh(1.92)/1.92",
                        enclose_ball((arb(192) / 100).tanh() * 100 / 192),
                        "<",
                        0.5,
                    ),
                ),
            ),
            because="0.48 on average for |z| ≤ 2, but there the slope falls to 0.07, which is "
            "saturation; for |z| ≤ 1 it averages 0.76",
        ),
        Statement(
            "gradient-scales-like-power",
            (149, 151),
            "The gradient magnitude after n backward steps scales roughly as: ‖gradient‖ ∝ γⁿ",
            Kind.FORMULA,
            by("mean_slope_sets_the_rate"),
            missing=Reading(
                "If the Jacobian is the same at every step, as at a fixed point, the product is "
                "J*ⁿ and the rate ρ(J*).",
                by("fixed_point"),
            ),
            because="one rate per step exists where all Jacobians are one matrix",
        ),
        Statement(
            "rate-is-mean-slope-times-radius",
            (156, 156),
            "the effective decay factor per timestep, approximately γ ≈ σ̄ · |λ_max|",
            Kind.FORMULA,
            by("mean_slope_sets_the_rate"),
            corrected=Reading(
                "For one unit γ = |w| times the geometric mean of the slopes, at most the "
                "arithmetic one. For several units see the counterexamples.",
                by("scalar_recurrence"),
            ),
            because="it is the geometric mean even for one unit: slopes 1, 9/25, 1, … give 3/5, "
            "not 17/25",
        ),
        Statement(
            "factor-is-0-45",
            (161, 161),
            "γ = 0.5 × 0.9 = 0.45",
            Kind.NUMBER,
            prints(
                "0.5 · 0.9",
                lambda: Fraction(1, 2) * Fraction(9, 10),
                "0.45",
                also=lambda: 0.5 * 0.9,
            ),
        ),
        Statement(
            "ten-steps",
            (165, 165),
            "0.45^10 ≈ 0.00034",
            Kind.NUMBER,
            prints("0.45^10", power(FACTOR, 10), "0.00034", also=power_again("0.45", 10)),
        ),
        Statement(
            "nearly-three-thousand",
            (165, 165),
            "meaning the gradient has shrunk by a factor of nearly 3,000",
            Kind.NUMBER,
            prints("0.45^(−10)", lambda: FACTOR**-10, "2.9e3", also=lambda: 0.45**-10),
            because="0.45^(−10) = 2,937",
        ),
        Statement(
            "twenty-steps",
            (165, 165),
            "After 20 timesteps, it's 0.45^20 ≈ 10^(−7)",
            Kind.NUMBER,
            prints("0.45^20", power(FACTOR, 20), "1e-7", also=power_again("0.45", 20)),
        ),
        Statement(
            "numerical-noise",
            (165, 165),
            "The gradient has essentially vanished into numerical noise.",
            Kind.NUMBER,
            compares("0.45^20", power(FACTOR, 20), "<", 2.0**-24, also=power_again("0.45", 20)),
            loosely=Reading(
                "it is below 2⁻²³, the distance from 1 to the next float32",
                compares("0.45^20", power(FACTOR, 20), "<", 2.0**-23, also=power_again("0.45", 20)),
            ),
            corrected=Reading(
                "0.45^20 is above the unit roundoff of float32, 2⁻²⁴: beside 1 it isn't lost even "
                "there. It falls below that of float64, 2⁻⁵³, at step 47, and below the smallest "
                "float32, 2⁻¹⁴⁹, at step 130.",
                decides(
                    "the first steps at which 0.45ⁿ < 2⁻⁵³ and < 2⁻¹⁴⁹ are 47 and 130",
                    lambda: exactly(
                        first_step_below(Fraction(1, 2**53)) == 47, about="47 for 2⁻⁵³"
                    ),
                    lambda: exactly(
                        first_step_below(Fraction(1, 2**149)) == 130, about="130 for 2⁻¹⁴⁹"
                    ),
                ),
            ),
            because="1.2e-7 is just below the distance from 1 to the next float32, 2⁻²³, but twice "
            "what is lost beside 1, and 10⁹ times that in float64",
        ),
        Statement(
            "code-computes-powers",
            (170, 182),
            "gradient_magnitudes[label] = gamma**timesteps",
            Kind.CODE,
            decides(
                "gamma**timesteps is γⁿ for n = 1, …, 50, the formula of line 151",
                lambda: floating(
                    code_gives_powers, about="50 powers by NumPy agree with mpmath's to 1e-15"
                ),
            ),
            because="the code draws the formula; no network is simulated",
        ),
        Statement(
            "typical-rnn-is-half",
            (176, 176),
            "γ = 0.5 (typical RNN)",
            Kind.HEURISTIC,
            because="“typical” names no weights; the text's own example is 0.45, line 480 uses "
            "0.65",
        ),
        Statement(
            "mild-decay-orders-of-magnitude",
            (186, 186),
            "Even with mild decay (γ = 0.9), gradients shrink by orders of magnitude over 50 "
            "timesteps.",
            Kind.NUMBER,
            compares(
                "0.9^50",
                power(Fraction(9, 10), 50),
                "<",
                Fraction(1, 100),
                also=power_again("0.9", 50),
            ),
            because="0.9^50 = 0.0052, two orders of magnitude",
        ),
        Statement(
            "typical-factor-half",
            (186, 186),
            "Typical RNNs with tanh activation experience decay factors around 0.5",
            Kind.HEURISTIC,
            because="no network is measured; the factor depends on W and on the run",
        ),
        Statement(
            "negligible-within-twenty",
            (186, 186),
            "causing gradients to become negligible within 20 steps",
            Kind.NUMBER,
            compares(
                "0.5^20",
                power(Fraction(1, 2), 20),
                "<",
                Fraction(1, 10**6),
                also=power_again("0.5", 20),
            ),
            because="0.5^20 < 10⁻⁶, if that is negligible",
        ),
        Statement(
            "early-information-cannot-influence",
            (188, 188),
            "Information from early timesteps cannot effectively influence the weight updates "
            "because the gradient signal decays",
            Kind.IMPOSSIBILITY,
            refutes(
                "In a tanh network the gradient decays on its way back",
                "one unit with w = 2 at rest: ∂h_n/∂h_0 = 2ⁿ",
                LATCH.values(),
                lambda: exactly(LATCH.product(10) == ((1024,),), about="∂h_10/∂h_0 = 1024"),
                also=lambda: LATCH.measured(10),
                about="the network, differentiated by central differences",
            ),
            missing=Reading(
                "If γ‖W‖ < 1, γ = 1 for tanh: then it decays at least geometrically for all "
                "inputs.",
                by("product_norm_upper"),
            ),
            because="it holds for contracting networks; others keep or enlarge the gradient",
        ),
    ),
)
