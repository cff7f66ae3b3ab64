"""Cells: the Jacobian of each, against SymPy's componentwise differentiation and numbers."""

import itertools

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError, UnknownNameError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.cell import (
    Cell,
    K,
    gate,
    hadamard,
    identity,
    inputs,
    logistic,
    size,
    state,
    tanh,
)
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import chain_rule_through
from gradproof.symbolic.language.blocks import Blocks, Hadamard, Stacked
from gradproof.symbolic.language.expressions import (
    Diagonal,
    Elementwise,
    Jacobian,
    Preactivation,
    State,
    TimeIndexed,
)
from gradproof.symbolic.theorems import gated
from gradproof.symbolic.theorems.cells import CELLS, jacobian_product, state_jacobian

D, M = size("d"), size("m")
h, c, x = state("h", D), state("c", D), inputs("x", M)
A, B = (sp.MatrixSymbol(name, D, D) for name in "AB")
b = sp.MatrixSymbol("b", D, 1)
NAMED = [name for name in CELLS if name != "leaky"]  # the leak is a symbol, not a matrix


class Componentwise:
    """Expressions written out at a given size, for SymPy's own differentiation."""

    def __init__(self, cell: Cell, d: int) -> None:
        self.equations, self.sizes = cell.equations, {D: d, M: 2, gated.D: d, gated.M: 2}

    def __call__(self, e: sp.Basic) -> sp.Matrix:
        shape = tuple(int(size.subs(self.sizes)) for size in e.shape)
        if isinstance(e, TimeIndexed) and e in self.equations:
            return self(self.equations[e])
        if isinstance(e, TimeIndexed):
            return sp.Matrix(*shape, sp.symbols(f"{e.name}_:{shape[0]}"))
        if isinstance(e, sp.MatrixSymbol):
            return sp.Matrix(*shape, sp.symbols(f"{e.name}_:{shape[0] * shape[1]}"))
        if isinstance(e, Elementwise):
            t = sp.Dummy()
            phi = {"tanh": sp.tanh(t), "logistic": 1 / (1 + sp.exp(-t))}[e.activation]
            phi = sp.diff(phi, t, int(e.order))
            return self(e.argument).applyfunc(lambda entry: phi.subs(t, entry))
        if isinstance(e, Blocks):
            return sp.Matrix.vstack(*(sp.Matrix.hstack(*map(self, r)) for r in e.block_rows))
        parts = [self(arg) if arg.is_Matrix else arg for arg in e.args if arg not in e.shape]
        if isinstance(e, Hadamard):
            return parts[0].multiply_elementwise(parts[1])
        if isinstance(e, Stacked):
            return sp.Matrix.vstack(*parts)
        if isinstance(e, Diagonal):
            return sp.diag(*parts[0])
        if isinstance(e, sp.MatMul):
            scalars = [part for part in parts if not part.is_Matrix]
            matrices = [part for part in parts if part.is_Matrix]
            product = matrices[0]
            for matrix in matrices[1:]:
                product = product * matrix
            return sp.Mul(*scalars) * product
        if isinstance(e, sp.MatAdd):
            return sum(parts[1:], parts[0])
        simple = {sp.Identity: sp.eye, sp.ZeroMatrix: sp.zeros, sp.OneMatrix: sp.ones}
        make = simple[type(e)]
        return make(shape[0]) if make is sp.eye else make(*shape)


def agrees_with_sympy(cell: Cell, theorem: Theorem, d: int) -> bool:
    write = Componentwise(cell, d)
    later, earlier = theorem.proposition.left.args
    theirs = write(later).jacobian(write(earlier))
    ours = write(theorem.proposition.right)
    symbols = sorted(theirs.free_symbols | ours.free_symbols, key=str)
    values = {s: sp.Rational(3 * i % 17 - 8, 11) for i, s in enumerate(symbols)}
    difference = (theirs - ours).subs(values).evalf(30)
    return all(abs(entry) < 1e-25 for entry in difference)


@pytest.mark.parametrize(("name", "d"), [*itertools.product(NAMED, [1, 2])])
def test_named_cells_agree_with_componentwise_differentiation(name, d):
    assert agrees_with_sympy(CELLS[name]("tanh"), state_jacobian(name), d)


@pytest.mark.parametrize("name", CELLS)
def test_named_cells_survive_numbers(name):
    found = attack([state_jacobian(name), jacobian_product(name)], trials=4, seed=0)
    assert found.counterexample is None
    assert found.skipped == 0


#: right sides of h_k, each about one rule
RULES = {
    "affine": A * h(K - 1) + b,
    "elementwise": tanh(A * h(K - 1)),
    "composed": tanh(A * logistic(B * h(K - 1))),
    "entrywise product": hadamard(A * h(K - 1), tanh(B * h(K - 1))),
    "entrywise square": hadamard(h(K - 1), h(K - 1)),
    "gate times constant": hadamard(logistic(A * h(K - 1)), b),
    "sum": h(K - 1) - A * tanh(h(K - 1)) + sp.OneMatrix(D, 1),
    "nested": hadamard(hadamard(h(K - 1), A * h(K - 1)), tanh(B * h(K - 1))),
}


