"""Gated cells: LSTM with and without a forget gate, and GRU, with their state Jacobians.

z^f, z^i, … are pre-activations; f, i, o are the gates, g and n the proposed values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import sympy as sp

from gradproof.symbolic.cell import Cell, K, gate, hadamard, inputs, logistic, size, state, tanh
from gradproof.symbolic.language.expressions import TimeIndexed

__all__ = ["gru", "lstm", "lstm_without_forget_gate"]

D, M = size("d"), size("m")
h, c = state("h", D), state("c", D)
x = inputs("x", M)


def weights(label: str) -> tuple[sp.MatrixSymbol, sp.MatrixSymbol, sp.MatrixSymbol]:
    """Return W, U and b of one gate."""
    return (
        sp.MatrixSymbol(f"W_{label}", D, D),
        sp.MatrixSymbol(f"U_{label}", D, M),
        sp.MatrixSymbol(f"b_{label}", D, 1),
    )


def preactivation(label: str) -> Callable[[sp.Expr], TimeIndexed]:
    """Return z^label_k as a function of k."""
    return gate(f"z^{label}", D)


def _affine(label: str) -> tuple[TimeIndexed, sp.MatrixExpr]:
    W, U, b = weights(label)
    return preactivation(label)(K), W * h(K - 1) + U * x(K) + b


def _gates(*labels: str) -> dict[TimeIndexed, sp.MatrixExpr]:
    """Return z^l_k = W_l h_{k−1} + U_l x_k + b_l and l_k = σ(z^l_k); tanh for the proposal g."""
    equations: dict[TimeIndexed, sp.MatrixExpr] = {}
    for label in labels:
        left, right = _affine(label)
        squash = tanh if label == "g" else logistic
        equations |= {left: right, gate(label, D)(K): squash(left)}
    return equations


@functools.cache
def lstm() -> Cell:
    """Return the LSTM of PyTorch: c_k = f_k ⊙ c_{k−1} + i_k ⊙ g_k, h_k = o_k ⊙ tanh(c_k)."""
    f, i, g, o = (gate(label, D)(K) for label in "figo")
    return Cell(
        "lstm",
        {
            h(K): hadamard(o, tanh(c(K))),
            c(K): hadamard(f, c(K - 1)) + hadamard(i, g),
            **_gates("f", "i", "g", "o"),
        },
    )


@functools.cache
def lstm_without_forget_gate() -> Cell:
    """Return the LSTM of 1997: c_k = c_{k−1} + i_k ⊙ g_k, h_k = o_k ⊙ tanh(c_k)."""
    i, g, o = (gate(label, D)(K) for label in "igo")
    return Cell(
        "lstm_without_forget_gate",
        {
            h(K): hadamard(o, tanh(c(K))),
            c(K): c(K - 1) + hadamard(i, g),
            **_gates("i", "g", "o"),
        },
    )


@functools.cache
def gru() -> Cell:
    """Return the GRU of PyTorch: h_k = (1 − z_k) ⊙ n_k + z_k ⊙ h_{k−1}.

    n_k = tanh(U_n x_k + b_n + r_k ⊙ (W_n h_{k−1} + v_n)): the reset gate acts after W_n.
    """
    r, z, n = (gate(label, D)(K) for label in "rzn")
    W, U, b = weights("n")
    inner = W * h(K - 1) + sp.MatrixSymbol("v_n", D, 1)
    proposed = preactivation("n")(K)
    return Cell(
        "gru",
        {
            h(K): hadamard(sp.OneMatrix(D, 1) - z, n) + hadamard(z, h(K - 1)),
            **_gates("r", "z"),
            proposed: U * x(K) + b + hadamard(r, inner),
            n: tanh(proposed),
        },
    )
