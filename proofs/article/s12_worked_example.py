"""Lines 583–721: the worked example."""

from fractions import Fraction

import mpmath
import numpy as np
from flint import arb, arb_mat

from gradproof import all_of, enclosed, exactly
from gradproof.audit import (
    Check,
    Kind,
    Reading,
    Section,
    Statement,
    by,
    compares,
    decides,
    prints,
    prints_all,
    refutes,
)
from gradproof.claims.evidence import rounds_to
from gradproof.gradients.enclosed import EnclosedTrajectory, enclose_trajectory
from gradproof.gradients.network import ElmanNetwork
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.enclosures import enclose_spectral_norm
from gradproof.spectral.root_location import working_precision

WEIGHTS = [[0.5, 0.3], [-0.2, 0.4]]
NETWORK = ElmanNetwork(WEIGHTS, np.zeros((2, 1)), np.zeros(2))
ROOT_OF_TWO = enclose_ball(arb(2).sqrt())


def run(steps: int = 5) -> EnclosedTrajectory:
    return enclose_trajectory(NETWORK, [1.0, 0.0], np.zeros((steps, 1)), precision=200)


def ball(enclosure: Enclosure) -> arb:
    return arb((enclosure.lower + enclosure.upper) / 2, enclosure.width)


def reversed_product() -> tuple[tuple[Enclosure, ...], ...]:
    """Enclose J_1 J_2 J_3 J_4 J_5, what the loop of lines 664–665 multiplies."""
    with working_precision(200):
        product = arb_mat([[1, 0], [0, 1]])
        for J in run().jacobians:
            product = product * arb_mat([[ball(entry) for entry in row] for row in J])
        return tuple(tuple(enclose_ball(e) for e in row) for row in product.tolist())


def frobenius(rows: tuple[tuple[Enclosure, ...], ...]) -> Enclosure:
    return enclose_ball(sum((ball(e) ** 2 for row in rows for e in row), arb(0)).sqrt())


def jacobians_again(steps: int = 5) -> list[np.ndarray]:
    h, found = np.array([1.0, 0.0]), []
    for _ in range(steps):
        h = np.tanh(np.array(WEIGHTS) @ h)
        found.append(np.diag(1 - h**2) @ np.array(WEIGHTS))
    return found


def product_again(steps: int = 5) -> np.ndarray:
    product = np.eye(2)
    for J in jacobians_again(steps):
        product = J @ product
    return product


def states_again() -> list[np.ndarray]:
    states = [np.array([1.0, 0.0])]
    for _ in range(5):
        states.append(np.tanh(np.array(WEIGHTS) @ states[-1]))
    return states


def step_line(k: int, figures: str) -> Statement:
    return Statement(
        f"printed-step-{k}",
        (629 + k, 629 + k),
        f"z_{k} = [{figures.split()[0]} {figures.split()[1]}], "
        f"h_{k} = [{figures.split()[2]} {figures.split()[3]}]",
        Kind.OUTPUT,
        prints_all(
            f"z_{k} and h_{k}",
            lambda: [*run().preactivations[k - 1], *run().states[k]],
            figures.split(),
            also=lambda: [*np.array(WEIGHTS) @ states_again()[k - 1], *states_again()[k]],
        ),
    )


def jacobian_lines(k: int, entries: str, radius: str) -> tuple[Statement, Statement]:
    first = 671 + 4 * (k - 1)
    quoted = entries.split()
    return (
        Statement(
            f"printed-jacobian-{k}",
            (first, first + 2),
            f"J_{k} = [[{quoted[0]} {quoted[1]}] [{quoted[2]} {quoted[3]}]]",
            Kind.OUTPUT,
            prints_all(
                f"J_{k}",
                lambda: [e for row in run().jacobians[k - 1] for e in row],
                quoted,
                also=lambda: jacobians_again()[k - 1].ravel(),
            ),
        ),
        Statement(
            f"printed-radius-{k}",
            (first + 3, first + 3),
            f"Spectral radius: {radius}",
            Kind.OUTPUT,
            prints(
                f"ρ(J_{k})",
                lambda: run().spectral_radii[k - 1],
                radius,
                also=lambda: float(np.abs(np.linalg.eigvals(jacobians_again()[k - 1])).max()),
            ),
        ),
    )


