"""Lines 696–721: what the article reads off its worked example."""

from fractions import Fraction

import mpmath
import numpy as np
from flint import arb

from gradproof import all_of, enclosed, exactly, floating
from gradproof.audit import (
    Check,
    Kind,
    Reading,
    Section,
    Statement,
    by,
    compares,
    decides,
    measures,
    prints,
    refutes,
)
from gradproof.audit.growth_rates import growth_rate
from gradproof.audit.worked_example import (
    WEIGHTS,
    ball,
    enclosed_run,
    jacobians,
    product,
)
from gradproof.experiments.copying_records import RECORDS, summary_of
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.enclosures import enclose_spectral_norm

ROOT_OF_TWO = enclose_ball(arb(2).sqrt())


def _learned_over_22_steps() -> None:
    assert all(summary_of("identity_lag_22", record=name)["least"] > 0.5 for name in RECORDS)


def norms_decrease():
    """Each norm is enclosed below the one before, from ‖I‖_F = √2 on."""
    norms = [ROOT_OF_TWO, *(enclosed_run(k).product_frobenius_norm for k in range(1, 6))]
    return all_of(
        *(enclosed(f"‖∂h_{k}/∂h_0‖_F", norms[k], "<", norms[k - 1].lower) for k in range(1, 6))
    )


RADII = Reading(
    "The spectral radii are 0.443, 0.495, 0.507, 0.509 and 0.510, as the output above says.",
    decides(
        "0.44 < ρ(J_k) < 0.52 for k = 1, …, 5",
        lambda: all_of(*(enclosed("ρ(J_k)", r, ">", 0.44) for r in enclosed_run().spectral_radii)),
        lambda: all_of(*(enclosed("ρ(J_k)", r, "<", 0.52) for r in enclosed_run().spectral_radii)),
    ),
)


def radii_at_most() -> Check:
    return compares(
        "the smallest ρ(J_k)",
        lambda: min(enclosed_run().spectral_radii, key=lambda r: r.lower),
        "≤",
        0.4,
        also=lambda: float(min(np.abs(np.linalg.eigvals(J)).max() for J in jacobians())),
    )


NORM = Reading(
    "‖∂h_5/∂h_0‖_F = 0.0437: a factor of 32, or 97 %, below ‖I‖_F = 1.41.",
    decides(
        "0.0437 < ‖∂h_5/∂h_0‖_F < 0.0438, and 32 < 1.41/0.0437 < 33",
        lambda: enclosed("‖∂h_5/∂h_0‖_F", enclosed_run().product_frobenius_norm, ">", 0.0437),
        lambda: enclosed("‖∂h_5/∂h_0‖_F", enclosed_run().product_frobenius_norm, "<", 0.0438),
        lambda: enclosed("√2/‖∂h_5/∂h_0‖_F", reduction(), ">", 32),
        lambda: enclosed("√2/‖∂h_5/∂h_0‖_F", reduction(), "<", 33),
    ),
)


def reduction(steps: int = 5) -> Enclosure:
    return enclose_ball(arb(2).sqrt() / ball(enclosed_run(steps).product_frobenius_norm))


def reduction_again(steps: int = 5) -> float:
    return float(np.sqrt(2) / np.linalg.norm(product(steps)))


