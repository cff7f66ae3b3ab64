"""Lines 754–766: the summary."""

from fractions import Fraction

import mpmath

from gradproof import close, exactly, floating
from gradproof.audit import (
    Check,
    Kind,
    Reading,
    Section,
    Statement,
    by,
    decides,
    measures,
    refutes,
)
from gradproof.experiments import clipping_records as clipping
from gradproof.experiments.copying_records import RECORDS, summary_of
from gradproof.experiments.seeded_records import flow, flow_of_seed_42


def _least_log() -> float:
    return float(mpmath.log10(flow(0.5, which="least")))


def _start_decides() -> None:
    for record_name in RECORDS:
        assert summary_of("identity_lag_22", record=record_name)["least"] > 0.5
        assert summary_of("tanh_lag_22", record=record_name)["greatest"] < 0.2
    assert flow(2.0) < 1


def _clipping_helps() -> None:
    assert clipping.loss("descent", "5.0", "high") < 5 < 20 < clipping.loss("descent", "inf", "low")
    clipping.agreement("descent_norm_5.0", "descent_norm_inf")


def not_learned_over_22_steps() -> Check:
    return measures(
        "the least accuracy, over 5 seeds, of a tanh network trained to recall a symbol after 22 "
        "steps",
        lambda: summary_of("identity_lag_22")["least"],
        "<",
        0.2,
    )


START = Reading(
    "It depends on the initial weights: in 4000 updates the tanh network learns to recall a symbol "
    "after 22 steps from W = 1.02 I (with accuracy 0.56 to 1 over 5 seeds; chance is 0.125), and "
    "not from PyTorch's weights. In the network of lines 203–261 the median ratio of last to first "
    "gradient is 1.2e12 at gain 0.5, 2.6e4 at gain 1, and 0.34 at gain 2.",
    decides(
        "accuracies from both starts, twice, and the ratio at gain 2",
        lambda: floating(_start_decides, about="in PyTorch, and again in NumPy"),
    ),
)

SECTION = Section(
    "Summary",
    (754, 766),
    (
        Statement(
            "prevents-learning",
            (756, 756),
            "a fundamental limitation of vanilla RNNs that prevents them from learning long-range "
            "dependencies",
            Kind.IMPOSSIBILITY,
            not_learned_over_22_steps(),
            corrected=START,
            because="it is a property of some weights, not of the architecture: started near the "
            "identity, a tanh network learns to recall a symbol after 22 steps",
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
                lambda: flow_of_seed_42().mean_slope,
                "<",
                0.6,
            ),
            corrected=Reading(
                "0.74 in the article's own network; in others from 0.82 to 0.31, by the scale of "
                "the weights.",
                measures(
                    "the mean slope of the article's own network",
                    lambda: flow_of_seed_42().mean_slope,
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
                lambda: float(mpmath.log10(flow(0.5))),
                "<",
                8.0,
            ),
            loosely=Reading(
                "with Xavier's own gain 1 the median factor over 29 steps lies in that range",
                decides(
                    "10³ < 2.6e4 < 10⁷",
                    lambda: floating(
                        lambda: close(flow(1.0), 2.6e4, tolerance=1e3, because="two digits"),
                        about="median ratio of 200 seeds at gain 1: 2.6e4",
                    ),
                ),
            ),
            corrected=Reading(
                "In the article's own network the factor over 29 steps is 10^12 (median of 200 "
                "seeds; least 2.7e8); at gain 1 it is 2.6e4, at gain 2 there is none.",
                measures("log₁₀ of the least factor of 200 seeds", _least_log, ">", 8.0),
            ),
            because="2.6e4 in 29 steps at Xavier's gain 1, but 10^12 in the article's own network; "
            "and γ = 0.45, line 161, gives 10^7 in 20",
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
            decides(
                "a tanh network whose gradients explode learns with clipping, and not without",
                lambda: floating(_clipping_helps, about="5 seeds in PyTorch, 5 others in NumPy"),
            ),
            because="by plain gradient descent the loss of the record ends at 3.1 with the norm "
            "clipped to 5, at 24 without clipping",
        ),
        Statement(
            "no-tuning-fixes",
            (766, 766),
            "No amount of hyperparameter tuning can fix the vanishing gradient problem.",
            Kind.IMPOSSIBILITY,
            not_learned_over_22_steps(),
            corrected=START,
            because="other initial weights let four tenths of the gradient arrive, and the tanh "
            "network learn to recall a symbol after 22 steps",
        ),
    ),
)
