"""Refuted: ∂L/∂W = Σ_t (∂L/∂h_T)(∂h_T/∂h_t)(∂h_t/∂W) with TOTAL derivatives ∂h_t/∂W.

Witness: d = 1, φ(z) = z, no input, W = w, h_0 = 1, T = 2 and L = h_T, so that h_1 = w, h_2 = w² and
dL/dw = 2w. The total derivatives are dh_1/dw = 1 and dh_2/dw = 2w, and the sum is w·1 + 1·2w = 3w:
it counts the path through step 1 twice. With the immediate derivatives ∂⁺h_1/∂w = h_0 = 1 and
∂⁺h_2/∂w = h_1 = w the sum is w·1 + 1·w = 2w. That is the reading under which the formula is true
(total_differential, recurrent_weight_gradient).
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
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.network import forward
from gradproof.gradients.smooth_activations import IDENTITY

WEIGHT = Fraction(1, 2)
STEPS = 2

CODE = """\
w, h_0 = 0.5, 1.0
step = 1e-30j


def h(t, w):
    return h_0 if t == 0 else w * h(t - 1, w)


dh_dw = {t: (h(t, w + step) / 1e-30).imag for t in (1, 2)}
print("dL/dw =", dh_dw[2])
print("with total derivatives:", w * dh_dw[1] + 1 * dh_dw[2])
print("with immediate ones:", w * h(0, w) + 1 * h(1, w))
"""


def states() -> list[Fraction]:
    run = [Fraction(1)]
    for _ in range(STEPS):
        run.append(WEIGHT * run[-1])
    return run


def total_derivative(t: int) -> Fraction:
    """Return d h_t/d w = t w^(t−1): h_t = w^t."""
    return t * WEIGHT ** (t - 1)


def refutation() -> Evidence:
    h = states()
    later = [WEIGHT ** (STEPS - t) for t in range(STEPS + 1)]  # ∂h_T/∂h_t
    gradient = total_derivative(STEPS)
    with_total = sum(later[t] * total_derivative(t) for t in range(1, STEPS + 1))
    with_immediate = sum(later[t] * h[t - 1] for t in range(1, STEPS + 1))
    witness = Witness(
        f"dL/dw = {gradient}, but the sum with the total derivatives is {with_total}; "
        f"with the immediate ones it is {with_immediate}",
        {
            "d, T": "1, 2",
            "φ": "the identity",
            "W": f"[[{WEIGHT}]]",
            "U, b": "0",
            "h_0": "1",
            "L": "h_2",
        },
        code=CODE,
    )
    return refuted(
        witness,
        exactly(with_total != gradient, about="3 w differs from 2 w at w = 1/2"),
        exactly(with_immediate == gradient, about="the immediate derivatives give 2 w"),
    )


def backpropagation_gives_the_immediate_sum() -> None:
    network = ElmanNetwork([[float(WEIGHT)]], [[0.0]], [0.0], IDENTITY)
    run = forward(network, [1.0], np.zeros((STEPS, 1)))
    step = 2.0**-10
    ahead, behind = (
        forward(ElmanNetwork([[float(WEIGHT) + s]], [[0.0]], [0.0], IDENTITY), [1.0], run.inputs)
        for s in (step, -step)
    )
    # w² is a polynomial of degree 2: its central difference is its derivative, and dyadic numbers
    # of so few digits don't round.
    difference = (ahead.states[-1, 0] - behind.states[-1, 0]) / (2 * step)
    because = "nothing rounds"
    close(difference, float(total_derivative(STEPS)), tolerance=0.0, because=because)
    computed = backpropagate(network, run, [1.0]).recurrent_weight[0, 0]
    close(computed, difference, tolerance=0.0, because=because)


@claim(
    "∂L/∂W = Σ_{t=1}^{T} (∂L/∂h_T)(∂h_T/∂h_t)(∂h_t/∂W) with the total derivative ∂h_t/∂W, "
    "in which the states before h_t vary with W too",
    latex=r"\frac{\partial L}{\partial W} = \sum_{t=1}^{T} \frac{\partial L}{\partial h_T}"
    r"\frac{\partial h_T}{\partial h_t} \frac{d h_t}{d W}",
    source=Source("PascanuMikolovBengio2013", "Section 1.1: the immediate partial derivative"),
    expected="fails",
    uses=["recurrent_weight_gradient", "total_differential"],
)
def total_derivatives_add_up(run):
    realised = floating(
        backpropagation_gives_the_immediate_sum,
        about="backpropagation and a central difference give 2 w",
    )
    yield confirmed(refutation(), realised)


if __name__ == "__main__":
    main(__file__)
