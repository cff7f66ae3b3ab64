"""Lines 506–534: the asymmetry problem, and gradient clipping."""

from fractions import Fraction

import mpmath
from flint import arb

from gradproof import exactly
from gradproof.audit import (
    Kind,
    Reading,
    Section,
    Statement,
    by,
    decides,
    measures,
    prints,
    refutes,
)
from gradproof.experiments.seeded_records import clipped_vector_norm
from gradproof.spectral.bracket import Enclosure, enclose_ball


def norm_per_deviation(entries: int) -> Enclosure:
    """Enclose E‖g‖/σ = √2 Γ((n + 1)/2)/Γ(n/2) for n independent entries from N(0, σ²)."""
    n = arb(entries)
    return enclose_ball(arb(2).sqrt() * ((n + 1) / 2).gamma() / (n / 2).gamma())


def expected_norm() -> Enclosure:
    unit = norm_per_deviation(100)
    return Enclosure(100 * unit.lower * (1 - 2**-50), 100 * unit.upper * (1 + 2**-50))


def expected_norm_again() -> float:
    ratio = mpmath.gamma(mpmath.mpf(101) / 2) / mpmath.gamma(50)
    return float(100 * mpmath.sqrt(2) * ratio)


def rounding_of_clipping():
    # fl(g · fl(c/‖g‖)) is off by two roundings: the printed “1.00” hides them.
    from numpy import array, float32
    from numpy.linalg import norm

    g = array([3.0, 1.0, 2.0], dtype=float32)
    scaled = g * (float32(1.0) / norm(g))
    exact = sum(Fraction(float(entry)) ** 2 for entry in scaled)
    return exactly(exact != 1, about=f"‖clip((3, 1, 2))‖² = {float(exact)!r} in float32")


def rescaling_vanished_gradient():
    # 2⁻¹⁰⁰ g has all digits of g; 2^100 brings it back, rounding nothing.
    g = [Fraction(3, 5), Fraction(-4, 5)]
    small = [float(entry) * 2.0**-100 for entry in g]
    back = [entry * 2.0**100 for entry in small]
    return exactly(back == [float(entry) for entry in g], about="2^100 · (2⁻¹⁰⁰ g) = g in float64")


def scaling_keeps_proportions():
    early, late = Fraction(3, 5) / 2**100, Fraction(4, 5)
    return exactly(
        all(s * early / (s * late) == early / late for s in (2**100, Fraction(1, 7), -3)),
        about="s early/(s late) = early/late = 2⁻¹⁰⁰ · 3/4 for three s",
    )


