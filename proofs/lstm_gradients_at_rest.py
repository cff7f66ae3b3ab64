"""Refuted: three sayings about the gradients of an LSTM, all at its state of rest.

The LSTM with h = c = 0, no input, no bias and W_f = W_i = W_o = 0, W_g = w stays at rest, where
every gate is 1/2, every slope of a gate 1/4 and every slope of tanh 1. Its state Jacobian is the
rational matrix [[w/4, f/2], [w/2, f]] with f = 1/2, or f = 1 without forget gate: of rank one, with
trace w/4 + f. So Jⁿ = (w/4 + f)ⁿ⁻¹ J.

Without forget gate and with w = −4 the trace is 0, and ∂c_2/∂c_0 = 0 although the direct path is
exactly 1. With w = 4 the trace is 2, and the gradient doubles at every step.
"""

from fractions import Fraction

import numpy as np

from gradproof import Source, Witness, claim, close, confirmed, exactly, floating, main, refuted
from gradproof.claims.evidence import Evidence
from gradproof.spectral.exact import exact_product

HALF = Fraction(1, 2)

CODE = """\
import numpy as np

def step(h, c, w):
    c = c + 0.5 * np.tanh(w * h)  # every other gate has the weight 0 and is 1/2
    return 0.5 * np.tanh(c), c

for w in (-4, 4):
    h, c = 0.0, 1e-30j  # the complex step: d/dc_0 in the imaginary part
    for k in range(1, 11):
        h, c = step(h, c, w)
        print(w, k, c.imag / 1e-30)
"""


def jacobian_at_rest(w: int, forget: Fraction) -> list[list[Fraction]]:
    """Return ∂(h_k, c_k)/∂(h_{k−1}, c_{k−1}) at rest, from lstm_state_jacobian."""
    through_h = HALF * w  # i tanh′ W_g; the paths through f and i carry the weight 0
    return [[HALF * through_h, HALF * forget], [through_h, forget]]


def power(w: int, forget: Fraction, steps: int) -> tuple[tuple[Fraction, ...], ...]:
    return exact_product([jacobian_at_rest(w, forget)] * steps)


def complex_step(w: int, forget: Fraction, steps: int) -> float:
    """Return ∂c_n/∂c_0 by the complex step through the cell itself."""
    h, c = 0j, 1e-30j
    for _ in range(steps):
        c = float(forget) * c + 0.5 * np.tanh(w * h)
        h = 0.5 * np.tanh(c)
    return float(np.imag(c) / 1e-30)


def agrees(w: int, forget: Fraction, steps: int) -> Evidence:
    """Compare the exact power with the complex step."""
    expected = float(power(w, forget, steps)[1][1])
    # Every number is a small dyadic fraction and tanh of 1e-30 i is itself: no rounding but that
    # of 1e-30, a few units in the last place of the largest number at hand.
    tolerance = 8 * steps * 2.0**-53 * float(2**steps)
    return floating(
        lambda: close(
            complex_step(w, forget, steps),
            expected,
            tolerance=tolerance,
            because="rounding of 1e-30",
        ),
        about=f"the complex step through {steps} steps of the cell with w = {w}",
    )


def refutation(w: int, forget: Fraction, shows: str, *facts: tuple[bool, str]) -> Evidence:
    witness = Witness(
        shows,
        {
            "W_g": str(w),
            "W_f, W_i, W_o, all biases and inputs, h_0, c_0": "0",
            "direct path": str(forget),
            "J": str([[str(entry) for entry in row] for row in jacobian_at_rest(w, forget)]),
        },
        code=CODE,
    )
    parts = [exactly(fact, about=about) for fact, about in facts]
    checks = [agrees(w, forget, steps) for steps in (1, 2, 10)]
    return confirmed(refuted(witness, *parts), *checks)


@claim(
    "∂c_T/∂c_t is exactly the identity in an LSTM without forget gate",
    latex=r"\frac{\partial c_T}{\partial c_t} = I \text{ without forget gate}",
    source=Source("Brenndoerfer2025", "The Path Forward"),
    expected="fails",
    uses=["lstm_direct_path", "lstm_paths", "lstm_without_forget_gate_state_jacobian"],
)
def lstm_cell_gradient_is_one(run):
    vanished = power(-4, Fraction(1), 2)
    yield refutation(
        -4,
        Fraction(1),
        "∂c_2/∂c_0 = 0, although the direct path is 1 at each step",
        (vanished[1][1] == 0, "∂c_2/∂c_0 = 0"),
        (jacobian_at_rest(-4, Fraction(1))[1][1] == 1, "the direct path is 1"),
    )


@claim(
    "In an LSTM without forget gate, gradients of the state don't vanish",
    source=Source("Brenndoerfer2025", "The Path Forward"),
    expected="fails",
    uses=["lstm_paths", "lstm_without_forget_gate_state_jacobian"],
)
def lstm_gradients_do_not_vanish(run):
    vanished = power(-4, Fraction(1), 2)
    yield refutation(
        -4,
        Fraction(1),
        "∂(h_2, c_2)/∂(h_0, c_0) = 0: all gradients of the state are gone after two steps",
        (vanished == ((0, 0), (0, 0)), "J² = 0"),
    )


@claim(
    "In an LSTM whose forget gate is below 1, gradients of the state don't explode",
    expected="fails",
    uses=["lstm_paths", "lstm_state_jacobian"],
)
def lstm_gradients_do_not_explode(run):
    J, square = jacobian_at_rest(4, HALF), power(4, HALF, 2)
    factor = Fraction(3, 2)
    yield refutation(
        4,
        HALF,
        "J² = (3/2) J, so Jⁿ = (3/2)ⁿ⁻¹ J grows without bound, although every forget gate is 1/2",
        (
            all(
                a == factor * b
                for row, other in zip(square, J, strict=True)
                for a, b in zip(row, other, strict=True)
            ),
            "J² = (3/2) J",
        ),
        (J[1][0] != 0, "J isn't 0"),
    )


if __name__ == "__main__":
    main(__file__)
