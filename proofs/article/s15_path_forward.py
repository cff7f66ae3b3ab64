"""Lines 723–752: limitations and impact, and the path forward."""

from fractions import Fraction

from flint import arb

from gradproof import enclosed, exactly, floating
from gradproof.audit import Kind, Reading, Section, Statement, by, decides, measures, refutes
from gradproof.experiments.copying_records import RECORDS, summary_of
from gradproof.spectral.bracket import enclose_ball


def lags_depend_on_the_start() -> None:
    for record in RECORDS:
        assert summary_of("tanh_lag_3", record=record)["least"] > 0.99, record
        assert summary_of("tanh_lag_5", record=record)["greatest"] < 0.15, record
        assert summary_of("identity_lag_22", record=record)["least"] > 0.5, record


def latch_for_ever():
    # tanh(2h) increases, so h ≥ 1/2 implies tanh(2h) ≥ tanh(1) > 1/2.
    return enclosed("tanh(1)", enclose_ball(arb(1).tanh()), ">", 0.5)


LATCH = Reading(
    "One tanh unit, h_k = tanh(2 h_{k−1} + x_k), keeps the sign of x_1 = ±2 for any number of "
    "steps. What is learned depends on weights, optimiser and number of updates.",
    decides("tanh(1) > 1/2, so that |h| ≥ 1/2 stays so", latch_for_ever),
)


def unchecked(name: str, line: int, quote: str) -> Statement:
    return Statement(
        name,
        (line, line),
        quote,
        Kind.IMPOSSIBILITY,
        because="no experiment is given; it depends on data, sizes and training",
    )