SECTION = Section(
    "A worked example: what it shows",
    (696, 721),
    (
        Statement(
            "radii-around-0-3-to-0-4",
            (697, 697),
            "Each Jacobian has a spectral radius well below 1 (around 0.3-0.4)",
            Kind.NUMBER,
            radii_at_most(),
            corrected=RADII,
            because="all five are above 0.44: the article's own output says 0.4433 to 0.5097",
        ),
        Statement(
            "radius-below-one-shrinks-step",
            (697, 697),
            "meaning each backward step shrinks the gradient",
            Kind.CAUSE,
            by("small_spectra_imply_decay"),
            loosely=Reading(
                "each step does shrink it here, since ‖J_k‖ ≤ ‖W‖ < 0.6",
                decides(
                    "‖W‖ < 0.6",
                    lambda: enclosed("‖W‖", enclose_spectral_norm(WEIGHTS), "<", 0.6),
                ),
            ),
            corrected=Reading(
                "Each step shrinks it because ‖J_k‖ ≤ ‖W‖ < 0.6.", by("product_norm_upper")
            ),
            because="the norms of the Jacobians say it, not their spectral radii",
        ),
        Statement(
            "small-fraction-of-identity",
            (697, 697),
            "a Frobenius norm that's a small fraction of the identity matrix's norm (1.41)",
            Kind.NUMBER,
            compares("√2/‖∂h_5/∂h_0‖_F", reduction, ">", 30, also=reduction_again),
            because="1/32 of it",
        ),
        Statement(
            "norm-of-identity",
            (697, 697),
            "the identity matrix's norm (1.41)",
            Kind.NUMBER,
            prints("‖I‖_F = √2", lambda: ROOT_OF_TWO, "1.41", also=lambda: float(mpmath.sqrt(2))),
        ),
        Statement(
            "multiplication-shrinks-entries",
            (704, 704),
            "each multiplication by a Jacobian with spectral radius < 1 shrinks the matrix entries",
            Kind.INEQUALITY,
            refutes(
                "Every entry gets smaller with every multiplication",
                "the entry (1, 2) of I is 0, that of J_1 is 0.2359",
                {"W": "[[0.5, 0.3], [-0.2, 0.4]]", "h_0": "[1, 0]"},
                lambda: enclosed("(J_1)_12", enclosed_run().jacobians[0][0][1], ">", 0.2),
            ),
            loosely=Reading(
                "the norm gets smaller with every multiplication here",
                decides(
                    "‖J_k ⋯ J_1‖_F decreases for k = 0, …, 5",
                    norms_decrease,
                ),
            ),
            corrected=Reading(
                "The norm shrinks with every multiplication, since ‖J_k‖ ≤ ‖W‖ < 0.6; the entries "
                "off the diagonal first grow from 0 to 0.3.",
                by("product_norm_upper"),
            ),
            because="the entries off the diagonal start at 0 and grow; the norm shrinks",
        ),
        Statement(
            "entries-nearly-zero",
            (704, 704),
            "By step 5, the matrix entries are nearly zero",
            Kind.FIGURE,
            compares(
                "the largest |entry| of ∂h_5/∂h_0",
                lambda: max(
                    (enclose_ball(abs(ball(e))) for row in enclosed_run().product for e in row),
                    key=lambda e: e.upper,
                ),
                "<",
                0.03,
                also=lambda: float(np.abs(product()).max()),
            ),
            because="at most 0.027 in modulus",
        ),
        Statement(
            "all-entries-have-shrunk",
            (706, 706),
            "after just 5 multiplications, all entries have shrunk toward zero",
            Kind.FIGURE,
            refutes(
                "Every entry of ∂h_5/∂h_0 is smaller in modulus than that of I",
                "the entry (1, 2) is 0 in I, and 0.0263 in ∂h_5/∂h_0",
                {"W": "[[0.5, 0.3], [-0.2, 0.4]]", "h_0": "[1, 0]"},
                lambda: enclosed("(∂h_5/∂h_0)_12", enclosed_run().product[0][1], ">", 0.026),
            ),
            loosely=Reading(
                "those on the diagonal have",
                decides(
                    "|entries| on the diagonal are below 0.03",
                    lambda: enclosed(
                        "−(∂h_5/∂h_0)_11",
                        enclose_ball(-ball(enclosed_run().product[0][0])),
                        "<",
                        0.03,
                    ),
                    lambda: enclosed(
                        "−(∂h_5/∂h_0)_22",
                        enclose_ball(-ball(enclosed_run().product[1][1])),
                        "<",
                        0.03,
                    ),
                ),
            ),
            corrected=NORM,
            because="those off the diagonal started at 0, and grew first",
        ),
        Statement(
            "figure-near-zero-after-five",
            (710, 710),
            "decreasing Jacobian norm from 1.4 to near 0 over 5 backward steps",
            Kind.FIGURE,
            compares("√2/‖∂h_5/∂h_0‖_F", reduction, ">", 20, also=reduction_again),
            because="from 1.41 to 0.0437",
        ),
        Statement(
            "figure-starts-at-root-two",
            (711, 711),
            "Starting from the identity matrix (norm = 1.41 for 2x2)",
            Kind.NUMBER,
            prints("‖I‖_F = √2", lambda: ROOT_OF_TWO, "1.41", also=lambda: float(mpmath.sqrt(2))),
        ),
        Statement(
            "figure-ends-at-0-02",
            (711, 711),
            "After 5 steps, the gradient norm has decayed from 1.41 to approximately 0.02",
            Kind.NUMBER,
            prints(
                "‖∂h_5/∂h_0‖_F",
                lambda: enclosed_run().product_frobenius_norm,
                "0.02",
                also=lambda: float(np.linalg.norm(product())),
            ),
            corrected=NORM,
            because="0.0437; the article's own output, of the reversed product, is 0.0429",
        ),
        Statement(
            "reduction-of-99-percent",
            (711, 711),
            "a reduction of nearly 99%",
            Kind.NUMBER,
            prints(
                "1 − ‖∂h_5/∂h_0‖_F/√2",
                lambda: enclose_ball(
                    1 - ball(enclosed_run().product_frobenius_norm) / arb(2).sqrt()
                ),
                "0.99",
                also=lambda: 1 - 1 / reduction_again(),
            ),
            corrected=NORM,
            because="97 %: 0.0437 of 1.41",
        ),
        Statement(
            "summary-radii",
            (715, 715),
            "Every intermediate Jacobian has spectral radius well below 1 (around 0.3-0.4)",
            Kind.NUMBER,
            radii_at_most(),
            corrected=RADII,
            because="they are 0.44 to 0.51",
        ),
        Statement(
            "power-of-0-35",
            (717, 717),
            "(0.35)^5 ≈ 0.005",
            Kind.NUMBER,
            prints(
                "0.35^5",
                lambda: Fraction(7, 20) ** 5,
                "0.005",
                also=lambda: float(mpmath.mpf("0.35") ** 5),
            ),
        ),
        Statement(
            "total-norm-is-0-005",
            (717, 717),
            "The total Jacobian norm after 5 steps is roughly (0.35)^5 ≈ 0.005",
            Kind.NUMBER,
            compares(
                "‖∂h_5/∂h_0‖_F",
                lambda: enclosed_run().product_frobenius_norm,
                "<",
                0.01,
                also=lambda: float(np.linalg.norm(product())),
            ),
            corrected=NORM,
            because="it is 0.0437, eight times as much",
        ),
        Statement(
            "decayed-by-200",
            (717, 717),
            "meaning gradients have decayed by a factor of 200",
            Kind.NUMBER,
            compares("√2/‖∂h_5/∂h_0‖_F", reduction, ">", 100, also=reduction_again),
            corrected=NORM,
            because="by a factor of 32",
        ),
        Statement(
            "power-of-0-35-to-the-fifty",
            (719, 719),
            "(0.35)^50 ≈ 10^(−23)",
            Kind.NUMBER,
            prints(
                "log10(0.35^50)",
                lambda: enclose_ball(50 * (arb(7) / 20).log() / arb(10).log()),
                "-23",
                also=lambda: float(50 * mpmath.log10(mpmath.mpf("0.35"))),
            ),
            because="1.6 · 10⁻²³, the order of magnitude",
        ),
        Statement(
            "fifty-steps-of-the-example",
            (719, 719),
            "For a 50-timestep sequence, the decay factor would be approximately (0.35)^50 ≈ "
            "10^(−23)",
            Kind.NUMBER,
            compares(
                "‖∂h_50/∂h_0‖_F",
                lambda: enclosed_run(50).product_frobenius_norm,
                "<",
                1e-20,
                also=lambda: float(np.linalg.norm(product(50))),
            ),
            corrected=Reading(
                "‖∂h_50/∂h_0‖_F of this network lies between 10⁻¹⁵ and 10⁻¹⁴: near rest the rate "
                "is ρ(W) = 0.510, and over all inputs it is at most 0.513.",
                decides(
                    "10⁻¹⁵ < ‖∂h_50/∂h_0‖_F < 10⁻¹⁴, growth rate < 0.513",
                    lambda: enclosed("growth rate", growth_rate(WEIGHTS), "<", 0.513),
                    lambda: enclosed("norm", enclosed_run(50).product_frobenius_norm, ">", 1e-15),
                    lambda: enclosed("norm", enclosed_run(50).product_frobenius_norm, "<", 1e-14),
                ),
            ),
            because="the example itself, run for 50 steps, gives a norm above 10⁻¹⁵",
        ),
        Statement(
            "below-machine-precision",
            (719, 719),
            "far below machine precision",
            Kind.NUMBER,
            compares(
                "‖∂h_50/∂h_0‖_F",
                lambda: enclosed_run(50).product_frobenius_norm,
                "<",
                2.0**-53,
                also=lambda: float(np.linalg.norm(product(50))),
            ),
            corrected=Reading(
                "After 50 steps the gradient of the example is above the unit roundoff 2⁻⁵³ of "
                "float64.",
                compares(
                    "‖∂h_50/∂h_0‖_F",
                    lambda: enclosed_run(50).product_frobenius_norm,
                    ">",
                    2.0**-53,
                    also=lambda: float(np.linalg.norm(product(50))),
                ),
            ),
            because="0.35^50 would be; the gradient of the example isn't, and unit roundoff "
            "matters only beside larger terms",
        ),
        Statement(
            "real-sequences-catastrophic",
            (721, 721),
            "For real-world sequences with hundreds or thousands of timesteps, the decay is "
            "catastrophic.",
            Kind.HEURISTIC,
            because="no network and no data are named",
        ),
        Statement(
            "cannot-learn-no-matter-what",
            (721, 721),
            "vanilla RNNs cannot learn long-range dependencies, no matter how much data or "
            "compute you throw at them",
            Kind.IMPOSSIBILITY,
            measures(
                "the least accuracy, over 5 seeds, of a tanh network trained to recall a symbol "
                "after 22 steps",
                lambda: summary_of("identity_lag_22")["least"],
                "<",
                0.2,
            ),
            corrected=Reading(
                "It depends on the weights. At rest ∂h_n/∂h_0 = Wⁿ, which an orthogonal W keeps at "
                "norm 1; started at 1.02 I, a tanh network learns to recall a symbol after 22 "
                "steps. Where γ‖W‖ < 1 the gradient does vanish, whatever the data.",
                decides(
                    "W^1000 = I at rest; accuracy at a lag of 22, twice",
                    lambda: exactly(
                        np.array_equal(np.linalg.matrix_power([[0, 1], [1, 0]], 1000), np.eye(2)),
                        about="W^1000 = I for W = [0 1; 1 0], the Jacobian of 1000 steps at rest",
                    ),
                    lambda: floating(_learned_over_22_steps, about="in PyTorch, and in NumPy"),
                ),
            ),
            because="nothing general forbids it: one that is started near the identity learns to "
            "recall a symbol after 22 steps",
        ),
    ),
)
