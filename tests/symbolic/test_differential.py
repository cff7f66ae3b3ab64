"""The differential calculus that runs by itself: right, short, and honest where it can't go on."""

import pytest
import sympy as sp

from gradproof.errors import InputError, OutOfRangeError, StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.differential import after_steps, differentiate, in_denominator_layout, tidy
from gradproof.symbolic.kernel.assumptions import define
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.laws import JACOBIAN_OF_IDENTITY, PRODUCT_WRITTEN_OUT
from gradproof.symbolic.language.expressions import (
    Diagonal,
    Elementwise,
    Jacobian,
    Preactivation,
)
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.theorems.leaky import leaky_norm_upper
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    ElmanRecurrence,
    K,
    LeakyRecurrence,
    jacobian_product,
    leaky_jacobian_product,
    leaky_state_jacobian,
    state_jacobian,
)

CELL = ElmanRecurrence()
D = CELL.d
A, B, V = (sp.MatrixSymbol(name, D, D) for name in "ABV")
BEFORE = CELL.h(K - 1)


def phi(vector, order=0):
    return Elementwise("tanh", order, vector)


#: y, and what ∂y/∂h_{k−1} is on paper
BY_HAND = [
    (BEFORE, sp.Identity(D)),
    (CELL.x(K), sp.ZeroMatrix(D, D)),
    (A * BEFORE + CELL.b, A),
    (2 * BEFORE - A * BEFORE, 2 * sp.Identity(D) - A),
    (
        phi(A * phi(B * BEFORE)),
        Diagonal(phi(A * phi(B * BEFORE), 1)) * A * Diagonal(phi(B * BEFORE, 1)) * B,
    ),
    (
        phi(A * BEFORE) + B * phi(BEFORE),
        Diagonal(phi(A * BEFORE, 1)) * A + B * Diagonal(phi(BEFORE, 1)),
    ),
    (A * (BEFORE + phi(B * BEFORE)), A + A * Diagonal(phi(B * BEFORE, 1)) * B),
]


@pytest.mark.parametrize(("y", "expected"), BY_HAND, ids=range(len(BY_HAND)))
def test_the_result_is_the_one_found_by_hand_and_survives_numbers(y, expected):
    if y == CELL.x(K):
        y = A * sp.MatrixSymbol("c", D, 1)
    chain = differentiate(y, BEFORE)
    assert not chain.last.atoms(Jacobian)
    theorem = Theorem.of("by_itself", chain)
    assert same(chain.last, expected)
    assert attack([theorem], trials=10, seed=1).counterexample is None


def test_slopes_keep_their_names():
    definitions = [CELL.definition_of_state, CELL.definition_of_preactivation]
    chain = differentiate(CELL.h(K), BEFORE, definitions=definitions)
    assert chain.last == sp.MatMul(CELL.slopes(K), CELL.W)


def test_two_steps_of_the_recurrence_give_the_product():
    definitions = [CELL.definition_of_state, CELL.definition_of_preactivation]
    chain = differentiate(CELL.h(K + 1), BEFORE, definitions=definitions)
    assert chain.last == sp.MatMul(CELL.slopes(K + 1), CELL.W, CELL.slopes(K), CELL.W)


@pytest.mark.parametrize("name", ["swish", "sign", "Tanh"])
def test_a_function_that_is_not_known_is_refused(name):
    cell = ElmanRecurrence(name)
    with pytest.raises((InputError, StepRefusedError), match="a known activation"):
        state_jacobian(name)
    assert cell.activation == name


def test_what_no_rule_resolves_is_named():
    with pytest.raises(InputError, match=r"∂z_k/∂h_\{k−1\}"):
        differentiate(phi(CELL.z(K)), BEFORE)


def test_a_cell_of_ones_own_is_differentiated():
    z = Preactivation("z", K, D)
    laws = [
        define(CELL.h(K), BEFORE + phi(z)),
        define(z, A * phi(B * BEFORE) + CELL.U * CELL.x(K)),
    ]
    chain = differentiate(CELL.h(K), BEFORE, definitions=laws)
    inner = Diagonal(phi(B * BEFORE, 1))
    expected = sp.Identity(D) + Diagonal(phi(z, 1)) * A * inner * B
    assert same(chain.last, expected)
    assert attack([Theorem.of("own", chain)], trials=10, seed=2).counterexample is None


