"""Bounds of products of Jacobians: what they say, that each hypothesis is needed, what is false."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample, try_instances
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    CATALOGUE,
    DIAGONALS_COMMUTE,
    SUBMULTIPLICATIVE,
    norm_by_gram,
)
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    Determinant,
    Diagonal,
    Jacobian,
    LimitSuperior,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation, is_real
from gradproof.symbolic.theorems import bounds, clipping, determinants, scaled_bounds
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

CELL, TANH = ElmanRecurrence("phi"), ElmanRecurrence("tanh")
D, W = CELL.d, CELL.W
S, ENTRIES = sp.MatrixSymbol("S", D, D), sp.MatrixSymbol("s", D, 1)
T, N, ONE = T_START, STEPS, sp.Integer(1)
EQ, LE, LT, GE = Relation.EQ, Relation.LE, Relation.LT, Relation.GE
norm, det = SpectralNorm, Determinant
PHI, PHI_TANH = CELL.jacobian(T + N, T), TANH.jacobian(T + N, T)
DIAGONAL = scaled_bounds.scaling_is_diagonal()
SLOPES = "|φ′(z)| ≤ γ for all z"
SIZES = ["integer d ≥ 1", "integer n ≥ 0", "integer t ≥ 0"]

# theorem → [(conclusion, conditions, domains)]
SAYS = {
    "scaled_norm_upper": (
        scaled_bounds.scaled_norm_upper,
        [
            (
                "‖S ∂h_{t+n}/∂h_t S⁻¹‖ ≤ (γ ‖S W S⁻¹‖)ⁿ",
                ["S is invertible", "S = diag(s)", SLOPES],
                [*SIZES, "γ > 0"],
            ),
            (
                "‖∂h_{t+n}/∂h_t‖ ≤ ‖S‖ ‖S⁻¹‖ (γ ‖S W S⁻¹‖)ⁿ",
                ["S is invertible", "S = diag(s)", SLOPES],
                [*SIZES, "γ > 0"],
            ),
        ],
    ),
    "scaled_norm_upper for tanh": (
        lambda: scaled_bounds.scaled_norm_upper("tanh"),
        [
            (
                "‖S ∂h_{t+n}/∂h_t S⁻¹‖ ≤ ‖S W S⁻¹‖ⁿ",
                ["S is invertible", "S = diag(s)"],
                SIZES,
            ),
            (
                "‖∂h_{t+n}/∂h_t‖ ≤ ‖S‖ ‖S⁻¹‖ ‖S W S⁻¹‖ⁿ",
                ["S is invertible", "S = diag(s)"],
                SIZES,
            ),
        ],
    ),
    "explosion_needs_large_norm": (
        bounds.explosion_needs_large_norm,
        [
            ("‖∂h_{t+n}/∂h_t‖ ≤ 1", [SLOPES, "γ ‖W‖ ≤ 1"], [*SIZES, "γ > 0"]),
            ("limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0", [SLOPES, "γ ‖W‖ < 1"], [*SIZES, "γ > 0"]),
        ],
    ),
    "orthogonal_recurrent_matrix": (
        bounds.orthogonal_recurrent_matrix,
        [
            ("‖W‖ = 1", ["W is real", "Wᵀ W = I"], ["integer d ≥ 1"]),
            (
                "‖∂h_{t+n}/∂h_t‖ ≤ γⁿ",
                [SLOPES, "W is real", "Wᵀ W = I"],
                [*SIZES, "γ > 0"],
            ),
            ("‖∂h_{t+n}/∂h_t‖ ≤ 1", ["W is real", "Wᵀ W = I"], SIZES),
        ],
    ),
    "product_determinant": (
        lambda: (determinants.product_determinant(),),
        [
            (
                "det(∂h_{t+n}/∂h_t) = det(W)ⁿ det(∏_{k=t+1}^{t+n} [diag(φ′(z_k))])",
                [],
                SIZES,
            )
        ],
    ),
    "scalar_recurrence": (
        lambda: (determinants.scalar_recurrence(),),
        [
            (
                "‖∂h_{t+n}/∂h_t‖ = ‖W‖ⁿ ‖∏_{k=t+1}^{t+n} [diag(φ′(z_k))]‖",
                [],
                SIZES[1:],
            )
        ],
    ),
    "gradient_clipping": (
        clipping.gradient_clipping,
        [
            ("‖(c/μ) g‖ ≤ c", ["‖g‖ ≤ μ"], ["c > 0", "integer d ≥ 1", "μ > 0"]),
            ("‖(c/μ) g‖ = c", ["‖g‖ = μ"], ["c > 0", "integer d ≥ 1", "μ > 0"]),
            ("(c/μ) g = g", ["μ = c"], ["c > 0", "integer d ≥ 1", "μ > 0"]),
        ],
    ),
}


def written(theorem):
    return str(theorem).replace("S (∂h_{t+n}/∂h_t) S", "S ∂h_{t+n}/∂h_t S")


@pytest.mark.parametrize("name", SAYS)
def test_a_theorem_says_and_assumes_exactly_this(name):
    build, expected = SAYS[name]
    found = [
        (written(theorem), [str(h) for h in theorem.conditions], list(theorem.domains))
        for theorem in build()
    ]
    assert found == expected


@pytest.mark.parametrize("name", SAYS)
def test_every_step_and_conclusion_survives_numbers(name):
    theorems = SAYS[name][0]()
    outcome = attack(theorems, trials=12, seed=2)
    assert outcome.counterexample is None, outcome.proposition
    # Only limits have no value at an instance: two steps and the conclusion of one theorem.
    assert outcome.skipped == (3 if name == "explosion_needs_large_norm" else 0)
    assert outcome.attacked >= len(theorems)


# --- Each hypothesis is needed: without it, numbers refute the conclusion -------------------------


def without(theorem, *dropped, model=None):
    """Search for an instance of the conclusion that meets all hypotheses but the dropped ones."""
    kept = {h for h in theorem.hypotheses if str(h) not in dropped}
    assert len(kept) == len(theorem.hypotheses) - len(dropped)
    return try_instances(theorem.proposition, kept, model=model, trials=60)


def test_the_scaling_has_to_be_diagonal():
    # S W S⁻¹ = R is orthogonal, so that the bounds are 1 and ‖S‖‖S⁻¹‖; but S D S⁻¹, which has the
    # entry 3 (d₂ − d₁) off the diagonal, isn't of norm max(d₁, d₂).
    sheared, R = np.array([[1.0, 3.0], [0.0, 1.0]]), np.array([[0.0, -1.0], [1.0, 0.0]])
    weight = np.linalg.inv(sheared) @ R @ sheared
    for theorem in scaled_bounds.scaled_norm_upper("tanh"):
        model = {D: 2, S: sheared, W: weight, N: 3}
        found = without(theorem, "S = diag(s)", model=lambda _, model=model: model)
        assert found.counterexample is not None


def test_the_scaling_has_to_be_invertible():
    # No instance has an S⁻¹ then; a scaling that is nearly singular keeps the bound, but ‖S‖‖S⁻¹‖
    # grows beyond all limits, so that nothing is left of it.
    _, theorem = scaled_bounds.scaled_norm_upper("tanh")
    flat = {D: 2, ENTRIES: np.array([[1.0], [0.0]]), S: np.diag([1.0, 0.0])}
    assert without(theorem, "S is invertible", model=lambda _: flat).evaluated == 0


GAMMA = bounds.GAMMA


@pytest.mark.parametrize(
    ("theorem", "size"),
    [
        (scaled_bounds.scaled_norm_upper()[0], 1.0),
        (scaled_bounds.scaled_norm_upper()[1], 1.0),
        (bounds.explosion_needs_large_norm()[0], 3.0),
        (bounds.orthogonal_recurrent_matrix()[1], 1.0),
    ],
    ids=str,
)
def test_the_slopes_have_to_be_bounded_by_gamma(theorem, size):
    # tanh has slopes near 1 at small arguments; γ = 1/4 doesn't bound them.
    def model(generator):
        identity = np.eye(2)
        scaling = {S: identity, ENTRIES: np.ones((2, 1))}
        return {D: 2, W: size * identity, GAMMA: 0.25, **scaling}

    def with_tanh(expression):
        labels = {sp.core.symbol.Str("phi"): sp.core.symbol.Str("tanh")}
        return expression.xreplace(labels)

    claimed = theorem.proposition
    proposition = Proposition(with_tanh(claimed.left), claimed.relation, claimed.right)
    definitions = bounds.product_norm_upper("tanh").definitions
    kept = [h for h in theorem.conditions if str(h) != SLOPES] + list(definitions)
    assert try_instances(proposition, kept, model=model, trials=60).counterexample is not None


@pytest.mark.parametrize("size", [1.5, 3.0])
def test_explosion_happens_where_the_norm_is_large(size):
    bounded, _ = bounds.explosion_needs_large_norm()

    def model(generator):
        return {D: 2, W: size * np.eye(2), GAMMA: 1.0}

    assert without(bounded, "γ ‖W‖ ≤ 1", model=model).counterexample is not None


def test_at_norm_one_gradients_need_not_vanish():
    # γ‖W‖ = 1 meets the hypothesis of the first theorem but not of the second: the product of
    # n identities with slopes 1 has norm 1 for every n.
    bounded, vanishing = bounds.explosion_needs_large_norm()
    model = {D: 2, W: np.eye(2), GAMMA: 1.0}
    assert try_instances(bounded.proposition, bounded.hypotheses, model=lambda _: model).evaluated
    strict = next(h for h in vanishing.conditions if str(h) == "γ ‖W‖ < 1")
    norms = [Hypothesis.of(norm(PHI), LE, ONE), strict]
    assert try_instances(bounded.proposition, norms, model=lambda _: model).evaluated == 0


def test_an_orthogonal_matrix_needs_its_equation_and_real_entries():
    is_one, _, for_tanh = bounds.orthogonal_recurrent_matrix()
    stretched = {D: 2, W: np.diag([3.0, 1.0])}
    assert without(is_one, "Wᵀ W = I", model=lambda _: stretched).counterexample is not None
    assert without(for_tanh, "Wᵀ W = I", model=lambda _: stretched).counterexample is not None
    # cosh² − sinh² = 1: WᵀW = I without a complex conjugate, but ‖W‖ = e.
    hyperbolic = np.array([[np.cosh(1), 1j * np.sinh(1)], [-1j * np.sinh(1), np.cosh(1)]])
    complex_one = {D: 2, W: hyperbolic}
    assert without(is_one, "W is real", model=lambda _: complex_one).counterexample is not None


def test_clipping_needs_to_know_the_norm():
    at_most, exactly, unchanged = clipping.gradient_clipping()
    for theorem, condition in (
        (at_most, "‖g‖ ≤ μ"),
        (exactly, "‖g‖ = μ"),
        (unchanged, "μ = c"),
    ):
        assert without(theorem, condition).counterexample is not None


# --- What is false is refused, and refuted by numbers ---------------------------------------------


def scaled(matrix):
    return norm(sp.MatMul(S, matrix, S.I))


def unscaled(matrix):
    return norm(sp.MatMul(S.I, matrix, S))


def diagonal_model(generator):
    entries = 10.0 ** generator.uniform(-1, 1, size=(2, 1))
    weight = generator.normal(size=(2, 2))
    return {D: 2, ENTRIES: entries, S: np.diag(entries[:, 0]), W: weight}


SCALED, BACK = scaled_bounds.scaled_norm_upper("tanh")
RATE = scaled(TANH.W)
IDENTITY_COST = norm(S) * norm(S.I)

# (left, relation, right, law)
FALSE = {
    "S⁻¹ Φ S by the norm of S W S⁻¹": (unscaled(PHI_TANH), LE, RATE**N, SCALED.law()),
    "Φ without the factor ‖S‖‖S⁻¹‖": (norm(PHI_TANH), LE, RATE**N, BACK.law()),
    "Φ with the factor ‖S‖ alone": (norm(PHI_TANH), LE, norm(S) * RATE**N, BACK.law()),
    "scaled, one step off": (scaled(PHI_TANH), LE, RATE ** (N + 1), SCALED.law()),
    "unscaled, one step off": (norm(PHI_TANH), LE, IDENTITY_COST * RATE ** (N + 1), BACK.law()),
    "scaled, turned round": (scaled(PHI_TANH), GE, RATE**N, SCALED.law()),
    "scaled, strictly": (scaled(PHI_TANH), LT, RATE**N, SCALED.law()),
    "scaled, by the norm of W": (scaled(PHI_TANH), LE, norm(TANH.W) ** N, SCALED.law()),
}


@pytest.mark.parametrize("broken", FALSE)
def test_a_false_bound_is_refused_and_refuted(broken):
    left, relation, right, law = FALSE[broken]
    with pytest.raises(StepRefusedError) as refused:
        Step(left, relation, right, law)
    assert refused.value.law == "scaled_norm_upper"
    proposition = Proposition(left, relation, right)
    found = find_counterexample(proposition, law.hypotheses, model=diagonal_model, trials=200)
    assert found is not None


def test_a_scaling_that_is_not_diagonal_does_not_pass_the_slopes():
    slopes = TANH.slopes(T + 1)
    product, turned = sp.MatMul(S, slopes, W), sp.MatMul(slopes, S, W)
    for law in (DIAGONALS_COMMUTE, ALGEBRA, SUBMULTIPLICATIVE):
        with pytest.raises(StepRefusedError) as refused:
            start(product).eq(turned, by=law)
        assert refused.value.law == law.name
        assert refused.value.counterexample is not None


def test_diagonal_matrices_commute_with_diagonal_ones_only():
    diagonal = Diagonal(ENTRIES)
    law = diagonal_norm_by(bounds.slope_hypothesis())
    assert law.refuses(norm(diagonal), LE, GAMMA) is not None  # S is no matrix of slopes
    with pytest.raises(StepRefusedError, match="diagonal matrices commute"):
        start(W * diagonal).eq(diagonal * W, by=DIAGONALS_COMMUTE)


def test_the_gram_matrix_stands_on_the_left_and_carries_its_hypothesis():
    law = norm_by_gram(W)
    root = sp.sqrt(norm(W.T * W))
    assert Step(norm(W), EQ, root, law).hypotheses == {is_real(W)}
    other = sp.MatrixSymbol("A", D, D)
    for left, right in (
        (norm(W), norm(W.T * W)),  # without the root
        (norm(W), sp.sqrt(norm(W * W))),  # without the transpose
        (norm(other), sp.sqrt(norm(other.T * other))),  # of which nothing is known
        (norm(other), root),
    ):
        with pytest.raises(StepRefusedError) as refused:
            Step(left, EQ, right, law)
        assert refused.value.law == law.name
    with pytest.raises(InputError, match="give a matrix symbol"):
        norm_by_gram(W * W)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (det(PHI), det(W) ** (N + 1)),
        (det(PHI), det(W) ** N),
        (norm(PHI), norm(W) ** N),
    ],
    ids=str,
)
def test_determinants_and_norms_need_the_slopes(left, right):
    theorem = determinants.product_determinant()
    with pytest.raises(StepRefusedError, match="it gives det"):
        Step(left, EQ, right, theorem.law()) if left == det(PHI) else Step(
            det(PHI), EQ, det(W), theorem.law()
        )
    found = find_counterexample(Proposition(left, EQ, right), theorem.hypotheses, trials=60)
    assert found is not None


def test_a_determinant_is_a_complex_number_of_a_square_matrix():
    column = sp.MatrixSymbol("u", D, 1)
    other = sp.MatrixSymbol("v", D, 1)
    multiplicative = CATALOGUE["the determinant is multiplicative"]
    product = det(column * other.T)
    assert multiplicative.refuses(product, EQ, det(column) * det(other.T)) is not None
    assert "square" in (Proposition(det(column), EQ, ONE).problem() or "")
    assert Proposition(det(W), LE, ONE).problem() == "a side isn't known to be real"
    with pytest.raises(StepRefusedError) as refused:
        Step(sp.Abs(det(W)), EQ, det(W), ALGEBRA)
    assert refused.value.counterexample is not None


def test_the_gram_matrix_stays_outside_derivatives():
    state = CELL.h(T)
    differentiated = Jacobian(norm(W) * state, state)
    root = Jacobian(sp.sqrt(norm(W.T * W)) * state, state)
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        Step(differentiated, EQ, root, norm_by_gram(W))


def test_the_norm_is_exact_in_one_dimension_only():
    with pytest.raises(InputError, match="doesn't satisfy"):
        determinants.scalar_recurrence().law({N: sp.Symbol("x", real=True)})
    theorem = determinants.scalar_recurrence()
    wider = determinants._slopes_product(CELL, N)
    claimed = Proposition(norm(PHI), EQ, norm(W) ** N * norm(wider))
    with pytest.raises(StepRefusedError):
        Step(claimed.left, EQ, claimed.right, theorem.law())
    definitions = determinants.product_determinant().hypotheses
    assert find_counterexample(claimed, definitions, trials=60) is not None


def test_a_limit_does_not_vanish_at_the_boundary():
    _, vanishing = bounds.explosion_needs_large_norm()
    limit = LimitSuperior(norm(PHI), N)
    with pytest.raises(StepRefusedError) as refused:
        Step(limit, LT, sp.Integer(0), vanishing.law())
    assert refused.value.law == "explosion_needs_large_norm"


# --- The bounds say something ---------------------------------------------------------------------


def test_a_scaling_proves_decay_where_the_norm_does_not():
    # W = [[0, 4], [1/16, 0]]: ‖W‖ = 4, and with s = (1, 8): ‖S W S⁻¹‖ = 1/2.
    weight, s = np.array([[0.0, 4.0], [1 / 16, 0.0]]), np.array([1.0, 8.0])
    rate = np.linalg.norm(weight * s[:, np.newaxis] / s, 2)
    assert np.linalg.norm(weight, 2) == 4.0
    assert rate == 0.5
    steps = 8
    power = np.linalg.matrix_power(weight, steps)  # the product with all slopes 1
    assert np.linalg.norm(power, 2) <= s.max() / s.min() * rate**steps < 1
    # Without ‖S‖‖S⁻¹‖ it is false already for one step.
    assert np.linalg.norm(weight, 2) > rate