def norms_decrease() -> bool:
    product, before = np.eye(2), np.sqrt(2)
    for J in jacobians_again():
        product = J @ product
        now = np.linalg.norm(product)
        if now >= before - 1e-3:
            return False
        before = now
    return True


RADII_ARE = "The spectral radii are 0.443, 0.495, 0.507, 0.509 and 0.510, as the output above says."
RADII = Reading(
    RADII_ARE,
    decides(
        "0.44 < ρ(J_k) < 0.52 for k = 1, …, 5",
        lambda: all_of(*(enclosed("ρ(J_k)", r, ">", 0.44) for r in run().spectral_radii)),
        lambda: all_of(*(enclosed("ρ(J_k)", r, "<", 0.52) for r in run().spectral_radii)),
    ),
)


def radii_at_most() -> Check:
    return compares(
        "the smallest ρ(J_k)",
        lambda: min(run().spectral_radii, key=lambda r: r.lower),
        "≤",
        0.4,
        also=lambda: float(min(np.abs(np.linalg.eigvals(J)).max() for J in jacobians_again())),
    )


NORM = Reading(
    "‖∂h_5/∂h_0‖_F = 0.0437: a factor of 32, or 97 %, below ‖I‖_F = 1.41.",
    decides(
        "0.0437 < ‖∂h_5/∂h_0‖_F < 0.0438, and 32 < 1.41/0.0437 < 33",
        lambda: enclosed("‖∂h_5/∂h_0‖_F", run().product_frobenius_norm, ">", 0.0437),
        lambda: enclosed("‖∂h_5/∂h_0‖_F", run().product_frobenius_norm, "<", 0.0438),
        lambda: enclosed("√2/‖∂h_5/∂h_0‖_F", reduction(), ">", 32),
        lambda: enclosed("√2/‖∂h_5/∂h_0‖_F", reduction(), "<", 33),
    ),
)


def reduction(steps: int = 5) -> Enclosure:
    return enclose_ball(arb(2).sqrt() / ball(run(steps).product_frobenius_norm))


def reduction_again(steps: int = 5) -> float:
    return float(np.sqrt(2) / np.linalg.norm(product_again(steps)))


