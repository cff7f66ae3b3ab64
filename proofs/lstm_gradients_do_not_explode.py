"""Refuted: gradients of the state don't explode in an LSTM whose forget gate is below 1.

At rest, with W_g = 4 and every forget gate 1/2, the Jacobian [[1, 1/4], [2, 1/2]] has J² = (3/2) J,
so Jⁿ = (3/2)ⁿ⁻¹ J.
"""

from fractions import Fraction

from gradproof import Witness, claim, close, confirmed, exactly, floating, main, refuted
from gradproof.gradients.resting_lstm import by_complex_step, jacobian_at_rest
from gradproof.spectral.exact import exact_product

W, FORGET = 4, Fraction(1, 2)
J = jacobian_at_rest(W, FORGET)

CODE = """\
import numpy as np

h, c = 0.0, 1e-30j  # the complex step: d/dc_0 in the imaginary part
for k in range(1, 11):
    c = 0.5 * c + 0.5 * np.tanh(4 * h)  # the gates with weight 0 are 1/2
    h = 0.5 * np.tanh(c)
    print(k, c.imag / 1e-30)
"""


def confirmation():
    """Compare the exact power with the complex step through the cell."""
    steps = 10
    expected = float(exact_product([J] * steps)[1][1])
    # All numbers are dyadic but 1e-30, which is rounded; the largest is below 2^steps.
    return floating(
        lambda: close(
            by_complex_step(W, FORGET, steps),
            expected,
            tolerance=8 * steps * 2.0 ** (steps - 53),
            because="rounding of 1e-30",
        ),
        about=f"the complex step through {steps} steps of the cell",
    )


WITNESS = Witness(
    "J² = (3/2) J, so Jⁿ = (3/2)ⁿ⁻¹ J grows without bound, although every forget gate is 1/2",
    {
        "W_g": str(W),
        "W_f, W_i, W_o, all biases and inputs, h_0, c_0": "0",
        "J": str([[str(entry) for entry in row] for row in J]),
    },
    code=CODE,
)


@claim(
    "In an LSTM whose forget gate is below 1, gradients of the state don't explode",
    title="Gradients of an LSTM don’t explode",
    expected="fails",
    uses=["lstm_paths", "lstm_state_jacobian"],
)
def lstm_gradients_do_not_explode(run):
    yield confirmed(
        refuted(
            WITNESS,
            exactly(
                exact_product([J, J]) == tuple(tuple(Fraction(3, 2) * a for a in row) for row in J),
                about="J² = (3/2) J",
            ),
            exactly(J[1][0] != 0, about="J isn't 0"),
        ),
        confirmation(),
    )


if __name__ == "__main__":
    main(__file__)
