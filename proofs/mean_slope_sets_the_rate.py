"""Refuted: gradients shrink like (|w| times the mean slope)ⁿ.

What counts is the product of the slopes, so their geometric mean, which is below the arithmetic
one where the slopes differ. Witness: one unit, w = 1, inputs that lead the state to 0 and 4/5 by
turns. There the slopes 1 − h² are 1 and 9/25, their mean is 17/25, and two steps shrink by 9/25,
not by (17/25)² = 289/625.
"""

from fractions import Fraction

import numpy as np

from gradproof import (
    ElmanNetwork,
    Source,
    Witness,
    claim,
    close,
    confirmed,
    exactly,
    floating,
    main,
    refuted,
)
from gradproof.claims.evidence import Evidence
from gradproof.gradients.differences import complex_step_state_jacobian
from gradproof.gradients.network import forward, inputs_realising
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import complex_step_tolerance, jacobian_product_error_upper

STATES = [Fraction(0), Fraction(4, 5)]
STEPS = 20

CODE = """\
import numpy as np

h, product, slopes = 0.8, 1.0, []
for k in range(1, 21):
    target = 0.8 if k % 2 == 0 else 0.0
    x = np.arctanh(target) - h  # the input that realises the next state, w = 1
    h = np.tanh(h + x)
    slopes.append(1 - h**2)
    product *= slopes[-1]
print(product, np.mean(slopes) ** 20)
"""


def refutation() -> Evidence:
    """Decide in rational arithmetic that the witness is one."""
    slopes = [1 - h * h for h in STATES] * (STEPS // 2)
    product = Fraction(1)
    for slope in slopes:
        product *= slope
    mean = sum(slopes) / STEPS
    witness = Witness(
        f"|∂h_{STEPS}/∂h_0| = (9/25)^{STEPS // 2} is less than a tenth of (17/25)^{STEPS}",
        {
            "w": "1",
            "h_k": "0 for odd k, 4/5 for even k",
            "x_k": "artanh(h_k) − h_{k−1}, with U = 1 and b = 0",
            "slopes": "1, 9/25, 1, 9/25, …",
            "mean slope": str(mean),
        },
        code=CODE,
    )
    return refuted(
        witness,
        exactly(product == Fraction(9, 25) ** (STEPS // 2), about="the slopes multiply to this"),
        exactly(mean == Fraction(17, 25), about="the mean slope is 17/25"),
        exactly(10 * product < mean**STEPS, about="the product is less than a tenth of it"),
    )


def network_realises_the_product() -> None:
    network = ElmanNetwork([[1.0]], [[1.0]], [0.0])
    states = np.array([[float(STATES[k % 2])] for k in range(STEPS)])
    start = np.array([float(STATES[1])])
    run = forward(network, start, inputs_realising(network, start, states))
    product = jacobian_product(network, run).to_array()
    close(
        complex_step_state_jacobian(network, run),
        product,
        tolerance=complex_step_tolerance(network, run),
        because="derived bound of truncation and rounding",
    )
    # With x_k off by 10 u, h_k is off by at most 11 u at 4/5 and 21 u at 0. So each of the ten
    # slopes 9/25 is off by 2 · 4/5 · 11 u / (9/25) < 50 u relative, and the others by (21 u)².
    expected = float(Fraction(9, 25) ** (STEPS // 2))
    tolerance = jacobian_product_error_upper(network, run) + 1000 * 2.0**-53 * expected
    close(product, np.array([[expected]]), tolerance=tolerance, because="derived rounding bound")


@claim(
    "In a network of one unit, |∂h_{t+n}/∂h_t| is about (|w| s)ⁿ, s being the mean of the slopes "
    "tanh′(z_k) over the n steps, up to a factor of 10",
    title="The mean slope sets the rate",
    latex=r"\left|\frac{\partial h_{t+n}}{\partial h_t}\right| \approx "
    r"\left(\bar{\sigma}'\,|w|\right)^n",
    source=Source("Brenndoerfer2025", "Quantifying the Decay"),
    expected="fails",
    uses=["scalar_recurrence"],
)
def mean_slope_sets_the_rate(run):
    realised = floating(
        network_realises_the_product,
        about="a tanh network with explicit inputs, differentiated by the complex step",
    )
    yield confirmed(refutation(), realised)


if __name__ == "__main__":
    main(__file__)
