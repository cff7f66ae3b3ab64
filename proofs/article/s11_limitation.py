"""Lines 536–581: the fundamental limitation, and the need for architectural solutions."""

import functools
from fractions import Fraction

from gradproof import exactly, floating
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
from gradproof.experiments.copying_records import agreement, summary_of
from gradproof.experiments.seeded_records import flow, flow_of_seed_42, mean_slope
from gradproof.spectral.exact import exact_product


def gru_to_lstm(units: int, inputs: int) -> Fraction:
    """Return the ratio of parameters in PyTorch's convention: W, U and two biases for each gate."""
    gate = units * units + units * inputs + 2 * units
    return Fraction(3 * gate, 4 * gate)


def learned_over_22_steps() -> None:
    assert summary_of("identity_lag_22")["least"] > 0.5
    assert summary_of("identity_lag_22", "log_reach_before")["least"] > -1
    assert summary_of("tanh_lag_22")["greatest"] < 0.2
    agreement("identity_lag_22", "tanh_lag_22")


def gain_two_keeps_the_gradient() -> None:
    assert flow(2.0) < 1


def orthogonality_is_lost() -> None:
    lost, before, after = "departure_from_orthogonal", "log_reach_before", "log_reach_after"
    assert summary_of("orthogonal_delay_20", lost)["least"] > 1
    assert summary_of("orthogonal_delay_20", before)["least"] > -5
    assert summary_of("orthogonal_delay_20", after)["greatest"] < -8
    agreement("orthogonal_delay_20", of=(lost, before, after))


def means_spread() -> None:
    means = [mean_slope(scale) for scale in ("0.5_0.5", "0.5_1.0", "1.0_1.0", "1.0_2.0", "2.0_2.0")]
    assert (round(max(means), 2), round(min(means), 2)) == (0.82, 0.31), means


