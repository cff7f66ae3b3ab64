"""Lines 15–21: the introduction."""

from fractions import Fraction

from flint import arb

from gradproof import enclosed, exactly
from gradproof.audit import Kind, Reading, Section, Statement, by, decides, refutes
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.bracket import enclose_ball

MOVING = RationalCycle.of("1/2", "1/2; 0")


def tanh_of_one_is_large():
    # tanh(2h) increases, so h ≥ 1/2 implies tanh(2h) ≥ tanh(1).
    return enclosed("tanh(1)", enclose_ball(arb(1).tanh()), ">", 0.5)


SECTION = Section(
    "Vanishing gradients",
    (15, 21),
    (
        Statement(
            "rnn-can-carry-information",
            (17, 17),
            "In theory, an RNN can learn dependencies between the first word of a sentence "
            "and the last, no matter how far apart they are.",
            Kind.HEURISTIC,
            decides(
                "h_k = tanh(2 h_{k−1} + x_k) with x_1 = ±2 and no further input keeps the sign of "
                "x_1, |h_k| ≥ 1/2, for all k",
                tanh_of_one_is_large,
            ),
            because="one unit with w = 2 keeps the sign of its first input for ever: |h| ≥ 1/2 "
            "implies |tanh(2h)| ≥ tanh(1) > 1/2",
        ),
        Statement(
            "same-matrix-each-step",
            (19, 19),
            "At each step backward, the gradient gets multiplied by the same weight matrix.",
            Kind.FORMULA,
            refutes(
                "∂h_k/∂h_{k−1} is the same matrix at every step",
                "one unit, w = 1/2: ∂h_k/∂h_{k−1} is 3/8 and 1/2 by turns",
                MOVING.values(),
                lambda: exactly(
                    MOVING.jacobians() == (((Fraction(3, 8),),), ((Fraction(1, 2),),)),
                    about="J_1 = 3/8, J_2 = 1/2",
                ),
                also=lambda: MOVING.measured(2),
                about="the network, differentiated by central differences",
            ),
            loosely=Reading("W is a factor at every step", by("state_jacobian")),
            corrected=Reading(
                "At each step backward the gradient is multiplied by Wᵀ diag(tanh′(z_k)): the same "
                "W, and a diagonal matrix that differs from step to step.",
                by("backward_recursion"),
            ),
            because="the factor is diag(tanh′(z_k)) W; only W is the same at each step",
        ),
        Statement(
            "eigenvalue-below-one-shrinks",
            (19, 19),
            "If the largest eigenvalue of this matrix is less than 1, these repeated "
            "multiplications cause the gradient to shrink exponentially.",
            Kind.INEQUALITY,
            by("small_radius_implies_decay"),
            corrected=Reading(
                "If the largest singular value ‖W‖ is less than 1, the gradient shrinks at least "
                "like ‖W‖ⁿ. Eigenvalues don't decide it.",
                by("product_norm_upper"),
            ),
            because="W = [1 3/2; −3/2 −2] has ρ(W) = 1/2, and inputs make its gradient grow "
            "like 1.07ⁿ",
        ),
        Statement(
            "early-gradient-has-vanished",
            (19, 19),
            "By the time the gradient reaches early timesteps, it has essentially vanished, "
            "carrying no useful learning signal.",
            Kind.IMPOSSIBILITY,
            refutes(
                "A gradient that is small carries no information about its direction",
                "10⁻⁶ of a gradient has the direction of the whole: an optimiser that divides by "
                "the size of the gradient, as Adam does, takes the same step",
                {"gradient": "10⁻⁶ (3, −4)", "direction": "(3/5, −4/5)"},
                lambda: exactly(
                    Fraction(3, 10**6) ** 2 + Fraction(4, 10**6) ** 2 == Fraction(5, 10**6) ** 2,
                    about="10⁻⁶ (3, −4) has norm 5 · 10⁻⁶ and direction (3/5, −4/5)",
                ),
            ),
            loosely=Reading(
                "A contribution that is small beside others is lost in their sum: in float64 "
                "1 + 2⁻⁵⁴ = 1",
                decides(
                    "1 + 2⁻⁵⁴ rounds to 1",
                    lambda: exactly(1.0 + 2.0**-54 == 1.0, about="fl(1 + 2⁻⁵⁴) = 1"),
                ),
            ),
            corrected=Reading(
                "The contribution of early steps to ∂L/∂W, a sum over all steps, is small beside "
                "that of late ones; on its own it keeps a direction until it underflows.",
                by("recurrent_weight_gradient"),
            ),
            because="small isn't uninformative: what is lost is the early part beside the late one",
        ),
    ),
)