def test_the_leaky_theorems_say_this():
    assert str(leaky_state_jacobian()) == "∂h_k/∂h_{k−1} = (1 − α) I + α diag(tanh′(z_k)) W"
    assert str(leaky_norm_upper()) == "‖∂h_{t+n}/∂h_t‖ ≤ (γ |α| ‖W‖ + |α − 1|)ⁿ"
    assert [str(h) for h in leaky_norm_upper().conditions] == ["|φ′(z)| ≤ γ for all z"]
    assert leaky_norm_upper().uses == ("leaky_jacobian_product",)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda cell: cell.leak * cell.slopes(K) * cell.W,
        lambda cell: sp.Identity(D) + cell.leak * cell.slopes(K) * cell.W,
        lambda cell: (1 - cell.leak) * sp.Identity(D) + cell.slopes(K) * cell.W,
        lambda cell: (1 - cell.leak) * sp.Identity(D) + cell.leak * cell.W * cell.slopes(K),
    ],
    ids=["no direct path", "whole direct path", "no leak in the gate", "slopes on the right"],
)
def test_wrong_leaky_jacobians_are_refused_with_numbers(wrong):
    cell = LeakyRecurrence()
    before = cell.h(K - 1)
    right = leaky_state_jacobian()
    *_, last = right.steps
    chain = start(last.left)
    with pytest.raises(StepRefusedError) as caught:
        chain.eq(wrong(cell), by=JACOBIAN_OF_IDENTITY)
    assert caught.value.law == "derivative of the identity"
    assert caught.value.counterexample is not None
    assert before.index == K - 1


@pytest.mark.parametrize("theorem", [jacobian_product, leaky_jacobian_product])
def test_a_product_of_given_length_has_its_newest_factor_first(theorem):
    for steps in (1, 2, 5):
        written = after_steps(theorem(), STEPS, steps)
        factors = str(written).split(" = ")[1]
        indices = [int(part.split("}")[0]) for part in factors.split("z_{t+")[1:]]
        assert indices == list(range(steps, 0, -1))
        assert attack([written], trials=5, seed=steps).counterexample is None


def test_the_size_of_a_product_grows_linearly():
    def nodes(steps):
        written = after_steps(jacobian_product(), STEPS, steps)
        return sum(1 for _ in sp.preorder_traversal(written.proposition.right))

    assert nodes(100) - nodes(60) == nodes(60) - nodes(20) == 40 * (nodes(11) - nodes(10))


def test_a_bound_for_a_given_number_of_steps():
    theorem = after_steps(leaky_norm_upper(), STEPS, 3)
    assert str(theorem) == "‖∂h_{t+3}/∂h_t‖ ≤ (γ |α| ‖W‖ + |α − 1|)³"
    for steps in (0, -1):
        with pytest.raises(OutOfRangeError, match="steps"):
            after_steps(leaky_norm_upper(), STEPS, steps)


@pytest.mark.parametrize("theorem", [jacobian_product, leaky_state_jacobian])
def test_denominator_layout_is_the_transpose_and_nothing_else(theorem):
    transposed = in_denominator_layout(theorem())
    assert attack([transposed], trials=10, seed=4).counterexample is None
    assert str(transposed).split(" = ")[0].endswith("ᵀ")
    with pytest.raises(InputError, match="equation of Jacobians"):
        in_denominator_layout(leaky_norm_upper())


def test_the_oldest_factor_first_is_refused():
    product = CELL.factors(K, sp.Integer(2))
    wrong = sp.MatMul(CELL.factor(K + 1), CELL.factor(K + 2))
    with pytest.raises(StepRefusedError) as caught:
        start(product).eq(wrong, by=PRODUCT_WRITTEN_OUT)
    assert caught.value.counterexample is not None


def test_tidying_changes_no_value():
    zero, unit = sp.ZeroMatrix(D, D), sp.Identity(D)
    assert tidy(sp.MatAdd(zero, zero)) == zero
    assert tidy(sp.MatMul(A, zero)) == zero
    assert tidy(sp.MatMul(unit, unit)) == unit
    assert tidy(sp.MatMul(2, unit)) == sp.MatMul(2, unit)
    assert tidy(sp.MatMul(A, sp.MatMul(B, unit))) == sp.MatMul(A, B)
    assert tidy(sp.MatAdd(A, sp.MatMul(B, zero))) == A


def test_the_engine_proposes_and_the_kernel_disposes(monkeypatch):
    # An engine that proposes nonsense gets nowhere.
    monkeypatch.setattr("gradproof.symbolic.differential.tidy", lambda _: sp.ZeroMatrix(D, D))
    with pytest.raises(StepRefusedError):
        differentiate(A * BEFORE, BEFORE)
