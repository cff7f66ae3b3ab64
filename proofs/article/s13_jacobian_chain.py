"""Lines 638–695: the worked example, its Jacobians and their product."""

import numpy as np

from gradproof import enclosed
from gradproof.audit import (
    Kind,
    Reading,
    Section,
    Statement,
    by,
    decides,
    prints,
    prints_all,
    refutes,
)
from gradproof.audit.worked_example import (
    enclosed_run,
    frobenius_norm,
    jacobians,
    product,
    reversed_product,
)
from gradproof.claims.evidence import rounds_to


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
                lambda: [e for row in enclosed_run().jacobians[k - 1] for e in row],
                quoted,
                also=lambda: jacobians()[k - 1].ravel(),
            ),
        ),
        Statement(
            f"printed-radius-{k}",
            (first + 3, first + 3),
            f"Spectral radius: {radius}",
            Kind.OUTPUT,
            prints(
                f"ρ(J_{k})",
                lambda: enclosed_run().spectral_radii[k - 1],
                radius,
                also=lambda: float(np.abs(np.linalg.eigvals(jacobians()[k - 1])).max()),
            ),
        ),
    )


SECTION = Section(
    "A worked example: the Jacobian chain",
    (638, 695),
    (
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
                lambda: enclosed("(J_5 ⋯ J_1)_11", enclosed_run().product[0][0], "<", -0.019),
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
                lambda: [e for row in enclosed_run().product for e in row],
                ["-0.016452", "0.021020", "-0.017035", "-0.028961"],
                also=lambda: product().ravel(),
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
                lambda: enclosed_run().product_frobenius_norm,
                "0.042912",
                also=lambda: float(np.linalg.norm(product())),
            ),
            corrected=Reading(
                "‖∂h_5/∂h_0‖_F = 0.043702; 0.042912 is the norm of the reversed product.",
                decides(
                    "0.043702 and 0.042912 are the two norms, rounded",
                    lambda: rounds_to("‖Φ‖_F", enclosed_run().product_frobenius_norm, "0.043702"),
                    lambda: rounds_to(
                        "‖J_1 ⋯ J_5‖_F", frobenius_norm(reversed_product()), "0.042912"
                    ),
                ),
            ),
            because="0.042912 belongs to the reversed product; ‖∂h_5/∂h_0‖_F = 0.043702",
        ),
    ),
)