@pytest.mark.parametrize(("rule", "d"), [*itertools.product(RULES, [1, 2, 3])])
def test_each_rule_agrees_with_componentwise_differentiation(rule, d):
    cell = Cell("rule", {h(K): RULES[rule]})
    theorem = cell.state_jacobian()
    assert agrees_with_sympy(cell, theorem, d)
    assert attack([theorem], trials=5, seed=d).counterexample is None


def test_a_wrong_formula_disagrees():
    cell = Cell("rule", {h(K): RULES["entrywise product"]})
    right = Cell("other", {h(K): hadamard(B * h(K - 1), tanh(A * h(K - 1)))}).state_jacobian()
    assert not agrees_with_sympy(cell, right, 2)


def test_the_lstm_in_blocks():
    (hh, hc, ch, cc) = state_jacobian("lstm").proposition.right.args
    f, o = (Diagonal(gate(name, gated.D)(K)) for name in "fo")
    slope = Diagonal(Elementwise("tanh", 1, State("c", K, gated.D)))
    assert cc == f
    assert hc == sp.MatMul(o, slope, f)
    assert len(ch.args) == 3
    assert sp.MatMul(o, slope, ch) in hh.args
    without = state_jacobian("lstm_without_forget_gate").proposition.right.args
    assert without[3] == sp.Identity(gated.D)
    assert len(without[2].args) == 2


def test_the_chain_rule_of_the_lstm_goes_through_both_states():
    s, d = gated.lstm().state, gated.D
    c_alone = [State("c", K + i, d) for i in range(3)]
    through_c = Jacobian(c_alone[2], c_alone[1]) * Jacobian(c_alone[1], c_alone[0])
    left = Jacobian(c_alone[2], c_alone[0])
    with pytest.raises(StepRefusedError):
        start(left).eq(through_c, by=chain_rule_through(s(K + 1)))
    chain = start(left).eq(through_c, by=chain_rule_through(c_alone[1]))
    hidden = gated.lstm().definition(State("h", K, d))
    h_next = State("h", K + 1, d)
    used = start(h_next + c_alone[1]).eq(hidden.applied_to(h_next) + c_alone[1], by=hidden)
    both = start(left * (h_next + c_alone[1])).eq(
        through_c * (h_next + c_alone[1]), by=Theorem.of("c", chain).law()
    )
    both = both.eq(through_c * used.last, by=Theorem.of("h", used).law())
    with pytest.raises(InputError, match="forget the state h"):
        Theorem.of("t", both)


def test_a_cell_of_ones_own_with_two_states():
    W, U = sp.MatrixSymbol("W", D, D), sp.MatrixSymbol("U", D, M)
    z = gate("z", D)
    cell = Cell(
        "mine",
        {
            h(K): hadamard(c(K), tanh(z(K))),
            c(K): c(K - 1) - h(K - 1),
            z(K): W * h(K - 1) + U * x(K),
        },
    )
    one_step, product = cell.state_jacobian(), cell.jacobian_product()
    unit = identity(D)
    slope = Diagonal(Elementwise("tanh", 1, z(K)))
    value = Diagonal(tanh(z(K)))
    expected = Blocks(-value + Diagonal(c(K)) * slope * W, value, -unit, unit)
    assert agrees_with_sympy(cell, one_step, 2)
    assert one_step.name == "mine_state_jacobian"
    assert product.name == "mine_jacobian_product"
    assert [set(b.args) for b in one_step.proposition.right.args[2:]] == [
        set(b.args) for b in expected.args[2:]
    ]
    assert attack([one_step, product], trials=6, seed=1).counterexample is None


@pytest.mark.parametrize(
    ("equations", "problem"),
    [
        ({Preactivation("z", K, D): A * h(K - 1)}, "define no state"),
        ({h(K + 1): A * h(K)}, "another index than K"),
        ({h(K): A * h(K - 2)}, "use inputs and the states just before"),
    ],
)
def test_what_is_no_cell_is_refused(equations, problem):
    with pytest.raises(InputError, match=problem):
        Cell("bad", equations)


def test_a_cell_with_an_undefined_gate_has_no_jacobian():
    cell = Cell("open", {h(K): tanh(Preactivation("z", K, D))})
    with pytest.raises(InputError, match=r"∂z_k/∂h_\{k−1\}"):
        cell.state_jacobian()


def test_unknown_cells_are_refused_by_name():
    with pytest.raises(UnknownNameError, match="elman, leaky"):
        state_jacobian("rnn")