SECTION = Section(
    "The asymmetry problem, and gradient clipping",
    (506, 534),
    (
        Statement(
            "clipping-rescales",
            (508, 508),
            "gradient clipping, a simple technique that rescales gradients when their norm "
            "exceeds a threshold",
            Kind.DEFINITION,
            by("gradient_clipping"),
        ),
        Statement(
            "code-clips",
            (512, 517),
            "gradient = gradient * (max_norm / grad_norm)",
            Kind.CODE,
            by("gradient_clipping"),
            because="g · c/‖g‖ where ‖g‖ > c, g otherwise: the function of the theorem; where the "
            "norm overflows, in float32 from 1.8e19 on, it gives 0",
        ),
        Statement(
            "original-norm",
            (525, 525),
            "Original gradient norm: 981.63",
            Kind.OUTPUT,
            measures(
                "|981.63 − the norm that the seed gives|",
                lambda: abs(981.63 - clipped_vector_norm()),
                "<",
                0.005,
            ),
            because="seed 42 of line 497, four matrices, then this vector: 981.6254",
        ),
        Statement(
            "clipped-norm",
            (526, 526),
            "Clipped gradient norm: 1.00",
            Kind.OUTPUT,
            by("gradient_clipping"),
        ),
        Statement(
            "norm-about-thousand",
            (528, 528),
            "The original gradient had a norm of approximately 1000 (100 elements each scaled by "
            "100)",
            Kind.NUMBER,
            prints("E‖g‖", expected_norm, "1.0e3", also=expected_norm_again),
            because="the expected norm is 997.5; the reason is √100 · 100, not 100 · 100",
        ),
        Statement(
            "exactly-one",
            (528, 528),
            "after clipping it's reduced to exactly 1.0",
            Kind.NUMBER,
            refutes(
                "In floating point the norm after clipping is exactly 1",
                "g = (3, 1, 2) in float32: the squares of the clipped entries don't add up to 1",
                {"g": "[3, 1, 2]", "max_norm": "1"},
                rounding_of_clipping,
            ),
            loosely=Reading("it is exactly c in real arithmetic", by("gradient_clipping")),
            corrected=Reading(
                "Exactly max_norm in real arithmetic, and up to two roundings in floating point.",
                by("gradient_clipping"),
            ),
            because="exact in real arithmetic; in floating point up to rounding, as “1.00” says",
        ),
        Statement(
            "direction-preserved",
            (528, 528),
            "The gradient direction is preserved, only the magnitude is scaled down.",
            Kind.FORMULA,
            by("clipping_keeps_direction"),
            because="of one vector clipped by its own norm; not if each entry is clipped: then the "
            "cosine of the angle falls to 0.5 in the training of the record",
        ),
        Statement(
            "prevents-large-updates",
            (528, 528),
            "This prevents the catastrophically large weight updates that would otherwise "
            "destabilize training.",
            Kind.INEQUALITY,
            by("gradient_clipping"),
            because="a step of plain gradient descent is at most the rate times the threshold; "
            "what it prevents is seen there (line 466), while Adam's steps are small without it",
        ),
        Statement(
            "clipping-is-standard",
            (530, 530),
            "Gradient clipping is standard practice in RNN training.",
            Kind.HISTORY,
            because="a matter of custom: nothing to compute",
        ),
        Statement(
            "no-analogous-fix",
            (530, 530),
            "there is no analogous fix for vanishing gradients",
            Kind.IMPOSSIBILITY,
            refutes(
                "A gradient that has shrunk can't be scaled up",
                "2⁻¹⁰⁰ g, multiplied by 2^100, is g in every digit",
                {"g": "(3/5, −4/5)"},
                rescaling_vanished_gradient,
            ),
            loosely=Reading(
                "scaling the sum over all steps, as clipping does, leaves the proportion of its "
                "early and late parts as it is",
                decides(
                    "(s · 2⁻¹⁰⁰ a)/(s b) = 2⁻¹⁰⁰ a/b for every s",
                    scaling_keeps_proportions,
                ),
            ),
            corrected=Reading(
                "A vanished gradient can be rescaled as long as it hasn't underflowed: so can each "
                "∂L/∂h_t on its way back. What rescaling their sum doesn't mend is the proportion "
                "between its early and late parts.",
                by("recurrent_weight_gradient"),
            ),
            because="scaling up is possible until underflow; of the sum over all steps it leaves "
            "the part of early steps as small beside that of late ones as it is",
        ),
        Statement(
            "direction-lost",
            (530, 530),
            "You cannot amplify a gradient that has already decayed to zero, because you've lost "
            "the information about which direction to go.",
            Kind.IMPOSSIBILITY,
            decides(
                "every multiple of 0 is 0",
                lambda: exactly(2.0**1000 * 0.0 == 0.0, about="2^1000 · 0 = 0"),
            ),
            because="true of a gradient that is exactly 0, as after underflow; small isn't zero",
        ),
        Statement(
            "more-fundamental-problem",
            (530, 530),
            "This asymmetry is why vanishing gradients are the more fundamental problem.",
            Kind.CAUSE,
            because="“fundamental” has no measure; the asymmetry it rests on isn't one, see above",
        ),
        Statement(
            "clipping-addresses-explosion",
            (534, 534),
            "It addresses exploding gradients but cannot recover information lost to vanishing "
            "gradients.",
            Kind.HEURISTIC,
            by("clipping_is_projection"),
            because="clipping is the projection on a ball: it never enlarges a vector",
        ),
    ),
)
