"""Refuted: ∂c_T/∂c_t is the identity in an LSTM without forget gate.

Only the direct path is the identity. At rest, with W_g = −4, the paths through h cancel it: the
Jacobian [[−1, 1/2], [−2, 1]] has the square 0, so ∂c_2/∂c_0 = 0.
"""

from fractions import Fraction

from gradproof import Source, Witness, claim, close, confirmed, exactly, floating, main, refuted
from gradproof.gradients.resting_lstm import by_complex_step, jacobian_at_rest
from gradproof.spectral.exact import exact_product

W, FORGET = -4, Fraction(1)
J = jacobian_at_rest(W, FORGET)

CODE = """\
import numpy as np

h, c = 0.0, 1e-30j  # the complex step: d/dc_0 in the imaginary part
for k in range(1, 11):
    c = 1 * c + 0.5 * np.tanh(-4 * h)  # the gates with weight 0 are 1/2
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
    "∂c_2/∂c_0 = 0, although the direct path is 1 at each step",
    {
        "W_g": str(W),
        "W_f, W_i, W_o, all biases and inputs, h_0, c_0": "0",
        "J": str([[str(entry) for entry in row] for row in J]),
    },
    code=CODE,
)


@claim(
    "∂c_T/∂c_t is exactly the identity in an LSTM without forget gate",
    title="The cell gradient of an LSTM is one",
    latex=r"\frac{\partial c_T}{\partial c_t} = I \text{ without forget gate}",
    source=Source("Brenndoerfer2025", "The Path Forward"),
    expected="fails",
    uses=["lstm_direct_path", "lstm_paths", "lstm_without_forget_gate_state_jacobian"],
)
def lstm_cell_gradient_is_one(run):
    yield confirmed(
        refuted(
            WITNESS,
            exactly(exact_product([J, J])[1][1] == 0, about="∂c_2/∂c_0 = 0"),
            exactly(J[1][1] == 1, about="the direct path is 1"),
        ),
        confirmation(),
    )


if __name__ == "__main__":
    main(__file__)
