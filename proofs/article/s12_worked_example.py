"""Lines 583–637: the worked example, its setup and forward pass."""

from fractions import Fraction

import numpy as np
from flint import arb

from gradproof import all_of, enclosed, exactly
from gradproof.audit import (
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
from gradproof.audit.growth_rates import growth_rate
from gradproof.audit.worked_example import WEIGHTS, ball, enclosed_run, jacobians, product, states
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.bracket import Enclosure, enclose_ball
from gradproof.spectral.enclosures import enclose_spectral_norm, enclose_spectral_radius


def reduction() -> Enclosure:
    return enclose_ball(arb(2).sqrt() / ball(enclosed_run().product_frobenius_norm))


def reduction_again() -> float:
    return float(np.sqrt(2) / np.linalg.norm(product()))


def last_slopes() -> list[Enclosure]:
    """Enclose 1 − h_5², both entries."""
    return [enclose_ball(1 - ball(e) * ball(e)) for e in enclosed_run().states[5]]


def step_line(k: int, figures: str) -> Statement:
    return Statement(
        f"printed-step-{k}",
        (629 + k, 629 + k),
        f"z_{k} = [{figures.split()[0]} {figures.split()[1]}], "
        f"h_{k} = [{figures.split()[2]} {figures.split()[3]}]",
        Kind.OUTPUT,
        prints_all(
            f"z_{k} and h_{k}",
            lambda: [*enclosed_run().preactivations[k - 1], *enclosed_run().states[k]],
            figures.split(),
            also=lambda: [*WEIGHTS @ states()[k - 1], *states()[k]],
        ),
    )


SECTION = Section(
    "A worked example",
    (583, 637),
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
            loosely=Reading(
                "it is the smallest whose Jacobian is more than a number, which is what is to be "
                "shown",
                decides(
                    "J_k is 1 × 1 for d = 1, 2 × 2 for d = 2",
                    lambda: exactly(
                        [
                            len(RationalCycle.of(rows, states).jacobians()[0])
                            for rows, states in (("1/2", "0"), ("1/2 0; 0 1/2", "0 0"))
                        ]
                        == [1, 2],
                        about="the sizes of J_k for one unit and for two",
                    ),
                ),
            ),
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
                also=lambda: float(np.linalg.eigvals(WEIGHTS).real.max()),
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
                also=lambda: float(np.linalg.eigvals(WEIGHTS).imag.max()),
            ),
            corrected=Reading(
                "They are (9 ± i√23)/20, about 0.45 ± 0.24i.",
                prints(
                    "√23/20",
                    lambda: enclose_ball(arb(23).sqrt() / 20),
                    "0.24",
                    also=lambda: float(np.linalg.eigvals(WEIGHTS).imag.max()),
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
                also=lambda: float(np.abs(np.linalg.eigvals(WEIGHTS)).max()),
            ),
            corrected=Reading(
                "The modulus is √0.26, about 0.51.",
                prints(
                    "√(13/50)",
                    lambda: enclose_ball((arb(13) / 50).sqrt()),
                    "0.51",
                    also=lambda: float(np.abs(np.linalg.eigvals(WEIGHTS)).max()),
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
                "they do decay here, since ‖W‖ < 0.6; over all slopes in [0, 1] the exact rate is "
                "0.5126, reached by six steps in turn, and more than ρ(W) = 0.5099",
                decides(
                    "‖W‖ < 0.6, 0.5126 < growth rate < 0.5127, ρ(W) < 0.51",
                    lambda: enclosed("‖W‖", enclose_spectral_norm(WEIGHTS), "<", 0.6),
                    lambda: enclosed("growth rate", growth_rate(WEIGHTS), ">", 0.5126),
                    lambda: enclosed("growth rate", growth_rate(WEIGHTS), "<", 0.5127),
                    lambda: enclosed("ρ(W)", enclose_spectral_radius(WEIGHTS), "<", 0.51),
                ),
            ),
            corrected=Reading(
                "Gradients of this network decay at least like 0.6ⁿ because ‖W‖ < 0.6; ρ(W) < 1 "
                "wouldn't be enough.",
                by("product_norm_upper"),
            ),
            because="the conclusion is right for this W, whose norm is 0.586; it doesn't follow "
            "from the eigenvalues: slopes below 1 can make gradients decay more slowly than ρ(W)ⁿ",
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
            prints_all(
                "h_0", lambda: enclosed_run().states[0], ["1.", "0."], also=lambda: [1.0, 0.0]
            ),
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
                lambda: enclose_ball(
                    min((1 - ball(e) ** 2 for e in enclosed_run().states[5]), key=float)
                ),
                "<",
                0.9,
                also=lambda: float(np.min(np.diag(jacobians()[4] @ np.linalg.inv(WEIGHTS)))),
            ),
            loosely=Reading(
                "each slope is below 1 where the state isn't 0", by("tanh_derivative_range")
            ),
            corrected=Reading(
                "The states go to 0, where the slopes go to 1: from 0.79 at step 1 to above 0.999 "
                "at step 5. The decay comes from W.",
                decides(
                    "both slopes exceed 0.999 at step 5",
                    lambda: all_of(*(enclosed("slope", s, ">", 0.999) for s in last_slopes())),
                ),
            ),
            because="the slopes rise to 0.9996: it is W that makes the gradient decay here",
        ),
    ),
)
