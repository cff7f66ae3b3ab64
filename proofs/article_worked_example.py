"""The worked example of the article: W = [[0.5, 0.3], [−0.2, 0.4]], h_0 = (1, 0), five steps.

All figures below are recomputed in ball arithmetic, every digit certified. The article prints
[[−0.016452, 0.02102], [−0.017035, −0.028961]] for ∂h_5/∂h_0: that is the product in the REVERSED
order, J_1 J_2 J_3 J_4 J_5. Its code runs through reversed(jacobians) and multiplies on the left.
"""

import numpy as np

from gradproof import ElmanNetwork, Source, all_of, claim, close, confirmed, floating, main
from gradproof.claims.evidence import Evidence, rounds_to
from gradproof.gradients.differences import (
    central_difference_state_jacobian,
    complex_step_state_jacobian,
)
from gradproof.gradients.enclosed import EnclosedTrajectory, enclose_trajectory
from gradproof.gradients.network import forward
from gradproof.gradients.tolerances import central_difference_tolerance, complex_step_tolerance

WEIGHTS = [["0.5", "0.3"], ["-0.2", "0.4"]]
NETWORK = ElmanNetwork(np.array(WEIGHTS, dtype=float), np.zeros((2, 1)), np.zeros(2))
INITIAL_STATE = [1.0, 0.0]
NO_INPUT = np.zeros((5, 1))

STATES = [
    ["0.4621", "-0.1974"],
    ["0.1702", "-0.1697"],
    ["0.0342", "-0.1016"],
    ["-0.0134", "-0.0474"],
    ["-0.0209", "-0.0163"],
]
PREACTIVATIONS = [
    ["0.5000", "-0.2000"],
    ["0.1718", "-0.1714"],
    ["0.0342", "-0.1019"],
    ["-0.0134", "-0.0475"],
    ["-0.0209", "-0.0163"],
]
JACOBIANS = [
    [["0.3932", "0.2359"], ["-0.1922", "0.3844"]],
    [["0.4855", "0.2913"], ["-0.1942", "0.3885"]],
    [["0.4994", "0.2996"], ["-0.1979", "0.3959"]],
    [["0.4999", "0.2999"], ["-0.1996", "0.3991"]],
    [["0.4998", "0.2999"], ["-0.1999", "0.3999"]],
]
SPECTRAL_RADII = ["0.4433", "0.4952", "0.5070", "0.5093", "0.5097"]
PRODUCT = [["-0.019116", "0.026349"], ["-0.012594", "-0.026297"]]
FROBENIUS_NORM = "0.043702"


def figures(run: EnclosedTrajectory) -> Evidence:
    """Compare every printed figure with its enclosure: half a unit of the last place at most.

    The enclosures are for the float64 numbers nearest to 0.5, 0.3, −0.2, 0.4. These are off by less
    than 2⁻⁵⁴, and no figure is nearer than 2e-8 to where it would round otherwise.
    """
    parts = []
    for k in range(1, 6):
        for i in range(2):
            parts += [
                rounds_to(f"z_{k},{i}", run.preactivations[k - 1][i], PREACTIVATIONS[k - 1][i]),
                rounds_to(f"h_{k},{i}", run.states[k][i], STATES[k - 1][i]),
            ]
            parts += [
                rounds_to(f"J_{k},{i}{j}", run.jacobians[k - 1][i][j], JACOBIANS[k - 1][i][j])
                for j in range(2)
            ]
        parts.append(rounds_to(f"ρ(J_{k})", run.spectral_radii[k - 1], SPECTRAL_RADII[k - 1]))
    parts += [
        rounds_to(f"(∂h_5/∂h_0)_{i}{j}", run.product[i][j], PRODUCT[i][j])
        for i in range(2)
        for j in range(2)
    ]
    parts.append(rounds_to("‖∂h_5/∂h_0‖_F", run.product_frobenius_norm, FROBENIUS_NORM))
    return all_of(*parts, about=f"{len(parts)} printed figures lie within their enclosures")


def product_is_confirmed_by_differences() -> None:
    trajectory = forward(NETWORK, INITIAL_STATE, NO_INPUT)
    expected = np.array(PRODUCT, dtype=float)
    for measured, tolerance in (
        (
            complex_step_state_jacobian(NETWORK, trajectory),
            complex_step_tolerance(NETWORK, trajectory),
        ),
        (
            central_difference_state_jacobian(NETWORK, trajectory),
            central_difference_tolerance(NETWORK, trajectory),
        ),
    ):
        # The figures are rounded to six decimals.
        close(measured, expected, tolerance=tolerance + 0.5e-6, because="derived, and six decimals")


@claim(
    "W = [[0.5, 0.3], [−0.2, 0.4]], h_0 = (1, 0), h_k = tanh(W h_{k−1}): the states, Jacobians and "
    "spectral radii ρ(J_k) = 0.4433, 0.4952, 0.5070, 0.5093, 0.5097 are right to four decimals, "
    "and ∂h_5/∂h_0 = [[−0.019116, 0.026349], [−0.012594, −0.026297]] to six",
    title="The worked example of the article",
    latex=r"\frac{\partial h_5}{\partial h_0} = J_5 J_4 J_3 J_2 J_1 \approx "
    r"\begin{pmatrix} -0.019116 & 0.026349 \\ -0.012594 & -0.026297 \end{pmatrix}",
    scope="instance",
    source=Source("Brenndoerfer2025", "A Worked Example: Gradient Decay Analysis"),
    uses=["state_jacobian", "jacobian_product"],
)
def article_worked_example(run):
    differences = floating(
        product_is_confirmed_by_differences, about="complex step and central differences agree"
    )
    trajectory = enclose_trajectory(NETWORK, INITIAL_STATE, NO_INPUT)
    yield confirmed(figures(trajectory), differences)


if __name__ == "__main__":
    main(__file__)