SECTION = Section(
    "The fundamental limitation",
    (536, 581),
    (
        Statement(
            "must-not-decay",
            (538, 538),
            "To learn long-range dependencies, gradients must flow across many timesteps without "
            "decaying.",
            Kind.HEURISTIC,
            because="“learn” depends on the optimiser; an optimiser that rescales gradients isn't "
            "bound by it",
        ),
        Statement(
            "stable-flow-mathematically-difficult",
            (538, 538),
            "the repeated multiplication inherent in backpropagation through time makes stable "
            "gradient flow mathematically difficult",
            Kind.IMPOSSIBILITY,
            refutes(
                "No repeated multiplication keeps the gradient's size",
                "W = [0 1; 1 0] and the identity as φ: ΦᵀΦ = I for any number of steps",
                {"W": "[[0, 1], [1, 0]]", "φ": "the identity"},
                lambda: exactly(
                    exact_product([[[0, 1], [1, 0]]] * 2) == ((1, 0), (0, 1)), about="WᵀW = W² = I"
                ),
            ),
            loosely=Reading(
                "it is kept where σ_min and ‖·‖ of the factors are 1, a thin set",
                by("orthogonal_linear_recurrence"),
            ),
            corrected=Reading(
                "Repeated multiplication keeps the size exactly where W is orthogonal and φ the "
                "identity; with tanh each step loses vᵀWᵀ(I − D²)Wv.",
                by("length_balance"),
            ),
            because="orthogonal factors keep it exactly; with tanh what is lost has a formula",
        ),
        Statement(
            "orthogonal-eigenvalues",
            (544, 544),
            "an orthogonal matrix (eigenvalues with magnitude 1)",
            Kind.FORMULA,
            by("orthogonal_recurrent_matrix"),
            because="‖Wv‖ = ‖v‖ for eigenvectors too; the converse is false: [1 1; 0 1]",
        ),
        Statement(
            "orthogonal-helps-initially",
            (544, 544),
            "This helps initially",
            Kind.HEURISTIC,
            by("orthogonal_recurrent_matrix"),
            because="‖Φ‖ ≤ 1 for tanh: nothing explodes, and only the slopes shrink; with it "
            "one symbol is learned at a lag of 5, and without it not (see line 445)",
        ),
        Statement(
            "orthogonality-lost",
            (544, 544),
            "as training progresses, the weights change and typically lose their orthogonality",
            Kind.HEURISTIC,
            decides(
                "after 500 updates on the article's copying task ‖WᵀW − I‖ > 1, and a part of the "
                "gradient below 10⁻⁸ arrives, where 10⁻⁵ to 10⁻³ did",
                lambda: floating(orthogonality_is_lost, about="5 seeds"),
            ),
            because="on the article's copying task ‖WᵀW − I‖ is 7 after 500 updates, and the part "
            "of the gradient that arrives falls from 10⁻⁴ to 10⁻¹³; a parametrisation can keep W "
            "orthogonal",
        ),
        Statement(
            "relu-slope-one",
            (546, 546),
            "Unlike tanh, ReLU has derivative 1 for positive inputs.",
            Kind.FORMULA,
            by("relu_derivative"),
            because="tanh has it at 0 only",
        ),
        Statement(
            "relu-states-grow",
            (546, 546),
            "hidden states can grow unboundedly since there's no squashing",
            Kind.LIMIT,
            decides(
                "h_k = max(0, 2 h_{k−1}) from h_0 = 1 is 2^k",
                lambda: exactly(
                    functools.reduce(lambda h, _: max(Fraction(0), 2 * h), range(50), Fraction(1))
                    == 2**50,
                    about="h_50 = 2^50",
                ),
            ),
            because="they can: h_k = max(0, 2 h_{k−1}) doubles",
        ),
        Statement(
            "relu-unstable",
            (546, 546),
            "The network becomes unstable.",
            Kind.INEQUALITY,
            refutes(
                "A ReLU network is unstable, whatever its weights",
                "one unit with w = 1/2: states and gradients shrink by a half in each step",
                {"w": "1/2", "φ": "ReLU", "h_0": "1"},
                lambda: exactly(
                    functools.reduce(lambda h, _: max(Fraction(0), h / 2), range(50), Fraction(1))
                    == Fraction(1, 2**50),
                    about="h_50 = 2⁻⁵⁰",
                ),
            ),
            missing=Reading(
                "If ‖W‖ > 1: for ‖W‖ ≤ 1 gradients don't grow, ‖∂h_{t+n}/∂h_t‖ ≤ ‖W‖ⁿ.",
                by("kinked_jacobian_product"),
            ),
            because="it may, where ‖W‖ > 1; with ‖W‖ ≤ 1 neither states nor gradients grow on "
            "their own",
        ),
        Statement(
            "small-rates-do-not-help",
            (548, 548),
            "Gradients still vanish; we just take smaller steps in directions that are already "
            "nearly zero.",
            Kind.HEURISTIC,
            by("recurrent_weight_gradient"),
            because="the learning rate doesn't occur in the gradient; a direction isn't small, "
            "only its length is",
        ),
        Statement(
            "code-tanh-derivative",
            (556, 556),
            '"tanh": (np.tanh(z), 1 - np.tanh(z) ** 2)',
            Kind.CODE,
            by("tanh_derivative"),
        ),
        Statement(
            "code-sigmoid-derivative",
            (557, 560),
            "(1 / (1 + np.exp(-z))) * (1 - 1 / (1 + np.exp(-z)))",
            Kind.CODE,
            by("logistic_derivative"),
        ),
        Statement(
            "code-relu-derivative",
            (561, 561),
            '"ReLU": (np.maximum(0, z), (z > 0).astype(float))',
            Kind.CODE,
            by("relu_derivative"),
            because="with the value 0 at the kink, by convention",
        ),
        Statement(
            "sigmoid-peak",
            (565, 566),
            "peaking at 0.25 when z=0",
            Kind.INEQUALITY,
            by("logistic_derivative_range"),
        ),
        Statement(
            "sigmoid-bounded",
            (566, 566),
            "Sigmoid derivative bounded well below 1 for most inputs",
            Kind.INEQUALITY,
            by("logistic_derivative_range"),
            because="at most 1/4 for all inputs, not only for most",
        ),
        Statement(
            "sigmoid-shrinks-every-step",
            (566, 566),
            "This causes significant gradient shrinkage at every timestep.",
            Kind.INEQUALITY,
            refutes(
                "With the logistic function each step shrinks the gradient, whatever W",
                "one unit with w = 8 at z = 0: the factor is 8/4 = 2",
                {"w": "8", "z_k": "0"},
                lambda: exactly(8 * Fraction(1, 4) == 2, about="w φ′(0) = 2"),
            ),
            missing=Reading("If ‖W‖ < 4: ‖∂h_{t+n}/∂h_t‖ ≤ (‖W‖/4)ⁿ.", by("product_norm_upper")),
            because="the weights can make up for it: a factor 2 at w = 8, z = 0",
        ),
        Statement(
            "tanh-falls-rapidly",
            (568, 568),
            "Tanh derivative peaks at 1 when z=0 but falls rapidly for larger inputs.",
            Kind.INEQUALITY,
            by("tanh_derivative_range"),
        ),
        Statement(
            "most-states-around-half",
            (568, 568),
            "Most hidden states have derivatives around 0.5",
            Kind.HEURISTIC,
            measures(
                "the mean slope of the article's own network (lines 203–261)",
                lambda: flow_of_seed_42().mean_slope,
                "<",
                0.6,
            ),
            corrected=Reading(
                "It depends on the weights: 0.74 in the article's own network, and from 0.82 to "
                "0.31 for the scales of the record.",
                decides(
                    "the recorded means",
                    lambda: floating(means_spread, about="means of 50 runs"),
                ),
            ),
            because="0.74 in the network of lines 203–261",
        ),
        Statement(
            "relu-zero-or-one",
            (570, 570),
            "ReLU has derivative exactly 1 for positive inputs but 0 for negative inputs.",
            Kind.FORMULA,
            by("relu_derivative"),
        ),
        Statement(
            "relu-dead-neurons",
            (570, 570),
            "it creates 'dead' neurons",
            Kind.HEURISTIC,
            by("relu_derivative"),
            because="a unit whose z stays negative has slope 0 and no gradient; whether it stays "
            "so depends on its inputs",
        ),
        Statement(
            "not-by-hyperparameters",
            (574, 574),
            "The vanishing gradient problem cannot be solved by tweaking hyperparameters or "
            "initialization schemes.",
            Kind.IMPOSSIBILITY,
            measures(
                "the least accuracy, over 5 seeds, of a tanh network at a lag of 22 steps, with "
                "other initial weights,",
                lambda: summary_of("identity_lag_22")["least"],
                "<",
                0.2,
            ),
            corrected=Reading(
                "One initialisation solves it here, another doesn't: from W = 1.02 I and a small "
                "embedding 4000 updates at the rate 2e-4 make the tanh network recall a symbol "
                "after 22 steps (with accuracy 0.56 to 1 over 5 seeds, chance 0.125), from "
                "PyTorch's initial weights they don't. And in the article's network of lines "
                "203–261 the median ratio of last to first gradient is "
                "1.2e12 at gain 0.5, 2.6e4 at gain 1, and 0.34 at gain 2.",
                decides(
                    "accuracies at a lag of 22, twice, and the ratio at gain 2",
                    lambda: floating(
                        learned_over_22_steps, about="5 seeds in PyTorch, and again in NumPy"
                    ),
                    lambda: floating(gain_two_keeps_the_gradient, about="200 seeds"),
                ),
            ),
            because="started near the identity a tanh network learns to recall a symbol after 22 "
            "steps, four tenths of the gradient arriving; from PyTorch's weights it doesn't",
        ),
        Statement(
            "lstm-highway",
            (578, 578),
            "a cell state that acts as a “gradient highway,” allowing information to flow across "
            "many timesteps with minimal transformation",
            Kind.HEURISTIC,
            by("lstm_cell_gradient_is_one"),
            loosely=Reading("the direct path contributes diag(f_t)", by("lstm_direct_path")),
            corrected=Reading(
                "∂c_{t+1}/∂c_t = diag(f_{t+1}) along the direct path, plus paths through h and the "
                "gates; the highway is as good as the forget gates are near 1.",
                by("lstm_paths"),
            ),
            because="the direct path is diag(f_t): a highway where f is near 1; other paths add "
            "to it",
        ),
        Statement(
            "gru-fewer-parameters",
            (579, 579),
            "A simplified gating mechanism that achieves similar benefits with fewer parameters.",
            Kind.NUMBER,
            compares(
                "parameters of a GRU over those of an LSTM, 64 units and inputs,",
                lambda: gru_to_lstm(64, 64),
                "<",
                1,
                also=lambda: (3 * (64 * 64 * 2 + 128)) / (4 * (64 * 64 * 2 + 128)),
            ),
            because="three quarters of them; “similar benefits” isn't checkable",
        ),
        Statement(
            "jacobian-products-remain",
            (581, 581),
            "These architectures don't eliminate the Jacobian products entirely.",
            Kind.FORMULA,
            by("lstm_jacobian_product"),
            because="∂s_{t+n}/∂s_t is a product of the Jacobians of the whole state (h, c)",
        ),
        Statement(
            "without-repeated-multiplication",
            (581, 581),
            "they introduce additive connections that allow gradients to flow without repeated "
            "multiplication",
            Kind.FORMULA,
            refutes(
                "Along the direct path of an LSTM nothing is multiplied",
                "with all weights 0 but the bias of f, ∂c_n/∂c_0 = fⁿ: 2⁻ⁿ at f = 1/2",
                {"W": "0", "f": "1/2"},
                lambda: exactly(Fraction(1, 2) ** 10 == Fraction(1, 1024), about="f^10 = 1/1024"),
            ),
            missing=Reading(
                "If there is no forget gate, or f = 1: then the direct path is the identity.",
                by("lstm_direct_path"),
            ),
            because="the direct path is diag(f_n) ⋯ diag(f_1), a product too",
        ),
    ),
)
