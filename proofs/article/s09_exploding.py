"""Lines 447–504: vanishing and exploding gradients."""

import functools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np

from gradproof import enclosed, exactly, floating
from gradproof.audit import (
    Kind,
    Reading,
    Section,
    Statement,
    by,
    compares,
    decides,
    measures,
    refutes,
)
from gradproof.audit.growth_rates import growth_rate
from gradproof.experiments.clipping_records import agreement, loss, update
from gradproof.experiments.from_the_seed import simulation_weights
from gradproof.experiments.record import load_record
from gradproof.experiments.seeded_records import critical_scale, share_growing
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.exact import compare_spectral_radius
from gradproof.spectral.root_location import Comparison

DATA = Path(__file__).parent / "data"

# ρ(J_1)² = 3/2, ρ(J_2) = 1 + √22/8 − …; conjugate eigenvalues of J_2 J_1, determinant 63/64.
LARGE_RADII = RationalCycle.of("0 1; -3/2 2", "0 0; 3/4 0")
# One unit with w = 2, held at 3/4: the slope is 7/16 and the factor 7/8.
SATURATED = RationalCycle.of("2", "3/4")
# The mean slope is 7/8, ρ(W) = (1 + √2)/2; the rate is (3 + √21)/8 < 1.
MEAN_SLOPE = RationalCycle.of("0 1/2; 1/2 1", "0 1/2")


@functools.cache
def results():
    return load_record("exploding", DATA).results


def curve(scale: str) -> list[float]:
    return [float(norm) for norm in results()["seed_42"][scale]["norms"]]


def curve_again(scale: str) -> list[float]:
    """‖(0.65 W)ⁿ‖_F in float64, by powers of a W that NumPy draws from the seed."""
    place = ("0.3", "0.5", "0.8", "1.2").index(scale)
    W = 0.65 * float(scale) * simulation_weights()[place]
    return [float(np.linalg.norm(np.linalg.matrix_power(W, n))) for n in range(51)]


def grown(scale: str, steps: int) -> float:
    """One value of a curve, which its second computation gives too."""
    kept, again = curve(scale)[steps], curve_again(scale)[steps]
    assert abs(again / kept - 1) < 1e-4, f"{kept} and {again}"
    return kept


def curves_are_powers() -> None:
    for scale in ("0.3", "0.5", "0.8"):
        relative = np.abs(np.array(curve(scale)) / np.array(curve_again(scale)) - 1)
        assert relative.max() < 1e-4, f"{scale}: {relative.max():.2g}"


def _norm_overflows() -> None:
    assert curve("1.2")[-1] == math.inf
    assert math.isfinite(curve_again("1.2")[-1])


def _descent_is_destabilised() -> None:
    assert update("descent", "inf") > 1000
    assert loss("descent", "inf", "low") > 20 > 5 > loss("descent", "5.0", "high")
    agreement("descent_norm_inf", "descent_norm_5.0", "adam_norm_inf")


def _figures_of_scale_half() -> None:
    W = np.array(results()["seed_42"]["0.5"]["weight"])
    rate = 0.65 * np.abs(np.linalg.eigvals(W)).max()
    assert abs(rate - results()["seed_42"]["0.5"]["rate"]) < 1e-5
    assert 1.10 < rate < 1.11
    assert share_growing("0.5") == 0.707
    assert 0.46 < critical_scale() < 0.47


