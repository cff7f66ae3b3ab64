"""The gated cells are PyTorch's: our Jacobians are those that its autograd finds."""

import numpy as np
import pytest
import sympy as sp

from gradproof.symbolic.instances.instantiate import Assignment, evaluate
from gradproof.symbolic.theorems import gated
from gradproof.symbolic.theorems.cells import state_jacobian

torch = pytest.importorskip("torch")
SIZE, INPUT = 3, 2
#: PyTorch stacks the gates of a cell in this order.
ORDER = {"lstm": "ifgo", "gru": "rzn"}


def autograd(name, cell, x, state):
    if name == "gru":
        return torch.autograd.functional.jacobian(lambda h: cell(x, h), state[0])

    def step(s):
        return torch.cat(cell(x, (s[:SIZE], s[SIZE:])))

    return torch.autograd.functional.jacobian(step, torch.cat(state))


@pytest.mark.parametrize("name", ORDER)
def test_the_state_jacobian_is_the_one_of_autograd(name):
    torch.manual_seed(3)
    cell = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[name](INPUT, SIZE).double()
    x = torch.randn(INPUT, dtype=torch.float64)
    state = [torch.randn(SIZE, dtype=torch.float64) for _ in range(2)]
    theorem = state_jacobian(name)
    assigned = Assignment(np.random.default_rng(0), theorem.definitions)
    assigned.values |= {gated.D: SIZE, gated.M: INPUT, gated.K: 1}
    for i, label in enumerate(ORDER[name]):
        rows = slice(SIZE * i, SIZE * (i + 1))
        W, U, b = gated.weights(label)
        inner = cell.bias_hh[rows].detach().numpy()[:, None]
        outer = cell.bias_ih[rows].detach().numpy()[:, None]
        apart = name == "gru" and label == "n"  # the reset gate multiplies one of the biases
        assigned.values |= {
            W: cell.weight_hh[rows].detach().numpy(),
            U: cell.weight_ih[rows].detach().numpy(),
            b: outer if apart else outer + inner,
        }
        if apart:
            assigned.values[sp.MatrixSymbol("v_n", gated.D, 1)] = inner
    assigned.sequences |= {("x", 1): x.numpy()[:, None]}
    assigned.sequences |= {(s, 0): v.numpy()[:, None] for s, v in zip("hc", state, strict=True)}
    ours = evaluate(theorem.proposition.right, assigned)
    theirs = autograd(name, cell, x, state).numpy()
    # A handful of products of numbers of order 1: a few hundred roundings at most.
    assert np.abs(ours - theirs).max() <= 1000 * 2.0**-53
    assert np.abs(theirs).max() > 0.1