SECTION = Section(
    "Limitations, and the path forward",
    (723, 752),
    (
        Statement(
            "fundamentally-limits",
            (725, 725),
            "The vanishing gradient problem fundamentally limits what vanilla RNNs can learn.",
            Kind.IMPOSSIBILITY,
            because="“fundamentally” says that no training can; one experiment can't show it",
        ),
        Statement(
            "struggle-beyond-10-20",
            (729, 729),
            "Vanilla RNNs struggle with tasks requiring dependencies beyond approximately 10-20 "
            "timesteps.",
            Kind.NUMBER,
            measures(
                "the accuracy of the tanh network for one symbol at a lag of 8 steps",
                lambda: summary_of("tanh_lag_8")["mean"],
                ">",
                0.9,
            ),
            loosely=Reading(
                "it fails at lags of 16 and 32 steps, whatever happens before",
                measures(
                    "the greatest accuracy at lags of 16 and 32",
                    lambda: max(summary_of(f"tanh_lag_{lag}")["greatest"] for lag in (16, 32)),
                    "<",
                    0.14,
                ),
            ),
            corrected=Reading(
                "There is no such number of its own: with the article's training (500 updates) one "
                "symbol is recalled after 3 steps by all seeds, after 5 by none; from other "
                "initial weights, with more updates, after 22 by all.",
                decides(
                    "accuracies at lags of 3, 5 and 22, twice",
                    lambda: floating(
                        lags_depend_on_the_start, about="in PyTorch, and again in NumPy"
                    ),
                ),
            ),
            because="with the article's training it fails at 5 steps already; from other initial "
            "weights it learns 22",
        ),
        Statement(
            "cannot-maintain-context",
            (731, 731),
            "A vanilla RNN cannot maintain this context.",
            Kind.IMPOSSIBILITY,
            refutes(
                "No tanh network keeps information about its first input",
                "one unit with w = 2 keeps the sign of x_1 = ±2 for ever",
                {"w": "2", "u": "1", "x_1": "±2", "x_k": "0 for k ≥ 2"},
                latch_for_ever,
            ),
            corrected=LATCH,
            because="one unit with w = 2 maintains a bit for ever",
        ),
        unchecked(
            "classification-gradients",
            732,
            "Gradients from the classification loss cannot reach early sentences.",
        ),
        unchecked(
            "seasonal-patterns",
            733,
            "Seasonal patterns in data (daily, weekly, yearly cycles) require remembering "
            "information across the cycle length.",
        ),
        unchecked(
            "question-answering",
            734,
            "requires connecting the question to relevant parts of the passage, which may be far "
            "apart",
        ),
        Statement(
            "first-articulated",
            (738, 738),
            "first clearly articulated by Hochreiter (1991) and Bengio et al. (1994)",
            Kind.HISTORY,
            because="a matter of literature: Hochreiter's thesis (1991); Bengio, Simard, Frasconi "
            "(1994)",
        ),
        Statement(
            "showed-why-rnns-fail",
            (738, 738),
            "These researchers showed mathematically why RNNs fail on long sequences and pointed "
            "toward solutions involving gating mechanisms.",
            Kind.HISTORY,
            because="a matter of literature; gates came with Hochreiter and Schmidhuber (1997), "
            "the forget gate with Gers et al. (2000)",
        ),
        Statement(
            "lstm-1997",
            (740, 740),
            "The LSTM architecture, introduced by Hochreiter and Schmidhuber in 1997",
            Kind.HISTORY,
            because="a matter of literature: Neural Computation 9(8), 1735–1780",
        ),
        Statement(
            "without-nonlinear-transformations",
            (740, 740),
            "carry information across many timesteps without repeated nonlinear transformations",
            Kind.FORMULA,
            by("lstm_direct_path"),
            because="along the direct path c_k = f_k ⊙ c_{k−1} + …, which is linear in c_{k−1}",
        ),
        Statement(
            "plain-form",
            (740, 740),
            "instead of computing h_t = f(W h_{t−1}) where gradients must pass through a "
            "nonlinearity at every step",
            Kind.FORMULA,
            by("state_jacobian"),
        ),
        Statement(
            "additive-cell-update",
            (742, 748),
            "c_t = c_{t−1} + Δc_t",
            Kind.FORMULA,
            refutes(
                "The cell of an LSTM (with forget gate) keeps c_{t−1} whole, Δc_t = i ⊙ g",
                "c_t = f c_{t−1} + i g: at f = 1/2 and i g = 0 half of c_{t−1} is lost",
                {"f": "1/2", "i": "0", "c_{t−1}": "1"},
                lambda: exactly(
                    Fraction(1, 2) * 1 + 0 != 1 + 0, about="f c_{t−1} = 1/2 ≠ c_{t−1} = 1"
                ),
            ),
            missing=Reading(
                "If there is no forget gate, as in 1997; with one c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t.",
                by("lstm_without_forget_gate_state_jacobian"),
            ),
            because="that is the LSTM without forget gate; today's has f_t ⊙ c_{t−1}",
        ),
        Statement(
            "gradient-is-simply-one",
            (750, 750),
            "the gradient with respect to c_{t−1} is simply 1 (plus any contribution through Δc_t)",
            Kind.FORMULA,
            by("lstm_paths"),
            because="I plus the contribution through Δc_t, in the LSTM without forget gate; the "
            "theorem has both",
        ),
        Statement(
            "addition-is-crucial",
            (750, 750),
            "The addition operation is crucial",
            Kind.CAUSE,
            refutes(
                "What is additive keeps its gradient",
                "c_t = c_{t−1} + Δc_t with Δc_t = −c_{t−1}/2 has the gradient 2⁻ⁿ: any map is "
                "such a sum",
                {"Δc_t": "−c_{t−1}/2"},
                lambda: exactly(
                    (1 + Fraction(-1, 2)) ** 10 == Fraction(1, 1024), about="(1 − 1/2)^10 = 2⁻¹⁰"
                ),
            ),
            loosely=Reading(
                "Δc_t that doesn't depend on c_{t−1} leaves its gradient at 1",
                by("lstm_direct_path"),
            ),
            corrected=Reading(
                "It is the direct path that counts, diag(f_t) or I, with Δc_t depending on c_{t−1} "
                "through h only.",
                by("lstm_paths"),
            ),
            because="every map can be written c + Δc; what matters is how Δc depends on c",
        ),
        Statement(
            "highway-without-decay",
            (750, 750),
            "This creates a “gradient highway” where information can flow backward across many "
            "timesteps without multiplicative decay.",
            Kind.INEQUALITY,
            by("lstm_gradients_do_not_vanish"),
            loosely=Reading("along the direct path alone it can", by("lstm_cell_path_alone")),
            corrected=Reading(
                "Along the direct path alone ∂c_{t+n}/∂c_t = diag(f_{t+n}) ⋯ diag(f_{t+1}), which "
                "is I if f = 1; the paths through h can cancel it.",
                by("lstm_cell_path_alone"),
            ),
            because="the direct path doesn't decay if f = 1, but the whole gradient can vanish: "
            "paths through h cancel it",
        ),
        Statement(
            "impossible-with-vanilla",
            (752, 752),
            "unlocking applications in machine translation, speech recognition, and text "
            "generation that had been impossible with vanilla RNNs",
            Kind.HISTORY,
            because="a matter of history; nothing here to compute",
        ),
    ),
)