SECTION = Section(
    "Vanishing and exploding gradients",
    (447, 504),
    (
        Statement(
            "radius-of-jacobian-above-one-explodes",
            (449, 449),
            "When the spectral radius of the Jacobian exceeds 1, gradients grow exponentially "
            "instead of shrinking.",
            Kind.INEQUALITY,
            refutes(
                "If ρ(J_k) > 1 for every k, the product grows",
                "ρ(J_1) and ρ(J_2) are above 1, and the product shrinks by ρ(J_2 J_1) < 1 every "
                "two steps",
                LARGE_RADII.values(),
                lambda: exactly(
                    all(
                        compare_spectral_radius(J) is Comparison.ABOVE
                        for J in LARGE_RADII.jacobians()
                    ),
                    about="ρ(J_1) > 1 and ρ(J_2) > 1",
                ),
                lambda: exactly(
                    compare_spectral_radius(LARGE_RADII.product()) is Comparison.BELOW,
                    about="ρ(J_2 J_1) < 1",
                ),
                also=lambda: LARGE_RADII.measured(5),
                about="the network, differentiated by central differences",
            ),
            corrected=Reading(
                "At a fixed point the Jacobian J* is the same at each step: there ρ(J*) > 1 makes "
                "the product grow at least like ρ(J*)ⁿ.",
                by("fixed_point"),
            ),
            because="each ρ(J_k) can be above 1 while the product vanishes; it decides where all "
            "J_k are one matrix",
        ),
        Statement(
            "effective-factor-above-one",
            (453, 453),
            "If the effective decay factor exceeds 1, gradients grow instead of shrink.",
            Kind.INEQUALITY,
            refutes(
                "If the mean slope times ρ(W) exceeds 1, the gradient grows",
                "the mean slope is 7/8 and 7/8 ρ(W) > 1, but the Jacobian of every step has ρ < 1",
                MEAN_SLOPE.values(),
                lambda: exactly(
                    compare_spectral_radius(MEAN_SLOPE.recurrent_weight, Fraction(8, 7))
                    is Comparison.ABOVE
                    and sum(MEAN_SLOPE.slopes[0]) / 2 == Fraction(7, 8),
                    about="mean slope 7/8, and ρ(W) > 8/7",
                ),
                lambda: exactly(
                    compare_spectral_radius(MEAN_SLOPE.product()) is Comparison.BELOW,
                    about="ρ(J) < 1",
                ),
                also=lambda: MEAN_SLOPE.measured(5),
                about="the network, differentiated by central differences",
            ),
            corrected=Reading(
                "Growth is certain where μ σ_min(W) > 1, μ being the smallest slope.",
                by("explosion_lower"),
            ),
            because="the factor of line 156, mean slope times ρ(W), isn't the rate",
        ),
        Statement(
            "radius-above-one-explodes",
            (453, 455),
            "if |λ_max| > 1 (and the tanh derivatives don't shrink the gradients enough to "
            "compensate), the gradient product explodes",
            Kind.LIMIT,
            refutes(
                "If ρ(W) > 1, the product of the Jacobians goes to infinity",
                "one unit with w = 2, held at 3/4 by its input: every step is a factor of 7/8",
                SATURATED.values(),
                lambda: exactly(
                    SATURATED.jacobians() == (((Fraction(7, 8),),),), about="J_k = 7/8"
                ),
                also=lambda: SATURATED.measured(5),
                about="the network, differentiated by central differences",
            ),
            missing=Reading(
                "If μ σ_min(W) > 1, every slope being at least μ, the product goes to infinity.",
                by("explosion_lower"),
            ),
            because="what “enough” means is the whole question; μ σ_min(W) > 1 suffices",
        ),
        Statement(
            "matrix-norm-definition",
            (459, 459),
            "the matrix norm (measuring the “size” of the gradient)",
            Kind.DEFINITION,
            by("product_norm_upper"),
            because="all norms agree on what vanishes and explodes; the theorems use ‖·‖₂",
        ),
        Statement(
            "steps-travelled",
            (461, 461),
            "the number of timesteps the gradient travels backward",
            Kind.DEFINITION,
            by("jacobian_product"),
        ),
        Statement(
            "explosion-gives-inf",
            (465, 465),
            "NaN or Inf values during training",
            Kind.CAUSE,
            decides(
                "the norm overflows float32 at scale 1.2 within 50 steps",
                lambda: floating(_norm_overflows, about="‖(0.65 W)^50‖_F = ∞ in float32"),
            ),
            because="the article's own simulation overflows float32 at scale 1.2",
        ),
        Statement(
            "large-updates-destabilise",
            (466, 466),
            "Extremely large weight updates that destabilize learning",
            Kind.CAUSE,
            measures(
                "the smaller of the greatest updates by plain gradient descent and by Adam",
                lambda: min(update("descent", "inf"), update("adam", "inf")),
                ">",
                10.0,
            ),
            missing=Reading(
                "With plain gradient descent: in a tanh network whose gradients explode one update "
                "has the length 2700 (geometric mean of 5 seeds), and the loss ends at 24, where "
                "25 is that of no network at all; with the norm clipped to 5 it ends at 3.1.",
                decides(
                    "losses and updates with and without clipping, twice",
                    lambda: floating(
                        _descent_is_destabilised, about="5 seeds in PyTorch, 5 others in NumPy"
                    ),
                ),
            ),
            because="with plain gradient descent; Adam, with which the article trains, moves by no "
            "more than 0.1 from gradients as large",
        ),
        Statement(
            "loss-spikes",
            (467, 467),
            "Loss values that spike unpredictably",
            Kind.CAUSE,
            because="“unpredictably” has no measure, and no training is shown; in the one of the "
            "record the loss stays near that of no network, since the states saturate",
        ),
        Statement(
            "simulates-jacobian",
            (479, 482),
            "Simulate Jacobian: diag(tanh') @ W",
            Kind.CODE,
            refutes(
                "The simulated Jacobians differ from step to step as diag(tanh′(z_k)) W does",
                "the slope is 0.65 at every unit and step: the curve is ‖(0.65 W)ⁿ‖_F",
                {"diag(tanh′)": "0.65 I"},
                lambda: floating(
                    curves_are_powers, about="the curves are those of powers of 0.65 W, to 1e-4"
                ),
            ),
            loosely=Reading(
                "it is the Jacobian of a network all of whose slopes are one number",
                by("jacobian_product"),
            ),
            corrected=Reading(
                "The simulation shows powers of 0.65 W, where ρ(W) decides. A tanh network with "
                "the W of scale 0.3, whose curve decays, has inputs along which its gradient "
                "grows like 1.06ⁿ.",
                decides(
                    "the curves are of powers, and the growth rate of 0.3 W is above 1.06",
                    lambda: floating(curves_are_powers, about="powers of 0.65 W, to 1e-4"),
                    lambda: enclosed(
                        "growth rate", growth_rate(0.3 * simulation_weights()[0]), ">", 1.06
                    ),
                ),
            ),
            because="with one slope for all units and steps it shows powers of a matrix, the one "
            "case that eigenvalues decide",
        ),
        Statement(
            "average-slope-0-65",
            (480, 480),
            "Use average tanh derivative of 0.65",
            Kind.NUMBER,
            compares(
                "0.65 − 0.5, the difference to lines 149, 760 and 778,",
                lambda: Fraction(13, 20) - Fraction(1, 2),
                "<",
                Fraction(1, 20),
                also=lambda: 0.65 - 0.5,
            ),
            loosely=Reading(
                "line 136 measures 0.6, which rounds to the same half",
                compares(
                    "0.65 − 0.6",
                    lambda: Fraction(13, 20) - Fraction(3, 5),
                    "<",
                    Fraction(1, 10),
                    also=lambda: 0.65 - 0.6,
                ),
            ),
            corrected=Reading(
                "Over 50 steps 0.65 and 0.5 differ by a factor of 490,000: the average has to be "
                "measured, not chosen.",
                compares(
                    "(0.65/0.5)^50",
                    lambda: Fraction(13, 10) ** 50,
                    ">",
                    490000,
                    also=lambda: 1.3**50,
                ),
            ),
            because="0.5 at line 149, 0.6 at line 136, 0.65 here",
        ),
        Statement(
            "figure-small-weights-vanish",
            (504, 504),
            "Small weights cause vanishing gradients (blue, orange curves decaying to zero).",
            Kind.FIGURE,
            measures(
                "the second curve (scale 0.5) after 50 steps, from the seed that is given,",
                lambda: grown("0.5", 50),
                "<",
                1.0,
            ),
            corrected=Reading(
                "Only the curve of scale 0.3 decays. At 0.5 the rate is 0.65 ρ(W) = 1.10 for this "
                "seed, and above 1 for 71 % of 1000 seeds; the critical scale is 0.47 on average.",
                decides(
                    "rate 1.10; growing in 70.7 % of 1000 seeds; critical scale 0.466",
                    lambda: floating(
                        _figures_of_scale_half, about="from the record, and from its W by NumPy"
                    ),
                ),
            ),
            because="with seed 42 the curve of scale 0.5 grows, to 172 after 50 steps",
        ),
        Statement(
            "figure-large-weights-explode",
            (504, 504),
            "Large weights cause exploding gradients (purple curve growing exponentially).",
            Kind.FIGURE,
            measures(
                "the growth from step 10 to step 11 at scale 1.2",
                lambda: grown("1.2", 11) / grown("1.2", 10),
                ">",
                1.5,
            ),
            because="the rate is 2.66 per step; it overflows float32 before step 50",
        ),
        Statement(
            "figure-line-at-one",
            (504, 504),
            "The dashed line at y=1 marks stable gradient flow",
            Kind.FIGURE,
            measures("the start of all curves, ‖I‖_F,", lambda: grown("0.3", 0), "<", 1.1),
            loosely=Reading(
                "a rate of 1 per step is stable",
                by("orthogonal_linear_recurrence"),
            ),
            corrected=Reading(
                "The curves start at ‖I‖_F = √10 = 3.16: stable flow is a level line there, not "
                "at 1.",
                measures("‖I‖_F", lambda: grown("0.3", 0), ">", 3.16),
            ),
            because="the norm plotted starts at √10, so a gradient that keeps its size stays at "
            "3.16",
        ),
        Statement(
            "stable-flow-is-difficult",
            (504, 504),
            "which is difficult to maintain in vanilla RNNs",
            Kind.HEURISTIC,
            because="“difficult” is no property that can be checked; an orthogonal W at rest does "
            "it",
        ),
    ),
)
