"""Lines 754–782: summary, and key parameters."""

import functools
from fractions import Fraction
from pathlib import Path

import mpmath

from gradproof import exactly
from gradproof.audit import (
    Kind,
    Reading,
    Section,
    Statement,
    by,
    measures,
    refutes,
)
from gradproof.experiments.record import load_record

DATA = Path(__file__).parent / "data"


@functools.cache
def record(name: str):
    return load_record(name, DATA).results


def flow(gain: str, what: str = "ratio", which: str = "median") -> float:
    return record("gradient_flow")[f"gain_{gain}"][what][which]


def _least_log() -> float:
    return float(mpmath.log10(flow("0.5", which="least")))


GAIN = Reading(
    "It depends on the weights: in the article's own network the median ratio of last to first "
    "gradient is 1.2e12 at gain 0.5, 2.6e4 at gain 1, and 0.34 at gain 2 (200 seeds).",
    measures("the median ratio at gain 2", lambda: flow("2.0"), "<", 1.0),
)

SECTION = Section(
    "Summary, and key parameters",
    (754, 782),
    (
        Statement(
            "prevents-learning",
            (756, 756),
            "a fundamental limitation of vanilla RNNs that prevents them from learning long-range "
            "dependencies",
            Kind.IMPOSSIBILITY,
            measures(
                "the least median ratio of last to first gradient over three gains",
                lambda: min(flow(gain) for gain in ("0.5", "1.0", "2.0")),
                ">",
                100.0,
            ),
            corrected=GAIN,
            because="it is a property of some weights, not of the architecture: with gain 2 the "
            "gradient doesn't vanish",
        ),
        Statement(
            "products-of-jacobians",
            (758, 758),
            "Backpropagation through time computes gradients as products of Jacobian matrices, "
            "one for each timestep.",
            Kind.FORMULA,
            by("backward_recursion"),
        ),
        Statement(
            "radii-below-one-shrink",
            (758, 758),
            "When these Jacobians have spectral radius less than 1, gradients shrink "
            "exponentially.",
            Kind.INEQUALITY,
            by("small_spectra_imply_decay"),
            corrected=Reading(
                "When their norms are at most r < 1 (in one norm for all of them), gradients "
                "shrink at least like rⁿ.",
                by("product_norm_upper"),
            ),
            because="all can have spectral radius 7/8 and the product grow like (9/5)^(n/2)",
        ),
        Statement(
            "derivative-bounded-by-one",
            (760, 760),
            "The tanh activation function has derivative bounded by 1",
            Kind.INEQUALITY,
            by("tanh_derivative_range"),
        ),
        Statement(
            "typical-values-half",
            (760, 760),
            "with typical values around 0.5",
            Kind.HEURISTIC,
            measures(
                "the mean slope of the article's own network (lines 203–261)",
                lambda: record("gradient_flow")["seed_42"]["mean_slope"],
                "<",
                0.6,
            ),
            corrected=Reading(
                "0.74 in the article's own network; in others from 0.82 to 0.31, by the scale of "
                "the weights.",
                measures(
                    "the mean slope of the article's own network",
                    lambda: record("gradient_flow")["seed_42"]["mean_slope"],
                    ">",
                    0.73,
                ),
            ),
            because="0.74 in the network of lines 203–261, 0.97 in the worked example",
        ),
        Statement(
            "tanh-compounds-decay",
            (760, 760),
            "This compounds the decay at each timestep.",
            Kind.INEQUALITY,
            by("small_radius_implies_decay"),
            loosely=Reading(
                "as a bound it does: ‖J_k‖ ≤ ‖W‖ for each step", by("product_norm_upper")
            ),
            corrected=Reading(
                "Slopes below 1 lower the bound ‖W‖ⁿ; the product itself they can enlarge, by "
                "undoing a cancellation in W.",
                by("product_norm_upper"),
            ),
            because="slopes below 1 can enlarge the product: ρ(W) = 1/2 and ρ(J) > 1.07",
        ),
        Statement(
            "factors-of-1e3-to-1e7",
            (762, 762),
            "With typical RNN parameters, gradients decay by factors of 10^3 to 10^7 over just "
            "20-30 timesteps",
            Kind.NUMBER,
            measures(
                "log₁₀ of the median factor over 29 steps, in the article's own network,",
                lambda: float(mpmath.log10(flow("0.5"))),
                "<",
                8.0,
            ),
            corrected=Reading(
                "In the article's own network the factor over 29 steps is 10^12 (median of 200 "
                "seeds; least 2.7e8); at gain 1 it is 2.6e4, at gain 2 there is none.",
                measures("log₁₀ of the least factor of 200 seeds", _least_log, ">", 8.0),
            ),
            because="the article's own network decays by 10^12 in 29 steps; and γ = 0.45, line "
            "161, by 10^7 in 20",
        ),
        Statement(
            "directional-information-lost",
            (764, 764),
            "vanishing gradients cannot be recovered because the directional information is lost",
            Kind.IMPOSSIBILITY,
            refutes(
                "A gradient that has shrunk has lost its direction",
                "2⁻¹⁰⁰ g has the direction of g, in every digit of float64",
                {"g": "(3/5, −4/5)"},
                lambda: exactly(
                    [float(x) * 2.0**-100 * 2.0**100 for x in (Fraction(3, 5), Fraction(-4, 5))]
                    == [0.6, -0.8],
                    about="2^100 · (2⁻¹⁰⁰ g) = g",
                ),
            ),
            corrected=Reading(
                "The direction is kept until underflow. What is lost is the share of early steps "
                "in a sum over all steps.",
                by("recurrent_weight_gradient"),
            ),
            because="a small gradient keeps its direction, until it underflows",
        ),
        Statement(
            "exploding-addressed-by-clipping",
            (764, 764),
            "exploding gradients can be addressed with gradient clipping",
            Kind.HEURISTIC,
            by("gradient_clipping"),
            because="the step is bounded by the threshold; the direction of an exploding gradient "
            "stays",
        ),
        Statement(
            "no-tuning-fixes",
            (766, 766),
            "No amount of hyperparameter tuning can fix the vanishing gradient problem.",
            Kind.IMPOSSIBILITY,
            measures(
                "the least median ratio of last to first gradient over three gains",
                lambda: min(flow(gain) for gain in ("0.5", "1.0", "2.0")),
                ">",
                100.0,
            ),
            corrected=GAIN,
            because="the gain of the initialisation alone makes it vanish, or not",
        ),
        Statement(
            "hidden-size-does-not-solve",
            (774, 774),
            "Larger hidden sizes increase model capacity but don't directly solve vanishing "
            "gradients.",
            Kind.HEURISTIC,
            by("product_norm_upper"),
            because="the bound (γ‖W‖)ⁿ doesn't contain d",
        ),
        Statement(
            "depends-on-eigenvalues",
            (774, 774),
            "The gradient behavior depends more on the weight matrix eigenvalues than the hidden "
            "dimension.",
            Kind.HEURISTIC,
            by("small_radius_implies_decay"),
            loosely=Reading(
                "at a fixed point it depends on the eigenvalues of the Jacobian there",
                by("fixed_point"),
            ),
            corrected=Reading(
                "It depends on W and the slopes along the run; on eigenvalues alone at fixed "
                "points and periodic orbits.",
                by("periodic_orbit"),
            ),
            because="eigenvalues of W don't decide it",
        ),
        Statement(
            "scale-controls-radius",
            (776, 776),
            "Weight initialization scale: Controls the spectral radius of W_hh.",
            Kind.FORMULA,
            measures(
                "the mean of ρ at gain 1 over that at gain 0.5, less 2, in modulus",
                lambda: abs(
                    flow("1.0", "spectral_radius", "mean") / flow("0.5", "spectral_radius", "mean")
                    - 2
                ),
                "<",
                1e-3,
            ),
            because="ρ(sW) = s ρ(W)",
        ),
        Statement(
            "small-scales-vanish",
            (776, 776),
            "Smaller scales (e.g., gain=0.5 in Xavier initialization) help prevent exploding "
            "gradients but accelerate vanishing.",
            Kind.EXPERIMENT,
            measures(
                "the median ratio at gain 0.5 over that at gain 1",
                lambda: flow("0.5") / flow("1.0"),
                ">",
                1e6,
            ),
        ),
        Statement(
            "orthogonal-initially",
            (776, 776),
            "Orthogonal initialization can maintain gradient magnitude initially but loses "
            "effectiveness as weights change during training.",
            Kind.HEURISTIC,
            because="“can” and “loses” depend on task and optimiser; with tanh ‖Φ‖ ≤ 1, with "
            "equality where all slopes are 1",
        ),
        Statement(
            "average-around-half",
            (778, 778),
            "Tanh derivatives are bounded by 1 and typically average around 0.5, compounding "
            "decay.",
            Kind.HEURISTIC,
            measures(
                "the mean slope of the article's own network",
                lambda: record("gradient_flow")["seed_42"]["mean_slope"],
                "<",
                0.6,
            ),
            loosely=Reading("they are bounded by 1", by("tanh_derivative_range")),
            corrected=Reading(
                "Bounded by 1; the average depends on the weights, 0.74 in the article's own "
                "network.",
                by("tanh_derivative_range"),
            ),
            because="bounded by 1, yes; the average is 0.74 in the article's own network",
        ),
        Statement(
            "relu-derivative-one",
            (778, 778),
            "ReLU has derivative 1 for positive inputs but causes unbounded hidden state growth.",
            Kind.INEQUALITY,
            refutes(
                "A ReLU network's states grow without bound, whatever its weights",
                "one unit with w = 1/2: h_k = 2⁻ᵏ",
                {"w": "1/2", "h_0": "1"},
                lambda: exactly(
                    functools.reduce(lambda h, _: max(Fraction(0), h / 2), range(50), Fraction(1))
                    == Fraction(1, 2**50),
                    about="h_50 = 2⁻⁵⁰",
                ),
            ),
            loosely=Reading("the slope is 1 for positive inputs", by("relu_derivative")),
            corrected=Reading(
                "The slope is 1 for positive inputs; states may grow where ‖W‖ > 1, and gradients "
                "are at most ‖W‖ⁿ.",
                by("kinked_jacobian_product"),
            ),
            because="it may, if ‖W‖ > 1; at w = 1/2 states shrink",
        ),
        Statement(
            "clipping-caps-norm",
            (780, 780),
            "this parameter caps the gradient norm to prevent exploding gradients",
            Kind.DEFINITION,
            by("gradient_clipping"),
        ),
        Statement(
            "common-values",
            (780, 780),
            "Common values range from 1.0 to 5.0.",
            Kind.HEURISTIC,
            because="a survey would be needed; the article gives none",
        ),
        Statement(
            "length-exacerbates",
            (782, 782),
            "Longer sequences exacerbate vanishing gradients because gradients must travel through "
            "more multiplicative steps.",
            Kind.INEQUALITY,
            by("product_norm_upper"),
            because="the bound (γ‖W‖)ⁿ falls with n where γ‖W‖ < 1",
        ),
        Statement(
            "degrades-beyond-10-20",
            (782, 782),
            "For vanilla RNNs, effective gradient flow typically degrades beyond 10-20 timesteps.",
            Kind.NUMBER,
            measures(
                "the gradient at step 20 over that at step 30, in the article's own network,",
                lambda: (
                    record("gradient_flow")["seed_42"]["norms"][19]
                    / record("gradient_flow")["seed_42"]["norms"][29]
                ),
                ">",
                0.01,
            ),
            loosely=Reading(
                "in the article's own network little is left after 10 steps",
                measures(
                    "the gradient at step 20 over that at step 30",
                    lambda: (
                        record("gradient_flow")["seed_42"]["norms"][19]
                        / record("gradient_flow")["seed_42"]["norms"][29]
                    ),
                    "<",
                    1e-3,
                ),
            ),
            corrected=Reading(
                "There is no number of steps of its own: in the article's own network 10 steps "
                "leave a factor below 10⁻³, and at gain 2 the gradient grows.",
                measures("the median ratio at gain 2", lambda: flow("2.0"), "<", 1.0),
            ),
            because="in the article's own network less than 10⁻³ is left after 10 steps",
        ),
        Statement(
            "longer-needs-gates",
            (782, 782),
            "Tasks requiring longer dependencies need gated architectures like LSTM or GRU.",
            Kind.IMPOSSIBILITY,
            because="no experiment with gated networks is made; “need” says that nothing else "
            "works",
        ),
    ),
)