SECTION = Section(
    "A worked example",
    (583, 721),
    (
        Statement(
            "simplest-possible-network",
            (591, 591),
            "We'll use the simplest possible RNN: hidden size d = 2",
            Kind.DEFINITION,
            refutes(
                "No network has fewer than two units",
                "one unit, h_k = tanh(h_{k−1}/2), is a network",
                {"d": "1", "w": "1/2"},
                lambda: exactly(
                    RationalCycle.of("1/2", "0").jacobians() == (((Fraction(1, 2),),),),
                    about="d = 1: ∂h_k/∂h_{k−1} = 1/2 at rest",
                ),
            ),
            loosely=Reading("two units are few", by("state_jacobian")),
            corrected=Reading(
                "The simplest has one unit, where |∂h_{t+n}/∂h_t| = |w|ⁿ ∏ φ′(z_k). Two units are "
                "the simplest in which eigenvalues and norms differ.",
                by("scalar_recurrence"),
            ),
            because="d = 1 is simpler; two units are what it takes for eigenvalues to mislead",
        ),
        Statement(
            "real-part-of-eigenvalues",
            (605, 605),
            "The eigenvalues of W_hh are approximately 0.45 + …",
            Kind.NUMBER,
            prints(
                "the real part, tr W/2,",
                lambda: Fraction(9, 20),
                "0.45",
                also=lambda: float(np.linalg.eigvals(np.array(WEIGHTS)).real.max()),
            ),
            because="tr W/2 = 0.45",
        ),
        Statement(
            "imaginary-part-of-eigenvalues",
            (605, 605),
            "0.45 + 0.087i and 0.45 − 0.087i",
            Kind.NUMBER,
            prints(
                "the imaginary part, √(det W − (tr W/2)²) = √23/20,",
                lambda: enclose_ball(arb(23).sqrt() / 20),
                "0.087",
                also=lambda: float(np.linalg.eigvals(np.array(WEIGHTS)).imag.max()),
            ),
            corrected=Reading(
                "They are (9 ± i√23)/20, about 0.45 ± 0.24i.",
                prints(
                    "√23/20",
                    lambda: enclose_ball(arb(23).sqrt() / 20),
                    "0.24",
                    also=lambda: float(np.linalg.eigvals(np.array(WEIGHTS)).imag.max()),
                ),
            ),
            because="the imaginary part is √23/20 = 0.2398",
        ),
        Statement(
            "modulus-of-eigenvalues",
            (605, 605),
            "both with magnitude around 0.46",
            Kind.NUMBER,
            prints(
                "|λ| = √det W = √(13/50)",
                lambda: enclose_ball((arb(13) / 50).sqrt()),
                "0.46",
                also=lambda: float(np.abs(np.linalg.eigvals(np.array(WEIGHTS))).max()),
            ),
            corrected=Reading(
                "The modulus is √0.26, about 0.51.",
                prints(
                    "√(13/50)",
                    lambda: enclose_ball((arb(13) / 50).sqrt()),
                    "0.51",
                    also=lambda: float(np.abs(np.linalg.eigvals(np.array(WEIGHTS))).max()),
                ),
            ),
            because="|λ|² = det W = 0.26, so |λ| = 0.51",
        ),
        Statement(
            "small-radius-so-decay",
            (605, 605),
            "Since |λ_max| < 1, we expect gradients to decay.",
            Kind.CAUSE,
            by("small_radius_implies_decay"),
            loosely=Reading(
                "they do decay here, since ‖W‖ < 0.6",
                decides(
                    "‖W‖ < 0.6",
                    lambda: enclosed("‖W‖", enclose_spectral_norm(WEIGHTS), "<", 0.6),
                ),
            ),
            corrected=Reading(
                "Gradients of this network decay at least like 0.6ⁿ because ‖W‖ < 0.6; ρ(W) < 1 "
                "wouldn't be enough.",
                by("product_norm_upper"),
            ),
            because="the conclusion is right for this W, whose norm is 0.586; it doesn't follow "
            "from the eigenvalues",
        ),
        Statement(
            "tanh-further-shrinks",
            (605, 605),
            "Combined with the tanh derivative (which further shrinks gradients), the decay "
            "should be substantial even over just 5 timesteps.",
            Kind.NUMBER,
            compares("√2/‖∂h_5/∂h_0‖_F", reduction, ">", 10, also=reduction_again),
            because="a factor of 32 in 5 steps",
        ),
        Statement(
            "printed-start",
            (629, 629),
            "h_0 = [1. 0.]",
            Kind.OUTPUT,
            prints_all("h_0", lambda: run().states[0], ["1.", "0."], also=lambda: [1.0, 0.0]),
        ),
        step_line(1, "0.5 -0.2 0.4621 -0.1974"),
        step_line(2, "0.1718 -0.1714 0.1702 -0.1697"),
        step_line(3, "0.0342 -0.1019 0.0342 -0.1016"),
        step_line(4, "-0.0134 -0.0475 -0.0134 -0.0474"),
        step_line(5, "-0.0209 -0.0163 -0.0209 -0.0163"),
        Statement(
            "states-settle-where-slopes-are-small",
            (636, 636),
            "the hidden state values quickly settle into a range where tanh derivatives will be "
            "less than 1, setting up the conditions for gradient decay",
            Kind.CAUSE,
            compares(
                "the smaller slope at step 5",
                lambda: enclose_ball(min((1 - ball(e) ** 2 for e in run().states[5]), key=float)),
                "<",
                0.9,
                also=lambda: float(np.min(np.diag(jacobians_again()[4] @ np.linalg.inv(WEIGHTS)))),
            ),
            loosely=Reading(
                "each slope is below 1 where the state isn't 0", by("tanh_derivative_range")
            ),
            corrected=Reading(
                "The states go to 0, where the slopes go to 1: from 0.79 at step 1 to above 0.999 "
                "at step 5. The decay comes from W.",
                decides(
                    "both slopes exceed 0.999 at step 5",
                    *(
                        lambda i=i: enclosed(
                            "slope", enclose_ball(1 - ball(run().states[5][i]) ** 2), ">", 0.999
                        )
                        for i in range(2)
                    ),
                ),
            ),
            because="the slopes rise to 0.9996: it is W that makes the gradient decay here",
        ),
        Statement(
            "jacobian-tells-perturbation",
            (640, 640),
            "which tells us how a small perturbation to the initial hidden state affects the final "
            "hidden state",
            Kind.DEFINITION,
            by("jacobian_product"),
        ),
        Statement(
            "chain-of-five",
            (642, 642),
            "∂h_5/∂h_0 = ∂h_5/∂h_4 · ∂h_4/∂h_3 · ∂h_3/∂h_2 · ∂h_2/∂h_1 · ∂h_1/∂h_0",
            Kind.FORMULA,
            by("jacobian_product"),
            because="here the order is written, and right: the newest factor on the left",
        ),
        Statement(
            "each-jacobian-form",
            (644, 644),
            "Each Jacobian has the form diag(tanh′(z_k)) · W_hh.",
            Kind.FORMULA,
            by("state_jacobian"),
        ),
        Statement(
            "code-of-jacobian",
            (648, 651),
            "return np.diag(tanh_deriv) @ W",
            Kind.CODE,
            by("state_jacobian"),
        ),
        Statement(
            "code-multiplies-in-order",
            (660, 665),
            "for J in reversed(jacobians): total_jacobian = J @ total_jacobian",
            Kind.CODE,
            refutes(
                "The loop multiplies to ∂h_5/∂h_0 = J_5 J_4 J_3 J_2 J_1",
                "it starts with J_5 and puts J_4 to its left: the result is J_1 J_2 J_3 J_4 J_5, "
                "whose entry (1, 1) is −0.0165, not −0.0191",
                {"W": "[[0.5, 0.3], [-0.2, 0.4]]", "h_0": "[1, 0]"},
                lambda: enclosed("(J_1 ⋯ J_5)_11", reversed_product()[0][0], ">", -0.0165),
                lambda: enclosed("(J_5 ⋯ J_1)_11", run().product[0][0], "<", -0.019),
            ),
            corrected=Reading(
                "Without `reversed`: for J in jacobians: total = J @ total gives J_5 ⋯ J_1.",
                by("jacobian_product"),
            ),
            because="the loop multiplies in reversed order, J_1 J_2 J_3 J_4 J_5, which isn't "
            "∂h_5/∂h_0",
        ),
        *jacobian_lines(1, "0.3932 0.2359 -0.1922 0.3844", "0.4433"),
        *jacobian_lines(2, "0.4855 0.2913 -0.1942 0.3885", "0.4952"),
        *jacobian_lines(3, "0.4994 0.2996 -0.1979 0.3959", "0.5070"),
        *jacobian_lines(4, "0.4999 0.2999 -0.1996 0.3991", "0.5093"),
        *jacobian_lines(5, "0.4998 0.2999 -0.1999 0.3999", "0.5097"),
        Statement(
            "printed-total-jacobian",
            (692, 694),
            "Total Jacobian (∂h_5/∂h_0): [[−0.016452 0.02102] [−0.017035 −0.028961]]",
            Kind.OUTPUT,
            prints_all(
                "∂h_5/∂h_0",
                lambda: [e for row in run().product for e in row],
                ["-0.016452", "0.021020", "-0.017035", "-0.028961"],
                also=lambda: product_again().ravel(),
            ),
            corrected=Reading(
                "∂h_5/∂h_0 = [[−0.019116, 0.026349], [−0.012594, −0.026297]]; what is printed is "
                "J_1 J_2 J_3 J_4 J_5.",
                by("article_worked_example"),
            ),
            because="what is printed is the reversed product J_1 J_2 J_3 J_4 J_5",
        ),
        Statement(
            "printed-frobenius-norm",
            (695, 695),
            "Frobenius norm: 0.042912",
            Kind.OUTPUT,
            prints(
                "‖∂h_5/∂h_0‖_F",
                lambda: run().product_frobenius_norm,
                "0.042912",
                also=lambda: float(np.linalg.norm(product_again())),
            ),
            corrected=Reading(
                "‖∂h_5/∂h_0‖_F = 0.043702; 0.042912 is the norm of the reversed product.",
                decides(
                    "0.043702 and 0.042912 are the two norms, rounded",
                    lambda: rounds_to("‖Φ‖_F", run().product_frobenius_norm, "0.043702"),
                    lambda: rounds_to("‖J_1 ⋯ J_5‖_F", frobenius(reversed_product()), "0.042912"),
                ),
            ),
            because="0.042912 belongs to the reversed product; ‖∂h_5/∂h_0‖_F = 0.043702",
        ),
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
                lambda: enclosed("(J_1)_12", run().jacobians[0][0][1], ">", 0.2),
            ),
            loosely=Reading(
                "the norm gets smaller with every multiplication here",
                decides(
                    "‖J_k ⋯ J_1‖_F decreases for k = 0, …, 5",
                    lambda: exactly(norms_decrease(), about="by at least 1e-3 in each step"),
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
                    (enclose_ball(abs(ball(e))) for row in run().product for e in row),
                    key=lambda e: e.upper,
                ),
                "<",
                0.03,
                also=lambda: float(np.abs(product_again()).max()),
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
                lambda: enclosed("(∂h_5/∂h_0)_12", run().product[0][1], ">", 0.026),
            ),
            loosely=Reading(
                "those on the diagonal have",
                decides(
                    "|entries| on the diagonal are below 0.03",
                    lambda: enclosed(
                        "−(∂h_5/∂h_0)_11", enclose_ball(-ball(run().product[0][0])), "<", 0.03
                    ),
                    lambda: enclosed(
                        "−(∂h_5/∂h_0)_22", enclose_ball(-ball(run().product[1][1])), "<", 0.03
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
                lambda: run().product_frobenius_norm,
                "0.02",
                also=lambda: float(np.linalg.norm(product_again())),
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
                lambda: enclose_ball(1 - ball(run().product_frobenius_norm) / arb(2).sqrt()),
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
                lambda: run().product_frobenius_norm,
                "<",
                0.01,
                also=lambda: float(np.linalg.norm(product_again())),
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
                lambda: run(50).product_frobenius_norm,
                "<",
                1e-20,
                also=lambda: float(np.linalg.norm(product_again(50))),
            ),
            corrected=Reading(
                "‖∂h_50/∂h_0‖_F of this network lies between 10⁻¹⁵ and 10⁻¹⁴: near rest the rate "
                "is ρ(W) = 0.51.",
                decides(
                    "10⁻¹⁵ < ‖∂h_50/∂h_0‖_F < 10⁻¹⁴",
                    lambda: enclosed("norm", run(50).product_frobenius_norm, ">", 1e-15),
                    lambda: enclosed("norm", run(50).product_frobenius_norm, "<", 1e-14),
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
                lambda: run(50).product_frobenius_norm,
                "<",
                2.0**-53,
                also=lambda: float(np.linalg.norm(product_again(50))),
            ),
            corrected=Reading(
                "After 50 steps the gradient of the example is above the unit roundoff 2⁻⁵³ of "
                "float64.",
                compares(
                    "‖∂h_50/∂h_0‖_F",
                    lambda: run(50).product_frobenius_norm,
                    ">",
                    2.0**-53,
                    also=lambda: float(np.linalg.norm(product_again(50))),
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
            refutes(
                "Every tanh network loses the gradient over many steps",
                "W = [0 1; 1 0] at rest: ∂h_n/∂h_0 is orthogonal for every n",
                {"W": "[[0, 1], [1, 0]]", "h_0": "0", "x_k": "0"},
                lambda: exactly(
                    np.array_equal(np.linalg.matrix_power([[0, 1], [1, 0]], 1000), np.eye(2)),
                    about="W^1000 = I, the Jacobian of 1000 steps at rest",
                ),
            ),
            corrected=Reading(
                "It depends on the weights: at rest ∂h_n/∂h_0 = Wⁿ, which an orthogonal W keeps at "
                "norm 1. Where γ‖W‖ < 1 the gradient does vanish, whatever the data.",
                by("fixed_point"),
            ),
            because="nothing general forbids it: an orthogonal W at rest keeps the gradient for "
            "ever",
        ),
    ),
)
