"""Lines 768–782: key parameters."""

import functools
from fractions import Fraction

from gradproof import exactly, floating
from gradproof.audit import (
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
from gradproof.experiments.copying_records import RECORDS, agreement, summary_of
from gradproof.experiments.seeded_records import flow, flow_of_seed_42


def _orthogonal_at_first() -> None:
    for name in RECORDS:
        before, default = (
            summary_of(case, "log_reach_before", name)["mean"]
            for case in ("orthogonal_delay_20", "tanh_delay_20")
        )
        assert before - default > 5, f"{name}: {before} and {default}"
        assert summary_of("orthogonal_delay_20", "log_reach_after", name)["greatest"] < -8, name


def _gates_help() -> None:
    for name in RECORDS:
        gates = summary_of("lstm_forget_3", record=name)["least"]
        none = summary_of("tanh_delay_20", record=name)["greatest"]
        assert gates > none, f"{name}: {gates} and {none}"


def _not_only_gates() -> None:
    _gates_help()
    agreement("identity_lag_22", "lstm_forget_3", "tanh_delay_20")


def _lower_thresholds() -> None:
    losses = [clipping.loss("descent", c) for c in ("5.0", "1.0", "0.1", "0.01")]
    assert losses == sorted(losses)
    assert losses[-1] > 5 * losses[0]
    for c in (5.0, 1.0, 0.1, 0.01):
        assert abs(clipping.update("descent", str(c)) / (0.05 * c) - 1) < 1e-3
    clipping.agreement(*(f"descent_norm_{c}" for c in ("5.0", "1.0", "0.1", "0.01")))
    assert clipping.loss("adam", "0.01", "low") < clipping.loss("adam", "5.0")
    assert clipping.update("adam", "0.01") < 0.1
    clipping.agreement("adam_norm_0.01", "adam_norm_5.0")


def _higher_thresholds() -> None:
    assert clipping.update("descent", "inf") > 1000 * clipping.update("descent", "5.0")
    assert clipping.loss("descent", "1.0") > clipping.loss("descent", "5.0", "high")
    assert clipping.loss("descent", "inf", "low") > 4 * clipping.loss("descent", "5.0", "high")
    clipping.agreement("descent_norm_1.0", "descent_norm_5.0", "descent_norm_inf")


SECTION = Section(
    "Key parameters",
    (768, 782),
    (
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
                    flow(1.0, "spectral_radius", "mean") / flow(0.5, "spectral_radius", "mean") - 2
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
                lambda: flow(0.5) / flow(1.0),
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
            decides(
                "of the copying task's gradient 10⁵ times as much arrives before training as with "
                "PyTorch's weights, and below 10⁻⁸ of it after",
                lambda: floating(_orthogonal_at_first, about="5 seeds, and again in NumPy"),
            ),
            because="on the copying task the part of the gradient that arrives is 10⁻⁴ from an "
            "orthogonal W, 10⁻¹¹ from PyTorch's, and falls to 10⁻¹³ within 500 updates",
        ),
        Statement(
            "average-around-half",
            (778, 778),
            "Tanh derivatives are bounded by 1 and typically average around 0.5, compounding "
            "decay.",
            Kind.HEURISTIC,
            measures(
                "the mean slope of the article's own network",
                lambda: flow_of_seed_42().mean_slope,
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
            "lower-thresholds-slow",
            (780, 780),
            "Lower thresholds provide more stability but may slow learning",
            Kind.HEURISTIC,
            decides(
                "by plain gradient descent the greatest update is the rate times the threshold, "
                "and the loss after 500 updates is the larger, the lower it is",
                lambda: floating(_lower_thresholds, about="thresholds 0.01 to 5, 5 seeds, twice"),
            ),
            because="by plain gradient descent the loss ends at 3.1 for a threshold of 5, at 24 "
            "for 0.1, where 25 is that of no network; Adam, which divides by the size of "
            "gradients, is as fast with 0.01 as with 5",
        ),
        Statement(
            "higher-thresholds-risk",
            (780, 780),
            "higher thresholds allow faster updates but risk instability",
            Kind.HEURISTIC,
            decides(
                "by plain gradient descent a threshold of 5 learns faster than 1, and none at all "
                "lets one update destroy what was learned",
                lambda: floating(_higher_thresholds, about="thresholds 1, 5, ∞, 5 seeds, twice"),
            ),
            because="by plain gradient descent the loss ends at 10 for a threshold of 1, at 3.1 "
            "for 5, and at 24 without one; with Adam no update is large at any threshold",
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
                lambda: flow_of_seed_42().norms[19] / flow_of_seed_42().norms[29],
                ">",
                0.01,
            ),
            loosely=Reading(
                "in the article's own network little is left after 10 steps",
                measures(
                    "the gradient at step 20 over that at step 30",
                    lambda: flow_of_seed_42().norms[19] / flow_of_seed_42().norms[29],
                    "<",
                    1e-3,
                ),
            ),
            corrected=Reading(
                "There is no number of steps of its own: in the article's own network 10 steps "
                "leave a factor below 10⁻³, and at gain 2 the gradient grows.",
                measures("the median ratio at gain 2", lambda: flow(2.0), "<", 1.0),
            ),
            because="in the article's own network less than 10⁻³ is left after 10 steps",
        ),
        Statement(
            "longer-needs-gates",
            (782, 782),
            "Tasks requiring longer dependencies need gated architectures like LSTM or GRU.",
            Kind.IMPOSSIBILITY,
            measures(
                "the least accuracy, over 5 seeds, of a tanh network trained to recall a symbol "
                "after 22 steps",
                lambda: summary_of("identity_lag_22")["least"],
                "<",
                0.2,
            ),
            loosely=Reading(
                "gates help: in the article's setting an LSTM with open forget gates recalls more "
                "than the tanh network",
                decides(
                    "accuracies of both, twice",
                    lambda: floating(_gates_help, about="in PyTorch, and again in NumPy"),
                ),
            ),
            corrected=Reading(
                "Gates help: in the article's setting an LSTM whose forget gates start open "
                "recalls 0.22 of the symbols after 500 updates, the tanh network 0.13, by chance. "
                "But a tanh network that is started near the identity recalls a symbol after 22 "
                "steps.",
                decides(
                    "accuracies, twice",
                    lambda: floating(_not_only_gates, about="in PyTorch, and again in NumPy"),
                ),
            ),
            because="gates help, but aren't needed: a tanh network that is started near the "
            "identity learns to recall a symbol after 22 steps",
        ),
    ),
)
